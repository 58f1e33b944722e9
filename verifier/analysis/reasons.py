"""What proofs rest on: the clauses, assumptions and duties without which their certificates fail.

Takes the questions of a program and its proofs; gives for each promise the labels of ``symbolic.system.clause_labels``.
Method: the same system with a switch for each clause; each obligation of a certificate is asked again, and an
unsatisfiable core names the lemmas and clauses that it uses (Ghassabani, Gacek, Whalen: inductive validity cores, FSE
2016). What the lemmas rest on in turn is followed to the end. Then every clause found is left out in turn: where the
lemmas that remain still prove the promise, the proof does without it. A promise whose obligations are not all shown
again within the budget gets no answer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from verifier.analysis.questions import Questions, pose
from verifier.core.program import Program, Promise
from verifier.engines.answers import Unreachable
from verifier.engines.certificate import broken_by_a_step
from verifier.engines.cores import Cores
from verifier.engines.exact import PATIENCE
from verifier.engines.lemmas import conjuncts
from verifier.engines.liveness import Escapable
from verifier.engines.progress import left_behind
from verifier.properties.goals import anywhere
from verifier.symbolic.encoding import clause_labels, switch
from verifier.symbolic.system import System, by_single_days
from verifier.symbolic.terms import Term

MOST_TRIED = 20
"""How often all lemmas are asked about for the sake of one promise; clauses that are not settled then stay named."""

MOST_ASKED = 2_000
"""The same for all promises together, where each clause is asked about on its own."""

HASTE = 3
"""Models that may be wrong about the calendar, where a core is only wished for."""

Proof: TypeAlias = Unreachable | Escapable


@dataclass(frozen=True, slots=True, eq=False)
class _Obligation:
    """A term that must be impossible, at an index of those that a solver was given. ``lemma``: what it helps to
    establish; ``None`` for the promise itself. ``starting``: about first states, of which no lemma is known yet.
    """

    lemma: Term | None
    index: int
    starting: bool


_Used: TypeAlias = Mapping[_Obligation, frozenset[Term]]
"""For each obligation of a proof the lemmas and clauses that exclude it."""


@dataclass(slots=True)
class _Deletion:
    """What is known of the whole text without one clause: lemmas that then fail, and answers that still stand."""

    fallen: set[Term] = field(default_factory=set)
    used: dict[_Obligation, frozenset[Term]] = field(default_factory=dict)


@dataclass(slots=True)
class _Search:
    """The proofs about one system. ``lemmas`` has the obligations of each lemma, ``used`` the first answers; an
    obligation that could not be shown again has none. ``left``: how often all lemmas may still be asked about.
    """

    solver: Cores
    switches: tuple[Term, ...]
    pool: tuple[Term, ...]
    lemmas: Mapping[Term, tuple[_Obligation, ...]]
    used: dict[_Obligation, frozenset[Term] | None] = field(default_factory=dict)
    deletions: dict[Term, _Deletion] = field(default_factory=dict)
    left: int = 0


def reasons(
    questions: Questions,
    promises: Sequence[Promise],
    proofs: Mapping[str, Proof],
    errors: Mapping[str, Mapping[str, Term]],
    duties: bool,
    budget: int,
) -> dict[str, tuple[str, ...]]:
    """For each promise in ``proofs``: the labels that its proof rests on, in order of declaration.

    ``errors``: by name, the goals that must not be reachable for it, with the invariants that exclude them. They are
    asked about only where the promise itself needs no clause: a range that a requirement keeps, for example.
    """
    terms = questions.system.terms
    switched = pose(questions.program, tuple(promises), (), duties, probing=False, switched=terms)
    labels = {switch(terms, label): label for label in clause_labels(questions.program)}
    order = _dispensable_first(questions.program, labels)
    found = _rest_on([*_of_single_cases(switched, proofs), *_of_pairs(switched, proofs)], labels, order, budget)
    bare = {name: errors[name] for name, needed in found.items() if not needed and errors.get(name)}
    found |= _rest_on(_of_errors(switched, bare), labels, order, budget)
    return {name: tuple(label for term, label in labels.items() if term in needed) for name, needed in found.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What promises ask of one system, in which days pass one by one: for each, terms that must be impossible where the
    lemmas of the pool hold.
    """

    system: System
    pool: tuple[Term, ...]
    promises: Mapping[str, Sequence[Term]]


def _rest_on(
    asked: Sequence[Asked], labels: Mapping[Term, str], order: Sequence[Term], budget: int
) -> dict[str, frozenset[Term]]:
    """What each promise rests on, where that is found."""
    found = {}
    for part in asked:
        search, roots = _search(part, tuple(labels), budget)
        for name, root in roots.items():
            needed = _needed(search, root, order)
            if needed is not None:
                found[name] = needed
    return found


def _search(asked: Asked, switches: tuple[Term, ...], budget: int) -> tuple[_Search, dict[str, list[_Obligation]]]:
    """One solver that knows the obligations of all promises and all lemmas; and those of each promise."""
    system, terms = asked.system, asked.system.terms
    first = terms.and_(*(constraint.term for constraint in system.initial))
    roots = list(dict.fromkeys(term for own in asked.promises.values() for term in own))
    at_start = [terms.and_(first, terms.not_(lemma)) for lemma in asked.pool]
    after_steps = [broken_by_a_step(terms, system, lemma) for lemma in asked.pool]
    solver = Cores(terms, [*roots, *at_start, *after_steps], asked.pool, switches, budget)
    items = {term: _Obligation(None, index, False) for index, term in enumerate(roots)}
    size, lemmas = len(asked.pool), {}
    for index, lemma in enumerate(asked.pool, start=len(roots)):
        lemmas[lemma] = (_Obligation(lemma, index, True), _Obligation(lemma, index + size, False))
    search = _Search(solver, switches, asked.pool, lemmas)
    return search, {name: [items[term] for term in own] for name, own in asked.promises.items()}


def _of_single_cases(switched: Questions, proofs: Mapping[str, Proof]) -> list[Asked]:
    """The promises about single cases ask together."""
    single = {name: proof for name, proof in proofs.items() if name not in switched.pairs}
    system = by_single_days(switched.system)
    asked = {name: obligations(switched, system, name, proof) for name, proof in single.items()}
    return [Asked(system, pool_of(proof.invariant for proof in single.values()), asked)] if single else []


def _of_pairs(switched: Questions, proofs: Mapping[str, Proof]) -> list[Asked]:
    """A promise about two cases has a system of its own."""
    pairs = [(name, switched.pairs[name], proof) for name, proof in proofs.items() if name in switched.pairs]
    return [
        Asked(by_single_days(pair.system), pool_of([proof.invariant]), {name: [anywhere(pair.system.terms, pair.goal)]})
        for name, pair, proof in pairs
    ]


def _of_errors(switched: Questions, errors: Mapping[str, Mapping[str, Term]]) -> list[Asked]:
    """That no error is met."""
    terms = switched.system.terms
    goals = {probe.goal.name: probe.goal for probe in switched.probes}
    goals |= {claim.error.name: claim.error for claim in switched.claims.values()}
    goals |= {pair.error.name: pair.error for pair in switched.pairs.values()}
    goals |= {way.error.name: way.error for way in switched.ways.values()}
    pool = pool_of(invariant for of in errors.values() for invariant in of.values())
    asked = {name: [anywhere(terms, goals[goal]) for goal in of if goal in goals] for name, of in errors.items()}
    return [Asked(by_single_days(switched.system), pool, asked)] if asked else []


def pool_of(invariants: Iterable[Term]) -> tuple[Term, ...]:
    """The conjuncts of some invariants, each once."""
    return tuple(dict.fromkeys(part for invariant in invariants for part in conjuncts(invariant)))


def obligations(switched: Questions, system: System, name: str, proof: Proof) -> list[Term]:
    """What must be impossible for a promise about single cases."""
    terms = system.terms
    if isinstance(proof, Escapable):
        outside = terms.and_(*(terms.not_(region.term) for region in proof.regions))
        behind = [left_behind(system, proof.regions, i) for i in range(1, len(proof.regions))]
        return [outside, *(term for term in behind if term is not None)]
    return [anywhere(terms, switched.claims[name].goal)]


def _core(
    search: _Search,
    item: _Obligation,
    clauses: Iterable[Term],
    lemmas: Iterable[Term],
    fallen: Container[Term] = (),
    patience: int = HASTE,
) -> frozenset[Term] | None:
    """Clauses, and lemmas that have not fallen, that exclude a term; of first states no lemma is known yet."""
    known = () if item.starting else (lemma for lemma in lemmas if lemma not in fallen)
    return search.solver.core(item.index, [*clauses, *known], patience)


def _as_written(search: _Search, item: _Obligation) -> frozenset[Term] | None:
    """What excludes a term if nothing is left out: clauses and the lemma itself if they suffice, else all lemmas."""
    if item not in search.used:
        own = [] if item.lemma is None else [item.lemma]
        core = _core(search, item, search.switches, own)
        if core is None:
            core = _core(search, item, search.switches, search.pool, patience=PATIENCE)
        search.used[item] = core
    return search.used[item]


class Grounds:
    """What some proofs use, clause by clause: first as it comes, then as the question is asked."""

    def __init__(self, asked: Sequence[Asked], labels: Mapping[Term, str], budget: int) -> None:
        self._terms = {label: term for term, label in labels.items()}
        self._roots: dict[str, list[tuple[_Search, list[_Obligation], _Used | None]]] = {}
        for part in asked:
            search, roots = _search(part, tuple(labels), budget)
            search.left = MOST_ASKED
            for name, root in roots.items():
                self._roots.setdefault(name, []).append((search, root, _closure(search, root, {})))

    def users(self, label: str) -> frozenset[str]:
        """The promises whose proofs use a clause as they come; and those that could not be shown again."""
        clause = self._terms[label]

        def uses(proof: _Used | None) -> bool:
            return proof is None or any(clause in core for core in proof.values())

        return frozenset(name for name, parts in self._roots.items() if any(uses(proof) for *_, proof in parts))

    def fails_without(self, name: str, label: str) -> bool:
        """Whether no lemmas of the pool prove a promise without a clause, even with all other clauses; also where that
        is not settled soon. If not, what is left of the lemmas is a proof in the text without the clause.
        """
        clause = self._terms[label]
        return any(proof is None or _fails_without(search, root, clause) for search, root, proof in self._roots[name])


# ---------------------------------------------------------------- leaving out


def _dispensable_first(program: Program, labels: Mapping[Term, str]) -> list[Term]:
    """The clauses in the order in which proofs should do without them: duties, assumptions, then later ones first."""
    duties = {duty.name for duty in program.duties}
    assumptions = {assumption.name for assumption in program.assumptions}

    def place(item: tuple[int, Term]) -> tuple[bool, bool, int]:
        label = labels[item[1]]
        return label not in duties, label not in assumptions, -item[0]

    return [term for _, term in sorted(enumerate(labels), key=place)]


def _needed(search: _Search, root: Sequence[_Obligation], order: Sequence[Term]) -> frozenset[Term] | None:
    """The clauses that a proof rests on, none of which can be left out with the lemmas at hand."""
    proof = _closure(search, root, {})
    if proof is None:
        return None
    search.left = MOST_TRIED
    for clause in order:
        if any(clause in core for core in proof.values()) and not _fails_without(search, root, clause):
            proof = _without(search, root, proof, clause) or proof
    return frozenset(term for core in proof.values() for term in core).intersection(search.switches)


def _closure(search: _Search, root: Sequence[_Obligation], used: _Used) -> _Used | None:
    """The part of the answers that a promise needs: its own obligations, and those of the lemmas that they use. Where
    ``used`` has none, that is the first answer.
    """
    found: dict[_Obligation, frozenset[Term]] = {}
    stack = list(root)
    while stack:
        item = stack.pop()
        core = used[item] if item in used else _as_written(search, item)
        if core is None:
            return None
        found[item] = core
        stack.extend(other for other in _establishing(search, core) if other not in found)
    return found


def _fails_without(search: _Search, root: Sequence[_Obligation], clause: Term) -> bool:
    """Whether no lemmas prove a promise once a clause is deleted, even with all other clauses; also where that is not
    settled soon.
    """
    known = search.deletions.setdefault(clause, _Deletion())
    others = [switch for switch in search.switches if switch is not clause]
    agenda = list(root)
    while agenda:
        item = agenda.pop()
        if item.lemma in known.fallen:
            continue
        if item in known.used and known.used[item].isdisjoint(known.fallen):
            continue
        core = _as_written(search, item)
        if core is None or clause in core or not core.isdisjoint(known.fallen):
            if search.left <= 0:
                return True
            search.left -= 1
            core = _core(search, item, others, search.pool, known.fallen)
        if core is not None:
            known.used[item] = core
            agenda += [other for other in _establishing(search, core) if other not in known.used]
        elif item.lemma is None:
            return True
        else:
            known.fallen.add(item.lemma)
            agenda += [other for other, core in known.used.items() if item.lemma in core]
    return False


def _without(search: _Search, root: Sequence[_Obligation], proof: _Used, clause: Term) -> _Used | None:
    """A proof of the same from the same clauses but one: with the lemmas of the proof that still hold, and others as
    they are needed. ``None`` where there is none, or none soon.
    """
    clauses = sorted(
        {term for core in proof.values() for term in core}.intersection(search.switches) - {clause}, key=_key
    )
    near = sorted({item.lemma for item in proof if item.lemma is not None}, key=_key)
    used, agenda = dict(proof), [item for item, core in proof.items() if clause in core]
    fallen = set[Term]()
    while agenda:
        item = agenda.pop()
        if item.lemma in fallen:
            continue
        core = _core(search, item, clauses, near, fallen)
        if core is None and search.left > 0:
            search.left -= 1
            core = _core(search, item, clauses, search.pool, fallen)
        if core is not None:
            used[item] = core
            agenda += [other for other in _establishing(search, core) if other not in used]
        elif item.lemma is None:
            return None
        else:
            fallen.add(item.lemma)
            agenda += [other for other, core in used.items() if item.lemma in core]
    return _closure(search, root, used)


def _establishing(search: _Search, core: frozenset[Term]) -> list[_Obligation]:
    """The obligations of the lemmas in a core."""
    lemmas = sorted(core.difference(search.switches), key=_key)
    return [item for lemma in lemmas for item in search.lemmas[lemma]]


def _key(term: Term) -> int:
    return term.key
