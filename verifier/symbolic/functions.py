"""Terms as SMT-LIB functions of the variables that they read: how invariants stand in certificates.

Takes a term; gives the definition of a function of the term's variables, and its application to other arguments. What
occurs several times is bound by ``let``, so that the text grows no faster than the term.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verifier.symbolic.emit import constant_text, operation_text, quoted, sort_text
from verifier.symbolic.terms import Term


def definition(name: str, params: Sequence[Term], body: Term) -> str:
    """``(define-fun name (params) sort body)`` on one line."""
    listed = " ".join(f"({quoted(str(param.payload))} {sort_text(param.sort)})" for param in params)
    return f"(define-fun {quoted(name)} ({listed}) {sort_text(body.sort)} {body_text(body)})"


def application(name: str, params: Sequence[Term], arguments: Mapping[Term, str]) -> str:
    """The function applied; a parameter without an argument stands for the constant of its name."""
    if not params:
        return quoted(name)
    given = " ".join(arguments.get(param, quoted(str(param.payload))) for param in params)
    return f"({quoted(name)} {given})"


def body_text(root: Term) -> str:
    """The term as one expression."""
    order, uses = _in_order(root)
    text: dict[Term, str] = {}
    bound: list[str] = []
    for term in order:
        if term.op == "var":
            text[term] = quoted(str(term.payload))
        elif term.op == "const":
            text[term] = constant_text(term)
        else:
            written = operation_text(term, [text[arg] for arg in term.args])
            if uses[term] > 1 and not (term.op == "not" and text[term.args[0]][0] in "?|"):
                bound.append(f"(let ((?{len(bound) + 1} {written}))")
                written = f"?{len(bound)}"
            text[term] = written
    return " ".join([*bound, text[root]]) + ")" * len(bound)


def _in_order(root: Term) -> tuple[list[Term], dict[Term, int]]:
    """Every subterm after its arguments, and how often each is used."""
    order: list[Term] = []
    uses: dict[Term, int] = {root: 1}
    seen: set[Term] = set()
    stack: list[tuple[Term, bool]] = [(root, False)]
    while stack:
        term, ready = stack.pop()
        if ready:
            order.append(term)
            continue
        if term in seen:
            continue
        seen.add(term)
        stack.append((term, True))
        for arg in reversed(term.args):
            uses[arg] = uses.get(arg, 0) + 1
            stack.append((arg, False))
    return order, uses
