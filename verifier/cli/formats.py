"""The formats of reports, by name: the one table that a new format is added to.

Each entry takes a finished run and how it is shown, and gives a text; for a file that is none, its bytes in base 64.
What a format needs is imported when it is used.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from verifier.reports.paper.extras import FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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


def _pdf(run: RunResult, view: View) -> str:
    from base64 import b64encode

    from verifier.cli.files import UsageFault
    from verifier.reports.paper.pdf import Unprintable, render_pdf

    try:
        return b64encode(render_pdf(_document(run, view))).decode("ascii")
    except Unprintable as fault:
        raise UsageFault(
            f"the PDF cannot be made, since no font here has {fault}; install one that has, or use html or docx"
        ) from fault


def _docx(run: RunResult, view: View) -> str:
    from base64 import b64encode

    from verifier.reports.paper.word import render_docx

    return b64encode(render_docx(_document(run, view))).decode("ascii")


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
        "pdf": _pdf,
        "docx": _docx,
    }
)

OUTPUTS: Final = tuple(RENDERERS)
FORMATS: Final = tuple(form for form in RENDERERS if form not in FILES)
"""Formats that can be printed."""

SETTLED: Final = frozenset({"html", *FILES})
"""Formats that tell nothing of how long a run took and whether its results were found again."""

WITH_PATHS: Final = frozenset({"json", "sarif", "junit", "github", "gitlab", "markdown"})
"""Formats that are read by other tools, which see paths from the root of the repository."""

FOR_TERMINALS: Final = frozenset({"text", "github", "markdown"})
"""Formats whose signs depend on what the stream can show; the others are ASCII wherever they go."""


def content(form: str, text: str) -> bytes | str:
    """What a file of a format contains."""
    if form not in FILES:
        return text
    from base64 import b64decode

    return b64decode(text)


def lacking(forms: Iterable[str]) -> str:
    """What to install for some formats; empty where nothing is missing."""
    missing = {form: extra for form in forms if (extra := FILES.get(form)) and not extra.installed}
    return "; ".join(
        f"`--output {form}=…` needs {extra.distribution}; install it with pip install 'clauseproof[{extra.extra}]'"
        for form, extra in missing.items()
    )


def makers(forms: Iterable[str]) -> list[str]:
    """The versions of the libraries that make some formats, on which their files depend."""
    from importlib.metadata import version

    return [f"{extra.distribution} {version(extra.distribution)}" for form in forms if (extra := FILES.get(form))]
