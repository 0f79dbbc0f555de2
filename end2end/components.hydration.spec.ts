// The design system's gallery, compared with pictures of it. Letters are Midline's own font, so they differ by their
// edges at most; a button that moved by a few pixels does not pass.
import { expect, test, type Browser, type BrowserContextOptions, type Page } from "@playwright/test";

const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

/** Each way in which the gallery is looked at. */
const ways: [string, BrowserContextOptions & { large?: boolean }][] = [
  ["light", { viewport: desk, colorScheme: "light" }],
  ["dark", { viewport: desk, colorScheme: "dark" }],
  ["forced", { viewport: desk, forcedColors: "active" }],
  ["phone", { viewport: phone, colorScheme: "light" }],
  ["narrow", { viewport: { width: 320, height: 640 }, colorScheme: "light" }],
  ["large", { viewport: phone, colorScheme: "light", large: true }],
  ["german", { viewport: desk, colorScheme: "light", locale: "de-DE" }],
];

const parts = [
  "head", "buttons", "states", "messages", "figures", "chips", "people", "navigation", "panes", "fields", "disabled", "tables", "table",
  "over", "progress", "charts", "calendar", "lists", "words", "forms", "pictures", "alone", "palette",
];

/** What opens over the page: how it is opened, and what is looked at then. */
const opened: [string, string, (page: Page) => Promise<void>][] = [
  ["dialog", "#dialog", (page) => page.locator("button[commandfor=dialog]").first().click()],
  ["sheet", "#sheet", (page) => page.locator("button[commandfor=sheet]").first().click()],
  ["menu", "#more", (page) => page.locator("button[popovertarget=more]").click()],
  ["tooltip", "#figures .tooltip-text", (page) => page.locator("#figures .tooltip button").hover()],
  ["palette-open", "#palette-sample", (page) => page.locator("button[commandfor=palette-sample]").first().click()],
];

/** Letters' edges, in a part of the page; the controls that the browser draws itself are left out. */
const tolerance = { maxDiffPixels: 400, threshold: 0.3, animations: "disabled" as const };
const drawnByBrowser = (page: Page) => [page.locator("input[type=date], input[type=time], input[type=range], select, progress")];

/** Puts whatever can be pressed or filled in of a part of the page into a state; it lasts until it is ended. */
async function inState(page: Page, part: string, ...states: string[]) {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument");
  const { nodeIds } = await session.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector: `${part} :is(a, button, input, label)` });
  expect(nodeIds.length).toBeGreaterThan(10);
  for (const nodeId of nodeIds) await session.send("CSS.forcePseudoState", { nodeId, forcedPseudoClasses: states });
  return session;
}

async function gallery(browser: Browser, baseURL: string | undefined, { large, ...options }: (typeof ways)[number][1]) {
  // Only a test may write styles into the page.
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", ...options, bypassCSP: true, ...(baseURL && { baseURL }) });
  const page = await context.newPage();
  await page.goto("/demo/components");
  if (large) await page.addStyleTag({ content: "html { font-size: 200% }" });
  await page.evaluate(() => document.fonts.ready);
  return page;
}

for (const [name, options] of ways) {
  test(`the components look as they did: ${name}`, async ({ browser, baseURL }) => {
    const page = await gallery(browser, baseURL, options);
    // Nothing is wider than the window.
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    for (const part of parts) {
      await expect.soft(page.locator(`#${part}`)).toHaveScreenshot(`${name}-${part}.png`, { ...tolerance, mask: drawnByBrowser(page) });
    }
    for (const [state, ...classes] of [["hover", "hover"], ["focus", "focus", "focus-visible"]] as const) {
      const session = await inState(page, "#states", ...classes);
      await expect.soft(page.locator("#states")).toHaveScreenshot(`${name}-${state}.png`, tolerance);
      await session.detach();
    }
    for (const [what, place, open] of opened) {
      await open(page);
      await expect(page.locator(place)).toBeVisible();
      // The field that is written in first has a caret, which is hidden; what is typed of it is not there yet.
      await expect.soft(page.locator(place)).toHaveScreenshot(`${name}-${what}.png`, tolerance);
      await page.keyboard.press("Escape");
      if (what !== "tooltip") await expect(page.locator(place)).toBeHidden();
    }
    // What counts its time stands still for its picture.
    await page.goto("/demo/components?toast");
    await page.addStyleTag({ content: `.toast, .toast * { animation: none !important } ${options.large ? "html { font-size: 200% }" : ""}` });
    await page.evaluate(() => document.fonts.ready);
    await expect.soft(page.locator(".toast")).toHaveScreenshot(`${name}-toast.png`, tolerance);
    await page.context().close();
  });
}

test("a button that moved by eight pixels is seen", async ({ browser, baseURL }) => {
  const page = await gallery(browser, baseURL, ways[0]![1]);
  await page.addStyleTag({ content: "#people .card .button { translate: 8px 0 }" });
  await expect(page.locator("#people")).not.toHaveScreenshot("light-people.png", tolerance);
  await page.context().close();
});

test("two pictures of the gallery are enlarged in step", async ({ browser, baseURL }) => {
  const page = await gallery(browser, baseURL, { viewport: desk });
  const viewer = page.locator("#pictures .panes");
  const moved = () => viewer.locator("[data-moved]").evaluateAll((all) => all.map((each) => (each as HTMLElement).style.transform));
  await viewer.getByRole("button", { name: "Zoom in" }).click();
  await viewer.getByRole("group").first().press("ArrowLeft");
  const [before, now] = await moved();
  expect(before).toContain("scale(1.5)");
  expect(now).toBe(before);
  await viewer.getByRole("button", { name: "Whole picture" }).click();
  expect(await moved()).toEqual(["", ""]);
  await page.context().close();
});

test("dialogs, sheets and menus open and close without a script", async ({ browser, baseURL }) => {
  const page = await gallery(browser, baseURL, { viewport: desk, javaScriptEnabled: false });
  const dialog = page.getByRole("dialog", { name: "Cancel 399 notifications?" });
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Cancel 399 notifications", exact: true }).click();
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByRole("link", { name: "Change the plan" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("link", { name: "Change the plan" })).toBeHidden();
  await page.context().close();
});

test("a toast leaves by itself, and stays for whoever is in it", async ({ browser, baseURL }) => {
  const page = await gallery(browser, baseURL, { viewport: desk });
  await page.goto("/demo/components?toast");
  const undo = page.getByRole("status").getByRole("button", { name: "Undo" });
  await expect(undo).toBeVisible();
  await undo.focus();
  await page.waitForTimeout(11_000);
  await expect(undo).toBeVisible();
  await undo.blur();
  await expect(undo).toBeHidden({ timeout: 12_000 });
  await page.context().close();
});

test("a toast begins with as many seconds gone as the server says", async ({ browser, baseURL }) => {
  const page = await gallery(browser, baseURL, { viewport: desk });
  for (let gone = 0; gone <= 9; gone += 1) {
    await page.goto(`/demo/components?toast=${gone}`);
    const toast = page.locator(".toast");
    await expect(toast).toHaveAttribute("data-spent", String(gone));
    expect(await toast.evaluate((element) => getComputedStyle(element).getPropertyValue("--spent")), `${gone}`).toBe(`${gone}s`);
    // The line that counts begins there, and it leaves with the last of the ten.
    const delay = (of: string) => page.locator(of).evaluate((element) => element.getAnimations()[0]?.effect?.getTiming().delay);
    expect(await delay(".toast-time"), `${gone}`).toBeCloseTo(-1000 * gone);
    expect(await delay(".toast"), `${gone}`).toBeCloseTo(10_000 - 1000 * gone);
  }
  await page.context().close();
});
