"""Two cases side by side: a system with a copy of itself, twin of ``semantics.pairs``.

Takes a system and the variables that both cases share; gives products whose states are pairs of states. The first case
keeps the variables of the system, the second has its own copies. Trusts that steps change no shared variable. Knows
nothing of promises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from verifier.symbolic.system import WAIT, Constraint, Halves, System, Transition, Variable
from verifier.symbolic.terms import Term, Terms


def two_cases(system: System, shared: Collection[Term]) -> Halves:
    """The system, and its copy in which every variable that is not shared has another name."""
    terms = system.terms
    mine = [variable.term for variable in system.variables if variable.term not in shared]
    other = {variable: terms.var(f"second {variable.payload}", variable.sort) for variable in mine}
    memo: dict[Term, Term] = {}

    def copied(term: Term) -> Term:
        return terms.substitute(term, other, memo)

    variables = [replace(v, term=copied(v.term), domain=copied(v.domain)) for v in system.variables]
    initial = [
        Constraint(item.label, copied(item.term), None if item.defines is None else copied(item.defines))
        for item in system.initial
    ]
    transitions = [
        Transition(
            transition.name,
            transition.inputs,
            copied(transition.enabled),
            copied(transition.error),
            {copied(variable): copied(new) for variable, new in transition.updates.items()},
            single_day=frozenset(copied(variable) for variable in transition.single_day),
        )
        for transition in system.transitions
    ]
    return Halves(system, System(terms, tuple(variables), tuple(initial), tuple(transitions)), other)


def following(halves: Halves, related: Iterable[Constraint]) -> System:
    """Two runs that follow each other from first states that are ``related``.

    Each proposed step is taken by whichever case can take it, the other idles; it is not proposed where it errs in
    either. Days pass if both cases let them.
    """
    terms = halves.first.terms
    pairs = zip(halves.first.transitions, halves.second.transitions, strict=True)
    transitions = tuple(_together(terms, one, other) for one, other in pairs)
    return System(terms, _variables(halves), _initial(halves, related), transitions, halves)


def beside_a_start(halves: Halves, related: Iterable[Constraint] = ()) -> System:
    """A run of the first case beside the first state of the second, which stays as it is."""
    fixed = tuple(replace(variable, static=True) for variable in halves.second.variables)
    still = replace(halves, second=replace(halves.second, variables=fixed))
    return System(halves.first.terms, _variables(still), _initial(halves, related), halves.first.transitions)


def _variables(halves: Halves) -> tuple[Variable, ...]:
    theirs = set(halves.other.values())
    return (*halves.first.variables, *(variable for variable in halves.second.variables if variable.term in theirs))


def _initial(halves: Halves, related: Iterable[Constraint]) -> tuple[Constraint, ...]:
    """Every constraint once: those about shared variables only are the same for both cases."""
    true = halves.first.terms.true
    found: dict[Term, Constraint] = {}
    for constraint in (*halves.first.initial, *halves.second.initial, *related):
        if constraint.term is not true:
            found.setdefault(constraint.term, constraint)
    return tuple(found.values())


def _together(terms: Terms, one: Transition, other: Transition) -> Transition:
    error = terms.or_(one.error, other.error)
    if one.name == WAIT:
        possible = terms.and_(one.enabled, other.enabled)
        updates = {**one.updates, **other.updates}
    else:
        possible = terms.and_(terms.or_(one.enabled, other.enabled), terms.not_(error))
        updates = {
            variable: new if one.enabled is other.enabled else terms.ite(taken.enabled, new, variable)
            for taken in (one, other)
            for variable, new in taken.updates.items()
        }
    return Transition(one.name, one.inputs, possible, error, updates, (), one.single_day | other.single_day)
