"""Random cases and runs of any program, infinite types included.

Takes a program and a ``random.Random``; gives runs that the interpreter allows. The values tried are those that the
program's own constants suggest, and their neighbours: that is where meanings differ. Deterministic for a given seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import assert_never

from verifier.core.dates import day_number
from verifier.core.expressions import Const, subexpressions
from verifier.core.program import MoveTo, Program, Response, Wait
from verifier.core.types import (
    DateType,
    DaysType,
    DecimalType,
    EntityType,
    EnumType,
    IntType,
    ListType,
    MoneyType,
    MonthsType,
    OptionType,
    RecordType,
    SetType,
    Type,
    Value,
    YesNoType,
    unranged,
)
from verifier.records import dataclass
from verifier.semantics.model import Case, Run
from verifier.semantics.opening import initial_state
from verifier.semantics.run import Taken, try_step, wait
from verifier.semantics.terms import written
from verifier.semantics.values import default_value, in_range, rational, whole, whole_cents

_CENT = Fraction(1, 100)
_CALENDAR_CORNERS = ((2000, 1, 1), (2000, 2, 29), (2001, 1, 31), (2001, 2, 28), (2004, 12, 31))
_LONGEST_LIST = 3


@dataclass(frozen=True, slots=True)
class Pool:
    """The values worth trying in a program, by kind. ``days``: numbers of days to wait."""

    integers: tuple[int, ...]
    amounts: tuple[Fraction, ...]
    decimals: tuple[Fraction, ...]
    dates: tuple[int, ...]
    days: tuple[int, ...]


def pool(program: Program) -> Pool:
    """The constants of a program and its declared ranges, each with its neighbours, and a few values of no bias."""
    constants = [*_constants(program), *_bounds(program)]
    integers = {whole(value) for type_, value in constants if isinstance(type_, IntType)}
    amounts = {rational(value) for type_, value in constants if isinstance(type_, MoneyType)}
    decimals = {rational(value) for type_, value in constants if isinstance(type_, DecimalType)}
    dates = {whole(value) for type_, value in constants if isinstance(type_, DateType)}
    days = {whole(value) for type_, value in constants if isinstance(type_, DaysType)}
    days |= {whole(value) * 31 for type_, value in constants if isinstance(type_, MonthsType)}
    return Pool(
        tuple(sorted(near for value in integers | {0, 1} for near in (value - 1, value, value + 1))),
        tuple(sorted(near for value in amounts | {Fraction(0)} for near in (value - _CENT, value, value + _CENT))),
        tuple(sorted(near for value in decimals | {Fraction(0), Fraction(1)} for near in (value, value + _CENT))),
        tuple(sorted(near for value in dates | _corners() for near in (value - 1, value, value + 1))),
        tuple(sorted(near for value in days | {2} for near in (value - 1, value, value + 1) if near > 0)),
    )


def _corners() -> set[int]:
    return {day_number(year, month, day) for year, month, day in _CALENDAR_CORNERS}


def _constants(program: Program) -> Iterator[tuple[Type, Value]]:
    roots = [status.starts for status in program.statuses if status.starts is not None]
    roots += [assumption.condition for assumption in program.assumptions]
    roots += [term for term, _ in written(program)]
    for root in roots:
        yield from ((item.type, item.value) for item in subexpressions(root) if isinstance(item, Const))
    for duty in program.duties:
        yield duty.duration.type, duty.duration.value
    for promise in program.promises:
        if isinstance(promise.form, Response):
            yield promise.form.duration.type, promise.form.duration.value
    for scenario in program.scenarios:
        for clause in scenario.clauses:
            if isinstance(clause, Wait):
                yield clause.duration.type, clause.duration.value
            elif isinstance(clause, MoveTo):
                yield DateType(), clause.day


def _bounds(program: Program) -> Iterator[tuple[Type, Value]]:
    types = [fact.type for fact in program.facts] + [status.type for status in program.statuses]
    types += [param.type for step in program.steps for param in step.params]
    for type_ in types:
        if isinstance(type_, IntType | MoneyType):
            yield from ((type_, bound) for bound in (type_.low, type_.high) if bound is not None)


# ---------------------------------------------------------------- values


def sample_value(random: Random, values: Pool, type_: Type) -> Value:
    """A value that may enter from outside: in range and in whole cents."""
    match type_:
        case YesNoType():
            return random.random() < 0.5
        case IntType():
            return _one_of(random, values.integers, type_)
        case MoneyType():
            return _one_of(random, values.amounts, type_)
        case DecimalType():
            return random.choice(values.decimals)
        case DateType():
            return random.choice(values.dates)
        case DaysType() | MonthsType():
            return random.choice(values.days)
        case EnumType(members=names):
            return random.choice(names)
        case EntityType():
            return random.randrange(3)
        case OptionType(inner):
            return None if random.random() < 0.3 else sample_value(random, values, inner)
        case SetType(element):
            return frozenset(name for name in element.members if random.random() < 0.5)
        case RecordType(fields=fields):
            return tuple(sample_value(random, values, field) for _, field in fields)
        case ListType(element, limit):
            size = random.randint(0, min(limit, _LONGEST_LIST))
            return tuple(sample_value(random, values, element) for _ in range(size))
        case _:
            assert_never(type_)


def _one_of(random: Random, candidates: tuple[int, ...] | tuple[Fraction, ...], type_: Type) -> Value:
    allowed = [value for value in candidates if in_range(type_, value) and whole_cents(type_, value)]
    return random.choice(allowed) if allowed else default_value(type_)


# ---------------------------------------------------------------- cases and runs


def sample_case(random: Random, program: Program, values: Pool) -> Case:
    """A random case; whether it satisfies the assumptions is for ``initial_state`` to say."""
    return Case(
        {fact.name: sample_value(random, values, fact.type) for fact in program.facts},
        {reading.name: random.choice(reading.type.members) for reading in program.readings},
        {
            status.name: sample_value(random, values, status.type)
            for status in program.statuses
            if status.starts is None
        },
        random.choice(values.dates),
    )


def sample_opening(random: Random, program: Program, values: Pool, tries: int = 50) -> Run | None:
    """A random run without events; ``None`` where no case that was tried can start."""
    for _ in range(tries):
        opened = initial_state(program, sample_case(random, program, values))
        if isinstance(opened, Run):
            return opened
    return None


def sample_run(
    random: Random, program: Program, values: Pool, length: int, duties: bool = True, longest_wait: int = 400
) -> Run | None:
    """A random run: up to ``length`` choices of a step or of a wait, of at most ``longest_wait`` days each.

    ``None`` where no case can start.
    """
    run = sample_opening(random, program, values)
    for _ in range(length if run is not None else 0):
        assert run is not None
        longer = sample_step(random, program, values, run) if random.random() < 0.75 else None
        run = longer if longer is not None else _sample_wait(random, program, values, run, duties, longest_wait)
    return run


def sample_step(random: Random, program: Program, values: Pool, run: Run, tries: int = 12) -> Run | None:
    """The run with one more step; ``None`` where none of those tried is possible."""
    for _ in range(tries if program.steps else 0):
        step = random.choice(program.steps)
        arguments = tuple(sample_argument(random, program, values, run, param.type) for param in step.params)
        outcome = try_step(program, run, step.name, arguments)
        if isinstance(outcome, Taken):
            return outcome.run
    return None


def sample_argument(random: Random, program: Program, values: Pool, run: Run, type_: Type) -> Value:
    """An argument of a type: any value, or one that the run itself suggests (a fact, a status, a day near today)."""
    present = [run.case.facts[fact.name] for fact in program.facts if unranged(fact.type) == unranged(type_)]
    present += [run.last.statuses[item.name] for item in program.statuses if unranged(item.type) == unranged(type_)]
    if isinstance(type_, DateType):
        today = run.last.today
        present += [today, today + random.choice(values.days), today - random.choice(values.days)]
    if present and random.random() < 0.5:
        return random.choice(present)
    return sample_value(random, values, type_)


def _sample_wait(random: Random, program: Program, values: Pool, run: Run, duties: bool, longest: int) -> Run:
    days = 1 if random.random() < 0.5 else min(random.choice(values.days), longest)
    for attempted in (days, 1):
        outcome = wait(program, run, attempted, duties)
        if isinstance(outcome, Taken):
            return outcome.run
    return run
