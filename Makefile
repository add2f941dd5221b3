# Two commands matter: `make gallery` publishes the demo gallery into build/, `make test` runs every check.
# Both set up .venv first. A GPU machine names its build of torch, see README.md.

PYTHON ?= python3
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
VENV := .venv
APT_INSTALL := test "$$(id -u)" = 0 && command -v apt-get && apt-get update -qq && apt-get install -y -qq
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps

.PHONY: gallery serve test lint js browser nginx setup dev screenshots lock clean

gallery: setup
	$(BIN)/sitegen build

serve:
	$(BIN)/sitegen serve build

# In the order of the folders: files that take long, with browsers and models, come first.
test: lint js browser nginx
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations 20

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

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

screenshots: dev browser
	$(BIN)/python benchmarks/screenshots.py

lock:
	requirements/lock.sh

clean:
	rm -rf build .sitegen
