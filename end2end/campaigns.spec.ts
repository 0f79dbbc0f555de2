// The whole way of a campaign: written, looked at, tested on oneself in both languages, scheduled, found again, and stopped.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { accessible, signIn, title } from "./helpers";

const press = async (target: Locator) => {
  await target.focus();
  await target.press("Enter");
};

/** Where one is on the way. On a phone it is said in a line. */
const step = (page: Page, words: string) =>
  expect(page.locator(".stepper [aria-current=step]")).toContainText(words);

test("a campaign is tested, scheduled, found again, stopped, and written anew", async ({ page }, info) => {
  const scripts = info.project.name === "scripts";
  const name = `Opening hours ${info.project.name}`;
  await signIn(page, "staff@midline.example", "/campaigns");
  await press(page.getByRole("link", { name: "New campaign" }));
  await step(page, "Write");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Text in English").fill("We have new opening hours.");
  await page.getByLabel("Text in German").fill("Wir haben neue Sprechzeiten.");
  await page.getByLabel("Treatment", { exact: true }).selectOption("aligners");
  await page.getByLabel("At the same moment for everybody").check();
  await page.getByLabel("Day", { exact: true }).fill("2031-05-06");
  await page.getByLabel("Time", { exact: true }).fill("10:00");
  await press(page.getByRole("button", { name: "Save draft and preview" }));

  await expect(title(page)).toHaveText(`Preview: ${name}`);
  await step(page, "Preview and test");
  // Each language can be tried, and the campaign is not lost by looking where it arrived.
  for (const language of ["English", "German"]) {
    const said = page.getByText(`The ${language} text was sent to you, and to nobody else.`);
    await press(page.getByRole("button", { name: `Send the ${language} text to me` }));
    await expect(said).toBeVisible();
    await press(page.getByRole("link", { name: "See whether it arrived" }));
    await expect(title(page)).toHaveText(/^Notification to /);
    await expect(page.getByRole("region", { name: "History" }).getByText(/Written by/)).toBeVisible();
    await press(page.getByRole("main").getByRole("link", { name, exact: true }).first());
    await expect(title(page)).toHaveText(`Preview: ${name}`);
    await expect(said).toBeVisible();
  }
  if (scripts) await accessible(page, "a draft that was tested");

  await press(page.getByRole("link", { name: "Continue to sending" }));
  await step(page, "Send");
  await press(page.getByRole("button", { name: /^Schedule for \d+ patients$/ }));
  // The list of recipients is made first; the page follows by itself.
  await expect(page.getByText(/Nothing has gone out yet: \d+ patients get it then/)).toBeVisible({ timeout: 30_000 });
  await step(page, "Follow or stop");
  await expect(page.getByText("Scheduled for").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Pause sending" })).toHaveCount(0);
  if (scripts) await accessible(page, "a campaign that waits for its time");

  // It says so wherever it is named.
  await page.goto("/office");
  await expect(page.getByRole("listitem").filter({ hasText: name })).toContainText("Scheduled for 6 May 2031, 10:00");
  await press(page.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Campaigns" }));
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.first()).toContainText("Scheduled for 6 May 2031, 10:00");
  await press(row.first().getByRole("link", { name }));

  await press(page.getByRole("link", { name: "Stop this campaign" }));
  await expect(title(page)).toHaveText(`Stop the campaign “${name}”?`);
  await expect(page.getByText("Nobody has got it so far.")).toBeVisible();
  if (scripts) await accessible(page, "stopping a campaign");
  await press(page.getByRole("button", { name: /^Stop \d+ notifications$/ }));
  await expect(page.getByText(/^Stopped: 0 had gone out, \d+ will not\.$/)).toBeVisible();

  // What was written is not lost with it.
  await press(page.getByRole("link", { name: "Write a new one from this" }));
  await expect(title(page)).toHaveText("New campaign");
  await expect(page.getByLabel("Text in German")).toHaveValue("Wir haben neue Sprechzeiten.");
});
