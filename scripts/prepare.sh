#!/usr/bin/env bash
# Describes every query anew, after one or the schema was changed: writes .sqlx/.
set -euo pipefail
cd "$(dirname "$0")/.."
exec scripts/with-postgres.sh scripts/queries.sh write
