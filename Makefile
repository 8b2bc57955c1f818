# The workflow. `make` alone lists it. All that a machine needs is make and Python 3.11 or later;
# the first target that is run makes .venv from the locked requirements.

PYTHON ?= python3
PORT ?= 8087

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check test-browser test-load bench lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(INSTALLED) ## a sample office, the bot and a local Telegram in the browser (PORT=8087)
	@PORT=$(PORT) $(BIN)/tollmate demo

test: $(INSTALLED) ## every test but those in a browser and those of full load, in random order
	$(PY) -m pytest -q

check: $(INSTALLED) ## format, lint, types, layers, content, and the tests of texts and project
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tollmate content check
	$(PY) -m pytest -q tests/project

test-browser: $(INSTALLED) ## the page in a real Chromium (TOLLMATE_CHROMIUM=path, or `chromium` on the PATH)
	$(PY) -m pytest -q -m browser tests/browser

test-load: $(INSTALLED) ## a notice to 1,000 people at the real speed, with kills and on a bad network (about 3 minutes)
	$(PY) -m pytest -q -m load tests/load

bench: $(INSTALLED) ## measure taps, taps while a notice goes out, and what practice teaches (about 11 minutes)
	$(PY) -m benchmarks.taps
	$(PY) -m benchmarks.notices
	$(PY) -m benchmarks.recall

lock: $(LOCKED) ## resolve pyproject.toml into requirements*.lock; UPGRADE=1 takes newer versions
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --output-file requirements.lock
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --extra dev --constraints requirements.lock \
		--output-file requirements-dev.lock

# Two steps, so that `make lock` works while the lock is behind pyproject.toml.
$(LOCKED): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tollmate needs Python 3.11 or later: make PYTHON=python3.11 …")'
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || \
		{ echo "No venv could be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PY) -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
