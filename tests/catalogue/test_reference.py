"""The language reference tells the truth: its examples answer as printed, and what it lists is all that there is.

See ``documented`` for the blocks. ``CLAUSEPROOF_BLESS=1`` renews the answers; judge them before believing them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from documented import FENCE, anchor, blessed, examples, observed

from verifier.syntax.keywords import KEYWORDS

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "grammar" / "README.md"
TEXT = REFERENCE.read_text(encoding="utf-8")
EXAMPLES = examples(TEXT)
HEADINGS = [(len(marks), title) for marks, title in re.findall(r"^(##+) (.*)$", FENCE.sub("", TEXT), re.MULTILINE)]


def part(title: str) -> str:
    """The text below a heading of the second level."""
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def page() -> str:
    """The text whose answers are tested."""
    if os.environ.get("CLAUSEPROOF_BLESS"):
        REFERENCE.write_text(blessed(TEXT), encoding="utf-8")
    return REFERENCE.read_text(encoding="utf-8")


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=[example.section for example in EXAMPLES])
def test_the_tool_answers_as_printed(number: int, page: str) -> None:
    example = examples(page)[number]
    assert observed(example) == example.answers


def test_no_example_is_without_an_answer() -> None:
    """Only a policy that others go on from may say nothing of its own."""
    bases = {text for example in EXAMPLES for text in example.policies.values()}
    assert [example.section for example in EXAMPLES if not example.answers and example.text not in bases] == []


def test_every_kind_of_answer_occurs() -> None:
    told = "".join(answer for example in EXAMPLES for answer in example.answers.values())
    words = ("proved ", "violated ", "unknown ", "passed ", "failed ", ", vacuous", ", trivial", "E0", "F0", "W0")
    assert [word for word in words if word not in told] == []


def test_only_blocks_that_are_read_are_in_the_page() -> None:
    kinds = {opening.strip().partition(" ")[0] for opening, _ in FENCE.findall(TEXT)}
    assert kinds == {"policy", "verdicts", "diagnostics", "says"}


def test_the_contents_list_every_heading() -> None:
    listed = re.findall(r"^( *)- \[(.*)\]\(#(.*)\)$", part("Contents"), re.MULTILINE)
    wanted = [("  " * (level - 2), title, anchor(title)) for level, title in HEADINGS if title != "Contents"]
    assert listed == wanted


def test_every_link_within_the_page_leads_somewhere() -> None:
    anchors = {anchor(title) for _, title in HEADINGS}
    assert set(re.findall(r"\]\(#([^)]*)\)", TEXT)) - anchors == set()


def test_no_two_headings_share_an_anchor() -> None:
    anchors = [anchor(title) for _, title in HEADINGS]
    assert sorted(set(anchors)) == sorted(anchors)


def test_the_reserved_words_are_all_listed() -> None:
    assert set(re.findall(r"`(\w+)`", part("Reserved words").partition("\n\n")[2])) == KEYWORDS
