#!/usr/bin/env bash
# A production build (feature `ssr`, without `demo`) depends on nothing of the embedded stack, holds none
# of its people, and does not know its command.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
export SQLX_OFFLINE=true
fail() { echo "midline: $*" >&2; exit 1; }

if cargo tree -q -e normal --features ssr --prefix none | grep -E '^(s3s|s3s-fs|image) '; then
  fail "the production build depends on the embedded stack"
fi
cargo build -q --features ssr
program=$CARGO_TARGET_DIR/debug/midline
if grep -q -a -e 'midline\.example' -e 'provider/server\.mjs' "$program"; then
  fail "the production build holds the demo's people or programs"
fi
if "$program" demo >/dev/null 2>&1; then fail "the production build knows the command 'demo'"; fi
"$program" --help | grep -q serve || fail "the production build does not know 'serve'"
set +e
faults=$(env -i PATH="$PATH" "$program" serve 2>&1); code=$?
set -e
[ "$code" = 2 ] || fail "an empty configuration ended with $code, not 2"
for name in DATABASE_URL PUBLIC_URL OIDC_ISSUER_URL S3_BUCKET ONESIGNAL_APP_ID; do
  grep -q "$name is not set" <<<"$faults" || fail "an empty configuration did not name $name"
done
echo "production build: 5 passed, 0 failed"
