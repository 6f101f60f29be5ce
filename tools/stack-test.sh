#!/usr/bin/env bash
# Runs the tests over HTTP against the stack at TENANTRY_URL. Then it compares docs/storage-calls.json with the storage
# calls that the functions logged. With --record it writes that file instead, from which `make roles`
# writes the roles. `make test-stack` runs this script.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
mode=-check
[ "${1:-}" = --record ] && mode=-fresh
RESULT=stack tools/test.sh . -count=1 -timeout 30m $(go list ./tests/... | grep -vE '/(deploy|document|kill|node|restore|samlocal)$')
RESULT=deploy tools/test.sh . -count=1 -timeout 20m ./tests/deploy
log=$(realpath "${TENANTRY_FUNCTION_LOG:?run make test-stack}")
go run -C tools ./record "$mode" -into "$root/docs/storage-calls.json" "$log"
