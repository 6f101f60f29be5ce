#!/bin/sh
# Builds all functions with one call of the compiler, each into build/<operation>/bootstrap.
# ARCH is amd64 or arm64, by default this machine's.
set -eu
cd "$(dirname "$0")/.."
export CGO_ENABLED=0 GOOS=linux GOARCH="${ARCH:-$(go env GOHOSTARCH)}"
mkdir -p build/bin
# Without the commit in them, binaries change only when their code does: nothing else is deployed again.
go build -buildvcs=false -trimpath -tags lambda.norpc -ldflags "-s -w" -o build/bin/ ./functions/...
count=0
for folder in functions/*/; do
  operation=$(basename "$folder")
  mkdir -p "build/$operation"
  ln -f "build/bin/$operation" "build/$operation/bootstrap"
  count=$((count + 1))
done
echo "$count functions for $GOARCH"
