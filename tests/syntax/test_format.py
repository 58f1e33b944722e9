"""The formatter: the style, and that it changes neither meaning nor comments."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from large_policy import large_policy
from parsing import EVERY_FORM
from trees import POLICY, scribbled

from verifier.source import SourceFile
from verifier.syntax import tree as t
from verifier.syntax.format import format_source
from verifier.syntax.layout import WIDTH
from verifier.syntax.parser import parse

ROOT = Path(__file__).parents[2]
EXAMPLES = 2_000 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 200


def formatted(text: str) -> str:
    result = format_source(SourceFile("test.policy", text))
    assert isinstance(result, str), [each.message for each in result]
    return result


def tree_of(text: str) -> t.PolicyTree:
    result = parse(SourceFile("test.policy", text))
    assert not result.diagnostics, [(each.message, text) for each in result.diagnostics]
    assert result.tree is not None
    return result.tree


def comments(tree: t.PolicyTree) -> list[str]:
    return [comment.text for comment in tree.comments]


# ---------------------------------------------------------------- for every policy


@settings(max_examples=EXAMPLES)
@given(POLICY, st.integers(0, 2**32))
def test_what_is_written_is_what_is_parsed(tree: t.PolicyTree, seed: int) -> None:
    assert tree_of(scribbled(tree, seed)) == tree


@settings(max_examples=EXAMPLES)
@given(POLICY, st.integers(0, 2**32))
def test_formatting_keeps_meaning_and_comments_and_is_done_once(tree: t.PolicyTree, seed: int) -> None:
    text = scribbled(tree, seed)
    once = formatted(text)
    assert tree_of(once) == tree
    assert comments(tree_of(once)) == comments(tree_of(text))
    assert formatted(once) == once


@pytest.mark.parametrize("folder", ["policies", "tests/policies"])
def test_the_policies_of_the_project_are_formatted(folder: str) -> None:
    paths = sorted((ROOT / folder).rglob("*.policy"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    assert len(texts) > 10
    assert [name for name, text in texts.items() if formatted(text) != text] == []


@pytest.mark.parametrize("path", sorted((ROOT / "policies").rglob("*.policy")), ids=lambda path: path.stem)
def test_formatting_a_policy_of_the_project_keeps_its_meaning(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert tree_of(formatted(text)) == tree_of(text)


@pytest.mark.parametrize("text", [EVERY_FORM, large_policy(300)], ids=["every_form", "large"])
def test_lines_are_not_too_long_and_have_no_trailing_space(text: str) -> None:
    for line in formatted(text).split("\n"):
        assert len(line) <= WIDTH
        assert line == line.rstrip()
        assert "\t" not in line


# ---------------------------------------------------------------- the style


def styled(items: str) -> list[str]:
    """The lines of some formatted items."""
    return formatted("policy p\n" + items).split("\n")[1:-1]


def test_clauses_stand_on_lines_of_their_own() -> None:
    assert styled("step s by a and b requires c requires l : d then e becomes f , g becomes - h") == [
        "step s by a and b",
        "  requires c",
        "  requires l: d",
        "  then e becomes f, g becomes -h",
    ]


def test_promises_stand_under_their_titles() -> None:
    assert styled('prove p "t" [cfr 1] s ( x ) only if x is not y prove q never a') == [
        'prove p "t"     [cfr 1]',
        "  s(x) only if x is not y",
        "prove q",
        "  never a",
    ]


def test_runs_of_declarations_line_up() -> None:
    assert styled('fact a:int 0 ..  reads "x"\nfact long_name : yes/no reads "y"/"z"\nfact b : money $0 .. $5') == [
        'fact a         : int 0..  reads "x"',
        'fact long_name : yes/no   reads "y" / "z"',
        "fact b         : money $0..$5",
    ]


def test_what_statuses_start_with_and_how_they_read_line_up() -> None:
    text = 'status a:E starts x reads "a"\nstatus long : yes/no starts unusual reads "b"/"c"\nstatus c : Es reads "d"'
    assert styled(text + "\nstatus d : E starts x") == [
        'status a    : E      starts x        reads "a"',
        'status long : yes/no starts unusual  reads "b" / "c"',
        'status c    : Es                     reads "d"',
        "status d    : E      starts x",
    ]


def test_lining_up_costs_no_line_break() -> None:
    phrase = "x" * 84
    text = f'status a : E starts y reads "{phrase}"\nstatus b : E starts a_long_value reads "b"\n'
    assert styled(text + 'status c : E starts z reads "c"') == [
        f'status a : E starts y  reads "{phrase}"',
        'status b : E starts a_long_value  reads "b"',
        'status c : E starts z             reads "c"',
    ]


def test_an_empty_line_ends_a_run() -> None:
    assert styled("status a : E starts x\n\nstatus long : F starts y\nstatus b : Longer starts z") == [
        "status a : E starts x",
        "",
        "status long : F      starts y",
        "status b    : Longer starts z",
    ]


def test_enums_line_up() -> None:
    assert styled("enum A = a|b\nenum Long = c | d") == ["enum A    = a | b", "enum Long = c | d"]


def test_rows_line_up() -> None:
    assert styled("table t(a: int, b: E) : int\nrow 1 to 3,x gives 1\nrow >= 18, long_value | y gives 2") == [
        "table t(a: int, b: E) : int",
        "  row 1 to 3, x              gives 1",
        "  row >= 18,  long_value | y gives 2",
    ]


def test_citations_stand_in_one_column() -> None:
    assert styled(
        "step s [c 1]\n  requires long_name_of_a_condition [c 2] [d]\n\nfact a : int [c 3]\nfact b : int"
    ) == [
        "step s                                  [c 1]",
        "  requires long_name_of_a_condition     [c 2] [d]",
        "",
        "fact a : int                            [c 3]",
        "fact b : int",
    ]


def test_a_long_clause_is_broken_at_its_junction() -> None:
    operands = [f"a_condition_with_a_long_name_{i}" for i in range(5)]
    assert styled(f"step s requires {' and '.join(operands)}") == [
        "step s",
        f"  requires {operands[0]} and {operands[1]} and {operands[2]}",
        f"      and {operands[3]} and {operands[4]}",
    ]


def test_a_long_clause_is_not_broken_inside_parentheses_if_it_can_be_outside() -> None:
    long = "a_condition_with_a_long_name"
    lines = styled(f"define d means ({long} or {long}) and ({long} or {long})")
    assert lines == [f"define d means ({long} or {long})", f"    and ({long} or {long})"]


def test_a_phrase_too_long_for_the_line_goes_to_the_next() -> None:
    phrase = "a phrase of very many words " * 3 + "and more"
    assert styled(f'fact a : yes/no reads "{phrase}"/"not"') == ["fact a : yes/no", f'  reads "{phrase}" / "not"']


def test_a_line_break_before_a_phrase_is_kept() -> None:
    assert styled('step s\n  reads "does" / "has done"') == ["step s", '  reads "does" / "has done"']
    assert styled('step s reads "does" / "has done"') == ['step s  reads "does" / "has done"']


def test_empty_lines_are_kept_up_to_one() -> None:
    assert styled("\n\n\nfact a : int\n\n\n\nfact b : int\nfact c : int\n\n\n") == [
        "",
        "fact a : int",
        "",
        "fact b : int",
        "fact c : int",
    ]


def test_comments_stay_where_they_are() -> None:
    text = """# top

policy p  # the policy

# about a
fact a : int  # a
# between

step s
  # about c
  requires c  # because
      and  # of
      # this
      d
  # the last of s

# the last
"""
    assert formatted(text) == text


def test_parentheses_stay_as_written() -> None:
    assert styled("define a means ((b)) and not (c is d)") == ["define a means ((b)) and not (c is d)"]


def test_other_line_ends_become_ordinary() -> None:
    assert formatted("policy p\r\nfact a : int # b\r\n") == "policy p\nfact a : int  # b\n"


def test_a_policy_with_errors_is_not_formatted() -> None:
    result = format_source(SourceFile("test.policy", "policy p\nfact a int\n"))
    assert not isinstance(result, str)
    assert [each.code for each in result] == ["E0101"]


def test_a_file_without_a_policy_is_not_formatted() -> None:
    result = format_source(SourceFile("test.policy", "# nothing\n"))
    assert not isinstance(result, str)
    assert [each.code for each in result] == ["E0114"]
