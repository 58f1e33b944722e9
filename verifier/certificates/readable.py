"""An invariant in the policy language and in the author's phrases, so that a lawyer can read what always holds.

Takes a statement with its proofs; gives lines of text, the same for the same proof. What has no form in the language
(the state of a duty, the second of two cases) gets a name that says what it is; a condition that is too long to be read
is only pointed to. Nothing rests on these lines: obligations are checked, words are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from verifier.certificates.statement import TWO_CASES, Section, Statement
from verifier.core import expressions as core
from verifier.core.printer import show_expr
from verifier.core.program import Program
from verifier.core.types import (
    DATE,
    DAYS,
    INT,
    MONEY,
    MONTHS,
    YES_NO,
    DateType,
    OptionType,
    RecordType,
    SetType,
    Type,
    Value,
    unranged,
)
from verifier.engines.lemmas import conjuncts
from verifier.explain.conditions import say_condition
from verifier.symbolic import values
from verifier.symbolic.evaluator import State
from verifier.symbolic.history import Occurrences, OverTime
from verifier.symbolic.terms import Term, Terms
from verifier.symbolic.values import SymbolicValue

if TYPE_CHECKING:
    from verifier.certificates.script import Proof

LONGEST: Final = 120
"""A condition of more parts is not said in words."""


_UNSAID: Final = (LookupError, ValueError, TypeError, AttributeError, AssertionError, StopIteration, RecursionError)
"""What speaking of an expression that no author wrote may stumble over; words are left out then, nothing else."""


class _Unsayable(Exception):
    """The term has no form in the policy language."""


def in_words(statement: Statement, proofs: Sequence[Proof]) -> list[str]:
    """What always holds, section by section, and along which steps a way leads."""
    lines = []
    for section, proof in zip(statement.sections, proofs, strict=True):
        lines.append(f"What always holds ({section.title}):")
        speaker = _Speaker(statement, section)
        for index, part in enumerate(conjuncts(proof.invariant), start=1):
            lines += _numbered(index, speaker.said(part))
        for index, region in enumerate(proof.regions[1:], start=1):
            there = "there" if region.into == 0 else f"to the states of region {region.into}"
            lines.append(f"A way from region {index}: `{region.transition}` leads {there} from the states in which")
            lines += [f"     {text}" for text in speaker.said(region.term)]
    return lines


def _numbered(index: int, said: Sequence[str]) -> Iterator[str]:
    yield f"{index:4}. {said[0]}"
    yield from (f"      {text}" for text in said[1:])


class _Speaker:
    """What the terms of one section stand for."""

    def __init__(self, statement: Statement, section: Section) -> None:
        self.program: Program = statement.program
        self.terms: Terms = section.system.terms
        self.leaves: dict[Term, core.Expr] = {}
        self.units: dict[Term, int] = {}
        self.memories: dict[Term, OverTime] = {}
        encoding = statement.questions.encoding
        state = encoding.evaluator.state
        self._lay_out(state, _own, {})
        if section.title == TWO_CASES and section.system.halves is not None:
            self._lay_out(state, _second, section.system.halves.other)
        self.leaves[encoding.today] = core.Today(type=DATE)
        for duty in encoding.duties:
            self.leaves[duty.pending] = core.Local(f"duty_{duty.duty.name}_is_pending", type=YES_NO)
            self.leaves[duty.since] = core.Local(f"start_of_duty_{duty.duty.name}", type=DATE)
        for memory in encoding.history.memories.values():
            if isinstance(memory, OverTime):
                self.memories[memory.variable] = memory
            elif memory.matchers is None:
                self.leaves[memory.variable] = _occurrences(memory)
        for variable in section.system.variables:
            if variable.term not in self.leaves and variable.term not in self.memories:
                self.leaves[variable.term] = _unnamed(variable.term)

    def _lay_out(self, state: State, named: Callable[[str, str, Type], core.Expr], other: Mapping[Term, Term]) -> None:
        """The variables of facts, statuses and readings; with ``other``, those of the second case that are its own."""
        program = self.program
        kinds = (
            ("fact", [(item.name, item.type) for item in program.facts], state.facts),
            ("status", [(item.name, item.type) for item in program.statuses], state.statuses),
            ("reading", [(item.name, item.type) for item in program.readings], state.readings),
        )
        for kind, items, laid in kinds:
            for name, type_ in items:
                for term, unit, expr in _leaves(laid[name], named(kind, name, type_), type_):
                    if not other or term in other:
                        self.leaves[other.get(term, term)] = expr
                        self.units[other.get(term, term)] = unit

    # ------------------------------------------------------------ conditions

    def said(self, term: Term) -> list[str]:
        """A condition as policy text and, where it differs, in the author's phrases."""
        if _size(term) > LONGEST:
            return ["(a condition of many parts; it stands below as a function)"]
        try:
            expr = self.condition(term)
            text = show_expr(expr)
        except (_Unsayable, *_UNSAID):
            return [f"(in the words of the solver) {term!r}"]
        try:
            phrase = say_condition(expr, self.program)
        except _UNSAID:
            return [text]
        return [text] if phrase == text else [text, phrase]

    def condition(self, term: Term, positive: bool = True) -> core.Expr:
        """A yes/no term, or its negation, as an expression."""
        match term.op:
            case "not":
                return self.condition(term.args[0], not positive)
            case "and" | "or" if (term.op == "or") is positive:
                return self._either([(part, positive) for part in term.args])
            case "and" | "or":
                return core.And(tuple(self.condition(part, positive) for part in term.args), type=YES_NO)
            case "<=" | "<":
                return self._ordered(term, positive)
            case _:
                return self._plain(term) if positive else _denied(self._plain(term))

    def _either(self, parts: Sequence[tuple[Term, bool]]) -> core.Expr:
        """A disjunction, as an implication where some of it is denied."""
        denied = [self.condition(part, not how) for part, how in parts if (part.op == "not") is how]
        stated = [self.condition(part, how) for part, how in parts if (part.op == "not") is not how]
        conclusion = _joined(core.Or, stated)
        if conclusion is None:
            together = _joined(core.And, denied)
            assert together is not None
            return core.Not(together, type=YES_NO)
        premise = _joined(core.And, denied)
        return conclusion if premise is None else core.Implies(premise, conclusion, type=YES_NO)

    def _plain(self, term: Term) -> core.Expr:
        """A yes/no term that is no junction."""
        if term.op == "const":
            return core.Const(term.payload is True, type=YES_NO)
        if term in self.memories:
            return self._over_time(self.memories[term])
        if term in self.leaves:
            return self.leaves[term]
        if term.op == "ite":
            parts = [self.condition(part) for part in term.args]
            return core.If(parts[0], parts[1], parts[2], type=YES_NO)
        if term.op != "=":
            raise _Unsayable
        if term.payload is not None:
            left, right = self._sides(term)
            return core.Equal(left, right, type=YES_NO)
        one, other = term.args
        if one.sort.kind == "Bool":
            return core.Iff(self.condition(one), self.condition(other), type=YES_NO)
        left, right = self._value(one, None), self._value(other, one)
        return core.Equal(left, right, type=YES_NO)

    def _over_time(self, memory: OverTime) -> core.Expr:
        operand = self.condition(memory.operand.holds)
        if memory.kind == "ever":
            return core.Ever(operand, type=YES_NO)
        if memory.kind == "before":
            return core.JustBefore(operand, type=YES_NO)
        assert memory.since is not None
        return core.EverSince(operand, self.condition(memory.since.holds), type=YES_NO)

    def _value(self, term: Term, beside: Term | None) -> core.Expr:
        """A member of an enumeration, or what has one; ``beside``: what it is compared with."""
        if term.op == "const" and beside is not None:
            return core.Const(_payload(term), type=self._value(beside, None).type)
        if term in self.leaves:
            return self.leaves[term]
        raise _Unsayable

    # ------------------------------------------------------------ numbers

    def _ordered(self, term: Term, positive: bool) -> core.Expr:
        left, right = self._sides(term)
        operator: Literal["<", "<=", ">", ">="]
        operator = ("<" if term.op == "<" else "<=") if positive else (">=" if term.op == "<" else ">")
        return core.Compare(operator, left, right, type=YES_NO)

    def _sides(self, term: Term) -> tuple[core.Expr, core.Expr]:
        """The sides of a comparison without negative coefficients."""
        coefficients, bound = term.linear
        weighted = list(zip(coefficients, term.args, strict=True))
        kind, unit = self._kind(term.args)
        left = [(factor, arg) for factor, arg in weighted if factor > 0]
        right = [(-factor, arg) for factor, arg in weighted if factor < 0]
        return self._total(left, Fraction(0), kind, unit), self._total(right, Fraction(bound), kind, unit)

    def _kind(self, args: Sequence[Term]) -> tuple[Type, int]:
        """The one type that all have, and how many units make one of it."""
        kinds = dict.fromkeys(self._number(arg).type for arg in args)
        kinds = kinds if len(kinds) == 1 else dict.fromkeys(map(unranged, kinds))
        units = dict.fromkeys(self.units.get(arg, 1) for arg in args)
        if len(units) > 1 or (len(kinds) > 1 and not kinds.keys().isdisjoint((DATE, MONEY))):
            raise _Unsayable
        return next(iter(kinds)), next(iter(units))

    def _number(self, term: Term) -> core.Expr:
        if term in self.leaves:
            return self.leaves[term]
        if term.op == "months":
            months, rounding = term.shift
            count = core.Const(abs(int(months)), type=MONTHS)
            return core.AddMonths(self._number(term.args[0]), count, 1 if months > 0 else -1, rounding, type=DATE)
        raise _Unsayable

    def _total(self, parts: Sequence[tuple[Fraction, Term]], extra: Fraction, kind: Type, unit: int) -> core.Expr:
        """A sum with a constant; of dates, one date and a number of days."""
        dates = isinstance(kind, DateType)
        if dates and (len(parts) > 1 or any(factor != 1 for factor, _ in parts)):
            raise _Unsayable
        total: core.Expr | None = None
        for factor, arg in parts:
            item = self._number(arg)
            if factor != 1:
                item = core.Arithmetic("*", core.Const(_exact(factor), type=INT), item, type=kind)
            total = item if total is None else core.Arithmetic("+", total, item, type=kind)
        amount = _exact(extra / unit)
        if total is None:
            return core.Const(amount, type=kind)
        if extra:
            constant = core.Const(abs(amount), type=DAYS if dates else kind)
            return core.Arithmetic("+" if amount > 0 else "-", total, constant, type=kind)
        return total


# ---------------------------------------------------------------- leaves


def _own(kind: str, name: str, type_: Type) -> core.Expr:
    if kind == "fact":
        return core.FactRef(name, type=type_)
    return core.StatusRef(name, type=type_) if kind == "status" else core.ReadingRef(name, type=type_)


def _second(_: str, name: str, type_: Type) -> core.Expr:
    return core.Local(f"{name}_in_the_second_case", type=type_)


def _leaves(value: SymbolicValue, expr: core.Expr, type_: Type) -> Iterator[tuple[Term, int, core.Expr]]:
    """The variables that lay out a value, with what each stands for and how many units make one of it."""
    match value, type_:
        case values.Scalar(term), _:
            yield term, 1, expr
        case values.Number(term, unit), _:
            yield term, unit, expr
        case values.Optional(present, content), OptionType(inner):
            absent = core.Equal(expr, core.Const(None, type=type_), type=YES_NO)
            yield present, 1, core.Not(absent, type=YES_NO)
            yield from _leaves(content, core.Unwrap(expr, type=inner), inner)
        case values.Flags(members), SetType(element):
            for term, name in zip(members, element.members, strict=True):
                yield term, 1, core.Member(core.Const(name, type=element), expr, type=YES_NO)
        case values.Row(fields), RecordType(_, kinds):
            for part, (name, kind) in zip(fields, kinds, strict=True):
                yield from _leaves(part, core.FieldOf(expr, name, type=kind), kind)
        case _:
            return


def _unnamed(variable: Term) -> core.Expr:
    """What only the verifier keeps in mind: since when a promise waits, a step with these arguments, and such."""
    name = re.sub(r"\W+", "_", str(variable.payload)).strip("_")
    if variable.sort.kind == "Bool":
        return core.Local(name, type=YES_NO)
    dated = name.endswith(("_since", "_last", "_first"))
    return core.Local(name, type=DATE if dated else INT)


def _occurrences(memory: Occurrences) -> core.Expr:
    act = core.Act(memory.step, None)
    match memory.kind:
        case "happened":
            return core.Happened(act, type=YES_NO)
        case "count":
            return core.CountOf(act, type=INT)
        case "last" | "first":
            return core.DateOf(act, memory.kind == "first", type=DATE)


def _denied(expr: core.Expr) -> core.Expr:
    return expr.operand if isinstance(expr, core.Not) else core.Not(expr, type=YES_NO)


def _joined(kind: type[core.And | core.Or], parts: Sequence[core.Expr]) -> core.Expr | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else kind(tuple(parts), type=YES_NO)


def _payload(term: Term) -> Value:
    value = term.payload
    assert isinstance(value, str)
    return value


def _exact(number: Fraction) -> int | Fraction:
    return number.numerator if number.denominator == 1 else number


def _size(term: Term) -> int:
    """How many parts a term has, written out; more than ``LONGEST`` are not counted."""
    count, stack = 0, [term]
    while stack and count <= LONGEST:
        item = stack.pop()
        count += 1
        stack.extend(item.args)
    return count
