# Every target works on a clean machine: what it needs is installed by the rules below, once.
SHELL := /bin/sh
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run test soak check bench screenshots format clean

PYTHON ?= python3
STAMPS := build/stamps
PWA_SOURCES := $(shell find pwa city -type f -not -path 'pwa/dist/*' | grep -v ' ')

run: $(STAMPS)/python-run $(STAMPS)/pwa
	.venv/bin/zhangban demo
	exec .venv/bin/zhangban serve

test: $(STAMPS)/system-packages $(STAMPS)/python-dev $(STAMPS)/pwa $(STAMPS)/scanners
	scripts/run-tests

soak: $(STAMPS)/system-packages $(STAMPS)/python-dev $(STAMPS)/pwa $(STAMPS)/scanners
	ZHANGBAN_TEST_SCALE=1 scripts/run-tests

check: $(STAMPS)/python-dev $(STAMPS)/pwa
	scripts/check

bench: $(STAMPS)/system-packages $(STAMPS)/python-dev $(STAMPS)/pwa
	.venv/bin/python -m tests.bench

screenshots: $(STAMPS)/system-packages $(STAMPS)/python-dev $(STAMPS)/pwa
	.venv/bin/python -m tests.browser.screenshots

format: $(STAMPS)/python-dev
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

clean:
	rm -rf build pwa/dist

$(STAMPS)/virtual-environment:
	scripts/virtual-environment "$(PYTHON)"
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python-run: requirements.txt pyproject.toml | $(STAMPS)/virtual-environment
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements.txt
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/python-dev: requirements-dev.txt $(STAMPS)/python-run
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

$(STAMPS)/node: package.json package-lock.json
	scripts/node-version
	# Not `npm ci`: it refuses a lock file that leaves out the binaries of other platforms; this takes the same locked versions.
	npm install --no-save --no-audit --no-fund --loglevel=error
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/pwa: $(STAMPS)/node $(PWA_SOURCES)
	npm run --silent build
	@touch $@

$(STAMPS)/scanners: requirements-scanners.txt scripts/scanner-environment | $(STAMPS)/virtual-environment
	scripts/scanner-environment "$(PYTHON)"
	@touch $@

$(STAMPS)/system-packages: scripts/system-packages
	scripts/system-packages
	@mkdir -p $(STAMPS) && touch $@
