"""What every part of the page uses: citations and clauses as links, lists, tables, and verdicts by sign and word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from verifier.core.program import Cite, Program
from verifier.explain.citations import Cited
from verifier.explain.model import PolicyResult
from verifier.explain.portrait_model import Clause, Portrait
from verifier.explain.statements import Statement
from verifier.records import dataclass
from verifier.reports.page.markup import Child, Html, anchor, between, el, join

SIGNS = MappingProxyType(
    {
        "proved": ("✓", "Proved", "good"),
        "passed": ("✓", "Passed", "good"),
        "violated": ("✗", "Violated", "bad"),
        "failed": ("✗", "Failed", "bad"),
        "unknown": ("?", "Not decided", "doubt"),
        "error": ("✗", "Error", "bad"),
        "warning": ("!", "Warning", "doubt"),
        "info": ("·", "Note", "quiet"),
    }
)

CHAPTERS = MappingProxyType(
    {
        "promises": "The promises",
        "scenarios": "The scenarios",
        "findings": "The findings",
        "words": "The policy in plain English",
        "procedure": "The procedure",
        "assumed": "What is assumed, and what is not modelled",
        "again": "How to check this again",
        "sources": "The sources, place by place",
    }
)
"""The parts of what is told about a policy, in their order."""


GIVEN = "what is given"
"""In place of a number, for what no policy says and a question supposed."""


@dataclass(frozen=True, slots=True)
class Folio:
    """A policy on the page. ``key`` tells its places from those of the others; ``program``, ``portrait`` and the
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
        """The name of a place in this policy's part of the page."""
        return anchor(self.key, *parts)


def chapter(key: str, name: str, *children: Child) -> Html:
    """A part of what is told about a policy, which the contents lead to."""
    return el("section", el("h3", CHAPTERS[name]), *children, id=anchor(key, name))


def badge(word: str) -> Html:
    """A verdict by sign and word, never by colour alone."""
    sign, said, kind = SIGNS[word]
    return el("strong", el("span", sign, aria_hidden="true"), f" {said}", class_=f"badge {kind}")


def link(place: str, *children: Child, **attributes: str) -> Html:
    """A link to a place on the page."""
    return el("a", *children, href=f"#{place}", **attributes)


def cites(items: Iterable[Cite], folio: Folio) -> Html:
    """Citations, each leading to its place among the sources, or to the first of the places that are parts of it."""
    return between(" ", [_cite(item, folio) for item in dict.fromkeys(items)])


def _cite(item: Cite, folio: Folio) -> Html:
    for source in folio.cited:
        if source.source.name == item.source:
            place = source.find(item.locator)
            if place is not None:
                return link(folio.place("source", item.source, place), f"[{item}]", class_="cite")
    return el("span", f"[{item}]", class_="cite")


def clause_link(clause: Clause, folio: Folio) -> Html:
    """The number of a clause, leading to it."""
    if clause.number == GIVEN:
        return el("span", GIVEN, class_="number")
    place = f"{folio.base}#{folio.place('clause', clause.label)}"
    return el("a", clause.number, href=place, class_="number")


def said(statement: Statement) -> Html:
    """A sentence with the list that it announces, inside a block."""
    if not statement.items:
        return join(statement.lead)
    return join([statement.lead, el("ul", [el("li", said(item)) for item in statement.items])])


def bullets(items: Iterable[Child], class_: str | None = None) -> Html:
    """A list; nothing where it would be empty."""
    made = [el("li", item) for item in items]
    return el("ul", made, class_=class_) if made else Html("")


def terms(pairs: Iterable[tuple[str, Child]], class_: str = "terms") -> Html:
    """Labels and what they stand for; those without anything are left out."""
    made = [el("div", el("dt", label), el("dd", value)) for label, value in pairs if join(value)]
    return el("dl", made, class_=class_) if made else Html("")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]], class_: str | None = None) -> Html:
    """A table whose first cell of each row is its head. It scrolls by itself where the page is too narrow for it."""
    top = el("thead", el("tr", [el("th", head, scope="col") for head in heads]))
    body = [el("tr", el("th", row[0], scope="row"), [el("td", cell) for cell in row[1:]]) for row in rows]
    made = el("table", el("caption", caption), top, el("tbody", body), class_=class_)
    return el("div", made, class_="scroll", role="group", aria_label=caption, tabindex="0")


def folded(summary: Child, *children: Child) -> Html:
    """What need not be read at once; printed in full."""
    return el("details", el("summary", summary), *children)
