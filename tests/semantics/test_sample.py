"""Random cases and runs."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from playing import day, program

from verifier.semantics.model import StepEvent, WaitEvent
from verifier.semantics.run import Taken, attempt
from verifier.semantics.sample import pool, sample_opening, sample_run

POLICY = """
enum Stage = early | late
entity Person
record Child
  field age : int 0..
fact income : money $0..
fact rate : decimal
fact born : date
fact who : Person
fact spouse : Person or none
fact stages : set of Stage
fact children : list of Child up to 2
reading presence "what it means" = in_person | by_video
assume poor: income < $10,000 because "the others are not asked"
status stage : Stage
status owed : money starts income * rate
status filed : date or none starts none
step file(on_day: date, n: int 3..9)
  requires on_day <= today and on_day >= 2012-04-01
  then filed becomes on_day, owed becomes owed + $17
step pay(x: money)
  requires x <= owed
  then owed becomes owed - x
step marry(x: Person)
  requires x is who
duty pay within 45 days of file
"""


def test_the_pool_holds_constants_and_their_neighbours() -> None:
    found = pool(program(POLICY))
    assert {Fraction(10_000), Fraction(999_999, 100), Fraction(17)} <= set(found.amounts)
    assert {day("2012-04-01"), day("2012-03-31"), day("2000-02-29")} <= set(found.dates)
    assert {44, 45, 46} <= set(found.days)
    assert {2, 3, 8, 9, 10} <= set(found.integers)


def test_sampled_runs_are_runs() -> None:
    checked = program(POLICY)
    values, random = pool(checked), Random(1)
    seen: set[str] = set()
    for _ in range(60):
        run = sample_run(random, checked, values, 6)
        assert run is not None
        assert run.case.facts["income"] < 10_000  # type: ignore[operator]
        again = run.prefix(0)
        for event in run.events:
            seen.add(event.step if isinstance(event, StepEvent) else "wait")
            outcome = attempt(checked, again, event)
            assert isinstance(outcome, Taken)
            again = outcome.run
        assert again == run
    assert seen == {"wait", "file", "pay", "marry"}


def test_the_same_seed_gives_the_same_run() -> None:
    checked = program(POLICY)
    values = pool(checked)
    assert sample_run(Random(7), checked, values, 8) == sample_run(Random(7), checked, values, 8)
    assert sample_run(Random(7), checked, values, 8) != sample_run(Random(8), checked, values, 8)


def test_no_case_may_satisfy_the_assumptions() -> None:
    checked = program('fact n : int\nassume never_so: n < n because "nothing is"')
    assert sample_opening(Random(1), checked, pool(checked)) is None
    assert sample_run(Random(1), checked, pool(checked), 5) is None


def test_without_steps_only_time_passes() -> None:
    checked = program("fact n : int")
    run = sample_run(Random(1), checked, pool(checked), 3)
    assert run is not None
    assert run.length >= 3
    assert set(map(type, run.events)) == {WaitEvent}
