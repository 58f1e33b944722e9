"""Comparisons over elaborated operands: equality, order, membership, ``between``, ``lesser of`` and ``greater of``.

Takes operands without errors; gives the core node or ``None`` after reporting. Equality compares optional values as
they are; order asks for present ones.
"""

from __future__ import annotations

from typing import Literal

from verifier.checking.context import Context
from verifier.checking.fitting import ORDERED, declared_at, fit, meet, plain, with_type
from verifier.core import expressions as core
from verifier.core.types import YES_NO, ListType, SetType
from verifier.source import Span


def equal(left: core.Expr, right: core.Expr, negated: bool, span: Span, context: Context) -> core.Expr | None:
    """``left is right`` or ``left is not right``."""
    both = meet(left, right, context, span)
    if both is None:
        return None
    return negate(core.Equal(*both, type=YES_NO, span=span), negated, span)


def negate(expr: core.Expr, negated: bool, span: Span) -> core.Expr:
    """The expression, or its negation."""
    return core.Not(expr, type=YES_NO, span=span) if negated else expr


def ordered(left: core.Expr, right: core.Expr, span: Span, context: Context) -> tuple[core.Expr, core.Expr] | None:
    """Both operands, present and in their joint type, which has an order."""
    first, second = plain(left), plain(right)
    if not (_has_order(first, context) and _has_order(second, context)):
        return None
    return meet(first, second, context, span)


def _has_order(expr: core.Expr, context: Context) -> bool:
    if isinstance(expr.type, ORDERED):
        return True
    context.collector.error(
        "E0303",
        f"{with_type(expr.type)} has no order",
        expr.span,
        labels=declared_at(expr, context),
        help="only numbers, dates, durations, enums and yes/no are ordered; compare with `is` or `is not`",
    )
    return False


def compare(
    operator: Literal["<", "<=", ">", ">="], left: core.Expr, right: core.Expr, span: Span, context: Context
) -> core.Expr | None:
    """``left < right`` and the like."""
    both = ordered(left, right, span, context)
    return None if both is None else core.Compare(operator, *both, type=YES_NO, span=span)


def extreme(
    operator: Literal["lesser", "greater"], left: core.Expr, right: core.Expr, span: Span, context: Context
) -> core.Expr | None:
    """``lesser of (left, right)``."""
    both = ordered(left, right, span, context)
    return None if both is None else core.Extreme(operator, *both, type=both[0].type, span=span)


def between(item: core.Expr, low: core.Expr, high: core.Expr, span: Span, context: Context) -> core.Expr | None:
    """``item is between low to high``."""
    lower = ordered(item, low, span, context)
    upper = ordered(item, high, span, context)
    if lower is None or upper is None:
        return None
    ends = meet(lower[1], upper[1], context, span)
    whole = None if ends is None else meet(lower[0], ends[0], context, span)
    if ends is None or whole is None:
        return None
    top = fit(ends[1], whole[0].type, context, span)
    return None if top is None else core.Between(whole[0], whole[1], top, type=YES_NO, span=span)


def one_of(item: core.Expr, options: list[core.Expr], span: Span, context: Context) -> core.Expr | None:
    """``item is in {a, b}``."""
    subject = item
    for option in options:
        both = meet(subject, option, context, option.span or span)
        if both is None:
            return None
        subject = both[0]
    fitted = [fit(option, subject.type, context, option.span or span) for option in options]
    kept = tuple(option for option in fitted if option is not None)
    return core.OneOf(subject, kept, type=YES_NO, span=span) if len(kept) == len(fitted) else None


def member(item: core.Expr, container: core.Expr, span: Span, context: Context) -> core.Expr | None:
    """``item is in s`` for a set s."""
    container = plain(container)
    if not isinstance(container.type, SetType):
        not_a_collection(container, "set", context)
        return None
    fitted = fit(item, container.type.element, context, item.span or span)
    return None if fitted is None else core.Member(fitted, container, type=YES_NO, span=span)


def not_a_collection(expr: core.Expr, needed: str, context: Context) -> None:
    """Report something that is not the set or list that its place asks for."""
    advice = "`is in` asks for a set: `{a, b}` or something of type `set of …`"
    if isinstance(expr.type, ListType):
        advice = "elements of a list have no names; write `some x in … has …`"
    elif needed != "set":
        advice = f"declare it as {'`list of …`' if needed == 'list' else 'a list or a set'}"
    context.collector.error(
        "E0315",
        f"{with_type(expr.type)} is not a {needed}",
        expr.span,
        labels=declared_at(expr, context),
        help=advice,
    )
