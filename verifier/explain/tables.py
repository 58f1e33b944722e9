"""Rows of a table that contradict each other, found from the table alone.

Takes a checked program; gives a finding for each pair of rows of its own tables that apply to the same arguments and
give different values there, with such arguments. Looks only at rows made of constants and parameters, tries the
arguments at which their patterns begin and end, and believes only what the interpreter says of them. Loads no solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice, pairwise, product
from typing import Final

from verifier.analysis.unused import own
from verifier.checking.constants import constant
from verifier.core import expressions as core
from verifier.core.program import Decision, Param, Program, Rule
from verifier.core.types import (
    DateType,
    DecimalType,
    EnumType,
    IntType,
    MoneyType,
    OptionType,
    Type,
    Value,
    YesNoType,
)
from verifier.diagnostics.model import Diagnostic, Label, Severity
from verifier.explain.model import Finding
from verifier.explain.words import say_value
from verifier.records import dataclass
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate, holds
from verifier.semantics.model import Case, Run, State
from verifier.semantics.values import in_range

CLASH: Final = "F0107"
_MOST_ROWS: Final = 200
_MOST_ARGUMENTS: Final = 500
_NOTHING: Final = Run(Case({}, {}, {}, 0), (State({}, 0),))
_READS_THE_CASE: Final = (
    *(core.FactRef, core.StatusRef, core.ReadingRef, core.Today, core.DecisionCall),
    *(core.Happened, core.HappenedWithin, core.DateOf, core.CountOf, core.Ever, core.JustBefore, core.EverSince),
)


@dataclass(frozen=True, slots=True)
class _Clash:
    """Two rows, arguments that both fit, and the value that each gives there."""

    first: Rule
    second: Rule
    arguments: Mapping[str, Value]
    values: tuple[Value, Value]


def contradictions(program: Program) -> Iterator[Finding]:
    """The findings, table by table."""
    for table in own(program, program.decisions):
        if table.table and len(table.rules) <= _MOST_ROWS:
            yield from (_finding(program, table, clash) for clash in _clashes(program, table))


def _clashes(program: Program, table: Decision) -> Iterator[_Clash]:
    rules = [rule for rule in table.rules if _of_arguments_alone(rule)]
    tried = {param.name: _candidates(param, rules) for param in table.params}
    fitting = {rule.name: _fitting(program, rule, tried) for rule in rules}
    for first, second in combinations(rules, 2):
        common = {name: [v for v in fitting[first.name][name] if v in fitting[second.name][name]] for name in tried}
        for values in islice(product(*common.values()), _MOST_ARGUMENTS):
            arguments = dict(zip(common, values, strict=True))
            given = _given(program, first, arguments), _given(program, second, arguments)
            if None not in given and given[0] != given[1]:
                yield _Clash(first, second, arguments, (given[0][0], given[1][0]))  # type: ignore[index]
                break


def _of_arguments_alone(rule: Rule) -> bool:
    parts = [*core.subexpressions(rule.condition), *core.subexpressions(rule.value)]
    return not any(isinstance(part, _READS_THE_CASE) for part in parts)


# ---------------------------------------------------------------- arguments to try


def _candidates(param: Param, rules: Sequence[Rule]) -> tuple[Value, ...]:
    """Values of a parameter between which no pattern changes its answer, those that are written first."""
    tests = [test for rule in rules for test in _tests(rule) if _speaks_of(test, param.name)]
    found = (constant(part) for test in tests for part in core.subexpressions(test))
    written = list(dict.fromkeys(item.value for item in found if item is not None))
    return tuple(dict.fromkeys(_near(written, param.type)))


def _near(written: Sequence[Value], type_: Type) -> list[Value]:
    match type_:
        case OptionType(inner):
            return [*_near(written, inner), None]
        case YesNoType():
            return [True, False]
        case EnumType(members=members):
            return list(members)
        case IntType(low, high):
            return [each for each in _around(written, (low, high), 1) if in_range(type_, each)]
        case MoneyType(low, high):
            near = _around(written, (low, high), Fraction(1, 100))
            return [each for each in near if in_range(type_, each) and _cents(each)]
        case DateType():
            return _around(written, (None, None), 1)
        case DecimalType():
            numbers = sorted(Fraction(each) for each in written if isinstance(each, int | Fraction))
            middles = [(low + high) / 2 for low, high in pairwise(numbers)]
            return [*numbers, *middles, *([numbers[0] - 1, numbers[-1] + 1] if numbers else [Fraction(0)])]
        case _:
            return [None]  # only `any` stands there, so that whatever value there is fits


def _around(written: Sequence[Value], ends: tuple[int | Fraction | None, ...], unit: int | Fraction) -> list[Value]:
    """Written numbers, the ends of the range, and the next ones on both sides."""
    numbers = [each for each in (*written, *ends) if isinstance(each, int | Fraction) and not isinstance(each, bool)]
    numbers = [Fraction(each) if isinstance(unit, Fraction) else each for each in numbers or [0]]
    return [*numbers, *(each + unit for each in numbers), *(each - unit for each in numbers)]


def _cents(value: Value) -> bool:
    return isinstance(value, int | Fraction) and Fraction(value * 100).denominator == 1


# ---------------------------------------------------------------- what fits


def _tests(rule: Rule) -> tuple[core.Expr, ...]:
    """The patterns of a row, one for each parameter that it asks about."""
    return rule.condition.operands if isinstance(rule.condition, core.And) else (rule.condition,)


def _speaks_of(test: core.Expr, name: str) -> bool:
    return any(isinstance(part, core.Local) and part.name == name for part in core.subexpressions(test))


def _fitting(program: Program, rule: Rule, tried: Mapping[str, tuple[Value, ...]]) -> dict[str, list[Value]]:
    """For each parameter the values that fit the row's pattern for it."""
    return {
        name: [value for value in values if all(_fits(program, test, name, value) for test in _tests(rule))]
        for name, values in tried.items()
    }


def _fits(program: Program, test: core.Expr, name: str, value: Value) -> bool:
    if not _speaks_of(test, name):
        return True
    try:
        return holds(program, test, _NOTHING, locals={name: value})
    except EvaluationError:
        return False


def _given(program: Program, rule: Rule, arguments: Mapping[str, Value]) -> tuple[Value] | None:
    """What a row gives, where it has a value."""
    try:
        return (evaluate(program, rule.value, _NOTHING, locals=arguments),)
    except EvaluationError:
        return None


# ---------------------------------------------------------------- the finding


def _finding(program: Program, table: Decision, clash: _Clash) -> Finding:
    rows = [(rule, rule.name.removeprefix("row."), rule.span.first[0]) for rule in (clash.first, clash.second)]
    said = [say_value(value, table.type, program) for value in clash.values]
    asked = {
        param.name: say_value(clash.arguments[param.name], param.type, program)
        for param in table.params
        if any(_speaks_of(part, param.name) for rule, _, _ in rows for part in (rule.condition, rule.value))
    }
    where = " and ".join(f"`{name}` is {value}" for name, value in asked.items())
    message = f"two rows of `{table.name}` contradict each other{f' where {where}' if where else ''}: " + ", ".join(
        f"row {number} (line {line}) gives {value}" for (_, number, line), value in zip(rows, said, strict=True)
    )
    labels = tuple(Label(rule.span, f"gives {value}") for (rule, _, _), value in zip(rows, said, strict=True))
    advice = f"{_advice(program, table, clash)}; there the table has no value"
    diagnostic = Diagnostic(CLASH, Severity.ERROR, message, clash.second.span, labels[:1], advice)
    return Finding(diagnostic, subject=table.name)


def _advice(program: Program, table: Decision, clash: _Clash) -> str:
    """Where one range ends with the value with which the other begins: how to part them."""
    for param in table.params:
        value, name = clash.arguments[param.name], param.name
        unit = Fraction(1, 100) if isinstance(param.type, MoneyType) else 1
        if not isinstance(param.type, IntType | MoneyType | DateType) or not isinstance(value, int | Fraction):
            continue
        tests = [[t for t in _tests(rule) if _speaks_of(t, name)] for rule in (clash.first, clash.second)]
        around = [[all(_fits(program, t, name, value + d) for t in each) for d in (-unit, unit)] for each in tests]
        if around not in ([[True, False], [False, True]], [[False, True], [True, False]]):
            continue
        here, after = (say_value(each, param.type, program) for each in (value, value + unit))
        later = clash.second if around[1][1] else clash.first
        return (
            f"a range includes both its ends: begin row {later.name.removeprefix('row.')} after {here}, "
            f"with `> {here}` or from `{after}` on"
        )
    return "let the rows exclude each other, or give the same value"
