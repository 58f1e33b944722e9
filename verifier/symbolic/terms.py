"""Solver-independent terms: a hash-consed graph with folding at construction.

Takes sorts, variables and constants; gives simplified terms that ``emit`` turns into SMT-LIB text and ``evaluate`` into
values. Trusts nothing; never asks a solver. Every term of a policy comes from one ``Terms`` factory, in which equal
terms are the same object, so that sharing is free and ``is`` is equality.

Arithmetic is kept in linear normal form: ``sum`` is Σ cᵢ·aᵢ + k over non-linear atoms aᵢ, and a comparison is Σ cᵢ·aᵢ ≤
k with coprime integer coefficients and a positive leading one (its negation is ``not``), so that ``a < b`` and ``not (b
<= a)`` are one term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Literal

from verifier.core.dates import add_months
from verifier.symbolic.nodes import BOOL as BOOL
from verifier.symbolic.nodes import INT as INT
from verifier.symbolic.nodes import REAL as REAL
from verifier.symbolic.nodes import Atoms as Atoms
from verifier.symbolic.nodes import Payload as Payload
from verifier.symbolic.nodes import Sort as Sort
from verifier.symbolic.nodes import Term as Term
from verifier.symbolic.nodes import array_sort as array_sort
from verifier.symbolic.nodes import enum_sort as enum_sort


class Terms:
    """The factory. One for each policy; see the module for what it guarantees."""

    def __init__(self) -> None:
        self._table: dict[tuple[object, ...], Term] = {}
        self._free: dict[Term, frozenset[Term]] = {}
        self._remembered: dict[tuple[Term, ...], tuple[Term, ...]] = {}
        self.true = self._make("const", (), True, BOOL)
        self.false = self._make("const", (), False, BOOL)
        self._negation: dict[Term, Term] = {self.true: self.false, self.false: self.true}

    def _make(self, op: str, args: tuple[Term, ...], payload: Payload, sort: Sort) -> Term:
        key = (op, args, payload, sort)
        found = self._table.get(key)
        if found is None:
            found = Term(op, args, payload, sort, len(self._table))
            self._table[key] = found
        return found

    def remember(self, about: tuple[Term, ...], make: Callable[[], Iterable[Term]]) -> tuple[Term, ...]:
        """Terms about some others that are always the same ones, made once."""
        found = self._remembered.get(about)
        if found is None:
            found = self._remembered[about] = tuple(make())
        return found

    # ------------------------------------------------------------ leaves

    def var(self, name: str, sort: Sort) -> Term:
        """A variable."""
        return self._make("var", (), name, sort)

    def boolean(self, value: bool) -> Term:
        """``true`` or ``false``."""
        return self.true if value else self.false

    def integer(self, value: int) -> Term:
        """An integer constant."""
        return self._make("const", (), int(value), INT)

    def rational(self, value: Fraction) -> Term:
        """A real constant."""
        return self._make("const", (), Fraction(value), REAL)

    def member(self, sort: Sort, name: str) -> Term:
        """A constant of an enumeration."""
        return self._make("const", (), name, sort)

    # ------------------------------------------------------------ logic

    def not_(self, a: Term) -> Term:
        """Negation; double negations vanish."""
        found = self._negation.get(a)
        if found is None:
            found = self._make("not", (a,), None, BOOL)
            self._negation[a] = found
            self._negation[found] = a
        return found

    def and_(self, *operands: Term) -> Term:
        """Conjunction: flattened, without duplicates, false where an operand meets its negation."""
        return self._junction("and", operands, self.true, self.false)

    def or_(self, *operands: Term) -> Term:
        """Disjunction, dually."""
        return self._junction("or", operands, self.false, self.true)

    def _junction(self, op: str, operands: Iterable[Term], unit: Term, zero: Term) -> Term:
        seen: dict[Term, None] = {}
        for operand in operands:
            for part in operand.args if operand.op == op else (operand,):
                if part is zero or self._negation.get(part) in seen:
                    return zero
                if part is not unit:
                    seen[part] = None
        folded = self._fold_members(op, seen)
        if folded is None:
            return zero
        if not folded:
            return unit
        if len(folded) == 1:
            return next(iter(folded))
        return self._make(op, tuple(folded), None, BOOL)

    def _fold_members(self, op: str, parts: dict[Term, None]) -> dict[Term, None] | None:
        """A junction without what follows from an enumeration having these members only; ``None`` where nothing is left
        open.

        In a conjunction, being one member excludes the others, and not being all but one is being that one; dually in a
        disjunction.
        """
        by_value: dict[Term, tuple[list[Term], list[Term]]] = {}
        for part in parts:
            inner = part.args[0] if part.op == "not" else part
            if inner.op == "=" and inner.args[-1].op == "const" and inner.args[-1].sort.kind == "enum":
                which = (part.op == "not") is (op == "and")
                by_value.setdefault(inner.args[0], ([], []))[which].append(part)
        for value, (decisive, excluding) in by_value.items():
            members = value.sort.members
            if len(decisive) > 1 or (not decisive and len(excluding) == len(members)):
                return None
            if decisive and excluding:
                parts = {part: None for part in parts if part not in excluding}
            elif len(excluding) == len(members) - 1 > 0:
                others = {(part.args[0] if part.op == "not" else part).args[1].payload for part in excluding}
                (last,) = (member for member in members if member not in others)
                remaining = self.eq(value, self.member(value.sort, last))
                parts = {part: None for part in parts if part not in excluding}
                parts[remaining if op == "and" else self.not_(remaining)] = None
        return parts

    def implies(self, a: Term, b: Term) -> Term:
        """``not a or b``."""
        return self.or_(self.not_(a), b)

    def ite(self, condition: Term, then: Term, otherwise: Term) -> Term:
        """Choice, of any sort."""
        if condition is self.true or then is otherwise:
            return then
        if condition is self.false:
            return otherwise
        if then.sort is BOOL or then.sort == BOOL:
            return self._boolean_ite(condition, then, otherwise)
        if condition.op == "not":
            return self.ite(condition.args[0], otherwise, then)
        if then.op == "ite" and then.args[0] is condition:
            then = then.args[1]
        if otherwise.op == "ite" and otherwise.args[0] is condition:
            otherwise = otherwise.args[2]
        if then is otherwise:
            return then
        return self._make("ite", (condition, then, otherwise), None, then.sort)

    def _boolean_ite(self, condition: Term, then: Term, otherwise: Term) -> Term:
        if then is self.true or then is condition:
            return self.or_(condition, otherwise)
        if then is self.false or then is self._negation.get(condition):
            return self.and_(self.not_(condition), otherwise)
        if otherwise is self.true or otherwise is self._negation.get(condition):
            return self.or_(self.not_(condition), then)
        if otherwise is self.false or otherwise is condition:
            return self.and_(condition, then)
        return self._make("ite", (condition, then, otherwise), None, BOOL)

    def eq(self, a: Term, b: Term) -> Term:
        """Equality of two terms of one sort."""
        if a is b:
            return self.true
        if a.sort.kind in ("Int", "Real"):
            return self._relation("=", a, b)
        if a.op == "const" and b.op == "const":
            return self.false
        if a.op == "const":
            a, b = b, a
        if a.sort.kind == "Bool":
            return self._boolean_equality(a, b)
        if b.op == "const" and a.op == "ite":
            return self.ite(a.args[0], self.eq(a.args[1], b), self.eq(a.args[2], b))
        if a.key > b.key and b.op != "const":
            a, b = b, a
        return self._make("=", (a, b), None, BOOL)

    def _boolean_equality(self, a: Term, b: Term) -> Term:
        if b.op == "const":
            return a if b is self.true else self.not_(a)
        if self._negation.get(a) is b:
            return self.false
        if a.op == "not" and b.op == "not":
            return self._boolean_equality(a.args[0], b.args[0])
        if a.op == "not":
            return self.not_(self._boolean_equality(a.args[0], b))
        if b.op == "not":
            return self.not_(self._boolean_equality(a, b.args[0]))
        return self._make("=", (a, b) if a.key < b.key else (b, a), None, BOOL)

    # ------------------------------------------------------------ arithmetic

    def _linear(self, a: Term) -> tuple[Atoms, Fraction]:
        if a.op == "const":
            return {}, Fraction(a.number)
        if a.op == "sum":
            coefficients, constant = a.linear
            return dict(zip(a.args, coefficients, strict=True)), constant
        return {a: Fraction(1)}, Fraction(0)

    def _sum(self, atoms: Atoms, constant: Fraction, sort: Sort) -> Term:
        atoms = {atom: c for atom, c in atoms.items() if c}
        if not atoms:
            return self.integer(int(constant)) if sort == INT else self.rational(constant)
        if len(atoms) == 1 and not constant:
            atom, coefficient = next(iter(atoms.items()))
            if coefficient == 1:
                return atom
        ordered = sorted(atoms, key=lambda atom: atom.key)
        return self._make("sum", tuple(ordered), (tuple(atoms[atom] for atom in ordered), constant), sort)

    def add(self, *operands: Term) -> Term:
        """The sum of integers, or of reals."""
        total: Atoms = {}
        constant = Fraction(0)
        for operand in operands:
            atoms, shift = self._linear(operand)
            constant += shift
            for atom, coefficient in atoms.items():
                total[atom] = total.get(atom, Fraction(0)) + coefficient
        return self._sum(total, constant, operands[0].sort)

    def scale(self, factor: int | Fraction, a: Term) -> Term:
        """A constant multiple; the factor of an integer term must be an integer."""
        atoms, constant = self._linear(a)
        return self._sum({atom: c * factor for atom, c in atoms.items()}, constant * factor, a.sort)

    def sub(self, a: Term, b: Term) -> Term:
        """Difference."""
        return self.add(a, self.scale(-1, b))

    def times(self, a: Term, b: Term) -> Term:
        """Product; linear where one side is constant."""
        for constant, other in ((a, b), (b, a)):
            if constant.op == "const":
                return self.scale(Fraction(constant.number), other)
        return self._make("times", (a, b) if a.key <= b.key else (b, a), None, a.sort)

    def to_real(self, a: Term) -> Term:
        """An integer term as a real one."""
        atoms, constant = self._linear(a)
        lifted: Atoms = {self._make("to_real", (atom,), None, REAL): c for atom, c in atoms.items()}
        return self._sum(lifted, constant, REAL)

    def div(self, a: Term, divisor: int) -> Term:
        """Floor division of an integer term by a positive constant."""
        if a.op == "const":
            return self.integer(int(a.number) // divisor)
        return a if divisor == 1 else self._make("div", (a,), divisor, INT)

    def mod(self, a: Term, divisor: int) -> Term:
        """The remainder that goes with :meth:`div`, from 0 to ``divisor - 1``."""
        if a.op == "const":
            return self.integer(int(a.number) % divisor)
        return self._make("mod", (a,), divisor, INT)

    def le(self, a: Term, b: Term) -> Term:
        """``a <= b``."""
        return self._relation("<=", a, b)

    def lt(self, a: Term, b: Term) -> Term:
        """``a < b``."""
        return self.not_(self._relation("<=", b, a))

    def _relation(self, op: str, a: Term, b: Term) -> Term:
        atoms, constant = self._linear(self.sub(a, b))
        if not atoms:
            return self.boolean(constant == 0 if op == "=" else constant <= 0)
        factor = Fraction(lcm(*(c.denominator for c in atoms.values())))
        factor /= gcd(*(int(c * factor) for c in atoms.values()))
        ordered = sorted(atoms, key=lambda atom: atom.key)
        coefficients = [atoms[atom] * factor for atom in ordered]
        bound = -constant * factor
        negative = coefficients[0] < 0
        if negative:
            coefficients, bound = [-c for c in coefficients], -bound
        return self._normal_relation(op, tuple(ordered), tuple(coefficients), bound, negative, a.sort == INT)

    def _normal_relation(
        self,
        op: str,
        atoms: tuple[Term, ...],
        coefficients: tuple[Fraction, ...],
        bound: Fraction,
        negative: bool,
        integer: bool,
    ) -> Term:
        """Σ c·a ``op`` bound; for a flipped ``<=`` (``negative``) it is Σ c·a >= bound."""
        if op == "=":
            if integer and bound.denominator != 1:
                return self.false
            return self._make("=", atoms, (coefficients, bound), BOOL)
        if integer:
            floor = bound.numerator // bound.denominator
            if negative:
                ceiling = -(-bound.numerator // bound.denominator)
                return self.not_(self._make("<=", atoms, (coefficients, Fraction(ceiling - 1)), BOOL))
            return self._make("<=", atoms, (coefficients, Fraction(floor)), BOOL)
        if negative:
            return self.not_(self._make("<", atoms, (coefficients, bound), BOOL))
        return self._make("<=", atoms, (coefficients, bound), BOOL)

    def months(self, day: Term, months: int, rounding: Literal["up", "down"]) -> Term:
        """A day number plus a constant number of months, as ``core.dates.add_months``."""
        if day.op == "const":
            return self.integer(exact_months(int(day.number), months, rounding))
        return self._make("months", (day,), (months, rounding), INT) if months else day

    # ------------------------------------------------------------ arrays

    def fill(self, value: Term) -> Term:
        """The array that holds one value everywhere."""
        return self._make("fill", (value,), None, array_sort(value.sort))

    def select(self, array: Term, index: Term) -> Term:
        """The element at an index."""
        if array.op == "fill":
            return array.args[0]
        if array.op == "store":
            base, place, value = array.args
            return self.ite(self.eq(place, index), value, self.select(base, index))
        if array.op == "ite":
            condition, then, otherwise = array.args
            return self.ite(condition, self.select(then, index), self.select(otherwise, index))
        assert array.sort.element is not None
        return self._make("select", (array, index), None, array.sort.element)

    def store(self, array: Term, index: Term, value: Term) -> Term:
        """The array with one element replaced."""
        return self._make("store", (array, index, value), None, array.sort)

    # ------------------------------------------------------------ traversal

    def rebuild(self, term: Term, args: Sequence[Term]) -> Term:
        """The same operation on other arguments, folded again."""
        if not term.args or all(a is b for a, b in zip(args, term.args, strict=True)):
            return term
        if term.op in ("=", "<=", "<") and term.payload is not None:
            return self._rebuild_relation(term, args)
        return _REBUILD[term.op](self, term, args)

    def _rebuild_relation(self, term: Term, args: Sequence[Term]) -> Term:
        coefficients, bound = term.linear
        left = self.add(*(self.scale(c, a) for c, a in zip(coefficients, args, strict=True)))
        right = self.integer(int(bound)) if left.sort == INT else self.rational(bound)
        if term.op == "<":
            return self.lt(left, right)
        return self._relation(term.op, left, right)

    def substitute(self, term: Term, replacement: Mapping[Term, Term], memo: dict[Term, Term] | None = None) -> Term:
        """Replace variables at once; ``memo`` may be shared between calls with the same replacement."""
        memo = {} if memo is None else memo
        stack = [term]
        while stack:
            item = stack[-1]
            if item in memo:
                stack.pop()
                continue
            if not item.args:
                memo[item] = replacement.get(item, item)
                stack.pop()
                continue
            missing = [arg for arg in item.args if arg not in memo]
            if missing:
                stack.extend(missing)
                continue
            memo[item] = self.rebuild(item, [memo[arg] for arg in item.args])
            stack.pop()
        return memo[term]

    def free(self, term: Term) -> frozenset[Term]:
        """The variables of a term."""
        stack = [term]
        while stack:
            item = stack[-1]
            if item in self._free:
                stack.pop()
                continue
            missing = [arg for arg in item.args if arg not in self._free]
            if missing:
                stack.extend(missing)
                continue
            if item.op == "var":
                self._free[item] = frozenset((item,))
            else:
                self._free[item] = frozenset().union(*(self._free[arg] for arg in item.args))
            stack.pop()
        return self._free[term]


def _rebuild_sum(terms: Terms, term: Term, args: Sequence[Term]) -> Term:
    coefficients, constant = term.linear
    parts = [terms.scale(c, a) for c, a in zip(coefficients, args, strict=True)]
    tail = terms.integer(int(constant)) if term.sort == INT else terms.rational(constant)
    return terms.add(*parts, tail)


def exact_months(day: int, months: int, rounding: Literal["up", "down"]) -> int:
    """``core.dates.add_months`` with a rounding, which always gives a day."""
    later = add_months(day, months, rounding)
    assert later is not None
    return later


_REBUILD: Mapping[str, Callable[[Terms, Term, Sequence[Term]], Term]] = {
    "not": lambda t, _, a: t.not_(a[0]),
    "and": lambda t, _, a: t.and_(*a),
    "or": lambda t, _, a: t.or_(*a),
    "ite": lambda t, _, a: t.ite(a[0], a[1], a[2]),
    "=": lambda t, _, a: t.eq(a[0], a[1]),
    "sum": _rebuild_sum,
    "times": lambda t, _, a: t.times(a[0], a[1]),
    "to_real": lambda t, _, a: t.to_real(a[0]),
    "div": lambda t, n, a: t.div(a[0], int(n.number)),
    "mod": lambda t, n, a: t.mod(a[0], int(n.number)),
    "months": lambda t, n, a: t.months(a[0], *n.shift),
    "select": lambda t, _, a: t.select(a[0], a[1]),
    "store": lambda t, _, a: t.store(a[0], a[1], a[2]),
    "fill": lambda t, _, a: t.fill(a[0]),
}
