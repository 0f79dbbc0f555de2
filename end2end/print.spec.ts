// On paper: the words and every picture, and nothing that can only be pressed.
import { expect, test, type Page } from "@playwright/test";
import { signIn, title, withoutNews } from "./helpers";

test.beforeEach(async ({ page }) => { await withoutNews(page); });

/** What would be printed of a page holds no menu and no button, and all of its pictures. */
async function printed(page: Page, path: string, pictures: number) {
  await page.emulateMedia({ media: "print" });
  await page.goto(path);
  await expect(title(page), path).toBeVisible();
  for (const pressed of ["nav", "button", "a.button", ".menu", ".bell", ".skip"]) {
    await expect(page.locator(`${pressed}:visible`), `${pressed} of ${path}`).toHaveCount(0);
  }
  // None waits until it is scrolled to.
  await expect(page.locator("img[loading=lazy]"), path).toHaveCount(0);
  const images = page.locator("main img");
  expect(await images.count(), path).toBeGreaterThanOrEqual(pictures);
  await expect.poll(() => images.evaluateAll((all) => all.filter((image) =>
    !(image as HTMLImageElement).complete || (image as HTMLImageElement).naturalWidth === 0).length), path).toBe(0);
}

test("a patient’s timeline and photos are printed whole", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1");
  // It is found at the head of the page, not below everything that happened.
  const print = page.getByRole("link", { name: "Print view" });
  const timeline = await page.getByRole("region", { name: "Timeline" }).boundingBox();
  expect((await print.boundingBox())?.y ?? Infinity).toBeLessThan(timeline?.y ?? 0);
  await print.click();
  await expect(page).toHaveURL(/\/journeys\/1\?print$/);
  // No menu, and a way back.
  await expect(page.getByRole("navigation", { name: "Main menu" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Timeline", exact: true })).toHaveAttribute("href", "/journeys/1");
  await printed(page, "/journeys/1?print", 10);
  await page.emulateMedia({ media: "screen" });
  await page.goto("/journeys/1/photos");
  const paged = await page.locator(".album img").count();
  await page.getByRole("link", { name: "Print view" }).click();
  await expect(page.getByText(/^Mia Berger, as of /)).toBeVisible();
  await printed(page, "/journeys/1/photos?print", paged);
});

test("a treatment is printed whole at a desk", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/journeys/1");
  await page.getByRole("link", { name: "Print view" }).click();
  await printed(page, "/journeys/1?print", 10);
});
