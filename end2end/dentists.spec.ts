// The directory, and changing dentist; with the keyboard alone, with scripts and without.
import { expect, test, type Locator } from "@playwright/test";
import { accessible, another, signIn, title } from "./helpers";

const press = async (target: Locator) => {
  await target.focus();
  await target.press("Enter");
};

test("a patient asks for another dentist, who approves; the former one sees nothing from then on", async ({ page, browser }, info) => {
  const former = await another(browser, info);
  await signIn(page, "patient012@midline.example", "/messages");
  const thread = new URL(page.url()).pathname;
  await page.getByLabel("Your message").fill("Between the two of us");
  await press(page.getByRole("button", { name: "Send" }));
  // Whoever leaves before it is sent has not sent it.
  await expect(page.getByLabel("Your message")).toHaveValue("");
  await expect(page.getByText("Between the two of us")).toBeVisible();
  await page.goto("/settings");
  await press(page.getByRole("link", { name: "See dentists" }));
  await expect(page.getByText("You are treated by Dr. Jakob Peters")).toBeVisible();
  await page.getByLabel("Postal code begins with").fill("10");
  await press(page.getByRole("button", { name: "Show these" }));
  await expect(page.getByRole("link", { name: "Ask for this dentist: Dr. Ines Ferreira" })).toHaveCount(0);
  // Who takes no new patients is not there to be asked for.
  await expect(page.getByText("Dr. Clara Neumann")).toHaveCount(0);
  await press(page.getByRole("link", { name: "Ask for this dentist: Dr. Sophie Lindner" }));
  await expect(title(page)).toHaveText("Change to Dr. Sophie Lindner?");
  await expect(page.getByText("Dr. Jakob Peters can no longer see your record or your photos")).toBeVisible();
  await page.getByLabel("Why would you like to change?").fill("I live next door now");
  await expect(page.getByRole("checkbox", { name: "Let Dr. Sophie Lindner read my messages" })).not.toBeChecked();
  await press(page.getByRole("button", { name: "Ask for the change" }));
  await expect(page.getByRole("status")).toContainText("Request sent.");
  await expect(page.getByText("waiting for an answer")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Ask for/ })).toHaveCount(0);

  await page.goto("/journeys");
  const journey = new URL(page.url()).pathname;
  await signIn(former, "second.dentist@midline.example", journey);
  await expect(title(former)).toBeVisible();

  const dentist = await another(browser, info);
  await signIn(dentist, "dentist@midline.example");
  await expect(title(dentist)).toHaveText("Today");
  await press(dentist.getByRole("link", { name: "Answer", exact: true }));
  expect((await dentist.request.get(journey)).status()).toBe(404);
  const row = dentist.getByRole("listitem").filter({ hasText: "From Dr. Jakob Peters to you" });
  await press(row.getByRole("link").last());
  await expect(dentist.getByText("I live next door now")).toBeVisible();
  if (info.project.name === "scripts") await accessible(dentist, "a wish for a change");
  await dentist.getByLabel(/^Note that .+ reads$/).fill("Welcome, come in on Monday");
  await press(dentist.getByRole("button", { name: "Approve" }));
  await expect(dentist.getByRole("status")).toContainText("Answer saved");
  expect((await dentist.request.get(journey)).status()).toBe(200);
  // The page that the former dentist has open.
  expect((await former.reload())?.status()).toBe(404);

  await page.goto("/dentists");
  await expect(page.getByText("You are treated by Dr. Sophie Lindner")).toBeVisible();
  await expect(page.getByText("Welcome, come in on Monday")).toBeVisible();

  // What was written before stays between those who wrote it, until the patient says otherwise.
  await dentist.goto(thread);
  await expect(title(dentist)).toHaveText("Messages with Leon Lorenz");
  await expect(dentist.getByText("Between the two of us")).toHaveCount(0);
  await page.goto(thread);
  await expect(page.getByText("Dr. Sophie Lindner can’t see earlier messages with other dentists")).toBeVisible();
  await press(page.getByRole("button", { name: "Share earlier messages" }));
  await expect(page.getByRole("status").first()).toContainText("can read the earlier messages now");
  await dentist.reload();
  await expect(dentist.locator(".message-body", { hasText: "Between the two of us" })).toBeVisible();
  await former.context().close();
  await dentist.context().close();
});

test("a wish is withdrawn, and staff see those that wait", async ({ page, browser }, info) => {
  await signIn(page, "patient016@midline.example", "/dentists");
  await press(page.getByRole("link", { name: "Ask for this dentist: Dr. Greta Olsen" }));
  // Tapped twice, it is asked for once.
  await page.getByRole("button", { name: "Ask for the change" }).dblclick();
  await expect(page.getByRole("status")).toContainText("Request sent.");
  await expect(page.getByText("waiting for an answer")).toHaveCount(1);
  const staff = await another(browser, info);
  await signIn(staff, "staff@midline.example", "/dentist-changes");
  const row = staff.getByRole("listitem").filter({ hasText: "to Dr. Greta Olsen" });
  await press(row.getByRole("link"));
  await press(page.getByRole("button", { name: "Withdraw request" }));
  await expect(page.getByRole("status")).toContainText("Request withdrawn.");
  // Too late: said, and nothing changed.
  await press(staff.getByRole("button", { name: "Approve" }));
  await expect(staff.getByText("this request had already been answered or withdrawn")).toBeVisible();
  await page.goto("/dentists");
  await expect(page.getByText("withdrawn", { exact: true })).toBeVisible();
  await expect(page.getByText("You are treated by Dr. Jakob Peters")).toBeVisible();
  await staff.context().close();
});
