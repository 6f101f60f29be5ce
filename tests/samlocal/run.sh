#!/usr/bin/env bash
# Runs the functions under the real `sam local`, in Docker, against a stack of its own. With CI=true it installs what it
# needs and runs its own Docker daemon, which it stops again; otherwise it installs nothing and says what is missing.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
work=$root/.local/sam-local
sam=$root/.local/sam-venv/bin/sam
image=public.ecr.aws/lambda/provided:al2023-$([ "$(uname -m)" = aarch64 ] && echo arm64 || echo x86_64)
mkdir -p "$work"

docker_answers() { docker info >/dev/null 2>&1; }

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
    .local/sam-venv/bin/pip install -q --disable-pip-version-check -r local/requirements-sam.txt
    cp local/requirements-sam.txt .local/sam-venv/.requirements
  ) 9>.local/sam-venv.lock
}

name_what_is_missing() {
  local missing=()
  if ! command -v docker >/dev/null; then
    missing+=("docker (on Debian: apt-get install docker.io)")
  elif ! docker_answers; then
    missing+=("a Docker daemon that answers")
  fi
  if ! [ -x "$sam" ]; then
    sam=$(command -v sam) || missing+=("sam (make lint installs it, or: pip install -r local/requirements-sam.txt)")
  fi
  [ ${#missing[@]} -eq 0 ] && return
  printf 'sam local needs %s\n' "${missing[@]}"
  return 1
}

# A daemon with its data in a folder of its own, gone when this script ends. Some containers have no iptables for it.
start_docker() {
  export DOCKER_HOST=unix://$run/docker.sock
  local options
  for options in "" "--iptables=false"; do
    setsid dockerd $options --host "$DOCKER_HOST" --data-root "$run/data" --exec-root "$run/exec" --pidfile "$run/pid" \
      >"$work/dockerd.log" 2>&1 &
    daemon=$!
    for _ in $(seq 300); do
      docker_answers && return
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

# A stand-in for the runtime's image, which no registry needs to be asked for: the functions are static binaries, and sam
# adds the emulator of the runtime interface to it by itself.
import_image() {
  local tree
  tree=$(mktemp -d)
  mkdir -p "$tree"/{bin,dev,etc/ssl/certs,opt,proc,sys,tmp,var/runtime,var/task}
  chmod 755 "$tree"
  chmod 1777 "$tree/tmp"
  cp /bin/busybox "$tree/bin/"
  for name in sh mv chmod; do ln -s busybox "$tree/bin/$name"; done # what sam's build of the image calls
  cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/" 2>/dev/null || true
  echo 'root:x:0:0::/:/bin/sh' >"$tree/etc/passwd"
  tar -C "$tree" -c . | docker import -c 'WORKDIR /var/task' -c 'ENV LAMBDA_TASK_ROOT=/var/task' \
    -c 'ENV LAMBDA_RUNTIME_DIR=/var/runtime' -c 'ENV PATH=/usr/bin:/bin:/opt/bin' - "$image" >/dev/null
  rm -rf "$tree"
}

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
  if ! docker_answers; then
    run=$(mktemp -d /tmp/sam-local.XXXXXX) # short: the socket's path has a limit
    start_docker || skip "Docker could not start here: $(tail -n 1 "$work/dockerd.log")"
  fi
  docker image inspect "$image" >/dev/null 2>&1 || import_image
  export TENANTRY_SAM_FLAGS=--skip-pull-image
else
  name_what_is_missing
fi

export TENANTRY_SAM=$sam RESULT=sam-local
.local/tools/stack -state .local/sam-local -port 0 run tools/test.sh . -count=1 -timeout 20m ./tests/samlocal
