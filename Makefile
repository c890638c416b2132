# Two commands to know: `make score` and `make test`. Both set up what they
# need in .venv, once, from requirements whose hashes are checked.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

export DO_NOT_TRACK := 1

# ./profiles.yml is the profile, unless DBT_PROFILES_DIR names another place.
ifdef DBT_PROFILES_DIR
PROFILE :=
else
PROFILE := profiles.yml
export DBT_PROFILES_DIR := $(CURDIR)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help score test test-not-slow test-next test-spark test-spark-all test-rendered \
	test-recipes test-postgres test-boards test-slow test-examples test-rest test-all fuzz lint check \
	review warehouses mutations demo docs boards benchmark benchmark-spark scanned \
	requirements clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / \
		{printf "  make %-16s %s\n", $$1, $$2}' Makefile

score: .venv/score $(PROFILE) check ## score the demo, print the leads to call first
	@$(BIN)/python -m leadscore.top --build

# Files of tests, so many at a time.
WORKERS := 2
PYTEST := $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile

test: lint test-not-slow ## lint, then build the demo with all its tests, then pytest

test-not-slow: .venv/test
	$(PYTEST) -m "not slow"

test-next: .venv-next/done ## build with DuckDB 2 and fakesnow, parse with the engine of dbt 2
	.venv-next/bin/python -m pytest -m "not slow" $(NEXT)

NEXT := $(addprefix tests/python/test_,next.py demo.py fakesnow.py properties.py)

test-rendered: .venv-rendered/done ## parse the SQL for Snowflake, BigQuery and others
	.venv-rendered/bin/python -m pytest -m rendered tests/python/test_rendered.py

test-spark: .venv-spark/done ## build on Apache Spark, on Java 17 or later
	.venv-spark/bin/python -m pytest -m "spark and not slow" tests/python/test_spark.py

# Not in make test-all, for what they install: each takes minutes and a gigabyte.
test-recipes: .venv/test .venv-airflow/done .venv-dagster/done ## run the recipes of docs/hand-off.md
	RECIPES=all $(BIN)/python -m pytest tests/python/test_recipes.py

# All of it on one server. 500 random scenarios would take ten minutes more.
SPARK := spark
test-spark-all: .venv-spark/done
	SCENARIOS=$${SCENARIOS:-100} .venv-spark/bin/python -m pytest -m "$(SPARK)" tests/python/test_spark.py

test-boards: .venv-boards/done ## render the boards, read them in Chromium, ask MetricFlow
	.venv-boards/bin/python -m pytest -m boards $(BOARDS)

BOARDS := $(addprefix tests/python/test_,boards.py metrics.py superset.py)

test-postgres: .venv/test ## build on PostgreSQL in more ways than make test does
	$(PYTEST) -m slow tests/python/test_postgres.py

SLOW := "slow and not rendered and not spark and not boards"
test-slow: .venv/test
	$(PYTEST) -m $(SLOW) --ignore=tests/python/test_postgres.py tests/python

test-examples: .venv/test ## learn from real data, and compare with the examples' reports
	$(PYTEST) -m $(SLOW) examples

# With --jobs=2, two of these at a time: hence the longest first, and none that waits.
test-rest: test-slow test-spark-all test-postgres test-examples test-next test-boards \
	test-rendered

test-all: test test-rest ## all of it, and what is slow: histories, kills, mutations

N := 2000
SEED := $(shell date +%s)
fuzz: .venv/test ## compare N random scenarios with the oracle, as N=20000 SEED=7
	PYTHONPATH=tests $(BIN)/python tests/python/fuzzing.py --count $(N) --seed $(SEED)

lint: .venv/test check ## check the style of SQL and Python
	$(BIN)/sqlfluff lint models tests analyses $(wildcard examples)
	$(BIN)/ruff check

# dbt dies of a file that is not UTF-8, and does not name it.
check: | .venv/bin/python
	@$(BIN)/python -m leadscore.check

BASE := origin/main
review: .venv/score $(PROFILE) check ## show whom a rule change moves, as BASE=main
	$(BIN)/python -m leadscore review --base $(BASE) $(REVIEW)

warehouses: ## test on all warehouses, write the tables of the docs on what they read
	WAREHOUSES_PAGE=$(CURDIR)/docs/warehouses.md \
		INPUTS_PAGE=$(CURDIR)/docs/inputs.md $(MAKE) \
		test-spark-all test-postgres test-not-slow test-next

mutations: .venv/test ## break the SQL in small ways, show which test notices
	$(BIN)/python tests/python/mutations.py --table docs/mutations.md

demo: .venv/score ## make the demo seeds again, from their fixed seed
	$(BIN)/python -m leadscore.demo

docs: .venv/score $(PROFILE) check ## write the docs, target/static_index.html
	$(BIN)/dbt docs generate --static

boards: .venv-boards/done check ## render the boards of the demo into boards/
	.venv-boards/bin/python -m leadscore boards --demo

EVENTS := 1e6,10e6,50e6
benchmark: .venv/bench ## measure against SQL and Polars, as EVENTS=1e6,50e6
	$(BIN)/python -m benchmarks.run --events $(EVENTS)

CORES := 1,2,4
EVENTS_ON_SPARK := 1e6
benchmark-spark: .venv-spark/done ## measure on Spark, as EVENTS_ON_SPARK=1e7 CORES=2,4
	PYTHONPATH=tests/python .venv-spark/bin/python -m benchmarks.on_spark \
		--events $(EVENTS_ON_SPARK) --cores $(CORES)

BILLED := 1e9
scanned: .venv-rendered/done ## work out what a day scans on BigQuery, as BILLED=1e10
	PYTHONPATH=tests/python .venv-rendered/bin/python -m benchmarks.scanned \
		--events $(BILLED)

requirements: ## lock the versions again, hashes and all (needs uv)
	uv pip compile $(UV_FLAGS) pyproject.toml -o requirements.txt
	for extra in $(EXTRAS); do \
		uv pip compile $(UV_FLAGS) pyproject.toml --extra $$extra \
			-o requirements-$$extra.txt || exit 1; \
	done
	uv pip compile --no-config $(UV_FLAGS) pyproject.toml --extra next \
		-o requirements-next.txt

# --no-config: what pyproject.toml holds back is not held back for the next versions
EXTRAS := airflow bench boards dagster dev files learn rendered spark
UV_FLAGS := --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-strip-extras \
	--no-emit-index-url

clean: ## remove what was built; .venv and profiles.yml stay
	rm -rf target logs dbt_packages .pytest_cache .ruff_cache .hypothesis
	find leadscore benchmarks tests examples -name __pycache__ -prune \
		-exec rm -rf {} + 2>/dev/null || true

profiles.yml:
	cp profiles.yml.example $@

# Most of what is installed is never imported, and so need not be compiled.
INSTALL := -m pip install --quiet --no-compile --require-hashes

# Each of these two is an empty file that says when it was installed. The
# development requirements hold the others too.
.venv/score: requirements.txt | .venv/bin/python
	$(BIN)/python $(INSTALL) -r $<
	@touch $@

.venv/test: requirements-dev.txt | .venv/bin/python
	$(BIN)/python $(INSTALL) -r $<
	@touch .venv/score $@

# Beside the others, and not in place of them.
.venv/bench .venv/files .venv/learn: .venv/%: requirements-%.txt | .venv/bin/python
	$(BIN)/python $(INSTALL) -r $<
	@touch .venv/score $@

# Adapters that do not agree on the versions of what they need. All of it is locked,
# and pip takes a package asked for with and without an extra for two.
.venv-%/done: requirements-%.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python $(INSTALL) --no-deps -r $<
	@touch $@

.venv/bin/python:
	$(PYTHON) -m venv .venv
