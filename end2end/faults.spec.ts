import { expect, test } from "@playwright/test";
import { another, nextStep, signIn, signInAfresh, target, title } from "./helpers";

const MISSING = "We can’t find this page";
const TEXT = "The link may be incomplete, or there is nothing here for you to see. Nothing was changed.";

test("what is not there is said in words, to nobody in particular", async ({ page }) => {
  expect((await page.goto("/nothing-here"))?.status()).toBe(404);
  await expect(title(page)).toHaveText(MISSING);
  await expect(page.getByText(TEXT)).toBeVisible();
  await page.getByRole("link", { name: "Go to the start page" }).click();
  await expect(title(page)).toHaveText("Welcome to Midline");
});

test("what is not there is said in words, to a patient", async ({ page }) => {
  await signIn(page, "paused.patient@midline.example");
  for (const [path, missing] of [["/nothing-here", MISSING], ["/photos/999999/screen", "We can’t find this photo"]] as const) {
    expect((await page.goto(path))?.status(), path).toBe(404);
    await expect(title(page)).toHaveText(missing);
    await expect(page.getByText(TEXT)).toBeVisible();
    // It is no page of the menu’s.
    await expect(page.locator("nav [aria-current]")).toHaveCount(0);
    await page.getByRole("link", { name: "Back to Today" }).click();
    await expect(title(page)).toHaveText("Your treatment is paused");
  }
});

test("a patient has no list of patients, and no record by number", async ({ page }) => {
  await signIn(page, "paused.patient@midline.example");
  for (const path of ["/patients", "/patients/3", "/patients/999999"]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
    await expect(title(page)).toHaveText("This isn’t available with your account");
    await expect(page.getByText("Nothing was changed.")).toBeVisible();
    await expect(page.getByRole("table")).toHaveCount(0);
    // The page says to contact the clinic, so it says where.
    await expect(page.getByRole("link", { name: "Call +49 30 23125 000" })).toHaveAttribute("href", "tel:+493023125000");
  }
});

test("those at a desk have no pages of patients", async ({ page }) => {
  await signIn(page, "dentist@midline.example");
  for (const path of ["/journeys", "/access", "/calendar/address"]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
    await expect(title(page)).toHaveText("This isn’t available with your account");
  }
});

test("somebody else’s journey is like one that does not exist", async ({ page, browser }, info) => {
  const owner = await another(browser, info);
  await signIn(owner, "patient009@midline.example");
  const theirs = await target(nextStep(owner));
  expect((await owner.goto(theirs))?.status(), "its owner sees it").toBe(200);

  await signIn(page, "paused.patient@midline.example");
  const words: string[] = [];
  for (const path of [theirs, "/journeys/999999/progress"]) {
    expect((await page.goto(path))?.status(), path).toBe(404);
    await expect(title(page)).toHaveText("We can’t find this treatment");
    words.push(await page.getByRole("main").innerText());
  }
  expect(words[0]).toBe(words[1]);
  await owner.context().close();
});

test("an address that only takes forms says so", async ({ page }) => {
  expect((await page.goto("/sign-out"))?.status()).toBe(405);
  await expect(title(page)).toHaveText("This page can’t be opened that way");
});

test("what was entered outlives the session, and is sent again from the page that says so", async ({ page }) => {
  await signInAfresh(page, "braces.patient@midline.example", "/settings");
  await page.context().clearCookies();
  await page.getByLabel("Dark").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(title(page)).toHaveText("Please sign in");
  const [tab] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Sign in (opens a new tab)" }).click(),
  ]);
  await signInAfresh(tab, "braces.patient@midline.example");
  await tab.close();
  await page.getByRole("button", { name: "Send it again" }).click();
  await expect(page.getByText("Your settings are saved.")).toBeVisible();
  await expect(page.getByLabel("Dark")).toBeChecked();
  await page.getByRole("group", { name: "Appearance" }).getByLabel("Same as this device").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your settings are saved.")).toBeVisible();
});
