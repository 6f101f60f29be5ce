#!/usr/bin/env bash
# Writes the requirements.txt beside each requirements.in: every package with its version and the hashes of its files.
# pip installs exactly these files. Run it after a change of a requirements.in; `make requirements` runs it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
venv=.local/pip-tools-venv
[ -x "$venv/bin/pip-compile" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install -q pip-tools==7.6.2; }
git ls-files --cached --others --exclude-standard '*requirements*.in' | while read -r source; do
  echo "$source"
  "$venv/bin/pip-compile" --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate --no-header \
    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file "${source%.in}.txt" "$source"
  sed -i "1i # Written by make requirements from $(basename "$source")." "${source%.in}.txt"
done
