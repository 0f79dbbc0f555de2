// All stages of a view as a film: one at a time, chosen by a slider or played.

// Milliseconds for which each is shown.
const EACH = 700;

const lapse = document.querySelector(".lapse");
const slider = document.querySelector("#frame");
const play = document.querySelector("#play");
const frames = [...document.querySelectorAll(".frames > li")];

const playing = () => play.dataset.playing === "true";
const setPlaying = (is) => { play.dataset.playing = String(is); };

function show(at) {
  frames.forEach((frame, n) => {
    frame.classList.toggle("is-shown", n === at);
    // This one is wanted now, and the next one soon.
    if (n === at || n === at + 1) frame.querySelectorAll("img").forEach((image) => image.removeAttribute("loading"));
  });
  slider.value = String(at);
  slider.setAttribute("aria-valuetext", frames[at]?.dataset.stage ?? "");
}

if (lapse && slider && play) {
  lapse.classList.add("is-live");
  show(0);
  slider.addEventListener("input", () => {
    setPlaying(false);
    show(Number(slider.value));
  });
  play.addEventListener("click", () => {
    const start = !playing();
    if (start && Number(slider.value) >= frames.length - 1) show(0);
    setPlaying(start);
  });
  setInterval(() => {
    if (!playing()) return;
    const at = Number(slider.value);
    if (at < frames.length - 1) show(at + 1);
    else setPlaying(false);
  }, EACH);
}
