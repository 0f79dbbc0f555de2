import { expect, test } from "@playwright/test";
import { atProvider, isSignedOut, providerFaults, signInAfresh, signOut, title, toProvider } from "./helpers";

test.afterEach(({}, { project }) => providerFaults(project.name, {}));

for (const [path, email, heading] of [
  ["/", "braces.patient@midline.example", /^Your change to wire\s4/],
  ["/journeys/5", "braces.patient@midline.example", "Clear braces"],
  ["/access", "braces.patient@midline.example", "Who has seen your record"],
  ["/settings", "braces.patient@midline.example", "Settings"],
  ["/patients", "dentist@midline.example", "Your patients"],
] as const) {
  test(`whoever asks for ${path} signs in and gets it`, async ({ page, baseURL }) => {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in(\?next=|$)/);
    await expect(title(page)).toHaveText("Welcome to Midline");
    await toProvider(page);
    await atProvider(page, email);
    await expect(page).toHaveURL(`${baseURL}${path}`);
    await expect(title(page)).toHaveText(heading);
  });
}

test("two tabs at the provider come back to a page each", async ({ page, context, baseURL }) => {
  const other = await context.newPage();
  await page.goto("/access");
  await other.goto("/settings");
  await toProvider(page);
  await toProvider(other);
  await atProvider(page, "braces.patient@midline.example");
  await expect(page).toHaveURL(`${baseURL}/access`);
  await atProvider(other, "braces.patient@midline.example");
  await expect(other).toHaveURL(`${baseURL}/settings`);
  await page.reload();
  await expect(title(page)).toHaveText("Who has seen your record");
});

test("signing out takes the session's cookie away, and offers to end notifications", async ({ page, context }) => {
  await signInAfresh(page, "braces.patient@midline.example", "/journeys");
  await signOut(page);
  const kept = (await context.cookies()).map((cookie) => cookie.name).filter((name) => name.includes("midline"));
  expect(kept, "what tells whose browser it was").toEqual(["midline-device"]);
  await page.getByRole("button", { name: "Stop notifications in this browser" }).click();
  await expect(page.getByText("Notifications no longer arrive in this browser.")).toBeVisible();
});

test("signing out ends the session here and at the provider", async ({ page }) => {
  await signInAfresh(page, "braces.patient@midline.example", "/journeys");
  await signOut(page);
  await expect(title(page)).toHaveText("You’re signed out");
  await page.goBack();
  await expect(page.getByText("Switched to wire 3"), "the way back shows nothing").toHaveCount(0);
  await isSignedOut(page);
  // The provider asks again who it is, and somebody else can sign in.
  await toProvider(page);
  await atProvider(page, "paused.patient@midline.example");
  await expect(page.getByText("Lea Hoffmann")).toBeVisible();
});

test("turning back at the provider is no fault", async ({ page }) => {
  await page.goto("/sign-in");
  await toProvider(page);
  const answer = page.waitForResponse((response) => response.url().includes("/sign-in/callback"));
  await page.getByRole("button", { name: "Cancel and go back" }).click();
  expect((await answer).status()).toBe(400);
  await expect(title(page)).toHaveText("You’re not signed in");
  await expect(page.getByText("The sign-in was cancelled before it was finished.")).toBeVisible();
  await page.getByRole("link", { name: "Go to sign-in" }).click();
  await expect(title(page)).toHaveText("Welcome to Midline");
  await isSignedOut(page);
});

test("who has no button signs in by address; an unknown one leads nowhere", async ({ page }) => {
  await page.goto("/sign-in");
  await toProvider(page);
  await page.getByLabel("Email address").fill("stranger@midline.example");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByLabel("Email address"))
    .toHaveAccessibleDescription(/Nobody in the demo has the address “stranger@midline\.example”/);
  await page.getByLabel("Email address").fill("patient001@midline.example");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("Alma Abel")).toBeVisible();
});

const UNWELL = [502, "Signing in isn’t working just now"] as const;
for (const [faults, [status, words]] of [
  [{ token: "500" }, UNWELL],
  [{ token: "nonsense" }, UNWELL],
  [{ token: "hang" }, UNWELL],
  [{ id_token: "wrong_nonce" }, UNWELL],
  [{ id_token: "wrong_aud" }, UNWELL],
  [{ id_token: "wrong_issuer" }, UNWELL],
  [{ id_token: "bad_signature" }, UNWELL],
  [{ id_token: "expired" }, UNWELL],
  [{ id_token: "token_use_access" }, UNWELL],
  [{ id_token: "unverified_email" }, [403, "Your email address isn’t confirmed yet"]],
] as const) {
  test(`a provider at fault signs nobody in: ${JSON.stringify(faults)}`, async ({ page }, { project }) => {
    await providerFaults(project.name, faults);
    await page.goto("/sign-in");
    await toProvider(page);
    const answer = page.waitForResponse((response) => response.url().includes("/sign-in/callback"));
    await page.getByRole("button", { name: /^paused.patient@midline.example/ }).click();
    expect((await answer).status()).toBe(status);
    await expect(title(page)).toHaveText(words);
    await expect(page.getByRole("link", { name: "Go to sign-in" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Sign out" })).toHaveCount(0);
    await isSignedOut(page);

    // Once the provider is well again, so is signing in.
    await providerFaults(project.name, {});
    await page.getByRole("button", { name: "Sign in" }).click();
    // It knows the person still, or asks again.
    if (await page.getByRole("heading", { name: "Who are you today?" }).isVisible()) {
      await atProvider(page, "paused.patient@midline.example");
    }
    await expect(page).toHaveURL(/\/journeys\/\d+$/);
    await expect(page.getByText("Lea Hoffmann")).toBeVisible();
  });
}
