#!/usr/bin/env bash
# Runs the node agent beside real daemons, against the stack that TENANTRY_CREDENTIALS names. `make test-node` runs this
# script.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
: "${TENANTRY_CREDENTIALS:?run make test-node}"
RESULT=node exec tools/test.sh . -count=1 -timeout 20m ./tests/node/...
