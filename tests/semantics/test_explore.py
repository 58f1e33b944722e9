"""Explicit enumeration: what is finite, and the verdicts on policies small enough to check by hand."""

from __future__ import annotations

import pytest
from playing import program

from verifier.semantics.explore import all_cases, explore, traps
from verifier.semantics.promises import broken
from verifier.semantics.verdicts import verdicts

CASE = """
enum Stage = open | offered | closed
fact veteran : yes/no
status lawyer : yes/no
status stage : Stage starts open
status appeared : yes/no starts no
step appear
  then appeared becomes yes
step offer
  requires veteran
  requires lawyer or appear has happened
  requires stage is open
  then stage becomes offered
step close
  requires stage is offered
  then stage becomes closed
step dismiss
  then lawyer becomes no
"""

# promise, whether it holds, events of the shortest run that shows it
VERDICTS: list[tuple[str, bool, int | None]] = [
    ("always stage is closed implies veteran", True, None),
    ("always stage is offered implies lawyer", False, 2),
    ("never stage is closed", False, 2),
    ("possible stage is closed", True, 2),
    ("possible stage is closed and not lawyer", True, 3),
    ("possible stage is closed and not veteran", False, None),
    ("always possible stage is closed", False, 0),
    ("always possible stage is closed or not veteran", True, None),
    ("offer only after appear", False, 1),
    ("offer only after appear unless lawyer", True, None),
    ("close only after offer", True, None),
    ("never offer after appear", False, 2),
    ("never offer after close", True, None),
    ("never offer after appear unless lawyer", False, 2),
    ("after offer, stage is offered until close", True, None),
    ("after offer, stage is offered", False, 2),
    ("after appear, appeared", True, None),
    ("after offer, close within 2 days", False, 4),
    ("never stage changes while stage is closed", False, 2),
    ("never stage changes while stage is closed and not veteran", True, None),
    ("never appeared changes while stage is closed", False, 3),
    ("stage depends only on veteran, lawyer", True, None),
    ("stage depends only on veteran", False, 1),
    ("stage depends only on lawyer", False, 1),
    ("more veteran never lowers stage", True, None),
    ("more veteran never raises stage", False, 1),
    ("appeared depends only on veteran", True, None),
    ("always just before (stage is closed) implies stage is closed", True, None),
    ("always just before (stage is open)", False, 0),
    ("always lawyer ever since veteran", False, 0),
    ("always offer happened within 1 days implies stage is offered", False, 2),
    ("always stage is open or offer happened within 1 days", False, 3),
]


@pytest.mark.parametrize(("text", "holds", "shortest"), VERDICTS, ids=[text for text, *_ in VERDICTS])
def test_verdict(text: str, holds: bool, shortest: int | None) -> None:
    checked = program(f"{CASE}\nprove p {text}")
    found = verdicts(checked)
    assert found is not None
    verdict = found["p"]
    assert (verdict.holds, verdict.shortest, verdict.errs) == (holds, shortest, False)
    if shortest is not None and not holds and verdict.second is None and "possible" not in text:
        assert verdict.run is not None
        assert broken(checked, checked.promises[0], verdict.run) is not None


def test_what_is_explored() -> None:
    checked = program(CASE)
    found = explore(checked)
    assert found is not None
    assert len(found.openings) == 4
    assert found.steps_taken == {"appear", "offer", "close", "dismiss"}
    assert found.errors == ()
    assert len(list(all_cases(checked))) == 4
    assert traps(found) == ()


def test_a_step_that_is_never_possible_is_never_taken() -> None:
    found = explore(program(f"{CASE}\nstep undo\n  requires stage is closed and not veteran"))
    assert found is not None
    assert "undo" not in found.steps_taken


@pytest.mark.parametrize(
    "text",
    [
        "fact n : int",
        "fact n : int 0..",
        "fact born : date",
        "fact fee : money",
        "entity Person\nfact who : Person",
        "step pay(x: int)",
        "status on_monday : yes/no starts weekday of today is mon",
        "step a\nstep b\n  requires count of a < 2",
        "step a\nstep b\n  requires a has happened and date of a < today",
        "step a\nstep b\n  requires a happened within 1 months rounding up",
        "step a\nstep b\nduty b within 1 months rounding up of a",
        "step a\nprove p after a, a within 1 months rounding up",
        "prove p always today > 2012-04-23",
    ],
)
def test_what_is_not_finite(text: str) -> None:
    assert explore(program(text)) is None


def test_too_many_states_are_refused() -> None:
    checked = program("status n : int 0..30 starts 0\nstep rise\n  requires n < 30\n  then n becomes n + 1")
    assert explore(checked, limit=20) is None
    found = explore(checked, limit=40)
    assert found is not None
    assert len(found.states) == 31
    assert explore(program("status n : int 0..30"), limit=20) is None


DUTY = """
status done : yes/no starts no
step ask
  requires ask has never happened
step answer
  requires {guard}
  then done becomes yes
duty answer within 2 days of ask
prove p after ask, answer within 2 days
prove q always possible done"""


def test_a_duty_makes_a_promise_hold() -> None:
    found = verdicts(program(DUTY.format(guard="yes")))
    assert found is not None
    assert found["p"].holds
    without = verdicts(program(DUTY.format(guard="yes")), duties=False)
    assert without is not None
    assert (without["p"].holds, without["p"].shortest) == (False, 4)


def test_a_duty_that_cannot_be_met_is_a_trap() -> None:
    found = explore(program(DUTY.format(guard="ask has never happened")))
    assert found is not None
    assert [run.length for run in traps(found)] == [3, 4]  # before and after an answer that came too early
    without = explore(program(DUTY.format(guard="ask has never happened")), duties=False)
    assert without is not None
    assert traps(without) == ()


def test_errors_are_met_where_they_are_reachable() -> None:
    checked = program("""
fact high : yes/no
status n : int 0..1 starts 0
decide fee : int
  rule low gives 1 if not high
decide unused : int
  rule low gives 1 if n = 0
decide asked(x: int 0..1) : int
  rule low gives 1 if x = 0
step raise_it
  then n becomes n + 1
step pay
  requires fee = 1 and asked(n) = 1
prove p always unused = 1
prove q always n <= 1""")
    found = explore(checked)
    assert found is not None
    assert {(met.kind, met.name, met.run.length if met.run else None) for met in found.errors} == {
        ("gap", "fee", 0),
        ("gap", "unused", 1),
        ("gap", "asked", 1),
        ("range", "raise_it.then.n", 1),
    }
    proved = verdicts(checked)
    assert proved is not None
    assert (proved["p"].holds, proved["p"].errs) == (True, True)
    assert (proved["q"].holds, proved["q"].errs) == (True, False)


def test_a_start_that_errs_is_met_before_any_run() -> None:
    found = explore(program("fact n : int 0..2\nstatus level : int 0..1 starts n"))
    assert found is not None
    assert [(met.kind, met.name, met.run) for met in found.errors] == [("range", "level", None)]
    assert len(found.openings) == 2


def test_two_cases_follow_each_other_to_the_breach() -> None:
    checked = program(f"{CASE}\nprove p stage depends only on veteran")
    found = verdicts(checked)
    assert found is not None
    first, second = found["p"].run, found["p"].second
    assert first is not None
    assert second is not None
    assert {first.length, second.length} == {0, 1}
    assert first.last.statuses["stage"] != second.last.statuses["stage"]


def test_days_pass_only_for_both_cases_or_for_none() -> None:
    checked = program("""
fact slow : yes/no
fact other : yes/no
step tick
step ask
  requires slow
step answer
duty answer within 0 days of ask
define fresh means tick happened within 0 days
prove p fresh depends only on other
prove q fresh depends only on slow""")
    found = verdicts(checked)
    assert found is not None
    assert found["p"].holds
    assert found["q"].holds
