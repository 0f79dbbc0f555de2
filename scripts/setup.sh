#!/usr/bin/env bash
# Brings this machine to the point where Midline can be run, checked or tested: `setup.sh run`, or whatever else the Makefile
# names; without a name, for all of them. It looks at what is missing for these, says it as numbered steps, and does only
# that, so it is safe to repeat and takes a second when nothing is missing. `setup.sh run` goes on to build and to serve.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh

# Pinned tools. wasm-bindgen must be the very version in Cargo.lock; the others are chosen here.
CARGO_LEPTOS=0.3.10
CARGO_DENY=0.20.2
CARGO_MACHETE=0.9.2
CARGO_NEXTEST=0.9.143
WASM_BINDGEN=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)

[ $# -gt 0 ] || set -- run check test bench
goals=" $* "
wants() { # one of these goals
  local goal
  for goal in "$@"; do case "$goals" in *" $goal "*) return 0 ;; esac; done
  return 1
}

say()  { printf '      %s\n' "$*"; }
fail() { printf 'midline: %s\n' "$*" >&2; exit 1; }
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "setting up needs root or sudo for: $*"; fi
}

# --- steps: first all are planned, then each is done under its number -------------------------------
titles=() durations=() acts=()
plan() { # what it is, about how long it takes on two cores, command and arguments
  titles+=("$1") durations+=("$2")
  shift 2
  acts+=("$(printf '%q ' "$@")")
}
start() { exec scripts/demo.sh release; }
carry_out() {
  local step began took
  for step in "${!titles[@]}"; do
    printf 'Step %d of %d: %s (%s)\n' $((step + 1)) "${#titles[@]}" "${titles[step]}" "${durations[step]}"
    began=$SECONDS
    eval "${acts[step]}"
    took=$((SECONDS - began))
    [ "$took" -lt 10 ] || say "took $((took / 60)) min $((took % 60)) s"
  done
}

# --- packages of the system ---------------------------------------------------------------------------
apt_missing() { # prints those of the named packages that are not installed
  local name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$name"
  done
}
apt_updated=
apt_install() {
  local missing; missing=$(apt_missing "$@")
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || fail "please install these by hand, this machine has no apt-get: $missing"
  if [ -z "$apt_updated" ]; then as_root apt-get update -qq; apt_updated=1; fi
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# --- the compiler for the browser's half --------------------------------------------------------------
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
  source scripts/env.sh
}
wasm_target() {
  if [ -f "$MIDLINE_CACHE/use-debian-rust" ]; then use_debian_rust
  else rustup target add wasm32-unknown-unknown >/dev/null 2>&1 || use_debian_rust; fi
}

# --- npm: Tailwind, wasm-opt, Playwright, the OpenID provider, the font -------------------------------
npm_packages() {
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.midline-lock
}

# --- cargo tools --------------------------------------------------------------------------------------
# What the machine has is used where its version fits: the very one, or one of the same series. Otherwise the
# makers' own program is fetched where cargo-binstall is there and reaches it, and else built from source.
lacks() { # very|series, crate, version, program
  local has
  [ ! -e "$MIDLINE_CACHE/tools/.$2-$3" ] || [ ! -x "$MIDLINE_CACHE/tools/bin/$4" ] || return 1
  command -v "$4" >/dev/null || return 0
  has=$("$4" --version 2>/dev/null | grep -m 1 -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1) || return 0
  [ "$has" != "$3" ] || return 1
  [ "$1" = very ] || [ "${has%.*}" != "${3%.*}" ] || return 1
}
plan_tool() { # crate, version, minutes from source, optimisation [flags of cargo install]
  local long="about $3 min on two cores"
  ! command -v cargo-binstall >/dev/null || long="seconds if it can be fetched, else $long"
  plan "$1 $2" "$long" get_tool "$1" "$2" "${@:4}"
}
get_tool() { # crate, version, optimisation [flags of cargo install]
  fetch_tool "$1" "$2" || build_tool "$@" || fail "$1 $2 did not build; run this again once the network is back"
  touch "$MIDLINE_CACHE/tools/.$1-$2"
}
fetch_tool() {
  command -v cargo-binstall >/dev/null || return 1
  timeout 180 cargo binstall --quiet --no-confirm --force --no-symlinks --disable-strategies quick-install,compile \
    --install-path "$MIDLINE_CACHE/tools/bin" "$1@=$2" </dev/null \
    && "$MIDLINE_CACHE/tools/bin/${1%-cli}" --version >/dev/null 2>&1 && return 0
  say 'it cannot be fetched from here, or does not run here: building it'
  return 1
}
# The tools orchestrate, so they are built for a quick build rather than for speed, in one target folder so that
# what they share is compiled once. OpenSSL, which cargo-leptos links for an act that nobody asks of it here, is
# the system's: building it takes as long as everything else together.
build_tool() {
  local crate=$1 version=$2 optimisation=$3 quiet=(); shift 3
  [ -t 2 ] || quiet=(--quiet)
  CARGO_TARGET_DIR="$MIDLINE_CACHE/tools-target" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=$optimisation CARGO_PROFILE_RELEASE_STRIP=true \
  CARGO_PROFILE_RELEASE_PANIC=abort OPENSSL_NO_VENDOR=1 \
    cargo install "${quiet[@]}" --force --root "$MIDLINE_CACHE/tools" --version "=$version" "$crate" "$@"
}

# --- what is missing, as steps ------------------------------------------------------------------------
command -v cargo >/dev/null || fail 'Rust is missing: install rustup (https://rustup.rs) and run this again'
command -v node  >/dev/null || fail 'Node.js 20 or later is missing: install it and run this again'
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node.js is $(node --version); Midline needs 20 or later"
mkdir -p "$MIDLINE_CACHE/tools/bin"

leptos=(cargo-leptos "$CARGO_LEPTOS")
packages=(build-essential nasm pkg-config)
# Debian starts a cluster of its own when PostgreSQL is installed; Midline never touches that one.
! wants run dev check prepare test crashes bench || packages+=(postgresql)
! wants test bench || packages+=(chromium)
! wants test crashes || packages+=(libfaketime)
! wants test || packages+=(curl libimage-exiftool-perl)
builds=; ! wants run dev test crashes bench || builds=1
leptos_lacks=; [ -z "$builds" ] || ! lacks series "${leptos[@]}" cargo-leptos || leptos_lacks=1
[ -z "$leptos_lacks" ] || packages+=(libssl-dev)

missing=$(apt_missing "${packages[@]}")
[ -z "$missing" ] || plan "packages of the system: $missing" "about 1 min" apt_install "${packages[@]}"
if { [ -n "$builds" ] || wants check; } && ! has_wasm; then plan "the compiler's half for browsers" "about 1 min" wasm_target; fi
if { [ -n "$builds" ] || wants check; } && ! cmp -s package-lock.json node_modules/.midline-lock 2>/dev/null; then
  plan "npm packages" "seconds" npm_packages
fi
if [ -n "$builds" ]; then
  ! lacks very wasm-bindgen-cli "$WASM_BINDGEN" wasm-bindgen || plan_tool wasm-bindgen-cli "$WASM_BINDGEN" 2 1
  [ -z "$leptos_lacks" ] || plan_tool "${leptos[@]}" 4 0 --locked --no-default-features --features no_downloads
fi
if wants check; then
  ! lacks series cargo-machete "$CARGO_MACHETE" cargo-machete || plan_tool cargo-machete "$CARGO_MACHETE" 1 0 --locked
  ! lacks series cargo-deny "$CARGO_DENY" cargo-deny || plan_tool cargo-deny "$CARGO_DENY" 2 0 --locked
fi
if wants test && lacks series cargo-nextest "$CARGO_NEXTEST" cargo-nextest; then
  plan_tool cargo-nextest "$CARGO_NEXTEST" 5 0 --locked
fi

[ ${#titles[@]} = 0 ] || printf 'Setting up Midline; tools and build products go to %s\n' "$MIDLINE_CACHE"
if [ "$goals" = ' run ' ]; then
  # Cargo leaves out what is built already.
  long="about 13 min on two cores, the first time"
  [ ! -x "$CARGO_TARGET_DIR/release/midline" ] || long="seconds if nothing changed, else up to 5 min"
  plan "building Midline" "$long" scripts/build.sh release
  long="about 2 min, with the made-up people and their photos"
  [ ! -e "${MIDLINE_DATA:-.midline}/env" ] || long="seconds"
  plan "starting it, and all it needs" "$long" start
fi
carry_out
printf 'Set-up is complete.\n'
