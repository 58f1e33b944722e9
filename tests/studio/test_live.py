"""What is told beside a text that is being written, and the one script of others that does it."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from live_studio import Browser, Page, running

from verifier import studio
from verifier.studio import tasks
from verifier.studio.guard import WITH_SCRIPTS
from verifier.studio.state import Limits

EDIT = "/policies/library/edit"
LIVE = f"{EDIT}/live"
STATIC = Path(studio.__file__).with_name("static")
HTMX = ("2.0.10", "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de")


def told(browser: Browser, text: str) -> Page:
    """What is said of a text in the end."""
    page = browser.post(LIVE, {**browser.get(EDIT).form(EDIT), "text": text})
    for _ in range(60):
        again = re.search(r'hx-get="(/live/[^"]+)"', page.text)
        if again is None:
            return page
        page = browser.get(again[1])
    raise AssertionError("no end")


@pytest.fixture
def text(library: Path) -> str:
    return library.read_text("utf-8")


def test_the_script_of_others_is_the_one_that_was_looked_at() -> None:
    version, digest = HTMX
    script = (STATIC / "htmx.min.js").read_bytes()
    assert sha256(script).hexdigest() == digest
    assert f'version:"{version}"'.encode() in script
    assert f"htmx {version}" in (STATIC / "README.md").read_text("utf-8")


def test_only_the_page_that_edits_may_run_scripts_and_only_ours(browser: Browser) -> None:
    page = browser.get(EDIT)
    assert page.headers["content-security-policy"] == WITH_SCRIPTS
    assert "script-src 'self'; connect-src 'self'" in WITH_SCRIPTS
    assert "unsafe" not in WITH_SCRIPTS
    assert re.findall(r"<script[^>]*>", page.text) == [
        '<script src="/htmx.min.js" defer>',
        '<script src="/editor.js" defer>',
    ]
    assert '"allowEval": false' in page.text
    assert '"includeIndicatorStyles": false' in page.text
    assert not re.search(r' (style|on\w+|hx-on[\w:-]*)="|js:|hx-trigger="[^"]*\[', page.text)
    for path in ("/", "/policies/library", "/policies/library/ask", "/policies/library/try", "/compare", "/nowhere"):
        other = browser.get(path)
        assert "<script" not in other.text
        assert "script-src" not in other.headers["content-security-policy"]


def test_what_an_error_is_and_where(browser: Browser, text: str) -> None:
    page = told(browser, text.replace("grown: adult", "grown: adullt"))
    line = text[: text.index("grown: adult")].count("\n") + 1
    assert f'<a href="#text" data-line="{line}">Line {line}</a>' in page.text
    assert "✗ Error Line" in page.plain
    assert "Did you mean `adult`?" in page.plain
    assert "<html" not in page.text


def test_verdicts_without_a_button(browser: Browser, text: str, library: Path) -> None:
    page = told(browser, text)
    assert "✗ violated Nobody who owes anything borrows <b>books</b>" in page.plain
    assert "<b>" not in page.text
    assert "✓ passed An adult without fines may borrow" in page.plain
    assert "2 promises proved" in told(browser, text.replace("fines <= $10", "fines <= $0")).plain
    assert library.read_text("utf-8") == text


def test_what_is_no_text_is_refused(browser: Browser) -> None:
    assert "zero bytes" in told(browser, "policy a\0").plain
    assert browser.post(LIVE, {"text": "policy a"}).status == 403
    assert browser.get("/live/guessed").status == 404


def _forever(*_: object) -> None:
    import time

    time.sleep(3600)


def test_a_newer_text_ends_the_work_on_the_older_one(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "prove_text", _forever)
    with running([library], Limits(live=2.0)) as server:
        reader = Browser(server)
        reader.enter()
        form = reader.get(EDIT).form(EDIT)
        pages = [reader.post(LIVE, {**form, "text": f"policy a{number}"}) for number in range(6)]
        numbers = [found[1] for page in pages if (found := re.search(r"/live/([^\"]+)", page.text))]
        assert len(numbers) == 6  # none was refused: each made room for the next
        assert "This was stopped." in reader.get(f"/live/{numbers[0]}").plain
        for _ in range(20):
            last = reader.get(f"/live/{numbers[-1]}").plain
            if "took more than 2 seconds" in last:
                break
        assert "took more than 2 seconds, and was stopped" in last
