# Everything runs in a virtual environment of its own; Python 3.11+, git and make are all that a machine needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check format lint types docs docs-diff golden record bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

demo: $(READY) ## scan the example stack
	$(BIN)/infraaudit scan fixtures/stacks/shop --exit-zero

test: $(READY) ## run every test
	$(BIN)/python -m pytest --quiet --numprocesses auto

check: $(READY) lint types test docs-diff ## what must be green before every commit

format: $(READY) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

docs: $(READY) ## write the policies' pages anew
	$(BIN)/python docs/write.py

docs-diff: docs
	git diff --exit-code -- docs

golden: $(READY) ## write the golden outputs anew; read the difference before you commit it
	$(BIN)/python -m tests.golden.outputs

bench: $(READY) ## time the program, beside Checkov and Trivy where they are installed
	$(BIN)/python -m tests.bench.bench

clean: ## remove what the other targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .bench
