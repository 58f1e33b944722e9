"""Source coverage: which places of a cited text are modelled, by which clauses, and which are not cited.

Takes a program and, where there is one, the text of a source; gives its passages in their order. A text that marks its
passages (a line that begins with ``4.2``) is taken by its marks; else paragraphs and sentences are counted, ``4.2``
being the second sentence of the fourth paragraph, and only where every place that is cited is then there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Literal, TypeAlias

from verifier.checking.sources import Library
from verifier.core.program import Cite, Decision, Declared, Program, Promise, Scenario, Source, Step
from verifier.explain.model import PolicyResult
from verifier.records import dataclass

Counted: TypeAlias = Literal["marked", "counted", "unfit", "unread"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a source. ``text``: empty where the source is not at hand. ``clauses``, ``promises`` and
    ``scenarios``: the full names of what cites it.
    """

    locator: str
    text: str
    clauses: tuple[str, ...]
    promises: tuple[str, ...]
    scenarios: tuple[str, ...]

    @property
    def cited(self) -> bool:
        """Whether anything cites it."""
        return bool(self.clauses or self.promises or self.scenarios)


@dataclass(frozen=True, slots=True)
class Cited:
    """A source with its passages. ``counted``: how its places were found (``unfit``: some of those that are cited are
    not among those that were counted; ``unread``: there is no plain text); with both, only places that are cited.
    """

    source: Source
    counted: Counted
    passages: tuple[Passage, ...]

    def find(self, locator: str) -> str | None:
        """The passage at a cited place: itself, or the first of its parts."""
        places = [passage.locator for passage in self.passages]
        if locator in places:
            return locator
        return next((place for place in places if place.startswith(f"{locator}.")), None)


def cited_sources(program: Program, library: Library | None = None) -> tuple[Cited, ...]:
    """The sources of a policy, with what cites each of their places."""
    return tuple(_cited(source, program, _text_of(source, library)) for source in program.sources)


def cited_by_path(policies: Iterable[PolicyResult], library: Library) -> dict[str, tuple[Cited, ...]]:
    """The sources of several policies, by the path of each that could be read."""
    return {item.path: cited_sources(item.program, library) for item in policies if item.program is not None}


def _text_of(source: Source, library: Library | None) -> str | None:
    """The text of a source that is a plain text."""
    content = None if library is None else library.content(source)
    try:
        text = None if content is None else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if text is None or "\0" in text or text.lstrip().startswith(("<", "%PDF", "{\\rtf")):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cited(source: Source, program: Program, text: str | None) -> Cited:
    citing = _citing(source.name, program)
    if text is None:
        return Cited(source, "unread", tuple(_passage(place, "", citing) for place in sorted(citing, key=_natural)))
    ways: tuple[tuple[Counted, dict[str, str]], ...] = (("marked", _marked(text)), ("counted", _counted(text)))
    for counted, units in ways:
        if units and (citing or counted == "counted") and all(_found(place, units) for place in citing):
            return Cited(source, counted, tuple(_passage(place, said, citing) for place, said in units.items()))
    return Cited(source, "unfit", tuple(_passage(place, "", citing) for place in sorted(citing, key=_natural)))


# ---------------------------------------------------------------- what cites a place


@dataclass(frozen=True, slots=True)
class _Citing:
    clauses: list[str]
    promises: list[str]
    scenarios: list[str]

    def of(self, item: Declared) -> list[str]:
        """The list of the items of that kind."""
        if isinstance(item, Promise):
            return self.promises
        return self.scenarios if isinstance(item, Scenario) else self.clauses


def _citing(source: str, program: Program) -> dict[str, _Citing]:
    """By place: the full names of the clauses, promises and scenarios that cite it."""
    found: dict[str, _Citing] = {}
    for item, label, cites in _all(program):
        for cite in cites:
            if cite.source == source:
                entry = found.setdefault(cite.locator, _Citing([], [], []))
                entry.of(item).append(label)
    return found


def _all(program: Program) -> Iterator[tuple[Declared, str, tuple[Cite, ...]]]:
    for field in fields(program):
        items = getattr(program, field.name)
        for item in items if isinstance(items, tuple) else ():
            if isinstance(item, Declared):
                yield item, item.name, item.cites
                yield from _inside(item)


def _inside(item: Declared) -> Iterator[tuple[Declared, str, tuple[Cite, ...]]]:
    if isinstance(item, Decision):
        yield from ((rule, rule.full_name, rule.cites) for rule in item.rules)
        yield item, f"{item.name}.otherwise", item.otherwise_cites
    if isinstance(item, Step):
        yield from ((part, part.full_name, part.cites) for part in item.requires)
        yield from ((part, part.full_name, part.cites) for part in item.effects)


def _passage(place: str, text: str, citing: dict[str, _Citing]) -> Passage:
    """What cites the place itself, or the whole of which it is a part."""
    entries = [entry for cited, entry in citing.items() if place == cited or place.startswith(f"{cited}.")]
    return Passage(
        place,
        text,
        tuple(dict.fromkeys(name for entry in entries for name in entry.clauses)),
        tuple(dict.fromkeys(name for entry in entries for name in entry.promises)),
        tuple(dict.fromkeys(name for entry in entries for name in entry.scenarios)),
    )


def _found(place: str, units: dict[str, str]) -> bool:
    return place in units or any(unit.startswith(f"{place}.") for unit in units)


def _natural(place: str) -> list[tuple[int, int, str]]:
    """Numbers in a place in their own order: 4.10 comes after 4.9."""
    parts = re.findall(r"\d+|\D+", place)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


# ---------------------------------------------------------------- the places of a text

_MARK = re.compile(r"^[ \t]*[\[(§]?[ \t]*(?P<place>\d[\w.()-]*[\w)]|\d)[\])]?[.:]?[ \t]+(?P<text>\S.*)$", re.MULTILINE)
_ENDS = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])")
_ABBREVIATED = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|St|No|Nos|Sec|Art|Inc|Corp|Co|Ltd|vs?|cf|e\.g|i\.e))\.$")


def _marked(text: str) -> dict[str, str]:
    """The passages of a text that begins each with its place on a new line."""
    marks = list(_MARK.finditer(text))
    ends = [*(mark.start() for mark in marks), len(text)][1:]
    units = {
        mark["place"].rstrip("."): " ".join(text[mark.start("text") : end].split())
        for mark, end in zip(marks, ends, strict=True)
    }
    return units if len(units) == len(marks) else {}


def _counted(text: str) -> dict[str, str]:
    """The sentences of each paragraph, by their numbers."""
    paragraphs = [part for part in re.split(r"\n[ \t]*\n", text) if part.strip()]
    return {
        f"{number}.{place}": sentence
        for number, paragraph in enumerate(paragraphs, start=1)
        for place, sentence in enumerate(_sentences(" ".join(paragraph.split())), start=1)
    }


def _sentences(paragraph: str) -> list[str]:
    found: list[str] = []
    begun = 0
    for end in _ENDS.finditer(paragraph):
        if not _ABBREVIATED.search(paragraph[begun : end.start()]):
            found.append(paragraph[begun : end.end()].strip())
            begun = end.end()
    return [*found, paragraph[begun:].strip()] if paragraph[begun:].strip() else found
