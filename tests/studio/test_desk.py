"""Work in processes: it ends, whatever it does, and there is never too much of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from verifier.studio import desk as desk_module
from verifier.studio.desk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    found = Desk(workers=1, waiting=1, kept=4)
    yield found
    found.close()


def test_a_result_comes_back(desk: Desk) -> None:
    job = desk.submit(divmod, (7, 2), 20, "about")
    assert job is not None
    assert job.done.wait(20)
    assert (job.result, job.fault, job.about) == ((3, 1), "", "about")
    assert desk.job(job.number) is job


def test_what_runs_forever_is_killed(desk: Desk) -> None:
    job = desk.submit(time.sleep, (3600,), 0.3, None)
    assert job is not None
    assert job.done.wait(20)
    assert job.fault == "This took more than 0.3 seconds, and was stopped."
    after = desk.submit(divmod, (7, 2), 20, None)
    assert after is not None
    assert after.done.wait(20)
    assert after.result == (3, 1)


def test_a_process_that_dies_is_no_answer(desk: Desk) -> None:
    job = desk.submit(os.abort, (), 20, None)
    assert job is not None
    assert job.done.wait(20)
    assert job.result is None
    assert "ended without an answer" in job.fault


def test_memory_is_bounded_and_its_end_is_told() -> None:
    desk = Desk(workers=1, waiting=1, kept=4, memory=2**30)
    try:
        job = desk.submit(bytearray, (2 * 2**30,), 60, None)
        assert job is not None
        assert job.done.wait(60)
        assert (job.result, job.fault) == (None, "This needed more memory than 1024 MB, and was stopped.")
        after = desk.submit(divmod, (7, 2), 20, None)
        assert after is not None
        assert after.done.wait(20)
        assert after.result == (3, 1)
    finally:
        desk.close()


def test_where_memory_cannot_be_bounded_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("not here")

    monkeypatch.setattr("resource.setrlimit", refused)
    desk_module._limit(1)  # noqa: SLF001
    monkeypatch.undo()
    monkeypatch.setattr("sys.platform", "win32")
    desk_module._limit(1)  # noqa: SLF001


def test_what_is_stopped_ends_at_once(desk: Desk) -> None:
    job = desk.submit(time.sleep, (3600,), 3600, None)
    assert job is not None
    while job.state != "working":
        time.sleep(0.01)
    desk.stop(job)
    assert job.done.wait(20)
    assert job.fault == "This was stopped."


def test_a_full_queue_takes_nothing(desk: Desk) -> None:
    running, waiting, refused = (desk.submit(time.sleep, (3600,), 3600, None) for _ in range(3))
    assert running is not None
    assert waiting is not None
    assert refused is None


def test_only_the_last_results_are_kept(desk: Desk) -> None:
    jobs = []
    for number in range(6):
        job = desk.submit(divmod, (number, 2), 20, None)
        assert job is not None
        assert job.done.wait(20)
        jobs.append(job)
    assert [desk.job(job.number) is None for job in jobs] == [True, True, False, False, False, False]


def test_nothing_is_left_running() -> None:
    desk = Desk(workers=1, waiting=1, kept=4)
    job = desk.submit(time.sleep, (3600,), 3600, None)
    assert job is not None
    while job.process is None:
        time.sleep(0.01)
    number = job.process.pid
    assert number is not None
    desk.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, signal.SIG_DFL)
    assert desk.submit(divmod, (7, 2), 20, None) is None
