"""Questions to a program that has been checked already: a promise or an expression that stands in no file.

Takes a core program and a surface form or expression; gives its core form with the diagnostics. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.checking.context import Binder, Context, Session
from verifier.checking.expressions import check, infer
from verifier.checking.promises import form as promise_form
from verifier.checking.restrictions import can_be_followed
from verifier.checking.scope import Parameter, PlainSymbol, Scope, StepSymbol, TypeSymbol, ValueSymbol
from verifier.core import expressions as core
from verifier.core.program import Param, Program, Promise
from verifier.core.types import Type
from verifier.diagnostics.model import Collector, Diagnostic
from verifier.syntax import tree


def check_form(program: Program, form: tree.Form, name: str) -> tuple[Promise | None, tuple[Diagnostic, ...]]:
    """A promise form as if it stood in the program under ``name``; ``None`` when it is in error."""
    context = reopened(program, name)
    found = promise_form(form, context)
    diagnostics = tuple(context.collector.items)
    if found is None or context.collector.has_errors:
        return None, diagnostics
    promise = Promise(name, None, found[0], found[1], span=form.span, origin=program.name)
    return promise, diagnostics


def check_expression(
    program: Program,
    expr: tree.Expr,
    locals: Mapping[str, Type] | None = None,
    expected: Type | None = None,
    name: str = "question",
) -> tuple[core.Expr | None, tuple[Diagnostic, ...]]:
    """An expression as if it stood in the program, with ``locals`` as parameters around it.

    ``expected``: the type that it must have, if any in particular. ``name`` keeps its bound variables apart.
    """
    context = reopened(program, name)
    binders = {key: Binder(key, type_, expr.span, "parameter") for key, type_ in (locals or {}).items()}
    inner = context.bind(binders)
    found = infer(expr, inner) if expected is None else check(expr, inner, expected)
    if found is not None:
        can_be_followed(found, inner)
    sound = not context.collector.has_errors
    return found if sound else None, tuple(context.collector.items)


def reopened(program: Program, name: str) -> Context:
    """The context at the end of a program's text; fresh variables carry ``name``."""
    session = Session(Collector(), tag=f"{name}.")
    session.definitions.update({item.name: item for item in program.definitions})
    return Context(session, _scope(program))


def _scope(program: Program) -> Scope:
    actors = {item.name: PlainSymbol(item.name, item.span, item.origin) for item in program.actors}
    sources = {item.name: PlainSymbol(item.name, item.span, item.origin) for item in program.sources}
    policies = frozenset({program.name, *program.uses})
    return Scope(program.name, policies, _values(program), _types(program), _steps(program), actors, sources, {})


def _parameters(params: tuple[Param, ...]) -> tuple[Parameter, ...]:
    return tuple(Parameter(param.name, param.type, param.span) for param in params)


def _values(program: Program) -> dict[str, ValueSymbol]:
    found: list[ValueSymbol] = []
    found.extend(ValueSymbol("fact", item.name, item.span, item.origin, item.type) for item in program.facts)
    found.extend(ValueSymbol("reading", item.name, item.span, item.origin, item.type) for item in program.readings)
    for status in program.statuses:
        starts = status.starts is not None
        found.append(ValueSymbol("status", status.name, status.span, status.origin, status.type, starts=starts))
    for definition in program.definitions:
        params = _parameters(definition.params)
        symbol = ValueSymbol("definition", definition.name, definition.span, definition.origin, definition.type, params)
        found.append(symbol)
    for decision in program.decisions:
        params = _parameters(decision.params)
        found.append(ValueSymbol("decision", decision.name, decision.span, decision.origin, decision.type, params))
    return {symbol.name: symbol for symbol in found}


def _types(program: Program) -> dict[str, TypeSymbol]:
    enums = [TypeSymbol("enum", item.name, item.span, item.origin, item.type) for item in program.enums]
    entities = [TypeSymbol("entity", item.name, item.span, item.origin, item.type) for item in program.entities]
    records = [TypeSymbol("record", item.name, item.span, item.origin, item.type) for item in program.records]
    return {symbol.name: symbol for symbol in (*enums, *entities, *records)}


def _steps(program: Program) -> dict[str, StepSymbol]:
    return {
        step.name: StepSymbol(
            step.name, step.span, step.origin, _parameters(step.params), tuple(item.name for item in step.requires)
        )
        for step in program.steps
    }
