"""Every code about the text has a title, a page, an example that fires it and a correction that does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verifier.diagnostics.codes import SYNTAX_TITLES
from verifier.source import SourceFile
from verifier.syntax.parser import parse

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "verifier" / "diagnostics" / "pages"
ABOUT_FILES = {"E0120", "E0121", "E0122"}
WITH_EXAMPLES = sorted(set(SYNTAX_TITLES) - ABOUT_FILES)


def page(code: str) -> str:
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")


def examples(code: str) -> tuple[str, str]:
    blocks = re.findall(r"```policy\n(.*?)```", page(code), re.DOTALL)
    assert len(blocks) == 2
    return blocks[0], blocks[1]


def codes(text: str) -> list[str]:
    return [each.code for each in parse(SourceFile("example.policy", text)).diagnostics]


def test_every_code_in_the_rooms_of_the_text_has_a_title() -> None:
    rooms = [*(ROOT / "verifier" / "syntax").glob("*.py"), *(ROOT / "verifier" / "cli").glob("*.py")]
    used = {code for path in rooms for code in re.findall(r'"([EW]01\d\d)"', path.read_text(encoding="utf-8"))}
    assert used == set(SYNTAX_TITLES)


@pytest.mark.parametrize("code", sorted(SYNTAX_TITLES))
def test_the_page_starts_with_code_and_title(code: str) -> None:
    assert page(code).startswith(f"# {code} — {SYNTAX_TITLES[code]}\n\n")


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_example_fires_the_code_and_no_other(code: str) -> None:
    assert set(codes(examples(code)[0])) == {code}


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_correction_is_clean(code: str) -> None:
    assert codes(examples(code)[1]) == []
