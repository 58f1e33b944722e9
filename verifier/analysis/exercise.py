"""What scenarios exercise: which rules give an answer in them, and which conditions of steps are tried.

Takes a checked program and scenarios; plays them in the reference interpreter, in a few of the cases that each leaves
open, and loads no solver. Method: a text in which a rule (or a condition) has no value errs exactly where it is asked
for. A scenario exercises what it asks for in every case that was tried, so that chance exercises nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from verifier.analysis.clauses import Clause, clauses, with_condition
from verifier.core import expressions as core
from verifier.core.program import Assumption, Given, Program, Rule, Scenario
from verifier.core.types import YES_NO, OptionType, Type, Value
from verifier.explain.model import Exercise, ExercisedClause, ScenarioCoverage
from verifier.semantics.model import Case, Run
from verifier.semantics.opening import initial_state
from verifier.semantics.sample import Pool, pool, sample_case
from verifier.semantics.scenario import Failed, NotApplicable, first_date, play

CASES, TRIES = 3, 1_000
_KINDS = ("rule", "otherwise", "requirement")


def exercised(program: Program, scenarios: Sequence[Scenario]) -> ScenarioCoverage:
    """What some scenarios exercise of the rules and conditions of a policy's own text."""
    cases = {scenario.name: _cases(program, scenario) for scenario in scenarios}
    played = [(scenario, found) for scenario in scenarios if (found := cases[scenario.name])]
    asked = [c for c in clauses(program) if c.kind in _KINDS and c.origin in ("", program.name)]
    return ScenarioCoverage(
        tuple(_exercised(program, clause, played) for clause in asked),
        tuple(scenario.name for scenario, _ in played),
        tuple(scenario.name for scenario in scenarios if not cases[scenario.name]),
    )


def _exercised(program: Program, clause: Clause, played: Sequence[tuple[Scenario, Sequence[Case]]]) -> ExercisedClause:
    found: dict[Exercise, list[str]] = {}
    for kind, text in _without_value(program, clause):
        found[kind] = [scenario.name for scenario, cases in played if all(_asks(text, scenario, c) for c in cases)]
    seen = [kind for kind, names in found.items() if names]
    exercise: Exercise = "both" if len(seen) > 1 else seen[0] if seen else "never"
    by = dict.fromkeys(name for names in found.values() for name in names)
    return ExercisedClause(clause.label, clause.kind, clause.span, clause.origin, exercise, tuple(by))


def _asks(text: Program, scenario: Scenario, case: Case) -> bool:
    outcome = play(text, scenario, case)
    return isinstance(outcome, Failed) and outcome.kind == "error"


# ---------------------------------------------------------------- texts that err where a clause is asked for


def _nothing(type_: Type) -> core.Expr:
    """An expression without a value."""
    inner = type_.inner if isinstance(type_, OptionType) else type_
    missing = core.Unwrap(core.Const(None, type=OptionType(inner)), type=inner)
    return core.Present(missing, type=type_) if isinstance(type_, OptionType) else missing


def _without_value(program: Program, clause: Clause) -> Iterator[tuple[Exercise, Program]]:
    """The texts that err where a rule gives an answer; where a condition holds, and where it is false."""
    if clause.kind == "requirement":
        nothing = _nothing(YES_NO)
        yield "held", with_condition(program, clause.label, lambda c: core.And((c, nothing), type=YES_NO))
        yield "refused", with_condition(program, clause.label, lambda c: core.Or((c, nothing), type=YES_NO))
        return
    decisions = []
    for decision in program.decisions:
        nothing = _nothing(decision.type)
        if clause.label == f"{decision.name}.otherwise":
            decisions.append(replace(decision, otherwise=nothing))
        else:
            rules = (replace(r, value=nothing) if _is(r, clause) else r for r in decision.rules)
            decisions.append(replace(decision, rules=tuple(rules)))
    yield "fired", replace(program, decisions=tuple(decisions))


def _is(rule: Rule, clause: Clause) -> bool:
    return rule.full_name == clause.label


# ---------------------------------------------------------------- cases of a scenario


def _cases(program: Program, scenario: Scenario) -> list[Case]:
    """Some cases of a scenario that pass, as different as chance has it; none where none is found soon."""
    given = (clause for clause in scenario.clauses if isinstance(clause, Given))
    said = tuple(Assumption(scenario.name, item.condition, None, span=item.span) for item in given)
    values = pool(replace(program, assumptions=(*program.assumptions, *said)))
    random = Random(scenario.name)  # noqa: S311 (reproducible choices, no secrets)
    found: list[Case] = []
    for _ in range(CASES):
        case = _case(program, scenario, values, random)
        if case is not None and not isinstance(play(program, scenario, case), Failed | NotApplicable):
            found.append(case)
    return found


def _case(program: Program, scenario: Scenario, values: Pool, random: Random) -> Case | None:
    """A case that the givens allow: random, with what they name as they say, then changed bit by bit until it fits."""
    given = [part for clause in scenario.clauses if isinstance(clause, Given) for part in _parts(clause.condition)]
    fixed = dict(pair for condition in given for pair in _fixed(condition))
    first = first_date(scenario)
    day = None if first is None else first.day
    conditions = [*given, *(assumption.condition for assumption in program.assumptions)]
    plain = replace(program, assumptions=())
    case = _with(sample_case(random, program, values), fixed, day)
    wrong = _wrong(plain, case, conditions)
    for _ in range(TRIES):
        if not wrong:
            return case
        other = _with(_changed(random, case, sample_case(random, program, values)), fixed, day)
        faults = _wrong(plain, other, conditions)
        if faults <= wrong:
            case, wrong = other, faults
    return None if wrong else case


def _parts(condition: core.Expr) -> list[core.Expr]:
    return list(condition.operands) if isinstance(condition, core.And) else [condition]


def _fixed(condition: core.Expr) -> Iterator[tuple[str, Value]]:
    """What a condition says outright: a value of a fact, reading or status."""
    named = core.FactRef | core.StatusRef | core.ReadingRef
    match condition:
        case core.Not(core.FactRef(name) | core.StatusRef(name) | core.ReadingRef(name)):
            yield name, False
        case core.FactRef(name) | core.StatusRef(name) | core.ReadingRef(name):
            yield name, True
        case core.Equal(left, right):
            for side, value in ((left, right), (right, left)):
                if isinstance(side, named) and isinstance(value, core.Const):
                    yield side.name, value.value


def _with(case: Case, fixed: dict[str, Value], day: int | None) -> Case:
    def given(values: dict[str, Value]) -> dict[str, Value]:
        return {name: fixed.get(name, value) for name, value in values.items()}

    readings = {name: str(value) for name, value in given(dict(case.readings)).items()}
    start = case.start if day is None else day
    return Case(given(dict(case.facts)), readings, given(dict(case.initial)), start)


def _changed(random: Random, case: Case, other: Case) -> Case:
    """A case with one thing as in another case."""
    name = random.choice(["", *case.facts, *case.initial, *case.readings])
    return Case(
        {key: _mixed(random, value, other.facts[key]) if key == name else value for key, value in case.facts.items()},
        {key: other.readings[key] if key == name else value for key, value in case.readings.items()},
        {key: other.initial[key] if key == name else value for key, value in case.initial.items()},
        other.start if name == "" else case.start,
    )


def _mixed(random: Random, old: Value, new: Value) -> Value:
    """The new value; of a list perhaps the old one with one new element, or with one element again and again."""
    if not isinstance(old, tuple) or not isinstance(new, tuple) or not old or not new:
        return new
    place, element = random.randrange(len(old)), random.choice(new)
    lists: list[Value] = [new, (*old[:place], element, *old[place + 1 :]), (element,) * len(old)]
    return random.choice(lists)


def _wrong(program: Program, case: Case, conditions: Sequence[core.Expr]) -> int:
    """How many conditions a case does not meet."""
    return sum(not isinstance(initial_state(program, case, [condition]), Run) for condition in conditions)
