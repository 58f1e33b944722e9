"""The command line in this process, with the pipeline replaced: exit codes, crashes and interruption."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import specimens as s

from verifier import pipeline
from verifier.cli.exits import exit_code
from verifier.cli.main import main
from verifier.explain.model import Finding, RunResult

VACUOUS = replace(s.PROVED, vacuous=True)
DEFAULT = ("violated", "unknown")


@pytest.mark.parametrize(
    ("run", "fail_on", "code"),
    [
        (s.run(s.PROVED, scenarios=[s.PASSED]), DEFAULT, 0),
        (s.run(), DEFAULT, 0),
        (s.run(s.PROVED, s.VIOLATED), DEFAULT, 1),
        (s.run(s.VIOLATED), (), 1),
        (s.run(s.VIOLATED, s.UNKNOWN), DEFAULT, 1),
        (s.run(scenarios=[s.FAILED]), DEFAULT, 1),
        (s.run(findings=[Finding(s.ERROR)], program=None), DEFAULT, 1),
        (s.run(s.UNKNOWN, s.PROVED), DEFAULT, 3),
        (s.run(scenarios=[replace(s.PASSED, verdict="unknown")]), DEFAULT, 3),
        (s.run(s.UNKNOWN), ("violated",), 0),
        (s.run(VACUOUS), DEFAULT, 0),
        (s.run(VACUOUS, s.UNKNOWN), (*DEFAULT, "vacuous"), 1),
        (s.run(findings=[Finding(s.WARNING)]), DEFAULT, 0),
        (s.run(findings=[Finding(s.WARNING)]), (*DEFAULT, "warning"), 1),
        (s.run(s.PROVED, internal_errors=["did not replay"]), DEFAULT, 4),
        (s.run(s.VIOLATED, internal_errors=["did not replay"]), DEFAULT, 4),
    ],
)
def test_exit_codes(run: RunResult, fail_on: tuple[str, ...], code: int) -> None:
    assert exit_code(run, fail_on) == code


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """Start ``clauseproof verify some.policy`` with a replaced pipeline; gives the exit code."""
    (tmp_path / "some.policy").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(outcome: RunResult | BaseException, *options: str) -> int:
        def verify(*_: object) -> RunResult:
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        monkeypatch.setattr(pipeline, "verify", verify)
        monkeypatch.setattr(sys, "argv", ["clauseproof", "verify", "some.policy", *options])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code

    return run


def test_a_crash_is_never_a_finding(start: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert start(KeyError("no such thing\nat all")) == 4
    complaint = capsys.readouterr().err
    assert complaint.startswith("internal error: KeyError at ")
    assert "report" in complaint
    assert "Traceback" not in complaint


def test_a_crash_shows_its_trace_where_asked(
    start: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEPROOF_DEBUG", "1")
    assert start(RecursionError("too deep")) == 4
    assert "Traceback" in capsys.readouterr().err


def test_interruption(start: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert start(KeyboardInterrupt()) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_internal_errors_reach_the_error_stream_beside_json(
    start: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert start(s.run(s.PROVED, internal_errors=["the run of `p` did not replay"]), "--format", "json") == 4
    assert "the run of `p` did not replay" in capsys.readouterr().err


def test_unknown_has_its_own_code(start: Callable[..., int]) -> None:
    assert start(s.run(s.UNKNOWN)) == 3
    assert start(s.run(s.UNKNOWN), "--fail-on", "violated") == 0


def test_a_report_that_cannot_be_written(
    start: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target = tmp_path / "run.json"
    target.write_text("old", encoding="utf-8")
    assert start(s.run(s.PROVED), "--output", f"json={target}") == 0
    assert target.read_text(encoding="utf-8").startswith("{")
    assert start(s.run(s.PROVED), "--output", f"json={tmp_path}") == 2
    assert "cannot be written" in capsys.readouterr().err
