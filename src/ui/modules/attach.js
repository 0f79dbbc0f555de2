// Photos that a form brings along: each is shown with its name, and can be removed before it is sent. And the form itself, which
// keeps what was typed while Midline cannot be reached.
//
// What it finds on a page:
//   [data-attach]        holds fields of files, one of which takes several
//   [data-attached]      inside it: where they are listed
//   [data-attached-said] inside it: where their number is said, with the words for it
//   template             inside it: a line of the list, with an image, a name and a button
//   [data-unsent]        in the form: where it says that it is being sent or could not be, with the words for it
// What several fields chose is gathered in the one that takes several, so that the form sends it as it would without this.
function attach(box) {
  const fields = [...box.querySelectorAll("input[type=file]")];
  const field = fields.find(({ multiple }) => multiple);
  const list = box.querySelector("[data-attached]");
  const said = box.querySelector("[data-attached-said]");
  const line = box.querySelector("template").content.firstElementChild;
  let files = [];

  const show = () => {
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    field.files = held.files;
    for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    list.replaceChildren(...files.map((file) => {
      const one = line.cloneNode(true);
      const [image, name, button] = ["img", "span", "button"].map((part) => one.querySelector(part));
      image.addEventListener("error", () => { image.hidden = true; });
      image.src = URL.createObjectURL(file);
      name.textContent = file.name;
      button.setAttribute("aria-label", `${button.textContent}: ${file.name}`);
      button.addEventListener("click", () => {
        files = files.filter((other) => other !== file);
        show();
        // As if it had been taken out of the field itself.
        field.dispatchEvent(new Event("input", { bubbles: true }));
        (list.querySelector("button") ?? field).focus();
      });
      return one;
    }));
    const { one, other } = said.dataset;
    said.textContent = files.length === 1 ? one : files.length ? other.replace("{count}", files.length) : "";
  };
  const take = () => {
    // The field that gathers holds what was chosen before, unless it was chosen anew.
    const chosen = fields.flatMap(({ files: some }) => [...some]);
    const is = (a) => (b) => a === b || (a.name === b.name && a.size === b.size && a.lastModified === b.lastModified);
    files = [...files, ...chosen.filter((file) => !files.some(is(file)))];
    for (const other of fields) if (other !== field) other.value = "";
    show();
  };
  box.addEventListener("change", (event) => { if (fields.includes(event.target)) take(); });
  if (fields.some(({ value }) => value)) take();
}

// What is sent once there is a connection again. The same form, sent twice, is one message or one report: by the key that stands in it.
let again;
addEventListener("online", () => again?.());

/** How long an answer is waited for: photos take their time on a slow connection. */
const seconds = (data) => [...data.values()].some(({ size }) => size) ? 600 : 60;

function keep(form) {
  const said = form.querySelector("[data-unsent]");
  const say = (state) => {
    said.dataset.state = state === "sending" ? state : "unreachable";
    said.textContent = said.dataset[state];
  };
  // Nothing is changed while it is sent, since the page that answers takes its place. Text can still be read, and keeps the focus.
  const hold = (holds, button) => {
    for (const part of form.children) {
      const text = part.querySelector("textarea");
      if (text) text.readOnly = holds;
      else part.inert = holds && !part.contains(button) && !part.contains(said);
    }
    if (document.activeElement?.closest("[inert]")) button?.focus();
  };
  let sending = false;
  let waits = false;
  // Whoever goes on writing sends it themselves, and is told so.
  form.addEventListener("input", () => {
    again = undefined;
    if (waits) say("changed");
    waits = false;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    const { submitter } = event;
    const body = new FormData(form, submitter);
    sending = true;
    waits = false;
    again = undefined;
    say("sending");
    hold(true, submitter);
    const came = await answered(form.action, body);
    sending = false;
    hold(false);
    if (came) return show(came, new URL(form.action).hash);
    waits = !navigator.onLine;
    say(waits ? "offline" : "unreachable");
    again = () => form.requestSubmit(submitter);
  });
}

// What Midline answers: nothing where it cannot be reached, takes too long, or something before it answers in its place. Each of
// its own pages has a `main`; where it leads to something else, the browser goes there.
async function answered(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout?.(seconds(body) * 1000) });
    // A fault has no form to go on with; this page has.
    if (answer.status >= 500) return undefined;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    return main || (answer.ok && answer.redirected) ? { answer, page, main } : undefined;
  } catch {
    return undefined;
  }
}

// The page that answered, as if the browser had gone there.
function show({ answer, page, main }, hash) {
  if (!main) return location.assign(answer.url);
  if (answer.redirected) history.replaceState(null, "", answer.url + hash);
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  begin(main);
  // What that page brings along and this one has not.
  for (const module of page.querySelectorAll("script[type=module][src]")) {
    const src = module.getAttribute("src");
    if (!document.querySelector(`script[src="${src}"]`)) document.head.append(Object.assign(document.createElement("script"), { type: "module", src }));
  }
  const told = main.querySelector("[role=alert], [role=status]:not(:empty)");
  const first = told ?? document.getElementById(hash.slice(1)) ?? main.querySelector("h1");
  first?.setAttribute("tabindex", "-1");
  first?.focus();
}

function begin(within) {
  for (const box of within.querySelectorAll("[data-attach]")) attach(box);
  for (const said of within.querySelectorAll("[data-unsent]")) keep(said.closest("form"));
}
begin(document);
