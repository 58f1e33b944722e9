"""Words and lines of formatted text: where lines break and which columns line up.

Takes lines of words with gaps and break ranks; gives text lines. Knows nothing of the language: what a gap or a rank
is, ``verifier.syntax.format`` decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, TypeAlias

from verifier.records import dataclass

WIDTH: Final = 120
"""Columns that a line fills at most, where it can be broken at all; comments may go beyond."""

_STEP: Final = 2
_LAST_CITATION_COLUMN: Final = 104
_COLUMN_GRID: Final = 4

Rank: TypeAlias = tuple[int, int]
"""How good a place is for a line break: smaller is better. First the depth of nesting, then the kind of place."""


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on a line of its own, how far it is indented, and whether an empty line stands before it."""

    text: str
    indent: int
    blank_before: bool


@dataclass(frozen=True, slots=True)
class Word:
    """One word with the spaces before it; ``rank`` where a line may break before it.

    ``notes`` stand on lines of their own before it, ``remark`` behind it at the end of its line; both force a line
    break. ``citation`` marks the words of the citations that end a line.
    """

    text: str
    gap: int
    rank: Rank | None = None
    notes: tuple[Note, ...] = ()
    remark: str | None = None
    citation: bool = False
    starts_line: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A clause or the head of an item: a text line unless it is too long or holds comments.

    ``blank_before``: an empty line stands directly before it, behind the comments before it.
    ``columns`` are the indices of words whose start lines up with those of neighbours of the same ``kind``; 0 stands
    for a column that this line lacks.
    """

    kind: str
    indent: int
    words: tuple[Word, ...]
    blank_before: bool
    columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """A text line before its citations are lined up; ``words`` is empty for a comment or an empty line."""

    indent: int
    words: tuple[Word, ...] = ()
    text: str = ""

    @property
    def body(self) -> tuple[Word, ...]:
        """The words before the citations."""
        return tuple(word for word in self.words if not word.citation)

    @property
    def citations(self) -> tuple[Word, ...]:
        """The citations at the end."""
        return tuple(word for word in self.words if word.citation)


def lay_out(lines: Sequence[Line], closing: Sequence[Note]) -> str:
    """The text of all lines and of the comments after them."""
    rows: list[_Row] = []
    for line in _lined_up(lines):
        rows += _rows(line)
    for note in closing:
        rows += _note(note)
    while rows and not rows[0].words and not rows[0].text:
        del rows[0]
    return "".join(text + "\n" for text in _written(rows))


# ---------------------------------------------------------------- columns


def _lined_up(lines: Sequence[Line]) -> Iterator[Line]:
    """Widen the gaps before the columns of each run of neighbours of one kind."""
    for _, run in groupby(_numbered_runs(lines), key=lambda pair: pair[0]):
        yield from _aligned([line for _, line in run])


def _numbered_runs(lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    """Each line with the number of its run: lines of one kind without an empty line between them."""
    number = 0
    previous: Line | None = None
    for line in lines:
        same = previous is not None and previous.kind == line.kind
        if not same or _starts_block(line) or not line.columns:
            number += 1
        previous = line
        yield number, line


def _starts_block(line: Line) -> bool:
    return line.blank_before or any(note.blank_before for note in line.words[0].notes)


def _aligned(run: Sequence[Line]) -> list[Line]:
    lines = list(run)
    for column in range(max(len(line.columns) for line in run)):
        having = [i for i, line in enumerate(lines) if len(line.columns) > column and line.columns[column]]
        for i, widened in _lined_up_at(column, {i: lines[i] for i in having}).items():
            lines[i] = widened
    return lines


def _lined_up_at(column: int, lines: dict[int, Line]) -> dict[int, Line]:
    """The lines with one column lined up, but for those that would then need a break."""
    ends = {i: _width(line.words[: line.columns[column]]) for i, line in lines.items()}
    target = max((ends[i] + line.words[line.columns[column]].gap for i, line in lines.items()), default=0)
    widened = {i: _widened(line, column, target - ends[i]) for i, line in lines.items()}
    left = {i for i, line in widened.items() if _fits(lines[i]) and not _fits(line)}
    return _lined_up_at(column, {i: line for i, line in lines.items() if i not in left}) if left else widened


def _fits(line: Line) -> bool:
    """Whether a line needs no break and leaves room for its citations."""
    first = next(_segments(line.words))
    end = line.indent + _width(word for word in first if not word.citation)
    return end <= (_LAST_CITATION_COLUMN - _STEP if any(word.citation for word in first) else WIDTH)


def _widened(line: Line, column: int, gap: int) -> Line:
    index = line.columns[column]
    words = (*line.words[:index], replace(line.words[index], gap=gap), *line.words[index + 1 :])
    return replace(line, words=words)


def _width(words: Iterable[Word]) -> int:
    return sum(word.gap + len(word.text) for word in words)


# ---------------------------------------------------------------- line breaks


def _rows(line: Line) -> Iterator[_Row]:
    """The text lines of a line: its comments and pieces, later pieces further in."""
    for note in line.words[0].notes:
        yield from _note(replace(note, indent=max(note.indent, line.indent)))
    if line.blank_before:
        yield _Row(0)
    first = True
    for segment in _segments(line.words):
        if not first:
            for note in segment[0].notes:
                yield _Row(_indent(line, segment[0]), (), note.text)
        for piece in _pieces(line, segment, first):
            yield _Row(line.indent if first else _indent(line, piece[0]), piece)
            first = False


def _indent(line: Line, first: Word) -> int:
    """How far in a later piece of a line stands: one step for the best kind of break, two for the others."""
    best = first.rank is not None and first.rank[1] == 0
    return line.indent + (_STEP if best else 2 * _STEP)


def _note(note: Note) -> Iterator[_Row]:
    if note.blank_before:
        yield _Row(0)
    yield _Row(note.indent, (), note.text)


def _segments(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """Words between the line breaks that must be."""
    start = 0
    for index in range(1, len(words)):
        if words[index].starts_line or words[index].notes or words[index - 1].remark is not None:
            yield tuple(words[start:index])
            start = index
    yield tuple(words[start:])


def _pieces(line: Line, segment: Sequence[Word], first: bool) -> Iterator[tuple[Word, ...]]:
    """Words that fit on a line each, broken at the best places."""
    start = 0
    while start < len(segment):
        indent = line.indent if first else _indent(line, segment[start])
        end = _break(segment, start, WIDTH - indent)
        yield (replace(segment[start], gap=0), *segment[start + 1 : end])
        start, first = end, False


def _break(words: Sequence[Word], start: int, room: int) -> int:
    """Where the line that starts at ``start`` ends: the last of the best places that fit, else the first place."""
    used = 0
    fitting = len(words)
    for index in range(start, len(words)):
        used += len(words[index].text) + (words[index].gap if index > start else 0)
        if used > room:
            fitting = index
            break
    else:
        return len(words)
    places = [(index, rank) for index in range(start + 1, len(words)) if (rank := words[index].rank) is not None]
    inside = [(rank, -index) for index, rank in places if index <= fitting]
    if inside:
        return -min(inside)[1]
    return places[0][0] if places else len(words)


# ---------------------------------------------------------------- citations and text


def _written(rows: Sequence[_Row]) -> Iterator[str]:
    """The text of all rows with their citations in one column, as notes in a margin; no two empty rows in a row."""
    column = _citation_column(rows)
    for empty, block in groupby(rows, key=lambda row: not row.words and not row.text):
        yield from [""] if empty else (_text(row, column) for row in block)


def _citation_column(rows: Iterable[_Row]) -> int:
    """Where citations start: after the longest line before one that leaves room for it."""
    ends = [row.indent + _width(row.body) + _STEP for row in rows if row.citations and row.body]
    furthest = max((end for end in ends if end <= _LAST_CITATION_COLUMN), default=0)
    return -(-furthest // _COLUMN_GRID) * _COLUMN_GRID


def _text(row: _Row, column: int) -> str:
    if not row.words:
        return " " * row.indent + row.text
    body = " " * row.indent + "".join(" " * word.gap + word.text for word in row.body)
    cited = "".join(" " * (word.gap if index else 0) + word.text for index, word in enumerate(row.citations))
    if cited:
        least = len(body) + (_STEP if row.body else 0)
        body = body.ljust(column if column >= least and column + len(cited) <= WIDTH else least) + cited
    remark = row.words[-1].remark
    return body if remark is None else f"{body}  {remark}"
