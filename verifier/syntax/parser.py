"""Text to surface tree.

Takes a source file; gives the tree of everything that is whole and every problem found, in one run. Never raises for
what an author wrote, and never gives a piece of a tree in which there was an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Final, TypeVar, cast

from lark import Token, UnexpectedToken

from verifier.diagnostics.model import Collector, Diagnostic, Label, Severity
from verifier.records import dataclass
from verifier.source import SourceFile, Span
from verifier.syntax import tree as t
from verifier.syntax.build import Builder, Piece, name, optional_text
from verifier.syntax.build_expressions import expression
from verifier.syntax.build_items import item
from verifier.syntax.build_promises import promise
from verifier.syntax.faults import explain, foreign_truth
from verifier.syntax.grammar import Start
from verifier.syntax.keywords import ITEM_WORDS
from verifier.syntax.lexer import Lexed, lex
from verifier.syntax.recovery import build, declared_names, missing_header, recover
from verifier.syntax.repair import walk

_N = TypeVar("_N", bound=t.Node)
_MOST_OF_A_KIND: Final = 50
_MOST_LABELS: Final = 6


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a text.

    ``tree`` holds every item without an error; ``None`` only when the file has no items to speak of. ``incomplete``
    holds the names that dropped items seem to declare, so that later passes do not call them unknown.
    """

    tree: t.PolicyTree | None
    diagnostics: tuple[Diagnostic, ...]
    incomplete: tuple[str, ...] = ()


def parse(source: SourceFile) -> Parsed:
    """Parse a whole policy."""
    lexed = lex(source)
    problems = [*lexed.problems, *foreign_truth(source, lexed.tokens)]
    if not lexed.tokens:
        return Parsed(None, _in_order([*problems, missing_header(source, ())]))
    header: Piece | None
    dropped: Sequence[Token] = ()
    try:
        header, items = cast("list[Piece]", build(lexed.tokens, "policy").children)
        pieces = cast("list[Piece]", items.children)
    except UnexpectedToken:
        found = recover(source, lexed.tokens)
        header, pieces, dropped = found.header, found.pieces, found.dropped
        problems += _on_other_lines(found.problems, lexed.problems)
    return _assemble(source, lexed, header, pieces, problems, dropped)


def _assemble(
    source: SourceFile,
    lexed: Lexed,
    header: Piece | None,
    pieces: Sequence[Piece],
    problems: list[Diagnostic],
    dropped: Sequence[Token],
) -> Parsed:
    b = Builder(source, Collector(problems))
    items = [item(b, piece) for piece in pieces]
    faulty = [each.span for each in items if _has_error(each.span, problems)]
    lost = [*dropped, *(token for span in faulty for token in _within(span, lexed.tokens))]
    called, title = _header(b, header)
    tree = t.PolicyTree(
        called,
        title,
        tuple(each for each in items if each.span not in faulty),
        lexed.comments,
        source,
        span=Span(source, 0, len(source.text)),
    )
    return Parsed(tree, _in_order(problems), tuple(dict.fromkeys(declared_names(lost))))


def _header(b: Builder, header: Piece | None) -> tuple[t.Name, t.Text | None]:
    """Name and title of the policy; without a usable header, the name of its file stands in."""
    if header is not None:
        named, title = header.children
        return name(b, named), optional_text(b, title)
    stem = re.sub(r"\W", "_", PurePath(b.source.path).stem, flags=re.ASCII)
    return t.Name(stem or "policy", span=Span(b.source, 0, 0)), None


def _has_error(span: Span, problems: Sequence[Diagnostic]) -> bool:
    """Whether there is an error inside a span, other than about the header of the file."""
    return any(
        each.severity is Severity.ERROR
        and each.code not in {"E0114", "E0115"}
        and each.span is not None
        and span.start <= each.span.start < span.end
        for each in problems
    )


def _within(span: Span, tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if span.start <= (token.start_pos or 0) < span.end]


def _on_other_lines(problems: Sequence[Diagnostic], misspelt: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The problems on lines without a misspelling, which is then the better explanation."""
    lines = {each.span.first[0] for each in misspelt if each.span is not None and each.severity is Severity.ERROR}
    return [each for each in problems if each.span is None or _line_of(each.span) not in lines]


def _line_of(span: Span) -> int:
    """The line of a place; of the end of a line, that of what follows, at which the parser stopped."""
    if span.start < span.end:
        return span.first[0]
    text = span.source.text
    following = re.compile(r"\s*").match(text, span.start)
    return span.source.position(following.end() if following and following.end() < len(text) else span.start)[0]


def _in_order(problems: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By place, each once; of very many with one code, the first ones and how many more there are."""
    sorted_ = sorted(problems, key=lambda each: (each.span.start if each.span else -1, each.code))
    ordered = dict.fromkeys(_one_for_each_reserved_word(sorted_))
    kept: list[Diagnostic] = []
    counts: dict[str, int] = {}
    for each in ordered:
        counts[each.code] = counts.get(each.code, 0) + 1
        if counts[each.code] <= _MOST_OF_A_KIND:
            kept.append(each)
        elif counts[each.code] == _MOST_OF_A_KIND + 1:
            total = sum(1 for other in ordered if other.code == each.code)
            kept.append(_and_more(each, total - _MOST_OF_A_KIND))
    return tuple(kept)


def _one_for_each_reserved_word(problems: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The problems, with those about one reserved word used as a name joined at its declaration, or its first use."""
    uses: dict[str, list[Diagnostic]] = {}
    for each in problems:
        if each.code == "E0104" and each.span is not None:
            uses.setdefault(each.span.text, []).append(each)
    main = {word: next((each for each in found if _declared(each)), found[0]) for word, found in uses.items()}
    kept: list[Diagnostic] = []
    for each in problems:
        if each.code != "E0104" or each.span is None:
            kept.append(each)
        elif each is main[each.span.text]:
            others = [other.span for other in uses[each.span.text] if other is not each and other.span is not None]
            labels = tuple(Label(span, "and here") for span in others[:_MOST_LABELS])
            kept.append(replace(each, labels=(*each.labels, *labels)))
    return kept


def _declared(problem: Diagnostic) -> bool:
    """Whether a reserved word stands where an item declares a name."""
    assert problem.span is not None
    words = problem.span.source.text[: problem.span.start].split()[-1:]
    return bool(words) and words[0] in {*ITEM_WORDS, "field", "rule", "exception"}


def _and_more(first: Diagnostic, count: int) -> Diagnostic:
    message = f"{first.message} (and {count - 1} more of this kind)" if count > 1 else first.message
    return replace(first, message=message)


# ---------------------------------------------------------------- parts of a text


def parse_form(source: SourceFile) -> tuple[t.Form | None, tuple[Diagnostic, ...]]:
    """Parse one promise form, as in ``clauseproof ask FILE "FORM"``; without a form there are errors."""
    return _parse_part(source, "form", promise)


def parse_expression(source: SourceFile) -> tuple[t.Expr | None, tuple[Diagnostic, ...]]:
    """Parse one expression; without an expression there are errors."""
    return _parse_part(source, "expression", expression)


def _parse_part(
    source: SourceFile, start: Start, convert: Callable[[Builder, Piece], _N]
) -> tuple[_N | None, tuple[Diagnostic, ...]]:
    lexed = lex(source)
    b = Builder(source, Collector([*lexed.problems, *foreign_truth(source, lexed.tokens)]))
    result: _N | None = None
    try:
        result = convert(b, cast("Piece", build(lexed.tokens, start).children[0]))
    except UnexpectedToken:
        stop = walk(source, lexed.tokens, start)
        assert stop is not None
        b.problems.items += _on_other_lines([explain(stop)], lexed.problems)
    return None if b.problems.has_errors else result, _in_order(b.problems.items)
