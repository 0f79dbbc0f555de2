import { expect, test } from "@playwright/test";
import { signIn } from "./helpers";

test("a dentist sees her patients, and they see that she looked", async ({ page, browser }, { project }) => {
  await signIn(page, "dentist@midline.example");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your patients");
  const first = await page.getByRole("row").nth(1).innerText();
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByRole("row").nth(1)).not.toHaveText(first);
  await page.goto("/patients");
  await page.getByRole("link", { name: "Berger, Mia" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mia Berger");
  await expect(page.getByRole("img").first()).toBeVisible();
  const record = page.url();

  const use = { baseURL: project.use.baseURL ?? "", javaScriptEnabled: project.use.javaScriptEnabled ?? true };
  const second = await (await browser.newContext(use)).newPage();
  await signIn(second, "second.dentist@midline.example");
  expect((await second.goto(record))?.status()).toBe(404);
  await expect(second.getByText("Mia Berger")).toHaveCount(0);

  const patient = await (await browser.newContext(use)).newPage();
  await signIn(patient, "patient@midline.example", "/access");
  await expect(patient.getByRole("listitem").filter({ hasText: "dentist" }).first()).toBeVisible();
  expect((await patient.goto("/patients"))?.status()).toBe(403);
});

test("staff see every patient, and no photos", async ({ page }) => {
  await signIn(page, "staff@midline.example");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("All patients");
  await page.getByRole("link", { name: "Berger, Mia" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mia Berger");
  await expect(page.locator("img[src^='/photos']")).toHaveCount(0);
});

test("language and theme are chosen by the browser, then by the person", async ({ page, browser }, { project }) => {
  const german = await browser.newContext({ locale: "de-DE", baseURL: project.use.baseURL ?? "" });
  const welcome = await german.newPage();
  await welcome.goto("/sign-in");
  await expect(welcome.locator("html")).toHaveAttribute("lang", "de");
  await expect(welcome.getByRole("button", { name: "Anmelden" })).toBeVisible();

  await signIn(page, "patient001@midline.example", "/settings");
  await page.getByLabel("Deutsch").check();
  await page.getByLabel("Dark").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
});

test("the keyboard alone is enough", async ({ page }) => {
  await page.goto("/sign-in");
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveText("Skip to the content");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveText("Sign in");
  await page.keyboard.press("Enter");
  await page.getByLabel("Email address").focus();
  await page.keyboard.type("patient004@midline.example");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
});
