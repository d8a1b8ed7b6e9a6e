# The commands of this project; `make help` lists them.

PYTHON := .venv/bin/python
# Whatever a tool keeps or puts down for a moment stands in the cache folder too; nothing is written elsewhere.
CACHE := $(or $(LOTSE_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/lotsennetz)
export PIP_CACHE_DIR := $(CACHE)/pip
export UV_CACHE_DIR := $(CACHE)/uv
export BUF_CACHE_DIR := $(CACHE)/buf
export npm_config_cache := $(CACHE)/npm
export TMPDIR := $(CACHE)/tmp
# Where it is set, as in many images, each start of each process would compile its source anew.
unexport PYTHONDONTWRITEBYTECODE
# Tests of whole constellations mostly wait: for logins to end, for servers to start.
WORKERS := $(shell echo $$(( $$(nproc) + 1 < 4 ? $$(nproc) + 1 : 4 )))
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-compose down-compose test bench relevance mutants lint format docs lock check-lock texts schema clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  make demo ONCE=1   end after the journey instead of staying up"
	@echo "  make bench ONLY=disclose  one figure (also search-scale, disclose-scale); QUICK=1 only shows that all run, COLD=1 starts from an empty cache too"

setup: ## make the virtual environment and generate the protos
	@deploy/bootstrap.sh

demo: setup ## start everything and watch a case go from one agency to another and back
	@.venv/bin/lotse demo $(if $(ONCE),--once)

demo-compose: setup ## the same in containers, by docker compose; it stays up
	@.venv/bin/lotse compose demo

down-compose: setup ## stop the containers; what they hold stays
	@.venv/bin/lotse compose down

test: setup ## all tests: unit, contract, integration, system, browser, architecture
	@.venv/bin/pytest --numprocesses $(WORKERS) --dist loadscope $(ARGS)

SCALE_search-scale := benchmarks.scale
SCALE_disclose-scale := benchmarks.scale.disclosures

bench: setup ## measure against the bare stack, side by side, and print one table
	@$(PYTHON) -m $(or $(SCALE_$(ONLY)),benchmarks $(if $(ONLY),--only $(ONLY))) $(if $(QUICK),--quick) $(if $(COLD),--cold)

relevance: setup ## score the search on graded questions, beside two peers
	@$(PYTHON) -m benchmarks.relevance $(if $(WORST),--worst $(WORST))

mutants: setup ## change the rules of consent one by one and say which change no test notices
	@$(PYTHON) -m tests.support.mutants

lint: setup ## style, types, protos
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@mkdir -p .lotse && $(PYTHON) protos/build_hook.py --image .lotse/protos.binpb
	@.venv/bin/buf lint .lotse/protos.binpb --config protos/buf.yaml
	@.venv/bin/buf breaking .lotse/protos.binpb --against protos/released.binpb --config protos/buf.yaml

format: setup ## put the source in form
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

docs: setup ## write the generated pages of docs/
	@$(PYTHON) docs/generate.py
	@$(PYTHON) -m gateway errors-doc

lock: setup ## lock the dependencies of pyproject.toml
	@.venv/bin/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements.lock

check-lock: setup ## say whether the lock fits pyproject.toml
	@cp requirements.lock .venv/checked.lock
	@.venv/bin/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o .venv/checked.lock
	@cmp -s requirements.lock .venv/checked.lock || { echo "requirements.lock is stale: run \`make lock\` and commit it" >&2; exit 1; }

texts: setup ## bring the catalogues of the pages up to date with their templates
	@$(PYTHON) -m gateway texts

schema: setup ## write the schema dumps beside the migrations
	@$(PYTHON) -m tests.support.schemas

clean: ## remove what setup made; the state in .lotse stays
	@rm -rf .venv mutants protos/gen gateway/web/assets/node_modules
