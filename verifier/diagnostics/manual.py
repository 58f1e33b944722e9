"""The offline pages of the diagnostics: one Markdown file per code in ``pages``, part of the installed package.

Takes codes; gives texts. Reads nothing but these pages.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def codes() -> list[tuple[str, str]]:
    """Every code with the title of its page, sorted by code."""
    return sorted((item.name.removesuffix(".md"), _title(item)) for item in _pages())


def page(code: str) -> str | None:
    """The page of a code (in any case), or ``None`` when there is no such code."""
    wanted = f"{code.upper()}.md"
    return next((item.read_text(encoding="utf-8") for item in _pages() if item.name == wanted), None)


def _pages() -> list[Traversable]:
    folder = files("verifier") / "diagnostics" / "pages"
    return [item for item in folder.iterdir() if item.name.endswith(".md")] if folder.is_dir() else []


def _title(item: Traversable) -> str:
    """The first heading, without the code that it may repeat."""
    name = item.name.removesuffix(".md")
    lines = item.read_text(encoding="utf-8").splitlines()
    heading = next((line.lstrip("# ").strip() for line in lines if line.startswith("#")), name)
    return heading.removeprefix(name).lstrip(" :—–-.")
