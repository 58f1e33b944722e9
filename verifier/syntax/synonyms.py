"""Words of everyday English and of other languages, and the words of this language that they stand for. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ITEM_SYNONYMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("import", "include", "require"), "use"),
        **dict.fromkeys(("role", "agent", "party"), "actor"),
        **dict.fromkeys(("type", "choice", "enumeration"), "enum"),
        **dict.fromkeys(("struct", "class", "object"), "record"),
        **dict.fromkeys(("const", "constant", "input", "given", "fct"), "fact"),
        **dict.fromkeys(("var", "variable", "state"), "status"),
        **dict.fromkeys(("let", "def", "definition", "function", "term"), "define"),
        **dict.fromkeys(("decision", "determine", "amend", "amends", "amendment", "modify"), "decide"),
        **dict.fromkeys(("event", "action", "transition"), "step"),
        **dict.fromkeys(("obligation", "deadline", "must", "shall"), "duty"),
        **dict.fromkeys(
            (
                "property",
                "theorem",
                "invariant",
                "assert",
                "promise",
                "check",
                "verify",
                "ensure",
                "proof",
                "guarantee",
                "goal",
            ),
            "prove",
        ),
        **dict.fromkeys(("test", "example", "case"), "scenario"),
        **dict.fromkeys(("assumption", "suppose"), "assume"),
        **dict.fromkeys(("ignore", "suppress", "allow"), "waive"),
    }
)
"""Words of other languages for items."""

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("must", "require", "needs", "need", "precondition", "guard"), ("requires",)),
        **dict.fromkeys(("if", "where", "provided"), ("requires", "if")),
        "when": ("if", "requires", "while"),
        "while": ("if",),
        **dict.fromkeys(("else", "default"), ("otherwise", "else")),
        **dict.fromkeys(("equals", "equal", "are", "was", "be"), ("is",)),
        **dict.fromkeys(("gets", "set", "sets", "is", "set_to"), ("becomes",)),
        **dict.fromkeys(("returns", "return", "yields", "give", "means"), ("gives",)),
        "gives": ("means",),
        **dict.fromkeys(("effect", "effects", "do", "does"), ("then",)),
        **dict.fromkeys(("assert", "check", "expects", "should"), ("expect",)),
        **dict.fromkeys(("with", "each"), ("has", "in")),
        "any": ("some",),
        **dict.fromkeys(("all", "each"), ("every",)),
        "exists": ("some",),
        "and": ("to",),
        "not": ("never",),
        **dict.fromkeys(("occurred", "happens", "happen"), ("happened",)),
        **dict.fromkeys(("default", "initially", "initial", "init", "start"), ("starts", "otherwise")),
        **dict.fromkeys(("plus",), ("+",)),
        **dict.fromkeys(("minus",), ("-",)),
        **dict.fromkeys(("times",), ("*",)),
        "mod": ("/",),
        **dict.fromkeys(("says", "read", "text", "phrase", "label", "called"), ("reads",)),
        **dict.fromkeys(("have", "had"), ("has",)),
        "over": ("of",),
        "in": ("within",),
        "overrides": ("to",),
        **dict.fromkeys(("since", "as"), ("because",)),
        "following": ("after",),
    }
)
"""Words that authors write for words of the language, tried only where the parser could go on."""

COMPARISONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "at least": ">=",
        "at most": "<=",
        "no less than": ">=",
        "not less than": ">=",
        "no more than": "<=",
        "not more than": "<=",
        "more than": ">",
        "greater than": ">",
        "over": ">",
        "less than": "<",
        "fewer than": "<",
        "under": "<",
        "equal to": "is",
    }
)

TYPE_SYNONYMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("integer", "number", "whole", "num", "count", "long"), "int"),
        **dict.fromkeys(("bool", "boolean", "flag", "yesno", "yes_no"), "yes/no"),
        **dict.fromkeys(("float", "double", "real", "rational", "fraction"), "decimal"),
        **dict.fromkeys(("dollar", "dollars", "currency", "amount", "usd"), "money"),
        **dict.fromkeys(("datetime", "day", "time", "timestamp"), "date"),
        **dict.fromkeys(("percentage", "rate"), "percent"),
    }
)
"""Words for types that the language has under another name."""

RANGED: Final = ("int", "money")
"""The types that may have a range."""
