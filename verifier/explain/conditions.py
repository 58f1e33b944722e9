"""Expressions in words: yes/no ones as clauses, others as noun phrases.

Takes core expressions; gives English over the author's phrases. A phrase is never conjugated: yes/no items bring both
their clauses, steps both their forms, and everything else is built from "is", "of" and "that". Negation is pushed down
to the phrases, by De Morgan's laws, so that no clause is denied by "it is not so that" where the author gave its
negation. Never computes a value; never decides what is worth saying.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, assert_never

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
from verifier.core.program import Program, Reads, Step
from verifier.core.types import DateType, EntityType, EnumType, Type, YesNoType, unranged
from verifier.explain.phrases import clause_of, definition_reads, reads_of, say_actors
from verifier.explain.words import bare_name, listed, named, say_value, spaced, with_article, without_article
from verifier.records import dataclass

LONGEST_DEFINITION = 20
"""A definition without a phrase is spelled out while that takes at most so many words."""

_ORDER: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "number": {"<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"},
        "date": {"<": "is before", "<=": "is on or before", ">": "is after", ">=": "is on or after"},
        "rank": {"<": "is below", "<=": "is at or below", ">": "is above", ">=": "is at or above"},
    }
)
_OPPOSITE: Mapping[str, str] = MappingProxyType({"<": ">=", "<=": ">", ">": "<=", ">=": "<"})
_OPEN_ENDED = (
    *("it has never happened that ", "it has not happened within ", "it was not so just before that "),
    *("it is not so that ", "at some time so far, ", "at no time so far, ", "just before, ", "for some ", "for every "),
)
_OPERATOR: Mapping[str, str] = MappingProxyType({"+": "plus", "-": "minus", "*": "times", "/": "divided by"})


def say_condition(expr: Expr, program: Program, positive: bool = True) -> str:
    """A yes/no expression as a clause, or its negation as one."""
    return _clause(expr, program, positive).text


def say_conjuncts(expr: Expr, program: Program) -> tuple[str, ...]:
    """The clauses of a conjunction, one text each; any other condition gives one."""
    spoken = _clause(expr, program, True)
    return spoken.parts if spoken.shape == "and" else (spoken.text,)


def say_noun(expr: Expr, program: Program) -> str:
    """What an expression stands for, as a noun phrase with its article; a yes/no one as "whether …"."""
    return _noun(expr, program)


def say_act(act: Act, program: Program, done: bool = False) -> str:
    """A step (with its arguments) as it happens, or as it has happened."""
    step = program.step(act.step)
    match step.reads:
        case None:
            text = _unphrased_step(step, program, done)
        case Reads(does, has_done):
            text = (has_done or does) if done else does
    if not act.arguments:
        return text
    arguments = [f"{spaced(p.name)}: {_noun(a, program)}" for p, a in zip(step.params, act.arguments, strict=True)]
    return f"{text} ({', '.join(arguments)})"


def _unphrased_step(step: Step, program: Program, done: bool) -> str:
    """In the passive, so that no actor's phrase decides the form of a verb."""
    by = f" by {say_actors(step.actors, program)}" if step.actors else ""
    return f"the step “{spaced(step.name)}” {'has been' if done else 'is'} taken{by}"


# ---------------------------------------------------------------- clauses


@dataclass(frozen=True, slots=True)
class _Clause:
    """A spoken condition: parts joined by ``shape``; an ``atom`` and an ``if`` have one part."""

    parts: tuple[str, ...]
    shape: Literal["atom", "and", "or", "if"]

    @property
    def text(self) -> str:
        return listed(self.parts, self.shape)

    def inside(self) -> str:
        """The text as a part of another condition, so that it can be read in one way only."""
        match self.shape:
            case "atom":
                return self.text
            case "and":
                return f"both {' and '.join(self.parts)}"
            case "or":
                return f"either {' or '.join(self.parts)}"
            case "if":
                return f"({self.text})"


def _atom(text: str) -> _Clause:
    return _Clause((text,), "atom")


def _is(positive: bool) -> str:
    return "is" if positive else "is not"


def _clause(expr: Expr, program: Program, positive: bool) -> _Clause:
    match expr:
        case Not(operand):
            return _clause(operand, program, not positive)
        case And(operands):
            return _joined([(item, positive) for item in operands], "and" if positive else "or", program)
        case Or(operands):
            return _joined([(item, positive) for item in operands], "or" if positive else "and", program)
        case Implies(premise, conclusion):
            if not positive:
                return _joined([(premise, True), (conclusion, False)], "and", program)
            return _conditional(premise, program, _clause(conclusion, program, True).text)
        case If(condition, then, otherwise):
            branches = [_clause(item, program, positive).text for item in (then, otherwise)]
            return _conditional(condition, program, f"{branches[0]}; otherwise {branches[1]}")
        case Iff(left, right):
            return _equivalence(left, right, program, positive)
        case Equal(left, right) if isinstance(left.type, YesNoType):
            return _equivalence(left, right, program, positive)
        case Defined():
            return _defined(expr, program, positive)
        case Const(value):
            return _atom("this always holds" if value is positive else "this never holds")
        case _:
            return _atom(_simple_clause(expr, program, positive))


def _joined(items: Sequence[tuple[Expr, bool]], shape: Literal["and", "or"], program: Program) -> _Clause:
    parts: list[str] = []
    for item, positive in items:
        spoken = _clause(item, program, positive)
        parts.extend(spoken.parts if spoken.shape == shape else [spoken.inside()])
    # A clause that swallows whatever follows it comes last, so that the list can be read in one way only.
    parts.sort(key=lambda part: part.startswith(_OPEN_ENDED))
    return _Clause(tuple(parts), shape) if len(parts) > 1 else _atom(parts[0])


def _conditional(condition: Expr, program: Program, rest: str) -> _Clause:
    return _Clause((f"if {_clause(condition, program, True).text}, then {rest}",), "if")


def _equivalence(left: Expr, right: Expr, program: Program, positive: bool) -> _Clause:
    match left, right:
        case _, Const(value):
            return _clause(left, program, positive is value)
        case Const(value), _:
            return _clause(right, program, positive is value)
        case _:
            texts = [_clause(item, program, True).inside() for item in (left, right)]
            said = " exactly when ".join(texts) if positive else f"just one of two things is so: {', or '.join(texts)}"
            return _Clause((said,), "if")


def _defined(expr: Defined, program: Program, positive: bool) -> _Clause:
    reads = definition_reads(expr.name, program)
    if reads is not None:
        return _atom(clause_of(reads, positive) + _for_arguments(expr.arguments, program))
    spelled = _clause(expr.body, program, positive)
    if len(spelled.text.split()) <= LONGEST_DEFINITION:
        return spelled
    verb = "holds" if positive else "does not hold"
    return _atom(f"“{spaced(expr.name)}”{_for_arguments(expr.arguments, program)} {verb}")


def _simple_clause(expr: Expr, program: Program, positive: bool) -> str:
    match expr:
        case FactRef() | StatusRef() | DecisionCall() | FieldOf() | Local():
            return _named_clause(expr, program, positive)
        case Equal(left, right):
            return _equality(left, right, program, positive)
        case Compare(operator, left, right):
            words = _ORDER[_kind_of_order(left)][operator if positive else _OPPOSITE[operator]]
            return f"{_noun(left, program)} {words} {_noun(right, program)}"
        case OneOf(item, options):
            return _one_of(_noun(item, program), [_noun(option, program) for option in options], positive)
        case Member(item, container):
            return f"{_noun(item, program)} {_is(positive)} among {_noun(container, program)}"
        case Between(item, low, high):
            limits = f"between {_noun(low, program)} and {_noun(high, program)}"
            return f"{_noun(item, program)} {_is(positive)} {limits}"
        case Quantified(quantifier, variable, collection, condition):
            word = quantifier if positive else {"some": "every", "every": "some"}[quantifier]
            place = f"for {word} {bare_name(variable)} among {_noun(collection, program)}"
            return f"{place}, {_clause(condition, program, positive).inside()}"
        case _:
            return _history_clause(expr, program, positive)


def _history_clause(expr: Expr, program: Program, positive: bool) -> str:
    match expr:
        case Happened(act):
            return (
                say_act(act, program, done=True) if positive else f"it has never happened that {say_act(act, program)}"
            )
        case HappenedWithin(act, duration):
            within = f"within the last {_noun(duration, program)}"
            if positive:
                return f"{say_act(act, program, done=True)} {within}"
            return f"it has not happened {within} that {say_act(act, program)}"
        case Ever(operand):
            return f"at {'some' if positive else 'no'} time so far, {_clause(operand, program, True).inside()}"
        case JustBefore(operand):
            held = _clause(operand, program, True).inside()
            return f"just before, {held}" if positive else f"it was not so just before that {held}"
        case EverSince(operand, since):
            parts = f"{_clause(operand, program, True).inside()} ever since {_clause(since, program, True).inside()}"
            return parts if positive else f"it is not so that {parts}"
        case _:
            return f"{_noun(expr, program)} {_is(positive)} yes"


def _named_clause(expr: FactRef | StatusRef | DecisionCall | FieldOf | Local, program: Program, positive: bool) -> str:
    reads = reads_of(expr, program)
    answer = "yes" if positive else "no"
    match expr:
        case FieldOf(operand, field):
            subject = _noun(operand, program)
            if reads is None:
                return f"{named(field)} of {subject} is {answer}"
            phrase = clause_of(reads, positive)
            return phrase if with_article(phrase) == phrase else f"{subject} {phrase}"
        case DecisionCall(name, arguments):
            suffix = _for_arguments(arguments, program)
            return f"{bare_name(name)}{suffix} is {answer}" if reads is None else clause_of(reads, positive) + suffix
        case FactRef(name) | StatusRef(name) | Local(name):
            return f"{bare_name(name)} is {answer}" if reads is None else clause_of(reads, positive)
    assert_never(expr)


def _equality(left: Expr, right: Expr, program: Program, positive: bool) -> str:
    subject = _noun(left, program)
    match right:
        case Const(value=None):
            return f"there is no {without_article(subject)}" if positive else f"{subject} exists"
        case Const(value=frozenset() as members) if not members:
            return f"there is {'nothing' if positive else 'something'} in {subject}"
        case SetOf(members=()):
            return f"there is {'nothing' if positive else 'something'} in {subject}"
        case _:
            other = _noun(right, program)
            denied = "is other than" if other.startswith(("no ", "not ")) else "is not"
            return f"{subject} {'is' if positive else denied} {other}"


def _one_of(subject: str, options: Sequence[str], positive: bool) -> str:
    if positive:
        return f"{subject} is {listed(options, 'or')}"
    return f"{subject} is neither {' nor '.join(options)}" if len(options) > 1 else f"{subject} is not {options[0]}"


def _kind_of_order(expr: Expr) -> str:
    match unranged(expr.type):
        case DateType():
            return "date"
        case EnumType() | YesNoType():
            return "rank"
        case _:
            return "number"


# ---------------------------------------------------------------- noun phrases


def _noun(expr: Expr, program: Program) -> str:
    match expr:
        case Const(value):
            return say_value(value, expr.type, program)
        case Today():
            return "today"
        case ReadingRef(name):
            return f"the reading of “{next(item.question for item in program.readings if item.name == name)}”"
        case Present(operand) | Unwrap(operand) | ToRational(operand):
            return _noun(operand, program)
        case _ if isinstance(expr.type, YesNoType):
            return f"whether {_clause(expr, program, True).text}"
        case Local(name):
            return _bound_noun(name, expr.type)
        case FactRef(name) | StatusRef(name):
            return _named_noun(reads_of(expr, program), name)
        case DecisionCall(name, arguments):
            return _named_noun(reads_of(expr, program), name) + _for_arguments(arguments, program)
        case Defined(name, arguments):
            return _named_noun(definition_reads(name, program), name) + _for_arguments(arguments, program)
        case FieldOf(operand, field):
            return f"{_named_noun(reads_of(expr, program), field)} of {_noun(operand, program)}"
        case If(condition, then, otherwise):
            chosen = f"{_noun(then, program)} if {_clause(condition, program, True).text}"
            return f"{chosen}, otherwise {_noun(otherwise, program)}"
        case CountOf(act):
            return f"the number of times that {say_act(act, program)}"
        case DateOf(act, first):
            return f"the {'first' if first else 'last'} date on which {say_act(act, program)}"
        case _:
            return _computed_noun(expr, program)


def _computed_noun(expr: Expr, program: Program) -> str:
    match expr:
        case Arithmetic(operator, left, right):
            return f"{_operand(left, program)} {_OPERATOR[operator]} {_operand(right, program)}"
        case AddMonths(date, months, sign, rounding):
            words = _OPERATOR["+" if sign > 0 else "-"]
            return f"{_operand(date, program)} {words} {_operand(months, program)} (rounding {rounding})"
        case Negative(operand):
            return f"minus {_operand(operand, program)}"
        case Extreme(operator, left, right):
            return f"the {operator} of {_operand(left, program)} and {_operand(right, program)}"
        case WeekdayOf(operand):
            return f"the weekday of {_noun(operand, program)}"
        case SizeOf(collection):
            return f"the number of {without_article(_noun(collection, program))}"
        case NumberOf(variable, collection, condition):
            where = f"for which, as “{spaced(variable)}”, {_clause(condition, program, True).text}"
            return f"the number of {without_article(_noun(collection, program))} {where}"
        case TotalOf(variable, collection, summand):
            each = f"each {bare_name(variable)} among {_noun(collection, program)}"
            return f"the total of {_noun(summand, program)} for {each}"
        case SetOf(members):
            return listed([_noun(item, program) for item in members]) or "nothing"
        case SetChange(operator, base, item):
            return f"{_noun(base, program)} {operator} {_noun(item, program)}"
        case _:
            return f"“{expr.span.text if expr.span else type(expr).__name__}”"


def _operand(expr: Expr, program: Program) -> str:
    text = _noun(expr, program)
    return f"({text})" if isinstance(expr, Arithmetic | AddMonths | If) else text


def _named_noun(reads: Reads | None, name: str) -> str:
    return named(name) if reads is None else with_article(reads.positive)


def _bound_noun(name: str, type_: Type) -> str:
    """A parameter or another bound name: what it is, where the name alone does not tell ("person “p”")."""
    kind = spaced(type_.name).lower() if isinstance(type_, EntityType) else ""
    words = bare_name(name)
    return f"{kind} {words}" if kind and words.startswith("“") else named(name)


def _for_arguments(arguments: Sequence[Expr], program: Program) -> str:
    return f" for {listed([_noun(item, program) for item in arguments])}" if arguments else ""
