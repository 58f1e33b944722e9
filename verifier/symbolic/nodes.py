"""Sorts and nodes of terms; ``terms`` makes them and names them all."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias, cast

from verifier.records import dataclass

Payload: TypeAlias = "bool | int | Fraction | str | tuple[Payload, ...] | None"
Atoms: TypeAlias = "dict[Term, Fraction]"


@dataclass(frozen=True, slots=True)
class Sort:
    """``Bool``, ``Int``, ``Real``, an enumeration with its ``members``, or an array from ``Int`` to ``element``."""

    kind: Literal["Bool", "Int", "Real", "enum", "array"]
    name: str = ""
    members: tuple[str, ...] = ()
    element: Sort | None = None


BOOL = Sort("Bool")
INT = Sort("Int")
REAL = Sort("Real")


def enum_sort(name: str, members: tuple[str, ...]) -> Sort:
    """The sort of an enumeration."""
    return Sort("enum", name, members)


def array_sort(element: Sort) -> Sort:
    """Arrays indexed by integers."""
    return Sort("array", "", (), element)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A node. ``op`` is one of: var, const, not, and, or, ite, =, <=, <, sum, times, to_real, div, mod, months,
    select, store, fill.

    ``payload`` holds the name of a variable, the value of a constant, the coefficients of ``sum`` and comparisons, or
    the divisor of ``div`` and ``mod`` (floor division by a positive constant). ``key`` is the order of creation.
    """

    op: str
    args: tuple[Term, ...]
    payload: Payload
    sort: Sort
    key: int

    @property
    def number(self) -> int | Fraction:
        """The value of a numeric constant, or the divisor of ``div`` and ``mod``."""
        return cast("int | Fraction", self.payload)

    @property
    def linear(self) -> tuple[tuple[Fraction, ...], Fraction]:
        """The coefficients of a sum or comparison, and its constant or bound."""
        return cast("tuple[tuple[Fraction, ...], Fraction]", self.payload)

    @property
    def shift(self) -> tuple[int, Literal["up", "down"]]:
        """How many months, and how rounded."""
        return cast('tuple[int, Literal["up", "down"]]', self.payload)

    def __repr__(self) -> str:
        if self.op in ("var", "const"):
            return str(self.payload)
        return f"({self.op}{'' if self.payload is None else f':{self.payload}'} {' '.join(map(repr, self.args))})"
