"""Every diagnostic has a page, every page a code, and every page's example fires exactly its code.

The examples of findings and of drafting slips go through the whole verifier, those of errors and warnings in the text
through the check; a block's heading may name the file that it stands for (```policy words.policy```).
"""

from __future__ import annotations

import re
from importlib.resources import files as package_files

import pytest
from running import DEFAULT, files

from verifier import pipeline
from verifier.diagnostics import codes
from verifier.explain.model import PolicyResult

PAGES = {
    item.name.removesuffix(".md"): item.read_text(encoding="utf-8")
    for item in (package_files("verifier") / "diagnostics" / "pages").iterdir()
}
ABOUT_FILES = ("E0120", "E0121", "E0122")
"""Fired by files that no page can hold: unreadable, not UTF-8, too large (see tests/cli)."""
BLOCK = re.compile(r"```(policy|text) ?(\S*)\n(.*?\n)```", re.DOTALL)
SOLVED = [*codes.FINDING_TITLES, *codes.DRAFTING_TITLES]
QUIET = ("W0201", "W0203")
"""What the small examples of other codes may add: they need not use and phrase all that they declare."""


def run(section: str, solving: bool) -> PolicyResult:
    texts = {name or "main.policy": text for _, name, text in BLOCK.findall(section)}
    contents = {name: text.encode() for name, text in texts.items()}
    if not solving:
        return pipeline.check(["main.policy"], DEFAULT, files(texts), contents.get).policies[0]
    outcome = pipeline.verify(["main.policy"], DEFAULT, files(texts), None, contents.get)
    assert outcome.internal_errors == ()
    return outcome.policies[0]


def fired(result: PolicyResult, code: str) -> set[str]:
    found = {finding.diagnostic.code for finding in result.findings if finding.waived is None}
    return found if code in SOLVED else found - set(QUIET)


def parts(code: str) -> tuple[str, str]:
    failing, _, corrected = PAGES[code].partition("## Example")[2].partition("## Corrected")
    return failing, corrected


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(PAGES) == sorted(codes.TITLES)


@pytest.mark.parametrize("code", sorted(codes.TITLES))
def test_the_page_says_what_the_table_says(code: str) -> None:
    assert PAGES[code].startswith(f"# {code} — {codes.TITLES[code]}\n\n")
    assert len(PAGES[code].partition("\n\n")[2].partition("##")[0].split()) >= 6


@pytest.mark.parametrize("code", sorted(set(codes.TITLES) - set(ABOUT_FILES)))
def test_the_example_fires_its_code_and_no_other(code: str) -> None:
    assert fired(run(parts(code)[0], code in SOLVED), code) == {code}


@pytest.mark.parametrize("code", sorted(set(codes.TITLES) - set(ABOUT_FILES)))
def test_the_corrected_example_is_clean(code: str) -> None:
    result = run(parts(code)[1], code in SOLVED)
    assert fired(result, code) == set()
    assert {item.verdict for item in result.properties} <= {"proved"}
    assert {item.verdict for item in result.scenarios} <= {"passed"}


@pytest.mark.parametrize("code", SOLVED)
def test_the_corrected_example_changes_little(code: str) -> None:
    failing, corrected = (set(text.splitlines()) for text in parts(code))
    assert len(failing & corrected) > len(failing - corrected)


def test_what_can_be_waived_is_found_by_the_verifier() -> None:
    assert set(codes.WAIVABLE) == {c for c in codes.TITLES if c[0] in "FW"} - {
        "F0105",
        "F0203",
        "F0204",
        "F0501",
        "W0206",
        "W0401",
    }


def test_every_code_in_the_verifier_is_in_the_table() -> None:
    rooms = package_files("verifier")
    names = ("syntax", "checking", "analysis", "explain", "cli")
    texts = [
        item.read_text(encoding="utf-8")
        for name in names
        for item in (rooms / name).iterdir()
        if item.name.endswith(".py")
    ]
    used = {code for text in texts for code in re.findall(r'"([EWF]\d{4})"', text)}
    assert used == set(codes.TITLES)
