// Packs the assets with brotli, so that the server need not: `node compress.mjs target/site`.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const root = process.argv[2];
for (const name of readdirSync(root, { recursive: true })) {
  const path = join(root, name);
  if (!/\.(js|wasm|css|svg|webmanifest)$/.test(name)) continue;
  const age = (file) => { try { return statSync(file).mtimeMs; } catch { return 0; } };
  if (age(`${path}.br`) >= age(path)) continue;
  const bytes = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
}
