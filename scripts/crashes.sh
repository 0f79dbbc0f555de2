#!/usr/bin/env bash
# The dispatcher under what can befall it, for long: RUNS (200) seeded runs over COUNT (10000) notifications each, with the release
# build as the workers. About ten seconds a run.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
scripts/build.sh release
export SQLX_OFFLINE=true DISPATCH_RUNS="${RUNS:-200}" DISPATCH_COUNT="${COUNT:-10000}"
export DISPATCH_PROGRAM="$CARGO_TARGET_DIR/release/midline"
exec cargo test --features demo --test http -- --exact crashes::what_dies_loses_nothing_and_doubles_nothing --nocapture
