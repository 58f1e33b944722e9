"""Definitions that never vary, and rows of tables that apply together, whatever the state.

Takes a program's questions; gives what a solver shows of all states whose values are in their declared ranges,
reachable or not. What it cannot decide within the budget is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from verifier.analysis.lint import arguments_of
from verifier.analysis.questions import Questions
from verifier.analysis.unused import own
from verifier.core.program import Decision, Definition
from verifier.engines.query import Model, NoModel, Question
from verifier.records import dataclass
from verifier.symbolic.terms import Term

MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Constant:
    """A yes/no definition that is always ``value`` where it has a value."""

    definition: Definition
    value: bool


@dataclass(frozen=True, slots=True)
class Overlap:
    """Pairs of rows of a table (their names) that apply together in some state and then agree."""

    table: Decision
    pairs: tuple[tuple[str, str], ...]


def constant_definitions(questions: Questions, budget: int) -> Iterator[Constant]:
    """The definitions that are always yes or always no, though not written as such."""
    terms, results = questions.system.terms, questions.definitions
    named = [item for item in own(questions.program, questions.program.definitions) if item.name in results]
    cases: list[Term] = []
    for definition in named:
        result = results[definition.name]
        sound = terms.not_(result.error)
        cases += [terms.and_(sound, result.holds), terms.and_(sound, terms.not_(result.holds))]
    if not cases:
        return
    question = _question(questions, cases, budget)
    for index, definition in enumerate(named):
        yes, no = (question.ask([2 * index + side]) for side in (0, 1))
        if isinstance(yes, NoModel) and isinstance(no, Model):
            yield Constant(definition, value=False)
        if isinstance(no, NoModel) and isinstance(yes, Model):
            yield Constant(definition, value=True)


def overlapping_rows(questions: Questions, budget: int) -> Iterator[Overlap]:
    """The tables with rows that apply together, where no two rows can disagree."""
    encoding = questions.encoding
    for table in own(questions.program, questions.program.decisions):
        if not table.table or len(table.rules) > MOST_ROWS:
            continue
        outcome = encoding.evaluator.outcome(table, arguments_of(encoding, table))
        question = _question(questions, [outcome.conflict, *outcome.firing.values()], budget)
        if not isinstance(question.ask([0]), NoModel):
            continue
        rows = list(enumerate(outcome.firing, start=1))
        pairs = [(a, b) for (i, a), (j, b) in combinations(rows, 2) if isinstance(question.ask([i, j]), Model)]
        if pairs:
            yield Overlap(table, tuple(pairs))


def _question(questions: Questions, cases: list[Term], budget: int) -> Question:
    """The cases as assumptions about any state with values in their ranges."""
    domains = [variable.domain for variable in (*questions.system.variables, *questions.encoding.variables)]
    return Question(questions.system.terms, dict.fromkeys(domains), (), cases, budget)
