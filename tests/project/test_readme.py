"""The README shows what the tool prints, word for word but for the times. ``make bless`` rewrites the example."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
EXAMPLE = re.compile(
    r"(?<=example: begin -->\n```\n\$ clauseproof )(.*?)\n(.*?)(?=```\n<!-- refuted example: end)", re.DOTALL
)
TIMES = re.compile(r"\d+\.\d+ s\b")


def printed(arguments: str) -> str:
    command = [sys.executable, "-m", "verifier.cli.main", *arguments.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    return done.stdout


def test_every_suite_is_listed() -> None:
    rows = "\n".join(line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| `tests/"))
    suites = {path.relative_to(ROOT).parts[1] for path in (ROOT / "tests").glob("*/*.py")} - {"support"}
    assert {suite for suite in suites if f"`tests/{suite}`" not in rows} == set()


def test_the_refuted_example_is_real() -> None:
    readme = README.read_text(encoding="utf-8")
    example = EXAMPLE.search(readme)
    assert example is not None
    arguments, shown = example.groups()
    if os.environ.get("CLAUSEPROOF_BLESS"):
        shown = printed(arguments)
        README.write_text(readme.replace(example.group(2), shown), encoding="utf-8")
    assert TIMES.sub("… s", printed(arguments)) == TIMES.sub("… s", shown)
