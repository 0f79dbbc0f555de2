// What the provider remembers, in memory only: after a restart people sign in again.

const SWEEP_EVERY = 500;
const OF_A_GRANT = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

const entries = new Map();
const sessionIds = new Map();
let writes = 0;

function live(key) {
  const entry = entries.get(key);
  if (entry && entry.until > Date.now()) return entry;
  entries.delete(key);
  return undefined;
}

function sweep() {
  for (const key of entries.keys()) live(key);
  for (const [uid, id] of sessionIds) {
    if (!entries.has(`Session ${id}`)) sessionIds.delete(uid);
  }
}

/** The adapter that oidc-provider asks for, one object for each kind of thing it stores. */
export class Store {
  #kind;

  constructor(kind) {
    this.#kind = kind;
  }

  #key(id) {
    return `${this.#kind} ${id}`;
  }

  async upsert(id, payload, expiresIn) {
    writes += 1;
    if (writes % SWEEP_EVERY === 0) sweep();
    const until = expiresIn ? Date.now() + expiresIn * 1000 : Infinity;
    entries.set(this.#key(id), { payload, until, kind: this.#kind });
    if (this.#kind === 'Session') sessionIds.set(payload.uid, id);
  }

  async find(id) {
    return live(this.#key(id))?.payload;
  }

  async findByUid(uid) {
    return this.find(sessionIds.get(uid));
  }

  // Only the device flow asks for this, and it is switched off.
  async findByUserCode() {
    return undefined;
  }

  async consume(id) {
    const entry = live(this.#key(id));
    if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    entries.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const [key, { kind, payload }] of entries) {
      if (OF_A_GRANT.has(kind) && payload.grantId === grantId) entries.delete(key);
    }
  }
}
