import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Browser, type BrowserContextOptions, type Cookie, type Locator, type Page, type TestInfo } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a browser keeps of who has signed in, by project and address: one session serves all tests of a run. */
const sessions = new Map<string, Cookie[]>();

/** On a phone a patient's way out stands in the settings. */
const signedIn = (page: Page) => page.getByRole("button", { name: /^(Sign out|Abmelden)/ })
  .or(page.getByRole("navigation", { name: /^(Main menu|Hauptmenü)$/ })).first();

/**
 * Is signed in, with the session that an earlier test began for this person if it still stands. Tests of signing in and out, and
 * those that end a session, use `signInAfresh`.
 */
export async function signIn(page: Page, email: string, path = "/") {
  const who = `${test.info().project.name} ${email}`;
  const session = sessions.get(who);
  if (session) {
    await page.context().addCookies(session);
    await page.goto(path);
    if (new URL(page.url()).pathname !== "/sign-in") {
      await expect(signedIn(page)).toBeVisible();
      return;
    }
    // It has ended, with the days that passed or by somebody's leave.
    sessions.delete(who);
  }
  await signInAfresh(page, email, path);
  sessions.set(who, (await page.context().cookies(page.url())).filter(({ name }) => /^(__Host-)?midline/.test(name)));
}

/** Signs in at the provider, by its button or, for those without one, by address: a session of this browser's own. */
export async function signInAfresh(page: Page, email: string, path = "/") {
  await page.goto(path);
  await toProvider(page);
  await atProvider(page, email);
  await expect(signedIn(page)).toBeVisible();
}

/** From the sign-in page to the provider's page, which asks who it is. */
export async function toProvider(page: Page) {
  await page.getByRole("button", { name: /^(Sign in|Anmelden)$/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Who are you today?");
}

/** Answers the provider, and is back at Midline. */
export async function atProvider(page: Page, email: string) {
  const button = page.getByRole("button", { name: new RegExp(`^${email}`) });
  if (await button.count()) {
    await button.click();
  } else {
    await page.getByLabel("Email address").fill(email);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }
  await expect(page.getByRole("link", { name: "Midline", exact: true })).toBeVisible();
}

export async function signOut(page: Page) {
  await page.getByRole("button", { name: /^(Sign out|Abmelden)$/ }).click();
  await expect(page).toHaveURL(/\/signed-out$/);
}

/** Nobody is signed in: a page of patients leads to the sign-in page. */
export async function isSignedOut(page: Page) {
  await page.goto("/journeys");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Welcome to Midline");
}

/** Somebody else, at another device. */
export async function another(browser: Browser, { project }: TestInfo, options: BrowserContextOptions = {}) {
  const { baseURL, javaScriptEnabled, locale, timezoneId } = project.use;
  const same = Object.fromEntries(Object.entries({ baseURL, javaScriptEnabled, locale, timezoneId })
    .filter(([, value]) => value !== undefined));
  return (await browser.newContext({ ...same, ...options })).newPage();
}

/** Lets pages come to rest: the stream of news would stay open for as long as they do. */
export const withoutNews = (page: Page) => page.route("**/inbox/live", (route) =>
  route.fulfill({ status: 200, contentType: "text/event-stream", body: "retry: 3600000\n\n" }));

/** The page's only heading of the first level. */
export const title = (page: Page) => page.getByRole("heading", { level: 1 });

/** The link that names what a patient can do now; nowhere else is there one like it. */
export const nextStep = (page: Page) => page.getByRole("main").getByRole("link", { name: /^I’ve/ });

/** What happened, newest first: on the page of a treatment, not on a patient’s first page. */
export const happened = (page: Page) => page.getByRole("region", { name: "Timeline" }).getByRole("listitem");

/** The events of a treatment's timeline, without what stands between them and the photos below them. */
export const entries = (page: Page) => page.locator("#timeline > li[id]");

/** What stands behind a link. */
export async function target(link: Locator): Promise<string> {
  const href = await link.getAttribute("href");
  expect(href).toMatch(/^\//);
  return href ?? "";
}

/** A day so many days from today, where the made-up people live, as Midline writes it in full. */
export function day(offset: number) {
  const now = new Date();
  const [year, month, date] = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Berlin" }).format(now).split("-");
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date) + offset));
  const part = (locale: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(at);
  const other = String(at.getUTCFullYear()) === year ? "" : ` ${at.getUTCFullYear()}`;
  const named = (locale: string) => [part(locale, { weekday: "long" }), part(locale, { month: "long" })] as const;
  const [english, german] = [named("en-GB"), named("de-DE")];
  return {
    iso: at.toISOString().slice(0, 10),
    en: `${english[0]} ${at.getUTCDate()} ${english[1]}${other}`,
    de: `${german[0]}, ${at.getUTCDate()}. ${german[1]}${other}`,
  };
}

/** The stack's environment, by project. */
export function environment(project: string): Map<string, string> {
  const text = readFileSync(join(process.env["MIDLINE_E2E_DATA"] ?? "", project, "env"), "utf8");
  return new Map([...text.matchAll(/export (\w+)='(.*)'/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
}

/** Switches faults of the provider; what is not named is put right. */
export async function providerFaults(project: string, faults: Record<string, string>) {
  const issuer = environment(project).get("OIDC_ISSUER_URL");
  const answer = await fetch(`${issuer}/__faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: "ok", jwks: "ok", id_token: "ok", ...faults }),
  });
  expect(answer.status).toBe(200);
}

/** Nothing that axe finds against WCAG 2.2 A and AA. */
export async function accessible(page: Page, what: string) {
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"])
    .analyze();
  expect(found.passes.length, "axe has looked").toBeGreaterThan(0);
  const violations: string[] = [];
  for (const { id, nodes } of found.violations) {
    for (const node of nodes) {
      const place = String(node.target[0]);
      // What a bar at the window's edge covers for the moment is as large as it is once it is scrolled to.
      if (id === "target-size") {
        await page.locator(place).evaluate((target) => { target.scrollIntoView({ block: "center" }); });
        const again = await new AxeBuilder({ page }).include(place).withRules(["target-size"]).analyze();
        if (again.violations.length === 0) continue;
      }
      violations.push(`${id}: ${node.html}`);
    }
  }
  expect(violations, what).toEqual([]);
}

/** A phone and a desk. */
export const SCREENS = [{ width: 390, height: 844 }, { width: 1280, height: 800 }] as const;

/** The narrowest that anybody has, or a desk at 400 %. */
export const NARROW = { width: 320, height: 640 } as const;

/** A page that somebody can reach, and what it answers with. */
export interface Visit {
  path: string;
  status: number;
  /** It loads the program of all islands. */
  islands?: true;
  /** How many modules of their own it loads. */
  modules?: number;
}

const islands = (...paths: string[]): Visit[] => paths.map((path) => ({ path, status: 200, islands: true }));
const modules = (count: number, ...paths: string[]): Visit[] => paths.map((path) => ({ path, status: 200, modules: count }));
const ok = (...paths: string[]): Visit[] => paths.map((path) => ({ path, status: 200 }));

/** The first address of this kind among the links of a page, if there is one. */
async function linked(page: Page, path: string, kind: RegExp): Promise<string[]> {
  await page.goto(path);
  const all = await page.getByRole("main").locator("a[href]")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  return all.filter((href) => kind.test(href)).slice(0, 1);
}

/** Pages that offer something or say why it cannot be, whichever it is by now: other tests go on with these treatments. */
async function eitherWay(page: Page, ...paths: string[]): Promise<Visit[]> {
  const found: Visit[] = [];
  for (const path of paths) {
    const status = (await page.goto(path))?.status() ?? 0;
    expect([200, 422], path).toContain(status);
    found.push({ path, status });
  }
  return found;
}

/** The pages of the desk, the second page of the list and the first record among them. */
async function desk(page: Page): Promise<Visit[]> {
  await page.goto("/patients");
  const next = await target(page.getByRole("link", { name: "Next page" }));
  const record = await target(page.getByRole("rowheader").getByRole("link").first());
  // The first of the made-up patients' journeys, which is under way, and one that is complete.
  const acts = ["", "/progress", "/delay", "/pause", "/back", "/plan", "/end", "/aftercare", "?print"];
  return [
    ...ok("/patients", "/calendar", "/calendar?view=week", "/calendar?view=month", next, record, "/settings", "/settings?saved", "/settings/time-zone"),
    ...ok(...acts.map((act) => `/journeys/1${act}`)),
    { path: "/journeys/1/continue", status: 422 },
    ...ok("/dentist-changes", "/dentist-changes/1", "/reports"),
    ...await eitherWay(page, `${record}/journeys`, "/journeys/1/take-back"),
    { path: "/patients/999999", status: 404 },
    { path: "/journeys", status: 403 },
  ];
}

/** Where staff write to the first patient of the list. */
async function writing(page: Page): Promise<string> {
  await page.goto("/patients");
  await page.goto(await target(page.getByRole("rowheader").getByRole("link").first()));
  // It may be one of the acts behind "More".
  return target(page.locator('a[href^="/notifications/new?"]'));
}

/** A campaign of this name, where it is saved; written if there is none yet. */
async function campaign(page: Page, name: string, more: () => Promise<void>): Promise<string> {
  await page.goto("/campaigns");
  const there = page.getByRole("link", { name, exact: true });
  if (await there.count()) return target(there.first());
  await page.goto("/campaigns/new");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Text in English").fill("We have new opening hours.");
  await page.getByLabel("From step").fill("15");
  await more();
  return new URL(page.url()).pathname;
}

/** A draft with what is done to it, and a campaign that can be stopped: it is years away. */
async function campaigns(page: Page): Promise<Visit[]> {
  const save = async () => {
    await page.getByRole("button", { name: "Save draft and preview" }).click();
    await expect(title(page)).toHaveText(/^Preview: /);
  };
  const draft = await campaign(page, "A draft for every page", save);
  const far = await campaign(page, "Years away", async () => {
    await page.getByLabel("At the same moment for everybody").check();
    await page.getByLabel("Day", { exact: true }).fill("2031-05-06");
    await page.getByLabel("Time", { exact: true }).fill("10:00");
    await save();
    await page.getByRole("link", { name: "Continue to sending" }).click();
    await page.getByRole("button", { name: /^Schedule for \d+ patients?$/ }).click();
    await expect(page).toHaveURL(/\/campaigns\/\d+$/);
  });
  // Whoever stays on its page is not led on.
  return ok(draft, `${draft}/edit`, `${draft}/send`, `${far}?still`, `${far}/stop`);
}

/** A patient's pages, and whatever else is theirs. */
const patient = (...more: Visit[]) => async (): Promise<Visit[]> =>
  [...ok("/", "/calendar", "/calendar?view=week", "/calendar?view=month", "/journeys", "/inbox", "/settings/notifications", "/access", "/settings", "/settings?saved", "/dentists", "/dentists/2/change", "/terms",
    "/something-wrong", "/welcome/place", "/welcome/reminders", "/welcome/photos", "/welcome/practice", "/welcome/done"), ...modules(1, "/something-wrong/pain"), ...more];

/** The forms of a patient whose journey is under way. */
const forms = (journey: number): Visit[] =>
  ok(`/journeys/${journey}/delay`, `/journeys/${journey}/pause`, `/journeys/${journey}?print`, "/calendar/address", "/settings/time-zone");

/** A report that waits, and the page that closes it. */
async function reported(page: Page): Promise<Visit[]> {
  const found = await linked(page, "/reports", /^\/reports\/\d+$/);
  return [...modules(1, ...found), ...ok(...found.map((report) => `${report}/close`))];
}

/** Pages of photos: the gallery, one, comparing, the film. */
const photos = (): Visit[] => [
  ...ok("/journeys/1/photos", "/journeys/1/photos?print"), ...modules(2, "/photos/1"),
  ...modules(1, "/journeys/1/messages", "/journeys/1/messages?photo=1", "/journeys/1/photos/compare", "/journeys/1/photos/lapse"),
];

/** Everybody, with every page they can reach; the terms are in `journey.spec.ts`, before they are accepted. */
export const EVERYBODY: { who: string; email?: string; visits: (page: Page) => Promise<Visit[]> }[] = [
  {
    who: "nobody",
    visits: async () => [
      ...ok("/sign-in", "/signed-out"),
      { path: "/nothing-here", status: 404 },
      { path: "/sign-in/callback?state=old&code=old", status: 400 },
      { path: "/sign-out", status: 405 },
    ],
  },
  { who: "a patient with photos", email: "patient@midline.example", visits: async (page) => [...ok(...await linked(page, "/wear", /^\/wear\/\d+$/)), ...await patient({ path: "/patients", status: 403 }, ...forms(1), ...modules(1, "/something-wrong/not_fitting", "/something-wrong/lost_or_broken"), ...ok("/something-wrong/illness", "/something-wrong/travel", "/settings/device"), ...photos(), ...modules(1, "/journeys/1/photos/new"), ...ok("/wear", "/wear/new"), { path: "/photos/1/delete", status: 409 }, { path: "/photos/1/place", status: 409 })()] },
  { who: "a patient who is paused", email: "paused.patient@midline.example", visits: patient({ path: "/journeys/3/progress", status: 422 }, { path: "/journeys/3/continue", status: 200 }) },
  { who: "a patient with braces", email: "braces.patient@midline.example", visits: patient({ path: "/nothing-here", status: 404 }) },
  { who: "a patient who has reported something", email: "patient051@midline.example", visits: patient(...ok("/reports/1", "/reports/1/close")) },
  { who: "a patient who is done", email: "patient002@midline.example", visits: patient() },
  { who: "a patient before the start", email: "patient041@midline.example", visits: patient() },
  {
    who: "a patient due today",
    email: "patient009@midline.example",
    visits: async (page) => {
      await page.goto("/");
      const progress = await target(nextStep(page));
      return [...ok("/", "/?saved"), { path: progress, status: 200, islands: true }, ...await eitherWay(page, progress.replace(/progress$/, "take-back"))];
    },
  },
  { who: "a dentist", email: "dentist@midline.example", visits: async (page) => [...await desk(page), ...await reported(page), ...photos(), ...ok("/photos/1/place", "/journeys/1/wear", "/today", "/messages", "/messages?show=unread", "/messages/replies", "/reviews?show=decided"), ...modules(3, "/journeys/1/reviews/8", "/journeys/1/reviews/8?view=left", "/journeys/1/reviews/8?decide=retake&view=left")] },
  { who: "staff", email: "staff@midline.example", visits: async (page) => [...await desk(page), ...ok("/office", "/notifications", "/notifications?status=pending&pick=page", "/notifications/change?do=cancel&all=yes", await writing(page), "/notifications/new", "/campaigns", "/campaigns/new", "/address-clashes", ...await linked(page, "/notifications", /^\/notifications\/\d+(\?|$)/)), ...await campaigns(page)] },
  { who: "an administrator", email: "admin@midline.example", visits: desk },
];

/** Asks the stack's database, as the owner of its schema. */
function database(project: string, sql: string) {
  const url = environment(project).get("MIGRATION_DATABASE_URL") ?? "";
  return execFileSync("psql", [url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql], { encoding: "utf8" }).trim();
}

/**
 * A made-up patient whose timeline and gallery are longer than a page: with delays of a day each, and with sixty photos that the store
 * has nothing of. Made once a stack.
 */
export function longTreatment(project: string): { email: string; journey: number; events: number } {
  // Of those whom no other test is about, the last.
  const found = database(project, `
    select u.email, j.id, u.id from journeys j join users u on u.id = j.user_id
      join lateral (select due_on from progress_events where journey_id = j.id order by id desc limit 1) e on e.due_on is not null
    where j.status = 'active' and j.current_progress_stage >= 4 and u.email ~ '^patient1[0-9]{2}@'
      and not exists (select from user_images where journey_id = j.id and s3_key not like 'photos/long-%')
    order by u.id desc limit 1`);
  const [email = "", journey = "", patient = ""] = found.split("|");
  expect(found, "a patient with a treatment under way").not.toBe("");
  database(project, `do $$ declare e progress_events%rowtype; begin
    while (select count(*) from progress_events where journey_id = ${journey}) < 70 loop
      select * into strict e from progress_events where journey_id = ${journey} order by id desc limit 1;
      insert into progress_events (user_id, journey_id, start_date, progress_stage, end_date, type, reason, actor_id, previous_event_id, time_zone)
      values (e.user_id, e.journey_id, e.start_date + interval '1 second', e.progress_stage, e.end_date + interval '1 day', 'delay', 'travel',
              e.user_id, e.id, e.time_zone);
    end loop;
    insert into user_images (user_id, journey_id, s3_key, progress_stage, view, width, height, sha256, thumbhash, awaits_review)
      select ${patient}, ${journey}, 'photos/long-' || n, 1 + n % 4, 'other', 960, 720, sha256(convert_to('long-' || n, 'UTF8')),
             '\\x2a090a1d0082679779887086777777877677', false
      from generate_series(1, 60) n on conflict do nothing;
  end $$`);
  const events = database(project, `select count(*) from progress_events where journey_id = ${journey}`);
  return { email, journey: Number(journey), events: Number(events) };
}
