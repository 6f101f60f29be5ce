#!/usr/bin/env bash
# Rehearses a restore on the stack that TENANTRY_CREDENTIALS names. `make test-restore` runs this script.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
tools/venv.sh .local/sam-venv local/requirements-sam.txt
TENANTRY_RESTORE=yes RESULT=restore tools/test.sh . -count=1 -timeout 15m ./tests/restore
