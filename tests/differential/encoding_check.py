"""One generated policy, encoding against interpreter: every disagreement is a line of text.

No solver takes part: the encoding's terms are evaluated on states decoded from the interpreter's runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from mirror import Assignment, Filler, Mirror, NotRepresentable, constant_name, say

from verifier.core.expressions import DecisionCall, Expr, Local, subexpressions
from verifier.core.program import (
    Decision,
    Param,
    Possible,
    Program,
    Promise,
    Step,
)
from verifier.core.types import IntType, MoneyType, Type, Value
from verifier.properties.claims import prepare
from verifier.properties.goals import Claim, Goal
from verifier.semantics.decisions import applying
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate as meaning
from verifier.semantics.model import Case, Run, State, StepEvent
from verifier.semantics.opening import CaseFault, initial_state
from verifier.semantics.promises import broken, reaches
from verifier.semantics.run import Erred, NotAnArgument, Refused, Taken, bindings, try_step, wait
from verifier.semantics.sample import pool, sample_argument, sample_case, sample_run, sample_value
from verifier.semantics.terms import written
from verifier.symbolic import values
from verifier.symbolic.concrete import ArrayValue, evaluate
from verifier.symbolic.encoding import encode
from verifier.symbolic.evaluator import Outcome, Result
from verifier.symbolic.history import Occurrences
from verifier.symbolic.system import WAIT
from verifier.symbolic.transitions import build

LONGEST_WAIT = 40
ERRS = "errs"
"""What both sides say where there is no value."""


@dataclass
class Asked:
    """A decision asked about for some arguments, before the system was built."""

    decision: Decision
    arguments: tuple[Value, ...]
    outcome: Outcome


@dataclass
class Check:
    """The work on one policy. ``tally`` counts what was compared."""

    program: Program
    random: Random
    faults: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.pool = pool(self.program)
        self.encoding = encode(self.program)
        finishers = {promise.name: prepare(self.encoding, promise) for promise in self.program.promises}
        self.asked = [self._ask(decision) for decision in self.program.decisions for _ in range(2)]
        self.system = build(self.encoding)
        self.claims: dict[str, Claim] = {
            name: finish(self.system) for name, finish in finishers.items() if finish is not None
        }
        self.mirror = Mirror(self.program, self.encoding, self.system, Filler(self.random, self.pool))
        self.closed = list(self._closed_expressions())

    def _ask(self, decision: Decision) -> Asked:
        arguments = tuple(sample_value(self.random, self.pool, param.type) for param in decision.params)
        pairs = zip(arguments, decision.params, strict=True)
        symbolic = tuple(values.constant(self.encoding.terms, value, param.type) for value, param in pairs)
        return Asked(decision, arguments, self.encoding.evaluator.outcome(decision, symbolic))

    def _closed_expressions(self) -> Iterator[Expr]:
        """Expressions of steps, duties and promises that are evaluated without bound variables."""
        outer = [expr for expr, params in written(self.program) if not params]
        for expr in outer:
            yield from (part for part in subexpressions(expr) if not _is_open(part))

    def agree(self, what: str, expected: object, found: object) -> None:
        """Compare the interpreter's answer with the encoding's."""
        self.tally[what.split(":", maxsplit=1)[0]] += 1
        if expected != found:
            self.faults.append(f"{what}: the interpreter says {expected!r}, the encoding {found!r}")


def _is_open(expr: Expr) -> bool:
    return any(isinstance(part, Local) for part in subexpressions(expr))


def meant(question: Callable[[], Any]) -> Any:
    """What the interpreter says, or that it errs."""
    try:
        return question()
    except EvaluationError:
        return ERRS


def encoded(result: Result, type_: Type, state: Assignment, memo: Assignment) -> Any:
    """What the encoding says of a result, or that it errs."""
    return ERRS if evaluate(result.error, state, memo) else say(result.value, type_, state, memo)


# ---------------------------------------------------------------- cases


def check_cases(check: Check, count: int) -> None:
    """Exactly the cases that have a run satisfy the initial constraints."""
    for _ in range(count):
        case = _disturbed(check, sample_case(check.random, check.program, check.pool))
        opened = initial_state(check.program, case)
        try:
            state = _unchecked_start(check, case, opened)
        except NotRepresentable:
            continue
        if state is None:
            continue
        memo: Assignment = {}
        satisfied = all(evaluate(item.term, state, memo) for item in check.system.initial)
        check.agree(f"initial constraints: {case}", isinstance(opened, Run), satisfied)


def _disturbed(check: Check, case: Case) -> Case:
    """Sometimes with a value outside its range."""
    if check.random.random() < 0.7:
        return case
    facts = dict(case.facts)
    for fact in check.program.facts:
        if isinstance(fact.type, IntType | MoneyType) and fact.type.low is not None:
            facts[fact.name] = fact.type.low - 1
    return Case(facts, case.readings, case.initial, case.start)


def _unchecked_start(check: Check, case: Case, opened: Run | CaseFault) -> Assignment | None:
    """The first state; of a case without runs, what it would be if its statuses had their values all the same."""
    constants = _constants(check, {})
    if isinstance(opened, Run):
        return check.mirror.start(opened, constants)
    statuses: dict[str, Value] = dict(case.initial)
    run = Run(case, (State(statuses, case.start),))
    for status in check.program.statuses:
        if status.starts is not None:
            starts = status.starts
            value = meant(lambda starts=starts: meaning(check.program, starts, run))
            statuses[status.name] = check.mirror.filler.any(status.type) if value == ERRS else value
    return check.mirror.start(run, constants)


def _constants(check: Check, chosen: Mapping[str, tuple[Value, ...]]) -> dict[str, Value]:
    """A value for every constant: for promises those ``chosen`` (by promise), else anything."""
    found: dict[str, Value] = {}
    for promise in check.program.promises:
        binders: tuple[Param, ...] = getattr(promise.form, "binders", ())
        for index, binder in enumerate(binders):
            name = constant_name(promise, binder.name)
            if name in check.encoding.evaluator.state.facts:
                some = chosen[promise.name][index] if promise.name in chosen else check.mirror.filler.any(binder.type)
                found[name] = some
    return found


# ---------------------------------------------------------------- runs


def check_run(check: Check, run: Run) -> None:
    """A run of the interpreter, followed by the encoding once for each choice of remembered arguments."""
    choices = _choices(check, run)
    for number, chosen in enumerate(choices):
        _follow(check, run, chosen, thorough=number == 0)
    check_breaches(check, run, choices)


def _keys(check: Check, run: Run, promise: Promise) -> list[tuple[Value, ...]]:
    """The remembered arguments worth trying for a promise: all that occur, and one that does not."""
    binders: tuple[Param, ...] = getattr(promise.form, "binders", ())
    name = getattr(promise.form, "step", None)
    if not binders or constant_name(promise, binders[0].name) not in check.encoding.evaluator.state.facts:
        return [()]
    found = {event.arguments: None for event in run.events if isinstance(event, StepEvent) and event.step == name}
    found.setdefault(tuple(check.mirror.filler.any(binder.type) for binder in binders))
    return list(found)


def _choices(check: Check, run: Run) -> list[dict[str, tuple[Value, ...]]]:
    keys = {promise.name: _keys(check, run, promise) for promise in check.program.promises}
    most = max((len(found) for found in keys.values()), default=1)
    return [{name: found[min(number, len(found) - 1)] for name, found in keys.items()} for number in range(most)]


def _follow(check: Check, run: Run, chosen: Mapping[str, tuple[Value, ...]], thorough: bool) -> None:
    state = check.mirror.start(run.prefix(0), _constants(check, chosen))
    for position in range(run.length + 1):
        so_far = run.prefix(position)
        if thorough:
            check_state(check, so_far, state)
            check_proposals(check, so_far, state)
        if position == run.length:
            break
        event = run.events[position]
        if isinstance(event, StepEvent):
            transition = check.system.transition(event.step)
            inputs = check.mirror.inputs(transition, event.arguments)
        else:
            transition, inputs = check.mirror.daily, {}
        check.agree(f"enabled: {event}", True, evaluate(transition.enabled, {**state, **inputs}))
        state = check.mirror.after(transition, state, inputs)
        check_present(check, run.prefix(position + 1), state, chosen)


def check_present(check: Check, run: Run, state: Assignment, chosen: Mapping[str, tuple[Value, ...]]) -> None:
    """The encoding's state after an event, against the interpreter's."""
    program, encoding = check.program, check.encoding
    for status in program.statuses:
        layout = encoding.evaluator.state.statuses[status.name]
        check.agree(f"status: {status.name}", run.last.statuses[status.name], say(layout, status.type, state, {}))
    check.agree("today", run.last.today, state[encoding.today])
    expected: Assignment = {}
    check.mirror.present(run, expected)
    for duty in encoding.duties:
        check.agree(f"duty: {duty.duty.name}", expected[duty.pending], state[duty.pending])
        if expected[duty.pending]:
            check.agree(f"duty since: {duty.duty.name}", expected[duty.since], state[duty.since])
    for memory in encoding.history.memories.values():
        if isinstance(memory, Occurrences):
            counted, kept = check.mirror.occurrences(memory, run, state), state[memory.variable]
            if memory.kind in ("happened", "count") or memory.variable.sort.kind == "array" or state[memory.happened]:
                check.agree(f"memory: {memory.description}", _essence(counted), _essence(kept))
    names = {str(monitor.variable.payload): monitor.variable for monitor in encoding.monitors}
    for promise in program.promises:
        told = meant(lambda promise=promise: check.mirror.monitors(promise, run, chosen[promise.name]))
        for name, value in (told if told != ERRS else {}).items():
            check.agree(f"monitor: {name} {chosen[promise.name]}", value, state[names[name]])


def _essence(kept: Any) -> Any:
    """An array without the places that hold its default."""
    if not isinstance(kept, ArrayValue):
        return kept
    return kept.default, {place: value for place, value in kept.places.items() if value != kept.default}


def check_state(check: Check, run: Run, state: Assignment) -> None:
    """Every closed expression and every decision, in one state."""
    memo: Assignment = {}
    for expr in check.closed:
        known = check.encoding.evaluator.closed.known.get(id(expr))
        if known is not None:
            expected = meant(lambda expr=expr: meaning(check.program, expr, run))
            found = encoded(known[1], expr.type, state, memo)
            check.agree(f"value: {type(expr).__name__} {expr.span.text if expr.span else expr}", expected, found)
    for asked in check.asked:
        check_decision(check, asked, run, state, memo)


def check_decision(check: Check, asked: Asked, run: Run, state: Assignment, memo: Assignment) -> None:
    """Value, gap, conflict, error and which rules fire."""
    decision, outcome = asked.decision, asked.outcome
    named = f"{decision.name}{asked.arguments}"
    bound = dict(zip((param.name for param in decision.params), asked.arguments, strict=True))
    conditions = {
        rule.name: meant(lambda rule=rule: meaning(check.program, rule.condition, run, locals=bound))
        for rule in decision.rules
    }
    if ERRS not in conditions.values():
        holding = [name for name, held in conditions.items() if held]
        expected = {rule.name for rule in applying(decision, holding)}
        check.agree(f"firing: {named}", expected, {n for n, t in outcome.firing.items() if evaluate(t, state, memo)})
    call = DecisionCall(decision.name, (), type=decision.type)
    kind, value = _asked_meaning(check, asked, call, run)
    terms = check.encoding.terms
    if kind in ("gap", "conflict"):
        found = {"gap": outcome.gap, "conflict": outcome.conflict}[kind]
        check.agree(
            f"{kind}: {named}", (True, False), (evaluate(found, state, memo), evaluate(outcome.error, state, memo))
        )
    elif kind == ERRS:
        check.agree(f"decision errs: {named}", True, evaluate(outcome.any_error(terms), state, memo))
    else:
        check.agree(f"decision errs: {named}", False, evaluate(outcome.any_error(terms), state, memo))
        check.agree(f"decision: {named}", value, say(outcome.value, decision.type, state, memo))


def _asked_meaning(check: Check, asked: Asked, call: DecisionCall, run: Run) -> tuple[str, Value]:
    """How the interpreter answers a decision: a gap or conflict of its own, another error, or a value."""
    from verifier.core.expressions import Const

    arguments = tuple(
        Const(value, type=param.type) for value, param in zip(asked.arguments, asked.decision.params, strict=True)
    )
    try:
        value = meaning(check.program, DecisionCall(call.name, arguments, type=call.type), run)
    except EvaluationError as error:
        own = error.kind in ("gap", "conflict") and error.name == asked.decision.name
        return (error.kind if own else ERRS), None
    return "value", value


# ---------------------------------------------------------------- what may be done next


def check_proposals(check: Check, run: Run, state: Assignment) -> None:
    """Steps with many arguments, and waits, from one state."""
    for step in check.program.steps:
        for _ in range(3 if step.params else 1):
            check_step(check, step, _arguments(check, step, run), run, state)
    check_wait(check, 1, run, state)
    if check.random.random() < 0.5:
        days = check.random.choice((*check.pool.days, check.random.randint(2, 20)))
        check_wait(check, max(2, min(days, LONGEST_WAIT)), run, state)


def _arguments(check: Check, step: Step, run: Run) -> tuple[Value, ...]:
    found = []
    for param in step.params:
        value = sample_argument(check.random, check.program, check.pool, run, param.type)
        if isinstance(param.type, IntType) and check.random.random() < 0.1:
            assert isinstance(value, int)
            value += check.random.choice([-1, 1])
        found.append(value)
    return tuple(found)


def check_step(check: Check, step: Step, arguments: tuple[Value, ...], run: Run, state: Assignment) -> None:
    """Whether a step is taken, refused or errs; each requirement; the state after it."""
    transition = check.system.transition(step.name)
    try:
        inputs = check.mirror.inputs(transition, arguments)
    except NotRepresentable:
        return
    assigned, memo = {**state, **inputs}, Assignment()
    outcome = try_step(check.program, run, step.name, arguments)
    what = f"{step.name}{arguments}"
    expected = isinstance(outcome, Taken), isinstance(outcome, Erred)
    check.agree(
        f"step: {what}",
        expected,
        (evaluate(transition.enabled, assigned, memo), evaluate(transition.error, assigned, memo)),
    )
    if isinstance(outcome, NotAnArgument):
        return
    for requirement, (name, result) in zip(step.requires, transition.requirements, strict=True):
        held = meant(
            lambda requirement=requirement: meaning(
                check.program, requirement.condition, run, locals=bindings(step, arguments)
            )
        )
        check.agree(f"requires: {what} {name}", held, encoded(result, requirement.condition.type, assigned, memo))
    if isinstance(outcome, Refused):
        return


def check_wait(check: Check, days: int, run: Run, state: Assignment) -> None:
    """A wait of some days, in one transition where the encoding says that it may be one, else day by day."""
    outcome = wait(check.program, run, days)
    jump = check.system.transition(WAIT)
    daily = days == 1 or bool(jump.single_day)
    expected = isinstance(outcome, Taken), isinstance(outcome, Erred)
    if days == 1:
        check.agree(f"wait a day: {run.last}", expected, _try(check, jump, state, days)[0])
    if not jump.single_day:
        found, after = _try(check, jump, state, days)
        check.agree(f"wait: {days} days", expected, found)
        if isinstance(outcome, Taken) and found == expected:
            stepwise = _day_by_day(check, state, days)
            check.agree(f"jump: {days} days", stepwise[1], after)
    if daily:
        check.agree(f"wait daily: {days} days", expected, _day_by_day(check, state, days)[0])


def _try(check: Check, transition: Any, state: Assignment, days: int) -> tuple[tuple[bool, bool], Assignment]:
    assigned = {**state, **check.mirror.days(days)}
    enabled, error = evaluate(transition.enabled, assigned), evaluate(transition.error, assigned)
    return (enabled, error), check.mirror.after(transition, state, check.mirror.days(days))


def _day_by_day(check: Check, state: Assignment, days: int) -> tuple[tuple[bool, bool], Assignment]:
    transition = check.mirror.daily
    for _ in range(days):
        enabled, error = evaluate(transition.enabled, state), evaluate(transition.error, state)
        if not enabled:
            return (False, error), state
        state = check.mirror.after(transition, state, {})
    return (True, False), state


# ---------------------------------------------------------------- promises


def check_breaches(check: Check, run: Run, choices: list[dict[str, tuple[Value, ...]]]) -> None:
    """Every promise at every position: its goals against the interpreter's idea of a breach."""
    states = [_states(check, run, chosen) for chosen in choices]
    for promise in check.program.promises:
        claim = check.claims.get(promise.name)
        if claim is None:
            continue
        for position in range(run.length + 1):
            so_far = run.prefix(position)
            expected = meant(lambda so_far=so_far, promise=promise: _shown(check.program, promise, so_far))
            reached = any(_at(check, claim.goal, run, position, followed) for followed in states)
            erring = any(_at(check, claim.error, run, position, followed) for followed in states)
            found = ERRS if erring and not reached else reached
            check.agree(f"promise: {promise.keyword} at {position}", expected, found)


def _shown(program: Program, promise: Promise, run: Run) -> bool:
    if isinstance(promise.form, Possible):
        return reaches(program, promise.form.goal, run)
    return broken(program, promise, run) is not None


def _states(check: Check, run: Run, chosen: Mapping[str, tuple[Value, ...]]) -> list[Assignment]:
    states = [check.mirror.start(run.prefix(0), _constants(check, chosen))]
    for event in run.events:
        if isinstance(event, StepEvent):
            transition = check.system.transition(event.step)
            states.append(check.mirror.after(transition, states[-1], check.mirror.inputs(transition, event.arguments)))
        else:
            states.append(check.mirror.after(check.mirror.daily, states[-1], {}))
    return states


def _at(check: Check, goal: Goal, run: Run, position: int, states: list[Assignment]) -> bool:
    """Whether a goal is reached at a position: in its state, or by the event that led there."""
    if evaluate(goal.state, states[position]):
        return True
    if position == 0:
        return False
    event, before = run.events[position - 1], states[position - 1]
    name = event.step if isinstance(event, StepEvent) else WAIT
    if name not in goal.on:
        return False
    inputs = check.mirror.days(1)
    if isinstance(event, StepEvent):
        inputs = check.mirror.inputs(check.system.transition(name), event.arguments)
    return bool(evaluate(goal.on[name], {**before, **inputs}))


def disagreements(program: Program, seed: int, runs: int = 2, length: int = 5) -> Check:
    """Compare the twins on a policy: some cases, and some runs with everything that may be asked along them."""
    random = Random(seed)
    check = Check(program, random)
    check_cases(check, 4)
    for _ in range(runs):
        run = sample_run(random, program, check.pool, length, longest_wait=12)
        if run is not None:
            check_run(check, run)
    return check
