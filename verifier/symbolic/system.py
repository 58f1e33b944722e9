"""Transition systems: what programs become, and what engines are given.

Data and slices only; ``encoding`` and ``transitions`` make a system from a program. Time passes by one transition of
any number of days where that equals so many one-day waits (``Transition.single_day`` tells the variables for which it
does not).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from verifier.records import dataclass
from verifier.symbolic.evaluator import Result
from verifier.symbolic.history import INPUT
from verifier.symbolic.terms import INT, Term, Terms
from verifier.symbolic.values import Part

WAIT = "days pass"
"""The name of the transition by which days pass; no step can have it, since names hold no space."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A state variable. ``kind`` and ``owner`` say whose part it is; ``static`` ones never change."""

    term: Term
    domain: Term
    kind: str
    owner: str
    static: bool


@dataclass(frozen=True, slots=True)
class Constraint:
    """A named fact about the first state.

    ``defines``: the variable that it only gives a value to, whatever the others are; nothing else speaks of it. So it
    can be left out wherever that variable is.
    """

    label: str
    term: Term
    defines: Term | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """``enabled`` and ``error`` are over state and inputs, input domains included; ``updates`` lists only what may
    change.

    ``requirements`` are the single conditions in order. ``single_day``: for a system with one of these variables,
    waiting must go day by day.
    """

    name: str
    inputs: tuple[Part, ...]
    enabled: Term
    error: Term
    updates: Mapping[Term, Term]
    requirements: tuple[tuple[str, Result], ...] = ()
    single_day: frozenset[Term] = frozenset()


@dataclass(frozen=True, slots=True)
class System:
    """The transition system of a program, or a slice of it. ``halves``: what a product of two cases is made of."""

    terms: Terms
    variables: tuple[Variable, ...]
    initial: tuple[Constraint, ...]
    transitions: tuple[Transition, ...]
    halves: Halves | None = None

    def transition(self, name: str) -> Transition:
        """The transition of that name."""
        return next(item for item in self.transitions if item.name == name)


@dataclass(frozen=True, slots=True)
class Halves:
    """The same system for two cases; ``other`` maps each variable of the first to the second's, but for those they
    share.
    """

    first: System
    second: System
    other: Mapping[Term, Term]

    def within(self, kept: Collection[Term]) -> Halves:
        """What concerns the kept variables."""
        return Halves(_within(self.first, kept), _within(self.second, kept), self.other)


def _within(system: System, kept: Collection[Term]) -> System:
    changes = [{v: new for v, new in t.updates.items() if v in kept} for t in system.transitions]
    transitions = [replace(t, updates=found) for t, found in zip(system.transitions, changes, strict=True) if found]
    return replace(
        system, variables=tuple(v for v in system.variables if v.term in kept), transitions=tuple(transitions)
    )


def days_input(terms: Terms) -> Part:
    """How many days pass: at least one."""
    days = terms.var(f"{INPUT}days", INT)
    return Part(days, terms.le(terms.integer(1), days))


# ---------------------------------------------------------------- slices


def single_days(system: System, wait: Transition) -> Transition:
    """Waiting one day at a time."""
    terms = system.terms
    (part,) = wait.inputs
    one, memo = {part.variable: terms.integer(1)}, dict[Term, Term]()

    def fixed(term: Term) -> Term:
        return terms.substitute(term, one, memo)

    updates = {variable: fixed(new) for variable, new in wait.updates.items()}
    return replace(wait, inputs=(), enabled=fixed(wait.enabled), error=fixed(wait.error), updates=updates)


def with_values(system: System, fixed: Mapping[Term, Term]) -> System:
    """The same system where some of its variables, which never change, have these values."""
    terms, memo = system.terms, dict[Term, Term]()

    def given(term: Term) -> Term:
        return terms.substitute(term, fixed, memo)

    variables = tuple(replace(v, domain=given(v.domain)) for v in system.variables if v.term not in fixed)
    initial = tuple(replace(constraint, term=given(constraint.term)) for constraint in system.initial)
    transitions = tuple(
        replace(
            transition,
            enabled=given(transition.enabled),
            error=given(transition.error),
            updates={variable: given(new) for variable, new in transition.updates.items()},
        )
        for transition in system.transitions
    )
    return replace(system, variables=variables, initial=initial, transitions=transitions)


def by_single_days(system: System) -> System:
    """The same system, waiting one day at a time."""
    return replace(
        system,
        transitions=tuple(single_days(system, t) if t.name == WAIT and t.inputs else t for t in system.transitions),
    )


def waiting_as(system: System, sliced: System) -> System:
    """The system, waiting as a slice of it does: what an invariant that was found on the slice is checked on."""
    daily = any(t.name == WAIT and not t.inputs for t in sliced.transitions)
    return by_single_days(system) if daily else system


def cone(system: System, goals: Iterable[Term], keeping: Iterable[str] = ()) -> System:
    """The part of a system that the goals depend on (cone of influence).

    Keeps every variable that the goals read, every transition that changes a kept variable, what its condition and its
    changes to kept variables read, and every initial constraint that shares a variable with those (or defines one of
    them), transitively. Runs of the whole system project to runs of the cone; a run of the cone lifts to the whole
    because kept transitions read only kept variables (the constraints left out are checked to be satisfiable
    elsewhere). The transitions named in ``keeping`` stay even where they change nothing that is kept.
    """
    terms = system.terms
    writers: dict[Term, list[int]] = {}
    for index, transition in enumerate(system.transitions):
        for variable in transition.updates:
            writers.setdefault(variable, []).append(index)
    constraints: dict[Term, list[int]] = {}
    for index, constraint in enumerate(system.initial):
        owners = terms.free(constraint.term) if constraint.defines is None else (constraint.defines,)
        for variable in owners:
            constraints.setdefault(variable, []).append(index)
    state = {variable.term for variable in system.variables}
    kept: set[Term] = set()
    named = set(keeping)
    kept_transitions = {index for index, transition in enumerate(system.transitions) if transition.name in named}
    kept_constraints: set[int] = set()
    roots = [*goals, *(system.transitions[index].enabled for index in kept_transitions)]
    roots += [system.transitions[index].error for index in kept_transitions]
    work = [v for root in roots for v in terms.free(root) if v in state]
    while work:
        variable = work.pop()
        if variable in kept:
            continue
        kept.add(variable)
        for index in writers.get(variable, ()):
            transition = system.transitions[index]
            work += terms.free(transition.updates[variable])
            if index not in kept_transitions:
                kept_transitions.add(index)
                work += terms.free(transition.enabled) | terms.free(transition.error)
        for index in constraints.get(variable, ()):
            if index not in kept_constraints:
                kept_constraints.add(index)
                work += terms.free(system.initial[index].term)
        work = [v for v in work if v in state and v not in kept]
    transitions = []
    for index in sorted(kept_transitions):
        transition = system.transitions[index]
        updates = {v: new for v, new in transition.updates.items() if v in kept}
        transition = replace(transition, updates=updates)
        if transition.name == WAIT and transition.inputs and transition.single_day & kept:
            transition = single_days(system, transition)
        transitions.append(transition)
    return System(
        terms,
        tuple(v for v in system.variables if v.term in kept),
        tuple(system.initial[index] for index in sorted(kept_constraints)),
        tuple(transitions),
        system.halves.within(kept) if system.halves is not None else None,
    )
