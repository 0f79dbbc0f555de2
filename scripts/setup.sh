#!/usr/bin/env bash
# Brings this machine to the point where Midline can be built, run and tested. Each step looks first
# and does only what is missing, so it is safe to repeat and takes seconds when nothing is.
set -euo pipefail
source "$(dirname "$0")/env.sh"

# Pinned tools. wasm-bindgen must be the very version in Cargo.lock; the others are chosen here.
CARGO_LEPTOS=0.3.10
SQLX_CLI=0.9.0
CARGO_DENY=0.20.2
CARGO_MACHETE=0.9.2
CARGO_NEXTEST=0.9.143

say()  { printf '  %s\n' "$*"; }
fail() { printf 'midline: %s\n' "$*" >&2; exit 1; }
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "setting up needs root or sudo for: $*"; fi
}

apt_missing() { # prints those of the named packages that are not installed
  local p
  for p in "$@"; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$p"
  done
}
apt_updated=
apt_install() {
  local missing; missing=$(apt_missing "$@")
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || fail "please install these by hand, this machine has no apt-get: $missing"
  if [ -z "$apt_updated" ]; then as_root apt-get update -qq; apt_updated=1; fi
  say "installing $missing"
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

command -v cargo >/dev/null || fail 'Rust is missing: install rustup (https://rustup.rs) and run this again'
command -v node  >/dev/null || fail 'Node.js 20 or later is missing: install it and run this again'
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node.js is $(node --version); Midline needs 20 or later"

printf 'Setting up Midline (tools and build products go to %s)\n' "$MIDLINE_CACHE"
mkdir -p "$MIDLINE_CACHE"

# --- PostgreSQL, Chromium, a C compiler, an assembler ----------------------------------------------
# Debian starts a cluster of its own when PostgreSQL is installed; Midline never touches that one.
apt_install build-essential nasm pkg-config curl postgresql chromium libimage-exiftool-perl libfaketime

# --- The compiler for the browser's half ------------------------------------------------------------
has_wasm() { [ -n "$(ls "$(rustc --print sysroot)"/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib 2>/dev/null)" ]; }
debian_has_wasm() { [ -n "$(ls /usr/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib 2>/dev/null)" ]; }

use_debian_rust() {
  say 'the wasm target cannot be downloaded here: using the Rust of Debian, which ships its sources'
  apt_install rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld-22
  if ! debian_has_wasm; then
    say 'building the standard library for wasm32-unknown-unknown (a minute)'
    local dir; dir=$(mktemp -d)
    mkdir "$dir/src"
    printf '[package]\nname = "stdlib"\nversion = "0.0.0"\nedition = "2021"\n[lib]\n' > "$dir/Cargo.toml"
    printf '' > "$dir/src/lib.rs"
    (cd "$dir" && env -u RUSTUP_TOOLCHAIN CARGO_TARGET_DIR="$dir/target" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
      /usr/bin/cargo build -q --release -Z build-std=std,panic_abort --target wasm32-unknown-unknown)
    as_root mkdir -p /usr/lib/rustlib/wasm32-unknown-unknown/lib
    for rlib in "$dir"/target/wasm32-unknown-unknown/release/deps/lib*.rlib; do
      case "$rlib" in */libstdlib-*) ;; *) as_root cp "$rlib" /usr/lib/rustlib/wasm32-unknown-unknown/lib/ ;; esac
    done
    rm -rf "$dir"
    debian_has_wasm || fail 'the standard library for wasm32-unknown-unknown could not be built'
  fi
  rustup toolchain link debian /usr
  touch "$MIDLINE_CACHE/use-debian-rust"
  source "$(dirname "$0")/env.sh"
}
if ! has_wasm; then
  if [ -f "$MIDLINE_CACHE/use-debian-rust" ]; then use_debian_rust
  else rustup target add wasm32-unknown-unknown >/dev/null 2>&1 || use_debian_rust; fi
fi

# --- npm: Tailwind, wasm-opt, Playwright, the OpenID provider, the font ------------------------------
if [ -f package-lock.json ] && ! cmp -s package-lock.json node_modules/.midline-lock 2>/dev/null; then
  say 'installing npm packages'
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.midline-lock
fi

# --- cargo tools --------------------------------------------------------------------------------------
# They orchestrate, so they are built for a quick build rather than for speed, in one target folder so
# that what they share is compiled once.
cargo_tool() { # crate version binary [cargo install flags]
  local crate=$1 version=$2 bin=$3; shift 3
  local mark="$MIDLINE_CACHE/tools/.$crate-$version"
  [ ! -e "$mark" ] || [ ! -x "$MIDLINE_CACHE/tools/bin/$bin" ] || return 0
  say "building $crate $version"
  CARGO_TARGET_DIR="$MIDLINE_CACHE/tools-target" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=${OPT:-0} CARGO_PROFILE_RELEASE_STRIP=true \
    cargo install -q --force --root "$MIDLINE_CACHE/tools" --version "=$version" "$crate" "$@" \
    || fail "$crate $version did not build; run 'make setup' again once the network is back"
  touch "$mark"
}
wasm_bindgen=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
OPT=1 cargo_tool wasm-bindgen-cli "$wasm_bindgen" wasm-bindgen
cargo_tool cargo-leptos "$CARGO_LEPTOS" cargo-leptos --locked --no-default-features --features no_downloads
cargo_tool sqlx-cli "$SQLX_CLI" cargo-sqlx --locked --no-default-features --features postgres
cargo_tool cargo-machete "$CARGO_MACHETE" cargo-machete --locked
cargo_tool cargo-deny "$CARGO_DENY" cargo-deny --locked
command -v cargo-nextest >/dev/null || cargo_tool cargo-nextest "$CARGO_NEXTEST" cargo-nextest --locked

printf 'Set-up is complete.\n'
