"""The sets of values that variables can have: what they exclude is certified, and is never reached by enumeration."""

from __future__ import annotations

import os

import pytest
from checked import checked_policy, checked_text
from generator import FINITE, Profile

from verifier.analysis.questions import pose
from verifier.core.program import Program
from verifier.engines.certificate import check, unsatisfiable, violations
from verifier.engines.ranges import excluding
from verifier.properties.goals import Goal, is_impossible, slice_for
from verifier.symbolic.evaluator import NotTrackable
from verifier.symbolic.system import System, waiting_as

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
SEEDS = 400 if DEEP else 30
BUDGET = 20_000_000


def _goals(program: Program) -> tuple[System, list[Goal]]:
    questions = pose(program, program.promises, (), True, False)
    claimed = [goal for claim in questions.claims.values() for goal in (claim.goal, claim.error, *claim.triggers)]
    goals = [*claimed, *(probe.goal for probe in questions.probes)]
    return questions.system, [goal for goal in goals if not is_impossible(questions.system.terms, goal)]


def _excluded(system: System, goals: list[Goal]) -> int:
    """How many goals are excluded; each time the independent check must agree."""
    number = 0
    for goal in goals:
        sliced = slice_for(system, [goal])
        invariant = excluding(sliced, goal)
        if invariant is not None:
            whole = waiting_as(system, sliced)
            assert check(whole, goal, invariant, BUDGET).accepted, goal.name
            assert unsatisfiable(system.terms, violations(whole, goal, invariant), BUDGET), goal.name
            number += 1
    return number


def test_what_is_excluded_is_certified() -> None:
    excluded = asked = 0
    for seed in range(SEEDS):
        try:
            system, goals = _goals(checked_policy(seed, Profile(FINITE, size=2, promises=4)))
        except NotTrackable:
            continue
        excluded += _excluded(system, goals)
        asked += len(goals)
    assert SEEDS < excluded < asked


@pytest.mark.parametrize(
    ("cut", "out_of_reach"), [("", False), ("  then stage becomes two\n", True), ("  then level becomes 2\n", True)]
)
def test_a_chain_without_one_of_its_links_leads_nowhere(cut: str, out_of_reach: bool) -> None:
    system, goals = _goals(checked_text(CHAIN.replace(cut, "") if cut else CHAIN))
    (goal,) = [goal for goal in goals if goal.name.startswith("never_done")][:1]
    assert (excluding(slice_for(system, [goal]), goal) is not None) is out_of_reach
    assert _excluded(system, [goal]) == out_of_reach


def test_an_obligation_that_fails_is_seen() -> None:
    system, goals = _goals(checked_text(CHAIN))
    (goal,) = [goal for goal in goals if goal.name.startswith("never_done")][:1]
    for invariant in (system.terms.true, system.terms.false, system.terms.not_(goal.state)):
        assert not unsatisfiable(system.terms, violations(system, goal, invariant), BUDGET)


CHAIN = """policy chain
enum Stage = one | two | three
status stage : Stage starts one
status level : int 0..5 starts 0
step begin
  requires stage is one
  then stage becomes two
step go_on
  requires stage is two and level + 1 <= 2
  then level becomes 2
step end
  requires level > 1
  then stage becomes three
prove never_done never stage is three
"""
