// Two photos, one over the other up to where the handle stands: it is dragged on the picture, tapped to, or moved by keys.
// Another view or step is fetched and put in place.

const comparing = () => document.querySelector(".comparing");

// Puts the handle's place where the style sheet and screen readers find it.
function show() {
  const pair = document.querySelector(".compare");
  const slider = document.querySelector("#split");
  if (!pair || !slider) return;
  pair.style.setProperty("--split", `${slider.value}%`);
  slider.setAttribute("aria-valuetext", `${slider.value}${pair.dataset.words ?? ""}`);
}

// To where somebody points.
function move({ clientX }) {
  const slider = document.querySelector("#split");
  const frame = document.querySelector(".compare-after .frame");
  if (!slider || !frame) return;
  const { left, width } = frame.getBoundingClientRect();
  slider.value = String(Math.round((clientX - left) / width * 100));
  show();
}

const beside = () => document.querySelector("#beside")?.checked;
let dragging;

addEventListener("pointerdown", (event) => {
  const stage = event.target.closest?.(".compare-stage");
  if (!stage || event.button !== 0 || beside()) return;
  dragging = event.pointerId;
  // A finger may yet scroll the page: then the browser takes the pointer back.
  stage.setPointerCapture(event.pointerId);
  document.querySelector("#split")?.focus({ preventScroll: true });
  if (event.pointerType === "mouse") event.preventDefault();
  move(event);
});
addEventListener("pointermove", (event) => { if (event.pointerId === dragging) move(event); });
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, (event) => { if (event.pointerId === dragging) dragging = undefined; });
addEventListener("dragstart", (event) => { if (event.target.closest?.(".compare-stage")) event.preventDefault(); });
addEventListener("input", ({ target }) => { if (target.id === "split") show(); });

// Another pair, without losing the page.
async function swap(address) {
  const kept = [document.querySelector("#split")?.value, beside(), document.activeElement?.id];
  const answer = await fetch(address).catch(() => undefined);
  const fresh = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".comparing");
  if (!fresh) return location.assign(address);
  comparing().replaceWith(fresh);
  history.replaceState(null, "", address);
  const [slider, check] = [document.querySelector("#split"), document.querySelector("#beside")];
  if (slider && kept[0]) slider.value = kept[0];
  if (check) check.checked = Boolean(kept[1]);
  show();
  const focus = kept[2] ? document.getElementById(kept[2]) : comparing().querySelector("[aria-current]");
  focus?.focus({ preventScroll: true });
  return undefined;
}

addEventListener("change", ({ target }) => {
  const form = target.form;
  if (target.matches?.(".chooser select")) swap(`${form.action}?${new URLSearchParams(new FormData(form))}`);
});
addEventListener("click", (event) => {
  const link = event.target.closest?.(".which a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  swap(link.href);
});

document.documentElement.toggleAttribute("data-compares", true);
show();
