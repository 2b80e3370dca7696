# `make build` and `make test` each do all the set-up they need on a fresh machine.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
# All but Ray, which is large.
EXTRAS := gazetteer analysis plot remote export sources site dask publish
READY := $(VENV)/.ready

# Telemetry off, and time enough for Prefect's own server to start on a busy machine.
export PREFECT_HOME ?= $(CURDIR)/$(VENV)/prefect

.PHONY: build test check bench lock clean help

help:            ## list the targets
	@grep -hE '^[a-z-]+: .*## ' $(MAKEFILE_LIST) | sed 's/: .*## /\t/'

build: $(READY)  ## publish the data package of raw/ into datapackage/
	$(BIN)/regesta build

test: check      ## lint, types and the whole test suite
	$(BIN)/python -m pytest

bench: $(READY)  ## measure speed beside other tools, into docs/performance.md (an environment of its own; minutes)
	$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(BENCH)
	$(BIN)/uv pip install --quiet --python $(BENCH)/bin/python --editable ".[dask,plot]" --group bench
	$(BENCH)/bin/python -m benchmarks.pipeline_speed --write docs $(SIZES)

check: $(READY)  ## lint and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock:            ## compile requirements.lock again from pyproject.toml (needs $(READY))
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 $(EXTRAS:%=--extra %) --group dev \
		--generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements.lock

clean:           ## remove the environment and the stage outputs; releases stay
	rm -rf $(VENV) $(BENCH) processed

$(READY): requirements.lock pyproject.toml
	@python=; for p in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
		if "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then python=$$p; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "regesta needs Python 3.11, 3.12 or 3.13; put one on the PATH or name it: make build PYTHON=/path/to/python3" >&2; exit 1; fi; \
	"$$python" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
