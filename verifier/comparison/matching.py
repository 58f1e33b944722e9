"""Which items of two versions are the same ones, renamed and reordered ones included.

Takes two programs; gives for each kind of item the pairs, and the vocabulary that puts the older one in the words of
the newer. Items of one name are the same item. What is left pairs where the author's phrase is the same, or where all
that is said of both is the same and no other candidate is; renaming is then told, so that a reader can object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from typing import TypeVar

from verifier.comparison.vocabulary import Vocabulary, joined
from verifier.core import expressions as core
from verifier.core.printer import show_expr
from verifier.core.program import Decision, Definition, Duty, Enum, Fact, Program, Promise, Reading, Status, Step
from verifier.core.types import EnumType, OptionType, SetType, Type
from verifier.core.walks import rebuild
from verifier.records import dataclass

Item = TypeVar("Item", Fact, Status, Reading, Enum, Decision, Definition, Step, Duty, Promise)


@dataclass(frozen=True, slots=True)
class Kind:
    """The items of one kind in both versions: ``pairs`` of old and new, and those that only one version has."""

    pairs: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """The pairs with two names."""
        return tuple((old, new) for old, new in self.pairs if old != new)


@dataclass(slots=True)
class Matching:
    """``words`` puts the old version in the words of the new one. ``changed``: facts, statuses and readings of one name
    whose types have nothing in common; in the words of the new version the old one is another thing.
    """

    words: Vocabulary = field(default_factory=Vocabulary)
    kinds: dict[str, Kind] = field(default_factory=dict)
    changed: dict[str, tuple[Type, Type]] = field(default_factory=dict)


def match(old: Program, new: Program) -> Matching:
    """Pair the items of two versions."""
    found = Matching()
    words = found.words

    def pair(kind: str, olds: Sequence[Item], news: Sequence[Item], said: Callable[[Item, Vocabulary], object]) -> None:
        plain = Vocabulary(types=words.types)
        told = [(item.name, said(item, words)) for item in olds], [(item.name, said(item, plain)) for item in news]
        found.kinds[kind] = _paired(*told)

    pair("enum", old.enums, new.enums, lambda item, _: item.type.members)
    enums = {item.name: item for item in new.enums}
    for one, other in found.kinds["enum"].pairs:
        mine = next(item for item in old.enums if item.name == one)
        common = joined(mine.type, enums[other].type)
        if common is not None:
            words.types[mine.type] = words.types[enums[other].type] = common
        else:
            _keep_apart(words, mine.type, enums[other].type)
    pair("fact", old.facts, new.facts, lambda item, own: _told(item.reads, own.type(item.type)))
    pair("reading", old.readings, new.readings, lambda item, own: (item.question, own.type(item.type)))
    pair("status", old.statuses, new.statuses, lambda item, own: _told(item.reads, own.type(item.type)))
    for kind in ("fact", "reading", "status"):
        words.values |= dict(found.kinds[kind].renamed)
    types = _types(new)
    for item in had(old):
        _join_enums(words, item.type, types.get(words.values.get(item.name, item.name), item.type))
    _note_changed(old, new, found)
    pair("step", old.steps, new.steps, lambda item, own: item.reads or step_texts(own.step(item)))
    words.steps |= dict(found.kinds["step"].renamed)
    pair("decision", old.decisions, new.decisions, lambda item, own: item.reads or decision_text(own.decision(item)))
    words.decisions |= dict(found.kinds["decision"].renamed)
    pair(
        "definition",
        _plain(old.definitions),
        _plain(new.definitions),
        lambda item, own: _told(item.reads, own.type(item.type)),
    )
    pair("duty", old.duties, new.duties, lambda item, own: duty_text(own, item))
    pair("promise", _own(old), _own(new), lambda item, _: item.title)
    return found


def _types(program: Program) -> dict[str, Type]:
    """The types of what a case has, by name."""
    return {item.name: item.type for item in had(program)}


def had(program: Program) -> tuple[Fact | Status | Reading, ...]:
    """Everything that a case has a value of."""
    return (*program.facts, *program.statuses, *program.readings)


def _join_enums(words: Vocabulary, old: Type, new: Type) -> None:
    """Let enums that are written in place, and those of readings, have the values of both versions."""
    match old, new:
        case (EnumType(), EnumType()) if old != new and old not in words.types:
            common = joined(old, new)
            if common is not None:
                words.types[old] = words.types[new] = common
            else:
                _keep_apart(words, old, new)
        case (OptionType(one), OptionType(other)):
            _join_enums(words, one, other)
        case (SetType(one), SetType(other)):
            _join_enums(words, one, other)
        case _:
            pass


def _keep_apart(words: Vocabulary, old: EnumType, new: EnumType) -> None:
    """Give an enum whose values stand in another order now another name: one program cannot have two of one name."""
    if old.name == new.name:
        words.types[old] = EnumType(f"{old.name} before", old.members)


def _own(program: Program) -> tuple[Promise, ...]:
    return tuple(item for item in program.promises if item.origin in ("", program.name))


def _plain(definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """The definitions that have one value in each state."""
    return tuple(item for item in definitions if not item.params)


def _paired(olds: Sequence[tuple[str, object]], news: Sequence[tuple[str, object]]) -> Kind:
    """Items of one name, then those of which the same thing, and something, is said, where that is unambiguous."""
    same = {name for name, _ in olds} & {name for name, _ in news}
    pairs = {name: name for name, _ in olds if name in same}
    left, right = ([item for item in items if item[0] not in same] for items in (olds, news))
    for name, text in left:
        mine = [other for other, told in left if told == text]
        theirs = [other for other, told in right if told == text]
        if text is not None and len(mine) == len(theirs) == 1:
            pairs[name] = theirs[0]
    taken = set(pairs.values())
    return Kind(
        tuple((name, pairs[name]) for name, _ in olds if name in pairs),
        tuple(name for name, _ in olds if name not in pairs),
        tuple(name for name, _ in news if name not in taken),
    )


def _told(reads: object, type_: Type) -> object:
    return None if reads is None else (reads, type_)


def _note_changed(old: Program, new: Program, found: Matching) -> None:
    """Values of one name that are different kinds of things: the old one gets another name."""
    types = _types(new)
    for item in had(old):
        name = found.words.values.get(item.name, item.name)
        if name in types and joined(found.words.type(item.type), found.words.type(types[name])) is None:
            found.changed[name] = (item.type, types[name])
            found.words.values[item.name] = f"{name} before"
    groups = [{item.name for item in group} for group in (old.facts, old.statuses, old.readings)]
    others = [{item.name for item in group} for group in (new.facts, new.statuses, new.readings)]
    for place, names in enumerate(groups):
        for name in sorted(names):
            if any(name in other for index, other in enumerate(others) if index != place):
                found.words.values.setdefault(name, f"{name} before")


# ---------------------------------------------------------------- what is said of an item


def plain_text(expr: core.Expr) -> str:
    """An expression as text, with definitions spelled out and bound variables under their shown names."""
    return show_expr(_unfolded(expr))


def _unfolded(expr: core.Expr) -> core.Expr:
    return _unfolded(expr.body) if isinstance(expr, core.Defined) else rebuild(expr, _unfolded)


def step_texts(item: Step) -> tuple[object, ...]:
    """All that a step says, but for its name and who takes it."""
    requires = tuple(plain_text(part.condition) for part in item.requires)
    effects = tuple((part.name, plain_text(part.value)) for part in item.effects)
    return tuple(param.type for param in item.params), requires, effects


def decision_text(item: Decision) -> tuple[object, ...]:
    """All that a decision says, but for its name."""
    rules = [(r.name, r.targets, plain_text(r.condition), plain_text(r.value)) for r in item.rules]
    otherwise = None if item.otherwise is None else plain_text(item.otherwise)
    return tuple(p.type for p in item.params), item.type, tuple(rules), otherwise


def duty_text(words: Vocabulary, duty: Duty) -> tuple[object, ...]:
    """All that a duty says, but for its name."""
    answers = tuple(words.steps.get(name, name) for name in duty.answers)
    unless = None if duty.unless is None else plain_text(words.expression(duty.unless))
    trigger = words.steps.get(duty.trigger, duty.trigger)
    return answers, trigger, plain_text(duty.duration), duty.rounding, unless
