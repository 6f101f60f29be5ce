#!/usr/bin/env bash
# Installs Schemathesis and runs the tests of this folder against the stack that TENANTRY_CREDENTIALS names.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
venv=$root/.local/schemathesis-venv
(
  flock 9
  if ! cmp -s tests/document/requirements.txt "$venv/.requirements"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --no-deps --require-hashes -r tests/document/requirements.txt
    cp tests/document/requirements.txt "$venv/.requirements"
  fi
) 9>.local/schemathesis-venv.lock
export TENANTRY_SCHEMATHESIS=$venv/bin/schemathesis
RESULT=document tools/test.sh . -count=1 -timeout 15m ./tests/document
