# Midline's commands. `make run` and `make test` are all that a newcomer needs; each sets up by itself
# what is missing.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
ENV := source scripts/env.sh
export MIDLINE_DATA ?= .midline

.PHONY: help run test check docs dev setup env reset prepare bench crashes

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run: setup ## build in release and serve everything on this machine (PORT=3000)
	@$(ENV)
	scripts/build.sh release
	exec scripts/demo.sh release

test: setup ## run every test: units, database, HTTP, browser
	@scripts/test.sh

check: setup ## format, lints for both targets, queries, licences, unused dependencies, types
	@scripts/check.sh

docs: setup ## write anew what the program itself says in docs/
	@scripts/docs.sh

dev: setup ## serve, and rebuild and reload on every change
	@exec scripts/dev.sh

setup: ## install what is missing
	@scripts/setup.sh

env: ## print the running stack's environment: eval "$(make -s env)"
	@! flock --nonblock $(MIDLINE_DATA)/lock true 2>/dev/null && cat $(MIDLINE_DATA)/env 2>/dev/null || { echo "midline: nothing is running here; start it with 'make run'" >&2; exit 1; }

reset: ## throw the stack's data away
	@scripts/reset.sh

prepare: setup ## describe the queries anew after changing one (.sqlx/)
	@scripts/prepare.sh

bench: setup ## measure, and write the table to bench-results/
	@scripts/bench.sh

crashes: setup ## the dispatcher under crashes for long (RUNS=200 COUNT=10000)
	@scripts/crashes.sh
