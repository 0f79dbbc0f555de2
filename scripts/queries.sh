#!/usr/bin/env bash
# Asks a database with the schema of migrations/ about every query of the program's, with sqlx's macros: they write down what it
# says while the program is compiled. `queries.sh check` looks the program over with clippy in the same go, and holds what was
# written down against .sqlx/; `queries.sh write` writes .sqlx/ anew. Run by with-postgres.sh, whose database is empty.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh

# As sqlx does it: each migration in a transaction, beside the table in which it keeps count, which migrations name.
statements=(-c 'create table _sqlx_migrations (version bigint primary key, description text not null, installed_on timestamptz not null default now(),
  success boolean not null, checksum bytea not null, execution_time bigint not null)')
for migration in migrations/*.sql; do statements+=(-c begin -f "$migration" -c commit); done
PGOPTIONS='-c client_min_messages=warning' psql -qX -v ON_ERROR_STOP=1 "$DATABASE_URL" "${statements[@]}" >/dev/null

# Cargo does not know what the database says. So what was written down is kept under what it depends on, and named to clippy, which
# compiles anew when it is told something else: what was not changed is neither compiled nor asked about again.
depends=$({ find src migrations -type f -print0 | sort -z | xargs -0 sha256sum; sha256sum Cargo.toml Cargo.lock; rustc -V; } | sha256sum | cut -c 1-16)
described=$CARGO_TARGET_DIR/described/$depends
if [ "$1" = write ] || [ ! -d "$described" ]; then
  rm -rf "$CARGO_TARGET_DIR/described"
  mkdir -p "$described"
  date +%s.%N > "$described/began"
fi
lints=(-D warnings)
# Queries are described while the rest of the work is still to do.
[ "$1" = check ] || lints=(--cap-lints allow)
SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$described cargo clippy -q --all-targets --features demo -- "${lints[@]}" \
  --check-cfg "cfg(described, values(\"$depends $(cat "$described/began")\"))"

if [ "$1" = write ]; then
  rm -f .sqlx/query-*.json
  cp "$described"/query-*.json .sqlx/
elif ! diff -rq --exclude=began "$described" .sqlx; then
  echo "midline: .sqlx/ does not hold what the database says of the queries: run 'make prepare'" >&2
  exit 1
fi
