"""The report as PDF: set by Typst from one fixed template, with the fonts that Typst brings along.

Takes a document; gives the bytes of a file, the same for the same document. Asks nothing of any network, reads no file
but the template, and runs no package. The file keeps to PDF/UA-1, so that it can be read aloud: every sign must have a
shape. Where the fonts of Typst lack one, those of the machine are looked at, and the bytes depend on them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from verifier.reports.document.model import Document
from verifier.reports.paper.data import as_json

_NO_SHAPE: Final = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_ESCAPED: Final = re.compile(r"\\u\{?([0-9a-fA-F]+)\}?")


class Unprintable(ValueError):
    """No font at hand has a sign of the document, which is named."""


def render_pdf(document: Document) -> bytes:
    """The report of a run as a PDF.

    Raises:
        ImportError: Typst is not installed.
        Unprintable: no font has a sign of the document.
    """
    import typst  # an extra, and large  # noqa: PLC0415

    report = as_json(document)
    try:
        return _set(report, own_fonts_only=True)
    except typst.TypstError as fault:
        if not _NO_SHAPE.search(str(fault)):
            raise
    try:
        return _set(report, own_fonts_only=False)
    except typst.TypstError as fault:
        found = _NO_SHAPE.search(str(fault))
        if found is None:
            raise
        raise Unprintable(_named(found[1])) from fault


def _set(report: str, own_fonts_only: bool) -> bytes:
    import typst  # noqa: PLC0415

    made = typst.compile(
        Path(__file__).with_name("report.typ").read_bytes(),
        format="pdf",
        ignore_system_fonts=own_fonts_only,
        sys_inputs={"report": report},
        timestamp=0,
        pdf_standards="ua-1",
    )
    assert isinstance(made, bytes)
    return made


def _named(text: str) -> str:
    """The signs that Typst names, each with its number."""
    signs = _ESCAPED.sub(lambda part: chr(int(part[1], 16)), text)
    return ", ".join(f"“{sign}” (U+{ord(sign):04X})" for sign in signs)
