"""Systems without months, for engines that do not know them.

Takes a system and a goal; replaces each ``months`` term by a fresh variable that satisfies what solvers are told about
the calendar (``symbolic.calendar.axioms``), also after each transition: every run of the system is one of the result,
so that an invariant of the result, with the terms put back, is one of the system. What a transition turns a term into
is another such variable where it is another such term, else an arbitrary value that the axioms allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.properties.goals import Goal
from verifier.records import dataclass
from verifier.symbolic.calendar import axioms, months_terms
from verifier.symbolic.history import INPUT
from verifier.symbolic.system import Constraint, System, Transition, Variable
from verifier.symbolic.terms import INT, Term, Terms
from verifier.symbolic.values import Part


@dataclass(frozen=True, slots=True)
class WithoutMonths:
    """The abstract system and goal; ``back`` maps the fresh facts to what they stand for."""

    system: System
    goal: Goal
    back: Mapping[Term, Term]


def without_months(system: System, goal: Goal) -> WithoutMonths:
    """The abstraction."""
    terms = system.terms
    written = [c.term for c in system.initial] + list(goal.terms())
    written += [term for t in system.transitions for term in (t.enabled, t.error, *t.updates.values())]
    written = [term for term in written if months_terms([term])]
    state = {variable.term for variable in system.variables}
    found = [term for term in months_terms(written) if terms.free(term) <= state]
    fresh = {term: terms.var(f"months {term.key}", INT) for term in found}
    facts = [Constraint("calendar", _replace(terms, fact, fresh)) for fact in axioms(terms, found)]
    static = {variable.term for variable in system.variables if variable.static}
    variables = [
        Variable(variable, terms.true, "calendar", "calendar", terms.free(term) <= static)
        for term, variable in fresh.items()
    ]
    transitions = tuple(_transition(terms, t, goal.on.get(t.name, terms.false), fresh) for t in system.transitions)
    initial = (*(Constraint(c.label, _replace(terms, c.term, fresh)) for c in system.initial), *facts)
    abstract = System(terms, (*system.variables, *variables), initial, transitions)
    on = {step: _replace(terms, term, _with_inputs(terms, step, [term], fresh)) for step, term in goal.on.items()}
    there = Goal(goal.name, _replace(terms, goal.state, fresh), on)
    return WithoutMonths(abstract, there, {variable: term for term, variable in fresh.items()})


def _with_inputs(terms: Terms, step: str, written: Sequence[Term], fresh: Mapping[Term, Term]) -> dict[Term, Term]:
    """Variables for the months terms in what is written about a transition: the known ones, inputs for the others."""
    others = [term for term in months_terms(written) if term not in fresh]
    return {**fresh, **{term: terms.var(f"{INPUT}{step}.months {term.key}", INT) for term in others}}


def _transition(terms: Terms, transition: Transition, goal: Term, fresh: Mapping[Term, Term]) -> Transition:
    """The transition with each months term's own update, under the axioms about all of them before and after it.

    ``goal`` is what the goal says of the transition; its terms become inputs too.
    """
    after = {term: terms.substitute(term, transition.updates) for term in fresh}
    moved = {term: new for term, new in after.items() if new is not term}
    written = [goal, transition.enabled, transition.error, *transition.updates.values(), *moved.values()]
    known = _with_inputs(terms, transition.name, written, fresh)
    updates = {v: _replace(terms, new, known) for v, new in transition.updates.items()}
    updates |= {fresh[term]: _replace(terms, new, known) for term, new in moved.items()}
    inputs = [Part(v, terms.true) for term, v in known.items() if term not in fresh]
    facts = [_replace(terms, fact, known) for fact in axioms(terms, list(known))] if moved or inputs else []
    return replace(
        transition,
        inputs=(*transition.inputs, *inputs),
        enabled=terms.and_(_replace(terms, transition.enabled, known), *facts),
        error=_replace(terms, transition.error, known),
        updates=updates,
    )


def _replace(terms: Terms, root: Term, fresh: Mapping[Term, Term]) -> Term:
    """The term with whole subterms replaced."""
    memo: dict[Term, Term] = dict(fresh)
    stack = [root]
    while stack:
        item = stack[-1]
        if item in memo:
            stack.pop()
            continue
        missing = [arg for arg in item.args if arg not in memo]
        if missing:
            stack.extend(missing)
            continue
        memo[item] = terms.rebuild(item, [memo[arg] for arg in item.args])
        stack.pop()
    return memo[root]
