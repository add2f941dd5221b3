# Two commands matter: `make gallery` publishes the demo gallery into build/, `make test` runs every check.
# Both set up .venv first. A GPU machine names its build of torch, see docs/installing.md.

PYTHON ?= python3
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
VENV := .venv
APT_INSTALL := test "$$(id -u)" = 0 && command -v apt-get && apt-get update -qq && apt-get install -y -qq
BIN := $(VENV)/bin
# A venv without torch, one per Python: what lint and the tests of the unit layer need.
LIGHT = .venv-$(shell $(PYTHON) -c 'import sys; print("{}.{}".format(*sys.version_info))')
# How lines are counted: `sysmon` costs next to nothing, and is there from Python 3.12 on.
CORE = $(shell $(PYTHON) -c 'import sys; print("ctrace" if sys.version_info < (3, 12) else "sysmon")')
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps

.PHONY: gallery serve test light lint unit release js browser nginx setup dev screenshots lock clean

gallery: setup
	$(BIN)/sitegen build

serve:
	$(BIN)/sitegen serve build

# In the order of the folders: files that take long, with browsers and models, come first.
test: dev js browser nginx
	$(call lint_in,$(VENV))
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations 20

# Needs neither models nor browsers, on any Python: make light PYTHON=python3.13
light: lint unit

lint: $(LIGHT)/.light
	$(call lint_in,$(LIGHT))

# Without tests marked `slow`, which `make test` runs. Coverage may not sink: see pyproject.toml.
unit: $(LIGHT)/.light
	PATH="$(CURDIR)/$(LIGHT)/bin:$$PATH" COVERAGE_CORE=$(CORE) $(LIGHT)/bin/python -m pytest tests/unit -m "not slow" \
	  --numprocesses auto --maxprocesses 4 --dist worksteal --cov --cov-report=term:skip-covered

# The types are those of the Python of the venv.
define lint_in
	$(1)/bin/ruff check .
	$(1)/bin/ruff format --check .
	$(1)/bin/mypy --python-version "$$($(1)/bin/python -c 'import sys; print("{}.{}".format(*sys.version_info))')"
	$(1)/bin/lint-imports --no-cache
endef

js: node_modules/.stamp
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm run --silent check

browser: dev
	@command -v "$${CHROMIUM:-chromium}" || command -v google-chrome \
	  || { $(APT_INSTALL) chromium; } \
	  || $(BIN)/playwright install --with-deps chromium
	@command -v firefox-esr || command -v firefox \
	  || { $(APT_INSTALL) firefox-esr; } \
	  || echo "no Firefox here: the test in it is skipped"

nginx:
	@command -v nginx || { $(APT_INSTALL) nginx; } || { echo "install nginx: tests serve a site by its recipe"; exit 1; }

setup: $(VENV)/.gallery
dev: $(VENV)/.dev

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "sitegen needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(LIGHT)/.light: requirements/light.txt
	$(PYTHON) -m venv $(LIGHT)
	$(LIGHT)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps -r requirements/light.txt
	@touch $@

$(VENV)/.gallery: $(VENV)/.python requirements/torch.txt requirements/gallery.txt pyproject.toml
	@echo "installing torch, the build for CPUs (190 MB)"
	$(PIP) --retries 1 --extra-index-url $(TORCH_INDEX) -r requirements/torch.txt
	@echo "installing the rest of the pipeline, models and data (500 MB)"
	$(PIP) -r requirements/gallery.txt
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.gallery requirements/dev.txt
	$(PIP) -r requirements/dev.txt
	@touch $@

node_modules/.stamp: $(VENV)/.dev package-lock.json
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --silent --no-audit --no-fund
	@touch $@

# Builds sdist and wheel, and tries each in an empty environment; uploads nothing.
release:
	PYTHON="$(PYTHON)" requirements/release.sh

screenshots: dev browser
	$(BIN)/python benchmarks/screenshots.py

lock:
	requirements/lock.sh

clean:
	rm -rf build dist .sitegen
