# Where Midline's tools and build products live, and which compiler builds it. Sourced, never run:
# by the Makefile, by every script beside this one, and by whoever wants the same shell as they have.
#
# MIDLINE_CACHE moves everything that outlives a checkout (tools, build products). It is shared by
# all checkouts of one user, so that a fresh clone starts warm.

MIDLINE_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export MIDLINE_ROOT
export MIDLINE_CACHE="${MIDLINE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/midline}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$MIDLINE_CACHE/target}"
export PATH="$MIDLINE_CACHE/tools/bin:$MIDLINE_ROOT/node_modules/.bin:$PATH"

# Debian's compiler stands in where rustup cannot download the wasm target (see scripts/setup.sh).
# Its linker is lld, which links the server three times faster than GNU ld.
if [ -f "$MIDLINE_CACHE/use-debian-rust" ]; then
  export RUSTUP_TOOLCHAIN=debian
  lld=$(ls -d /usr/lib/llvm-*/bin/ld.lld 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$lld" ]; then
    export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS="-Clink-arg=-fuse-ld=lld -Clink-arg=-B$(dirname "$lld")"
    export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS="$CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS"
  fi
fi

# Debian keeps PostgreSQL's programs out of PATH.
pgbin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -z "$pgbin" ] || export PATH="$PATH:$pgbin"

# Cargo knows a checkout's own crate by names and times of files only: in a target folder that is shared, what another
# checkout built later than this one's files were written would pass for this one's. The first visit after another
# checkout's makes the crate's roots new again.
if [ "$(cat "$CARGO_TARGET_DIR/checkout" 2>/dev/null)" != "$MIDLINE_ROOT" ]; then
  mkdir -p "$CARGO_TARGET_DIR"
  (cd "$MIDLINE_ROOT" && touch build.rs src/lib.rs src/main.rs)
  printf '%s\n' "$MIDLINE_ROOT" > "$CARGO_TARGET_DIR/checkout"
fi
