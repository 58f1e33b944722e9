"""A run as one page for people: a file that can be read, printed, cited and filed without anything else.

Takes the document of a run; gives HTML. The page asks nothing of any network and runs no script, and its policy for
content forbids both.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from verifier.reports.document.model import Article, Document
from verifier.reports.document.parts import anchor
from verifier.reports.page.markup import Html, el
from verifier.reports.page.nodes import html


def render_html(document: Document) -> str:
    """The report of a run as a page."""
    body = el(
        "body",
        el("a", "Skip to the content", href="#content", class_="skip"),
        el("header", el("p", "Clauseproof report", class_="kicker"), el("h1", document.title)),
        _contents(document),
        el(
            "main",
            html(document.summary),
            [_article(article, document.heading(article)) for article in document.articles],
            id="content",
            tabindex="-1",
        ),
        el(
            "footer",
            el("p", f"Made by {document.made_by}. This page needs no network and runs no script."),
        ),
    )
    page = f"<!DOCTYPE html>\n{el('html', _head(document.title), body, lang='en')}"
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _head(title: str) -> Html:
    css = Path(__file__).with_name("page").joinpath("page.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(css.encode()).digest()).decode()
    allowed = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=allowed),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", f"{title} – Clauseproof report"),
        Html(f"<style>{css}</style>"),
    )


def _contents(document: Document) -> Html:
    places = [("summary", "Summary")]
    for article in document.articles:
        if document.alone:
            places += [(anchor(article.place, name), title) for name, title in article.chapters]
        else:
            places.append((article.place, article.title))
    links = [el("li", el("a", title, href=f"#{place}")) for place, title in places]
    return el("nav", el("h2", "Contents"), el("ul", links), aria_label="Contents")


def _article(article: Article, title: str) -> Html:
    """All that is told about a policy."""
    return el(
        "article",
        el("h2", title),
        el("p", el("code", article.path), class_="meta"),
        html(article.body),
        id=article.place,
    )
