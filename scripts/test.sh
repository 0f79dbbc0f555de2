#!/usr/bin/env bash
# Every test: units and HTTP with a database each, the production build, the browser.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
step() { printf '\n== %s\n' "$*"; }

step "units, database, HTTP"
scripts/with-postgres.sh env SQLX_OFFLINE=true cargo nextest run --features demo --no-fail-fast
step "a production build holds nothing of the demo"
scripts/test-production.sh
step "browser"
scripts/build.sh release
playwright test -c end2end
