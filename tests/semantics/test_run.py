"""Cases, steps and waits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from playing import attempt, case, erred, play, program, start, statuses

from verifier.core.types import Value
from verifier.semantics.errors import EvaluationError
from verifier.semantics.run import (
    CaseFault,
    NotAnArgument,
    Refused,
    StepEvent,
    Taken,
    WaitEvent,
    enabled_steps,
    initial_state,
    try_step,
    wait,
)

# ---------------------------------------------------------------- cases

INPUTS = """
record Child
  field age : int 0..
  field support : money
fact n : int 1..3
fact fee : money $0..$5
fact grade : int 0..9 or none
fact children : list of Child up to 1
status owed : money
status level : int 0..2"""

GOOD: dict[str, Value] = {
    "n": 1,
    "fee": Fraction(5),
    "grade": None,
    "children": ((0, Fraction(1, 100)),),
    "owed": Fraction(-1, 4),
    "level": 2,
}


def test_a_case_within_its_ranges_starts() -> None:
    checked = program(INPUTS)
    assert statuses(start(checked, **GOOD)) == {"owed": Fraction(-1, 4), "level": 2}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("n", 0),
        ("n", 4),
        ("fee", Fraction(-1)),
        ("fee", Fraction(501, 100)),
        ("fee", Fraction(1, 1000)),  # facts are whole cents
        ("grade", 10),
        ("children", ((-1, Fraction(0)),)),
        ("children", ((1, Fraction(1, 300)),)),  # and so are fields
        ("children", ((1, Fraction(0)), (1, Fraction(0)))),
        ("owed", Fraction(1, 8)),  # and statuses without `starts`
        ("level", 3),
    ],
)
def test_inputs_out_of_range(name: str, wrong: Value) -> None:
    checked = program(INPUTS)
    fault = initial_state(checked, case(checked, **{**GOOD, name: wrong}))
    assert fault == CaseFault("input", name)


def test_starts_reads_facts_and_today() -> None:
    checked = program("""
fact n : int
status doubled : int starts n * 2
status opened : date starts today""")
    run = start(checked, n=4)
    assert statuses(run) == {"doubled": 8, "opened": run.last.today}


def test_a_start_outside_its_range_is_an_error() -> None:
    checked = program("fact n : int\nstatus level : int 0..2 starts n + 1")
    assert statuses(start(checked, n=1)) == {"level": 2}
    fault = initial_state(checked, case(checked, n=2))
    assert isinstance(fault, CaseFault)
    assert fault.kind == "error"
    assert fault.error is not None
    assert (fault.error.kind, fault.error.name) == ("range", "level")


def test_a_start_need_not_be_whole_cents() -> None:
    checked = program("status share : money starts $1.00 / 3")
    assert statuses(start(checked)) == {"share": Fraction(1, 3)}


def test_assumptions_exclude_cases_before_they_can_err() -> None:
    checked = program("""
fact n : int
status level : int 0..2 starts n
assume small: n <= 2 because "it is so"
assume low: level >= 0 because "it is so" """)
    assert initial_state(checked, case(checked, n=3)) == CaseFault("assumption", "small")
    assert initial_state(checked, case(checked, n=-1)) == CaseFault("assumption", "low")
    start(checked, n=2)


def test_an_assumption_without_a_value_is_an_error() -> None:
    checked = program('fact grade : int or none\nassume high: grade > 1 because "it is so"')
    fault = initial_state(checked, case(checked, grade=None))
    assert isinstance(fault, CaseFault)
    assert (fault.kind, fault.name) == ("error", "high")


# ---------------------------------------------------------------- steps

ORDERED = """
fact grade : int or none
status done : yes/no starts no
step act
  requires not done
  requires marked: grade is not none
  requires high: grade > 3
  then done becomes yes"""


def test_requirements_are_tried_in_order_up_to_the_first_false() -> None:
    checked = program(ORDERED)
    assert attempt(checked, start(checked, grade=None), "act") == Refused(1, "marked")
    assert attempt(checked, start(checked, grade=3), "act") == Refused(2, "high")
    taken = play(checked, start(checked, grade=4), "act")
    assert attempt(checked, taken, "act") == Refused(0, "requires.1")


def test_a_guard_that_errs_is_an_error_and_the_step_is_not_taken() -> None:
    checked = program("""
fact grade : int or none
status done : yes/no starts no
step act
  requires grade > 3
  requires not done
  then done becomes yes""")
    assert erred(attempt(checked, start(checked, grade=None), "act"))[0] == "absent"


def test_all_effects_read_the_old_state() -> None:
    checked = program("""
status a : int starts 1
status b : int starts 2
status c : int starts 3
step swap
  then a becomes b, b becomes a""")
    assert statuses(play(checked, start(checked), "swap")) == {"a": 2, "b": 1, "c": 3}


def test_an_effect_outside_its_range_is_an_error() -> None:
    checked = program("""
status n : int 0..2 starts 1
status owed : money $0.. starts $1
status grade : int 0..2 or none starts none
step raise_it
  then n becomes n + 1
step pay(x: money)
  then owed becomes owed - x
step mark(x: int)
  then grade becomes x""")
    run = play(checked, start(checked), "raise_it")
    assert erred(attempt(checked, run, "raise_it")) == ("range", "raise_it.then.n")
    assert erred(attempt(checked, run, ("pay", Fraction(101, 100)))) == ("range", "pay.then.owed")
    assert statuses(play(checked, run, ("pay", Fraction(1))))["owed"] == 0
    assert erred(attempt(checked, run, ("mark", 3)))[0] == "range"


def test_an_effect_need_not_be_whole_cents() -> None:
    checked = program("status owed : money starts $1\nstep split\n  then owed becomes owed / 3")
    assert statuses(play(checked, start(checked), "split"))["owed"] == Fraction(1, 3)


def test_an_effect_that_errs_is_an_error() -> None:
    checked = program("""
status n : int starts 1
decide fee : int
  rule high gives 1 if n > 1
step act
  then n becomes fee""")
    assert erred(attempt(checked, start(checked), "act")) == ("gap", "fee")


def test_arguments_out_of_range_are_no_arguments() -> None:
    checked = program("""
status n : int starts 1
step pay(x: int 0..2, y: money)
  then n becomes x""")
    run = start(checked)
    assert attempt(checked, run, ("pay", 3, Fraction(0))) == NotAnArgument("x")
    assert attempt(checked, run, ("pay", 2, Fraction(1, 1000))) == NotAnArgument("y")
    taken = play(checked, run, ("pay", 2, Fraction(1, 100)))
    assert taken.events == (StepEvent("pay", (2, Fraction(1, 100)), run.last.today),)


def test_a_step_takes_no_time_and_only_waiting_moves_today() -> None:
    checked = program("status n : int starts 1\nstep act\n  then n becomes 2")
    run = play(checked, start(checked, "2012-02-28"), "act", 2, "act")
    assert [state.today - run.states[0].today for state in run.states] == [0, 0, 1, 2, 2]
    assert run.events[1:3] == (WaitEvent(), WaitEvent())
    assert [state.statuses["n"] for state in run.states] == [1, 2, 2, 2, 2]


def test_days_are_one_day_waits() -> None:
    checked = program("status n : int starts 1")
    run = start(checked)
    three, one_by_one = wait(checked, run, 3), play(checked, run, 1, 1, 1)
    assert isinstance(three, Taken)
    assert three.run == one_by_one


def test_enabled_steps_over_finite_arguments_and_samples() -> None:
    checked = program("""
enum Stage = early | late
status n : int starts 1
step move(goal: Stage, sure: yes/no)
  requires sure or goal is late
step pay(x: int)
  requires x > n
step never_possible
  requires n > 1""")
    run = start(checked)
    found = [(event.step, event.arguments) for event in enabled_steps(checked, run, lambda _: (1, 2, 3))]
    assert found == [
        ("move", ("early", True)),
        ("move", ("late", False)),
        ("move", ("late", True)),
        ("pay", (2,)),
        ("pay", (3,)),
    ]
    assert [event.step for event in enabled_steps(checked, run)] == ["move"] * 3


def test_an_unknown_number_of_arguments_is_our_bug() -> None:
    checked = program("step act")
    with pytest.raises(ValueError, match="argument"):
        try_step(checked, start(checked), "act", (1,))


def test_errors_say_what_they_are() -> None:
    error = EvaluationError("gap", "fee", "no rule of `fee` applies", None)
    assert (str(error), repr(error)) == (error.message, "EvaluationError('gap', 'fee', 'no rule of `fee` applies')")
