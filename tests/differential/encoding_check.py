"""One generated policy, encoding against interpreter: every disagreement is a line of text.

No solver takes part: the encoding's terms are evaluated on states decoded from the interpreter's runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from encoding_beside import ERRS, Asked, Check, constants_of, encoded, meant
from encoding_moves import check_breaches, check_proposals
from mirror import Assignment, Filler, NotRepresentable, constant_name, lay, remembered, say

from verifier.core.expressions import DecisionCall
from verifier.core.program import (
    Program,
    Promise,
)
from verifier.core.types import IntType, MoneyType, Value
from verifier.semantics.decisions import applying
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate as meaning
from verifier.semantics.model import Case, Run, State, StepEvent
from verifier.semantics.opening import CaseFault, initial_state
from verifier.semantics.sample import sample_case, sample_run
from verifier.symbolic.concrete import ArrayValue, evaluate
from verifier.symbolic.history import Occurrences

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
        erred = isinstance(opened, CaseFault) and opened.error is not None
        check.agree(f"start errs: {case}", erred, evaluate(check.errs, state, memo))
        if isinstance(opened, Run):
            _check_other_starts(check, opened, state)


def _check_other_starts(check: Check, opened: Run, state: Assignment) -> None:
    """A status that starts with some value starts with no other."""
    filler = Filler(Random(len(state)), check.pool)
    for status in check.program.statuses:
        other = filler.any(status.type)
        if status.starts is None or other == opened.last.statuses[status.name]:
            continue
        changed = dict(state)
        try:
            lay(filler, check.encoding.evaluator.state.statuses[status.name], status.type, other, changed)
        except NotRepresentable:
            continue
        satisfied = all(evaluate(item.term, changed) for item in check.system.initial)
        check.agree(f"another start of {status.name}", False, satisfied)


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
    constants = constants_of(check, {})
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


# ---------------------------------------------------------------- runs


def check_run(check: Check, run: Run) -> None:
    """A run of the interpreter, followed by the encoding once for each choice of remembered arguments."""
    choices = _choices(check, run)
    for number, chosen in enumerate(choices):
        _follow(check, run, chosen, thorough=number == 0)
    check_breaches(check, run, choices)


def _keys(check: Check, run: Run, promise: Promise) -> list[tuple[Value, ...]]:
    """The remembered arguments worth trying for a promise: all that occur, and one that does not."""
    binders = remembered(check.program, promise)
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
    state = check.mirror.start(run.prefix(0), constants_of(check, chosen))
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
