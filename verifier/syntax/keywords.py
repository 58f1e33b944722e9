"""The words of the language, by what they do.

Data only, importable without Lark. A test compares these tables with ``grammar/policy.lark``.
Every word here is reserved: it cannot name anything. ``none`` is a value and the units are words only after an
integer, so neither stands in ``KEYWORDS``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

ITEM_WORDS: Final = (
    "policy",
    "source",
    "use",
    "actor",
    "enum",
    "entity",
    "record",
    "fact",
    "status",
    "reading",
    "assume",
    "define",
    "decide",
    "table",
    "step",
    "duty",
    "prove",
    "scenario",
    "waive",
)
"""Words that start an item and occur nowhere else."""

CLAUSE_WORDS: Final = (
    "field",
    "rule",
    "exception",
    "otherwise",
    "row",
    "requires",
    "then",
    "given",
    "when",
    "on",
    "after",
    "expect",
)
"""Words that start a clause inside an item."""

CLAUSE_OWNERS: Final = MappingProxyType(
    {
        "field": ("record",),
        "rule": ("decide",),
        "exception": ("decide",),
        "otherwise": ("decide", "table"),
        "row": ("table",),
        "requires": ("step",),
        "then": ("step",),
        **dict.fromkeys(("given", "when", "on", "after", "expect"), ("scenario",)),
    }
)
"""The items in which each clause stands."""

OTHER_WORDS: Final = (
    *("all", "always", "and", "any", "because", "becomes", "before", "between", "both", "by"),
    *("cannot", "changes", "count", "date", "decimal", "depends", "down"),
    *("else", "equals", "ever", "every", "exactly", "first", "for", "from", "gives", "greater"),
    *("happened", "has", "if", "iff", "implies", "in", "int", "is", "just", "lesser", "list", "lowers"),
    *("means", "money", "more", "never", "no", "not", "number", "of", "only", "or"),
    *("percent", "possible", "raises", "reads", "rounding", "set", "sha256", "since", "size", "some", "starts"),
    *("to", "today", "total", "unless", "until", "up", "weekday", "while", "with", "within", "without", "yes"),
)
"""Words inside clauses and expressions."""

KEYWORDS: Final = frozenset((*ITEM_WORDS, *CLAUSE_WORDS, *OTHER_WORDS))
"""All reserved words."""

UNIT_WORDS: Final = frozenset(("day", "days", "week", "weeks", "month", "months", "year", "years"))
"""Words that are units directly after an integer and ordinary names elsewhere."""

VALUE_WORDS: Final = frozenset(("none",))
"""Values with a fixed spelling that an enum may declare as its own."""
