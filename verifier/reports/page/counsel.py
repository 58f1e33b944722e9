"""The answer to a question about a case, on a page: what it rests on, below the sentence that says it.

Takes a finished ``Counsel``; gives markup. Everything is said by ``reports.counsel``; here it is only laid out.
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
from verifier.reports.page.markup import Html, el, join
from verifier.reports.page.parts import Folio, bullets, cites, folded, terms
from verifier.reports.page.stories import story, sure, timeline

_HELD = MappingProxyType({"yes": ("✓", "holds", "good"), "no": ("✗", "does not hold", "bad"),
                          "open": ("?", "is open", "doubt")})  # fmt: skip


def counsel(found: Counsel, folio: Folio, level: int) -> Html:
    """What an answer rests on. ``level``: of the headings."""
    told = way_of(found)
    label, remedies = remedies_said(found)
    opened = open_said(found) if found.answer == "depends" else []
    return join(
        [
            terms(
                [
                    ("Given", bullets(map(capital, given_said(found)))),
                    ("Because", bullets(map(capital, because_said(found)))),
                ]
            ),
            terms((name, bullets(map(capital, said))) for name, said in opened),
            terms([(label, bullets(map(capital, remedies)))]),
            [el(f"h{level}", "What was checked"), _grounds(found.grounds, folio)] if found.grounds else None,
            None if told is None else [story(told, folio, level), terms([sure(told)])],
            list(_groups(found, folio, level)),
        ]
    )


def _grounds(grounds: Sequence[Ground], folio: Folio) -> Html:
    """The conditions, each with those that it rests on below it, and a sign and a word for whether it holds."""
    first = first_failing(grounds)

    def below(start: int, depth: int) -> tuple[list[Html], int]:
        """The items at that depth from a place on, and the place after them."""
        made: list[Html] = []
        place = start
        while place < len(grounds) and grounds[place].depth >= depth:
            item = grounds[place]
            inner, after = below(place + 1, item.depth + 1)
            made.append(el("li", _ground(item, place == first, folio), el("ul", inner) if inner else None))
            place = after
        return made, place

    return el("ul", below(0, 0)[0], class_="grounds")


def _ground(item: Ground, first: bool, folio: Folio) -> Html:
    sign, word, look = _HELD[item.held]
    name = ["(", el("code", item.name), ") "] if item.name is not None and item.depth == 0 else None
    held = el("span", f"{sign} {word}", class_=look)
    mark = el("strong", f" – {FIRST_FAILING}") if first else None
    return join([capital(item.text), " ", name, cites(item.cites, folio), " ", held, mark])


def _groups(found: Counsel, folio: Folio, level: int) -> Iterator[Html]:
    """Everyone of whom it is so: each group by the facts that suffice, and how it comes about."""
    for number, group in enumerate(found.groups, start=1):
        yield el(f"h{level}", f"{number}. Anyone of whom this is so:")
        yield bullets(map(capital, group_said(group, found)))
        if group.story.happenings:
            yield folded("How it comes about", timeline(group.story, folio))
    if found.groups:
        yield terms([("How sure", bullets(map(capital, groups_sure(found))))])
