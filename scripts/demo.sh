#!/usr/bin/env bash
# Runs what build.sh built, in the foreground.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
exec "$CARGO_TARGET_DIR/${1:-release}/midline" demo
