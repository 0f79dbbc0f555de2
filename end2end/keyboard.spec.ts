// Everything with the keyboard alone, and always visible where it is.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { happened, isSignedOut, SCREENS, signIn, title, withoutNews } from "./helpers";

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

/** How many pixels of what has the focus lie under a bar that stands still while the page scrolls; the bar's name with them. */
const covered = (page: Page) => page.evaluate(() => {
  const focus = document.activeElement;
  if (!focus || focus === document.body) return [];
  const own = focus.getBoundingClientRect();
  // More than half of the window is in sight wherever it is scrolled to.
  if (own.height > innerHeight / 2) return [];
  return Array.from(document.querySelectorAll("body *")).flatMap((bar) => {
    const style = getComputedStyle(bar);
    if (!["fixed", "sticky"].includes(style.position) || style.visibility === "hidden" || bar.contains(focus)) return [];
    const box = bar.getBoundingClientRect();
    const across = Math.min(own.right, box.right) - Math.max(own.left, box.left);
    const down = Math.min(own.bottom, box.bottom) - Math.max(own.top, box.top);
    if (across <= 1 || down <= 1) return [];
    // What lies above the bar, as the link that skips it does, is not under it.
    const seen = document.elementFromPoint((Math.max(own.left, box.left) + Math.min(own.right, box.right)) / 2,
      (Math.max(own.top, box.top) + Math.min(own.bottom, box.bottom)) / 2);
    return !seen || !focus.contains(seen) ? [`${focus.outerHTML.slice(0, 120)}: ${Math.round(down)} px under ${bar.className}`] : [];
  });
});

for (const [who, path, bar] of [
  ["patient@midline.example", "/journeys", ".bottom-bar"],
  ["patient@midline.example", "/journeys/1/photos/new", ".send-bar"],
  ["staff@midline.example", "/notifications?status=pending&pick=page", ".bulk-bar"],
] as const) {
  test(`the focus is under no bar: ${path}`, async ({ page }) => {
    await withoutNews(page);
    await signIn(page, who, path);
    for (const screen of SCREENS) {
      await page.setViewportSize({ ...screen, height: 640 });
      await page.goto(path);
      await expect(page.locator(bar)).toBeAttached();
      const found = new Set<string>();
      let places = 0;
      for (const key of ["Tab", "Shift+Tab"]) {
        for (let presses = 0; presses < 45; presses += 1) {
          await page.keyboard.press(key);
          if (await page.locator(":focus").count()) places += 1;
          for (const one of await covered(page)) found.add(one);
        }
      }
      expect(places, `${path} has places to go to`).toBeGreaterThan(20);
      expect([...found], `${path}, ${screen.width} wide`).toEqual([]);
    }
  });
}
