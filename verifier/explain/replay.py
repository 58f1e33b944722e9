"""Traces of an engine as runs of the reference interpreter.

Takes a trace over terms; gives a concrete case and run, or says that the interpreter disagrees, which is a fault of the
verifier and never a finding. This is the one place where both twins meet in the product.
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.core.program import Program
from verifier.core.types import Value
from verifier.engines.answers import Plain, Trace, TraceStep
from verifier.records import dataclass
from verifier.semantics.errors import EvaluationError
from verifier.semantics.model import Case, Run, StepEvent
from verifier.semantics.opening import initial_state
from verifier.semantics.run import Erred, Taken, try_step, wait
from verifier.symbolic import values
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.system import WAIT, days_input
from verifier.symbolic.terms import Term


class ReplayFailure(Exception):
    """The interpreter does not confirm a trace. The message says at which point."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A confirmed run. ``error`` is what the ``attempt`` after it met, for goals that are errors: a step, or (``None``)
    letting a day pass.
    """

    case: Case
    run: Run
    error: EvaluationError | None = None
    attempt: StepEvent | None = None


def case_of(encoding: Encoding, start: Mapping[Term, Plain]) -> Case:
    """The case that an assignment of the initial state variables describes."""
    program, state = encoding.program, encoding.evaluator.state
    facts = {f.name: values.read(state.facts[f.name], f.type, start) for f in program.facts}
    readings = {r.name: str(values.read(state.readings[r.name], r.type, start)) for r in program.readings}
    initial = {s.name: values.read(state.statuses[s.name], s.type, start) for s in program.statuses if s.starts is None}
    return Case(facts, readings, initial, int(start[encoding.today]))


def replay(encoding: Encoding, trace: Trace, duties: bool) -> Replayed:
    """Run the trace in the interpreter; raises ``ReplayFailure`` where it does something else."""
    program = encoding.program
    case = case_of(encoding, trace.start)
    run = initial_state(program, case)
    if not isinstance(run, Run):
        raise ReplayFailure(f"the case has no initial state ({run.kind} `{run.name}`)")
    for index, step in enumerate(trace.steps):
        outcome = _take(encoding, program, run, step, duties)
        if isinstance(outcome, Erred) and index == len(trace.steps) - 1:
            return Replayed(case, run, outcome.error, _attempt(encoding, run, step))
        if not isinstance(outcome, Taken):
            raise ReplayFailure(f"step {index + 1}, `{step.transition}`, is not possible ({outcome})")
        run = outcome.run
    return Replayed(case, run)


def _attempt(encoding: Encoding, run: Run, step: TraceStep) -> StepEvent | None:
    if step.transition == WAIT:
        return None
    return StepEvent(step.transition, arguments_of(encoding, step), run.last.today)


def arguments_of(encoding: Encoding, step: TraceStep) -> tuple[Value, ...]:
    """The arguments of a step of a trace."""
    params = encoding.program.step(step.transition).params
    layouts = encoding.parameters[step.transition]
    return tuple(values.read(layout, p.type, step.inputs) for layout, p in zip(layouts, params, strict=True))


def days_of(encoding: Encoding, step: TraceStep) -> int:
    """How many days a wait of a trace lasts."""
    days = days_input(encoding.terms).variable
    return int(step.inputs.get(days, 1))


def _take(encoding: Encoding, program: Program, run: Run, step: TraceStep, duties: bool) -> object:
    if step.transition == WAIT:
        return wait(program, run, days_of(encoding, step), duties)
    return try_step(program, run, step.transition, arguments_of(encoding, step))
