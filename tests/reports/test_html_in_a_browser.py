"""The report in a real browser: narrow and wide, light and dark, by keyboard, on paper, and by axe-core."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from chromium import PROGRAM, Page, browser
from reported import EVERYTHING, VIEW, verified
from running import DEFAULT

from verifier import pipeline
from verifier.cli.files import read_policy
from verifier.cli.formats import RENDERERS

if PROGRAM is None:
    pytest.skip("there is no Chromium here; the script of CI installs it", allow_module_level=True)

ROOT = Path(__file__).parents[2]
AXE = find_spec("axe_core_python")
PAGES = ("all", "verified", "shipped")
SHIPPED = ("mortgage_underwriting", "grant_appeals", "records_retention")
"""Policies with tables, drawings of statuses, drawings of steps, and duties."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    paths = [str(ROOT / "policies" / name / f"{name}.policy") for name in SHIPPED]
    shipped = pipeline.check(paths, DEFAULT, read_policy)
    for name, run in (("all", EVERYTHING), ("verified", verified()), ("shipped", shipped)):
        (folder / f"{name}.html").write_text(RENDERERS["html"](run, VIEW), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in PAGES}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_width_needs_scrolling_sideways(page: Page, pages: dict[str, Path], name: str, width: int) -> None:
    page.show(pages[name], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, pre, svg, details')"
    assert page.evaluate(f"{outside} && e.getBoundingClientRect().right > {width}).map(e => e.outerHTML)") == []


@pytest.mark.parametrize("name", PAGES)
def test_it_asks_for_nothing_and_complains_of_nothing(page: Page, pages: dict[str, Path], name: str) -> None:
    page.show(pages[name])
    assert page.complaints == []
    assert page.requests == [pages[name].as_uri()]
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Iowan Old Style"')  # style applies


def test_an_injected_script_does_not_run(page: Page, pages: dict[str, Path]) -> None:
    attack = pages["all"].with_name("attack.html")
    text = pages["all"].read_text(encoding="utf-8")
    attack.write_text(text.replace("</main>", "<script>window.broken = 1</script></main>"), encoding="utf-8")
    page.show(attack)
    assert page.evaluate("window.broken === undefined")
    assert any("Content Security Policy" in complaint for complaint in page.complaints)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.skipif(AXE is None, reason="the test extra brings axe-core")
def test_axe_finds_nothing(page: Page, pages: dict[str, Path], name: str, dark: bool, width: int) -> None:
    assert AXE is not None
    assert AXE.origin is not None
    page.show(pages[name], width, dark=dark)
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    page.evaluate(Path(AXE.origin).with_name("axe.min.js").read_text(encoding="utf-8") + ";0")
    found = "r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html))"
    violated, passed = page.evaluate(f"axe.run().then(r => [{found}, r.passes.length])")
    assert violated == []
    assert passed > 15


def test_it_is_dark_where_the_reader_wants_it(page: Page, pages: dict[str, Path]) -> None:
    colors = []
    for dark in (False, True):
        page.show(pages["all"], dark=dark)
        colors.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colors == ["rgb(255, 254, 251)", "rgb(23, 24, 27)"]


def test_a_keyboard_is_enough(page: Page, pages: dict[str, Path]) -> None:
    page.show(pages["all"])
    page.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.evaluate("document.querySelector('summary').focus()")
    page.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")


@pytest.mark.parametrize(("paper", "width", "height"), [("letter", 8.5, 11.0), ("A4", 8.27, 11.69)])
def test_it_prints(page: Page, pages: dict[str, Path], paper: str, width: float, height: float) -> None:
    page.show(pages["all"])
    printed = page.printed(width, height)
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", printed)) >= 2, paper


def test_what_is_folded_is_printed(page: Page, pages: dict[str, Path]) -> None:
    page.show(pages["all"])
    folded = "[...document.querySelectorAll('details')].map(e => e.getBoundingClientRect().height)"
    before = page.evaluate(folded)
    page.print_view()
    after = page.evaluate(folded)
    assert before
    assert all(large > small for small, large in zip(before, after, strict=True))
