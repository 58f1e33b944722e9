"""The report as PDF and as a Word file: both say all that the document says, and the same run gives the same bytes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
import specimens as s
import typst
from command import COMMAND, environment
from docx.oxml.ns import qn
from pypdf import PdfReader
from reported import CASES, PATH, POLICY, VIEW, verified
from running import DEFAULT, files

from verifier import pipeline
from verifier.cli import formats
from verifier.explain.citations import cited_sources
from verifier.explain.model import RunResult
from verifier.reports.document import model as m
from verifier.reports.document.whole import document
from verifier.reports.paper import pdf
from verifier.reports.paper.word import render_docx

ODD = "#panic(1) *bold* _em_ $x$ @ref <lab> \\ [b] `c` </w:t><w:p/> &amp; {7*7} // ~ ‘’"
NAMES = [*CASES, "verified"]


def document_of(run: RunResult) -> m.Document:
    cited = {policy.path: cited_sources(policy.program) for policy in run.policies if policy.program is not None}
    return document(run, VIEW.command, cited)


@cache
def shown(name: str) -> m.Document:
    return document_of({**CASES, "verified": verified()}[name])


@cache
def pages(name: str) -> PdfReader:
    return PdfReader(BytesIO(pdf.render_pdf(shown(name))))


@cache
def word(name: str) -> bytes:
    return render_docx(shown(name))


def opened(name: str) -> docx.document.Document:
    return docx.Document(BytesIO(word(name)))


@cache
def texts(name: str) -> list[str]:
    return [page.extract_text() for page in pages(name).pages]


def squeezed(text: str) -> str:
    """The signs alone: where lines and pages break is the business of the views."""
    return "".join(text.split())


def joined(pages_: list[str]) -> str:
    """The text without the lines at the foot of each page."""
    return squeezed(" ".join(re.sub(r"Made by Clauseproof [\w.]+\.\s*\d+ of \d+", "", page) for page in pages_))


def said(node: m.Node) -> Iterator[str]:
    """Every text in a node that is not a drawing, in its order."""
    for part in m.flat(node):
        match part:
            case str():
                yield part
            case m.Code(text) | m.Day(text) | m.Verbatim(text):
                yield text
            case m.Badge(word_, signs):
                yield signs[word_][1]
            case m.Items(items):
                yield from said([item.body for item in items])
            case m.Terms(pairs):
                yield from said(pairs)
            case m.Table(caption, heads, rows):
                yield from said([caption, heads, rows])
            case m.Folded(summary, body):
                yield from said([summary, body])
            case m.Verdict(word_, body):
                yield from said([m.Badge(word_), body])
            case m.Drawing(diagram):
                yield from [diagram.title, *(arc.said for arc in diagram.arcs)]
            case _:
                yield from said(part.body)


def everything_said(whole: m.Document) -> list[str]:
    parts = [whole.title, *said(whole.summary)]
    for article in whole.articles:
        parts += [article.path, *said(article.body), *(entry.term for entry in article.index)]
    return [text for text in map(squeezed, parts) if text]


def word_text(name: str) -> str:
    body = opened(name).element.body
    return squeezed("".join(item.text or "" for item in body.iter(qn("w:t"))))


@pytest.mark.parametrize("name", NAMES)
def test_both_say_all_that_the_document_says(name: str) -> None:
    for text in (joined(texts(name)), word_text(name)):
        place = 0
        for part in everything_said(shown(name)):
            assert part in text, part
        for part in filter(None, map(squeezed, said(shown(name).summary))):
            place = text.find(part, place)
            assert place >= 0, part


def test_what_is_said_is_not_always_there() -> None:
    assert squeezed("No offer is final in another way") not in joined(texts("all"))
    assert squeezed("No offer is final in another way") not in word_text("all")


# ---------------------------------------------------------------- the same bytes


def test_the_same_run_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    (tmp_path / "lending.policy").write_text(POLICY, encoding="utf-8")
    asked = [*COMMAND, "verify", "lending.policy", "--no-cache"]
    for seed in (1, 2):
        outputs = [f"--output=pdf=report{seed}.pdf", f"--output=docx=report{seed}.docx"]
        done = subprocess.run(
            [*asked, *outputs], cwd=tmp_path, env=environment(seed), capture_output=True, text=True, check=False
        )
        assert done.returncode == 1, done.stderr
    for ending in ("pdf", "docx"):
        first, second = ((tmp_path / f"report{seed}.{ending}").read_bytes() for seed in (1, 2))
        assert first == second
        assert len(first) > 10_000


def test_no_time_is_written() -> None:
    assert not {"/CreationDate", "/ModDate"} & set(pages("all").metadata or {})
    with ZipFile(BytesIO(word("all"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms:" not in archive.read("docProps/core.xml").partition(b">")[2].replace(b"xmlns:dcterms", b"")
    assert opened("all").core_properties.created is None


def test_another_run_gives_other_bytes() -> None:
    other = document_of(s.run(replace(s.PROVED, title="Another title")))
    same = document_of(s.run(s.PROVED))
    assert pdf.render_pdf(other) != pdf.render_pdf(same)
    assert render_docx(other) != render_docx(same)


# ---------------------------------------------------------------- the PDF


def outline(reader: PdfReader) -> list[str]:
    def titles(items: list[object]) -> Iterator[str]:
        for item in items:
            if isinstance(item, list):
                yield from titles(item)
            else:
                yield str(item["/Title"])  # type: ignore[index]

    return list(titles(reader.outline))


@pytest.mark.parametrize("name", NAMES)
def test_every_page_of_the_pdf_says_which_it_is(name: str) -> None:
    for number, text in enumerate(texts(name), start=1):
        assert f"{number} of {len(texts(name))}" in text


def test_the_pdf_can_be_navigated_and_read_aloud() -> None:
    reader = pages("verified")
    assert outline(reader)[:3] == ["Summary", "What needs attention", "The policy and its promises"]
    assert "A book can be lent" in outline(reader)
    assert outline(reader)[-1] == "Index"
    assert reader.metadata is not None
    assert (reader.metadata.title or "").startswith("Lending 100%")
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith("en")  # type: ignore[index]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()  # type: ignore[index]
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]


def test_the_index_of_the_pdf_leads_to_the_pages_of_clauses() -> None:
    found = [" ".join(text.split()) for text in texts("verified")]
    index = found[-1].partition("Index")[2]
    entry = re.search(r"Book is lent out (\d+\.\d+)[ .]*(\d+)", index)
    assert entry is not None, index
    number, page = entry[1], int(entry[2])
    assert f"{number} The book is lent out." in found[page - 1].replace(" .", ".")


def test_links_of_the_pdf_lead_to_their_places() -> None:
    reader = pages("verified")
    annotations = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert len(annotations) > 30
    assert all("/URI" not in note.get("/A", {}) for note in annotations)


def test_texts_of_a_policy_are_no_instructions() -> None:
    run = s.run(replace(s.PROVED, title=ODD), replace(s.VIOLATED, trap=ODD))
    made = document_of(run)
    reader = PdfReader(BytesIO(pdf.render_pdf(made)))
    assert squeezed(ODD) in joined([page.extract_text() for page in reader.pages])
    file = docx.Document(BytesIO(render_docx(made)))
    assert ODD in [paragraph.text for paragraph in file.paragraphs if paragraph.style.name == "Heading 3"]


def test_a_sign_without_a_shape_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    given = typst.compile
    monkeypatch.setattr(typst, "compile", lambda text, **how: given(text, **{**how, "ignore_system_fonts": True}))
    made = document_of(s.run(replace(s.PROVED, title="a 𒀀 b")))
    with pytest.raises(pdf.Unprintable, match=r"^“𒀀” \(U\+12000\)$"):
        pdf.render_pdf(made)


# ---------------------------------------------------------------- the Word file


@pytest.mark.parametrize("name", NAMES)
def test_links_of_the_word_file_lead_to_bookmarks(name: str) -> None:
    body = opened(name).element.body
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    numbers = [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len(marks) == len(set(marks))
    assert numbers == [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkEnd"))]
    assert len(numbers) == len(set(numbers))
    assert {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} <= set(marks)
    assert all(len(mark) <= 40 for mark in marks)


def test_the_word_file_has_headings_pages_and_an_index() -> None:
    file = opened("verified")
    headings = [(item.style.name, item.text) for item in file.paragraphs if item.style.name.startswith("Heading")]
    assert headings[0] == ("Heading 1", "Summary")
    assert ("Heading 2", "The promises") in headings
    assert ("Heading 3", "A book can be lent") in headings
    assert headings[-1] == ("Heading 1", "Index")
    assert file.core_properties.title.startswith("Lending 100%")
    first, last = file.sections
    assert round(first.page_width.mm) == 210
    assert last.footer.is_linked_to_previous
    assert last._sectPr.find(qn("w:cols")).get(qn("w:num")) == "2"  # noqa: SLF001
    fields = [item.text.strip() for item in first.footer._element.iter(qn("w:instrText"))]  # noqa: SLF001
    assert fields == ["PAGE", "NUMPAGES"]
    codes = [item.text.split()[0] for item in file.element.body.iter(qn("w:instrText"))]
    assert codes == ["TOC"]
    entries = [item.text for item in file.paragraphs if item.style.name == "Contents"]
    assert [text for _, text in headings if text != "Facts"][:5] == entries[:5]
    assert any(re.fullmatch(r"Book is lent out \d\.\d(; A book can be lent)?", entry) for entry in entries)
    language = file.styles["Normal"].element.find(f"{qn('w:rPr')}/{qn('w:lang')}")
    assert language.get(qn("w:val")) == "en-US"


@pytest.mark.parametrize("name", NAMES)
def test_heads_of_tables_stand_on_each_page(name: str) -> None:
    for table in opened(name).tables:
        heads = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]  # noqa: SLF001
        assert heads == [True, *[False] * (len(heads) - 1)]


# ---------------------------------------------------------------- asked for


def test_files_are_written_and_not_printed(tmp_path: Path) -> None:
    asked = [*COMMAND, "check", "--format", "pdf"]
    done = subprocess.run(asked, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--output pdf=report.pdf" in " ".join(done.stderr.split())


@pytest.mark.parametrize(("form", "module", "extra"), [("pdf", "typst", "pdf"), ("docx", "docx", "word")])
def test_what_is_not_installed_is_named(form: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert formats.lacking(["html", "pdf", "docx"]) == ""
    monkeypatch.setitem(__import__("sys").modules, module, None)
    wanted = formats.lacking(["html", "pdf", "docx"])
    assert wanted.startswith(f"`--output {form}=…` needs ")
    assert wanted.endswith(f"install it with pip install 'clauseproof[{extra}]'")


def test_clauses_that_no_promise_protects_are_told_where_that_was_asked() -> None:
    kept, _, _ = POLICY.partition("scenario one")
    run = pipeline.verify([PATH], replace(DEFAULT, coverage=True), files({PATH: kept}))
    (article,) = document_of(run).articles
    text = " ".join("".join(said(article.body)).split())
    free, _, needed = text.partition("Clauses that no promise needs")[2].partition("Clauses that promises need")
    assert "It requires that the book is on the shelf. Nothing notices that it is gone: " in free
    assert "After it, the book is lent.A book can be lent" in needed
    assert "What no promise protects" not in " ".join(said(shown("verified").articles[0].body))
