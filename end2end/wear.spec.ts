// Wear time: out and in again by one tap, looked at, corrected; the same with scripts and without.
import { expect, test } from "@playwright/test";
import { accessible, signIn, title } from "./helpers";

test("aligners are taken out and put in again by one tap each, and what was wrong is put right", async ({ page }, { project }) => {
  await signIn(page, "patient@midline.example");
  const card = page.getByRole("region", { name: "Wear time" });
  await card.getByRole("button", { name: "I’m taking them out" }).click();
  await expect(card).toContainText(/Out since \d\d:\d\d/);
  await card.getByRole("button", { name: "They’re in again" }).click();
  await expect(card).toContainText("Your aligners are in.");
  await card.getByRole("link", { name: "See the week" }).click();
  await expect(title(page)).toHaveText("Wear time");
  const week = page.getByRole("region", { name: "Last 7 days" });
  await expect(week.getByRole("img")).toBeVisible();
  // What the bars mean, and the same in numbers.
  for (const words of ["Goal reached", "Not known", "Goal: "]) await expect(week.getByRole("listitem", { includeHidden: true }).filter({ hasText: words })).toBeVisible();
  await week.getByText("In numbers").click();
  await expect(week.getByRole("table")).toBeVisible();
  if (project.name === "scripts") await accessible(page, "wear time");
  // Pressed by mistake.
  const times = page.getByRole("region", { name: "Times without them" });
  const count = await times.getByRole("listitem").count();
  await times.getByRole("link", { name: /^Change the time out/ }).first().click();
  await page.getByRole("button", { name: "They weren’t out then" }).click();
  await expect(page.getByRole("status")).toHaveText("That’s saved.");
  await expect(times.getByRole("listitem")).toHaveCount(count - 1);
});
