// One photo after the other: a swipe or an arrow key leads to the same view at the step before or after, the keys up and down
// to the other views of the step. What comes next is fetched and put in place; the page's address follows, and the way back
// stays one step long. (`viewer` zooms and pans: while it does, keys and fingers are its own.)

// Pixels by which a finger has to move for a swipe.
const FAR = 50;

const box = () => document.querySelector(".lightbox");
const zoomed = () => box().querySelector("[data-zoomed]") || visualViewport?.scale > 1.01;
const link = (selector) => box().querySelector(selector);
const film = () => [...box().querySelectorAll(".same-step a")];

// The photos that one goes to next are asked for ahead.
function ahead() {
  for (const { dataset } of box().querySelectorAll("a[data-shot]")) new Image().src = dataset.shot;
}

let going = false;

async function go(to) {
  if (!to || going) return;
  going = true;
  const { href } = to;
  const answer = await fetch(href).catch(() => undefined);
  going = false;
  if (!answer?.ok) return location.assign(href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fresh.querySelector(".lightbox");
  if (!next) return location.assign(href);
  const held = document.activeElement?.closest(".lightbox-pane, .same-step a, .pager-turn a");
  const where = held?.matches(".same-step a") ? ".same-step [aria-current]" : held?.rel ? `a[rel=${held.rel}]` : ".lightbox-pane";
  box().replaceWith(next);
  document.title = fresh.title;
  history.replaceState(null, "", href);
  next.querySelector("[data-viewers]")?.dispatchEvent(new CustomEvent("viewer:start", { bubbles: true }));
  (link(where) ?? link(".lightbox-pane"))?.focus({ preventScroll: true });
  ahead();
}

const earlier = () => go(link("a[rel=prev]"));
const later = () => go(link("a[rel=next]"));
// So many views on, round and round.
function view(by) {
  const links = film();
  const at = links.findIndex((one) => one.hasAttribute("aria-current"));
  if (links.length > 1) go(links[(at + by + links.length) % links.length]);
}

addEventListener("keydown", (event) => {
  if (zoomed() || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const keys = { ArrowLeft: earlier, ArrowRight: later, ArrowUp: () => view(-1), ArrowDown: () => view(1) };
  // Up and down scroll the page, unless one is at the photo.
  const vertical = event.key === "ArrowUp" || event.key === "ArrowDown";
  if (!keys[event.key] || (vertical && !event.target.closest?.(".lightbox-pane, .same-step"))) return;
  event.preventDefault();
  keys[event.key]();
});
addEventListener("click", (event) => {
  const to = event.target.closest?.(".pager-turn a, .same-step a");
  if (!to || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(to);
});

// A swipe: the photo follows the finger, and goes if it was meant.
let from;
let fingers = 0;
const moved = () => link("[data-moved]");
function drop() {
  if (from && !zoomed()) moved().style.transform = "";
  from = undefined;
}
addEventListener("pointerdown", (event) => {
  if (event.pointerType === "mouse" || !event.target.closest?.(".lightbox-pane")) return;
  fingers += 1;
  if (fingers === 1 && !zoomed()) from = event;
  else drop();
});
addEventListener("pointermove", (event) => {
  if (event.pointerId !== from?.pointerId || zoomed()) return;
  const across = event.clientX - from.clientX;
  if (Math.abs(across) > 8) moved().style.transform = `translateX(${across}px)`;
});
addEventListener("pointerup", (event) => {
  fingers = 0;
  if (event.pointerId !== from?.pointerId) return drop();
  const [across, down] = [event.clientX - from.clientX, event.clientY - from.clientY];
  drop();
  if (zoomed() || Math.abs(across) < FAR || Math.abs(down) > Math.abs(across)) return;
  if (across > 0) earlier();
  else later();
});
addEventListener("pointercancel", () => { fingers = 0; drop(); });

ahead();
