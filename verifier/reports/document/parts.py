"""What every part of a report uses: citations and clauses as links, lists, tables, and labels.

Takes results and phrases; gives nodes of ``model``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Final

from verifier.core.program import Cite, Program
from verifier.explain.citations import Cited
from verifier.explain.model import PolicyResult
from verifier.explain.portrait_model import Clause, Portrait
from verifier.explain.statements import Statement
from verifier.records import dataclass
from verifier.reports.document.model import (
    Heading,
    Item,
    Items,
    Link,
    Mark,
    Node,
    Section,
    Table,
    Terms,
    between,
    is_empty,
)

CHAPTERS = MappingProxyType(
    {
        "promises": "The promises",
        "scenarios": "The scenarios",
        "findings": "The findings",
        "coverage": "What no promise protects",
        "words": "The policy in plain English",
        "procedure": "The procedure",
        "assumed": "What is assumed, and what is not modelled",
        "again": "How to check this again",
        "sources": "The sources, place by place",
    }
)
"""The parts of what is told about a policy, in their order."""

_UNSAFE_PLACE: Final = re.compile(r"[^A-Za-z0-9_.-]")


GIVEN: Final = "what is given"
"""In place of a number, for what no policy says and a question supposed."""


@dataclass(frozen=True, slots=True)
class Folio:
    """A policy in a report. ``key`` tells its places from those of the others; ``program``, ``portrait`` and the
    ``cited`` sources are those of ``policy``. ``base``: the address of the page that has its clauses, where that is
    another one.
    """

    key: str
    policy: PolicyResult
    program: Program
    portrait: Portrait
    cited: Sequence[Cited]
    base: str = ""

    def place(self, *parts: str) -> str:
        """The name of a place in this policy's part of the report."""
        return anchor(self.key, *parts)


def anchor(*parts: str) -> str:
    """A name for a place. Different names in different policies stay different: they are identifiers."""
    return "-".join(_UNSAFE_PLACE.sub(lambda sign: f"_{ord(sign.group()):x}_", part) for part in parts)


def chapter(key: str, name: str, *body: Node) -> Section:
    """A part of what is told about a policy, which the contents lead to."""
    return Section((Heading(3, CHAPTERS[name]), *body), anchor(key, name))


def cites(items: Iterable[Cite], folio: Folio) -> Node:
    """Citations, each leading to its place among the sources, or to the first of the places that are parts of it."""
    return between(" ", [_cite(item, folio) for item in dict.fromkeys(items)])


def _cite(item: Cite, folio: Folio) -> Node:
    for source in folio.cited:
        if source.source.name == item.source:
            place = source.find(item.locator)
            if place is not None:
                return Link(folio.place("source", item.source, place), f"[{item}]", "cite")
    return Mark(f"[{item}]", "cite")


def clause_link(clause: Clause, folio: Folio) -> Node:
    """The number of a clause, leading to it."""
    if clause.number == GIVEN:
        return Mark(GIVEN, "number")
    return Link(folio.place("clause", clause.label), clause.number, "number", folio.base)


def said(statement: Statement) -> Node:
    """A sentence with the list that it announces, inside a block."""
    if not statement.items:
        return statement.lead
    return [statement.lead, Items(tuple(Item(said(item)) for item in statement.items))]


def bullets(items: Iterable[Node], look: str | None = None) -> Node:
    """A list; nothing where it would be empty."""
    made = tuple(Item(item) for item in items)
    return Items(made, look) if made else None


def terms(pairs: Iterable[tuple[str, Node]]) -> Node:
    """Labels and what they stand for; those without anything are left out."""
    made = tuple((label, value) for label, value in pairs if not is_empty(value))
    return Terms(made) if made else None


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Node]], look: str | None = None) -> Table:
    """A table whose first cell of each row is its head."""
    return Table(caption, tuple(heads), tuple(tuple(row) for row in rows), look)
