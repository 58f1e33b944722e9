"""Cases that cannot start because something has no value: twin of ``semantics.opening``.

Takes an encoding and further conditions on the start; gives the condition, over what a case enters with, under which
an assumption, such a condition or a ``starts`` errs. A case that an assumption excludes before that has no error. The
first state of all other cases is described by the system's initial constraints, which leave these cases out.
"""

from __future__ import annotations

from collections.abc import Iterable

from verifier.core import expressions as core
from verifier.symbolic import values
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.evaluate import RULES
from verifier.symbolic.evaluator import Evaluator, Result, Scope, State
from verifier.symbolic.terms import Term
from verifier.symbolic.values import Number, Scalar


def errs_at_the_start(encoding: Encoding, given: Iterable[core.Expr] = ()) -> Term:
    """Whether a case cannot start for want of a value; false for what no case enters with."""
    terms, program = encoding.terms, encoding.program
    evaluator, unset = _before_anything(encoding)
    reached, errors = terms.and_(*_entered(encoding)), []
    for condition in (*(assumption.condition for assumption in program.assumptions), *given):
        result = evaluator.evaluate(condition)
        errors.append(terms.and_(reached, result.error))
        reached = terms.and_(reached, terms.not_(result.error), result.holds)
    return terms.or_(*errors, terms.and_(reached, unset))


def _entered(encoding: Encoding) -> list[Term]:
    """The domains of what a case enters with."""
    open_statuses = {status.name for status in encoding.program.statuses if status.starts is None}
    entered = [v for v in encoding.variables if v.kind in ("fact", "reading")]
    entered += [v for v in encoding.variables if v.kind == "status" and v.owner in open_statuses]
    return [variable.domain for variable in entered] + [constraint.term for constraint in encoding.whole_cents]


def _before_anything(encoding: Encoding) -> tuple[Evaluator, Term]:
    """An evaluator of the first state, in which each status is what it starts with, and whether any has no value.

    A value outside its range is a value as long as it is only read.
    """
    terms, state = encoding.terms, encoding.evaluator.state
    first = State(state.facts, state.readings, dict(state.statuses), state.today)
    evaluator = Evaluator(terms, encoding.program, first, RULES)
    evaluator.memory = _Beginning(evaluator)
    errors = []
    for status in encoding.program.statuses:
        if status.starts is not None:
            result = encoding.evaluator.evaluate(status.starts)
            first.statuses[status.name], first.unset[status.name] = result.value, result.error
            errors += [result.error, terms.not_(values.in_range(terms, result.value, status.type))]
    return evaluator, terms.or_(*errors)


class _Beginning:
    """The memory of a run without events; see ``evaluator.Memory``."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def happened(self, act: core.Act, scope: Scope, expression: core.Node) -> Result:  # noqa: ARG002 (of the protocol)
        return Result(Scalar(self._evaluator.terms.false), self._asked(act, scope))

    def date_of(self, act: core.Act, first: bool, scope: Scope, expression: core.Node) -> Result:  # noqa: ARG002
        return Result(Scalar(self._evaluator.terms.integer(0)), self._evaluator.terms.true)

    def count_of(self, act: core.Act, scope: Scope, expression: core.Node) -> Result:  # noqa: ARG002
        return Result(Number(self._evaluator.terms.integer(0)), self._asked(act, scope))

    def over_time(self, expression: core.Ever | core.JustBefore | core.EverSince, scope: Scope) -> Result:
        match expression:
            case core.Ever(operand):
                return self._evaluator.evaluate(operand, scope)
            case core.JustBefore():
                return Result(Scalar(self._evaluator.terms.false), self._evaluator.terms.false)
            case core.EverSince(since=since):
                return self._evaluator.evaluate(since, scope)

    def _asked(self, act: core.Act, scope: Scope) -> Term:
        """The error of evaluating the arguments of an act."""
        results = [self._evaluator.evaluate(argument, scope) for argument in act.arguments or ()]
        return self._evaluator.all_errors(*results)
