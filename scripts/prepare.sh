#!/usr/bin/env bash
# Describes every query anew, after one or the schema was changed: writes .sqlx/.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
exec scripts/with-postgres.sh bash -c 'cargo sqlx migrate run && cargo sqlx prepare -- --features demo --all-targets'
