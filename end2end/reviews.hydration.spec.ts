// Forty cases without a mouse: what the keys do, how many it takes, and how long.
import { expect, test, type Page } from "@playwright/test";
import { signIn, title } from "./helpers";

/** A decision's key does nothing for so many milliseconds at first: what has just come has not been seen. */
const SEEING = 300;
const ready = (page: Page) => expect(page.locator("[data-keys]")).toBeAttached();

test("keys go to cases, views and decisions, and back", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/reviews");
  await ready(page);
  const first = await title(page).textContent();
  await page.keyboard.press("j");
  await expect(title(page)).not.toHaveText(first ?? "");
  await ready(page);
  await page.keyboard.press("k");
  await expect(title(page)).toHaveText(first ?? "");
  await ready(page);
  await page.keyboard.press("2");
  await expect(page.getByRole("region", { name: "Left side" })).toBeFocused();
  await page.keyboard.press("?");
  await expect(page.getByText("Go to a view")).toBeVisible();
  await page.keyboard.press("r");
  await expect(page.getByRole("combobox", { name: "Front view" })).toBeFocused();
  // Typing is not pressing keys.
  await page.getByRole("combobox", { name: "Front view" }).blur();
  await page.keyboard.press("n");
  await expect(page.getByLabel("Note to the patient")).toBeFocused();
  await page.keyboard.type("ash");
  await expect(title(page)).toHaveText(first ?? "");
  await page.getByLabel("Note to the patient").blur();
  // What stands still is not held: on to a case that can be.
  while ((await page.locator("#days").count()) === 0) {
    const at = page.url();
    await page.keyboard.press("j");
    await expect(page).not.toHaveURL(at);
    await ready(page);
  }
  const held = await title(page).textContent();
  await page.keyboard.press("h");
  await expect(page.getByLabel("Hold until")).toBeFocused();
  // Enter in a field decides nothing.
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText(held ?? "");
  await page.getByLabel("Hold until").blur();
  await page.keyboard.press("2");
  await page.keyboard.press("c");
  await expect(page).toHaveURL(/photos\/compare\?view=left/);
  await page.goBack();
  await ready(page);
  await page.waitForTimeout(SEEING);
  await page.keyboard.press("s");
  await expect(page.getByRole("status")).toContainText("Come and see me");
  await ready(page);
  await page.keyboard.press("u");
  await expect(title(page)).toHaveText(held ?? "");
  await expect(page.getByText("taken back", { exact: true })).toBeVisible();
});

test("forty cases are decided", async ({ page }, info) => {
  test.setTimeout(120_000);
  await signIn(page, "dentist@midline.example", "/reviews");
  await ready(page);
  const begun = Date.now();
  const answers: number[] = [];
  let [cases, strokes, owed] = [0, 0, 0];
  while (cases < 40) {
    const at = page.url();
    // One in ten is held, with the days that are proposed; where that cannot be, the next one.
    if (cases % 10 === 8) owed += 1;
    const held = owed > 0 && (await page.locator("#days").count()) === 1;
    if (held) owed -= 1;
    const keys = held ? ["h", "Tab", "Enter"] : ["a"];
    await page.waitForTimeout(SEEING);
    const sent = Date.now();
    for (const key of keys) await page.keyboard.press(key);
    strokes += keys.length;
    await expect(page).not.toHaveURL(at);
    cases += 1;
    await ready(page);
    answers.push(Date.now() - sent);
  }
  const seconds = (Date.now() - begun - cases * SEEING) / 1000;
  answers.sort((a, b) => a - b);
  info.annotations.push({ type: "figure", description: `${cases} cases, ${strokes} strokes, ${seconds.toFixed(1)} s; to the next case ${answers[20]} ms (median), ${answers[39]} ms at most` });
  console.log(`forty cases: ${strokes} strokes, ${seconds.toFixed(1)} s; to the next case ${answers[20]} ms (median), ${answers[39]} ms at most`);
  expect(strokes).toBe(48);
});
