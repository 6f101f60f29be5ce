#!/usr/bin/env bash
# Tests the functions under the real `sam local`, in Docker, against its own local stack. With CI=true it installs what
# is missing, and starts and stops its own Docker daemon. Otherwise it installs nothing and prints what is missing.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
work=$root/.local/sam-local
sam=$root/.local/sam-venv/bin/sam
image=public.ecr.aws/lambda/provided:al2023-$([ "$(uname -m)" = aarch64 ] && echo arm64 || echo x86_64)
mkdir -p "$work"

docker_is_running() { docker info >/dev/null 2>&1; }

install_tools() {
  if ! command -v dockerd >/dev/null || ! command -v iptables >/dev/null || ! [ -x /bin/busybox ]; then
    echo "installing docker.io, iptables and busybox-static"
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends docker.io iptables busybox-static; } \
      </dev/null >"$work/apt.log" 2>&1 || { tail -n 5 "$work/apt.log"; return 1; }
  fi
  (
    flock 9
    cmp -s local/requirements-sam.txt .local/sam-venv/.requirements && exit
    echo "installing the SAM command line"
    python3 -m venv .local/sam-venv
    .local/sam-venv/bin/pip install -q --disable-pip-version-check --no-deps --require-hashes -r local/requirements-sam.txt
    cp local/requirements-sam.txt .local/sam-venv/.requirements
  ) 9>.local/sam-venv.lock
}

check_tools() {
  local missing=()
  if ! command -v docker >/dev/null; then
    missing+=("docker (on Debian, run: apt-get install docker.io)")
  elif ! docker_is_running; then
    missing+=("a running Docker daemon")
  fi
  if ! [ -x "$sam" ]; then
    sam=$(command -v sam) || missing+=("sam (run: tools/lint.sh sam, or: pip install -r local/requirements-sam.txt)")
  fi
  [ ${#missing[@]} -eq 0 ] && return
  printf 'make sam-local needs %s\n' "${missing[@]}"
  return 1
}

# start_docker starts a daemon with its data in a temporary folder. It tries without iptables too, because iptables does
# not work in some containers.
start_docker() {
  export DOCKER_HOST=unix://$run/docker.sock
  local options
  for options in "" "--iptables=false"; do
    setsid dockerd $options --host "$DOCKER_HOST" --data-root "$run/data" --exec-root "$run/exec" --pidfile "$run/pid" \
      >"$work/dockerd.log" 2>&1 &
    daemon=$!
    for _ in $(seq 300); do
      docker_is_running && return
      kill -0 "$daemon" 2>/dev/null || break
      sleep 0.2
    done
    stop_docker
  done
  return 1
}

stop_docker() {
  [ -n "$daemon" ] || return 0
  kill "$daemon" 2>/dev/null || true
  wait "$daemon" 2>/dev/null || true
  daemon=
}

# import_image creates a minimal image in place of AWS's runtime image, so that no registry is needed. It is enough: the
# functions are static binaries, and sam adds the emulator of the Runtime API.
import_image() {
  local tree
  tree=$(mktemp -d)
  mkdir -p "$tree"/{bin,dev,etc/ssl/certs,opt,proc,sys,tmp,var/runtime,var/task}
  chmod 755 "$tree"
  chmod 1777 "$tree/tmp"
  cp /bin/busybox "$tree/bin/"
  for name in sh mv chmod; do ln -s busybox "$tree/bin/$name"; done # sam calls these when it builds on the image
  cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/" 2>/dev/null || true
  echo 'root:x:0:0::/:/bin/sh' >"$tree/etc/passwd"
  tar -C "$tree" -c . | docker import -c 'WORKDIR /var/task' -c 'ENV LAMBDA_TASK_ROOT=/var/task' \
    -c 'ENV LAMBDA_RUNTIME_DIR=/var/runtime' -c 'ENV PATH=/usr/bin:/bin:/opt/bin' - "$image" >/dev/null
  rm -rf "$tree"
}

# skip reports the tests as skipped, with the reason.
skip() {
  echo "SKIPPED: $1"
  mkdir -p .local/test-results
  echo '{"Action":"skip","Package":"tenantry/tests/samlocal","Test":"TestStartAPI"}' >.local/test-results/sam-local.json
  exit 0
}

daemon= run=
cleanup() {
  stop_docker
  [ -z "$run" ] || rm -rf "$run"
}
trap cleanup EXIT

if [ "${CI:-}" = true ]; then
  install_tools || skip "the tools for sam local could not be installed"
  if ! docker_is_running; then
    run=$(mktemp -d /tmp/sam-local.XXXXXX) # a short path, because the length of the socket's path is limited
    start_docker || skip "Docker does not start on this machine: $(tail -n 1 "$work/dockerd.log")"
  fi
  docker image inspect "$image" >/dev/null 2>&1 || import_image
  export TENANTRY_SAM_FLAGS=--skip-pull-image
else
  check_tools
fi

export TENANTRY_SAM=$sam
RESULT=sam-local-events tools/test.sh local -count=1 -run TestEventsAreThoseOfSAMLocal ./apigateway
export RESULT=sam-local
.local/tools/stack -state .local/sam-local -port 0 run tools/test.sh . -count=1 -timeout 20m ./tests/samlocal
