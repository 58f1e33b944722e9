"""Lemmas found backwards from goals: enough where the chain of reasons is long, nothing where a goal can be reached."""

from __future__ import annotations

import time

import pytest
from checked import checked_text

from verifier.analysis.questions import pose
from verifier.engines import certificate, houdini
from verifier.properties.goals import slice_for

BUDGET = 50_000_000


def _stages(count: int, promise: str) -> str:
    lines = ['policy stages "Stages"', "actor office"]
    for stage in range(count):
        lines += [
            f"status done{stage} : yes/no starts no",
            f"step stage{stage} by office",
            f"  requires not done{stage}",
        ]
        lines += [f"  requires done{stage - 1}"] if stage else []
        lines += [f"  then done{stage} becomes yes"]
    return "\n".join([*lines, f"prove order {promise}", ""])


@pytest.mark.parametrize(
    ("promise", "holds"),
    [
        ("always done14 implies done0", True),
        ("always done3 implies done2", True),
        ("always done2 implies done3", False),
        ("never done14", False),
    ],
)
def test_what_a_stage_rests_on_is_found(promise: str, holds: bool) -> None:
    program = checked_text(_stages(15, promise))
    questions = pose(program, program.promises, probing=False)
    goals = [claim.goal for claim in questions.claims.values()]
    mined = houdini.quick(slice_for(questions.system, goals), goals, BUDGET, time.monotonic() + 60)
    assert bool(mined.excluded) == holds
    if holds:
        invariant = questions.system.terms.and_(*mined.lemmas)
        assert certificate.check(questions.system, goals[0], invariant, BUDGET).accepted
        assert len(mined.lemmas) <= 16  # one for each stage, and no other
