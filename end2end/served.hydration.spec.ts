// What scripts add to long lists: more of them comes onto the page, by a server function, and the plain link stays beneath.
import { expect, test, type Page, type Route } from "@playwright/test";
import { entries, longTreatment, signIn, title, withoutNews } from "./helpers";

const FUNCTIONS = "**/api/journeys/{entries,photos}?*";

let email = "";
let journey = 0;
let events = 0;
test.beforeAll(({}, info) => { ({ email, journey, events } = longTreatment(info.project.name)); });
test.beforeEach(async ({ page }) => { await withoutNews(page); });

const status = (page: Page) => page.locator(".send-status");
const more = (page: Page, name = "Show earlier entries") => page.getByRole("link", { name, exact: true });
const shots = (page: Page) => page.getByRole("main").locator(".album > li");

/** A long page, with its island alive. */
async function open(page: Page, path = "") {
  await signIn(page, email, `/journeys/${journey}${path}`);
  // Islands come to life when the browser has nothing else to do.
  await page.waitForLoadState("networkidle");
}

/** What an element is made of: elements, attributes by name, words. */
const shape = (page: Page) => page.locator("#timeline").evaluate((list) => {
  const of = (element: Element): unknown => [
    element.localName,
    Array.from(element.attributes).map(({ name, value }) => `${name}=${value}`).filter((each) => !each.startsWith("tabindex=")).sort(),
    element.children.length ? Array.from(element.children).map(of) : element.textContent,
  ];
  return of(list);
});

/** Lets a request through when told to. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { open, handle: async (route: Route) => { await opened; await route.continue(); } };
}

test("earlier entries come onto the page, and stay there", async ({ page }) => {
  await open(page);
  await expect(entries(page)).toHaveCount(50);
  const asked: string[] = [];
  page.on("request", (request) => { if (request.isNavigationRequest()) asked.push(request.url()); });
  await more(page).press("Enter");
  const first = entries(page).nth(50);
  await expect(first, "where one reads on").toBeFocused();
  await expect(entries(page)).toHaveCount(events);
  await expect(status(page)).toHaveText(/^\d+ earlier entries have been added\. There are no earlier entries\.$/);
  await expect(more(page)).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`/journeys/${journey}\\?to=\\d+$`));
  expect(asked, "without leaving the page").toEqual([]);
  // They look like those that the server wrote.
  const drawn = await shape(page);
  await page.reload();
  await expect(entries(page)).toHaveCount(events);
  expect(drawn).toEqual(await shape(page));
  // And back from elsewhere.
  await entries(page).nth(55).getByRole("link").first().click();
  await expect(page).toHaveURL(/event=\d+/);
  await page.goBack();
  await expect(page).toHaveURL(/\?to=\d+$/);
  await expect(entries(page)).toHaveCount(events);
});

test("what takes a while says so, and is asked for once", async ({ page }) => {
  await open(page);
  const held = gate();
  let count = 0;
  await page.route(FUNCTIONS, async (route) => { count += 1; await held.handle(route); });
  await more(page).dblclick();
  await expect(status(page)).toBeEmpty();
  await expect(status(page)).toHaveText("Loading …");
  held.open();
  await expect(entries(page)).toHaveCount(events);
  expect(count).toBe(1);
});

test("without a connection the words say so, and the link is a link", async ({ page }) => {
  await open(page);
  await page.route(FUNCTIONS, (route) => route.abort());
  await more(page).click();
  await expect(status(page)).toHaveText(/^We couldn’t reach Midline, .* choose “Show earlier entries” again: it opens a page of its own\.$/);
  await expect(entries(page)).toHaveCount(50);
  await more(page).click();
  await expect(page).toHaveURL(/\?before=\d+$/);
  await expect(entries(page)).toHaveCount(events - 50);
});

test("whoever is signed out meanwhile is led to sign in, and comes back", async ({ page, context }) => {
  await open(page);
  await context.clearCookies({ name: /midline/ });
  await more(page).click();
  await expect(page).toHaveURL(/\/sign-in\?next=.*before/);
  await expect(title(page)).toHaveText("Welcome to Midline");
});

test("a click for a new tab is one", async ({ page, context }) => {
  await open(page);
  const [tab] = await Promise.all([context.waitForEvent("page"), more(page).click({ modifiers: ["ControlOrMeta"] })]);
  await expect(tab).toHaveURL(/\?before=\d+$/);
  await expect(entries(page)).toHaveCount(50);
});

test("earlier photos come onto the page, where their steps stand", async ({ page }) => {
  await open(page, "/photos");
  await expect(shots(page)).toHaveCount(50);
  const steps = page.getByRole("main").getByRole("heading", { level: 2 });
  const before = await steps.count();
  await more(page, "Show earlier photos").click();
  await expect(shots(page)).toHaveCount(60);
  await expect(shots(page).nth(50)).toBeFocused();
  await expect(status(page)).toHaveText("10 earlier photos have been added. There are no earlier photos.");
  await expect(page).toHaveURL(/\/photos\?to=[\d.a-z]+$/);
  // A step that was begun goes on in its place.
  expect(new Set(await steps.allInnerTexts()).size).toBe(await steps.count());
  expect(await steps.count()).toBeGreaterThanOrEqual(before);
  const sources = () => shots(page).locator(".shot").evaluateAll((all) => all.map((each) => each.getAttribute("src")));
  const drawn = await sources();
  await page.reload();
  await expect(shots(page)).toHaveCount(60);
  expect(await sources()).toEqual(drawn);
});
