"""How a term depends on one integer variable, with everything else fixed.

Used to let many days pass in one transition: while days pass nothing but the date changes, and a condition that can
turn only once need not be asked every day. Sound and incomplete: ``other`` says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from verifier.symbolic.terms import Term, Terms

Course: TypeAlias = Literal["constant", "up", "down", "interval", "other"]
"""As the variable grows, a yes/no term is constant, turns from no to yes at most once (``up``; a number never falls),
turns from yes to no at most once (``down``), or is yes on an interval."""


def course(terms: Terms, term: Term, variable: Term) -> Course:
    """The course of a term as the variable grows."""
    if variable not in terms.free(term):
        return "constant"
    match term.op:
        case "var":
            return "up"
        case "not":
            return _reversed(course(terms, term.args[0], variable))
        case "and":
            return _conjunction([course(terms, arg, variable) for arg in term.args])
        case "or":
            return _disjunction([course(terms, arg, variable) for arg in term.args])
        case "<=" | "<" if term.payload is not None:
            return _reversed(_weighted(terms, term, variable))
        case "=" if term.payload is not None:
            return "interval" if _weighted(terms, term, variable) in ("up", "down") else "other"
        case "sum":
            return _weighted(terms, term, variable)
        case "months" | "div" | "to_real":
            return course(terms, term.args[0], variable)
        case "ite":
            return _choice(terms, term, variable)
        case _:
            return "other"


def _reversed(found: Course) -> Course:
    reverse: dict[Course, Course] = {"constant": "constant", "up": "down", "down": "up"}
    return reverse.get(found, "other")


def _conjunction(found: Sequence[Course]) -> Course:
    moving = {item for item in found if item != "constant"}
    if len(moving) == 1:
        return moving.pop()
    return "interval" if moving <= {"up", "down", "interval"} else "other"


def _disjunction(found: Sequence[Course]) -> Course:
    moving = [item for item in found if item != "constant"]
    if len(moving) == 1 or set(moving) in ({"up"}, {"down"}):
        return moving[0]
    return "other"


def _weighted(terms: Terms, term: Term, variable: Term) -> Course:
    """The course of Σ cᵢ·aᵢ."""
    coefficients, _ = term.linear
    moving = set()
    for coefficient, arg in zip(coefficients, term.args, strict=True):
        found = course(terms, arg, variable)
        if found != "constant":
            moving.add(found if coefficient > 0 else _reversed(found))
    return moving.pop() if len(moving) == 1 and moving <= {"up", "down"} else "other"


def _choice(terms: Terms, term: Term, variable: Term) -> Course:
    condition, then, otherwise = term.args
    if variable in terms.free(condition):
        return "other"
    branches = {course(terms, then, variable), course(terms, otherwise, variable)} - {"constant"}
    return branches.pop() if len(branches) == 1 else "other"
