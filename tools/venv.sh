#!/usr/bin/env bash
# Creates a virtual environment of Python: tools/venv.sh <folder> <requirements file>. It does nothing if the folder was
# created from the same file.
set -euo pipefail
mkdir -p "$(dirname "$1")"
exec 9>"$1.lock"
flock 9
cmp -s "$2" "$1/.requirements" && exit 0
python3 -m venv "$1"
"$1/bin/pip" install -q --disable-pip-version-check --no-deps --require-hashes -r "$2"
cp "$2" "$1/.requirements"
