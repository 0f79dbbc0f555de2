// Ties this browser to its patient at the push provider, or unties it. The provider's script is fetched when somebody asks for
// that, and not before.
(() => {
  const KEPT = "device";
  const place = document.querySelector("[data-switch]");
  const { app, person, sdk } = place.dataset;
  const [start, end] = place.querySelectorAll("button");
  const status = place.querySelector("[role=status]");
  // What goes on from here, where something does: the next act, once notifications are on or cannot be turned on.
  const onward = document.querySelector("[data-when-on]");
  const skips = onward?.textContent;
  const say = (state) => {
    const held = place.contains(document.activeElement);
    status.textContent = place.dataset[state];
    start.hidden = !["off", "failed", "other"].includes(state);
    end.hidden = !["on", "stuck", "other"].includes(state);
    start.parentElement.hidden = start.hidden && end.hidden;
    const settled = ["on", "denied", "unable"].includes(state);
    if (onward) {
      onward.textContent = settled ? onward.dataset.whenOn : skips;
      onward.classList.toggle("button-primary", settled);
      onward.classList.toggle("button-secondary", !settled);
    }
    // Whoever pressed a button that is gone is not sent back to the top of the page.
    if (held) (settled && onward || [start, end].find((button) => !button.hidden) || status).focus();
  };
  const stands = () => {
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return "unable";
    if (Notification.permission === "denied") return "denied";
    const kept = Notification.permission === "granted" && localStorage.getItem(KEPT);
    if (!kept) return "off";
    return kept === person ? "on" : "other";
  };
  const soon = (promise) => Promise.race([promise, new Promise((_, late) => setTimeout(late, 20000))]);

  let fetched;
  const provider = () => {
    fetched ??= new Promise((resolve, reject) => {
      const settings = { appId: app, serviceWorkerPath: "push/OneSignalSDKWorker.js", serviceWorkerParam: { scope: "/push/" } };
      window.OneSignalDeferred = [async (OneSignal) => { OneSignal.init(settings).then(() => resolve(OneSignal), reject); }];
      const script = document.createElement("script");
      script.src = `${sdk}OneSignalSDK.page.js`;
      script.addEventListener("error", reject);
      document.head.append(script);
    });
    return soon(fetched);
  };
  const subscribed = ({ User: { PushSubscription: own } }) => new Promise((resolve) => {
    const look = () => { if (own.id && own.optedIn) resolve(); };
    own.addEventListener("change", look);
    look();
  });

  start.addEventListener("click", async () => {
    say("busy");
    try {
      if (await Notification.requestPermission() !== "granted") return say(stands());
      const OneSignal = await provider();
      await soon(OneSignal.login(person));
      await soon(OneSignal.User.PushSubscription.optIn());
      await soon(subscribed(OneSignal));
      localStorage.setItem(KEPT, person);
      say("on");
    } catch {
      fetched = undefined;
      say("failed");
    }
  });
  end.addEventListener("click", async () => {
    say("busy");
    try {
      const OneSignal = await provider();
      await soon(OneSignal.User.PushSubscription.optOut());
      await soon(OneSignal.logout());
      localStorage.removeItem(KEPT);
      say("off");
    } catch {
      fetched = undefined;
      say("stuck");
    }
  });
  say(stands());
})();
