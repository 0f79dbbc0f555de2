// Where the reader's system chooses the colours, no ground tells what is current: an edge does, on the pages themselves.
import { expect, test, type Page } from "@playwright/test";
import { signIn, target } from "./helpers";

// The stylesheet's part alone: once is enough.
test.beforeEach(async ({ page }, { project }) => {
  test.skip(project.name !== "no-scripts", "scripts change no colours");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ forcedColors: "active" });
});

/** How the edges are drawn of what is current among those that match, and of all others. Edges of no width are none. */
const edges = (page: Page, kind: string) => page.locator(kind).evaluateAll((all) => {
  const drawn = (element: Element) => {
    const style = getComputedStyle(element);
    const sides = ["outline", "border-top", "border-right", "border-bottom", "border-left"];
    return sides.map((side) => {
      const [line, width, colour] = ["style", "width", "color"].map((what) => style.getPropertyValue(`${side}-${what}`));
      return line === "none" || width === "0px" ? "none" : `${line} ${width} ${colour}`;
    }).join(", ");
  };
  const is = (element: Element) => element.hasAttribute("aria-current");
  return { current: all.filter(is).map(drawn), others: all.filter((element) => !is(element)).map(drawn) };
});

/** One or more are current, there are others, and no other looks like one that is. */
async function differs(page: Page, path: string, ...kinds: string[]) {
  await page.goto(path);
  for (const kind of kinds) {
    const { current, others } = await edges(page, kind);
    expect(current.length, `${path}: what is current of ${kind}`).toBeGreaterThan(0);
    expect(others.length, `${path}: others of ${kind}`).toBeGreaterThan(0);
    for (const one of current) {
      expect(one, `${path}: ${kind} has a ring`).toMatch(/^(solid|double) [2-9]/);
      expect(others, `${path}: ${kind}`).not.toContain(one);
    }
  }
}

test("what is current is told by its edge: at a dentist’s desk", async ({ page }) => {
  await signIn(page, "dentist@midline.example", "/reviews");
  await differs(page, "/reviews", ".case-names a", ".chip", ".film a", ".side-bar a");
  await page.goto("/messages");
  // Nothing is read by being looked at here.
  const thread = await target(page.locator(".thread-row:not(.thread-new) a").first());
  await differs(page, thread, ".thread-row a", ".tabs a");
  // The one that has the focus is still told from the others, and from one that has it alone.
  const open = page.locator(".thread-row a[aria-current]");
  await open.focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  await expect(open).toBeFocused();
  await expect(open).toHaveCSS("outline-style", "double");
});

test("what is current is told by its edge: at the staff’s desk", async ({ page }) => {
  await signIn(page, "staff@midline.example", "/notifications?status=pending");
  await differs(page, "/notifications?status=pending", "a.stat");
});

test("what is current is told by its edge: for a patient", async ({ page }) => {
  await signIn(page, "patient@midline.example");
  await differs(page, "/", ".bottom-bar a");
  await differs(page, "/photos/1", ".same-step a");
  await differs(page, "/journeys/1/photos/compare", ".which a");
});
