// Finding patients: by words, by what matters, by due date; with scripts and without.
import { expect, test } from "@playwright/test";
import { signIn, title } from "./helpers";

test("a dentist finds patients, and those that are overdue", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/patients");
  await page.getByRole("searchbox").fill("berger mia");
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(/\?q=berger\+mia/);
  await expect(page.getByRole("rowheader")).toHaveText(["Berger, Mia"]);
  await expect(page.getByRole("searchbox")).toHaveValue("berger mia");
  await page.getByRole("searchbox").fill("nobody-is-called-this");
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText("No patient is like that.")).toBeVisible();
  await page.getByRole("searchbox").fill("");
  await page.getByLabel("Show", { exact: true }).selectOption("Overdue");
  await page.getByLabel("Order").selectOption("By due date");
  await page.getByRole("button", { name: "Find" }).click();
  await expect(title(page)).toHaveText("Your patients");
  // The one who was not seen for a month comes first, and all are late.
  await expect(page.getByRole("row").nth(1)).toContainText("31 days ago");
  const late = await page.getByRole("rowheader").count();
  expect(late).toBeGreaterThan(5);
  await expect(page.locator(".badge-late")).toHaveCount(late);
});
