"""Rows of a table that contradict each other: found by `check`, and only where they do."""

from __future__ import annotations

import pytest
from running import DEFAULT, files

from verifier import pipeline


def clashes(parameter: str, *rows: str, type_: str = "int", before: str = "") -> list[str]:
    lines = "".join(f"  row {row}\n" for row in rows)
    text = f"policy t\n{before}table f({parameter}) : {type_}\n{lines}  otherwise 0\n"
    result = pipeline.check(["main.policy"], DEFAULT, files({"main.policy": text}), lambda _: None).policies[0]
    codes = {finding.diagnostic.code for finding in result.findings}
    assert not any(code.startswith("E") for code in codes), codes
    found = [finding.diagnostic for finding in result.findings if finding.diagnostic.code == "F0107"]
    return [f"{item.message} | {item.help}" for item in found]


@pytest.mark.parametrize(
    ("parameter", "rows", "where"),
    [
        ("a: int", ("0 to 3 gives 1", "3 to 5 gives 2"), "`a` is 3"),
        ("a: int", ("<= 3 gives 1", "4 gives 2", "any gives 1"), "`a` is 4"),
        ("a: money $0..", ("<= $1,000 gives 1", "$1,000 to $2,500 gives 2"), "`a` is $1,000.00"),
        ("a: date", ("<= 2026-01-01 gives 1", ">= 2026-01-01 gives 2"), "`a` is 2026-01-01"),
        ("a: decimal", ("> 1.5 gives 1", "< 2 gives 2"), "`a` is 1.75"),
        ("a: percent", ("<= 5% gives 1", "5% gives 2"), "`a` is 5%"),
        ("a: yes/no", ("yes gives 1", "any gives 2"), "`a` is yes"),
        ("a: E", ("x | y gives 1", "y | z gives 2"), "`a` is y"),
        ("a: int or none", ("any gives 1", "any gives 2"), ""),
        ("a: int, b: E", ("1 to 3, x gives 1", "any, x | y gives a + 1"), "`a` is 1 and `b` is x"),
        ("a: P", ("any gives 1", "any gives 2"), ""),
    ],
)
def test_rows_that_contradict_each_other(parameter: str, rows: tuple[str, ...], where: str) -> None:
    found = clashes(parameter, *rows, before="enum E = x | y | z\nentity P\n")
    assert len(found) == 1
    assert f"contradict each other{f' where {where}' if where else ''}:" in found[0]


@pytest.mark.parametrize(
    ("parameter", "rows"),
    [
        ("a: int", ("0 to 3 gives 1", "4 to 5 gives 2")),
        ("a: int", ("0 to 3 gives 1", "3 to 5 gives 1")),
        ("a: int", ("< 4 gives 1", "> 3 gives 2")),
        ("a: int 0..9", ("<= 0 gives 1", ">= 1 gives 2", "> 9 gives 3")),
        ("a: int 0..9", ("< 0 gives 1", "any gives 2")),
        ("a: money", ("<= $1 gives 1", ">= $1.01 gives 2")),
        ("a: decimal", ("<= 1.5 gives 1", "> 1.5 gives 2")),
        ("a: int, b: E", ("1 to 3, x gives 1", "any, y gives 2")),
        ("a: int", ("1 gives 1", "any gives a")),
    ],
)
def test_rows_that_do_not(parameter: str, rows: tuple[str, ...]) -> None:
    assert clashes(parameter, *rows, before="enum E = x | y | z\n") == []


def test_where_two_ranges_meet_the_advice_says_where_the_second_begins() -> None:
    for rows in (("<= $1,000 gives 1", "$1,000 to $2,500 gives 2"), ("$1,000 to $2,500 gives 2", "<= $1,000 gives 1")):
        (found,) = clashes("a: money", *rows)
        number = 2 if rows[0].startswith("<=") else 1
        assert f"begin row {number} after $1,000.00, with `> $1,000.00` or from `$1,000.01` on" in found


def test_each_pair_is_told_with_its_lines() -> None:
    found = clashes("a: int", "any gives 1", "any gives 2", "any gives 3")
    assert [text.split(": ", 1)[1].split(" |")[0] for text in found] == [
        "row 1 (line 3) gives 1, row 2 (line 4) gives 2",
        "row 1 (line 3) gives 1, row 3 (line 5) gives 3",
        "row 2 (line 4) gives 2, row 3 (line 5) gives 3",
    ]
