import { crc32, deflateSync } from "node:zlib";

/** A picture of its own for each `seed`, 400 × 300. */
export function picture(seed: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(400, 0);
  header.writeUInt32BE(300, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(300 * 1201, seed % 256);
  for (let y = 0; y < 300; y += 1) {
    rows[y * 1201] = 0;
    for (let x = 0; x < 400; x += 1) rows.set([(x + seed) % 256, y % 256, (seed * 40) % 256], y * 1201 + 1 + x * 3);
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}
