"""Single questions to a fresh solver: is there a model, which, and which of these facts matter.

Takes terms; gives plain values. Each question gets a context of its own, so that nothing carries over between
questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import z3

from verifier.engines.answers import Plain, in_words
from verifier.engines.compiled import plain
from verifier.engines.exact import Calendar, check
from verifier.engines.plainer import plainer
from verifier.records import dataclass
from verifier.symbolic.calendar import axioms, months_terms
from verifier.symbolic.emit import Script, quoted
from verifier.symbolic.terms import INT, Term, Terms


@dataclass(frozen=True, slots=True)
class Model:
    """Values of all variables that were asked for."""

    values: Mapping[Term, Plain]


@dataclass(frozen=True, slots=True)
class NoModel:
    """There is none."""


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The solver reached its limit."""

    reason: str


def constant_of(terms: Terms, variable: Term, value: Plain) -> Term:
    """A plain value as a constant of a variable's sort."""
    match variable.sort.kind:
        case "Bool":
            return terms.boolean(bool(value))
        case "Int":
            return terms.integer(int(value))
        case "Real":
            return terms.rational(value)  # type: ignore[arg-type]
        case _:
            return terms.member(variable.sort, str(value))


class Question:
    """A set of terms asserted once, asked under different assumptions; wishes of sort Int are never assumed."""

    def __init__(
        self, terms: Terms, asserted: Iterable[Term], variables: Sequence[Term], assumable: Sequence[Term], budget: int
    ) -> None:
        script = Script()
        script.declare(variables)
        for variable in variables:
            script.lines.append(f"(assert (= {script.text(variable)} {script.text(variable)}))")
        for index, term in enumerate(assumable):
            literal = f"assumption {index}"
            script.lines.append(f"(declare-const {quoted(literal)} Bool)")
            said = f"(= 0 {script.text(term)})" if term.sort == INT else script.text(term)
            script.lines.append(f"(assert (=> {quoted(literal)} {said}))")
        asserted = list(asserted)
        months = months_terms([*asserted, *assumable])
        for application in months:
            script.lines.append(f"(assert (= {script.text(application)} 0))")
        for term in [*asserted, *axioms(terms, months)]:
            script.claim(term)
        self.context = z3.Context()
        parsed = list(z3.parse_smt2_string(str(script), ctx=self.context))
        self.solver = z3.Solver(ctx=self.context)
        self.solver.set("rlimit", budget)
        self.solver.set("random_seed", 0)
        self.variables = {v: parsed[i].arg(0) for i, v in enumerate(variables)}
        self.literals = [z3.Bool(f"assumption {i}", self.context) for i in range(len(assumable))]
        known = len(variables) + len(assumable)
        granted = [claim.arg(1) for claim in parsed[len(variables) : known]]
        self.wishes = [g.arg(1) if t.sort == INT else g for g, t in zip(granted, assumable, strict=True)]
        self.budget = budget
        self.solver.add(*parsed[len(variables) : known], *parsed[known + len(months) :])
        self.calendar = Calendar()
        applied = [equation.arg(0) for equation in parsed[known : known + len(months)]]
        self.calendar.learn(list(zip(months, applied, strict=True)))

    def ask(
        self, assumed: Iterable[int] = (), where: Mapping[Term, int] = MappingProxyType({})
    ) -> Model | NoModel | GaveUp:
        """A model under some of the assumable terms (by index), ``where`` some of the variables have a value."""
        literals = [self.literals[index] for index in assumed]
        for variable, value in where.items():
            literals.append(z3.FreshConst(z3.BoolSort(self.context), "where"))
            self.solver.add(z3.Implies(literals[-1], self.variables[variable] == value))
        answer = check(self.solver, self.calendar, literals)
        if answer == z3.unsat:
            return NoModel()
        if answer == z3.unknown:
            return GaveUp(in_words(self.solver.reason_unknown()))
        return self._told(self.solver.model())

    def plainest(self, wishes: Sequence[int]) -> Model:
        """After a ``Model``: one that grants wishes (assumable terms, by index) in order, as ``plainer`` says."""
        wanted = [self.wishes[index] for index in wishes]
        return self._told(plainer(self.solver, self.calendar, self.solver.model(), (), wanted, self.budget))

    def _told(self, model: z3.ModelRef) -> Model:
        return Model({v: plain(model.eval(c, model_completion=True)) for v, c in self.variables.items()})

    def core(self) -> list[int]:
        """After ``NoModel``: assumptions that suffice for it."""
        names = {str(literal) for literal in self.solver.unsat_core()}
        return [index for index, literal in enumerate(self.literals) if str(literal) in names]


def minimal_core(question: Question, candidates: Sequence[int]) -> list[int] | None:
    """A set of assumptions that leaves no model, none of which can be left out; ``None`` where all of them leave
    one.
    """
    if not isinstance(question.ask(candidates), NoModel):
        return None
    kept = question.core()
    for index in list(kept):
        rest = [item for item in kept if item != index]
        if isinstance(question.ask(rest), NoModel):
            core = question.core()
            kept = [item for item in rest if item in core]
    return kept


def preferred_model(question: Question, wishes: Sequence[int]) -> Model | NoModel | GaveUp:
    """A model that grants the wishes (indices of assumable terms) greedily, in order; see ``plainer``."""
    answer = question.ask()
    return question.plainest(wishes) if isinstance(answer, Model) else answer
