// The yardstick of `make bench` for photos: the same variants as Midline's, made by libvips (through sharp).
//
// Usage: node bench/vips.mjs FOLDER OUT [THUMBNAIL SCREEN FULL], the last three being JPEG qualities.
// Prints a line of JSON for each picture; its processor time is that of all threads.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const [folder, out, ...qualities] = process.argv.slice(2);
if (!folder || !out || ![0, 3].includes(qualities.length)) throw new Error("usage: vips.mjs FOLDER OUT [THUMBNAIL SCREEN FULL]");
const [thumbnail, screen, full] = qualities.length ? qualities.map(Number) : [78, 80, 82];

sharp.concurrency(1);
sharp.cache(false);

const inside = (side) => ({ width: side, height: side, fit: "inside", withoutEnlargement: true });
const open = ({ data, info: { width, height, channels } }) => sharp(data, { raw: { width, height, channels } });
const pixels = (picture) => picture.raw().toBuffer({ resolveWithObject: true });
// Huffman tables made for each picture are sharp's default, not that of libvips; they would cost a second pass.
const file = (picture, quality) => picture.jpeg({ quality, chromaSubsampling: "4:2:0", optimiseCoding: false }).toBuffer();

// Decoded once, each size from the one above. To have libvips read the file for each size, though it can leave out a
// part of the decoding then, costs it twice as much, above all with progressive and turned ones.
async function variants(bytes) {
  const large = await pixels(sharp(bytes).rotate().resize(inside(4096)).toColourspace("srgb"));
  const middle = await pixels(open(large).resize(inside(1600)));
  return {
    thumbnail: await file(open(middle).resize(inside(320)), thumbnail),
    screen: await file(open(middle), screen),
    full: await file(open(large), full),
  };
}

mkdirSync(out, { recursive: true });
const names = readdirSync(folder).filter((name) => name.endsWith(".jpg")).map((name) => name.slice(0, -4)).sort();
const read = (name) => readFileSync(join(folder, `${name}.jpg`));
await variants(read(names[0]));
for (const name of names) {
  const bytes = read(name);
  const before = process.cpuUsage();
  const made = await variants(bytes);
  const { user, system } = process.cpuUsage(before);
  for (const [variant, content] of Object.entries(made)) writeFileSync(join(out, `${name}-${variant}.jpg`), content);
  console.log(JSON.stringify({ name, cpu_us: user + system, bytes: Object.fromEntries(Object.entries(made).map(([variant, { length }]) => [variant, length])) }));
}
