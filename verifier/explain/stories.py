"""Confirmed runs as stories: what happened, who did it, what changed, and which facts mattered.

Takes a replayed run; gives ``model.Story``. Decides nothing about verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from verifier.core.dates import ORDINARY_DAY
from verifier.core.program import Cite, Program, Step
from verifier.core.types import DATE, Value
from verifier.explain.model import Binding, Change, CheckedCondition, Happening, Story
from verifier.semantics.model import Case, Run, State, StepEvent, WaitEvent
from verifier.semantics.opening import initial_state
from verifier.semantics.run import Taken, try_step, wait


def bindings(program: Program, case: Case) -> tuple[Binding, ...]:
    """The facts and readings of a case."""
    facts = [Binding(f.name, case.facts[f.name], f.type) for f in program.facts]
    readings = [Binding(r.name, case.readings[r.name], r.type) for r in program.readings]
    return (*facts, *readings)


def story(
    program: Program,
    run: Run,
    needed: Sequence[str],
    dated: bool,
    shortest: bool,
    replayed: bool = True,
    order: Sequence[int] = (),
) -> Story:
    """The story of a run. ``dated``: whether dates play a part. ``order``, in a story of two cases: the place of each
    event of the run among those of both.
    """
    first = run.states[0]
    initial = tuple(Binding(s.name, first.statuses[s.name], s.type) for s in program.statuses)
    happenings = tuple(_happenings(program, run, dated, order))
    start = run.case.start if dated else None
    return Story(bindings(program, run.case), initial, tuple(needed), start, happenings, replayed, shortest)


def _happenings(program: Program, run: Run, dated: bool, order: Sequence[int]) -> Iterator[Happening]:
    """One for each step; consecutive days without a step are one wait, unless the other case has a step among them."""

    def kind(position: int) -> tuple[int, int]:
        alone = -1 if isinstance(run.events[position], WaitEvent) else position
        return alone, order[position] if order else 0

    for (_, place), positions in groupby(range(len(run.events)), kind):
        start, *rest = positions
        event = run.events[start]
        if isinstance(event, WaitEvent):
            told = _wait(run, start, start + len(rest) + 1, dated)
        else:
            told = _step(program, run, start, event, dated)
        yield replace(told, order=place) if order else told


def _wait(run: Run, start: int, end: int, dated: bool) -> Happening:
    before, after = run.states[start].today, run.states[end].today
    changes = (Change("today", before, after, DATE),) if dated else ()
    return Happening(None, (), (), after if dated else None, end - start, changes, (), ())


def _step(program: Program, run: Run, position: int, event: StepEvent, dated: bool) -> Happening:
    step = program.step(event.step)
    parameters = _parameters(step, event)
    changes = _changes(program, run.states[position], run.states[position + 1])
    checked = tuple(CheckedCondition(r.full_name, True, r.cites, r.condition.span) for r in step.requires)
    date = event.day if dated else None
    return Happening(step.name, parameters, step.actors, date, 0, changes, checked, cites_of(step))


def attempted(program: Program, run: Run, event: StepEvent | None, dated: bool) -> Happening:
    """What is tried after a run and not taken: a step, or (``None``) letting a day pass."""
    date = run.last.today if dated else None
    if event is None:
        return Happening(None, (), (), date, 1, (), (), ())
    step = program.step(event.step)
    return Happening(step.name, _parameters(step, event), step.actors, date, 0, (), (), cites_of(step))


def _parameters(step: Step, event: StepEvent) -> tuple[Binding, ...]:
    return tuple(Binding(p.name, v, p.type) for p, v in zip(step.params, event.arguments, strict=True))


def cites_of(step: Step) -> tuple[Cite, ...]:
    """The citations of a step and of its clauses, each once, in the order written."""
    clauses = [*step.cites, *(c for r in step.requires for c in r.cites), *(c for e in step.effects for c in e.cites)]
    return tuple(dict.fromkeys(clauses))


def _changes(program: Program, before: State, after: State) -> tuple[Change, ...]:
    def value(state: State, name: str) -> Value:
        return state.statuses[name]

    return tuple(
        Change(s.name, value(before, s.name), value(after, s.name), s.type)
        for s in program.statuses
        if value(before, s.name) != value(after, s.name)
    )


def retold(program: Program, told: Story) -> Run | None:
    """The run that a story tells, taken again by the interpreter; ``None`` where that is not possible."""
    values = {item.name: item.value for item in (*told.facts, *told.initial)}
    case = Case(
        {fact.name: values[fact.name] for fact in program.facts},
        {reading.name: str(values[reading.name]) for reading in program.readings},
        {status.name: values[status.name] for status in program.statuses if status.starts is None},
        told.start if told.start is not None else ORDINARY_DAY,
    )
    begun = initial_state(program, case)
    run = begun if isinstance(begun, Run) else None
    for item in told.happenings:
        run = None if run is None else _again(program, run, item)
    return run


def _again(program: Program, run: Run, item: Happening) -> Run | None:
    if item.step is None:
        waited = wait(program, run, item.days)
        return waited.run if isinstance(waited, Taken) else None
    taken = try_step(program, run, item.step, tuple(part.value for part in item.parameters))
    return taken.run if isinstance(taken, Taken) else None
