"""What the engines are asked: can some run get here?

A ``Goal`` is a set of states, or of transitions being taken or tried; a ``Claim`` is a promise as goals. Nothing here
solves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from verifier.records import dataclass
from verifier.symbolic.system import System, cone
from verifier.symbolic.terms import Term, Terms


@dataclass(frozen=True, slots=True)
class Goal:
    """Reached by a run that ends in a state of ``state``, or whose last transition T is taken (or, for errors, tried)
    where ``on[T]`` holds. Both are over state variables; ``on`` over the inputs of T too.
    """

    name: str
    state: Term
    on: Mapping[str, Term] = field(default_factory=dict)

    def terms(self) -> tuple[Term, ...]:
        """Every term of the goal."""
        return (self.state, *self.on.values())


def slice_for(system: System, goals: Sequence[Goal]) -> System:
    """The part of a system that some goals depend on."""
    terms = [term for goal in goals for term in goal.terms()]
    steps = {step for goal in goals for step in goal.on}
    return cone(system, terms, steps)


def anywhere(terms: Terms, goal: Goal) -> Term:
    """The goal as one term over state and inputs."""
    return terms.or_(*goal.terms())


def is_impossible(terms: Terms, goal: Goal) -> bool:
    """Whether folding alone has shown that the goal is never reached."""
    return all(term is terms.false for term in goal.terms())


def state_goal(name: str, term: Term) -> Goal:
    """The goal of reaching such a state."""
    return Goal(name, term)


def taken(system: System, name: str, conditions: Mapping[str, Term]) -> Goal:
    """The goal of taking one of these transitions where its condition holds before it."""
    terms = system.terms
    on = {t.name: terms.and_(t.enabled, conditions[t.name]) for t in system.transitions if t.name in conditions}
    on = {step: term for step, term in on.items() if term is not terms.false}
    return Goal(name, terms.false, on)


@dataclass(frozen=True, slots=True)
class Way:
    """A promise that a way remains: it holds exactly when from every reachable state a run leads to a state of
    ``goal``. ``error`` is reached where evaluating the goal errs.
    """

    name: str
    goal: Term
    error: Goal


Polarity: TypeAlias = Literal["never", "some"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise about single runs.

    ``never``: it holds exactly when ``goal`` is not reachable. ``some``: exactly when ``goal`` is reachable. ``error``
    is reached where evaluating the promise errs. The promise is vacuous when a goal of ``triggers`` is unreachable.
    ``reads`` and ``steps``: the terms of the promise and the steps it speaks of, also where folding has taken them out
    of the goal (a guard that repeats the promise leaves nothing of either).
    """

    name: str
    polarity: Polarity
    goal: Goal
    error: Goal
    triggers: tuple[Goal, ...]
    reads: tuple[Term, ...] = ()
    steps: frozenset[str] = frozenset()


def slice_of(system: System, claim: Claim) -> System:
    """The part of a system whose errors leave a claim undecided: all that the promise depends on as it is written."""
    return cone(system, [*claim.goal.terms(), *claim.reads], {*claim.goal.on, *claim.steps})
