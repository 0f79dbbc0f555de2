// Photos: added by a plain form, seen, compared, deleted; the same with scripts and without.
import { expect, test, type Page } from "@playwright/test";
import { accessible, another, signIn, title } from "./helpers";
import { picture } from "./picture";

const file = (seed: number, name = "IMG.png") => ({ name, mimeType: "image/png", buffer: picture(seed) });
const field = (page: Page, view: string) => page.getByLabel(`${view}: Choose a picture`);
const shots = (page: Page, stage: number) => page.getByRole("region", { name: `Step ${stage}` }).getByRole("listitem");

test("a patient adds photos, and finds them in the gallery", async ({ page }, { project }) => {
  const straight: number[] = [];
  page.on("response", (response) => {
    if (response.request().method() === "PUT") straight.push(response.status());
  });
  await signIn(page, "patient004@midline.example", "/photos");
  await page.getByRole("link", { name: "Add photos" }).click();
  await expect(title(page)).toHaveText("Add photos");
  await field(page, "Front view").setInputFiles([file(1), file(2)]);
  await field(page, "Upper teeth").setInputFiles([file(3, "../../‮gpj.exe")]);
  if (project.name === "scripts") await expect(page.locator(".picked")).toHaveCount(3);
  await page.getByRole("button", { name: /^(Send photos|Send 3 photos)$/ }).click();
  await expect(page).toHaveURL(/\/photos\?sent$/);
  // The bytes went to the store by themselves, with the leave of this server.
  expect(straight).toEqual(project.name === "scripts" ? [200, 200, 200] : []);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("heading", { name: /has your photos$/ })).toBeVisible({ timeout: 500 });
  }).toPass();
  const newest = page.locator(".album").getByRole("listitem");
  await expect(newest.nth(0)).toContainText(/Front view|Upper teeth/);
  // One of them, larger, and to its neighbour and back.
  await newest.nth(0).getByRole("link").click();
  const first = await title(page).textContent();
  const image = page.getByRole("img", { name: first ?? "" }).first();
  await expect(image).toBeVisible();
  await expect.poll(() => image.evaluate((shown: HTMLImageElement) => shown.naturalWidth).catch(() => 400)).toBe(400);
  const address = page.url();
  await page.getByRole("navigation", { name: "Photos of this step" }).getByRole("link", { name: /^Upper teeth/ }).click();
  await expect(title(page)).toHaveText(/^Upper teeth/);
  await page.getByRole("navigation", { name: "Photos of this step" }).getByRole("link", { name: /^Front view/ }).click();
  await expect(title(page)).toHaveText(first ?? "");
  // Beside a question the picture ends where its frame does: nothing blurred shows below it.
  await page.getByRole("link", { name: "Change view or step" }).click();
  const boxes = [await page.locator(".ask .frame").boundingBox(), await page.locator(".ask .shot").boundingBox()];
  expect(Math.abs((boxes[0]?.height ?? 0) - (boxes[1]?.height ?? 99))).toBeLessThan(2);
  await page.getByRole("link", { name: "Leave it as it is" }).click();
  // Deleted, after a question.
  await page.getByRole("link", { name: "Delete" }).click();
  await expect(title(page)).toHaveText("Delete this photo?");
  if (project.name === "scripts") await accessible(page, "before a photo is deleted");
  await page.getByRole("button", { name: "Delete the photo" }).click();
  await expect(page.getByRole("status")).toHaveText("The photo was deleted.");
  expect((await page.goto(address))?.status()).toBe(404);
});

test("what is no photo is told in words", async ({ page }, { project }) => {
  await signIn(page, "patient005@midline.example", "/photos");
  await page.getByRole("link", { name: "Add photos" }).click();
  if (project.name === "no-scripts") {
    await page.getByRole("button", { name: "Send photos" }).click();
    await expect(page.getByText("No photo was chosen.")).toBeVisible();
  }
  const heic = { name: "IMG.HEIC", mimeType: "image/heic", buffer: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1") };
  await field(page, "Left side").setInputFiles([heic]);
  if (project.name === "scripts") {
    // Told before it is sent.
    await expect(page.locator(".picked")).toContainText("Most Compatible");
    return;
  }
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Send photos" }).click();
  await answered;
  await page.goto("/photos");
  await expect(page.getByRole("status")).toContainText("Left side, step");
  await expect(page.getByRole("status")).toContainText("Most Compatible");
});

test("two stages are compared, and all of them run past", async ({ page }, { project }) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos/compare?view=front&before=4&after=8");
  await expect(page.getByRole("img", { name: "Front view, step 4" })).toBeVisible();
  await expect(page.getByRole("img", { name: "Front view, step 8" })).toBeVisible();
  await page.getByRole("link", { name: "Upper teeth" }).click();
  await expect(page.getByRole("img", { name: "Upper teeth, step 8" })).toBeVisible();
  await page.goto("/journeys/1/photos/lapse?view=front");
  const frames = page.getByRole("list", { name: "Photos, step by step" }).getByRole("listitem");
  await expect(frames.first()).toBeVisible();
  if (project.name === "no-scripts") expect(await frames.count()).toBeGreaterThan(2);
});

test("photos are for the patient and the dentist assigned", async ({ page, browser }, info) => {
  await signIn(page, "patient@midline.example", "/journeys/1/photos");
  const photo = await page.getByRole("main").getByRole("listitem").getByRole("link").first().getAttribute("href");
  const answers = async (email: string) => {
    const other = await another(browser, info);
    await signIn(other, email);
    const status = async (path: string) => (await other.request.get(path)).status();
    const found = [await status("/journeys/1/photos"), await status(photo ?? ""), await status(`${photo}/full`)];
    await other.context().close();
    return found;
  };
  expect(await answers("dentist@midline.example")).toEqual([200, 200, 200]);
  expect(await answers("staff@midline.example")).toEqual([404, 404, 404]);
  expect(await answers("braces.patient@midline.example")).toEqual([404, 404, 404]);
  await page.goto("/access");
  await expect(page.getByText("Your dentist looked at your photos").first()).toBeVisible();
});
