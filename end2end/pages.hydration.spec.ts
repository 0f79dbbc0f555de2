// Every page of every role, in both themes and both widths: nothing that axe finds (WCAG 2.2 A and AA),
// nothing wider than the screen, no errors, and scripts only where islands are.
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./helpers";

const PAGES: Record<string, string[]> = {
  "": ["/sign-in", "/signed-out", "/nothing-here"],
  "braces.patient@midline.example": ["/", "/timeline", "/access", "/settings", "/patients"],
  "paused.patient@midline.example": ["/", "/journeys/3/progress"],
  "patient012@midline.example": ["/"],
  "dentist@midline.example": ["/patients", "/patients/3", "/settings"],
  "staff@midline.example": ["/patients", "/patients/3"],
  "admin@midline.example": ["/patients"],
};

async function look(page: Page, path: string) {
  const scripts: string[] = [];
  const errors: string[] = [];
  page.removeAllListeners();
  page.on("request", (request) => /\.(js|wasm)$/.test(new URL(request.url()).pathname) && scripts.push(request.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (line) => {
    // The browser's own word on deliberate 403, 404 and 422.
    if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) errors.push(line.text());
  });
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [width, height] of [[390, 844], [1280, 800]] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${path} at ${width}`)
        .toBeLessThanOrEqual(0);
      const found = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      expect(found.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`), `${path} ${colorScheme} ${width}`)
        .toEqual([]);
    }
  }
  expect(errors, path).toEqual([]);
  return scripts;
}

for (const [email, paths] of Object.entries(PAGES)) {
  test(`pages of ${email || "nobody"}`, async ({ page }) => {
    test.setTimeout(180_000);
    if (email) await signIn(page, email);
    for (const path of paths) {
      expect(await look(page, path), `${path} needs no scripts`).toEqual([]);
    }
  });
}

test("the page that confirms a change, which has an island", async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, "staff@midline.example");
  await page.goto("/patients");
  await page.context().clearCookies();
  await signIn(page, "patient001@midline.example");
  const scripts = await look(page, "/journeys/6/progress");
  expect(scripts.some((url) => url.endsWith(".wasm"))).toBe(true);
  expect(scripts.some((url) => url.endsWith(".js"))).toBe(true);
});
