#!/usr/bin/env bash
# Runs static checks and prints one line for each.
#   tools/lint.sh            runs all checks
#   tools/lint.sh <name>...  runs these checks
#   tools/lint.sh --format   formats the Go files and runs no check
# The linters are pinned in tools/go.mod, tools/requirements*.txt and local/requirements-sam.txt. The Go linters are
# built into Go's cache, the Python linters are installed into .local.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 2
logs=$root/.local/lint
mkdir -p "$logs"
export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true PIP_DISABLE_PIP_VERSION_CHECK=1

modules() { git ls-files --cached --others --exclude-standard -- go.mod '*/go.mod' | xargs -r -n1 dirname | sort -u; }
# sources lists the files that are written by hand: no lock files, no generated documents.
sources() {
  git ls-files --cached --others --exclude-standard -z -- ':!*.sum' ':!*package-lock.json' ':!docs/openapi.*'
}
# absent <pattern> fails if a source file contains the pattern, and prints where.
absent() {
  local matches
  matches=$(sources | xargs -0 grep -nIsE -e "$1" --)
  [ -z "$matches" ] || { echo "$matches"; return 1; }
}

venv() { tools/venv.sh "$@"; }

go_tool() { # go_tool <name> <arguments> runs a pinned tool in the current module
  local name=$1
  shift
  "$(go tool -C "$root/tools" -n "$name")" "$@"
}

check_gofumpt() {
  local unformatted
  unformatted=$(sources | tr '\0' '\n' | grep '\.go$' | while read -r file; do [ -e "$file" ] && echo "$file"; done |
    xargs -r "$(go tool -C tools -n gofumpt)" -l -modpath tenantry) || return 1
  [ -z "$unformatted" ] || { echo "$unformatted"; return 1; }
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
  for module in $(modules); do
    (cd "$module" && go mod tidy -diff 2>&1 | head -n 40; exit "${PIPESTATUS[0]}") ||
      { status=1; echo "in $module: run go mod tidy"; }
  done
  return $status
}

check_cloudformation() {
  venv .local/tools-venv tools/requirements.txt &&
    .local/tools-venv/bin/cfn-lint template.yaml $(git ls-files 'infra/*.yaml')
}

check_statemachines() {
  local machines status=0 machine
  machines=$(git ls-files --cached --others --exclude-standard 'statemachines/*.asl.json')
  [ -n "$machines" ] || return 0
  venv .local/tools-venv tools/requirements.txt || return 1
  for machine in $machines; do .local/tools-venv/bin/statelint "$machine" || status=1; done
  return $status
}

check_checkov() {
  venv .local/checkov-venv tools/requirements-checkov.txt &&
    .local/checkov-venv/bin/checkov --config-file tools/checkov.yaml -f template.yaml $(git ls-files 'infra/*.yaml')
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
    if [[ $file = *.py ]]; then
      python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$file" || status=1
    fi
  done < <(git ls-files --cached --others --exclude-standard | grep -v '\.go$')
  return $status
}

check_whitespace() { absent $'[ \t\r]+$'; }

# No file names a package registry. The machine's own settings decide where packages come from.
check_registries() {
  local pattern='registry[.](npmjs|yarnpkg|npmmirror)|pypi[.](org|python)|pythonhosted[.]|(proxy|sum)[.]golang'
  pattern+='|(ghcr|quay|gcr)[.]io|(hub|index)[.]docker'
  absent "$pattern" &&
    ! git grep -nIE --untracked '"resolved": *"https?:' -- '*package-lock.json'
}

check_secrets() {
  local pattern='A(KI|SI)A[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|gh[pousr]_[A-Za-z0-9]{36}|xox[abprs]-[0-9]'
  pattern+='|eyJ[A-Za-z0-9_-]{12,}[.]eyJ|tny_[A-Za-z0-9_-]{40}'
  pattern+='|[sS]ecret_?[aA]ccess_?[kK]ey[^A-Za-z0-9]{1,4}[A-Za-z0-9/+]{40}'
  absent "$pattern"
}

# The panel's sources compile, and follow the rules of eslint.config.mjs.
check_panel() { panel/install.sh && npm --prefix panel run --silent check-types && npm --prefix panel run --silent lint; }

check_vulnerabilities() { tools/vulncheck.sh; }

# Packages of Python are installed only with the recorded hashes, which tools/requirements.sh records.
check_hashes() {
  ! git grep -nE --untracked 'pip"? install' -- ':!tools/requirements.sh' ':!tests/samlocal/run.sh' ':!*.md' |
    grep -vE -e "--require-hashes|check_hashes" || return 1
  grep -q -e '--require-hashes' tests/samlocal/run.sh local/command/tools.go
}

if [ "${1:-}" = --format ]; then
  for module in $(modules); do (cd "$module" && go_tool golangci-lint fmt ./...) || exit 1; done
  exit
fi

all=(gofumpt golangci tidy cloudformation checkov statemachines sam panel scripts whitespace registries secrets hashes vulnerabilities)
declare -A what=(
  [gofumpt]="Go files are formatted" [golangci]="golangci-lint in all modules" [tidy]="go.mod and go.sum are tidy"
  [cloudformation]="cfn-lint" [checkov]="checkov" [statemachines]="statelint" [sam]="sam validate --lint" [panel]="tsc and eslint" [scripts]="scripts parse"
  [whitespace]="no trailing white space" [registries]="no file names a registry" [secrets]="no file contains a secret"
  [hashes]="pip checks hashes" [vulnerabilities]="no known vulnerabilities, if the database is reachable"
)
status=0
[ -d "$root/.local/tools-venv" ] || echo "     building and installing the linters: some minutes the first time"
for name in "${@:-${all[@]}}"; do
  declare -F "check_$name" >/dev/null || { echo "unknown check $name; the checks are: ${all[*]}" >&2; exit 2; }
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
