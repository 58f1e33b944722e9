"""Goals that have nothing in common are decided apart in large systems; the answers are those they get together."""

from __future__ import annotations

import time

import pytest
from checked import checked_policy, checked_text
from generator import FINITE, Profile

from verifier.analysis.questions import pose
from verifier.core.program import Program
from verifier.engines import decide as portfolio
from verifier.engines.answers import Answer, Reached
from verifier.engines.decide import Limits, decide
from verifier.symbolic.evaluator import NotTrackable

BUDGET = 10_000_000


def _decided(program: Program) -> dict[str, Answer]:
    questions = pose(program, program.promises, (), True, False)
    goals = [goal for claim in questions.claims.values() for goal in (claim.goal, claim.error, *claim.triggers)]
    goals += [probe.goal for probe in questions.probes]
    return decide(questions.system, goals, Limits(BUDGET, time.monotonic() + 60, 10))


def _kinds(answers: dict[str, Answer]) -> dict[str, tuple[str, int | None]]:
    return {
        name: (type(answer).__name__, len(answer.trace.steps) if isinstance(answer, Reached) else None)
        for name, answer in answers.items()
    }


@pytest.mark.parametrize("seed", range(10))
def test_answers_do_not_depend_on_who_is_decided_together(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    program = checked_policy(seed, Profile(FINITE, size=2, promises=5))
    try:
        together = _kinds(_decided(program))
    except NotTrackable:
        pytest.skip("history that cannot be followed")
    monkeypatch.setattr(portfolio, "LARGE", 0)
    assert _kinds(_decided(program)) == together


def test_goals_are_apart_exactly_where_nothing_that_changes_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[list[str]] = []
    real = portfolio._decide_together  # noqa: SLF001

    def watched(system, goals, *rest):  # type: ignore[no-untyped-def]
        groups.append([goal.name for goal in goals])
        return real(system, goals, *rest)

    monkeypatch.setattr(portfolio, "_decide_together", watched)
    monkeypatch.setattr(portfolio, "LARGE", 0)
    program = checked_text(TEXT)
    questions = pose(program, program.promises, (), True, False)
    goals = {name: claim.goal for name, claim in questions.claims.items()}
    decide(questions.system, list(goals.values()), Limits(BUDGET, time.monotonic() + 60, 10))
    assert groups == [[goals[name].name for name in names] for names in (["p1", "p3"], ["p2"])]


TEXT = """policy apart
fact f : yes/no
status a : yes/no starts no
status b : yes/no starts no
status c : yes/no starts no
step set_a
  requires f
  then a becomes yes
step set_b
  requires a
  then b becomes yes
step set_c
  requires f
  then c becomes yes
prove p1 never a and not f
prove p2 never c and not f
prove p3 never b and not a
"""
