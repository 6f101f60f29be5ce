#!/usr/bin/env bash
# Deploys a stage to AWS: tools/deploy.sh <stage> [Name=value...]. It installs the pinned SAM command line into .local.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
for command in python3 go node npm; do
  command -v $command >/dev/null || { echo "deploy: $command is not installed; see README.md"; exit 2; }
done
[ -n "${1:-}" ] || { echo "usage: make deploy STAGE=<dev, staging or prod> [PARAMETERS=\"Name=value ...\"]"; exit 2; }
tools/venv.sh .local/sam-venv local/requirements-sam.txt
exec .local/sam-venv/bin/python tools/deploy/deploy.py --root "$root" "$@"
