"""One policy in the words of another: names and types of an older version as the newer one has them.

Takes expressions and declarations; gives the same ones with other names. Bound variables get a mark, so that those of
two versions stay apart in one program. Never looks at what anything means.
"""

from __future__ import annotations

from dataclasses import field, fields, replace
from fractions import Fraction
from typing import TypeVar, cast

from verifier.core import expressions as core
from verifier.core.expressions import Act
from verifier.core.program import (
    Decision,
    Definition,
    Duty,
    Effect,
    Fact,
    Param,
    Program,
    Promise,
    Reading,
    Requirement,
    Rule,
    Status,
    Step,
)
from verifier.core.types import EnumType, IntType, ListType, MoneyType, OptionType, RecordType, SetType, Type
from verifier.core.walks import rebuild
from verifier.records import dataclass


@dataclass(slots=True)
class Vocabulary:
    """New names by old ones, for each kind of thing, and types that take the place of others. ``mark`` is added to the
    names of bound variables, but for those with a name in ``locals``.
    """

    mark: str = ""
    locals: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)
    types: dict[Type, Type] = field(default_factory=dict)

    # ------------------------------------------------------------ parts

    def local(self, name: str) -> str:
        """The name of a bound variable; what stands before ``#`` is shown."""
        if name in self.locals:
            return self.locals[name]
        return f"{name}{'.' if '#' in name else '#'}{self.mark}" if self.mark else name

    def type(self, type_: Type) -> Type:
        """A type with the enums and records that take the place of its own."""
        if type_ in self.types:
            return self.types[type_]
        match type_:
            case OptionType(inner):
                return OptionType(self.type(inner))
            case SetType(element):
                found = self.type(element)
                assert isinstance(found, EnumType)
                return SetType(found)
            case RecordType(name, fields):
                return RecordType(name, tuple((key, self.type(part)) for key, part in fields))
            case ListType(element, limit):
                record = self.type(element)
                assert isinstance(record, RecordType)
                return ListType(record, limit)
            case _:
                return type_

    def expression(self, expr: core.Expr) -> core.Expr:
        """An expression over the new names."""
        found = rebuild(expr, self.expression)
        type_ = self.type(found.type)
        if type_ != found.type:
            found = replace(found, type=type_)
        match found:
            case core.FactRef(name) | core.StatusRef(name) | core.ReadingRef(name):
                return replace(found, name=self.values.get(name, name))
            case core.DecisionCall(name):
                return replace(found, name=self.decisions.get(name, name))
            case core.Local(name):
                return replace(found, name=self.local(name))
            case core.Quantified() | core.NumberOf() | core.TotalOf():
                return replace(found, variable=self.local(found.variable))
            case core.Happened() | core.HappenedWithin() | core.DateOf() | core.CountOf():
                return replace(found, act=self.act(found.act))
            case _:
                return found

    def act(self, act: Act) -> Act:
        """An act of the renamed step; its arguments are renamed by whoever rebuilt it."""
        return replace(act, step=self.steps.get(act.step, act.step))

    def params(self, params: tuple[Param, ...]) -> tuple[Param, ...]:
        """Parameters under their new names."""
        return tuple(replace(p, name=self.local(p.name), type=self.type(p.type)) for p in params)

    # ------------------------------------------------------------ items

    def decision(self, item: Decision) -> Decision:
        """A decision over the new names, itself included."""
        name = self.decisions.get(item.name, item.name)
        return replace(
            item,
            name=name,
            params=self.params(item.params),
            type=self.type(item.type),
            rules=tuple(self._rule(rule, name) for rule in item.rules),
            otherwise=None if item.otherwise is None else self.expression(item.otherwise),
        )

    def _rule(self, rule: Rule, decision: str) -> Rule:
        condition, value = self.expression(rule.condition), self.expression(rule.value)
        return replace(rule, full_name=f"{decision}.{rule.name}", condition=condition, value=value)

    def step(self, item: Step) -> Step:
        """A step over the new names, itself included."""
        name = self.steps.get(item.name, item.name)
        return replace(
            item,
            name=name,
            params=self.params(item.params),
            requires=tuple(self._requirement(part, name) for part in item.requires),
            effects=tuple(self._effect(part, name) for part in item.effects),
        )

    def _requirement(self, item: Requirement, step: str) -> Requirement:
        return replace(item, full_name=f"{step}.{item.name}", condition=self.expression(item.condition))

    def _effect(self, item: Effect, step: str) -> Effect:
        name = self.values.get(item.name, item.name)
        return replace(item, name=name, full_name=f"{step}.then.{name}", value=self.expression(item.value))

    # ------------------------------------------------------------ the whole

    def program(self, item: Program) -> Program:
        """A policy over the new names; its promises and scenarios are left out."""
        return replace(
            item,
            facts=tuple(self._value(part) for part in item.facts),
            statuses=tuple(self._status(part) for part in item.statuses),
            readings=tuple(self._reading(part) for part in item.readings),
            assumptions=tuple(replace(a, condition=self.expression(a.condition)) for a in item.assumptions),
            definitions=tuple(self._definition(part) for part in item.definitions),
            decisions=tuple(self.decision(part) for part in item.decisions),
            steps=tuple(self.step(part) for part in item.steps),
            duties=tuple(self.duty(part) for part in item.duties),
            promises=(),
            scenarios=(),
            waivers=(),
        )

    def _value(self, item: Fact) -> Fact:
        return replace(item, name=self.values.get(item.name, item.name), type=self.type(item.type))

    def _reading(self, item: Reading) -> Reading:
        found = self.type(item.type)
        assert isinstance(found, EnumType)
        phrases = dict(zip(item.type.members, item.phrases, strict=True))
        own = tuple(phrases.get(member) for member in found.members)
        return replace(item, name=self.values.get(item.name, item.name), type=found, phrases=own)

    def _status(self, item: Status) -> Status:
        starts = None if item.starts is None else self.expression(item.starts)
        return replace(item, name=self.values.get(item.name, item.name), type=self.type(item.type), starts=starts)

    def _definition(self, item: Definition) -> Definition:
        return replace(
            item, params=self.params(item.params), type=self.type(item.type), body=self.expression(item.body)
        )

    def duty(self, item: Duty) -> Duty:
        """A duty over the new names."""
        answers = tuple(self.steps.get(name, name) for name in item.answers)
        unless = None if item.unless is None else self.expression(item.unless)
        return replace(item, answers=answers, trigger=self.steps.get(item.trigger, item.trigger), unless=unless)

    def promise(self, item: Promise) -> Promise:
        """A promise over the new names."""
        changes = {field.name: self._part(getattr(item.form, field.name)) for field in fields(item.form)}
        return replace(item, form=replace(item.form, **changes))  # type: ignore[arg-type]

    def _part(self, part: object) -> object:
        match part:
            case core.Act():
                given = part.arguments
                arguments = None if given is None else tuple(self.expression(argument) for argument in given)
                return replace(self.act(part), arguments=arguments)
            case core.Node():
                return self.expression(cast("core.Expr", part))
            case Param():
                return self.params((part,))[0]
            case tuple():
                return tuple(self._part(item) for item in part)
            case _:
                return part


def marked(item: Program, mark: str) -> Program:
    """A policy with its decisions, and all bound variables, under names that carry a mark."""
    return Vocabulary(mark, decisions={part.name: f"{part.name} {mark}" for part in item.decisions}).program(item)


def joined(old: Type, new: Type) -> Type | None:
    """A type that has the values of both, apart from declared ranges, which are left out; ``None`` where these are
    different kinds of things, or where an enum's order is another one.
    """
    match old, new:
        case (EnumType(), EnumType()):
            return _joined_enum(old, new)
        case (OptionType(one), OptionType(other)):
            inner = joined(one, other)
            return None if inner is None else OptionType(inner)
        case (SetType(one), SetType(other)):
            element = _joined_enum(one, other)
            return None if element is None else SetType(element)
        case (IntType(), IntType()):
            return IntType(_lower(old.low, new.low), _higher(old.high, new.high))
        case (MoneyType(), MoneyType()):
            return MoneyType(_lower(old.low, new.low), _higher(old.high, new.high))
        case (ListType(one, limit), ListType(other, another)) if one == other:
            return ListType(one, max(limit, another))
        case _:
            return new if old == new else None


_Number = TypeVar("_Number", int, Fraction)


def _lower(one: _Number | None, other: _Number | None) -> _Number | None:
    return None if one is None or other is None else min(one, other)


def _higher(one: _Number | None, other: _Number | None) -> _Number | None:
    return None if one is None or other is None else max(one, other)


def _joined_enum(old: EnumType, new: EnumType) -> EnumType | None:
    """The members of both, each after those that stand before it in its own enum."""
    common = [member for member in old.members if member in new.members]
    if common != [member for member in new.members if member in old.members]:
        return None
    members = list(new.members)
    place = 0
    for member in old.members:
        if member in new.members:
            place = members.index(member) + 1
        else:
            members.insert(place, member)
            place += 1
    return EnumType(new.name, tuple(members))
