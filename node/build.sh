#!/usr/bin/env bash
# Builds the agent and its Debian package for ARCH (amd64 or arm64) into .local/node. `make node` runs this script.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
export ARCH=${ARCH:-$(go env GOHOSTARCH)}
VERSION=${VERSION:-1.0~$(git log -1 --format=%cd --date=format:%Y%m%d.%H%M)+$(git rev-parse --short HEAD)}
export VERSION
mkdir -p ".local/node/$ARCH"
CGO_ENABLED=0 GOOS=linux GOARCH=$ARCH go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION" \
  -o ".local/node/$ARCH/tenantry-node" ./node
rm -f .local/node/*_"$ARCH".deb
"$(go tool -C tools -n nfpm)" package --config node/packaging/nfpm.yaml --packager deb --target .local/node/
