#!/usr/bin/env bash
# Installs the panel's packages, if package-lock.json has changed since the last installation.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p ../.local
exec 9>../.local/npm-panel.lock
flock 9
cmp -s package-lock.json node_modules/.installed && exit
npm ci --no-audit --no-fund --loglevel=error
cp package-lock.json node_modules/.installed
