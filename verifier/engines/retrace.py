"""A run of which only the steps are known, as a run of the slice: with facts, arguments and days.

Takes a system, a goal and the names of transitions; gives a trace along these, with days that pass in between where
they must. Method: one unrolling in which each transition is given, and before each of them days may pass, or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.engines import bmc
from verifier.engines.answers import Reached, Trace
from verifier.properties.goals import Goal
from verifier.symbolic.system import WAIT, System, Transition
from verifier.symbolic.terms import Term


def retrace(
    system: System,
    goal: Goal,
    names: Sequence[str],
    wishes: Sequence[Term],
    refined: bool,
    deadline: float,
    budget: int,
) -> Trace | None:
    """A trace that takes these transitions, and at its end meets the goal; ``None`` where none is found."""
    patient = next((t for t in system.transitions if t.name == WAIT and t.inputs), None)
    found = _follow(system, goal, names, wishes, refined, deadline, budget)
    if found is not None or patient is None:
        return found
    idle = _or_none(system, patient)
    steps = tuple(idle if t is patient else t for t in system.transitions)
    spaced = [item for name in names for item in ((name,) if name == WAIT else (WAIT, name))]
    (days,) = patient.inputs
    few = system.terms.ite(_none(system, days.variable), system.terms.integer(0), system.terms.integer(1))
    found = _follow(replace(system, transitions=steps), goal, [*spaced, WAIT], [few, *wishes], True, deadline, budget)
    if found is None:
        return None
    kept = (step for step in found.steps if step.transition != WAIT or step.inputs[days.variable])
    return Trace(found.start, tuple(kept))


def _none(system: System, days: Term) -> Term:
    return system.terms.eq(days, system.terms.integer(0))


def _or_none(system: System, patient: Transition) -> Transition:
    """Days that pass, or none."""
    terms, (days,) = system.terms, patient.inputs
    none = _none(system, days.variable)
    updates = {variable: terms.ite(none, variable, new) for variable, new in patient.updates.items()}
    return replace(patient, enabled=terms.or_(none, patient.enabled), updates=updates)


def _follow(
    system: System,
    goal: Goal,
    names: Sequence[str],
    wishes: Sequence[Term],
    refined: bool,
    deadline: float,
    budget: int,
) -> Trace | None:
    search = bmc.start(system, [goal], wishes, [goal.name] if refined else ())
    bmc.follow(search, names, deadline, budget)
    reached: Reached | None = search.found.get(goal.name)
    return None if reached is None else reached.trace
