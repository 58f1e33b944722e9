r"""Source files and spans: all line and column arithmetic of the project.

Takes text and offsets; gives lines and columns. Never reads a file itself.
Offsets count code points of the text; lines and columns count from 1. Only ``\n`` ends a line.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from verifier.records import dataclass


@dataclass(frozen=True, eq=False)
class SourceFile:
    """One policy text. Compared by identity; ``path`` is as the user wrote it."""

    path: str
    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of each line."""
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1) of an offset; past the end gives the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1) without its line end; empty past the last line."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open range ``start..end`` of offsets in a source file."""

    source: SourceFile
    start: int
    end: int

    @property
    def text(self) -> str:
        """The spanned text itself."""
        return self.source.text[self.start : self.end]

    @property
    def first(self) -> tuple[int, int]:
        """Line and column of the first character."""
        return self.source.position(self.start)

    @property
    def last(self) -> tuple[int, int]:
        """Line and column just after the last character."""
        return self.source.position(self.end)

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of another in the same file."""
        return Span(self.source, self.start, max(self.end, other.end))

    def __str__(self) -> str:
        line, column = self.first
        return f"{self.source.path}:{line}:{column}"
