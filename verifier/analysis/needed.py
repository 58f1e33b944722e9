"""Which facts of a story matter.

Takes a trace and its goal; gives the names of the facts, readings and open statuses (and ``today``) that must be as
they are for the same steps to lead to the goal, whatever the others are. Method: the steps are executed on symbolic
values; a minimal core of the case's values is one none of which can be left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verifier.engines.answers import Plain, Trace, TraceStep
from verifier.engines.query import Question, constant_of, minimal_core
from verifier.properties.goals import Goal
from verifier.properties.pairs import Pair
from verifier.symbolic import values
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.system import System, Transition, days_input, single_days
from verifier.symbolic.terms import Term


def needed(encoding: Encoding, system: System, goal: Goal, trace: Trace, budget: int) -> tuple[str, ...]:
    """The names that matter, in order of declaration; all of them where the solver gives up."""
    return _core(encoding, system, inputs_of_case(encoding), goal, trace, budget)


def needed_in_pair(encoding: Encoding, pair: Pair, trace: Trace, budget: int) -> tuple[str, ...]:
    """The same for two cases side by side: the names that matter in one of them, and those in which they differ."""
    own = inputs_of_case(encoding)
    both = {name: (*parts, *(pair.other[part] for part in parts if part in pair.other)) for name, parts in own.items()}
    found = _core(encoding, pair.system, both, pair.goal, trace, budget)
    return tuple(name for name, parts in own.items() if name in found or _differ(pair, parts, trace))


def _differ(pair: Pair, parts: Sequence[Term], trace: Trace) -> bool:
    values_ = [(trace.start[part], trace.start[pair.other[part]]) for part in parts if part in pair.other]
    return any(one != two for one, two in values_)


def _core(
    encoding: Encoding,
    system: System,
    parts: Mapping[str, Sequence[Term]],
    goal: Goal,
    trace: Trace,
    budget: int,
) -> tuple[str, ...]:
    assumable = [
        encoding.terms.and_(*(same(encoding, variable, trace.start) for variable in variables))
        for variables in parts.values()
    ]
    reached = outcome(encoding, system, goal, trace)
    asserted = [constraint.term for constraint in system.initial] + [encoding.terms.not_(reached)]
    asserted += [same(encoding, v.term, trace.start) for v in system.variables if v.kind == "argument"]
    core = minimal_core(Question(encoding.terms, asserted, (), assumable, budget), range(len(assumable)))
    names = list(parts)
    return tuple(names) if core is None else tuple(names[index] for index in sorted(core))


def same(encoding: Encoding, variable: Term, start: Mapping[Term, Plain]) -> Term:
    """That a variable is as it is at the start of a trace."""
    if variable not in start:
        return encoding.terms.true
    return encoding.terms.eq(variable, constant_of(encoding.terms, variable, start[variable]))


def inputs_of_case(encoding: Encoding) -> dict[str, tuple[Term, ...]]:
    """The variables of each thing that is given with a case, ``today`` included."""
    state, program = encoding.evaluator.state, encoding.program
    parts = {f.name: tuple(values.flatten(state.facts[f.name])) for f in program.facts}
    parts |= {r.name: tuple(values.flatten(state.readings[r.name])) for r in program.readings}
    parts |= {s.name: tuple(values.flatten(state.statuses[s.name])) for s in program.statuses if s.starts is None}
    return parts | {"today": (encoding.today,)}


def outcome(encoding: Encoding, system: System, goal: Goal, trace: Trace) -> Term:
    """Whether these very steps are possible and lead to the goal, over the start."""
    terms = encoding.terms
    state: dict[Term, Term] = {}
    conditions = []
    for index, step in enumerate(trace.steps):
        transition, inputs = _fixed(encoding, system, step)
        mapping, memo = {**state, **inputs}, dict[Term, Term]()
        if index == len(trace.steps) - 1 and step.transition in goal.on:
            conditions.append(terms.substitute(goal.on[step.transition], mapping, memo))
            return terms.and_(*conditions)
        conditions.append(terms.substitute(transition.enabled, mapping, memo))
        state |= {v: terms.substitute(new, mapping, memo) for v, new in transition.updates.items()}
    return terms.and_(*conditions, terms.substitute(goal.state, state))


def _fixed(encoding: Encoding, system: System, step: TraceStep) -> tuple[Transition, dict[Term, Term]]:
    """The transition of a step of a trace, with its inputs as constants."""
    transition = system.transition(step.transition)
    inputs = {term: constant_of(encoding.terms, term, value) for term, value in step.inputs.items()}
    if transition.inputs and not inputs and transition.inputs[0].variable is days_input(encoding.terms).variable:
        return single_days(system, transition), {}
    return transition, inputs
