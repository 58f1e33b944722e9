"""Putting a definition's body in the place of its use: substitution that captures nothing.

Takes core expressions; gives core expressions in which every binder is new, so that binder names stay unique in a
program. Also measures how large an expression grows, so that nested definitions end in a message, not in exhaustion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from verifier.checking.context import Session
from verifier.core import expressions as core
from verifier.core import program
from verifier.core.types import ListType
from verifier.core.walks import rebuild
from verifier.source import Span

LARGEST = 50_000
DEEPEST = 80
_BINDING = (core.Quantified, core.NumberOf, core.TotalOf)


def substitute(expr: core.Expr, replacements: Mapping[str, core.Expr], session: Session) -> core.Expr:
    """The expression with variables replaced; every binder in it, and in each copy of a replacement, is renamed."""
    match expr:
        case core.Local(name) if name in replacements:
            found = replacements[name]
            return found if isinstance(found, core.Local) else substitute(found, {}, session)
        case core.Quantified() | core.NumberOf() | core.TotalOf():
            return _rename(expr, replacements, session)
        case _:
            return rebuild(expr, lambda child: substitute(child, replacements, session))


def _rename(
    expr: core.Quantified | core.NumberOf | core.TotalOf, replacements: Mapping[str, core.Expr], session: Session
) -> core.Expr:
    collection = substitute(expr.collection, replacements, session)
    assert isinstance(collection.type, ListType)
    new = session.fresh(expr.variable)
    inner = {**replacements, expr.variable: core.Local(new, type=collection.type.element)}
    match expr:
        case core.TotalOf():
            summand = substitute(expr.summand, inner, session)
            return replace(expr, variable=new, collection=collection, summand=summand)
        case core.Quantified() | core.NumberOf():
            condition = substitute(expr.condition, inner, session)
            return replace(expr, variable=new, collection=collection, condition=condition)


def inline(
    definition: program.Definition, arguments: tuple[core.Expr, ...], span: Span, session: Session
) -> core.Defined:
    """The use of a definition with these arguments (already of the parameters' types)."""
    replacements = {param.name: argument for param, argument in zip(definition.params, arguments, strict=True)}
    body = definition.body
    if replacements or any(isinstance(part, _BINDING) for part in core.subexpressions(body)):
        body = substitute(body, replacements, session)
    return core.Defined(definition.name, arguments, body, type=definition.type, span=span)


def too_big(expr: core.Expr) -> bool:
    """Whether an expression has more than ``LARGEST`` nodes or is nested more than ``DEEPEST`` deep."""
    seen = 0
    stack = [(expr, 1)]
    while stack:
        item, depth = stack.pop()
        seen += 1
        if seen > LARGEST or depth > DEEPEST:
            return True
        stack.extend((child, depth + 1) for child in core.children(item))
    return False
