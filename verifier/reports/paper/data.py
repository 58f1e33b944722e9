"""A document as plain data for the template of the PDF, which knows how to set it and nothing of results.

Takes a document; gives JSON. Every text of a policy stays a text there, so that none can become an instruction of the
typesetter. A link that leads nowhere in this document is left as its text.
"""

from __future__ import annotations

import json
from collections.abc import Container
from typing import Any, TypeAlias, assert_never

from verifier.records import dataclass
from verifier.reports.document.model import (
    INLINE,
    SIGNS,
    Article,
    Badge,
    Block,
    Code,
    Day,
    Document,
    Drawing,
    Entry,
    Folded,
    Group,
    Heading,
    Inline,
    Items,
    Link,
    Mark,
    Node,
    Para,
    Section,
    Table,
    Terms,
    Verbatim,
    Verdict,
    flat,
)
from verifier.reports.page.diagram import picture
from verifier.reports.paper.flow import arrows, blocks, places
from verifier.reports.style import shown

Data: TypeAlias = "dict[str, Any] | str"

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" '
_LOOK = (
    "<style>.box{fill:#f6f2e8;stroke:#5c574e}.arc{fill:none;stroke:#5c574e;stroke-width:1.3}"
    ".disc{fill:#fff;stroke:#5c574e}text{fill:#000;text-anchor:middle;font-family:'Libertinus Serif';font-size:14px}"
    ".count{font-size:11px;font-weight:600}.begin{font-size:12px;font-style:italic;fill:#5c574e}</style>"
)
"""What the page's style says of a drawing, in the one font that the typesetter brings along."""


def as_json(document: Document) -> str:
    """The document as the template reads it."""
    setter = _Setter(places(document), set())
    summary = setter.blocks(document.summary)
    articles = [_article(article, document.heading(article), setter) for article in document.articles]
    index = [
        {"title": shown(article.title), "entries": [_entry(entry) for entry in article.index]}
        for article in document.articles
        if article.index
    ]
    made = f"Made by {document.made_by}."
    whole = {
        "title": shown(document.title),
        "made": made,
        "alone": document.alone,
        "summary": summary,
        "articles": articles,
    }
    return json.dumps({**whole, "index": index}, ensure_ascii=False)


def _article(article: Article, title: str, setter: _Setter) -> dict[str, Any]:
    return {
        "title": shown(title),
        "place": setter.claimed(article.place),
        "path": shown(article.path),
        "body": setter.blocks(article.body),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    others = [place for _, place in entry.others]
    return {"term": shown(entry.term), "number": entry.number, "place": entry.place, "others": others}


@dataclass(slots=True)
class _Setter:
    """Nodes as data. ``known``: the places of the document; ``taken``: those already set, each of which is set once."""

    known: Container[str]
    taken: set[str]

    def claimed(self, place: str | None) -> str | None:
        """A place, where it stands for the first time."""
        if place is None or place in self.taken:
            return None
        self.taken.add(place)
        return place

    def line(self, node: Node) -> list[Data]:
        """The parts of a line; blocks have no place there."""
        return [self._inline(part) for part in flat(node) if isinstance(part, INLINE)]

    def _inline(self, part: Inline) -> Data:
        match part:
            case str():
                return shown(part)
            case Code(text, look):
                return {"k": "code", "text": shown(text), "look": look}
            case Mark(body, look, place):
                return {"k": "mark", "body": self.line(body), "look": look, "place": self.claimed(place)}
            case Link(place, body, look, base):
                to = place if not base and place in self.known else None
                return {"k": "link", "body": self.line(body), "look": look, "to": to}
            case Badge(word, signs):
                sign, said, look = signs[word]
                return {"k": "badge", "sign": sign, "said": said, "look": look}
            case Day(iso):
                return {"k": "day", "text": iso}
        assert_never(part)

    def blocks(self, node: Node) -> list[Data]:
        """The blocks of a node."""
        return [made for block in blocks(node) for made in self._block(block)]

    def _block(self, block: Block) -> list[Data]:
        match block:
            case Heading(level, body):
                return [{"k": "heading", "level": level - 1, "body": self.line(body), "place": None}]
            case Section(body, place, look):
                return [{"k": "section", "look": look, "body": self._placed(self.blocks(body), place)}]
            case Para(body, look):
                return [{"k": "para", "body": self.line(body), "look": look}]
            case Verdict(word, body):
                sentence = self.blocks(body)
                badge = self._inline(Badge(word, SIGNS))
                return [{"k": "verdict", "badge": badge, "look": SIGNS[word][2], "body": sentence}]
            case Items(items, look, ordered):
                entries = [
                    {"body": self.blocks(item.body), "look": item.look, "place": self.claimed(item.place)}
                    for item in items
                ]
                return [{"k": "items", "items": entries, "look": look, "ordered": ordered}]
            case Terms(pairs, look):
                made = [{"label": self.line(label), "body": self.blocks(value)} for label, value in pairs]
                return [{"k": "terms", "pairs": made, "look": look}]
            case Table():
                return [self._table(block)]
            case Folded(summary, body):
                return [{"k": "folded", "summary": self.line(summary), "body": self.blocks(body)}]
            case Verbatim(text, label):
                return [{"k": "verbatim", "text": shown(text), "label": label}]
            case Group(body):
                return [{"k": "group", "body": self.blocks(body)}]
            case Drawing():
                return self._drawing(block)
        assert_never(block)

    def _placed(self, made: list[Data], place: str | None) -> list[Data]:
        """The blocks of a section, whose place is that of its heading."""
        claimed = self.claimed(place)
        if claimed is not None and made and isinstance(made[0], dict) and made[0]["k"] == "heading":
            made[0]["place"] = claimed
        elif claimed is not None:
            made.insert(0, {"k": "place", "place": claimed})
        return made

    def _table(self, table: Table) -> dict[str, Any]:
        rows = [[self.blocks(cell) for cell in row] for row in table.rows]
        heads = [shown(head) for head in table.heads]
        return {"k": "table", "caption": shown(table.caption), "heads": heads, "rows": rows, "look": table.look}

    def _drawing(self, drawing: Drawing) -> list[Data]:
        diagram = drawing.diagram
        svg = picture(diagram, drawing.place).strip().replace("<svg ", _SVG, 1)
        start = svg.index(">") + 1
        figure = {
            "k": "drawing",
            "svg": f"{svg[:start]}{_LOOK}{svg[start:]}",
            "alt": shown(f"{diagram.title}: drawn as boxes and arrows; the list below says the same."),
            "caption": shown(drawing.caption),
        }
        heading = {"k": "heading", "level": 3, "body": [shown(diagram.title)], "place": None}
        return [heading, figure, *self._block(arrows(drawing))]
