"""Questions to a checked program: the same rules as in a file, and nothing of the program changes."""

from __future__ import annotations

import pytest
from checking_cases import program, shape

from verifier.checking.reopen import check_expression, check_form
from verifier.core.expressions import Quantified, subexpressions
from verifier.core.program import Always, OnlyIf
from verifier.core.types import INT, YES_NO
from verifier.source import SourceFile
from verifier.syntax import tree
from verifier.syntax.parser import parse_expression, parse_form

PROGRAM = program("""
policy permits
enum Outcome = open | granted
record Child field age : int
fact children : list of Child up to 2
status outcome : Outcome starts open
define minor(limit: int) means some c in children has c.age < limit
step apply(n: int)
prove p always minor(18)
""")


def form(text: str) -> tree.Form:
    found, problems = parse_form(SourceFile("question", text))
    assert found is not None, problems
    return found


def test_a_question_becomes_a_promise() -> None:
    promise, problems = check_form(PROGRAM, form("never outcome is granted and apply has never happened"), "question")
    assert problems == ()
    assert promise is not None
    assert (promise.name, promise.keyword, promise.origin) == ("question", "never", "permits")
    assert isinstance(promise.form, Always)
    assert shape(promise.form.body) == "And([Equal(StatusRef(outcome), Const(granted)), Not(Happened(apply))])"


def test_a_question_may_bind_arguments() -> None:
    promise, _ = check_form(PROGRAM, form("apply(k) only if minor(k)"), "question")
    assert promise is not None
    assert isinstance(promise.form, OnlyIf)
    assert [(item.name, item.type) for item in promise.form.binders] == [("k", INT)]


def test_bound_variables_of_a_question_are_its_own() -> None:
    promise, _ = check_form(PROGRAM, form("always minor(3)"), "question")
    assert promise is not None
    assert isinstance(promise.form, Always)
    own = {item.variable for item in subexpressions(promise.form.body) if isinstance(item, Quantified)}
    old = PROGRAM.promises[0].form
    assert isinstance(old, Always)
    others = {item.variable for item in subexpressions(old.body) if isinstance(item, Quantified)}
    assert own.isdisjoint(others)


@pytest.mark.parametrize(("text", "code"), [("always outcom is open", "E0202"), ("aply only if yes", "E0203")])
def test_a_faulty_question_is_explained(text: str, code: str) -> None:
    promise, problems = check_form(PROGRAM, form(text), "question")
    assert promise is None
    assert [item.code for item in problems] == [code]


def test_an_expression_may_be_asked_for_a_type() -> None:
    parsed, _ = parse_expression(SourceFile("question", "n > 3"))
    assert parsed is not None
    found, problems = check_expression(PROGRAM, parsed, {"n": INT}, YES_NO)
    assert problems == ()
    assert found is not None
    wrong, problems = check_expression(PROGRAM, parsed, {"n": INT}, INT)
    assert wrong is None
    assert [item.code for item in problems] == ["E0301"]
