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

test("patients are looked for by three letters, once nothing more is typed", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/patients");
  const name = await page.getByRole("rowheader").first().getByRole("link").innerText();
  const asked: (string | null)[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === "/patients" && searchParams.has("few")) asked.push(searchParams.get("q"));
  });
  const found = palette(page).locator("[data-found]:not([hidden])");
  await page.keyboard.press("Control+k");
  await field(page).fill(name.slice(0, 2));
  await expect(palette(page).getByRole("link", { name: `Find patients: ${name.slice(0, 2)}` })).toBeVisible();
  await page.waitForTimeout(800);
  expect(asked, "two letters").toEqual([]);
  // Typed on, letter by letter.
  await page.keyboard.type(name.slice(2));
  await expect(found.first()).toContainText(name);
  expect(asked).toEqual([name]);
  // Whoever closes it before that asks for nothing.
  await field(page).fill(name.slice(0, 4));
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeHidden();
  await page.waitForTimeout(800);
  expect(asked).toEqual([name]);
});

test("a request for what is not meant any more is broken off, and one that fails is told", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/patients");
  const name = await page.getByRole("rowheader").first().getByRole("link").innerText();
  const few = ({ pathname, searchParams }: URL) => pathname === "/patients" && searchParams.has("few");
  const [found, failed] = [palette(page).locator("[data-found]:not([hidden])"), palette(page).getByRole("alert")];
  // The first is never answered, the second by something before Midline.
  let first = true;
  await page.route(few, async (route) => {
    if (!first) return route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad Gateway</h1>" });
    first = false;
  });
  await page.keyboard.press("Control+k");
  const asked = page.waitForRequest((request) => few(new URL(request.url())));
  await field(page).fill(name.slice(0, 3));
  const before = await asked;
  const broken = page.waitForEvent("requestfailed", (request) => request === before);
  await field(page).fill(name);
  await broken;
  const find = palette(page).getByRole("link", { name: `Find patients: ${name}` });
  await expect(find).toBeVisible();
  const box = await find.boundingBox();
  await expect(failed).toHaveText("Patients can’t be shown here just now. Choose “Find patients” to look in the list.");
  expect(await find.boundingBox()).toEqual(box);
  await expect(found).toHaveCount(0);
  await accessible(page, "a palette that was not answered");
  // Typed anew, it is gone; answered again, it stays away.
  await page.unroute(few);
  await field(page).fill("");
  await expect(failed).toBeHidden();
  await field(page).fill(name);
  await expect(found.first()).toContainText(name);
  await expect(failed).toBeHidden();
});

test("a patient's keys stay the browser's", async ({ page }) => {
  await signIn(page, "patient@midline.example");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
