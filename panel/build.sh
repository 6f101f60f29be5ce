#!/usr/bin/env bash
# Builds the panel into build/get-panel-page/panel, from where its function serves it. Does nothing if no source has
# changed since the last build.
set -euo pipefail
cd "$(dirname "$0")"
target=../build/get-panel-page
mkdir -p "$target" ../.local
exec 8>../.local/panel-build.lock
flock 8
sources=$(git ls-files --cached --others --exclude-standard -- . ':!reset' ':!site' | sort | xargs -d '\n' sha256sum 2>/dev/null | sha256sum)
[ "$(cat ../build/panel.sources 2>/dev/null)" = "$sources" ] && [ -e "$target/panel/index.html" ] && exit
./install.sh
npm run --silent build -- --outDir dist.next
node tools/compress.mjs dist.next ../build/panel.manifest.json
rm -rf "$target/panel"
mv dist.next "$target/panel"
echo "$sources" >../build/panel.sources
