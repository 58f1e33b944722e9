"""Elements of a list that are spoken of behind the one condition that `has` and `with` take.

Takes the parts of a conjunction or the like; reports `some child in children has A and child.b`, which is grouped as
`(some child in children has A) and child.b`, with the parentheses that were most likely meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from verifier.checking.context import Binder, Context
from verifier.diagnostics.model import Fix, Label
from verifier.source import Span
from verifier.syntax import tree

_OfElements: TypeAlias = "tree.Quantified | tree.NumberOf"


def escaped(parts: Sequence[tree.Expr], context: Context) -> Context | None:
    """Where an element is spoken of too late: the place with its name bound, silent about it, after one report."""
    for index, part in enumerate(parts[:-1]):
        loose = _at_its_end(part)
        if loose is None or not _means_nothing(loose.variable.text, context):
            continue
        name = loose.variable.text
        found = [(later, place) for later in parts[index + 1 :] if (place := _spoken_of(name, later)) is not None]
        if found:
            _report(loose, found[0][1], found[-1][0].span, context)
            return context.bind({name: Binder(name, None, loose.variable.span, "element")})
    return None


def _at_its_end(expr: tree.Expr) -> _OfElements | None:
    """What an expression ends with, if that is a condition about elements."""
    match expr:
        case tree.Quantified() | tree.NumberOf():
            return expr
        case tree.Not(operand):
            return _at_its_end(operand)
        case tree.Junction():
            return _at_its_end(expr.operands[-1])
        case _:
            return None


def _means_nothing(name: str, context: Context) -> bool:
    return name not in context.locals and context.scope.owner(name) is None


def _spoken_of(name: str, expr: tree.Expr) -> Span | None:
    """Where an expression speaks of the name; nowhere if it binds the name itself, as another `some … in …` does."""
    if re.search(rf"\b{re.escape(name)}\s+in\b", expr.span.text):
        return None
    match = re.search(rf"(?<![\w.]){re.escape(name)}(?=\s*\.)", expr.span.text)
    start = expr.span.start
    return None if match is None else Span(expr.span.source, start + match.start(), start + match.end())


def _report(loose: _OfElements, place: Span, last: Span, context: Context) -> None:
    word = "has" if isinstance(loose, tree.Quantified) else "with"
    name, inside = loose.variable.text, Span(last.source, loose.condition.span.start, last.end)
    simple = "#" not in inside.text and "\n" not in inside.text and inside.text.count("(") == inside.text.count(")")
    advice = f"put parentheses around all that is said of each `{name}`"
    context.collector.error(
        "E0202",
        f"`{name}` means nothing here: `{word}` takes one condition, and it has ended",
        place,
        labels=[Label(loose.condition.span, f"the condition of `{word}`")],
        help=f"{advice}: `{word} ({inside.text})`" if simple else f"{advice}: `{word} (… and …)`",
        fixes=[Fix(inside, f"({inside.text})", f"write `({inside.text})`")] if simple else [],
    )
