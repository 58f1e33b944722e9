"""A proof as a certificate: brought into the form in which it can be checked again, and checked.

Takes a program, a promise and what the engines found (terms of the run that proved it); gives the text of a certificate
that ``check`` accepts, or why there is none. What was found is carried over by names into systems made anew for this
promise alone; where that does not give a proof, the promise is proved again there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier import LANGUAGE_VERSION, __version__
from verifier.certificates.check import BUDGET, Examined, examine, policy_digest
from verifier.certificates.file import Record, names_in, render
from verifier.certificates.script import Obligation, Proof, Unwritable, write
from verifier.certificates.statement import A_WAY, TWO_CASES, NotCertifiable, Section, Statement, statement
from verifier.core.program import Program, Promise
from verifier.engines.answers import Unreachable
from verifier.engines.decide import Limits, decide
from verifier.engines.inductive import inductive_core
from verifier.engines.lemmas import conjuncts
from verifier.engines.liveness import Escapable, Quest, always_possible
from verifier.engines.progress import Region, left_behind
from verifier.engines.query import NoModel, Question
from verifier.engines.solvers import Solver, version
from verifier.explain.evidence import Evidence
from verifier.properties.goals import state_goal
from verifier.records import dataclass
from verifier.symbolic.calendar import months_terms
from verifier.symbolic.evaluator import NotTrackable
from verifier.symbolic.functions import body_text
from verifier.symbolic.reading import Names, Unreadable, parse_tree, read_term
from verifier.symbolic.terms import Term, Terms

PRUNE_BUDGET = 20_000_000
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Saved:
    """The text of a certificate that was accepted, or (without one) why there is none; what the check found."""

    text: str | None
    reason: str | None
    examined: Examined | None = None


def save(
    program: Program,
    path: str,
    promise: Promise,
    evidence: Evidence,
    duties: bool,
    solvers: Sequence[Solver],
    limits: Limits,
) -> Saved:
    """The certificate of a proved promise, accepted by all the solvers."""
    try:
        stated = statement(program, promise, duties, evidence.without)
    except (NotCertifiable, NotTrackable) as fault:
        return Saved(None, str(fault))
    record = Record(
        *(program.name, path, promise.name, duties, evidence.without, policy_digest(program), ""),
        *(__version__, LANGUAGE_VERSION, tuple((solver, version(solver)) for solver in solvers), ()),
    )
    saved = _written(record, stated, _carried(stated, evidence), program, solvers)
    if saved.text is None:
        again = statement(program, promise, duties, evidence.without)
        proofs = _proved_again(again, limits)
        saved = saved if proofs is None else _written(record, again, proofs, program, solvers)
    return saved


def _written(
    record: Record, stated: Statement, proofs: Sequence[Proof], program: Program, solvers: Sequence[Solver]
) -> Saved:
    """The certificate as ``check`` would write it: reading a term may put its parts into another order."""
    proofs = [
        _with_lessons(section, _pruned(section, proof)) for section, proof in zip(stated.sections, proofs, strict=True)
    ]
    try:
        text = render(record, stated, proofs).text
    except Unwritable as fault:
        return Saved(None, str(fault))
    for _ in range(ATTEMPTS):
        examined = examine(text, program, solvers)
        if examined.rewritten is None:
            break
        text = examined.rewritten
    if examined.outcome == "accepted":
        return Saved(text, None, examined)
    return Saved(None, examined.reason, examined)


# ---------------------------------------------------------------- what was found, in other systems


def _carried(stated: Statement, evidence: Evidence) -> list[Proof]:
    """What was found, as proofs of the sections."""
    proof = evidence.proof
    found = []
    for section in stated.sections:
        of_its_own = section.title in (TWO_CASES, A_WAY)
        main = [proof.invariant] if of_its_own or len(stated.sections) == 1 else []
        invariants = main if of_its_own else [*main, *evidence.errors]
        carry = _Carrier(section.system.terms, names_in(section))
        regions: tuple[Region, ...] = ()
        if section.way is not None and isinstance(proof, Escapable):
            regions = tuple(carry.region(region) for region in proof.regions)
        found.append(Proof(carry.conjunction(invariants), regions))
    return found


class _Carrier:
    """Terms of one factory as terms of another, by way of their text."""

    def __init__(self, terms: Terms, names: Names) -> None:
        self.terms = terms
        self.names = names

    def term(self, term: Term) -> Term:
        return read_term(self.terms, parse_tree(body_text(term)), self.names)

    def conjunction(self, invariants: Sequence[Term]) -> Term:
        """What of the invariants can be said here."""
        parts: dict[Term, None] = {}
        for invariant in dict.fromkeys(invariants):
            for part in conjuncts(invariant):
                try:
                    parts[self.term(part)] = None
                except Unreadable:
                    continue
        return self.terms.and_(*parts)

    def region(self, region: Region) -> Region:
        """The region here; an empty one where it cannot be said."""
        try:
            inputs = None
            if region.inputs is not None:
                inputs = {self.terms.var(str(v.payload), v.sort): self.term(t) for v, t in region.inputs.items()}
            measure = None if region.measure is None else self.term(region.measure)
            fall = None if region.fall is None else self.term(region.fall)
            return replace(region, term=self.term(region.term), inputs=inputs, measure=measure, fall=fall)
        except Unreadable:
            return replace(region, term=self.terms.false)


def _proved_again(stated: Statement, limits: Limits) -> list[Proof] | None:
    """Proofs found anew in the systems of a statement."""
    found = []
    for section in stated.sections:
        terms = section.system.terms
        if section.way is not None:
            answer = always_possible(stated.questions.system, Quest(stated.promise.name, section.way), limits)
            if not isinstance(answer, Escapable):
                return None
            found.append(Proof(answer.invariant, answer.regions))
            continue
        goals = [state_goal(label, term) for label, term in section.goals]
        answers = decide(section.system, goals, limits).values()
        proofs = [answer for answer in answers if isinstance(answer, Unreachable)]
        if len(proofs) < len(goals):
            return None
        found.append(Proof(terms.and_(*dict.fromkeys(proof.invariant for proof in proofs))))
    return found


def _pruned(section: Section, proof: Proof) -> Proof:
    """The proof with only the conjuncts of its invariant that it needs."""
    terms = section.system.terms
    unwanted = [term for _, term in section.goals]
    if proof.regions:
        unwanted.append(terms.and_(*(terms.not_(region.term) for region in proof.regions)))
        behind = (left_behind(section.system, proof.regions, index) for index in range(1, len(proof.regions)))
        unwanted += [term for term in behind if term is not None]
    few = inductive_core(terms, section.system.transitions, terms.or_(*unwanted), proof.invariant, PRUNE_BUDGET)
    return replace(proof, invariant=few)


def _with_lessons(section: Section, proof: Proof) -> Proof:
    """The proof with the lessons about the calendar that z3 needed for each obligation."""
    try:
        obligations = write(section, proof).obligations
    except Unwritable:
        return proof
    lessons = {item.name: _lessons(section.system.terms, item) for item in obligations}
    return replace(proof, lessons={name: pairs for name, pairs in lessons.items() if pairs})


def _lessons(terms: Terms, obligation: Obligation) -> tuple[tuple[int, int], ...]:
    applied = months_terms([obligation.formula])
    if not applied:
        return ()
    question = Question(terms, [obligation.formula], (), (), BUDGET)
    if not isinstance(question.ask(), NoModel):
        return ()
    places: Mapping[Term, int] = {term: place for place, term in enumerate(applied)}
    return tuple((places[term], window) for term, window in question.calendar.lessons() if term in places)
