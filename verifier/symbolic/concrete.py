"""The value of a term under an assignment of plain values to its variables.

Takes terms and values; asks no solver. Used to discard candidate lemmas quickly, and by tests that hold the encoding
against the interpreter. Arrays are mappings with a default (``ArrayValue``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from verifier.records import dataclass
from verifier.symbolic.terms import INT, Sort, Term, exact_months


@dataclass(frozen=True, slots=True)
class ArrayValue:
    """``default`` everywhere but at the places listed."""

    default: Any
    places: Mapping[int, Any]

    def __hash__(self) -> int:
        return hash((self.default, frozenset(self.places.items())))

    def stored(self, place: int, value: Any) -> ArrayValue:
        """The array with one element replaced; a place that holds the default is not listed."""
        places = {**self.places, place: value}
        return ArrayValue(self.default, {at: held for at, held in places.items() if held != self.default})


def untouched(sort: Sort) -> Any:
    """The value of a memory before any step: false, zero, or the array that holds it everywhere."""
    if sort.kind == "array" and sort.element is not None:
        return ArrayValue(untouched(sort.element), {})
    return False if sort.kind == "Bool" else 0


def evaluate(term: Term, assigned: Mapping[Term, Any], memo: dict[Term, Any] | None = None) -> Any:
    """The value: bool, int, Fraction, member name or ``ArrayValue``. ``KeyError`` for a variable without a value."""
    memo = {} if memo is None else memo
    stack = [term]
    while stack:
        item = stack[-1]
        if item in memo:
            stack.pop()
            continue
        if item.op == "const":
            memo[item] = item.payload
        elif item.op == "var":
            memo[item] = assigned[item]
        else:
            missing = [arg for arg in item.args if arg not in memo]
            if missing:
                stack.extend(missing)
                continue
            memo[item] = applied(item, [memo[arg] for arg in item.args])
        stack.pop()
    return memo[term]


def applied(term: Term, args: Sequence[Any]) -> Any:
    """The value of a term that is neither a constant nor a variable, from the values of its arguments."""
    return _RULES[term.op](term, args)


def _weighted(term: Term, args: Sequence[Any]) -> int | Fraction:
    coefficients, _ = term.linear
    total: int | Fraction = 0
    for c, a in zip(coefficients, args, strict=True):
        total += a * (c.numerator if c.denominator == 1 else c)
    return total


def _sum(term: Term, args: Sequence[Any]) -> int | Fraction:
    total = _weighted(term, args) + term.linear[1]
    return int(total) if term.sort == INT else total


def _equal(term: Term, args: Sequence[Any]) -> bool:
    if term.payload is None:
        return bool(args[0] == args[1])
    return _weighted(term, args) == term.linear[1]


def _select(term: Term, args: Sequence[Any]) -> Any:
    array, index = args
    return array.places.get(index, array.default)


_RULES: Mapping[str, Callable[[Term, Sequence[Any]], Any]] = {
    "not": lambda t, a: not a[0],
    "and": lambda t, a: all(a),
    "or": lambda t, a: any(a),
    "ite": lambda t, a: a[1] if a[0] else a[2],
    "=": _equal,
    "<=": lambda t, a: _weighted(t, a) <= t.linear[1],
    "<": lambda t, a: _weighted(t, a) < t.linear[1],
    "sum": _sum,
    "times": lambda t, a: a[0] * a[1],
    "to_real": lambda t, a: Fraction(a[0]),
    "div": lambda t, a: a[0] // t.number,
    "mod": lambda t, a: a[0] % t.number,
    "months": lambda t, a: exact_months(a[0], *t.shift),
    "select": _select,
    "store": lambda t, a: a[0].stored(a[1], a[2]),
    "fill": lambda t, a: ArrayValue(a[0], {}),
}
