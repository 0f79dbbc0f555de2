// What the islands of photos add: bars, cancel, retry, the slider, the film, keys and zoom.
import { expect, test } from "@playwright/test";
import { randomBytes } from "node:crypto";
import { signIn, title, withoutNews } from "./helpers";

test.beforeEach(async ({ page }) => { await withoutNews(page); });

const noise = (bytes: number, name: string) => ({ name, mimeType: "image/jpeg", buffer: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes(bytes)]) });

test("each file has a bar; one can be cancelled and another tried again, the others kept", async ({ page }) => {
  await signIn(page, "patient006@midline.example", "/photos");
  await page.getByRole("link", { name: "Add photos" }).click();
  await expect(page.locator(".sends")).toBeAttached();
  // The way straight to the store leads nowhere: everything goes to the server.
  await page.route("**/photos/expect?*", (route) => route.abort("connectionfailed"));
  let fail = true;
  await page.route("**/journeys/*/photos?*", async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    if (fail) {
      fail = false;
      return route.abort("connectionfailed");
    }
    await new Promise((resolve) => setTimeout(resolve, 700));
    return route.fallback().catch(() => undefined);
  });
  await page.getByLabel("Front view: Choose files").setInputFiles([noise(3000, "a.jpg"), noise(4000, "b.jpg"), noise(5000, "c.jpg")]);
  const lines = page.locator(".send");
  await expect(lines).toHaveCount(3);
  await expect(lines.nth(0)).toContainText("That did not arrive. The photo is still here");
  await lines.nth(2).getByRole("button", { name: "Cancel" }).click();
  await expect(lines.nth(2)).toContainText("cancelled");
  await expect(lines.nth(1)).toContainText("arrived");
  await lines.nth(0).getByRole("button", { name: "Try again" }).click();
  await expect(lines.nth(0)).toContainText("arrived");
  await expect(lines.nth(0).getByRole("progressbar")).toHaveAttribute("value", "100");
  await lines.nth(2).getByRole("button", { name: "Try again" }).click();
  await expect(lines.nth(2)).toContainText("arrived");
});

test("a photo goes straight to the store, and nothing is lost by pressing the button too soon", async ({ page }) => {
  await signIn(page, "patient007@midline.example", "/photos");
  await page.getByRole("link", { name: "Add photos" }).click();
  await expect(page.locator(".sends")).toBeAttached();
  const ways: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") ways.push(`${request.method()} ${new URL(request.url()).pathname.replace(/(\d+-)?[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, "…")}`);
  });
  await page.route("**/quarantine/**", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 800));
    return route.fallback().catch(() => undefined);
  });
  await page.getByLabel("Front view: Choose files").setInputFiles([noise(7000, "a.jpg")]);
  await page.getByRole("button", { name: "Send photos" }).click();
  await expect(page).toHaveURL(/\/photos\?sent$/);
  expect(ways).toEqual(["POST /journeys/…/photos/expect", "PUT /photos/quarantine/…", "POST /photos/…/arrived"]);
});

test("a session that ends amid sending loses no photo", async ({ page, context }) => {
  await signIn(page, "patient006@midline.example", "/photos");
  await page.getByRole("link", { name: "Add photos" }).click();
  await expect(page.locator(".sends")).toBeAttached();
  const cookies = await context.cookies();
  await context.clearCookies();
  await page.getByLabel("Front view: Choose files").setInputFiles([noise(6000, "a.jpg")]);
  await expect(page.locator(".send")).toContainText("Sign in in another tab");
  await context.addCookies(cookies);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator(".send")).toContainText("arrived");
});

test("the slider shows as much of either photo as it says, by keyboard alone", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos/compare?view=front&before=4&after=8");
  const slider = page.getByRole("slider", { name: "How much of the earlier photo is shown" });
  await expect(slider).toHaveAttribute("aria-valuetext", "50 per cent Step 4, the rest Step 8");
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(slider).toHaveAttribute("aria-valuetext", "0 per cent Step 4, the rest Step 8");
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuetext", "3 per cent Step 4, the rest Step 8");
  await expect(page.locator(".compare-before .frame")).toHaveCSS("clip-path", /97%/);
  await page.getByLabel("Beside each other").check();
  await expect(page.locator(".compare-before .frame")).toHaveCSS("clip-path", "none");
});

test("the film runs, stops, and is moved by keyboard", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos/lapse?view=front");
  const shown = page.locator(".frames > li.is-shown figcaption");
  const first = await shown.textContent();
  const slider = page.getByRole("slider", { name: "Step" });
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await expect(shown).not.toHaveText(first ?? "");
  await page.keyboard.press("Home");
  const play = page.getByRole("button", { name: "Play" });
  await play.click();
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
  await expect(shown).not.toHaveText(first ?? "");
  // It ends by itself.
  await expect(play).toBeVisible({ timeout: 20_000 });
});

test("keys lead from photo to photo, and the largest size is read only when it is wanted", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos");
  await page.getByRole("main").getByRole("listitem").getByRole("link").nth(1).click();
  const full: string[] = [];
  page.on("request", (request) => { if (request.url().endsWith("/full")) full.push(request.url()); });
  const here = await title(page).textContent();
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("ArrowRight");
  await expect(title(page)).not.toHaveText(here ?? "");
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("ArrowLeft");
  await expect(title(page)).toHaveText(here ?? "");
  expect(full).toEqual([]);
  await page.getByLabel("Larger").check();
  await expect.poll(() => full.length).toBe(1);
});
