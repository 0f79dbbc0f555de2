// The button beside the address: it copies it, and says so. Without scripts the field itself is there to copy from.
const button = document.querySelector("[data-copies]");
const field = document.getElementById(button.dataset.copies);
const said = document.getElementById("copied");
button.hidden = false;
field.addEventListener("focus", () => field.select());
button.addEventListener("click", async () => {
  field.select();
  let done = true;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    done = document.execCommand("copy");
  }
  if (done) said.textContent = button.dataset.done;
});
