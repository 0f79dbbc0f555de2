// Every page of everybody, to axe: in one theme on a phone and in the other at a desk, the next page the other way round.
import { expect, test } from "@playwright/test";
import { accessible, EVERYBODY, SCREENS, signIn, title, toProvider } from "./helpers";

const THEMES = ["light", "dark"] as const;

for (const { who, email, visits } of EVERYBODY) {
  test(`pages of ${who}, to axe`, async ({ page }) => {
    test.setTimeout(240_000);
    // Colours on their way from one theme to the other are neither's.
    await page.emulateMedia({ reducedMotion: "reduce" });
    if (email) await signIn(page, email);
    for (const [number, { path }] of (await visits(page)).entries()) {
      await page.goto(path);
      await expect(title(page)).toBeVisible();
      for (const [which, screen] of SCREENS.entries()) {
        const colorScheme = THEMES[(number + which) % 2] ?? "light";
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(screen);
        await accessible(page, `${path}, ${colorScheme}, ${screen.width} wide`);
      }
    }
  });
}

test("the provider’s page, to axe", async ({ page }) => {
  await page.goto("/sign-in");
  await toProvider(page);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.reload();
    await accessible(page, colorScheme);
  }
});
