"""Every history term, along runs: what it says at each position."""

from __future__ import annotations

import pytest
from playing import Act, day, error, play, program, start, value, values

from verifier.core.types import Value

DECLARATIONS = """
fact wanted : int
status n : int 0..9 starts 0
status flag : yes/no starts no
step tick
step pay(x: int 0..9)
  then n becomes x
step raise_flag
  then flag becomes yes
step lower_flag
  then flag becomes no
"""

# expression, acts, its value at every position
ALONG: list[tuple[str, list[Act], list[Value]]] = [
    ("tick has happened", ["tick", "raise_flag"], [False, True, True]),
    ("tick has never happened", ["raise_flag", "tick"], [True, True, False]),
    ("pay has happened", [("pay", 3)], [False, True]),
    ("pay(3) has happened", [("pay", 2), ("pay", 3), ("pay", 4)], [False, False, True, True]),
    ("pay(wanted) has happened", [("pay", 2), ("pay", 5)], [False, False, True]),
    # the argument is the present value of the status, not the one at the time
    ("pay(n) has happened", [("pay", 2), "tick", ("pay", 3)], [False, True, True, True]),
    ("tick happened within 2 days", [1, "tick", 1, 1, 1], [False, False, True, True, True, False]),
    ("tick happened within 2 days", ["tick", 2, "tick", 2, 1], [False, *[True] * 6, False]),
    ("tick happened within 0 days", ["tick", 1], [False, True, False]),
    ("pay(2) happened within 1 days", [("pay", 2), 1, ("pay", 3), 1], [False, True, True, True, False]),
    ("count of tick", ["tick", "raise_flag", "tick"], [0, 1, 1, 2]),
    ("count of pay(2)", [("pay", 2), ("pay", 3), ("pay", 2)], [0, 1, 1, 2]),
    ("count of pay", [("pay", 2), ("pay", 3)], [0, 1, 2]),
    ("ever (flag)", ["tick", "raise_flag", "lower_flag"], [False, False, True, True]),
    ("ever (not flag)", ["raise_flag"], [True, True]),
    ("ever (n > 1 and flag)", [("pay", 2), ("pay", 0), "raise_flag"], [False, False, False, False]),
    ("just before (flag)", ["raise_flag", "lower_flag", "tick"], [False, False, True, False]),
    ("just before (not flag)", ["raise_flag", "lower_flag"], [False, True, False]),
    ("just before (flag)", ["raise_flag", 1, "lower_flag"], [False, False, True, True]),
    ("just before (just before (flag))", ["raise_flag", 1, 1], [False, False, False, True]),
    ("just before (tick has happened)", ["tick", 1], [False, False, True]),
    # since: `f` itself is enough, then `e` at every later state
    ("(not flag) ever since (n > 1)", ["tick", ("pay", 2), ("pay", 0), "tick"], [False, False, True, True, True]),
    ("(not flag) ever since (n > 1)", [("pay", 2), ("pay", 0), "raise_flag", "lower_flag"], [0, 1, 1, 0, 0]),
    ("flag ever since (n > 1)", [("pay", 2), ("pay", 0)], [False, True, False]),
    ("flag ever since (not flag)", ["raise_flag"], [True, True]),
]


@pytest.mark.parametrize(("expression", "acts", "expected"), ALONG)
def test_along_a_run(expression: str, acts: list[Act], expected: list[Value]) -> None:
    checked = program(f"{DECLARATIONS}\ndefine probe means {expression}")
    run = play(checked, start(checked, wanted=5), *acts)
    assert values(checked, run) == expected


def test_date_of_is_the_last_and_first_date_of_the_first() -> None:
    checked = program(f"""{DECLARATIONS}
define latest means date of tick
define earliest means first date of tick
define of_two means date of pay(2)""")
    run = play(checked, start(checked, wanted=0), "tick", ("pay", 2), 3, "tick", ("pay", 3), 1)
    assert value(checked, run, "latest") == day("2012-04-26")
    assert value(checked, run, "earliest") == day("2012-04-23")
    assert value(checked, run, "of_two") == day("2012-04-23")


def test_there_is_no_date_before_any_occurrence() -> None:
    checked = program(f"""{DECLARATIONS}
define probe means date of pay(2) is today
define earliest means first date of tick is today""")
    run = play(checked, start(checked, wanted=0), ("pay", 3))
    assert error(checked, run) == "no_date"
    assert error(checked, run, "earliest") == "no_date"


@pytest.mark.parametrize(("rounding", "last_day"), [("up", "2013-03-01"), ("down", "2013-02-28")])
def test_within_months_includes_the_rounded_last_day(rounding: str, last_day: str) -> None:
    checked = program(f"{DECLARATIONS}\ndefine probe means tick happened within 1 months rounding {rounding}")
    run = play(checked, start(checked, "2013-01-31", wanted=0), "tick")
    on_last_day = play(checked, run, day(last_day) - day("2013-01-31"))
    assert value(checked, on_last_day) is True
    assert value(checked, play(checked, on_last_day, 1)) is False


def test_ever_stops_at_the_first_state_that_has_it() -> None:
    """Later states where the operand errs do not matter; earlier ones do."""
    text = """
status grade : int or none starts {start}
step set_to(x: int)
  then grade becomes x
step clear
  then grade becomes none
define probe means ever (grade > 2)"""
    checked = program(text.format(start="5"))
    assert value(checked, play(checked, start(checked), "clear")) is True
    checked = program(text.format(start="none"))
    assert error(checked, play(checked, start(checked), ("set_to", 5))) == "absent"


def test_since_evaluates_its_operand_only_where_it_matters() -> None:
    checked = program("""
status grade : int or none starts none
status begun : yes/no starts no
step set_to(x: int)
  then grade becomes x
step begin
  then begun becomes yes
step clear
  then grade becomes none
define probe means (grade > 2) ever since (begun and just before (not begun))""")
    run = play(checked, start(checked), "begin")
    assert value(checked, run) is True
    assert value(checked, play(checked, run, ("set_to", 5))) is True
    assert value(checked, play(checked, run, ("set_to", 1), "clear")) is False
    assert error(checked, play(checked, run, ("set_to", 5), "clear")) == "absent"


def test_since_comes_before_its_operand_in_every_state() -> None:
    checked = program("""
status grade : int or none starts none
define probe means (grade > 2) ever since (grade is none)""")
    assert values(checked, play(checked, start(checked), 1)) == [True, True]


def test_requirements_and_effects_do_not_see_the_step_being_tried() -> None:
    checked = program("""
status seen : yes/no starts no
status times : int starts 0
step once
  requires once has never happened
  then seen becomes once has happened
step again
  then times becomes count of again""")
    run = play(checked, start(checked), "once", "again", "again")
    assert run.last.statuses == {"seen": False, "times": 1}


def test_history_arguments_may_be_the_steps_own_parameters() -> None:
    checked = program("""
status done : int starts 0
step ask(x: int)
step grant(y: int)
  requires ask(y) has happened
  then done becomes y""")
    run = play(checked, start(checked), ("ask", 1), ("grant", 1))
    assert run.last.statuses["done"] == 1
    with pytest.raises(AssertionError, match="Refused"):
        play(checked, run, ("grant", 2))
