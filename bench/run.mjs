// `make bench`: Midline's figures on this machine, as ratios of two programs measured in turn in one run.
// Prints the table and writes it to bench-results/. What each goal means stands in docs/BENCHMARKS.md.
//
// The server under test has one core for itself; PostgreSQL, the rest of the stack and the load share the
// other one.
import { execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dispatching } from "./dispatch.mjs";
import { galleryOnAPhone, photos } from "./photos.mjs";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 6);
/** Goals to measure, as `ONLY=3,12`; all of them else. */
const ONLY = process.env.ONLY?.split(",");
const wanted = (...goals) => !ONLY || goals.some((goal) => ONLY.includes(goal));
const CONNECTIONS = 32;
const VISITORS = 64;
const bin = join(process.env.CARGO_TARGET_DIR, "release");
const started = [];

const say = (text) => process.stderr.write(`  ${text}\n`);
const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const spread = (numbers) => `${Math.min(...numbers).toFixed(0)}–${Math.max(...numbers).toFixed(0)}`;
const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

function start(core, program, args, env) {
  const child = spawn("taskset", ["-c", String(core), program, ...args], { env: { ...process.env, ...env }, stdio: "ignore" });
  started.push(child);
  return child;
}
async function answers(url) {
  for (let tries = 0; tries < 600; tries += 1) {
    try { if ((await fetch(url)).ok) return; } catch { /* not yet */ }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} does not answer`);
}
async function stop() {
  for (const child of started.reverse()) {
    child.kill("SIGTERM");
    await new Promise((resolve) => { if (child.exitCode !== null || child.signalCode) resolve(); else child.once("exit", resolve); });
  }
}

// Seconds of processor time that a process has used, and those of PostgreSQL's processes.
const ticks = Number(execFileSync("getconf", ["CLK_TCK"]));
function used(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
/** Those that have ended among them. */
function usedByPostgres(postmaster) {
  const own = readFileSync(`/proc/${postmaster}/stat`, "utf8");
  const fields = own.slice(own.lastIndexOf(")") + 2).split(" ");
  const ended = (Number(fields[13]) + Number(fields[14])) / ticks;
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).reduce((sum, pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return parent === postmaster ? sum + used(pid) : sum;
    } catch { return sum; }
  }, ended);
}

function sql(url, statements) {
  return execFileSync("psql", ["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", url], { input: statements, encoding: "utf8" }).trim();
}

/** A session's cookie, and what the database knows it by. */
function session() {
  const id = randomBytes(16);
  return { cookie: `midline=${id.toString("base64url")}`, hash: createHash("sha256").update(Buffer.from(id).reverse()).digest("hex") };
}

// Patients with sixty events each (so that a page of fifty is full), photos at four stages, a session each.
function seed(url) {
  const sessions = Array.from({ length: VISITORS }, session);
  const ids = sql(url, `
    -- Sixty events a journey, of which some could not follow the others: it is their number that counts.
    set session_replication_role = replica;
    create temporary table made (n int, user_id bigint, journey_id bigint);
    do $$
    declare person bigint; journey bigint; event bigint; stage int; kind text; last timestamptz;
    begin
      for n in 1..${VISITORS} loop
        insert into users (email, first_name, last_name, language, terms_accepted, terms_version, terms_accepted_at)
          select 'bench' || n || '@midline.example', 'Bench', 'Number ' || n, 'en', true, terms_version, now()
          from users where email = 'patient@midline.example' returning id into person;
        insert into user_roles (user_id, role) values (person, 'patient');
        insert into journeys (user_id, product, current_progress_stage, total_progress_stages, wear_interval_days, date_of_starting_treatment)
          values (person, 'aligners', 40, 60, 14, current_date - 560) returning id into journey;
        insert into plan_changes (journey_id, revision, user_id, time_zone, type, total_progress_stages, wear_interval_days, actor_id)
          values (journey, 0, person, 'Europe/Berlin', 'opened', 60, 14, person);
        event := null; stage := 0;
        -- The last one's change of stage is due tomorrow, the others' in five days.
        last := date_trunc('day', now()) + make_interval(hours => 8) - case when n = ${VISITORS} then interval '13 days' else interval '9 days' end;
        for i in 1..60 loop
          kind := case when i % 3 = 0 then 'delay' else 'progress' end;
          if kind = 'progress' then stage := stage + 1; end if;
          insert into progress_events (user_id, journey_id, start_date, progress_stage, end_date, type, reason, note, actor_id, previous_event_id, time_zone)
            values (person, journey, last - make_interval(days => (60 - i) * 9), stage,
                    last - make_interval(days => (60 - i) * 9) + interval '14 days', kind::progress_event_type,
                    case when kind = 'delay' then 'travel'::progress_reason end,
                    case when i % 6 = 0 then 'Away until Friday & back on Monday' end, person, event, 'Europe/Berlin')
            returning id into event;
        end loop;
        update journeys set date_of_starting_treatment = (select min(occurred_on) from progress_events where journey_id = journey)
          where id = journey;
        insert into user_images (user_id, journey_id, s3_key, progress_stage, view, width, height, sha256, thumbhash)
          select person, journey, format('bench/%s/%s/%s', n, s, v), s, v, 960, 720,
                 sha256(format('%s/%s/%s', n, s, v)::bytea), decode('2a090a1d0082679779887086777777877677', 'hex')
          from unnest(array[28, 32, 36, 40]) s, unnest(array['front', 'left', 'right', 'upper', 'lower']::image_view[]) v;
        insert into made values (n, person, journey);
      end loop;
    end $$;
    ${sessions.map(({ hash }, n) => `insert into sessions (id_hash, user_id, idle_expires_at, expires_at)
      select '\\x${hash}', user_id, now() + interval '1 day', now() + interval '1 day' from made where n = ${n + 1};`).join("\n")}
    select user_id || ' ' || journey_id from made order by n;
    `).split("\n").map((line) => line.split(" ").map(Number));
  sql(url, "analyze");
  return sessions.map(({ cookie }, n) => ({ cookie, user: ids[n][0], journey: ids[n][1] }));
}

/** Dentists with forty cases each, one a patient, of five photos beside those of the stage before. Answers the first case of each. */
function dentists(url, count) {
  const sessions = Array.from({ length: count }, session);
  const cases = sql(url, `
    set session_replication_role = replica;
    create temporary table made (n int, user_id bigint, journey_id bigint);
    do $$
    declare person bigint; practice bigint; patient bigint; journey bigint;
    begin
      for n in 1..${count} loop
        insert into users (email, first_name, last_name, language, terms_accepted, terms_version, terms_accepted_at)
          select 'practice' || n || '@midline.example', 'Practice', n::text, 'en', true, terms_version, now()
          from users where email = 'patient@midline.example' returning id into person;
        insert into user_roles (user_id, role) values (person, 'dentist');
        insert into dentists (user_id, display_name, practice, postal_code, practice_id)
          values (person, 'Dr. ' || n, 'Practice', '1', (select min(id) from practices)) returning id into practice;
        for m in 1..40 loop
          insert into users (email, first_name, last_name, assigned_dentist_id)
            values (format('case%s-%s@midline.example', n, m), 'Case', m::text, practice) returning id into patient;
          insert into user_roles (user_id, role) values (patient, 'patient');
          insert into journeys (user_id, product, current_progress_stage, total_progress_stages, wear_interval_days, date_of_starting_treatment)
            values (patient, 'aligners', 9, 24, 14, current_date - 120) returning id into journey;
          insert into progress_events (user_id, journey_id, start_date, progress_stage, end_date, type, actor_id, time_zone)
            values (patient, journey, now() - interval '3 days', 9, now() + interval '11 days', 'progress', patient, 'Europe/Berlin');
          insert into user_images (user_id, journey_id, s3_key, progress_stage, view, width, height, sha256, thumbhash, awaits_review)
            select patient, journey, format('case/%s/%s/%s', journey, s, v), s, v, 960, 720,
                   sha256(format('case/%s/%s/%s', journey, s, v)::bytea), decode('2a090a1d0082679779887086777777877677', 'hex'), s = 9
            from generate_series(8, 9) s, unnest(array['front', 'left', 'right', 'upper', 'lower']::image_view[]) v;
          if m = 1 then insert into made values (n, person, journey); end if;
        end loop;
      end loop;
    end $$;
    ${sessions.map(({ hash }, n) => `insert into sessions (id_hash, user_id, idle_expires_at, expires_at)
      select '\\x${hash}', user_id, now() + interval '1 day', now() + interval '1 day' from made where n = ${n + 1};`).join("\n")}
    select journey_id from made order by n;`).split("\n");
  return sessions.map(({ cookie }, n) => ({ cookie, path: `/journeys/${cases[n]}/reviews/9` }));
}

/** Adds other people's journeys, until there are `total` events; one journey in a hundred is a long one. */
function crowd(url, total) {
  const missing = total - Number(sql(url, "select count(*) from progress_events"));
  const journeys = Math.ceil(missing / 69.5);
  sql(url, `
    set session_replication_role = replica;
    create temporary table more as select n from generate_series(1, ${journeys}) n;
    with people as (
      insert into users (email, first_name, last_name) select format('crowd%s-%s@midline.example', ${total}, n), 'Crowd', n::text from more returning id
    ), journeys as (
      insert into journeys (user_id, product, current_progress_stage, total_progress_stages, wear_interval_days, date_of_starting_treatment)
      select id, 'aligners', 50, 60, 14, current_date from people returning id, user_id
    )
    insert into progress_events (user_id, journey_id, start_date, progress_stage, end_date, type, actor_id, time_zone, previous_event_id)
      select user_id, id, now(), least(n, 60), now() + interval '14 days', 'progress', user_id, 'Europe/Berlin', case when n > 1 then n end
      from journeys, generate_series(1, case when id % 100 = 0 then 2000 else 50 end) n;
    -- As many photos as events.
    insert into user_images (user_id, journey_id, s3_key, progress_stage, view, width, height, sha256, thumbhash, awaits_review)
      select e.user_id, e.journey_id, format('crowd/%s', e.id), e.progress_stage, 'front', 960, 720, sha256(e.id::text::bytea),
             decode('2a090a1d0082679779887086777777877677', 'hex'), e.id % 50 = 0
      from progress_events e join users u on u.id = e.user_id where u.email like 'crowd${total}-%';
    -- As it stands in a table that grew over years: otherwise the first vacuum would run beside what is measured.
    vacuum analyze;`);
  return Number(sql(url, "select count(*) from progress_events"));
}

/** Patients who put their change off, each by opening the form and sending it, as fast as answers come. */
async function acts(port, people, seconds) {
  const end = Date.now() + seconds * 1000;
  let done = 0;
  await Promise.all(people.slice(0, CONNECTIONS).map(async ({ cookie, journey }) => {
    const address = `http://127.0.0.1:${port}/journeys/${journey}/delay`;
    while (Date.now() < end) {
      const form = await (await fetch(address, { headers: { cookie } })).text();
      const seen = /name="seen" value="(\d+)"/.exec(form)?.[1];
      const body = new URLSearchParams({ seen, revision: "0", days: "1", reason: "travel", intent: "confirm" });
      const answer = await fetch(address, { method: "POST", headers: { cookie, "sec-fetch-site": "same-origin" }, body, redirect: "manual" });
      if (answer.status !== 303) throw new Error(`an act was answered with ${answer.status}`);
      done += 1;
    }
  }));
  return done;
}

function load(port, visitors, seconds, rate = 0) {
  return new Promise((resolve, reject) => {
    const child = spawn("taskset", ["-c", "1", join(bin, "examples/load"), `127.0.0.1:${port}`, String(CONNECTIONS), String(seconds), String(rate)],
      { stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => { text += chunk; });
    child.once("exit", (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error("the load failed"))));
    child.stdin.end(visitors.map(({ path, cookie }) => `${path} ${cookie}\n`).join(""));
  });
}

const words = (html) => html.replace(/^.*<body>/s, "").replace(/<!--.*?-->|<!>/g, "").replace(/<[^>]*>/g, "\n").replace(/\s+/g, " ").trim();

/** Bytes of scripts and wasm that a browser with an empty cache is sent for a page. */
async function bytes(url, cookie) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"] });
  try {
    const context = await browser.newContext();
    const [name, value] = cookie.split("=");
    await context.addCookies([{ name, value, url }]);
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send("Network.enable");
    const urls = new Map();
    let sum = 0;
    client.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response.url));
    client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (/\.(js|wasm)$/.test(urls.get(requestId) ?? "")) sum += encodedDataLength;
    });
    // The stream of news would stay open for as long as the page does.
    await page.route("**/inbox/live", (route) => route.fulfill({ status: 200, contentType: "text/event-stream", body: "retry: 3600000\n\n" }));
    await page.goto(url, { waitUntil: "networkidle" });
    return sum;
  } finally { await browser.close(); }
}

/** Resident memory at its peak, in megabytes: so far, and while `work` goes on. */
const peakSoFar = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024 / 1e6;
async function peak(pid, work) {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  await work();
  return peakSoFar(pid);
}

/** Four people send photos of `megabytes` through the server at once, eight each. Answers how many megabytes a second. */
async function uploads(port, people, megabytes) {
  const begun = Date.now();
  await Promise.all(people.slice(0, 4).map(async ({ cookie, journey }) => {
    for (let n = 0; n < 8; n += 1) {
      const file = randomBytes(megabytes * 1024 * 1024);
      // By its first bytes it may be a photo: more is not looked at on the way in.
      file.set([0xff, 0xd8, 0xff, 0xe0]);
      const body = new FormData();
      body.set("front", new Blob([file]), "IMG.jpg");
      const answer = await fetch(`http://127.0.0.1:${port}/journeys/${journey}/photos?token=${randomUUID()}`,
        { method: "POST", headers: { cookie, accept: "text/plain", "sec-fetch-site": "same-origin" }, body });
      if (answer.status !== 202) throw new Error(`a photo was answered with ${answer.status}: ${await answer.text()}`);
    }
  }));
  return 32 * megabytes / (Date.now() - begun) * 1000;
}

/** Fifty photos of one patient, with the objects of the demo's. */
function fillGallery(owner, objects, { journey }) {
  sql(owner, `insert into user_images (user_id, journey_id, s3_key, progress_stage, view, width, height, sha256, thumbhash)
    select user_id, id, format('bench/more/%s', n), 1 + n / 5, 'other', 1280, 960, sha256(format('more/%s', n)::bytea),
           decode('2a090a1d0082679779887086777777877677', 'hex')
    from journeys, generate_series(1, 30) n where id = ${Number(journey)}`);
  const drawn = readdirSync(join(objects, "photos")).filter((name) => name.startsWith("demo-"));
  const keys = sql(owner, `select s3_key from user_images where journey_id = ${Number(journey)}`).split("\n").filter(Boolean);
  keys.forEach((key, n) => cpSync(join(objects, "photos", drawn[n % drawn.length]), join(objects, key), { recursive: true }));
}

async function main() {
  const data = mkdtempSync(join(tmpdir(), "midline-bench-"));
  chmodSync(data, 0o755);
  const rows = [];
  const row = (goal, what, wanted, found, detail, met) => rows.push({ goal, what, wanted, found, detail, met });
  try {
    say("starting the stack");
    const demoPort = await freePort();
    start(1, join(bin, "midline"), ["demo"], { MIDLINE_DATA: data, PORT: String(demoPort), MIDLINE_BUFFERS: "1GB" });
    await answers(`http://127.0.0.1:${demoPort}/health/ready`);
    const environment = Object.fromEntries([...readFileSync(join(data, "env"), "utf8").matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]));
    const owner = environment.MIGRATION_DATABASE_URL;
    if (wanted("4", "5", "6", "7")) {
      await dispatching(row, { owner, bin, rounds: ROUNDS, start, used, usedByPostgres, sql, say, median, spread, freePort, answers, wanted });
    }
    if (ONLY && !wanted("1", "2", "3", "8", "9", "10", "11", "12")) return report(rows);
    say(`making ${VISITORS} patients`);
    const people = seed(owner);
    const postmaster = Number(readFileSync(join(sql(owner, "show data_directory"), "postmaster.pid"), "utf8").split("\n")[0]);

    const [portA, portB] = [await freePort(), await freePort()];
    const midline = start(0, join(bin, "midline"), ["serve", "--without-worker"], { ...environment, LEPTOS_SITE_ADDR: `127.0.0.1:${portA}`, PUBLIC_URL: `http://127.0.0.1:${portA}` });
    const bare = start(0, join(bin, "examples/bare"), [`127.0.0.1:${portB}`], { ...environment });
    await answers(`http://127.0.0.1:${portA}/health/ready`);
    await answers(`http://127.0.0.1:${portB}/of/${people[0].user}`);
    const home = people.slice(0, VISITORS - 1).map(({ cookie }) => ({ path: "/", cookie }));
    const unsigned = people.slice(0, VISITORS - 1).map(({ user }) => ({ path: `/of/${user}`, cookie: "none=1" }));

    say("comparing the words of both pages");
    const [a, b] = await Promise.all([portA, portB].map(async (port) => (await fetch(`http://127.0.0.1:${port}/`, { headers: { cookie: people[0].cookie } })).text()));
    const [wordsA, wordsB] = [a, b].map(words);
    const foot = wordsA.length - wordsB.length;
    if (wordsA !== wordsB) {
      let at = 0;
      while (wordsA[at] === wordsB[at]) at += 1;
      throw new Error(`the pages differ: "${wordsA.slice(at - 40, at + 60)}" and "${wordsB.slice(at - 40, at + 60)}" (${foot})`);
    }

    const programs = { midline: [portA, midline, home], bare: [portB, bare, home], unsigned: [portB, bare, unsigned] };
    let asked = 0;
    async function measure(name, seconds = SECONDS, rate = 0) {
      const [port, child, visitors] = programs[name];
      const before = [used(child.pid), usedByPostgres(postmaster)];
      const result = await load(port, visitors, seconds, rate);
      if (result.errors) throw new Error(`${name}: ${result.errors} errors`);
      if (name === "midline") asked += result.requests;
      return { ...result, cpu: (used(child.pid) - before[0]) / result.requests * 1e6, postgres: (usedByPostgres(postmaster) - before[1]) / result.requests * 1e6 };
    }
    say("warming up");
    for (const name of Object.keys(programs)) await measure(name, 3);

    if (wanted("1", "2", "11")) {
      const found = { midline: [], control: [], bare: [], unsigned: [] };
      for (let round = 1; round <= ROUNDS; round += 1) {
        say(`as fast as answers come, round ${round} of ${ROUNDS}`);
        found.midline.push(await measure("midline"));
        found.bare.push(await measure("bare"));
        found.control.push(await measure("midline"));
        found.unsigned.push(await measure("unsigned"));
      }
      const rates = (name) => found[name].map(({ rate }) => rate);
      const rate = (name) => median(rates(name));
      const cpu = (name) => `${median(found[name].map((each) => each.cpu)).toFixed(0)} + ${median(found[name].map((each) => each.postgres)).toFixed(0)} µs`;
      const detail = (name) => `${rate(name).toFixed(0)}/s (${spread(rates(name))}), ${cpu(name)}`;
      const control = rate("midline") / rate("control");
      row("1", "patient home, 50 events, signed in", "≥ 0.85 × bare", rate("midline") / rate("bare"), `${detail("midline")}; bare ${detail("bare")}`, (ratio) => ratio >= 0.85);
      row("", "control: the same against itself", "1 ± 0.03", control, "", (ratio) => Math.abs(ratio - 1) < 0.03);
      row("11", "signed in (bare page with its session), of the same page without", "≥ 0.9 ×", rate("bare") / rate("unsigned"), `without ${detail("unsigned")}`, (ratio) => ratio >= 0.9);

      const half = Math.min(rate("midline"), rate("bare")) / 2;
      const late = { midline: [], bare: [] };
      for (let round = 1; round <= ROUNDS; round += 1) {
        say(`at ${half.toFixed(0)} a second, round ${round} of ${ROUNDS}`);
        for (const name of ["midline", "bare"]) late[name].push((await measure(name, SECONDS, half)).p99);
      }
      row("2", `the same at ${half.toFixed(0)} a second, p99`, "≤ 2 × bare", median(late.midline) / median(late.bare),
        `${median(late.midline).toFixed(2)} ms (${Math.min(...late.midline).toFixed(2)}–${Math.max(...late.midline).toFixed(2)}); bare ${median(late.bare).toFixed(2)} ms (${Math.min(...late.bare).toFixed(2)}–${Math.max(...late.bare).toFixed(2)})`, (ratio) => ratio <= 2);

    }

    const last = people[VISITORS - 1];
    const origin = `http://127.0.0.1:${portA}`;
    if (wanted("9")) {
      say("bytes on the wire");
      const islands = await bytes(`${origin}/journeys/${last.journey}/progress`, last.cookie);
      if (!islands) throw new Error("the page with an island brought no script");
      row("9", "scripts and wasm, page with an island", "≤ 75 kB", islands / 1000, "kB, brotli, empty cache", (kB) => kB <= 75);
      row("9", "scripts and wasm, patient home", "0", await bytes(`${origin}/`, people[0].cookie), "", (sum) => sum === 0);

    }

    if (wanted("8")) await photos(row, { bin, rounds: ROUNDS, core: 0, say });
    fillGallery(owner, join(data, "objects/photos"), people[0]);
    if (wanted("10")) await galleryOnAPhone(row, { url: `${origin}/journeys/${people[0].journey}/photos`, cookie: people[0].cookie, say });

    if (wanted("3")) {
      say("a journey's pages among many");
      const cost = {};
      const among = (path) => people.slice(0, VISITORS - 1).map(({ cookie, journey }) => ({ path: path(journey), cookie }));
      const pages = { home, journey: among((journey) => `/journeys/${journey}`), gallery: among((journey) => `/journeys/${journey}/photos`), case: dentists(owner, CONNECTIONS) };
      const names = { home: "patient home", journey: "a journey's page", gallery: "a gallery of 20 photos", case: "a dentist's case beside a queue of 40" };
      for (const total of [10_000, 1_000_000]) {
        const events = crowd(owner, total);
        for (const [name, visitors] of Object.entries(pages)) {
          programs[name] = [portA, midline, visitors];
          await measure(name, 2);
          const results = [];
          for (let round = 1; round <= ROUNDS; round += 1) results.push(await measure(name, SECONDS / 2));
          cost[`${name} ${total}`] = { rate: median(results.map(({ rate }) => rate)), cpu: median(results.map(({ cpu: own, postgres }) => own + postgres)), events };
        }
      }
      for (const name of Object.keys(pages)) {
        const [few, many] = [cost[`${name} 10000`], cost[`${name} 1000000`]];
        row("3", `${names[name]}, processor time at 10⁶ events (and photos), of that at 10⁴`, "≤ 1.26 × (exponent 0.05)", many.cpu / few.cpu,
          `${few.cpu.toFixed(0)} µs (${few.rate.toFixed(0)}/s, ${few.events} events), ${many.cpu.toFixed(0)} µs (${many.rate.toFixed(0)}/s, ${many.events} events)`, (ratio) => ratio <= 1.26);
      }
    }
    if (wanted("12")) {
      say("acts");
      const engine = Number(execFileSync("taskset", ["-c", "0", join(bin, "examples/engine")], { encoding: "utf8" }));
      row("", "commands a second through the rules alone", "–", engine, "one core", () => true);
      const before = [used(midline.pid), usedByPostgres(postmaster)];
      const done = await acts(portA, people, SECONDS * 2);
      const each = [used(midline.pid) - before[0], usedByPostgres(postmaster) - before[1]].map((seconds) => (seconds / done * 1e6).toFixed(0));
      row("", "acts a second through HTTP: form opened, sent, kept", "–", done / (SECONDS * 2), `${each.join(" + ")} µs each; with 10⁶ events, synchronous_commit = on`, () => true);

      while (asked < 100_000) { say(`${asked} requests so far`); await measure("midline", SECONDS); }
      const highest = peakSoFar(midline.pid);
      row("12", `memory at its peak, after ${asked} requests`, "≤ 60 MB", highest, "MB resident", (mb) => mb <= 60);
      say("uploads");
      let rate25 = 0;
      const small = await peak(midline.pid, () => uploads(portA, people, 1));
      const large = await peak(midline.pid, async () => { rate25 = await uploads(portA, people.slice(4), 25); });
      row("12", "memory that each of four uploads of 25 MB at once adds at its peak", "≤ 25 MB", (large - highest) / 4,
        `MB; ${large.toFixed(0)} MB in all, ${small.toFixed(0)} MB with files of 1 MB; ${rate25.toFixed(0)} MB/s through the server`, (mb) => mb <= 25);
    }
    if (wanted("11")) {
      // As if all of them had been here just now.
      sql(owner, "update sessions set last_seen_at = now()");
      const kept = () => sql(owner, "select coalesce(md5(string_agg(s::text, ',' order by id_hash)), '') from sessions s");
      const sessions = kept();
      const read = asked;
      await measure("midline", SECONDS);
      row("11", "sessions written by reading", "0", Number(kept() !== sessions), `${asked - read} pages read within ten minutes of their last use`, (count) => count === 0);
    }
  } finally {
    await stop();
    rmSync(data, { recursive: true, force: true });
  }
  report(rows);
}

function report(rows) {
  const figure = (value) => (Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 3 : 1));
  const day = new Date().toISOString().slice(0, 10);
  const table = [
    `# ${day}`,
    "",
    `${cpus().length} × ${cpus()[0].model}; ${ROUNDS} rounds of ${SECONDS} s, ${CONNECTIONS} connections of as many people; medians, lowest and`,
    "highest in brackets; processor time a request: server + PostgreSQL.",
    "",
    "| goal | what | wanted | found | | |",
    "|---|---|---|---|---|---|",
    ...rows.map(({ goal, what, wanted, found, detail, met }) => `| ${goal} | ${what} | ${wanted} | **${figure(found)}** | ${met(found) ? "met" : "missed"} | ${detail} |`),
    "",
  ].join("\n");
  mkdirSync("bench-results", { recursive: true });
  writeFileSync(`bench-results/${[day, ...(ONLY ?? [])].join("-")}.md`, table);
  console.log(`\n${table}`);
}

process.once("SIGINT", () => { void stop().then(() => process.exit(130)); });
await main();
