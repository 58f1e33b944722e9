"""The leaves of history terms: steps that are named, and how long after them.

Takes surface acts and durations; gives step symbols and constants, reporting unknown steps and missing roundings.
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.checking.arithmetic import needs_rounding
from verifier.checking.context import Context
from verifier.checking.references import step_symbol_needed
from verifier.checking.scope import StepSymbol
from verifier.core import expressions as core
from verifier.core.types import DAYS, MONTHS, DaysType, Type
from verifier.source import Span
from verifier.syntax import tree

_UNITS: Mapping[tree.Unit, tuple[int, Type]] = {
    "day": (1, DAYS),
    "week": (7, DAYS),
    "month": (1, MONTHS),
    "year": (12, MONTHS),
}


def duration_of(expr: tree.Duration) -> core.Const:
    """A written duration in days or in months."""
    factor, type_ = _UNITS[expr.unit]
    return core.Const(expr.amount * factor, type=type_, span=expr.span)


def known_step(name: tree.Name, context: Context) -> StepSymbol | None:
    """The step of that name."""
    found = context.scope.steps.get(name.text)
    if found is None:
        step_symbol_needed(name, context)
    return found


def known_act(act: tree.Act, context: Context) -> StepSymbol | None:
    """The step that an act names."""
    return known_step(act.name, context)


def rounding_for(duration: core.Const, rounding: core.Rounding | None, span: Span, context: Context) -> bool:
    """Whether a deadline says enough: months and years need a rounding; for days one has no effect."""
    if isinstance(duration.type, DaysType) or rounding is not None:
        return True
    needs_rounding(span, context)
    return False
