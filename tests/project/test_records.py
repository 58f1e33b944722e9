"""``verifier.records.dataclass`` makes what the standard decorator makes."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys

import pytest

from verifier import records


@records.dataclass(frozen=True, slots=True)
class Base:
    """A frozen class with every kind of field that the program uses."""

    a: int
    b: tuple[int, ...] = ()
    span: str = dataclasses.field(kw_only=True, compare=False, repr=False)


@records.dataclass(frozen=True, slots=True)
class Derived(Base):
    """Fields after those of another class."""

    many: list[int] = dataclasses.field(default_factory=list, compare=False)


@records.dataclass(slots=True)
class Open:
    """One that may be changed."""

    value: int = 0
    also: int = 1


@records.dataclass(frozen=True, eq=False)
class ByIdentity:
    """One that is compared by identity."""

    value: int


@records.dataclass(frozen=True, slots=True)
class Single:
    """One field."""

    value: tuple[int, ...]


@records.dataclass(frozen=True, slots=True)
class Empty:
    """None."""


@records.dataclass(frozen=True, slots=True)
class Counted:
    """One that says itself how it is hashed, and looks at its fields when it is made."""

    value: int

    def __hash__(self) -> int:
        return 7

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError("negative")


def test_objects_are_made_from_places_names_and_defaults() -> None:
    made = Derived(1, span="here")
    assert (made.a, made.b, made.span, made.many) == (1, (), "here", [])
    assert Derived(1, span="").many is not made.many
    assert Derived(1, (2,), [3], span="") == Derived(a=1, b=(2,), many=[3], span="")
    with pytest.raises(TypeError, match="span"):
        Derived(1)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'a'"):
        Derived(span="")
    with pytest.raises(TypeError, match="unexpected keyword argument 'c'"):
        Derived(1, c=2, span="")


def test_equality_and_hash_look_at_what_is_compared_and_at_the_class() -> None:
    assert Base(1, span="x") == Base(1, span="y") != Base(2, span="x")
    assert hash(Base(1, span="x")) == hash(Base(1, span="y")) == hash((1, ()))
    assert Base(1, span="x") != Derived(1, span="x")
    assert hash(Single((1, 2))) == hash(((1, 2),))
    assert Single((1,)) != Single((1, 2))
    assert Empty() == Empty()
    assert hash(Empty()) == hash(())
    assert ByIdentity(1) != ByIdentity(1)
    assert hash(Counted(1)) == 7
    assert Counted(1) != Counted(2)
    assert Open(1) == Open(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Open(1))


def test_what_is_frozen_refuses_changes() -> None:
    for made in (Base(1, span=""), ByIdentity(1), Single(())):
        first = dataclasses.fields(made)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, first, 2)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(made, first)
    changed = Open(1)
    changed.value = 2
    assert changed == Open(2)
    with pytest.raises(AttributeError):
        changed.unknown = 1  # type: ignore[attr-defined]


def test_slots_text_copies_and_tools_of_the_standard_library() -> None:
    made = Derived(1, (2,), [3], span="here")
    assert not hasattr(made, "__dict__")
    assert repr(made) == "Derived(a=1, b=(2,), many=[3])"
    assert repr(Empty()) == "Empty()"
    assert dataclasses.replace(made, a=5) == Derived(5, (2,), [3], span="here")
    assert dataclasses.asdict(made) == {"a": 1, "b": (2,), "span": "here", "many": [3]}
    for item in (made, Open(3)):
        assert copy.copy(item) == copy.deepcopy(item) == item
        assert pickle.loads(pickle.dumps(item)) == item  # noqa: S301 (what was just written)
    match made:
        case Derived(a, b):
            assert (a, b) == (1, (2,))
    with pytest.raises(ValueError, match="negative"):
        Counted(-1)


def test_nothing_is_written_for_a_class_of_which_no_object_was_made() -> None:
    @records.dataclass(frozen=True, slots=True)
    class Fresh:
        """Not made yet."""

        value: int

    before = Fresh.__init__
    assert before.__code__.co_filename == sys.modules[records.__name__].__file__
    Fresh(1)
    assert Fresh.__init__ is not before
