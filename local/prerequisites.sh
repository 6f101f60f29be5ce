#!/bin/sh
# Checks that this machine has the programs that the local stack needs. It prints one line with everything that is
# missing and the Debian packages that contain it.
missing= packages=
lacks() { missing="${missing:+$missing, }$1" packages="$packages${2:+ $2}"; }

if [ "$(uname -s)" != Linux ]; then
  echo "The local stack runs only on Linux (on other systems: in a virtual machine or WSL)." >&2
  exit 1
fi
go=$(go env GOVERSION 2>/dev/null)
case "$go" in
  go1.2[6-9]* | go1.[3-9][0-9]* | go[2-9]*) ;;
  go1.2[1-5]*) lacks "Go 1.26 or later (found $go; run \`go env -w GOTOOLCHAIN=auto\` to let Go download it)" ;;
  *) lacks "Go 1.26 or later (found ${go:-no working Go}; install it from https://go.dev/dl/)" ;;
esac
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || lacks "Python 3.11 or later" python3
python3 -c 'import venv, ensurepip' 2>/dev/null || lacks "Python's venv module" python3-venv
command -v npm >/dev/null 2>&1 || lacks "Node.js with npm" "nodejs npm"
node=$(node -p 'const [a, b] = process.versions.node.split("."); a > 20 || a == 20 && b >= 19 ? "" : process.version' 2>/dev/null) ||
  node="no working Node.js"
[ -z "$node" ] || lacks "Node.js 20.19 or later (found $node)"

[ -z "$missing" ] && exit
echo "The local stack needs $missing${packages:+; on Debian, run: apt-get install$packages}." >&2
exit 1
