// Everything with the keyboard alone, and always visible where it is.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { happened, isSignedOut, title } from "./helpers";

/** What has the focus, seen to have it. */
async function focused(page: Page) {
  const focus = page.locator(":focus");
  await expect(focus).toBeVisible();
  await expect(focus).toBeInViewport();
  await expect(focus).not.toHaveCSS("outline-style", "none");
  await expect(focus).not.toHaveCSS("outline-width", "0px");
  return focus;
}

/** Tabs until `goal` has the focus; once on the way, past the page's end, the focus is the browser's own. */
async function tabTo(page: Page, goal: Locator) {
  await expect(goal).toHaveCount(1);
  let outside = 0;
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    if (!(await page.locator(":focus").count())) {
      outside += 1;
      expect(outside, "the focus is lost").toBe(1);
      continue;
    }
    await focused(page);
    if (await goal.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error("forty times Tab did not lead there");
}

test("the first Tab skips the menu", async ({ page }) => {
  await page.goto("/sign-in");
  await page.keyboard.press("Tab");
  await expect(await focused(page)).toHaveText("Skip to the content");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#main$/);
  await page.keyboard.press("Tab");
  await expect(await focused(page)).toHaveText("Sign in");
  expect(await page.getByRole("main").evaluate((main) => main.contains(document.activeElement))).toBe(true);
});

test("a patient signs in, moves on and signs out by keyboard", async ({ page }) => {
  await page.goto("/");
  await tabTo(page, page.getByRole("button", { name: "Sign in" }));
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText("Who are you today?");
  await tabTo(page, page.getByLabel("Email address"));
  await page.keyboard.type("patient023@midline.example");
  await page.keyboard.press("Enter");

  await expect(title(page)).toHaveText("Your change to aligner 4 is due tomorrow");
  await tabTo(page, page.getByRole("link", { name: "I’ve switched to aligner 4" }));
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText("Are you wearing aligner 4 now?");
  await tabTo(page, page.getByRole("button", { name: "Yes, I’m wearing aligner 4" }));
  await page.keyboard.press("Space");
  await expect(page.getByRole("status")).toHaveText("That’s saved. Your plan is now at aligner 4.");
  await page.goto("/journeys");
  await expect(happened(page).first()).toContainText("Switched to aligner 4");

  // The plan ahead unfolds.
  await expect(page.getByText("aligner 28", { exact: true })).toBeHidden();
  await tabTo(page, page.locator("summary").first());
  await page.keyboard.press("Enter");
  await expect(page.getByText("aligner 28", { exact: true })).toBeVisible();

  await tabTo(page, page.getByRole("button", { name: "Sign out" }));
  await page.keyboard.press("Space");
  await expect(title(page)).toHaveText("You’re signed out");
  await isSignedOut(page);
});
