"""All diagnostic codes with one-line titles. Codes are stable: one is never given another meaning.

Data only. Each code has a page ``verifier/diagnostics/pages/CODE.md`` with an example that fires it and its correction.
``E01`` and ``W01`` are about the text, ``E02`` about names, ``E03`` and ``W03`` about types, ``E04`` and ``W04`` about
structure, ``W02`` about drafting, ``F`` about what the verifier finds in a policy, whatever it promises.
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

CHECKING_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "E0201": "A name is declared twice",
        "E0202": "A name is not declared, or is not a value",
        "E0203": "A name is not a step",
        "E0204": "A name is not a type",
        "E0205": "An actor is not declared",
        "E0206": "A cited source is not declared",
        "E0207": "A name is not a value of the enum",
        "E0208": "Nothing says which enum a value belongs to",
        "E0209": "There is no such field",
        "E0210": "A used policy cannot be read",
        "E0211": "Policies use each other in a circle",
        "E0212": "A used file holds a policy of another name",
        "E0213": "Two used policies declare the same name",
        "E0214": "An exception names a rule that is not there",
        "E0215": "A step has no such requirement",
        "E0216": "A step is not a value",
        "E0301": "A value has another type than its place asks for",
        "E0302": "Two values do not go together",
        "E0303": "This type has no order",
        "E0304": "Arithmetic is not defined for these types",
        "E0305": "Money and plain numbers do not mix",
        "E0306": "Days and months do not mix",
        "E0307": "Months from a date need a rounding",
        "E0308": "A date does not exist",
        "E0309": "Division by zero or by something that is not constant",
        "E0310": "A constant lies outside the declared range",
        "E0311": "The number of arguments is wrong",
        "E0312": "Nothing says of what type this is",
        "E0313": "A type cannot stand here",
        "E0314": "A range is empty",
        "E0315": "This is not a set or list",
        "E0401": "Definitions or decisions need themselves",
        "E0402": "Exceptions defeat each other in a circle",
        "E0403": "An amendment does not fit the decision",
        "E0404": "A start value reads something that changes",
        "E0405": "Only a status can become something",
        "E0406": "A step assigns a status twice",
        "E0407": "A row has the wrong number of patterns",
        "E0408": "A past condition on something unbounded",
        "E0409": "The argument of a past step changes without bound",
        "E0410": "A promise needs fresh names for the arguments of its step",
        "E0411": "A scenario's clauses are out of order",
        "E0412": "A two-case promise cannot speak of this",
        "E0413": "Definitions grow too large",
        "E0414": "The file of a source cannot be read",
        "E0415": "The text of a source has changed",
        "E0416": "A waiver names nothing of this policy",
        "W0301": "A product of two values that are not constant",
        "W0401": "A waiver names no finding that can be waived",
    }
)
"""Codes about names, types and structure."""

DRAFTING_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "W0201": "A name is never used",
        "W0202": "A promise does not say where it comes from",
        "W0203": "Phrases are missing",
        "W0204": "A status never changes",
        "W0205": "Rows of a table overlap",
        "W0206": "A waiver waives nothing",
        "W0211": "A value is never reached",
        "W0212": "An exception never matters",
        "W0213": "An exception is wider than its rule",
        "W0214": "A requirement follows from the others",
        "W0215": "A definition is always the same",
    }
)
"""Codes about drafting; from ``W0211`` on proved by a solver."""

FINDING_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "F0101": "A decision has no answer in some case",
        "F0102": "A decision has two answers in some case",
        "F0103": "A decision needs a value that is absent in some case",
        "F0104": "A step meets an error in some case",
        "F0105": "A policy needs history that cannot be followed",
        "F0106": "A case cannot start",
        "F0107": "Two rows of a table contradict each other",
        "F0201": "A step can never be taken",
        "F0202": "A rule never decides anything",
        "F0203": "A scenario is about no case",
        "F0204": "No case satisfies the assumptions",
        "F0301": "A duty can stop time",
        "F0401": "A promise of an amended policy is violated",
        "F0501": "A waiver has expired",
    }
)
"""Codes of what the verifier finds in a policy, whatever it promises."""

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {**SYNTAX_TITLES, **CHECKING_TITLES, **DRAFTING_TITLES, **FINDING_TITLES}
)
"""Every code."""

_NEVER_WAIVED: Final = ("F0105", "F0203", "F0204", "F0501", "W0206", "W0401")

WAIVABLE: Final = tuple(code for code in TITLES if code[0] in "FW" and code not in _NEVER_WAIVED)
"""What ``waive`` may name. Errors in the text are corrected, not waived; nor can a policy or a scenario about no case,
or one that cannot be followed, be left as it is.
"""
