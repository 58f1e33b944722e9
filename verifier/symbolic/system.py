"""A program as a transition system: twin of ``semantics.run``.

Takes a checked program; gives ``System``: state variables, what is true at the start, and one transition for each step
and for waiting, each with its inputs, the condition under which it can be taken, the condition under which trying it
errs, and what it changes. Time passes by one transition of any number of days where that equals so many one-day waits
(``Transition.single_day`` tells the variables for which it does not).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from verifier.core.program import Duty, Program, Requirement, Step
from verifier.core.types import MoneyType, OptionType, Type
from verifier.symbolic import values
from verifier.symbolic.evaluate import Evaluator, Result, Scope, State, later
from verifier.symbolic.history import (
    INPUT,
    AnyMemory,
    History,
    Occurrences,
    OverTime,
    initial,
    occurrence_update,
    recurrence_update,
)
from verifier.symbolic.monotone import course
from verifier.symbolic.terms import BOOL, INT, REAL, Term, Terms
from verifier.symbolic.values import Number, Part, Scalar, SymbolicValue

WAIT = "wait"
"""The name of the transition by which days pass (a keyword of no policy step is checked by ``checking``)."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A state variable. ``kind`` and ``owner`` say whose part it is; ``static`` ones never change."""

    term: Term
    domain: Term
    kind: str
    owner: str
    static: bool


@dataclass(frozen=True, slots=True)
class Constraint:
    """A named fact about the first state."""

    label: str
    term: Term


@dataclass(frozen=True, slots=True)
class Transition:
    """``enabled`` and ``error`` are over state and inputs, input domains included; ``updates`` lists only what may
    change.

    ``requirements`` are the single conditions in order. ``single_day``: for a system with one of these variables,
    waiting must go day by day.
    """

    name: str
    inputs: tuple[Part, ...]
    enabled: Term
    error: Term
    updates: Mapping[Term, Term]
    requirements: tuple[tuple[str, Result], ...] = ()
    single_day: frozenset[Term] = frozenset()


@dataclass(frozen=True, slots=True)
class System:
    """The transition system of a program, or a slice of it. ``halves``: what a product of two cases is made of."""

    terms: Terms
    variables: tuple[Variable, ...]
    initial: tuple[Constraint, ...]
    transitions: tuple[Transition, ...]
    halves: Halves | None = None

    def transition(self, name: str) -> Transition:
        """The transition of that name."""
        return next(item for item in self.transitions if item.name == name)


@dataclass(frozen=True, slots=True)
class Halves:
    """The same system for two cases; ``other`` maps each variable of the first to the second's, but for those they share."""

    first: System
    second: System
    other: Mapping[Term, Term]

    def within(self, kept: Collection[Term]) -> Halves:
        """What concerns the kept variables."""
        return Halves(_within(self.first, kept), _within(self.second, kept), self.other)


def _within(system: System, kept: Collection[Term]) -> System:
    changes = [{v: new for v, new in t.updates.items() if v in kept} for t in system.transitions]
    transitions = [replace(t, updates=found) for t, found in zip(system.transitions, changes, strict=True) if found]
    return replace(
        system, variables=tuple(v for v in system.variables if v.term in kept), transitions=tuple(transitions)
    )


@dataclass(slots=True)
class DutyVariables:
    """Whether a duty is pending, and since when."""

    duty: Duty
    pending: Term
    since: Term


@dataclass(frozen=True, slots=True)
class Monitor:
    """A variable that watches a run for a promise: how it starts, and its new value for the transitions that change
    it.
    """

    variable: Term
    start: Term
    updates: Mapping[str, Term]


@dataclass(slots=True)
class Encoding:
    """The evaluator of a program with its variables; terms of any expression may be asked for until ``build`` is
    called.
    """

    program: Program
    terms: Terms
    evaluator: Evaluator
    history: History
    today: Term
    duties: tuple[DutyVariables, ...]
    variables: list[Variable] = field(default_factory=list)
    parameters: dict[str, tuple[SymbolicValue, ...]] = field(default_factory=dict)
    parameter_parts: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    monitors: list[Monitor] = field(default_factory=list)

    def scope(self, step: str) -> Scope:
        """The scope in which a step's requirements and effects are evaluated."""
        params = self.program.step(step).params
        return Scope({p.name: v for p, v in zip(params, self.parameters[step], strict=True)})

    def add_constant(self, name: str, type_: Type) -> SymbolicValue:
        """A fresh fact of any value, for claims about every argument ("for each x")."""
        value, parts = values.variables(self.terms, f"some {name}", type_)
        self.evaluator.state.facts[name] = value
        for part in parts:
            self.variables.append(Variable(part.variable, part.domain, "argument", name, True))
            self.history.static.add(part.variable)
        return value


def encode(program: Program, duties: bool = True, switched: Terms | None = None) -> Encoding:
    """Lay out the variables of a program. ``duties=False`` drops the duties, so that time always passes.

    ``switched`` asks for the same layout, in the terms of an earlier one, in which every clause can be switched off: for each label
    (``clause_labels``) there is a static yes/no variable, and where it is false the system is that of the text without the clause (for
    a rule or an ``otherwise``: with an arbitrary one in its place).
    """
    real_money: frozenset[str] = frozenset()
    while True:
        encoding = _lay_out(program, duties, real_money, switched or Terms())
        if switched is not None:
            _add_switches(encoding)
        wider = real_money | _fractional(encoding)
        if wider == real_money:
            return encoding
        real_money = wider


def clause_labels(program: Program) -> Iterator[str]:
    """The names of the clauses that can be taken out of a program one by one."""
    yield from (f"{s.name}.starts" for s in program.statuses if s.starts is not None)
    yield from (assumption.name for assumption in program.assumptions)
    for decision in program.decisions:
        yield from (rule.full_name for rule in decision.rules)
        if decision.otherwise is not None:
            yield f"{decision.name}.otherwise"
    for step in program.steps:
        yield from (requirement.full_name for requirement in step.requires)
        yield from (effect.full_name for effect in step.effects)
    yield from (duty.name for duty in program.duties)


def switch(terms: Terms, label: str) -> Term:
    """The variable that says whether a clause is there."""
    return terms.var(f"clause {label}", BOOL)


def _add_switches(encoding: Encoding) -> None:
    terms = encoding.terms
    labels = tuple(clause_labels(encoding.program))
    known = frozenset(labels)
    encoding.evaluator.present = lambda label: switch(terms, label) if label in known else terms.true
    encoding.variables += [Variable(switch(terms, label), terms.true, "clause", label, True) for label in labels]
    encoding.history.static |= {switch(terms, label) for label in labels}
    arbitrary: dict[tuple[str, int], tuple[Term, SymbolicValue]] = {}

    def stand_in(label: str, type_: Type, call: int) -> tuple[Term, SymbolicValue]:
        if (label, call) not in arbitrary:
            condition = terms.var(f"any condition of {label} {call}", BOOL)
            value, parts = values.variables(terms, f"any value of {label} {call}", type_)
            arbitrary[label, call] = condition, value
            laid = [Part(condition, terms.true), *parts]
            encoding.variables += [Variable(p.variable, p.domain, "clause", label, True) for p in laid]
            encoding.history.static |= {part.variable for part in laid}
        return arbitrary[label, call]

    encoding.evaluator.stand_in = stand_in


def _lay_out(program: Program, duties: bool, real_money: frozenset[str], terms: Terms) -> Encoding:
    state = State({}, {}, {}, terms.var("today", INT))
    found: list[Variable] = []

    def lay(kind: str, name: str, type_: Type, static: bool, real: bool = False) -> SymbolicValue:
        value, parts = values.variables(terms, f"{kind} {name}", type_, real)
        found.extend(Variable(part.variable, part.domain, kind, name, static) for part in parts)
        return value

    for reading in program.readings:
        state.readings[reading.name] = lay("reading", reading.name, reading.type, True)
    for fact in program.facts:
        state.facts[fact.name] = lay("fact", fact.name, fact.type, True)
    for status in program.statuses:
        state.statuses[status.name] = lay("status", status.name, status.type, False, status.name in real_money)
    found.append(Variable(state.today, terms.true, "today", "today", False))
    pending = []
    for duty in program.duties if duties else ():
        variables = DutyVariables(
            duty, terms.var(f"duty {duty.name} pending", BOOL), terms.var(f"duty {duty.name} since", INT)
        )
        found += [Variable(v, terms.true, "duty", duty.name, False) for v in (variables.pending, variables.since)]
        pending.append(variables)
    evaluator = Evaluator(terms, program, state)
    history = History(terms, program, evaluator, {variable.term for variable in found if variable.static})
    evaluator.memory = history
    encoding = Encoding(program, terms, evaluator, history, state.today, tuple(pending), found)
    for step in program.steps:
        laid = [values.variables(terms, f"{INPUT}{step.name}.{p.name}", p.type) for p in step.params]
        encoding.parameters[step.name] = tuple(value for value, _ in laid)
        encoding.parameter_parts[step.name] = tuple(part for _, parts in laid for part in parts)
    return encoding


def _fractional(encoding: Encoding) -> frozenset[str]:
    """The money statuses that may come to hold fractions of a cent, which cents cannot represent."""
    money = {s.name: s.starts for s in encoding.program.statuses if _is_money(s.type)}
    given = [(name, starts, None) for name, starts in money.items() if starts is not None]
    effects = [(e.name, e.value, s.name) for s in encoding.program.steps for e in s.effects if e.name in money]
    found = set()
    for name, expression, step in [*given, *effects]:
        result = encoding.evaluator.evaluate(expression, encoding.scope(step) if step else None)
        number = result.value.value if isinstance(result.value, values.Optional) else result.value
        assert isinstance(number, Number)
        layout = encoding.evaluator.state.statuses[name]
        layout = layout.value if isinstance(layout, values.Optional) else layout
        assert isinstance(layout, Number)
        cents = layout.term.sort == INT
        if cents and (number.term.sort == REAL or values.CENTS % number.denominator):
            found.add(name)
    return frozenset(found)


def _is_money(type_: Type) -> bool:
    return isinstance(type_.inner if isinstance(type_, OptionType) else type_, MoneyType)


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
        constraints += [Constraint(label, term) for term in initial(terms, memory, encoding.today)]
    for monitor in encoding.monitors:
        name = str(monitor.variable.payload)
        variables.append(Variable(monitor.variable, terms.true, "monitor", name, False))
        constraints.append(Constraint(name, terms.eq(monitor.variable, monitor.start)))
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
        found += [Constraint(label, terms.not_(duty.pending)), Constraint(label, terms.eq(duty.since, encoding.today))]
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
        if isinstance(memory, OverTime):
            new = recurrence_update(terms, memory, dict(updates), {})
            updates.update((variable, term) for variable, term in new.items() if variable is not term)


# ---------------------------------------------------------------- waiting


def days_input(terms: Terms) -> Part:
    """How many days pass: at least one."""
    days = terms.var(f"{INPUT}days", INT)
    return Part(days, terms.le(terms.integer(1), days))


def _duties_allow(encoding: Encoding) -> tuple[Term, Term, frozenset[Term]]:
    """When the given days may pass, when asking errs, and the variables of duties that must be asked every day.

    Days may pass iff on each of them every pending duty has its deadline ahead or its ``unless`` holds. Where the
    ``unless`` holds on an interval of days, asking on the first day that needs it and on the last is asking on all.
    Duties are asked in the order declared, on each day up to the first that forbids it to pass.
    """
    terms, today = encoding.terms, encoding.today
    last = terms.add(today, days_input(terms).variable, terms.integer(-1))
    allowed, errors, daily = terms.true, [], set()
    for duty in encoding.duties:
        deadline = later(encoding.evaluator, duty.since, duty.duty.duration, duty.duty.rounding)
        present = encoding.evaluator.present(duty.duty.name)
        due = terms.and_(present, duty.pending, terms.le(deadline, last))
        excused, error = terms.false, terms.false
        if duty.duty.unless is not None:
            unless = encoding.evaluator.evaluate(duty.duty.unless)
            first = terms.ite(terms.le(deadline, today), today, deadline)
            on_days = ({today: first}, {today: last})
            excused = terms.and_(*(terms.substitute(unless.holds, day) for day in on_days))
            error = terms.or_(*(terms.substitute(unless.error, day) for day in on_days))
            if course(terms, unless.holds, today) == "other" or course(terms, unless.error, today) != "constant":
                daily.add(duty.pending)
        errors.append(terms.and_(allowed, due, error))
        allowed = terms.and_(allowed, terms.not_(terms.and_(due, terms.not_(excused))))
    if len(encoding.duties) > 1 and any(error is not terms.false for error in errors):
        daily |= {duty.pending for duty in encoding.duties}
    return allowed, terms.or_(*errors), frozenset(daily)


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


# ---------------------------------------------------------------- slices


def single_days(system: System, wait: Transition) -> Transition:
    """Waiting one day at a time."""
    terms = system.terms
    (part,) = wait.inputs
    one, memo = {part.variable: terms.integer(1)}, dict[Term, Term]()

    def fixed(term: Term) -> Term:
        return terms.substitute(term, one, memo)

    updates = {variable: fixed(new) for variable, new in wait.updates.items()}
    return replace(wait, inputs=(), enabled=fixed(wait.enabled), error=fixed(wait.error), updates=updates)


def by_single_days(system: System) -> System:
    """The same system, waiting one day at a time."""
    return replace(
        system,
        transitions=tuple(single_days(system, t) if t.name == WAIT and t.inputs else t for t in system.transitions),
    )


def cone(system: System, goals: Iterable[Term], keeping: Iterable[str] = ()) -> System:
    """The part of a system that the goals depend on (cone of influence).

    Keeps every variable that the goals read, every transition that changes a kept variable, what its condition and its
    changes to kept variables read, and every initial constraint that shares a variable with those, transitively. Runs
    of the whole system project to runs of the cone; a run of the cone lifts to the whole because kept transitions read
    only kept variables (the constraints left out are checked to be satisfiable elsewhere). The transitions named in
    ``keeping`` stay even where they change nothing that is kept.
    """
    terms = system.terms
    writers: dict[Term, list[int]] = {}
    for index, transition in enumerate(system.transitions):
        for variable in transition.updates:
            writers.setdefault(variable, []).append(index)
    constraints: dict[Term, list[int]] = {}
    for index, constraint in enumerate(system.initial):
        for variable in terms.free(constraint.term):
            constraints.setdefault(variable, []).append(index)
    state = {variable.term for variable in system.variables}
    kept: set[Term] = set()
    named = set(keeping)
    kept_transitions = {index for index, transition in enumerate(system.transitions) if transition.name in named}
    kept_constraints: set[int] = set()
    roots = [*goals, *(system.transitions[index].enabled for index in kept_transitions)]
    roots += [system.transitions[index].error for index in kept_transitions]
    work = [v for root in roots for v in terms.free(root) if v in state]
    while work:
        variable = work.pop()
        if variable in kept:
            continue
        kept.add(variable)
        for index in writers.get(variable, ()):
            transition = system.transitions[index]
            work += terms.free(transition.updates[variable])
            if index not in kept_transitions:
                kept_transitions.add(index)
                work += terms.free(transition.enabled) | terms.free(transition.error)
        for index in constraints.get(variable, ()):
            if index not in kept_constraints:
                kept_constraints.add(index)
                work += terms.free(system.initial[index].term)
        work = [v for v in work if v in state and v not in kept]
    transitions = []
    for index in sorted(kept_transitions):
        transition = system.transitions[index]
        updates = {v: new for v, new in transition.updates.items() if v in kept}
        transition = replace(transition, updates=updates)
        if transition.name == WAIT and transition.inputs and transition.single_day & kept:
            transition = single_days(system, transition)
        transitions.append(transition)
    return System(
        terms,
        tuple(v for v in system.variables if v.term in kept),
        tuple(system.initial[index] for index in sorted(kept_constraints)),
        tuple(transitions),
        system.halves.within(kept) if system.halves is not None else None,
    )
