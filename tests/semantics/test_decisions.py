"""Which rules apply: exceptions up to three deep, with several bases, against brute force over all firing patterns."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from verifier.core.expressions import Const
from verifier.core.program import Decision, Rule
from verifier.core.types import YES_NO
from verifier.semantics.decisions import applying
from verifier.source import SourceFile, Span

NOWHERE = Span(SourceFile("test.policy", ""), 0, 0)
YES = Const(True, type=YES_NO)

# name → what it defeats; rules defeat nothing
SHAPES: dict[str, dict[str, tuple[str, ...] | None]] = {
    "one rule": {"a": None},
    "two rules": {"a": None, "b": None},
    "exception": {"a": None, "x": ("a",)},
    "exception to several": {"a": None, "b": None, "x": ("a", "b")},
    "exceptions beside each other": {"a": None, "x": ("a",), "y": ("a",)},
    "exception to an exception": {"a": None, "x": ("a",), "y": ("x",)},
    "one exception at two depths": {"a": None, "x": ("a",), "y": ("a", "x")},
    "three deep": {"a": None, "x": ("a",), "y": ("x",), "z": ("y",)},
    "two exceptions to one exception": {"a": None, "b": None, "x": ("a", "b"), "y": ("x",), "z": ("x", "b")},
    "written before its base": {"y": ("x",), "x": ("a",), "a": None},
}


def decision(shape: dict[str, tuple[str, ...] | None]) -> Decision:
    rules = tuple(
        Rule(name, span=NOWHERE, full_name=f"d.{name}", targets=targets, condition=YES, value=YES)
        for name, targets in shape.items()
    )
    return Decision("d", span=NOWHERE, params=(), type=YES_NO, rules=rules, otherwise=None, reads=None)


def subsets(names: list[str]) -> list[set[str]]:
    return [set(chosen) for chosen in chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))]


def in_force_by_definition(shape: dict[str, tuple[str, ...] | None], firing: set[str]) -> set[str]:
    """The only set S such that a rule is in S exactly when it fires and no exception to it is in S."""

    def consistent(chosen: set[str]) -> bool:
        return all(
            (name in chosen) == (name in firing and not any(name in (shape[other] or ()) for other in chosen))
            for name in shape
        )

    solutions = [chosen for chosen in subsets(list(shape)) if consistent(chosen)]
    assert len(solutions) == 1
    return solutions[0]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_firing_pattern(shape: dict[str, tuple[str, ...] | None]) -> None:
    for firing in subsets(list(shape)):
        found = {rule.name for rule in applying(decision(shape), firing)}
        assert found == in_force_by_definition(shape, firing), firing


def test_a_defeated_exception_defeats_nothing() -> None:
    shape = SHAPES["exception to an exception"]
    assert [rule.name for rule in applying(decision(shape), {"a", "x", "y"})] == ["a", "y"]


def test_an_exception_that_does_not_fire_defeats_nothing() -> None:
    shape = SHAPES["exception"]
    assert [rule.name for rule in applying(decision(shape), {"a"})] == ["a"]
    assert [rule.name for rule in applying(decision(shape), {"x"})] == ["x"]
