(() => {
  let source, before;
  const news = async () => {
    const answer = await fetch("/inbox");
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [bell, next] = [document, fresh].map((page) => page.querySelector(".bell"));
    if (!bell || !next) return;
    const words = next.querySelector("[aria-live]").textContent;
    bell.querySelector(".mark")?.remove();
    bell.append(...next.querySelectorAll(".mark"));
    bell.querySelector("[aria-live]").textContent = words;
    if (location.pathname + location.search !== "/inbox") return;
    const main = document.querySelector("#main");
    const held = main.contains(document.activeElement) && document.activeElement;
    const goal = (one) => one.href ?? `${one.form?.action} ${one.textContent}`;
    main.replaceChildren(...fresh.querySelector("#main").childNodes);
    // Whoever was at a link or a button is there again.
    if (held) [...main.querySelectorAll("a, button")].find((one) => goal(one) === goal(held))?.focus({ preventScroll: true });
  };
  const listen = () => {
    source?.close();
    source = undefined;
    if (document.visibilityState !== "visible") return;
    source = new EventSource("/inbox/live");
    source.addEventListener("told", news);
    // What came while nobody listened.
    source.addEventListener("open", () => { if (before) news(); before = true; });
  };
  // Photos that were chosen and not sent are nobody else's (`photos/modules/add.js`).
  addEventListener("submit", ({ target }) => { if (target.action?.endsWith("/sign-out")) indexedDB.deleteDatabase("photos"); });
  addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", listen);
})();
