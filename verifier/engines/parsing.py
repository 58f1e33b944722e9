"""Terms that go into one z3 context bit by bit.

Takes terms; gives z3 expressions. What was declared and defined for earlier terms is not written again.
"""

from __future__ import annotations

from collections.abc import Sequence

import z3

from verifier.symbolic.calendar import axioms, months_terms
from verifier.symbolic.emit import Script
from verifier.symbolic.terms import Term, Terms


class Parser:
    """One context that learns more and more terms."""

    def __init__(self, terms: Terms) -> None:
        self.context = z3.Context()
        self._terms, self._script = terms, Script()
        self._parser = z3.ParserContext(self.context)
        self._months: dict[Term, None] = {}

    def constants(self, variables: Sequence[Term]) -> list[z3.ExprRef]:
        """The z3 constants of variables."""
        return [equation.arg(0) for equation in self._both_sides(variables)]

    def claims(self, claimed: Sequence[Term]) -> list[z3.ExprRef]:
        """Yes/no terms as z3 formulas."""
        for term in claimed:
            self._script.claim(term)
        return self._parsed()

    def new_months(self, claimed: Sequence[Term]) -> list[tuple[Term, z3.ExprRef]]:
        """The ``months`` terms of claims that occurred in none before, with their z3 expressions."""
        new = [application for application in months_terms(claimed) if application not in self._months]
        self._months.update(dict.fromkeys(new))
        return list(zip(new, (equation.arg(0) for equation in self._both_sides(new)), strict=True))

    def laws(self) -> list[z3.ExprRef]:
        """What the calendar says of all ``months`` terms so far (see ``symbolic.calendar``)."""
        return self.claims(axioms(self._terms, list(self._months)))

    def _both_sides(self, items: Sequence[Term]) -> list[z3.ExprRef]:
        """Equations whose left sides are the items: a parser only gives back what is asserted."""
        texts = [self._script.text(item) for item in items]
        self._script.lines += [f"(assert (= {text} {text}))" for text in texts]
        return self._parsed()

    def _parsed(self) -> list[z3.ExprRef]:
        written = str(self._script)
        self._script.lines.clear()
        return list(self._parser.from_string(written))
