"""WordprocessingML that cannot be broken by what a policy says: texts are escaped unless this module made them.

``tag`` makes an element; nothing else makes ``Xml``. Knows nothing of results, and needs no library.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from verifier.records import dataclass
from verifier.reports.style import shown


class Xml(str):
    """Markup that was made here."""

    __slots__ = ()


Child: TypeAlias = "Xml | str | Iterable[Child] | None"

NAMESPACE: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
COLORS: Final = {"good": "1B6236", "bad": "A1201A", "doubt": "7A4D00", "quiet": "5C574E", "link": "1D4B84"}


def tag(name: str, /, *children: Child, **attributes: str | int | None) -> Xml:
    """An element of Word's own names, with attributes of them; those without a value are left out."""
    said = "".join(f" w:{key}={quoteattr(str(value))}" for key, value in attributes.items() if value is not None)
    inner = join(children)
    return Xml(f"<w:{name}{said}>{inner}</w:{name}>" if inner else f"<w:{name}{said}/>")


def join(children: Child) -> Xml:
    """Texts and elements one after the other."""
    if children is None:
        return Xml("")
    if isinstance(children, str):
        return children if isinstance(children, Xml) else Xml(escape(shown(children)))
    return Xml("".join(join(child) for child in children))


@dataclass(frozen=True, slots=True)
class Face:
    """How a run of signs looks."""

    color: str | None = None
    bold: bool = False
    italic: bool = False
    small: bool = False
    mono: bool = False


PLAIN: Final = Face()


def run(text: str, face: Face = PLAIN) -> Xml:
    """Signs of one look; line ends are kept."""
    properties = [
        tag("rFonts", ascii="Consolas", hAnsi="Consolas", cs="Consolas") if face.mono else None,
        tag("b") if face.bold else None,
        tag("i") if face.italic else None,
        tag("color", val=COLORS[face.color]) if face.color else None,
        tag("sz", val=17 if face.mono else 18) if face.small or face.mono else None,
    ]
    parts: list[Child] = []
    for number, line in enumerate(text.split("\n")):
        parts += [tag("br")] if number else []
        parts += [Xml(f'<w:t xml:space="preserve">{join(line)}</w:t>')] if line else []
    look = join(properties)
    return tag("r", tag("rPr", look) if look else None, parts)


TAB: Final = tag("r", tag("tab"))


def field(code: str, cached: Child = None) -> Xml:
    """What Word computes, with what is shown until it has."""
    return join(
        [
            tag("r", tag("fldChar", fldCharType="begin")),
            tag("r", Xml(f'<w:instrText xml:space="preserve">{join(f" {code} ")}</w:instrText>')),
            tag("r", tag("fldChar", fldCharType="separate")),
            cached or run("1"),
            tag("r", tag("fldChar", fldCharType="end")),
        ]
    )


def to(name: str, *runs: Child) -> Xml:
    """Runs that lead to a bookmark."""
    return tag("hyperlink", *runs, anchor=name, history=1)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a paragraph stands: ``left`` and ``hanging`` in twentieths of a point, as Word counts."""

    style: str | None = None
    left: int = 0
    hanging: int = 0
    keep: bool = False
    box: bool = False
    right_tab: int = 0
    breaks: bool = False


def paragraph(runs: Child, shape: Shape, last: Child = None) -> Xml:
    """A paragraph. ``last``: what its properties end with, such as the end of a section."""
    edge: dict[str, str | int] = {"val": "single", "sz": 4, "space": 4, "color": "CFC8B8"}
    tabs = tag("tabs", tag("tab", val="right", leader="dot", pos=shape.right_tab)) if shape.right_tab else None
    indent = tag("ind", left=shape.left, hanging=shape.hanging or None) if shape.left else None
    properties = [
        tag("pStyle", val=shape.style) if shape.style else None,
        tag("keepNext") if shape.keep else None,
        tag("pageBreakBefore") if shape.breaks else None,
        tag("pBdr", [tag(side, **edge) for side in ("top", "left", "bottom", "right")]) if shape.box else None,
        tag("shd", val="clear", color="auto", fill="F6F2E8") if shape.box else None,
        tabs,
        indent,
        last,
    ]
    look = join(properties)
    return tag("p", tag("pPr", look) if look else None, runs)


def table(heads: Iterable[str], rows: Iterable[Iterable[Child]], widths: list[int], left: int) -> Xml:
    """A table whose first row stands on top of each page; a cell is one or more paragraphs."""
    line: dict[str, str | int] = {"val": "single", "sz": 4, "space": 0, "color": "CFC8B8"}
    borders = tag("tblBorders", [tag(side, **line) for side in ("top", "bottom", "insideH")])
    margins = tag("tblCellMar", tag("left", w=0, type="dxa"), tag("right", w=120, type="dxa"))
    look = tag(
        "tblPr",
        tag("tblW", w=sum(widths), type="dxa"),
        tag("tblInd", w=left, type="dxa") if left else None,
        borders,
        tag("tblLayout", type="fixed"),
        margins,
        tag("tblLook", firstRow=1, firstColumn=1, noVBand=1),
    )
    shape = Shape(style="TableText", keep=True)
    head = [paragraph(run(text, Face(color="quiet", bold=True, small=True)), shape) for text in heads]
    made = [_row(head, widths, first=True), *(_row(list(row), widths) for row in rows)]
    return tag("tbl", look, tag("tblGrid", [tag("gridCol", w=width) for width in widths]), made)


def _row(cells: list[Child] | list[Xml], widths: list[int], first: bool = False) -> Xml:
    properties = tag("trPr", tag("cantSplit"), tag("tblHeader") if first else None)
    made = [
        tag("tc", tag("tcPr", tag("tcW", w=width, type="dxa")), cell) for cell, width in zip(cells, widths, strict=True)
    ]
    return tag("tr", properties, made)
