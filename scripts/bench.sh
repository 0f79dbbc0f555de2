#!/usr/bin/env bash
# Measures, and writes the table to bench-results/ (see docs/BENCHMARKS.md).
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
[ "$(nproc)" -ge 2 ] || { echo "midline: measuring needs two cores" >&2; exit 1; }
if ! cmp -s bench/package-lock.json bench/node_modules/.midline-lock 2>/dev/null; then
  npm ci --prefix bench --ignore-scripts --no-audit --no-fund --loglevel=error
  cp bench/package-lock.json bench/node_modules/.midline-lock
fi
scripts/build.sh release
SQLX_OFFLINE=true cargo build --release --features demo --examples
exec node bench/run.mjs
