# The commands for developers. `make help` lists them.
# PORT is the port of the local stack, STATE the folder of its files, ARCH the architecture of the functions.
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
on_pictures_stack = $(stack) -state .local/pictures -port 0
on_kill_stack = $(stack) -state .local/kill -port 0
on_restore_stack = $(stack) -state .local/restore -port 0
on_node_stack = $(stack) -state .local/node-stack -port 0
on_bench_stack = $(stack) -state .local/bench -port 0

.PHONY: help up demo status logs down reset build tools stack test test-tools test-local test-product test-stack test-document test-kill test-restore test-node test-panel test-browser pictures storage-calls storage-costs roles bench bench-counts cost figures-cascade figures-owncode figures-panel figures-node deploy restore replay index node node-demo lint vulncheck sbom format requirements openapi openapi-check sam-local

help: ## list these commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 24

up: stack ## build, start and deploy the local stack on http://localhost:$PORT, and print the administrator's password
	@$(on_stack) up

demo: stack ## create example resellers and customers in the running stack; CUSTOMERS=10000 creates as many
	@$(on_stack) -customers $${CUSTOMERS:-0} demo

status: stack ## show the stack's addresses and processes, and whether it is healthy
	@$(on_stack) status

logs: stack ## print the end of each log; FOLLOW=1 keeps printing the functions' log
	@$(on_stack) logs
	@[ -z "$${FOLLOW:-}" ] || tail -n 0 -F "$(STATE)/log/functions.log"

down: stack ## stop the stack and keep its data
	@$(on_stack) down

reset: stack ## stop the stack and delete its data
	@$(on_stack) reset

build: ## build all functions and the panel for ARCH (arm64 or amd64), for the local stack and `sam deploy`
	@local/build.sh

tools: stack ## install the pinned emulators
	@$(stack) tools

stack:
	@local/prerequisites.sh
	@mkdir -p $(dir $(stack))
	@[ -e $(stack) ] || echo "Building the program that runs the local stack"
	@go build -C local -buildvcs=false -o "$(CURDIR)/$(stack)" .

test: ## run all tests; tests over HTTP start their own stack
	@status=0; for part in tools local product panel stack document kill restore node browser; do $(MAKE) test-$$part || status=1; done; exit $$status

test-tools: # Go's cache of test results ignores files outside the module, such as template.yaml
	@tools/test.sh tools -count=1 ./...
	@tools/test.sh tools/index

test-local: tools
	@DYNOXIDE=$$($(stack) dynoxide) tools/test.sh local

test-product: tools
	@DYNOXIDE=$$($(stack) dynoxide) RESULT=product tools/test.sh . -timeout 25m ./functions/... ./shared/... ./node/... ./tests/bench/...

test-stack: stack
	@$(on_test_stack) run tools/stack-test.sh

test-document: stack ## compare the API with its document, with generated requests against their own stack
	@$(on_test_stack) run tests/document/run.sh

test-restore: stack ## rehearse the restore of a stage on a stack of its own
	@$(on_restore_stack) run tests/restore/run.sh

test-kill: stack ## kill the processes of a stack of its own while it works, and check that it recovers
	@$(on_kill_stack) run tests/kill/run.sh

test-node: stack ## run the node agent beside real daemons, against its own stack; as root on Debian
	@$(on_node_stack) run tests/node/run.sh

test-panel: ## run the panel's tests that need no browser
	@panel/test.sh

test-browser: stack ## run the browser tests against their own stack
	@$(on_test_stack) run tests/browser/run.sh

pictures: stack ## renew the pictures of the README in docs/images, from a stack of their own
	@$(on_pictures_stack) run tests/browser/run.sh --pictures

storage-calls: stack ## run the tests over HTTP, write docs/storage-calls.json, and then the roles
	@$(on_test_stack) run tools/stack-test.sh --record
	@$(MAKE) roles

storage-costs: tools ## count the cost of each operation in a fixed scene, and write docs/storage-calls.json and docs/cost.md
	@DYNOXIDE=$$($(stack) dynoxide) go test -count=1 ./tests/bench/counts -run TestCosts -write
	@$(MAKE) cost

bench-counts: tools ## compare docs/storage-calls.json with the counted costs, and docs/cost.md with them; `make test` does so too
	@DYNOXIDE=$$($(stack) dynoxide) go test -count=1 ./tests/bench/counts ./tests/bench/cost

cost: ## compute docs/cost.md from docs/storage-calls.json, template.yaml and the prices
	@go run ./tests/bench/cost

roles: ## write the roles in template.yaml from docs/storage-calls.json, the events and the state machines
	@go run -C tools ./roles

bench: stack ## measure everything, over HTTP and at the use cases, and write docs/figures.md and .local/bench.json; CUSTOMERS=1000,100000,1000000
	@export CUSTOMERS=$${CUSTOMERS:-1000,100000}; $(on_bench_stack) run bash -c \
		'go run ./tests/bench/http -customers $$CUSTOMERS && go run ./tests/bench -customers $$CUSTOMERS'
	@$(MAKE) figures-node

figures-node: stack ## measure the node agent with nginx, as root on Debian, and write docs/figures.md
	@$(on_bench_stack) run go run ./tests/bench/node

figures-cascade: tools ## measure the cost of operations, and write docs/figures.md; CUSTOMERS is the size of the bulk
	@DYNOXIDE=$$($(stack) dynoxide) go test -count=1 -timeout 60m ./tests/bench/cascade -run TestFigures -v -figures -customers $${CUSTOMERS:-2000}

figures-owncode: ## measure the processor time of requests without the storage, and write docs/figures.md
	@go test -count=1 ./tests/bench/owncode -run TestFigures -v -figures

figures-panel: ## measure the size of the panel, and write docs/figures.md
	@panel/build.sh && node panel/tools/figures.mjs

deploy: ## deploy STAGE (dev, staging or prod) to AWS; PARAMETERS="Name=value ..." override samconfig.toml
	@tools/deploy.sh "$(STAGE)" $(PARAMETERS)

restore: ## run a STEP of docs/runbooks/restore.md on AWS; ARGUMENTS are those of tools/restore/restore.py
	@tools/venv.sh .local/sam-venv local/requirements-sam.txt
	@.local/sam-venv/bin/python tools/restore/restore.py $${STEP:?see docs/runbooks/restore.md} $(ARGUMENTS)

replay: ## pass the parked records in BUCKET to their functions again, on AWS; LIST=1 only lists them (docs/runbooks/parked-records.md)
	@go run -C tools ./replay $(if $(LIST),-list) "$${BUCKET:?set BUCKET to the output ParkedRecords of the data stack}"

index: ## fill a new key attribute, or compare two indexes, on AWS; ARGUMENTS are those of tools/index (docs/runbooks/index-change.md)
	@mkdir -p .local
	@go run -C tools/index . -state "$(CURDIR)/.local/index-fill.json" $${ARGUMENTS:?see docs/runbooks/index-change.md}

node: ## build the node agent and its Debian package for ARCH (arm64 or amd64), in .local/node
	@node/build.sh

node-demo: stack ## serve a website of the running stack that closes when its customer is suspended; as root on Debian
	@TENANTRY_CREDENTIALS="$(abspath $(STATE))/credentials.json" go run ./tests/node/demo

lint: ## run all static checks
	@tools/lint.sh

vulncheck: ## check the modules for known vulnerabilities, if the Go vulnerability database is reachable
	@tools/vulncheck.sh

sbom: ## list the software that Tenantry consists of and is built with, in .local/sbom.json (CycloneDX)
	@go run -C tools ./sbom

format: ## format the Go files
	@tools/lint.sh --format

requirements: ## write each requirements.txt, with all packages and their hashes, from its requirements.in
	@tools/requirements.sh

openapi: ## generate docs/openapi.* from the operations, and the panel's types
	@tools/openapi.sh

openapi-check: ## check that docs/openapi.* and the panel's types are up to date
	@tools/openapi.sh --check

sam-local: stack ## run tests under the real `sam local`, against the local table; needs Docker
	@tests/samlocal/run.sh
