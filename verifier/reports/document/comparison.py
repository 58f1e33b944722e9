"""Two versions set beside each other, as nodes: each difference with a smallest case, and what becomes of promises.

Takes a finished ``Comparison``; gives nodes. What is said is said by ``reports.comparison``.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from verifier.comparison.model import Comparison, Difference, Example, InFlight, PromiseChange
from verifier.explain.model import PolicyResult
from verifier.explain.portrait_model import Portrait
from verifier.explain.statements import capital
from verifier.explain.words import spaced
from verifier.reports.comparison import (
    NOBODY_UNDER_WAY,
    STUCK,
    cases_of,
    is_broken,
    is_same,
    kept_under_way,
    phrase_of,
    unchanged,
    values_of,
    verdicts_of,
    word_of,
)
from verifier.reports.document.model import Badge, Code, Heading, Node, Para, Section
from verifier.reports.document.parts import Folio, terms
from verifier.reports.document.stories import story, sure

SIGNS = MappingProxyType(
    {
        "equivalent": ("✓", "Equivalent", "good"),
        "unknown": ("?", "Not known", "doubt"),
        "broader": ("+", "Broader", "doubt"),
        "narrower": ("−", "Narrower", "doubt"),
        "incomparable": ("±", "Incomparable", "doubt"),
        "added": ("+", "Added", "quiet"),
        "removed": ("−", "Removed", "quiet"),
        "fixed": ("✓", "Fixed", "good"),
        "broken": ("✗", "Broken", "bad"),
        "stuck": ("✗", "Stuck", "bad"),
    }
)
"""The sign, word and colour of what became of an item, of a promise, or of all."""


def comparison(found: Comparison, level: int) -> Node:
    """Everything that differs. ``level``: of the headings of its parts."""
    items = [_difference(item, level + 1) for item in found.differences if not is_same(item)]
    promises = [_promise(item, level + 1) for item in found.promises if not is_same(item)]
    same = unchanged(found)
    return [
        [Heading(level, "What differs"), items] if items else None,
        [Heading(level, "What becomes of the promises"), promises] if promises else None,
        None if found.in_flight is None else _in_flight(found.in_flight, level),
        Para(same, "meta") if same else None,
    ]


def _difference(item: Difference, level: int) -> Node:
    title = phrase_of(item) or f"{item.kind} “{spaced(item.name)}”"
    cases = [_case(f"{capital(label.lower())}{values_of(case)}", case, level + 1) for label, case in cases_of(item)]
    return _section(
        item.relation,
        capital(title),
        [
            Para([f"{item.kind} ", Code(item.name), _was(item)], "meta"),
            terms([("Note", item.reason)]),
            cases,
        ],
        level,
    )


def _promise(item: PromiseChange, level: int) -> Node:
    case = None if item.story is None or not is_broken(item) else _case("A case that breaks it", item.story, level + 1)
    named = Para(["promise ", Code(item.name), _was(item), f": {verdicts_of(item)}"], "meta")
    return _section(word_of(item), item.title or capital(spaced(item.name)), [named, case], level)


def _was(item: Difference | PromiseChange) -> Node:
    return None if item.old is None else [" (was ", Code(item.old), ")"]


def _section(word: str, title: str, body: Node, level: int) -> Node:
    return Section([Heading(level, [Badge(word, SIGNS), " ", title]), body], look="difference")


def _case(label: str, example: Example, level: int) -> Node:
    """A smallest case. Its clauses are those of both versions, so that they have no numbers."""
    policy = PolicyResult(example.program.name, example.program.source.path, example.program, ())
    folio = Folio("case", policy, example.program, Portrait(()), ())
    return [Heading(level, label), story(example.story, folio, level + 1), terms([sure(example.story)])]


# ---------------------------------------------------------------- cases under way


def _in_flight(found: InFlight, level: int) -> Node:
    """What becomes of cases under way, worst first."""
    return [Heading(level, "Cases under way"), list(_under_way(found, level + 1))]


def _under_way(found: InFlight, level: int) -> Iterator[Node]:
    for name, title, example in found.broken:
        said = Para("Kept in new cases, broken by one that is under way.")
        yield _section(
            "broken", title or capital(spaced(name)), [said, _case("Such a case", example, level + 1)], level
        )
    if found.stuck is not None:
        told = [Para(STUCK), _case("Such a case", found.stuck, level + 1)]
        yield _section("stuck", "A case comes to its end", told, level)
    for name, reason in found.unknown:
        yield _section("unknown", capital(spaced(name)), Para(capital(f"{reason}.")), level)
    if not found.broken and found.stuck is None and not found.unknown:
        yield Para(NOBODY_UNDER_WAY)
    yield Para(kept_under_way(found), "meta")
