# The two commands of the README are `make demo` and `make test`. Each makes .venv from the lock file when it has to.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
ARGS ?=
JOBS ?= 2

.PHONY: help demo test test-postgres check format acceptance benchmarks words docs lock clean
.DEFAULT_GOAL := help

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: $(READY) ## Make the invented organisation and serve it (ARGS="--people 20000")
	@$(BIN)/strandline demo $(ARGS)

test: $(READY) ## Run the tests (ARGS="tests/steady -k handoff")
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-postgres: $(READY) ## Run the tests on a PostgreSQL of their own
	@STRANDLINE_TEST_POSTGRES=1 $(BIN)/python -m pytest $(ARGS)

check: $(READY) ## Format, lint, types, layers, security, migrations, generated pages
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.check $(ARGS)

format: $(READY) ## Format the code
	@$(BIN)/ruff format src tests && $(BIN)/ruff check --fix --select I,UP,F401 src tests

acceptance: $(READY) ## Run the acceptance checks (NAME=kill ARGS="--n 300"), all of them without a name
	@$(BIN)/python -m tests.acceptance $(NAME) $(ARGS)

benchmarks: $(READY) ## Measure, beside the named baselines (NAME=search)
	@$(BIN)/python -m benchmarks $(NAME) $(ARGS)

words: $(READY) ## Gather what the pages say into the catalogues of languages, and compile them
	@$(BIN)/python -m tests.words $(ARGS)

docs: $(READY) ## Write the generated pages again
	@$(BIN)/python -m tests.docs

lock: ## Resolve the requirements again, into pins and hashes
	@uv pip compile --quiet --universal --generate-hashes --no-header --all-extras --group dev \
		pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=..."; exit 1; }
	@echo "Installing into .venv (once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; uv venv --quiet --seed --python $(PYTHON) .venv; } \
		|| { echo "Neither python3-venv nor uv is there: install one of them."; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-index --no-build-isolation -e .
	@touch $(READY)

clean: ## Take away what was installed and made here
	rm -rf .venv .strandline .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
