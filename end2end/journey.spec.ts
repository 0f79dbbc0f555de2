import { expect, test } from "@playwright/test";
import { signIn, signOut } from "./helpers";

test("a patient moves to the next aligner, once, and finds that kept", async ({ page, context }) => {
  await signIn(page, "patient@midline.example");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your change to aligner 9 is due tomorrow");
  await expect(page.getByText("of 24")).toBeVisible();

  // The same form, open in two tabs.
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto("/");
    await tab.getByRole("link", { name: "I’ve switched to aligner 9" }).click();
    await expect(tab.getByText("Next step due")).toBeVisible();
    await expect(tab.getByText("Expected last day of treatment")).toBeVisible();
  }
  await page.getByRole("button", { name: "Yes, I’m wearing aligner 9" }).click();
  await expect(page).toHaveURL(/\/\?switched$/);
  await expect(page.getByRole("status").first()).toContainText("aligner 9");
  await expect(page.getByRole("listitem").filter({ hasText: "Switched to aligner 9" })).toHaveCount(1);

  await other.getByRole("button", { name: "Yes, I’m wearing aligner 9" }).click();
  await expect(other.getByRole("heading", { level: 1 })).toContainText("aligner 10");
  await expect(other.getByRole("listitem").filter({ hasText: "Switched to aligner" })).toHaveCount(8);
  await other.close();

  await signOut(page);
  await signIn(page, "patient@midline.example");
  await expect(page.getByRole("listitem").filter({ hasText: "Switched to aligner 9" })).toHaveCount(1);
  await expect(page.getByRole("link", { name: /I’ve switched/ })).toHaveCount(0);
  const early = await page.goto("/journeys/1/progress");
  expect(early?.status()).toBe(422);
});

test("a new patient accepts the terms, then starts", async ({ page }) => {
  await signIn(page, "new.patient@midline.example", "/timeline");
  await expect(page).toHaveURL(/\/terms$/);
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/terms$/);
  await page.getByRole("checkbox").check();
  await page.locator("form[action='/terms']").getByRole("button").click();
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("aligner 1");
  await page.locator("main").getByRole("link", { name: /aligner 1/ }).click();
  await page.getByRole("button", { name: "Yes, I’m wearing aligner 1" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Started with aligner 1" })).toHaveCount(1);
});

test("a paused treatment says so and offers nothing", async ({ page }) => {
  await signIn(page, "paused.patient@midline.example");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("paused");
  await expect(page.locator("main").getByRole("link", { name: /aligner/ })).toHaveCount(0);
  const answer = await page.goto("/journeys/3/progress");
  expect(answer?.status()).toBe(422);
});
