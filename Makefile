# Needs python3 (3.11 to 3.13) and make; everything else comes from requirements.lock into .venv.
PYTHON ?= python3
BIN := .venv/bin
DATASET ?= data

.PHONY: run install test check linear compare comparison linkage cost bench-repair kill-loop pages fuzz hostile floors confidence readme lock clean

run: install
	$(BIN)/vacancies ingest fixtures/notices fixtures/formats --dataset $(DATASET) || [ $$? -eq 3 ] # 3: some were rejected, and are named

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# On as many processors as there are, at most 4; each file's tests on one.
test: install
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	FUZZ=15 $(BIN)/python -m pytest tests/test_fuzz.py

# The parser beside what one would otherwise call, on labelled notices (docs/comparison.md).
CORPUS ?= fixtures/notices
compare: install
	$(BIN)/python -m tests.bench.compare $(CORPUS)

comparison: install
	$(BIN)/python -m tests.bench.compare --write

# Precision and recall of linkage on labelled pairs (docs/linkage.md); what a night costs by size (docs/cost.md).
linkage: install
	$(BIN)/python -m tests.bench.linkage --write

cost: install
	$(BIN)/python -m tests.bench.nights --write

# Text repair on a megabyte, two and four of the worst inputs (docs/repair.md); takes some ten minutes.
bench-repair: install
	$(BIN)/python -m tests.bench_repair speed

# Processes killed over a growing dataset, alone and two at once, and full disks (docs/durability.md); takes an hour.
kill-loop: install
	$(BIN)/python -m tests.durability.kill_loop --write

# What stays of labelled pages, beside trafilatura (docs/pages.md), which gets an environment of its own: not all that it
# needs is under permissive licences.
TRAFILATURA ?= 2.3.1
pages: install build/trafilatura/$(TRAFILATURA)
	$(BIN)/python -m tests.bench.pages build/trafilatura/bin/python --write

build/trafilatura/$(TRAFILATURA):
	$(PYTHON) -m venv build/trafilatura
	build/trafilatura/bin/python -m pip install --quiet --disable-pip-version-check trafilatura==$(TRAFILATURA)
	@touch $@

# The fuzzer for so many seconds of computing (docs/fuzzing.md); Linux, Python 3.11.
SECONDS ?= 600
fuzz: install
	$(BIN)/python -m tests.fuzz_long --seconds $(SECONDS)

# Every regular expression, and the parser on a megabyte, timed on worst inputs of n and 2n.
linear: install
	$(BIN)/python -m pytest tests/linear_long.py

# All the hostile inputs, of which the suite takes some.
hostile: install
	HOSTILE=all $(BIN)/python -m pytest tests/test_hostile.py

floors: install
	$(BIN)/python -m tests.make_floors

confidence: install
	$(BIN)/python -m tests.make_confidence
	$(BIN)/python -m tests.make_readme # it shows some of these numbers

readme: install
	$(BIN)/python -m tests.make_readme

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
	  --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache $(DATASET)
