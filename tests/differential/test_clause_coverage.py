"""Clause coverage against enumeration: random finite policies, and each of them without each clause in turn."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import replace

import pytest
from checked import checked_policy
from generator import FINITE, Profile

from verifier.analysis.clauses import clauses, without
from verifier.core.program import DependsOnly, More, Program
from verifier.explain.coverage import cover
from verifier.explain.verify import Work, verify_program
from verifier.semantics.explore import explore
from verifier.semantics.verdicts import verdict

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
SEEDS = range(60) if DEEP else (0, 3, 7, 19)


def policy(seed: int) -> Program:
    program = checked_policy(seed, Profile(FINITE, size=1 + seed % 2, errors=seed % 3 == 0, promises=15))
    single = tuple(p for p in program.promises if not isinstance(p.form, DependsOnly | More))
    return replace(program, promises=single) if seed % 4 else program


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_said_of_a_clause_is_so_in_the_text_without_it(seed: int) -> None:
    program = policy(seed)
    work = Work(
        program.promises, (), False, 20_000_000, time.monotonic() + 300, 12, True, splitting=False, reasoning=False
    )
    coverage, faults = cover(program, verify_program(program, work), work)
    assert faults == ()
    assert coverage is not None
    tally: Counter[str] = Counter()
    for item, clause in zip(coverage.clauses, clauses(program), strict=True):
        exploration = None if item.kind == "definition" else explore(without(program, clause)[0], limit=600)
        if exploration is None or not exploration.openings:
            continue
        tally[item.status] += 1
        found = {p.name: verdict(exploration, p) for p in exploration.program.promises}
        for name in item.needed_by:
            assert not found[name].holds or found[name].errs or any(exploration.erring), (item.label, name)
        for name in coverage.promises if item.status == "not_needed" else ():
            assert found[name].holds, (item.label, name)
            assert not found[name].errs, (item.label, name)
    assert tally.total() > 0
