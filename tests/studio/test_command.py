"""The command ``studio``: what it prints, how it ends, and that nothing else pays for it."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "import sys; from verifier.cli.main import main; sys.argv[0] = 'clauseproof'; {before}\nmain()"


def command(before: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", RUN.format(before=before), *arguments]


def test_it_serves_until_it_is_interrupted(library: Path) -> None:
    started = subprocess.Popen(
        command("", "studio", str(library), "--no-browser", "--no-cache"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert started.stdout is not None
        address = started.stdout.readline().split()[-1]
        assert "works once" in started.stdout.readline()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(address, timeout=30) as page:
            assert b"<h1>Policies</h1>" in page.read()
        stranger = urllib.request.build_opener()
        with pytest.raises(urllib.error.HTTPError) as refused:
            stranger.open(address, timeout=30)
        assert refused.value.code == 403
        refused.value.close()
        started.send_signal(signal.SIGINT)
        _, complaints = started.communicate(timeout=30)
    finally:
        started.kill()
        started.wait()
    assert (started.returncode, complaints) == (130, "")


def ended(before: str, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        command(before, *arguments), cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_without_the_extra_it_says_what_to_install(library: Path) -> None:
    code, said = ended("sys.modules['uvicorn'] = None", "studio", str(library))
    assert code == 2
    assert said == "clauseproof: the studio needs uvicorn; install it with pip install 'clauseproof[studio]'\n"


def test_what_cannot_be_served_is_refused(tmp_path: Path) -> None:
    code, said = ended("", "studio", str(tmp_path / "nothing.policy"))
    assert code == 2
    assert "does not exist" in said


def test_other_commands_load_nothing_of_it(library: Path) -> None:
    watch = (
        "import atexit; atexit.register(lambda: print(sorted({'starlette', 'jinja2', 'uvicorn', 'asyncio'}"
        " & {name.partition('.')[0] for name in sys.modules})))"
    )
    for arguments in (("--help",), ("studio", "--help"), ("check", str(library))):
        assert ended(watch, *arguments)[1].splitlines()[-1] == "[]"
