"""Duties: when they are pending, until when, and what they forbid."""

from __future__ import annotations

import pytest
from playing import Act, attempt, day, erred, play, program, start

from verifier.semantics.duties import pending_duties
from verifier.semantics.run import Forbidden, Taken, wait

DECLARATIONS = """
status paused : yes/no starts no
status grade : int or none starts none
step ask
step answer
step refuse
step renew
step pause
  then paused becomes yes
step resume
  then paused becomes no
"""


def possible_days(text: str, *acts: Act, at: str = "2012-04-23") -> int:
    """How many days may pass (at most 100) after some acts."""
    checked = program(DECLARATIONS + text)
    outcome = wait(checked, play(checked, start(checked, at), *acts), 100)
    if isinstance(outcome, Forbidden):
        return outcome.passed.last.today - play(checked, start(checked, at), *acts).last.today
    assert isinstance(outcome, Taken)
    return 100


DUTY = "duty answer within 5 days of ask"


@pytest.mark.parametrize(
    ("text", "acts", "days"),
    [
        (DUTY, [], 100),
        (DUTY, ["answer"], 100),
        (DUTY, ["ask"], 5),
        (DUTY, ["ask", 5, "answer"], 100),
        (DUTY, ["ask", 2], 3),
        (DUTY, ["ask", 2, "ask"], 3),  # counted from the first unanswered one
        (DUTY, ["ask", 2, "answer", "ask"], 5),
        (DUTY, ["answer", "ask"], 5),  # an answer before the trigger answers nothing
        (DUTY, ["ask", 2, "refuse"], 3),
        ("duty answer or refuse within 5 days of ask", ["ask", "refuse"], 100),
        ("duty answer within 0 days of ask", ["ask"], 0),
        ("duty renew or answer within 5 days of renew", ["renew"], 5),  # answers, then triggers
        ("duty renew or answer within 5 days of renew", ["renew", 3, "renew"], 5),
        ("duty answer within 5 days of ask\nduty refuse within 3 days of renew", ["ask", "renew"], 3),
        ("duty answer within 5 days of ask unless paused", ["ask", "pause"], 100),
        ("duty answer within 5 days of ask unless paused", ["ask", "pause", 20, "resume"], 0),  # only suspended
        ("duty answer within 5 days of ask unless paused", ["pause", "ask", "resume"], 5),
        # the condition is asked only where the deadline has come
        ("duty answer within 5 days of ask unless paused", ["ask", 5, "pause", 1, "resume"], 0),
    ],
)
def test_how_long_time_may_pass(text: str, acts: list[Act], days: int) -> None:
    assert possible_days(text, *acts) == days


@pytest.mark.parametrize(
    ("at", "rounding", "last_day"),
    [
        ("2013-01-31", "up", "2013-03-01"),
        ("2013-01-31", "down", "2013-02-28"),
        ("2012-01-31", "down", "2012-02-29"),
        ("2013-01-15", "up", "2013-02-15"),
    ],
)
def test_deadlines_in_months_round(at: str, rounding: str, last_day: str) -> None:
    text = f"duty answer within 1 months rounding {rounding} of ask"
    assert possible_days(text, "ask", at=at) == day(last_day) - day(at)


def test_the_forbidding_duty_is_named() -> None:
    checked = program(f"{DECLARATIONS}duty one: answer within 5 days of ask\nduty two: refuse within 2 days of ask")
    run = play(checked, start(checked), "ask")
    outcome = attempt(checked, run, 4)
    assert isinstance(outcome, Forbidden)
    assert outcome.duty.name == "two"
    assert outcome.passed.last.today == run.last.today + 2
    assert [(item.duty.name, item.deadline - run.last.today) for item in pending_duties(checked, run)] == [
        ("one", 5),
        ("two", 2),
    ]


def test_without_duties_nothing_forbids() -> None:
    checked = program(DECLARATIONS + DUTY)
    outcome = wait(checked, play(checked, start(checked), "ask"), 50, duties=False)
    assert isinstance(outcome, Taken)


def test_an_unless_that_errs_is_an_error_once_it_is_asked() -> None:
    checked = program(f"{DECLARATIONS}duty answer within 1 days of ask unless grade > 1")
    run = play(checked, start(checked), "ask", 1)
    assert erred(attempt(checked, run, 1))[0] == "absent"


def test_steps_go_on_after_the_deadline_day_has_come() -> None:
    checked = program(DECLARATIONS + DUTY)
    run = play(checked, start(checked), "ask", 5, "pause", "answer", 1)
    assert run.last.statuses["paused"] is True
