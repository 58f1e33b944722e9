"""Data classes that cost little to declare: ``dataclass`` as in the standard library, for hundreds of classes.

Takes the options ``frozen``, ``slots`` and ``eq`` with their standard meaning. The standard library writes six methods
of each class as text and compiles them, which took most of the time of loading this program. Here ``__eq__``,
``__hash__``, ``__repr__`` and the refusal to set an attribute are shared code, and ``__init__`` is the standard one,
but written only when the first object is made. Never changes what a class means: to type checkers, ``fields`` and
``replace`` these are ordinary data classes.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen=False, slots=False, eq=True):
        """The standard decorator, as far as this program needs it."""

        def declared(cls):
            cls.__doc__ = cls.__doc__ or cls.__name__  # otherwise a signature is computed for its sake
            made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            for name, method in _methods(made, frozen, slots, eq):
                if name not in vars(made):
                    setattr(made, name, method)
            return made

        return declared


def _methods(cls: Any, frozen: bool, slots: bool, eq: bool) -> list[tuple[str, Any]]:
    methods: list[tuple[str, Any]] = [("__init__", _written_when_needed(cls, frozen)), ("__repr__", _repr)]
    if eq:
        compared = _values([field.name for field in dataclasses.fields(cls) if field.compare])
        methods += [("__hash__", _hashing(compared) if frozen else None), ("__eq__", _comparing(compared))]
    if frozen:
        methods += [("__setattr__", _refuse_assignment), ("__delattr__", _refuse_deletion)]
    if frozen and slots:  # copying and pickling set the slots one by one, which a frozen class refuses
        methods += [("__getstate__", _state), ("__setstate__", _restore)]
    return methods


def _written_when_needed(cls: Any, frozen: bool) -> Any:
    """An ``__init__`` that replaces itself by the one that the standard library writes for these fields."""

    def first(self: Any, *args: Any, **kwargs: Any) -> None:
        fields = {field.name: field for field in dataclasses.fields(cls)}
        body = {"__annotations__": {name: field.type for name, field in fields.items()}, **fields}
        if hasattr(cls, "__post_init__"):
            body["__post_init__"] = None
        pattern: Any = dataclasses.dataclass(repr=False, eq=False, frozen=frozen)(type(cls.__name__, (), body))
        cls.__init__ = pattern.__init__
        cls.__init__(self, *args, **kwargs)

    return first


def _values(names: list[str]) -> Any:
    """A function from an object to the tuple of some of its attributes."""
    if not names:
        return lambda _: ()
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda item: (get(item),)


def _comparing(compared: Any) -> Any:
    def equal(self: Any, other: Any) -> Any:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _hashing(compared: Any) -> Any:
    def hashed(self: Any) -> int:
        return hash(compared(self))

    return hashed


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _refuse_assignment(_: Any, name: str, __: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(_: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
