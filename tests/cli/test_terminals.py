"""What people see: on a pipe, on a terminal of 80 columns, without colour, and in the C locale, captured and compared.

A pseudo-terminal is always there; where there is tmux, its screen must show the same.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from command import ROOT, environment

from verifier.cli.output import stream_style
from verifier.reports.style import plain

LENDING = (ROOT / "verifier" / "cli" / "beginnings" / "lending.policy").read_text(encoding="utf-8")
WRONG = f"""\
policy wrong "Fées – “à payer”"
fact income : money $0..  reads "the income of the person{" and of the household" * 3}"
fact income : int
fact old : yes/no  reads "the person is old" / "the person is young"
decide fee : money
  rule a gives $0 if old and incom is less
"""
COMMANDS = (
    ["--help"],
    ["verify", "--help"],
    ["verify", "lending.policy"],
    ["check", "wrong.policy", "lending.policy"],
    ["verify", "wrong.policy"],
    ["ask", "lending.policy", "why not lend", "--set", "member=no"],
    ["diff", "lending.policy", "stricter.policy"],
)
DRIVER = f"""\
import sys
from verifier.cli.app import app
for arguments in {COMMANDS!r}:
    print("$", *arguments, flush=True)
    try:
        app(arguments, prog_name="clauseproof")
    except SystemExit as end:
        print("exit", end.code, flush=True)
"""
"""All commands in one process: each would load the solver again."""

UTF8 = {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
TERMINALS = {
    "colour": UTF8,
    "NO_COLOR": {**UTF8, "NO_COLOR": "1"},
    "C": {"LANG": "C", "TERM": "dumb"},
}
_SGR = re.compile(r"\x1b\[[0-9;]*m")
_SET_ASIDE = ("LC_ALL", "LC_CTYPE", "LANG", "NO_COLOR", "COLUMNS", "LINES", "PYTHONIOENCODING", "PYTHONUTF8")


def surroundings(given: dict[str, str]) -> dict[str, str]:
    """An environment in which nothing but what is given says how to show a text."""
    kept = {name: value for name, value in environment().items() if name not in _SET_ASIDE}
    return {**kept, "CLAUSEPROOF_CACHE": "off", **given}


def write_policies(folder: Path) -> None:
    (folder / "lending.policy").write_text(LENDING, encoding="utf-8")
    (folder / "stricter.policy").write_text(LENDING.replace("requires member", "requires not lent"), encoding="utf-8")
    (folder / "wrong.policy").write_text(WRONG, encoding="utf-8")


def on_a_pipe(given: dict[str, str], folder: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=folder,
        env=surroundings(given),
        capture_output=True,
        timeout=120,
        check=True,
    )
    assert run.stderr == b""
    return run.stdout.decode("utf-8")


def on_a_terminal(given: dict[str, str], folder: Path) -> str:
    """All that is written to a terminal of 80 columns, errors and progress included."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER], cwd=folder, env=surroundings(given), stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        content = b""
        while part := _read(ours):
            content += part
        os.close(ours)
        assert process.wait(60) == 0
    return content.decode("utf-8")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody writes to it any more
        return b""


@cache
def written(where: str) -> str:
    """What is written, once for all tests."""
    with TemporaryDirectory() as name:
        write_policies(Path(name))
        return on_a_pipe(UTF8, Path(name)) if where == "pipe" else on_a_terminal(TERMINALS[where], Path(name))


def screen(text: str) -> list[str]:
    """The lines that stay on a screen: what a line is cleared for, and colours, are gone."""
    lines = [line.rpartition("\r\x1b[2K")[2] for line in text.replace("\r\n", "\n").split("\n")]
    return timeless([_SGR.sub("", line).rstrip() for line in lines])


def timeless(lines: list[str]) -> list[str]:
    return [re.sub(r"\d+\.\d+ s$", "0.00 s", re.sub(r"\d+\.\d+ s\b", "0.00 s", line)) for line in lines]


def columns(line: str) -> int:
    return len(line)  # no sign of these texts is wide


@pytest.mark.parametrize("where", ["pipe", *TERMINALS])
def test_every_line_fits_and_no_control_character_is_left(where: str) -> None:
    lines = screen(written(where))
    assert [line for line in lines if columns(line) > 80] == []
    assert [line for line in lines if any(ord(sign) < 32 or sign in "\x7f\ufffd" for sign in line)] == []
    assert [line for line in lines if line.startswith("exit")] == [f"exit {code}" for code in (0, 0, 1, 1, 1, 0, 0)]
    text = "\n".join(lines)
    for said in ("VIOLATED  lent_once", "error[E0201]", "INCOMPARABLE.", "Usage: clauseproof verify", "income of the"):
        assert said in text


@pytest.mark.parametrize("where", ["NO_COLOR", "C", "pipe"])
def test_colour_is_only_where_it_is_wanted(where: str) -> None:
    assert _SGR.search(written("colour"))
    assert not _SGR.search(written(where))
    assert ("\x1b" in written(where)) is (where == "NO_COLOR")  # the live line is cleared; a dumb terminal has none


@pytest.mark.parametrize("where", ["NO_COLOR", "pipe"])
def test_without_colour_and_on_a_pipe_the_words_are_the_same(where: str) -> None:
    assert screen(written(where)) == screen(written("colour"))


def test_the_c_locale_gets_the_same_words_in_ascii() -> None:
    shown = written("C")
    assert shown.isascii()
    assert "\\u" not in shown
    rich, bare = ("\n".join(screen(text)) for text in (plain(written("colour")), shown))
    cut = re.compile(r"^\d+ \|.*|^ *\| *[-^].*", re.MULTILINE)  # a line of a policy, which is cut where it is too long
    assert cut.sub("", bare).split() == cut.sub("", rich).split()


@pytest.mark.parametrize(
    ("said", "on_terminals", "on_pipes"),
    [
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, True, True),
        ({"LC_ALL": "POSIX"}, True, True),
        ({"LC_CTYPE": "C", "LANG": "de_DE.UTF-8"}, True, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True, True),  # as Python sets it where only LANG is given
        ({"LC_CTYPE": "C.UTF-8"}, True, False),  # as Python sets it where nothing is given, such as in a container
        ({}, True, False),
        ({"LANG": "de_DE.UTF-8"}, False, False),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, False, False),
        ({"LANG": "C", "PYTHONUTF8": "1"}, False, False),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, False, False),
    ],
)
def test_what_asks_for_the_c_locale(
    said: dict[str, str], on_terminals: bool, on_pipes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in _SET_ASIDE:
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    for terminal, bare in ((True, on_terminals), (False, on_pipes)):
        stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        monkeypatch.setattr(stream, "isatty", lambda terminal=terminal: terminal, raising=False)
        assert stream_style(stream, "never").unicode is not bare


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize("where", ["colour", "C"])
def test_tmux_shows_the_same_screen(where: str, tmp_path: Path) -> None:
    write_policies(tmp_path)
    (tmp_path / "driver.py").write_text(DRIVER + 'print("ended", flush=True)\nimport time\ntime.sleep(60)\n', "utf-8")
    tmux = ["tmux", "-u", "-S", str(tmp_path / "socket"), "-f", os.devnull]
    start = [*tmux, "new-session", "-d", "-x", "80", "-y", "400", f"exec '{sys.executable}' driver.py"]
    given = {name: value for name, value in TERMINALS[where].items() if name != "TERM"}
    subprocess.run(start, cwd=tmp_path, env=surroundings(given), check=True)
    try:
        for _ in range(300):
            shown = subprocess.run(
                [*tmux, "capture-pane", "-p"], capture_output=True, encoding="utf-8", check=True
            ).stdout
            if "\nended" in shown:
                break
            time.sleep(0.2)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
    assert timeless(shown.partition("\nended")[0].split("\n")) == screen(written(where).rstrip())
