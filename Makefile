# The tasks of the project, one line each. `.ci/run` calls `check` and `test` in a clean environment.
PYTHON ?= .venv/bin/python
# Tests and timings prove; nothing that an earlier run found may answer for them.
export CLAUSEPROOF_CACHE = off

.PHONY: check test bless bench nightly soundness

check:   ; $(PYTHON) -m ruff format --check . && $(PYTHON) -m ruff check . && $(PYTHON) -m mypy --strict verifier && $(dir $(PYTHON))lint-imports
test:    ; $(PYTHON) -m pytest -q -n auto tests
bless:   ; CLAUSEPROOF_BLESS=1 $(PYTHON) -m pytest -q tests
bench:   ; for name in parse_speed peers scaling; do echo "== $$name"; $(PYTHON) tests/benchmarks/$$name.py || exit 1; done
nightly: ; CLAUSEPROOF_DEPTH=nightly $(PYTHON) -m pytest -q -n auto tests && $(MAKE) bench
# Counts of what enumeration, engines and solvers agree on, and of states in which invariants hold.
soundness: ; $(PYTHON) tests/differential/agreement.py --systems 20000 && $(PYTHON) tests/differential/invariant_states.py
