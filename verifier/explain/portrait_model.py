"""A policy in plain English, as data: sections of numbered clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from verifier.core.program import Cite
from verifier.explain.statements import Statement
from verifier.records import dataclass


@dataclass(frozen=True, slots=True)
class Grid:
    """A decision table: the heads of its columns, and rows of cells; the last column is the outcome."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in words. ``label``: its full name in verdicts, or the name of what it declares; empty for what is only
    said of its parent. ``origin``: the policy whose text has it. ``grid``: its ``parts`` as a table, row by row.
    """

    label: str
    said: Statement
    cites: tuple[Cite, ...]
    origin: str
    parts: tuple[Clause, ...] = ()
    because: str | None = None
    grid: Grid | None = None
    number: str = ""

    def numbered(self, number: str) -> Clause:
        """The clause with its number, and its parts with theirs."""
        parts = tuple(part.numbered(f"{number}.{place}") for place, part in enumerate(self.parts, start=1))
        return replace(self, number=number, parts=parts)


@dataclass(frozen=True, slots=True)
class Section:
    """Clauses of one kind."""

    title: str
    intro: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A whole policy."""

    sections: tuple[Section, ...]

    @property
    def clauses(self) -> Iterator[Clause]:
        """All clauses, each followed by its parts."""
        for section in self.sections:
            for clause in section.clauses:
                yield clause
                yield from clause.parts

    def find(self, label: str) -> Clause | None:
        """The clause of that full name."""
        return next((clause for clause in self.clauses if clause.label == label), None)
