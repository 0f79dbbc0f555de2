// Adding photos. Each picture stands in its own target as soon as it is picked, is looked at for what would make it useless,
// and can be taken anew or removed. One button sends all of them, two at a time, each with a bar of its own; what failed waits
// for the button to be pressed again. Words stand in the page that the server wrote. (`quality.js` stands before this file.)

// Pictures that are on their way at the same time.
const AT_ONCE = 2;
// As the server's `limits`.
const MOST = 12, LARGEST = 25 * 1024 * 1024, PIXELS = 64 * 1024 * 1024;
// The longest side that is kept of a photo: one that is made anew here loses nothing else.
const KEPT = 4096;
// Milliseconds between two questions what became of what was sent, and for how long it is asked.
const EACH = 700, PATIENCE = 60_000;

const form = document.querySelector(".targets-form");
const pictures = form.querySelector("[data-of-a-picture]");
const template = document.querySelector("#shot");
const button = form.querySelector(".send-bar button");
const told = form.querySelector(".send-told");

let shots = [];
let leaving = false;
// What was last said of what did not arrive.
let reported = "";

const words = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, String(value)), (form.dataset[name] ?? pictures.dataset[name] ?? ""));
const part = (shot, selector) => shot.card.querySelector(selector);
const nameOf = (target) => target.querySelector(".target-name")?.textContent ?? "";
const having = (...states) => shots.filter(({ state }) => states.includes(state));

function say(shot, state, text = "") {
  shot.state = state;
  shot.card.dataset.state = state;
  part(shot, ".picked-said").textContent = text;
  part(shot, ".picked-tools").hidden = ["sending", "arrived", "ready"].includes(state);
  part(shot, "progress").hidden = state !== "sending";
  show();
}

// The bar at the bottom, by what there is to do.
function show() {
  for (const target of form.querySelectorAll(".target")) {
    target.classList.toggle("is-filled", shots.some((shot) => shot.target === target));
  }
  const count = having("checking", "chosen", "failed").length;
  const underWay = having("sending").length;
  const sent = having("arrived", "ready").length;
  const text = count === 1 ? words("one") : words("other", { count });
  button.disabled = underWay > 0;
  if (underWay) button.textContent = words("sending", { count: sent + 1, total: sent + underWay + waiting.length });
  else if (having("failed").length === 1) button.textContent = words("retryOne");
  else if (having("failed").length) button.textContent = words("retry", { count: having("failed").length });
  else if (count) button.textContent = text;
  else if (sent || having("rejected").length) button.textContent = words("finish");
  else button.textContent = words("button");
  report(underWay || waiting.length ? [] : having("failed", "rejected", ...(sent ? ["refused"] : [])), sent);
}

// Says at the button what did not arrive, and brings the first of it into sight.
function report(not, sent) {
  const views = [...new Set(not.map(({ target }) => nameOf(target)))].join(", ");
  const text = not.length ? words(not.length === 1 ? "notOne" : "notOther", { sent, total: sent + not.length, views }) : "";
  if (text === reported) return;
  reported = text;
  told.textContent = text;
  not[0]?.card.scrollIntoView({ block: "nearest" });
}

function add(target, file, { instead, token = uuid(), camera = false } = {}) {
  const card = template.content.firstElementChild.cloneNode(true);
  // As large as it came: what is written anew here has another size.
  const shot = { file, bytes: file.size, target, card, token, camera, state: "checking" };
  if (instead) instead.card.replaceWith(card);
  else target.querySelector(".picked-list")?.append(card);
  if (instead) forget(instead);
  shots.push(shot);
  for (const one of card.querySelectorAll("button")) {
    one.addEventListener("click", () => (one.dataset.do === "remove" ? remove(shot) : pick(shot)));
  }
  const views = part(shot, "select");
  for (const one of views.querySelectorAll("option")) if (!targetOf(one.value)) one.remove();
  views.addEventListener("change", () => move(shot, targetOf(views.value)));
  name(shot);
  say(shot, "checking");
  look(shot, file);
  keep(shot);
  return shot;
}

const targetOf = (view) => form.querySelector(`.target[data-view="${view}"]`);

// What is called by its target.
function name(shot) {
  const view = nameOf(shot.target);
  part(shot, "img").alt = view;
  part(shot, "select").value = shot.target.dataset.view;
  for (const one of shot.card.querySelectorAll("button")) one.setAttribute("aria-label", `${one.textContent}: ${view}`);
}

// Puts a picture into another target; the one picture that is there comes here instead.
function move(shot, to) {
  const from = shot.target;
  if (!to || to === from) return;
  const there = shots.filter((one) => one.target === to && !["sending", "arrived", "ready"].includes(one.state));
  const moved = there.length === 1 ? [shot, there[0]] : [shot];
  for (const one of moved) {
    one.target = one === shot ? to : from;
    one.target.querySelector(".picked-list").append(one.card);
    name(one);
    if (one.state !== "rejected") keep(one);
  }
  to.closest("details")?.setAttribute("open", "");
  for (const one of moved) if (one.state === "chosen") judge(one);
  show();
  part(shot, "select").focus();
}

// A name that nobody else draws; `randomUUID` is missing on addresses without https.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 15 | 64;
  bytes[8] = bytes[8] & 63 | 128;
  return hex(bytes).replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function forget(shot) {
  shot.gone = true;
  drop(shot);
  shots = shots.filter((other) => other !== shot);
  URL.revokeObjectURL((part(shot, "img")).src);
}

function remove(shot) {
  forget(shot);
  shot.card.remove();
  // Of two that were the same, the other is alone now.
  for (const one of shots) if (one.bytes === shot.bytes && one.state === "chosen") judge(one);
  show();
  // Whoever was at its button is at the target's.
  (inputs(shot.target).find(shown))?.focus({ preventScroll: true });
}

// Where there is a camera, the drawing opens it, too.
function point(target) {
  const camera = target.querySelector(".pick-camera");
  const label = target.querySelector(".target-label");
  // Whether it is shown once its fold is open.
  if (getComputedStyle(camera).display !== "none") label.htmlFor = camera.querySelector("input").id;
}

const inputs = (target) => [...target.querySelectorAll("input")];
const shown = (input) => input.closest("label")?.checkVisibility?.() ?? true;

// The picture that the next one stands in for.
let replaced;

// Takes a picture anew, the way that it came: by the camera, or from files.
function pick(shot) {
  replaced = shot;
  inputs(shot.target).find((input) => input.hasAttribute("capture") === shot.camera)?.click();
}

// Looks at a picture, as soon as the browser has read it.
async function look(shot, file) {
  const image = (part(shot, "img"));
  image.src = URL.createObjectURL(file);
  const kind = `${file.type} ${file.name}`.toLowerCase();
  const other = /hei[cf]/.test(kind) ? "heic" : /avif/.test(kind) ? "avif" : "";
  try {
    await image.decode();
  } catch {
    if (shot.gone) return;
    shot.card.classList.add("is-unseen");
    // What this browser cannot show, the server may know; of these it is known that it does not.
    const refusal = /video\//.test(kind) ? "film" : file.size > LARGEST ? "tooLarge" : other;
    if (file.size === 0) say(shot, "refused", words("empty"));
    else if (refusal) say(shot, "refused", words(refusal));
    else say(shot, "chosen");
    return;
  }
  if (shot.gone) return;
  const pixels = image.naturalWidth * image.naturalHeight;
  if (other || file.size > LARGEST || pixels > PIXELS) {
    // Shown here, it can be written here as what the server reads, in the size that would be kept of it.
    const made = await anew(image);
    if (made) shot.file = made;
    else return say(shot, "refused", words(other || (pixels > PIXELS ? "tooManyPixels" : "tooLarge")));
  }
  shot.seen = luma(image);
  shot.fields = shot.seen && fields(shot.seen);
  if (!shot.gone && shot.state === "checking") judge(shot);
}

// Says what could be better about a picture where it is now.
function judge(shot) {
  const found = [];
  const { seen, fields: own, bytes } = shot;
  // The same file in one place: it need not be sent to know that it comes twice.
  const double = own && shots.find((one) => one !== shot && one.target === shot.target && one.bytes === bytes && one.fields && same(own, one.fields));
  if (double) found.push(words("same"));
  if (seen) {
    if (blurred(seen)) found.push(words("blurred"));
    if (dark(seen)) found.push(words("dark"));
    const twin = own && shots.find((one) => one.target !== shot.target && one.fields && same(own, one.fields));
    const view = shot.target.dataset.view ?? "";
    const like = otherView(seen, view, form.dataset.known ?? "");
    const named = like && form.querySelector(`[data-view="${like}"]`);
    if (twin) found.push(words("twice", { view: nameOf(twin.target) }));
    else if (named) found.push(words("otherView", { view: nameOf(named), own: nameOf(shot.target) }));
  }
  shot.card.classList.toggle("is-doubtful", found.length > 0);
  say(shot, "chosen", found.length ? found.join(" ") : seen ? words("good") : "");
}

async function anew(image) {
  const scale = Math.min(KEPT / Math.max(image.naturalWidth, image.naturalHeight), 1);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.92); });
}

// The targets that so many pictures go to which were chosen at once: the empty ones, from the one on that they were chosen at if
// there is room behind it. What is left over goes where it was chosen.
function places(target, count) {
  const filled = (one) => shots.some((shot) => shot.target === one);
  const open = [...form.querySelector(".targets").children].filter((one) =>
    one.dataset.view !== "other" && !filled(one) && (one === target || !("there" in one.dataset)));
  if (target.parentElement !== open[0]?.parentElement) return [];
  const from = open.slice(Math.max(open.indexOf(target), 0));
  return from.length < count ? open : from;
}

function take(input) {
  const target = input.closest(".target");
  const files = [...input.files ?? []];
  if (!target || !files.length) return;
  const camera = input.hasAttribute("capture");
  told.textContent = "";
  // What it stands in for goes, and the focus with it.
  const held = [input, ...(replaced?.card.querySelectorAll("button") ?? [])].includes(document.activeElement);
  let first;
  if (replaced?.target === target && !replaced.gone) first = add(target, files.shift(), { instead: replaced, camera });
  replaced = undefined;
  const open = files.length > 1 ? places(target, files.length) : [];
  for (const [n, file] of files.entries()) {
    if (shots.length >= MOST) {
      told.textContent = words("tooMany");
      break;
    }
    const shot = add(open[n] ?? target, file, { camera });
    first ??= shot;
  }
  // The picture is where one looks.
  first?.card.scrollIntoView({ block: "nearest" });
  if (held) first?.card.focus({ preventScroll: true });
  if (open.length > 1 && !told.textContent) told.textContent = words("spread");
  input.value = "";
}

let waiting = [];

function sendAll() {
  leaving = true;
  told.textContent = "";
  waiting = having("checking", "chosen", "failed");
  if (!waiting.length) {
    if (having("arrived", "ready", "rejected").length) return leave();
    told.textContent = words("nothing");
    inputs(form).find(shown)?.focus();
    return undefined;
  }
  for (let n = 0; n < AT_ONCE; n += 1) pump();
  return undefined;
}

async function pump() {
  const shot = waiting.shift();
  if (!shot) return;
  if (shot.gone) return pump();
  say(shot, "sending");
  const { status, text } = await send(shot).catch(() => ({ status: 0, text: "" }));
  if (status === 202) {
    drop(shot);
    say(shot, "arrived", words("checking"));
    ask();
  } else if (status === 401) say(shot, "failed", words("signedOut"));
  else if ((status === 422 || status === 429) && text) {
    drop(shot);
    say(shot, "rejected", text);
    await learn([shot]);
  } else say(shot, "failed", words("failed"));
  if (waiting.length) return pump();
  return finish();
}

// Sends one straight to the store where that is offered and works, else to the server.
async function send(shot) {
  const straight = form.dataset.direct && await put(shot).catch(() => undefined);
  if (straight) return straight;
  const body = new FormData();
  const name = shot.file instanceof File ? shot.file.name : "photo.jpg";
  body.append(shot.target.dataset.view ?? "other", shot.file, name);
  return request(shot, "POST", `${form.action}&token=${shot.token}`, {}, body);
}

// The way straight to the store; none if it leads nowhere.
async function put(shot) {
  const digest = await crypto.subtle.digest("SHA-256", await shot.file.arrayBuffer());
  const sha256 = hex(new Uint8Array(digest));
  const announced = new URLSearchParams({ view: shot.target.dataset.view ?? "", bytes: String(shot.file.size), sha256 });
  const first = await request(shot, "POST", `${form.dataset.direct}&token=${shot.token}`, {}, announced);
  if ([202, 401, 422, 429].includes(first.status)) return first;
  if (first.status !== 200) return undefined;
  const [url, checksum] = first.text.split("\n");
  // A slice has no type: no header that the store would have to allow.
  const there = await request(shot, "PUT", url ?? "", { "x-amz-checksum-sha256": checksum ?? "" }, shot.file.slice());
  if (there.status !== 200) return undefined;
  const last = await request(shot, "POST", `/photos/${shot.token}/arrived`, {}, null);
  return last.status === 409 ? undefined : last;
}

 // One request, with the picture's bar: only the older way of asking tells how far it is.
function request(shot, method, address, headers, body) {
  return new Promise((resolve) => {
    const asked = new XMLHttpRequest();
    asked.open(method, address);
    if (method === "POST") asked.setRequestHeader("accept", "text/plain");
    for (const [name, value] of Object.entries(headers)) asked.setRequestHeader(name, value);
    const bar = (part(shot, "progress"));
    asked.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = Math.round(loaded / total * 100); });
    asked.addEventListener("loadend", () => resolve({ status: asked.status, text: asked.responseText }));
    asked.send(body);
  });
}

// What became of some; of a picture that was sent before, where it is and how it comes here.
async function learn(some) {
  const tokens = some.map(({ token }) => token).join(",");
  const answer = await fetch(`${form.dataset.fates}?tokens=${tokens}`).catch(() => undefined);
  const lines = answer?.ok ? await answer.text().catch(() => "") : "";
  for (const line of lines.split("\n")) {
    const [token, state, text, href, link] = line.split("\t");
    const shot = shots.find((one) => one.token === token);
    if (shot && state === "ready") say(shot, "ready", words("ready"));
    else if (shot && state === "rejected") {
      say(shot, "rejected", text);
      if (href) Object.assign(part(shot, ".picked-link"), { href, textContent: link, hidden: false });
    }
  }
}

let asking = false;

// Asks what became of what has arrived, until it is known of all.
async function ask() {
  if (asking) return;
  asking = true;
  const since = Date.now();
  while (having("arrived").length && Date.now() - since < PATIENCE) {
    await new Promise((resolve) => { setTimeout(resolve, EACH); });
    await learn(having("arrived"));
  }
  asking = false;
  finish();
}

// Goes on once all is there: nobody is taken away from a picture that is not.
function finish() {
  const rest = having("checking", "chosen", "refused", "sending", "failed", "rejected").length + waiting.length;
  if (leaving && !rest && !asking) leave();
}

function leave() {
  leaving = true;
  shots = [];
  location.assign(form.dataset.done ?? "/photos");
}

// What is chosen outlives the page, on this device, until it has arrived, is removed or is a day old: a phone may close the
// page while its camera is open. Signing out empties it.
const DAY = 86_400_000;
const keeping = new Promise((resolve) => {
  const opening = globalThis.indexedDB?.open("photos", 1);
  if (!opening) return resolve(undefined);
  opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore("chosen", { keyPath: "token" }));
  opening.addEventListener("success", () => {
    // Whoever empties it need not wait for this page.
    opening.result.addEventListener("versionchange", () => opening.result.close());
    resolve(opening.result);
  });
  opening.addEventListener("error", () => resolve(undefined));
});

async function kept(mode, how) {
  const db = await keeping;
  if (!db) return undefined;
  return new Promise((resolve) => {
    const request = how(db.transaction("chosen", mode).objectStore("chosen"));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => resolve(undefined));
  });
}

const keep = ({ token, file, target, camera }) =>
  kept("readwrite", (store) => store.put({ token, file, camera, view: target.dataset.view, place: form.action, at: Date.now() }));
const drop = ({ token }) => kept("readwrite", (store) => store.delete(token));

// What was chosen on this page before and not sent; what is another page's or old is forgotten.
async function again() {
  for (const one of await kept("readonly", (store) => store.getAll()) ?? []) {
    const target = targetOf(one.view);
    if (one.place !== form.action || !target || Date.now() - one.at > DAY) drop(one);
    else if (!shots.some(({ token }) => token === one.token)) add(target, one.file, { token: one.token, camera: one.camera });
  }
}

if (form && template) {
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement) take(event.target);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll();
  });
  addEventListener("beforeunload", (event) => {
    if (having("sending").length) event.preventDefault();
  });
  // What was chosen before this program was here.
  inputs(form).forEach(take);
  form.querySelectorAll(".target").forEach(point);
  form.dataset.live = "";
  show();
  again();
}
