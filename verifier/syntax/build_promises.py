"""Promises and scenarios: from the Lark tree to ``verifier.syntax.tree``, one function for each form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias, cast

from verifier.syntax import tree as t
from verifier.syntax.build import (
    Builder,
    Child,
    Piece,
    citations,
    duration,
    name,
    optional_text,
    parts,
    rounding,
    text,
    words,
)
from verifier.syntax.build_expressions import act, date_literal, expression

_BuildForm: TypeAlias = Callable[[Builder, Piece], t.Form]
_BuildClause: TypeAlias = Callable[[Builder, Piece], t.Clause]


def promise(b: Builder, piece: Child) -> t.Form:
    """Any promise form."""
    inner = cast("Piece", piece)
    return _FORMS[inner.data](b, inner)


def _optional(b: Builder, piece: Child) -> t.Expr | None:
    """The expression in a `while` or `unless`, where written."""
    return None if piece is None else expression(b, cast("Piece", piece).children[0])


def unless(b: Builder, piece: Child) -> t.Expr | None:
    """The condition of an `unless`, where written."""
    return _optional(b, piece)


def _always(b: Builder, piece: Piece) -> t.Form:
    body, scope = piece.children
    return t.Always(expression(b, body), _optional(b, scope), piece.data == "never", span=b.span(piece))


def _never_changes(b: Builder, piece: Piece) -> t.Form:
    body, scope = piece.children
    return t.NeverChanges(expression(b, body), expression(b, scope), span=b.span(piece))


def _possible(b: Builder, piece: Piece) -> t.Form:
    return t.Possible(expression(b, piece.children[0]), piece.data == "always_possible", span=b.span(piece))


def _only_if(b: Builder, piece: Piece) -> t.Form:
    step, condition = piece.children
    return t.OnlyIf(act(b, step), expression(b, condition), span=b.span(piece))


def _only_after(b: Builder, piece: Piece) -> t.Form:
    step, earlier, within, exception = piece.children
    length, rounded = (None, None) if within is None else cast("Piece", within).children
    limit = None if length is None else duration(b, length)
    return t.OnlyAfter(
        act(b, step), act(b, earlier), limit, rounding(rounded), _optional(b, exception), span=b.span(piece)
    )


def _never_after(b: Builder, piece: Piece) -> t.Form:
    step, earlier, exception = piece.children
    return t.NeverAfter(act(b, step), act(b, earlier), _optional(b, exception), span=b.span(piece))


def _response(b: Builder, piece: Piece) -> t.Form:
    step, response, within = piece.children
    length, rounded = cast("Piece", within).children
    return t.Response(act(b, step), act(b, response), duration(b, length), rounding(rounded), span=b.span(piece))


def _after_until(b: Builder, piece: Piece) -> t.Form:
    step, body, until = piece.children
    end = None if until is None else act(b, cast("Piece", until).children[0])
    return t.AfterUntil(act(b, step), expression(b, body), end, span=b.span(piece))


def _depends_only(b: Builder, piece: Piece) -> t.Form:
    subject, *on = words(piece)
    return t.DependsOnly(name(b, subject), tuple(name(b, each) for each in on), span=b.span(piece))


def _more_never(b: Builder, piece: Piece) -> t.Form:
    item, direction, subject = words(piece)
    way: Literal["lowers", "raises"] = "lowers" if direction == "lowers" else "raises"
    return t.More(name(b, item), way, name(b, subject), span=b.span(piece))


def _equals(b: Builder, piece: Piece) -> t.Form:
    left, right = piece.children
    return t.Equals(expression(b, left), expression(b, right), span=b.span(piece))


def _never_both(b: Builder, piece: Piece) -> t.Form:
    left, right = piece.children
    return t.NeverBoth(expression(b, left), expression(b, right), span=b.span(piece))


_FORMS: Final[dict[str, _BuildForm]] = {
    "always": _always,
    "never": _always,
    "never_changes": _never_changes,
    "possible": _possible,
    "always_possible": _possible,
    "only_if": _only_if,
    "only_after": _only_after,
    "never_after": _never_after,
    "response": _response,
    "after_until": _after_until,
    "depends_only": _depends_only,
    "more_never": _more_never,
    "equals": _equals,
    "never_both": _never_both,
}


def prove(b: Builder, piece: Piece) -> t.Item:
    """``prove NAME "title" form``; citations after the title and after the form are kept together."""
    named, title, before, form, after = piece.children
    cites = citations(b, [cast("Piece", before), cast("Piece", after)])
    return t.Prove(name(b, named), optional_text(b, title), cites, promise(b, form), span=b.span(piece))


# ---------------------------------------------------------------- scenarios


def scenario(b: Builder, piece: Piece) -> t.Item:
    """``scenario NAME "title" clause…``."""
    named, title, cites, *clauses = piece.children
    built = tuple(_CLAUSES[each.data](b, each) for each in cast("list[Piece]", clauses))
    item = t.Scenario(
        name(b, named), optional_text(b, title), citations(b, [cast("Piece", cites)]), built, span=b.span(piece)
    )
    if not clauses:
        b.problems.error(
            "E0118",
            f"The scenario `{item.name.text}` says nothing",
            item.name.span,
            help="Add a `when` with steps, or an `expect` with what must hold.",
        )
    return item


def _acts(b: Builder, piece: Child) -> tuple[t.Act, ...]:
    return () if piece is None else tuple(act(b, each) for each in parts(cast("Piece", piece)))


def _given(b: Builder, piece: Piece) -> t.Clause:
    *conditions, cites = parts(piece)
    return t.Given(tuple(expression(b, each) for each in conditions), citations(b, [cites]), span=b.span(piece))


def _when(b: Builder, piece: Piece) -> t.Clause:
    acts, cites = parts(piece)
    return t.When(_acts(b, acts), citations(b, [cites]), span=b.span(piece))


def _on(b: Builder, piece: Piece) -> t.Clause:
    day, acts, cites = piece.children
    return t.On(date_literal(b, day), _acts(b, acts), citations(b, [cast("Piece", cites)]), span=b.span(piece))


def _after(b: Builder, piece: Piece) -> t.Clause:
    length, rounded, acts, cites = piece.children
    found = citations(b, [cast("Piece", cites)])
    return t.After(duration(b, length), rounding(rounded), _acts(b, acts), found, span=b.span(piece))


def _expect(b: Builder, piece: Piece) -> t.Clause:
    *outcomes, cites = parts(piece)
    return t.Expect(tuple(_outcome(b, each) for each in outcomes), citations(b, [cites]), span=b.span(piece))


def _outcome(b: Builder, piece: Piece) -> t.Expr | t.Cannot:
    if piece.data != "cannot":
        return expression(b, piece)
    step, because = piece.children
    label = None if because is None else tuple(str(word) for word in words(cast("Piece", because)))
    return t.Cannot(act(b, step), label, span=b.span(piece))


_CLAUSES: Final[dict[str, _BuildClause]] = {
    "given": _given,
    "when": _when,
    "on": _on,
    "after": _after,
    "expect": _expect,
}


def waive(b: Builder, piece: Piece) -> t.Item:
    """``waive CODE [on NAME] [until DATE] because "…"``; a dotted target is one name with dots."""
    code, target, until, because = piece.children
    place = None
    if target is not None:
        inner = cast("Piece", target)
        place = t.Name(".".join(words(inner)), span=b.span(inner))
    last = None if until is None else date_literal(b, until)
    return t.Waive(name(b, code), place, last, text(b, because), span=b.span(piece))
