"""Many independent errors in one run, none of which causes another."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from large_policy import large_policy
from parsing import line_of, problems

from verifier.source import SourceFile
from verifier.syntax.parser import parse

LINES = 2_000
FAULTS = 20


def swap_letters(line: str, random_: random.Random) -> str:
    """Two letters of a word of the language change places."""
    words = re.findall(r"\b(?:fact|define|requires|becomes|gives|scenario|expect|decide|prove|duty|means)\b", line)
    word = random_.choice(words) if words else ""
    return line.replace(word, word[0] + word[2] + word[1] + word[3:], 1) if word else line


def drop_word(line: str, random_: random.Random) -> str:
    """One word of the language is forgotten."""
    words = re.findall(r"(?<=\s)(?:means|gives|if|becomes|within|of|by|is|and|only|than)(?=\s)", line)
    return line.replace(f" {random_.choice(words)} ", " ", 1) if words else line


def other_operator(line: str, _random: random.Random) -> str:
    """An operator of a programming language."""
    return line.replace(" is ", " == ", 1) if " is " in line else line.replace(" and ", " && ", 1)


def unclosed_text(line: str, _random: random.Random) -> str:
    return line[: line.rindex('"')] + line[line.rindex('"') + 1 :] if '"' in line and "[" not in line else line


def extra_mark(line: str, _random: random.Random) -> str:
    """A mark that does not belong at the end of a line."""
    return line + " )" if line.strip() and "#" not in line else line


def cut_end(line: str, _random: random.Random) -> str:
    """The last word of a clause is missing."""
    return line.rsplit(" ", 1)[0] if re.search(r"(?: if| means| becomes| gives| starts) \S+$", line) else line


INJECTIONS: tuple[Callable[[str, random.Random], str], ...] = (
    swap_letters,
    drop_word,
    other_operator,
    unclosed_text,
    extra_mark,
    cut_end,
)


def with_faults(seed: int) -> tuple[str, set[int]]:
    """A generated policy with faults on random lines, one at most in an item, and the numbers of those lines."""
    random_ = random.Random(seed)
    lines = large_policy(LINES).split("\n")
    faulty: set[int] = set()
    while len(faulty) < FAULTS:
        index = random_.randrange(8, len(lines))
        changed = random_.choice(INJECTIONS)(lines[index], random_)
        if changed == lines[index] or any(abs(index - other) < 2 for other in faulty):
            continue
        lines[index] = changed
        faulty.add(index)
    return "\n".join(lines), {index + 1 for index in faulty}


@pytest.mark.parametrize("seed", range(12))
def test_random_faults_are_found_on_their_lines_and_nothing_else_is(seed: int) -> None:
    text, faulty = with_faults(seed)
    reported = [each.span.first[0] for each in parse(SourceFile("x", text)).diagnostics if each.span]
    assert len(faulty & set(reported)) >= 18, sorted(faulty - set(reported))
    assert len([line for line in reported if line not in faulty]) <= 2


def test_errors_in_several_clauses_of_an_item_are_all_reported() -> None:
    text = """decide d : int
  rule one gives if a
  rule two gives 1 if b
  exception three gives 2 if c
  rule four gives 1 iff d
  otherwise
fact e : int"""
    assert [line_of(each) for each in problems(text)] == [2, 4, 5, 6]


def test_an_error_before_the_clauses_does_not_hide_those_in_them() -> None:
    text = """step s by
  requires a and
  requires b
  then c become d"""
    assert [line_of(each) for each in problems(text)] == [1, 2, 4]


def test_clauses_with_misspelt_words_are_reported_one_by_one() -> None:
    text = """scenario s
  givn a
  when b
  expct c
  expect d"""
    found = problems(text)
    assert [(line_of(each), each.code) for each in found] == [(2, "E0102"), (4, "E0102")]


def test_a_misspelt_item_after_a_broken_one_is_its_own_error() -> None:
    assert [line_of(each) for each in problems("fact a int\nfct b : int\nproperty p never a and")] == [1, 2, 3]


def test_the_errors_of_a_misspelt_item_are_reported_too() -> None:
    text = """setp s
  requires a and
  then b becomes c"""
    assert [(line_of(each), each.code) for each in problems(text)] == [(1, "E0102"), (2, "E0101")]


def test_an_item_behind_a_broken_one_on_the_same_line_is_kept() -> None:
    result = parse(SourceFile("x", "policy p\nfact a fact b : int"))
    assert len(result.diagnostics) == 1
    assert result.tree is not None
    assert len(result.tree.items) == 1


def test_a_misspelling_and_what_follows_from_it_are_one_error() -> None:
    assert len(problems('fact a : yes/no reads "b / "c"\nfact d : int')) == 1
