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

// The same form, sent twice, is one message or one report: by the key that stands in it.
let again = () => {};
addEventListener("online", () => again());

function keep(form) {
  const said = form.querySelector("[data-unsent]");
  const say = (state) => {
    said.dataset.state = state === "offline" ? "unreachable" : state;
    said.textContent = said.dataset[state] ?? "";
  };
  let sending = false;
  // Whoever goes on writing sends it themselves.
  form.addEventListener("input", () => { again = () => {}; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    const { submitter } = event;
    say("sending");
    let answer, text;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter) });
      text = await answer.text();
    } catch {
      sending = false;
      say(navigator.onLine ? "unreachable" : "offline");
      again = () => form.requestSubmit(submitter);
      return;
    }
    show(answer, text, new URL(form.action).hash);
  });
}

// What the server answers, as if the browser had gone there.
function show(answer, text, place) {
  again = () => {};
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main");
  if (!main) return location.assign(answer.url);
  if (answer.redirected) history.replaceState(null, "", answer.url + place);
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  begin(main);
  const told = main.querySelector("[role=alert], [role=status]:not(:empty)");
  const first = told ?? document.getElementById(place.slice(1)) ?? main.querySelector("h1");
  first?.setAttribute("tabindex", "-1");
  first?.focus();
}

function begin(within) {
  for (const box of within.querySelectorAll("[data-attach]")) attach(box);
  for (const said of within.querySelectorAll("[data-unsent]")) keep(said.closest("form"));
}
begin(document);
