"""Making a typed expression fit its place: coercions, joint types and the diagnostics for what does not fit.

Takes elaborated expressions; gives expressions with explicit coercion nodes, or ``None`` after reporting. The coercions
are: an int as a decimal, a T as ``T or none``, and the present value of a ``T or none`` (which errs at run time where
absent).
"""

from __future__ import annotations

from fractions import Fraction

from verifier.checking.constants import constant, outside
from verifier.checking.context import UNKNOWN, Context, Hint
from verifier.core import expressions as core
from verifier.core.printer import show_value
from verifier.core.types import (
    DECIMAL,
    DateType,
    DaysType,
    DecimalType,
    EnumType,
    IntType,
    ListType,
    MoneyType,
    MonthsType,
    OptionType,
    Type,
    YesNoType,
    unranged,
)
from verifier.diagnostics.model import Fix, Label
from verifier.source import Span

ORDERED = (IntType, DecimalType, MoneyType, DateType, DaysType, MonthsType, EnumType, YesNoType)
SUMMABLE = (IntType, DecimalType, MoneyType, DaysType, MonthsType)


def present_type(type_: Type) -> Type:
    """T of ``T or none``; other types unchanged."""
    return type_.inner if isinstance(type_, OptionType) else type_


def enum_of(hint: Hint) -> EnumType | None:
    """The enum whose members a bare name may mean where ``hint`` is asked for."""
    if hint is None or hint is UNKNOWN:
        return None
    inner = present_type(hint)
    return inner if isinstance(inner, EnumType) else None


def plain(expr: core.Expr) -> core.Expr:
    """The present value of an optional expression; others unchanged."""
    if isinstance(expr.type, OptionType):
        return core.Unwrap(expr, type=expr.type.inner, span=expr.span)
    return expr


def convert(expr: core.Expr, to: Type) -> core.Expr | None:
    """The expression as one of type ``to`` (declared ranges aside), or ``None`` when there is no coercion."""
    have, want = unranged(expr.type), unranged(to)
    if have == want:
        return expr
    if isinstance(have, IntType) and isinstance(want, DecimalType):
        return core.ToRational(expr, type=DECIMAL, span=expr.span)
    if isinstance(have, ListType) and isinstance(want, ListType):
        return expr if have.element == want.element and have.limit <= want.limit else None
    if isinstance(to, OptionType):
        return _as_option(expr, to)
    if isinstance(have, OptionType):
        return convert(plain(expr), to)
    return None


def _as_option(expr: core.Expr, to: OptionType) -> core.Expr | None:
    if not isinstance(expr.type, OptionType):
        inner = convert(expr, to.inner)
        return None if inner is None else core.Present(inner, type=to, span=expr.span)
    inner = convert(plain(expr), to.inner)
    if inner is None:
        return None
    absent_here = core.Const(None, type=expr.type, span=expr.span)
    absent = core.Equal(expr, absent_here, type=YesNoType(), span=expr.span)
    nothing = core.Const(None, type=to, span=expr.span)
    return core.If(absent, nothing, core.Present(inner, type=to, span=expr.span), type=to, span=expr.span)


def fit(expr: core.Expr, to: Type, context: Context, place: Span) -> core.Expr | None:
    """The expression as one of type ``to``; reports a mismatch, or a constant outside the declared range."""
    fitted = convert(expr, to)
    if fitted is None:
        mismatch(expr, to, context, place)
        return None
    value = constant(fitted)
    range_ = None if value is None else outside(value.value, to)
    if value is None or range_ is None:
        return fitted
    shown = show_value(value.value, present_type(to))
    context.collector.error(
        "E0310",
        f"`{shown}` is outside the declared range: {range_}",
        place,
        help="write a value in the range, or widen the range where it is declared",
    )
    return None


def mismatch(expr: core.Expr, to: Type, context: Context, place: Span) -> None:
    """Report that an expression has another type than its place asks for."""
    have = expr.type
    message = f"this is {with_type(have)}, but {with_type(to)} is needed here"
    context.collector.error(
        "E0301",
        message,
        place,
        labels=declared_at(expr, context),
        help=_mismatch_help(expr, to),
        fixes=_money_fix(expr, to, place),
    )


def _mismatch_help(expr: core.Expr, to: Type) -> str:
    have = present_type(expr.type)
    want = present_type(to)
    if isinstance(want, YesNoType):
        return "write a comparison, such as `… is …` or `… > …`"
    if isinstance(want, MoneyType) and isinstance(have, IntType | DecimalType):
        return "amounts of money are written with a dollar sign, such as `$100` or `$99.50`"
    if isinstance(want, IntType) and isinstance(have, DecimalType):
        return "a decimal is not rounded silently; use a whole number, or declare the other side as `decimal`"
    if isinstance(want, EnumType):
        return f"the values of `{want.name}` are {', '.join(want.members)}"
    if isinstance(want, DateType) and isinstance(have, IntType):
        return "dates are written like `2012-04-23`"
    return f"write {with_type(to)} here, or change the declared type"


def _money_fix(expr: core.Expr, to: Type, place: Span) -> tuple[Fix, ...]:
    if isinstance(expr, core.Const) and isinstance(present_type(to), MoneyType) and isinstance(expr.type, IntType):
        return (Fix(place, f"${place.text}", f"write `${place.text}`"),)
    return ()


def with_type(type_: Type) -> str:
    """A type with its article: ``an `Offer```, ``a date``."""
    if isinstance(type_, YesNoType):
        return "a yes/no"
    if isinstance(type_, EnumType) and type_.name == "weekday":
        return "a weekday"
    text = str(unranged(type_))
    if isinstance(type_, IntType):
        return "an int"
    if isinstance(type_, DecimalType | DateType | DaysType | MonthsType):
        return f"a {text}"
    if isinstance(type_, MoneyType):
        return "an amount of money"
    return f"{'an' if text[:1].lower() in 'aeio' else 'a'} `{text}`"


def declared_at(expr: core.Expr, context: Context) -> tuple[Label, ...]:
    """A label at the declaration of the name that an expression is, if it is one."""
    match expr:
        case core.FactRef(name) | core.StatusRef(name) | core.ReadingRef(name) | core.Defined(name=name):
            symbol = context.scope.values.get(name)
        case core.DecisionCall(name):
            symbol = context.scope.values.get(name)
        case core.Unwrap(operand) | core.Present(operand) | core.ToRational(operand):
            return declared_at(operand, context)
        case core.Local(name):
            binders = [binder for binder in context.locals.values() if binder.core_name == name]
            shown = name.partition("#")[0]
            return tuple(Label(b.span, f"`{shown}` is declared here as {with_type(expr.type)}") for b in binders)
        case _:
            return ()
    return () if symbol is None else (Label(symbol.span, f"`{name}` is declared here as {with_type(expr.type)}"),)


def join(left: Type, right: Type) -> Type | None:
    """The type that two operands meet in, or ``None`` when they do not go together."""
    first, second = unranged(left), unranged(right)
    if first == second:
        return first if not _percent_mix(left, right) else DECIMAL
    if isinstance(first, OptionType) or isinstance(second, OptionType):
        inner = join(present_type(first), present_type(second))
        return None if inner is None else OptionType(inner)
    numbers = (IntType, DecimalType)
    return DECIMAL if isinstance(first, numbers) and isinstance(second, numbers) else None


def _percent_mix(left: Type, right: Type) -> bool:
    return isinstance(left, DecimalType) and isinstance(right, DecimalType) and left.percent != right.percent


def meet(left: core.Expr, right: core.Expr, context: Context, place: Span) -> tuple[core.Expr, core.Expr] | None:
    """Both operands in their joint type, an absent value allowed; reports when there is none."""
    joint = join(left.type, right.type)
    if joint is None:
        apart(left, right, context, place)
        return None
    first, second = convert(left, joint), convert(right, joint)
    assert first is not None
    assert second is not None
    return first, second


def apart(left: core.Expr, right: core.Expr, context: Context, place: Span) -> None:
    """Report two operands that have nothing in common."""
    labels = (*declared_at(left, context), *declared_at(right, context))
    code, advice = "E0302", "both sides must be of one type"
    fixes: tuple[Fix, ...] = ()
    kinds = (present_type(left.type), present_type(right.type))
    if any(isinstance(k, MoneyType) for k in kinds) and any(isinstance(k, IntType | DecimalType) for k in kinds):
        code, advice, fixes = (
            "E0305",
            "amounts of money are written with a dollar sign, such as `$100`",
            _dollar(left, right),
        )
    elif {type(k) for k in kinds} == {DaysType, MonthsType}:
        code, advice = "E0306", "a month has no fixed number of days; write both in days, or both in months"
    message = f"{with_type(left.type)} and {with_type(right.type)} do not go together"
    context.collector.error(code, message, place, labels=labels, help=advice, fixes=fixes)


def _dollar(left: core.Expr, right: core.Expr) -> tuple[Fix, ...]:
    for expr in (left, right):
        if isinstance(expr, core.Const) and isinstance(expr.type, IntType) and expr.span is not None:
            return (Fix(expr.span, f"${expr.span.text}", f"write `${expr.span.text}`"),)
    return ()


def whole_cents(value: Fraction) -> bool:
    """Whether an amount of dollars is a whole number of cents."""
    return (value * 100).denominator == 1
