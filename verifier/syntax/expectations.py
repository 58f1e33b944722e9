"""What the parser expects, in the author's words.

Takes sets of terminals; gives phrases. No name of a terminal or rule ever appears in a message.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from verifier.syntax.grammar import load_grammar
from verifier.syntax.keywords import CLAUSE_WORDS, ITEM_WORDS

END: Final = "$END"

CLASSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        END: "the end of the text",
        "NAME": "a name",
        "NONE": "`none`",
        "STRING": 'a text between `"`',
        "CITATION": "a citation such as `[article 4.4]`",
        "WHOLE_NUMBER": "a whole number",
        "DECIMAL_NUMBER": "a decimal number",
        "PERCENTAGE": "a percentage such as `5%`",
        "AMOUNT": "an amount such as `$1,250.00`",
        "DAY": "a date such as `2012-04-25`",
        "UNIT": "`days`, `weeks`, `months` or `years`",
        "YES_NO": "`yes/no`",
        "COMMENT": "a comment",
        "WHITESPACE": "a space",
    }
)
"""Terminals with more than one spelling."""

FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "policy": '`policy NAME "title"`',
        "source": '`source NAME "title"`, with `from "path"` where the text is in a file',
        "use": "`use NAME`",
        "actor": '`actor NAME "phrase"`',
        "enum": "`enum NAME = value | value | value`",
        "entity": "`entity NAME`",
        "record": "`record NAME` and one `field NAME : TYPE` or more",
        "field": "`field NAME : TYPE`",
        "fact": '`fact NAME : TYPE`, with `reads "…" / "…"` if you like',
        "status": "`status NAME : TYPE`, with `starts VALUE` if it starts with one value",
        "reading": '`reading NAME "question" = value | value`',
        "assume": '`assume CONDITION because "…"`',
        "define": "`define NAME means EXPRESSION`",
        "decide": "`decide NAME : TYPE`, then `rule`, `exception` and `otherwise`",
        "rule": "`rule NAME gives VALUE if CONDITION`",
        "exception": "`exception NAME to RULE gives VALUE if CONDITION`, or `to all`",
        "otherwise": "`otherwise VALUE`",
        "table": "`table NAME(PARAMETER : TYPE) : TYPE`, then `row PATTERN gives VALUE`",
        "row": "`row PATTERN, PATTERN gives VALUE`",
        "step": "`step NAME by ACTOR`, then `requires CONDITION` and `then STATUS becomes VALUE`",
        "requires": "`requires CONDITION`, or `requires NAME: CONDITION`",
        "then": "`then STATUS becomes VALUE, STATUS becomes VALUE`",
        "duty": "`duty NAME: STEP by ACTOR within 60 days of STEP`",
        "prove": '`prove NAME "title"`, then a promise such as `never CONDITION` or `STEP only after STEP`',
        "scenario": '`scenario NAME "title"`, then `given`, `when`, `on`, `after` and `expect`',
        "given": "`given CONDITION, CONDITION`",
        "when": "`when STEP, STEP`",
        "on": "`on 2012-04-25 STEP, STEP`",
        "after": "`after 3 days, STEP` in a scenario and `after STEP, CONDITION` in a promise",
        "expect": "`expect CONDITION`, or `expect cannot STEP because LABEL`",
        "waive": '`waive CODE on NAME until DATE because "…"`',
    }
)
"""How each item and clause is written, for help lines."""

_WHOLE_VALUES: Final = (
    *("NAME", "NONE", "WHOLE_NUMBER", "DECIMAL_NUMBER", "PERCENTAGE", "AMOUNT"),
    *("DAY", "YES", "NO", "TODAY"),
)
"""Values of one word."""

_VALUE_STARTS: Final = frozenset(
    (
        *_WHOLE_VALUES,
        *("LPAR", "LBRACE", "MINUS"),
        *("EVER", "JUST", "FIRST", "COUNT", "DATE", "SIZE", "WEEKDAY", "LESSER", "GREATER", "NUMBER", "TOTAL"),
        *("NOT", "IF", "SOME", "EVERY"),
    )
)
OPERATORS: Final = frozenset(
    (
        *("AND", "OR", "IMPLIES", "IFF", "EXACTLY", "EVER", "IS", "HAS", "HAPPENED"),
        *("AT_MOST", "AT_LEAST", "BELOW", "ABOVE", "EQUAL", "PLUS", "MINUS", "STAR", "SLASH", "WITH", "WITHOUT"),
        *("LPAR", "DOT", "UNIT", "ROUNDING"),
    )
)
"""What may follow a finished expression without ending it."""

OPERAND_ENDS: Final = frozenset(
    (
        *_WHOLE_VALUES,
        *("UNIT", "RPAR", "RBRACE", "UP", "DOWN"),
    )
)
"""What ends an operand, so that an operator may follow."""

_ITEM_TERMINALS: Final = frozenset(word.upper() for word in ITEM_WORDS)
_CLAUSE_TERMINALS: Final = frozenset(word.upper() for word in CLAUSE_WORDS)
TAILS: Final = frozenset(("WHILE", "UNLESS", "UNTIL"))
"""What begins the last part of a promise or duty."""

_REMARKS: Final = frozenset(("READS", "CITATION"))
_MOST: Final = 6


def in_words(terminal: str) -> str:
    """One terminal as an author would call it."""
    if terminal in CLASSES:
        return CLASSES[terminal]
    grammar = load_grammar()
    spelling = next(
        text for table in (grammar.words, grammar.marks) for text, name in table.items() if name == terminal
    )
    return f"`{spelling}`"


def starts_value(accepted: Collection[str]) -> bool:
    """Whether any expression may stand here."""
    return {"WHOLE_NUMBER", "LPAR", "TODAY"} <= set(accepted)


def expected(accepted: Collection[str]) -> str:
    """What may stand here, most telling first: "`if`", "a name or `:`", "a condition or value" …"""
    left = set(accepted)
    phrases: list[str] = []
    if starts_value(left):
        phrases.append("a condition or value" if "NOT" in left else "a value")
        left -= _VALUE_STARTS
    elif {"YES_NO", "LIST", "NAME"} <= left:
        return "a type, such as `yes/no`, `int`, `date` or the name of an enum"
    ends = left & (_ITEM_TERMINALS | {END})
    operators = left & OPERATORS if left & {"IS", "AND", "PLUS"} else set()
    remarks = left & _REMARKS if len(left) > 1 else set()
    left -= ends | operators | remarks
    if operators and not (left - _CLAUSE_TERMINALS - TAILS):
        phrases.append("an operator such as `is` or `and`")
    phrases += sorted((in_words(each) for each in left), key=_telling)[: _MOST - len(phrases)]
    if ends and not (left - _CLAUSE_TERMINALS):
        phrases.append("the next item" if len(ends) > 1 else in_words(END))
    return _either(phrases) if phrases else _either(sorted(in_words(each) for each in remarks))


def _telling(phrase: str) -> tuple[bool, str]:
    """Words of the language before punctuation and classes."""
    return (not phrase[1:2].isalpha(), phrase)


def _either(phrases: list[str]) -> str:
    if len(phrases) <= 1:
        return "".join(phrases)
    return ", ".join(phrases[:-1]) + " or " + phrases[-1]
