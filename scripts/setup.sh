#!/usr/bin/env bash
# Installs what is missing on Debian or Ubuntu, or says exactly what to install.
#
#   scripts/setup.sh PART...      parts: build, web, lint, redis, paper, test, mutants, coverage, fuzz
#
# Quick when nothing is missing. Packages come from apt, as root or through sudo. No service is
# started, stopped or used: the tests and the demo run their own servers on free ports.
set -euo pipefail
cd "$(dirname "$0")/.."

# The oldest Node of a supported system: Ubuntu 24.04 has 18.19.1, Debian 12 has 18.20.
node_min=18.19
rust_min=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
rustup_command="curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y && . ~/.cargo/env"

packages=() # what apt is to install
missing=()  # sentences about what apt cannot give

have() { command -v "$1" >/dev/null 2>&1; }

# at_least 18.19 v20.1.2
at_least() { [ "$(printf '%s\n%s\n' "$1" "${2#v}" | sort -V | head -n 1)" = "$1" ]; }

need_build() {
  have cc && [ -e /usr/include/stdlib.h ] || packages+=(gcc libc6-dev)
  if ! have cargo; then
    missing+=("Rust $rust_min or newer: $rustup_command")
  elif ! at_least "$rust_min" "$(rustc --version | cut -d' ' -f2)"; then
    have rustup && rustup_command="rustup update stable && rustup default stable"
    missing+=("Rust $rust_min or newer, this is $(rustc --version): $rustup_command")
  fi
}

need_lint() {
  ! have cargo || cargo fmt --version >/dev/null 2>&1 || missing+=("rustup component add rustfmt")
  ! have cargo || cargo clippy --version >/dev/null 2>&1 || missing+=("rustup component add clippy")
}

need_web() {
  if ! have node; then
    packages+=(nodejs)
  elif ! at_least "$node_min" "$(node --version)"; then
    missing+=("Node $node_min or newer, this is $(node --version): https://nodejs.org/en/download")
  fi
  have npm || packages+=(npm)
}

need_redis() {
  have redis-server || packages+=(redis-server)
}

# The unit tests read the documents with another program than the one that wrote them.
need_paper() {
  have pdftotext || packages+=(poppler-utils)
}

need_test() {
  need_redis
  need_paper
  have strace || packages+=(strace)
  # The tests run an authority of their own for time stamps.
  have openssl || packages+=(openssl)
  have haproxy || packages+=(haproxy)
  # A virus scanner, with a signature of the tests' own, and a checker of XML signatures.
  have clamd || packages+=(clamav-daemon)
  have xmlsec1 || packages+=(xmlsec1)
  # Clocks that are wrong, or step.
  have faketime || packages+=(faketime)
  # The checker of HTML is a Java program.
  have java || packages+=(default-jre-headless)
  have chromium || have chromium-browser || packages+=(chromium)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
}

# need_tool PROGRAM: a subcommand of cargo that cargo itself installs.
need_tool() {
  have "$1" || missing+=("cargo install $1 --locked")
}

need_mutants() {
  need_tool cargo-mutants
  need_tool cargo-nextest
}

need_coverage() { need_tool cargo-tarpaulin; }

need_fuzz() {
  have c++ || packages+=(g++)
  need_tool cargo-fuzz
  if ! have rustup; then
    missing+=("rustup, for a nightly toolchain: https://rustup.rs")
  elif ! rustup toolchain list | grep -q '^nightly'; then
    missing+=("rustup toolchain install nightly --profile minimal")
  fi
}

look() {
  packages=() missing=()
  local part
  for part in "$@"; do "need_$part"; done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Debian starts a service when its package is installed, unless this file answers 101 (not allowed).
# Ours stands only while we install; one that was there before stays as it is.
policy=/usr/sbin/policy-rc.d

install_packages() {
  have apt-get || return 0
  [ "$(id -u)" = 0 ] || have sudo || return 0
  echo "setup: installing ${packages[*]}"
  if [ ! -e "$policy" ]; then
    trap 'as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  as_root apt-get update -q || true
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qy --no-install-recommends "${packages[@]}" || true
  case " ${packages[*]} " in *" redis-server "* | *" postgresql "* | *" clamav-daemon "*)
    echo "setup: the services of what was installed were not started and are not used;"
    echo "       as packaged, they start at the next boot (to prevent it: systemctl disable NAME)"
  esac
}

# The tests' Python stays inside the project and is made anew when its list changes.
make_venv() {
  cmp -s tests/requirements.txt .venv/requirements.txt && return
  echo "setup: Python packages into .venv"
  rm -rf .venv
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
  cp tests/requirements.txt .venv/requirements.txt
}

for part in "$@"; do
  if ! declare -F "need_$part" >/dev/null; then
    echo "setup: no part named $part" >&2
    exit 2
  fi
done

look "$@"
if [ ${#packages[@]} -gt 0 ]; then
  install_packages
  look "$@"
fi
[ ${#packages[@]} -eq 0 ] || missing+=("as root: apt-get install ${packages[*]}")
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup: please install, then run make again:" >&2
  printf '  - %s\n' "${missing[@]}" >&2
  exit 1
fi
case " $* " in *" test "*) make_venv ;; esac
