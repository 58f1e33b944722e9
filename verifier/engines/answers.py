"""What an engine says about a goal."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from verifier.explain.model import OUT_OF_BUDGET, TOO_HARD
from verifier.records import dataclass
from verifier.symbolic.terms import Term

Plain: TypeAlias = "bool | int | Fraction | str"


def in_words(reason: str, stopped: str = OUT_OF_BUDGET) -> str:
    """Why a solver gave no answer, from what it says itself; ``stopped``: what "canceled" means to whoever asked."""
    said = reason.removeprefix("b'").removesuffix("'")
    if "resource limit" in said:
        return OUT_OF_BUDGET
    if said in ("canceled", "timeout") or "interrupted" in said:
        return stopped
    return TOO_HARD if "incomplete" in said or said in ("", "unknown") else said


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One transition taken: its name and the values of its inputs."""

    transition: str
    inputs: Mapping[Term, Plain]


@dataclass(frozen=True, slots=True)
class Trace:
    """A run that reaches a goal: values of the state variables at the start, and the transitions.

    For goals on a transition the last step is the one taken (or tried, for errors).
    """

    start: Mapping[Term, Plain]
    steps: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """The goal is reached by ``trace``; ``shortest`` when every shorter run was excluded."""

    trace: Trace
    shortest: bool
    method: str = "bmc"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No run reaches the goal. ``invariant`` holds at the start, is kept by every transition, and excludes the goal;
    ``checked`` by a fresh solver on the whole system.
    """

    invariant: Term
    method: str
    checked: bool = True


@dataclass(frozen=True, slots=True)
class Undecided:
    """No answer: no run of up to ``bound`` transitions reaches the goal (-1: nothing known), and ``reason``."""

    bound: int
    reason: str


Answer: TypeAlias = Reached | Unreachable | Undecided
