"""Policies as tests: ``pytest --clauseproof`` collects ``*.policy`` files.

Each promise and each scenario is a test, and so is the text of each policy; the story is what a failure says. Does
nothing unless it is asked to, by the flag or by ``clauseproof = true`` in pytest's configuration, and imports nothing
of the verifier before. Results are those of ``clauseproof verify``, with the same configuration file and cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN = ("fail", "skip")
"""What a promise may count as that is not decided."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what a user may ask."""
    group = parser.getgroup("clauseproof", "promises of policies")
    group.addoption(
        "--clauseproof", action="store_true", help="collect *.policy files: promises and scenarios as tests"
    )
    group.addoption("--clauseproof-unknown", choices=UNKNOWN, help="what a promise counts as that is not decided")
    parser.addini("clauseproof", "collect *.policy files", type="bool", default=False)
    parser.addini("clauseproof_unknown", "what a promise counts as that is not decided: fail or skip", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The tests of a policy, where they are wanted."""
    config = parent.config
    if file_path.suffix != ".policy" or not (config.getoption("--clauseproof") or config.getini("clauseproof")):
        return None
    from verifier.pytest_items import PolicyFile

    found: pytest.Collector = PolicyFile.from_parent(parent, path=file_path)
    return found
