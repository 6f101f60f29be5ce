#!/usr/bin/env bash
# Generates docs/openapi.yaml and docs/openapi.json from the API's operations, and the panel's types from the document.
# With --check it writes nothing, and fails if a file is out of date.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case "${1:-}" in
  "") go run -C "$root/tools/openapi" . "$root/docs" ;;
  --check) go run -C "$root/tools/openapi" . -check "$root/docs" ;;
  *) echo "usage: tools/openapi.sh [--check]" >&2; exit 2 ;;
esac
"$root/panel/install.sh"
node "$root/panel/tools/types.mjs" "$@"
