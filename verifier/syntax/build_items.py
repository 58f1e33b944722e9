"""Items: from the Lark tree to ``verifier.syntax.tree``, one function for each kind of item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias, cast

from lark import Token

from verifier.syntax import tree as t
from verifier.syntax.build import (
    Builder,
    Child,
    Piece,
    citations,
    duration,
    label,
    name,
    optional_text,
    parts,
    remarks,
    rounding,
    sole,
    text,
    type_expression,
    words,
)
from verifier.syntax.build_expressions import expression
from verifier.syntax.build_promises import prove, scenario, unless, waive

BuildItem: TypeAlias = Callable[[Builder, Piece], t.Item]
_Operator: TypeAlias = Literal["<", "<=", ">", ">=", "="]


def item(b: Builder, piece: Piece) -> t.Item:
    """Any item."""
    return _ITEMS[piece.data](b, piece)


def _pieces(children: Sequence[Child]) -> list[Piece]:
    """The trees among some children."""
    return [each for each in children if each is not None and not isinstance(each, Token)]


# ---------------------------------------------------------------- declarations


def _source(b: Builder, piece: Piece) -> t.Item:
    named, title, path, digest = piece.children
    return t.Source(
        name(b, named), text(b, title), optional_text(b, path), optional_text(b, digest), span=b.span(piece)
    )


def _use(b: Builder, piece: Piece) -> t.Item:
    return t.Use(name(b, piece.children[0]), span=b.span(piece))


def _actor(b: Builder, piece: Piece) -> t.Item:
    named, phrase, cites = piece.children
    return t.Actor(name(b, named), optional_text(b, phrase), citations(b, [cast("Piece", cites)]), span=b.span(piece))


def _entity(b: Builder, piece: Piece) -> t.Item:
    named, cites = piece.children
    return t.Entity(name(b, named), citations(b, [cast("Piece", cites)]), span=b.span(piece))


def _values(b: Builder, pieces: list[Piece]) -> tuple[t.EnumValue, ...]:
    return tuple(_value(b, each) for each in pieces if each.data == "value")


def _value(b: Builder, piece: Piece) -> t.EnumValue:
    named, phrase = piece.children
    return t.EnumValue(name(b, named), optional_text(b, phrase), span=b.span(piece))


def _enum(b: Builder, piece: Piece) -> t.Item:
    named, *rest = piece.children
    inner = _pieces(rest)
    return t.Enum(name(b, named), _values(b, inner), citations(b, inner), span=b.span(piece))


def _reading(b: Builder, piece: Piece) -> t.Item:
    """A reading; without a question, its name in words is the question."""
    named, question, *rest = piece.children
    called, inner = name(b, named), _pieces(rest)
    asked = optional_text(b, question) or t.Text(called.text.replace("_", " "), span=called.span)
    return t.Reading(called, asked, citations(b, inner), _values(b, inner), span=b.span(piece))


def _record(b: Builder, piece: Piece) -> t.Item:
    named, cites, *fields = piece.children
    built = tuple(_field(b, each) for each in _pieces(fields))
    return t.Record(name(b, named), built, citations(b, [cast("Piece", cites)]), span=b.span(piece))


def _field(b: Builder, piece: Piece) -> t.Field:
    named, kind, *rest = piece.children
    phrase, cites = remarks(b, _pieces(rest))
    return t.Field(name(b, named), type_expression(b, cast("Piece", kind)), phrase, cites, span=b.span(piece))


def _fact(b: Builder, piece: Piece) -> t.Item:
    named, kind, *rest = piece.children
    phrase, cites = remarks(b, _pieces(rest))
    return t.Fact(name(b, named), type_expression(b, cast("Piece", kind)), phrase, cites, span=b.span(piece))


def _status(b: Builder, piece: Piece) -> t.Item:
    named, kind, *rest = piece.children
    inner = _pieces(rest)
    phrase, cites = remarks(b, inner)
    starts = sole(b, [expression(b, each.children[0]) for each in inner if each.data == "starts"], "`starts`")
    kind_of = type_expression(b, cast("Piece", kind))
    return t.Status(name(b, named), kind_of, starts, phrase, cites, span=b.span(piece))


def _assume(b: Builder, piece: Piece) -> t.Item:
    labelled, condition, *rest = piece.children
    inner = _pieces(rest)
    because = sole(b, [text(b, each.children[0]) for each in inner if each.data == "because"], "`because`")
    return t.Assume(label(b, labelled), expression(b, condition), because, citations(b, inner), span=b.span(piece))


def _parameters(b: Builder, piece: Child) -> tuple[t.Param, ...]:
    return () if piece is None else tuple(_parameter(b, each) for each in parts(cast("Piece", piece)))


def _parameter(b: Builder, piece: Piece) -> t.Param:
    named, kind = piece.children
    return t.Param(name(b, named), type_expression(b, cast("Piece", kind)), span=b.span(piece))


def _define(b: Builder, piece: Piece) -> t.Item:
    named, parameters, body, *rest = piece.children
    phrase, cites = remarks(b, _pieces(rest))
    given = _parameters(b, parameters)
    return t.Define(name(b, named), given, expression(b, body), phrase, cites, span=b.span(piece))


# ---------------------------------------------------------------- decisions and tables


def _decide(b: Builder, piece: Piece) -> t.Item:
    named, parameters, kind, *rest = piece.children
    inner = _pieces(rest)
    phrase, cites = remarks(b, inner)
    return t.Decide(
        name(b, named),
        _parameters(b, parameters),
        type_expression(b, cast("Piece", kind)),
        phrase,
        cites,
        tuple(_RULES[each.data](b, each) for each in inner if each.data in _RULES),
        _otherwise(b, inner),
        span=b.span(piece),
    )


def _rule(b: Builder, piece: Piece) -> t.Rule:
    named, value, condition, cites = piece.children
    found = citations(b, [cast("Piece", cites)])
    return t.Rule(name(b, named), None, expression(b, value), expression(b, condition), found, span=b.span(piece))


def _exception(b: Builder, piece: Piece) -> t.Rule:
    named, targets, value, condition, cites = piece.children
    inner = cast("Piece", targets)
    defeated: tuple[t.Name, ...] | Literal["all"] = (
        "all" if inner.data == "all_rules" else tuple(name(b, each) for each in words(inner))
    )
    found = citations(b, [cast("Piece", cites)])
    return t.Rule(name(b, named), defeated, expression(b, value), expression(b, condition), found, span=b.span(piece))


_RULES: Final[dict[str, Callable[[Builder, Piece], t.Rule]]] = {"rule": _rule, "exception": _exception}


def _otherwise(b: Builder, pieces: list[Piece]) -> t.Otherwise | None:
    found = []
    for each in pieces:
        if each.data == "otherwise":
            value, cites = parts(each)
            found.append(t.Otherwise(expression(b, value), citations(b, [cites]), span=b.span(each)))
    return sole(b, found, "`otherwise`")


def _table(b: Builder, piece: Piece) -> t.Item:
    named, parameters, kind, *rest = piece.children
    inner = _pieces(rest)
    phrase, cites = remarks(b, inner)
    table = t.Table(
        name(b, named),
        _parameters(b, parameters),
        type_expression(b, cast("Piece", kind)),
        phrase,
        cites,
        tuple(_row(b, each) for each in inner if each.data == "row"),
        _otherwise(b, inner),
        span=b.span(piece),
    )
    if not table.rows:
        b.problems.error(
            "E0118",
            f"The table `{table.name.text}` has no rows",
            table.name.span,
            help="Add at least one `row … gives …`.",
        )
    return table


def _row(b: Builder, piece: Piece) -> t.Row:
    *patterns, value, cites = parts(piece)
    cells = tuple(_pattern(b, each) for each in patterns)
    return t.Row(cells, expression(b, value), citations(b, [cites]), span=b.span(piece))


def _pattern(b: Builder, piece: Piece) -> t.Pattern:
    return t.Pattern(tuple(_cell(b, each) for each in parts(piece)), span=b.span(piece))


def _cell(b: Builder, piece: Piece) -> t.Cell:
    if piece.data == "bound_cell":
        operator, bound = piece.children
        return t.Cell(expression(b, bound), None, cast("_Operator", str(operator)), span=b.span(piece))
    low, *high = parts(piece)
    return t.Cell(expression(b, low), expression(b, high[0]) if high else None, span=b.span(piece))


# ---------------------------------------------------------------- steps and duties


def _actors(b: Builder, piece: Child) -> tuple[t.Name, ...]:
    return () if piece is None else tuple(name(b, each) for each in words(cast("Piece", piece)))


def _step(b: Builder, piece: Piece) -> t.Item:
    named, parameters, actors, *rest = piece.children
    inner = _pieces(rest)
    phrase, cites = remarks(b, inner)
    return t.Step(
        name(b, named),
        _parameters(b, parameters),
        _actors(b, actors),
        phrase,
        cites,
        tuple(_clause(b, each) for each in inner if each.data in {"requires", "then"}),
        span=b.span(piece),
    )


def _clause(b: Builder, piece: Piece) -> t.Requires | t.Then:
    if piece.data == "then":
        assignments = tuple(_assignment(b, each) for each in parts(piece))
        cites = tuple(cite for each in assignments for cite in each.cites)
        return t.Then(assignments, cites, span=b.span(piece))
    labelled, condition, cites_after = piece.children
    found = citations(b, [cast("Piece", cites_after)])
    return t.Requires(label(b, labelled), expression(b, condition), found, span=b.span(piece))


def _assignment(b: Builder, piece: Piece) -> t.Assignment:
    target, value, cites = piece.children
    found = citations(b, [cast("Piece", cites)])
    return t.Assignment(name(b, target), expression(b, value), found, span=b.span(piece))


def _duty(b: Builder, piece: Piece) -> t.Item:
    labelled, *rest = piece.children
    split = next(i for i, each in enumerate(rest) if each is None or not isinstance(each, Token))
    actors, length, rounded, trigger, suspended, cites = rest[split:]
    return t.Duty(
        label(b, labelled),
        tuple(name(b, each) for each in rest[:split]),
        _actors(b, actors),
        duration(b, length),
        rounding(rounded),
        name(b, trigger),
        unless(b, suspended),
        citations(b, [cast("Piece", cites)]),
        span=b.span(piece),
    )


_ITEMS: Final[dict[str, BuildItem]] = {
    "source": _source,
    "use": _use,
    "actor": _actor,
    "entity": _entity,
    "enum": _enum,
    "reading": _reading,
    "record": _record,
    "fact": _fact,
    "status": _status,
    "assume": _assume,
    "define": _define,
    "decide": _decide,
    "table": _table,
    "step": _step,
    "duty": _duty,
    "prove": prove,
    "scenario": scenario,
    "waive": waive,
}
