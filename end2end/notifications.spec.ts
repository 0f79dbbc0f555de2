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
  await page.getByRole("checkbox", { name: "News from the clinic" }).uncheck();
  await press(page.getByRole("button", { name: "Save" }));
  await expect(page.getByRole("status")).toBeVisible();
  await expect(page.getByRole("checkbox", { name: "News from the clinic" })).not.toBeChecked();
  await expect(page.getByRole("checkbox", { name: "When there is a message for me" })).toBeChecked();
  await page.goto("/messages");
  const thread = new URL(page.url()).pathname;
  await page.goto("/inbox");
  await expect(page.getByText("Nothing yet.")).toBeVisible();

  const dentist = await another(browser, info);
  await signIn(dentist, "dentist@midline.example", thread);
  await dentist.getByLabel("Your message").fill("Do come in on Monday");
  await press(dentist.getByRole("button", { name: "Send" }));
  await dentist.context().close();

  await page.goto("/");
  await press(page.getByRole("link", { name: "Notifications: there are new ones" }));
  await expect(title(page)).toHaveText("Notifications");
  await expect(page.getByText("new", { exact: true })).toBeVisible();
  // It says that there is a message, and nothing of what it says.
  await expect(page.getByText("Do come in on Monday")).toHaveCount(0);
  if (scripts) await accessible(page, "an inbox");
  await press(page.getByRole("button", { name: "There is a message for you." }));
  await expect(page).toHaveURL(new RegExp(`${thread}#write$`));
  await expect(page.getByText("Do come in on Monday")).toBeVisible();
  await page.goto("/inbox");
  await expect(page.getByText("new", { exact: true })).toHaveCount(0);

  const staff = await another(browser, info);
  await signIn(staff, "staff@midline.example");
  await press(staff.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Notifications" }));
  await staff.getByLabel("About").selectOption("a message");
  await press(staff.getByRole("button", { name: "Find" }));
  await expect(staff).toHaveURL(/kind=message/);
  const row = staff.getByRole("row").filter({ hasText: "There is a message for you." }).first();
  await expect(async () => {
    await staff.reload();
    await expect(row).toContainText(/sent|cancelled/, { timeout: 300 });
  }).toPass();
  if (scripts) await accessible(staff, "the table of notifications");
  await press(row.getByRole("link", { name: "There is a message for you." }));
  await expect(title(staff)).toHaveText("Notification");
  if (scripts) await accessible(staff, "one notification");
  await staff.context().close();
});
