#!/usr/bin/env bash
# Everything that can be said of the program without running it.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
step() { printf '\n== %s\n' "$*"; }

step "format"
cargo fmt --check
step "clippy, server; queries are described as they are"
scripts/with-postgres.sh scripts/queries.sh check
step "clippy, islands"
cargo clippy -q --lib --target wasm32-unknown-unknown --features hydrate -- -D warnings
step "licences, sources, bans"
# Advisories need a network beyond the registry; they are checked where there is one.
# It wants to see every crate, those of other systems, too.
cargo fetch --locked --quiet
cargo deny --offline check bans licenses sources
if [ "${MIDLINE_ADVISORIES:-}" = true ]; then cargo deny check advisories; fi
step "unused dependencies"
cargo machete
step "types of the browser tests"
tsc --noEmit -p end2end
printf '\nEverything checked holds.\n'
