"""Scenarios in plain English: what is given, what happens in which order, and what is expected where.

Takes a scenario and its program; gives labelled sentences. Says nothing of whether it passes.
"""

from __future__ import annotations

from typing import assert_never

from verifier.core.dates import iso
from verifier.core.expressions import Act
from verifier.core.program import ExpectCannot, ExpectHolds, Given, MoveTo, Occurrence, Program, Scenario, Take, Wait
from verifier.explain.conditions import say_act, say_condition, say_noun
from verifier.explain.statements import Statement, capital, sentence


def say_scenario(item: Scenario, program: Program) -> tuple[tuple[str, Statement], ...]:
    """Its clauses as (label, sentence): ``Given``, ``Then`` for what happens, ``Expected``. Several of a kind, one
    after the other, are a list under an empty lead.
    """
    found: list[tuple[str, list[str]]] = []
    for clause in item.clauses:
        label, texts = _clause(clause, program)
        if found and found[-1][0] == label:
            found[-1][1].extend(texts)
        else:
            found.append((label, texts))
    return tuple((label, _joined(texts)) for label, texts in found)


def _clause(
    clause: Given | Take | MoveTo | Wait | ExpectHolds | ExpectCannot, program: Program
) -> tuple[str, list[str]]:
    match clause:
        case Given(condition):
            return "Given", [say_condition(condition, program)]
        case Take(occurrences):
            return "Then", [_event(item, program) for item in occurrences]
        case MoveTo(day):
            return "Then", [f"the day is {iso(day)}"]
        case Wait(duration, rounding):
            return "Then", [
                f"time passes: {say_noun(duration, program)}{f' (rounding {rounding})' if rounding else ''}"
            ]
        case ExpectHolds(condition):
            return "Expected", [say_condition(condition, program)]
        case ExpectCannot(occurrence, because):
            return "Expected", [
                f"it cannot happen that {_event(occurrence, program)}{_why(occurrence, because, program)}"
            ]
    assert_never(clause)


def _event(item: Occurrence, program: Program) -> str:
    return say_act(Act(item.step, item.arguments or None), program)


def _why(item: Occurrence, because: str | None, program: Program) -> str:
    """The requirement that is not met, in words."""
    required = [each for each in program.step(item.step).requires if each.name == because]
    return f", since this is not so: {say_condition(required[0].condition, program)}" if required else ""


def _joined(texts: list[str]) -> Statement:
    if len(texts) == 1:
        return sentence(texts[0])
    return Statement("", tuple(Statement(capital(text)) for text in texts))
