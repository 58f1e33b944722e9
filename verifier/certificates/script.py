"""A certificate's obligations as SMT-LIB text that any solver can run.

Takes a section of a statement and the proof of it (an invariant, for a way also regions); gives text that first defines
the system, then the invariant as functions of the state, then each obligation between ``push`` and ``pop``. Every
``check-sat`` must answer ``unsat``. A transition's effect on the invariant is the function applied to the new values,
so that a solver does the substitution, and none of ours is trusted. Solves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from verifier.certificates.statement import Section
from verifier.engines.certificate import broken_by_a_step
from verifier.engines.lemmas import conjuncts
from verifier.engines.progress import Region, left_behind
from verifier.records import dataclass
from verifier.symbolic.calendar import axioms, months_terms, shifts
from verifier.symbolic.emit import Script, months_function, number_text, quoted, sort_text
from verifier.symbolic.functions import application, definition
from verifier.symbolic.system import Transition
from verifier.symbolic.terms import INT, Term, Terms, exact_months

INVARIANT = "INVARIANT"
LAST_WINDOW = 5_000
"""No lesson is about days further from the year 1 than so many windows; dates of policies have four digits."""


class Unwritable(Exception):
    """The parts of a proof do not fit together; the message says which."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a section holds. ``lessons``: which windows of days of the calendar an obligation (by name) needs to know for
    which of its ``months`` terms (by place).
    """

    invariant: Term
    regions: tuple[Region, ...] = ()
    lessons: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Obligation:
    """``asserted`` are lines that together have no model; ``formula`` says the same as one term."""

    name: str
    asserted: tuple[str, ...]
    formula: Term
    constants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a section: what its system is, and all of it; the names of its obligations in order."""

    system: tuple[str, ...]
    lines: tuple[str, ...]
    obligations: tuple[Obligation, ...]


class _Numbered(Script):
    """A script whose shared definitions are numbered as they come, whatever was made before them."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def symbol(self, term: Term) -> str:  # noqa: ARG002  (the number says nothing of the term)
        self._count += 1
        return f"!{self._count}"

    def define(self, name: str, term: Term) -> None:
        """A name for a term."""
        text = self.text(term)
        self.lines.append(f"(define-fun {quoted(name)} () {sort_text(term.sort)} {text})")


def write(section: Section, proof: Proof) -> Written:
    """A section with its proof as text."""
    writer = _Writer(section, proof)
    writer.write_system()
    system = tuple(writer.script.lines)
    writer.write_proof()
    obligations = tuple(writer.obligations())
    for obligation in obligations:
        writer.write_obligation(obligation)
    return Written(system, tuple(writer.script.lines), obligations)


class _Writer:
    def __init__(self, section: Section, proof: Proof) -> None:
        self.section = section
        self.proof = proof
        self.terms: Terms = section.system.terms
        self.script = _Numbered()
        self.state = tuple(variable.term for variable in section.system.variables)
        self.after: dict[str, dict[Term, str]] = {}
        self.reads = self._params(proof.invariant)

    def _params(self, *terms: Term) -> tuple[Term, ...]:
        free = frozenset().union(*(self.terms.free(term) for term in terms))
        return tuple(variable for variable in self.state if variable in free)

    def _say(self, text: str) -> None:
        self.script.lines.append(f"; {text}")

    # ------------------------------------------------------------ the system

    def write_system(self) -> None:
        """The state, the first states, what each step needs and changes, and what must not be."""
        system, script = self.section.system, self.script
        script.lines.append("(set-logic ALL)")
        self._say("---- the state")
        script.declare(self.state)
        self._say("---- the first states")
        script.define("FIRST", self.terms.and_(*(constraint.term for constraint in system.initial)))
        for transition in system.transitions:
            self._write_transition(transition)
        for index, (label, term) in enumerate(self.section.goals, start=1):
            self._say(f"---- never: {label}")
            script.define(f"NEVER {index}", term)
        for index, (label, term) in enumerate(self.section.never, start=1):
            self._say(f"---- no first state: {label}")
            script.define(f"NO FIRST {index}", term)
        if self.section.way is not None:
            self._say("---- from every state a way leads here")
            script.define("THERE", self.section.way)

    def _write_transition(self, transition: Transition) -> None:
        self._say(f"---- {transition.name}: when it may be taken, and what it changes")
        script, name = self.script, transition.name
        script.declare(part.variable for part in transition.inputs)
        script.define(f"MAY {name}", transition.enabled)
        found = {}
        for variable, new in transition.updates.items():
            script.define(f"NEW {name}: {variable.payload}", new)
            found[variable] = quoted(f"NEW {name}: {variable.payload}")
        self.after[name] = found

    # ------------------------------------------------------------ the proof

    def write_proof(self) -> None:
        """The invariant, each of its conjuncts a function; the regions with their measures."""
        self._say("---- what always holds")
        for term in months_terms([self.proof.invariant, *_parts(self.proof.regions)]):
            self.script.declare_months(term)
        names = []
        for index, part in enumerate(conjuncts(self.proof.invariant), start=1):
            name, params = f"HOLDS {index}", self._params(part)
            self.script.lines.append(definition(name, params, part))
            names.append(application(name, params, {}))
        both = names[0] if len(names) == 1 else f"(and {' '.join(names)})"
        head = definition(INVARIANT, self.reads, self.terms.true).removesuffix("true)")
        self.script.lines.append(f"{head}{both})")
        for index, region in enumerate(self.proof.regions):
            self._write_region(index, region)

    def _write_region(self, index: int, region: Region) -> None:
        if index == 0:
            self._say("---- the states from which a way is known")
        step = "" if region.transition is None else f" {region.transition} leads from here to region {region.into}"
        self._say(f"region {index}:{step or ' there'}")
        self.script.lines.append(definition(f"REGION {index}", self._params(region.term), region.term))
        for place, (_, value) in enumerate(_inputs(region)):
            self.script.lines.append(definition(f"INPUT {index}.{place}", self._params(value), value))
        if region.measure is not None:
            self.script.lines.append(definition(f"MEASURE {index}", self._params(region.measure), region.measure))

    def _apply(self, name: str, term: Term, after: Mapping[Term, str] | None = None) -> str:
        return application(name, self._params(term), after or {})

    # ------------------------------------------------------------ obligations

    def obligations(self) -> Iterator[Obligation]:
        """What has to have no model, in order."""
        system, terms, invariant = self.section.system, self.terms, self.proof.invariant
        holds = self._apply(INVARIANT, invariant)
        first = terms.and_(*(constraint.term for constraint in system.initial))
        yield Obligation(
            "initial", ("(assert |FIRST|)", f"(assert (not {holds}))"), terms.and_(first, terms.not_(invariant))
        )
        broken = [self._broken(transition) for transition in system.transitions]
        leaving = f"(or {' '.join(broken)})" if len(broken) > 1 else "".join(broken) or "false"
        yield Obligation(
            "step",
            (f"(assert {holds})", f"(assert {leaving})"),
            terms.and_(invariant, broken_by_a_step(terms, system, invariant)),
            tuple(self._constants([invariant], [t.updates for t in system.transitions])),
        )
        if self.section.goals:
            reached = [quoted(f"NEVER {index}") for index in range(1, len(self.section.goals) + 1)]
            anything = reached[0] if len(reached) == 1 else f"(or {' '.join(reached)})"
            formula = terms.and_(invariant, terms.or_(*(term for _, term in self.section.goals)))
            yield Obligation("safety", (f"(assert {holds})", f"(assert {anything})"), formula)
        for index, (_, term) in enumerate(self.section.never, start=1):
            yield Obligation(f"no first state {index}", (f"(assert {quoted(f'NO FIRST {index}')})",), term)
        if self.section.way is not None:
            yield from self._progress(holds)

    def _broken(self, transition: Transition) -> str:
        after = self._apply(INVARIANT, self.proof.invariant, self.after[transition.name])
        return f"(and {quoted(f'MAY {transition.name}')} (not {after}))"

    def _progress(self, holds: str) -> Iterator[Obligation]:
        terms, regions, invariant = self.terms, self.proof.regions, self.proof.invariant
        for index in range(1, len(regions)):
            region = regions[index]
            behind = left_behind(self.section.system, regions, index)
            if behind is None or region.transition is None:
                raise Unwritable(f"the step of region {index} does not take what it is given")
            transition = self.section.system.transition(region.transition)
            here = self._apply(f"REGION {index}", region.term)
            given = [
                f"(assert (= {quoted(str(variable.payload))} {self._apply(f'INPUT {index}.{place}', value)}))"
                for place, (variable, value) in enumerate(_inputs(region))
            ]
            onwards = f"(and {quoted(f'MAY {transition.name}')} {self._lead(index, transition)})"
            asserted = (f"(assert {holds})", f"(assert {here})", *given, f"(assert (not {onwards}))")
            spoken = [regions[region.into].term, region.term, *([region.measure] if region.measure else [])]
            constants = tuple(self._constants(spoken, [transition.updates], region.inputs or {}))
            yield Obligation(f"way from region {index}", asserted, terms.and_(invariant, behind), constants)
        outside = [f"(assert (not {self._apply(f'REGION {i}', r.term)}))" for i, r in enumerate(regions)]
        same = f"(assert (not (= |THERE| {self._apply('REGION 0', regions[0].term)})))"
        yield Obligation(
            "the way ends there", (same,), terms.not_(terms.eq(self.section.way or terms.true, regions[0].term))
        )
        left = terms.and_(invariant, *(terms.not_(region.term) for region in regions))
        yield Obligation("every state", (f"(assert {holds})", *outside), left)

    def _lead(self, index: int, transition: Transition) -> str:
        """Into the region before or, nearer to its end by its measure, the same region."""
        regions, after = self.proof.regions, self.after[transition.name]
        region = regions[index]
        target = self._apply(f"REGION {region.into}", regions[region.into].term, after)
        if region.measure is None or region.fall is None or region.fall.op != "const" or region.fall.number <= 0:
            return target
        there = self._apply(f"REGION {index}", region.term, after)
        before, later = (self._apply(f"MEASURE {index}", region.measure, given) for given in (None, after))
        zero, fall = (number_text(number, region.measure.sort) for number in (0, region.fall.number))
        return f"(or {target} (and {there} (<= {later} (- {before} {fall})) (<= {zero} {before})))"

    # ------------------------------------------------------------ the calendar

    def _constants(
        self,
        spoken: Sequence[Term],
        moves: Iterable[Mapping[Term, Term]],
        inputs: Mapping[Term, Term] | None = None,
    ) -> Iterator[str]:
        """What months are of days that become constants, which terms fold and solvers cannot know."""
        terms, found = self.terms, dict[str, None]()
        applied = months_terms(spoken)
        for updates in moves if applied else ():
            for term in applied:
                day = terms.substitute(term.args[0], updates)
                day = terms.substitute(day, inputs) if inputs else day
                if day.op == "const":
                    later = exact_months(int(day.number), *term.shift)
                    applied_to = f"({quoted(months_function(term))} {number_text(int(day.number), INT)})"
                    found[f"(assert (= {applied_to} {number_text(later, INT)}))"] = None
        yield from found

    def write_obligation(self, obligation: Obligation) -> None:
        """One obligation, with what the calendar says about its months."""
        terms, script = self.terms, self.script
        applied = months_terms([obligation.formula])
        known = [f"(assert {script.text(fact)})" for fact in axioms(terms, applied)]
        for place, window in self.proof.lessons.get(obligation.name, ()):
            if not 0 <= place < len(applied) or abs(window) > LAST_WINDOW:
                raise Unwritable("a lesson about the calendar is about nothing")
            known += [f"(assert {script.text(fact)})" for fact in lesson(terms, applied[place], window)]
        self._say(f"---- {obligation.name}: expected unsat")
        script.lines += ["(push 1)", *obligation.asserted, *obligation.constants, *known, "(check-sat)", "(pop 1)"]


def lesson(terms: Terms, term: Term, window: int) -> Iterator[Term]:
    """What the calendar says about a ``months`` term on the days of a window."""
    day = term.args[0]
    for low, high, shift in shifts(window, *term.shift):
        within = terms.and_(terms.le(terms.integer(low), day), terms.le(day, terms.integer(high)))
        yield terms.implies(within, terms.eq(term, terms.add(day, terms.integer(shift))))


def _inputs(region: Region) -> list[tuple[Term, Term]]:
    return [] if region.inputs is None else sorted(region.inputs.items(), key=lambda pair: str(pair[0].payload))


def _parts(regions: Sequence[Region]) -> Iterator[Term]:
    for region in regions:
        yield region.term
        yield from (value for _, value in _inputs(region))
        if region.measure is not None:
            yield region.measure
