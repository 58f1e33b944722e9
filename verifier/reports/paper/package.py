"""A Word file around a body: styles, header and footer, what the file says of itself, and nothing that changes.

Takes WordprocessingML; gives bytes. The only module that uses python-docx, for its empty document.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from verifier.reports.document.model import Document
from verifier.reports.paper.wordml import NAMESPACE, TAB, Face, Shape, Xml, field, join, paragraph, run, tag

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

SIZE: Final = tag("pgSz", w=11906, h=16838)
"""A4."""

MARGINS: Final = tag("pgMar", top=1474, right=1418, bottom=1361, left=1418, header=709, footer=709, gutter=0)

WIDTH: Final = 9070
"""Between the margins, in twentieths of a point."""

_QUIET: Final = Face(color="quiet", small=True)
_FONT: Final = tag("rFonts", ascii="Georgia", hAnsi="Georgia", eastAsia="Georgia", cs="Georgia")
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The first day that a ZIP archive knows, for all that it holds."""


def packed(document: Document, content: Xml) -> bytes:
    """The file around the content of its body, of which the last element says how a page is."""
    import docx  # an extra  # noqa: PLC0415
    from docx.oxml import parse_xml  # noqa: PLC0415

    file = docx.Document()
    _dress(file.styles.element)
    core = file.core_properties
    core.title, core.author, core.comments, core.language = document.title, document.made_by, "", "en-US"
    for child in [each for each in core._element if each.tag.endswith(("}created", "}modified"))]:  # noqa: SLF001
        core._element.remove(child)  # noqa: SLF001
    section = file.sections[0]
    for part, line in ((section.header, run(document.title, _QUIET)), (section.footer, _foot(document))):
        element = part._element  # noqa: SLF001
        element.replace(element[0], parse_xml(_rooted(paragraph(line, Shape(right_tab=WIDTH)))))
    body = file.element.body
    references = [child for child in body.sectPr if child.tag.endswith("Reference")]
    made = parse_xml(f"<w:body {NAMESPACE}>{content}</w:body>")
    first = next(iter(made.iter(made[-1].tag)))
    for number, reference in enumerate(references):
        first.insert(number, reference)
    for child in list(body):
        body.remove(child)
    for child in list(made):
        body.append(child)
    written = BytesIO()
    file.save(written)
    return _timeless(written.getvalue())


def _rooted(element: Xml) -> str:
    """An element with the names that it uses declared."""
    start = min(place for place in (element.find(">"), element.find("/>"), element.find(" ")) if place > 0)
    return f"{element[:start]} {NAMESPACE}{element[start:]}"


def _foot(document: Document) -> Xml:
    """Who made it, and “3 of 12”: Word counts pages by itself."""
    made = run(f"Made by {document.made_by}.", _QUIET)
    return join([made, TAB, field("PAGE", run("1", _QUIET)), run(" of ", _QUIET), field("NUMPAGES", run("1", _QUIET))])


# ---------------------------------------------------------------- styles


def _style(before: int, after: int, size: float, *more: Xml, bold: bool = False, keep: bool = False,
           level: int | None = None, edge: Xml | None = None) -> tuple[Xml, Xml]:  # fmt: skip
    """The properties of a paragraph and of its signs; distances and the size in points."""
    properties = tag(
        "pPr",
        [tag("keepNext"), tag("keepLines")] if keep else None,
        edge,
        tag("spacing", before=before * 20, after=after * 20, line=264, lineRule="auto"),
        tag("outlineLvl", val=level) if level is not None else None,
    )
    signs = tag("rPr", _FONT, tag("b") if bold else None, more, tag("sz", val=round(size * 2)))
    return properties, signs


_RULE: Final = tag("pBdr", tag("bottom", val="single", sz=4, space=4, color="CFC8B8"))
_BLACK: Final = tag("color", val="000000")
_STYLES: Final = {
    "Normal": _style(0, 4, 10.5, tag("lang", val="en-US")),
    "Title": _style(0, 14, 22, _BLACK, bold=True, keep=True, edge=_RULE),
    "Heading1": _style(24, 8, 17, _BLACK, bold=True, keep=True, level=0),
    "Heading2": _style(20, 8, 13.5, _BLACK, bold=True, keep=True, level=1, edge=_RULE),
    "Heading3": _style(14, 5, 11.5, _BLACK, bold=True, keep=True, level=2),
    "Heading4": _style(9, 4, 10.5, tag("i"), _BLACK, keep=True, level=3),
    "TOCHeading": _style(20, 6, 14, _BLACK, bold=True, keep=True, level=9),
    "Caption": _style(6, 3, 9, _BLACK, keep=True),
    "Contents": _style(0, 2, 10),
    "TableText": _style(2, 2, 9.5),
    "Verbatim": _style(4, 8, 8.5),
}


def _dress(styles: BaseOxmlElement) -> None:
    """Give the styles of the empty document our look, and add those that it lacks."""
    from docx.oxml import parse_xml  # noqa: PLC0415

    known = {style.get(_ID): style for style in styles if style.get(_ID)}
    for name, looks in _STYLES.items():
        style = known.get(name)
        if style is None:
            own = tag("style", tag("name", val=name), tag("basedOn", val="Normal"), type="paragraph", styleId=name)
            style = parse_xml(_rooted(own))
            styles.append(style)
        for child in [child for child in style if child.tag.endswith(("}pPr", "}rPr"))]:
            style.remove(child)
        for look in looks:
            style.append(parse_xml(_rooted(look)))


_ID: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}styleId"


def _timeless(content: bytes) -> bytes:
    """The same archive without the time at which it was made."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(made, "w", ZIP_DEFLATED) as kept:
        for name in given.namelist():
            entry = ZipInfo(name, _LONG_AGO)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
            kept.writestr(entry, given.read(name))
    return made.getvalue()
