// Somebody at a browser without scripts: keeps cookies, follows redirects, fills in the forms of pages and sends them.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'", nbsp: " " };
const plain = (text) => text.replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole);
const attributes = (tag) => Object.fromEntries([...tag.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].slice(1)
  .map(([, name, value]) => [name, plain(value ?? "")]));

/** The forms of a page: where each goes, how, what it would send as it stands, and its buttons. */
export function forms(page) {
  return [...page.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([form]) => {
    const { action = "", method = "get", enctype = "" } = attributes(form.match(/<form[^>]*>/)[0]);
    const fields = [];
    for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
      const { name, type = "text", value = "on", checked, disabled } = attributes(tag);
      if (!name || disabled !== undefined || type === "file" || type === "submit") continue;
      if ((type === "radio" || type === "checkbox") && checked === undefined) continue;
      fields.push([name, type === "text" && !/value=/.test(tag) ? "" : value]);
    }
    for (const [, open, text] of form.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
      const { name } = attributes(`<textarea ${open}>`);
      // A line break right after the tag is none of the text.
      if (name) fields.push([name, plain(text.replace(/^\n/, ""))]);
    }
    for (const [, open, inside] of form.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
      const { name } = attributes(`<select ${open}>`);
      const options = [...inside.matchAll(/<option\b[^>]*>/g)].map(([tag]) => attributes(tag));
      const chosen = options.find((option) => option.selected !== undefined) ?? options[0];
      if (name && chosen) fields.push([name, chosen.value ?? ""]);
    }
    const named = [...form.matchAll(/<(?:input|textarea|select|button)\b[^>]*>/g)].map(([tag]) => attributes(tag))
      .map(({ name, value, formaction }) => `${name}=${value ?? ""} ${formaction ?? ""}`);
    return { action, method: method.toLowerCase(), enctype, fields, holds: [action, ...named].join(" ") };
  });
}

export class Person {
  #cookies = new Map();

  constructor(site, email) {
    this.site = site;
    this.email = email;
  }

  async #request(url, init = {}) {
    const { origin } = new URL(url);
    const cookies = [...this.#cookies].filter(([key]) => key.startsWith(origin)).map(([key, value]) => `${key.split("|")[1]}=${value}`);
    const headers = { ...init.headers, cookie: cookies.join("; "), "accept-language": "en" };
    if (init.method === "POST") Object.assign(headers, { origin, "sec-fetch-site": "same-origin" });
    const answer = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(`${origin}|${name}`, value);
    }
    const location = answer.headers.get("location");
    if (answer.status >= 300 && answer.status < 400 && location) return this.#request(new URL(location, url).href);
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, url, bytes, text: bytes.toString("utf8") };
  }

  /** A page, which has to be there. */
  async open(path) {
    const page = await this.#request(new URL(path, this.site).href);
    if (page.status !== 200) throw new Error(`${this.email}: GET ${path} answers ${page.status}: ${page.text.slice(0, 2000)}`);
    return page;
  }

  /** What is no page, as a photo. */
  async bytes(path) {
    return (await this.open(path)).bytes;
  }

  async #post(page, form, fields, files) {
    const filled = form.fields.filter(([name]) => !(name in fields));
    for (const [name, value] of Object.entries(fields)) {
      for (const one of [value].flat()) if (one !== null) filled.push([name, one]);
    }
    const body = form.enctype === "multipart/form-data" ? new FormData() : new URLSearchParams();
    for (const [name, value] of filled) body.append(name, value);
    for (const { name, file, bytes } of files) body.append(name, new Blob([bytes], { type: "image/jpeg" }), file);
    const answer = await this.#request(new URL(form.action || page.url, page.url).href, { method: "POST", body });
    if (answer.status !== 200) {
      throw new Error(`${this.email}: POST ${form.action || page.url} with ${JSON.stringify(filled)} answers ${answer.status}: ${
        answer.text.replace(/[\s\S]*<main/, "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").slice(0, 1500)}`);
    }
    return answer;
  }

  /**
   * Sends a form of a page, filled in: the first of whose address, fields and buttons (as `name=value`) `which` finds something. A field
   * of null is left out.
   */
  async send(path, which, fields = {}, files = []) {
    const page = typeof path === "string" ? await this.open(path) : path;
    const form = forms(page.text).find((one) => one.method === "post" && which.test(one.holds));
    if (!form) throw new Error(`${this.email}: no form ${which} at ${page.url}: ${forms(page.text).map((one) => one.holds).join("; ")}`);
    return this.#post(page, form, fields, files);
  }

  async signIn() {
    const asked = await this.send("/sign-in", /sign-in/);
    const form = forms(asked.text).find(({ fields }) => fields.length === 0 || fields.some(([name]) => /email|login/.test(name)));
    const named = [...asked.text.matchAll(/<button\b[^>]*>/g)].map(([tag]) => attributes(tag)).find(({ value }) => value === this.email);
    await this.#post(asked, form, { [named?.name ?? form.fields.find(([name]) => /email|login/.test(name))[0]]: this.email }, []);
    return this;
  }
}
