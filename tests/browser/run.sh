#!/usr/bin/env bash
# Runs the browser tests against the stack that TENANTRY_CREDENTIALS names. Uses the Chromium that TENANTRY_CHROMIUM names, or
# the system's Chromium. If there is neither, installs a pinned build into the checkout. With --pictures, renews the pictures
# in docs/images instead.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root/tests/browser"
results=$root/.local/test-results
mkdir -p "$results" "$root/.local/bin"

# install <folder>: installs the packages of the folder if its lock file has changed since the last installation.
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
  TENANTRY_CHROMIUM=$(find_chromium) || { echo "The browser tests need Chromium. On Debian, run: apt-get install chromium" >&2; exit 1; }
  export TENANTRY_CHROMIUM
fi

[ "${1:-}" = --pictures ] && exec node pictures.mjs

go build -C "$root/tools" -o "$root/.local/bin/testcount" ./testcount
status=0
node --test --test-concurrency=1 --test-reporter=./reporter.mjs ./*.test.mjs |
  "$root/.local/bin/testcount" -record "$results/browser.json" || status=1
npx playwright test "$@" | "$root/.local/bin/testcount" -record "$results/browser-panel.json" || status=1
exit $status
