# Needs python3 (3.11 or newer, with venv) and make; everything else comes into .venv.
# `make -k check` goes on after the first failure.

PYTHON ?= python3
PORT ?= 8000
PY := .venv/bin/python
RUFF := $(PY) -m ruff
PROCESSES ?= 2
TOOLS := .venv-interop

.DEFAULT_GOAL := help
.PHONY: help env demo test check bench interop pictures clean-data \
	format lint types imports templates system deploy migrations translations locks

help: ## list what can be made
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 16

env: .venv/.complete ## make .venv from the hashed lock file

.venv/.complete: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	test -x $(PY) || $(PYTHON) -m venv .venv
	@# --no-deps: the lock is whole, and a resolver given its way takes a newer release than the lock's for `coverage[toml]`
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	$(PY) -m pip check --disable-pip-version-check
	touch $@

demo: env ## run everything with a demo bank on http://127.0.0.1:8000
	@$(PY) manage.py demo --port $(PORT)

test: env ## run every test
	$(PY) -m pytest -n $(PROCESSES) --dist worksteal --durations=25

bench: env ## print one line of JSON per figure; FIGURES="a b" runs some
	$(PY) -m bench

interop: env $(TOOLS)/.complete ## let tools of others read event logs, BPMN and workbooks; says what the machine lacks
	INTEROP=1 $(PY) -m pytest -q tests/interop

$(TOOLS)/.complete: interop/requirements.txt interop/package-lock.json
	test -x $(TOOLS)/bin/python || $(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check -r interop/requirements.txt
	@if command -v npm >/dev/null; then cp interop/package.json interop/package-lock.json $(TOOLS) && npm ci --prefix $(TOOLS) --ignore-scripts --silent; \
		else echo "npm is not here: bpmn-moddle is not installed"; fi
	touch $@

pictures: env ## take the pictures of the manuals anew, into docs/pictures
	MAKE_PICTURES=1 REQUIRE_ALL=1 $(PY) -m pytest -q tests/browser/test_manual_pictures.py

check: format lint types imports templates system deploy migrations translations locks ## run every check

format: env
	$(RUFF) format --check .

lint: env
	$(RUFF) check .

types: env
	$(PY) -m mypy .

imports: env
	$(PY) -c 'from importlinter.cli import lint_imports_command as command; command()' --no-logo

templates: env
	$(PY) -m djlint --check --quiet .
	$(PY) -m djlint --lint --quiet .

system: env
	$(PY) manage.py check --fail-level WARNING

deploy: env
	env $$($(PY) manage.py generate_keys) PRODUCTION=true ALLOWED_HOSTS=redress.example SOURCE_URL=https://redress.example/source \
		$(PY) manage.py check --deploy --fail-level WARNING

migrations: env
	$(PY) manage.py makemigrations --check --dry-run

translations: env
	$(PY) manage.py check_translations

locks:
	@! grep -n '://' requirements.lock requirements-dev.lock

clean-data: env ## stop the embedded database and delete it with every other generated file
	$(PY) manage.py embedded_database remove
	rm -rf .data $(TOOLS)
