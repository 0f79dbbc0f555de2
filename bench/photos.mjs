// Goals 8 and 10: what photos cost to take in, and how fast a page full of them is on a phone.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gallery } from "./gallery.mjs";

const VARIANTS = ["thumbnail", "screen", "full"];
// JPEG qualities of libvips: the highest at which it is not nearer to the originals than Midline.
const QUALITIES = { thumbnail: 78, screen: 83, full: 85 };

const vips = join(dirname(fileURLToPath(import.meta.url)), "vips.mjs");
// Memory that libvips gives back is not returned to the system after each picture; that would cost it 4 % more.
const KEEPING = { MALLOC_MMAP_THRESHOLD_: "1000000000", MALLOC_TRIM_THRESHOLD_: "2000000000", MALLOC_TOP_PAD_: "67108864" };

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const spread = (numbers, digits = 0) => `${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)}`;
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function run(core, program, args, env = {}) {
  const text = execFileSync("taskset", ["-c", String(core), program, ...args],
    { encoding: "utf8", env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 26 });
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

/** Adds the rows of goal 8. Midline and libvips take the same pictures in turn, both on `core`. */
export async function photos(row, { bin, rounds = 5, core = 0, say = () => {} }) {
  const folder = mkdtempSync(join(tmpdir(), "midline-photos-"));
  try {
    const [own, originals] = [join(bin, "examples/photos"), join(folder, "originals")];
    say("making photos");
    execFileSync(own, ["make", originals], { stdio: "inherit" });
    const programs = {
      midline: () => run(core, own, ["process", originals, join(folder, "midline")]),
      vips: () => run(core, process.execPath, [vips, originals, join(folder, "vips"), ...VARIANTS.map((variant) => String(QUALITIES[variant]))], KEEPING),
      control: () => run(core, own, ["process", originals, join(folder, "midline")]),
    };
    const found = { midline: [], vips: [], control: [] };
    for (let round = 1; round <= rounds; round += 1) {
      say(`photos, round ${round} of ${rounds}`);
      for (const [name, program] of Object.entries(programs)) found[name].push(program());
    }
    say("comparing photos with their originals");
    const { pictures, scores } = JSON.parse(execFileSync(own, ["compare", originals, join(folder, "midline"), join(folder, "vips")], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));

    // Milliseconds a photo, in each round; of those alone whose name tells that they are of a kind.
    const costs = (name, kind = () => true) => found[name].map((photos) => {
      const some = photos.filter((photo) => kind(photo.name));
      return sum(some.map(({ cpu_us: micros }) => micros)) / some.length / 1000;
    });
    const cost = (name, kind) => median(costs(name, kind));
    const told = (name) => `${cost(name).toFixed(0)} ms (${spread(costs(name))})`;
    const kinds = {
      "plain": (name) => !/progressive|turned|-p3/.test(name),
      "progressive": (name) => name.includes("-progressive"),
      "turned": (name) => name.includes("-turned"),
      "Display P3": (name) => name.includes("-p3"),
    };
    const byKind = Object.entries(kinds).map(([what, kind]) => `${what} ${(cost("midline", kind) / cost("vips", kind)).toFixed(2)}`);
    const score = (variant) => `${variant} ${scores[variant].a.mean.toFixed(1)} (least ${scores[variant].a.min.toFixed(1)}) and ${scores[variant].b.mean.toFixed(1)} (${scores[variant].b.min.toFixed(1)})`;
    const size = (name, variant) => sum(found[name].at(-1).map(({ bytes }) => bytes[variant])) / pictures / 1000;
    const sizes = VARIANTS.map((variant) => `${variant} ${size("midline", variant).toFixed(0)} and ${size("vips", variant).toFixed(0)}`);
    const asGood = VARIANTS.every((variant) => scores[variant].a.mean >= scores[variant].b.mean);
    row("8", "photo: 12 MP JPEG → all variants, processor time of that of libvips", "≤ 1 ×", cost("midline") / cost("vips"),
      `${told("midline")} a photo, libvips ${told("vips")}, ${pictures} photos; ${byKind.join(", ")}; mean SSIMULACRA2: ${VARIANTS.map(score).join(", ")}; kB: ${sizes.join(", ")}`,
      (ratio) => asGood && ratio <= 1);
    row("", "control: Midline's photos against themselves", "1 ± 0.03", cost("midline") / cost("control"), told("control"), (ratio) => Math.abs(ratio - 1) < 0.03);
  } finally { rmSync(folder, { recursive: true, force: true }); }
}

/** Adds the rows of goal 10: the gallery at `url`, for whoever `cookie` belongs to. */
export async function galleryOnAPhone(row, { url, cookie, say = () => {} }) {
  say("the gallery on a phone");
  const { lcp, tbt, cls, each } = await gallery(url, cookie);
  const all = (name, digits) => spread(each.map((visit) => visit[name]), digits);
  row("10", "gallery of 50 photos, Lighthouse mobile: LCP", "≤ 1.5 s", lcp / 1000, `s, median of five (${all("lcp", 0)} ms)`, (seconds) => seconds <= 1.5);
  row("10", "the same: TBT", "≤ 50 ms", tbt, `ms (${all("tbt", 0)})`, (ms) => ms <= 50);
  // What the page cannot help: this browser on this machine, with a page of words.
  const words = await gallery(new URL("/sign-in", url).href, "");
  row("", "control: TBT of the sign-in page", "–", words.tbt, `ms (${spread(words.each.map((visit) => visit.tbt))})`, () => true);
  row("10", "the same: CLS", "≤ 0.02", cls, `(${all("cls", 3)})`, (shift) => shift <= 0.02);
}
