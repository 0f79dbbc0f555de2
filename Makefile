# Midline's commands. `make run` and `make test` are all that a newcomer needs; each sets up by itself
# what it needs and is missing, and nothing else.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
ENV := source scripts/env.sh
export MIDLINE_DATA ?= .midline

.PHONY: help run test check docs dev setup env reset prepare bench crashes

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run: ## build in release and serve everything on this machine (PORT=3000)
	@exec scripts/setup.sh run

test: ## run every test: units, database, HTTP, browser
	@scripts/setup.sh test
	scripts/test.sh

check: ## format, lints for both targets, queries, licences, unused dependencies, types
	@scripts/setup.sh check
	scripts/check.sh

docs: ## write anew what the program itself says in docs/
	@scripts/setup.sh docs
	scripts/docs.sh

dev: ## serve, and rebuild and reload on every change
	@scripts/setup.sh dev
	exec scripts/dev.sh

setup: ## install what is missing for all of these
	@scripts/setup.sh

env: ## print the running stack's environment: eval "$(make -s env)"
	@! flock --nonblock $(MIDLINE_DATA)/lock true 2>/dev/null && cat $(MIDLINE_DATA)/env 2>/dev/null || { echo "midline: nothing is running here; start it with 'make run'" >&2; exit 1; }

reset: ## throw the stack's data away
	@scripts/reset.sh

prepare: ## describe the queries anew after changing one (.sqlx/)
	@scripts/setup.sh prepare
	scripts/prepare.sh

bench: ## measure, and write the table to bench-results/
	@scripts/setup.sh bench
	scripts/bench.sh

crashes: ## the dispatcher under crashes for long (RUNS=200 COUNT=10000)
	@scripts/setup.sh crashes
	scripts/crashes.sh
