"""Which runs break which promises, position by position."""

from __future__ import annotations

import pytest
from playing import Act, play, program, promise, start

from verifier.semantics.errors import EvaluationError
from verifier.semantics.promises import breach_anywhere, broken, reaches

DECLARATIONS = """
fact lawyer : yes/no
status closed : yes/no starts no
status grade : int or none starts none
status rank : int 0..9 starts 0
step ask(x: int)
step answer(y: int)
step close
  then closed becomes yes
step reopen
  then closed becomes no
step promote
  then rank becomes rank + 1
step mark(x: int)
  then grade becomes x
step settle(z: int 0..8)
  then rank becomes z + 1
step renew
  then rank becomes rank + 1
"""

# promise, acts, positions at which a run that ends there breaks it
CASES: list[tuple[str, list[Act], list[int]]] = [
    ("always not closed", ["promote", "close", "reopen"], [2]),
    ("never closed", ["promote", "close", "reopen"], [2]),
    ("always rank = 0 while closed", ["promote", "close", "reopen"], [2]),
    ("never rank > 0 while closed", ["close", "promote", "reopen"], [2]),
    ("always rank >= 0", ["promote"], []),
    ("closed equals rank > 0", ["promote", "close"], [1]),
    ("closed never both rank > 0", ["close", "promote", "reopen"], [2]),
    # where the scope holds before or after the change
    ("never rank changes while closed", ["promote", "close", "promote", "promote", "reopen", "promote"], [3, 4]),
    ("never closed changes while closed", ["close"], [1]),
    ("never closed changes while not closed", ["close", "promote", "reopen"], [1, 3]),
    ("never today changes while closed", [1, "close", 1, "promote"], [3]),
    # only if: before the step, not after it
    ("close only if closed", ["close"], [1]),
    ("close only if not closed", ["close", "close"], [2]),
    ("promote only if closed", ["promote", "close", "promote", "reopen"], [1]),
    ("promote only if promote has happened", ["promote", "promote"], [1]),
    ("ask(a) only if a > rank", [("ask", 1), "promote", ("ask", 1), ("ask", 2)], [3]),
    ("answer(a) only if ask(a) has happened", [("ask", 1), ("answer", 1), ("answer", 2)], [3]),
    # only after, never after
    ("answer only after ask", [("answer", 1), ("ask", 1), ("answer", 2)], [1]),
    ("answer only after ask(2)", [("ask", 1), ("answer", 1), ("ask", 2), ("answer", 1)], [2]),
    ("answer only after ask within 2 days", [("ask", 1), 2, ("answer", 1), 1, ("answer", 1)], [6]),
    ("answer only after ask unless closed", [("answer", 1), "close", ("answer", 1)], [1]),
    ("never close after promote", ["close", "promote", "reopen", "close", "close"], [4, 5]),
    ("never promote after promote", ["promote", "promote"], [2]),
    ("never close after promote unless closed", ["promote", "close", "close"], [2]),
    # after … until: from the state after the step, up to and including the state before the other
    ("after close, rank = 0", ["promote", "close", "reopen"], [2, 3]),
    ("after close, rank > 0", ["close", "promote"], [1]),
    ("after close, closed until reopen", ["close", "reopen", "close"], []),
    ("after close, rank = 0 until promote", ["close", "promote", 1], []),
    ("after close, rank = 0 until reopen", ["close", "promote", 1, "reopen", "promote"], [2, 3]),
    ("after close, rank = 0 until close", ["close", "promote", "close"], [2, 3]),
    ("after ask(a), rank < a until answer(a)", [("ask", 2), ("ask", 1), "promote", ("answer", 1), "promote"], [3, 5]),
    ("after ask(a), rank < a until answer", [("ask", 2), ("ask", 1), ("answer", 7), "promote", "promote"], []),
    ("after ask, closed until answer(rank)", [("ask", 1), "promote", ("answer", 0), ("answer", 1), 1], [1, 2, 3]),
    # the arguments of `until` and of a response are read in the state before it
    ("after ask, closed until settle(rank)", [("ask", 1), ("settle", 1), ("settle", 2), 1, ("settle", 7)], [1, 2]),
    ("after ask, settle(rank) within 0 days", [("ask", 1), ("settle", 0), 1], []),
    ("after ask, settle(rank) within 0 days", [("ask", 1), ("settle", 1), 1], [3]),
    # within: the day after the last allowed day
    ("after close, reopen within 2 days", ["close", 2, "reopen"], []),
    ("after close, reopen within 2 days", ["close", 3, 1, "reopen"], [4, 5]),
    ("after close, reopen within 2 days", ["close", 1, "close", 1, 1], [5]),  # from the earliest unanswered
    ("after close, reopen within 2 days", ["close", 1, "reopen", "close", 2, 1], [7]),
    ("after close, reopen within 2 days", ["reopen", "close", 3], [5]),
    ("after renew, renew within 1 days", ["renew", 1, "renew", 1, "renew", 1], []),
    ("after renew, renew within 1 days", ["renew", 1, "renew", 2], [5]),
    ("after ask(a), answer(a) within 1 days", [("ask", 1), ("ask", 2), ("answer", 1), 2], [5]),
    ("after ask(a), answer(a) within 1 days", [("ask", 1), ("ask", 2), ("answer", 2), ("answer", 1), 2], []),
    ("after ask, answer within 1 days", [("ask", 1), ("ask", 2), ("answer", 7), 2], []),
    ("after close, reopen within 0 days", ["close", "reopen", 1], []),
    ("after close, reopen within 0 days", ["close", 1], [2]),
    # broken by no single run
    ("possible closed", ["promote"], []),
    ("always possible closed", ["promote"], []),
    ("closed depends only on lawyer", ["close"], []),
]


@pytest.mark.parametrize(("text", "acts", "expected"), CASES)
def test_broken_at(text: str, acts: list[Act], expected: list[int]) -> None:
    checked = program(f"{DECLARATIONS}\nprove p {text}")
    run = play(checked, start(checked, lawyer=True), *acts)
    found = [at for at in range(run.length + 1) if broken(checked, promise(checked), run.prefix(at)) is not None]
    assert found == expected
    first = breach_anywhere(checked, promise(checked), run)
    assert (None if first is None else first.position) == (expected[0] if expected else None)


@pytest.mark.parametrize(
    ("rounding", "late_after"), [("up", 29), ("down", 28)]
)  # 31 January 2013 + 1 month is 1 March or 28 February
def test_a_deadline_in_months_rounds(rounding: str, late_after: int) -> None:
    checked = program(f"{DECLARATIONS}\nprove p after close, reopen within 1 months rounding {rounding}")
    run = play(checked, start(checked, "2013-01-31", lawyer=True), "close", late_after)
    assert breach_anywhere(checked, promise(checked), run) is None
    assert breach_anywhere(checked, promise(checked), play(checked, run, 1)) is not None


def test_a_breach_says_what_it_found() -> None:
    checked = program(f"{DECLARATIONS}\nprove p after ask(a), answer(a) within 1 days\nprove q rank equals 0")
    run = play(checked, start(checked, lawyer=True), ("ask", 4), 2, "promote")
    breach = broken(checked, promise(checked), run)
    assert breach is not None
    assert (breach.position, breach.arguments, breach.since) == (4, (4,), run.states[0].today)
    other = broken(checked, promise(checked, "q"), run)
    assert other is not None
    assert other.values == (1, 0)


def test_the_body_is_not_evaluated_outside_the_scope() -> None:
    checked = program(f"{DECLARATIONS}\nprove p always grade > 1 while grade is not none")
    run = start(checked, lawyer=True)
    assert broken(checked, promise(checked), run) is None
    assert broken(checked, promise(checked), play(checked, run, ("mark", 1))) is not None


def test_a_term_without_a_value_decides_nothing() -> None:
    checked = program(f"{DECLARATIONS}\nprove p always grade > 1")
    with pytest.raises(EvaluationError):
        broken(checked, promise(checked), start(checked, lawyer=True))


def test_both_is_asked_left_first() -> None:
    checked = program(f"{DECLARATIONS}\nprove p (grade is not none) never both (grade > 1)")
    run = start(checked, lawyer=True)
    assert broken(checked, promise(checked), run) is None
    assert broken(checked, promise(checked), play(checked, run, ("mark", 2))) is not None


def test_a_goal_is_reached_at_the_end_of_a_run() -> None:
    checked = program(f"{DECLARATIONS}\ndefine goal means closed and close has happened")
    goal = next(item.body for item in checked.definitions if item.name == "goal")
    run = start(checked, lawyer=True)
    assert not reaches(checked, goal, run)
    assert reaches(checked, goal, play(checked, run, "close"))
    assert not reaches(checked, goal, play(checked, run, "close", "reopen"))
