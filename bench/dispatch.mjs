// Goals 4 to 7: the dispatcher against graphile-worker, each handing the same notifications to the same provider on loopback. Whoever is
// measured has one core; PostgreSQL and the provider share the other. A database of its own, in which nobody else dispatches.
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";

const COUNT = Number(process.env.COUNT ?? 200_000);
const FINISHED = Number(process.env.FINISHED ?? 10_000_000);
const PEOPLE = 1000;
/** Seconds for which somebody's transaction has been open before it is measured, of goal 7. */
const OPEN = Number(process.env.OPEN ?? 150);
/** Hand-overs of which the time is taken, one after the other. */
const SINGLE = 300;

export async function dispatching(row, { owner, bin, rounds, start, used, usedByPostgres, sql, say, median, spread, freePort, answers, wanted }) {
  const url = new URL(owner);
  url.pathname = "/dispatch";
  const database = url.href;
  sql(owner, "create database dispatch");
  execFileSync(join(bin, "midline"), ["migrate"], { env: { ...process.env, DATABASE_URL: database, MIGRATION_DATABASE_URL: database } });
  const settings = sql(database, "select current_setting('synchronous_commit') || ' ' || current_setting('fsync')");
  if (settings !== "on on") throw new Error(`synchronous_commit and fsync are ${settings}`);
  const postmaster = Number(sql(database, "select (pg_read_file('postmaster.pid', 0, 20)::text)").split("\n")[0]);
  sql(database, `insert into users (email, language, quiet_from, quiet_until)
    select 'p' || n || '@midline.example', 'en', '00:00', '00:00' from generate_series(1, ${PEOPLE}) n`);
  const port = await freePort();
  start(1, join(bin, "examples/dispatch"), ["provider", `127.0.0.1:${port}`], {});
  const origin = `http://127.0.0.1:${port}/`;
  await answers(`${origin}count`);
  const environment = { ...process.env, PROVIDER: origin };
  const spawned = (program, args, stdio, of = database) => spawn("taskset", ["-c", "0", program, ...args], { env: { ...environment, DATABASE_URL: of }, stdio });
  const ours = (batch, settled, settlers, count) => [join(bin, "examples/dispatch"), ["work", batch, settled, settlers, count].map(String)];
  const theirs = (mode, count) => ["node", ["bench/graphile.mjs", mode, String(count)]];
  // The yardstick's own tables.
  await finished(spawned(...theirs("install", 0), ["ignore", "pipe", "inherit"]));

  const owe = {
    ours: (count) => sql(database, `set client_min_messages = warning; begin; truncate notifications cascade;
      insert into notifications (user_id, content, source, kind) select 1 + n % ${PEOPLE}, 'Number ' || n, 'other', 'notice' from generate_series(1, ${count}) n;
      commit; vacuum analyze notifications; checkpoint;`),
    theirs: (count) => sql(database, `truncate yardstick._private_jobs;
      select count(*) from yardstick.add_jobs((select array_agg(json_populate_record(null::yardstick.job_spec, json_build_object(
        'identifier', 'push', 'payload', json_build_object('to', u.push_id, 'key', gen_random_uuid(), 'content', 'Number ' || n, 'language', 'en'))))
      from generate_series(1, ${count}) n join users u on u.id = 1 + n % ${PEOPLE}), false);
      vacuum analyze yardstick._private_jobs; checkpoint;`),
  };
  async function handedOver(whose, [program, args], count) {
    owe[whose](count);
    await fetch(`${origin}arrivals`);
    const before = usedByPostgres(postmaster);
    const child = spawned(program, args, ["ignore", "pipe", "inherit"]);
    let own = 0;
    const watching = setInterval(() => { try { own = used(child.pid); } catch { /* ended */ } }, 50);
    const seconds = Number(await finished(child));
    clearInterval(watching);
    const sent = Number(await (await fetch(`${origin}count`)).text());
    if (sent !== count) throw new Error(`${whose}: ${sent} of ${count} were handed over`);
    return { rate: count / seconds, cpu: own / count * 1e6, postgres: (usedByPostgres(postmaster) - before) / count * 1e6 };
  }
  async function compare(goal, what, goalText, ratio, settings, mode) {
    const found = { ours: [], theirs: [], control: [] };
    for (let round = 1; round <= rounds; round += 1) {
      say(`${what}, round ${round} of ${rounds}`);
      found.ours.push(await handedOver("ours", ours(...settings, COUNT), COUNT));
      found.theirs.push(await handedOver("theirs", theirs(mode, COUNT), COUNT));
      found.control.push(await handedOver("ours", ours(...settings, COUNT), COUNT));
    }
    const rates = (name) => found[name].map(({ rate }) => rate);
    const each = (name) => `${median(rates(name)).toFixed(0)}/s (${spread(rates(name))}), ${median(found[name].map(({ cpu }) => cpu)).toFixed(0)} + ${median(found[name].map(({ postgres }) => postgres)).toFixed(0)} µs`;
    row(goal, what, goalText, median(rates("ours")) / median(rates("theirs")), `${each("ours")}; graphile-worker ${each("theirs")}`, (found) => found >= ratio);
    row("", "control: the same against itself", "1 ± 0.03", median(rates("ours")) / median(rates("control")), "", (found) => Math.abs(found - 1) < 0.03);
  }

  if (wanted("4")) await compare("4", `dispatcher, ${COUNT} notifications, one settle each`, "≥ 2 × graphile-worker unbatched", 2, [100, 1, 24], "unbatched");
  if (wanted("5")) {
    await compare("5", `dispatcher, ${COUNT} notifications, settled by up to 500`, "≥ 1 × graphile-worker batched", 1, [100, 500, 2], "batched");
    for (const batch of [1, 10, 50, 500]) {
      const { rate, cpu, postgres } = await handedOver("ours", ours(batch, batch, 2, COUNT / 10), COUNT / 10);
      row("", `dispatcher in batches of ${batch}`, "–", rate, `a second; ${cpu.toFixed(0)} + ${postgres.toFixed(0)} µs`, () => true);
    }
  }
  if (wanted("6")) {
    const late = {};
    for (const [whose, program] of [["ours", ours(100, 500, 2, 0)], ["theirs", theirs("batched", 0)], ["theirs unbatched", theirs("unbatched", 0)]]) {
      say(`commit to hand-over, ${whose}`);
      owe.ours(0);
      owe.theirs(0);
      await fetch(`${origin}arrivals`);
      const child = spawned(...program, ["ignore", "pipe", "inherit"]);
      await new Promise((resolve) => { child.stdout.once("data", resolve); });
      await new Promise((resolve) => { setTimeout(resolve, 1500); });
      late[whose] = await latencies(database, whose, origin);
      child.kill("SIGTERM");
      await new Promise((resolve) => { child.once("exit", resolve); });
    }
    const p = (whose, share) => [...late[whose]].sort((a, b) => a - b)[Math.floor(late[whose].length * share)];
    const theirBest = Math.min(p("theirs", 0.5), p("theirs unbatched", 0.5));
    row("6", "commit to hand-over, p50", "≤ 0.75 × graphile-worker", p("ours", 0.5) / theirBest,
      `${p("ours", 0.5).toFixed(2)} ms (p99 ${p("ours", 0.99).toFixed(2)}); graphile-worker ${p("theirs", 0.5).toFixed(2)} ms batched, ${p("theirs unbatched", 0.5).toFixed(2)} unbatched`, (ratio) => ratio <= 0.75);
  }
  if (wanted("7")) {
    // A table with nothing else in it and one with many that are finished, each in a database of its own, measured in turn.
    const crowded = new URL(owner);
    crowded.pathname = "/dispatch_crowded";
    const empty = { database, mark: 0 };
    const full = { database: crowded.href };
    owe.ours(0);
    sql(owner, "create database dispatch_crowded template dispatch");
    say(`making ${FINISHED} finished ones`);
    grow(full.database, sql);
    full.mark = Number(sql(full.database, "select max(id) from notifications"));
    // Beside what is measured nothing is cleaned up: in the small table it would be, while the other is too large for it to begin.
    for (const { database } of [empty, full]) sql(database, "alter table notifications set (autovacuum_enabled = false)");
    // Microseconds for one, handed over among as many others as are due.
    const once = async ({ database, mark }) => {
      sql(database, `delete from notifications where id > ${mark}; vacuum analyze notifications;
        insert into notifications (user_id, content, source, kind) select 1 + n % ${PEOPLE}, 'Number ' || n, 'other', 'notice' from generate_series(1, ${COUNT}) n; checkpoint;`);
      await fetch(`${origin}arrivals`);
      return Number(await finished(spawned(...ours(100, 500, 2, COUNT), ["ignore", "pipe", "inherit"], database))) / COUNT * 1e6;
    };
    const each = (found) => `${median(found).toFixed(0)} µs (${spread(found)})`;
    const inTurn = async (what) => {
      const found = { empty: [], full: [], control: [] };
      for (let round = 1; round <= rounds; round += 1) {
        say(`${what}, round ${round} of ${rounds}`);
        found.empty.push(await once(empty));
        found.full.push(await once(full));
        found.control.push(await once(empty));
      }
      row("7", `a notification handed over ${what}, of the same in an empty table`, "≤ 1.2 ×", median(found.full) / median(found.empty), `${each(found.empty)}; ${each(found.full)}`, (ratio) => ratio <= 1.2);
      row("", "control: the empty table against itself", "1 ± 0.03", median(found.empty) / median(found.control), each(found.control), (ratio) => Math.abs(ratio - 1) < 0.03);
    };
    await inTurn(`among ${FINISHED} finished ones`);
    // Somebody's transaction stays open: what is finished since cannot be cleaned up.
    const open = spawn("psql", ["-X", "-q", full.database], { stdio: ["pipe", "ignore", "inherit"] });
    open.stdin.write("begin isolation level repeatable read; select 1 from users limit 1;\n");
    say(`beside a transaction that has been open for ${OPEN} s`);
    const since = Date.now();
    while (Date.now() - since < OPEN * 1000) await once(full);
    await inTurn(`beside a transaction that has been open for ${OPEN} s and longer, and all that was handed over meanwhile`);
    open.stdin.end("rollback;\n");
  }
}

/** Millions of notifications that were sent long ago. */
function grow(database, sql) {
  const indexes = sql(database, "select indexdef from pg_indexes i where tablename = 'notifications' and not exists (select from pg_constraint c where c.conname = i.indexname)").split("\n");
  const names = sql(database, "select indexname from pg_indexes i where tablename = 'notifications' and not exists (select from pg_constraint c where c.conname = i.indexname)").split("\n");
  sql(database, `set session_replication_role = replica; set maintenance_work_mem = '1GB';
    drop index ${names.join(", ")};
    insert into notifications (user_id, content, source, kind, status, created_at, sent_at, delivery, read_at)
      select 1 + n % ${PEOPLE}, 'Finished ' || n, 'other', 'notice', 'sent', at, at, 'push', at
      from (select n, now() - interval '2 years' + n * interval '5 seconds' as at from generate_series(1, ${FINISHED}) n) made;
    ${indexes.join(";\n")};
    insert into deliveries (notification_id, channel, state, due_at, first_tried_at, tries, fence, sent_at)
      select id, 'push', 'sent', sent_at, sent_at, 1, 1, sent_at from notifications where status = 'sent' order by id;
    vacuum analyze notifications, deliveries; checkpoint;`);
}

/** One after the other is committed; how long until each is with the provider, in milliseconds. */
async function latencies(database, whose, origin) {
  const { default: pg } = await import("pg");
  const db = new pg.Client(database);
  await db.connect();
  const committed = new Map();
  for (let n = 0; n < SINGLE; n += 1) {
    const content = `Single ${n}`;
    if (whose === "ours") {
      await db.query("insert into notifications (user_id, content, source, kind) values ($1, $2, 'other', 'notice')", [1 + n % PEOPLE, content]);
    } else {
      await db.query("select yardstick.add_job('push', json_build_object('to', 'x', 'key', gen_random_uuid(), 'content', $1::text, 'language', 'en'))", [content]);
    }
    committed.set(content, performance.timeOrigin + performance.now());
    await new Promise((resolve) => { setTimeout(resolve, 15 + n % 10); });
  }
  await new Promise((resolve) => { setTimeout(resolve, 1000); });
  const arrivals = await (await fetch(`${origin}arrivals`)).json();
  await db.end();
  return [...committed].map(([content, at]) => {
    if (arrivals[content] === undefined) throw new Error(`${whose}: ${content} was not handed over`);
    return arrivals[content] - at;
  });
}

/** What a program printed, once it has ended well. */
function finished(child) {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => { text += chunk; });
    child.once("exit", (code) => (code === 0 ? resolve(text.trim()) : reject(new Error(`${child.spawnargs.join(" ")} ended with ${code}`))));
  });
}
