"""How the tokens of one line are spaced, where the line may break, and which of them line up with neighbours.

Takes tokens in their context; gives words for ``verifier.syntax.layout``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from lark import Token

from verifier.records import dataclass
from verifier.source import SourceFile
from verifier.syntax.expectations import OPERAND_ENDS
from verifier.syntax.layout import Note, Rank, Word
from verifier.syntax.repair import starts_line

_OPENING: Final = frozenset(("LPAR", "LBRACE"))
_CLOSING: Final = frozenset(("RPAR", "RBRACE"))
_TIGHT_BEFORE: Final = frozenset(("COMMA", "DOT", "RANGE", *_CLOSING))
_TIGHT_AFTER: Final = frozenset(("DOT", *_OPENING))
_BOUNDS: Final = frozenset(("WHOLE_NUMBER", "AMOUNT", "MINUS"))
_DECLARING: Final = frozenset(("Fact", "Status", "Field", "Decide", "Table"))

# Kinds of places for line breaks, best first.
_REMARK, _PART, _CONNECTIVE, _JUNCTION, _OPERATOR = range(5)
_PLACES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("READS", "STARTS"), _REMARK),
    **dict.fromkeys(("WHILE", "UNLESS", "UNTIL", "IF", "BECAUSE", "GIVES", "FROM", "WITHIN", "VBAR"), _PART),
    **dict.fromkeys(("IMPLIES", "IFF", "EXACTLY", "THEN", "ELSE", "ONLY", "EQUALS", "BOTH"), _CONNECTIVE),
    **dict.fromkeys(("AND", "OR"), _JUNCTION),
    **dict.fromkeys(("IS", "EQUAL", "AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "HAS", "HAPPENED", "SLASH"), _OPERATOR),
    **dict.fromkeys(("PLUS", "MINUS", "STAR", "EVER", "CITATION", "TO", "MEANS"), _OPERATOR),
}
_NEVER_BROKEN_AFTER: Final = frozenset(("BETWEEN", "IS", "NOT"))


@dataclass(frozen=True, slots=True)
class Context:
    """A line: what it is, the index of its first token, all tokens, and the comments by index of token."""

    source: SourceFile
    kind: str
    start: int
    tokens: Sequence[Token]
    before: Mapping[int, tuple[Note, ...]]
    after: Mapping[int, str]


def spaced(line: Context, end: int) -> tuple[tuple[Word, ...], tuple[int, ...]]:
    """The words of the line that ends before token ``end``, and which of them line up with neighbours."""
    tokens = line.tokens[line.start : end]
    cited = _first_trailing_citation(tokens)
    words: list[Word] = []
    depth = 0
    for index, token in enumerate(tokens):
        depth -= token.type in _CLOSING
        words.append(_word(line, tokens, index, depth, cited))
        depth += token.type in _OPENING
    return tuple(words), _columns(line.kind, tokens, words)


def _word(line: Context, tokens: Sequence[Token], index: int, depth: int, cited: int) -> Word:
    token = tokens[index]
    rank = _rank(line.kind, tokens[index - 1], token, depth) if index else None
    kept = rank is not None and rank[1] == _REMARK and token.type != "STARTS" and starts_line(line.source, token)
    return Word(
        str(token),
        _gap(line.kind, tokens, index, depth, cited) if index else 0,
        rank,
        line.before.get(line.start + index, ()),
        line.after.get(line.start + index),
        index >= cited,
        kept,
    )


def _first_trailing_citation(tokens: Sequence[Token]) -> int:
    """Where the citations at the end of a line start."""
    index = len(tokens)
    while index > 1 and tokens[index - 1].type == "CITATION":
        index -= 1
    return index


# ---------------------------------------------------------------- gaps


def _gap(kind: str, tokens: Sequence[Token], index: int, depth: int, cited: int) -> int:
    previous, token = tokens[index - 1], tokens[index]
    if token.type == "READS" or index == cited or (token.type == "STARTS" and previous.type == "STRING"):
        return 2
    if token.type == "COLON":
        return 1 if kind in _DECLARING and depth == 0 else 0
    if token.type in _TIGHT_BEFORE or previous.type in _TIGHT_AFTER:
        return 0
    if previous.type == "RANGE" and token.type in _BOUNDS:
        return 0
    if token.type == "LPAR" and previous.type == "NAME":
        return 0
    return 0 if previous.type == "MINUS" and _is_sign(tokens, index - 1) else 1


def _is_sign(tokens: Sequence[Token], index: int) -> bool:
    """Whether a minus belongs to what follows: nothing before it can be subtracted from."""
    return index == 0 or tokens[index - 1].type not in OPERAND_ENDS


# ---------------------------------------------------------------- line breaks


def _rank(kind: str, previous: Token, token: Token, depth: int) -> Rank | None:
    """How good a line break is before a token; none where it would look odd."""
    if kind in {"Prove", "Scenario", "Reading", "Policy", "Source"} and token.type == "STRING":
        return (depth, _REMARK)
    if previous.type == "COMMA":
        return (depth, _PART)
    if previous.type in _NEVER_BROKEN_AFTER or token.type in _CLOSING:
        return None
    if token.type == "MINUS" and previous.type not in OPERAND_ENDS:
        return None
    place = _PLACES.get(token.type)
    if place is None and previous.type in _OPENING:
        place = _OPERATOR
    return None if place is None else (depth, place)


# ---------------------------------------------------------------- columns


def _columns(kind: str, tokens: Sequence[Token], words: Sequence[Word]) -> tuple[int, ...]:
    """The tokens that line up with those of neighbours: the colon, `starts` and `reads`, the `=`, row patterns.

    0 stands for a column that the line lacks.
    """
    if kind in {"Fact", "Status", "Field"}:
        starts, reads = (_first(tokens, words, kind_) for kind_ in ("STARTS", "READS"))
        return (2, starts if not reads or starts < reads else 0, reads)
    if kind == "Enum":
        return tuple(i for i, token in enumerate(tokens) if token.type == "EQUAL")[:1]
    if kind == "Row":
        return (*_row_columns(tokens),)
    return ()


def _first(tokens: Sequence[Token], words: Sequence[Word], kind: str) -> int:
    """The first token of a kind on the first text line and before all citations; 0 where there is none."""
    for index, token in enumerate(tokens):
        if words[index].starts_line or token.type == "CITATION":
            return 0
        if token.type == kind:
            return index
    return 0


def _row_columns(tokens: Sequence[Token]) -> list[int]:
    """The start of each pattern after the first, and `gives`."""
    columns: list[int] = []
    depth = 0
    for index, (previous, token) in enumerate(pairwise(tokens), start=1):
        depth += (previous.type in _OPENING) - (token.type in _CLOSING)
        if token.type == "GIVES":
            return [*columns, index]
        if previous.type == "COMMA" and depth == 0:
            columns.append(index)
    return columns
