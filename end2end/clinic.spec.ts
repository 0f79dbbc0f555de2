// What a dentist does to a journey, and what its patient sees of that.
import { expect, test, type Page } from "@playwright/test";
import { another, day, happened, signIn, title } from "./helpers";

const preview = (page: Page) => page.getByRole("button", { name: "See what that changes" }).click();
/** One of the acts behind "More" at the head of a record. */
async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("link", { name, exact: true }).click();
}
const facts = (page: Page) => page.locator("dl.rows");

test("a dentist holds a step and changes the plan; the patient reads who and why", async ({ page, browser }, info) => {
  const patient = await another(browser, info);
  // Aligner 8 of 18, nine days left.
  await signIn(patient, "patient033@midline.example");
  await signIn(page, "dentist@midline.example", "/journeys/38");
  await choose(page, "Delay this change");
  await page.getByLabel("New date").selectOption("7");
  await page.getByLabel("Reason").selectOption("On the dentist’s advice");
  await page.getByLabel("Note").fill("The canine needs another week");
  await preview(page);
  await page.getByRole("button", { name: "Yes, delay it" }).click();
  await expect(page).toHaveURL(/\/journeys\/38\?saved$/);
  await expect(page.getByRole("status")).toContainText(day(16).en);

  await choose(page, "Change the plan");
  await page.getByLabel("Number of steps").fill("7");
  await page.getByLabel("Days each step is worn").fill("ten");
  await preview(page);
  await expect(page.getByLabel("Number of steps")).toHaveAccessibleDescription(/^Please enter a whole number between 8 and 200\./);
  await expect(page.getByLabel("Days each step is worn")).toHaveAccessibleDescription(/between 1 and 90\.$/);
  await expect(page.getByLabel("Days each step is worn")).toHaveValue("ten");
  await page.getByLabel("Number of steps").fill("20");
  await page.getByLabel("Days each step is worn").fill("10");
  await page.getByLabel("Note for the timeline").fill("Two more, each a little shorter");
  await preview(page);
  await expect(facts(page)).toContainText("18 → 20");
  await expect(facts(page)).toContainText(day(16 + 12 * 10).en);
  await page.getByRole("button", { name: "Yes, change the plan" }).click();
  await expect(happened(page).first()).toContainText("Steps: 20 instead of 18");

  await patient.goto("/journeys");
  await expect(happened(patient).nth(0)).toContainText("Treatment plan changed");
  await expect(happened(patient).nth(0)).toContainText("By Dr. Sophie Lindner");
  await expect(happened(patient).nth(0)).toContainText("Two more, each a little shorter");
  await expect(happened(patient).nth(1)).toContainText("on the dentist’s advice");
  await patient.goto("/access");
  await expect(patient.getByText("Your dentist changed your treatment plan")).toBeVisible();
  await patient.context().close();
});

test("a dentist moves a patient on early, which the patient cannot", async ({ page, browser }, info) => {
  const patient = await another(browser, info);
  await signIn(patient, "patient047@midline.example", "/journeys/52/progress");
  await expect(title(patient)).toHaveText("It’s a little early to move on");
  await signIn(page, "dentist@midline.example", "/journeys/52/progress");
  await expect(title(page)).toHaveText("Move the plan on to aligner 7?");
  await page.getByRole("button", { name: "Yes, move on to aligner 7" }).click();
  await expect(happened(page).first()).toContainText("Switched to aligner 7");
  await patient.goto("/journeys");
  await expect(happened(patient).first()).toContainText("By Dr. Sophie Lindner");
  await patient.context().close();
});

test("staff end a treatment and open the next; one at a time", async ({ page, browser }, info) => {
  const patient = await another(browser, info);
  await signIn(patient, "patient053@midline.example");
  await signIn(page, "staff@midline.example", "/journeys/58");
  await choose(page, "Aftercare");
  await page.getByLabel("Scan appointment booked").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("definition").filter({ hasText: "Scan appointment booked" })).toBeVisible();
  const record = await page.locator(".patient-bar").getByRole("link").first().getAttribute("href");
  expect((await page.goto(`${record}/journeys`))?.status()).toBe(422);
  await expect(title(page)).toHaveText("There is already an open treatment");

  await page.goto("/journeys/58/end");
  await expect(page.getByText(/^It ends now, at aligner\s6 of 18\./)).toBeVisible();
  await page.getByLabel("Note for the timeline").fill("Going on with braces");
  await page.getByRole("button", { name: "End the treatment" }).click();
  await expect(happened(page).first()).toContainText("Treatment ended before the last step");
  expect((await page.goto("/journeys/58/plan"))?.status()).toBe(422);

  await page.goto(`${record}/journeys`);
  await page.getByRole("button", { name: "See what that changes" }).click();
  await expect(page.getByRole("alert").getByText("Please choose a treatment.")).toBeVisible();
  await page.getByLabel("Clear braces").check();
  await page.getByLabel("Number of steps").fill("6");
  await preview(page);
  await expect(page.getByText("168 days")).toBeVisible();
  await page.getByRole("button", { name: "Yes, open it" }).click();
  await expect(title(page)).toHaveText("Clear braces");

  await patient.goto("/");
  await expect(title(patient)).toHaveText("Ready to start with wire 1?");
  await patient.goto("/journeys");
  await patient.getByRole("region", { name: "Other treatments" }).getByRole("link", { name: "Aligners" }).click();
  await expect(happened(patient).first()).toContainText("Going on with braces");
  await patient.context().close();
});

test("the last step completes a treatment, and its patient is told", async ({ page, browser }, info) => {
  const patient = await another(browser, info);
  // Wire 9 of 10.
  await signIn(patient, "patient035@midline.example");
  await signIn(page, "dentist@midline.example", "/journeys/40/progress");
  await page.getByRole("button", { name: "Yes, move on to wire 10" }).click();
  await choose(page, "Complete the treatment");
  await expect(title(page)).toHaveText("Complete this treatment?");
  await page.getByRole("button", { name: "Yes, complete it" }).click();
  await expect(happened(page).first()).toContainText("Treatment completed");
  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByRole("link", { name: "Aftercare" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Change the plan" })).toHaveCount(0);
  await patient.goto("/");
  await expect(title(patient)).toHaveText("You’ve completed your treatment");
  await patient.goto("/journeys");
  await expect(happened(patient).first()).toContainText("Treatment completed");
  await expect(patient.getByRole("link", { name: /^(Put off|Pause|Continue)/ })).toHaveCount(0);
  await patient.context().close();
});

test("what the clinic cannot set up is refused in words", async ({ page, context }) => {
  await signIn(page, "staff@midline.example", "/journeys/64/plan");
  await preview(page);
  await expect(page.getByRole("alert")).toContainText("These are the numbers of the plan already.");

  // Aftercare that an active treatment cannot have, and one that somebody else changed meanwhile.
  await page.goto("/journeys/64/aftercare");
  const other = await context.newPage();
  await other.goto("/journeys/64/aftercare");
  await page.getByLabel("Treatment under way").evaluate((radio: HTMLInputElement) => { radio.value = "journey_complete"; });
  await page.getByLabel("Treatment under way").check();
  const refusal = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Save" }).click();
  expect((await refusal).status()).toBe(422);
  await page.getByLabel("Scan appointment booked").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("definition").filter({ hasText: "Scan appointment booked" })).toBeVisible();
  await other.getByLabel("None").check();
  const late = other.waitForResponse((response) => response.request().method() === "POST");
  await other.getByRole("button", { name: "Save" }).click();
  expect((await late).status()).toBe(409);
  await expect(other.getByRole("status")).toContainText("The plan had already changed");
  await expect(other.getByRole("definition").filter({ hasText: "Scan appointment booked" })).toBeVisible();
});

test("a clinic’s form that comes too late changes nothing and gives the note back", async ({ page, context }) => {
  await signIn(page, "staff@midline.example", "/journeys/72/plan");
  await page.getByLabel("Number of steps").fill("18");
  await page.getByLabel("Note for the timeline").fill("Written in the first tab");
  const other = await context.newPage();
  await other.goto("/journeys/72/progress");
  await other.getByRole("button", { name: /^Yes, move on to/ }).click();
  await expect(other.getByRole("status")).toContainText("That’s saved.");
  const late = page.waitForResponse((response) => response.request().method() === "POST");
  await preview(page);
  expect((await late).status()).toBe(409);
  await expect(page.getByRole("status")).toContainText("Written in the first tab");
});
