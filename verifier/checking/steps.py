"""Steps, duties, statuses and assumptions: what happens, what must happen, and where it starts.

Takes surface items in the context of their policy; gives core items or ``None`` after reporting.
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.checking.citing import cites_of, declared_actors, reads_of
from verifier.checking.context import UNKNOWN, Context
from verifier.checking.declare import requirement_names
from verifier.checking.definitions import core_params, parameter_binders
from verifier.checking.expressions import check, condition, infer
from verifier.checking.history import duration_of, known_step, rounding_for
from verifier.checking.restrictions import can_be_followed, reads_only_the_case
from verifier.checking.scope import ValueSymbol
from verifier.checking.suggest import unknown
from verifier.core import program
from verifier.core.types import DaysType
from verifier.diagnostics.model import Label
from verifier.syntax import tree


def status(item: tree.Status, decisions: Mapping[str, program.Decision], context: Context) -> program.Status | None:
    """A status and how it starts."""
    type_ = context.scope.values[item.name.text].type
    starts = None if item.starts is None else check(item.starts, context, type_)
    cites, origin = cites_of(item.cites, context), context.scope.policy
    if starts is not None:
        reads_only_the_case(starts, decisions, context)
    if type_ is None or (item.starts is not None and starts is None):
        return None
    return program.Status(
        item.name.text, type_, starts, reads_of(item.reads), span=item.name.span, cites=cites, origin=origin
    )


def assumption(item: tree.Assume, number: int, context: Context) -> program.Assumption | None:
    """A hypothesis about the initial state; ``number`` counts all assumptions of the program from 1."""
    test = condition(item.condition, context)
    cites, origin = cites_of(item.cites, context), context.scope.policy
    if test is None:
        return None
    can_be_followed(test, context)
    name = f"assume.{number}" if item.name is None else item.name.text
    because = None if item.because is None else item.because.text
    return program.Assumption(name, test, because, span=item.span, cites=cites, origin=origin)


def step(item: tree.Step, context: Context) -> program.Step | None:
    """A step with its requirements and effects."""
    symbol = context.scope.steps[item.name.text]
    inner = context.bind(parameter_binders(symbol.params))
    actors = declared_actors(item.actors, context)
    cites = cites_of(item.cites, context)
    requires = [_requirement(name, clause, item.name.text, inner) for name, clause in requirement_names(item)]
    effects = _effects(item, inner)
    kept = tuple(requirement for requirement in requires if requirement is not None)
    params = core_params(symbol.params)
    if params is None or effects is None or len(kept) < len(requires):
        return None
    return program.Step(
        item.name.text,
        params,
        actors,
        kept,
        effects,
        reads_of(item.reads),
        span=item.name.span,
        cites=cites,
        origin=context.scope.policy,
    )


def _requirement(name: str, clause: tree.Requires, step_name: str, context: Context) -> program.Requirement | None:
    test = condition(clause.condition, context)
    cites, origin = cites_of(clause.cites, context), context.scope.policy
    if test is None:
        return None
    can_be_followed(test, context)
    full_name, labelled = f"{step_name}.{name}", clause.label is not None
    return program.Requirement(name, full_name, test, labelled, span=clause.span, cites=cites, origin=origin)


def _effects(item: tree.Step, context: Context) -> tuple[program.Effect, ...] | None:
    first: dict[str, tree.Assignment] = {}
    found: list[program.Effect | None] = []
    for clause in item.clauses:
        if isinstance(clause, tree.Then):
            found.extend(_effect(each, clause, item.name.text, first, context) for each in clause.assignments)
    kept = tuple(effect for effect in found if effect is not None)
    return kept if len(kept) == len(found) else None


def _effect(
    assignment: tree.Assignment,
    clause: tree.Then,
    step_name: str,
    first: dict[str, tree.Assignment],
    context: Context,
) -> program.Effect | None:
    """One effect. A citation at the end of a ``then`` speaks for every effect in it that has none of its own."""
    target = assignment.target
    symbol = _assignable(target, context)
    earlier = first.setdefault(target.text, assignment)
    if earlier is not assignment:
        context.collector.error(
            "E0406",
            f"this step assigns `{target.text}` twice",
            target.span,
            labels=[Label(earlier.span, "it is assigned here already")],
            help="all effects happen at once; write one of them, with `if … then … else …` if need be",
        )
    own = cites_of(assignment.cites, context)
    if symbol is None:
        infer(assignment.value, context, UNKNOWN)
        return None
    value = check(assignment.value, context, symbol.type)
    if value is None:
        return None
    can_be_followed(value, context)
    last = clause.assignments[-1]
    return program.Effect(
        target.text,
        f"{step_name}.then.{target.text}",
        value,
        span=assignment.span,
        cites=own or tuple(program.Cite(cite.source, cite.locator) for cite in last.cites),
        origin=context.scope.policy,
    )


def _assignable(target: tree.Name, context: Context) -> ValueSymbol | None:
    """The status that is assigned; reports anything else."""
    scope = context.scope
    symbol = scope.values.get(target.text)
    if symbol is None:
        statuses = [name for name, value in scope.values.items() if value.kind == "status"]
        unknown(context.collector, scope, "E0202", target.text, target.span, "a status", statuses)
        return None
    if symbol.kind == "status":
        return symbol
    if symbol.kind == "fact" and symbol.type is None:
        return None
    advice = {
        "fact": "a fact is given with the case and never changes; declare it as `status` if steps change it",
        "reading": "a reading is chosen once for all cases and never changes",
    }.get(symbol.kind, "its value follows from others; change the statuses that it reads")
    context.collector.error(
        "E0405",
        f"`{target.text}` is a {symbol.kind}, and only a status can become something",
        target.span,
        labels=[Label(symbol.span, f"`{target.text}` is declared here")],
        help=advice,
    )
    return None


def duty(item: tree.Duty, number: int, context: Context) -> program.Duty | None:
    """A duty; ``number`` counts all duties of the program from 1."""
    answers = [known_step(name, context) for name in item.answers]
    trigger = known_step(item.trigger, context)
    actors = declared_actors(item.actors, context)
    duration = duration_of(item.duration)
    complete = rounding_for(duration, item.rounding, item.duration.span, context)
    unless = None if item.unless is None else condition(item.unless, context)
    cites = cites_of(item.cites, context)
    if not complete or trigger is None or None in answers or (item.unless is not None and unless is None):
        return None
    if unless is not None:
        can_be_followed(unless, context)
    return program.Duty(
        f"duty.{number}" if item.name is None else item.name.text,
        tuple(name.text for name in item.answers),
        actors,
        duration,
        None if isinstance(duration.type, DaysType) else item.rounding,
        trigger.name,
        unless,
        span=item.span,
        cites=cites,
        origin=context.scope.policy,
    )
