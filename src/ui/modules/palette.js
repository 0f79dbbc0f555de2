// The CommandPalette: Ctrl+K, or ⌘K on a Mac, opens a dialog with the places of the page's menu. What is typed narrows them;
// Enter goes to the first that is left, and the last of them looks for patients. The first few of these stand below it as soon as the
// list of patients has answered: at the end, so that nothing moves that somebody is about to press. It is noted of each of them that
// they were seen, so the list is asked for a name only: three letters, and nothing typed for a moment.
//
// What it finds on a page:
//   template[data-palette]   holds the dialog, in the reader's language, with a form, a list, its line for finding patients, and a
//                            hidden one that becomes each of those who are found
//   .side-bar a              the menu: an icon and a word each
//   /patients?q=…&few        the list, whose rows begin with a link
const stored = document.querySelector("template[data-palette]");
const mac = /^(Mac|iP)/.test(navigator.platform);
let dialog, asked;

const part = (selector) => dialog.querySelector(selector);
const all = (selector) => [...dialog.querySelectorAll(selector)];
const seen = () => all("li:not([hidden]) a");

function narrow() {
  const typed = part("input").value.trim();
  const wanted = typed.toLocaleLowerCase();
  for (const line of all("[data-place]")) line.hidden = !line.textContent.toLocaleLowerCase().includes(wanted);
  const finds = part("[data-finds]");
  finds.hidden = !typed;
  finds.querySelector("bdi").textContent = typed;
  const list = `/patients?q=${encodeURIComponent(typed)}`;
  finds.firstElementChild.href = list;
  asked?.abort();
  if (typed.length < 3) return show([]);
  const { signal } = (asked = new AbortController());
  setTimeout(async () => {
    // Once something else is typed it asks for nothing.
    const text = await fetch(`${list}&few`, { signal }).then((is) => is.ok && !is.redirected && is.text()).catch(() => {});
    // Something else was typed meanwhile, or somebody is on one of those that stand there.
    if (signal.aborted || part("[data-found] :focus")) return;
    show(new DOMParser().parseFromString(text, "text/html").querySelectorAll("main tbody th"), !text);
  }, 400);
}

// Patients, by the first cell of their rows: a link, and what tells them from others of the same name. Where the list did not answer,
// that is said.
function show(rows, failed) {
  const model = part("[data-found][hidden]");
  for (const line of all("[data-found]:not([hidden])")) line.remove();
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
  part("[data-failed]").hidden = !failed;
}

function make() {
  dialog = stored.content.firstElementChild.cloneNode(true);
  for (const link of document.querySelectorAll(".side-bar a")) {
    const [line, to] = ["li", "a"].map((name) => document.createElement(name));
    to.href = link.href;
    to.append(...[".icon", "span"].map((each) => link.querySelector(each).cloneNode(true)));
    line.dataset.place = "";
    line.append(to);
    part("[data-finds]").before(line);
  }
  dialog.addEventListener("input", narrow);
  dialog.addEventListener("close", () => asked?.abort());
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
    stops.at((at + by) % stops.length).focus();
  });
  document.body.append(dialog);
}

addEventListener("keydown", (event) => {
  if (!stored || event.metaKey !== mac || event.ctrlKey === mac || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (!dialog) make();
  if (dialog.open) return dialog.close();
  part("input").value = "";
  narrow();
  dialog.showModal();
});
