// A day at a demo: everybody does what they do, by the pages' own forms. tests/http/migrations.rs looks for its words. For scripts/dump.sh:
//
//   node scripts/day/day.mjs <address of the portal> <address of the push provider>
import { Person } from "./browser.mjs";

const [site, pushes] = process.argv.slice(2);
const people = new Map();

/** Somebody by the part of their address before the @, signed in once. */
async function as(name) {
  if (!people.has(name)) people.set(name, await new Person(site, `${name}@midline.example`).signIn());
  return people.get(name);
}
const number = (page) => Number(new URL(page.url).pathname.match(/\/(\d+)/)?.[1]);
const journey = async (person) => number(await person.open("/journeys"));
const seconds = (count) => new Promise((resolve) => { setTimeout(resolve, count * 1000); });
/** A day so many days from now, as forms take it. */
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const act = async (what, doing) => {
  await doing();
  console.log(`  ${what}`);
};

/** A photo that nobody has sent yet: a drawn one, with a word in it that makes it another. */
async function photo(of, id, word) {
  const bytes = await of.bytes(`/photos/${id}/full`);
  const comment = Buffer.from(word);
  return Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, comment.length + 2]), comment, bytes.subarray(2)]);
}
/** The first photos of somebody's gallery. */
const photosOf = async (person, id) => [...new Set([...(await person.open(`/journeys/${id}/photos`)).text.matchAll(/href="\/photos\/(\d+)"/g)]
  .map(([, found]) => found))];

const mia = await as("patient");
const [lea, emre, noah] = [await as("paused.patient"), await as("braces.patient"), await as("new.patient")];
const [sophie, jakob] = [await as("dentist"), await as("second.dentist")];
const [anna, tom] = [await as("staff"), await as("admin")];
const another = (n) => as(`patient${String(n).padStart(3, "0")}`);
const mias = await journey(mia);

await act("settings", async () => {
  await mia.send("/settings/notifications", /settings\/notifications/, { quiet_from: "00:00", quiet_until: "00:00" });
  await emre.send("/settings/notifications", /settings\/notifications/, { quiet_from: "00:00", quiet_until: "00:00", notice: null });
  await emre.send("/settings", /theme=/, { language: "de", theme: "dark", phone: "+49 171 39200 99" });
  await (await another(3)).send("/settings/time-zone", /time-zone/, { time_zone: "Lisbon" });
  const device = (await mia.open("/settings/device")).text.match(/data-person="([^"]+)"/)[1];
  await fetch(`${pushes}apps/demo/users`, { method: "POST", body: JSON.stringify({ identity: { external_id: device } }) });
});

await act("a first day", async () => {
  await noah.send("/", /terms/, { accept: "yes" });
  await noah.open("/welcome/reminders");
  await noah.open("/welcome/photos");
});

await act("a calendar", async () => {
  await mia.send("/calendar", /intent=create/);
  await emre.send("/calendar", /intent=create/);
  await emre.send("/calendar?ask=end", /intent=/);
});

await act("photos", async () => {
  const some = await photosOf(mia, mias);
  const files = [];
  for (const [place, view] of ["front", "left", "right"].entries()) {
    files.push({ name: view, file: `${view}.jpg`, bytes: await photo(mia, some[place], `again ${view}`) });
  }
  await mia.send(`/journeys/${mias}/photos/new?stage=8`, /photos/, {}, files);
  await mia.send(`/photos/${some[4]}/place`, /place/, { view: "other" });
});

await act("steps", async () => {
  const nine = await another(9);
  await nine.send("/journeys/14/progress", /progress/, { intent: "confirm" });
  const twentySix = await another(26);
  await twentySix.send("/journeys/31/progress", /progress/, { intent: "confirm" });
  await twentySix.send("/journeys/31/take-back", /take-back/, { intent: "confirm" });
  const five = await another(5);
  const asked = await five.send("/journeys/10/delay", /delay/, { days: "7", reason: "travel", note: "At the sea until Sunday.", intent: "preview" });
  await five.send(asked, /delay/, { intent: "confirm" });
  const six = await another(6);
  const pausing = await six.send("/journeys/11/pause", /pause/, { reason: "illness", note: "In bed with the flu.", resume_on: day(9), intent: "preview" });
  await six.send(pausing, /pause/, { intent: "confirm" });
  const going = await lea.open("/journeys/3/continue");
  await lea.send(going, /continue/, { intent: "confirm" });
});

await act("plans", async () => {
  const changed = await anna.send("/journeys/20/plan", /plan/, { total: "12", note: "Two more after the scan.", intent: "preview" });
  await anna.send(changed, /plan/, { intent: "confirm" });
  await anna.send("/journeys/22/end", /end/, { note: "Moved abroad.", intent: "confirm" });
  await anna.send(`/journeys/${mias}/aftercare`, /aftercare/, { aftercare: "scan_appointment_booked" });
  const back = await anna.send("/journeys/8/back", /back/, { reason: "confirmed_by_mistake", note: "Took the wrong one.", intent: "preview" });
  await anna.send(back, /back/, { intent: "confirm" });
});

await act("wear time", async () => {
  for (const [person, id] of [[mia, mias], [await another(9), 14]]) {
    await person.send("/wear", /do=out/, { journey: String(id), do: "out" });
  }
  await mia.send("/wear", /do=back/, { do: "back" });
  await mia.send("/wear/12", /from=/, { from: "19:20", until: "20:05" });
  await sophie.send(`/journeys/${mias}/wear`, /goal/, { goal: "1260" });
});

await act("reports", async () => {
  const [first] = await photosOf(mia, mias);
  await mia.send("/something-wrong/pain", /reports/, { note: "It presses at the upper left since noon.", photo: first },
    [{ name: "file", file: "sore.jpg", bytes: await photo(mia, first, "sore") }]);
  const eleven = await another(19);
  const mistaken = await eleven.send("/something-wrong/pain", /reports/, { note: "It was the other tooth." });
  const closing = await eleven.open(`/reports/${number(mistaken)}/close`);
  await eleven.send(closing, /close/);
  await (await another(13)).send("/something-wrong/not_fitting", /reports/, { note: "It stands off at the front." });
  await (await another(15)).send("/something-wrong/lost_or_broken", /reports/, { note: "Broken in two." });
  const list = (await sophie.open("/reports")).text;
  const all = [...new Set([...list.matchAll(/href="\/reports\/(\d+)"/g)].map(([, id]) => Number(id)))].sort((a, b) => a - b);
  await sophie.send("/reports", new RegExp(`reports/${all.at(-3)}/acknowledge`));
  await sophie.send(`/reports/${all.at(-2)}`, /answer/, { body: "Please wear the one before it until Monday." });
});

await act("messages", async () => {
  const write = (person, id, body, fields = {}, files = []) => person.send(`/journeys/${id}/messages`, /body=/, { body, ...fields }, files);
  const [first] = await photosOf(mia, mias);
  await write(mia, mias, "May I eat an apple with them?");
  await write(mia, mias, "This is where it presses.", { photo: first }, [{ name: "file", file: "here.jpg", bytes: await photo(mia, first, "here") }]);
  await sophie.open(`/journeys/${mias}/messages`);
  await write(sophie, mias, "Better without them, and rinse before they go in again.");
  await write(emre, 5, "Geht es am Freitag auch später?");
  await write(await another(21), 26, "When do we begin?");
  await write(jakob, 9, "Your next scan is due in two weeks.");
  await sophie.send("/messages/replies", /title/, { title: "Apples", body: "Cut them into small pieces.", shared: "on" });
  await sophie.send("/messages/replies/1", /delete/);
});

await act("decisions", async () => {
  const decide = (id, stage, fields) => sophie.send(`/journeys/${id}/reviews/${stage}?show=all`, /decision=/, { open: null, ...fields });
  await decide(48, 22, { decision: "on_track" });
  await decide(56, 21, { decision: "hold", days: "7", note: "Give the gap a little longer." });
  await decide(40, 9, { decision: "see_me", note: "Please come by this week.", clinic_note: "Attachment lost at 23." });
  await decide(54, 9, { decision: "retake", front: "too_dark", note: "Please with more light." });
  const taken = await decide(16, 5, { decision: "on_track" });
  await sophie.send(taken, /withdraw/);
});

await act("changes of dentist", async () => {
  await (await another(21)).send("/dentists/2/change", /change/, { reason: "I moved to the north.", share: "yes" });
  await (await another(25)).send("/dentists/2/change", /change/, { reason: "The way is too long." });
  const thirty = await another(30);
  await thirty.send("/dentists/2/change", /change/, { reason: "I am not sure." });
  await thirty.send("/dentists", /withdraw/);
  await (await another(31)).send("/dentists/2/change", /change/, { reason: "Closer to work." });
  const asked = [...(await anna.open("/dentist-changes")).text.matchAll(/href="\/dentist-changes\/(\d+)"/g)].map(([, id]) => Number(id));
  const [old, approved, declined] = [...new Set(asked)].sort((a, b) => a - b);
  await anna.send(`/dentist-changes/${old}`, /answer/, { answer: "decline", note: "Dr. Lindner takes nobody at present." });
  await anna.send(`/dentist-changes/${approved}`, /answer/, { answer: "approve" });
  await tom.send(`/dentist-changes/${declined}`, /answer/, { answer: "decline", note: "Please call us first." });
});

await act("notices", async () => {
  await anna.send("/notifications/new?patient=3", /content/, { content: "Your new aligners have arrived." });
  await anna.send("/notifications/new?patient=6", /content/, { content: "We are closed on Friday.", when: "later", date: day(20), time: "10:00" });
  const change = async (doing, ids, fields = {}) => {
    const asked = new URLSearchParams([["do", doing], ...ids.map((id) => ["id", id]), ...Object.entries(fields)]);
    return anna.send(`/notifications/change?${asked}`, /notifications\/change/);
  };
  const pending = async (of) => [...(await anna.open(`/notifications?patient=${of}&status=pending`)).text.matchAll(/href="\/notifications\/(\d+)/g)]
    .map(([, id]) => id);
  await change("cancel", (await pending(11)).slice(0, 2));
  await change("reschedule", (await pending(18)).slice(0, 2), { date: day(30), time: "11:30" });
});

await act("campaigns", async () => {
  const compose = (fields) => anna.send("/campaigns/new", /content_en/, fields);
  const send = async (page) => anna.send(`/campaigns/${number(page)}/send`, /do=start/, { do: "start" });
  await compose({ name: "Never sent", content_en: "Nobody has read this." });
  await send(await compose({ name: "Winter hours", content_en: "We open at nine from January.", content_de: "Ab Januar öffnen wir um neun.", stage_from: "8", stage_to: "12" }));
  await send(await compose({ name: "Next year", content_en: "Happy new year.", when: "own", date: day(200), time: "09:00", stage_from: "20" }));
  const slow = await compose({ name: "A little at a time", content_en: "A scan is free for you.", per_minute: "2", product: "aligners" });
  await send(slow);
  await seconds(8);
  await anna.send(`/campaigns/${number(slow)}`, /do=pause/, { do: "pause" });
  const wrong = await compose({ name: "Called back", content_en: "This was a mistake.", when: "own", date: day(3), time: "09:00", stage_to: "2" });
  await send(wrong);
  await seconds(4);
  await anna.send(`/campaigns/${number(wrong)}/stop`, /do=cancel/, { do: "cancel" });
});

// Decisions take effect after ten seconds; photos are made, and what is told goes out.
await seconds(25);

await act("what was told is read", async () => {
  const inbox = await mia.open("/inbox");
  await mia.send(inbox, /inbox\/\d+/);
  await (await another(9)).open("/inbox");
  await (await as("patient035")).send("/inbox", /inbox\/read/);
  await mia.open(`/journeys/${mias}/messages`);
  await mia.open("/access");
  await anna.open("/notifications/export");
});

await act("everybody goes home", async () => {
  await emre.send("/settings", /sign-out/);
  await tom.send("/office", /sign-out/);
});
