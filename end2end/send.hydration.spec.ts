// What scripts add: nothing is lost and nothing is sent twice on a bad connection.
import { expect, test, type Page, type Route } from "@playwright/test";
import { happened, nextStep, signIn, title, withoutNews } from "./helpers";

test.beforeEach(async ({ page }) => { await withoutNews(page); });

const API = "**/api/**";
const status = (page: Page) => page.getByRole("status");

/** The page that confirms a patient's change to `stage`, with its island alive; answers its button. */
async function confirmPage(page: Page, email: string, stage: number) {
  await signIn(page, email);
  await nextStep(page).click();
  await expect(title(page)).toHaveText(`Are you wearing aligner ${stage} now?`);
  // Islands come to life when the browser has nothing else to do.
  await page.waitForLoadState("networkidle");
  await expect(status(page)).toBeEmpty();
  return page.getByRole("button", { name: `Yes, I’m wearing aligner ${stage}` });
}

async function movedOnce(page: Page, stage: number) {
  await expect(page).toHaveURL(/\/\?saved$/);
  await expect(status(page)).toHaveText(`That’s saved. Your plan is now at aligner ${stage}.`);
  await page.goto("/journeys");
  await expect(happened(page).filter({ hasText: `Switched to aligner ${stage}` })).toHaveCount(1);
  await expect(happened(page).filter({ hasText: `Switched to aligner ${stage + 1}` })).toHaveCount(0);
}

/** Counts what is sent to the server functions, and handles each as `handle` does. */
async function sent(page: Page, handle: (route: Route) => Promise<unknown>) {
  const count = { api: 0, forms: 0 };
  page.on("request", (request) => {
    if (request.method() === "POST" && new URL(request.url()).pathname.startsWith("/journeys/")) count.forms += 1;
  });
  await page.route(API, async (route) => { count.api += 1; await handle(route); });
  return count;
}

/** Lets a request through when told to. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { open, handle: async (route: Route) => { await opened; await route.continue(); } };
}

test("the button says that it is sending, and leads home", async ({ page }) => {
  const button = await confirmPage(page, "patient057@midline.example", 7);
  const held = gate();
  const count = await sent(page, held.handle);
  await button.click();
  await expect(status(page)).toHaveText("Saving …");
  held.open();
  await movedOnce(page, 7);
  expect(count).toEqual({ api: 1, forms: 0 });
});

test("pressed twice, it is sent once", async ({ page }) => {
  const button = await confirmPage(page, "patient077@midline.example", 7);
  const held = gate();
  const count = await sent(page, held.handle);
  await button.dblclick();
  await expect(status(page)).toHaveText("Saving …");
  await button.click();
  held.open();
  await movedOnce(page, 7);
  expect(count).toEqual({ api: 1, forms: 0 });
});

test("without a connection it stays, says so, and is sent again", async ({ page, context }) => {
  const button = await confirmPage(page, "patient074@midline.example", 7);
  await context.setOffline(true);
  await button.click();
  await expect(status(page)).toHaveText(/^We can’t reach Midline, .* press the button again\. It counts only once\.$/);
  await expect(title(page), "the page stays").toHaveText("Are you wearing aligner 7 now?");
  await button.click();
  await expect(status(page)).toHaveText(/^We can’t reach Midline/);
  await context.setOffline(false);
  const count = await sent(page, (route) => route.continue());
  await button.click();
  await movedOnce(page, 7);
  expect(count).toEqual({ api: 1, forms: 0 });
});

test("an answer that was lost on its way counts once", async ({ page }) => {
  const button = await confirmPage(page, "patient083@midline.example", 7);
  let reached = 0;
  const count = await sent(page, async (route) => {
    if (reached) return route.continue();
    reached = (await route.fetch()).status();
    return route.abort();
  });
  await button.click();
  await expect(status(page)).toHaveText(/^We can’t reach Midline/);
  expect(reached, "the server did it").toBe(200);
  await button.click();
  // It had been done, and is answered so.
  await movedOnce(page, 7);
  expect(count).toEqual({ api: 2, forms: 0 });
});

/** The forms of a message and of a report: what is written in each, its button, and the page that it leads to. */
const WRITTEN = [
  { what: "a message", email: "patient039@midline.example", path: "/messages", field: "Your message", button: "Send", to: /\/journeys\/\d+\/messages#write$/ },
  { what: "a report", email: "patient043@midline.example", path: "/something-wrong/pain", field: "What has happened?", button: /^Tell /, to: /\/reports\/\d+\?sent$/ },
] as const;

/** Where they are sent. */
const posted = ({ pathname }: URL) => /^\/journeys\/\d+\/(messages\/photos|reports)$/.test(pathname);

for (const { what, email, path, field, button, to } of WRITTEN) {
  test(`${what} that is sent without a connection stays, says so, and goes once it is back`, async ({ page, context }) => {
    await signIn(page, email, path);
    const form = page.locator("form").filter({ has: page.getByLabel(field) });
    const text = `Written on the train: ${what}`;
    await form.getByLabel(field).fill(text);
    await context.setOffline(true);
    await form.getByRole("button", { name: button }).click();
    const said = form.locator("[data-unsent]");
    await expect(said).toHaveText(/^You are offline\. Your words are kept here/);
    await expect(form.getByLabel(field)).toHaveValue(text);
    await expect(form.getByRole("button", { name: button }), "nothing jumps away").toBeInViewport();
    await context.setOffline(false);
    await expect(page).toHaveURL(to);
    await expect(page.getByRole("main").getByText(text)).toHaveCount(1);
    await page.reload();
    await expect(page.getByRole("main").getByText(text)).toHaveCount(1);
  });

  test(`${what} that is changed without a connection waits for its button, and says so`, async ({ page, context }) => {
    await signIn(page, email, path);
    const form = page.locator("form").filter({ has: page.getByLabel(field) });
    const text = `Written in the tunnel: ${what}`;
    await form.getByLabel(field).fill(text);
    await context.setOffline(true);
    const press = form.getByRole("button", { name: button });
    await press.click();
    const said = form.locator("[data-unsent]");
    await expect(said).toHaveText(/^You are offline\. Your words are kept here/);
    await form.getByLabel(field).press("End");
    await page.keyboard.type("!");
    await expect(said).toHaveText("You changed it: press the button again when you are back.");
    const posts: string[] = [];
    page.on("request", (request) => { if (request.method() === "POST") posts.push(request.url()); });
    await context.setOffline(false);
    await expect.poll(() => page.evaluate(() => navigator.onLine)).toBe(true);
    // Time enough for what would go by itself.
    await page.waitForTimeout(500);
    expect(posts).toEqual([]);
    await expect(said).toHaveText("You changed it: press the button again when you are back.");
    await press.click();
    await expect(page).toHaveURL(to);
    await expect(page.getByRole("main").getByText(`${text}!`)).toHaveCount(1);
  });

  test(`${what} that something before Midline answers stays, and is sent again`, async ({ page }) => {
    await signIn(page, email, path);
    const form = page.locator("form").filter({ has: page.getByLabel(field) });
    const text = `Stopped at the door: ${what}`;
    await form.getByLabel(field).fill(text);
    const said = form.locator("[data-unsent]");
    for (const status of [502, 413]) {
      await page.route(posted, (route) => route.request().method() === "POST"
        ? route.fulfill({ status, contentType: "text/html", body: `<title>${status}</title><h1>${status}</h1>` })
        : route.fallback(), { times: 1 });
      await form.getByRole("button", { name: button }).click();
      await expect(said, String(status)).toHaveText(/^We can’t reach Midline, .* It counts only once\.$/);
      await expect(page, "the page stays").toHaveURL(new RegExp(`${path}(#\\w+)?$`));
      await expect(form.getByLabel(field)).toHaveValue(text);
    }
    await form.getByRole("button", { name: button }).click();
    await expect(page).toHaveURL(to);
    await expect(page.getByRole("main").getByText(text)).toHaveCount(1);
  });

  test(`${what} is left alone while it is sent, which ends after a minute`, async ({ page }) => {
    // A minute, in this test, is three seconds.
    await page.addInitScript(() => {
      const timeout = AbortSignal.timeout.bind(AbortSignal);
      AbortSignal.timeout = (ms) => timeout(ms / 20);
    });
    await signIn(page, email, path);
    const form = page.locator("form").filter({ has: page.getByLabel(field) });
    const text = `Sent into the fog: ${what}`;
    const words = form.getByLabel(field);
    await words.fill(text);
    // Neither answered nor refused.
    let asked = 0;
    await page.route(posted, (route) => {
      if (route.request().method() !== "POST" || asked) return route.fallback();
      asked += 1;
      return undefined;
    });
    const press = form.getByRole("button", { name: button });
    const said = form.locator("[data-unsent]");
    await press.click();
    await expect(said).toHaveText("Sending …");
    await expect(words).not.toBeEditable();
    await expect(form.locator("[data-attach]")).toHaveAttribute("inert");
    await expect(press).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(said).toHaveText(/^We can’t reach Midline, .* It counts only once\.$/);
    expect(asked, "pressed twice, sent once").toBe(1);
    await expect(press).toBeFocused();
    await expect(words).toBeEditable();
    await expect(form.locator("[inert]")).toHaveCount(0);
    await expect(words).toHaveValue(text);
    await press.click();
    await expect(page).toHaveURL(to);
    await expect(page.getByRole("main").getByText(text)).toHaveCount(1);
  });

  test(`${what} whose answer was lost counts once`, async ({ page }) => {
    await signIn(page, email, path);
    const form = page.locator("form").filter({ has: page.getByLabel(field) });
    const text = `Lost on the way back: ${what}`;
    await form.getByLabel(field).fill(text);
    let reached = 0;
    await page.route(posted, async (route) => {
      if (route.request().method() !== "POST" || reached) return route.fallback();
      reached = (await route.fetch({ maxRedirects: 0 })).status();
      return route.abort("connectionfailed");
    });
    await form.getByRole("button", { name: button }).click();
    await expect(form.locator("[data-unsent]")).toHaveText(/^We can’t reach Midline, .* It counts only once\.$/);
    expect(reached, "the server has it").toBe(303);
    await form.getByRole("button", { name: button }).click();
    await expect(page).toHaveURL(to);
    await page.goto(what === "a message" ? path : page.url().replace(/\?.*/, ""));
    await expect(page.getByRole("main").getByText(text)).toHaveCount(1);
  });
}
