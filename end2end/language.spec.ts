import { expect, test, type Page } from "@playwright/test";
import { another, day, signIn, signInAfresh, title } from "./helpers";

const html = (page: Page) => page.locator("html");

test("a German browser gets German pages", async ({ browser }, info) => {
  const page = await another(browser, info, { locale: "de-DE" });
  await page.goto("/");
  await expect(html(page)).toHaveAttribute("lang", "de");
  await expect(title(page)).toHaveText("Willkommen bei Midline");
  await signInAfresh(page, "braces.patient@midline.example");
  await expect(html(page)).toHaveAttribute("lang", "de");
  await expect(title(page)).toHaveText(`Zu Bogen 4 wechseln Sie am ${day(11).de}`);
  await expect(page.getByText(/^von 8$/)).toBeVisible();
  await expect(page.getByRole("link", { name: "Verlauf" })).toBeVisible();
  await page.goto("/journeys/5/progress");
  await expect(page.getByRole("status")).toContainText(`Vorgesehen ist ${day(11).de}, bestätigen können Sie ab ${day(10).de}.`);
  expect((await page.goto("/patients"))?.status()).toBe(403);
  await expect(html(page), "faults, too").toHaveAttribute("lang", "de");
  expect((await page.goto("/nothing-here"))?.status()).toBe(404);
  await expect(html(page)).toHaveAttribute("lang", "de");
  await page.context().close();
});

test("any other browser gets English ones", async ({ browser }, info) => {
  const page = await another(browser, info, { locale: "fr-FR" });
  await page.goto("/sign-in");
  await expect(html(page)).toHaveAttribute("lang", "en");
  await expect(title(page)).toHaveText("Welcome to Midline");
  await page.context().close();
});

test("language and theme are chosen in the settings, kept, and given back to the device", async ({ page, browser }, info) => {
  const colour = () => html(page).evaluate((element) => getComputedStyle(element).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await signIn(page, "patient026@midline.example", "/settings");
  const auto = { language: page.getByRole("group", { name: "Language" }), theme: page.getByRole("group", { name: "Appearance" }) };
  await expect(auto.language.getByRole("radio", { name: "Same as this device" })).toBeChecked();
  await expect(auto.theme.getByRole("radio", { name: "Same as this device" })).toBeChecked();
  await expect(html(page)).not.toHaveAttribute("data-theme");
  const light = await colour();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await colour();
  expect(dark, "the device decides").not.toBe(light);
  await page.emulateMedia({ colorScheme: "light" });

  await page.getByLabel("Deutsch").check();
  await page.getByLabel("Dark").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toHaveText("Ihre Einstellungen sind gespeichert.");
  await page.goto("/settings");
  await page.reload();
  await expect(html(page)).toHaveAttribute("lang", "de");
  await expect(html(page)).toHaveAttribute("data-theme", "dark");
  await expect(title(page)).toHaveText("Einstellungen");
  await expect(page.getByLabel("Deutsch")).toBeChecked();
  await expect(page.getByLabel("Dunkel")).toBeChecked();
  await expect.poll(colour).toBe(dark);

  // The choice goes with the person, to another device as well.
  const elsewhere = await another(browser, info);
  await signInAfresh(elsewhere, "patient026@midline.example");
  await expect(html(elsewhere)).toHaveAttribute("lang", "de");
  await expect(html(elsewhere)).toHaveAttribute("data-theme", "dark");
  await elsewhere.context().close();

  await page.getByRole("group", { name: "Sprache" }).getByLabel("Wie auf diesem Gerät").check();
  await page.getByRole("group", { name: "Darstellung" }).getByLabel("Wie auf diesem Gerät").check();
  await page.getByRole("button", { name: "Speichern" }).click();
  await expect(page.getByRole("status")).toHaveText("Your settings are saved.");
  await page.reload();
  await expect(html(page)).toHaveAttribute("lang", "en");
  await expect(html(page)).not.toHaveAttribute("data-theme");
  await expect.poll(colour).toBe(light);
});
