#!/usr/bin/env bash
# Makes what tests/http/migrations.rs begins with: the database of a demo after a day's use, and what the program of that day read from it.
#
#   scripts/dump.sh <checkout of that program, built in release> tests/data/<name>
#
# writes <name>.sql.gz and <name>-reads.json.gz. Nobody in there is real, and no secret is left: sessions have none.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
checkout=$(realpath "$1") target=$(realpath -m "$2")
program=${PROGRAM:-$CARGO_TARGET_DIR/release/midline} port=${PORT:-4391}
data=$(mktemp -d /tmp/midline-dump.XXXXXX)

(cd "$checkout" && PORT=$port MIDLINE_DATA=$data exec "$program" demo >"$data/demo.out") &
demo=$!
stop() {
  kill -INT "$demo" 2>/dev/null && wait "$demo" || true
  rm -rf -- "$data"
}
trap stop EXIT
until grep -q "Midline is ready" "$data/demo.out" 2>/dev/null; do
  kill -0 "$demo"
  sleep 0.5
done
source "$data/env"

echo "midline: a day"
node scripts/day/day.mjs "$PUBLIC_URL" "$ONESIGNAL_API_URL"

# What a good day does not bring: a provider that refuses, that cannot be reached, that may have taken what is to be cancelled, and
# somebody without a device. They have quiet hours at the time, or never have; no dispatcher takes these meanwhile.
psql -q -v ON_ERROR_STOP=1 "$MIGRATION_DATABASE_URL" <<'SQL'
create temporary table odd as
  select id, row_number() over (order by id) as n from notifications where status = 'pending' and scheduled_for > now() + interval '2 days';
update notifications set scheduled_for = now() - interval '10 min' where id = (select id from odd where n = 1);
update notifications set scheduled_for = now() - interval '4 days' where id in (select id from odd where n in (4, 5));
update notifications set status = 'failed', tries = 1, fence = 1, first_tried_at = now() - interval '9 min', due_at = now() - interval '9 min',
    owed_since = now() - interval '10 min', failure = 'refused'
  where id = (select id from odd where n = 1);
insert into notification_tries (notification_id, fence, at, outcome, http_status)
  select id, 1, now() - interval '9 min', 'refused', 400 from odd where n = 1;
update notifications set tries = 2, fence = 2, first_tried_at = now() - interval '5 min', due_at = now() + interval '3 days',
    owed_since = now() - interval '6 min', failure = 'unavailable'
  where id = (select id from odd where n = 2);
insert into notification_tries (notification_id, fence, at, outcome, http_status, again_at)
  select id, fence, now() - fence * interval '2 min', 'unavailable', 503, now() + fence * interval '2 min'
  from odd, generate_series(1, 2) fence where n = 2;
update notifications set fence = 1, first_tried_at = now() - interval '1 min', due_at = now() + interval '3 days', cancel_wanted = true
  where id = (select id from odd where n = 3);
update notifications set status = 'failed', due_at = now() - interval '4 days', owed_since = now() - interval '4 days', failure = 'expired'
  where id = (select id from odd where n = 4);
update notifications set status = 'sent', sent_at = now() - interval '4 days', delivery = 'inbox', tries = 1, fence = 1,
    first_tried_at = now() - interval '4 days', due_at = now() - interval '4 days'
  where id = (select id from odd where n = 5);
-- Sessions are kept, and cannot be used.
update sessions set id_hash = sha256(gen_random_uuid()::text::bytea), data = data - 'sign_in';
SQL

mkdir -p "$(dirname "$target")"
# Without what only some versions of PostgreSQL understand.
pg_dump --no-owner --inserts --rows-per-insert=500 "$MIGRATION_DATABASE_URL" | grep -vE '^(\\(un)?restrict |SET transaction_timeout)' \
  | gzip -9n >"$target.sql.gz"
# Each query that only reads.
node - "$checkout/.sqlx" <<'JS' | gzip -9n >"$target-reads.json.gz"
const { readdirSync, readFileSync } = require("node:fs");
const folder = process.argv[2];
const reads = readdirSync(folder).sort().map((file) => JSON.parse(readFileSync(`${folder}/${file}`, "utf8")))
  .filter(({ query }) => !/\b(insert into|update|delete from)\b(?! of)/i.test(query.replace(/--.*/g, "").replace(/'[^']*'/g, "")
    .replace(/for (no key )?update/gi, "")))
  .map(({ query }) => query);
process.stdout.write(JSON.stringify(reads, null, 1));
JS
ls -l "$target".sql.gz "$target"-reads.json.gz
