// What every page says: one thing, by name, in words that a clinic's letter would use. The catalogues are held against the
// same list by `tests/http/catalogues.rs`; here what comes of them is looked at, on every page of everybody.
import { expect, test, type Page } from "@playwright/test";
import { EVERYBODY, signIn, title, type Visit, withoutNews } from "./helpers";

test.beforeEach(async ({ page }) => { await withoutNews(page); });

/** Words of the code, and words for things that have another name here. */
const NOT_SAID = /\b(journeys?|notices?|wish(es|ed)?|stands|take it back|taken back|still needs a look|of whom|it can be done with)\b/i;

/** What a page of somebody's record is called at a desk names them, too. */
const OF_SOMEBODY = /^\/(patients\/\d+|journeys\/\d+)(\/|\?|$)/;

async function listen(page: Page, { path, status }: Visit, desk: boolean): Promise<string[]> {
  await page.goto(path);
  const found: string[] = [];
  const says = (words: string) => found.push(`${path}: ${words}`);
  const heading = (await title(page).allInnerTexts()).map((text) => text.trim());
  if (heading.length !== 1) says(`${heading.length} headings of the first level`);
  const tab = (await page.title()).replace(/(<!>)?$/, "").replace(/ · Midline(<!>)?$/, "");
  if (tab.length === 0 || tab === "Midline") says("no title");
  if (desk && status === 200 && OF_SOMEBODY.test(path)) {
    const bar = page.locator(".patient-bar-name");
    const person = await bar.count() ? await bar.first().innerText() : "";
    if (person && !tab.includes(person)) says(`titled "${tab}", without ${person}`);
  }
  const text = await page.locator("body").innerText();
  const not = NOT_SAID.exec(text);
  if (not) says(`says "${not[0]}"`);
  for (const name of await page.locator("button, a.button").allInnerTexts()) {
    if (/^(Cancel|Abbrechen)$/.test(name.trim())) says(`a bare "${name.trim()}"`);
  }
  return found;
}

for (const { who, email, visits } of EVERYBODY) {
  test(`what pages say to ${who}`, async ({ page }, info) => {
    test.skip(info.project.name !== "no-scripts", "words are the server's");
    if (email) await signIn(page, email);
    const found: string[] = [];
    for (const visit of await visits(page)) {
      found.push(...await listen(page, visit, /dentist|staff|administrator/.test(who)));
    }
    expect(found).toEqual([]);
  });
}
