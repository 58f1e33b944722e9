"""A scenario in every case: the verdict by trying them all, where they are finitely many.

Takes a program and a scenario; gives how many cases it applies to and the first that fails. The oracle for scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from verifier.core.expressions import DateOf, Expr, Today, subexpressions
from verifier.core.program import (
    ExpectCannot,
    ExpectHolds,
    Given,
    MoveTo,
    Program,
    Scenario,
    ScenarioClause,
    Take,
    Wait,
)
from verifier.core.types import MonthsType, is_finite
from verifier.records import dataclass
from verifier.semantics.abstraction import abstraction
from verifier.semantics.explore import FIRST_DAY, all_cases, case_count
from verifier.semantics.model import Case
from verifier.semantics.scenario import Failed, NotApplicable, first_date, play


@dataclass(frozen=True, slots=True)
class ScenarioVerdict:
    """``applicable``: how many cases the ``given`` allows, up to the failing one; none if it is unsatisfiable."""

    passed: bool
    applicable: int
    case: Case | None = None
    failure: Failed | None = None


def scenario_verdict(program: Program, scenario: Scenario, limit: int = 20_000) -> ScenarioVerdict | None:
    """The verdict about a scenario; ``None`` where its cases are not finitely many or more than ``limit``."""
    start = _start(program, scenario)
    if start is None or not _finite_inputs(program) or case_count(program) > limit:
        return None
    applicable = 0
    for case in all_cases(program, start):
        played = play(program, scenario, case)
        applicable += not isinstance(played, NotApplicable)
        if isinstance(played, Failed):
            return ScenarioVerdict(False, applicable, case, played)
    return ScenarioVerdict(True, applicable)


def _finite_inputs(program: Program) -> bool:
    types = [fact.type for fact in program.facts]
    types += [status.type for status in program.statuses if status.starts is None]
    return all(is_finite(type_) for type_ in types)


def _start(program: Program, scenario: Scenario) -> int | None:
    """The day on which all cases start; ``None`` where it is open and matters."""
    first = first_date(scenario)
    if first is not None:
        return first.day
    terms = (part for clause in scenario.clauses for term in _terms(clause) for part in subexpressions(term))
    months = any(isinstance(item, Wait) and isinstance(item.duration.type, MonthsType) for item in scenario.clauses)
    if months or abstraction(program) is None or any(isinstance(term, Today | DateOf) for term in terms):
        return None
    return FIRST_DAY


def _terms(clause: ScenarioClause) -> Iterator[Expr]:
    match clause:
        case Given(condition) | ExpectHolds(condition):
            yield condition
        case Take(occurrences):
            for occurrence in occurrences:
                yield from occurrence.arguments
        case ExpectCannot(occurrence):
            yield from occurrence.arguments
        case MoveTo() | Wait():
            return
        case _:
            assert_never(clause)
