// The calendar; the private one, read by another program's parser (ical.js, of Thunderbird); and the time zone.
import { expect, test, type Page } from "@playwright/test";
import ICAL from "ical.js";
import { another, day, NARROW, SCREENS, signIn, title } from "./helpers";

const wide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

test("a patient goes through the calendar by its links, on a phone", async ({ page }) => {
  await page.setViewportSize(SCREENS[0]);
  // Aligner 22 of 25, due in three days.
  await signIn(page, "patient034@midline.example");
  // The menu has it under "More".
  const menu = page.getByRole("navigation", { name: "Main menu" });
  await page.getByRole("button", { name: "More" }).click();
  await menu.getByRole("link", { name: "Calendar" }).click();
  await expect(title(page)).toHaveText("Calendar");
  const main = page.getByRole("main");
  // A list first: each day once, with what is due on it.
  const views = page.getByRole("navigation", { name: "Views of the calendar" });
  await expect(views.getByRole("link", { name: "List" })).toHaveAttribute("aria-current", "page");
  const steps = main.locator("li[data-from=journeys]");
  await expect(steps).toHaveCount(4);
  await expect(steps.first()).toContainText(/Switch to aligner\s23/);
  const days = await main.locator("h2 time").evaluateAll((all) => all.map((each) => each.getAttribute("datetime")));
  expect(days).toContain(day(3).iso);
  expect(days).toEqual([...days].sort());
  for (const view of ["Day", "Week", "Month"]) {
    await views.getByRole("link", { name: view }).click();
    await expect(views.getByRole("link", { name: view })).toHaveAttribute("aria-current", "page");
    await expect(title(page)).toHaveCount(1);
    for (const screen of [...SCREENS, NARROW]) {
      await page.setViewportSize(screen);
      expect(await wide(page), `${view} at ${screen.width}`).toBeLessThanOrEqual(screen.width);
    }
    await page.setViewportSize(SCREENS[0]);
  }
  await page.goto(`/calendar?view=day&on=${day(3).iso}`);
  await expect(steps).toHaveCount(1);
  await page.getByRole("link", { name: "Next day" }).click();
  await expect(page).toHaveURL(`/calendar?view=day&on=${day(4).iso}`);
  await expect(main.getByText("Nothing is due.")).toBeVisible();
  await page.getByRole("link", { name: "Previous day" }).click();
  // What is due leads to where there is more of it.
  await steps.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/journeys\/\d+$/);
});

test("a month is a table at a desk, and is printed", async ({ page }) => {
  await page.setViewportSize(SCREENS[1]);
  await signIn(page, "dentist@midline.example", "/calendar");
  await expect(page.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Calendar" })).toHaveAttribute("aria-current", "page");
  // The days by which patients were told to hear.
  await expect(page.locator("li[data-from=reviews]").first()).toContainText(/Look at \d+ cases?/);
  await page.getByRole("link", { name: "Month", exact: true }).click();
  const month = page.getByRole("table");
  await expect(month.getByRole("columnheader")).toHaveCount(7);
  await expect(month.locator("[aria-current=date]")).toHaveCount(1);
  await expect(month.locator("li[data-from=reviews]").first()).toBeVisible();
  // By keyboard alone: a link at a time.
  await page.getByRole("link", { name: "Next month" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/view=month&on=\d{4}-\d\d-01$/);
  await page.getByRole("main").getByRole("link", { name: "Today", exact: true }).click();
  await page.emulateMedia({ media: "print" });
  await expect(month).toBeVisible();
  for (const pressed of ["nav", "button", "a.button"]) await expect(page.locator(`${pressed}:visible`)).toHaveCount(0);
});

test("a day that there is not is answered in words", async ({ page }) => {
  await signIn(page, "patient034@midline.example");
  for (const query of ["on=2026-13-40", "on=0001-01-01", "view=x"]) {
    expect((await page.goto(`/calendar?${query}`))?.status(), query).toBe(400);
    await expect(title(page)).not.toBeEmpty();
  }
});

test("a calendar program reads the coming steps, until the address ends", async ({ page, browser }, info) => {
  // Aligner 22 of 25, due in three days.
  await signIn(page, "patient034@midline.example", "/settings");
  await page.getByRole("link", { name: "Set up your calendar" }).click();
  await page.getByRole("button", { name: "Create a private address" }).click();
  const address = await page.getByLabel("Private address").inputValue();
  expect(address).toMatch(/\/calendar\/[0-9a-f]{64}\.ics$/);

  const nobody = await another(browser, info);
  const fetched = await nobody.request.get(address);
  expect(fetched.headers()["content-type"]).toBe("text/calendar; charset=utf-8");
  const calendar = new ICAL.Component(ICAL.parse(await fetched.text()));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents("vevent").map((event) => new ICAL.Event(event));
  expect(events.map((event) => event.summary)).toEqual([
    "Next step: 23 of 25", "Next step: 24 of 25", "Next step: 25 of 25", "Expected last day",
  ]);
  expect(new Set(events.map((event) => event.uid)).size).toBe(4);
  // Nine o'clock where the patient is, by the definition that the calendar brings along.
  const berlin = (at: Date) => new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Europe/Berlin", dateStyle: "short", timeStyle: "short",
  }).format(at);
  const [first, , , last] = events;
  expect(berlin(first!.startDate.toJSDate())).toBe(`${day(3).iso} 09:00`);
  expect(berlin(last!.startDate.toJSDate())).toBe(`${day(3 + 3 * 14).iso} 09:00`);

  await page.goto("/calendar/address");
  await expect(page.getByLabel("Private address")).toHaveCount(0);
  // What comes of it is said before it is done.
  await page.getByRole("link", { name: "Turn off the address" }).click();
  await expect(title(page)).toHaveText("Turn off the private address?");
  await expect(page.getByText("Every calendar that reads it stops showing your steps.")).toBeVisible();
  expect((await nobody.request.get(address)).status()).toBe(200);
  await page.getByRole("link", { name: "Keep the address" }).click();
  await page.getByRole("link", { name: "Create a new address" }).click();
  await expect(page.getByText("The address you have now stops working at once.")).toBeVisible();
  await page.getByRole("link", { name: "Keep the address" }).click();
  await page.getByRole("link", { name: "Turn off the address" }).click();
  await page.getByRole("button", { name: "Turn off the address" }).click();
  await expect(page.getByText("The private address is turned off.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Create a private address" })).toBeVisible();
  expect((await nobody.request.get(address)).status()).toBe(404);
  await nobody.context().close();
});

test("somebody who moves takes the dates along", async ({ page }) => {
  // Aligner 2 of 25, due in two days.
  await signIn(page, "patient054@midline.example", "/settings/time-zone");
  await expect(page.getByLabel("Time zone")).toHaveValue("Berlin");
  // One that nobody knows.
  await page.getByLabel("Time zone").fill("Entenhausen");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Time zone")).toHaveAccessibleDescription(/^We don’t know this time zone\. Nothing was changed\./);
  await expect(page.getByLabel("Time zone")).toHaveValue("Entenhausen");
  await page.getByLabel("Time zone").fill("kiritimati");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/time zone Pacific\/Kiritimati\.$/)).toBeVisible();
  await page.goto("/journeys/59");
  await expect(title(page)).toHaveText("Aligners");
  await expect(page.getByRole("definition").filter({ hasText: day(2).en.split(" ").slice(1).join(" ") }).first()).toBeVisible();
});
