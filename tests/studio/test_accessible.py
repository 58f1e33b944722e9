"""Every page can be used without sight, without a pointer and without scripts: what can be seen in its markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from live_studio import Browser, Page

PAGES = (
    "/",
    "/policies/library",
    "/policies/library/ask",
    "/policies/library/try",
    "/policies/library/edit",
    "/compare",
)


class _Outline(HTMLParser):
    """Headings, names of fields, and places of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.ids: list[str] = []
        self.described: list[str] = []
        self.landmarks: list[str] = []
        self.open_labels = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.described += [given[name] for name in ("aria-describedby", "aria-labelledby") if name in given]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        elif tag == "label":
            self.open_labels += 1
            self.labelled.add(given.get("for", ""))
        elif tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.fields.append({**given, "within": "yes" if self.open_labels else ""})
        elif tag in ("main", "header", "nav", "footer"):
            self.landmarks.append(tag)
        assert "tabindex" not in given or given["tabindex"] == "0"

    def handle_endtag(self, tag: str) -> None:
        self.open_labels -= tag == "label"


def filled(browser: Browser) -> list[Page]:
    """All pages, and those that forms lead to."""
    pages = [browser.get(path) for path in PAGES]
    ask, case = pages[2], pages[3]
    pages.append(browser.submit(ask, "/policies/library/ask", kind="who can", subject="lend"))
    pages.append(browser.submit(ask, "/policies/library/ask", kind="why"))
    pages.append(browser.submit(case, "/policies/library/try", **{"f.adult": "yes"}))
    pages.append(browser.get("/nowhere"))
    return pages


def test_pages_have_an_outline_and_every_field_a_label(browser: Browser) -> None:
    for page in filled(browser):
        outline = _Outline()
        outline.feed(page.text)
        assert '<html lang="en">' in page.text
        assert outline.headings[0] == 1
        assert outline.headings.count(1) == 1
        steps = zip(outline.headings, outline.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), (page.address, outline.headings)
        assert outline.landmarks.count("main") == 1
        unnamed = [f for f in outline.fields if not f["within"] and f.get("id", "") not in outline.labelled]
        assert unnamed == [], page.address
        assert len(outline.ids) == len(set(outline.ids)), page.address
        assert {name for text in outline.described for name in text.split()} <= set(outline.ids), page.address


def test_a_verdict_is_a_word_and_a_sign(browser: Browser) -> None:
    for page in filled(browser):
        badges = re.findall(
            r'<(?:span|strong) class="badge [a-z]+"><span aria-hidden="true">(.)</span> ([^<]+)</(?:span|strong)>',
            page.text,
        )
        assert len(badges) == page.text.count('class="badge ')
        assert all(sign.strip() and words.strip() for sign, words in badges)
