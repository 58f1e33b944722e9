"""A program as a transition system: twin of ``semantics.run``.

Takes an encoding; gives ``System``: state variables, what is true at the start, and one transition for each step and
for waiting, each with its inputs, the condition under which it can be taken, the condition under which trying it errs,
and what it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from verifier.core.program import Requirement, Step
from verifier.records import dataclass
from verifier.symbolic import values
from verifier.symbolic.encoding import DutyVariables, Encoding
from verifier.symbolic.evaluate import later
from verifier.symbolic.evaluator import Result
from verifier.symbolic.history import (
    AnyMemory,
    Occurrences,
    OverTime,
    initial,
    may_change,
    occurrence_update,
    recurrence_update,
)
from verifier.symbolic.monotone import course
from verifier.symbolic.system import WAIT, Constraint, System, Transition, Variable, days_input
from verifier.symbolic.terms import REAL, Term, Terms
from verifier.symbolic.values import Number, Scalar, SymbolicValue


def build(encoding: Encoding) -> System:
    """The system, with the memories of every expression evaluated so far and of the program itself."""
    terms = encoding.terms
    steps = [(step, _guards(encoding, step), _effects(encoding, step)) for step in encoding.program.steps]
    constraints = _initial(encoding)
    wait_ok, wait_error, single_day = _duties_allow(encoding)
    memories = tuple(encoding.history.memories.values())
    encoding.history.closed = True
    variables = [*encoding.variables, *(v for memory in memories for v in _memory_variables(encoding, memory))]
    for memory in memories:
        label = f"history {memory.description}"
        starts = initial(terms, memory, encoding.today)
        constraints += [Constraint(label, term, variable) for variable, term in starts.items()]
    for monitor in encoding.monitors:
        name = str(monitor.variable.payload)
        variables.append(Variable(monitor.variable, terms.true, "monitor", name, False))
        constraints.append(Constraint(name, terms.eq(monitor.variable, monitor.start), monitor.variable))
    transitions = [_step(encoding, step, guards, effects, memories) for step, guards, effects in steps]
    transitions.append(_wait(encoding, wait_ok, wait_error, single_day, memories))
    constraints = [c for c in constraints if c.term is not terms.true]
    return System(terms, tuple(variables), tuple(constraints), tuple(transitions))


def _memory_variables(encoding: Encoding, memory: AnyMemory) -> list[Variable]:
    found = [memory.variable]
    if isinstance(memory, OverTime) and memory.error is not encoding.terms.false:
        found.append(memory.error)
    return [Variable(v, encoding.terms.true, "history", memory.description, False) for v in found]


# ---------------------------------------------------------------- the first state


def _initial(encoding: Encoding) -> list[Constraint]:
    terms, evaluator = encoding.terms, encoding.evaluator
    found = [Constraint(f"{v.kind} {v.owner}", v.domain) for v in encoding.variables]
    found += encoding.whole_cents
    for status in encoding.program.statuses:
        if status.starts is not None:
            result = evaluator.evaluate(status.starts)
            same = values.equal(terms, evaluator.state.statuses[status.name], result.value)
            label = f"{status.name}.starts"
            given = terms.implies(evaluator.present(label), terms.and_(same, terms.not_(result.error)))
            found.append(Constraint(label, given))
    for assumption in encoding.program.assumptions:
        result = evaluator.evaluate(assumption.condition)
        held = terms.and_(result.holds, terms.not_(result.error))
        found.append(Constraint(assumption.name, terms.implies(evaluator.present(assumption.name), held)))
    for duty in encoding.duties:
        label = f"duty {duty.duty.name}"
        found.append(Constraint(label, terms.not_(duty.pending), duty.pending))
        found.append(Constraint(label, terms.eq(duty.since, encoding.today), duty.since))
    return found


# ---------------------------------------------------------------- steps


def _guards(encoding: Encoding, step: Step) -> list[tuple[Requirement, Result]]:
    scope, terms = encoding.scope(step.name), encoding.terms
    found = []
    for requirement in step.requires:
        result = encoding.evaluator.evaluate(requirement.condition, scope)
        present = encoding.evaluator.present(requirement.full_name)
        holds = Scalar(terms.implies(present, result.holds))
        found.append((requirement, Result(holds, terms.and_(present, result.error))))
    return found


def _effects(encoding: Encoding, step: Step) -> list[tuple[str, Result]]:
    """The new value of each assigned status, with the error of leaving its declared range."""
    terms = encoding.terms
    types = {status.name: status.type for status in encoding.program.statuses}
    scope = encoding.scope(step.name)
    found = []
    for effect in step.effects:
        result = encoding.evaluator.evaluate(effect.value, scope)
        outside = terms.not_(values.in_range(terms, result.value, types[effect.name]))
        present = encoding.evaluator.present(effect.full_name)
        value = values.choose(terms, present, result.value, encoding.evaluator.state.statuses[effect.name])
        found.append((effect.name, Result(value, terms.and_(present, terms.or_(result.error, outside)))))
    return found


def _step(
    encoding: Encoding,
    step: Step,
    guards: list[tuple[Requirement, Result]],
    effects: list[tuple[str, Result]],
    memories: tuple[AnyMemory, ...],
) -> Transition:
    terms = encoding.terms
    parts = encoding.parameter_parts[step.name]
    possible = terms.and_(*(part.domain for part in parts))
    errors = []
    for _, guard in guards:
        errors.append(terms.and_(possible, guard.error))
        possible = terms.and_(possible, terms.not_(guard.error), guard.holds)
    for _, result in effects:
        errors.append(terms.and_(possible, result.error))
    possible = terms.and_(possible, *(terms.not_(result.error) for _, result in effects))
    updates = _assignments(encoding, effects)
    for duty in encoding.duties:
        updates |= _duty_update(encoding, duty, step.name)
    for memory in memories:
        if isinstance(memory, Occurrences) and memory.step == step.name:
            arguments = encoding.parameters[step.name]
            updates |= occurrence_update(terms, memory, arguments, encoding.today)
    for monitor in encoding.monitors:
        if step.name in monitor.updates:
            updates[monitor.variable] = monitor.updates[step.name]
    _remember(terms, updates, memories)
    requirements = tuple((requirement.name, guard) for requirement, guard in guards)
    return Transition(step.name, parts, possible, terms.or_(*errors), updates, requirements)


def _assignments(encoding: Encoding, effects: Iterable[tuple[str, Result]]) -> dict[Term, Term]:
    terms = encoding.terms
    updates: dict[Term, Term] = {}
    for name, result in effects:
        old = encoding.evaluator.state.statuses[name]
        new = fitted(terms, result.value, old)
        updates.update(zip(values.flatten(old), values.flatten(new), strict=True))
    return {variable: new for variable, new in updates.items() if variable is not new}


def fitted(terms: Terms, value: SymbolicValue, layout: SymbolicValue) -> SymbolicValue:
    """A value in the representation of a variable: numbers over the variable's denominator, or as reals."""
    match value, layout:
        case Number(), Number(term, denominator):
            if term.sort == REAL:
                return Number(values.as_real(terms, value))
            return Number(values.over(terms, value, denominator), denominator)
        case values.Optional(present, inner), values.Optional(_, inner_layout):
            return values.Optional(present, fitted(terms, inner, inner_layout))
        case values.Row(fields), values.Row(layouts):
            pairs = zip(fields, layouts, strict=True)
            return values.Row(tuple(fitted(terms, field_, inner) for field_, inner in pairs))
        case values.Rows(size, elements), values.Rows(_, layouts_):
            rows = tuple(fitted(terms, row, inner) for row, inner in zip(elements, layouts_, strict=True))
            return values.Rows(size, rows)  # type: ignore[arg-type]
        case _:
            return value


def _duty_update(encoding: Encoding, duty: DutyVariables, step: str) -> dict[Term, Term]:
    """A step in both roles answers, then triggers."""
    terms = encoding.terms
    answered = step in duty.duty.answers
    if step == duty.duty.trigger:
        kept = terms.false if answered else duty.pending
        return {duty.pending: terms.true, duty.since: terms.ite(kept, duty.since, encoding.today)}
    return {duty.pending: terms.false} if answered else {}


def _remember(terms: Terms, updates: dict[Term, Term], memories: tuple[AnyMemory, ...]) -> None:
    for memory in memories:
        if isinstance(memory, OverTime) and may_change(terms, memory, updates):
            new = recurrence_update(terms, memory, dict(updates), {})
            updates.update((variable, term) for variable, term in new.items() if variable is not term)


# ---------------------------------------------------------------- waiting


@dataclass(frozen=True, slots=True)
class _Asked:
    """A duty while days pass: it is asked from ``first`` on, if pending; ``unless`` and ``error`` are of any day."""

    pending: Term
    deadline: Term
    first: Term
    unless: Term
    error: Term


def _duties_allow(encoding: Encoding) -> tuple[Term, Term, frozenset[Term]]:
    """When the given days may pass, when asking errs, and the variables of duties that must be asked every day.

    Days may pass iff on each of them every pending duty has its deadline ahead or its ``unless`` holds. Duties are
    asked in the order declared, on each day up to the first that forbids it to pass: one errs on its first day, unless
    another forbids an earlier one, or was declared earlier and forbids this one.
    """
    terms, today = encoding.terms, encoding.today
    last = terms.add(today, days_input(terms).variable, terms.integer(-1))
    asked = [_asked(encoding, duty) for duty in encoding.duties]
    allowed = [terms.not_(terms.and_(terms.le(item.deadline, last), _forbids(encoding, item, last))) for item in asked]
    errors = []
    for place, item in enumerate(asked):
        stopped = []
        for other_place, other in enumerate(asked):
            day = item.first if other_place < place else terms.add(item.first, terms.integer(-1))
            forbidden = terms.and_(terms.le(other.first, day), _forbids(encoding, other, day), terms.not_(other.error))
            stopped.append(forbidden if other is not item else terms.false)
        met = terms.and_(item.pending, terms.le(item.deadline, last), item.error)
        errors.append(terms.and_(met, terms.not_(terms.or_(*stopped))))
    daily = (
        duty.pending
        for duty, item in zip(encoding.duties, asked, strict=True)
        if course(terms, item.unless, today) == "other" or course(terms, item.error, today) != "constant"
    )
    return terms.and_(*allowed), terms.or_(*errors), frozenset(daily)


def _asked(encoding: Encoding, duty: DutyVariables) -> _Asked:
    terms, today = encoding.terms, encoding.today
    deadline = later(encoding.evaluator, duty.since, duty.duty.duration, duty.duty.rounding)
    pending = terms.and_(encoding.evaluator.present(duty.duty.name), duty.pending)
    first = terms.ite(terms.le(deadline, today), today, deadline)
    if duty.duty.unless is None:
        return _Asked(pending, deadline, first, terms.false, terms.false)
    unless = encoding.evaluator.evaluate(duty.duty.unless)
    return _Asked(pending, deadline, first, unless.holds, unless.error)


def _forbids(encoding: Encoding, asked: _Asked, day: Term) -> Term:
    """Whether a pending duty forbids some day from its first to the given one to pass, where that is not before.

    Where the ``unless`` holds on an interval of days, asking on the first and on the last is asking on all.
    """
    terms, today = encoding.terms, encoding.today
    excused = (terms.substitute(asked.unless, {today: other}) for other in (asked.first, day))
    return terms.and_(asked.pending, terms.not_(terms.and_(*excused)))


def _wait(
    encoding: Encoding, allowed: Term, error: Term, daily: frozenset[Term], memories: tuple[AnyMemory, ...]
) -> Transition:
    terms = encoding.terms
    part = days_input(terms)
    updates = {encoding.today: terms.add(encoding.today, part.variable)}
    eve = {encoding.today: terms.add(encoding.today, part.variable, terms.integer(-1))}
    for memory in memories:
        if isinstance(memory, OverTime) and not _stays(terms, memory, updates):
            new = recurrence_update(terms, memory, updates, eve)
            if not _may_skip_days(encoding, memory, updates):
                daily |= {memory.variable}
            updates |= {variable: term for variable, term in new.items() if variable is not term}
    daily |= {
        duty.pending for duty in encoding.duties if _asks_of(encoding, duty) & (updates.keys() - {encoding.today})
    }
    enabled = terms.and_(part.domain, allowed, terms.not_(error))
    return Transition(WAIT, (part,), enabled, terms.and_(part.domain, error), updates, (), daily)


def _asks_of(encoding: Encoding, duty: DutyVariables) -> frozenset[Term]:
    """What the ``unless`` of a duty reads."""
    if duty.duty.unless is None:
        return frozenset()
    unless = encoding.evaluator.evaluate(duty.duty.unless)
    return encoding.terms.free(unless.holds) | encoding.terms.free(unless.error)


def _reads(terms: Terms, memory: OverTime) -> frozenset[Term]:
    """What a recurrence asks of each state."""
    results = [memory.operand] if memory.since is None else [memory.operand, memory.since]
    return frozenset().union(*(terms.free(result.holds) | terms.free(result.error) for result in results))


def _stays(terms: Terms, memory: OverTime, changing: Mapping[Term, Term]) -> bool:
    """Whether days that pass leave a recurrence as it is: ``ever`` and ``ever since`` of what does not change."""
    return memory.kind != "before" and _reads(terms, memory).isdisjoint(changing)


def _may_skip_days(encoding: Encoding, memory: OverTime, changing: Mapping[Term, Term]) -> bool:
    """Whether the update of a recurrence over many days equals so many updates over one day.

    ``just before`` asks about the eve of the last day, ``ever`` about the ends; other memories that change meanwhile, a
    condition that can turn twice (or turn true before it errs), and ``ever since`` of a moving condition must be
    followed day by day.
    """
    terms, today = encoding.terms, encoding.today
    reads = _reads(terms, memory)
    if reads & (changing.keys() - {today}) or (memory.kind == "since" and today in reads):
        return False
    if memory.kind == "before":
        return True
    courses = {course(terms, part, today) for part in (memory.operand.holds, memory.operand.error)}
    return "constant" in courses and courses <= {"constant", "up", "down"}
