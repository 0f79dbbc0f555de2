// A case at the light table: keys, views that are swapped, marks put on a picture, and what opens over the case.
//
// Everything it does is there without it: a link, a button or something folded, with `data-key` naming its key.
// `data-shortcuts` stands on the page of whoever has single keys switched on.
const page = document.querySelector("[data-case]") ?? document.body;
const shortcuts = page.hasAttribute("data-shortcuts");
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
/** Milliseconds for which a decision's key does nothing: whoever presses twice decides nothing that they have not seen. */
const UNSEEN = 400;
/** Milliseconds between keys that are typed, not pressed one by one. */
const TYPED = 250;
/** Since when that counts: the page, its pictures, or the last key that came too soon, so that hammering decides nothing more. */
let since = performance.now();
let decided = false;
let typed = -Infinity;
/** Where keys are typed: there none of them is a shortcut. */
const TEXT = "textarea,select,input:not([type=range],[type=radio],[type=checkbox],[type=file])";

// The views.
const stages = all("[data-stage]");
const stage = () => stages.find((each) => !each.hidden);
/** Where an arrow key moves what is enlarged. */
const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const zoom = (how) => { for (const root of all("[data-viewers]", stage())) root.dispatchEvent(new CustomEvent("viewer:zoom", { detail: how })); };

function show(view) {
  const next = stages.find((each) => each.dataset.stage === view);
  if (!next) return;
  closeMark();
  // The next view is enlarged as the last one was.
  const viewers = (within) => one("[data-viewers]", within);
  const [before, after] = [stage() && viewers(stage()), viewers(next)];
  for (const each of stages) each.hidden = each !== next;
  if (before && after && before !== after) after.dispatchEvent(new CustomEvent("viewer:like", { detail: before }));
  for (const link of all("[data-shows]")) {
    if (link.dataset.shows === view) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const address = new URL(location.href);
  address.searchParams.set("view", view);
  history.replaceState(history.state, "", address);
  const looked = one(".decision [name=view]");
  if (looked) looked.value = view;
  const comparing = dialog("over-compare");
  if (comparing?.open) layOver(comparing);
  else next.focus({ preventScroll: true });
}

// One of several photos of a pane.
function choose(link) {
  const pane = link.closest("[data-side]");
  for (const each of all("[data-photo]", pane)) each.hidden = each.dataset.photo !== link.dataset.picks;
  for (const each of all("[data-picks]", pane)) {
    if (each === link) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
}

// Marks: which view is wanted again, and why. Each is a group of radio buttons of the decision's form; it is put over the film
// strip while it is chosen from, so that both pictures stay in sight, and stands below all pictures otherwise.
const home = one("[data-marks]");
const mark = (view) => one(`fieldset[data-mark="${view}"]`);
const chosen = (view) => one(`fieldset[data-mark="${view}"] input:checked`)?.value ?? "";
/** What is chosen of a view that is not wanted again. */
const keeps = (set) => one("input[value='']", set);
let marking = null;
/** What is open above the decision bar. */
const folded = () => all(".decision details[open]");

function openMark() {
  const view = stage().dataset.stage;
  const set = mark(view);
  if (!set) return;
  closeMark();
  // They would stand in the same place.
  for (const each of folded()) each.open = false;
  marking = { view, home: set.parentElement, place: set.nextElementSibling };
  const here = one("[data-mark-here]");
  here.append(set);
  here.hidden = false;
  here.scrollIntoView({ block: "nearest" });
  // Whoever asks for a retake says why it is not good as it is: that is not chosen for them.
  const as = keeps(set);
  if (as?.checked) as.checked = false;
  (one("input:checked", set) ?? one("input", set)).focus({ preventScroll: true });
}

function closeMark() {
  if (!marking) return;
  const set = mark(marking.view);
  // Nothing was chosen: it is as it was.
  if (!one("input:checked", set)) keeps(set).checked = true;
  const here = set.closest("[data-mark-here]");
  const held = here.contains(document.activeElement);
  marking.home.insertBefore(set, marking.place);
  here.hidden = true;
  marking = null;
  if (held) stage().focus({ preventScroll: true });
}

function sayMarks() {
  for (const set of all("fieldset[data-mark]")) {
    const view = set.dataset.mark;
    const input = one("input:checked", set);
    const words = input?.value ? input.closest("label").querySelector("[data-words]").textContent : "";
    for (const said of all(`[data-marked="${view}"]`)) {
      said.hidden = !words;
      (one("[data-reason]", said) ?? said.lastElementChild).textContent = words;
    }
  }
  // What is marked waits to be sent: that is the next act, and its button says how much it asks for.
  const counted = one("[data-counted]");
  if (counted) counted.textContent = [counted.dataset.none, counted.dataset.one][marked()] ?? counted.dataset.other.replace("#", marked());
  for (const [decision, first] of [["on_track", !marked()], ["retake", marked() > 0]]) {
    const button = one(`[data-decides=${decision}]`);
    button?.classList.toggle("button-primary", first);
    button?.classList.toggle("button-quiet", !first);
  }
}

/** How many views are marked. */
const marked = () => stages.filter((each) => chosen(each.dataset.stage)).length;

/** Asks once before a decision that drops marks, or that is "on track" over what nobody has seen; whether it asks. */
function asks(button) {
  const box = dialog("over-sure");
  if (!box || button?.name !== "decision" || button.value === "retake") return false;
  const marks = marked();
  const reported = all("[data-if-reported]", box).map((each) => { each.hidden = button.value !== "on_track"; return each; });
  if (!marks && !reported.some((each) => !each.hidden)) return false;
  for (const each of all("[data-if-marked]", box)) {
    each.hidden = !marks;
    if (each.dataset.one) each.textContent = marks === 1 ? each.dataset.one : each.dataset.other.replace("#", marks);
  }
  const sure = one("[data-sure]", box);
  sure.value = button.value;
  sure.textContent = (marks ? sure.dataset.markedWords : sure.dataset.words).replace("#", button.dataset.said);
  open("over-sure", button);
  return true;
}

// "Come and see me" takes a note along: it opens the notes, and is sent from there.
const panel = one("[data-notes]");
const inviting = () => panel?.open && !one("[data-see-me]", panel).hidden;
function invite() {
  panel.open = true;
  one("[data-see-me]", panel).hidden = false;
  one("#note", panel).focus();
}
/** The notes alone, where the note of "come and see me" was open. */
function noteOnly() {
  one("[data-see-me]", panel).hidden = true;
  one("#note", panel).focus();
}
panel?.addEventListener("toggle", () => { if (!panel.open) one("[data-see-me]", panel).hidden = true; });
for (const each of all(".decision details")) each.addEventListener("toggle", () => { if (each.open) closeMark(); });

// What opens over the case.
const dialog = (name) => one(`dialog#${name}`);

function open(name, opener) {
  const box = dialog(name);
  if (!box) return false;
  closeMark();
  if (name === "over-compare") layOver(box);
  if (name === "over-thread") {
    // What was typed before is still there.
    if (!one("[data-body] textarea", box)?.value.trim()) void read(box, opener.href, {});
    for (const badge of all("[data-new]")) badge.remove();
  }
  box.showModal();
  return true;
}

/** Reads a page of its own into a dialog; where that fails, goes there. */
async function read(box, address, how) {
  const [body, unsent] = [one("[data-body]", box), one("[data-unsent]", box)];
  body.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" }, ...how });
    if (answer.status >= 500) throw new Error();
    const there = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = there.querySelector("[data-alone]") ?? there.getElementById("main");
    if (!main || answer.url.includes("/sign-in")) throw new Error();
    for (const gone of all("h1, [data-only-page], script", main)) gone.remove();
    unsent.hidden = true;
    body.replaceChildren(...main.childNodes);
    box.scrollTop = box.scrollHeight;
    one("textarea", body)?.focus({ preventScroll: true });
  } catch {
    // What was typed stays where it is.
    if (how.method === "post") unsent.hidden = false;
    else location.href = address;
  }
  body.removeAttribute("aria-busy");
}

for (const box of all("dialog[data-over]")) {
  box.addEventListener("click", (event) => {
    // Beside it, or its button.
    if (event.target === box || event.target.closest("[data-close], [command=close]")) box.close();
    const link = event.target.closest("[data-body] a[href]");
    const there = link && new URL(link.href);
    if (there && there.pathname.endsWith("/messages") && !there.hash && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      void read(box, link.href, {});
    }
  });
  box.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.enctype === "multipart/form-data") return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    void read(box, form.action, { method: "post", body: fields });
  });
}

// Another view may have been gone to meanwhile.
dialog("over-compare")?.addEventListener("close", ({ target }) => {
  const at = document.activeElement;
  const isGone = !at || at === document.body || target.contains(at) || at.closest("[hidden]");
  if (isGone) stage()?.focus({ preventScroll: true });
});

/** Now over before, up to where the handle stands. */
function layOver(box) {
  const shown = (side) => one(`[data-side="${side}"] [data-photo]:not([hidden]) img.shot`, stage());
  for (const side of ["now", "before"]) {
    const [from, to, name] = [shown(side), one(`[data-laid="${side}"]`, box), one(`[data-laid-name="${side}"]`, box)];
    to.hidden = !from;
    if (from) [to.src, to.alt] = [from.getAttribute("src"), from.alt];
    name.textContent = from ? name.dataset.words : name.dataset.none;
  }
  one("[data-view-name]", box).textContent = one("h2", stage()).textContent;
}
const laid = one("[data-laid-over]");
const split = laid && one("input[type=range]", laid);
const slide = () => { laid.style.setProperty("--split", `${split.value}%`); };
if (laid) {
  split.addEventListener("input", slide);
  const drag = (event) => {
    if (!event.buttons || event.target === split) return;
    const box = laid.getBoundingClientRect();
    split.value = String(Math.round((event.clientX - box.left) / box.width * 100));
    slide();
  };
  laid.addEventListener("pointerdown", (event) => { laid.setPointerCapture(event.pointerId); drag(event); });
  laid.addEventListener("pointermove", drag);
}

// Said for a moment, in a place of its own.
const soon = one("[data-too-soon]");
const seen = () => performance.now() - since >= UNSEEN
  && all("[data-photo]:not([hidden]) img.shot", stage()).every((image) => image.complete);
const say = (words, how) => {
  if (!words) return;
  words.hidden = false;
  setTimeout(() => { words.hidden = true; }, how);
};
function tooSoon() {
  since = performance.now();
  say(soon, 2500);
}

const press = (found, before) => {
  if (found.matches("[data-decides=see_me]")) return invite();
  const isTyped = performance.now() - before < TYPED && found.matches("[data-decides=on_track]");
  if (found.matches("[name=decision]") && (isTyped || !seen())) return tooSoon();
  if (found.matches("[data-decides=retake]") && !marked()) return openMark();
  if (found === panel && inviting()) return noteOnly();
  if (found.matches("details")) {
    const was = found.open;
    found.open = !was;
    ((!was && one("select,input,textarea", found)) || one("summary", found)).focus();
    return;
  }
  found.click();
};

// A picture has come: from now on it can be seen.
document.addEventListener("load", (event) => {
  if (event.target.closest?.("[data-stage]:not([hidden]) [data-photo]:not([hidden])")) since = performance.now();
}, true);

// One decision a page, however often it is pressed. What was noted and marked for it is kept until then, on the way to other cases
// and back: marks only for as long as the photos are the same.
const draft = `case:${location.pathname}`;
const notes = all("#note, #clinic_note");
const photos = one(".decision [name=photos]")?.value;
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".decision")) return;
  if (decided || asks(event.submitter)) { event.preventDefault(); return; }
  decided = true;
  sessionStorage.removeItem(draft);
});
addEventListener("pageshow", (event) => { if (event.persisted) decided = false; });
function keep() {
  const marks = stages.map((each) => each.dataset.stage).filter(chosen).map((view) => [view, chosen(view)]);
  if (!marks.length && notes.every((field) => !field.value)) sessionStorage.removeItem(draft);
  else sessionStorage.setItem(draft, JSON.stringify({ notes: notes.map((each) => each.value), marks, photos }));
}
for (const field of notes) field.addEventListener("input", keep);
const kept = JSON.parse(sessionStorage.getItem(draft) ?? "null");
if (kept?.notes && notes.every((field) => !field.value)) {
  notes.forEach((field, n) => { field.value = kept.notes[n] ?? ""; });
  if (notes.some((field) => field.value)) notes[0].closest("details").open = true;
}
const begun = page.hasAttribute("data-marking");
if (kept?.marks && kept.photos === photos && (begun || !marked())) {
  for (const [view, reason] of kept.marks.filter(([view]) => !chosen(view))) {
    const radio = all("input", mark(view) ?? home).find((each) => each.name === view && each.value === reason);
    if (radio) radio.checked = true;
  }
}
if (stages.length) keep();

/** Arrow keys move what is enlarged, wherever the focus is; with Shift also where they choose. Whether they did. */
function pans(event) {
  const to = ARROWS[event.key];
  if (!to || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || one("dialog[open]")) return false;
  const enlarged = all("[data-viewers][data-zoomed]", stage());
  if (!enlarged.length || event.target.matches?.(TEXT) || (!event.shiftKey && event.target.matches?.("input"))) return false;
  event.preventDefault();
  for (const root of enlarged) root.dispatchEvent(new CustomEvent("viewer:move", { detail: to }));
  return true;
}

document.addEventListener("keydown", (event) => {
  if (pans(event)) return;
  if (event.repeat) { since = performance.now(); return; }
  const before = typed;
  if (event.key.length === 1) typed = performance.now();
  // In a field of what is open above the bar, Enter presses the button there, once the case was on the screen. In what takes several
  // lines it begins one, unless a note is all that is asked for. A list that hangs open is chosen from.
  if (event.key === "Enter" && !event.isComposing && !event.shiftKey && !event.altKey && event.target.matches?.(`.decision-panel :is(${TEXT})`)) {
    const send = all("[name=decision]", event.target.closest(".decision-panel")).find((each) => each.checkVisibility());
    // Where a browser does not say whether a list hangs open, Enter alone may choose from it: there Ctrl or ⌘ belongs to it.
    const says = CSS.supports("selector(:open)");
    const hangs = says && event.target.matches("select:open");
    const plain = !event.target.matches(says ? "textarea" : "textarea,select") || (event.target.id === "note" && inviting());
    if (send && !hangs && (plain || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (seen()) send.click();
      else tooSoon();
      return;
    }
  }
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const over = one("dialog[open]");
  if (over) {
    if (!shortcuts || event.target.matches?.(TEXT)) return;
    // The key that opened it closes it, as Esc does; while comparing, the keys of the views swap what is compared.
    const film = over.id === "over-compare" && one(`[data-shows][data-key="${CSS.escape(event.key)}"]`);
    if (event.key === over.dataset.over) over.close();
    else if (film) show(film.dataset.shows);
    else return;
    event.preventDefault();
    return;
  }
  if (event.key === "Escape") {
    const closing = folded();
    if (!marking && !closing.length) return;
    event.preventDefault();
    closeMark();
    for (const each of closing) each.open = false;
    if (closing.some((each) => each.contains(document.activeElement))) one("summary", closing[0]).focus();
    return;
  }
  if (marking && event.target.closest?.("[data-mark]")) {
    const place = Number(event.key);
    const radio = event.key === "0" ? keeps(mark(marking.view)) : all("input:not([value=''])", mark(marking.view))[place - 1];
    if (event.key === "Enter" || radio) {
      event.preventDefault();
      if (radio) { radio.checked = true; sayMarks(); keep(); }
      closeMark();
      return;
    }
  }
  if (!shortcuts || event.target.matches?.(TEXT)) return;
  const key = event.key;
  const zooms = { z: "toggle", "+": "in", "-": "out" }[key];
  if (zooms) { event.preventDefault(); zoom(zooms); return; }
  const named = all(`[data-key="${CSS.escape(key)}"]`).filter((each) => key === "?" || each.checkVisibility());
  const found = named.find((each) => each.closest("section")?.contains(document.activeElement)) ?? named[0];
  if (!found) {
    if (key === "u") say(one("[data-gone]"), 6000);
    // Somebody types: none of it decides.
    else if (key.length === 1) since = performance.now();
    return;
  }
  event.preventDefault();
  press(found, before);
});

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const [shows, picks, opens] = [at("[data-shows]"), at("[data-picks]"), at("[data-opens]")];
  if (shows) { event.preventDefault(); show(shows.dataset.shows); }
  else if (picks) { event.preventDefault(); choose(picks); }
  else if (opens) { if (open(opens.dataset.opens, opens)) event.preventDefault(); }
  else if (at("[data-notes] > summary") && inviting()) { event.preventDefault(); noteOnly(); }
  else if (at("[data-mark-open]")) { event.preventDefault(); if (marking) closeMark(); else openMark(); }
  else if (at("[data-decides=retake]") && !marked()) { event.preventDefault(); openMark(); }
  else if (at("[data-decides=see_me]")) { event.preventDefault(); invite(); }
  // Chosen with the mouse it is chosen; arrow keys go on.
  else if (marking && event.detail > 0 && at("[data-mark] label")) setTimeout(closeMark);
});
document.addEventListener("change", () => { sayMarks(); keep(); });

// The list follows.
const here = one(".case-list [aria-current=page]");
const list = here?.closest("[data-follows]");
if (list) list.scrollTop = here.offsetTop - list.offsetTop - list.clientHeight / 2 + here.offsetHeight / 2;

// What can be undone goes when it cannot be any more, and takes nobody's focus along.
const toast = one("[data-toast]");
if (toast) {
  setTimeout(() => {
    if (toast.contains(document.activeElement)) stage()?.focus({ preventScroll: true });
    toast.remove();
  }, (10 - Number(toast.dataset.spent)) * 1000);
}

for (const each of all("[data-scripted]")) each.hidden = false;
for (const each of all("[data-unscripted]")) each.hidden = true;
for (const each of all("[data-folds]")) each.open = false;
sayMarks();
if (begun) {
  // A retake was begun elsewhere: its reasons are asked for over the strip, and the page is where it always is.
  const address = new URL(location.href);
  address.searchParams.delete("decide");
  address.hash = "";
  history.replaceState(history.state, "", address);
  const scrolled = one(".case-scroll");
  if (scrolled) scrolled.scrollTop = 0;
  openMark();
}
if (shortcuts) one("#main").setAttribute("data-keys", "");

// The other views of this case, then the first of the next one, once what is looked at is there.
const ahead = () => {
  for (const image of all("[data-stage] img[loading=lazy]")) image.loading = "eager";
  // Marked: what nobody has opened has been seen by nobody.
  for (const address of (page.dataset.ahead ?? "").split(" ")) {
    if (address) fetch(address, { headers: { "x-ahead": "yes" }, priority: "low" }).then((answer) => answer.blob()).catch(() => {});
  }
};
if (document.readyState === "complete") ahead();
else addEventListener("load", ahead);
