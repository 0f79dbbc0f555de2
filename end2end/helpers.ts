import { expect, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Signs in at the provider, by its button or, for those without one, by address. */
export async function signIn(page: Page, email: string, path = "/") {
  await page.goto(path);
  await page.getByRole("button", { name: /^(Sign in|Anmelden)$/ }).click();
  await atProvider(page, email);
}

export async function atProvider(page: Page, email: string) {
  const button = page.getByRole("button", { name: new RegExp(`^${email}`) });
  if (await button.count()) {
    await button.click();
  } else {
    await page.getByLabel("Email address").fill(email);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }
  await expect(page.getByRole("link", { name: "Midline" })).toBeVisible();
}

export async function signOut(page: Page) {
  await page.getByRole("button", { name: /Sign out|Abmelden/ }).click();
  await expect(page).toHaveURL(/\/signed-out$/);
}

/** The stack's environment, by project. */
export function environment(project: string): Map<string, string> {
  const text = readFileSync(join(process.env["MIDLINE_E2E_DATA"] ?? "", project, "env"), "utf8");
  return new Map([...text.matchAll(/export (\w+)='(.*)'/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
}

/** Switches faults of the provider; "ok" everywhere puts it right. */
export async function providerFaults(project: string, faults: Record<string, string>) {
  const issuer = environment(project).get("OIDC_ISSUER_URL");
  const answer = await fetch(`${issuer}/__faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: "ok", jwks: "ok", id_token: "ok", ...faults }),
  });
  expect(answer.status).toBe(200);
}
