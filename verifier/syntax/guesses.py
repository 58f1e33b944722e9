"""Promises, rules, numbers and names as people first write them, each recognised by one detector.

Takes a ``Fault``; gives a diagnostic that says what to write instead, or ``None`` where the author meant another thing.
The companion of ``shapes``: there a construction is strange, here its words or their order.
"""

from __future__ import annotations

import difflib
import re
from typing import Final

from lark import Token

from verifier.diagnostics.model import Diagnostic, Fix
from verifier.source import Span
from verifier.syntax.expectations import END, OPERAND_ENDS
from verifier.syntax.fault import Fault
from verifier.syntax.keywords import ITEM_WORDS, UNIT_WORDS
from verifier.syntax.repair import starts_line

_ITEM_TERMINALS: Final = frozenset(word.upper() for word in ITEM_WORDS)
_NUMBERS: Final = frozenset(("WHOLE_NUMBER", "DECIMAL_NUMBER", "PERCENTAGE", "AMOUNT"))
_SMALLER_THAN_A_DAY: Final = ("hour", "hours", "minute", "minutes", "second", "seconds")
_KINDS_OF_DAYS: Final = ("business", "working", "calendar", "court", "banking", "consecutive", "full")
_MODALS: Final = ("must", "shall", "should", "may", "can", "cannot", "will", "requires", "needs", "no", "before")
_PROMISES: Final = (
    "About a step, write `STEP only if CONDITION` or `STEP only after STEP`; about what must hold, "
    "`always CONDITION` or `never CONDITION`"
)


def _item(f: Fault) -> Token | None:
    """The word with which the item starts in which the fault stands."""
    return next((t for t in reversed(f.stop.tokens[: f.stop.index]) if t.type in _ITEM_TERMINALS), None)


# ---------------------------------------------------------------- numbers


def unit(f: Fault) -> Diagnostic | None:
    """`60 dys`, `3 hours`, `5 business days`, `after 7`: no unit of time, or none that there is."""
    number, word = f.previous, f.word.lower()
    if number is None or number.type != "WHOLE_NUMBER" or f.breaks_line or f.found.end_pos == f.found.start_pos:
        return None
    span = f.span(f.found)
    if not starts_apart(f):
        return None
    if word in _SMALLER_THAN_A_DAY:
        return f.report("E0101", "The shortest time is a day", span, help="Write `days`, `weeks`, `months` or `years`.")
    if word in _KINDS_OF_DAYS and str(f.following).lower().startswith("day"):
        fix = Fix(f.span(f.found, f.following), "days", "Write `days`")
        advice = (
            "Write `days`; which days do not count can be said with `weekday of` in a `decide` that gives the date."
        )
        return f.report("E0101", "All days of the calendar count", span, help=advice, fixes=(fix,))
    close = difflib.get_close_matches(word, sorted(UNIT_WORDS, reverse=True), n=1, cutoff=0.7)
    if f.found.type == "NAME" and close:
        fix = Fix(span, close[0], f"Write `{close[0]}`")
        return f.report(
            "E0102", f"Expected `{close[0]}`, found `{f.word}`", span, help=f"Write `{close[0]}`.", fixes=(fix,)
        )
    return None


def starts_apart(f: Fault) -> bool:
    """Whether white space stands before what does not fit."""
    return f.previous is not None and f.previous.end_pos != f.found.start_pos


def suffix(f: Fault) -> Diagnostic | None:
    """`$5k`, `10x`: letters directly after a number."""
    if f.previous is None or f.previous.type not in _NUMBERS or f.found.type != "NAME" or starts_apart(f):
        return None
    span = f.span(f.previous, f.found)
    code = "E0110" if f.previous.type == "AMOUNT" else "E0111"
    advice = "Write every digit, as in `$5,000` or `5000`, and nothing behind the last one."
    return f.report(code, f"`{span.text}` is not a number", span, help=advice)


def bound_of_another_type(f: Fault) -> Diagnostic | None:
    """`money 0..`, `int $0..`: the end of a range without its `$`, or with one."""
    kind = "" if f.previous is None else f.previous.type
    wrong = {"MONEY": "WHOLE_NUMBER", "INT": "AMOUNT"}.get(kind)
    if wrong is None or f.found.type != wrong:
        return None
    meant = f"${f.word}" if kind == "MONEY" else f.word.lstrip("$").replace(",", "").partition(".")[0]
    span = f.span(f.found)
    message = "An amount of money starts with `$`" if kind == "MONEY" else "A plain number has no `$`"
    fix = Fix(span, meant, f"Write `{meant}`")
    return f.report("E0110" if kind == "MONEY" else "E0111", message, span, help=f"Write `{meant}`.", fixes=(fix,))


# ---------------------------------------------------------------- names and phrases


LONGEST_NAME = 8
"""How many words of a line are tried as one name."""


def split_name(f: Fault) -> Diagnostic | None:
    """`hold hearing` where the text knows `hold_hearing`."""
    if f.previous is None or f.previous.type != "NAME" or f.found.type != "NAME" or f.breaks_line:
        return None
    words, last = [str(f.previous), f.word], f.found
    for token in f.stop.tokens[f.stop.index + 1 : f.stop.index + LONGEST_NAME]:
        known = _occurs(f, "_".join(words))
        if known or token.type != "NAME" or starts_line(f.source, token):
            break
        words, last = [*words, str(token)], token
    meant = "_".join(words)
    if not _occurs(f, meant):
        return None
    span = f.span(f.previous, last)
    fix = Fix(span, meant, f"Write `{meant}`")
    return f.report("E0105", f"The name `{meant}` is written with `_`", span, help=f"Write `{meant}`.", fixes=(fix,))


def _occurs(f: Fault, name: str) -> bool:
    return re.search(rf"\b{name}\b", f.source.text) is not None


def phrase(f: Fault) -> Diagnostic | None:
    """`text "the fee"`, `"the fee"`: another word, or none, before the phrase of an item."""
    if "READS" not in f.stop.accepted:
        return None
    if f.found.type == "STRING":
        span = f.span(f.found)
        fix = Fix(Span(f.source, span.start, span.start), "reads ", "Add `reads`")
        return f.report("E0101", "`reads` is missing before this text", span, fixes=(fix,))
    if f.found.type == "NAME" and f.following is not None and f.following.type == "STRING":
        span = f.span(f.found)
        fix = Fix(span, "reads", "Write `reads`")
        return f.report("E0102", f"Expected `reads`, found `{f.word}`", span, fixes=(fix,))
    return None


def citation_in_parentheses(f: Fault) -> Diagnostic | None:
    """`(code 4.2)` where the citation `[code 4.2]` belongs."""
    if f.found.type != "LPAR" or "CITATION" not in f.stop.accepted or f.following is None:
        return None
    if not re.search(rf"^source\s+{re.escape(f.following)}\b", f.source.text, re.MULTILINE):
        return None
    start = f.found.start_pos or 0
    match = re.compile(r"\(((?:[^()\n]|\([^()\n]*\))*)\)").match(f.source.text, start)
    if match is None:
        return None
    span, meant = Span(f.source, start, match.end()), f"[{match[1]}]"
    fix = Fix(span, meant, f"Write `{meant}`")
    return f.report("E0112", "A citation stands in brackets", span, help=f"Write `{meant}`.", fixes=(fix,))


# ---------------------------------------------------------------- conditions, rules, promises


def comma_for_and(f: Fault) -> Diagnostic | None:
    """`always a, b`: conditions joined by a comma."""
    if f.found.type != "COMMA" or f.previous is None or not {"AND", "OR"} <= f.stop.accepted:
        return None
    if f.previous.type not in OPERAND_ENDS or f.following is None or f.following.type not in {"NAME", "NOT", "LPAR"}:
        return None
    advice = "Join them with `and` where both must hold, with `or` where one is enough."
    return f.report("E0101", "Conditions are not joined by a comma", f.span(f.found), help=advice)


def rule_order(f: Fault) -> Diagnostic | None:
    """`rule a if C gives V`, `rule a if C then V`, `rule a: V if C`."""
    tokens, index = f.stop.tokens, f.stop.index
    head = next(
        (i for i in range(min(index, len(tokens)) - 1, -1, -1) if tokens[i].type in {"RULE", "EXCEPTION"}), None
    )
    if head is None or "GIVES" not in f.stop.accepted or f.found.type not in {"IF", "COLON"}:
        return None
    if f.found.type == "COLON":
        span = f.span(f.found)
        fix = Fix(span, " gives", "Write `gives`")
        return f.report("E0101", "`gives` stands between a rule and its value, not `:`", span, fixes=(fix,))
    end = next(
        (
            i
            for i in range(index, len(tokens))
            if tokens[i].type == "CITATION"
            or (
                starts_line(f.source, tokens[i])
                and tokens[i].type in {"RULE", "EXCEPTION", "OTHERWISE"} | _ITEM_TERMINALS
            )
        ),
        len(tokens),
    )
    middle = next((i for i in range(index, end) if tokens[i].type in {"GIVES", "THEN"}), None)
    if middle is None or middle + 1 >= end or middle == index + 1:
        return None
    condition = f.span(tokens[index + 1], tokens[middle - 1]).text
    value = f.span(tokens[middle + 1], tokens[end - 1]).text
    span = f.span(f.found, tokens[end - 1])
    meant = f"gives {value} if {condition}"
    fixes = () if "\n" in span.text else (Fix(span, meant, f"Write `{meant}`"),)
    shown = f"Write `{meant}`." if fixes else None
    return f.report(
        "E0101", "In a rule the value comes first, then the condition", f.span(f.found), help=shown, fixes=fixes
    )


def effect(f: Fault) -> Diagnostic | None:
    """`then a = b`, `then a: b`."""
    if f.found.type not in {"EQUAL", "COLON"} or "BECOMES" not in f.stop.accepted:
        return None
    span = f.span(f.found)
    fix = Fix(span, " becomes" if f.found.type == "COLON" else "becomes", "Write `becomes`")
    return f.report("E0107", f"A step changes a status with `becomes`, not with `{f.word}`", span, fixes=(fix,))


def without_more(f: Fault) -> Diagnostic | None:
    """`prove p income never lowers fee`: `more` is missing."""
    item = _item(f)
    if item is None or item.type != "PROVE" or f.found.type not in {"LOWERS", "RAISES"} or f.stop.index < 2:
        return None
    subject = f.stop.tokens[f.stop.index - 2]
    if f.previous is None or f.previous.type != "NEVER" or subject.type != "NAME":
        return None
    span = f.span(subject)
    fix = Fix(Span(f.source, span.start, span.start), "more ", "Add `more`")
    advice = f"Write `more {subject} never {f.word} …`."
    return f.report("E0101", f"`more` is missing before `{subject}`", span, help=advice, fixes=(fix,))


def no_later_than(f: Fault) -> Diagnostic | None:
    """`only after s no later than 30 days`: `within 30 days`."""
    start = f.found.start_pos or 0
    match = re.compile(r"(?:no|not)\s+later\s+than\b").match(f.source.text, start)
    if match is None or "WITHIN" not in f.stop.accepted:
        return None
    span = Span(f.source, start, match.end())
    fix = Fix(span, "within", "Write `within`")
    message = f"`{' '.join(span.text.split())}` is written `within`"
    return f.report("E0107", message, span, help="Write `within`; its last day is included.", fixes=(fix,))


def wish(f: Fault) -> Diagnostic | None:
    """`close must …`, `no close unless …`, `never close before pay`: a promise in the words of a law."""
    item = _item(f)
    if item is None or item.type != "PROVE" or f.previous is None:
        return None
    before = str(f.previous)
    if f.word == "before" and f.stop.index > 1 and str(f.stop.tokens[f.stop.index - 2]) == "never":
        later = f"{f.following}" if f.following is not None and f.following.type == "NAME" else "STEP"
        advice = f"Write `{before} only after {later}` if `{later}` is a step, or `{before} only if CONDITION`."
        return f.report("E0101", "A promise has `only after`, not `never … before`", f.span(f.found), help=advice)
    modal = f.word if f.word.lower() in _MODALS else before if before.lower() in _MODALS else None
    if modal == "no" and (modal == f.word or not _begins(f)):
        return None
    if modal is None or (modal is before and f.found.type not in {"NAME", "NOT"}):
        return None
    marked = f.span(f.found) if modal is not before else f.span(f.previous)
    step = before if modal is not before and f.previous.type == "NAME" else f.word if f.found.type == "NAME" else None
    advice = f"{_PROMISES}." if step is None else f"{_PROMISES.replace('STEP only', f'{step} only')}."
    return f.report("E0101", f"`{modal}` is not a word of a promise", marked, help=advice)


def _begins(f: Fault) -> bool:
    """Whether the token before the fault is the first of its promise, behind name, title and citations."""
    return (
        str(f.stop.tokens[f.stop.index - 2]) == "prove"
        or f.stop.tokens[f.stop.index - 2].type
        in {
            "STRING",
            "CITATION",
        }
        or (f.stop.index > 2 and str(f.stop.tokens[f.stop.index - 3]) == "prove")
    )


def condition_alone(f: Fault) -> Diagnostic | None:
    """`prove p paid implies closed`: a condition without `always` or `never`."""
    item = _item(f)
    if item is None or item.type != "PROVE" or not {"EQUALS", "NEVER"} <= f.stop.accepted or END in f.stop.accepted:
        return None
    if not (f.found.type == END or f.found.type in {*_ITEM_TERMINALS, "CITATION", "WHILE", "UNLESS"}):
        return None
    tokens = f.stop.tokens
    start = next(i for i in range(f.stop.index - 1, -1, -1) if tokens[i] is item) + 2
    while start < f.stop.index and tokens[start].type in {"STRING", "CITATION"}:
        start += 1
    part = tokens[start : f.stop.index]
    if not part or part[-1].type not in OPERAND_ENDS:
        return None
    text = " ".join(f.span(part[0], part[-1]).text.split())
    advice = f"Write `always {text}`" if len(text) <= 60 else "Write `always` before it"
    if len(part) > 2 and part[0].type == "NAME" and part[1].type == "IMPLIES":
        rest = " ".join(f.span(part[2], part[-1]).text.split())
        advice += f", or if `{part[0]}` is a step, `{part[0]} only if {rest if len(rest) <= 40 else '…'}`"
    message = "A condition alone is no promise: it must hold always, never, or at some step"
    return f.report("E0101", message, f.span(part[0], part[-1]), help=advice + ".")


def conditional_promise(f: Fault) -> Diagnostic | None:
    """`prove p if close then paid`: an `if … then` without `else`."""
    item = _item(f)
    if item is None or item.type != "PROVE" or "ELSE" not in f.stop.accepted:
        return None
    tokens = f.stop.tokens
    start = next((i for i in range(f.stop.index - 1, -1, -1) if tokens[i].type == "IF"), None)
    middle = None if start is None else next((i for i in range(start, f.stop.index) if tokens[i].type == "THEN"), None)
    if start is None or middle is None or middle + 1 >= f.stop.index:
        return None
    condition = " ".join(f.span(tokens[start + 1], tokens[middle - 1]).text.split())
    whole = f.found.type in {END, "CITATION"} | _ITEM_TERMINALS
    rest = " ".join(f.span(tokens[middle + 1], tokens[f.stop.index - 1]).text.split()) if whole else "…"
    advice = f"Write `always {condition} implies {rest}`"
    if middle == start + 2:
        advice += f", or if `{condition}` is a step, `{condition} only if {rest}`"
    return f.report("E0101", "`if … then` needs an `else`", f.span(tokens[start], tokens[middle]), help=advice + ".")


GUESSES: Final = (
    unit,
    suffix,
    bound_of_another_type,
    phrase,
    citation_in_parentheses,
    rule_order,
    split_name,
    effect,
    without_more,
    no_later_than,
    wish,
    conditional_promise,
    condition_alone,
    comma_for_and,
)
