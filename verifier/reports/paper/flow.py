"""A document as blocks below each other, as paper needs it: every part of a line belongs to a paragraph.

Takes nodes; gives blocks, and the places that a link can lead to. Shared by the PDF and the Word file.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.reports.document.model import (
    INLINE,
    Block,
    Document,
    Drawing,
    Folded,
    Group,
    Heading,
    Inline,
    Item,
    Items,
    Mark,
    Node,
    Para,
    Section,
    Table,
    Terms,
    Verdict,
    flat,
)


def blocks(node: Node) -> Iterator[Block]:
    """The blocks of a node; parts of lines that stand between blocks become paragraphs."""
    line: list[Inline] = []
    for part in flat(node):
        if isinstance(part, INLINE):
            if line or not isinstance(part, str) or part.strip():
                line.append(part)
            continue
        if line:
            yield Para(line)
        line = []
        yield part
    if line:
        yield Para(line)


def arrows(drawing: Drawing) -> Items:
    """The arrows of a drawing in words."""
    return Items(tuple(Item(arc.said) for arc in drawing.diagram.arcs), "arcs", ordered=True)


def places(document: Document) -> frozenset[str]:
    """Every place of a document that links can lead to."""
    found = set(_places(document.summary))
    for article in document.articles:
        found |= {article.place, *_places(article.body)}
    return frozenset(found)


def _places(node: Node) -> Iterator[str]:
    for part in flat(node):
        match part:
            case Section(body, place) | Mark(body, _, place):
                yield from [] if place is None else [place]
                yield from _places(body)
            case Items(items):
                for item in items:
                    yield from [] if item.place is None else [item.place]
                    yield from _places(item.body)
            case Terms(pairs):
                yield from _places([side for pair in pairs for side in pair])
            case Table(_, _, rows):
                yield from _places(rows)
            case Folded(first, second):
                yield from _places([first, second])
            case Group(body) | Para(body) | Verdict(_, body) | Heading(_, body):
                yield from _places(body)
            case _:
                pass
