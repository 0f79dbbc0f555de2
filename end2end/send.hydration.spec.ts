// What the island adds: nothing is lost and nothing is sent twice on a bad connection.
import { expect, test } from "@playwright/test";
import { signIn } from "./helpers";

test("a change that could not be sent stays on the page and is sent again", async ({ page }) => {
  await signIn(page, "patient021@midline.example");
  await page.locator("main").getByRole("link", { name: /aligner 1/ }).click();
  const button = page.getByRole("button", { name: "Yes, I’m wearing aligner 1" });
  // Islands come to life when the browser is idle.
  await expect(page.locator("leptos-island > div")).toHaveAttribute("aria-busy", "false");
  await page.waitForLoadState("networkidle");
  let sent = 0;
  await page.route("**/api/**", (route) => { sent += 1; return route.abort(); });
  await button.click();
  await expect(page.locator(".send-status")).toHaveAttribute("data-state", "unreachable");
  await expect(page.locator(".send-status")).not.toBeEmpty();
  expect(sent).toBe(1);
  await page.unroute("**/api/**");
  let answered = 0;
  await page.route("**/api/**", async (route) => {
    answered += 1;
    await new Promise((resolve) => setTimeout(resolve, 600));
    await route.continue();
  });
  await button.click();
  await expect(page.locator(".send-status")).toHaveAttribute("data-state", "sending");
  await button.click();
  await expect(page).toHaveURL(/\/\?switched$/);
  expect(answered).toBe(1);
  await expect(page.getByRole("listitem").filter({ hasText: "Started with aligner 1" })).toHaveCount(1);
});
