"""Text to tokens: one pass of one regular expression built from the terminals of the grammar.

Takes a source file; gives the tokens that the parser reads, the comments beside them, and what is misspelt. Keywords
are reserved everywhere; unit words are units only directly after an integer. Never fails and never skips a visible
character without reporting it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lark import Token

from verifier.diagnostics.model import Diagnostic
from verifier.records import dataclass
from verifier.source import SourceFile, Span
from verifier.syntax.grammar import Grammar, load_grammar
from verifier.syntax.keywords import UNIT_WORDS
from verifier.syntax.lexical import AFTER_TOKENS, BEFORE_TOKENS, READERS, odd_characters
from verifier.syntax.tree import Comment

_NOT_MATCHED: Final = frozenset(("UNIT", "WHITESPACE"))


@dataclass(frozen=True, slots=True)
class Lexed:
    """Tokens, comments and misspellings of a file, each in text order."""

    tokens: list[Token]
    comments: tuple[Comment, ...]
    problems: tuple[Diagnostic, ...]


def lex(source: SourceFile) -> Lexed:
    """All tokens of a file."""
    tokens: list[Token] = []
    comments: list[Comment] = []
    problems = [*odd_characters(Span(source, 0, len(source.text)))]
    grammar = load_grammar()
    words, marks = grammar.words, grammar.marks
    previous = ""
    for match in _master_pattern().finditer(source.text):
        kind = match.lastgroup or ""
        value = match[kind]
        start, end = match.span(kind)
        if kind == "NAME":
            kind = "UNIT" if previous == "WHOLE_NUMBER" and value in UNIT_WORDS else words.get(value, kind)
        elif kind == "mark":
            kind = marks[value]
        elif kind == "COMMENT":
            comments.append(Comment(value.rstrip(), span=Span(source, start, end)))
            continue
        elif kind in READERS:
            misspelling = READERS[kind](Span(source, start, end))
            problems.append(misspelling.problem)
            tokens.extend(Token(terminal, text, start, end_pos=end) for terminal, text in misspelling.stand_ins)
            previous = ""
            continue
        tokens.append(Token(kind, value, start, end_pos=end))
        previous = kind
    return Lexed(tokens, tuple(comments), tuple(problems))


@lru_cache(maxsize=1)
def _master_pattern() -> re.Pattern[str]:
    """White space, then one token or misspelling, in a group of its name."""
    return re.compile(_pattern_text(load_grammar()))


def _pattern_text(grammar: Grammar) -> str:
    """Names first, for speed: nothing else but `yes/no` starts with a letter. A name ends where its letters end."""
    patterns = {name: pattern for name, pattern in grammar.patterns.items() if name not in _NOT_MATCHED}
    groups = [("YES_NO", patterns.pop("YES_NO")), ("NAME", patterns.pop("NAME") + r"(?!\w)")]
    groups += [(name, pattern) for name, (pattern, _) in BEFORE_TOKENS.items()]
    groups += patterns.items()
    groups.append(("mark", "|".join(re.escape(mark) for mark in sorted(grammar.marks, key=len, reverse=True))))
    groups += [(name, pattern) for name, (pattern, _) in AFTER_TOKENS.items()]
    return r"\s*(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups) + ")"
