"""Text to surface tree.

Takes a source file; gives the tree and every problem found in one pass. Never raises for what an author wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from lark import Token, UnexpectedToken

from verifier.diagnostics.model import Collector, Diagnostic
from verifier.source import SourceFile, Span
from verifier.syntax import tree as t
from verifier.syntax.build import Builder, Piece, name, optional_text
from verifier.syntax.build_expressions import expression
from verifier.syntax.build_items import item
from verifier.syntax.build_promises import promise
from verifier.syntax.grammar import Start, load_grammar
from verifier.syntax.lexer import lex


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a text.

    ``tree`` holds every item without an error; ``None`` when nothing could be read. ``incomplete`` holds the names that
    dropped items seem to declare, so that later passes do not call them unknown.
    """

    tree: t.PolicyTree | None
    diagnostics: tuple[Diagnostic, ...]
    incomplete: tuple[str, ...] = ()


def parse(source: SourceFile) -> Parsed:
    """Parse a whole policy."""
    lexed = lex(source)
    problems = Collector()
    b = Builder(source, problems)
    try:
        header, items = cast("list[Piece]", run_tables(lexed.tokens, "policy").children)
    except UnexpectedToken as unexpected:
        token = unexpected.token
        problems.error("E0101", f"`{token}` was not expected here", b.span(token), help="Check the words before it.")
        return Parsed(None, tuple(problems.items))
    named, title = header.children
    tree = t.PolicyTree(
        name(b, named),
        optional_text(b, title),
        tuple(item(b, each) for each in cast("list[Piece]", items.children)),
        lexed.comments,
        source,
        span=Span(source, 0, len(source.text)),
    )
    return Parsed(tree, tuple(problems.items))


def parse_form(source: SourceFile) -> tuple[t.Form | None, tuple[Diagnostic, ...]]:
    """Parse one promise form, as in ``clauseproof ask``."""
    problems = Collector()
    b = Builder(source, problems)
    try:
        piece = run_tables(lex(source).tokens, "form")
    except UnexpectedToken as unexpected:
        problems.error("E0101", f"`{unexpected.token}` was not expected here", b.span(unexpected.token))
        return None, tuple(problems.items)
    return promise(b, piece.children[0]), tuple(problems.items)


def parse_expression(source: SourceFile) -> tuple[t.Expr | None, tuple[Diagnostic, ...]]:
    """Parse one expression."""
    problems = Collector()
    b = Builder(source, problems)
    try:
        piece = run_tables(lex(source).tokens, "expression")
    except UnexpectedToken as unexpected:
        problems.error("E0101", f"`{unexpected.token}` was not expected here", b.span(unexpected.token))
        return None, tuple(problems.items)
    return expression(b, piece.children[0]), tuple(problems.items)


def run_tables(tokens: list[Token], start: Start) -> Piece:
    """Run the parse tables over tokens; raises ``UnexpectedToken`` at the first that does not fit."""
    session = load_grammar().tables.parse_interactive("", start=start)
    feed = session.feed_token
    for token in tokens:
        feed(token)
    end = tokens[-1].end_pos if tokens else 0
    return cast("Piece", feed(Token("$END", "", end, end_pos=end)))
