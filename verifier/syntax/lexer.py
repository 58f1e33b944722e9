"""Text to tokens: one pass of one regular expression built from the terminals of the grammar.

Takes a source file; gives the tokens that the parser reads and the comments beside them. Keywords are reserved
everywhere; unit words are units only directly after an integer. Never fails: what is no token becomes ``UNKNOWN``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lark import Token

from verifier.source import SourceFile, Span
from verifier.syntax.grammar import Grammar, load_grammar
from verifier.syntax.keywords import UNIT_WORDS
from verifier.syntax.tree import Comment

UNKNOWN: Final = "UNKNOWN"
_FIRST: Final = ("YES_NO", "NAME", "STRING")
_NOT_MATCHED: Final = frozenset(("UNIT", "WHITESPACE"))


@dataclass(frozen=True, slots=True)
class Lexed:
    """Tokens and comments of a file, each in text order."""

    tokens: list[Token]
    comments: tuple[Comment, ...]


def lex(source: SourceFile) -> Lexed:
    """All tokens of a file."""
    tokens: list[Token] = []
    comments: list[Comment] = []
    words = load_grammar().words
    previous = ""
    for match in _master_pattern().finditer(source.text):
        kind = match.lastgroup or UNKNOWN
        value = match[kind]
        start, end = match.span(kind)
        if kind == "NAME":
            kind = "UNIT" if previous == "INT" and value in UNIT_WORDS else words.get(value, kind)
        elif kind == "COMMENT":
            comments.append(Comment(value.rstrip(), span=Span(source, start, end)))
            continue
        elif kind.startswith("mark"):
            kind = load_grammar().marks[value]
        tokens.append(Token(kind, value, start, end_pos=end))
        previous = kind
    return Lexed(tokens, tuple(comments))


@lru_cache(maxsize=1)
def _master_pattern() -> re.Pattern[str]:
    """White space, then one token, in a group named after its terminal."""
    return re.compile(_pattern_text(load_grammar()))


def _pattern_text(grammar: Grammar) -> str:
    ordered = [*_FIRST, *(name for name in grammar.patterns if name not in _FIRST)]
    groups = [f"(?P<{name}>{grammar.patterns[name]})" for name in ordered if name not in _NOT_MATCHED]
    marks = sorted(grammar.marks, key=len, reverse=True)
    groups.append("(?P<mark>" + "|".join(re.escape(mark) for mark in marks) + ")")
    groups.append(f"(?P<{UNKNOWN}>\\S)")
    return r"\s*(?:" + "|".join(groups) + ")"
