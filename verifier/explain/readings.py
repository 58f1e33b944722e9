"""Verdicts under each reading of what the law leaves open.

Takes a program and the results of its promises; where a verdict may depend on readings, verifies the promise once under
each combination of them, together with those that depend on the same, and reports the verdicts side by side. A promise
is violated where it is violated under some reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from math import prod

from verifier.analysis.questions import Questions
from verifier.core.expressions import Const, Equal, ReadingRef
from verifier.core.program import Assumption, Possible, Program, Promise, Reading
from verifier.core.types import YES_NO
from verifier.explain.model import PropertyResult, ReadingVerdict, Verdict
from verifier.properties.goals import slice_for

COMBINATIONS = 64

Again = Callable[[Program, tuple[Promise, ...]], list[PropertyResult]]
"""Verifies some promises of a program afresh."""


def by_reading(
    program: Program, questions: Questions, results: list[PropertyResult], again: Again
) -> list[PropertyResult]:
    """The results, each with the verdict under each reading where they differ.

    ``proved`` of every case needs no splitting: each case is of some reading. ``possible`` does: its witness is of one.
    """
    promises = {promise.name: promise for promise in program.promises}
    groups: dict[tuple[Reading, ...], list[PropertyResult]] = {}
    for result in results:
        promise = promises[result.name]
        if result.verdict != "proved" or isinstance(promise.form, Possible):
            groups.setdefault(tuple(_relevant(program, questions, promise)), []).append(result)
    split: dict[str, PropertyResult] = {}
    for readings, group in groups.items():
        if not readings or prod(len(reading.type.members) for reading in readings) > COMBINATIONS:
            continue
        choices = list(product(*(reading.type.members for reading in readings)))
        asked = tuple(promises[result.name] for result in group)
        answers = [again(_supposing(program, readings, choice), asked) for choice in choices]
        for result, *own in zip(group, *answers, strict=True):
            split[result.name] = _side_by_side(result, readings, list(zip(choices, own, strict=True)))
    return [split.get(result.name, result) for result in results]


def _side_by_side(
    result: PropertyResult, readings: tuple[Reading, ...], answers: list[tuple[tuple[str, ...], PropertyResult]]
) -> PropertyResult:
    """One result of the answers under each choice of readings."""
    verdicts = {answer.verdict for _, answer in answers}
    if len(verdicts) == 1:
        return result if result.verdict in verdicts else replace(answers[0][1], name=result.name)
    split = tuple(
        ReadingVerdict(tuple(zip((r.name for r in readings), choice, strict=True)), answer.verdict)
        for choice, answer in answers
    )
    return replace(_whole(result, [answer for _, answer in answers]), by_reading=split)


def _whole(result: PropertyResult, answers: list[PropertyResult]) -> PropertyResult:
    """The result that stands for all readings: the worst of them."""
    order: tuple[Verdict, ...] = ("violated", "unknown", "proved")
    worst = min(answers, key=lambda answer: order.index(answer.verdict))
    return result if result.verdict == worst.verdict else worst


def _relevant(program: Program, questions: Questions, promise: Promise) -> list[Reading]:
    """The readings that the promise can depend on; all of them for promises that are not about single runs."""
    claim = questions.claims.get(promise.name)
    if claim is None:
        return list(program.readings)
    read = {v.owner for v in slice_for(questions.system, [claim.goal]).variables if v.kind == "reading"}
    return [reading for reading in program.readings if reading.name in read]


def _supposing(program: Program, readings: tuple[Reading, ...], choice: tuple[str, ...]) -> Program:
    """The program under one choice of readings."""
    return replace(program, assumptions=(*program.assumptions, *_suppositions(readings, choice)))


def _suppositions(readings: tuple[Reading, ...], choice: tuple[str, ...]) -> Iterator[Assumption]:
    for reading, member in zip(readings, choice, strict=True):
        same = Equal(
            left=ReadingRef(name=reading.name, type=reading.type),
            right=Const(value=member, type=reading.type),
            type=YES_NO,
        )
        yield Assumption(f"reading {reading.name}", same, None, span=reading.span, origin=reading.origin)
