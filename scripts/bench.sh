#!/usr/bin/env bash
# Measures, and writes the table to bench-results/ (see docs/BENCHMARKS.md).
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
[ "$(nproc)" -ge 2 ] || { echo "midline: measuring needs two cores" >&2; exit 1; }
scripts/build.sh release
SQLX_OFFLINE=true cargo build --release --features demo --examples
exec node bench/run.mjs
