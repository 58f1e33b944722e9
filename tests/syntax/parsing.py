"""Short ways to parse in tests."""

from __future__ import annotations

from pathlib import Path

from verifier.diagnostics.model import Diagnostic
from verifier.source import SourceFile
from verifier.syntax import tree as t
from verifier.syntax.parser import Parsed, parse, parse_expression, parse_form

EVERY_FORM = Path(__file__).with_name("every_form.policy").read_text(encoding="utf-8")
HEADER = "policy p\n"


def parsed(items: str) -> Parsed:
    """A policy of some items, whose first line is line 2."""
    return parse(SourceFile("test.policy", HEADER + items))


def item(text: str) -> t.Item:
    """The only item of a policy without errors."""
    result = parsed(text)
    assert not result.diagnostics, [each.message for each in result.diagnostics]
    assert result.tree is not None
    (only,) = result.tree.items
    return only


def expression(text: str) -> t.Expr:
    result, problems = parse_expression(SourceFile("expression", text))
    assert not problems, [each.message for each in problems]
    assert result is not None
    return result


def form(text: str) -> t.Form:
    result, problems = parse_form(SourceFile("form", text))
    assert not problems, [each.message for each in problems]
    assert result is not None
    return result


def problems(items: str) -> tuple[Diagnostic, ...]:
    return parsed(items).diagnostics


def only_problem(items: str) -> Diagnostic:
    found = problems(items)
    assert len(found) == 1, [each.message for each in found]
    return found[0]


def line_of(diagnostic: Diagnostic) -> int:
    """The line of a problem, counted from the first line after the header."""
    assert diagnostic.span is not None
    return diagnostic.span.first[0] - 1
