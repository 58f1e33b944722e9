"""What proofs rest on: the clauses, assumptions and duties without which their certificates fail.

Takes the questions of a program and the invariants of its proofs; gives for each promise the labels of
``symbolic.system.clause_labels``. Method: the same system with a switch for each clause; each obligation of a
certificate is asked again with every switch on, and an unsatisfiable core names the lemmas and clauses that it uses
(Ghassabani, Gacek, Whalen: inductive validity cores, FSE 2016). What the lemmas rest on in turn is followed to the end.
A promise whose obligations are not all shown again within the budget gets no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from verifier.analysis.questions import Questions, pose
from verifier.core.program import Promise
from verifier.engines.certificate import broken_by_a_step
from verifier.engines.cores import Asked, cores
from verifier.symbolic.encoding import clause_labels, switch
from verifier.symbolic.system import by_single_days
from verifier.symbolic.terms import Term

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class _Used:
    """The lemmas and clauses that an obligation uses."""

    lemmas: frozenset[Term]
    clauses: frozenset[str]


@dataclass(slots=True)
class _Search:
    """What is known so far about lemmas; ``None`` for one that could not be shown again."""

    switched: Questions
    budget: int
    pool: tuple[Term, ...]
    lemmas: dict[Term, _Used | None] = field(default_factory=dict)


def reasons(
    questions: Questions, promises: Sequence[Promise], proofs: Mapping[str, Term], duties: bool, budget: int
) -> dict[str, tuple[str, ...]]:
    """For each promise with an invariant in ``proofs``: the labels that it rests on, in order of declaration."""
    terms = questions.system.terms
    wanted = tuple(promise for promise in promises if promise.name in questions.claims)
    switched = pose(questions.program, wanted, (), duties, probing=False, switched=terms)
    # An invariant that days taken at once keep is kept by single days too; one of single days only by them.
    switched = replace(switched, system=by_single_days(switched.system))
    pool = tuple(dict.fromkeys(part for invariant in proofs.values() for part in _parts(invariant)))
    search = _Search(switched, budget, pool)
    roots = _roots(search, proofs)
    _follow(search, [lemma for used in roots.values() if used for lemma in used.lemmas])
    order = {label: place for place, label in enumerate(clause_labels(questions.program))}
    found = {}
    for name, used in roots.items():
        clauses = _closure(search, used)
        if clauses is not None:
            found[name] = tuple(sorted(clauses, key=order.__getitem__))
    return found


def _parts(invariant: Term) -> tuple[Term, ...]:
    return invariant.args if invariant.op == "and" else (invariant,)


def _roots(search: _Search, proofs: Mapping[str, Term]) -> dict[str, _Used | None]:
    """What excludes each promise's goal."""
    terms = search.switched.system.terms
    goals = {
        name: (Asked(terms.or_(*search.switched.claims[name].goal.terms()), search.pool),)
        for name in proofs
        if name in search.switched.claims
    }
    return _ask(search, goals)


def _follow(search: _Search, lemmas: Sequence[Term]) -> None:
    """Find out what lemmas rest on, and what those rest on in turn."""
    wave = [lemma for lemma in dict.fromkeys(lemmas) if lemma not in search.lemmas]
    while wave:
        answers = _ask(search, {lemma: (_at_start(search, lemma), _after_steps(search, lemma)) for lemma in wave})
        search.lemmas.update(answers)
        known = [used for used in answers.values() if used is not None]
        wave = [
            lemma
            for lemma in dict.fromkeys(part for used in known for part in sorted(used.lemmas, key=lambda t: t.key))
            if lemma not in search.lemmas
        ]


def _at_start(search: _Search, lemma: Term) -> Asked:
    """A lemma must not fail in a first state, whatever else is known."""
    system = search.switched.system
    first = system.terms.and_(*(constraint.term for constraint in system.initial))
    return Asked(system.terms.and_(first, system.terms.not_(lemma)), ())


def _after_steps(search: _Search, lemma: Term) -> Asked:
    """A lemma must not fail after a transition from a state in which the lemmas hold."""
    system = search.switched.system
    return Asked(broken_by_a_step(system.terms, system, lemma), search.pool)


def _ask(search: _Search, asked: Mapping[_Key, tuple[Asked, ...]]) -> dict[_Key, _Used | None]:
    """A core for each obligation, joined for each key."""
    terms = search.switched.system.terms
    labels = list(clause_labels(search.switched.program))
    literals = [switch(terms, label) for label in labels]
    flat = [(key, item) for key, items in asked.items() for item in items if item.term is not terms.false]
    found = cores(terms, [item for _, item in flat], literals, search.budget)
    names = dict(zip(literals, labels, strict=True))
    result: dict[_Key, _Used | None] = {key: _Used(frozenset(), frozenset()) for key in asked}
    for (key, _), core in zip(flat, found, strict=True):
        so_far = result[key]
        if core is None or so_far is None:
            result[key] = None
            continue
        clauses = frozenset(names[term] for term in core if term in names)
        lemmas = frozenset(term for term in core if term not in names)
        result[key] = _Used(so_far.lemmas | lemmas, so_far.clauses | clauses)
    return result


def _closure(search: _Search, root: _Used | None) -> frozenset[str] | None:
    """The clauses that something rests on, directly and through its lemmas."""
    clauses: set[str] = set()
    stack, seen = [root], set[Term]()
    while stack:
        used = stack.pop()
        if used is None:
            return None
        clauses |= used.clauses
        for lemma in used.lemmas - seen:
            seen.add(lemma)
            stack.append(search.lemmas.get(lemma))
    return frozenset(clauses)
