"""The answer to a question about a case, as nodes: what it rests on, below the sentence that says it.

Takes a finished ``Counsel``; gives nodes. Everything is said by ``reports.counsel``; here it is only laid out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from verifier.counsel.model import Counsel, Ground
from verifier.explain.statements import capital
from verifier.reports.counsel import (
    FIRST_FAILING,
    because_said,
    first_failing,
    given_said,
    group_said,
    groups_sure,
    open_said,
    remedies_said,
    way_of,
)
from verifier.reports.document.model import Code, Folded, Heading, Item, Items, Mark, Node
from verifier.reports.document.parts import Folio, bullets, cites, terms
from verifier.reports.document.stories import story, sure, timeline

_HELD = MappingProxyType({"yes": ("✓", "holds", "good"), "no": ("✗", "does not hold", "bad"),
                          "open": ("?", "is open", "doubt")})  # fmt: skip


def counsel(found: Counsel, folio: Folio, level: int) -> Node:
    """What an answer rests on. ``level``: of the headings."""
    told = way_of(found)
    label, remedies = remedies_said(found)
    opened = open_said(found) if found.answer == "depends" else []
    return [
        terms(
            [
                ("Given", bullets(map(capital, given_said(found)))),
                ("Because", bullets(map(capital, because_said(found)))),
            ]
        ),
        terms((name, bullets(map(capital, said))) for name, said in opened),
        terms([(label, bullets(map(capital, remedies)))]),
        [Heading(level, "What was checked"), _grounds(found.grounds, folio)] if found.grounds else None,
        None if told is None else [story(told, folio, level), terms([sure(told)])],
        list(_groups(found, folio, level)),
    ]


def _grounds(grounds: Sequence[Ground], folio: Folio) -> Node:
    """The conditions, each with those that it rests on below it, and a sign and a word for whether it holds."""
    first = first_failing(grounds)

    def below(start: int, depth: int) -> tuple[tuple[Item, ...], int]:
        """The items at that depth from a place on, and the place after them."""
        made: list[Item] = []
        place = start
        while place < len(grounds) and grounds[place].depth >= depth:
            item = grounds[place]
            inner, after = below(place + 1, item.depth + 1)
            made.append(Item([_ground(item, place == first, folio), Items(inner) if inner else None]))
            place = after
        return tuple(made), place

    return Items(below(0, 0)[0], "grounds")


def _ground(item: Ground, first: bool, folio: Folio) -> Node:
    sign, word, look = _HELD[item.held]
    name: Node = ["(", Code(item.name), ") "] if item.name is not None and item.depth == 0 else None
    held = Mark(f"{sign} {word}", look)
    mark: Node = Mark(f" – {FIRST_FAILING}", "strong") if first else None
    return [capital(item.text), " ", name, cites(item.cites, folio), " ", held, mark]


def _groups(found: Counsel, folio: Folio, level: int) -> Iterator[Node]:
    """Everyone of whom it is so: each group by the facts that suffice, and how it comes about."""
    for number, group in enumerate(found.groups, start=1):
        yield Heading(level, f"{number}. Anyone of whom this is so:")
        yield bullets(map(capital, group_said(group, found)))
        if group.story.happenings:
            yield Folded("How it comes about", timeline(group.story, folio))
    if found.groups:
        yield terms([("How sure", bullets(map(capital, groups_sure(found))))])
