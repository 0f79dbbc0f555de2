#!/usr/bin/env bash
# Writes anew what the program itself says in docs/.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
SQLX_OFFLINE=true exec cargo run --quiet --features demo -- docs
