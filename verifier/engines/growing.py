"""A solver that is told more and more, and asked in between: is there a state that is not yet covered?

Takes terms one by one, each emitted and parsed on its own; gives models as constants. Method: assumption literals on
one incremental solver, so that what it learnt from earlier questions stays. Its answers propose; ``certificate`` and
``progress`` judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import z3

from verifier.engines.answers import in_words
from verifier.engines.compiled import plain
from verifier.engines.exact import Calendar, check
from verifier.engines.parsing import Parser
from verifier.engines.query import GaveUp, NoModel, constant_of
from verifier.records import dataclass
from verifier.symbolic.terms import Sort, Term, Terms

MOST_WRONG = 40
"""Models that may be wrong about the calendar before a question counts as not answered."""


@dataclass(frozen=True, slots=True)
class Found:
    """A model: a constant for each variable (an array that the solver describes in no simple way has none)."""

    values: Mapping[Term, Term]


class Growing:
    """One solver over fixed variables. ``budget``: resource units for one question."""

    def __init__(self, terms: Terms, variables: Sequence[Term], budget: int) -> None:
        self.terms = terms
        self._parser = Parser(terms)
        self.context = self._parser.context
        self.solver = z3.Solver(ctx=self.context)
        self.solver.set("rlimit", budget)
        self.solver.set("random_seed", 0)
        self.calendar = Calendar()
        self.constants = dict(zip(variables, self._parser.constants(variables), strict=True))

    def add(self, term: Term) -> None:
        """Tell the solver that a term holds."""
        self.solver.add(self._parsed(term))

    def ask(self, term: Term) -> Found | NoModel | GaveUp:
        """Whether a term may hold beside all that was told."""
        if term is self.terms.false:
            return NoModel()
        literal = z3.FreshConst(z3.BoolSort(self.context), "ask")
        self.solver.add(z3.Implies(literal, self._parsed(term)))
        answer = check(self.solver, self.calendar, [literal], MOST_WRONG)
        if answer == z3.unsat:
            self.solver.add(z3.Not(literal))
            return NoModel()
        if answer == z3.unknown:
            return GaveUp(in_words(self.solver.reason_unknown()))
        model = self.solver.model()
        found = {v: self._constant(v, model.eval(c, model_completion=True)) for v, c in self.constants.items()}
        return Found({v: constant for v, constant in found.items() if constant is not None})

    def _parsed(self, term: Term) -> z3.ExprRef:
        """The term inside the solver, which is told the calendar's laws about its ``months`` terms first."""
        new = self._parser.new_months([term])
        if new:
            self.calendar.learn(new)
            self.solver.add(*self._parser.laws())
        (expression,) = self._parser.claims([term])
        return expression

    def _constant(self, variable: Term, value: z3.ExprRef) -> Term | None:
        if variable.sort.kind == "array":
            return self._array(variable.sort, value)
        return constant_of(self.terms, variable, plain(value))

    def _array(self, sort: Sort, value: z3.ExprRef) -> Term | None:
        element = sort.element
        assert element is not None
        probe = self.terms.var(f"element {element}", element)
        stores = []
        while value.decl().kind() == z3.Z3_OP_STORE:
            value, place, new = value.children()
            stores.append((int(place.as_long()), self._constant(probe, new)))
        if value.decl().kind() != z3.Z3_OP_CONST_ARRAY:
            return None
        everywhere = self._constant(probe, value.arg(0))
        if everywhere is None:
            return None
        array = self.terms.fill(everywhere)
        for index, new in reversed(stores):
            if new is None:
                return None
            array = self.terms.store(array, self.terms.integer(index), new)
        return array
