"""Trials: would the parser go on if one word were changed, added or left out?

Takes tokens and the place where parsing stopped; gives the small edits that let it go on. The parse tables are only
walked, nothing is built.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from lark import Token, UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from verifier.records import dataclass
from verifier.source import SourceFile
from verifier.syntax.expectations import END
from verifier.syntax.grammar import Start, load_grammar
from verifier.syntax.keywords import ITEM_WORDS

_FAR_ENOUGH: Final = 4
"""How many tokens after an edit must fit at most before it counts as what the author meant."""

_ITEM_TERMINALS: Final = frozenset(word.upper() for word in ITEM_WORDS)


@dataclass(frozen=True, slots=True)
class Stop:
    """Where parsing stopped: ``tokens[index]`` does not fit (the end does not where ``index`` is the length)."""

    source: SourceFile
    tokens: Sequence[Token]
    index: int
    session: InteractiveParser
    accepted: frozenset[str]
    start: Start

    @property
    def found(self) -> Token:
        """The token that does not fit."""
        return self.tokens[self.index] if self.index < len(self.tokens) else end_token(self.tokens)

    @property
    def previous(self) -> Token | None:
        """The token before it."""
        return self.tokens[self.index - 1] if self.index else None

    @property
    def following(self) -> Token | None:
        """The token after it."""
        return self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else None


def starts_line(source: SourceFile, token: Token) -> bool:
    """Whether nothing but white space stands before a token on its line."""
    start = token.start_pos or 0
    return not source.text[source.text.rfind("\n", 0, start) + 1 : start].strip()


def end_token(tokens: Sequence[Token]) -> Token:
    """The token that ends a sequence."""
    end = tokens[-1].end_pos if tokens else 0
    return Token(END, "", end, end_pos=end)


def walk(source: SourceFile, tokens: Sequence[Token], start: Start) -> Stop | None:
    """Where the parser stops, or ``None`` if everything fits."""
    everything = (*tokens, end_token(tokens))
    session = _dry_session(start)
    index = next((i for i, token in enumerate(everything) if not _feed(session, token)), None)
    if index is None:
        return None
    # A step that fails may have changed the session, hence a second walk up to the stop.
    session = _dry_session(start)
    for token in everything[:index]:
        session.feed_token(token)
    accepts: Callable[[], set[str]] = session.accepts
    return Stop(source, tokens, index, session, frozenset(accepts()), start)


def _dry_session(start: Start) -> InteractiveParser:
    session = load_grammar().tables.parse_interactive("", start=start)
    state = session.parser_state
    state.parse_conf = copy.copy(state.parse_conf)
    state.parse_conf.callbacks = {}
    return session


def _copy(session: InteractiveParser) -> InteractiveParser:
    duplicate: Callable[..., InteractiveParser] = session.copy
    return duplicate(deepcopy_values=False)


def _feed(session: InteractiveParser, token: Token) -> bool:
    try:
        session.feed_token(token)
    except UnexpectedToken:
        return False
    return True


def works(stop: Stop, inserted: Iterable[str], skipped: int, renamed: str = "") -> bool:
    """Whether parsing goes on when ``inserted`` terminals take the place of ``skipped`` tokens.

    Every later ``renamed`` word counts as a name. What must fit is the rest of the line, at least one token and at
    most a few: further on there may be other errors.
    """
    session = _copy(stop.session)
    first = stop.index + skipped
    if not all(_feed(session, Token(terminal, "")) for terminal in inserted):
        return False
    window = stop.tokens[first : first + _FAR_ENOUGH]
    for count, token in enumerate(window):
        if count and starts_line(stop.source, token):
            return True
        if not _feed(session, Token("NAME", "") if token == renamed else token):
            return False
    return len(window) == _FAR_ENOUGH or _feed(session, end_token(stop.tokens))


def insertions(stop: Stop) -> tuple[str, ...]:
    """The terminals of which one is missing before the token that does not fit."""
    candidates = stop.accepted - _ITEM_TERMINALS - {END}
    return tuple(sorted(terminal for terminal in candidates if works(stop, (terminal,), 0)))
