"""Terms as SMT-LIB 2 text: the one emitter for every solver and every saved certificate.

Takes terms of one factory; gives text with each shared subterm defined once, in order of creation. Names are quoted
symbols, so that any policy name is a legal one. Never reads anything back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from verifier.symbolic.terms import Sort, Term


def quoted(name: str) -> str:
    """An SMT-LIB symbol for any name (policy names hold neither ``|`` nor a backslash)."""
    return f"|{name}|"


def sort_text(sort: Sort) -> str:
    """The sort as SMT-LIB writes it; an enum may be called ``Int``, so no name of the policy's stands alone."""
    if sort.kind == "enum":
        return quoted(f"enum {sort.name}")
    if sort.kind == "array":
        assert sort.element is not None
        return f"(Array Int {sort_text(sort.element)})"
    return sort.kind


def sort_declaration(sort: Sort) -> str:
    """The declaration of an enumeration."""
    members = " ".join(f"({quoted(f'{sort.name}.{member}')})" for member in sort.members)
    return f"(declare-datatypes (({sort_text(sort)} 0)) (({members})))"


def number_text(value: int | Fraction, sort: Sort) -> str:
    """A numeral of the sort; negative ones and fractions as SMT-LIB demands."""
    if value < 0:
        return f"(- {number_text(-value, sort)})"
    if sort.kind == "Int":
        return str(int(value))
    exact = Fraction(value)
    if exact.denominator == 1:
        return f"{exact.numerator}.0"
    return f"(/ {exact.numerator}.0 {exact.denominator}.0)"


def constant_text(term: Term) -> str:
    """A constant."""
    value = term.payload
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(f"{term.sort.name}.{value}")
    assert isinstance(value, int | Fraction)
    return number_text(value, term.sort)


def _weighted(coefficients: Sequence[Fraction], args: Sequence[str], sort: Sort) -> list[str]:
    return [
        text if coefficient == 1 else f"(* {number_text(coefficient, sort)} {text})"
        for coefficient, text in zip(coefficients, args, strict=True)
    ]


def _linear(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"


def operation_text(term: Term, args: Sequence[str]) -> str:
    """An operation on arguments that are written already."""
    sort = term.args[0].sort
    match term.op:
        case "sum":
            coefficients, constant = term.linear
            parts = _weighted(coefficients, args, sort)
            return _linear([*parts, number_text(constant, sort)] if constant else parts)
        case "<=" | "<" | "=" if term.payload is not None:
            coefficients, bound = term.linear
            return f"({term.op} {_linear(_weighted(coefficients, args, sort))} {number_text(bound, sort)})"
        case "div" | "mod":
            return f"({term.op} {args[0]} {term.payload})"
        case "months":
            return f"({quoted(months_function(term))} {args[0]})"
        case "times":
            return f"(* {args[0]} {args[1]})"
        case "fill":
            return f"((as const {sort_text(term.sort)}) {args[0]})"
        case _:
            return f"({term.op} {' '.join(args)})"


def months_function(term: Term) -> str:
    """The name of the function that a ``months`` term applies."""
    months, rounding = term.shift
    return f"months {months} {rounding}"


class Script:
    """SMT-LIB text that grows: declarations and shared definitions are written the first time they are needed."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._text: dict[Term, str] = {}
        self._sorts: set[Sort] = set()
        self._functions: set[str] = set()

    def declare_sort(self, sort: Sort) -> None:
        """Declare an enumeration once."""
        while sort.kind == "array":
            assert sort.element is not None
            sort = sort.element
        if sort.kind == "enum" and sort not in self._sorts:
            self._sorts.add(sort)
            self.lines.append(sort_declaration(sort))

    def declare(self, variables: Iterable[Term]) -> None:
        """Declare variables that may occur in no term."""
        for variable in variables:
            self.text(variable)

    def text(self, term: Term) -> str:
        """A short expression for the term; what it stands for is defined in ``lines``."""
        stack = [term]
        while stack:
            item = stack[-1]
            if item in self._text:
                stack.pop()
                continue
            missing = [arg for arg in item.args if arg not in self._text]
            if missing:
                stack.extend(reversed(missing))
                continue
            self._text[item] = self._define(item)
            stack.pop()
        return self._text[term]

    def _define(self, term: Term) -> str:
        self.declare_sort(term.sort)
        if term.op == "var":
            symbol = quoted(str(term.payload))
            self.lines.append(f"(declare-const {symbol} {sort_text(term.sort)})")
            return symbol
        if term.op == "const":
            return constant_text(term)
        if term.op == "months":
            self.declare_months(term)
        body = operation_text(term, [self._text[arg] for arg in term.args])
        if term.op == "not":
            return body
        symbol = self.symbol(term)
        self.lines.append(f"(define-fun {symbol} () {sort_text(term.sort)} {body})")
        return symbol

    def declare_months(self, term: Term) -> None:
        """Declare the function that a ``months`` term applies, once."""
        if months_function(term) not in self._functions:
            self._functions.add(months_function(term))
            self.lines.append(f"(declare-fun {quoted(months_function(term))} (Int) Int)")

    def symbol(self, term: Term) -> str:
        """The name of a shared definition."""
        return f"!{term.key}"

    def claim(self, term: Term) -> None:
        """Assert a term."""
        text = self.text(term)
        self.lines.append(f"(assert {text})")

    def __str__(self) -> str:
        return "\n".join(self.lines) + "\n"
