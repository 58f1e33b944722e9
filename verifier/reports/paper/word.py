"""The report as a Word file: real headings, lists, tables with repeated heads, and links; drawings are lists there.

Takes a document; gives the bytes of a file, the same for the same document. Word computes the pages: those of the
contents when its fields are updated, those at the foot by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from verifier.records import dataclass
from verifier.reports.document.model import (
    INLINE,
    Article,
    Badge,
    Block,
    Code,
    Day,
    Document,
    Drawing,
    Folded,
    Group,
    Heading,
    Inline,
    Item,
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
from verifier.reports.paper.flow import arrows, blocks, places
from verifier.reports.paper.package import MARGINS, SIZE, WIDTH, packed
from verifier.reports.paper.wordml import (
    PLAIN,
    TAB,
    Face,
    Shape,
    Xml,
    join,
    paragraph,
    run,
    table,
    tag,
    to,
)

_STEP, _LABEL, _NUMBER = 360, 1900, 800
_QUIET: Final = Face(color="quiet", small=True)
_DRAWN: Final = "It is drawn in the PDF and on the page of this report; here it is as a list."


def render_docx(document: Document) -> bytes:
    """The report of a run as a Word file.

    Raises:
        ImportError: python-docx is not installed.
    """
    writer = _Writer(places(document))
    return packed(document, join(_whole(document, writer)))


# ---------------------------------------------------------------- the whole


def _whole(document: Document, writer: _Writer) -> Iterator[Xml]:
    summary = writer.blocks(document.summary, 0)
    articles = [_article(article, document.heading(article), writer) for article in document.articles]
    yield paragraph(run("Clauseproof report", _QUIET), Shape())
    yield paragraph(run(document.title), Shape(style="Title"))
    yield summary
    yield from _contents(writer.headings, 3 if document.alone else 2)
    yield from articles
    yield from _index(document, writer)


def _article(article: Article, title: str, writer: _Writer) -> Xml:
    head = writer.heading(2, title, article.place, breaks=True)
    path = paragraph(run(article.path, Face(color="quiet", mono=True)), Shape())
    return join([head, path, writer.blocks(article.body, 0)])


def _contents(headings: list[tuple[int, str, str]], depth: int) -> Iterator[Xml]:
    """A field that Word fills with pages when it is updated, and until then the same as links."""
    hint = "Each line leads to its place. For page numbers, choose the list and press F9."
    yield paragraph(run("Contents"), Shape(style="TOCHeading"))
    yield paragraph(run(hint, _QUIET), Shape())
    begin = [
        tag("r", tag("fldChar", fldCharType="begin")),
        tag("r", Xml(f'<w:instrText xml:space="preserve"> TOC \\o "1-{depth}" \\h \\z \\u </w:instrText>')),
        tag("r", tag("fldChar", fldCharType="separate")),
    ]
    shown = [item for item in headings if item[0] <= depth]
    for number, (level, title, name) in enumerate(shown):
        line = to(name, run(title, Face(bold=level == 1)))
        ends = tag("r", tag("fldChar", fldCharType="end")) if number == len(shown) - 1 else None
        yield paragraph([*(begin if number == 0 else []), line, ends], Shape(style="Contents", left=(level - 1) * 240))


def _index(document: Document, writer: _Writer) -> Iterator[Xml]:
    """The terms by the numbers of their clauses, in two columns; the end of the body says how wide a page is."""
    if not any(article.index for article in document.articles):
        yield tag("sectPr", SIZE, MARGINS)
        return
    intro = "Each term with the number of the clause that explains it, and the promises whose proofs rest on it."
    yield writer.heading(2, "Index", None, breaks=True)
    yield paragraph(run(intro, _QUIET), Shape())
    yield paragraph(None, Shape(), tag("sectPr", SIZE, MARGINS))
    for article in document.articles:
        if article.index and not document.alone:
            yield paragraph(run(article.title, Face(bold=True)), Shape(keep=True))
        for entry in article.index:
            own = [
                writer.link(entry.place, [run(f"{entry.term} ")]),
                run(f"{entry.number}", Face(bold=True, small=True)),
            ]
            others = [[run("; ", _QUIET), writer.link(place, [run(title, _QUIET)])] for title, place in entry.others]
            yield paragraph([own, others], Shape(style="Contents", left=240, hanging=240))
    yield tag("sectPr", tag("type", val="continuous"), SIZE, MARGINS, tag("cols", num=2, space=500))


# ---------------------------------------------------------------- nodes


@dataclass(frozen=True, slots=True)
class _Opening:
    """Runs that a paragraph begins with, and how far the lines below them stand in."""

    runs: Xml
    hanging: int = 0


class _Writer:
    """Nodes as paragraphs and tables. ``headings``: the level, text and bookmark of each, as they are met."""

    def __init__(self, known: frozenset[str]) -> None:
        self.headings: list[tuple[int, str, str]] = []
        self._names = {place: f"p{number}" for number, place in enumerate(sorted(known), start=1)}
        self._taken: set[str] = set()
        self._marks = 0
        self._style: str | None = None

    def heading(self, level: int, body: Node, place: str | None, breaks: bool = False) -> Xml:
        """A heading, which the contents and links can lead to."""
        name = f"h{len(self.headings) + 1}"
        self.headings.append((level - 1, _text(body), name))
        runs = [self._mark(name), self.place(place), self.line(body)]
        return paragraph(runs, Shape(style=f"Heading{level - 1}", breaks=breaks))

    def place(self, place: str | None) -> Xml:
        """A bookmark at a place, where it stands for the first time."""
        if place is None or place not in self._names or place in self._taken:
            return Xml("")
        self._taken.add(place)
        return self._mark(self._names[place])

    def _mark(self, name: str) -> Xml:
        self._marks += 1
        return join([tag("bookmarkStart", id=self._marks, name=name), tag("bookmarkEnd", id=self._marks)])

    def link(self, place: str, runs: list[Xml]) -> Xml:
        """Runs that lead to a place, where there is one."""
        return to(self._names[place], runs) if place in self._names else join(runs)

    def line(self, node: Node, face: Face = PLAIN) -> Xml:
        """The parts of a line."""
        return join([self._inline(part, face) for part in flat(node) if isinstance(part, INLINE)])

    def _inline(self, part: Inline, face: Face) -> Xml:
        match part:
            case str():
                return run(" ".join(part.split("\n")), face)
            case Code(text):
                return run(text, Face(color=face.color, mono=True))
            case Mark(body, look, place):
                return join([self.place(place), self.line(body, _face(look, face))])
            case Link(place, body, look, base):
                inner = self.line(body, _linked(look))
                return self.link(place, [inner]) if not base else inner
            case Badge(word, signs):
                sign, said, look = signs[word]
                return run(f"{sign}\u00a0{said}", Face(color=look, bold=True))
            case Day(iso):
                return run(iso, _QUIET)
        assert_never(part)

    def blocks(self, node: Node, left: int, before: _Opening | None = None) -> Xml:
        """The blocks of a node. ``before``: what the first paragraph begins with; ``left``: how far all stand in."""
        made: list[Xml] = []
        for block in blocks(node):
            opening, before = before, None
            if opening is not None and not isinstance(block, Para | Group | Verdict):
                made.append(self._lone(opening, left))
                opening = None
            made.append(self._block(block, left, opening))
        if before is not None:
            made.append(self._lone(before, left))
        return join(made)

    def _lone(self, opening: _Opening, left: int) -> Xml:
        return (
            paragraph(opening.runs, Shape(left=left, hanging=opening.hanging, keep=True)) if opening.runs else Xml("")
        )

    def _block(self, block: Block, left: int, before: _Opening | None) -> Xml:
        match block:
            case Heading(level, body):
                return self.heading(level, body, None)
            case Section(body, place):
                made = list(blocks(body))
                if made and isinstance(first := made[0], Heading):
                    return join([self.heading(first.level, first.body, place), self.blocks(made[1:], left)])
                return self.blocks(body, left, _Opening(self.place(place)))
            case Para(body, look):
                return self._para(body, look, left, before)
            case Verdict(word, body):
                return self.blocks([[Badge(word), " "], body], left, before)
            case Items(items, look, ordered):
                return join([self._item(item, look, ordered, n, left) for n, item in enumerate(items, start=1)])
            case Terms(pairs):
                return join([self._term(label, value, left) for label, value in pairs])
            case Table():
                return self._table(block, left)
            case Folded(summary, body):
                head = paragraph(self.line(summary, Face(bold=True)), Shape(left=left, keep=True))
                return join([head, self.blocks(body, left + _STEP)])
            case Verbatim(text):
                return paragraph(run(text, Face(mono=True)), Shape(style="Verbatim", left=left, box=True))
            case Group(body):
                return self.blocks(body, left, before)
            case Drawing():
                said = Para(f"{block.start} {_DRAWN}".strip(), "meta")
                return join([self.heading(4, block.diagram.title, None), self.blocks([said, arrows(block)], left)])
        assert_never(block)

    def _para(self, body: Node, look: str | None, left: int, before: _Opening | None) -> Xml:
        face = {"intro": _QUIET, "meta": _QUIET, "because": Face(color="quiet", italic=True)}.get(look or "", PLAIN)
        opening = before or _Opening(Xml(""))
        shape = Shape(style=self._style, left=left, hanging=opening.hanging, keep=look == "intro")
        return paragraph([opening.runs, self.line(body, face)], shape)

    def _item(self, item: Item, look: str | None, ordered: bool, number: int, left: int) -> Xml:
        place = self.place(item.place)
        if look in ("clauses", "parts"):
            return self._clause(item.body, left + (_STEP if look == "parts" else 0), place)
        if look in ("attention", "glance"):
            return self.blocks(item.body, left, _Opening(place))
        breaks = item.look == "breaks"
        sign = run(f"{number}." if ordered else "–", Face(color="bad" if breaks else "quiet", bold=breaks))
        return self.blocks(item.body, left + _STEP, _Opening(join([place, sign, TAB]), _STEP))

    def _clause(self, body: Node, left: int, place: Xml) -> Xml:
        """A clause; where it begins with its number, that stands before the others lines."""
        made = list(blocks(body))
        if not made or not isinstance(first := made[0], Group):
            return self.blocks(body, left, _Opening(place))
        head, *others = flat(first.body)
        if not isinstance(head, Mark) or head.look != "number":
            return self.blocks(body, left, _Opening(place))
        number = _Opening(join([place, self.line(head), TAB]), _NUMBER)
        inner = others[1:] if others and others[0] == " " else others
        return self.blocks([inner, *made[1:]], left + _NUMBER, number)

    def _term(self, label: Node, value: Node, left: int) -> Xml:
        opening = _Opening(join([self.line(label, Face(color="quiet", bold=True, small=True)), TAB]), _LABEL)
        whole = list(blocks(value))
        if len(whole) == 1 and isinstance(whole[0], Items) and not whole[0].ordered:
            entries = [item.body for item in whole[0].items]
            first, *others = entries
            shown = [self.blocks(first, left + _LABEL, opening), *(self.blocks(x, left + _LABEL) for x in others)]
            return join(shown)
        return self.blocks(value, left + _LABEL, opening)

    def _table(self, block: Table, left: int) -> Xml:
        caption = paragraph(run(block.caption, _QUIET), Shape(style="Caption", left=left, keep=True))
        rows = [[self._cell(cell) for cell in row] for row in block.rows]
        return join([caption, table(block.heads, rows, _widths(block, WIDTH - left), left), paragraph(None, Shape())])

    def _cell(self, cell: Node) -> Xml:
        """A cell; the entries of a list that it begins with need no sign."""
        self._style = "TableText"
        first, *rest = [*blocks(cell), None]
        entries: list[Node] = [item.body for item in first.items] if isinstance(first, Items) else [first]
        made = join([*(self.blocks(entry, 0) for entry in entries), self.blocks(rest, 0)])
        self._style = None
        return made or paragraph(None, Shape(style="TableText"))


def _face(look: str, face: Face) -> Face:
    if look in ("good", "bad"):
        return Face(color=look)
    if look == "number":
        return Face(color="quiet", bold=True, small=True)
    return Face(bold=True) if look == "strong" else _QUIET if look in ("cite", "meta") else face


def _linked(look: str | None) -> Face:
    if look == "cite":
        return _QUIET
    return Face(color="link", bold=look == "number", small=look == "number")


def _text(node: Node) -> str:
    """The signs of a heading."""
    found = []
    for part in flat(node):
        match part:
            case str():
                found.append(part)
            case Code(text) | Day(text):
                found.append(text)
            case Mark(body) | Link(_, body):
                found.append(_text(body))
            case Badge(word, signs):
                found.append(" ".join(signs[word][:2]))
            case _:
                pass
    return "".join(found)


def _widths(block: Table, whole: int) -> list[int]:
    """How wide columns are, by what they usually hold."""
    count = len(block.heads)
    match block.look:
        case "places":
            shares = [15, 50, 35] if count == 3 else [20, 80]
        case "grid":
            shares = [10, *([75 // (count - 2)] * (count - 2)), 15]
        case "policies":
            shares = [49, 17, 17, 17]
        case _:
            shares = [40, *([60 // (count - 1)] * (count - 1))]
    return [whole * share // sum(shares) for share in shares]
