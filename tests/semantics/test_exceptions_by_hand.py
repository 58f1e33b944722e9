"""Exceptions two and more deep with several bases: every case of a decision against an evaluator of its own.

``answer`` below is written from the language description alone: it shares nothing with the interpreter or the encoding,
and works outside in (from the exceptions that nothing defeats), where the interpreter works by recursion.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from playing import case, initial_state, program
from running import verified

from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate

RULE = "a rule"
ALL = ("all",)

# name → (what it is an exception to, or RULE; the value that it gives); its condition is the fact `if_NAME`
Shape = Mapping[str, tuple[str | tuple[str, ...], int]]
SHAPES: dict[str, tuple[Shape, int | None]] = {
    "two bases, two deep": ({"a": (RULE, 1), "b": (RULE, 1), "x": (("a", "b"), 2), "y": (("x",), 1)}, 0),
    "bases that differ": ({"a": (RULE, 1), "b": (RULE, 2), "x": (("a", "b"), 3), "y": (("x",), 3)}, 0),
    "no otherwise": ({"a": (RULE, 1), "b": (RULE, 1), "x": (("a",), 2), "y": (("x", "b"), 2)}, None),
    "a base at two depths": ({"a": (RULE, 1), "x": (("a",), 2), "y": (("a", "x"), 3), "z": (("y",), 2)}, 0),
    "two exceptions to an exception": (
        {"a": (RULE, 1), "b": (RULE, 2), "x": (("a", "b"), 3), "y": (("x",), 1), "z": (("x", "b"), 2)},
        None,
    ),
    "to all, and to that": (
        {"a": (RULE, 1), "b": (RULE, 2), "e": (("a",), 2), "w": (ALL, 3), "v": (("w", "e"), 2)},
        0,
    ),
    "three deep": (
        {"a": (RULE, 1), "x": (("a",), 2), "y": (("x",), 1), "z": (("y",), 2), "b": (RULE, 2)},
        0,
    ),
}


def answer(shape: Shape, otherwise: int | None, held: Mapping[str, bool]) -> int | str:
    """The value in a case, or that it is a gap or a conflict."""
    bases = {
        name: tuple(other for other, (kind, _) in shape.items() if kind == RULE) if targets == ALL else targets
        for name, (targets, _) in shape.items()
        if targets != RULE
    }
    standing: dict[str, bool] = {}
    while len(standing) < len(shape):
        for name in shape:
            against = [exception for exception, targets in bases.items() if name in targets]
            if name not in standing and all(exception in standing for exception in against):
                standing[name] = held[name] and not any(standing[exception] for exception in against)
    values = {shape[name][1] for name, stands in standing.items() if stands}
    if len(values) > 1:
        return "conflict"
    if values:
        return values.pop()
    return "gap" if otherwise is None else otherwise


def written(shape: Shape, otherwise: int | None) -> str:
    """The decision as policy text."""
    lines = [f"fact if_{name} : yes/no" for name in shape] + ["decide d : int"]
    for name, (targets, value) in shape.items():
        head = f"rule {name}" if targets == RULE else f"exception {name} to {', '.join(targets)}"
        lines.append(f"  {head} gives {value} if if_{name}")
    return "\n".join(lines + ([] if otherwise is None else [f"  otherwise {otherwise}"]))


def combinations(shape: Shape) -> list[dict[str, bool]]:
    return [dict(zip(shape, held, strict=True)) for held in product((False, True), repeat=len(shape))]


def condition(held: Mapping[str, bool]) -> str:
    return "(" + " and ".join(f"if_{name}" if true else f"not if_{name}" for name, true in held.items()) + ")"


@pytest.mark.parametrize(("shape", "otherwise"), SHAPES.values(), ids=SHAPES.keys())
def test_the_interpreter_answers_every_case(shape: Shape, otherwise: int | None) -> None:
    checked = program(f"{written(shape, otherwise)}\ndefine probe means d")
    (probe,) = checked.definitions
    for held in combinations(shape):
        run = initial_state(checked, case(checked, **{f"if_{name}": true for name, true in held.items()}))
        try:
            found: object = evaluate(checked, probe.body, run)
        except EvaluationError as error:
            found = error.kind
        assert found == answer(shape, otherwise, held), held


@pytest.mark.parametrize(("shape", "otherwise"), SHAPES.values(), ids=SHAPES.keys())
def test_the_verifier_answers_every_case(shape: Shape, otherwise: int | None) -> None:
    """Each value is proved for exactly its cases; each gap or conflict is met where it is."""
    outcomes: dict[int | str, list[str]] = {}
    for held in combinations(shape):
        outcomes.setdefault(answer(shape, otherwise, held), []).append(condition(held))
    promises = []
    for outcome, cases in outcomes.items():
        scope = " or ".join(cases)
        if isinstance(outcome, int):
            promises.append(f"prove gives_{outcome} always d = {outcome} while {scope}")
            promises.append(f"prove not_{outcome} possible ({scope}) and d is not {outcome}")
        else:
            promises.append(f"prove {outcome}_ always d = d while {scope}")
            promises += [f"prove {outcome}_{number} possible {one} and d = d" for number, one in enumerate(cases)]
    result = verified("policy main\n" + "\n".join([written(shape, otherwise), *promises]))
    verdicts = {item.name: item.verdict for item in result.properties}
    for name, verdict in verdicts.items():
        kind = name.partition("_")[0]
        assert verdict == {"gives": "proved", "not": "violated"}.get(kind, "unknown"), name
    assert len(verdicts) == len(promises)
    found = {finding.diagnostic.code for finding in result.findings}
    assert ("F0101" in found) == ("gap" in outcomes)
    assert ("F0102" in found) == ("conflict" in outcomes)
    assert len(outcomes) > 1
