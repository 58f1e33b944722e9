"""Input that no author means: huge, deep, broken. It gives located errors, never a crash and never a flood."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from large_policy import large_policy
from parsing import EVERY_FORM, only_problem, parsed

from verifier.source import SourceFile
from verifier.syntax import tree as t
from verifier.syntax.build import MAXIMUM_NESTING
from verifier.syntax.keywords import KEYWORDS
from verifier.syntax.parser import parse, parse_expression

DEEP = 10_000


@pytest.mark.parametrize(
    "expression",
    [
        "(" * DEEP + "a" + ")" * DEEP,
        "not " * DEEP + "a",
        "-" * DEEP + "a",
        "a implies " * DEEP + "a",
        "a + " * DEEP + "a",
        "if a then b else " * DEEP + "a",
        "weekday of " * DEEP + "a",
        "f(" * DEEP + "a" + ")" * DEEP,
        "a is in {" * DEEP + "a" + "}" * DEEP,
    ],
)
def test_deep_nesting_is_one_located_error(expression: str) -> None:
    problem = only_problem(f"define deep means {expression}")
    assert problem.code == "E0113"
    assert problem.span is not None
    assert problem.span.first[0] == 2


@pytest.mark.parametrize("opened", ["(", "{", "f(", "not (", "ever ("])
def test_deep_unfinished_nesting_is_one_error(opened: str) -> None:
    only_problem("define deep means " + opened * DEEP)


def test_nesting_up_to_the_limit_is_accepted() -> None:
    levels = MAXIMUM_NESTING - 1
    assert parsed("define deep means " + "not " * levels + "a").diagnostics == ()
    assert parsed("define deep means " + "(" * levels + "a" + ")" * levels).diagnostics == ()


@pytest.mark.parametrize("operator", ["and", "or"])
def test_long_chains_are_flat(operator: str) -> None:
    expression, problems = parse_expression(SourceFile("x", f" {operator} ".join(["a"] * DEEP)))
    assert problems == ()
    assert isinstance(expression, t.Junction)
    assert len(expression.operands) == DEEP


def test_thousands_of_items_and_clauses() -> None:
    facts = "\n".join(f"fact a{i} : int" for i in range(5_000))
    rules = "\n".join(f"  rule r{i} gives {i} if a{i}" for i in range(5_000))
    values = " | ".join(f"v{i}" for i in range(5_000))
    result = parsed(f"{facts}\ndecide d : int\n{rules}\nenum E = {values}")
    assert result.diagnostics == ()
    assert result.tree is not None
    assert len(result.tree.items) == 5_002


def test_thousands_of_broken_items_are_shown_in_part() -> None:
    result = parsed("fct a : int\n" * 5_000 + "fact b : int")
    assert 10 < len(result.diagnostics) < 100
    assert "more of this kind" in result.diagnostics[-1].message
    assert result.tree is not None
    assert len(result.tree.items) == 1


def test_a_very_long_line_is_one_error() -> None:
    assert only_problem("define a means " + "b " * DEEP).code == "E0101"


def test_a_very_long_number_is_refused() -> None:
    assert only_problem("define a means b > " + "9" * DEEP).code == "E0111"
    assert only_problem("duty a within " + "9" * DEEP + " days of b").code == "E0111"
    assert only_problem("fact a : int 0.." + "9" * DEEP).code == "E0111"


def test_zero_bytes_are_stray_characters() -> None:
    codes = {each.code for each in parsed("fact a\0 : int\n\0\0\0").diagnostics}
    assert codes == {"E0105"}


def test_a_binary_file_is_not_a_flood() -> None:
    noise = "".join(chr(random.Random(7).randrange(1, 0x3000)) for _ in range(3))
    result = parse(SourceFile("x", "".join(chr(c) for c in random.Random(7).choices(range(1, 256), k=5_000)) + noise))
    assert 1 <= len(result.diagnostics) <= 200


def test_windows_line_ends_do_not_change_the_tree() -> None:
    result = parse(SourceFile("x", EVERY_FORM.replace("\n", "\r\n")))
    assert result.diagnostics == ()
    assert result.tree == parse(SourceFile("x", EVERY_FORM)).tree


OTHER_WORDS = (
    *("a", "b", "none", "3", "$5", "2012-01-01", "3 days", '"t"', "[c 1]", "1.5", "5%", "yes/no"),
    *("(", ")", "{", "}", ",", ":", "=", "|", "/", ".", "..", "<=", "+", "-", "#", "\n", "\n  "),
    *("“", "==", "é", "'x'", "$1,0", "3,000", "@", "[3]"),
)
WORDS = st.sampled_from([*sorted(KEYWORDS), *OTHER_WORDS])


@given(st.lists(WORDS, max_size=60))
def test_no_sequence_of_words_crashes_the_parser(words: list[str]) -> None:
    text = "policy p\n" + " ".join(words)
    result = parse(SourceFile("x", text))
    for problem in result.diagnostics:
        assert problem.span is None or 0 <= problem.span.start <= problem.span.end <= len(text)
        assert "\n" not in problem.message


@given(st.text(max_size=200))
def test_no_text_crashes_the_parser(text: str) -> None:
    result = parse(SourceFile("x", text))
    assert result.diagnostics or result.tree is not None


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_no_cut_of_a_policy_crashes_the_parser(start: int, length: int) -> None:
    text = EVERY_FORM[:start] + EVERY_FORM[start + length % 40 :]
    result = parse(SourceFile("x", text))
    assert result.tree is not None or result.diagnostics


def test_a_large_policy_with_errors_stays_linear() -> None:
    """Not a timing: a hundred broken items give a hundred errors, and the rest is read."""
    text = large_policy(2_000).replace("decide fee_1", "decde fee_1")
    result = parse(SourceFile("x", text))
    expected = text.count("decde fee_1")
    assert len(result.diagnostics) == expected
    assert result.tree is not None
