#!/usr/bin/env bash
# Deploys stages with the command of `make deploy` into an emulator: tests/deploy/run.sh <emulator's URL> <ministack or moto>
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
tools/venv.sh .local/sam-venv local/requirements-sam.txt
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
SAM_CLI_TELEMETRY=0 .local/sam-venv/bin/python tests/deploy/stages.py "$1" "$root" "$folder" "$2"
