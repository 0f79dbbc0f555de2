// Photos that a form brings along: each is shown with its name, and can be removed before it is sent.
//
// What it finds on a page:
//   [data-attach]        holds fields of files, one of which takes several
//   [data-attached]      inside it: where they are listed
//   [data-attached-said] inside it: where their number is said, with the words for it
//   template             inside it: a line of the list, with an image, a name and a button
// What several fields chose is gathered in the one that takes several, so that the form sends it as it would without this.
for (const box of document.querySelectorAll("[data-attach]")) {
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
