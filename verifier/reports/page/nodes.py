"""The document as HTML: one element for each node.

Takes nodes; gives markup. Says nothing that the document does not say.
"""

from __future__ import annotations

from typing import assert_never

from verifier.reports.document.model import (
    INLINE,
    Badge,
    Block,
    Code,
    Day,
    Drawing,
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
from verifier.reports.page.diagram import drawing
from verifier.reports.page.markup import Html, el, join


def html(node: Node) -> Html:
    """A node as markup."""
    return Html("".join(_inline(part) if isinstance(part, INLINE) else _block(part) for part in flat(node)))


def _inline(part: Inline) -> Html:
    match part:
        case str():
            return join(part)
        case Code(text, look):
            return el("code", text, class_=look)
        case Mark(body, "strong", place):
            return el("strong", html(body), id=place)
        case Mark(body, look, place):
            return el("span", html(body), class_=look, id=place)
        case Link(place, body, look, base):
            return el("a", html(body), href=f"{base}#{place}", class_=look)
        case Badge():
            return _badge(part)
        case Day(iso):
            return el("time", iso, datetime=iso)
    assert_never(part)


def _badge(badge: Badge) -> Html:
    sign, said, look = badge.signs[badge.word]
    return el("strong", el("span", sign, aria_hidden="true"), f" {said}", class_=f"badge {look}")


def _block(block: Block) -> Html:
    match block:
        case Heading(level, body):
            return el(f"h{level}", html(body))
        case Section(body, place, look):
            return el("section", html(body), id=place, class_=look)
        case Para(body, look):
            return el("p", html(body), class_=look)
        case Verdict(word, body):
            return el("div", _badge(Badge(word)), " ", html(body), class_="verdict")
        case Items(items, look, ordered):
            entries = [el("li", html(item.body), class_=item.look, id=item.place) for item in items]
            return el("ol" if ordered else "ul", entries, class_=look)
        case Terms(pairs, look):
            made = [el("div", el("dt", html(label)), el("dd", html(value))) for label, value in pairs]
            return el("dl", made, class_=look)
        case Table():
            return _table(block)
        case Folded(summary, body):
            return el("details", el("summary", html(summary)), html(body))
        case Verbatim(text, label):
            return el("pre", el("code", text), tabindex="0", role="group", aria_label=label)
        case Group(body):
            return el("div", html(body))
        case Drawing(diagram, place):
            return drawing(diagram, place, block.caption)
    assert_never(block)


def _table(table: Table) -> Html:
    """It scrolls by itself where the page is too narrow for it."""
    top = el("thead", el("tr", [el("th", head, scope="col") for head in table.heads]))
    body = [
        el("tr", el("th", html(row[0]), scope="row"), [el("td", html(cell)) for cell in row[1:]]) for row in table.rows
    ]
    made = el("table", el("caption", table.caption), top, el("tbody", body), class_=table.look)
    return el("div", made, class_="scroll", role="group", aria_label=table.caption, tabindex="0")
