"""Rules about where a well-typed expression may stand.

Takes elaborated expressions; reports what a start value may not read, and history terms that finitely many variables
cannot follow: a past condition on an unbounded parameter, or a step's argument that changes with the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from verifier.checking.context import Context
from verifier.core import expressions as core
from verifier.core import program
from verifier.core.types import is_finite
from verifier.diagnostics.model import Label
from verifier.records import dataclass
from verifier.source import Span

_HISTORY = (
    core.Happened,
    core.HappenedWithin,
    core.DateOf,
    core.CountOf,
    core.Ever,
    core.JustBefore,
    core.EverSince,
)


def reads_only_the_case(
    expr: core.Expr, decisions: Mapping[str, program.Decision], context: Context, use: Span | None = None
) -> None:
    """Report statuses and history in a start value, those inside definitions and decisions included."""
    place = use or expr.span
    match expr:
        case core.StatusRef(name):
            _start_reads(f"the status `{name}`", place, expr.span, context)
        case core.Defined(body=body):
            reads_only_the_case(body, decisions, context, place)
        case core.DecisionCall(name, arguments):
            for argument in arguments:
                reads_only_the_case(argument, decisions, context, use)
            for part in _parts(decisions.get(name)):
                reads_only_the_case(part, {k: v for k, v in decisions.items() if k != name}, context, place)
        case _ if isinstance(expr, _HISTORY):
            _start_reads("what has happened", place, expr.span, context)
        case _:
            for child in core.children(expr):
                reads_only_the_case(child, decisions, context, use)


def _parts(decision: program.Decision | None) -> list[core.Expr]:
    if decision is None:
        return []
    otherwise = [] if decision.otherwise is None else [decision.otherwise]
    return [part for rule in decision.rules for part in (rule.condition, rule.value)] + otherwise


def _start_reads(what: str, place: Span | None, inner: Span | None, context: Context) -> None:
    labels = [] if inner is None or inner == place else [Label(inner, "it is read here")]
    context.collector.error(
        "E0404",
        f"a start value cannot read {what}",
        place,
        labels=labels,
        help="`starts` may read facts, readings and `today`, which are settled before anything happens",
    )


@dataclass(frozen=True, slots=True)
class _Where:
    """``settled``: list elements that never change; ``inside``: variables bound in the innermost past term, if any."""

    settled: frozenset[str] = frozenset()
    inside: frozenset[str] | None = None
    use: Span | None = None


def can_be_followed(expr: core.Expr, context: Context) -> None:
    """Report history terms that finitely many variables cannot follow."""
    _follow(expr, context, _Where())


def _follow(expr: core.Expr, context: Context, where: _Where) -> None:
    match expr:
        case core.Local(name, type=type_):
            if where.inside is not None and name not in where.inside and not is_finite(type_):
                _unbounded(expr, context, where)
        case core.Defined(body=body):
            _follow(body, context, replace(where, use=where.use or expr.span))
        case core.Ever() | core.JustBefore() | core.EverSince():
            for child in core.children(expr):
                _follow(child, context, replace(where, inside=where.settled))
        case core.Quantified() | core.NumberOf() | core.TotalOf():
            _follow(expr.collection, context, where)
            _follow(core.children(expr)[-1], context, _bound(expr.variable, expr.collection, where))
        case core.Happened(act) | core.HappenedWithin(act) | core.DateOf(act) | core.CountOf(act):
            for argument in act.arguments or ():
                _argument(argument, context, where)
        case _:
            for child in core.children(expr):
                _follow(child, context, where)


def _bound(variable: str, collection: core.Expr, where: _Where) -> _Where:
    settled = where.settled | {variable} if isinstance(collection, core.FactRef) else where.settled
    inside = None if where.inside is None else where.inside | {variable}
    return replace(where, settled=settled, inside=inside)


def _argument(argument: core.Expr, context: Context, where: _Where) -> None:
    _follow(argument, context, where)
    if is_finite(argument.type):
        return
    for part in core.subexpressions(argument):
        if isinstance(part, (core.StatusRef, core.Today, core.DecisionCall, *_HISTORY)):
            context.collector.error(
                "E0409",
                "the argument of a past step cannot be something unbounded that changes",
                where.use or argument.span,
                labels=[Label(part.span, "this changes with the state")] if part.span else (),
                help="use a constant, a fact, a parameter or a status of finite type; or keep the value in a status",
            )
            return


def _unbounded(expr: core.Local, context: Context, where: _Where) -> None:
    name = expr.name.partition("#")[0]
    labels = [Label(expr.span, f"`{name}` is read here")] if where.use is not None and expr.span is not None else []
    context.collector.error(
        "E0408",
        f"what held in the past for each `{name}` cannot be followed: it has unboundedly many values",
        where.use or expr.span,
        labels=labels,
        help=f"take the part with `{name}` out of the past term, or keep what is needed in a status or a fact",
    )
