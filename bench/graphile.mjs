// The yardstick of goals 4 to 7: graphile-worker with the settings that its documentation recommends, handing each notification to the
// same provider as the dispatcher does. `node graphile.mjs batched|unbatched COUNT`; with a count of 0 it works until it is ended. `install`
// makes its tables and ends.
import { Agent, request } from "node:http";
import { Logger, run } from "graphile-worker";
import pg from "pg";

const SCHEMA = "yardstick";
const [mode, count] = [process.argv[2], Number(process.argv[3])];
const provider = new URL("notifications", process.env.PROVIDER);
const agent = new Agent({ keepAlive: true, noDelay: true });
const batched = mode === "batched"
  // https://worker.graphile.org/docs/performance
  ? { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
  : {};

function send({ to, key, content, language }) {
  const body = JSON.stringify({
    app_id: "bench", idempotency_key: key, target_channel: "push", include_aliases: { external_id: [to] },
    contents: { en: content, [language]: content },
  });
  return new Promise((resolve, reject) => {
    const asked = request(provider, {
      agent, method: "POST",
      headers: { authorization: "Key bench", "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => { text += chunk; });
      answer.on("end", () => {
        if (answer.statusCode === 200 && JSON.parse(text).id) resolve();
        else reject(new Error(`answered with ${answer.statusCode}`));
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

const begun = process.hrtime.bigint();
const runner = await run({
  taskList: { push: send },
  noHandleSignals: false,
  logger: new Logger(() => () => {}),
  preset: { worker: { connectionString: process.env.DATABASE_URL, schema: SCHEMA, concurrentJobs: 24, maxPoolSize: 25, ...batched } },
});
if (mode === "install") {
  await runner.stop();
  process.exit(0);
}
if (count) {
  // As the dispatcher is watched: the database is asked once all of it came.
  const arrived = async () => Number(await (await fetch(new URL("count", process.env.PROVIDER))).text());
  while (await arrived() < count) await new Promise((resolve) => { setTimeout(resolve, 20); });
  const db = new pg.Client(process.env.DATABASE_URL);
  await db.connect();
  while ((await db.query(`select exists (select from ${SCHEMA}._private_jobs) as pending`)).rows[0].pending) {
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  process.stdout.write(`${Number(process.hrtime.bigint() - begun) / 1e9}\n`);
  await db.end();
  await runner.stop();
  process.exit(0);
}
process.stdout.write("ready\n");
