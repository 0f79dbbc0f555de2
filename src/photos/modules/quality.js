// What can be told of a picture before it is sent: whether anything in it is sharp, whether there is light, and what it looks
// like. The server looks for the same with the same numbers (`processing/quality.rs`, `processing/likeness.rs`).

const SIDE = 512, PARTS = 8, SHARPEST = 6, BLURRED = 12, DARK = 45;
const COLUMNS = 16, ROWS = 12, ALIKE = 0.85, CLEARLY = 0.15;
// How like each other two pictures are of which one is the other, or its mirror image.
const SAME = 0.985;


// An image's luminance, small.
function luma(image) {
  const longest = Math.max(image.naturalWidth, image.naturalHeight, 1);
  const scale = Math.min(SIDE / longest, 1);
  const width = Math.max(Math.round(image.naturalWidth * scale), 1);
  const height = Math.max(Math.round(image.naturalHeight * scale), 1);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return undefined;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const values = new Float32Array(width * height);
  for (let n = 0; n < values.length; n += 1) {
    values[n] = (54 * data[n * 4] + 183 * data[n * 4 + 1] + 19 * data[n * 4 + 2]) / 256;
  }
  return { width, height, values };
}

function blurred({ width, height, values }) {
  if (width < PARTS + 2 || height < PARTS + 2) return false;
  const part = (n, length) => 1 + Math.floor(n * (length - 2) / PARTS);
  const parts = [];
  for (let row = 0; row < PARTS; row += 1) {
    for (let column = 0; column < PARTS; column += 1) {
      let sum = 0, squares = 0, count = 0;
      for (let y = part(row, height); y < part(row + 1, height); y += 1) {
        for (let x = part(column, width); x < part(column + 1, width); x += 1) {
          const at = y * width + x;
          const edge = values[at - 1] + values[at + 1] + values[at - width] + values[at + width] - 4 * values[at];
          sum += edge;
          squares += edge * edge;
          count += 1;
        }
      }
      parts.push((squares - sum * sum / count) / count);
    }
  }
  return parts.sort((a, b) => b - a)[SHARPEST] < BLURRED;
}

function dark({ width, height, values }) {
  let sum = 0, count = 0;
  for (let y = Math.floor(height / 4); y < height - Math.floor(height / 4); y += 1) {
    for (let x = Math.floor(width / 4); x < width - Math.floor(width / 4); x += 1) {
      sum += values[y * width + x];
      count += 1;
    }
  }
  return sum / Math.max(count, 1) < DARK;
}

// Values around zero whose squares add up to one; none of what is the same all over.
function level(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const around = values.map((value) => value - mean);
  const length = Math.sqrt(around.reduce((sum, value) => sum + value * value, 0));
  return length < Math.sqrt(values.length) * 2 ? undefined : around.map((value) => value / length);
}

// Where it is light, in so many fields.
function fields({ width, height, values }, columns = COLUMNS * 4, rows = ROWS * 4) {
  const sums = new Array(columns * rows).fill(0), counts = new Array(columns * rows).fill(0);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y * rows / height) * columns;
    for (let x = 0; x < width; x += 1) {
      const at = row + Math.floor(x * columns / width);
      sums[at] += values[y * width + x];
      counts[at] += 1;
    }
  }
  return level(sums.map((sum, n) => sum / Math.max(counts[n], 1)));
}

const alike = (a, b) => a.reduce((sum, value, n) => sum + value * b[n], 0);

// Whether two pictures are one, or one the mirror image of the other.
function same(a, b) {
  const columns = COLUMNS * 4;
  const mirrored = b.map((_, n) => b[n - n % columns + columns - 1 - n % columns]);
  return alike(a, b) > SAME || alike(a, mirrored) > SAME;
}

// What is left of a picture in a thumbhash: its slowest waves, seven along the longer side. What is known of a mouth comes from
// those; compared with all that a picture holds, no view would be like itself.
function waves({ width, height }, values) {
  const longest = Math.max(width, height);
  const [across, down] = [width, height].map((side) => Math.max(Math.round(7 * side / longest), 3));
  const wave = (n, count) => Array.from({ length: count }, (_, at) => Math.cos(Math.PI / count * n * (at + 0.5)));
  const left = new Array(values.length).fill(0);
  for (let cy = 0; cy < down; cy += 1) {
    const rows = wave(cy, ROWS);
    for (let cx = cy ? 0 : 1; cx * down < across * (down - cy); cx += 1) {
      const columns = wave(cx, COLUMNS);
      const at = (n) => columns[n % COLUMNS] * rows[Math.floor(n / COLUMNS)];
      const share = values.reduce((sum, value, n) => sum + value * at(n), 0) * (cx ? 2 : 1) * (cy ? 2 : 1) / values.length;
      for (let n = 0; n < left.length; n += 1) left[n] += share * at(n);
    }
  }
  const length = Math.sqrt(left.reduce((sum, value) => sum + value * value, 0));
  return left.map((value) => value / (length || 1));
}

// The view that a picture clearly looks like, if that is not the one it is for. `known` says how each view of this mouth looked
 // before: `front:` and two hexadecimal digits a field, one a line.
function otherView(luma, view, known) {
  const all = fields(luma, COLUMNS, ROWS);
  if (!all || !known) return undefined;
  const picture = waves(luma, all);
  const likes = known.split("\n").map((line) => {
    const [name, digits] = line.split(":");
    const before = level((digits.match(/../g) ?? []).map((field) => parseInt(field, 16)));
    return { name, like: before ? alike(picture, before) : -1 };
  }).sort((a, b) => b.like - a.like);
  const own = likes.find(({ name }) => name === view);
  const [most] = likes;
  return own && most.name !== view && most.like > ALIKE && most.like - own.like > CLEARLY ? most.name : undefined;
}
