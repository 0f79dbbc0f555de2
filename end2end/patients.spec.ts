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
  await expect(page.getByText("No patients match")).toBeVisible();
  await page.getByRole("searchbox").fill("");
  await page.getByLabel("Show", { exact: true }).selectOption("Overdue");
  await page.getByLabel("Order").selectOption("By due date");
  await page.getByRole("button", { name: "Find" }).click();
  await expect(title(page)).toHaveText("Your patients");
  // The one who was not seen for a month comes first, and all are late. The made-up dates may be of the evening before.
  await expect(page.getByRole("row").nth(1)).toContainText(/3[12] days ago/);
  const late = await page.getByRole("rowheader").count();
  expect(late).toBeGreaterThan(5);
  await expect(page.locator(".badge-attention")).toHaveCount(late);
});

test("a long name and a long address hide nothing", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/patients");
  for (const [width, height] of [[320, 640], [390, 844], [1280, 800]] as const) {
    await page.setViewportSize({ width, height });
    for (const name of ["x".repeat(100), "a-very-long-address-of-somebody@midline.example", "Straßenverkehrszulassungsordnung, Ümmühan"]) {
      const row = page.getByRole("row").nth(1);
      await row.getByRole("link").first().evaluate((link, text) => { link.textContent = text; }, name);
      const link = await row.getByRole("link").first().boundingBox();
      const badge = await row.locator(".badge").boundingBox();
      expect(link && badge, name).toBeTruthy();
      if (!link || !badge) continue;
      const beside = link.x + link.width <= badge.x + 1;
      const above = link.y + link.height <= badge.y + 1;
      expect(beside || above, `${name} over its status at ${width}`).toBe(true);
      expect(badge.x + badge.width, `the status at ${width}`).toBeLessThanOrEqual(width);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
    }
  }
});
