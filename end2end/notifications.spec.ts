// What a patient is told: on the bell, in the inbox, on the device or not; and the staff's table of it.
import { expect, test, type Locator } from "@playwright/test";
import { accessible, another, signIn, title } from "./helpers";

const press = async (target: Locator) => {
  await target.focus();
  await target.press("Enter");
};

test("a message is told, found in the inbox, and seen to have gone out", async ({ page, browser }, info) => {
  const scripts = info.project.name === "scripts";
  await signIn(page, "patient034@midline.example", "/settings");
  await press(page.getByRole("link", { name: "Choose notifications" }));
  // No quiet hours, so that it goes out at whatever time this is tried.
  await page.getByLabel("Nothing is sent from").fill("00:00");
  await page.getByLabel("until", { exact: true }).fill("00:00");
  // Each channel has the same kinds.
  const pushed = page.getByRole("group", { name: "Send to my phone" });
  const mailed = page.getByRole("group", { name: "Send by email" });
  await pushed.getByRole("checkbox", { name: "News from the clinic" }).uncheck();
  await mailed.getByRole("checkbox", { name: "When there is a message for me" }).check();
  await press(page.getByRole("button", { name: "Save" }));
  await expect(page.getByRole("status").filter({ hasText: /\S/ }).first()).toBeVisible();
  await expect(pushed.getByRole("checkbox", { name: "News from the clinic" })).not.toBeChecked();
  await expect(pushed.getByRole("checkbox", { name: "When there is a message for me" })).toBeChecked();
  await expect(mailed.getByRole("checkbox", { name: "When there is a message for me" })).toBeChecked();
  await expect(mailed.getByRole("checkbox", { name: "News from the clinic" })).not.toBeChecked();
  await expect(page.getByText("Goes to patient034@midline.example.")).toBeVisible();
  await page.goto("/messages");
  const thread = new URL(page.url()).pathname;
  await page.goto("/inbox");
  await expect(page.getByText("Your reminders and updates will appear here.")).toBeVisible();

  const dentist = await another(browser, info);
  await signIn(dentist, "dentist@midline.example", thread);
  await dentist.getByLabel("Your message").fill("Do come in on Monday");
  await press(dentist.getByRole("button", { name: "Send" }));
  await expect(dentist.getByRole("paragraph").filter({ hasText: "Do come in on Monday" })).toBeVisible();
  await dentist.context().close();

  await page.goto("/");
  await press(page.getByRole("link", { name: "Notifications: there are new ones" }));
  await expect(title(page)).toHaveText("Notifications");
  await expect(page.getByText("new", { exact: true })).toBeVisible();
  // Inside Midline it says what was written; what left the system did not.
  await expect(page.getByText("Do come in on Monday")).toBeVisible();
  if (scripts) await accessible(page, "an inbox");
  await press(page.getByRole("button", { name: "Dr. Sophie Lindner wrote to you" }));
  await expect(page).toHaveURL(new RegExp(`${thread}#write$`));
  await expect(page.getByText("Do come in on Monday")).toBeVisible();
  await page.goto("/inbox");
  await expect(page.getByText("new", { exact: true })).toHaveCount(0);

  const staff = await another(browser, info);
  await signIn(staff, "staff@midline.example");
  await press(staff.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Notifications" }));
  // By name, in the one box; and by what it is about, of what is folded.
  await staff.getByRole("searchbox").fill("patient034@midline.example");
  await press(staff.getByText("More filters"));
  await staff.getByLabel("About").selectOption("Message");
  await press(staff.getByRole("button", { name: "Find" }));
  await expect(staff).toHaveURL(/kind=message/);
  await expect(staff.getByRole("list", { name: "Filters in use" }).getByRole("listitem")).toHaveCount(3);
  const row = staff.getByRole("row").filter({ hasText: "There is a message for you." }).first();
  await expect(async () => {
    await staff.reload();
    await expect(row).toContainText(/Sent|Cancelled/, { timeout: 300 });
  }).toPass();
  if (scripts) await accessible(staff, "the table of notifications");
  await press(row.getByRole("link"));
  await expect(title(staff)).toHaveText(/^Notification to /);
  if (scripts) await accessible(staff, "one notification");
  await staff.context().close();
});

test("what is told arrives on a page that is open", async ({ page, browser }, info) => {
  test.skip(info.project.name !== "scripts", "without scripts the next page shows it");
  await signIn(page, "patient036@midline.example", "/inbox");
  const before = await page.getByRole("button").count();
  const staff = await another(browser, info);
  await signIn(staff, "staff@midline.example", "/patients?q=patient036");
  await press(staff.getByRole("rowheader").getByRole("link").first());
  await press(staff.getByRole("link", { name: "Send a notification" }));
  await staff.getByLabel("Text").fill("The clinic is closed on Friday.");
  await accessible(staff, "a notification to one patient");
  // Whoever goes through the list by keyboard stays where they are.
  const held = page.getByRole("main").getByRole("link").last();
  await held.focus();
  const address = await held.getAttribute("href");
  await press(staff.getByRole("button", { name: "Send notification" }));
  await expect(title(staff)).toHaveText(/^Notification to /);
  // Whoever goes back and sends it again has sent it once.
  const sent = staff.url();
  await staff.goBack();
  await staff.getByLabel("Text").fill("The clinic is closed on Friday.");
  await press(staff.getByRole("button", { name: "Send notification" }));
  await expect(staff).toHaveURL(sent);
  await staff.context().close();
  // Nobody reloads anything.
  await expect(page.getByRole("button", { name: "The clinic is closed on Friday." })).toBeVisible();
  await expect(page.getByRole("link", { name: "Notifications: there are new ones" })).toBeVisible();
  expect(await page.getByRole("button").count()).toBeGreaterThan(before);
  await expect(page.locator(":focus")).toHaveAttribute("href", address ?? "");
});

test("a browser signs in at the push provider when its patient asks for it, and signs out", async ({ page, browser }, info) => {
  await signIn(page, "patient038@midline.example", "/settings/notifications");
  const link = page.getByRole("link", { name: "Notifications on this device" });
  if (info.project.name !== "scripts") {
    // What cannot be done is not offered, but something else is.
    await expect(link).toBeHidden();
    await expect(page.getByText("Scripts are turned off in this browser")).toBeVisible();
    await page.goto("/settings/device");
    await expect(page.getByText("Turning them on needs scripts")).toBeVisible();
    await expect(page.getByRole("link", { name: "Set up your calendar" })).toBeVisible();
    await page.goto("/welcome/reminders");
    await expect(page.getByRole("button", { name: "Remind me on this phone" })).toBeHidden();
    await press(page.getByRole("link", { name: "Set up your calendar" }));
    await expect(page).toHaveURL(/\/calendar\/address\?welcome$/);
    return;
  }
  await press(link);
  await expect(title(page)).toHaveText("Notifications on this device");
  const device = page.getByRole("region", { name: "Notifications on this device" });
  const status = device.getByRole("status");
  await page.context().grantPermissions(["notifications"]);
  await page.reload();
  await expect(status).toHaveText("Notifications are off on this device.");
  await accessible(page, "this device");
  // What many a blocker does.
  await page.route("**/OneSignalSDK.page.js", (route) => route.abort());
  await device.getByRole("button", { name: "Turn on for this device" }).click();
  await expect(status).toContainText("couldn’t be reached");
  await page.unroute("**/OneSignalSDK.page.js");
  await device.getByRole("button", { name: "Turn on for this device" }).click();
  await expect(status).toHaveText("Notifications are on for this device.");
  const scope = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration("/push/"))?.scope);
  expect(await scope()).toMatch(/\/push\/$/);
  await page.reload();
  await expect(status).toHaveText("Notifications are on for this device.");
  const staff = await another(browser, info);
  await signIn(staff, "staff@midline.example", "/demo/pushes");
  await expect(staff.getByText("Browsers that have signed in: 1")).toBeVisible();
  await device.getByRole("button", { name: "Turn off on this device" }).click();
  await expect(status).toHaveText("Notifications are off on this device.");
  await staff.reload();
  await expect(staff.getByText("Browsers that have signed in: 0")).toBeVisible();
  await staff.context().close();
  // On the first day it is one tap, and then going on is what comes next.
  await page.goto("/welcome/reminders");
  await page.getByRole("button", { name: "Remind me on this phone", exact: true }).click();
  await expect(page.getByText("Done: this phone reminds you from now on.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.getByRole("button", { name: "Don’t remind me on this phone" }).click();
  await expect(page.getByText("Midline can remind you on the day")).toBeVisible();
  await expect(page.getByRole("button", { name: "Not now" })).toBeVisible();
  // A browser that blocks notifications holds nobody up.
  await page.addInitScript(() => Object.defineProperty(Notification, "permission", { get: () => "denied" }));
  await page.reload();
  await expect(page.getByText("This browser blocks notifications from Midline.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Remind me on this phone" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
});

test("staff change some notifications at once, after seeing which, and take it back", async ({ page }, info) => {
  const scripts = info.project.name === "scripts";
  await signIn(page, "staff@midline.example", "/notifications?status=pending");
  // What goes out at once, such as a wish to change dentists, cannot be moved: those are passed over.
  const boxes = page.locator('input[name="id"][data-can~="reschedule"]');
  const bar = page.locator(".bulk-bar");
  await expect(bar).toBeHidden();
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await expect(bar).toBeVisible();
  await press(page.getByRole("button", { name: "Reschedule" }));
  await expect(title(page)).toHaveText("Reschedule 2 notifications");
  await page.getByLabel("Day").fill("2031-01-02");
  await page.getByLabel("Time").fill("09:30");
  await press(page.getByRole("button", { name: "See what changes" }));
  await expect(title(page)).toHaveText("Reschedule 2 notifications?");
  await expect(page.getByText("2 Jan 2031")).toHaveCount(2);
  if (scripts) await accessible(page, "what would change");
  await press(page.getByRole("button", { name: "Reschedule 2 notifications" }));
  await expect(title(page)).toHaveText("2 notifications rescheduled");
  // Looked at again, it says the same.
  await page.reload();
  await expect(title(page)).toHaveText("2 notifications rescheduled");
  await expect(page.getByText("2 Jan 2031")).toHaveCount(2);
  if (scripts) await accessible(page, "what did change");
  const file = page.waitForEvent("download");
  await page.goto("/notifications?from=2031-01-02&to=2031-01-02");
  await press(page.getByRole("link", { name: "Save as CSV" }));
  expect((await file).suggestedFilename()).toMatch(/^notifications-.*\.csv$/);
  // All that match, cancelled: the way out stands beside it, and what was done is taken back.
  await press(page.getByRole("link", { name: "Select these 2" }));
  await expect(boxes.nth(0)).toBeChecked();
  await press(page.getByRole("button", { name: /^Cancel/ }));
  await expect(title(page)).toHaveText("Cancel 2 notifications?");
  const keep = page.getByRole("link", { name: "Keep them" });
  await expect(keep).toHaveAttribute("href", "/notifications?from=2031-01-02&to=2031-01-02");
  await press(page.getByRole("button", { name: "Cancel 2 notifications" }));
  await expect(title(page)).toHaveText("2 notifications cancelled");
  await press(page.getByRole("button", { name: "Undo: send after all" }));
  await expect(title(page)).toHaveText("2 notifications put back");
  await press(page.getByRole("link", { name: "Back to notifications" }));
  await expect(page.getByText("2 notifications", { exact: true })).toBeVisible();
  await expect(page.locator(".badge", { hasText: "Waiting" })).toHaveCount(2);
});

test("a campaign is written, looked at, started, and seen to arrive", async ({ page, browser }, info) => {
  const scripts = info.project.name === "scripts";
  const text = `We have moved (${info.project.name}).`;
  // Who gets it at whatever hour this is tried.
  const patient = await another(browser, info);
  await signIn(patient, "patient037@midline.example", "/settings/notifications");
  await patient.getByLabel("Nothing is sent from").fill("00:00");
  await patient.getByLabel("until", { exact: true }).fill("00:00");
  await press(patient.getByRole("button", { name: "Save" }));
  await expect(patient.getByRole("status").first()).toBeVisible();
  await signIn(page, "staff@midline.example", "/notifications");
  await press(page.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Campaigns" }));
  await press(page.getByRole("link", { name: "New campaign" }));
  await page.getByLabel("Name", { exact: true }).fill(`Move ${info.project.name}`);
  await page.getByLabel("Text in English").fill(text);
  await page.getByLabel("From step").fill("9");
  await page.getByLabel("To step").fill("3");
  await press(page.getByRole("button", { name: "Save draft and preview" }));
  // Nothing that was typed is lost.
  await expect(page.getByRole("link", { name: "To step: This is lower than “From step”." })).toBeVisible();
  await expect(page.getByLabel("Text in English")).toHaveValue(text);
  await page.getByLabel("To step").fill("");
  await page.getByLabel("From step").fill("");
  await page.getByLabel("Treatment", { exact: true }).selectOption("aligners");
  await press(page.getByRole("button", { name: "Save draft and preview" }));
  await expect(title(page)).toHaveText(`Preview: Move ${info.project.name}`);
  await expect(page.getByRole("row").nth(1)).toContainText("Europe/Berlin");
  if (scripts) await accessible(page, "a draft");
  await press(page.getByRole("button", { name: "Send the text to me" }));
  await expect(page.getByText("The text was sent to you, and to nobody else.")).toBeVisible();
  await press(page.getByRole("link", { name: "Continue to sending" }));
  await expect(title(page)).toHaveText(/^Send to \d+ patients\?$/);
  await expect(page.getByText(/(has|have) quiet hours when it’s sent/)).toBeVisible();
  if (scripts) await accessible(page, "the last step before a campaign goes out");
  await press(page.getByRole("button", { name: /^Send to \d+ patients$/ }));
  // The page follows by itself. At night most of it waits for the morning.
  await expect(page.getByText(/Everything has been sent|(haven’t|hasn’t) gone out yet/).first()).toBeVisible({ timeout: 30_000 });
  if (scripts) await accessible(page, "a campaign that was started");
  await expect(async () => {
    await patient.goto("/inbox");
    await expect(patient.getByRole("button", { name: text })).toBeVisible({ timeout: 300 });
  }).toPass();
  await patient.context().close();
});

test("staff land on what needs them", async ({ page }, info) => {
  await signIn(page, "staff@midline.example");
  await expect(page).toHaveURL(/\/office$/);
  await expect(title(page)).toHaveText("Overview");
  if (info.project.name === "scripts") await accessible(page, "the overview");
  await press(page.getByRole("list", { name: "Today at the clinic" }).getByRole("link", { name: /Waiting/ }));
  await expect(page).toHaveURL(/status=pending$/);
});
