"""A slice of a transition system as functions of bits.

Takes a system and terms; says which variables can be laid out in bits (``plan``), and gives diagrams of its first
states, transitions and goals (``Bits``). What has no bits is left open: a comparison that reads dates or amounts
without bounds becomes a bit of its own, one that keeps its value where nothing in it ever changes, else one that is
anything at each moment. So the diagrams allow every run of the system, and perhaps more. Nothing here is believed:
proofs are judged by ``certificate``, runs by the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from itertools import product
from typing import Any

from verifier.engines.diagrams import Function, Store
from verifier.records import dataclass
from verifier.symbolic.system import System
from verifier.symbolic.terms import BOOL, Term, Terms

MOST_VALUES = 128
MOST_TOGETHER = 4096
MOST_FIELDS = 400
FIRST_RANGE = 8
COMPARED = ("=", "<=", "<")


class TooWide(Exception):
    """A number was met beyond the values that are laid out for a variable."""

    def __init__(self, variable: Term) -> None:
        super().__init__(variable.payload)
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Layout:
    """The values that each variable with bits can have, in order. ``fixed``: the variables that never change."""

    terms: Terms
    values: Mapping[Term, tuple[Any, ...]]
    fixed: frozenset[Term]


# ---------------------------------------------------------------- which values


@dataclass(slots=True)
class Ranges:
    """The values that terms may have, as far as they are few; ``known`` are those of variables."""

    terms: Terms
    known: Mapping[Term, tuple[Any, ...]]
    _memo: dict[Term, frozenset[Any] | None] = field(default_factory=dict)

    def of(self, term: Term) -> frozenset[Any] | None:
        """All values that a term may have; ``None`` where they are too many, or cannot be told."""
        stack = [term]
        while stack:
            item = stack[-1]
            inner = _operands(item)
            missing = [arg for arg in inner if arg not in self._memo]
            if item not in self._memo and missing:
                stack += missing
                continue
            if item not in self._memo:
                self._memo[item] = self._compute(item, [self._memo[arg] for arg in inner])
            stack.pop()
        return self._memo[term]

    def _compute(self, term: Term, parts: list[frozenset[Any] | None]) -> frozenset[Any] | None:
        if term.op == "const":
            return frozenset((term.payload,))
        if term.op == "var":
            return frozenset(self.known[term]) if term in self.known else None
        if term.sort == BOOL:
            return frozenset((False, True))
        if term.op not in ("ite", "sum", "times", "to_real", "div", "mod"):
            return None
        found: set[Any] = set()
        if term.op == "ite":
            for part in parts:
                if part is None:
                    return None
                found |= part
        elif any(part is None for part in parts) or not _few(parts):
            return None
        else:
            found = {computed(term, values) for values in product(*(part or () for part in parts))}
        return frozenset(found) if len(found) <= MOST_VALUES else None


def _operands(term: Term) -> tuple[Term, ...]:
    """What the values of a term come from: not the conditions of a choice, and nothing for yes/no terms."""
    if term.sort == BOOL:
        return ()
    return term.args[1:] if term.op == "ite" else term.args


def _few(parts: Sequence[frozenset[Any] | None]) -> bool:
    total = 1
    for part in parts:
        total *= len(part or ())
    return total <= MOST_TOGETHER


def computed(term: Term, values: Sequence[Any]) -> Any:
    """The value of an operation on numbers."""
    match term.op:
        case "sum":
            coefficients, constant = term.linear
            total = sum((c * v for c, v in zip(coefficients, values, strict=True)), constant)
            return int(total) if term.sort.kind == "Int" else total
        case "times":
            return values[0] * values[1]
        case "div":
            return values[0] // int(term.number)
        case "mod":
            return values[0] % int(term.number)
        case _:
            return Fraction(values[0])


# ---------------------------------------------------------------- which variables


def plan(system: System, goals: Sequence[Term], widths: Mapping[Term, int]) -> Layout | None:
    """What has bits; ``None`` where nothing that changes has. ``widths``: how many values to lay out for numbers that
    were found to need more than at first; none where that was not enough.
    """
    terms = system.terms
    changing = {variable for transition in system.transitions for variable in transition.updates}
    counted = changing | _compared_with_changing(terms, [*_roots(system), *goals], changing)
    values: dict[Term, tuple[Any, ...]] = {}
    for variable in system.variables:
        width = widths.get(variable.term, FIRST_RANGE)
        found = _values_of(variable.term, variable.domain, width, variable.term in counted)
        if found is not None:
            values[variable.term] = found
    for transition in system.transitions:
        for part in transition.inputs:
            found = _values_of(part.variable, part.domain, 0, few=True)
            if found is not None:
                values[part.variable] = found
    while True:
        ranges = Ranges(terms, values)
        lost = {
            variable
            for transition in system.transitions
            for variable, new in transition.updates.items()
            if variable in values and ranges.of(new) is None
        }
        if not lost:
            break
        values = {variable: found for variable, found in values.items() if variable not in lost}
    if changing.isdisjoint(values) or len(values) > MOST_FIELDS:
        return None
    return Layout(terms, values, frozenset(v.term for v in system.variables if v.term not in changing))


def _roots(system: System) -> Iterator[Term]:
    for constraint in system.initial:
        yield constraint.term
    for transition in system.transitions:
        yield transition.enabled
        yield from transition.updates.values()


def _compared_with_changing(terms: Terms, roots: Iterable[Term], changing: set[Term]) -> set[Term]:
    """The numbers that are compared or counted together with what changes, so that a comparison cannot be one bit."""
    found: set[Term] = set()
    seen: set[Term] = set()
    stack = list(roots)
    while stack:
        item = stack.pop()
        if item in seen:
            continue
        seen.add(item)
        number = item.sort.kind in ("Int", "Real") or (item.op in COMPARED and item.payload is not None)
        if number and not terms.free(item).isdisjoint(changing):
            found |= {v for v in terms.free(item) if v.sort.kind == "Int"}
        stack += item.args
    return found


def _values_of(variable: Term, domain: Term, width: int, few: bool) -> tuple[Any, ...] | None:
    """The values that a variable may have; for a number without an upper bound the first ones, as many as ``width``."""
    match variable.sort.kind:
        case "Bool":
            return (False, True)
        case "enum":
            return variable.sort.members
        case "Int" if few:
            low, high = _bounds(variable, domain)
            if low is not None and high is not None:
                return tuple(range(low, high + 1)) if high - low < MOST_VALUES else None
            low = 0 if low is None else low
            return tuple(range(low, low + width)) if width else None
        case _:
            return None


def _bounds(variable: Term, domain: Term) -> tuple[int | None, int | None]:
    """The least and the greatest value that a domain says in so many words."""
    low: int | None = None
    high: int | None = None
    for part in domain.args if domain.op == "and" else (domain,):
        inner = part.args[0] if part.op == "not" else part
        if inner.op != "<=" or inner.args != (variable,):
            continue
        (factor,), limit = inner.linear
        if factor != 1:
            continue
        if part.op == "not":
            low = int(limit) + 1 if low is None else max(low, int(limit) + 1)
        else:
            high = int(limit) if high is None else min(high, int(limit))
    return low, high


def is_open(ranges: Ranges, term: Term) -> bool:
    """Whether a yes/no term is not made of things with bits, and so has a bit of its own."""
    if term.op in ("const", "not", "and", "or", "ite") or term.sort != BOOL:
        return False
    if term.op == "var":
        return term not in ranges.known
    parts = [ranges.of(arg) for arg in term.args]
    return term.op not in COMPARED or None in parts or (term.payload is not None and not _few(parts))


def read_by(layout: Layout, roots: Iterable[Term]) -> dict[Term, None]:
    """The variables with bits that terms read, and the comparisons of what never changes that have a bit each."""
    ranges, found, seen, stack = Ranges(layout.terms, layout.values), dict[Term, None](), set[Term](), list(roots)
    while stack:
        item = stack.pop()
        if item in seen:
            continue
        seen.add(item)
        if item in layout.values:
            found[item] = None
        elif not is_open(ranges, item):
            stack += item.args
        elif layout.terms.free(item) <= layout.fixed:
            found[item] = None
    return found


# ---------------------------------------------------------------- functions


@dataclass(frozen=True, slots=True)
class Field:
    """A variable in bits: its values in order, and the levels of its bits now; each is next one level below."""

    variable: Term
    values: tuple[Any, ...]
    levels: tuple[int, ...]


@dataclass(slots=True)
class Bits:
    """Terms as functions of bits. ``atoms``: comparisons that are a bit each, as nothing in them changes; ``open_``:
    those that may be anything at each moment.
    """

    store: Store
    layout: Layout
    fields: dict[Term, Field]
    height: int
    atoms: dict[Term, int] = field(default_factory=dict)
    open_: dict[Term, int] = field(default_factory=dict)
    _ranges: Ranges = field(init=False)
    _holds: dict[Term, Function] = field(default_factory=dict)
    _cases: dict[Term, dict[Any, Function]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ranges = Ranges(self.layout.terms, self.layout.values)

    # ------------------------------------------------------------ parts

    def _fresh(self) -> int:
        self.height += 2
        return self.height - 2

    def is_value(self, item: Field) -> Function:
        """Whether the bits of a field are the code of a value."""
        found = self.store.false
        if len(item.values) == 1 << len(item.levels):
            return self.store.true
        for value in item.values:
            found = self.store.or_(found, self.equals(item, value))
        return found

    def equals(self, item: Field, value: Any) -> Function:
        """Whether a field has a value."""
        code, found = item.values.index(value), self.store.true
        for place, level in enumerate(item.levels):
            bit = self.store.bit(level)
            found = self.store.and_(found, bit if code >> place & 1 else self.store.not_(bit))
        return found

    # ------------------------------------------------------------ terms

    def holds(self, term: Term) -> Function:
        """When a yes/no term is true."""
        self._evaluate(term)
        return self._holds[term]

    def cases(self, term: Term) -> dict[Any, Function]:
        """When a term has each of its values; it must have few."""
        if term.sort == BOOL:
            true = self.holds(term)
            return {True: true, False: self.store.not_(true)}
        self._evaluate(term)
        return self._cases[term]

    def _evaluate(self, term: Term) -> None:
        stack = [term]
        while stack:
            item = stack[-1]
            if item in self._holds or item in self._cases:
                stack.pop()
                continue
            if is_open(self._ranges, item):
                self._holds[item] = self._bit_of(item)
                continue
            missing = [arg for arg in item.args if arg not in self._holds and arg not in self._cases]
            if missing:
                stack += missing
            elif item.sort == BOOL:
                self._holds[item] = self._truth(item)
            else:
                self._cases[item] = self._numbers(item)

    def _bit_of(self, term: Term) -> Function:
        steady = self.layout.terms.free(term) <= self.layout.fixed
        kept = self.atoms if steady else self.open_
        if term not in kept:
            kept[term] = self._fresh()
        return self.store.bit(kept[term])

    def _truth(self, term: Term) -> Function:
        store = self.store
        match term.op:
            case "const":
                return store.true if term.payload else store.false
            case "var":
                return store.bit(self.fields[term].levels[0])
            case "not":
                return store.not_(self._holds[term.args[0]])
            case "and" | "or":
                found = store.true if term.op == "and" else store.false
                for arg in term.args:
                    found = (store.and_ if term.op == "and" else store.or_)(found, self._holds[arg])
                return found
            case "ite":
                condition, then, otherwise = (self._holds[arg] for arg in term.args)
                return self._chosen(condition, then, otherwise)
            case "=" if term.payload is None and term.args[0].sort == BOOL:
                a, b = (self._holds[arg] for arg in term.args)
                return self._chosen(a, b, store.not_(b))
            case "=" if term.payload is None:
                return self._same(*(self._cases[arg] for arg in term.args))
            case _:
                return self._compared(term)

    def _chosen(self, condition: Function, then: Function, otherwise: Function) -> Function:
        store = self.store
        return store.or_(store.and_(condition, then), store.and_(store.not_(condition), otherwise))

    def _same(self, a: Mapping[Any, Function], b: Mapping[Any, Function]) -> Function:
        found = self.store.false
        for value, here in a.items():
            if value in b:
                found = self.store.or_(found, self.store.and_(here, b[value]))
        return found

    def _compared(self, term: Term) -> Function:
        limit, found = term.linear[1], self.store.false
        for total, here in self._combined(term, lambda values: self._weighted(term, values)).items():
            holds = total == limit if term.op == "=" else total <= limit if term.op == "<=" else total < limit
            found = self.store.or_(found, here) if holds else found
        return found

    @staticmethod
    def _weighted(term: Term, values: Sequence[Any]) -> Any:
        return sum((c * v for c, v in zip(term.linear[0], values, strict=True)), Fraction(0))

    def _numbers(self, term: Term) -> dict[Any, Function]:
        store = self.store
        if term.op == "const":
            return {term.payload: store.true}
        if term.op == "var":
            item = self.fields[term]
            return {value: self.equals(item, value) for value in item.values}
        if term.op == "ite":
            condition = self._holds[term.args[0]]
            found: dict[Any, Function] = {}
            for arg, where in zip(term.args[1:], (condition, store.not_(condition)), strict=True):
                for value, here in self._cases[arg].items():
                    found[value] = store.or_(found.get(value, store.false), store.and_(where, here))
            return found
        return self._combined(term, lambda values: computed(term, values))

    def _combined(self, term: Term, result: Any) -> dict[Any, Function]:
        """When each result comes out of the values of the operands."""
        store, found = self.store, dict[Any, Function]()
        for choice in product(*(self._cases[arg].items() for arg in term.args)):
            here = store.true
            for _, condition in choice:
                here = store.and_(here, condition)
            if here != store.false:
                value = result([value for value, _ in choice])
                found[value] = store.or_(found.get(value, store.false), here)
        return found


def lay_out(store: Store, layout: Layout, order: Sequence[Term], atoms: Sequence[Term]) -> Bits:
    """Bits for the variables in this order; atoms that are known beforehand stand where they are in it."""
    bits = Bits(store, layout, {}, 0)
    for term in order:
        if term in layout.values:
            values = layout.values[term]
            count = max(1, (len(values) - 1).bit_length())
            bits.fields[term] = Field(term, values, tuple(bits.height + 2 * place for place in reversed(range(count))))
            bits.height += 2 * count
        elif term in atoms:
            bits.atoms[term] = bits.height
            bits.height += 2
    return bits
