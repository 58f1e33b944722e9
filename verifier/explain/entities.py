"""People and things of a story, numbered as a reader meets them.

Takes confirmed stories of one program; gives the same with other numbers. Entities are compared by equality only, so
that a story in which they are exchanged for each other everywhere is as true as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from verifier.core.types import EntityType, ListType, OptionType, RecordType, Type, Value
from verifier.explain.model import Binding, Change, Happening, Story

_Numbers = dict[str, dict[int, int]]


def numbered(*stories: Story) -> tuple[Story, ...]:
    """The stories, told beside each other, with the entities of each type numbered from the first in order of
    appearance: what happens, then the facts that matter, then the others.
    """
    numbers: _Numbers = {}
    for story in stories:
        for value, type_ in _in_order(story):
            _meet(value, type_, numbers)
    return tuple(_renamed(story, numbers) for story in stories) if numbers else stories


def _in_order(story: Story) -> Iterator[tuple[Value, Type]]:
    for event in (*story.happenings, *((story.attempt,) if story.attempt else ())):
        yield from ((item.value, item.type) for item in event.parameters)
        for change in event.changes:
            yield from ((change.before, change.type), (change.after, change.type))
    given = (*story.facts, *story.initial)
    yield from ((item.value, item.type) for item in given if item.name in story.needed)
    yield from ((item.value, item.type) for item in given)


def _meet(value: Value, type_: Type, numbers: _Numbers) -> None:
    match type_:
        case EntityType(name):
            assert isinstance(value, int), value
            known = numbers.setdefault(name, {})
            known.setdefault(value, len(known))
        case _:
            for part, inner in _parts(value, type_):
                _meet(part, inner, numbers)


def _parts(value: Value, type_: Type) -> Iterable[tuple[Value, Type]]:
    match type_, value:
        case OptionType(inner), _ if value is not None:
            return [(value, inner)]
        case RecordType(_, fields), tuple():
            return [(part, kind) for part, (_, kind) in zip(value, fields, strict=True)]
        case ListType(element), tuple():
            return [(part, element) for part in value]
        case _:
            return []


def _renamed(story: Story, numbers: _Numbers) -> Story:
    return replace(
        story,
        facts=_bindings(story.facts, numbers),
        initial=_bindings(story.initial, numbers),
        happenings=tuple(_happening(item, numbers) for item in story.happenings),
        attempt=None if story.attempt is None else _happening(story.attempt, numbers),
    )


def _happening(item: Happening, numbers: _Numbers) -> Happening:
    changes = tuple(_change(change, numbers) for change in item.changes)
    return replace(item, parameters=_bindings(item.parameters, numbers), changes=changes)


def _change(change: Change, numbers: _Numbers) -> Change:
    before, after = (_value(value, change.type, numbers) for value in (change.before, change.after))
    return replace(change, before=before, after=after)


def _bindings(bindings: tuple[Binding, ...], numbers: _Numbers) -> tuple[Binding, ...]:
    return tuple(replace(item, value=_value(item.value, item.type, numbers)) for item in bindings)


def _value(value: Value, type_: Type, numbers: _Numbers) -> Value:
    match type_, value:
        case EntityType(name), int():
            return numbers[name][value]
        case OptionType(inner), _ if value is not None:
            return _value(value, inner, numbers)
        case ((RecordType() | ListType()), tuple()):
            return tuple(_value(part, inner, numbers) for part, inner in _parts(value, type_))
        case _:
            return value
