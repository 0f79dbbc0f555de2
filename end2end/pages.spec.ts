// Every page of everybody, on a phone, on the narrowest of them, with text at 200 % and at a desk: answered as it should be, in one language, with one
// heading, no wider than the screen, without errors, and with scripts only where islands are.
import { expect, test, type Page } from "@playwright/test";
import { EVERYBODY, NARROW, SCREENS, signIn, title, type Visit, withoutNews } from "./helpers";

test.beforeEach(async ({ page }) => { await withoutNews(page); });

async function look(page: Page, { path, status, islands = undefined, modules = 0 }: Visit, scripts: boolean) {
  const asked: string[] = [];
  const errors: string[] = [];
  page.removeAllListeners();
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (line) => {
    // The browser's own word on deliberate 4xx.
    if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) errors.push(line.text());
  });
  await page.setViewportSize(SCREENS[0]);
  const answer = await page.goto(path, { waitUntil: "networkidle" });
  expect(answer?.status(), path).toBe(status);
  await expect(title(page), path).toHaveCount(1);
  await expect(title(page), path).not.toBeEmpty();
  await expect(page.locator("html"), path).toHaveAttribute("lang", "en");
  await expect(page, path).toHaveTitle(/\S · Midline$/);
  for (const screen of [...SCREENS, NARROW]) {
    await page.setViewportSize(screen);
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${path} is no wider than the screen`)
      .toBeLessThanOrEqual(screen.width);
  }
  // With letters twice as large, on a phone.
  await page.setViewportSize(SCREENS[0]);
  const large = await page.evaluate(() => {
    const { style } = document.documentElement;
    style.fontSize = "200%";
    const width = document.documentElement.scrollWidth;
    style.fontSize = "";
    return width;
  });
  expect.soft(large, `${path} is no wider than a phone with text at 200 %`).toBeLessThanOrEqual(SCREENS[0].width);
  const all = [...new Set(asked.filter((name) => /\.(js|wasm)$/.test(name)))].sort();
  // The palette belongs to the menu of desks, on whatever page.
  const programs = all.filter((name) => !name.startsWith("/modules/palette."));
  const atDesk = await page.locator(".side-bar").count();
  expect(all.length - programs.length, `palettes of ${path}`).toBe(scripts ? atDesk : 0);
  const kinds = programs.map((name) => name.replace(/.*\./, "")).sort();
  if (!islands) {
    const own = programs.filter((name) => name.startsWith("/modules/"));
    expect(own.length, `modules of ${path}`).toBe(scripts ? modules : 0);
    expect(programs.filter((name) => !own.includes(name)), `${path} needs no programs`).toEqual([]);
    const bytes = await page.evaluate(() => performance.getEntriesByType("resource")
      .filter(({ name }) => new URL(name).pathname.startsWith("/modules/"))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0));
    expect(bytes, `bytes on the wire for ${path}`).toBeLessThanOrEqual(75_000);
  } else if (scripts) {
    expect(kinds, `programs of ${path}`).toEqual(["js", "wasm"]);
    const bytes = await page.evaluate(() => performance.getEntriesByType("resource")
      .filter(({ name }) => /\.(js|wasm)$/.test(new URL(name).pathname))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0));
    expect(bytes, `bytes on the wire for ${path}`).toBeGreaterThan(0);
    expect(bytes, `bytes on the wire for ${path}`).toBeLessThanOrEqual(75_000);
  } else {
    // Chromium follows the page's hints to preload even where scripts are off; nothing else is asked for.
    const hints = await page.locator("link[rel=preload], link[rel=modulepreload]")
      .evaluateAll((links) => links.map((link) => new URL((link as HTMLLinkElement).href).pathname).sort());
    expect(programs.filter((name) => !hints.includes(name)), `programs of ${path}, besides its hints`).toEqual([]);
  }
  expect(errors, path).toEqual([]);
}

for (const { who, email, visits } of EVERYBODY) {
  test(`pages of ${who}`, async ({ page }, { project }) => {
    // Forty pages, for some.
    test.setTimeout(200_000);
    if (email) await signIn(page, email);
    for (const visit of await visits(page)) {
      await look(page, visit, project.use.javaScriptEnabled !== false);
    }
  });
}
