"""HTML that cannot be broken by what a policy says: texts are escaped unless this module made them.

``el`` makes an element of texts and elements; nothing else makes ``Html``. Knows nothing of results.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final, TypeAlias

from verifier.reports.style import shown


class Html(str):
    """Markup that was made here and is shown as it is."""

    __slots__ = ()


Child: TypeAlias = "Html | str | Iterable[Child] | None"
Attribute: TypeAlias = "str | int | bool | None"

_VOID: Final = frozenset({"meta", "path", "circle", "rect", "br"})
_INLINE: Final = frozenset({"a", "code", "pre", "span", "strong", "summary", "text", "time", "title"})
_END: Final = "\n"
"""What follows an element that is no part of a line, so that two versions of a page can be compared line by line."""


def el(tag: str, *children: Child, **attributes: Attribute) -> Html:
    """An element. Of an attribute's name, a ``_`` at the end is dropped and others become ``-``; without a value it is
    left out.
    """
    said = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _VOID:
        return Html(f"<{tag}{said}>" if tag in ("meta", "br") else f"<{tag}{said}/>")
    return Html(f"<{tag}{said}>{join(children)}</{tag}>{'' if tag in _INLINE else _END}")


def join(children: Child) -> Html:
    """Texts and elements one after the other."""
    if children is None:
        return Html("")
    if isinstance(children, str):
        return children if isinstance(children, Html) else Html(escape(shown(children)))
    return Html("".join(join(child) for child in children))


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    word = name.rstrip("_").replace("_", "-")
    return f" {word}" if value is True else f' {word}="{escape(shown(str(value)))}"'
