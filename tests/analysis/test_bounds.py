"""Bounds of needed amounts, held against the interpreter: every corner of them is a case with the same run, and a case
one step outside is not.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from running import verified

from verifier.core.types import Value
from verifier.explain.model import Story
from verifier.semantics.model import Case, Run
from verifier.semantics.opening import initial_state
from verifier.semantics.run import Taken, try_step

POLICY = """\
policy camp
fact age : int 0..
fact income : money $0..
fact opened : date
fact form : int
fact fees : money $0..
fact weeks : int or none
fact other : int
step admit
  requires age < 18
  requires income >= $100.00 and income < $900.00
  requires opened <= today and today <= opened + 30 days
  requires form is 7
  requires fees <= income
  requires weeks is not none and weeks >= 2
prove nobody
  never admit has happened
"""
FURTHER = {"age": 1, "income": Fraction(1, 100), "opened": 1, "fees": Fraction(1, 100), "weeks": 1}


def story_of() -> tuple[Story, object]:
    result = verified(POLICY)
    (promise,) = result.properties
    assert promise.counterexample is not None
    return promise.counterexample, result.program


def admits(program: object, story: Story, **changed: Value) -> bool:
    facts = {item.name: item.value for item in story.facts} | changed
    assert story.start is not None
    run = initial_state(program, Case(facts, {}, {}, story.start))  # type: ignore[arg-type]
    return isinstance(run, Run) and isinstance(try_step(program, run, "admit", ()), Taken)  # type: ignore[arg-type]


def test_every_corner_of_the_bounds_has_the_same_run() -> None:
    story, program = story_of()
    assert {bound.name for bound in story.bounds} == {"age", "income", "opened", "fees", "weeks"}
    ends = [[(bound.name, end) for end in (bound.low, bound.high) if end is not None] for bound in story.bounds]
    for corner in product(*ends):
        assert admits(program, story, **dict(corner)), corner


def test_one_step_further_out_leaves_the_run() -> None:
    story, program = story_of()
    facts = {item.name: item.value for item in story.facts}
    for bound in story.bounds:
        step = FURTHER[bound.name]
        # The fees are at most the least income: beyond that they are too high for that income only.
        least = {"income": Fraction(100)} if bound.name == "fees" else {}
        for end, out in ((bound.low, -1), (bound.high, 1)):
            if end is not None:
                beyond = {bound.name: end + out * step}  # type: ignore[operator]
                assert not admits(program, story, **{**facts, **least, **beyond}), beyond
