// The CommandPalette: Ctrl+K, or ⌘K on a Mac, opens a dialog with the places of the page's menu. What is typed narrows them;
// Enter goes to the first that is left, and the last of them looks for patients. The first few of these stand below it as soon as the
// list of patients has answered: at the end, so that nothing moves that somebody is about to press.
//
// What it finds on a page:
//   template[data-palette]   holds the dialog, in the reader's language, with a form, a list, its line for finding patients, and a
//                            hidden one that becomes each of those who are found
//   .side-bar a              the menu: an icon and a word each
//   /patients?q=…&few        the list, whose rows begin with a link
const stored = document.querySelector("template[data-palette]");
const mac = /^(Mac|iP)/.test(navigator.platform);
let dialog, soon;

const part = (selector) => dialog.querySelector(selector);
const seen = () => [...dialog.querySelectorAll("li:not([hidden]) a")];

function narrow() {
  const typed = part("input").value.trim();
  const wanted = typed.toLocaleLowerCase();
  for (const line of dialog.querySelectorAll("[data-place]")) line.hidden = !line.textContent.toLocaleLowerCase().includes(wanted);
  const finds = part("[data-finds]");
  finds.hidden = !typed;
  finds.querySelector("bdi").textContent = typed;
  const list = finds.querySelector("a");
  list.href = `/patients?q=${encodeURIComponent(typed)}`;
  clearTimeout(soon);
  if (typed.length < 2) return show([]);
  soon = setTimeout(async () => {
    const answer = await fetch(`${list.href}&few`).catch(() => {});
    const text = answer?.ok ? await answer.text() : "";
    // Something else was typed meanwhile, or somebody is on one of those that stand there.
    if (typed !== part("input").value.trim() || document.activeElement?.closest("[data-found]")) return;
    show(new DOMParser().parseFromString(text, "text/html").querySelectorAll("main tbody th"));
  }, 150);
}

// Patients, by the first cell of their rows: a link, and what tells them from others of the same name.
function show(rows) {
  const model = part("[data-found][hidden]");
  for (const line of dialog.querySelectorAll("[data-found]:not([hidden])")) line.remove();
  for (const row of rows) {
    const from = row.querySelector("a");
    const line = model.cloneNode(true);
    const to = line.firstElementChild;
    to.href = from.href;
    to.lastElementChild.append(from.textContent, ...row.querySelectorAll("span"));
    line.hidden = false;
    model.before(line);
  }
  const said = part("[role=status]");
  said.textContent = rows.length ? said.dataset.said.replace("#", rows.length) : "";
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
