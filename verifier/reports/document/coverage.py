"""What no promise protects, in a report: where coverage was asked for, the clauses that could go unnoticed.

Takes a policy in a report; gives a chapter. Solves nothing.
"""

from __future__ import annotations

from verifier.explain.model import ClauseCoverage, PropertyResult
from verifier.explain.words import listed, plural
from verifier.reports.coverage import advice, summed_up
from verifier.reports.document.model import Code, Heading, Link, Node, Para, Section, between
from verifier.reports.document.parts import Folio, bullets, chapter, clause_link, said, table
from verifier.reports.document.promises import title_of


def coverage(folio: Folio) -> Section | None:
    """The clauses that no promise needs, those of which that is not known, and which promises need the others."""
    found = folio.policy.coverage
    if found is None or not found.clauses:
        return None
    left_out = listed([f"“{_title(name, folio)}”" for name in found.left_out])
    only = Para(f"Only promises that are proved count: not {left_out}.") if found.left_out else None
    free = [item for item in found.clauses if item.status == "not_needed"]
    open_ = [item for item in found.clauses if item.status == "unknown"]
    needed = [item for item in found.clauses if item.status == "needed"]
    rows: list[list[Node]] = [[_clause(item, folio), _promises(item, folio)] for item in needed]
    return chapter(
        folio.key,
        "coverage",
        Para("Each clause was taken out, and all promises verified again.", "intro"),
        Para(summed_up(found)),
        only,
        [Heading(4, "Clauses that no promise needs"), bullets([_free(item, folio) for item in free])] if free else None,
        [Heading(4, "Not settled"), bullets([_open(item, folio) for item in open_])] if open_ else None,
        [Heading(4, "Clauses that promises need"), _table(rows)] if rows else None,
    )


def _table(rows: list[list[Node]]) -> Node:
    return table("Without the clause, these promises no longer hold", ("Clause", "Promises"), rows)


def _clause(item: ClauseCoverage, folio: Folio) -> Node:
    """A clause by its number and words. Where a requirement joins several, the number of the one that is meant."""
    label, _, place = item.label.partition("#")
    clause = folio.portrait.find(label)
    if clause is None:
        return Code(item.label)
    text = " ".join(item.span.text.split())
    part: Node = [" – of its conditions, this one: ", Code(text)] if place else None
    return [clause_link(clause, folio), " ", said(clause.said), part]


def _free(item: ClauseCoverage, folio: Folio) -> Node:
    if not item.scenarios:
        return [_clause(item, folio), " Nothing notices that it is gone: ", _with_code(advice(item)), "."]
    noun, verb = ("scenario", "notices") if len(item.scenarios) == 1 else ("scenarios", "notice")
    names = between(", ", [Link(folio.place("scenario", name), Code(name)) for name in item.scenarios])
    return [_clause(item, folio), f" Only the {noun} ", names, f" {verb} that it is gone."]


def _with_code(text: str) -> Node:
    """A text in which names and lines of a policy stand between backquotes."""
    return [Code(part) if place % 2 else part for place, part in enumerate(text.split("`"))]


def _open(item: ClauseCoverage, folio: Folio) -> Node:
    said_open = plural(len(item.open), "promise") if item.open else "all promises"
    return [_clause(item, folio), f" It is not known whether {said_open} would still hold without it."]


def _promises(item: ClauseCoverage, folio: Folio) -> Node:
    own = [Link(folio.place("promise", name), _title(name, folio)) for name in item.needed_by]
    elsewhere: list[Node] = [[Code(name), " of ", Code(policy)] for policy, name in item.elsewhere]
    return bullets([*own, *elsewhere])


def _title(name: str, folio: Folio) -> str:
    found: list[PropertyResult] = [item for item in folio.policy.properties if item.name == name]
    return title_of(found[0]) if found else name
