// The signing key and the cookie keys: made on the first start, kept for the next ones.
import { randomBytes } from 'node:crypto';
import {
  chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

async function make() {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    jwks: { keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] },
    cookies: [randomBytes(32).toString('base64url')],
  };
}

function read(path) {
  let stored;
  try {
    stored = readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
  const { jwks, cookies } = JSON.parse(stored);
  if (!jwks?.keys?.length || !cookies?.length) throw new Error('it does not hold the keys');
  chmodSync(path, 0o600);
  return { jwks, cookies };
}

/** Two providers started at once with one file end up with the same keys: only one link is made. */
export async function loadKeys(path) {
  const stored = read(path);
  if (stored) return stored;

  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  try {
    writeFileSync(draft, `${JSON.stringify(await make(), null, 2)}\n`, { mode: 0o600 });
    linkSync(draft, path);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read(path);
}
