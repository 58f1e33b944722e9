"""How a text report looks: colour, signs and width. Knows nothing of results and touches no stream."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import Literal, TypeAlias

from verifier.records import dataclass

Paint: TypeAlias = Literal["good", "bad", "doubt", "strong", "quiet"]

_CODES = MappingProxyType({"good": "32", "bad": "1;31", "doubt": "33", "strong": "1", "quiet": "2"})

_PLAIN = MappingProxyType(
    {
        "✓": "ok",
        "✗": "x",
        "✕": "x",
        "┃": "|",
        "│": "|",
        "→": "->",
        "…": "...",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "−": "-",
        "·": "-",
        "×": "x",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "§": "sec.",
        "━": "=",
        "─": "-",
        "�": "?",
    }
)


_SPACES = " \t\n\u00a0"


@dataclass(frozen=True, slots=True)
class Style:
    """``width``: columns to fill; ``unicode``: whether signs outside ASCII can be shown."""

    color: bool = False
    unicode: bool = True
    width: int = 80

    def paint(self, text: str, paint: Paint) -> str:
        """The text in a colour, where colour is wanted. A sign or word must say the same without it."""
        return f"\x1b[{_CODES[paint]}m{text}\x1b[0m" if self.color and text else text

    def signs(self, text: str) -> str:
        """The text with plain signs where others cannot be shown; call it before measuring.

        A control character in an author's words must not reach the terminal.
        """
        return shown(text) if self.unicode else plain(shown(text))


@dataclass(frozen=True, slots=True)
class View:
    """How a run is shown. ``command``: what the user ran; ``folder``: where the paths of the run start; ``root``: the
    folder from which the tools that read the report see them; ``sources``: where cited texts are looked for.
    """

    style: Style = Style()
    command: str = "verify"
    folder: str = "."
    root: str = "."
    sources: tuple[str, ...] = ()


def shown(text: str) -> str:
    """The text with a plain sign for each that shows nothing or turns the direction of what follows."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in _SPACES else "�" for sign in text)


def plain(text: str) -> str:
    """The text in ASCII as far as that is possible: signs spelled out, accents dropped."""
    spelled = "".join(_PLAIN.get(sign, sign) for sign in text)
    decomposed = unicodedata.normalize("NFKD", spelled)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
