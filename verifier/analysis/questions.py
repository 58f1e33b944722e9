"""Everything that is asked about a program, as goals for the engines.

Takes a checked program; gives its transition system, the claims of its promises, and the goals behind the automatic
findings: errors that must not be reachable, steps and rules that should be. Solves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from verifier.analysis.lint import Suspicion, arguments_of, definition_results, early_suspicions, late_suspicions
from verifier.core import expressions as core
from verifier.core.program import Decision, Program, Promise, Scenario
from verifier.core.walks import expressions_of, scenario_expressions
from verifier.properties.claims import Finish, prepare, prepare_way
from verifier.properties.goals import Claim, Goal, Way, is_impossible, state_goal
from verifier.properties.pairs import Finish as FinishPair
from verifier.properties.pairs import Pair, prepare_pair
from verifier.records import dataclass
from verifier.source import Span
from verifier.symbolic.encoding import Encoding, encode
from verifier.symbolic.evaluator import NotTrackable, Result
from verifier.symbolic.system import WAIT, System, days_input
from verifier.symbolic.terms import Terms
from verifier.symbolic.transitions import build

Kind: TypeAlias = Literal["gap", "conflict", "decision error", "step error", "dead step", "dead rule"]


@dataclass(frozen=True, slots=True)
class Probe:
    """A goal behind an automatic finding; ``subject`` is the decision, step or rule (full name) that it is about.

    For dead steps and rules the finding is that the goal is *not* reachable.
    """

    kind: Kind
    subject: str
    span: Span
    goal: Goal


@dataclass(frozen=True, slots=True)
class Questions:
    """The system of a program with everything asked about it. ``refused``: promises that cannot be followed, with the
    reason.
    """

    program: Program
    encoding: Encoding
    system: System
    claims: Mapping[str, Claim]
    refused: Mapping[str, str]
    probes: tuple[Probe, ...]
    pairs: Mapping[str, Pair]
    ways: Mapping[str, Way]
    suspicions: tuple[Suspicion, ...] = ()
    definitions: Mapping[str, Result] = field(default_factory=dict)


def pose(
    program: Program,
    promises: tuple[Promise, ...],
    scenarios: tuple[Scenario, ...] = (),
    duties: bool = True,
    probing: bool = True,
    switched: Terms | None = None,
) -> Questions:
    """Pose the questions of some promises and scenarios and, with ``probing``, of the automatic findings.

    ``switched``: in the terms of earlier questions, about a system whose clauses can be switched off
    (``symbolic.system.encode``). Raises ``NotTrackable`` when the program itself (not a promise) needs history that
    cannot be followed.
    """
    encoding = encode(program, duties, switched)
    finishers: dict[str, Finish] = {}
    pair_finishers: dict[str, FinishPair] = {}
    ways: dict[str, Way] = {}
    refused: dict[str, str] = {}
    for promise in promises:
        try:
            finish = prepare(encoding, promise)
            finish_pair = prepare_pair(encoding, promise)
            way = prepare_way(encoding, promise)
        except NotTrackable as fault:
            refused[promise.name] = str(fault)
            continue
        if finish is not None:
            finishers[promise.name] = finish
        if finish_pair is not None:
            pair_finishers[promise.name] = finish_pair
        if way is not None:
            ways[promise.name] = way
    decisions = _decision_probes(encoding) if probing else []
    suspicions = early_suspicions(encoding) if probing else []
    definitions = definition_results(encoding) if probing else {}
    for scenario in scenarios:
        for expression in scenario_expressions(scenario):
            encoding.evaluator.evaluate(expression)
    system = build(encoding)
    suspicions += late_suspicions(program, system) if probing else []
    claims = {name: finish(system) for name, finish in finishers.items()}
    probes = [*decisions, *_step_probes(program, system, probing)]
    pairs = {name: finish(system) for name, finish in pair_finishers.items()}
    return Questions(
        program, encoding, system, claims, refused, tuple(probes), pairs, ways, tuple(suspicions), definitions
    )


def _step_probes(program: Program, system: System, probing: bool) -> list[Probe]:
    found, terms = [], system.terms
    one_day = terms.eq(days_input(terms).variable, terms.integer(1))
    spans = {step.name: step.span for step in program.steps}
    for transition in system.transitions:
        span = spans.get(transition.name, program.steps[0].span if program.steps else None)
        if span is None:
            continue
        errs = terms.and_(transition.error, one_day) if transition.name == WAIT else transition.error
        error = Goal(f"error in {transition.name}", terms.false, {transition.name: errs})
        if not is_impossible(terms, error):
            found.append(Probe("step error", transition.name, span, error))
        if probing and transition.name != WAIT:
            goal = Goal(f"{transition.name} is taken", terms.false, {transition.name: transition.enabled})
            found.append(Probe("dead step", transition.name, span, goal))
    return found


def _decision_probes(encoding: Encoding) -> list[Probe]:
    return [probe for decision in encoding.program.decisions for probe in _probes_of(encoding, decision)]


def _probes_of(encoding: Encoding, decision: Decision) -> list[Probe]:
    """Gaps and conflicts of a decision without parameters; whether each rule can fire, for some arguments."""
    arguments = arguments_of(encoding, decision)
    outcome = encoding.evaluator.outcome(decision, arguments)
    terms = encoding.terms
    found = []
    if not decision.params:
        sound = terms.not_(outcome.error)
        faults: tuple[tuple[Kind, object], ...] = (
            ("gap", terms.and_(sound, outcome.gap)),
            ("conflict", terms.and_(sound, outcome.conflict)),
            ("decision error", outcome.error),
        )
        for kind, term in faults:
            goal = state_goal(f"{kind} of {decision.name}", term)  # type: ignore[arg-type]
            if not is_impossible(terms, goal):
                found.append(Probe(kind, decision.name, decision.span, goal))
    for rule in decision.rules:
        goal = state_goal(f"{rule.full_name} fires", outcome.firing[rule.name])
        found.append(Probe("dead rule", rule.full_name, rule.span, goal))
    return found


def uses_dates(program: Program, further: Iterable[core.Expr] = ()) -> bool:
    """Whether dates play a part in a program (with further expressions): something reads ``today`` or the date of a
    step, or a duty is due.
    """
    dated = core.Today | core.HappenedWithin | core.DateOf
    return bool(program.duties) or any(
        isinstance(part, dated)
        for expression in (*expressions_of(program), *further)
        for part in core.subexpressions(expression)
    )
