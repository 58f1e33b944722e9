"""The tutorial is played: its boxes make a file, its commands are run on it, and the tool answers as printed.

A ``policy`` box holds items. One that the file has already (same keyword, same name) takes its place, another comes to
the end, as the page tells its readers. A ``console`` box is a command and its answer; ``CLAUSEPROOF_BLESS=1`` renews
the answers. Only times may differ.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "grammar" / "TUTORIAL.md"
BOX = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ASKED = re.compile(r'`clauseproof (ask deposit\.policy) "([^"]*)"')
ANY = re.compile(r"\d+\.\d+\s+s\b")
FILE = "deposit.policy"


def text() -> str:
    return TUTORIAL.read_text(encoding="utf-8")


def items(policy: str) -> dict[str, str]:
    """The items of a policy by keyword and name; each begins at the left margin."""
    parts = re.split(r"^(?=\S)", policy, flags=re.MULTILINE)
    return {" ".join(part.split()[:2]): part.strip() for part in parts if part.strip()}


def edited(policy: str, box: str) -> str:
    """The file after its reader did what a box says."""
    return "\n\n".join((items(policy) | items(box)).values()) + "\n"


def printed(arguments: list[str], folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "verifier.cli.main", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode in (0, 1, 3), done.stderr
    return done.stdout


def played(page: str, folder: Path) -> str:
    """The page with the answers that the tool gives today; the file is left as the page leaves it."""
    file = folder / FILE
    file.write_text("", encoding="utf-8")

    def play(box: re.Match[str]) -> str:
        kind, body = box.groups()
        if kind == "policy":
            file.write_text(edited(file.read_text(encoding="utf-8"), body), encoding="utf-8")
            return box.group()
        assert kind == "console", f"nothing plays the box `{kind}`"
        command = body.splitlines()[0]
        assert command.startswith("$ clauseproof "), command
        return f"```console\n{command}\n{printed(command.split()[2:], folder)}```"

    return BOX.sub(play, page)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a reader who came to the end of the page, and the page with what the tool told."""
    folder = tmp_path_factory.mktemp("reader")
    return folder, played(text(), folder)


def test_the_tool_answers_as_printed(reader: tuple[Path, str]) -> None:
    _, told = reader
    if os.environ.get("CLAUSEPROOF_BLESS") and ANY.sub("…", told) != ANY.sub("…", text()):
        TUTORIAL.write_text(told, encoding="utf-8")
    assert ANY.sub("…", told) == ANY.sub("…", text())


def test_the_page_tells_of_a_mistake_and_its_correction() -> None:
    answers = [body for kind, body in BOX.findall(text()) if kind == "console"]
    assert "error[E0114]" in answers[0]
    assert "✗ VIOLATED  inspected_first" in answers[2]
    assert "rests on pay_back.inspected" in answers[3]
    assert "2 promises: 2 proved; 1 scenario: 1 passed." in answers[-1]
    assert all(any(word in answer for answer in answers) for word in ("F0301", "UNKNOWN", "in_time"))


@pytest.mark.parametrize(
    ("before", "box", "after"),
    [
        ("", "policy p\n", "policy p\n"),
        ("policy p\n", "step a\n  then b becomes c\n", "policy p\n\nstep a\n  then b becomes c\n"),
        ("policy p\nstep a\nstep b\n", "step a\n  requires c\n", "policy p\n\nstep a\n  requires c\n\nstep b\n"),
    ],
)
def test_a_box_changes_the_file_as_its_reader_would(before: str, box: str, after: str) -> None:
    assert edited(before, box) == after


def test_the_question_at_the_end_is_answered(reader: tuple[Path, str]) -> None:
    folder, _ = reader
    (question,) = ASKED.findall(text().replace("\n", " "))
    assert "proved" in printed([*question[0].split(), question[1]], folder)
    printed(["fmt", FILE], folder)
    assert printed(["fmt", "--diff", FILE], folder) == ""
    assert printed(["check", FILE], folder).splitlines()[2] == "No errors."
    assert "F0301" in printed(["rules", "F0301"], folder)
