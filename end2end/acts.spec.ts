// Delay, pause, continue: shown before they are done, done once, and refused in words.
import { expect, test, type Page } from "@playwright/test";
import { accessible, another, day, happened, signIn, title } from "./helpers";

const preview = (page: Page) => page.getByRole("button", { name: "See what that changes" }).click();
const facts = (page: Page) => page.locator("dl.rows");

test("a patient puts a change off, after seeing what that does", async ({ page }, { project }) => {
  // Aligner 11 of 28, due in two days.
  await signIn(page, "patient003@midline.example");
  await page.getByRole("link", { name: "Something’s wrong?" }).click();
  await page.getByRole("link", { name: /^I’m travelling/ }).click();
  await page.getByRole("link", { name: "Delay this change" }).click();
  await expect(title(page)).toHaveText("Stay with aligner 11 for longer?");
  // The reason is known; nothing else is chosen for the patient but a week.
  await expect(page.getByLabel("Reason")).toHaveValue("travel");
  await page.getByLabel("Reason").selectOption("");
  await preview(page);
  await expect(page.getByRole("alert")).toContainText("There is a problem");
  await expect(page.getByLabel("Reason")).toHaveAccessibleDescription("Please choose a reason.");
  if (project.name === "scripts") await accessible(page, "a form that could not be taken");
  await page.getByLabel("New date").selectOption("5");
  await page.getByLabel("Reason").selectOption("Travel");
  await page.getByLabel("Note").fill("In Oslo until Friday");
  await preview(page);
  await expect(title(page)).toHaveText("Stay with aligner 11 until then?");
  await expect(facts(page)).toContainText(day(7).en);
  await expect(facts(page)).toContainText(`until now: ${day(2).en}`);
  await expect(facts(page)).toContainText(day(7 + 17 * 14).en);
  if (project.name === "scripts") await accessible(page, "what an act will do");
  // Thought better of the days; the rest is still there.
  await page.getByRole("button", { name: "Change what I entered" }).click();
  await expect(page.getByLabel("Note")).toHaveValue("In Oslo until Friday");
  await expect(page.getByLabel("Reason")).toHaveValue("travel");
  await page.getByLabel("New date").selectOption("6");
  await preview(page);
  await expect(facts(page)).toContainText(day(8).en);
  await page.getByRole("button", { name: "Yes, delay it" }).click();
  await expect(page.getByRole("status")).toHaveText(`That’s saved. The next step is now due on ${day(8).en}.`);
  await page.goto("/journeys");
  await expect(happened(page).first()).toContainText("Staying with aligner 11 for longer");
  await expect(happened(page).filter({ hasText: "In Oslo until Friday" })).toHaveCount(1);
});

test("a patient pauses and continues, and keeps the days that were left", async ({ page }) => {
  // Aligner 10 of 18, ten days left.
  await signIn(page, "patient013@midline.example", "/something-wrong/illness");
  await page.getByRole("link", { name: "Pause the treatment" }).click();
  await page.getByLabel("When should it continue?").fill(day(20).iso);
  await page.getByLabel("Reason").selectOption("Illness");
  await preview(page);
  await expect(facts(page)).toContainText("10 days of this step");
  await expect(facts(page)).toContainText(day(20).en);
  await expect(facts(page)).toContainText(day(30 + 8 * 14).en);
  await page.getByRole("button", { name: "Yes, pause it" }).click();
  await expect(page.getByRole("status")).toHaveText("That’s saved. The treatment is paused.");
  await expect(title(page)).toHaveText("Your treatment is paused");
  await page.getByRole("link", { name: "Continue the treatment" }).click();
  await expect(title(page)).toHaveText("Continue with aligner 10?");
  await expect(facts(page)).toContainText(day(10).en);
  await page.getByRole("button", { name: "Yes, continue" }).click();
  await expect(page.getByRole("status")).toHaveText(`That’s saved. The next step is now due on ${day(10).en}.`);
  await page.goto("/journeys");
  await expect(happened(page).nth(0)).toContainText("Continued with aligner 10");
  await expect(happened(page).nth(1)).toContainText("Treatment paused");
});

test("the journey’s page tells the numbers, and each event has an address", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1");
  const numbers = page.getByRole("region", { name: "In numbers" });
  await expect(numbers.getByRole("definition").first(), "what has been achieved").toHaveText(/^\d+ of 24$/);
  await expect(numbers.getByRole("img")).toHaveAccessibleName(/^The expected last day moved from .* to /);
  await numbers.getByText("Each move of the last day, and why").click();
  const moves = numbers.getByRole("table").first();
  await expect(moves.getByRole("row").filter({ hasText: "Delayed: Not fitting well" })).toContainText("5 days later");
  await expect(moves.getByRole("row").filter({ hasText: "Pause" })).toContainText("12 days later");
  await expect(moves.getByRole("row").last()).toContainText("First plan");

  const linked = happened(page).filter({ hasText: "Treatment paused" });
  await linked.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/journeys\/1\?event=\d+#event-\d+$/);
  await expect(page.locator("[aria-current=true]")).toContainText("Treatment paused");
  await page.getByRole("link", { name: "Print view" }).click();
  await expect(page.getByText(/^Mia Berger, as of /)).toBeVisible();
});

test("a former treatment stays readable, and takes no act", async ({ page }) => {
  await signIn(page, "braces.patient@midline.example", "/journeys/5");
  await page.getByRole("region", { name: "Other treatments" }).getByRole("link", { name: "Aligners" }).click();
  await expect(page).toHaveURL(/\/journeys\/4$/);
  await expect(happened(page).first()).toContainText("Treatment completed");
  for (const act of ["progress", "delay", "pause", "continue"]) {
    expect((await page.goto(`/journeys/4/${act}`))?.status(), act).toBe(422);
    await expect(title(page)).toHaveText("Your treatment is already complete");
  }
});

test("before the start there is one act", async ({ page }) => {
  await signIn(page, "patient061@midline.example");
  for (const act of ["delay", "pause", "continue"]) {
    expect((await page.goto(`/journeys/66/${act}`))?.status(), act).toBe(422);
    await expect(title(page)).toHaveText("The treatment hasn’t started yet");
    await expect(page.getByRole("link", { name: "Move on to aligner 1" })).toBeVisible();
  }
});

test("while it is paused there is one act, and otherwise nothing to continue", async ({ page, browser }, info) => {
  await signIn(page, "paused.patient@midline.example");
  for (const act of ["progress", "delay", "pause"]) {
    expect((await page.goto(`/journeys/3/${act}`))?.status(), act).toBe(422);
    await expect(page.getByRole("link", { name: "Continue the treatment" })).toBeVisible();
  }
  const other = await another(browser, info);
  await signIn(other, "patient014@midline.example");
  expect((await other.goto("/journeys/19/continue"))?.status()).toBe(422);
  await expect(title(other)).toHaveText("The treatment isn’t paused");
  await other.context().close();
});

test("what cannot be is refused beside its field, and keeps what was typed", async ({ page }) => {
  await signIn(page, "patient014@midline.example", "/journeys/19/pause");
  const note = "Seven weeks at sea";
  await page.getByLabel("Note").fill(note);
  // What a browser would not let through is taken to the server all the same.
  await page.getByLabel("When should it continue?").evaluate((input: HTMLInputElement) => { input.min = ""; });
  await page.getByLabel("When should it continue?").fill(day(-1).iso);
  await page.getByLabel("Reason").selectOption("Travel");
  await preview(page);
  await expect(page.getByLabel("When should it continue?"))
    .toHaveAccessibleDescription(/^Please choose a day from tomorrow on/);
  await expect(page.getByLabel("Note")).toHaveValue(note);

  await page.goto("/journeys/19/delay");
  await page.getByLabel("Reason").selectOption("Pain");
  await page.getByLabel("Note").evaluate((area: HTMLTextAreaElement) => { area.maxLength = 5000; });
  await page.getByLabel("Note").fill("x".repeat(501));
  await preview(page);
  await expect(page.getByLabel("Note")).toHaveAccessibleDescription(/^Please keep the note to 500 characters\./);
  await page.getByLabel("Note").fill(note);
  await page.getByLabel("New date").evaluate((select: HTMLSelectElement) => { select.options[0]!.value = "29"; });
  await page.getByLabel("New date").selectOption("29");
  await preview(page);
  await expect(page.getByLabel("New date")).toHaveAccessibleDescription("Please choose between 1 and 28 days.");
  await expect(page.getByLabel("Note")).toHaveValue(note);
});

test("a form that comes too late changes nothing and gives the note back", async ({ page, context }) => {
  await signIn(page, "patient027@midline.example", "/journeys/32/pause");
  await page.getByLabel("Reason").selectOption("Travel");
  await page.getByLabel("Note").fill("Written in the first tab");
  const other = await context.newPage();
  await other.goto("/journeys/32/delay");
  await other.getByLabel("Reason").selectOption("Pain");
  await preview(other);
  await other.getByRole("button", { name: "Yes, delay it" }).click();
  // Putting off is not telling.
  await expect(other).toHaveURL(/\/something-wrong\/pain\?saved$/);
  await expect(other.getByRole("status").first()).toContainText("Now tell your dentist what is wrong");
  const late = page.waitForResponse((response) => response.request().method() === "POST");
  await preview(page);
  expect((await late).status()).toBe(409);
  await expect(page.getByRole("status")).toContainText("already changed");
  await expect(page.getByRole("status")).toContainText("Written in the first tab");
  await expect(happened(page).first()).toContainText("Staying with aligner 11 for longer");
});

test("a change that is owed is put off into the future only", async ({ page }) => {
  // Aligner 22 of 30, due three days ago.
  await signIn(page, "patient069@midline.example", "/journeys/74/delay");
  const options = page.getByLabel("New date").locator("option");
  await expect(options.first()).toHaveText(`4 days later: ${day(1).en}`);
  await expect(options).toHaveCount(25);
  await options.first().evaluate((option: HTMLOptionElement) => { option.value = "2"; });
  await page.getByLabel("New date").selectOption("2");
  await page.getByLabel("Reason").selectOption("Illness");
  await preview(page);
  await expect(page.getByLabel("New date")).toHaveAccessibleDescription("That date is past already. Please choose at least 4 days.");
  // Its plan counts from today.
  await page.goto("/journeys");
  await page.locator("summary").first().click();
  await expect(page.getByRole("listitem").filter({ hasText: "aligner 23" }).first().locator("time")).toHaveAttribute("datetime", day(0).iso);
});

test("a change that was owed for a month is not put off any more", async ({ page }) => {
  // Aligner 5 of 24.
  await signIn(page, "patient011@midline.example");
  expect((await page.goto("/journeys/16/delay"))?.status()).toBe(422);
  await expect(title(page)).toHaveText("This change has been due for too long to be delayed");
  await page.getByRole("link", { name: "Pause the treatment" }).click();
  await expect(title(page)).toHaveText("Pause the treatment?");
});
