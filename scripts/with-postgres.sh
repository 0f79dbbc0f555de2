#!/usr/bin/env bash
# Runs a command with a PostgreSQL cluster of its own, empty and thrown away afterwards; its address is
# in DATABASE_URL, as a superuser. For tests and for describing queries.
set -euo pipefail
source "$(dirname "$0")/env.sh"
command -v initdb >/dev/null || { echo "midline: PostgreSQL is not installed: run 'make setup'" >&2; exit 1; }

dir=$(mktemp -d /tmp/midline-postgres.XXXXXX)
as_owner=()
if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
  chown postgres "$dir"
  as_owner=(setpriv --reuid="$(id -u postgres)" --regid="$(id -g postgres)" --clear-groups)
fi
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
stop() {
  (cd / && "${as_owner[@]}" pg_ctl -D "$dir/data" -m immediate -s stop >/dev/null 2>&1) || true
  rm -rf -- "$dir"
}
trap stop EXIT
(
  cd /
  "${as_owner[@]}" initdb -D "$dir/data" -U midline -E UTF8 --locale=C.UTF-8 --auth=trust --no-sync >/dev/null
  # Nothing in here has to outlive a power cut.
  "${as_owner[@]}" pg_ctl -D "$dir/data" -s -w -l "$dir/log" -o "-p $port -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300" start
)
export DATABASE_URL="postgres://midline@127.0.0.1:$port/midline?sslmode=disable"
cd "$MIDLINE_ROOT"
createdb -h 127.0.0.1 -p "$port" -U midline midline
"$@"
