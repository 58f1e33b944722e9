"""Invariants of proofs hold in the interpreter's states: of shipped policies, and of random ones.

10,000 states and as many successors for each invariant nightly; a few policies and fewer states in ordinary runs.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from checked import checked_policy
from generator import ALL, FINITE, Profile
from invariant_states import Proved, Tally, on_reachable_states, on_successors, program_of, proved, shipped

from verifier.core.program import Program
from verifier.symbolic.evaluator import NotTrackable

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
STATES = 10_000 if DEEP else 200
QUICK = ("records_retention.policy", "permits.policy", "case_closure.policy")
FILES = [path for path in shipped() if DEEP or path.name in QUICK]
SEEDS = 400 if DEEP else 10


def evaluated(program: Program, states: int, seed: int = 0, seconds: float = 120.0) -> tuple[Proved, Tally]:
    work, tally = proved(program, seed, seconds), Tally()
    on_reachable_states(work, states, tally)
    on_successors(work, states, tally)
    return work, tally


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_invariants_of_shipped_policies_hold_in_the_interpreter(path: Path) -> None:
    program = program_of(path)
    work, tally = evaluated(program, STATES)
    print(f"{path.stem}: {len(work.invariants)} invariants, {min(tally.states.values(), default=0)} states each")  # noqa: T201
    assert tally.failures == []
    assert all(tally.states[name] >= STATES for name in work.invariants)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_invariants_of_random_policies_hold_in_the_interpreter(seed: int) -> None:
    features, finite = (FINITE, True) if seed % 2 else (ALL - {"scenarios"}, False)
    program = checked_policy(seed, Profile(features, size=1 + seed % 2, finite=finite, promises=6))
    try:
        _, tally = evaluated(program, STATES // 10, seed, seconds=10.0)
    except NotTrackable:
        return
    assert tally.failures == []


def test_a_wrong_invariant_is_noticed() -> None:
    """Half of a boundary: what holds of the first states only."""
    program = program_of(next(path for path in shipped() if path.name == "case_closure.policy"))
    work, tally = proved(program), Tally()
    terms = work.questions.system.terms
    first = {c.defines: c.term for c in work.questions.system.initial if c.defines is not None}
    work.invariants = {str(variable): term for variable, term in list(first.items())[:3]}
    assert all(term is not terms.true for term in work.invariants.values())
    on_reachable_states(work, 100, tally)
    assert tally.failures
