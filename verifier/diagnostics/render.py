"""A diagnostic as text for people: message, the place in its source, what to do.

Takes a ``Diagnostic``; gives lines of plain or coloured text. Computes display columns (tabs, wide and combining
characters) itself, shortens long lines around what matters, and shows no control character as it is. Prints nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from types import MappingProxyType
from typing import Final

from verifier.diagnostics.model import Diagnostic, Fix, Severity
from verifier.records import dataclass
from verifier.source import SourceFile, Span

_TAB: Final = 4
_WIDTH: Final = 120
_UNBOUND: Final = 1_000_000
_MARGIN: Final = 12
_LONGEST_BLOCK: Final = 6
_RESET: Final = "\x1b[0m"
_COLORS: Final = MappingProxyType(
    {
        Severity.ERROR: "\x1b[1;31m",
        Severity.WARNING: "\x1b[1;33m",
        Severity.INFO: "\x1b[1;36m",
        "message": "\x1b[1m",
        "frame": "\x1b[1;34m",
        "label": "\x1b[1;36m",
        "fix": "\x1b[32m",
    }
)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a frame looks; ``free``: the columns beside the numbers of lines."""

    severity: Severity
    color: bool
    free: int

    @property
    def room(self) -> int:
        """The columns for a line of the source."""
        return min(_WIDTH, self.free)


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is marked on one line: display columns ``start..end`` (from 0), how, and what is said about it."""

    line: int
    start: int
    end: int
    primary: bool
    message: str


def render(diagnostic: Diagnostic, color: bool, width: int = _UNBOUND) -> str:
    """The diagnostic as lines of text without a final line end. ``width``: columns in which messages are wrapped and
    long lines of a source shortened; without it, messages stay on one line.
    """
    severity = diagnostic.severity
    head = f"{severity.value}[{diagnostic.code}]"
    first, *more = _wrapped(f"{head}: {_safe(diagnostic.message)}", width, "  ")
    lines = [_paint(head, severity, color) + _paint(first[len(head) :], "message", color)]
    lines += [_paint(line, "message", color) for line in more]
    gutter = 1
    if diagnostic.span is not None:
        frames = _frames(diagnostic)
        gutter = max(len(str(mark.line)) for _, marks in frames for mark in marks)
        look = _Look(severity, color, max(2 * _MARGIN, width - gutter - len(" | ")))
        for index, (source, marks) in enumerate(frames):
            lines += _frame(source, marks, gutter, index == 0, look)
    lines += _advice(diagnostic, gutter, color, width)
    return "\n".join(lines)


def render_all(diagnostics: Iterable[Diagnostic], color: bool, width: int = _UNBOUND) -> str:
    """Several diagnostics with an empty line between them."""
    return "\n\n".join(render(each, color, width) for each in diagnostics)


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    """A text in lines that fit, the later ones indented; a word that is longer than a line stays whole."""
    if len(text) <= width:
        return [text]
    return wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _paint(text: str, style: Severity | str, color: bool) -> str:
    return f"{_COLORS[style]}{text}{_RESET}" if color else text


# ---------------------------------------------------------------- what is marked where


def _frames(diagnostic: Diagnostic) -> list[tuple[SourceFile, list[_Mark]]]:
    """Marks by file, the file of the primary span first."""
    assert diagnostic.span is not None
    marks: dict[int, tuple[SourceFile, list[_Mark]]] = {}
    spans = [(diagnostic.span, True, ""), *((label.span, False, label.message) for label in diagnostic.labels)]
    for span, primary, message in spans:
        marks.setdefault(id(span.source), (span.source, []))[1].extend(_marks(span, primary, _safe(message)))
    return list(marks.values())


def _marks(span: Span, primary: bool, message: str) -> Iterator[_Mark]:
    """One mark for each line of a span; the message goes with the last."""
    (first, start), (last, end) = span.first, span.last
    if last > first and end == 1:
        last, end = last - 1, len(span.source.line(last - 1)) + 1
    for line in _shown_lines(first, last):
        text = span.source.line(line)
        indent = len(text) - len(text.lstrip())
        left = start - 1 if line == first else indent
        right = end - 1 if line == last else len(text.rstrip())
        column = _display(text[:left])
        width = max(1, _display(text[:right]) - column)
        yield _Mark(line, column, column + width, primary, message if line == last else "")


def _shown_lines(first: int, last: int) -> Iterable[int]:
    """All lines of a short block; of a long one, its first and last lines."""
    if last - first < _LONGEST_BLOCK:
        return range(first, last + 1)
    return (first, first + 1, last - 1, last)


# ---------------------------------------------------------------- a frame


def _frame(source: SourceFile, marks: Sequence[_Mark], gutter: int, first: bool, look: _Look) -> Iterator[str]:
    """The lines of one file that carry marks."""
    color, room = look.color, look.room
    place = min((mark for mark in marks if mark.primary), key=lambda mark: mark.line, default=marks[0])
    arrow = _paint(f"{' ' * gutter}{'-->' if first else ':::'}", "frame", color)
    column = _column_at(source.line(place.line), place.start)
    yield f"{arrow} {_safe(source.path)}:{place.line}:{column}"
    bar = _paint(f"{' ' * gutter} |", "frame", color)
    yield bar
    previous = None
    for line in sorted({mark.line for mark in marks}):
        if previous is not None and line > previous + 1:
            yield _paint(
                "..." if line > previous + 2 else _numbered(previous + 1, source, gutter, room), "frame", color
            )
        previous = line
        here = [mark for mark in marks if mark.line == line]
        text, shift = _window(_shown(source.line(line)), here, room)
        yield _paint(f"{line:>{gutter}} |", "frame", color) + (f" {text}" if text else "")
        for row in _rows([_shifted(mark, shift, room) for mark in here], look):
            yield f"{bar} {row}"


def _numbered(line: int, source: SourceFile, gutter: int, room: int) -> str:
    """A line shown only because its neighbours are marked."""
    text, _ = _window(_shown(source.line(line)), [], room)
    return f"{line:>{gutter}} |" + (f" {text}" if text else "")


def _column_at(line: str, display: int) -> int:
    """The column (from 1) of a display column."""
    return next((i + 1 for i in range(len(line) + 1) if _display(line[:i]) >= display), len(line) + 1)


def _shifted(mark: _Mark, shift: int, room: int) -> _Mark:
    start = max(0, mark.start - shift)
    return _Mark(mark.line, start, max(start + 1, min(mark.end - shift, room)), mark.primary, mark.message)


def _window(text: str, marks: Sequence[_Mark], room: int) -> tuple[str, int]:
    """The part of a long line that shows its first mark, and by how many columns marks move left."""
    text = text.rstrip()
    if len(text) <= room:
        return text, 0
    focus = min((mark.start for mark in marks if mark.primary), default=min((m.start for m in marks), default=0))
    start = 0 if focus < room - _MARGIN else focus - _MARGIN
    shown = text[start : start + room]
    if start:
        shown = "…" + shown[1:]
    if start + room < len(text):
        shown = shown[:-1] + "…"
    return shown, start


def _rows(marks: Sequence[_Mark], look: _Look) -> Iterator[str]:
    """The rows under a line: all marks, the message of the rightmost beside it, the others below, right to left."""
    severity, color = look.severity, look.color
    ordered = sorted(marks, key=lambda mark: (mark.start, not mark.primary))
    row, column = "", 0
    for mark in sorted(ordered, key=lambda each: (each.start, each.primary)):
        if mark.start < column:
            continue
        style: Severity | str = severity if mark.primary else "label"
        row += " " * (mark.start - column) + _paint(
            ("^" if mark.primary else "-") * (mark.end - mark.start), style, color
        )
        column = mark.end
    spoken = [mark for mark in ordered if mark.message]
    fits = bool(spoken) and column + 1 + len(spoken[-1].message) <= look.free
    if spoken and spoken[-1].start == ordered[-1].start and fits:
        last = spoken.pop()
        row += " " + _paint(last.message, severity if last.primary else "label", color)
    yield row
    for mark in reversed(spoken):
        start = min(mark.start, max(0, look.free - len(mark.message)))
        for line in _wrapped(mark.message, look.free - start, ""):
            yield " " * start + _paint(line, severity if mark.primary else "label", color)


# ---------------------------------------------------------------- what to do


def _advice(diagnostic: Diagnostic, gutter: int, color: bool, width: int) -> Iterator[str]:
    if diagnostic.help or diagnostic.fixes:
        yield _paint(f"{' ' * gutter} |", "frame", color)
    if diagnostic.help:
        yield from _piece("help", _safe(diagnostic.help), gutter, color, width)
    for fix in diagnostic.fixes:
        after = _corrected(fix)
        lines = list(_piece("fix", _safe(fix.message) + (f", giving: {after}" if after else ""), gutter, color, width))
        if after and lines[-1].endswith(after):
            lines[-1] = lines[-1].removesuffix(after) + _paint(after, "fix", color)
        yield from lines


def _piece(label: str, text: str, gutter: int, color: bool, width: int) -> Iterator[str]:
    """A piece of advice, wrapped under itself."""
    margin = " " * gutter
    first, *more = _wrapped(f"{margin} = {label}: {text}", width, f"{margin}   ")
    opening = f"{_paint(f'{margin} =', 'frame', color)} {_paint(label, 'message', color)}"
    yield opening + first[len(f"{margin} = {label}") :]
    yield from more


def _corrected(fix: Fix) -> str:
    """The line as the fix would leave it, where it stays one short line."""
    line, column = fix.span.first
    before = fix.span.source.line(line)
    if fix.span.last[0] != line or "\n" in fix.replacement:
        return ""
    after = before[: column - 1] + fix.replacement + before[fix.span.last[1] - 1 :]
    shown = _shown(after).strip()
    return shown if 0 < len(shown) <= _WIDTH else ""


# ---------------------------------------------------------------- characters


def _shown(text: str) -> str:
    """A line as it can be displayed: tabs as spaces, what cannot be seen as a mark."""
    out: list[str] = []
    column = 0
    for character in text:
        shown = _glyph(character, column)
        out.append(shown)
        column += _width(shown)
    return "".join(out)


def _display(text: str) -> int:
    """The display width of a text that starts a line."""
    column = 0
    for character in text:
        column += _width(_glyph(character, column))
    return column


def _glyph(character: str, column: int) -> str:
    if character == "\t":
        return " " * (_TAB - column % _TAB)
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return "�"


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def _safe(text: str) -> str:
    """A message without characters that could move the cursor or the reading direction."""
    return "".join(each if each.isprintable() else "�" if each != "\t" else " " for each in text)
