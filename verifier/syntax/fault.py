"""One place where parsing stopped, and what every explanation of it needs.

Takes a ``Stop``; gives spans, labels and help lines. Decides nothing about what went wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

from lark import Token

from verifier.diagnostics.model import Diagnostic, Fix, Label, Severity
from verifier.records import dataclass
from verifier.source import SourceFile, Span
from verifier.syntax.expectations import END, FORMS
from verifier.syntax.keywords import CLAUSE_OWNERS, ITEM_WORDS
from verifier.syntax.repair import Stop


@dataclass(frozen=True, slots=True)
class Fault:
    """A stop in its file: what the detectors look at."""

    stop: Stop

    @property
    def source(self) -> SourceFile:
        """The file."""
        return self.stop.source

    @property
    def found(self) -> Token:
        """The token that does not fit."""
        return self.stop.found

    @property
    def word(self) -> str:
        """Its text."""
        return str(self.stop.found)

    @property
    def previous(self) -> Token | None:
        """The token before it."""
        return self.stop.previous

    @property
    def following(self) -> Token | None:
        """The token after it."""
        return self.stop.following

    def span(self, first: Token, last: Token | None = None) -> Span:
        """From the start of one token to the end of another."""
        return Span(self.source, first.start_pos or 0, (last or first).end_pos or 0)

    @property
    def after_previous(self) -> Span:
        """The end of the token before."""
        end = (self.previous.end_pos or 0) if self.previous is not None else (self.found.start_pos or 0)
        return Span(self.source, end, end)

    @property
    def breaks_line(self) -> bool:
        """Whether what does not fit starts a new line (or there is nothing more): the slip is then before it."""
        if self.previous is None:
            return False
        gap = self.source.text[self.previous.end_pos or 0 : self.found.start_pos or 0]
        return self.found.type == END or "\n" in gap

    def report(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        help: str | None = None,
        labels: Iterable[Label] = (),
        fixes: Iterable[Fix] = (),
    ) -> Diagnostic:
        """An error about this fault, with the form of the clause as help when there is no other."""
        return Diagnostic(code, Severity.ERROR, message, span, tuple(labels), help or self.form_help(), tuple(fixes))

    def form_help(self) -> str:
        """How the clause is written in which the fault stands; outside clauses, how one begins."""
        before = self.stop.tokens[: self.stop.index]
        item = next((str(token) for token in reversed(before) if str(token) in ITEM_WORDS), "")
        for token in reversed(before):
            owners = CLAUSE_OWNERS.get(str(token), (item,))
            if token.type.lower() == token and str(token) in FORMS and item in owners:
                return f"It is written {FORMS[str(token)]}."
        if self.stop.start == "form":
            return "Write a promise, such as `never CONDITION` or `STEP only after STEP`."
        return "Each item begins with its word, such as `source`, `fact`, `step` or `prove`."


def context(f: Fault) -> tuple[Label, ...]:
    """The start of the item in which the fault stands, if that is on another line."""
    heads = [
        (token, name)
        for token, name in zip(f.stop.tokens[: f.stop.index], f.stop.tokens[1:], strict=False)
        if str(token) in ITEM_WORDS
    ]
    if not heads:
        return ()
    word, name = heads[-1]
    span = f.span(word, name) if name.type == "NAME" else f.span(word)
    if f.source.position(span.start)[0] == f.source.position(f.found.start_pos or 0)[0] or not span.text.strip():
        return ()
    return (Label(span, f"in this {'promise' if word == 'prove' else word}"),)


def short(token: Token) -> str:
    """A token on one line, cut where it is long."""
    text = " ".join(str(token).split())
    return text if len(text) <= 40 else text[:39] + "…"
