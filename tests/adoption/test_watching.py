"""``verify --watch``: a change, also of what a policy uses, is verified again; Ctrl-C ends it with 130."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
from command import COMMAND, ROOT, clauseproof, environment

BROKEN = (ROOT / "verifier" / "cli" / "beginnings" / "lending.policy").read_text(encoding="utf-8")
KEPT = BROKEN.replace("  requires member\n", "  requires member\n  requires not lent\n")
BASE = 'policy base "B"\nfact adult : yes/no  reads "the reader is grown up" / "the reader is a child"\n'
ENDS = "Ctrl-C ends"


class Watching:
    """A running ``verify --watch``."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        command = [*COMMAND, "verify", "--watch", *options]
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        self.guard = Timer(120, self.process.kill)
        self.guard.start()

    def summary(self) -> str:
        """The next summary, without its time; empty once the process is gone."""
        assert self.process.stdout is not None
        lines: list[str] = []
        while not (lines and ENDS in lines[-1]):
            line = self.process.stdout.readline()
            if not line:
                break
            lines += [line] if line.strip() else []
        return re.sub(r"^\d\d:\d\d:\d\d  ", "", "".join(lines))

    def write(self, name: str, text: str) -> None:
        """A file, whole at once, as editors write."""
        (self.folder / ".new").write_text(text, encoding="utf-8")
        os.replace(self.folder / ".new", self.folder / name)

    def end(self) -> int:
        """The exit code after Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "lending.policy").write_text(KEPT, encoding="utf-8")
    (tmp_path / "law").mkdir()
    running = Watching(tmp_path, "--sources", "law")
    yield running
    running.guard.cancel()
    running.process.kill()
    running.process.communicate()


def test_a_change_is_verified_again(watching: Watching) -> None:
    first = watching.summary()
    assert first.startswith("verified\n✓ policies/lending.policy  3 promises: 3 proved · 1 scenario: 1 passed\n")
    assert "1 policy: all is well · " in first

    watching.write("policies/lending.policy", BROKEN)
    broken = watching.summary()
    assert broken.startswith(
        "changed: policies/lending.policy\n✗ policies/lending.policy  3 promises: 2 proved, 1 viol"
    )
    assert "Promise violated: A book that is lent is not lent out again" in broken
    assert "policies/lending.policy:20:7" in broken

    watching.write("policies/other.policy", KEPT)
    other = watching.summary()
    assert other.startswith("changed: policies/other.policy\n✓ policies/other.policy")  # and not what has not changed
    assert "2 policies: 1 with findings · " in other
    (watching.folder / "policies" / "lending.policy").unlink()
    assert "1 policy: all is well · " in watching.summary()
    assert watching.end() == 130


def test_what_a_policy_uses_counts_even_while_it_is_missing(watching: Watching) -> None:
    watching.summary()
    using = KEPT.replace("\n\nfact member", "\n\nuse base\n\nfact member").replace("requires member", "requires adult")
    watching.write("policies/lending.policy", using)
    missing = watching.summary()
    assert "✗ policies/lending.policy" in missing
    assert "E0210" in missing
    watching.write("policies/base.policy", BASE)
    found = watching.summary()
    assert "changed: policies/base.policy\n" in found
    assert "E0210" not in found
    watching.write("policies/base.policy", BASE.replace("adult", "grown"))
    renamed = watching.summary()
    assert "E0202" in renamed
    watching.write("policies/lending.policy", f'{KEPT}\nsource rules "Rules" from "rules.txt"\n')
    assert "E0414" in watching.summary()
    watching.write("law/rules.txt", "One book each.")
    found = watching.summary()
    assert found.startswith("changed: law/rules.txt\n✓ policies/lending.policy")
    assert watching.end() == 130


def test_nobody_reads_any_more(watching: Watching) -> None:
    watching.summary()
    assert watching.process.stdout is not None
    watching.process.stdout.close()
    watching.write("policies/lending.policy", BROKEN)
    assert watching.process.wait(timeout=60) == 0


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lending.policy").write_text(KEPT, encoding="utf-8")
    for options in (("--format", "json"), ("--output", "json=a.json"), ("--severity", "W1=off"), ("absent.policy",)):
        done = clauseproof("verify", "--watch", "lending.policy", *options, cwd=tmp_path)
        assert done.returncode == 2, done.stdout
        assert "clauseproof: " in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands(shell: str, tmp_path: Path) -> None:
    variables = {"_CLAUSEPROOF_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": "clauseproof ver"}
    if shell == "bash":
        variables |= {"COMP_WORDS": "clauseproof ver", "COMP_CWORD": "1"}
    if shell == "fish":
        variables |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    assert "verify" in clauseproof(cwd=tmp_path, **variables).stdout


def test_completion_options_are_offered(tmp_path: Path) -> None:
    told = clauseproof("--help", cwd=tmp_path).stdout
    assert "--install-completion" in told
    assert "--show-completion" in told
