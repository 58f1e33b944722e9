"""What would prevent a violation: proved again, and the condition before a step means the condition after it."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random

import pytest
from checking_cases import program as checked

from verifier.checking.reopen import check_expression
from verifier.core.expressions import Expr
from verifier.core.program import Program
from verifier.core.types import YES_NO
from verifier.counsel.after_step import before
from verifier.counsel.mending import mending
from verifier.explain.model import Mending
from verifier.explain.verify import Work, verify_program
from verifier.reports import story
from verifier.reports.style import Style
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate
from verifier.semantics.explore import explore
from verifier.semantics.run import Taken, attempt
from verifier.source import SourceFile
from verifier.syntax.parser import parse_expression

DOOR = """
policy door "A door"

actor guard

fact known : yes/no reads "the visitor is known" / "the visitor is not known"
fact invited : yes/no
status inside : yes/no starts no reads "the visitor is inside" / "the visitor is outside"
status greeted : yes/no starts no

step greet by guard reads "the guard greets" / "the guard has greeted"
  then greeted becomes yes

step enter by guard reads "the visitor enters" / "the visitor has entered"
  requires not inside
  then inside becomes yes

step carry by guard reads "the visitor is carried in" / "the visitor has been carried in"
  requires not inside and invited
  then inside becomes yes

prove only_known "Only known visitors come in"
  never inside while not known

prove can_enter "Invited visitors can come in"
  possible inside and invited

prove strangers_too "Strangers can come in"
  possible inside and not known

prove greeted_first "Nobody enters without a greeting"
  enter only if greet has happened
"""


def mended(program: Program, name: str) -> Mending:
    work = Work(program.promises, (), False, 50_000_000, time.monotonic() + 60, 20, True)
    (promise,) = [item for item in program.promises if item.name == name]
    (result,) = [item for item in verify_program(program, work).properties if item.name == name]
    assert result.verdict == "violated"
    found = mending(program, promise, result, work)
    assert found is not None
    return found


def test_a_requirement_for_each_step_that_leads_there() -> None:
    """Both ways in need it; strangers then stay outside, so that the promise that they can come in breaks."""
    found = mended(checked(DOOR), "only_known")
    assert {(item.step, item.condition) for item in found.repairs} == {("enter", "known"), ("carry", "known")}
    assert all(item.breaks == ("strangers_too",) for item in found.repairs)


def test_what_an_only_if_asks_is_the_requirement() -> None:
    found = mended(checked(DOOR), "greeted_first")
    (repair,) = found.repairs
    assert (repair.step, repair.condition, repair.breaks) == ("enter", "greet has happened", ())
    assert repair.said == "the guard has greeted"
    assert found.closest is not None
    assert [event.step for event in found.closest.happenings] == ["greet", "enter"]


def test_the_closest_case_is_told_by_what_it_has_more_and_less() -> None:
    """Greeting first is one step more; where a step spoils it, the closest case is the one without."""
    program = checked(DOOR)
    (promise,) = [item for item in program.promises if item.name == "greeted_first"]
    work = Work((promise,), (), False, 50_000_000, time.monotonic() + 60, 20, True)
    (result,) = verify_program(program, work).properties
    found = mending(program, promise, result, work)
    assert found is not None
    assert result.counterexample is not None
    assert found.closest is not None
    style = Style(width=200)
    told = " ".join(story.mended(found, program, result.counterexample, style))
    assert "the same, with “the guard greets” as well" in told
    reverse = " ".join(story.mended(replace(found, closest=result.counterexample), program, found.closest, style))
    assert "the same, without “the guard greets”" in reverse


def test_where_the_same_facts_never_do_the_closest_case_has_others() -> None:
    found = mended(checked(DOOR), "only_known")
    assert found.closest is not None
    assert {item.name: item.value for item in found.closest.facts}["known"] is True


def test_a_promise_that_no_requirement_can_save_gets_none() -> None:
    """It is broken at the very start, before any step."""
    program = checked(DOOR + "\nprove inside_always\n  always inside\n")
    work = Work(program.promises, (), False, 50_000_000, time.monotonic() + 60, 20, True)
    results = {item.name: item for item in verify_program(program, work).properties}
    promise = program.promises[-1]
    assert mending(program, promise, results["inside_always"], work) is None


# ---------------------------------------------------------------- conditions before a step

STEPS = """
policy steps
actor agency
fact f : yes/no
status a : yes/no starts no
status n : int 0..3 starts 0
decide rich : yes/no
  rule main gives yes if f and n > 1
  otherwise no
step raise by agency
  requires n < 3
  then n becomes n + 1
step flip by agency
  then a becomes not a
  then n becomes if n > 0 then n - 1 else n
step rest by agency
prove x
  possible f
"""


ATOMS = (
    "a",
    "f",
    "n > 1",
    "n is 2",
    "raise has happened",
    "count of raise > 1",
    "flip happened within 3 days",
    "date of raise is today",
    "just before (a)",
    "ever (n > 2)",
    "rich",
)


def _condition(random: Random, depth: int = 2) -> str:
    if depth == 0 or random.random() < 0.3:
        return random.choice(ATOMS)
    parts = [_condition(random, depth - 1) for _ in range(2)]
    return random.choice([f"({parts[0]} and {parts[1]})", f"({parts[0]} or {parts[1]})", f"not ({parts[0]})"])


def _parsed(program: Program, text: str) -> Expr | None:
    tree, _ = parse_expression(SourceFile("condition", text))
    return None if tree is None else check_expression(program, tree, expected=YES_NO)[0]


@pytest.mark.parametrize("seed", range(10))
def test_the_condition_before_means_the_condition_after(seed: int) -> None:
    program, random = checked(STEPS), Random(seed)
    exploration = explore(program, 400)
    assert exploration is not None
    compared = 0
    for _ in range(20):
        text = _condition(random)
        after = _parsed(program, text)
        if after is None:
            continue
        for step in program.steps:
            earlier = before(program, after, step)
            if earlier is None:
                continue
            for number, moves in enumerate(exploration.moves):
                run = exploration.states[number]
                for proposal in moves:
                    if proposal.step == step.name:
                        outcome = attempt(program, run, proposal.event(run.last.today))
                        assert isinstance(outcome, Taken)
                        try:
                            expected = evaluate(program, after, outcome.run)
                        except EvaluationError:
                            continue
                        assert evaluate(program, earlier, run) == expected, f"{text} before {step.name}"
                        compared += 1
    assert compared > 100
