"""Expressions: from the Lark tree to ``verifier.syntax.tree``.

One function for each form, found by the alias in ``grammar/policy.lark``. Refuses what the grammar accepts only to
be able to explain it: `and` beside `or`, history of something that is no step, and nesting beyond ``MAXIMUM_NESTING``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, TypeAlias, cast

from lark import Token

from verifier.diagnostics.model import Fix, Label
from verifier.source import Span
from verifier.syntax import tree as t
from verifier.syntax.build import (
    MAXIMUM_NESTING,
    Builder,
    Child,
    Piece,
    duration,
    name,
    number,
    parts,
    rounding,
)
from verifier.syntax.lexical import iso_date

Build: TypeAlias = Callable[[Builder, Piece, int], t.Expr]
_FIGURES: Final = re.compile(r"\d{1,2}([/-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([/-])\d{1,2}\2\d{1,2}")
_Order: TypeAlias = Literal["<", "<=", ">", ">="]


def expression(b: Builder, piece: Child, depth: int = 0) -> t.Expr:
    """Any expression; ``depth`` is how deep it already stands inside another."""
    inner = cast("Piece", piece)
    if depth > MAXIMUM_NESTING:
        return _too_deep(b, inner)
    return _FORMS[inner.data](b, inner, depth + 1)


def _too_deep(b: Builder, piece: Piece) -> t.Expr:
    span = b.span(piece)
    if not any(problem.code == "E0113" for problem in b.problems.items):
        b.problems.error(
            "E0113",
            f"This expression nests more than {MAXIMUM_NESTING} levels deep",
            Span(b.source, span.start, min(span.end, span.start + 1)),
            help="Give inner parts a name with `define` and use the names here.",
        )
    return t.Today(span=span)


def arguments(b: Builder, piece: Child, depth: int) -> tuple[t.Expr, ...]:
    """The expressions between commas; none where nothing is written."""
    return () if piece is None else tuple(expression(b, each, depth) for each in parts(cast("Piece", piece)))


def act(b: Builder, piece: Child, depth: int = 0) -> t.Act:
    """A step as it occurs in history: bare or with arguments."""
    inner = cast("Piece", piece)
    step, given = inner.children
    supplied = None if given is None else arguments(b, given, depth + 1)
    return t.Act(name(b, step), supplied, span=b.span(inner))


def _history(b: Builder, piece: Child, depth: int) -> t.Act:
    """The subject of `has happened` and the like, which the grammar reads as an expression."""
    subject = expression(b, piece, depth)
    match subject:
        case t.Ref(name=word):
            return t.Act(t.Name(word, span=subject.span), None, span=subject.span)
        case t.Apply(name=word, arguments=given):
            return t.Act(word, given, span=subject.span)
        case _:
            b.problems.error(
                "E0117",
                f"Only a step can happen, and `{_shortened(subject.span.text)}` is not the name of one",
                subject.span,
                help="Write the name of a step, as in `file_motion has happened`.",
            )
            return t.Act(t.Name("none", span=subject.span), None, span=subject.span)


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


# ---------------------------------------------------------------- connectives


def _junction(b: Builder, piece: Piece, depth: int) -> t.Expr:
    operators = cast("list[Token]", piece.children[1::2])
    if any(operator.type != operators[0].type for operator in operators):
        _report_mixture(b, piece, operators)
    operands = tuple(expression(b, each, depth) for each in piece.children[::2])
    return t.Junction("and" if operators[0].type == "AND" else "or", operands, span=b.span(piece))


def _report_mixture(b: Builder, piece: Piece, operators: list[Token]) -> None:
    """`and` beside `or`: show the first place where they meet, and both ways to read it."""
    index = next(i for i, each in enumerate(operators) if each.type != operators[0].type)
    first, second = operators[index - 1], operators[index]
    left, middle, right = (
        b.span(cast("Piece", each)).text for each in piece.children[2 * (index - 1) : 2 * index + 3 : 2]
    )
    readings = (
        f"`({_shortened(left)} {first} {_shortened(middle)}) {second} {_shortened(right)}`",
        f"`{_shortened(left)} {first} ({_shortened(middle)} {second} {_shortened(right)})`",
    )
    b.problems.error(
        "E0103",
        f"`{first}` and `{second}` stand side by side, which readers group differently",
        b.span(second),
        labels=(Label(b.span(first), f"`{first}` is here"),),
        help=f"Add parentheses: write {readings[0]} or {readings[1]}.",
        fixes=_grouping_fixes(b, piece, operators),
    )


def _grouping_fixes(b: Builder, piece: Piece, operators: list[Token]) -> tuple[Fix, ...]:
    """Parentheses around every run of `and`, which is how most programming languages would read the text."""
    pieces = [b.span(cast("Piece", each)) for each in piece.children[::2]]
    written: list[str] = []
    index = 0
    while index < len(pieces):
        end = index
        while end < len(operators) and operators[end].type == "AND":
            end += 1
        run = Span(b.source, pieces[index].start, pieces[end].end).text
        written.append(f"({run})" if end > index else run)
        index = end + 1
    return (Fix(b.span(piece), " or ".join(written), "Group each run of `and`, if that is what the text means"),)


def _not(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return t.Not(expression(b, piece.children[-1], depth), span=b.span(piece))


def _implies(b: Builder, piece: Piece, depth: int) -> t.Expr:
    premise, conclusion = piece.children
    return t.Implies(expression(b, premise, depth), expression(b, conclusion, depth), span=b.span(piece))


def _iff(b: Builder, piece: Piece, depth: int) -> t.Expr:
    left, right = piece.children
    return t.Iff(expression(b, left, depth), expression(b, right, depth), span=b.span(piece))


def _conditional(b: Builder, piece: Piece, depth: int) -> t.Expr:
    condition, then, otherwise = (expression(b, each, depth) for each in piece.children)
    return t.If(condition, then, otherwise, span=b.span(piece))


def _ever_since(b: Builder, piece: Piece, depth: int) -> t.Expr:
    operand, since = piece.children
    return t.EverSince(expression(b, operand, depth), expression(b, since, depth), span=b.span(piece))


# ---------------------------------------------------------------- comparisons


def _compare(b: Builder, piece: Piece, depth: int) -> t.Expr:
    left, operator, right = piece.children
    first, second = expression(b, left, depth), expression(b, right, depth)
    if operator == "=":
        return t.Is(first, second, symbol=True, span=b.span(piece))
    return t.Compare(cast("_Order", str(operator)), first, second, span=b.span(piece))


def _is(b: Builder, piece: Piece, depth: int) -> t.Expr:
    left, right = piece.children[0], piece.children[-1]
    negated = piece.data == "is_not"
    return t.Is(expression(b, left, depth), expression(b, right, depth), negated, span=b.span(piece))


def _is_in(b: Builder, piece: Piece, depth: int) -> t.Expr:
    item, container = piece.children[0], piece.children[-1]
    negated = piece.data == "is_not_in"
    return t.IsIn(expression(b, item, depth), expression(b, container, depth), negated, span=b.span(piece))


def _between(b: Builder, piece: Piece, depth: int) -> t.Expr:
    item, low, high = (expression(b, each, depth) for each in piece.children)
    return t.Between(item, low, high, span=b.span(piece))


def _not_between(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return t.Not(_between(b, piece, depth), span=b.span(piece))


def _happened(b: Builder, piece: Piece, depth: int) -> t.Expr:
    negated = piece.data == "never_happened"
    return t.Happened(_history(b, piece.children[0], depth), negated, span=b.span(piece))


def _happened_within(b: Builder, piece: Piece, depth: int) -> t.Expr:
    subject, within = piece.children
    length, rounded = cast("Piece", within).children
    event = _history(b, subject, depth)
    return t.HappenedWithin(event, duration(b, length), rounding(rounded), span=b.span(piece))


def _quantified(b: Builder, piece: Piece, depth: int) -> t.Expr:
    quantifier, variable, collection, condition = piece.children
    kind: Literal["some", "every"] = "some" if quantifier == "some" else "every"
    holds = expression(b, condition, depth)
    if piece.data == "quantified_not":
        holds = t.Not(holds, span=holds.span)
    return t.Quantified(kind, name(b, variable), name(b, collection), holds, span=b.span(piece))


# ---------------------------------------------------------------- arithmetic and sets


def _add(b: Builder, piece: Piece, depth: int) -> t.Expr:
    left, operator, right, rounded = piece.children
    sign: Literal["+", "-"] = "+" if operator == "+" else "-"
    _warn_of_date(b, piece)
    first, second = expression(b, left, depth), expression(b, right, depth)
    return t.Arithmetic(sign, first, second, rounding(rounded), span=b.span(piece))


def _multiply(b: Builder, piece: Piece, depth: int) -> t.Expr:
    left, right = piece.children
    operator: Literal["*", "/"] = "*" if piece.data == "multiply" else "/"
    _warn_of_date(b, piece)
    return t.Arithmetic(operator, expression(b, left, depth), expression(b, right, depth), span=b.span(piece))


def _warn_of_date(b: Builder, piece: Piece) -> None:
    """`4/25/2012` and `2012-4-25` are arithmetic, which nobody means who writes them without spaces."""
    span = b.span(piece)
    if span.end - span.start > 10 or _FIGURES.fullmatch(span.text) is None:
        return
    meant = iso_date(span.text)
    b.problems.warning(
        "W0101",
        f"`{span.text}` is arithmetic here, not a date",
        span,
        help="Write dates as year, month and day: `2012-04-25`.",
        fixes=() if meant is None else (Fix(span, meant, f"Write `{meant}`"),),
    )


def _negative(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return t.Negative(expression(b, piece.children[-1], depth), span=b.span(piece))


def _set_change(b: Builder, piece: Piece, depth: int) -> t.Expr:
    base, item = piece.children
    operator: Literal["with", "without"] = "with" if piece.data == "set_with" else "without"
    return t.SetChange(operator, expression(b, base, depth), expression(b, item, depth), span=b.span(piece))


def _set_literal(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return t.SetLiteral(arguments(b, piece.children[0], depth), span=b.span(piece))


# ---------------------------------------------------------------- atoms


def _reference(b: Builder, piece: Piece, _depth: int) -> t.Expr:
    return t.Ref(str(piece.children[0]), span=b.span(piece))


def _apply(b: Builder, piece: Piece, depth: int) -> t.Expr:
    function, given = piece.children
    return t.Apply(name(b, function), arguments(b, given, depth), span=b.span(piece))


def _attribute(b: Builder, piece: Piece, _depth: int) -> t.Expr:
    owner, member = piece.children
    return t.Attr(name(b, owner), name(b, member), span=b.span(piece))


def _number(b: Builder, piece: Piece, _depth: int) -> t.Expr:
    token = cast("Token", piece.children[0])
    kind = cast("Literal['int', 'decimal', 'percent', 'money']", {"integer": "int"}.get(piece.data, piece.data))
    return t.Number(kind, number(token), str(token), span=b.span(piece))


def date_literal(b: Builder, token: Child) -> t.DateLiteral:
    """``2012-04-23``, whether or not there was such a day."""
    word = cast("Token", token)
    return t.DateLiteral(int(word[:4]), int(word[5:7]), int(word[8:10]), span=b.span(word))


def _date(b: Builder, piece: Piece, _depth: int) -> t.Expr:
    return date_literal(b, piece.children[0])


def _duration(b: Builder, piece: Piece, _depth: int) -> t.Expr:
    return duration(b, piece)


def _yes_no(b: Builder, piece: Piece, _depth: int) -> t.Expr:
    return t.YesNo(piece.data == "yes", span=b.span(piece))


def _today(b: Builder, piece: Piece, _depth: int) -> t.Expr:
    return t.Today(span=b.span(piece))


def _group(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return expression(b, piece.children[0], depth)


def _ever(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return t.Ever(expression(b, piece.children[0], depth), span=b.span(piece))


def _just_before(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return t.JustBefore(expression(b, piece.children[0], depth), span=b.span(piece))


def _date_of(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return t.DateOf(act(b, piece.children[0], depth), piece.data == "first_date_of", span=b.span(piece))


def _count_of(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return t.CountOf(act(b, piece.children[0], depth), span=b.span(piece))


def _size_of(b: Builder, piece: Piece, _depth: int) -> t.Expr:
    return t.SizeOf(name(b, piece.children[0]), span=b.span(piece))


def _weekday_of(b: Builder, piece: Piece, depth: int) -> t.Expr:
    return t.Weekday(expression(b, piece.children[0], depth), span=b.span(piece))


def _choice(b: Builder, piece: Piece, depth: int) -> t.Expr:
    operator, left, right = piece.children
    kind: Literal["lesser", "greater"] = "lesser" if operator == "lesser" else "greater"
    return t.Choice(kind, expression(b, left, depth), expression(b, right, depth), span=b.span(piece))


def _number_of(b: Builder, piece: Piece, depth: int) -> t.Expr:
    variable, collection, condition = piece.children
    holds = expression(b, condition, depth)
    return t.NumberOf(name(b, variable), name(b, collection), holds, span=b.span(piece))


def _total_of(b: Builder, piece: Piece, depth: int) -> t.Expr:
    summand, variable, collection = piece.children
    return t.TotalOf(expression(b, summand, depth), name(b, variable), name(b, collection), span=b.span(piece))


_FORMS: Final[dict[str, Build]] = {
    "implies": _implies,
    "iff": _iff,
    "conditional": _conditional,
    "junction": _junction,
    "not": _not,
    "ever_since": _ever_since,
    "compare": _compare,
    "is": _is,
    "is_not": _is,
    "is_in": _is_in,
    "is_not_in": _is_in,
    "between": _between,
    "not_between": _not_between,
    "happened": _happened,
    "never_happened": _happened,
    "happened_within": _happened_within,
    "quantified": _quantified,
    "quantified_not": _quantified,
    "add": _add,
    "set_with": _set_change,
    "set_without": _set_change,
    "multiply": _multiply,
    "divide": _multiply,
    "negative": _negative,
    "reference": _reference,
    "apply": _apply,
    "attribute": _attribute,
    "integer": _number,
    "decimal": _number,
    "percent": _number,
    "money": _number,
    "date": _date,
    "duration": _duration,
    "yes": _yes_no,
    "no": _yes_no,
    "today": _today,
    "set_literal": _set_literal,
    "group": _group,
    "ever": _ever,
    "just_before": _just_before,
    "date_of": _date_of,
    "first_date_of": _date_of,
    "count_of": _count_of,
    "size_of": _size_of,
    "weekday_of": _weekday_of,
    "choice": _choice,
    "number_of": _number_of,
    "total_of": _total_of,
}
