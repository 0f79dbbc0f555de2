// Every page of everybody, in both themes, on a phone and at a desk: nothing that axe finds.
import { expect, test } from "@playwright/test";
import { accessible, EVERYBODY, SCREENS, signIn, title, toProvider } from "./helpers";

for (const { who, email, visits } of EVERYBODY) {
  test(`pages of ${who}, to axe`, async ({ page }) => {
    test.setTimeout(180_000);
    // Colours on their way from one theme to the other are neither's.
    await page.emulateMedia({ reducedMotion: "reduce" });
    if (email) await signIn(page, email);
    for (const { path } of await visits(page)) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.goto(path);
        await expect(title(page)).toBeVisible();
        for (const screen of SCREENS) {
          await page.setViewportSize(screen);
          await accessible(page, `${path}, ${colorScheme}, ${screen.width} wide`);
        }
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
