#!/bin/sh
# Says in one sentence what this machine lacks for the local stack, and how Debian gets it.
missing= packages=
lacks() { missing="${missing:+$missing, }$1" packages="$packages${2:+ $2}"; }

[ "$(uname -s)" = Linux ] || { echo "The local stack runs on Linux only (on other systems in a virtual machine or WSL)." >&2; exit 1; }
go=$(go env GOVERSION 2>/dev/null)
case "$go" in
  go1.2[6-9]* | go1.[3-9][0-9]* | go[2-9]*) ;;
  go1.2[1-5]*) lacks "Go 1.26 or later (here is $go; \`go env -w GOTOOLCHAIN=auto\` lets it fetch 1.26 by itself)" ;;
  *) lacks "Go 1.26 or later (here is ${go:-none that works}; take it from https://go.dev/dl/)" ;;
esac
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || lacks "Python 3.11 or later" python3
python3 -c 'import venv, ensurepip' 2>/dev/null || lacks "Python's venv" python3-venv
command -v npm >/dev/null 2>&1 || lacks "Node with npm" "nodejs npm"

[ -z "$missing" ] && exit
echo "The local stack needs $missing${packages:+; on Debian: apt-get install$packages}." >&2
exit 1
