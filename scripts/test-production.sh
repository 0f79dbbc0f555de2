#!/usr/bin/env bash
# The production build (feature `ssr`, without `demo`): what it holds, and how its process behaves. It
# runs against a database of its own; storage and provider are never reached.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
export SQLX_OFFLINE=true
passed=0
fail() { echo "midline: $*" >&2; exit 1; }
pass() { passed=$((passed + 1)); printf '  %s\n' "$*"; }
program=$CARGO_TARGET_DIR/debug/midline

if [ "${1:-}" != with-database ]; then
  cargo build -q --features ssr
  exec scripts/with-postgres.sh "$0" with-database
fi

depends=$(cargo tree -q -e normal --features ssr --prefix none) || fail "cargo tree failed"
grep -q '^axum ' <<<"$depends" || fail "cargo tree did not name what is known to be there"
if grep -E '^(s3s|s3s-fs) ' <<<"$depends"; then
  fail "the production build depends on the embedded stack"
fi
pass "it depends on nothing of the embedded stack"
if grep -q -a -e 'midline\.example' -e 'provider/server\.mjs' "$program"; then
  fail "the production build holds the demo's people or programs"
fi
pass "it holds none of the made-up people"
if "$program" demo >/dev/null 2>&1; then fail "the production build knows the command 'demo'"; fi
"$program" --help | grep -q serve || fail "the production build does not know 'serve'"
pass "it does not know the command of the demo"
set +e
faults=$(env -i PATH="$PATH" "$program" serve 2>&1); code=$?
set -e
[ "$code" = 2 ] || fail "an empty configuration ended with $code, not 2"
for name in DATABASE_URL PUBLIC_URL CLINIC_TELEPHONE OIDC_ISSUER_URL S3_BUCKET ONESIGNAL_APP_ID; do
  grep -q "$name is not set" <<<"$faults" || fail "an empty configuration did not name $name"
done
pass "it ends with 2 and names every fault of an empty configuration"

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
settings=(PUBLIC_URL="http://127.0.0.1:$port" LEPTOS_SITE_ADDR="127.0.0.1:$port"
  CLINIC_TELEPHONE="+49 30 23125 000" OIDC_ISSUER_URL=http://127.0.0.1:9 OIDC_CLIENT_ID=test OIDC_CLIENT_SECRET=canary-client-secret
  S3_BUCKET=test AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=canary-storage-secret AWS_REGION=eu-central-1
  ONESIGNAL_APP_ID=test ONESIGNAL_API_URL=http://127.0.0.1:9/ ONESIGNAL_API_KEY=canary-push-secret)
# The browser's half is not built here: a site of its own stands in for it, whatever this checkout has built.
alone=$(mktemp -d)
trap 'rm -rf "$alone"' EXIT
cp "$program" "$alone/"
settings+=(LEPTOS_SITE_ROOT="$alone/site")
refuses() { # what is missing, the words that say so
  local faults code=0
  faults=$(env -i PATH="$PATH" DATABASE_URL="$DATABASE_URL" "${settings[@]}" LEPTOS_HASH_FILES=true timeout 30 "$alone/midline" serve 2>&1) || code=$?
  [ "$code" = 1 ] || fail "a program without $1 ended with $code, not 1"
  grep -q "$2" <<<"$faults" || fail "it did not say that $1 is missing: $faults"
}
refuses "its site" "site/pkg, which .cargo leptos build. makes, is not there"
mkdir -p "$alone/site/pkg"
refuses "the list of its files" "hash.txt, which .cargo leptos build. writes, cannot be read"
pass "it does not start without its site or the list of its files, and says what is missing"

# --- the running process -----------------------------------------------------------------------------
"$program" migrate >/dev/null
log=$(mktemp)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$log" "$alone"' EXIT
env "${settings[@]}" LEPTOS_HASH_FILES=false "$program" serve >"$log" 2>&1 &
server=$!
answer() { curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port$1"; }
until_answer() { # path status
  for _ in $(seq 100); do [ "$(answer "$1")" = "$2" ] && return 0; sleep 0.1; done
  cat "$log" >&2; fail "$1 did not come to answer $2"
}
until_answer /health/ready 200
[ "$(answer /health/live)" = 200 ] || fail "/health/live did not answer 200"
pass "it serves, alive and ready"
psql -qAtX "$DATABASE_URL" -c "select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()" >/dev/null
until_answer /health/ready 200
pass "it finds back to a database that dropped its connections"
psql -qAtX "$DATABASE_URL" -c "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)" >/dev/null
until_answer /health/ready 503
[ "$(answer /health/live)" = 200 ] || fail "/health/live did not answer 200 beside an old database"
pass "it is alive but not ready while the database is behind"
# A form that is still being sent when the server is told to stop.
exec 5<>"/dev/tcp/127.0.0.1/$port"
printf 'POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nnex' >&5
sleep 0.3
kill -TERM "$server"
sleep 0.7
printf 't=/' >&5
head -1 <&5 | grep -q '^HTTP/1.1 502' || fail "an open request was not answered while stopping"
exec 5>&-
code=0; wait "$server" || code=$?
[ "$code" = 0 ] || fail "SIGTERM ended with $code"
pass "SIGTERM lets open requests finish, and ends it with 0"
if grep -q 'canary' "$log"; then fail "a secret is in the log"; fi
grep -q '"route":"/sign-in"' "$log" || fail "the log has no line of the request: $(tail -2 "$log")"
pass "its log tells of requests, and no secret"
printf 'production build: %d passed, 0 failed\n' "$passed"
