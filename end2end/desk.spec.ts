import { expect, test, type Page } from "@playwright/test";
import { another, signIn, target, title } from "./helpers";

/** The addresses of all records that the list leads to, page by page. */
async function records(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.goto("/patients");
  for (;;) {
    const links = page.getByRole("rowheader").getByRole("link");
    await expect(links.first()).toBeVisible();
    for (const link of await links.all()) found.push(await target(link));
    const next = page.getByRole("link", { name: "Next page" });
    if (!(await next.count())) return found;
    await page.goto(await target(next));
  }
}

test("dentists see their own patients, staff see all of them, each once", async ({ page, browser }, info) => {
  const other = await another(browser, info);
  const staff = await another(browser, info);
  await signIn(page, "dentist@midline.example", "/patients");
  await expect(title(page)).toHaveText("Your patients");
  await signIn(other, "second.dentist@midline.example", "/patients");
  await expect(title(other)).toHaveText("Your patients");
  await signIn(staff, "staff@midline.example", "/patients");
  await expect(title(staff)).toHaveText("All patients");
  const [own, others, all] = [await records(page), await records(other), await records(staff)];
  // Whether `dentists.spec.ts` has moved its patient already; nobody else changes dentist.
  await staff.goto("/patients?q=patient012");
  const moved = Number(own.includes(await target(staff.getByRole("rowheader").getByRole("link"))));
  expect([own.length, others.length, all.length]).toEqual([154 + moved, 50 - moved, 204]);
  expect(new Set(all).size, "nobody twice").toBe(204);
  expect([...own, ...others].sort()).toEqual([...all].sort());
  await other.context().close();
  await staff.context().close();
});

test("the list goes on a page at a time, and back to its start", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/patients");
  const names = () => page.getByRole("rowheader").allInnerTexts();
  const first = await names();
  expect(first).toHaveLength(50);
  await expect(page.getByRole("link", { name: "First page" })).toHaveCount(0);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page).toHaveURL(/\?after=\d+-[0-9a-f]{4}$/);
  await expect(title(page)).toHaveText("Your patients");
  const second = await names();
  expect(second).toHaveLength(50);
  expect(second.filter((name) => first.includes(name))).toEqual([]);
  await page.getByRole("link", { name: "First page" }).click();
  await expect(page).toHaveURL(/\/patients$/);
  expect(await names()).toEqual(first);
});

test("a dentist reads a record, and its patient sees that", async ({ page, browser }, info) => {
  const patient = await another(browser, info);
  const looked = patient.getByRole("listitem").filter({ hasText: "Your dentist looked at your treatment record" });
  await signIn(patient, "patient@midline.example", "/access");
  await expect(title(patient)).toHaveText("Who has seen your record");

  await signIn(page, "dentist@midline.example", "/patients");
  await page.getByRole("link", { name: "Berger, Mia" }).click();
  await expect(title(page)).toHaveText("Mia Berger");
  await expect(page.getByRole("definition").first()).toHaveText(/\d{4}|day/);
  const photo = page.getByRole("img", { name: /^Front view, step\s\d+$/ }).first();
  await expect(photo).toBeVisible();
  await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth), "the photo is drawn").toBeGreaterThan(0);
  const record = page.url();
  const image = (await photo.getAttribute("src")) ?? "";
  expect(image).toMatch(/^\/photos\/\d+\/thumbnail$/);

  await patient.reload();
  // Once a day, however often.
  await expect(looked).toHaveCount(1);
  await expect(patient.getByRole("listitem").filter({ hasText: "Your dentist looked at your photos" })).toHaveCount(1);
  await expect(patient.getByRole("listitem").filter({ hasText: /Your dentist saw your name in (a list|lists, \d+ times)/ })).toHaveCount(1);

  // A dentist of another practice: the record and its photos are not there.
  const second = await another(browser, info);
  await signIn(second, "second.dentist@midline.example");
  for (const [address, missing] of [[record, "We can’t find this patient"], [image, "We can’t find this photo"]] as const) {
    expect((await second.goto(address))?.status(), address).toBe(404);
    await expect(title(second)).toHaveText(missing);
    await expect(second.getByText("Mia Berger")).toHaveCount(0);
  }
  await patient.reload();
  await expect(looked, "what was refused was not seen").toHaveCount(1);

  // Staff: the record, and no photos.
  const staff = await another(browser, info);
  const photos: string[] = [];
  staff.on("request", (request) => { if (request.url().includes("/photos/")) photos.push(request.url()); });
  await signIn(staff, "staff@midline.example", "/patients");
  await staff.getByRole("link", { name: "Berger, Mia" }).click();
  await expect(title(staff)).toHaveText("Mia Berger");
  await expect(staff.getByText("Switched to aligner 8")).toBeVisible();
  await expect(staff.getByRole("main").getByRole("img")).toHaveCount(0);
  expect(photos).toEqual([]);
  expect((await staff.goto(image))?.status(), "nor by their address").toBe(404);
  for (const somebody of [patient, second, staff]) await somebody.context().close();
});

test("a record leads back to the list, and does nothing by itself", async ({ page }) => {
  await signIn(page, "staff@midline.example", "/patients");
  await page.getByRole("link", { name: "Berger, Mia" }).click();
  await expect(title(page)).toHaveText("Mia Berger");
  await expect(page.getByText("Switched to aligner 8")).toBeVisible();
  await expect(page.getByRole("main").locator("form")).toHaveCount(0);
  await expect(page.getByRole("main").getByRole("button")).toHaveText(["More"]);
  await page.getByRole("main").getByRole("link", { name: "Patients", exact: true }).click();
  await expect(title(page)).toHaveText("All patients");
});

test("the tabs of a record lead through it without losing whose it is, on small screens, too", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/patients");
  await page.getByRole("link", { name: "Berger, Mia" }).click();
  await expect(title(page)).toHaveText("Mia Berger");
  const bar = page.getByRole("navigation", { name: "Record of Mia Berger" });
  for (const [name, address] of [
    ["Treatment", /\/journeys\/\d+$/], ["Photos", /\/photos$/], ["Messages", /\/messages$/], ["Wear time", /\/wear$/], ["Summary", /\/patients\/\d+$/],
  ] as const) {
    await bar.getByRole("link", { name, exact: true }).click();
    await expect(page).toHaveURL(address);
    await expect(bar.getByRole("link", { name, exact: true })).toHaveAttribute("aria-current", "page");
    await expect(page.getByRole("main")).toContainText("Mia Berger");
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 700 });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wider, `${name} at ${width}`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }
});

test("what else can be done stands behind More, what cannot be undone last", async ({ page }) => {
  await signIn(page, "staff@midline.example", "/patients");
  await page.getByRole("link", { name: "Berger, Mia" }).click();
  await expect(title(page)).toHaveText("Mia Berger");
  await expect(page.getByRole("link", { name: "Send a notification" })).toBeVisible();
  await expect(page.getByRole("link", { name: "End early" })).toBeHidden();
  await page.getByRole("button", { name: "More" }).click();
  const menu = page.locator(".menu-items");
  await expect(menu.getByRole("link").last()).toHaveText("End early");
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
});
