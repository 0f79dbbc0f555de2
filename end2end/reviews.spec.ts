// A dentist's decisions on photos and what their patients make of them; with the keyboard alone, with scripts and without.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { accessible, another, happened, signIn, title } from "./helpers";
import { picture } from "./picture";

const press = async (target: Locator) => {
  await target.focus();
  await target.press("Enter");
};
const decision = (page: Page, name: string) => page.getByRole("button", { name, exact: false });

/** Where the dentist decides on what a patient sent for the stage being worn. */
async function caseOf(patient: Page, stage: number) {
  await patient.goto("/journeys");
  return `${new URL(patient.url()).pathname}/reviews/${stage}`;
}

/** Reads the page again until it says this; decisions are told ten seconds after they were taken. */
async function reads(page: Page, path: string, words: string) {
  await expect(async () => {
    await page.goto(path);
    await expect(page.getByText(words).first()).toBeVisible({ timeout: 300 });
  }).toPass({ timeout: 25_000 });
}

test("photos, a retake, photos again, on track, the next step: without a mouse", async ({ page, browser }, info) => {
  const project = info.project.name;
  const patient = await another(browser, info);
  await signIn(patient, "patient019@midline.example");
  const path = await caseOf(patient, 15);
  await signIn(page, "dentist@midline.example", path);
  await expect(title(page)).toContainText("step 15");
  if (project === "scripts") await accessible(page, "a case");
  await press(page.locator("summary", { hasText: "Notes" }));
  await page.getByLabel(/^Note that .+ reads$/).fill("A little more light, please");
  await press(decision(page, "Retake photos"));
  if (project === "scripts") {
    // Nothing marked yet: the picture asks why.
    await expect(page.locator("[data-mark-here] [data-mark=front]")).toBeVisible();
    await page.keyboard.press("1");
    await expect(page.locator(".pane-ground").getByText("Marked, not sent yet: blurred")).toBeVisible();
    await expect(page.getByLabel(/^Note that .+ reads$/)).toHaveValue("A little more light, please");
    await press(decision(page, "Retake 1 photo"));
  } else {
    // The view that is looked at is asked for first, its picture beside it, and the one next act below.
    await expect(page.locator(".mark-row[data-asked] img")).toBeInViewport();
    await expect(decision(page, "Ask for the marked photos, then next case")).toHaveClass(/button-primary/);
    await expect(decision(page, "Ask for the marked photos, then next case")).toBeInViewport();
    const blurred = page.getByRole("group", { name: "Front view" }).getByLabel("blurred");
    await expect(blurred).toBeInViewport();
    // Nothing marked yet: said, with the way to where it is mended, and what was typed is kept.
    await press(decision(page, "Ask for the marked photos, then next case"));
    await press(page.getByRole("alert").getByRole("link", { name: "Mark at least one view to take again, and why." }));
    await expect(blurred).toBeFocused();
    await expect(page.getByLabel(/^Note that .+ reads$/)).toHaveValue("A little more light, please");
    await blurred.check();
    await press(decision(page, "Ask for the marked photos, then next case"));
  }
  await expect(page.getByRole("status")).toContainText(/Retake asked of .+, step\s15: Front view/);

  await reads(patient, "/", "Your dentist asks for a new photo");
  await expect(patient.getByText("Front view – blurred. Tip: hold the phone")).toBeVisible();
  if (project === "scripts") await accessible(patient, "home with photos to take again");
  await press(patient.getByRole("link", { name: "Take it now" }));
  await expect(patient.getByText("Please take this view again:")).toBeVisible();
  await patient.getByLabel("Front view: Choose a picture").setInputFiles([{ name: "again.png", mimeType: "image/png", buffer: picture(77) }]);
  await press(patient.getByRole("button", { name: /^(Send the photo|Send 1 photo)$/ }));
  await expect(patient).toHaveURL(/\/photos\?sent$/);
  await expect(async () => {
    await patient.goto("/");
    await expect(patient.getByText("Your dentist asks for a new photo")).toHaveCount(0, { timeout: 300 });
  }).toPass();

  await page.goto(path);
  await expect(page.getByRole("region", { name: "Decisions on this step" })).toContainText("A little more light, please");
  await press(decision(page, "On track"));
  await expect(page.getByRole("status")).toContainText(/On track: .+, step\s15/);
  await reads(patient, "/journeys", "Photos of step 15: on track");
  await patient.goto("/");
  await press(patient.getByRole("link", { name: "I’ve switched to aligner 16" }));
  await press(patient.getByRole("button", { name: /^Yes/ }));
  await expect(patient).toHaveURL(/\/\?saved$/);
  await patient.goto("/journeys");
  await expect(happened(patient).first()).toContainText("Switched to aligner 16");
  await expect(patient.getByText("Photos of step 15: some to take again")).toBeVisible();
  await patient.context().close();
});

test("a decision is taken back before it is told, and a hold moves the date with its reason", async ({ page, browser }, info) => {
  const patient = await another(browser, info);
  await signIn(patient, "patient049@midline.example");
  const path = await caseOf(patient, 9);
  await signIn(page, "dentist@midline.example", path);
  await press(decision(page, "Come and see me"));
  // A note can go with it first.
  await expect(page.getByLabel(/^Note that .+ reads$/)).toBeFocused();
  await page.keyboard.type("Please call us");
  if (info.project.name === "scripts") {
    await page.waitForTimeout(450);
    await page.keyboard.press("Enter");
  } else {
    await press(decision(page, "Ask to come in, then next case"));
  }
  await press(decision(page, "Undo"));
  await expect(page).toHaveURL(new RegExp(`${path}\\?show=all&back=\\d+$`));
  await expect(page.getByRole("region", { name: "Decisions on this step" })).toContainText("undone");
  // What was written is there once more.
  await expect(page.getByLabel(/^Note that .+ reads$/)).toHaveValue("Please call us");
  await expect(decision(page, "Ask to come in, then next case")).toBeVisible();
  await page.getByLabel(/^Note that .+ reads$/).fill("");
  await press(page.locator("summary", { hasText: "Hold this step" }));
  await page.getByLabel("Hold until").selectOption("5");
  await press(decision(page, "Hold this step, then next case"));
  await expect(page.getByRole("status")).toContainText(/Held 5 days longer: .+, step\s9/);
  await reads(patient, "/journeys", "Photos of step 9: wear it for longer");
  await expect(happened(patient).filter({ hasText: "on the dentist’s advice" })).toHaveCount(1);
  await expect(patient.getByText("Photos of step 9: please come in")).toHaveCount(0);
  await patient.context().close();
});

test("two tabs cannot decide one case unseen", async ({ page, browser }, info) => {
  const patient = await another(browser, info);
  await signIn(patient, "patient046@midline.example");
  const path = await caseOf(patient, 2);
  await signIn(page, "dentist@midline.example", path);
  const second = await page.context().newPage();
  await second.goto(path);
  await press(second.locator("summary", { hasText: "Notes" }));
  await second.getByLabel("Note for the clinic").fill("the other tab");
  await press(decision(page, "On track"));
  await expect(page.getByRole("status")).toContainText(/On track: .+, step\s2/);
  await press(decision(second, "Come and see me"));
  if (info.project.name === "scripts") await press(decision(second, "Ask to come in, then next case"));
  await expect(second.getByText("somebody else decided first")).toBeVisible();
  await expect(second.getByLabel("Note for the clinic")).toHaveValue("the other tab");
  await expect(second.getByRole("region", { name: "Decisions on this step" })).toContainText("On track");
  // A dentist of another practice has no such case.
  const other = await another(browser, info);
  await signIn(other, "second.dentist@midline.example");
  expect((await other.goto(path))?.status()).toBe(404);
  await other.context().close();
  await patient.context().close();
});

test("a marked retake is sent, or left out knowingly; never lost", async ({ page, browser }, info) => {
  const scripts = info.project.name === "scripts";
  const patient = await another(browser, info);
  await signIn(patient, "patient046@midline.example");
  const path = await caseOf(patient, 2);
  await signIn(page, "dentist@midline.example", path);
  const before = await page.getByRole("region", { name: "Decisions on this step" }).locator("li").count();
  const blurred = page.locator("[data-mark=front] input[value=blurred]");
  if (scripts) {
    await page.locator("[data-mark-open]:visible").click();
    // The panel leaves every picture in sight.
    const panel = await page.locator("[data-mark-here]:visible").boundingBox();
    for (const ground of await page.locator("[data-stage=front] .pane-ground").all()) {
      const box = await ground.boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual((panel?.y ?? 0) + 1);
    }
    await page.keyboard.press("1");
    await expect(page.locator(".pane-ground").getByText("Marked, not sent yet: blurred")).toBeVisible();
    await expect(page.locator("[data-decides=retake]")).toHaveClass(/button-primary/);
    await expect(page.locator("[data-decides=on_track]")).not.toHaveClass(/button-primary/);
    // Away and back it is still marked.
    await page.goto("/reviews");
    await page.goto(path);
    await expect(page.locator(".pane-ground").getByText("Marked, not sent yet: blurred")).toBeVisible();
  } else {
    await decision(page, "Retake photos").click();
    await blurred.check();
  }
  await press(decision(page, "On track"));
  const asking = scripts ? page.getByRole("dialog") : page.getByRole("alert");
  await expect(asking).toContainText("One photo is marked for a retake, which has not been sent.");
  if (scripts) await accessible(page, "asked before a decision");
  await expect(blurred).toBeChecked();
  await press(asking.getByRole("button", { name: "Leave it: On track" }));
  await expect(page.getByRole("status").filter({ hasText: /On track: .+, step\s2/ })).toBeVisible();
  await press(decision(page, "Undo"));
  await expect(page.getByRole("region", { name: "Decisions on this step" }).locator("li")).toHaveCount(before + 1);
  await patient.context().close();
});
