#!/usr/bin/env bash
# Breaks what decides who may see whom, one way after another, and asks whether the tests that should notice do.
#
#   scripts/mutants.sh            those in the database: one build, then some ten seconds each
#   scripts/mutants.sh rust       those in Rust: a build of the tests each, two minutes or so
#   scripts/mutants.sh all        both
#   scripts/mutants.sh NAME...    these
#   scripts/mutants.sh --list     none: says of each where its place is, and fails if one has no place, or several
#
# The list of them is scripts/mutants.mjs. Rust files are changed in place and put back; commit before.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
if [ "${1:-}" = --list ]; then exec node scripts/mutants.mjs --list; fi
export SQLX_OFFLINE=true
exec scripts/with-postgres.sh node scripts/mutants.mjs "$@"
