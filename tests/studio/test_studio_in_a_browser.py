"""The studio in a real browser: every page and every form, by axe-core, by keyboard, narrow, on paper, without scripts.

One browser and one studio serve the whole module. Pages that forms lead to are made once, and looked at from all sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from chromium import PROGRAM, Page, browser
from live_studio import running

from verifier.studio import browsing

if PROGRAM is None:
    pytest.skip("there is no Chromium here; the script of CI installs it", allow_module_level=True)

AXE = find_spec("axe_core_python")
POLICY = "/policies/library"
PLAIN = ("/", POLICY, f"{POLICY}/ask", f"{POLICY}/try", f"{POLICY}/edit", "/compare", "/nowhere")
READY = "document.readyState === 'complete' && !document.querySelector('.waiting, [role=status]')"
FORMS = {
    "reasons": (f"{POLICY}/ask", {"kind": "why not", "subject": "lend", "f.adult": "no"}),
    "groups": (f"{POLICY}/ask", {"kind": "who can", "subject": "lend"}),
    "depends": (f"{POLICY}/ask", {"kind": "why", "written": "adult"}),
    "changes": (f"{POLICY}/ask", {"kind": "what would change", "subject": "lend", "f.adult": "yes", "f.fines": "12"}),
    "violated": (f"{POLICY}/ask", {"kind": "", "written": "lend only if fines = $0"}),
    "proved": (f"{POLICY}/ask", {"kind": "", "written": "lend only if adult"}),
    "not understood": (f"{POLICY}/ask", {"kind": "why", "written": "grown_up"}),
    "case": (f"{POLICY}/try", {"f.adult": "yes"}),
    "checked": (f"{POLICY}/edit", {}),
    "broken": (f"{POLICY}/edit", {"text": "policy library\nfact adult : yes/no\nprove a\n  always adullt\n"}),
    "compared": ("/compare", {"old": "library", "new.text": "NEWER"}),
}
"""Where a form is, and what is entered."""


class Visitor:
    """A browser in a studio."""

    def __init__(self, page: Page, host: str, newer: str) -> None:
        self.page, self.host, self.newer = page, host, newer
        self.made: dict[str, str] = {}

    def visit(self, path: str, width: int = 1280, dark: bool = False) -> Page:
        self.page.open(f"http://{self.host}{path}", width, dark=dark)
        self.page.wait_for(READY)
        return self.page

    def result(self, name: str) -> str:
        """The page that a form leads to."""
        if name not in self.made:
            path, fields = FORMS[name]
            self.visit(path)
            for field, text in fields.items():
                self.fill(field, text.replace("NEWER", self.newer))
            self.page.evaluate("document.querySelector('main form button').click()")
            self.page.wait_for(f"location.pathname.startsWith('/results/') && {READY}")
            self.made[name] = str(self.page.evaluate("location.pathname"))
        return self.made[name]

    def fill(self, name: str, text: str) -> None:
        """Enter a value, whatever kind of field it is."""
        self.page.evaluate(
            f"for (const e of document.getElementsByName({name!r}))"
            f" {{ if (e.type === 'radio') e.checked = e.value === {text!r}; else e.value = {text!r}; }}"
        )

    def places(self) -> list[str]:
        return [*PLAIN, *map(self.result, FORMS)]


@pytest.fixture(scope="module")
def visitor(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    newer = library.read_text("utf-8").replace("fines <= $10", "fines <= $25").replace("grown: adult", "grown: yes")
    with running([library]) as server, browser(tmp_path_factory.mktemp("browser")) as page:
        page.open(server.address)
        found = Visitor(page, server.host, newer)
        page.wait_for("document.querySelector('.badge.bad')")  # the one policy is proved
        yield found


def test_every_form_leads_to_a_page_that_answers(visitor: Visitor) -> None:
    said = {
        "reasons": "NO. It cannot come about that the staff lends a book.",
        "groups": "1 GROUP. It can come about that the staff lends a book",
        "depends": "IT DEPENDS on what is not given",
        "changes": "at most $10.00",
        "violated": "It can happen that the staff lends a book, although",
        "proved": "The staff lends a book only if the reader is an adult.",
        "not understood": "could not be understood",
        "case": "What may happen next",
        "checked": "1 promise violated",
        "broken": "did you mean",
        "compared": "POSSIBLE NOW, AND NOT BEFORE".capitalize(),
    }
    for name, words in said.items():
        page = visitor.visit(visitor.result(name))
        assert words in page.evaluate("document.querySelector('main').innerText"), name
        assert page.complaints == [], name


@pytest.mark.skipif(AXE is None, reason="the test extra brings axe-core")
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)], ids=["wide and light", "narrow and dark"])
def test_axe_finds_nothing(visitor: Visitor, width: int, dark: bool) -> None:
    assert AXE is not None
    assert AXE.origin is not None
    axe = Path(AXE.origin).with_name("axe.min.js").read_text(encoding="utf-8")
    for path in visitor.places():
        page = visitor.visit(path, width, dark)
        assert page.complaints == [] or path == "/nowhere", path  # nothing was forbidden
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        page.evaluate(f"{axe};0")
        found = "r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html))"
        violated, passed = page.evaluate(f"axe.run().then(r => [{found}, r.passes.length])")
        assert violated == [], path
        assert passed > 10, path


def test_a_narrow_screen_needs_no_scrolling_sideways(visitor: Visitor) -> None:
    for path in visitor.places():
        page = visitor.visit(path, 320)
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        outside = "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, pre, svg, textarea')"
        seen = "document.documentElement.clientWidth + 0.5"  # without the bar that scrolls down
        assert page.evaluate(f"{outside} && e.getBoundingClientRect().right > {seen}).map(e => e.outerHTML)") == [], (
            path
        )


CONTROLS = """
(() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  const seen = new Set();
  return all.filter(e => {
    if (e.type === 'hidden' || (e.closest('details:not([open])') && e.tagName !== 'SUMMARY')) return false;
    if (e.type !== 'radio') return true;  // of radio buttons with one name, one is reached
    const key = e.form + e.name;
    return !seen.has(key) && seen.add(key);
  }).length;
})()
"""
FOCUS = """
(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const all = window.reached = window.reached || [];
  if (!all.includes(e)) all.push(e);
  const ring = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return {ring: ring.outlineStyle, wide: parseFloat(ring.outlineWidth), seen: box.width > 0 && box.right > 0,
          what: e.outerHTML.slice(0, 80)};
})()
"""


def test_a_keyboard_reaches_everything_and_shows_where_it_is(visitor: Visitor) -> None:
    for path in (*PLAIN[:-1], visitor.result("case"), visitor.result("violated"), visitor.result("compared")):
        page = visitor.visit(path)
        controls = page.evaluate(CONTROLS)
        within = 4 * page.evaluate("document.querySelectorAll('input[type=date]').length")  # day, month, year, calendar
        for _ in range(controls + within):
            page.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus is None:  # past the last one
                break
            assert focus["ring"] != "none", (path, focus)
            assert focus["wide"] >= 2, (path, focus)
            assert focus["seen"], (path, focus)
        assert page.evaluate("window.reached.length") == controls, path


def test_the_first_stop_skips_to_the_content(visitor: Visitor) -> None:
    page = visitor.visit(POLICY)
    page.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.press("Enter")
    page.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_question_is_asked_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.visit(f"{POLICY}/ask")
    while page.evaluate("document.activeElement.id") != "written":
        page.press("Tab")
    page.write("adult")
    page.press("Enter")
    page.wait_for(f"location.pathname.startsWith('/results/') && {READY}")
    assert "IT DEPENDS" in page.evaluate("document.querySelector('main').innerText")


def test_without_scripts_everything_can_be_read_and_sent(visitor: Visitor) -> None:
    page = visitor.page
    page.scripts(False)
    try:
        for path in PLAIN:
            visitor.visit(path)
            assert page.evaluate("document.querySelector('main').innerText.length") > 10, path
        visitor.visit(f"{POLICY}/edit")
        assert page.evaluate("typeof htmx") == "undefined"
        visitor.fill("text", FORMS["broken"][1]["text"])
        page.evaluate("document.querySelector('main form button').click()")
        page.wait_for(f"location.pathname.startsWith('/results/') && {READY}")
        assert "did you mean" in page.evaluate("document.querySelector('main').innerText")
    finally:
        page.scripts(True)


def test_findings_follow_the_text_as_it_is_written(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "_PATIENCE", 0.0)  # no answer comes at once, however fast the machine: the page asks
    page = visitor.visit(f"{POLICY}/edit")
    assert page.evaluate("document.getElementById('numbers').textContent.split('\\n').length") > 20
    page.evaluate("document.getElementById('text').focus(); document.getElementById('text').setSelectionRange(0, 0)")
    page.write("?")
    page.wait_for("document.querySelector('#live [data-line]')")
    assert page.evaluate("document.querySelector('#live [data-line]').textContent") == "Line 1"
    page.evaluate("document.querySelector('#live [data-line]').click()")
    chosen = "(t => t.value.slice(t.selectionStart, t.selectionEnd))(document.getElementById('text'))"
    assert page.evaluate(chosen) == '?policy library "Who may borrow books"'
    page.write('policy library "Who may borrow books"')
    page.wait_for("document.querySelector('#live').innerText.includes('1 promise violated')")
    assert "Only adults borrow books" in page.evaluate("document.querySelector('#live').innerText")
    assert page.complaints == []
    assert {address.partition("/live")[0] for address in page.requests if "/live" in address} == {
        f"http://{visitor.host}{POLICY}/edit",
        f"http://{visitor.host}",
    }


def test_nothing_that_is_injected_runs(visitor: Visitor) -> None:
    for path in (POLICY, f"{POLICY}/edit"):
        page = visitor.visit(path)
        page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.bad = 1'}))")
        assert page.evaluate("window.bad === undefined"), path
        assert any("Content Security Policy" in complaint for complaint in page.complaints), path
    assert page.evaluate("(() => { try { return new Function('return 1')() } catch { return 'refused' } })()")


def test_pages_print(visitor: Visitor) -> None:
    for path in (POLICY, visitor.result("violated"), visitor.result("compared")):
        printed = visitor.visit(path).printed(8.5, 11.0)
        assert printed.startswith(b"%PDF")
        assert re.search(rb"/Type /Page\b", printed), path
