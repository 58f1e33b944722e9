"""Every page about names, types or structure: its example fires exactly its code, the corrected one fires none.

A block's heading may name the file it stands for (```policy vocabulary.policy```); the block without a name is checked.
"""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from checking_cases import check_files

from verifier.checking.sources import Library, source_drift
from verifier.diagnostics.codes import CHECKING_TITLES

PAGES = {
    item.name.removesuffix(".md"): item.read_text(encoding="utf-8")
    for item in (files("verifier") / "diagnostics" / "pages").iterdir()
    if re.fullmatch(r"(E0[234]|W0[34])\d\d\.md", item.name)
}
BLOCK = re.compile(r"```(policy|text) ?(\S*)\n(.*?\n)```", re.DOTALL)


def fired(section: str) -> set[str]:
    found = {name or "main.policy": text for _, name, text in BLOCK.findall(section)}
    checked = check_files(found, "main.policy")
    codes = {item.code for item in checked.diagnostics}
    if checked.program is not None:
        contents = {name: text.encode() for name, text in found.items()}
        codes |= {item.code for item in source_drift(checked.program, Library(contents.get))}
    return codes


@pytest.mark.parametrize("code", sorted(PAGES))
def test_the_failing_example_fires_the_code_alone(code: str) -> None:
    failing = PAGES[code].partition("## Example")[2].partition("## Corrected")[0]
    assert fired(failing) == {code}


@pytest.mark.parametrize("code", sorted(PAGES))
def test_the_corrected_example_is_clean(code: str) -> None:
    assert fired(PAGES[code].partition("## Corrected")[2]) == set()


def test_every_code_has_a_page_with_its_title() -> None:
    headings = {code: text.splitlines()[0] for code, text in PAGES.items()}
    assert headings == {code: f"# {code} — {title}" for code, title in CHECKING_TITLES.items()}
