# Everything a developer runs. `make help` lists it.
# PORT is where the stack answers, STATE the folder that holds its data, ARCH what the functions are built for.
PORT  ?= 8080
STATE ?= .local
ARCH  ?= $(shell go env GOHOSTARCH 2>/dev/null)
export ARCH

SHELL        := bash
.SHELLFLAGS  := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS    += --no-print-directory

stack := .local/tools/stack
on_stack = $(stack) -state "$(STATE)" -port $(PORT)
on_test_stack = $(stack) -state .local/test -port 0
on_bench_stack = $(stack) -state .local/bench -port 0

.PHONY: help up demo status logs down reset build tools stack test test-tools test-local test-product test-stack test-browser storage-calls roles bench figures-cascade lint format openapi openapi-check sam-local

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 24

up: stack ## build everything, run it on http://localhost:$PORT and print the administrator's password
	@$(on_stack) up

demo: stack ## fill the running stack with resellers and customers, through its API
	@$(on_stack) demo

status: stack ## what runs, and whether it answers
	@$(on_stack) status

logs: stack ## the end of all logs, the functions' last; FOLLOW=1 goes on with the functions'
	@$(on_stack) logs
	@[ -z "$${FOLLOW:-}" ] || tail -n 0 -F "$(STATE)/log/functions.log"

down: stack ## stop the stack; its data stays
	@$(on_stack) down

reset: stack ## stop the stack and forget its data
	@$(on_stack) reset

build: ## build all functions for ARCH, for the local stack and for `sam deploy`
	@local/build.sh

tools: stack ## install the pinned emulators
	@$(stack) tools

stack:
	@local/prerequisites.sh
	@mkdir -p $(dir $(stack))
	@[ -e $(stack) ] || echo "Building the local stack's own program, once"
	@go build -C local -buildvcs=false -o "$(CURDIR)/$(stack)" .

test: ## every test, also when one part fails; those over HTTP run against a stack of their own
	@status=0; for part in tools local product stack browser; do $(MAKE) test-$$part || status=1; done; exit $$status

test-tools:
	@tools/test.sh tools

test-local: tools
	@DYNOXIDE=$$($(stack) dynoxide) tools/test.sh local

test-product: tools
	@DYNOXIDE=$$($(stack) dynoxide) RESULT=product tools/test.sh . ./functions/... ./shared/... ./tests/bench/...

test-stack: stack
	@$(on_test_stack) run tools/stack-test.sh

test-browser: stack ## the pages in a real browser, against a stack of their own
	@$(on_test_stack) run tests/browser/run.sh

storage-calls: stack ## write docs/storage-calls.json from a run of the tests over HTTP, then the roles
	@$(on_test_stack) run tools/stack-test.sh --record
	@$(MAKE) roles

roles: ## write the roles in template.yaml from docs/storage-calls.json, the events and the state machines
	@go run -C tools ./roles

bench: stack ## measure start-up, lists and suspending side by side, into docs/figures.md; ROWS=100000 for a larger table
	@$(on_bench_stack) run go run ./tests/bench -many $${ROWS:-10000}

figures-cascade: tools ## measure what long work costs, and model it on AWS, into docs/figures.md; CUSTOMERS=10000 for a larger bulk
	@DYNOXIDE=$$($(stack) dynoxide) go test -count=1 -timeout 60m ./tests/bench/cascade -run TestFigures -v -figures -customers $${CUSTOMERS:-2000}

lint: ## all static checks
	@tools/lint.sh

format: ## format the Go files
	@tools/lint.sh --format

openapi: ## write docs/openapi.* from the operations
	@tools/openapi.sh

openapi-check: ## docs/openapi.* is what the operations say
	@tools/openapi.sh --check

sam-local: stack ## drive the real `sam local` against the local table; needs Docker
	@tests/samlocal/run.sh
