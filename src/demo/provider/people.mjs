// The made-up people who can sign in: a JSON file, read again whenever it has changed.
import { readFileSync, statSync } from 'node:fs';

const text = (value) => (typeof value === 'string' ? value : '');
const sameEmail = (email) => email.trim().toLowerCase();

function parse(json) {
  const rows = JSON.parse(json);
  if (!Array.isArray(rows)) throw new Error('it is not a list');
  return rows.map((row, at) => {
    if (!text(row?.sub) || !text(row.email)) {
      throw new Error(`entry ${at + 1} has no sub or no email`);
    }
    return {
      sub: row.sub,
      email: row.email,
      emailVerified: row.email_verified === true,
      givenName: text(row.given_name),
      familyName: text(row.family_name),
      groups: Array.isArray(row.groups) ? row.groups.map(String) : [],
      purpose: text(row.purpose).trim(),
    };
  });
}

export class People {
  #path;
  #stamp = '';
  #bySub = new Map();
  #byEmail = new Map();

  /** Throws when the file cannot be read: without people there is nothing to start for. */
  constructor(path) {
    this.#path = path;
    this.#load(this.#stampNow());
  }

  #stampNow() {
    const { mtimeNs, size, ino } = statSync(this.#path, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  }

  #load(stamp) {
    this.#stamp = stamp;
    const people = parse(readFileSync(this.#path, 'utf8'));
    this.#bySub = new Map(people.map((person) => [person.sub, person]));
    this.#byEmail = new Map(people.map((person) => [sameEmail(person.email), person]));
  }

  /** A file that is half written or gone for a moment costs nothing: the last good list stays. */
  #refresh() {
    try {
      const stamp = this.#stampNow();
      if (stamp !== this.#stamp) this.#load(stamp);
    } catch (error) {
      console.error(`The list of people could not be read again, the former one is kept: ${error.message}`);
    }
  }

  bySub(sub) {
    this.#refresh();
    return this.#bySub.get(sub);
  }

  byEmail(email) {
    this.#refresh();
    return this.#byEmail.get(sameEmail(email));
  }

  /** Those with a purpose: the ones shown on the sign-in page. */
  shown() {
    this.#refresh();
    return [...this.#bySub.values()].filter((person) => person.purpose);
  }
}
