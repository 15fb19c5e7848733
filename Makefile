# The way in, for people and for CI. `make help` lists the targets.

PORT ?= 8000
PEOPLE ?=
FRESH ?=
ONLY ?=
ARGS ?=
FAULTS ?=
LMS := .venv/bin/lms
CATALOGUE := translations/vi/LC_MESSAGES/messages.mo

.DEFAULT_GOAL := help
.PHONY: help demo set-up test test-fast faults check lint types bench format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: set-up ## set up everything and serve a demonstration: PORT=8000 PEOPLE=n FRESH=1 (start over)
	@exec $(LMS) demo --port $(PORT) $(if $(PEOPLE),--people $(PEOPLE)) $(if $(filter-out 0 no,$(FRESH)),--fresh)

set-up: ## what the product needs: system packages, libraries, catalogues
	@tools/packages.sh demo
	@tools/venv.sh runtime
	@$(MAKE) --no-print-directory -s $(CATALOGUE)

test: set-up-test ## everything: style, types, floors, unit, both databases, browser, faults
	@tools/check.sh style types floors tests

test-fast: set-up-test ## the tests without browser and faults; ARGS="tests/lms/exams -x" for your own choice
	@tools/check.sh tests -- -n 2 --dist worksteal -m "not browser and not faults" $(ARGS)

faults: set-up-test ## only the tests that hurt a running server and its database; FAULTS=long for an hour of it
	@FAULTS=$(FAULTS) tools/check.sh tests -- -m faults $(ARGS)

check: set-up-test ## in seconds, before a commit: style, types, floors, the pure rules
	@tools/check.sh style types floors pure

lint: set-up-test ## ruff
	@tools/check.sh style

types: set-up-test ## mypy --strict
	@tools/check.sh types

format: set-up-test ## let ruff lay out the code
	@.venv/bin/ruff check --fix --quiet lms tests benchmarks migrations wsgi.py; .venv/bin/ruff format lms tests benchmarks migrations wsgi.py

bench: set-up-test ## measure; ONLY=save,start for some of it; writes build/bench.json
	@.venv/bin/python -m benchmarks $(if $(ONLY),--only $(ONLY))

lock: ## write requirements/*.lock anew from the .in files; UPGRADE=1 takes the newest versions
	@tools/lock.sh

clean: ## remove what can be made again; keeps the data of the demonstration
	@rm -rf .venv build lms.egg-info translations/*/LC_MESSAGES .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find lms tests benchmarks migrations -name __pycache__ -prune -exec rm -rf {} +

.PHONY: set-up-test
set-up-test:
	@tools/packages.sh test
	@tools/venv.sh test
	@$(MAKE) --no-print-directory -s $(CATALOGUE)

$(CATALOGUE): $(wildcard translations/vi/*.po)
	@$(LMS) i18n compile >/dev/null
