# `make check` and `make test` need Python >= 3.11, pip and nothing else; `make help` lists the rest.
PY ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt --editable

.DEFAULT_GOAL := check
.DELETE_ON_ERROR:
.PHONY: check test thorough lint types bench readme clean help

# softmax_cross_entropy is naive on purpose and overflows at a spike: configs/worksheet.toml shows it.
check: $(VENV)/core.stamp  ## check every shipped layer (what `make` does)
	$(BIN)/gradcheck check --all -k "not softmax_cross_entropy[spike"

# Hundreds of processes are started: what they load is compiled once, whatever the environment says, and none has
# threads that wait for work on cores which the others need.
PYTEST = PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto

test: $(VENV)/test.stamp  ## run the tests, on all cores
	$(PYTEST)

thorough: $(VENV)/test.stamp  ## the same, where sweeps take all pairs of what they vary and not an even part of them
	$(PYTEST) --thorough

lint: $(VENV)/dev.stamp  ## look for mistakes of style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/test.stamp $(VENV)/dev.stamp  ## look for mistakes of type
	$(BIN)/mypy

bench: $(VENV)/core.stamp  ## time single points beside the limit and other tools, and whole runs
	$(BIN)/python -m tests.bench

readme: $(VENV)/core.stamp  ## write what the program prints into README.md and the pages of help
	$(BIN)/python -m tests.readme

clean:  ## remove the environment and everything else that was made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## say what there is to make
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 10

$(VENV)/core.stamp: pyproject.toml .ci/constraints.txt
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gradcheck needs Python >= 3.11: make PY=python3.11")'
	$(PY) -m venv $(VENV)
	$(INSTALL) .
	@touch $@

$(VENV)/test.stamp $(VENV)/dev.stamp: $(VENV)/%.stamp: $(VENV)/core.stamp
	$(INSTALL) '.[$*]'
	@touch $@
