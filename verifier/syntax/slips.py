"""The likely slips behind a stop of the parser, each recognised by one detector.

Takes a ``Fault``; gives a diagnostic, or ``None`` where the slip was another. A correction is proposed only if the
parser could go on after it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from lark import Token

from verifier.diagnostics.model import Diagnostic, Fix, Label
from verifier.source import Span
from verifier.syntax.expectations import END, OPERATORS, TAILS, in_words, starts_value
from verifier.syntax.fault import Fault, context, short
from verifier.syntax.grammar import load_grammar
from verifier.syntax.guesses import GUESSES
from verifier.syntax.keywords import CLAUSE_WORDS, ITEM_WORDS, KEYWORDS
from verifier.syntax.lexical import iso_date
from verifier.syntax.repair import insertions, starts_line, walk, works
from verifier.syntax.sentences import SENTENCES, subject_and_verb
from verifier.syntax.shapes import SHAPES
from verifier.syntax.synonyms import COMPARISONS, RANGED, SYNONYMS, TYPE_SYNONYMS

Detector: TypeAlias = Callable[[Fault], Diagnostic | None]

_MONTH: Final = r"(?:jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)\.?"
_LONG_DATE: Final = re.compile(
    rf"\d{{1,2}}\w{{0,2}}\s+{_MONTH},?\s+\d{{4}}|{_MONTH}\s+\d{{1,2}}\w{{0,2}},?\s+\d{{4}}", re.IGNORECASE
)
_COMPARISON: Final = re.compile(rf"(?:is\s+)?({'|'.join(COMPARISONS)})\b", re.IGNORECASE)
_LOOK_BACK: Final = 3
_BOUNDS: Final = frozenset({"WHOLE_NUMBER", "DECIMAL_NUMBER", "PERCENTAGE", "AMOUNT", "DAY", "MINUS"})
_CLAUSE_TERMINALS: Final = frozenset(word.upper() for word in CLAUSE_WORDS)


def _doubled(f: Fault) -> Diagnostic | None:
    if f.previous is None or f.previous != f.word or not works(f.stop, (), 1):
        return None
    span = f.span(f.found)
    fix = Fix(Span(f.source, f.previous.end_pos or 0, span.end), "", "Delete the second one")
    return f.report("E0101", f"`{f.word}` stands here twice", span, help="Delete one of them.", fixes=(fix,))


def _comparison_in_words(f: Fault) -> Diagnostic | None:
    """`at least`, `more than` and their like, with or without `is` before them."""
    text = f.source.text
    for first in f.stop.tokens[max(0, f.stop.index - _LOOK_BACK) : f.stop.index + 1]:
        begin = first.start_pos or 0
        match = _COMPARISON.match(" ".join(text[begin : begin + 40].split()))
        if match is None:
            continue
        span = Span(f.source, begin, _end_of_words(text, begin, len(match[0].split())))
        if span.end < (f.found.start_pos or 0):
            continue
        meant = COMPARISONS[match[1].lower()]
        fix = Fix(span, meant, f"Write `{meant}`")
        advice = f"Write `{meant}`, which means “{match[1].lower()}”."
        message = f"`{match[0]}` is not an operator of this language"
        return f.report("E0107", message, span, help=advice, fixes=(fix,))
    return None


def _end_of_words(text: str, start: int, count: int) -> int:
    match = re.compile(rf"(?:\s*\w+){{{count}}}").match(text, start)
    return match.end() if match else start


def _date(f: Fault) -> Diagnostic | None:
    """A date in words or with slashes where a date, or anything, may stand."""
    line_end = f.source.text.find("\n", f.found.start_pos or 0)
    rest = f.source.text[f.found.start_pos or 0 : line_end if line_end >= 0 else None]
    near = f.stop.tokens[max(0, f.stop.index - 2) : f.stop.index]
    candidates = [(f.found.start_pos or 0, rest)]
    candidates += [
        (each.start_pos or 0, f.source.text[each.start_pos or 0 :][:40]) for each in near if each.type != "DAY"
    ]
    for begin, written in candidates:
        match = _LONG_DATE.match(written) or re.match(r"\d{1,4}[/-]\d{1,2}[/-]\d{1,4}(?!\d)", written)
        if match is None or ("DAY" not in f.stop.accepted and begin == f.found.start_pos):
            continue
        span = Span(f.source, begin, begin + match.end())
        meant = iso_date(match[0])
        fixes = () if meant is None else (Fix(span, meant, f"Write `{meant}`"),)
        advice = "Write year, month and day: `2012-04-25`." if meant is None else f"Write `{meant}`."
        return f.report(
            "E0109", f"`{match[0]}` is not a date as this language writes them", span, help=advice, fixes=fixes
        )
    return None


def _grouped_number(f: Fault) -> Diagnostic | None:
    """`12,500`: a comma inside a number."""
    if f.found.type != "COMMA" or f.previous is None or f.following is None:
        return None
    span = f.span(f.previous, f.following)
    if not re.fullmatch(r"\d{1,3},\d{3}", span.text):
        return None
    meant = span.text.replace(",", "")
    fix = Fix(span, meant, f"Write `{meant}`")
    advice = f"Write `{meant}`, without commas; only amounts of money may have them."
    return f.report("E0111", f"`{span.text}` is not one number", span, help=advice, fixes=(fix,))


def _typographic_quote(f: Fault) -> Diagnostic | None:
    """A text that opens with a straight quotation mark, closes with a curly one and so swallows what follows."""
    if f.previous is None or f.previous.type != "STRING" or not re.search("[“”„]", f.previous):
        return None
    at = (f.previous.start_pos or 0) + re.search("[“”„]", f.previous).start()  # type: ignore[union-attr]
    span = Span(f.source, at, at + 1)
    fix = Fix(span, '"', 'Write `"`')
    message = f"Texts stand between straight double quotation marks, not `{span.text}`"
    return f.report("E0108", message, span, help='Use `"`; word processors often change it.', fixes=(fix,))


def _spaced_yes_no(f: Fault) -> Diagnostic | None:
    if f.found.type != "YES" or "YES_NO" not in f.stop.accepted:
        return None
    match = re.compile(r"yes\s*/\s*no\b").match(f.source.text, f.found.start_pos or 0)
    if match is None:
        return None
    span = Span(f.source, match.start(), match.end())
    fix = Fix(span, "yes/no", "Write `yes/no`")
    return f.report("E0101", "The type `yes/no` is written without spaces", span, help="Write `yes/no`.", fixes=(fix,))


def _hyphenated(f: Fault) -> Diagnostic | None:
    """`work-permit` as a name."""
    if f.found.type != "MINUS" or f.previous is None or f.following is None:
        return None
    match = re.compile(r"[A-Za-z_]\w*(?:-\w+)+").match(f.source.text, f.previous.start_pos or 0)
    if match is None or f.previous.type != "NAME":
        return None
    span = Span(f.source, match.start(), match.end())
    meant = match[0].replace("-", "_")
    fix = Fix(span, meant, f"Write `{meant}`")
    return f.report("E0105", f"The name `{match[0]}` contains `-`", span, help=f"Write `{meant}`.", fixes=(fix,))


def _keyword_as_name(f: Fault) -> Diagnostic | None:
    if f.word not in KEYWORDS or "NAME" not in f.stop.accepted or not works(f.stop, ("NAME",), 1, f.word):
        return None
    if f.breaks_line and f.word in (*ITEM_WORDS, *CLAUSE_WORDS):
        return None
    meant = f"{f.word}_" + ("value" if starts_value(f.stop.accepted) else "name")
    return f.report(
        "E0104",
        f"`{f.word}` is a word of the language and cannot be a name",
        f.span(f.found),
        help=f"Choose another name, such as `{meant}`.",
    )


def _misspelt(f: Fault) -> Diagnostic | None:
    """A word close to, or a synonym of, one that could stand here."""
    if not f.word[:1].isalpha():
        return None
    known = _spellings(f.stop.accepted)
    candidates = [each for each in SYNONYMS.get(f.word.lower(), ()) if each in known]
    candidates += [f.word.lower()] if f.word.lower() in known else []
    candidates += [each for each in known if sorted(each) == sorted(f.word.lower())]
    if f.word not in KEYWORDS:  # one word of the language is rarely a misspelling of another
        candidates += difflib.get_close_matches(f.word.lower(), known, n=3, cutoff=0.7)
    for meant in candidates:
        if works(f.stop, (known[meant],), 1):
            span = f.span(f.found)
            fix = Fix(span, meant, f"Write `{meant}`")
            return f.report("E0102", f"Expected `{meant}`, found `{f.word}`", span, labels=context(f), fixes=(fix,))
    return None


def _misspelt_before(f: Fault) -> Diagnostic | None:
    """A misspelt word that parses as a name, so that the parser stops at the word after it."""
    word, index = f.previous, f.stop.index
    if word is None or word.type != "NAME":
        return None
    for meant in difflib.get_close_matches(word.lower(), sorted(KEYWORDS), n=3, cutoff=0.8):
        terminal = load_grammar().words[meant]
        tokens = [*f.stop.tokens[: index - 1], Token(terminal, meant, word.start_pos, end_pos=word.end_pos)]
        stop = walk(f.source, [*tokens, *f.stop.tokens[index:]], "items")
        if stop is None or stop.index > index + 1:
            span = f.span(word)
            fix = Fix(span, meant, f"Write `{meant}`")
            return f.report("E0102", f"Expected `{meant}`, found `{word}`", span, labels=context(f), fixes=(fix,))
    return None


def _spellings(accepted: Iterable[str]) -> dict[str, str]:
    """Fixed spellings of terminals."""
    spelt = {in_words(terminal).strip("`"): terminal for terminal in accepted if terminal != END}
    return {text: terminal for text, terminal in spelt.items() if " " not in text and "," not in text}


def _type_of_another_language(f: Fault) -> Diagnostic | None:
    """`number` and its like where a type stands; those that are no words of this language are seen to by checking."""
    meant = TYPE_SYNONYMS.get(f.word.lower())
    if meant is None or "YES_NO" not in f.stop.accepted:
        return None
    span = f.span(f.found)
    fix = Fix(span, meant, f"Write `{meant}`")
    return f.report("E0102", f"Expected a type such as `{meant}`, found `{f.word}`", span, fixes=(fix,))


def _range_of_another_type(f: Fault) -> Diagnostic | None:
    """`decimal 0..1`, `intt 0..`: a range after a type that has none, or whose name is misspelt."""
    if f.previous is None or f.found.type not in _BOUNDS or not {"OR", "READS"} <= f.stop.accepted:
        return None
    written = str(f.previous).lower()
    meant = TYPE_SYNONYMS.get(written) or next(iter(difflib.get_close_matches(written, RANGED, 1)), None)
    if f.previous.type == "NAME" and meant in RANGED:
        span = f.span(f.previous)
        fix = Fix(span, meant, f"Write `{meant}`")
        return f.report("E0102", f"Expected `{meant}`, found `{f.previous}`", span, fixes=(fix,))
    advice = f"Write `{f.previous}` alone, and say what it may be with `assume`."
    message = f"Only `int` and `money` have a range, and this is `{f.previous}`"
    return f.report("E0101", message, f.span(f.found), help=advice)


def _missing(f: Fault) -> Diagnostic | None:
    """Exactly one thing is missing between two tokens; an operator only if nothing else could be."""
    clauses = frozenset() if starts_line(f.source, f.found) else _CLAUSE_TERMINALS
    candidates = set(insertions(f.stop)) - clauses
    if "NAME" in candidates and starts_value(f.stop.accepted):
        return None
    if candidates & OPERATORS:
        candidates -= TAILS  # between two values an operator is as likely
    possible = sorted(candidates - OPERATORS or candidates)
    if len(possible) != 1 or f.previous is None:
        return None
    what = in_words(possible[0])
    fixed = what.strip("`") if what.startswith("`") and what.count("`") == 2 else None
    behind = f.breaks_line and possible[0] not in _CLAUSE_TERMINALS  # a clause is missing where its line begins
    span = f.after_previous if behind else f.span(f.found)
    place = f"after `{short(f.previous)}`" if behind else f"before `{short(f.found)}`"
    fixes = () if fixed is None else (Fix(f.after_previous, _padded(f, fixed), f"Add `{fixed}`"),)
    if fixed is not None and f.breaks_line and not behind:
        fixes = (Fix(Span(f.source, span.start, span.start), f"{fixed} ", f"Add `{fixed}`"),)
    return f.report("E0101", f"{_capital(what)} is missing {place}", span, labels=context(f), fixes=fixes)


def _padded(f: Fault, word: str) -> str:
    start = f.found.start_pos or 0
    tight = f.previous is not None and f.previous.end_pos == start
    if word in ",):":
        return word + (" " if tight and word != ")" else "")
    return f" {word}" + (" " if tight else "")


def _bracket(f: Fault) -> Diagnostic | None:
    """A bracket without its partner."""
    opened: list[Token] = []
    for token in f.stop.tokens[: f.stop.index]:
        if token.type in {"LPAR", "LBRACE"}:
            opened.append(token)
        elif token.type in {"RPAR", "RBRACE"} and opened:
            opened.pop()
    if f.found.type in {"RPAR", "RBRACE"} and not opened:
        fix = Fix(f.span(f.found), "", "Delete it")
        message = f"This `{f.word}` closes nothing"
        return f.report("E0124", message, f.span(f.found), help="Delete it, or open it before.", fixes=(fix,))
    if not opened or not {"RPAR", "RBRACE"} & f.stop.accepted:
        return None
    if f.breaks_line or f.found.type in {"CITATION", "READS", "GIVES", "IF", "THEN", "BECOMES", "LBRACE", "RBRACE"}:
        mark = str(opened[-1])
        close = {"(": ")", "{": "}"}[mark]
        return f.report(
            "E0124",
            f"This `{mark}` is not closed",
            f.span(opened[-1]),
            help=f"Add `{close}` where it ends.",
            labels=(Label(f.after_previous, f"`{close}` expected here at the latest"),),
        )
    return None


def _superfluous(f: Fault) -> Diagnostic | None:
    """A mark that can simply go; words are left to the plain message."""
    if f.word[:1].isalnum() or f.found.type in {END, "STRING", "CITATION"} or not works(f.stop, (), 1):
        return None
    if f.found.type in OPERATORS and starts_value(f.stop.accepted):
        return None  # rather a value is missing before it
    span = f.span(f.found)
    fix = Fix(span, "", "Delete it")
    return f.report("E0101", f"`{f.word}` has no place here", span, labels=context(f), fixes=(fix,))


DETECTORS: Final[tuple[Detector, ...]] = (
    *SENTENCES,
    *SHAPES,
    *GUESSES,
    subject_and_verb,
    _doubled,
    _typographic_quote,
    _comparison_in_words,
    _date,
    _grouped_number,
    _spaced_yes_no,
    _hyphenated,
    _type_of_another_language,
    _keyword_as_name,
    _misspelt,
    _misspelt_before,
    _range_of_another_type,
    _bracket,
    _missing,
    _superfluous,
)


def _capital(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
