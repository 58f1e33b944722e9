"""Spellings that are not of this language but whose meaning is plain: operators of programming languages, typographic
quotation marks, amounts and dates written another way.

Takes one such spelling and its place; gives the problem and the tokens that stand in for it, so that the parser goes on
as if the author had written what was meant. Every pattern here matches only what no valid policy contains.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from types import MappingProxyType
from typing import Final, TypeAlias

from verifier.diagnostics.model import Diagnostic, Fix, Severity
from verifier.records import dataclass
from verifier.source import Span

StandIn: TypeAlias = tuple[str, str]
"""Terminal and text of a token that replaces a spelling."""


@dataclass(frozen=True, slots=True)
class Misspelling:
    """What is wrong with a spelling, and what the parser shall read instead."""

    problem: Diagnostic
    stand_ins: tuple[StandIn, ...]


Reader: TypeAlias = Callable[[Span], Misspelling]


def _misspelling(
    code: str,
    message: str,
    span: Span,
    stand_ins: tuple[StandIn, ...],
    *,
    help: str,
    replacement: str | None = None,
) -> Misspelling:
    fixes = (
        () if replacement is None else (Fix(span, replacement, f"Write `{replacement}`" if replacement else "Delete"),)
    )
    return Misspelling(Diagnostic(code, Severity.ERROR, message, span, (), help, fixes), stand_ins)


# ---------------------------------------------------------------- operators

_OPERATORS: Final = MappingProxyType(
    {
        "==": ("is", (("IS", "is"),)),
        "===": ("is", (("IS", "is"),)),
        "!=": ("is not", (("IS", "is"), ("NOT", "not"))),
        "<>": ("is not", (("IS", "is"), ("NOT", "not"))),
        "≠": ("is not", (("IS", "is"), ("NOT", "not"))),
        "&&": ("and", (("AND", "and"),)),
        "&": ("and", (("AND", "and"),)),
        "||": ("or", (("OR", "or"),)),
        "!": ("not ", (("NOT", "not"),)),
        "¬": ("not ", (("NOT", "not"),)),
        "∧": ("and", (("AND", "and"),)),
        "∨": ("or", (("OR", "or"),)),
        "=>": ("implies", (("IMPLIES", "implies"),)),
        "->": ("implies", (("IMPLIES", "implies"),)),
        "⇒": ("implies", (("IMPLIES", "implies"),)),
        "→": ("implies", (("IMPLIES", "implies"),)),
        "=<": ("<=", (("AT_MOST", "<="),)),
        "≤": ("<=", (("AT_MOST", "<="),)),
        "≥": (">=", (("AT_LEAST", ">="),)),
        ":=": ("becomes", (("BECOMES", "becomes"),)),
        "×": ("*", (("STAR", "*"),)),
        "÷": ("/", (("SLASH", "/"),)),
        "−": ("-", (("MINUS", "-"),)),
        "–": ("-", (("MINUS", "-"),)),
        "—": ("-", (("MINUS", "-"),)),
        "…": ("..", (("RANGE", ".."),)),
    }
)


def _operator(span: Span) -> Misspelling:
    written = span.text
    meant, stand_ins = _OPERATORS[written]
    advice = f"Write `{meant.strip()}` instead of `{written}`."
    if written == "=>":
        advice = "Write `implies` for “if … then”, or `>=` for “at least”."
    message = f"`{written}` is not an operator of this language"
    return _misspelling("E0107", message, span, stand_ins, help=advice, replacement=meant)


def _semicolon(span: Span) -> Misspelling:
    advice = "Delete it: clauses and items end where the next one starts."
    return _misspelling("E0105", "`;` has no meaning here", span, (), help=advice, replacement="")


def _comment(span: Span) -> Misspelling:
    return _misspelling(
        "E0107",
        "`//` does not start a comment",
        span,
        (),
        help="Start comments with `#`.",
        replacement="#" + span.text.removeprefix("//"),
    )


# ---------------------------------------------------------------- quotation marks

_STRAIGHT: Final = 'Use `"`; word processors often change it.'


def _unclosed_string(span: Span) -> Misspelling:
    if re.search("[“”„]", span.text):
        return _foreign_quotes(Span(span.source, span.start, span.start + len(span.text.rstrip())))
    line_start = span.source.text.rfind("\n", 0, span.start) + 1
    curly = re.search("[“”„]", span.source.text[line_start : span.start])
    if curly is not None:
        # A text that closed with a curly mark swallowed the next opening mark, and this is what is left over.
        at = Span(span.source, line_start + curly.start(), line_start + curly.end())
        stand_ins: tuple[StandIn, ...] = (("STRING", '""'),)
        message = f"Texts stand between straight double quotation marks, not `{at.text}`"
        return _misspelling("E0108", message, at, stand_ins, help=_STRAIGHT, replacement='"')
    before = span.source.text[line_start : span.start]
    if re.search(r"[^\s\"(/|]$", before):
        at = Span(span.source, span.start, span.start + 1)
        message = 'A `"` is missing on this line' if '"' in before else 'This text has no `"` at its beginning'
        advice = 'Each text begins and ends with `"`, and stands on one line.'
        return _misspelling("E0106", message, at, (("STRING", '""'),), help=advice)
    return _misspelling(
        "E0106",
        "This text is not closed before the end of the line",
        Span(span.source, span.start, span.start + 1),
        (("STRING", span.text.rstrip() + '"'),),
        help='Add the closing `"`; a text stands on one line.',
    )


def _foreign_mark(text: str) -> str:
    return next(character for character in text if character in "“”„‟«»‘’‚'")


def _foreign_quotes(span: Span) -> Misspelling:
    inner = span.text.strip("“”„‟«»‘’‚'\"").replace('"', "'")
    return _misspelling(
        "E0108",
        f"Texts stand between straight double quotation marks, not `{_foreign_mark(span.text)}`",
        span,
        (("STRING", f'"{inner}"'),),
        help=_STRAIGHT,
        replacement=f'"{inner}"',
    )


# ---------------------------------------------------------------- citations


_CITATION: Final = "`[source place]`, as in `[article 4.4]`, with a name declared by `source`."


def _citation(span: Span) -> Misspelling:
    closed = span.text.endswith("]")
    if closed and (braces := _as_set(span)) is not None:
        return braces
    if not span.text.strip("[] \t"):
        message, advice = "This citation is empty", f"Delete it, or name a source: {_CITATION}"
        return _misspelling("E0112", message, span, (("CITATION", "[source]"),), help=advice, replacement="")
    message = (
        "A citation names its source first" if closed else "This citation is not closed before the end of the line"
    )
    advice = f"Write {_CITATION}"
    return _misspelling("E0112", message, span, (("CITATION", "[source]"),), help=advice)


def _as_set(span: Span) -> Misspelling | None:
    """`starts []`, `is in [3, 4]`: brackets of other languages where a value is needed."""
    before = span.source.text[: span.start].rstrip()
    if not re.search(r"(?:\b(?:starts|becomes|is|in|not|with|gives|means)|[=(,])$", before):
        return None
    meant = "{" + span.text[1:-1].strip() + "}"
    message = "An empty set is written `{}`" if meant == "{}" else "A set stands in braces; brackets hold citations"
    stand_ins = (("LBRACE", "{"), ("RBRACE", "}"))
    return _misspelling("E0112", message, span, stand_ins, help=f"Write `{meant}`.", replacement=meant)


# ---------------------------------------------------------------- numbers, money, dates


def _money(span: Span) -> Misspelling:
    written = span.text
    digits = re.sub(r"[^\d.,]", "", written)
    meant = _plain_amount(digits) if written.startswith("$") else None
    advice = "Write dollars and, if any, two digits of cents, as in `$1,250.00`."
    message = f"`{written}` is not an amount of money"
    if not written.startswith("$"):
        message, advice = f"`{written[0]}` is not a currency of this language", "Amounts are in dollars: `$1,250.00`."
    return _misspelling("E0110", message, span, (("AMOUNT", "$0"),), help=advice, replacement=meant)


def _plain_amount(digits: str) -> str | None:
    """The amount with regular commas, where there is no doubt about it."""
    whole, point, cents = digits.rpartition(".") if "." in digits else (digits, "", "")
    groups = whole.split(",")
    if len(cents) > 2 or (len(groups) > 1 and len(groups[-1]) != 3):
        return None
    amount = f"${int(''.join(groups) or '0'):,}"
    return amount + (point and f".{cents:0<2}")


def _grouped_number(span: Span) -> Misspelling:
    meant = span.text.replace(",", "")
    advice = f"Write `{meant}`, without commas; only amounts of money may have them."
    message = f"`{span.text}` is not one number"
    return _misspelling("E0111", message, span, (("WHOLE_NUMBER", meant),), help=advice, replacement=meant)


def _long_number(span: Span) -> Misspelling:
    message = "This number has more than 100 digits"
    return _misspelling("E0111", message, span, (("WHOLE_NUMBER", "0"),), help="Write a smaller number.")


def _spaced_percent(span: Span) -> Misspelling:
    meant = "".join(span.text.split())
    message = "`%` stands directly after its number"
    return _misspelling("E0111", message, span, (("PERCENTAGE", meant),), help=f"Write `{meant}`.", replacement=meant)


def _dotted_date(span: Span) -> Misspelling:
    meant = iso_date(span.text)
    return _misspelling(
        "E0109",
        f"`{span.text}` is not a date as this language writes them",
        span,
        (("DAY", "2000-01-01"),),
        help="Write year, month and day: `2012-04-25`." if meant is None else f"Write `{meant}`.",
        replacement=meant,
    )


def iso_date(written: str) -> str | None:
    """The ISO form of a date in figures where only one reading is possible, else ``None``."""
    figures = [int(each) for each in re.findall(r"\d+", written)]
    if len(figures) != 3:
        return None
    if figures[0] > 31:
        year, month, day = figures
    elif figures[0] > 12 or "." in written:
        day, month, year = figures
    elif figures[1] > 12 or figures[0] == figures[1]:
        month, day, year = figures
    else:
        return None
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


# ---------------------------------------------------------------- characters and names


def _foreign_name(span: Span) -> Misspelling:
    meant = unicodedata.normalize("NFKD", span.text).encode("ascii", "ignore").decode()
    usable = re.fullmatch(r"[A-Za-z_]\w*", meant) is not None
    return _misspelling(
        "E0105",
        f"The name `{span.text}` contains letters beyond a to z",
        span,
        (("NAME", meant if usable else "name"),),
        help="Names use the letters a to z, digits and `_`; any letters may stand in texts.",
        replacement=meant if usable else None,
    )


def _stray(span: Span) -> Misspelling:
    character = span.text
    shown = f"`{character}`" if character.isprintable() else "An invisible character"
    called = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    advice = "Delete it." if character.isascii() and character.isprintable() else f"Delete it; it is called “{called}”."
    return _misspelling("E0105", f"{shown} has no meaning here", span, (), help=advice, replacement="")


_QUOTES: Final = r"[“”„‟«»][^“”„‟«»\"\n]*[“”«»\"]|‘[^‘’\n]*’|'[^'\"\n]*'"
_BAD_MONEY: Final = (
    r"\$[ \t]+\d[\d,]*(?:\.\d+)?"
    r"|\$\.\d+"
    r"|\$\d+(?:,\d+)*\.(?:\d|\d{3,})(?!\d)"
    r"|\$\d+(?:,\d+)*?,(?:0\d|\d{4,})(?!\d)[\d,]*(?:\.\d\d)?"
    r"|[€£¥]\s?\d[\d,]*(?:\.\d+)?"
)

BEFORE_TOKENS: Final[MappingProxyType[str, tuple[str, Reader]]] = MappingProxyType(
    {
        "bad_comment": (r"//[^\n]*", _comment),
        "bad_operator": (
            "|".join(re.escape(each) for each in sorted(_OPERATORS, key=len, reverse=True)),
            _operator,
        ),
        "bad_quotes": (_QUOTES, _foreign_quotes),
        "bad_length": (r"(?:\$?\d{101,}|\d+\.\d{101,}|\$\d+(?:,\d{3}){34,})(?:[.,]\d+)*%?", _long_number),
        "bad_money": (_BAD_MONEY, _money),
        "bad_date": (r"(?<![\w.])\d{1,2}\.\d{1,2}\.\d{4}(?!\d)", _dotted_date),
        "bad_number": (r"(?<![\w.,])\d{1,3}(?:,\d{3})*,0\d\d(?:,\d{3})*(?!\d)", _grouped_number),
        "bad_percent": (r"\d+(?:\.\d+)?[ \t]+%", _spaced_percent),
    }
)
"""Misspellings that must be tried before the real tokens, by the name of their group."""

AFTER_TOKENS: Final[MappingProxyType[str, tuple[str, Reader]]] = MappingProxyType(
    {
        "bad_string": (r'"[^"\n]*', _unclosed_string),
        "bad_citation": (r"\[[^\]\n]*\]?", _citation),
        "bad_semicolon": (r";", _semicolon),
        "bad_name": (r"[^\W\d]\w*", _foreign_name),
        "bad_character": (r"\S", _stray),
    }
)
"""Misspellings that remain when no real token fits."""

READERS: Final[MappingProxyType[str, Reader]] = MappingProxyType(
    {name: reader for name, (_, reader) in (*BEFORE_TOKENS.items(), *AFTER_TOKENS.items())}
)
"""How each group of misspellings is read."""


# ---------------------------------------------------------------- characters that deceive

_DIRECTION_MARKS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_LINE_MARKS: Final = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_ODD: Final = re.compile(f"[{_DIRECTION_MARKS}{_LINE_MARKS}\xa0]|\r(?!\n)")


def odd_characters(span: Span) -> tuple[Diagnostic, ...]:
    """Characters anywhere in a text, even in comments, that show readers something else than what is there."""
    found: dict[str, int] = {}
    for match in _ODD.finditer(span.text):
        found.setdefault(match[0], match.start())
    return tuple(_odd(character, Span(span.source, at, at + 1)) for character, at in found.items())


def _odd(character: str, span: Span) -> Diagnostic:
    called = unicodedata.name(character, {"\x0c": "form feed", "\r": "carriage return"}.get(character, "")).lower()
    called = called or f"U+{ord(character):04X}"
    if character in _DIRECTION_MARKS:
        message = f"The invisible character “{called}” can make this text look like another one"
        return Diagnostic("E0123", Severity.ERROR, message, span, (), "Delete it.", (Fix(span, "", "Delete it"),))
    if character == "\xa0":
        message = "This is a no-break space, not an ordinary one"
        fixes = (Fix(span, " ", "Write an ordinary space"),)
        return Diagnostic("W0102", Severity.WARNING, message, span, (), "Replace it everywhere.", fixes)
    message = f"The character “{called}” ends a line in some programs and not in others"
    fixes = (Fix(span, "\n", "Write an ordinary line end"),)
    return Diagnostic(
        "W0102", Severity.WARNING, message, span, (), "Replace it everywhere by ordinary line ends.", fixes
    )
