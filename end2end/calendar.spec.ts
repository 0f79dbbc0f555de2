// The private calendar, read by another program's parser (ical.js, of Thunderbird), and the time zone.
import { expect, test } from "@playwright/test";
import ICAL from "ical.js";
import { another, day, signIn, title } from "./helpers";

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

  await page.goto("/calendar");
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
