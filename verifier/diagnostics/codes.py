"""All diagnostic codes with one-line titles. Codes are stable: one is never given another meaning.

Data only. Each code has a page ``verifier/diagnostics/pages/CODE.md`` with an example that fires it and its correction.
``E01`` and ``W01`` are about the text, ``E02`` about names, ``E03`` about types, ``E04`` about structure.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SYNTAX_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "E0101": "Something else was expected here",
        "E0102": "A word of the language is misspelt or replaced by another",
        "E0103": "`and` beside `or` without parentheses",
        "E0104": "A word of the language is used as a name",
        "E0105": "A character has no meaning here",
        "E0106": "A text is not closed",
        "E0107": "An operator or word of another language",
        "E0108": "Quotation marks are not straight",
        "E0109": "A date is not written as year, month and day",
        "E0110": "An amount of money is not well formed",
        "E0111": "A number is not well formed",
        "E0112": "A citation is not well formed",
        "E0113": "An expression nests too deeply",
        "E0114": "The policy has no header",
        "E0115": "The header stands in the wrong place or twice",
        "E0116": "A clause is written twice",
        "E0117": "Only a step can happen",
        "E0118": "An item says nothing",
        "E0120": "A file cannot be read",
        "E0121": "A file is not a text in UTF-8",
        "E0122": "A file is too large",
        "E0123": "An invisible character changes the reading direction",
        "E0124": "A bracket has no partner",
        "W0101": "Arithmetic looks like a date",
        "W0102": "A character looks like ordinary white space but is not",
    }
)
"""Codes about the text itself."""
