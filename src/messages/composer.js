// A form that messages are written in: a saved reply stands in the text as soon as it is chosen. Works on forms that come later,
// too, as over a case.
document.documentElement.toggleAttribute("data-composer", true);
document.addEventListener("change", (event) => {
  const replies = event.target.closest?.("[data-replies]");
  const body = replies?.selectedOptions[0]?.dataset.body;
  const text = replies?.form?.querySelector("textarea[name=body]");
  if (!body || !text) return;
  const before = text.value.slice(0, text.selectionStart);
  const apart = before && !/\s$/.test(before) ? "\n" : "";
  text.setRangeText(apart + body, text.selectionStart, text.selectionEnd, "end");
  text.focus();
  replies.selectedIndex = 0;
});
