// Going anywhere by a few letters, at a desk.
import { expect, test, type Page } from "@playwright/test";
import { accessible, signIn, title } from "./helpers";

const palette = (page: Page) => page.getByRole("dialog", { name: "Go to another page" });
const field = (page: Page) => palette(page).getByRole("searchbox", { name: "A page, or a patient’s name" });

test("the palette goes to a place of the menu, and finds patients", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/patients");
  await expect(title(page)).toHaveText("Your patients");
  await expect(palette(page)).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  // The places of this reader's menu, and no others.
  const menu = await page.locator(".side-bar a > span:first-of-type").allInnerTexts();
  expect(await palette(page).locator("li:not([hidden])").allInnerTexts()).toEqual(menu);
  await accessible(page, "the palette");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();

  await page.keyboard.press("Control+k");
  // Its upper edge stays where it is, however short the list becomes.
  const top = async () => (await palette(page).boundingBox())?.y;
  const before = await top();
  await page.keyboard.type("mess");
  await expect(palette(page).getByRole("link")).toHaveText(["Messages", "Find patients: mess"]);
  expect(await top()).toBe(before);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/messages$/);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("patient051");
  await page.keyboard.press("ArrowDown");
  await expect(palette(page).getByRole("link", { name: "Find patients: patient051" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/patients\?q=patient051$/);
  await expect(page.getByRole("rowheader")).toHaveCount(1);
});

test("the palette shows the patients who are meant, below what is about to be pressed", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/patients");
  const first = page.getByRole("rowheader").first().getByRole("link");
  const [name, place] = [await first.innerText(), await first.getAttribute("href")];
  const found = palette(page).locator("[data-found]:not([hidden])");
  await page.keyboard.press("Control+k");
  await page.keyboard.type(name);
  const find = palette(page).getByRole("link", { name: `Find patients: ${name}` });
  await expect(find).toBeVisible();
  const before = await find.boundingBox();
  await expect(found.first()).toContainText(name);
  await expect(palette(page).getByRole("status")).toHaveText(/^Patients found: \d$/);
  expect(await find.boundingBox()).toEqual(before);
  await accessible(page, "patients in the palette");
  // What nobody is meant by any more goes.
  await field(page).fill("");
  await expect(found).toHaveCount(0);
  await page.keyboard.type(name);
  await expect(found.first()).toContainText(name);
  await page.keyboard.press("ArrowDown");
  await expect(find).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(found.first().getByRole("link")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${place}$`));
});

test("a patient's keys stay the browser's", async ({ page }) => {
  await signIn(page, "patient@midline.example");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
