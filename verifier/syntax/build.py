"""What the builders share: the context, leaves, types, and the nesting limit.

Takes pieces of a Lark tree; gives nodes of ``verifier.syntax.tree``. Never raises for what an author wrote: a piece
that cannot be built is reported and replaced by a stand-in, and the parser drops the item.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, Literal, TypeAlias, TypeVar, cast

from lark import Token, Tree

from verifier.diagnostics.model import Collector
from verifier.records import dataclass
from verifier.source import SourceFile, Span
from verifier.syntax import tree as t

Piece: TypeAlias = Tree[Token]
Child: TypeAlias = Piece | Token | None
N = TypeVar("N", bound=t.Node)

MAXIMUM_NESTING: Final = 100
"""How deep expressions and brackets may nest; recursion everywhere after the parser relies on it."""

_PRIMITIVES: Final[dict[str, t.Primitive]] = {
    "yes_no_type": "yes/no",
    "int_type": "int",
    "decimal_type": "decimal",
    "percent_type": "percent",
    "money_type": "money",
    "date_type": "date",
}


@dataclass(frozen=True, slots=True)
class Builder:
    """The file that is being read and the problems found in it so far."""

    source: SourceFile
    problems: Collector

    def span(self, piece: Piece | Token) -> Span:
        """Where a piece stands."""
        if isinstance(piece, Token):
            return Span(self.source, piece.start_pos or 0, piece.end_pos or 0)
        meta = piece.meta
        return Span(self.source, 0, 0) if meta.empty else Span(self.source, meta.start_pos, meta.end_pos)


def parts(piece: Piece) -> list[Piece]:
    """The children of a piece that has only trees as children."""
    return cast("list[Piece]", piece.children)


def words(piece: Piece) -> list[Token]:
    """The children of a piece that has only tokens as children."""
    return cast("list[Token]", piece.children)


def sole(b: Builder, found: list[N], what: str) -> N | None:
    """The only one of several clauses of a kind; reports each further one."""
    for extra in found[1:]:
        b.problems.error(
            "E0116",
            f"A second {what} in the same item",
            extra.span,
            help=f"Keep one {what} and delete the other.",
        )
    return found[0] if found else None


# ---------------------------------------------------------------- leaves


def name(b: Builder, token: Child) -> t.Name:
    """A name."""
    word = cast("Token", token)
    return t.Name(str(word), span=b.span(word))


def optional_name(b: Builder, token: Child) -> t.Name | None:
    """A name, where one is written."""
    return None if token is None else name(b, token)


def text(b: Builder, token: Child) -> t.Text:
    """A quoted string."""
    word = cast("Token", token)
    return t.Text(word[1:-1], span=b.span(word))


def optional_text(b: Builder, token: Child) -> t.Text | None:
    """A quoted string, where one is written."""
    return None if token is None else text(b, token)


def label(b: Builder, piece: Child) -> t.Name | None:
    """The name before a colon, where one is written."""
    return None if piece is None else name(b, cast("Piece", piece).children[0])


def citation(b: Builder, piece: Piece) -> t.Cite:
    """``[source locator]``."""
    source, _, locator = words(piece)[0][1:-1].partition(" ")
    if not source.replace("_", "a").isalnum():
        source, locator = _split_tight(words(piece)[0][1:-1])
    return t.Cite(source, locator.strip(), span=b.span(piece))


def _split_tight(inner: str) -> tuple[str, str]:
    """Source and locator where something other than a blank parts them, as in ``[cfr§4]``."""
    end = next((i for i, c in enumerate(inner) if not (c.isascii() and (c.isalnum() or c == "_"))), len(inner))
    return inner[:end], inner[end:]


def citations(b: Builder, pieces: list[Piece]) -> tuple[t.Cite, ...]:
    """All citations among some pieces, whether alone or in a list."""
    found: list[t.Cite] = []
    for piece in pieces:
        if piece.data == "citation":
            found.append(citation(b, piece))
        elif piece.data == "citations":
            found.extend(citation(b, each) for each in parts(piece))
    return tuple(found)


def reads(b: Builder, piece: Piece) -> t.Reads:
    """``reads "…" / "…"``."""
    positive, negative = piece.children
    second = None if negative is None else cast("Token", negative)[1:-1]
    return t.Reads(cast("Token", positive)[1:-1], second, span=b.span(piece))


def remarks(b: Builder, pieces: list[Piece]) -> tuple[t.Reads | None, tuple[t.Cite, ...]]:
    """The phrase and the citations among some pieces."""
    phrases = [reads(b, piece) for piece in pieces if piece.data == "reads"]
    return sole(b, phrases, "`reads`"), citations(b, pieces)


# ---------------------------------------------------------------- types


def type_expression(b: Builder, piece: Piece) -> t.TypeExpr:
    """A written type."""
    base, or_none = piece.children
    inner = cast("Piece", base)
    optional = or_none is not None
    kind = _PRIMITIVES.get(str(inner.data))
    if kind is not None:
        low, high = _range(inner)
        return t.TypeExpr(kind, None, low, high, None, optional, span=b.span(piece))
    named, limit = _collection_limit(b, inner)
    collection: Literal["name", "list", "set"] = (
        "list" if inner.data == "list_type" else "set" if inner.data == "set_type" else "name"
    )
    return t.TypeExpr(collection, named, None, None, limit, optional, span=b.span(piece))


def _range(base: Piece) -> tuple[Fraction | None, Fraction | None]:
    if base.data not in {"int_type", "money_type"} or base.children[0] is None:
        return None, None
    low, high = cast("Piece", base.children[0]).children
    return _bound(low), _bound(high)


def _bound(piece: Child) -> Fraction | None:
    if piece is None:
        return None
    sign, digits = cast("Piece", piece).children
    value = number(cast("Token", digits))
    return value if sign is None else -value


def _collection_limit(b: Builder, base: Piece) -> tuple[t.Name, int | None]:
    named = name(b, base.children[0])
    if base.data != "list_type":
        return named, None
    return named, int(cast("Token", base.children[-1]))


def number(token: Token) -> Fraction:
    """The exact value of a number: dollars for money, 0.05 for ``5%``."""
    digits = token.lstrip("$").replace(",", "")
    return Fraction(digits[:-1]) / 100 if digits.endswith("%") else Fraction(digits)


def duration(b: Builder, piece: Child) -> t.Duration:
    """``90 days``."""
    inner = cast("Piece", piece)
    amount, unit = words(inner)
    return t.Duration(int(amount), cast("t.Unit", unit.rstrip("s")), span=b.span(inner))


def rounding(piece: Child) -> t.Rounding | None:
    """``rounding up`` or ``rounding down``, where written."""
    if piece is None:
        return None
    return "up" if words(cast("Piece", piece))[0] == "up" else "down"
