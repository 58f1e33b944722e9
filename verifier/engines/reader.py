"""z3 formulas back as terms, so that a solver's invariant can be emitted, checked and shown like anything else.

Takes a quantifier-free formula over known constants; gives a term, or ``None`` for anything that it does not know: an
invariant that cannot be read back is no certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import z3

from verifier.symbolic.terms import Sort, Term, Terms


class Unreadable(Exception):
    """The formula uses something that terms do not have."""


def read(terms: Terms, formula: z3.ExprRef, variables: Mapping[str, Term], sorts: Sequence[Sort]) -> Term | None:
    """The formula as a term; ``variables`` by their names, ``sorts`` the enumerations that occur."""
    members = {f"{sort.name}.{member}": terms.member(sort, member) for sort in sorts for member in sort.members}
    memo: dict[int, Term] = {}
    try:
        return _read(terms, formula, variables, members, memo)
    except Unreadable:
        return None


def _read(
    terms: Terms, root: z3.ExprRef, variables: Mapping[str, Term], members: Mapping[str, Term], memo: dict[int, Term]
) -> Term:
    stack = [root]
    while stack:
        item = stack[-1]
        if item.get_id() in memo:
            stack.pop()
            continue
        children = item.children()
        missing = [child for child in children if child.get_id() not in memo]
        if missing:
            stack.extend(missing)
            continue
        memo[item.get_id()] = _node(terms, item, [memo[child.get_id()] for child in children], variables, members)
        stack.pop()
    return memo[root.get_id()]


def _node(
    terms: Terms, item: z3.ExprRef, args: list[Term], variables: Mapping[str, Term], members: Mapping[str, Term]
) -> Term:
    if not z3.is_app(item):
        raise Unreadable
    if z3.is_int_value(item):
        return terms.integer(item.as_long())
    if z3.is_rational_value(item):
        return terms.rational(Fraction(item.numerator_as_long(), item.denominator_as_long()))
    kind, name = item.decl().kind(), item.decl().name()
    if kind == z3.Z3_OP_UNINTERPRETED and not args and name in variables:
        return variables[name]
    if kind == z3.Z3_OP_DT_CONSTRUCTOR and name in members:
        return members[name]
    if kind in (z3.Z3_OP_DT_IS, z3.Z3_OP_DT_RECOGNISER):
        return terms.eq(args[0], members[item.decl().params()[0].name()])
    build = _BUILD.get(kind)
    if build is None:
        raise Unreadable
    return build(terms, args)


def _sum(terms: Terms, args: list[Term]) -> Term:
    return terms.add(*args)


def _product(terms: Terms, args: list[Term]) -> Term:
    result = args[0]
    for arg in args[1:]:
        result = terms.times(result, arg)
    return result


def _difference(terms: Terms, args: list[Term]) -> Term:
    result = args[0]
    for arg in args[1:]:
        result = terms.sub(result, arg)
    return result


def _divided(method: str) -> Callable[[Terms, list[Term]], Term]:
    def build(terms: Terms, args: list[Term]) -> Term:
        divisor = args[1].payload
        if args[1].op != "const" or not isinstance(divisor, int) or divisor <= 0:
            raise Unreadable
        return terms.div(args[0], divisor) if method == "div" else terms.mod(args[0], divisor)

    return build


_BUILD: Mapping[int, Callable[[Terms, list[Term]], Term]] = {
    z3.Z3_OP_TRUE: lambda t, a: t.true,
    z3.Z3_OP_FALSE: lambda t, a: t.false,
    z3.Z3_OP_AND: lambda t, a: t.and_(*a),
    z3.Z3_OP_OR: lambda t, a: t.or_(*a),
    z3.Z3_OP_NOT: lambda t, a: t.not_(a[0]),
    z3.Z3_OP_IMPLIES: lambda t, a: t.implies(a[0], a[1]),
    z3.Z3_OP_ITE: lambda t, a: t.ite(a[0], a[1], a[2]),
    z3.Z3_OP_EQ: lambda t, a: t.eq(a[0], a[1]),
    z3.Z3_OP_XOR: lambda t, a: t.not_(t.eq(a[0], a[1])),
    z3.Z3_OP_LE: lambda t, a: t.le(a[0], a[1]),
    z3.Z3_OP_GE: lambda t, a: t.le(a[1], a[0]),
    z3.Z3_OP_LT: lambda t, a: t.lt(a[0], a[1]),
    z3.Z3_OP_GT: lambda t, a: t.lt(a[1], a[0]),
    z3.Z3_OP_ADD: _sum,
    z3.Z3_OP_SUB: _difference,
    z3.Z3_OP_MUL: _product,
    z3.Z3_OP_UMINUS: lambda t, a: t.scale(-1, a[0]),
    z3.Z3_OP_TO_REAL: lambda t, a: t.to_real(a[0]),
    z3.Z3_OP_IDIV: _divided("div"),
    z3.Z3_OP_MOD: _divided("mod"),
    z3.Z3_OP_SELECT: lambda t, a: t.select(a[0], a[1]),
    z3.Z3_OP_STORE: lambda t, a: t.store(a[0], a[1], a[2]),
}
