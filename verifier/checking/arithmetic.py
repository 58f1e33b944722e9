"""Arithmetic over elaborated operands: which types go together, and what comes out.

Takes operands without errors; gives the core node or ``None`` after reporting. Money and plain numbers never mix in
sums, days and months never mix at all, and months are added to a date only with a rounding (or where the date is known
to exist).
"""

from __future__ import annotations

from typing import Literal

from verifier.checking.constants import constant, date_text
from verifier.checking.context import Context
from verifier.checking.fitting import SUMMABLE, apart, convert, declared_at, join, meet, plain, with_type
from verifier.core import expressions as core
from verifier.core.dates import add_months
from verifier.core.types import (
    DATE,
    DAYS,
    DECIMAL,
    INT,
    MONEY,
    WEEKDAY,
    DateType,
    DaysType,
    DecimalType,
    IntType,
    MoneyType,
    MonthsType,
    Type,
    unranged,
)
from verifier.diagnostics.model import Fix
from verifier.source import Span

Operator = Literal["+", "-", "*", "/"]
_DURATION = (DaysType, MonthsType)
_NUMBER = (IntType, DecimalType)


def combine(
    operator: Operator,
    left: core.Expr,
    right: core.Expr,
    rounding: core.Rounding | None,
    span: Span,
    context: Context,
) -> core.Expr | None:
    """``left operator right``."""
    first, second = plain(left), plain(right)
    match operator:
        case "+" | "-":
            return _sum(operator, first, second, rounding, span, context)
        case "*":
            return _product(first, second, span, context)
        case "/":
            return _quotient(first, second, span, context)


def _sum(
    operator: Literal["+", "-"],
    left: core.Expr,
    right: core.Expr,
    rounding: core.Rounding | None,
    span: Span,
    context: Context,
) -> core.Expr | None:
    if isinstance(left.type, _DURATION) and isinstance(right.type, DateType) and operator == "+":
        left, right = right, left
    if isinstance(left.type, DateType):
        return _from_date(operator, left, right, rounding, span, context)
    if not isinstance(left.type, SUMMABLE) or not isinstance(right.type, SUMMABLE):
        _no_arithmetic(operator, left, right, span, context)
        return None
    both = meet(left, right, context, span)
    return None if both is None else core.Arithmetic(operator, *both, type=unranged(both[0].type), span=span)


def _from_date(
    operator: Literal["+", "-"],
    date: core.Expr,
    other: core.Expr,
    rounding: core.Rounding | None,
    span: Span,
    context: Context,
) -> core.Expr | None:
    match other.type:
        case DaysType():
            return core.Arithmetic(operator, date, other, type=DATE, span=span)
        case DateType() if operator == "-":
            return core.Arithmetic(operator, date, other, type=DAYS, span=span)
        case MonthsType():
            return _months(operator, date, other, rounding, span, context)
        case _:
            _no_arithmetic(operator, date, other, span, context)
            return None


def _months(
    operator: Literal["+", "-"],
    date: core.Expr,
    months: core.Expr,
    rounding: core.Rounding | None,
    span: Span,
    context: Context,
) -> core.Expr | None:
    sign: Literal[1, -1] = 1 if operator == "+" else -1
    if rounding is not None:
        return core.AddMonths(date, months, sign, rounding, type=DATE, span=span)
    start, shift = constant(date), constant(months)
    if start is None or shift is None:
        needs_rounding(span, context)
        return None
    assert isinstance(start.value, int)
    assert isinstance(shift.value, int)
    found = add_months(start.value, sign * shift.value, None)
    if found is not None:
        return core.Const(found, type=DATE, span=span)
    after = add_months(start.value, sign * shift.value, "up")
    assert after is not None
    context.collector.error(
        "E0308",
        "this date does not exist: the month has no such day",
        span,
        help=f"write `rounding up` for {date_text(after)}, or `rounding down` for {date_text(after - 1)}",
    )
    return None


def needs_rounding(span: Span, context: Context) -> None:
    """Report months counted from a date without saying what happens where the month lacks the day."""
    context.collector.error(
        "E0307",
        "months and years from a date need `rounding up` or `rounding down`",
        span,
        help="a month may lack the day: `rounding up` takes the first of the next month, `rounding down` the last day",
        fixes=[Fix(Span(span.source, span.end, span.end), " rounding up", "add `rounding up`")],
    )


def _product(left: core.Expr, right: core.Expr, span: Span, context: Context) -> core.Expr | None:
    type_ = _product_type(left.type, right.type)
    if type_ is None:
        _no_arithmetic("*", left, right, span, context)
        return None
    if constant(left) is None and constant(right) is None:
        _non_linear(span, context)
    first = left if not isinstance(type_, DecimalType | MoneyType) else _rational(left)
    second = right if not isinstance(type_, DecimalType | MoneyType) else _rational(right)
    return core.Arithmetic("*", first, second, type=type_, span=span)


def _product_type(left: Type, right: Type) -> Type | None:
    if isinstance(left, _NUMBER) and isinstance(right, _NUMBER):
        return INT if isinstance(left, IntType) and isinstance(right, IntType) else join(left, right)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, MoneyType) and isinstance(other, _NUMBER):
            return MONEY
        if isinstance(one, _DURATION) and isinstance(other, IntType):
            return one
    return None


def _rational(expr: core.Expr) -> core.Expr:
    return (convert(expr, DECIMAL) or expr) if isinstance(expr.type, IntType) else expr


def _non_linear(span: Span, context: Context) -> None:
    context.collector.warning(
        "W0301",
        "neither side of this product is constant, so that a proof about it may end as `unknown`",
        span,
        help="multiply by a constant where the policy allows it",
    )


def _quotient(left: core.Expr, right: core.Expr, span: Span, context: Context) -> core.Expr | None:
    if isinstance(left.type, _NUMBER) and isinstance(right.type, _NUMBER):
        type_: Type = join(left.type, right.type) or DECIMAL
        type_ = DECIMAL if isinstance(type_, IntType) else type_
    elif isinstance(left.type, MoneyType) and isinstance(right.type, MoneyType | IntType | DecimalType):
        type_ = DECIMAL if isinstance(right.type, MoneyType) else MONEY
    else:
        _no_arithmetic("/", left, right, span, context)
        return None
    divisor = constant(right)
    if divisor is None or divisor.value == 0:
        what = "by zero" if divisor is not None else "by something that is not constant"
        context.collector.error(
            "E0309",
            f"this divides {what}",
            right.span or span,
            help="divide by a constant other than zero, or write the comparison as a product: `a > b * c`",
        )
        return None
    return core.Arithmetic("/", _rational(left), _rational(right), type=type_, span=span)


def negative(operand: core.Expr, span: Span, context: Context) -> core.Expr | None:
    """``-operand``."""
    value = plain(operand)
    if not isinstance(value.type, SUMMABLE):
        context.collector.error(
            "E0304",
            f"{with_type(value.type)} has no negative",
            span,
            labels=declared_at(value, context),
            help="only numbers, money and durations have one; for yes/no write `not`",
        )
        return None
    return core.Negative(value, type=unranged(value.type), span=span)


def weekday_of(operand: core.Expr, span: Span, context: Context) -> core.Expr | None:
    """``weekday of operand``."""
    date = plain(operand)
    if isinstance(date.type, DateType):
        return core.WeekdayOf(date, type=WEEKDAY, span=span)
    context.collector.error(
        "E0304",
        f"only a date has a weekday, and this is {with_type(date.type)}",
        operand.span or span,
        labels=declared_at(date, context),
        help="write a date after `weekday of`, such as `weekday of today`",
    )
    return None


_VERBS = {"+": "added", "-": "subtracted", "*": "multiplied", "/": "divided"}


def _no_arithmetic(operator: Operator, left: core.Expr, right: core.Expr, span: Span, context: Context) -> None:
    """Report operands that no arithmetic is defined for."""
    kinds = (left.type, right.type)
    if operator in "+-" and join(*kinds) is None and all(isinstance(kind, SUMMABLE) for kind in kinds):
        apart(left, right, context, span)
        return
    context.collector.error(
        "E0304",
        f"{with_type(left.type)} and {with_type(right.type)} cannot be {_VERBS[operator]}",
        span,
        labels=(*declared_at(left, context), *declared_at(right, context)),
        help=_arithmetic_help(operator, left, right),
        fixes=_days_fix(left, right),
    )


def _arithmetic_help(operator: Operator, left: core.Expr, right: core.Expr) -> str:
    kinds = {type(left.type), type(right.type)}
    if DateType in kinds and IntType in kinds:
        return "say of what: `+ 30 days` or `+ 3 months rounding up`"
    if kinds == {DateType}:
        return "two dates can only be subtracted, which gives days"
    if operator in "*/" and kinds == {MoneyType}:
        return "multiply or divide money by a plain number or a percentage"
    return "arithmetic takes numbers, money, dates and durations"


def _days_fix(left: core.Expr, right: core.Expr) -> tuple[Fix, ...]:
    written = right.span if isinstance(right, core.Const) and isinstance(right.type, IntType) else None
    if written is None or not isinstance(left.type, DateType):
        return ()
    return (Fix(written, f"{written.text} days", f"write `{written.text} days`"),)
