// What scripts add to the pages of photos: pictures in their targets, checks, one sending, the handle, the film, keys and fingers.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { nextStep, signIn, title, withoutNews } from "./helpers";
import { picture } from "./picture";

test.beforeEach(async ({ page }) => { await withoutNews(page); });

const file = (seed: number, name = "IMG.png") => ({ name, mimeType: "image/png", buffer: picture(seed) });
const target = (page: Page, view: string) => page.locator(".target").filter({ has: page.locator(".target-name", { hasText: view }) });
const field = (page: Page, view: string) => page.getByLabel(`${view}: Choose a picture`);

async function adding(page: Page, email: string) {
  await signIn(page, email, "/photos");
  await page.getByRole("link", { name: "Add photos" }).click();
  await expect(page.locator(".targets-form[data-live]")).toBeAttached();
}

/** A picture of one colour, drawn by the page: nothing in it is sharp, and it may be dark. */
async function plain(page: Page, colour: string) {
  const url = await page.evaluate((fill) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const context = canvas.getContext("2d");
    if (context) Object.assign(context, { fillStyle: fill }).fillRect(0, 0, 640, 480);
    return canvas.toDataURL("image/png");
  }, colour);
  return { name: "IMG.png", mimeType: "image/png", buffer: Buffer.from(url.split(",")[1] ?? "", "base64") };
}

test("pictures stand in their targets, are retaken and removed, and go with one press", async ({ page }) => {
  await adding(page, "patient006@midline.example");
  const sent: string[] = [];
  page.on("request", (request) => { if (request.method() !== "GET") sent.push(request.url()); });
  const button = page.locator(".send-bar button");
  await expect(button).toHaveText("Send photos");
  for (const [n, view] of ["Front view", "Left side", "Right side", "Upper teeth", "Lower teeth"].entries()) {
    await field(page, view).setInputFiles([file(60 + n)]);
    await expect(target(page, view).getByRole("img", { name: view })).toBeVisible();
  }
  await expect(button).toHaveText("Send 5 photos");
  const front = target(page, "Front view");
  const before = await front.getByRole("img", { name: "Front view" }).getAttribute("src");
  const chooser = page.waitForEvent("filechooser");
  await front.getByRole("button", { name: "Retake" }).click();
  await (await chooser).setFiles([file(70)]);
  await expect(front.getByRole("img", { name: "Front view" })).not.toHaveAttribute("src", before ?? "");
  await target(page, "Lower teeth").getByRole("button", { name: "Remove" }).click();
  await expect(button).toHaveText("Send 4 photos");
  expect(sent, "nothing goes before the button is pressed").toEqual([]);
  await button.click();
  await expect(page).toHaveURL(/\/photos\?sent$/);
  await expect(page.getByRole("heading", { name: /has your photos$/ })).toBeVisible();
  // The lower teeth of this step are there from before.
  await expect(page.getByText(/^(That’s all for today\.|Your photos are done\.)/)).toBeVisible();
});

test("what is blurred, dark or twice is told at once in words, and can be sent all the same", async ({ page }) => {
  await adding(page, "patient007@midline.example");
  await field(page, "Front view").setInputFiles([await plain(page, "#777")]);
  await expect(target(page, "Front view")).toContainText("This one is blurred. Hold the phone still");
  await field(page, "Left side").setInputFiles([await plain(page, "#111")]);
  await expect(target(page, "Left side")).toContainText("This one is dark.");
  await field(page, "Upper teeth").setInputFiles([file(80)]);
  await expect(target(page, "Upper teeth")).not.toContainText("Please check.");
  await field(page, "Lower teeth").setInputFiles([file(80, "again.png")]);
  await expect(target(page, "Lower teeth")).toContainText("This looks like the same picture as for “Upper teeth”.");
  await expect(page.locator(".send-bar button")).toHaveText("Send 4 photos");
  await expect(page.locator(".send-bar button")).toBeEnabled();
});

test("a photo that is taken again stands beside the last one, in sight, and says if it shows another view", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "patient@midline.example", "/journeys/1/photos");
  // A photo of the upper teeth, as the patient may pick it by mistake.
  const link = page.getByRole("main").getByRole("listitem").getByRole("link").filter({ has: page.getByRole("img", { name: "Upper teeth, step 8" }) });
  const address = await link.first().getAttribute("href");
  const answer = await page.request.get(`${address}/screen`);
  const upper = { name: "IMG.jpg", mimeType: answer.headers()["content-type"] ?? "image/jpeg", buffer: await answer.body() };
  await page.goto("/journeys/1/photos/new?stage=8&views=left:blurred");
  await expect(page.locator(".targets-form[data-live]")).toBeAttached();
  const left = target(page, "Left side");
  await expect(left.locator(".last-one img.shot")).toBeInViewport({ ratio: 1 });
  await field(page, "Left side").focus();
  await field(page, "Left side").setInputFiles([upper]);
  const picked = left.locator(".picked");
  await expect(picked).toContainText("This looks more like “Upper teeth” than “Left side”.");
  await expect(picked.locator(".picked-picture")).toBeInViewport({ ratio: 1 });
  await expect(left.locator(".last-one img.shot")).toBeInViewport({ ratio: 1 });
  await expect(picked).toBeFocused();
  const [last, shown] = [await left.locator(".last-one .frame").boundingBox(), await picked.locator(".picked-picture").boundingBox()];
  expect(Math.abs((last?.y ?? 0) - (shown?.y ?? 99)), "in one line").toBeLessThan(2);
  await picked.getByRole("button", { name: "Remove" }).click();
});

test("several chosen at once stand one in each view, and each can be moved", async ({ page }) => {
  await adding(page, "patient007@midline.example");
  const seeds = [40, 41, 42, 43, 44];
  await field(page, "Front view").setInputFiles(seeds.map((seed) => file(seed)));
  const views = ["Front view", "Left side", "Right side", "Upper teeth", "Lower teeth"];
  for (const view of views) await expect(target(page, view).getByRole("img", { name: view })).toHaveCount(1);
  await expect(page.locator(".send-told")).toHaveText("We put one in each view. Check them.");
  await expect(page.locator(".send-bar button")).toHaveText("Send 5 photos");
  // Moved, it changes places with the one that is there.
  const shown = (view: string) => target(page, view).getByRole("img", { name: view }).getAttribute("src");
  const [front, upper] = [await shown("Front view"), await shown("Upper teeth")];
  await target(page, "Front view").locator("select").selectOption({ label: "Upper teeth" });
  await expect.poll(() => shown("Upper teeth")).toBe(front);
  expect(await shown("Front view")).toBe(upper);
  await expect(page.locator(".picked")).toHaveCount(5);
  // Where there is room behind, they begin where they were chosen.
  for (const view of views) await target(page, view).getByRole("button", { name: "Remove" }).click();
  await field(page, "Right side").setInputFiles([file(45), file(46)]);
  await expect(target(page, "Right side").locator(".picked")).toHaveCount(1);
  await expect(target(page, "Upper teeth").locator(".picked")).toHaveCount(1);
});

test("the first target's button is in sight on a phone, and nothing lies over it", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await adding(page, "patient007@midline.example");
  const button = target(page, "Front view").locator(".pick:visible").first();
  await expect(button).toBeInViewport({ ratio: 1 });
  await button.click({ trial: true });
});

test("on a phone the camera comes first, and the drawing opens it", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await adding(page, "patient007@midline.example");
  const front = target(page, "Front view");
  await expect(front.locator(".pick:visible").first()).toContainText("Take a photo");
  await expect(front.locator(".target-label")).toHaveAttribute("for", "front-camera");
});

test("photos for a message are shown before they are sent, and can be removed", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await signIn(page, "patient@midline.example", "/journeys/1/messages");
  const form = page.locator("#write");
  const files = form.getByLabel("Choose pictures");
  await files.setInputFiles([file(50, "one.png")]);
  await files.setInputFiles([file(51, "two.png")]);
  await expect(form.getByText("2 photos attached")).toBeVisible();
  await form.getByRole("button", { name: "Remove: one.png" }).click();
  await expect(form.getByText("1 photo attached")).toBeVisible();
  expect(await files.evaluate((field: HTMLInputElement) => Array.from(field.files ?? []).map(({ name }) => name))).toEqual(["two.png"]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test("a button enlarges a photo, and makes it small again", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos");
  await page.getByRole("main").getByRole("listitem").getByRole("link").first().click();
  const zoom = page.getByRole("button", { name: "Zoom" });
  await zoom.click();
  await expect(page.locator("[data-zoomed]")).toHaveCount(1);
  await zoom.click();
  await expect(page.locator("[data-zoomed]")).toHaveCount(0);
  // So does a click on the photo itself.
  const photo = page.locator(".lightbox-pane");
  await photo.click();
  await expect(page.locator("[data-zoomed]")).toHaveCount(1);
  await page.waitForTimeout(400);
  await photo.click();
  await expect(page.locator("[data-zoomed]")).toHaveCount(0);
});

test("the same picture chosen twice is told at once, and the word “already added” goes with a new one", async ({ page }) => {
  await adding(page, "patient008@midline.example");
  const same = file(91);
  const other = page.locator(".target[data-view=other]");
  await page.locator(".more-targets > summary").click();
  await other.locator("input:not([capture])").setInputFiles([same, same]);
  await expect(other.getByText("You’ve chosen this very picture twice.").first()).toBeVisible();
  await other.getByRole("button", { name: "Remove" }).first().click();
  await expect(other.getByText("You’ve chosen this very picture twice.")).toHaveCount(0);
  const badge = page.locator(".target[data-there] .target-label .badge").first();
  if (await badge.count()) {
    await expect(badge).toBeVisible();
    await page.locator(".target[data-there] input:not([capture])").first().setInputFiles([file(92)]);
    await expect(badge).toBeHidden();
  }
});

test("what was chosen outlives the page", async ({ page }) => {
  await adding(page, "patient005@midline.example");
  await field(page, "Front view").setInputFiles([file(85)]);
  await expect(page.locator(".send-bar button")).toHaveText("Send 1 photo");
  await page.reload();
  await expect(target(page, "Front view").getByRole("img", { name: "Front view" })).toBeVisible();
  await expect(page.locator(".send-bar button")).toHaveText("Send 1 photo");
  await target(page, "Front view").getByRole("button", { name: "Remove" }).click();
  await expect(page.locator(".send-bar button")).toHaveText("Send photos");
  await page.reload();
  await expect(page.locator(".send-bar button")).toHaveText("Send photos");
  await expect(page.locator(".picked")).toHaveCount(0);
});

test("what did not arrive stays, says so, and goes with the next press", async ({ page }) => {
  await adding(page, "patient007@midline.example");
  // The way straight to the store leads nowhere: everything goes to the server.
  await page.route("**/photos/expect?*", (route) => route.abort("connectionfailed"));
  let fail = true;
  await page.route("**/journeys/*/photos?*", async (route) => {
    if (route.request().method() !== "POST" || !fail) return route.fallback();
    fail = false;
    return route.abort("connectionfailed");
  });
  await field(page, "Front view").setInputFiles([file(90)]);
  await field(page, "Left side").setInputFiles([file(91)]);
  await page.locator(".send-bar button").click();
  const failed = page.locator(".picked[data-state=failed]");
  await expect(failed).toContainText("That did not arrive. The photo is still here");
  await expect(page.locator(".picked[data-state=ready]")).toHaveCount(1);
  await expect(page.locator(".send-told")).toHaveText(/^1 of 2 sent\. One was not: (Front view|Left side)$/);
  await expect(failed).toBeInViewport();
  await page.getByRole("button", { name: "Send it again" }).click();
  await expect(page).toHaveURL(/\/photos\?sent$/);
});

test("a photo goes straight to the store", async ({ page }) => {
  await adding(page, "patient006@midline.example");
  const ways: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") ways.push(`${request.method()} ${new URL(request.url()).pathname.replace(/(\d+-)?[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, "…")}`);
  });
  await field(page, "Front view").setInputFiles([file(95)]);
  await page.locator(".send-bar button").click();
  await expect(page).toHaveURL(/\/photos\?sent$/);
  expect(ways).toEqual(["POST /journeys/…/photos/expect", "PUT /photos/quarantine/…", "POST /photos/…/arrived"]);
});

test("a session that ends before sending loses no photo", async ({ page, context }) => {
  await adding(page, "patient006@midline.example");
  await field(page, "Front view").setInputFiles([file(97)]);
  const cookies = await context.cookies();
  await context.clearCookies();
  await page.locator(".send-bar button").click();
  await expect(page.locator(".picked")).toContainText("Sign in in another tab");
  await context.addCookies(cookies);
  await page.getByRole("button", { name: "Send it again" }).click();
  await expect(page).toHaveURL(/\/photos\?sent$/);
});

test("the handle shows as much of either photo as it says, by keyboard and on the picture", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos/compare?view=front&before=4&after=8");
  const slider = page.getByRole("slider", { name: "How much of the earlier photo is shown" });
  await expect(slider).toHaveAttribute("aria-valuetext", /^50 per cent Step\s4, the rest Step\s8$/);
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(slider).toHaveAttribute("aria-valuetext", /^0 per cent Step\s4, the rest Step\s8$/);
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuetext", /^3 per cent Step\s4, the rest Step\s8$/);
  await expect(page.locator(".compare-before .frame")).toHaveCSS("clip-path", /97%/);
  const frame = await page.locator(".compare-after .frame").boundingBox();
  if (!frame) throw new Error("no frame");
  const at = (part: number) => [frame.x + frame.width * part, frame.y + frame.height / 2] as const;
  await page.mouse.move(...at(0.03));
  await page.mouse.down();
  await page.mouse.move(...at(0.8), { steps: 5 });
  await page.mouse.up();
  await expect(slider).toHaveValue(/^(79|80|81)$/);
  // Another view, without the page being left.
  const stays = await page.evaluate(() => Object.assign(window, { stays: true }).stays);
  await page.getByRole("link", { name: "Upper teeth" }).click();
  await expect(page.getByRole("img", { name: "Upper teeth, step 8" })).toBeVisible();
  expect(stays && await page.evaluate(() => "stays" in window)).toBe(true);
  await page.getByLabel("Side by side").check();
  await expect(page.locator(".compare-before .frame")).toHaveCSS("clip-path", "none");
});

test("the film begins with the front, runs, stops, and is moved by keyboard", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos/lapse");
  await expect(page.getByRole("link", { name: "Front view" })).toHaveAttribute("aria-current", "true");
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

test("keys lead to the same view at other steps, and the largest size is read only when it is wanted", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos");
  await page.getByRole("main").getByRole("listitem").getByRole("link").first().click();
  const full: string[] = [];
  page.on("request", (request) => { if (request.url().endsWith("/full")) full.push(request.url()); });
  await expect(title(page)).toHaveText(/^Front view, step/);
  const here = await title(page).textContent();
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("ArrowLeft");
  await expect(title(page)).not.toHaveText(here ?? "");
  await expect(title(page)).toHaveText(/^Front view, step/);
  await page.keyboard.press("ArrowRight");
  await expect(title(page)).toHaveText(here ?? "");
  expect(full).toEqual([]);
  // One step back, however far one went.
  await page.locator(".lightbox-pane").dblclick();
  await expect.poll(() => full.length).toBe(1);
  await page.goBack();
  await expect(page).toHaveURL(/\/photos$/);
});

test("a picture of another view than the one it is for is told in the browser, and the right one is not", async ({ page }) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos");
  /** The newest photo of a view, as it was sent before. */
  const sentBefore = async (view: string) => {
    const id = (await page.getByRole("link", { name: new RegExp(`^${view}`) }).first().getAttribute("href"))?.split("/").pop();
    const answer = await page.request.get(`/photos/${id}/screen`);
    expect(answer.ok()).toBe(true);
    return { name: "IMG.jpg", mimeType: answer.headers()["content-type"] ?? "image/jpeg", buffer: await answer.body() };
  };
  const [front, upper] = [await sentBefore("Front view"), await sentBefore("Upper teeth")];
  await page.goto("/journeys/1/photos/new");
  await expect(page.locator(".targets-form[data-live]")).toBeAttached();
  await field(page, "Front view").setInputFiles([upper]);
  await expect(target(page, "Front view")).toContainText("This looks more like “Upper teeth” than “Front view”. Please check.");
  await target(page, "Front view").getByRole("button", { name: "Remove" }).click();
  await field(page, "Front view").setInputFiles([front]);
  await expect(target(page, "Front view").getByRole("img", { name: "Front view" })).toBeVisible();
  // It has been looked at by the time another one has.
  await field(page, "Left side").setInputFiles([await plain(page, "#777")]);
  await expect(target(page, "Left side")).toContainText("This one is blurred.");
  await expect(target(page, "Front view")).not.toContainText("Please check.");
});

test("nine taps lead from a switch to five photos that are sent", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "patient094@midline.example");
  let taps = 0;
  const tap = async (what: Locator) => {
    taps += 1;
    await what.click();
  };
  await tap(nextStep(page));
  await expect(title(page)).toHaveText("Are you wearing aligner 11 now?");
  await page.waitForLoadState("networkidle");
  await tap(page.getByRole("button", { name: "Yes, I’m wearing aligner 11" }));
  await expect(title(page)).toHaveText("Step 2 of 2: your five photos");
  await tap(page.getByRole("main").getByRole("link", { name: "Add photos" }).first());
  await expect(page.locator(".targets-form[data-live]")).toBeAttached();
  for (const [n, view] of ["Front view", "Left side", "Right side", "Upper teeth", "Lower teeth"].entries()) {
    const chooser = page.waitForEvent("filechooser");
    await tap(target(page, view).locator(".pick:visible").first());
    await (await chooser).setFiles([file(160 + n)]);
    await expect(target(page, view).getByRole("img", { name: view })).toBeVisible();
  }
  await expect(page.locator(".send-bar button")).toHaveText("Send 5 photos");
  await tap(page.locator(".send-bar button"));
  await expect(page).toHaveURL(/\/photos\?sent$/);
  await expect(page.getByRole("heading", { name: /has your photos$/ })).toBeVisible();
  expect(taps).toBeLessThanOrEqual(9);
});

test.describe("with fingers", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  /** One finger, from the middle of the photo and so far. */
  async function swipe(page: Page, across: number, down: number) {
    const pane = page.locator(".lightbox-pane");
    await pane.scrollIntoViewIfNeeded();
    const box = await pane.boundingBox();
    if (!box) throw new Error("no photo");
    const fingers = await page.context().newCDPSession(page);
    const at = (part: number) => [{ x: box.x + box.width / 2 + across * part, y: box.y + box.height / 2 + down * part }];
    await fingers.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
    for (const part of [0.2, 0.4, 0.6, 0.8, 1]) await fingers.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(part) });
    await fingers.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await fingers.detach();
  }

  test("a swipe leads to the same view at the step before and after", async ({ page }) => {
    await signIn(page, "patient@midline.example", "/journeys/1/photos");
    await page.getByRole("link", { name: /^Front view/ }).first().click();
    await expect(title(page)).toHaveText(/^Front view, step/);
    await page.waitForLoadState("networkidle");
    const here = await title(page).textContent() ?? "";
    // A finger that hardly moved, and one that scrolls, lead nowhere.
    await swipe(page, 30, 0);
    await swipe(page, 20, -60);
    await expect(title(page)).toHaveText(here);
    // The photo is dragged in from the left: the step before.
    await swipe(page, 140, 0);
    await expect(title(page)).not.toHaveText(here);
    await expect(title(page)).toHaveText(/^Front view, step/);
    await swipe(page, -140, 0);
    await expect(title(page)).toHaveText(here);
    // Enlarged, it is the photo that moves.
    await page.getByRole("button", { name: "Zoom" }).click();
    await expect(page.locator("[data-zoomed]")).toHaveCount(1);
    await swipe(page, 140, 0);
    await page.waitForLoadState("networkidle");
    await expect(title(page)).toHaveText(here);
  });
});
