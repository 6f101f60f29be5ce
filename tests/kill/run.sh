#!/usr/bin/env bash
# Kills the processes of the stack that TENANTRY_CREDENTIALS names, while it works. Then it prints how long each recovery
# took. `make test-kill` runs this script.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
recoveries=$(dirname "${TENANTRY_CREDENTIALS:?run make test-kill}")/recoveries.txt
rm -f "$recoveries"
status=0
TENANTRY_KILL=yes RESULT=kill tools/test.sh . -count=1 -timeout 30m ./tests/kill || status=$?
[ ! -e "$recoveries" ] || cat "$recoveries"
exit $status
