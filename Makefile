# Every target sets up what it needs: Python 3.11 or newer, pip and make are enough to begin with.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN  := $(VENV)/bin
# A file's tests stay in one process, which builds what they share once. More on a larger machine: make WORKERS=8.
# Those that wait for browsers and other processes leave a processor to a third one.
PROCESSES := 2
test: PROCESSES := 3
PARALLEL = -n $(or $(WORKERS),$(PROCESSES)) --dist loadfile
PIP  := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Many tests start a Python of their own, which would compile every module again.
test test-adapters test-fast sweep check: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test test-adapters test-fast learn-smoke sweep check lint-js prove bench screenshots tasks clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.gristmill $(VENV)/.browser  ## Set up, then run the demo; writes gristmill-demo/index.html
	$(BIN)/gristmill demo --task Office-OrderAndTell-v0

test: $(VENV)/.gristmill-dev $(VENV)/.browser  ## Set up, then run the tests, without sweeps
	$(BIN)/python -m pytest $(PARALLEL) -m "not sweep and not adapters"

test-adapters: $(VENV)/.gristmill-dev $(VENV)/.browser  ## Run the adapters' tests, which install what they adapt, 5.5 GB in all
	$(BIN)/python -m pytest tests/adapters

test-fast: $(VENV)/.gristmill-dev  ## Run the quick tests, which need no browser, Ray or training
	$(BIN)/python -m pytest $(PARALLEL) -m "not browser and not ray and not slow and not sweep and not train and not adapters"

sweep: $(VENV)/.gristmill-dev $(VENV)/.browser  ## Repeat over every family, seed and page what the tests show on a sample
	$(BIN)/python -m pytest $(PARALLEL) -m sweep

learn-smoke: $(VENV)/.gristmill-dev  ## Train each algorithm on a tiny known task, and check losses, gradients and determinism
	$(BIN)/python -m pytest tests/agents/training tests/agents/deployment tests/agents/policies tests/cli/test_train.py

check: $(VENV)/.gristmill-dev $(VENV)/.browser lint-js  ## Formatting, lint, types, tests and coverage, required for every change
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -W error -m "not sweep and not adapters"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=90

lint-js:  ## Lint the scripts that run in pages; skipped where there is no npm
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/.installed && npm run --silent lint; \
		else echo "npm is missing: the scripts that run in pages are not linted."; fi

prove: $(VENV)/.gristmill-dev $(VENV)/.browser  ## Verify in Chromium that every task is solvable and reproducible
	$(BIN)/python tools/prove.py

bench: $(VENV)/.gristmill-dev $(VENV)/.browser  ## Measure step cost and throughput on this machine
	$(BIN)/python benchmarks/step_cost.py
	$(BIN)/python benchmarks/throughput.py --quick

tasks: $(VENV)/.gristmill $(VENV)/.browser  ## Write docs/tasks.md: every task family with a goal, its checks and a picture of its end
	$(BIN)/python tools/tasks_page.py

screenshots: $(VENV)/.gristmill $(VENV)/.browser  ## Take a picture of every kind of page; writes a contact sheet per app to docs/images/
	$(BIN)/python tools/screenshots.py

clean:  ## Remove the virtual environment, caches and build results
	rm -rf $(VENV) node_modules dist build htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each is newer than what it was made from, so a second call does nothing.
$(VENV)/.created:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. If it lies elsewhere: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.gristmill: $(VENV)/.created pyproject.toml constraints.txt
	$(PIP) install -e . -c constraints.txt
	@touch $@

$(VENV)/.gristmill-dev: $(VENV)/.created pyproject.toml constraints.txt
	$(PIP) install -e '.[dev,rllib,sb3]' -c constraints.txt
	@touch $@ $(VENV)/.gristmill

node_modules/.installed: package.json package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@

# Again when constraints.txt changes: Playwright's own browser belongs to one version of Playwright.
$(VENV)/.browser: tools/get_browser.sh constraints.txt | $(VENV)/.gristmill
	tools/get_browser.sh $(BIN)/python
	@touch $@
