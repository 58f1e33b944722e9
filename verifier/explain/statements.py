"""Sentences that may be too long for one line: a lead and, below it, the parts that it announces.

Takes conditions and the words that open a sentence; gives one sentence where that is short enough to be read at once,
else a lead with a list, so that no reader has to find his way through "both … and either … or".
"""

from __future__ import annotations

from verifier.core.expressions import And, Const, Expr, Or
from verifier.core.program import Program
from verifier.explain.conditions import say_condition
from verifier.records import dataclass

LONGEST_SENTENCE = 25
"""How many words a sentence may have before it becomes a list."""

HOLDS = "this holds:"
"""How an opening ends that any condition may follow."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence; where there are ``items``, the lead ends in a colon and they follow it."""

    lead: str
    items: tuple[Statement, ...] = ()

    @property
    def text(self) -> str:
        """All of it on one line."""
        if not self.items:
            return self.lead
        return f"{self.lead} {'; '.join(item.text.rstrip('.') for item in self.items)}."


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> Statement:
    """A text as a sentence of its own."""
    return Statement(f"{capital(text)}.")


def spelled(opening: str, condition: Expr, program: Program) -> Statement:
    """The opening and the condition that it leads to, as a sentence or, where that would be long, as a list."""
    whole = f"{opening} {say_condition(condition, program)}."
    parts = _parts(condition)
    if len(whole.split()) <= LONGEST_SENTENCE or not (parts or opening.endswith(":")):
        return Statement(capital(whole))
    items = tuple(_item(part, program) for part in parts or [condition])
    lead = capital(opening).removesuffix(f" {HOLDS}")
    if lead.endswith(":"):
        return Statement(lead, items)
    return Statement(f"{lead} {_announced(condition)}:" if parts else f"{lead} {HOLDS}", items)


def spelled_alone(condition: Expr, program: Program) -> Statement:
    """The condition itself, as a sentence or as a list."""
    whole = f"{say_condition(condition, program)}."
    parts = _parts(condition)
    if len(whole.split()) <= LONGEST_SENTENCE or not parts:
        return Statement(capital(whole))
    return Statement(f"{capital(_announced(condition))}:", tuple(_item(part, program) for part in parts))


def always_holds(condition: Expr) -> bool:
    """Whether the condition is a plain yes."""
    return isinstance(condition, Const) and condition.value is True


def _item(condition: Expr, program: Program) -> Statement:
    text, parts = say_condition(condition, program), _parts(condition)
    if len(text.split()) <= LONGEST_SENTENCE or not parts:
        return Statement(text)
    return Statement(f"{_announced(condition)}:", tuple(_item(part, program) for part in parts))


def _announced(condition: Expr) -> str:
    return "all of this holds" if isinstance(condition, And) else "at least one of these holds"


def _parts(condition: Expr) -> list[Expr]:
    """What a conjunction or disjunction joins, without brackets between the same."""
    if not isinstance(condition, And | Or):
        return []
    found: list[Expr] = []
    for part in condition.operands:
        found += _parts(part) if type(part) is type(condition) else [part]
    return found
