"""Random terms with their meaning beside them: built once by the folding factory, once as a plain Python function.

A recipe draws an operation and recipes for its operands; nothing of the factory takes part in its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, TypeAlias

from verifier.core.dates import add_months
from verifier.symbolic.concrete import ArrayValue
from verifier.symbolic.terms import BOOL, INT, REAL, Sort, Term, Terms, array_sort, enum_sort

Meaning: TypeAlias = Callable[[Mapping[str, Any]], Any]
ENUM = enum_sort("Colour", ("red", "green", "blue"))
ARRAY = array_sort(INT)
SORTS = {"Bool": BOOL, "Int": INT, "Real": REAL, "enum": ENUM, "array": ARRAY}


@dataclass(frozen=True)
class Recipe:
    """A term and what it means under values of its variables."""

    term: Term
    meaning: Meaning


class Cook:
    """Draws recipes of every sort."""

    def __init__(self, terms: Terms, random: Random, months: bool = True) -> None:
        self.terms = terms
        self.random = random
        self.months = months

    def variables(self) -> dict[str, Term]:
        return {
            f"{kind} {number}": self.terms.var(f"{kind} {number}", sort)
            for kind, sort in SORTS.items()
            for number in range(2)
        }

    def values(self) -> dict[str, Any]:
        """A value for every variable."""
        return {name: self.value(term.sort) for name, term in self.variables().items()}

    def value(self, sort: Sort) -> Any:
        match sort.kind:
            case "Bool":
                return self.random.random() < 0.5
            case "Int":
                return self.random.randint(-6, 6)
            case "Real":
                return Fraction(self.random.randint(-12, 12), self.random.choice([1, 2, 3, 4]))
            case "enum":
                return self.random.choice(sort.members)
            case _:
                assert sort.element is not None
                places = {self.random.randint(-3, 3): self.value(sort.element) for _ in range(3)}
                return ArrayValue(self.value(sort.element), places)

    def recipe(self, kind: str, depth: int) -> Recipe:
        if depth <= 0:
            return self._leaf(kind)
        makers = {"Bool": self._bool, "Int": self._int, "Real": self._real, "enum": self._chosen, "array": self._array}
        return makers[kind](depth - 1)

    def _leaf(self, kind: str) -> Recipe:
        if self.random.random() < 0.4 and kind != "array":
            return self._constant(kind)
        name = f"{kind} {self.random.randrange(2)}"
        return Recipe(self.terms.var(name, SORTS[kind]), lambda values: values[name])

    def _constant(self, kind: str) -> Recipe:
        value = self.value(SORTS[kind])
        build: dict[str, Callable[[], Term]] = {
            "Bool": lambda: self.terms.boolean(value),
            "Int": lambda: self.terms.integer(value),
            "Real": lambda: self.terms.rational(value),
            "enum": lambda: self.terms.member(ENUM, value),
        }
        return Recipe(build[kind](), lambda _: value)

    def _chosen(self, depth: int) -> Recipe:
        """``ite`` of any sort."""
        return self._ite("enum", depth)

    def _ite(self, kind: str, depth: int) -> Recipe:
        condition, then, otherwise = self.recipe("Bool", depth), self.recipe(kind, depth), self.recipe(kind, depth)
        return Recipe(
            self.terms.ite(condition.term, then.term, otherwise.term),
            lambda values: then.meaning(values) if condition.meaning(values) else otherwise.meaning(values),
        )

    # ------------------------------------------------------------ yes/no

    def _bool(self, depth: int) -> Recipe:
        match self.random.choice(["not", "and", "or", "implies", "ite", "eq", "eq", "le", "lt", "lt"]):
            case "not":
                one = self.recipe("Bool", depth)
                return Recipe(self.terms.not_(one.term), lambda values: not one.meaning(values))
            case "and":
                parts = self._several("Bool", depth)
                built = self.terms.and_(*(part.term for part in parts))
                return Recipe(built, lambda values: all(part.meaning(values) for part in parts))
            case "or":
                parts = self._several("Bool", depth)
                built = self.terms.or_(*(part.term for part in parts))
                return Recipe(built, lambda values: any(part.meaning(values) for part in parts))
            case "implies":
                one, two = self._several("Bool", depth, 2)
                built = self.terms.implies(one.term, two.term)
                return Recipe(built, lambda values: not one.meaning(values) or two.meaning(values))
            case "ite":
                return self._ite("Bool", depth)
            case "eq":
                one, two = self._several(self.random.choice(["Bool", "Int", "Real", "enum"]), depth, 2)
                built = self.terms.eq(one.term, two.term)
                return Recipe(built, lambda values: one.meaning(values) == two.meaning(values))
            case "le":
                one, two = self._several(self.random.choice(["Int", "Real"]), depth, 2)
                built = self.terms.le(one.term, two.term)
                return Recipe(built, lambda values: one.meaning(values) <= two.meaning(values))
            case _:
                one, two = self._several(self.random.choice(["Int", "Real"]), depth, 2)
                built = self.terms.lt(one.term, two.term)
                return Recipe(built, lambda values: one.meaning(values) < two.meaning(values))

    def _several(self, kind: str, depth: int, count: int | None = None) -> list[Recipe]:
        return [self.recipe(kind, depth) for _ in range(count or self.random.randint(0 if kind == "Bool" else 1, 3))]

    # ------------------------------------------------------------ numbers

    def _int(self, depth: int) -> Recipe:
        choices = ["add", "sub", "scale", "ite", "div", "mod", "select", "times"] + ["months"] * self.months
        operation = self.random.choice(choices)
        if operation in ("div", "mod"):
            return self._divided(operation, depth)
        if operation == "select":
            array, index = self.recipe("array", depth), self.recipe("Int", depth)
            return Recipe(
                self.terms.select(array.term, index.term),
                lambda values: _at(array.meaning(values), index.meaning(values)),
            )
        if operation == "months":
            one, months = self.recipe("Int", depth), self.random.randint(-14, 14)
            way = self.random.choice(["up", "down"])
            built = self.terms.months(one.term, months, way)  # type: ignore[arg-type]
            return Recipe(built, lambda values: add_months(one.meaning(values), months, way))  # type: ignore[arg-type]
        return self._sum("Int", operation, depth)

    def _divided(self, operation: str, depth: int) -> Recipe:
        one, divisor = self.recipe("Int", depth), self.random.randint(1, 5)
        if operation == "div":
            return Recipe(self.terms.div(one.term, divisor), lambda values: one.meaning(values) // divisor)
        return Recipe(self.terms.mod(one.term, divisor), lambda values: one.meaning(values) % divisor)

    def _real(self, depth: int) -> Recipe:
        operation = self.random.choice(["add", "sub", "scale", "ite", "to_real", "times"])
        if operation == "to_real":
            one = self.recipe("Int", depth)
            return Recipe(self.terms.to_real(one.term), lambda values: Fraction(one.meaning(values)))
        return self._sum("Real", operation, depth)

    def _sum(self, kind: str, operation: str, depth: int) -> Recipe:
        one, two = self.recipe(kind, depth), self.recipe(kind, depth)
        match operation:
            case "add":
                return Recipe(self.terms.add(one.term, two.term), lambda v: one.meaning(v) + two.meaning(v))
            case "sub":
                return Recipe(self.terms.sub(one.term, two.term), lambda v: one.meaning(v) - two.meaning(v))
            case "times":
                return Recipe(self.terms.times(one.term, two.term), lambda v: one.meaning(v) * two.meaning(v))
            case "scale":
                factor = self.random.randint(-3, 3) if kind == "Int" else self.value(REAL)
                return Recipe(self.terms.scale(factor, one.term), lambda v: factor * one.meaning(v))
            case _:
                return self._ite(kind, depth)

    # ------------------------------------------------------------ arrays

    def _array(self, depth: int) -> Recipe:
        match self.random.choice(["leaf", "fill", "store", "store", "ite"]):
            case "leaf":
                return self._leaf("array")
            case "fill":
                one = self.recipe("Int", depth)
                return Recipe(self.terms.fill(one.term), lambda values: ArrayValue(one.meaning(values), {}))
            case "ite":
                return self._ite("array", depth)
            case _:
                array, index, value = self.recipe("array", depth), *self._several("Int", depth, 2)
                return Recipe(
                    self.terms.store(array.term, index.term, value.term),
                    lambda v: _stored(array.meaning(v), index.meaning(v), value.meaning(v)),
                )


def _at(array: ArrayValue, index: int) -> Any:
    return array.places.get(index, array.default)


def _stored(array: ArrayValue, index: int, value: Any) -> ArrayValue:
    return ArrayValue(array.default, {**array.places, index: value})
