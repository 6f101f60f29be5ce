#!/usr/bin/env bash
# Runs the static checks, a line for each: tools/lint.sh [name...]; without names all of them. tools/lint.sh --format
# formats the Go files instead.
# What it needs is pinned in tools/go.mod, tools/requirements.txt and local/requirements-sam.txt; the Go linters are built
# into Go's cache, the Python ones installed into .local.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 2
logs=$root/.local/lint
mkdir -p "$logs"
export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true PIP_DISABLE_PIP_VERSION_CHECK=1

modules() { git ls-files --cached --others --exclude-standard -- go.mod '*/go.mod' | xargs -r -n1 dirname | sort -u; }
# Texts written by hand: not lock files, not generated documents.
texts() { git ls-files --cached --others --exclude-standard -z -- ':!*.sum' ':!*package-lock.json' ':!docs/openapi.*'; }
# Fails when a text has the pattern, and shows where.
nowhere() {
  local found
  found=$(texts | xargs -0 grep -nIsE -e "$1" --)
  [ -z "$found" ] || { echo "$found"; return 1; }
}

# venv <folder> <requirements file>: installs when the file has changed since.
venv() {
  (
    flock 9
    cmp -s "$2" "$1/.requirements" && exit 0
    python3 -m venv "$1" && "$1/bin/pip" install -q -r "$2" && cp "$2" "$1/.requirements"
  ) 9>".local/$(basename "$1").lock"
}

go_tool() { # go_tool <name> <arguments>: from any module's folder
  local name=$1
  shift
  "$(go tool -C "$root/tools" -n "$name")" "$@"
}

check_gofumpt() {
  local bad
  bad=$(texts | tr '\0' '\n' | grep '\.go$' | while read -r file; do [ -e "$file" ] && echo "$file"; done |
    xargs -r "$(go tool -C tools -n gofumpt)" -l -modpath tenantry) || return 1
  [ -z "$bad" ] || { echo "$bad"; return 1; }
}

check_golangci() {
  local module status=0
  for module in $(modules); do
    (cd "$module" && go_tool golangci-lint run --allow-parallel-runners ./... 2>&1) >"$logs/module.log" ||
      { status=1; echo "in $module:"; cat "$logs/module.log"; }
  done
  return $status
}

check_tidy() {
  local module status=0
  for module in $(modules); do (cd "$module" && go mod tidy -diff 2>&1 | head -n 40; exit "${PIPESTATUS[0]}") || { status=1; echo "in $module: run go mod tidy"; }; done
  return $status
}

check_cloudformation() {
  venv .local/tools-venv tools/requirements.txt && .local/tools-venv/bin/cfn-lint template.yaml $(git ls-files 'infra/*.yaml')
}

check_statemachines() {
  local machines status=0 machine
  machines=$(git ls-files --cached --others --exclude-standard 'statemachines/*.asl.json')
  [ -n "$machines" ] || return 0
  venv .local/tools-venv tools/requirements.txt || return 1
  for machine in $machines; do .local/tools-venv/bin/statelint "$machine" || status=1; done
  return $status
}

check_sam() {
  venv .local/sam-venv local/requirements-sam.txt && .local/sam-venv/bin/sam validate --lint --template template.yaml
}

check_scripts() {
  local file first status=0
  while read -r file; do
    [ -f "$file" ] || continue
    IFS= read -r first <"$file" 2>/dev/null || true
    case "$first" in
      '#!'*bash*) bash -n "$file" || status=1 ;;
      '#!'*sh) sh -n "$file" || status=1 ;;
    esac
    case "$file" in *.py) python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$file" || status=1 ;; esac
  done < <(git ls-files --cached --others --exclude-standard | grep -v '\.go$')
  return $status
}

check_whitespace() { nowhere $'[ \t\r]+$'; }

# Packages come from wherever the machine is told to get them.
check_registries() {
  nowhere 'registry[.](npmjs|yarnpkg|npmmirror)|pypi[.](org|python)|pythonhosted[.]|(proxy|sum)[.]golang|(ghcr|quay|gcr)[.]io|(hub|index)[.]docker' &&
    ! git grep -nIE --untracked '"resolved": *"https?:' -- '*package-lock.json'
}

check_secrets() {
  nowhere 'A(KI|SI)A[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|gh[pousr]_[A-Za-z0-9]{36}|xox[abprs]-[0-9]|eyJ[A-Za-z0-9_-]{12,}[.]eyJ|tny_[A-Za-z0-9_-]{40}|[sS]ecret_?[aA]ccess_?[kK]ey[^A-Za-z0-9]{1,4}[A-Za-z0-9/+]{40}'
}

if [ "${1:-}" = --format ]; then
  for module in $(modules); do (cd "$module" && go_tool golangci-lint fmt ./...) || exit 1; done
  exit
fi

all=(gofumpt golangci tidy cloudformation statemachines sam scripts whitespace registries secrets)
declare -A what=(
  [gofumpt]="Go is formatted" [golangci]="golangci-lint over all modules" [tidy]="go.mod and go.sum are tidy"
  [cloudformation]="cfn-lint" [statemachines]="statelint" [sam]="sam validate --lint" [scripts]="scripts parse"
  [whitespace]="no white space at line ends" [registries]="no registry is named" [secrets]="no secret is written down"
)
status=0
[ -d "$root/.local/tools-venv" ] || echo "     building and installing the linters; the first time takes some minutes"
for name in "${@:-${all[@]}}"; do
  declare -F "check_$name" >/dev/null || { echo "no check is called $name; there are: ${all[*]}" >&2; exit 2; }
  began=$SECONDS
  if "check_$name" >"$logs/$name.log" 2>&1; then
    printf 'ok   %-16s %s (%ss)\n' "$name" "${what[$name]}" $((SECONDS - began))
  else
    status=1
    printf 'FAIL %-16s %s (%ss)\n' "$name" "${what[$name]}" $((SECONDS - began))
    head -n 200 "$logs/$name.log" | sed 's/^/     /'
  fi
done
exit $status
