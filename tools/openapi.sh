#!/usr/bin/env bash
# Generates docs/openapi.yaml and docs/openapi.json from the API's operations. With --check it writes nothing, and fails
# if a file is out of date.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case "${1:-}" in
  "") exec go run -C "$root/tools/openapi" . "$root/docs" ;;
  --check) exec go run -C "$root/tools/openapi" . -check "$root/docs" ;;
  *) echo "usage: tools/openapi.sh [--check]" >&2; exit 2 ;;
esac
