"""Terms as plain data and back: what a run keeps of a proof for later runs.

Takes terms of one factory; gives rows of JSON values, each term once, after its arguments. Names of variables are the
caller's, so that a text need not change with what the policy calls things. Reading makes only well-sorted terms over
known variables and enumerations, by the ordinary constructors: nothing in a record becomes a name in what a solver is
told. A row about something unknown makes no term, nor does what is built from it, and anything else that ``write`` does
not give is ``Unreadable``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias, cast

from verifier.symbolic.terms import BOOL, INT, REAL, Sort, Term, Terms, array_sort, enum_sort

Row: TypeAlias = "list[Any]"


class Unreadable(Exception):
    """The rows are not what ``write`` gives."""


# ---------------------------------------------------------------- writing


def write(roots: Sequence[Term], names: Mapping[Term, str]) -> dict[str, Any]:
    """Rows for the terms; a variable without a name among ``names`` keeps its own."""
    places: dict[Term, int] = {}
    rows: list[Row] = []
    stack = list(reversed(roots))
    while stack:
        item = stack[-1]
        if item in places:
            stack.pop()
            continue
        missing = [arg for arg in item.args if arg not in places]
        if missing:
            stack.extend(reversed(missing))
            continue
        places[item] = len(rows)
        rows.append(_row(item, [places[arg] for arg in item.args], names))
        stack.pop()
    return {"rows": rows, "roots": [places[root] for root in roots]}


def _row(term: Term, args: list[int], names: Mapping[Term, str]) -> Row:
    if term.op == "var":
        return ["var", names.get(term, str(term.payload)), _sort_row(term.sort)]
    if term.op == "const":
        value = term.payload
        return ["const", str(value) if isinstance(value, Fraction) else value, _sort_row(term.sort)]
    return [term.op, _payload_row(term), *args]


def _payload_row(term: Term) -> object:
    if term.op in ("sum", "<=", "<", "=") and term.payload is not None:
        coefficients, constant = term.linear
        return [*map(str, coefficients), str(constant)]
    return list(term.shift) if term.op == "months" else term.payload


def _sort_row(sort: Sort) -> object:
    if sort.element is not None:
        return ["array", _sort_row(sort.element)]
    return ["enum", sort.name, *sort.members] if sort.kind == "enum" else sort.kind


# ---------------------------------------------------------------- reading


def read(record: object, terms: Terms, variables: Mapping[str, Term]) -> list[Term | None]:
    """The terms that were written; ``None`` for one over variables that are not here, or here of another sort.

    Raises:
        Unreadable: the record is not what ``write`` gives.
    """
    made: list[Term | None] = []
    known = {item for variable in variables.values() for item in _sorts_within(variable.sort)}
    try:
        rows, roots = cast("dict[str, Any]", record)["rows"], cast("dict[str, Any]", record)["roots"]
        for row in rows:
            made.append(_term(terms, row, made, variables, known))
        return [made[_place(root, made)] for root in roots]
    except (TypeError, ValueError, LookupError, ArithmeticError, RecursionError) as fault:
        raise Unreadable(str(fault)) from fault


def _sorts_within(sort: Sort) -> list[Sort]:
    return [sort] if sort.element is None else [sort, *_sorts_within(sort.element)]


def _place(index: object, made: Sequence[Term | None]) -> int:
    if type(index) is not int or not 0 <= index < len(made):
        raise Unreadable("a reference to nothing")
    return index


def _term(
    terms: Terms, row: Row, made: list[Term | None], variables: Mapping[str, Term], sorts: set[Sort]
) -> Term | None:
    op, payload, *rest = row
    if op == "var":
        variable = variables.get(payload)
        return variable if variable is not None and variable.sort == _sort(rest[0]) else None
    if op == "const":
        sort = _sort(rest[0])
        return _constant(terms, payload, sort) if sort.kind != "enum" or sort in sorts else None
    args = [made[_place(index, made)] for index in rest]
    known = [arg for arg in args if arg is not None]
    if len(known) < len(args):
        return None
    fitting, build = _OPERATIONS[op, payload is not None]
    if not known or not fitting([arg.sort for arg in known]):
        raise Unreadable(f"`{op}` of other sorts")
    return build(terms, known, payload)


def _constant(terms: Terms, value: object, sort: Sort) -> Term:
    match sort.kind, value:
        case "Bool", bool():
            return terms.boolean(value)
        case "Int", int() if not isinstance(value, bool):
            return terms.integer(value)
        case "Real", str():
            return terms.rational(Fraction(value))
        case "enum", str() if value in sort.members:
            return terms.member(sort, value)
    raise Unreadable("a constant of another sort")


def _sort(row: object) -> Sort:
    match row:
        case "Bool":
            return BOOL
        case "Int":
            return INT
        case "Real":
            return REAL
        case ["array", element]:
            return array_sort(_sort(element))
        case ["enum", str() as name, *members] if members and all(isinstance(item, str) for item in members):
            return enum_sort(name, tuple(map(str, members)))
    raise Unreadable("an unknown sort")


def _linear(terms: Terms, args: list[Term], payload: list[str]) -> tuple[Term, Term]:
    """Σ cᵢ·aᵢ and the constant."""
    *coefficients, constant = map(Fraction, payload)
    integer = args[0].sort == INT
    if integer and not all(number.denominator == 1 for number in (*coefficients, constant)):
        raise Unreadable("a fraction of an integer")
    total = terms.add(*(terms.scale(c, arg) for c, arg in zip(coefficients, args, strict=True)))
    return total, terms.integer(int(constant)) if integer else terms.rational(constant)


def _related(relation: Callable[[Terms, Term, Term], Term]) -> _Build:
    return lambda terms, args, payload: relation(terms, *_linear(terms, args, payload))


def _divided(terms: Terms, args: list[Term], divisor: object, remainder: bool) -> Term:
    if type(divisor) is not int or divisor <= 0:
        raise Unreadable("a divisor that is not positive")
    return terms.mod(args[0], divisor) if remainder else terms.div(args[0], divisor)


def _shifted(terms: Terms, args: list[Term], payload: object) -> Term:
    match payload:
        case [int() as months, "up" | "down" as rounding]:
            return terms.months(args[0], months, rounding)
    raise Unreadable("months without a rounding")


def _numbers(sorts: list[Sort]) -> bool:
    return sorts[0] in (INT, REAL) and all(sort == sorts[0] for sort in sorts)


def _all_of(sort: Sort, count: int | None = None) -> _Sorts:
    return lambda sorts: all(item == sort for item in sorts) and count in (None, len(sorts))


_Sorts: TypeAlias = Callable[[list[Sort]], bool]
_Build: TypeAlias = Callable[[Terms, list[Term], Any], Term]

_OPERATIONS: Mapping[tuple[str, bool], tuple[_Sorts, _Build]] = {
    ("not", False): (_all_of(BOOL, 1), lambda t, a, _: t.not_(a[0])),
    ("and", False): (_all_of(BOOL), lambda t, a, _: t.and_(*a)),
    ("or", False): (_all_of(BOOL), lambda t, a, _: t.or_(*a)),
    ("ite", False): (
        lambda sorts: len(sorts) == 3 and sorts[0] == BOOL and sorts[1] == sorts[2],
        lambda t, a, _: t.ite(*a),
    ),
    ("=", False): (lambda sorts: len(sorts) == 2 and sorts[0] == sorts[1], lambda t, a, _: t.eq(*a)),
    ("=", True): (_numbers, _related(lambda t, a, b: t.eq(a, b))),
    ("<=", True): (_numbers, _related(lambda t, a, b: t.le(a, b))),
    ("<", True): (_numbers, _related(lambda t, a, b: t.lt(a, b))),
    ("sum", True): (_numbers, _related(lambda t, a, b: t.add(a, b))),
    ("times", False): (lambda sorts: len(sorts) == 2 and _numbers(sorts), lambda t, a, _: t.times(*a)),
    ("to_real", False): (_all_of(INT, 1), lambda t, a, _: t.to_real(a[0])),
    ("div", True): (_all_of(INT, 1), lambda t, a, n: _divided(t, a, n, remainder=False)),
    ("mod", True): (_all_of(INT, 1), lambda t, a, n: _divided(t, a, n, remainder=True)),
    ("months", True): (_all_of(INT, 1), _shifted),
    ("select", False): (
        lambda sorts: len(sorts) == 2 and sorts[0].kind == "array" and sorts[1] == INT,
        lambda t, a, _: t.select(*a),
    ),
    ("store", False): (
        lambda sorts: len(sorts) == 3 and sorts[0] == array_sort(sorts[2]) and sorts[1] == INT,
        lambda t, a, _: t.store(*a),
    ),
    ("fill", False): (lambda sorts: len(sorts) == 1, lambda t, a, _: t.fill(a[0])),
}
