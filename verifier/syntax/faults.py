"""Why the parser stopped, explained to the author.

Takes the place where parsing stopped; gives one diagnostic: the first slip that fits, else what was expected. Never
shows a name of the grammar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lark import Token

from verifier.diagnostics.model import Diagnostic, Fix, Severity
from verifier.source import SourceFile, Span
from verifier.syntax.expectations import END, expected
from verifier.syntax.fault import Fault, context, short
from verifier.syntax.keywords import CLAUSE_WORDS, ITEM_WORDS
from verifier.syntax.repair import Stop
from verifier.syntax.slips import DETECTORS

_CLAUSE_TERMINALS: Final = frozenset(word.upper() for word in CLAUSE_WORDS)


def explain(stop: Stop) -> Diagnostic:
    """The most helpful description of why parsing stopped here."""
    fault = Fault(stop)
    for detector in DETECTORS:
        diagnostic = detector(fault)
        if diagnostic is not None:
            return diagnostic
    return _plain(fault)


def _plain(f: Fault) -> Diagnostic:
    wanted = expected(f.stop.accepted)
    clauses = f.stop.accepted & _CLAUSE_TERMINALS - {"THEN"}
    if f.breaks_line and f.found.type not in {END, *_CLAUSE_TERMINALS} and clauses:
        # A line that could begin a clause: what is wrong is its first word, not the end of the line before.
        return f.report("E0101", f"Expected {wanted}, found `{short(f.found)}`", f.span(f.found), labels=context(f))
    if f.breaks_line and f.previous is not None:
        message = f"Expected {wanted} after `{short(f.previous)}`"
        return f.report("E0101", message, f.after_previous, labels=context(f))
    found = "the end of the text" if f.found.type == END else f"`{short(f.found)}`"
    return f.report("E0101", f"Expected {wanted}, found {found}", f.span(f.found), labels=context(f))


# ---------------------------------------------------------------- words that parse but mean nothing


def foreign_truth(source: SourceFile, tokens: Sequence[Token]) -> tuple[Diagnostic, ...]:
    """`true` and `false` where no item of the file, and no other file, can declare such a name."""
    used = [i for i, token in enumerate(tokens) if token in {"true", "false"} and token.type == "NAME"]
    if not used or any(token.type == "USE" for token in tokens) or any(_declares(tokens, i) for i in used):
        return ()
    return tuple(_foreign_truth(source, tokens[i]) for i in used)


def _declares(tokens: Sequence[Token], index: int) -> bool:
    before = str(tokens[index - 1]) if index else ""
    after = str(tokens[index + 1]) if index + 1 < len(tokens) else ""
    if before in {"|", "="}:
        return _in_list(tokens, index)
    return after == ":" or before in {*ITEM_WORDS, "rule", "exception", "field"}


def _in_list(tokens: Sequence[Token], index: int) -> bool:
    """Whether an `=` before a token belongs to an `enum` or `reading`."""
    for token in reversed(tokens[:index]):
        if token.type.lower() in ITEM_WORDS:
            return token.type in {"ENUM", "READING"}
    return False


def _foreign_truth(source: SourceFile, token: Token) -> Diagnostic:
    meant = "yes" if str(token) == "true" else "no"
    span = Span(source, token.start_pos or 0, token.end_pos or 0)
    fixes = (Fix(span, meant, f"Write `{meant}`"),)
    return Diagnostic("E0107", Severity.ERROR, f"`{token}` is written `{meant}`", span, (), f"Write `{meant}`.", fixes)
