#!/usr/bin/env bash
# Builds server, islands and stylesheet with the demo's parts: `build.sh release` or `build.sh debug`.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
# The described queries stand in for a database.
export SQLX_OFFLINE=true
flags=()
[ "${1:-release}" = debug ] || flags+=(--release)
cargo leptos build "${flags[@]}" --bin-features demo
# What goes over the wire is packed once, here, as small as it gets.
node scripts/compress.mjs "${LEPTOS_SITE_ROOT:-target/site}"
