// The Viewer: pictures that are zoomed and panned, several of them in step.
//
// What it finds on a page:
//   [data-viewers]       holds pictures that move together
//   [data-viewer]        a pane with a picture in it; it has the focus when keys are to move it
//   [data-moved]         inside a pane: what is moved and enlarged; it fills the pane
//   img[data-full]       an address to show instead once it is enlarged; "/photos/1/screen" is known to have one
//   [data-zoom="in"]     a button: in, out or fit
//   [data-zoom-level]    where the enlargement is said, as "250 %"
// What it says: `data-zoomed` stands on the holder while it is enlarged, and a "viewer:zoomed" event leaves it.
// What it hears: "viewer:zoom" on the holder, with detail "in", "out", "fit" or "toggle"; "viewer:move", with "left",
// "right", "up" or "down", as the arrow keys; "viewer:like", with another holder, to be enlarged and moved as that one is;
// "viewer:start" on a holder that came later.
//
// Wheel, pinch, a mouse's click and double tap zoom at the place they point to; drag and arrow keys move. At its first size a
// picture leaves the wheel and the finger to the page.
const MOST = 8;
const STEP = 1.5;
const CLOSER = 2.5;
/** How far an arrow key moves, in parts of a pane, and which way: the picture goes where what is seen comes from. */
const FAR = 0.15;
const MOVES = { left: [FAR, 0], right: [-FAR, 0], up: [0, FAR], down: [0, -FAR] };
const states = new WeakMap();

function start(root) {
  if (states.has(root)) return;
  const state = { scale: 1, x: 0, y: 0 };
  states.set(root, state);
  const panes = () => root.querySelectorAll("[data-viewer]");

  // `x` and `y` are parts of a pane, so that panes of any size are in step.
  const show = () => {
    state.scale = Math.min(MOST, Math.max(1, state.scale));
    const reach = (state.scale - 1) / 2;
    state.x = Math.min(reach, Math.max(-reach, state.x));
    state.y = Math.min(reach, Math.max(-reach, state.y));
    const zoomed = state.scale > 1.001;
    for (const moved of root.querySelectorAll("[data-moved]")) {
      moved.style.transform = zoomed ? `translate(${state.x * 100}%, ${state.y * 100}%) scale(${state.scale})` : "";
    }
    root.toggleAttribute("data-zoomed", zoomed);
    for (const level of root.querySelectorAll("[data-zoom-level]")) level.textContent = zoomed ? `${Math.round(state.scale * 100)} %` : "";
    if (state.scale >= 1.5) sharpen();
    root.dispatchEvent(new CustomEvent("viewer:zoomed", { bubbles: true, detail: state.scale }));
  };

  // The largest variant is read only once it can be seen.
  const sharpen = () => {
    for (const image of root.querySelectorAll("[data-moved] img")) {
      const small = image.getAttribute("src") ?? "";
      const full = image.dataset.full ?? (/^\/photos\/\d+\/screen$/.test(small) ? small.replace("/screen", "/full") : "");
      if (!full || image.dataset.sharp || !image.checkVisibility?.()) continue;
      image.dataset.sharp = "yes";
      const larger = new Image();
      larger.src = full;
      larger.decode().then(() => { if (image.getAttribute("src") === small) image.src = full; }, () => {});
    }
  };

  const zoom = (scale, at = { x: 0, y: 0 }) => {
    scale = Math.min(MOST, Math.max(1, scale));
    const by = scale / state.scale;
    state.x = at.x - (at.x - state.x) * by;
    state.y = at.y - (at.y - state.y) * by;
    state.scale = scale;
    show();
  };
  const act = (how, at) => {
    if (how === "in") zoom(state.scale * STEP, at);
    else if (how === "out") zoom(state.scale / STEP, at);
    else if (how === "toggle") zoom(state.scale > 1.001 ? 1 : CLOSER, at);
    else zoom(1);
  };
  /** Where somebody points, from the middle of the pane, in parts of it. */
  const place = (pane, { clientX, clientY }) => {
    const box = pane.getBoundingClientRect();
    return { x: (clientX - box.left) / box.width - 0.5, y: (clientY - box.top) / box.height - 0.5 };
  };
  const pane = (event) => event.target.closest?.("[data-viewer]");

  const move = (to) => {
    state.x += MOVES[to][0];
    state.y += MOVES[to][1];
    show();
  };

  root.addEventListener("viewer:zoom", (event) => act(event.detail));
  root.addEventListener("viewer:move", (event) => move(event.detail));
  root.addEventListener("viewer:like", (event) => {
    Object.assign(state, states.get(event.detail));
    show();
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) act(button.dataset.zoom);
  });
  root.addEventListener("wheel", (event) => {
    const over = pane(event);
    if (!over || (event.deltaY > 0 && state.scale === 1) || event.altKey) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    zoom(state.scale * Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), place(over, event));
  }, { passive: false });

  // Fingers and mouse.
  const down = new Map();
  let travelled = 0;
  let tapped = { at: 0, x: 0, y: 0 };
  const between = () => {
    const [a, b] = [...down.values()];
    return { far: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
  };
  const point = ({ clientX, clientY }) => ({ clientX, clientY });
  root.addEventListener("pointerdown", (event) => {
    const over = pane(event);
    if (!over || event.button !== 0 || event.target.closest("button,a,input,label,summary")) return;
    if (!down.size) travelled = 0;
    down.set(event.pointerId, point(event));
    if (event.pointerType === "mouse" || state.scale > 1 || down.size > 1) over.setPointerCapture(event.pointerId);
  });
  root.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    const over = pane(event);
    if (!before || !over) return;
    const box = over.getBoundingClientRect();
    if (down.size === 2) {
      const [was, from] = [between().far, place(over, between())];
      down.set(event.pointerId, point(event));
      const [now, to] = [between().far, place(over, between())];
      zoom(state.scale * (now / Math.max(was, 1)), from);
      state.x += to.x - from.x;
      state.y += to.y - from.y;
      travelled += 100;
      show();
      return;
    }
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    travelled += Math.abs(dx) + Math.abs(dy);
    down.set(event.pointerId, point(event));
    if (state.scale === 1) return;
    state.x += dx / box.width;
    state.y += dy / box.height;
    show();
  });
  const up = (event) => {
    if (!down.delete(event.pointerId) || event.type !== "pointerup" || down.size) return;
    const over = pane(event);
    if (!over || travelled > 8) return;
    const again = event.timeStamp - tapped.at < 350 && Math.hypot(event.clientX - tapped.x, event.clientY - tapped.y) < 30;
    // A mouse says by its pointer that a click is enough; the second one of two at once is the same click. A finger that only rests
    // on a picture makes nothing jump: it taps twice.
    const byMouse = event.pointerType === "mouse";
    tapped = again && !byMouse ? { at: 0, x: 0, y: 0 } : { at: event.timeStamp, x: event.clientX, y: event.clientY };
    if (again !== byMouse) act("toggle", place(over, event));
  };
  root.addEventListener("pointerup", up);
  root.addEventListener("pointercancel", up);
  // A picture is not dragged away as a file, and a drag is no click.
  root.addEventListener("dragstart", (event) => { if (pane(event)) event.preventDefault(); });
  root.addEventListener("click", (event) => {
    if (travelled > 8 && pane(event)) { event.preventDefault(); event.stopPropagation(); travelled = 0; }
  }, true);

  root.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-viewer]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
    const zooms = { "+": "in", "=": "in", "-": "out", 0: "fit" };
    if (moves[event.key] && state.scale > 1) {
      move(moves[event.key]);
    } else if (zooms[event.key]) {
      act(zooms[event.key]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  for (const each of panes()) each.setAttribute("data-ready", "");
  for (const each of root.querySelectorAll("[data-zoom]")) each.hidden = false;
}

document.addEventListener("viewer:start", (event) => start(event.target));
for (const root of document.querySelectorAll("[data-viewers]")) start(root);
