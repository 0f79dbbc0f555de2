// Messages between a patient and their dentist; with the keyboard alone, with scripts and without.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { accessible, another, signIn, title } from "./helpers";

const press = async (target: Locator) => {
  await target.focus();
  await target.press("Enter");
};
const bubble = (page: Page, text: string) => page.locator("li.message").filter({ hasText: text });
const navigation = (page: Page, name: string) => page.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name });

test("a patient asks about a photo, the dentist answers, both see what was read", async ({ page, browser }, info) => {
  const scripts = info.project.name === "scripts";
  await signIn(page, "patient029@midline.example");
  await press(navigation(page, "Messages"));
  await expect(page.getByText("No messages yet. Ask your dentist")).toBeVisible();
  // Whoever cannot wait calls: seen without scrolling, on the way to the form.
  const call = page.getByRole("region", { name: "Too urgent for a message?" }).getByRole("link", { name: "Call +49 30 23125 014" });
  await expect(call).toHaveAttribute("href", "tel:+493023125014");
  await expect(call).toBeInViewport();
  const thread = new URL(page.url()).pathname;
  await page.getByLabel("Your message").fill("   ");
  await press(page.getByRole("button", { name: "Send" }));
  await expect(page.locator("#body-error")).toHaveText("Write a message first.");

  // From a photo's own page.
  await press(navigation(page, "Photos"));
  await press(page.getByRole("link", { name: /^Front view/ }).first());
  const photo = new URL(page.url()).pathname;
  await press(page.getByRole("link", { name: "Write about it" }));
  await expect(page.getByRole("checkbox").first()).toBeChecked();
  // Which view it is of, besides the step and the day: no two of a step are called the same.
  await expect(page.getByRole("checkbox").first()).toHaveAccessibleName(/^Front view, step\s\d+ · \d/);
  await page.getByLabel("Your message").fill("Is this gap meant to be there?\nIt was not there last week.");
  await press(page.getByRole("button", { name: "Send" }));
  const asked = bubble(page, "Is this gap meant to be there?");
  await expect(asked).toContainText("sent");
  await expect(asked.getByRole("link")).toHaveAttribute("href", photo);
  await expect(page.getByLabel("Your message")).toHaveValue("");

  const dentist = await another(browser, info);
  await signIn(dentist, "dentist@midline.example", "/today");
  await press(dentist.getByRole("link", { name: /unread messages/ }));
  await expect(dentist).toHaveURL(/\/messages\?show=unread$/);
  // The list says how it begins.
  const listed = dentist.locator(`a[href^="${thread}"]`);
  await expect(listed).toContainText("Is this gap meant to be there?");
  await press(listed);
  await expect(bubble(dentist, "Is this gap meant to be there?")).toContainText("new");
  if (scripts) await accessible(dentist, "a thread");
  await expect(dentist.getByLabel("Saved replies").locator("option")).toContainText(["Choose a reply", "Make an appointment", "Sharp edge", "Small gap"]);
  await dentist.getByLabel("Your message").fill("Yes: it closes with the next two aligners.");
  await press(dentist.getByRole("button", { name: "Send" }));
  await expect(bubble(dentist, "Yes: it closes")).toContainText("sent");

  await page.goto("/");
  await expect(page.getByText("You have a new message from your dentist.")).toBeVisible();
  await expect(navigation(page, "Messages")).toContainText("you have a new message");
  if (scripts) await accessible(page, "home with a message");
  await press(page.getByRole("link", { name: "You have a new message from your dentist." }));
  await expect(bubble(page, "Yes: it closes")).toContainText("new");
  await expect(bubble(page, "Is this gap meant to be there?")).toContainText("read");
  await page.goto("/");
  await expect(page.getByText("You have a new message")).toHaveCount(0);
  await dentist.reload();
  await expect(bubble(dentist, "Yes: it closes")).toContainText("read");
  await dentist.context().close();
});

test("what is too much is said, and nothing typed is lost", async ({ page }) => {
  await signIn(page, "patient031@midline.example", "/messages");
  const text = page.getByLabel("Your message");
  await text.fill("All of these, please");
  await press(page.locator("summary", { hasText: "Add sent photos" }));
  const photos = page.getByRole("checkbox");
  expect(await photos.count()).toBeGreaterThan(6);
  for (let n = 0; n < 7; n += 1) await photos.nth(n).check();
  await press(page.getByRole("button", { name: "Send" }));
  await expect(page.locator("#photos-error")).toHaveText("Choose 6 photos at most.");
  await expect(text).toHaveValue("All of these, please");
  await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(7);
  await page.getByRole("checkbox", { checked: true }).first().uncheck();
  await press(page.getByRole("button", { name: "Send" }));
  await expect(bubble(page, "All of these, please").last().getByRole("link")).toHaveCount(6);
});
