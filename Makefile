# Everything runs from a virtual environment in .venv, which each target makes when it needs it.
# Wanted on the machine: python3 (3.11 or newer) with venv, and make.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# where byte code may not be kept, each of the workers and some 1,500 programs that tests start would compile all anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check soak over-http bench format snapshots man openapi clean

help:  ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/run  ## start the program on sample data (make run ARGS="--as tuva")
	@$(BIN)/crm-tui demo $(ARGS)

test: .venv/dev  ## run all tests
	@$(BIN)/pytest

check: .venv/dev  ## lint, formatting, types, import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

soak: .venv/dev over-http  ## the long runs: kills, power cuts, damaged files, key storms, all pictures of forms
	@$(BIN)/pytest -m soak --timeout 3600

over-http: .venv/dev  ## the tests of screens and commands once more, on stores at a server
	@CRM_TUI_TEST_OVER=http $(BIN)/pytest tests/screens tests/visual tests/cli --timeout 600

bench: .venv/dev build/peers/made  ## measure, and write bench/RESULTS.md (make bench ARGS="--only wire --sizes 1000")
	@$(BIN)/python -m bench $(ARGS)

format: .venv/dev  ## put the code into its standard form
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format

snapshots: .venv/dev  ## take the pictures of the screens anew: look at each before committing it
	@$(BIN)/pytest tests/visual tests/widgets tests/screens --snapshot-update -n 0 -m 'soak or not soak'

man: .venv/run  ## write docs/crm-tui.1 anew from the commands and options
	@$(BIN)/python -m crm_tui.cli.manual > docs/crm-tui.1

openapi: .venv/dev  ## write docs/openapi.json anew from the table of routes
	@$(BIN)/python -m crm_tui.server.openapi > docs/openapi.json

clean:  ## remove the environment and what tools leave behind
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist snapshot_report.html

.venv/python:
	@command -v $(PYTHON) >/dev/null || { echo "crm-tui needs Python 3.11 or newer, and there is no $(PYTHON): install it, or name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "crm-tui needs Python 3.11 or newer, $(PYTHON) is `$(PYTHON) -V`: install a newer one, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv: install it (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "Making the environment in .venv (once) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) install -c constraints.txt --upgrade pip # its start scripts import no re: a look-up is a fifth quicker
	@touch $@

.venv/run: .venv/python pyproject.toml constraints.txt
	@$(PIP) install -c constraints.txt -e .
	@touch $@

# programs to compare with, in an environment of their own; without a network they are told as not installed
build/peers/made: bench/peers.txt .venv/python
	@echo "Making the environment of programs to compare with in build/peers (once) ..."
	@$(PYTHON) -m venv build/peers
	@build/peers/bin/python -m pip --disable-pip-version-check --quiet install -r bench/peers.txt && touch $@ || echo "Some programs could not be installed; measuring goes on without them."

.venv/dev: .venv/python pyproject.toml constraints.txt
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ .venv/run
