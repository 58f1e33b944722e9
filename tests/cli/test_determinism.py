"""Two runs say the same to the letter, whatever the hash seed and however many processes; timings aside."""

from __future__ import annotations

import json
import os

import pytest
from command import ROOT, verified_json

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
RUNS = 20 if DEEP else 2
FOLDERS = sorted(path.name for path in (ROOT / "policies").iterdir() if path.is_dir())


# Two policies in one folder, so that there is something for two processes.
@pytest.mark.parametrize("folder", FOLDERS if DEEP else ["records_retention"])
def test_runs_are_byte_identical(folder: str) -> None:
    said = set()
    for run in range(RUNS):
        arguments = [f"policies/{folder}", "--no-cache", "--jobs", str(1 + run % 2)]
        said.add(json.dumps(verified_json([str(ROOT / arguments[0]), *arguments[1:]], hash_seed=run)))
    assert len(said) == 1
