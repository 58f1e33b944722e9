"""A case that does not replay is a fault of the verifier: exit code 4 and no finding, whatever was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.cli.main import main
from verifier.counsel import start
from verifier.explain import judge
from verifier.explain.replay import ReplayFailure

POLICY = """\
policy loans
fact adult : yes/no
status lent : yes/no starts no
step lend
  requires adult
  then lent becomes yes
prove never_lent
  never lent
"""


def _does_not_replay(*_: object) -> None:
    raise ReplayFailure("planted by hand")


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(judge, "replay", _does_not_replay)
    monkeypatch.setattr(start, "_confirmed", lambda *_: False)
    path = tmp_path / "loans.policy"
    path.write_text(POLICY, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "{path}", "--no-cache"),
        ("verify", "{path}", "--no-cache", "--format", "json"),
        ("ask", "{path}", "never lent", "--no-cache"),
        ("ask", "{path}", "never lent", "--set", "adult=yes"),
        ("ask", "{path}", "why lend"),
        ("ask", "{path}", "why lend", "--format", "json"),
        ("ask", "{path}", "who can lend"),
        ("ask", "{path}", "why adult"),
        ("ask", "{path}", "what would change lend", "--set", "adult=no"),
    ],
    ids=lambda given: " ".join(given[2:]) or given[0],
)
def test_it_is_an_internal_error_and_no_finding(
    policy: str,
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["clauseproof", *(part.format(path=policy) for part in arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 4
    told = capsys.readouterr()
    assert "internal error" in (told.out + told.err).lower()
    assert "violated\n" not in told.out
    assert "YES" not in told.out
