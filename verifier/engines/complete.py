"""Traces of slices as traces of the whole system.

A slice leaves out variables that its goals do not depend on; a story names every fact. Takes the values that a slice
fixed; gives values for all, as plain as the initial constraints allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.engines.answers import Trace
from verifier.engines.query import Model, Question, constant_of, preferred_model
from verifier.symbolic.system import System
from verifier.symbolic.terms import Term


def completed(system: System, trace: Trace, wishes: Sequence[Term], budget: int) -> Trace | None:
    """The trace with a value for every state variable at the start; ``None`` where there is none within the budget."""
    terms = system.terms
    variables = [variable.term for variable in system.variables if variable.term.sort.kind != "array"]
    if all(variable in trace.start for variable in variables):
        return trace
    fixed = [terms.eq(variable, constant_of(terms, variable, value)) for variable, value in trace.start.items()]
    asserted = [constraint.term for constraint in system.initial] + fixed
    open_wishes = [wish for wish in wishes if not terms.free(wish) <= trace.start.keys()]
    answer = preferred_model(Question(terms, asserted, variables, open_wishes, budget), range(len(open_wishes)))
    return replace(trace, start=answer.values) if isinstance(answer, Model) else None
