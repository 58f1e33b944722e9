"""Rows and promises written as one would say them, each recognised by one detector.

Takes a ``Fault``; gives a diagnostic that says what to write instead, or ``None`` where the author meant another thing.
The companion of ``shapes`` and ``guesses``, for limits in the rows of a table and for answers that have an excuse.
"""

from __future__ import annotations

import re
from typing import Final

from verifier.diagnostics.model import Diagnostic, Fix
from verifier.source import Span
from verifier.syntax.fault import Fault
from verifier.syntax.keywords import ITEM_WORDS

_ITEM_TERMINALS: Final = frozenset(word.upper() for word in ITEM_WORDS)
_VALUE: Final = r"(-?\$?\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{4}-\d\d-\d\d|-?\$?\d+(?:\.\d+)?%?)"
_LIMITS: Final = tuple(
    (re.compile(pattern.replace(" ", r"\s+").replace("V", _VALUE)), meant)
    for pattern, meant in (
        (r"from V (?:to|through|until) V(?![\w.])", r"\1 to \2"),
        (r"between V (?:and|to) V(?![\w.])", r"\1 to \2"),
        (r"V\s*\.\.\s*V(?![\w.])", r"\1 to \2"),
        (r"(?:from|at least|no less than|not less than) V(?: on| up| onwards| upwards)?(?![\w.])", r">= \1"),
        (r"(?:up to and including|up to|at most|no more than|not more than|until) V(?![\w.])", r"<= \1"),
        (r"(?:above|over|more than|greater than|exceeding|after) V(?![\w.])", r"> \1"),
        (r"(?:below|under|less than|fewer than|before) V(?![\w.])", r"< \1"),
        (r"V (?:or|and) (?:more|above|over|up|later)\b", r">= \1"),
        (r"V (?:or|and) (?:less|below|under|fewer|earlier)\b", r"<= \1"),
    )
)


def limit_in_words(f: Fault) -> Diagnostic | None:
    """`row above $2,500`, `row $1,000 or less`, `row from 1 to 3`: a pattern as one would say it."""
    tokens, index = f.stop.tokens, f.stop.index
    row = next((i for i in range(index - 1, -1, -1) if tokens[i].type in {"ROW", *_ITEM_TERMINALS}), None)
    if row is None or tokens[row].type != "ROW" or any(token.type == "GIVES" for token in tokens[row:index]):
        return None
    first = next(i for i in range(index, row, -1) if tokens[i - 1].type in {"ROW", "COMMA", "VBAR"})
    begin = (tokens[first] if first < len(tokens) else f.found).start_pos or 0
    for pattern, meant in _LIMITS:
        match = pattern.match(f.source.text, begin)
        if match is None or match.end() < (f.found.start_pos or 0) or "\n" in match[0]:
            continue
        span, written = Span(f.source, begin, match.end()), match.expand(meant)
        fix = Fix(span, written, f"Write `{written}`")
        message = f"`{' '.join(match[0].split())}` is not a pattern of this language"
        advice = f"Write `{written}`{'; both ends belong to a range' if ' to ' in written else ''}."
        return f.report("E0107", message, span, help=advice, fixes=(fix,))
    return None


def excused_answer(f: Fault) -> Diagnostic | None:
    """`after s, t within 30 days unless e`: this promise has no excuse."""
    tokens, index = f.stop.tokens, f.stop.index
    if f.found.type != "UNLESS":
        return None
    types = [token.type for token in tokens[:index]]
    head = max((i for i, kind in enumerate(types) if kind in _ITEM_TERMINALS), default=-1)
    part = types[head + 1 :]
    if (head >= 0 and types[head] != "PROVE") or not ("AFTER" in part and "COMMA" in part and "WITHIN" in part):
        return None
    after = head + 1 + part.index("AFTER")
    comma = after + types[after:].index("COMMA")
    within = comma + types[comma:].index("WITHIN")
    step, answer, length = (
        " ".join(f.span(tokens[a], tokens[b - 1]).text.split())
        for a, b in ((after + 1, comma), (comma + 1, within), (within + 1, index))
    )
    late = f"today <= date of {step} + {length} or (EXCUSE)"
    advice = (
        f"An excuse may stand in a duty, where it lets time pass: `duty {answer} within {length} of {step} unless "
        f"EXCUSE`. For a step that is taken once, a promise with one is "
        f"`always {step} has happened implies {answer} has happened or {late}`."
    )
    return f.report("E0101", "This promise has no `unless`", f.span(f.found), help=advice)


def subject_and_verb(f: Fault) -> Diagnostic | None:
    """`nobody dismisses`, `clerk answers`: a promise that begins with two names."""
    tokens, index = f.stop.tokens, f.stop.index
    if f.found.type != "NAME" or f.previous is None or f.previous.type != "NAME" or f.breaks_line:
        return None
    start = index - 1
    while start and tokens[start - 1].type in {"STRING", "CITATION"}:
        start -= 1
    asked = start == 0 and f.stop.start == "form"
    if not asked and not (start > 1 and tokens[start - 2].type == "PROVE" and tokens[start - 1].type == "NAME"):
        return None
    who = str(f.previous)
    nobody = who.lower() in {"nobody", "noone", "nothing", "none"}
    advice = (
        "Say of a step that it is never taken, `never STEP has happened`, or when it may be: `STEP only if CONDITION`."
        if nobody
        else "Begin with a step, `STEP only if CONDITION`, or with what must hold, `always CONDITION`; "
        "who takes a step stands with the step, `step NAME by ACTOR`."
    )
    message = f"`{who} {f.word}` does not begin a promise"
    return f.report("E0101", message, f.span(f.previous, f.found), help=advice)


SENTENCES: Final = (limit_in_words, excused_answer)
