#!/usr/bin/env bash
# Throws the embedded stack's data away.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${MIDLINE_DATA:-.midline}
[ -d "$data" ] || { echo "There is nothing to reset."; exit 0; }
if ! flock --nonblock "$data/lock" true 2>/dev/null; then
  echo "midline: Midline is running on $data: stop it first (Ctrl-C), then reset" >&2
  exit 1
fi
if [ -f "$data/postgres-folder" ]; then
  cluster=$(cat "$data/postgres-folder")
  case "$cluster" in /var/tmp/midline*) rm -rf -- "$cluster" ;; esac
fi
rm -rf -- "$data"
echo "The data are gone; the next start seeds afresh."
