#!/usr/bin/env bash
# Every test: units and HTTP with a database each, the production build, the browser.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
step() { printf '\n== %s\n' "$*"; }

step "1 of 3: units, database, HTTP (about 6 min; the first time, compiling takes 8 more)"
scripts/with-postgres.sh env SQLX_OFFLINE=true cargo nextest run --features demo --tests --no-fail-fast --final-status-level slow
step "2 of 3: a production build holds nothing of the demo (1 to 2 min)"
scripts/test-production.sh
step "3 of 3: browser (about 8 min; building the release up to 13 more)"
scripts/build.sh release
# With and without scripts at once, each with a stack of its own: much of both is waiting.
browse() { MIDLINE_PROJECT=$1 playwright test -c end2end "${@/#/--project=}"; }
logs=$(mktemp -d)
trap 'rm -rf -- "$logs"' EXIT
browse no-scripts axe >"$logs/without" 2>&1 &
without=$!
failed=0
browse scripts 2>&1 | tee "$logs/with" || failed=1
wait "$without" || failed=1
cat "$logs/without"
if [ "$failed" != 0 ]; then
  # What failed comes last, where whoever sees only the end of this reads it: the first lines of each failure.
  step "what failed"
  grep -h -A 14 -E '^  +[0-9]+\) \[' "$logs/with" "$logs/without" || tail -n 20 "$logs/with" "$logs/without"
fi
exit "$failed"
