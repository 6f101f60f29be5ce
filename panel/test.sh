#!/usr/bin/env bash
# Runs the panel's tests that need no browser, and saves their events in .local/test-results.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
results=$root/.local/test-results
mkdir -p "$results" "$root/.local/bin"
"$root/panel/install.sh"
go build -C "$root/tools" -o "$root/.local/bin/testcount" ./testcount
cd "$root/panel"
npx vitest run --reporter=./tools/reporter.mjs | "$root/.local/bin/testcount" -record "$results/panel.json"
