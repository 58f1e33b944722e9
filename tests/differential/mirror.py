"""The interpreter's states as assignments of the encoding's variables: how the two twins are laid side by side.

Takes an encoding with its built system, and runs of the interpreter; gives for each position of a run a value for every
state variable. Facts, statuses, duties and monitors come from the interpreter alone. Of the history, occurrences are
counted from the events; recurrences (``ever`` and its like) follow the encoding's own updates, and are compared where
terms read them. What an encoding says may be anything (an absent value's content, elements past a list's end) is
filled with anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, TypeAlias

from verifier.core.program import AfterUntil, OnlyIf, Param, Program, Promise, Response
from verifier.core.types import ListType, MoneyType, OptionType, RecordType, SetType, Type, Value
from verifier.semantics.duties import pending_since
from verifier.semantics.evaluate import Frame, act_arguments
from verifier.semantics.model import Case, Run, StepEvent
from verifier.semantics.sample import Pool, sample_value
from verifier.symbolic import values
from verifier.symbolic.concrete import ArrayValue, evaluate, untouched
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.history import Fixed, Occurrences, OverTime
from verifier.symbolic.system import WAIT, System, Transition, days_input, single_days
from verifier.symbolic.terms import REAL, Term

Assignment: TypeAlias = dict[Term, Any]


class NotRepresentable(Exception):
    """A value that a layout has no place for: an amount that is no whole number of cents."""


@dataclass(frozen=True)
class Filler:
    """Where arbitrary values come from."""

    random: Random
    pool: Pool

    def any(self, type_: Type) -> Value:
        return sample_value(self.random, self.pool, type_)


def lay(filler: Filler, layout: values.SymbolicValue, type_: Type, value: Value, into: Assignment) -> None:
    """Assign a value to the variables of a layout."""
    match type_, layout:
        case OptionType(inner), values.Optional(present, content):
            into[present] = value is not None
            lay(filler, content, inner, filler.any(inner) if value is None else value, into)
        case SetType(element), values.Flags(flags):
            assert isinstance(value, frozenset)
            into.update((flag, member in value) for flag, member in zip(flags, element.members, strict=True))
        case RecordType(_, fields), values.Row(parts):
            assert isinstance(value, tuple)
            for part, (_, kind), field in zip(parts, fields, value, strict=True):
                lay(filler, part, kind, field, into)
        case ListType(element, _), values.Rows(size, rows):
            assert isinstance(value, tuple)
            into[size] = len(value)
            for index, row in enumerate(rows):
                lay(filler, row, element, value[index] if index < len(value) else filler.any(element), into)
        case _, values.Number(term, denominator):
            into[term] = _number(term, denominator, value)
        case _, values.Scalar(term):
            into[term] = value
        case _:
            raise AssertionError((type_, layout))


def _number(term: Term, denominator: int, value: Value) -> Fraction | int:
    assert isinstance(value, int | Fraction)
    scaled = Fraction(value) * denominator
    if term.sort == REAL:
        return scaled
    if scaled.denominator != 1:
        raise NotRepresentable
    return int(scaled)


def say(symbolic: values.SymbolicValue, type_: Type, assigned: Mapping[Term, Any], memo: Assignment) -> Value:
    """The core value of a symbolic value under an assignment."""
    found = {term: evaluate(term, assigned, memo) for term in values.flatten(symbolic)}
    read = values.read(symbolic, type_, found)
    return Fraction(read) if isinstance(type_, MoneyType) and isinstance(read, int) else read


# ---------------------------------------------------------------- the state of a run


@dataclass(frozen=True)
class Mirror:
    """An encoding beside its system. ``filler`` gives what may be anything."""

    program: Program
    encoding: Encoding
    system: System
    filler: Filler

    @cached_property
    def daily(self) -> Transition:
        """Waiting for one day."""
        return single_days(self.system, self.system.transition(WAIT))

    def case(self, case: Case, constants: Mapping[str, Value]) -> Assignment:
        """Facts, readings, open statuses and the constants of promises (name of the constant → value)."""
        state, found = self.encoding.evaluator.state, Assignment()
        for fact in self.program.facts:
            lay(self.filler, state.facts[fact.name], fact.type, case.facts[fact.name], found)
        for reading in self.program.readings:
            lay(self.filler, state.readings[reading.name], reading.type, case.readings[reading.name], found)
        for name, value in constants.items():
            lay(self.filler, state.facts[name], self._constant_types()[name], value, found)
        return found

    def _constant_types(self) -> dict[str, Type]:
        found: dict[str, Type] = {}
        for promise in self.program.promises:
            for binder in remembered(self.program, promise):
                found[constant_name(promise, binder.name)] = binder.type
        for decision in self.program.decisions:
            found |= {f"{param.name} of {decision.name}": param.type for param in decision.params}
        return found

    def present(self, run: Run, into: Assignment) -> None:
        """Statuses, today and duties at the end of a run."""
        for status in self.program.statuses:
            layout = self.encoding.evaluator.state.statuses[status.name]
            lay(self.filler, layout, status.type, run.last.statuses[status.name], into)
        into[self.encoding.today] = run.last.today
        for duty in self.encoding.duties:
            since = pending_since(duty.duty, run)
            into[duty.pending] = since is not None
            into[duty.since] = run.case.start if since is None else since

    def start(self, run: Run, constants: Mapping[str, Value]) -> Assignment:
        """The first state."""
        assert run.length == 0
        found = self.case(run.case, constants)
        self.present(run, found)
        found |= {v.term: self._cents(run, v.owner) for v in self.system.variables if v.kind == "cents"}
        for memory in self.encoding.history.memories.values():
            if isinstance(memory, Occurrences):
                found[memory.variable] = self.occurrences(memory, run, found)
            else:
                found |= _first(memory, found)
        for monitor in self.encoding.monitors:
            found[monitor.variable] = evaluate(monitor.start, found)
        return found

    def _cents(self, run: Run, status: str) -> int:
        """The cents of an open amount at the start; of one that is not there, any."""
        amount = run.last.statuses[status]
        return int(amount * 100) if isinstance(amount, int | Fraction) else 0

    # ------------------------------------------------------------ occurrences, counted from the events

    def occurrences(self, memory: Occurrences, run: Run, case: Assignment) -> Any:
        """What a memory of a step should hold at the end of a run."""
        nothing = {"happened": False, "count": 0, "last": run.case.start, "first": run.case.start}[memory.kind]
        if memory.variable.sort.kind != "array":
            return _told(memory.kind, [event.day for event, _ in self._matching(memory, run, case)], nothing)
        nothing = False if memory.kind == "happened" else 0
        days: dict[tuple[int, ...], list[int]] = {}
        for event, indices in self._matching(memory, run, case):
            days.setdefault(indices, []).append(event.day)
        array = untouched(memory.variable.sort)
        for indices, found in days.items():
            array = _with_told(array, indices, _told(memory.kind, found, nothing))
        return array

    def _matching(self, memory: Occurrences, run: Run, case: Assignment) -> list[tuple[StepEvent, tuple[int, ...]]]:
        params = self.program.step(memory.step).params
        found = []
        for event in run.events:
            if not isinstance(event, StepEvent) or event.step != memory.step:
                continue
            indices, matches = list[int](), True
            for matcher, param, argument in zip(memory.matchers or (), params, event.arguments, strict=False):
                if isinstance(matcher, Fixed):
                    errs = evaluate(matcher.error, case)
                    matches = matches and not errs and say(matcher.value, param.type, case, {}) == argument
                else:
                    indices.append(self._index(param.type, argument))
            if matches:
                found.append((event, tuple(indices)))
        return found

    def _index(self, type_: Type, argument: Value) -> int:
        """The place of an argument in an array: dollars are counted in cents."""
        assert isinstance(argument, int | Fraction)
        return int(argument * 100 if isinstance(type_, MoneyType) else argument)

    # ------------------------------------------------------------ monitors, from the interpreter

    def monitors(self, promise: Promise, run: Run, arguments: tuple[Value, ...]) -> dict[str, Any]:
        """What the monitors of a promise should say about the window of these arguments."""
        match promise.form:
            case AfterUntil() as form:
                return {f"monitor {promise.name}": is_open(self.program, form, run, arguments)}
            case Response() as form:
                since = waiting_since(self.program, form, run, arguments)
                found: dict[str, Any] = {f"monitor {promise.name}": since is not None}
                return found if since is None else {**found, f"monitor {promise.name} since": since}
            case _:
                return {}

    # ------------------------------------------------------------ transitions

    def inputs(self, transition: Transition, arguments: tuple[Value, ...]) -> Assignment:
        """The arguments of a step as inputs. ``NotRepresentable`` for fractions of a cent."""
        found: Assignment = {}
        layouts = self.encoding.parameters[transition.name]
        for layout, param, value in zip(layouts, self.program.step(transition.name).params, arguments, strict=True):
            lay(self.filler, layout, param.type, value, found)
        return found

    def days(self, days: int) -> Assignment:
        return {days_input(self.encoding.terms).variable: days}

    def after(self, transition: Transition, state: Assignment, inputs: Assignment) -> Assignment:
        """The state that the encoding's updates lead to."""
        assigned, memo = {**state, **inputs}, Assignment()
        return {**state, **{v: evaluate(new, assigned, memo) for v, new in transition.updates.items()}}


def remembered(program: Program, promise: Promise) -> tuple[Param, ...]:
    """The arguments of a promise that constants may stand for: those it binds, else those of the step it is about."""
    binders: tuple[Param, ...] = getattr(promise.form, "binders", ())
    return program.step(promise.form.step).params if isinstance(promise.form, OnlyIf) and not binders else binders


def constant_name(promise: Promise, binder: str) -> str:
    """The fact that stands for a remembered argument of a promise."""
    return f"{binder} of {promise.name}"


def _with_told(array: ArrayValue, indices: tuple[int, ...], told: Any) -> ArrayValue:
    """The array, of arrays perhaps, with one element replaced."""
    first, *rest = indices
    inner = array.places.get(first, array.default)
    return array.stored(first, _with_told(inner, tuple(rest), told) if rest else told)


def _told(kind: str, days: Sequence[int], nothing: Any) -> Any:
    match kind:
        case "happened":
            return bool(days)
        case "count":
            return len(days)
        case "last":
            return days[-1] if days else nothing
        case _:
            return days[0] if days else nothing


def _first(memory: OverTime, state: Assignment) -> Assignment:
    """A recurrence in the first state, by the definition in ``core.expressions``."""
    if memory.kind == "before":
        found = (False, False)
    else:
        asked = memory.operand if memory.kind == "ever" else memory.since
        assert asked is not None
        error = evaluate(asked.error, state)
        found = (evaluate(asked.holds, state) and not (error and memory.kind == "ever"), error)
    names = [term for term in (memory.variable, memory.error) if term.op == "var"]
    return dict(zip(names, found, strict=False))


def is_open(program: Program, form: AfterUntil, run: Run, arguments: tuple[Value, ...]) -> bool:
    """Whether the window of ``after S(arguments), E until T`` is open at the end of a run."""
    found = False
    for position, event in enumerate(run.events):
        if not isinstance(event, StepEvent):
            continue
        if found and form.until is not None and event.step == form.until.step:
            frame = Frame(program, run, position, dict(zip((b.name for b in form.binders), arguments, strict=False)))
            found = act_arguments(frame, form.until) not in (None, event.arguments)
        found = found or (event.step == form.step and (not form.binders or event.arguments == arguments))
    return found


def waiting_since(program: Program, form: Response, run: Run, arguments: tuple[Value, ...]) -> int | None:
    """Since which day ``after S(arguments), T within D`` waits for an answer at the end of a run."""
    since: int | None = None
    for position, event in enumerate(run.events):
        if not isinstance(event, StepEvent):
            continue
        if since is not None and event.step == form.response.step:
            frame = Frame(program, run, position, dict(zip((b.name for b in form.binders), arguments, strict=False)))
            if act_arguments(frame, form.response) in (None, event.arguments):
                since = None
        if since is None and event.step == form.step and (not form.binders or event.arguments == arguments):
            since = event.day
    return since
