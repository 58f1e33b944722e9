"""Replacing constants in z3 formulas, many formulas by one mapping.

The same as ``z3.substitute``, which builds its arrays anew for each formula and costs more than the replacement itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import z3
from z3.z3 import _to_expr_ref
from z3.z3core import Z3_substitute


class Renaming:
    """A mapping from z3 constants to expressions of the same sorts, in one context."""

    def __init__(self, pairs: Iterable[tuple[z3.ExprRef, z3.ExprRef]]) -> None:
        self._pairs = [(old, new) for old, new in pairs if old is not new]
        count = len(self._pairs)
        self._old, self._new = (z3.Ast * count)(), (z3.Ast * count)()
        for index, (old, new) in enumerate(self._pairs):
            self._old[index], self._new[index] = old.as_ast(), new.as_ast()

    def __call__(self, formula: z3.ExprRef) -> z3.ExprRef:
        """The formula with every constant of the mapping replaced at once."""
        found = Z3_substitute(formula.ctx.ref(), formula.as_ast(), len(self._pairs), self._old, self._new)
        return _to_expr_ref(found, formula.ctx)
