#!/usr/bin/env bash
# Runs the Go tests of one module: tools/test.sh <module folder> [arguments of go test; default ./...]
# It prints one line for each package and the output of failed tests. It saves the test events in .local/test-results,
# where .ci/run counts them. RESULT is the name of the events' file.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
module=${1:?usage: tools/test.sh <module folder> [arguments of go test]}
shift
results=$root/.local/test-results
name=$(realpath --relative-to="$root" "$root/$module")
[ "$name" = . ] && name=product
mkdir -p "$results" "$root/.local/bin"
go build -C "$root/tools" -o "$root/.local/bin/testcount" ./testcount
cd "$root/$module"
# Most tests create much garbage and little data.
GOGC=${GOGC:-400} go test -json "${@:-./...}" 2>&1 | "$root/.local/bin/testcount" -record "$results/${RESULT:-${name//\//-}}.json"
