"""Every Markdown file below this folder is a case (see ``written_cases``). ``make bless`` renews what they expect.

To write one: copy the nearest, reason out the verdicts from the language reference before running anything, and write
the reasoning into the prose. An expectation renewed without a reason in the prose is worth nothing.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from written_cases import Malformed, blessed, case_files, observed, read_case, run_case

HERE = Path(__file__).parent
CASES = case_files(HERE)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.relative_to(HERE).with_suffix("")))
def test_the_case_comes_out_as_written(path: Path) -> None:
    case = read_case(text_of(path))
    told = observed(case, run_case(case))
    if os.environ.get("CLAUSEPROOF_BLESS"):
        path.write_text(blessed(text_of(path), told), encoding="utf-8")
        case = read_case(text_of(path))
    assert told == dict(case.expected)


def test_no_two_cases_have_one_name() -> None:
    names = [read_case(text_of(path)).name for path in CASES]
    assert sorted(set(names)) == sorted(names)


LINK = re.compile(r"\]\(([^)]+)\)")
INDEX = HERE / "meaning" / "README.md"


def test_the_index_of_meanings_leads_to_cases_and_leaves_none_out() -> None:
    linked = {(INDEX.parent / target).resolve() for target in LINK.findall(text_of(INDEX))}
    assert [str(path) for path in sorted(linked) if not path.exists()] == []
    assert [path.name for path in CASES if path.parent == INDEX.parent and path not in linked] == []


WHOLE = "# A name\n\nWhy this is right is said here in so many words.\n\n```policy\npolicy p\n```\n"
EXPECTING = WHOLE + "\n```diagnostics\n```\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (EXPECTING.removeprefix("# "), "heading"),
        (EXPECTING.replace("diagnostics", "verdict"), "nothing reads"),
        (EXPECTING.replace("Why this is right is said here in so many words.", "Thus."), "does not say why"),
        (EXPECTING + "```diagnostics\n```\n", "two blocks"),
        (EXPECTING + "```text\n", "not closed"),
        (EXPECTING.replace("```policy", "```policy other.policy"), "no policy"),
        (WHOLE, "nothing is expected"),
        (EXPECTING.replace("diagnostics", "verdicts --fast"), "not an option"),
    ],
)
def test_what_is_no_case_is_refused(text: str, fault: str) -> None:
    with pytest.raises(Malformed, match=fault):
        read_case(text)


POLICY = "policy p\nstatus a : yes/no starts no\nstep go\n  then a becomes yes\nprove never_a never a\n"
REAL = WHOLE.replace("policy p\n", POLICY)


def test_an_expectation_that_nothing_answers_is_a_difference() -> None:
    case = read_case(REAL + "\n```verdicts\nviolated  never_a\n```\n\n```diagnostics\nF0101  nothing\n```\n")
    assert observed(case, run_case(case)) == {"verdicts": "violated  never_a\n"}


def test_a_finding_that_no_block_expects_is_a_difference() -> None:
    case = read_case(REAL.replace("step go\n", "step go\n  requires a\n") + "\n```verdicts\nproved    never_a\n```\n")
    assert set(observed(case, run_case(case))) == {"verdicts", "diagnostics"}


def test_blessing_renews_adds_and_takes_out() -> None:
    text = (
        REAL + "\n```verdicts\nproved    never_a\n```\n\n```story never_a\n```\n\n```diagnostics\nF0101  nothing\n```\n"
    )
    case = read_case(text)
    new = blessed(text, observed(case, run_case(case)))
    assert new == REAL + "\n```verdicts\nviolated  never_a\n```\n\n```story never_a\ngo\n```\n"
    case = read_case(new)
    assert observed(case, run_case(case)) == dict(case.expected)
    wrong = REAL.replace("starts no", "starts 1") + "\n```verdicts\n```\n"
    case = read_case(wrong)
    assert "\n```diagnostics\nE0301  2:26" in blessed(wrong, observed(case, run_case(case)))
