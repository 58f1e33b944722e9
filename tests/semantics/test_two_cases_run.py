"""Two cases: which pairs a promise compares, how they follow each other, and what breaks it."""

from __future__ import annotations

import pytest
from playing import play, program, promise, start

from verifier.core.program import Program
from verifier.core.types import Value
from verifier.semantics.model import Run, StepEvent, WaitEvent
from verifier.semantics.pairs import broken_pair, follow, may_pair
from verifier.semantics.run import Erred, Forbidden

DECLARATIONS = """
enum Outcome = refused | deferred | granted
fact convicted : yes/no
fact income : int
reading strictness "how strict" = strict | lenient
status lawyer : yes/no
status outcome : Outcome starts refused
status grade : int or none starts none
step hire
  requires not lawyer
  then lawyer becomes yes
step grant
  requires lawyer
  requires not convicted
  then outcome becomes granted
step defer
  requires lawyer or not convicted
  then outcome becomes deferred
step bad(x: int)
  requires not convicted or grade > x
step ask
  requires convicted
step answer
duty answer within 1 days of ask
define worth means 10 - income
prove alike outcome depends only on convicted
prove alike_by_two outcome depends only on convicted, lawyer
prove less more income never lowers worth
prove more_ more income never raises worth
prove rank more lawyer never lowers outcome
"""

BASE: dict[str, Value] = {"convicted": False, "income": 1, "strictness": "strict", "lawyer": False}


def pair(checked: Program, **second: Value) -> tuple[Run, Run]:
    return start(checked, **BASE), start(checked, **{**BASE, **second})


@pytest.mark.parametrize(
    ("name", "second", "expected"),
    [
        ("alike", {"income": 5, "lawyer": True}, True),
        ("alike", {"convicted": True}, False),
        ("alike", {"strictness": "lenient"}, False),
        ("alike_by_two", {"lawyer": True}, False),
        ("alike_by_two", {"income": 3}, True),
        ("less", {"income": 2}, True),
        ("less", {"income": 1}, False),
        ("less", {"income": 0}, False),
        ("less", {"income": 2, "convicted": True}, False),
        ("less", {"income": 2, "lawyer": True}, False),
        ("rank", {"lawyer": True}, True),
        ("rank", {"lawyer": True, "income": 2}, False),
    ],
)
def test_which_cases_are_compared(name: str, second: dict[str, Value], expected: bool) -> None:
    checked = program(DECLARATIONS)
    assert may_pair(checked, promise(checked, name), *pair(checked, **second)) is expected


def test_both_cases_start_on_the_same_day() -> None:
    checked = program(DECLARATIONS)
    first, second = start(checked, "2012-04-23", **BASE), start(checked, "2012-04-24", **BASE)
    assert not may_pair(checked, promise(checked, "alike"), first, second)


def test_one_case_promises_compare_nothing() -> None:
    checked = program(f"{DECLARATIONS}\nprove single always yes")
    first, second = pair(checked)
    assert not may_pair(checked, promise(checked, "single"), first, second)
    assert broken_pair(checked, promise(checked, "single"), first, second) is None


def test_a_step_is_taken_by_whichever_can_and_the_other_idles() -> None:
    checked = program(DECLARATIONS)
    first, second = pair(checked, lawyer=True)
    moved = follow(checked, first, second, StepEvent("hire", (), 0))
    assert isinstance(moved, tuple)
    assert [run.length for run in moved] == [1, 0]
    moved = follow(checked, *moved, StepEvent("grant", (), 0))
    assert isinstance(moved, tuple)
    assert [run.length for run in moved] == [2, 1]
    assert broken_pair(checked, promise(checked, "alike"), *moved) is None


def test_a_difference_at_any_moment_breaks_depends_only() -> None:
    checked = program(DECLARATIONS)
    moved = follow(checked, *pair(checked, lawyer=True), StepEvent("grant", (), 0))
    assert isinstance(moved, tuple)
    breach = broken_pair(checked, promise(checked, "alike"), *moved)
    assert breach is not None
    assert breach.values == ("refused", "granted")


def test_days_pass_only_if_both_let_them() -> None:
    checked = program(DECLARATIONS)
    first, second = pair(checked, convicted=True)
    moved = follow(checked, first, play(checked, second, "ask"), WaitEvent())
    assert isinstance(moved, tuple)
    assert [run.last.today for run in moved] == [first.last.today + 1] * 2
    assert isinstance(follow(checked, *moved, WaitEvent()), Forbidden)
    assert isinstance(follow(checked, moved[1], moved[0], WaitEvent()), Forbidden)
    assert isinstance(follow(checked, *moved, WaitEvent(), duties=False), tuple)


def test_an_error_in_one_case_is_an_error() -> None:
    checked = program(DECLARATIONS)
    assert isinstance(follow(checked, *pair(checked, convicted=True), StepEvent("bad", (1,), 0)), Erred)
    assert isinstance(follow(checked, *pair(checked), StepEvent("bad", (1,), 0)), tuple)


def test_more_compares_the_second_case_with_the_first() -> None:
    checked = program(DECLARATIONS)
    first, second = pair(checked, income=2)
    assert broken_pair(checked, promise(checked, "less"), first, second) is not None
    assert broken_pair(checked, promise(checked, "more_"), first, second) is None
    assert broken_pair(checked, promise(checked, "less"), first, first) is None


def test_enums_are_ordered_as_written() -> None:
    checked = program(DECLARATIONS)
    moved = follow(checked, *pair(checked, lawyer=True), StepEvent("grant", (), 0))
    assert isinstance(moved, tuple)
    assert broken_pair(checked, promise(checked, "rank"), *moved) is None
    assert broken_pair(checked, promise(checked, "rank"), moved[1], moved[0]) is not None
