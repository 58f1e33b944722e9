"""Lines of a text report: wrapping, hanging indents and columns. Knows nothing of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import TextWrapper

from verifier.reports.style import Style

GAP = "  "
TIE = "\u00a0"
"""A space at which no line is broken; shown as an ordinary one."""


def flow(text: str, style: Style, first: str = "", rest: str | None = None) -> list[str]:
    """A text wrapped to the style's width, its first line after ``first`` and the others after ``rest``.

    Words longer than a line stay whole: a path or a name that is cut cannot be copied.
    """
    first = style.signs(first)
    rest = " " * len(first) if rest is None else style.signs(rest)
    wrapper = TextWrapper(
        width=style.width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return _untied(wrapper.wrap(style.signs(text))) or [first.rstrip()]


def labelled(label: str, texts: Iterable[str], style: Style, width: int = 14, indent: str = GAP) -> list[str]:
    """Texts below each other in a column, the first one beside its label."""
    lines: list[str] = []
    for text in texts:
        lines.extend(flow(text, style, f"{indent}{label:<{width}}"))
        label = ""
    return lines


def boxed(text: str, style: Style) -> list[str]:
    """A text behind a bar: what the reader must not miss."""
    return flow(text, style, "┃ ", "┃ ")


def table(rows: Sequence[Sequence[str]], style: Style, widths: Sequence[int], indent: str = GAP) -> list[str]:
    """Rows of cells, each cell wrapped in its column."""
    lines: list[str] = []
    for row in rows:
        cells = [_cell(text, width, style) for text, width in zip(row, widths, strict=True)]
        for number in range(max(len(cell) for cell in cells)):
            parts = [
                (cell[number] if number < len(cell) else "").ljust(width)
                for cell, width in zip(cells, widths, strict=True)
            ]
            lines.append((indent + GAP.join(parts)).rstrip())
    return lines


def _cell(text: str, width: int, style: Style) -> list[str]:
    wrapper = TextWrapper(width=max(1, width), break_long_words=False, break_on_hyphens=False)
    return _untied(wrapper.wrap(style.signs(text))) or [""]


def _untied(lines: list[str]) -> list[str]:
    return [line.replace(TIE, " ") for line in lines]
