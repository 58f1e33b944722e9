"""The formats of reports, by name: the one table that a new format is added to.

Each entry takes a finished run and how it is shown, and gives a text. What a format needs is imported when it is used.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from verifier.explain.model import RunResult
    from verifier.reports.document.model import Document
    from verifier.reports.style import View


def _text(run: RunResult, view: View) -> str:
    from verifier.reports.baseline import known_before
    from verifier.reports.text import render_text

    known = [known_before(policy, run, view) for policy in run.policies] if run.baseline is not None else []
    return render_text(run, view.style, view.command, known)


def _json(run: RunResult, view: View) -> str:
    from verifier.reports.json import render_json

    return render_json(run, view)


def _sarif(run: RunResult, view: View) -> str:
    from verifier.reports.sarif import render_sarif

    return render_sarif(run, view)


def _junit(run: RunResult, view: View) -> str:
    from verifier.reports.junit import render_junit

    return render_junit(run, view)


def _github(run: RunResult, view: View) -> str:
    from verifier.reports.github import render_github

    return render_github(run, view)


def _gitlab(run: RunResult, view: View) -> str:
    from verifier.reports.gitlab import render_gitlab

    return render_gitlab(run, view)


def _markdown(run: RunResult, view: View) -> str:
    from verifier.reports.markdown import render_markdown

    return render_markdown(run, view)


def _html(run: RunResult, view: View) -> str:
    from verifier.reports.html import render_html

    return render_html(_document(run, view))


def _document(run: RunResult, view: View) -> Document:
    from verifier.checking.sources import Library
    from verifier.cli.files import read_bytes
    from verifier.explain.citations import cited_by_path
    from verifier.reports.document.whole import document

    return document(run, view.command, cited_by_path(run.policies, Library(read_bytes, view.sources)))


RENDERERS: Final[Mapping[str, Callable[[RunResult, View], str]]] = MappingProxyType(
    {
        "text": _text,
        "json": _json,
        "sarif": _sarif,
        "junit": _junit,
        "github": _github,
        "gitlab": _gitlab,
        "markdown": _markdown,
        "html": _html,
    }
)

FORMATS: Final = tuple(RENDERERS)

WITH_PATHS: Final = frozenset({"json", "sarif", "junit", "github", "gitlab", "markdown"})
"""Formats that are read by other tools, which see paths from the root of the repository."""

FOR_TERMINALS: Final = frozenset({"text", "github", "markdown"})
"""Formats whose signs depend on what the stream can show; the others are ASCII wherever they go."""
