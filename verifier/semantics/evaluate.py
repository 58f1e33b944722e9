"""The meaning of every expression: ``core.expressions``, read aloud, one case for each node.

Takes a checked program, an expression, a run and a position in it; gives a value or raises ``EvaluationError``. Trusts
the types that ``checking`` established. Shares nothing with the symbolic encoding, which is tested against this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import assert_never

from verifier.core.dates import weekday
from verifier.core.expressions import (
    Act,
    AddMonths,
    And,
    Arithmetic,
    Between,
    Compare,
    Const,
    CountOf,
    DateOf,
    DecisionCall,
    Defined,
    Equal,
    Ever,
    EverSince,
    Expr,
    Extreme,
    FactRef,
    FieldOf,
    Happened,
    HappenedWithin,
    If,
    Iff,
    Implies,
    JustBefore,
    Local,
    Member,
    Negative,
    Not,
    NumberOf,
    OneOf,
    Or,
    Present,
    Quantified,
    ReadingRef,
    SetChange,
    SetOf,
    SizeOf,
    StatusRef,
    Today,
    ToRational,
    TotalOf,
    Unwrap,
    WeekdayOf,
)
from verifier.core.program import Decision, Program, Rule
from verifier.core.types import WEEKDAY, IntType, RecordType, Value
from verifier.records import dataclass
from verifier.semantics.decisions import applying
from verifier.semantics.errors import EvaluationError
from verifier.semantics.model import Run, State, StepEvent
from verifier.semantics.operators import arithmetic, compare, day_after, months_later
from verifier.semantics.values import in_range, less, members, parts, rational, truth, whole

NO_LOCALS: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an expression is evaluated: a position in a run, and the values of the bound variables."""

    program: Program
    run: Run
    position: int
    locals: Mapping[str, Value]

    @property
    def state(self) -> State:
        """The state at the position."""
        return self.run.states[self.position]

    def at(self, position: int) -> Frame:
        """The same bindings at another position."""
        return Frame(self.program, self.run, position, self.locals)

    def bind(self, name: str, value: Value) -> Frame:
        """One more bound variable."""
        return Frame(self.program, self.run, self.position, {**self.locals, name: value})


def evaluate(
    program: Program, expr: Expr, run: Run, position: int | None = None, locals: Mapping[str, Value] = NO_LOCALS
) -> Value:
    """The value of an expression at a position of a run (default: the last), or ``EvaluationError``."""
    return value_in(Frame(program, run, run.length if position is None else position, locals), expr)


def holds(
    program: Program, expr: Expr, run: Run, position: int | None = None, locals: Mapping[str, Value] = NO_LOCALS
) -> bool:
    """``evaluate`` for a yes/no."""
    return truth(evaluate(program, expr, run, position, locals))


def value_in(frame: Frame, expr: Expr) -> Value:
    """The value of an expression in a frame."""
    match expr:
        case Const() | FactRef() | StatusRef() | ReadingRef() | Local() | Today() | Defined() | DecisionCall():
            return _reference(frame, expr)
        case Not() | And() | Or() | Implies() | Iff() | If():
            return _logic(frame, expr)
        case Equal() | Compare() | OneOf() | Member() | Between():
            return _comparison(frame, expr)
        case ToRational() | Present() | Unwrap() | Arithmetic() | Negative() | AddMonths() | Extreme() | WeekdayOf():
            return _arithmetic(frame, expr)
        case SetOf() | SetChange() | FieldOf() | Quantified() | NumberOf() | TotalOf() | SizeOf():
            return _collection(frame, expr)
        case Happened() | HappenedWithin() | DateOf() | CountOf():
            return _occurrence(frame, expr)
        case Ever() | JustBefore() | EverSince():
            return _past(frame, expr)
        case _:
            assert_never(expr)


def _true(frame: Frame, expr: Expr) -> bool:
    return truth(value_in(frame, expr))


# ---------------------------------------------------------------- values and references


def _reference(
    frame: Frame, expr: Const | FactRef | StatusRef | ReadingRef | Local | Today | Defined | DecisionCall
) -> Value:
    match expr:
        case Const(value):
            return value
        case FactRef(name):
            return frame.run.case.facts[name]
        case StatusRef(name):
            return frame.state.statuses[name]
        case ReadingRef(name):
            return frame.run.case.readings[name]
        case Local(name):
            return frame.locals[name]
        case Today():
            return frame.state.today
        case Defined(body=body):
            return value_in(frame, body)
        case DecisionCall():
            return _decide(frame, expr)
        case _:
            assert_never(expr)


def answering(program: Program, decision: Decision, run: Run) -> tuple[tuple[Rule, Value], ...]:
    """The rules of a decision without parameters that apply at the end of a run, each with its value."""
    frame = Frame(program, run, run.length, NO_LOCALS)
    holding = [rule.name for rule in decision.rules if _true(frame, rule.condition)]
    return tuple((rule, value_in(frame, rule.value)) for rule in applying(decision, holding))


def _decide(frame: Frame, call: DecisionCall) -> Value:
    """Arguments first, then every condition in the order written, then the values of the rules that apply."""
    decision = frame.program.decision(call.name)
    inner = Frame(frame.program, frame.run, frame.position, _arguments(frame, decision, call))
    holding = [rule.name for rule in decision.rules if _true(inner, rule.condition)]
    answers = tuple((rule, value_in(inner, rule.value)) for rule in applying(decision, holding))
    value = _agreed(inner, decision, call, answers)
    if not in_range(decision.type, value):
        raise EvaluationError("range", call.name, f"`{call.name}` gives a value outside its range", call.span)
    return value


def _arguments(frame: Frame, decision: Decision, call: DecisionCall) -> dict[str, Value]:
    values = {
        param.name: value_in(frame, argument) for param, argument in zip(decision.params, call.arguments, strict=True)
    }
    for param in decision.params:
        if not in_range(param.type, values[param.name]):
            message = f"the argument `{param.name}` of `{call.name}` is outside its range"
            raise EvaluationError("argument_range", call.name, message, call.span)
    return values


def _agreed(inner: Frame, decision: Decision, call: DecisionCall, answers: tuple[tuple[Rule, Value], ...]) -> Value:
    """The one value that all give; ``otherwise`` where none gives any; else a gap or a conflict."""
    arguments, values = tuple(inner.locals.values()), [value for _, value in answers]
    if not values:
        if decision.otherwise is None:
            raise EvaluationError("gap", call.name, f"no rule of `{call.name}` applies", call.span, arguments)
        return value_in(inner, decision.otherwise)
    if any(value != values[0] for value in values):
        message = f"rules of `{call.name}` give different values"
        raise EvaluationError("conflict", call.name, message, call.span, arguments, answers)
    return values[0]


# ---------------------------------------------------------------- logic and comparison


def _logic(frame: Frame, expr: Not | And | Or | Implies | Iff | If) -> Value:
    match expr:
        case Not(operand):
            return not _true(frame, operand)
        case And(operands):
            return all(_true(frame, operand) for operand in operands)
        case Or(operands):
            return any(_true(frame, operand) for operand in operands)
        case Implies(premise, conclusion):
            return not _true(frame, premise) or _true(frame, conclusion)
        case Iff(left, right):
            return value_in(frame, left) == value_in(frame, right)
        case If(condition, then, otherwise):
            return value_in(frame, then if _true(frame, condition) else otherwise)
        case _:
            assert_never(expr)


def _comparison(frame: Frame, expr: Equal | Compare | OneOf | Member | Between) -> Value:
    match expr:
        case Equal(left, right):
            return value_in(frame, left) == value_in(frame, right)
        case Compare(operator, left, right):
            return compare(operator, left.type, value_in(frame, left), value_in(frame, right))
        case OneOf(item, options):
            sought = value_in(frame, item)
            return any(value_in(frame, option) == sought for option in options)
        case Member(item, container):
            return value_in(frame, item) in members(value_in(frame, container))
        case Between(item, low, high):
            value, bottom, top = (value_in(frame, operand) for operand in (item, low, high))
            return compare("<=", item.type, bottom, value) and compare("<=", item.type, value, top)
        case _:
            assert_never(expr)


# ---------------------------------------------------------------- arithmetic


def _arithmetic(
    frame: Frame, expr: ToRational | Present | Unwrap | Arithmetic | Negative | AddMonths | Extreme | WeekdayOf
) -> Value:
    match expr:
        case ToRational(operand):
            return rational(value_in(frame, operand))
        case Present(operand):
            return value_in(frame, operand)
        case Unwrap(operand):
            return _unwrap(expr, value_in(frame, operand))
        case Arithmetic(operator, left, right):
            return arithmetic(operator, value_in(frame, left), value_in(frame, right))
        case Negative(operand):
            return arithmetic("*", -1, value_in(frame, operand))
        case AddMonths(date, months, sign, rounding):
            day = whole(value_in(frame, date))
            return months_later(day, sign * whole(value_in(frame, months)), rounding)
        case Extreme(operator, left, right):
            first, second = value_in(frame, left), value_in(frame, right)
            return first if less(expr.type, first, second) == (operator == "lesser") else second
        case WeekdayOf(operand):
            return WEEKDAY.members[weekday(whole(value_in(frame, operand)))]
        case _:
            assert_never(expr)


def _unwrap(expr: Unwrap, value: Value) -> Value:
    if value is None:
        name = expr.operand.name.partition("#")[0] if isinstance(expr.operand, FactRef | StatusRef | Local) else ""
        what = f"`{name}`" if name else "this"
        raise EvaluationError("absent", name, f"{what} is none here, so it has no value to use", expr.span)
    return value


# ---------------------------------------------------------------- sets, records, lists


def _collection(frame: Frame, expr: SetOf | SetChange | FieldOf | Quantified | NumberOf | TotalOf | SizeOf) -> Value:
    match expr:
        case SetOf(written):
            return frozenset(str(value_in(frame, member)) for member in written)
        case SetChange(operator, base, item):
            before, changed = members(value_in(frame, base)), {str(value_in(frame, item))}
            return before | changed if operator == "with" else before - changed
        case FieldOf(operand, name):
            assert isinstance(operand.type, RecordType)
            return parts(value_in(frame, operand))[operand.type.index(name)]
        case Quantified(quantifier, variable, collection, condition):
            conditions = (_true(inner, condition) for inner in _elements(frame, variable, collection))
            return any(conditions) if quantifier == "some" else all(conditions)
        case NumberOf(variable, collection, condition):
            return sum(_true(inner, condition) for inner in _elements(frame, variable, collection))
        case TotalOf(variable, collection, summand):
            total: Value = 0 if isinstance(summand.type, IntType) else Fraction(0)
            for inner in _elements(frame, variable, collection):
                total = arithmetic("+", total, value_in(inner, summand))
            return total
        case SizeOf(collection):
            found = value_in(frame, collection)
            return len(members(found) if isinstance(found, frozenset) else parts(found))
        case _:
            assert_never(expr)


def _elements(frame: Frame, variable: str, collection: Expr) -> Iterator[Frame]:
    """The frame with the variable bound to each element in turn."""
    return (frame.bind(variable, element) for element in parts(value_in(frame, collection)))


# ---------------------------------------------------------------- history


def _occurrence(frame: Frame, expr: Happened | HappenedWithin | DateOf | CountOf) -> Value:
    days = _days_of(frame, expr.act)
    match expr:
        case Happened():
            return bool(days)
        case HappenedWithin(_, duration, rounding):
            return bool(days) and frame.state.today <= day_after(days[-1], duration, rounding)
        case DateOf(act, first):
            if not days:
                raise EvaluationError(
                    "no_date", act.step, f"`{act.step}` has not happened, so it has no date", expr.span
                )
            return days[0] if first else days[-1]
        case CountOf():
            return len(days)
        case _:
            assert_never(expr)


def _days_of(frame: Frame, act: Act) -> list[int]:
    """The day of each occurrence of the act before the position, in order."""
    arguments = act_arguments(frame, act)
    return [
        event.day
        for event in frame.run.events[: frame.position]
        if isinstance(event, StepEvent) and event.step == act.step and arguments in (None, event.arguments)
    ]


def act_arguments(frame: Frame, act: Act) -> tuple[Value, ...] | None:
    """The arguments that an act asks for, as they are at the frame's position; ``None`` for any."""
    if act.arguments is None:
        return None
    return tuple(value_in(frame, argument) for argument in act.arguments)


def _past(frame: Frame, expr: Ever | JustBefore | EverSince) -> Value:
    match expr:
        case Ever(operand):
            return any(_true(frame.at(position), operand) for position in range(frame.position + 1))
        case JustBefore(operand):
            return frame.position > 0 and _true(frame.at(frame.position - 1), operand)
        case EverSince(operand, since):
            now = False
            for position in range(frame.position + 1):
                then = frame.at(position)
                now = _true(then, since) or (now and _true(then, operand))
            return now
        case _:
            assert_never(expr)
