# Short names for what one does here; `make` alone lists them.
#
# Needs make and Python 3.11+, nothing else: the first target that wants it makes .venv from the
# lock (see .ci/venv: with uv where there is one, else with venv or virtualenv, hashes checked).
#
#   make test ARGS="-k purpose -x"      arguments for the tool behind a target
#   make test PYTHON=python3.13         another interpreter (after `make clean`)
#   make test UV=                       without uv, though there is one
#   make test COVERAGE=1                measured; then `make coverage-report`

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format types contracts coverage coverage-report bench vectors docs fuzz wheel-smoke \
        floors lock clean

VENV  := .venv
PY    := $(VENV)/bin/python
STAMP := $(VENV)/.stamp
ARGS  ?=

$(STAMP): pyproject.toml uv.lock requirements.lock.txt .ci/venv
	@echo "making $(VENV) from the lock (once) ..." >&2
	@.ci/venv --locked $(VENV)
	@touch $@

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(STAMP) ## see it work, in a minute
	@$(PY) tests/tools/demo.py $(ARGS)

test: $(STAMP) ## run the tests
	$(PY) $(if $(COVERAGE),-m coverage run) -m pytest -n auto --dist worksteal $(ARGS)

lint: $(STAMP) ## ruff: rules and format
	$(PY) -m ruff check
	$(PY) -m ruff format --check

format: $(STAMP) ## let ruff mend and format
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

types: $(STAMP) ## mypy, strict
	$(PY) -m mypy

contracts: $(STAMP) ## which module may import which
	$(VENV)/bin/lint-imports

# Without the laws of whole decisions, of the reader and of the schemas: they reach what the
# other laws reach, and take longest. CI runs them all unmeasured, with more examples.
coverage: $(STAMP) ## branch coverage of the engine, 100 % or red
	$(PY) -m coverage erase
	HYPOTHESIS_PROFILE=quick $(MAKE) --no-print-directory test COVERAGE=1 ARGS="tests/unit tests/property \
	    $(foreach law,engine_laws reader_laws schema_agreement,--ignore=tests/property/test_$(law).py) \
	    $(ARGS)"
	$(MAKE) --no-print-directory coverage-report

coverage-report: $(STAMP) ## what `make test COVERAGE=1` covered
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

bench: $(STAMP) ## how fast a decision is
	$(PY) tests/tools/bench.py $(ARGS)

vectors: $(STAMP) ## are the committed vectors what their sources make?
	$(PY) -m mtlspolicy_cli vectors build --check

docs: $(STAMP) ## write the generated pages anew (ARGS=--check only compares)
	$(PY) tests/tools/docs.py $(ARGS)

fuzz: $(STAMP) ## feed the readers nonsense (ARGS="--seconds 600")
	$(PY) tests/tools/fuzz.py $(ARGS)

wheel-smoke: $(STAMP) ## build the wheel and use it from an empty folder
	.ci/wheel-smoke

floors: $(STAMP) ## run the tests with the oldest dependencies that are allowed
	.ci/floors $(ARGS)

lock: ## renew uv.lock and its export (wants uv; ARGS=--upgrade for newer versions)
	uv lock $(ARGS)
	uv export --quiet --locked --all-groups --no-emit-project --no-annotate --no-header \
	    --output-file requirements.lock.txt

clean: ## remove what the targets above made
	rm -rf $(VENV) dist build .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache \
	    .ruff_cache .import_linter_cache
	find policy cli tests -name __pycache__ -type d -prune -exec rm -rf {} +
