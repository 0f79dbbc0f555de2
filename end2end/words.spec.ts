// What every page says: one thing, by name, in words that a clinic's letter would use. The catalogues are held against the
// same list by `tests/http/catalogues.rs`; here what comes of them is looked at, on every page of everybody.
import { expect, test, type Page } from "@playwright/test";
import { another, EVERYBODY, signIn, title, type Visit, withoutNews } from "./helpers";

test.beforeEach(async ({ page }) => { await withoutNews(page); });

/** Words of the code, and words for things that have another name here. */
const NOT_SAID = /\b(journeys?|notices?|wish(es|ed)?|stands|take it back|taken back|still needs a look|of whom|it can be done with)\b/i;

/** What a page of somebody's record is called at a desk names them, too. */
const OF_SOMEBODY = /^\/(patients|journeys|photos|reports|notifications)\/\d+(\/|\?|$)/;

/** Whose the first journey and the first photo are. */
const MIA = /^\/(journeys|photos)\/1(\/|\?|$)/;

/** What is wrong with what a page is called. */
async function named(page: Page, { path, status }: Visit, desk: boolean): Promise<string[]> {
  const found: string[] = [];
  const says = (words: string) => found.push(`${path}: ${words}`);
  const heading = (await title(page).allInnerTexts()).map((text) => text.trim());
  if (heading.length !== 1) says(`${heading.length} headings of the first level`);
  const tab = (await page.title()).replace(/(<!>)?$/, "").replace(/ · Midline(<!>)?$/, "");
  if (tab.length === 0 || tab === "Midline") says("no title");
  if (desk && status === 200 && OF_SOMEBODY.test(path)) {
    const bar = (await page.locator(".patient-bar-name").allInnerTexts())[0]?.trim();
    const record = /^\/patients\/\d+$/.test(path) ? heading[0] : undefined;
    const person = MIA.test(path) ? "Mia Berger" : bar ?? record;
    if (!person) says("does not say whose it is");
    else if (!tab.includes(person)) says(`titled "${tab}", without ${person}`);
  }
  return found;
}

async function listen(page: Page, visit: Visit, desk: boolean): Promise<string[]> {
  const { path } = visit;
  await page.goto(path);
  const found = await named(page, visit, desk);
  const says = (words: string) => found.push(`${path}: ${words}`);
  const text = await page.locator("body").innerText();
  const not = NOT_SAID.exec(text);
  if (not) says(`says "${not[0]}"`);
  for (const name of await page.locator("button, a.button").allInnerTexts()) {
    if (/^(Cancel|Abbrechen)$/.test(name.trim())) says(`a bare "${name.trim()}"`);
  }
  return found;
}

const atDesk = (who: string) => /dentist|staff|administrator/.test(who);

for (const { who, email, visits } of EVERYBODY) {
  test(`what pages say to ${who}`, async ({ page, browser }, info) => {
    test.skip(info.project.name !== "no-scripts", "words are the server's");
    test.setTimeout(200_000);
    if (email) await signIn(page, email);
    const all = await visits(page);
    const found: string[] = [];
    for (const visit of all) found.push(...await listen(page, visit, atDesk(who)));
    if (email && atDesk(who)) {
      // Whose a page is, is said in German as well.
      const german = await another(browser, info, { locale: "de-DE" });
      await signIn(german, email);
      await expect(german.locator("html")).toHaveAttribute("lang", "de");
      for (const visit of all) {
        await german.goto(visit.path);
        found.push(...await named(german, visit, true));
      }
      await german.context().close();
    }
    expect(found).toEqual([]);
  });
}
