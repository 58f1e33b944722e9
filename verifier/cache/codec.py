"""Trees of frozen data as JSON and back.

Takes a value made of registered classes, tuples, frozen sets, exact numbers and texts; gives plain lists. Reading back
makes nothing but these: a class that is not registered, another number of fields, or a reference to what has not been
read yet is ``Unreadable``. What occurs twice as the same object is written once, so that trees with shared parts stay
small.

A value is JSON itself (text, number, yes/no, nothing) or ``[i]``, the i-th node; a node is ``[kind, *values]`` and
refers to earlier nodes only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from fractions import Fraction
from typing import Any, TypeAlias

from verifier.records import dataclass
from verifier.source import SourceFile

Node: TypeAlias = "list[Any]"

_TUPLE, _SET, _FRACTION, _FILE = "()", "{}", "/", "file"


class NotWritable(Exception):
    """The value holds something that has no written form."""


class Unreadable(Exception):
    """The nodes are not what this registry writes."""


@dataclass(frozen=True, slots=True)
class Registry:
    """The classes that may be written and read, by name: frozen dataclasses and enumerations."""

    classes: Mapping[str, type]

    def fields_of(self, name: str) -> tuple[str, ...]:
        """The fields of a dataclass, in order."""
        return tuple(item.name for item in fields(self.classes[name]))


def registry(*classes: type) -> Registry:
    """A registry of classes with different names."""
    named = {item.__name__: item for item in classes}
    assert len(named) == len(classes), "two classes of one name"
    return Registry(named)


# ---------------------------------------------------------------- writing


class _Writer:
    """The nodes so far, and where each object stands among them."""

    def __init__(self, known: Registry, texts: Mapping[str, SourceFile]) -> None:
        self.nodes: list[Node] = []
        self._known = known
        self._texts = texts
        self._places: dict[int, int] = {}
        self._fields: dict[type, tuple[str, ...]] = {}

    def write(self, root: object) -> object:
        """The written form of a value, its parts first; without recursion, since expressions may be deep."""
        stack = [root]
        while stack:
            item = stack[-1]
            if _is_plain(item) or id(item) in self._places:
                stack.pop()
                continue
            parts = self._parts(item)
            missing = [part for part in parts if not _is_plain(part) and id(part) not in self._places]
            if missing:
                stack.extend(reversed(missing))
                continue
            self._places[id(item)] = len(self.nodes)
            self.nodes.append([self._kind(item), *(self._value(part) for part in parts)])
            stack.pop()
        return self._value(root)

    def _value(self, item: object) -> object:
        return item if _is_plain(item) else [self._places[id(item)]]

    def _kind(self, item: object) -> str:
        match item:
            case tuple():
                return _TUPLE
            case frozenset():
                return _SET
            case Fraction():
                return _FRACTION
            case SourceFile():
                return _FILE
            case _:
                return type(item).__name__

    def _parts(self, item: object) -> list[object]:
        match item:
            case tuple():
                return list(item)
            case frozenset():
                if not all(isinstance(part, str) for part in item):
                    raise NotWritable(repr(item))
                return sorted(item)
            case Fraction():
                return [item.numerator, item.denominator]
            case SourceFile():
                known = self._texts.get(item.path)
                return [item.path] if known is not None and known.text == item.text else [item.path, item.text]
            case Enum():
                self._need(item)
                return [item.value]
            case _:
                self._need(item)
                return [getattr(item, name) for name in self._names(type(item))]

    def _names(self, kind: type) -> tuple[str, ...]:
        if kind not in self._fields:
            self._fields[kind] = self._known.fields_of(kind.__name__)
        return self._fields[kind]

    def _need(self, item: object) -> None:
        if self._known.classes.get(type(item).__name__) is not type(item):
            raise NotWritable(type(item).__name__)


def _is_plain(item: object) -> bool:
    return item is None or type(item) in (bool, int, str, float)


def write(value: object, known: Registry, texts: Mapping[str, SourceFile]) -> dict[str, Any]:
    """A value as plain data; source files among ``texts`` are written as their paths only.

    Raises:
        NotWritable: the value holds something else than the registry has.
    """
    writer = _Writer(known, texts)
    root = writer.write(value)
    return {"nodes": writer.nodes, "root": root}


# ---------------------------------------------------------------- reading


def read(record: object, known: Registry, texts: Mapping[str, SourceFile]) -> object:
    """The value that was written.

    Raises:
        Unreadable: the record is not what ``write`` gives with this registry and these texts.
    """
    if not isinstance(record, dict) or not isinstance(record.get("nodes"), list) or "root" not in record:
        raise Unreadable("no nodes")
    made: list[object] = []
    builders = _builders(known, texts)
    for node in record["nodes"]:
        build = builders.get(node[0]) if isinstance(node, list) and node and isinstance(node[0], str) else None
        if build is None:
            raise Unreadable("an unknown kind of node")
        try:
            made.append(build([_given(value, made) for value in node[1:]]))
        except (TypeError, ValueError, ArithmeticError, LookupError) as fault:
            raise Unreadable(str(node[0])) from fault
    return _given(record["root"], made)


def _given(value: object, made: list[object]) -> object:
    if not isinstance(value, list):
        if isinstance(value, dict):
            raise Unreadable("a dictionary")
        return value
    if len(value) != 1 or type(value[0]) is not int or not 0 <= value[0] < len(made):
        raise Unreadable("a reference to nothing")
    return made[value[0]]


def _builders(known: Registry, texts: Mapping[str, SourceFile]) -> dict[str, Callable[[list[Any]], object]]:
    builders: dict[str, Callable[[list[Any]], object]] = {
        _TUPLE: tuple,
        _SET: frozenset,
        _FRACTION: lambda parts: Fraction(*parts),
        _FILE: lambda parts: texts[parts[0]] if len(parts) == 1 else SourceFile(*parts),
    }
    for name, kind in known.classes.items():
        builders[name] = _enumerated(kind) if issubclass(kind, Enum) else _constructed(kind, known.fields_of(name))
    return builders


def _enumerated(kind: type[Enum]) -> Callable[[list[Any]], object]:
    def build(parts: list[Any]) -> object:
        (value,) = parts
        return kind(value)

    return build


def _constructed(kind: type, names: tuple[str, ...]) -> Callable[[list[Any]], object]:
    def build(parts: list[Any]) -> object:
        return kind(**dict(zip(names, parts, strict=True)))

    return build
