#!/usr/bin/env bash
# Runs the browser tests against the stack that TENANTRY_CREDENTIALS names. They take the system's Chromium, the one that
# TENANTRY_CHROMIUM names, or else install a pinned build into the checkout.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root/tests/browser"
results=$root/.local/test-results
mkdir -p "$results" "$root/.local/bin"

# install <folder>: when its lock file has changed since
install() (
  cd "$1"
  flock 9
  cmp -s package-lock.json node_modules/.installed && exit
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
) 9>"$root/.local/npm-$(basename "$1").lock"

find_chromium() {
  local name
  for name in chromium chromium-browser google-chrome; do
    command -v $name && return
  done
  export TMPDIR=$root/.local/chromium
  mkdir -p "$TMPDIR"
  install chromium >&2 && node chromium/unpack.mjs
}

install .
if [ -z "${TENANTRY_CHROMIUM:-}" ]; then
  TENANTRY_CHROMIUM=$(find_chromium) || { echo "the browser tests need Chromium; on Debian: apt-get install chromium" >&2; exit 1; }
  export TENANTRY_CHROMIUM
fi

go build -C "$root/tools" -o "$root/.local/bin/testcount" ./testcount
node --test --test-concurrency=1 --test-reporter=./reporter.mjs . | "$root/.local/bin/testcount" -record "$results/browser.json"
