// The CommandPalette: Ctrl+K, or ⌘K on a Mac, opens a dialog with the places of the page's menu. What is typed narrows them;
// Enter goes to the first that is left, and the last of them looks for patients.
//
// What it finds on a page:
//   template[data-palette]   holds the dialog, in the reader's language, with a form, a list and its line for finding patients
//   .side-bar a              the menu: an icon and a word each
const stored = document.querySelector("template[data-palette]");
const mac = /^(Mac|iP)/.test(navigator.platform);
let dialog;

const part = (selector) => dialog.querySelector(selector);
const seen = () => [...dialog.querySelectorAll("li:not([hidden]) a")];

function narrow() {
  const typed = part("input").value.trim();
  const wanted = typed.toLocaleLowerCase();
  for (const line of dialog.querySelectorAll("[data-place]")) line.hidden = !line.textContent.toLocaleLowerCase().includes(wanted);
  const finds = part("[data-finds]");
  finds.hidden = !typed;
  finds.querySelector("bdi").textContent = typed;
  finds.querySelector("a").href = `/patients?q=${encodeURIComponent(typed)}`;
}

function make() {
  dialog = stored.content.firstElementChild.cloneNode(true);
  const places = [...document.querySelectorAll(".side-bar a")].map((link) => {
    const line = document.createElement("li");
    const to = document.createElement("a");
    to.href = link.href;
    to.append(link.querySelector(".icon").cloneNode(true), link.querySelector("span").cloneNode(true));
    line.dataset.place = "";
    line.append(to);
    return line;
  });
  part("ul").prepend(...places);
  dialog.addEventListener("input", narrow);
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    if (part("input").value.trim()) seen()[0].click();
  });
  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const stops = [part("input"), ...seen()];
    const at = stops.indexOf(document.activeElement);
    stops[(at + by + stops.length) % stops.length].focus();
  });
  document.body.append(dialog);
}

addEventListener("keydown", (event) => {
  const held = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!stored || !held || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (!dialog) make();
  if (dialog.open) return dialog.close();
  part("input").value = "";
  narrow();
  dialog.showModal();
});
