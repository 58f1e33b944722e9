"""Core expressions and values as policy text.

``show_expr`` writes an expression so that it parses again and means the same; coercions leave no trace. ``show_value``
writes a value for a reader. Takes core data only; knows no scope: names in ``qualified`` get their enum in front.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from enum import IntEnum
from typing import assert_never

from verifier.core import expressions as core
from verifier.core.dates import civil, day_number, iso
from verifier.core.types import DateType, EnumType, OptionType, YesNoType
from verifier.core.value_text import counted, integer, show_value
from verifier.records import dataclass

__all__ = ["show_expr", "show_value"]


class _Level(IntEnum):
    """How tightly a form binds, as in ``grammar/policy.lark``."""

    EXPR = 0
    JUNCTION = 1
    NOT = 2
    SINCE = 3
    COMPARE = 4
    SUM = 5
    PRODUCT = 6
    UNARY = 7
    ATOM = 8


@dataclass(frozen=True, slots=True)
class _Style:
    """How names are shown here: bound variables under their shown names, and enum values that need their enum."""

    locals: Mapping[str, str] = field(default_factory=dict)
    qualified: frozenset[str] = frozenset()
    expected: bool = False

    def asked(self, expected: bool) -> _Style:
        return replace(self, expected=expected)

    def bind(self, variable: str) -> tuple[str, _Style]:
        base = variable.partition("#")[0]
        shown, count, taken = base, 1, set(self.locals.values())
        while shown in taken:
            count += 1
            shown = f"{base}_{count}"
        return shown, replace(self, locals={**self.locals, variable: shown})


_Shown = tuple[str, _Level]


def show_expr(expr: core.Expr, *, qualified: frozenset[str] = frozenset(), expected: bool = False) -> str:
    """An expression as policy text.

    Enum values are bare where the other operand tells their type, else ``Offer.final``; ``qualified`` names those that
    a fact, status or parameter of the same name hides. ``expected``: the place of the whole expression tells its type.
    """
    return _show(expr, _Style(qualified=qualified, expected=expected))[0]


# ---------------------------------------------------------------- expressions


def _show(expr: core.Expr, style: _Style) -> _Shown:
    match expr:
        case core.Const():
            return _constant(expr, style)
        case core.FactRef(name) | core.StatusRef(name) | core.ReadingRef(name):
            return name, _Level.ATOM
        case core.Local(name):
            return style.locals.get(name, name.partition("#")[0]), _Level.ATOM
        case core.Today():
            return "today", _Level.ATOM
        case core.Defined(name, arguments) | core.DecisionCall(name, arguments):
            return name + _arguments(arguments, style), _Level.ATOM
        case core.ToRational(operand) | core.Present(operand) | core.Unwrap(operand):
            return _show(operand, style)
        case core.Not() | core.And() | core.Or() | core.Implies() | core.Iff() | core.If():
            return _logic(expr, style)
        case core.Equal() | core.Compare() | core.OneOf() | core.Member() | core.Between():
            return _comparison(expr, style)
        case core.Arithmetic() | core.Negative() | core.AddMonths() | core.Extreme() | core.WeekdayOf():
            return _arithmetic(expr, style)
        case core.SetOf() | core.SetChange() | core.FieldOf() | core.SizeOf():
            return _collection(expr, style)
        case core.Quantified() | core.NumberOf() | core.TotalOf():
            return _binder(expr, style)
        case (
            core.Happened()
            | core.HappenedWithin()
            | core.DateOf()
            | core.CountOf()
            | core.Ever()
            | core.JustBefore()
            | core.EverSince()
        ):
            return _history(expr, style)
        case _:
            assert_never(expr)


def _at(expr: core.Expr, level: _Level, style: _Style) -> str:
    """The expression in a place that takes forms of this level or tighter."""
    text, own = _show(expr, style)
    return text if own >= level else f"({text})"


def _constant(expr: core.Const, style: _Style) -> _Shown:
    value, type_ = expr.value, expr.type
    while isinstance(type_, OptionType):
        if value is None:
            return "none", _Level.ATOM
        type_ = type_.inner
    if isinstance(type_, EnumType):
        bare = type_.name == "weekday" or (style.expected and value not in style.qualified)
        return str(value) if bare else f"{type_.name}.{value}", _Level.ATOM
    if isinstance(type_, DateType):
        return _date(integer(value))
    text = show_value(value, type_)
    if "/" in text and not isinstance(type_, YesNoType):
        return text, _Level.PRODUCT
    return text, _Level.UNARY if text.startswith("-") else _Level.ATOM


def _date(day: int) -> _Shown:
    """A date literal; a year that a literal cannot hold is reached from the nearest one that it can."""
    year = civil(day)[0]
    if 0 <= year <= 9999:
        return iso(day), _Level.ATOM
    if year > 9999:
        last = day_number(9999, 12, 31)
        return f"{iso(last)} + {counted(day - last, 'day')}", _Level.SUM
    first = day_number(0, 1, 1)
    return f"{iso(first)} - {counted(first - day, 'day')}", _Level.SUM


def _arguments(arguments: tuple[core.Expr, ...] | None, style: _Style) -> str:
    if not arguments:
        return ""
    return "(" + ", ".join(_show(item, style.asked(True))[0] for item in arguments) + ")"


def _logic(expr: core.Not | core.And | core.Or | core.Implies | core.Iff | core.If, style: _Style) -> _Shown:
    match expr:
        case core.Not(core.Equal(left, right)):
            return _pair("is not", left, right, style)
        case core.Not(core.OneOf(item, options)):
            return f"{_at(item, _Level.SUM, style)} is not in {_braces(options, style)}", _Level.COMPARE
        case core.Not(core.Member(item, container)):
            return _membership("is not in", item, container, style)
        case core.Not(core.Happened(act)):
            return f"{_act(act, style)} has never happened", _Level.COMPARE
        case core.Not(operand):
            return f"not {_at(operand, _Level.NOT, style)}", _Level.NOT
        case core.And(operands):
            return _junction("and", operands, style)
        case core.Or(operands):
            return _junction("or", operands, style)
        case core.Implies(premise, conclusion):
            text = f"{_at(premise, _Level.JUNCTION, style)} implies {_at(conclusion, _Level.EXPR, style)}"
            return text, _Level.EXPR
        case core.Iff(left, right):
            text = f"{_at(left, _Level.JUNCTION, style)} exactly when {_at(right, _Level.JUNCTION, style)}"
            return text, _Level.EXPR
        case core.If(condition, then, otherwise):
            branches = f"then {_branch(then, style)} else {_branch(otherwise, style)}"
            return f"if {_branch(condition, style.asked(False))} {branches}", _Level.EXPR
        case _:
            assert_never(expr)


def _branch(expr: core.Expr, style: _Style) -> str:
    text, _ = _show(expr, style)
    return f"({text})" if isinstance(expr, core.If) else text


def _junction(word: str, operands: tuple[core.Expr, ...], style: _Style) -> _Shown:
    if len(operands) == 1:
        return _show(operands[0], style)
    if not operands:
        return ("yes" if word == "and" else "no"), _Level.ATOM
    return f" {word} ".join(_at(item, _Level.NOT, style) for item in operands), _Level.JUNCTION


def _is_enum_constant(expr: core.Expr) -> bool:
    match expr:
        case core.Const():
            return True
        case core.Present(operand):
            return _is_enum_constant(operand)
        case core.If(_, then, otherwise):
            return _is_enum_constant(then) and _is_enum_constant(otherwise)
        case core.Extreme(_, left, right):
            return _is_enum_constant(left) and _is_enum_constant(right)
        case core.SetOf():
            return True
        case _:
            return False


def _pair(word: str, left: core.Expr, right: core.Expr, style: _Style) -> _Shown:
    told = not (_is_enum_constant(left) and _is_enum_constant(right))
    inner = style.asked(told)
    return f"{_at(left, _Level.SUM, inner)} {word} {_at(right, _Level.SUM, inner)}", _Level.COMPARE


def _braces(options: tuple[core.Expr, ...], style: _Style) -> str:
    return "{" + ", ".join(_at(item, _Level.SUM, style.asked(True)) for item in options) + "}"


def _membership(word: str, item: core.Expr, container: core.Expr, style: _Style) -> _Shown:
    inner = style.asked(True)
    where = _at(container, _Level.ATOM, inner)
    return f"{_at(item, _Level.SUM, inner)} {word} {where}", _Level.COMPARE


def _comparison(expr: core.Equal | core.Compare | core.OneOf | core.Member | core.Between, style: _Style) -> _Shown:
    match expr:
        case core.Equal(left, right):
            return _pair("is", left, right, style)
        case core.Compare(operator, left, right):
            return _pair(operator, left, right, style)
        case core.OneOf(item, options):
            told = style.asked(not _is_enum_constant(item))
            head = _at(item, _Level.SUM, style.asked(False))
            return f"{head} is in {_braces(options, told)}", _Level.COMPARE
        case core.Member(item, container):
            return _membership("is in", item, container, style)
        case core.Between(item, low, high):
            inner = style.asked(not _is_enum_constant(item))
            ends = f"{_at(low, _Level.SUM, inner)} to {_at(high, _Level.SUM, inner)}"
            return f"{_at(item, _Level.SUM, inner)} is between {ends}", _Level.COMPARE
        case _:
            assert_never(expr)


def _arithmetic(
    expr: core.Arithmetic | core.Negative | core.AddMonths | core.Extreme | core.WeekdayOf, style: _Style
) -> _Shown:
    match expr:
        case core.Arithmetic("+" | "-" as operator, left, right):
            return f"{_at(left, _Level.SUM, style)} {operator} {_at(right, _Level.PRODUCT, style)}", _Level.SUM
        case core.Arithmetic(operator, left, right):
            return f"{_at(left, _Level.PRODUCT, style)} {operator} {_at(right, _Level.UNARY, style)}", _Level.PRODUCT
        case core.Negative(operand):
            return f"-{_at(operand, _Level.UNARY, style)}", _Level.UNARY
        case core.AddMonths(date, months, sign, rounding):
            shift = f"{'+' if sign > 0 else '-'} {_at(months, _Level.PRODUCT, style)}"
            return f"{_at(date, _Level.SUM, style)} {shift} rounding {rounding}", _Level.SUM
        case core.Extreme(operator, left, right):
            inner = style.asked(style.expected or not (_is_enum_constant(left) and _is_enum_constant(right)))
            return f"{operator} of ({_show(left, inner)[0]}, {_show(right, inner)[0]})", _Level.ATOM
        case core.WeekdayOf(operand):
            return f"weekday of {_at(operand, _Level.ATOM, style)}", _Level.ATOM
        case _:
            assert_never(expr)


def _collection(expr: core.SetOf | core.SetChange | core.FieldOf | core.SizeOf, style: _Style) -> _Shown:
    match expr:
        case core.SetOf(members):
            return _braces(members, style), _Level.ATOM
        case core.SetChange(operator, base, item):
            text = f"{_at(base, _Level.SUM, style)} {operator} {_at(item, _Level.PRODUCT, style.asked(True))}"
            return text, _Level.SUM
        case core.FieldOf(operand, field_):
            return f"{_at(operand, _Level.ATOM, style)}.{field_}", _Level.ATOM
        case core.SizeOf(collection):
            return f"size of {_at(collection, _Level.ATOM, style)}", _Level.ATOM
        case _:
            assert_never(expr)


def _binder(expr: core.Quantified | core.NumberOf | core.TotalOf, style: _Style) -> _Shown:
    shown, inner = style.bind(expr.variable)
    where = _at(expr.collection, _Level.ATOM, style)
    match expr:
        case core.Quantified(quantifier, condition=condition):
            text = f"{quantifier} {shown} in {where} has {_at(condition, _Level.COMPARE, inner)}"
            return text, _Level.COMPARE
        case core.NumberOf(condition=condition):
            return f"number of {shown} in {where} with ({_show(condition, inner)[0]})", _Level.ATOM
        case core.TotalOf(summand=summand):
            return f"total of {_at(summand, _Level.ATOM, inner)} for {shown} in {where}", _Level.ATOM
        case _:
            assert_never(expr)


def _act(act: core.Act, style: _Style) -> str:
    return act.step + _arguments(act.arguments, style)


def _history(
    expr: core.Happened
    | core.HappenedWithin
    | core.DateOf
    | core.CountOf
    | core.Ever
    | core.JustBefore
    | core.EverSince,
    style: _Style,
) -> _Shown:
    match expr:
        case core.Happened(act):
            return f"{_act(act, style)} has happened", _Level.COMPARE
        case core.HappenedWithin(act, duration, rounding):
            tail = f" rounding {rounding}" if rounding else ""
            within = show_value(duration.value, duration.type)
            return f"{_act(act, style)} happened within {within}{tail}", _Level.COMPARE
        case core.DateOf(act, first):
            return f"{'first ' if first else ''}date of {_act(act, style)}", _Level.ATOM
        case core.CountOf(act):
            return f"count of {_act(act, style)}", _Level.ATOM
        case core.Ever(operand):
            return f"ever ({_show(operand, style)[0]})", _Level.ATOM
        case core.JustBefore(operand):
            return f"just before ({_show(operand, style)[0]})", _Level.ATOM
        case core.EverSince(operand, since):
            text = f"{_at(operand, _Level.COMPARE, style)} ever since {_at(since, _Level.COMPARE, style)}"
            return text, _Level.SINCE
        case _:
            assert_never(expr)
