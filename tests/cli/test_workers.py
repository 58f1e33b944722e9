"""Workers that are lost: one that dies, hangs or runs out of memory costs an ``unknown`` with the reason, no more."""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import files

from verifier import pipeline
from verifier.explain import verify as verifying
from verifier.explain.model import RunResult
from verifier.parallel import Ended, in_workers

TEXTS = {
    f"{name}.policy": f"""
policy {name}
status a : yes/no starts no
status b : yes/no starts no
step one
  then a becomes yes
step two
  requires a
  then b becomes yes
prove fine always (b implies a)
prove bad never b
prove hard always (b implies a)
"""
    for name in ("alpha", "beta", "gamma")
}
OPTIONS = pipeline.Options(timeout=30.0, jobs=2)


def dying() -> None:
    faulthandler.disable()  # what pytest prints of it is no news
    os.kill(os.getpid(), signal.SIGSEGV)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hanging() -> None:
    time.sleep(600)


def swallowing_memory() -> None:
    taken = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0]) * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + 300_000_000, most))
    kept = []
    while True:
        kept.append(bytearray(20_000_000))


LOST: tuple[tuple[Callable[[], None], str], ...] = (
    (dying, "SIGSEGV"),
    (killed, "SIGKILL"),
    (swallowing_memory, "out of memory"),
    (hanging, "did not come back within 2 seconds"),
)


def sabotaged(patch: pytest.MonkeyPatch, policy: str, what: Callable[[], None]) -> None:
    """Whatever works on the promise ``hard`` of a policy comes to an end."""
    true = verifying.verify_program

    def wrong(program: Any, work: Any, *rest: Any) -> Any:
        if program.name == policy and any(promise.name == "hard" for promise in work.promises):
            what()
        return true(program, work, *rest)

    patch.setattr(verifying, "verify_program", wrong)
    patch.setattr(pipeline, "_patience", lambda _: 2.0)


def run() -> RunResult:
    return pipeline.verify(list(TEXTS), OPTIONS, files(TEXTS))


def said(run: RunResult) -> dict[str, list[tuple[str, str]]]:
    return {policy.name: [(result.name, result.verdict) for result in policy.properties] for policy in run.policies}


@pytest.mark.parametrize(("what", "reason"), LOST, ids=lambda item: getattr(item, "__name__", ""))
def test_a_lost_worker_costs_one_promise(
    what: Callable[[], None], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy = said(run())
    assert healthy["alpha"] == [("fine", "proved"), ("bad", "violated"), ("hard", "proved")]
    sabotaged(monkeypatch, "beta", what)
    found = run()
    expected = healthy | {"beta": [("fine", "proved"), ("bad", "violated"), ("hard", "unknown")]}
    assert said(found) == expected
    (hard,) = (result for result in found.policies[1].properties if result.name == "hard")
    assert reason in (hard.reason or "")


def test_what_is_lost_without_a_promise_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all promises are decided one by one, something must still say that findings are missing."""
    true = verifying.verify_program

    def wrong(program: Any, work: Any, *rest: Any) -> Any:
        if program.name == "beta" and work.probing:
            killed()
        return true(program, work, *rest)

    monkeypatch.setattr(verifying, "verify_program", wrong)
    found = run()
    assert said(found)["beta"] == said(found)["alpha"]
    assert len(found.internal_errors) == 1
    assert "SIGKILL" in found.internal_errors[0]


def test_a_worker_that_died_once_is_forgiven(tmp_path: Path) -> None:
    def work(item: int) -> int:
        if item == 1 and not (tmp_path / "died").exists():
            (tmp_path / "died").write_text("", encoding="utf-8")
            killed()
        return 10 * item

    assert in_workers(work, [0, 1, 2, 3], 2, lambda item: item, lambda _: None) == [0, 10, 20, 30]


def test_what_work_raises_is_raised() -> None:
    def work(item: int) -> int:
        if item == 2:
            raise ValueError("two")
        return item

    with pytest.raises(ValueError, match="two"):
        in_workers(work, [0, 1, 2, 3], 2, lambda item: item, lambda _: None)


def test_a_hung_worker_leaves_the_others() -> None:
    def work(item: int) -> int:
        if item == 1:
            time.sleep(600)
        return item

    found = in_workers(work, [0, 1, 2, 3, 4], 2, lambda item: item, lambda _: None, seconds=1.0)
    assert [item for item in found if not isinstance(item, Ended)] == [0, 2, 3, 4]
    assert isinstance(found[1], Ended)
