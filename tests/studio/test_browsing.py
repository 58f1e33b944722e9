"""What the studio shows of policies: the list, the page of one, and its report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from live_studio import Browser, running

from verifier import pipeline
from verifier.explain.model import RunResult
from verifier.studio import tasks

POLICY = "/policies/library"


def test_the_list_says_what_was_found(browser: Browser) -> None:
    page = browser.get("/")
    assert "Who may borrow books" in page.plain
    assert "✗ 1 promise violated" in page.plain
    assert "✓ 1 promise proved" in page.plain
    assert "✓ 1 scenario passed" in page.plain


def test_a_policy_that_is_being_proved_says_so(library: Path) -> None:
    with running([library]) as server:
        fresh = Browser(server)
        fresh.send("GET", server.address.partition(server.host)[2], None, {})
        first = fresh.send("GET", "/", None, {})
        assert "proved" in first.plain
        assert first.headers["refresh"] == "2"
        assert "refresh" not in fresh.get("/").headers


def test_the_page_of_a_policy_tells_how_a_promise_is_broken(browser: Browser) -> None:
    page = browser.get(POLICY)
    assert "It can happen that the staff lends a book" in page.plain or "IT CAN HAPPEN that the staff" in page.plain
    assert "Only adults borrow books" in page.plain


def test_what_an_author_writes_is_no_markup(browser: Browser) -> None:
    page = browser.get(POLICY)
    assert "<b>books" not in page.text
    assert "&lt;b&gt;books" in page.text


def test_no_page_has_a_script_or_a_style_of_its_own(browser: Browser) -> None:
    for path in ("/", POLICY):
        text = browser.get(path).text
        assert "<script" not in text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text


def test_reports_can_be_kept(browser: Browser) -> None:
    browser.get(POLICY)
    record = browser.get(f"{POLICY}/report.json")
    (policy,) = json.loads(record.text)["policies"]
    assert [item["verdict"] for item in policy["properties"]] == ["proved", "violated"]
    assert record.headers["content-disposition"] == 'attachment; filename="library.json"'
    assert "1 violated" in browser.get(f"{POLICY}/report.txt").text
    assert browser.get(f"{POLICY}/report.exe").status == 404
    for form, start in (("pdf", "%PDF-"), ("docx", "PK")):
        kept = browser.get(f"{POLICY}/report.{form}")
        assert kept.status == 200
        assert kept.headers["content-disposition"] == f'attachment; filename="library.{form}"'
        assert kept.text.startswith(start)


def test_a_changed_file_is_proved_anew(tmp_path: Path, library: Path) -> None:
    path = tmp_path / "library.policy"
    path.write_text(library.read_text("utf-8"), encoding="utf-8")
    with running([path]) as server:
        reader = Browser(server)
        assert "1 promise violated" in reader.enter().plain
        path.write_text(library.read_text("utf-8").replace("fines <= $10", "fines <= $0"), encoding="utf-8")
        changed = reader.get("/").plain
        assert "2 promises proved" in changed
        assert "violated" not in changed


def test_a_policy_with_errors_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "broken.policy"
    path.write_text("policy broken\nfact grown : yes/no\nprove a\n  always grow\n", encoding="utf-8")
    with running([path]) as server:
        reader = Browser(server)
        assert "1 error" in reader.enter().plain
        assert "did you mean `grown`?" in reader.get("/policies/broken").plain


def test_two_files_of_one_name_are_told_apart(tmp_path: Path, library: Path) -> None:
    paths = []
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        paths.append(tmp_path / folder / "library.policy")
        paths[-1].write_text(library.read_text("utf-8"), encoding="utf-8")
    with running(paths) as server:
        reader = Browser(server)
        reader.enter()
        assert str(paths[0]) in reader.get("/policies/library").plain
        assert str(paths[1]) in reader.get("/policies/library-2").plain
        assert reader.get("/policies/library-3").status == 404


def test_the_whole_report_is_read_in_the_studio(browser: Browser) -> None:
    page = browser.get(f"{POLICY}/report")
    assert "The staff lends a book" in page.plain
    assert "script" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].count("default-src 'none'") == 1
    assert page.headers["x-content-type-options"] == "nosniff"
    kept = browser.get(f"{POLICY}/report.html")
    assert kept.headers["content-disposition"] == 'attachment; filename="library.html"'
    assert kept.text == page.text


def test_an_internal_error_is_never_an_answer(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "prove", _with_a_fault)
    with running([library]) as server:
        reader = Browser(server)
        assert "✗ An internal error: do not rely on these results." in reader.enter().plain
        page = reader.get(POLICY).plain
        assert "Internal error. Do not rely on these results. a run did not replay" in page


def _with_a_fault(setting: tasks.Setting, path: str, seconds: float) -> RunResult:
    run = pipeline.verify([path], setting.now(seconds), setting.read)
    return replace(run, internal_errors=("a run did not replay",))


def test_a_crash_of_a_page_says_that_it_is_ours(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser.server.studio, "_signature", lambda: 1 // 0)
    page = browser.get("/")
    assert page.status == 500
    assert "This is a fault of clauseproof, not of your policy." in page.plain
    assert "ZeroDivision" not in page.text
