// Photos that came with a report and are still being checked: they appear on the page where it stands open.

// Milliseconds between two looks, and how often it is looked.
const EACH = 3000;
const MOST = 40;

let looked = 0;

async function look() {
  const there = document.querySelector("[data-photos]");
  if (!there?.querySelector("[data-coming]") || looked >= MOST) return;
  if (document.visibilityState === "visible") {
    looked += 1;
    try {
      const answer = await fetch(location.pathname);
      const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page && page.querySelector("[data-photos]");
      // Whoever is at the link stays there until there is something to see.
      const shows = (part) => part.querySelectorAll("img").length + part.textContent.trim();
      if (fresh && shows(fresh) !== shows(there)) there.replaceChildren(...fresh.childNodes);
    } catch {
      // Without a connection, the link is still there.
    }
  }
  setTimeout(look, EACH);
}

setTimeout(look, EACH);
