# make demo   build, grade the sample submissions, say which page to open
# make test   the whole test suite, with lint and types
# make others all of that but the slowest tests, which grade hundreds of submissions
# make fuzz   ten minutes of unforeseen bytes at the places where bytes come in
# Each makes what it needs first: a private environment, and bubblewrap where it can be had; the
# tests also chromium. SCREENSHOTS=folder keeps the pictures that the tests take of pages.

PYTHON ?= python3
BIN := .venv/bin

# These grade hundreds of submissions to the real course; they run beside all else, since each of
# the two leaves a core idle now and then.
PROOFS := $(foreach name,course_labs misconceptions samples hostile,\
  tests/autograder/test_$(name).py)

.PHONY: demo test others ready build bench fuzz clean bubblewrap chromium

demo: .venv/ready bubblewrap
	$(BIN)/autograder demo

test: ready
	@$(BIN)/pytest -q $(PROOFS) >.proofs.log 2>&1 & proofs=$$!; \
	trap 'kill $$proofs' INT TERM; \
	$(MAKE) --no-print-directory others || { kill $$proofs; exit 1; }; \
	wait $$proofs; proved=$$?; cat .proofs.log; exit $$proved

others: ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/autograder build --check
	$(BIN)/pytest -q $(addprefix --ignore=,$(PROOFS)) $(addprefix --screenshots=,$(SCREENSHOTS))

# Packages of Python and of the system are fetched side by side.
ready:
	@$(MAKE) --no-print-directory --jobs=2 .venv/ready chromium

build: .venv/ready
	$(BIN)/autograder build

bench: .venv/ready bubblewrap
	$(BIN)/python benchmarks/em.py
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/labs.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/tricks.py

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# Submissions are graded in a sandbox made by bubblewrap. Without it the demo runs with resource
# limits alone and says so, and the tests that need it are skipped.
bubblewrap:
	@command -v bwrap >/dev/null && exit 0; \
	$(call apt_get,bubblewrap); \
	command -v bwrap >/dev/null || echo "bubblewrap is not installed and could not be: no sandbox."

# The class page is looked at in a browser. Without one, those tests are skipped.
chromium: bubblewrap
	@{ command -v chromium || command -v google-chrome; } >/dev/null && exit 0; \
	$(call apt_get,chromium); \
	command -v chromium >/dev/null || echo "chromium is not installed and could not be: no browser."

define apt_get
if [ "$$(uname)" = Linux ] && command -v apt-get >/dev/null; then \
  sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
  { $$sudo apt-get update -qq && $$sudo apt-get install -y -qq $(1); } >/dev/null 2>&1; \
fi
endef

fuzz: .venv/ready
	FUZZ_SECONDS=120 $(BIN)/pytest -q tests/autograder/test_fuzz.py

clean:
	rm -rf .proofs.log .venv dist demo screenshots build *.egg-info
