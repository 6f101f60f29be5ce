#!/usr/bin/env bash
# Runs the tests over HTTP against the stack that TENANTRY_URL names, then holds docs/storage-calls.json against what the
# functions logged meanwhile. With --record it writes that file instead, from which `make roles` writes the roles in template.yaml.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
mode=-check
[ "${1:-}" = --record ] && mode=-fresh
RESULT=stack tools/test.sh . -count=1 $(go list ./tests/... | grep -v /samlocal)
go run -C tools ./record "$mode" -into "$root/docs/storage-calls.json" "$(realpath "${TENANTRY_FUNCTION_LOG:?no log of the functions}")"
