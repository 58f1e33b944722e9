"""The command line in a process of its own, and its JSON without what may differ from run to run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "verifier.cli.main")


def environment(hash_seed: int = 0) -> dict[str, str]:
    """The environment of a process that uses this very source."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(hash_seed)}


def verified_json(arguments: Sequence[str], hash_seed: int = 0) -> Any:
    """What ``verify --format json`` says, without timings."""
    command = [*COMMAND, "verify", *arguments, "--format", "json"]
    run = subprocess.run(command, capture_output=True, text=True, env=environment(hash_seed), check=False)
    assert run.returncode in (0, 1, 3), run.stderr
    return untimed(json.loads(run.stdout))


def untimed(item: Any) -> Any:
    """Without seconds, wherever they are."""
    if isinstance(item, dict):
        return {name: untimed(value) for name, value in item.items() if "seconds" not in name}
    return [untimed(value) for value in item] if isinstance(item, list) else item


def verdicts(found: Any) -> list[tuple[str, str, str]]:
    """Policy, promise and verdict of each result."""
    return [
        (policy["name"], item["name"], item["verdict"]) for policy in found["policies"] for item in policy["properties"]
    ]


def clauseproof(
    *arguments: str, cwd: Path, patience: float = 120, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The command in a folder, as a user would give it."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**environment(), **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=patience,
        check=False,
    )
