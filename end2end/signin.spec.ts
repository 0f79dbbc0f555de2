import { expect, test } from "@playwright/test";
import { atProvider, providerFaults, signIn, signOut } from "./helpers";

test("whoever asks for a page signs in and gets it", async ({ page }) => {
  await page.goto("/timeline");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByRole("button", { name: "Sign in" }).click();
  await atProvider(page, "braces.patient@midline.example");
  await expect(page).toHaveURL(/\/timeline$/);
  await expect(page.getByText("Switched to wire 3")).toBeVisible();
});

test("signing out ends the session here and at the provider", async ({ page }) => {
  await signIn(page, "braces.patient@midline.example");
  await signOut(page);
  await page.goto("/timeline");
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: /^staff@midline.example/ })).toBeVisible();
});

test("turning back at the provider is no fault", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Cancel and go back").click();
  await expect(page).toHaveURL(/\/sign-in\/callback/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.goto("/timeline");
  await expect(page).toHaveURL(/\/sign-in/);
});

for (const [faults, status] of [
  [{ token: "500" }, 502],
  [{ token: "nonsense" }, 502],
  [{ id_token: "wrong_nonce" }, 502],
  [{ id_token: "wrong_aud" }, 502],
  [{ id_token: "wrong_issuer" }, 502],
  [{ id_token: "bad_signature" }, 502],
  [{ id_token: "expired" }, 502],
  [{ id_token: "token_use_access" }, 502],
  [{ id_token: "unverified_email" }, 403],
] as const) {
  test(`a provider at fault signs nobody in: ${JSON.stringify(faults)}`, async ({ page }, { project }) => {
    await providerFaults(project.name, faults);
    try {
      await page.goto("/sign-in");
      await page.getByRole("button", { name: "Sign in" }).click();
      const answer = page.waitForResponse((response) => response.url().includes("/sign-in/callback"));
      await page.getByRole("button", { name: /^paused.patient@midline.example/ }).click();
      expect((await answer).status()).toBe(status);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.goto("/timeline");
      await expect(page).toHaveURL(/\/sign-in/);
    } finally {
      await providerFaults(project.name, {});
    }
  });
}
