#!/usr/bin/env bash
# Serves the debug build with the embedded stack, and rebuilds and reloads on every change.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
export SQLX_OFFLINE=true MIDLINE_LOG_STDERR=true PORT="${PORT:-3000}"
exec cargo leptos watch --bin-features demo -- demo
