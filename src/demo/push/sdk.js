// The stand-in's web SDK: the part of OneSignal's (v16) that Midline uses, built from its public documentation. It registers the
// service worker and the subscription as the provider's does; nothing is pushed to this browser.
(() => {
  const { origin } = new URL(document.currentScript.src);
  const kept = JSON.parse(localStorage.getItem("stand-in") ?? "{}");
  const keep = () => localStorage.setItem("stand-in", JSON.stringify(kept));
  const listeners = [];
  let settings;
  const ask = async (path, method, body) => {
    const answer = await fetch(`${origin}/apps/${settings.appId}/${path}`, { method, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`answered with ${answer.status}`);
    return answer.json();
  };
  const subscription = {
    get id() { return kept.id; },
    get optedIn() { return Boolean(kept.enabled) && Notification.permission === "granted"; },
    addEventListener: (_, listener) => listeners.push(listener),
    async optIn() {
      await navigator.serviceWorker.register(`/${settings.serviceWorkerPath}`, settings.serviceWorkerParam);
      kept.enabled = true;
      // Made in the background, as there.
      setTimeout(async () => {
        kept.id = (await ask("users", "POST", {
          identity: { external_id: kept.person },
          subscriptions: [{ type: "ChromePush", token: "stand-in", enabled: true }],
        })).subscriptions[0].id;
        keep();
        listeners.forEach((listener) => listener({ current: { id: kept.id, optedIn: true } }));
      }, 200);
    },
    async optOut() {
      kept.enabled = false;
      if (kept.id) await ask(`subscriptions/${kept.id}`, "POST", { subscription: { enabled: false } });
      keep();
    },
  };
  const OneSignal = {
    // By a script, as there.
    init: (given) => new Promise((resolve, reject) => {
      settings = given;
      window.__jp0 = ({ success }) => (success ? resolve() : reject());
      const script = document.createElement("script");
      script.src = `${origin}/sync/${settings.appId}/web?callback=__jp0`;
      script.addEventListener("error", reject);
      document.head.append(script);
    }),
    async login(person) { kept.person = person; keep(); },
    async logout() { delete kept.person; delete kept.id; keep(); },
    User: { PushSubscription: subscription },
  };
  window.OneSignal = OneSignal;
  (window.OneSignalDeferred ?? []).forEach((ready) => ready(OneSignal));
  window.OneSignalDeferred = { push: (ready) => ready(OneSignal) };
})();
