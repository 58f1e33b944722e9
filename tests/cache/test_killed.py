"""Runs killed at any moment: the next run works, and nothing wrong is in the cache."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from random import Random
from typing import Any

from command import COMMAND, environment, verdicts, verified_json

KILLS = 50 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 5
PATIENCE = 60.0

POLICY = """policy {name}
enum Stage = draft | filed | closed
fact urgent : yes/no
status stage : Stage starts draft
status paid : yes/no starts no
step file
  requires stage is draft
  then stage becomes filed
step pay
  requires stage is filed
  then paid becomes yes
step close
  requires paid or urgent
  requires stage is filed
  then stage becomes closed
duty reply: close within {days} days of file
prove closed_after_file close only after file
prove paid_when_closed never stage is closed and not paid
prove in_time after file, close within 20 days
prove can_close always possible stage is closed
"""


def test_a_killed_run_leaves_nothing_wrong(tmp_path: Path) -> None:
    for number in range(4):
        text = POLICY.format(name=f"case{number}", days=18 + number)
        (tmp_path / f"case{number}.policy").write_text(text, encoding="utf-8")
    cache = str(tmp_path / "cache")
    begun = time.monotonic()
    expected = verdicts(verified_json([str(tmp_path), "--no-cache", "--jobs", "2"]))
    whole = time.monotonic() - begun
    assert {verdict for _, _, verdict in expected} >= {"proved", "violated"}
    random, killed = Random(4), 0
    for _ in range(KILLS):
        killed += _killed([str(tmp_path), "--cache-dir", cache, "--jobs", "2"], random.uniform(0.0, whole))
        if random.random() < 0.3:
            assert verdicts(_with_cache(tmp_path, cache)) == expected
            (tmp_path / "case0.policy").write_text(  # so that there is something to find again
                POLICY.format(name="case0", days=18) + f"# run {killed} {random.random()}\n", encoding="utf-8"
            )
    assert killed > KILLS // 3
    assert any(path.is_file() for path in Path(cache).rglob("*")), "nothing was kept, so nothing was tested"
    assert verdicts(_with_cache(tmp_path, cache)) == expected
    assert verdicts(_with_cache(tmp_path, cache)) == expected


def _with_cache(folder: Path, cache: str) -> Any:
    return verified_json([str(folder), "--cache-dir", cache])


def _killed(arguments: list[str], after: float) -> bool:
    """Kill a run some time after its start, if it is still there; its workers end by themselves."""
    process = subprocess.Popen(
        [*COMMAND, "verify", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    time.sleep(after)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert _all_gone(process.pid), "a worker outlives its run"
    return alive


def _all_gone(group: int) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(PermissionError):
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return True
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return False
