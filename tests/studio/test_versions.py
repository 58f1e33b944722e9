"""Two versions compared, and a text that is edited: what it would mean, and that nothing is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from live_studio import Browser

from verifier.explain import judge
from verifier.explain.replay import ReplayFailure
from verifier.studio import tasks

EDIT = "/policies/library/edit"


def test_a_pasted_version_is_set_beside_the_file(browser: Browser, library: Path) -> None:
    newer = library.read_text("utf-8").replace("fines <= $10", "fines <= $25")
    page = browser.submit(browser.get("/compare"), "/compare", old="library", **{"new.text": newer})
    assert "+ Broader. The newer version allows or gives more than the older one, and nothing less." in page.plain
    assert "+ Broader The staff lends a book step lend Possible now, and not before" in page.plain
    assert "the fines that the reader owes: between $10.01 and $25.00" in page.plain
    assert "<pre" not in page.text
    assert page.form("/compare")["new.text"] == newer
    assert page.form("/compare")["old"] == "library"


def test_a_version_is_equivalent_to_itself(browser: Browser) -> None:
    page = browser.submit(browser.get("/compare"), "/compare", old="library", new="library")
    assert "✓ Equivalent. The two versions mean the same" in page.plain


def test_cases_under_way_are_asked_about_where_that_is_wanted(browser: Browser, library: Path) -> None:
    """The newer version lends no second book, and takes none back from those who owe something."""
    newer = library.read_text("utf-8").replace("fines <= $10", "fines <= $10 and not lent")
    newer = newer.replace("has_book: lent", "has_book: lent and fines = $0")
    fields = {"old": "library", "new.text": newer}
    page = browser.submit(browser.get("/compare"), "/compare", **fields, under_way="yes")
    assert "Cases under way" in page.plain
    assert "✗ Stuck A case comes to its end" in page.plain
    assert page.form("/compare")["under_way"] == "yes"
    assert "Cases under way" not in browser.submit(browser.get("/compare"), "/compare", **fields).plain


_SET_BESIDE = tasks.set_beside


def _with_runs_that_do_not_replay(*given: Any) -> object:
    judge.replay = _refuse
    return _SET_BESIDE(*given)


def _refuse(*_: object) -> Any:
    raise ReplayFailure("planted by hand")


def test_a_difference_that_does_not_replay_is_none(
    browser: Browser, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "set_beside", _with_runs_that_do_not_replay)
    newer = library.read_text("utf-8").replace("fines <= $10", "fines <= $25")
    page = browser.submit(browser.get("/compare"), "/compare", old="library", **{"new.text": newer})
    assert "✗ Internal error. Do not rely on this." in page.plain
    for word in ("Broader", "Narrower", "Equivalent", "How it happens"):
        assert word not in page.plain


def test_a_version_with_errors_is_not_compared(browser: Browser) -> None:
    page = browser.submit(browser.get("/compare"), "/compare", old="library", **{"new.text": "policy <b>x</b>"})
    assert "cannot be compared" in page.plain
    assert "<b>x" not in page.text


def test_both_versions_are_needed(browser: Browser) -> None:
    page = browser.submit(browser.get("/compare"), "/compare", old="library")
    assert page.status == 400
    assert "Choose a policy for each version" in page.plain
    assert browser.submit(page, "/compare", old="library", new="no_such").status == 404


def test_an_edited_text_is_proved_and_not_saved(browser: Browser, library: Path) -> None:
    before = library.read_text("utf-8")
    page = browser.get(EDIT)
    assert page.form(EDIT)["text"] == before
    edited = before.replace("fines <= $10", "fines <= $0")
    proved = browser.submit(page, EDIT, text=edited, do="check")
    assert "✓ 2 promises proved" in proved.plain
    assert proved.form(EDIT)["text"] == edited
    assert library.read_text("utf-8") == before
    assert "1 promise violated" in browser.get("/policies/library").plain


def test_faults_of_an_edited_text_are_shown(browser: Browser) -> None:
    page = browser.get(EDIT)
    shown = browser.submit(page, EDIT, text=page.form(EDIT)["text"].replace("grown: adult", "grown: adullt"))
    assert "did you mean `adult`?" in shown.plain
    attacked = browser.submit(page, EDIT, text="</textarea><script>alert(1)</script>")
    assert "<script>" not in attacked.text
    assert attacked.text.count("<script") == page.text.count("<script")
    assert browser.submit(page, EDIT, text="policy a\0").status == 400


def test_an_edited_text_opens_no_cited_file(browser: Browser, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", encoding="utf-8")
    text = f'policy curious\nsource file "A file" from "{secret}" sha256 "{"0" * 64}"\nfact a : yes/no\n'
    page = browser.submit(browser.get(EDIT), EDIT, text=text)
    assert page.status == 200
    assert "E0414" not in page.text


def test_the_edited_text_can_be_kept(browser: Browser) -> None:
    page = browser.get(EDIT)
    kept = browser.submit(page, EDIT, text="policy a\r\nfact b : yes/no\r\n", do="download")
    assert kept.text == "policy a\nfact b : yes/no\n"
    assert kept.headers["content-disposition"] == 'attachment; filename="library.policy"'
