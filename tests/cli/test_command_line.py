"""The command as a process: what it loads, what it says about wrong use, and its exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import verifier

GOOD = """\
policy lending "Lending"
status lent : yes/no  starts no  reads "the book is lent" / "the book is on the shelf"
step lend  reads "the book is lent out" / "the book has been lent out"
  requires not lent
  then lent becomes yes
prove lendable "A book can be lent"
  possible lent
prove lent_once "A lent book is not lent again"
  lend only if not lent
"""
VIOLATED = GOOD + 'prove never_lent "No book is ever lent"\n  never lent\n'


def command(
    *arguments: str, cwd: Path, given: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "verifier.cli.main", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(verifier.__file__).parents[1]), **environment},
        capture_output=True,
        text=True,
        input=given,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "lending.policy").write_text(GOOD, encoding="utf-8")
    return tmp_path


# ---------------------------------------------------------------- before any work


@pytest.mark.parametrize("arguments", [["--help"], ["verify", "--help"], ["--version"]])
def test_help_loads_no_heavy_module(arguments: list[str], tmp_path: Path) -> None:
    script = (
        "import sys, atexit\n"
        "heavy = {'z3', 'lark', 'rich', 'verifier.pipeline', 'verifier.core'}\n"
        "atexit.register(lambda: print('LOADED', sorted(heavy & set(sys.modules))))\n"
        f"sys.argv = ['clauseproof', *{arguments!r}]\n"
        "from verifier.cli.main import main\n"
        "main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(verifier.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_help_lists_the_commands_that_exist(tmp_path: Path) -> None:
    done = command("--help", cwd=tmp_path)
    listed = [line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.startswith("  ")]
    assert listed[:6] == ["verify", "check", "test", "ask", "diff", "fmt"]
    assert "Exit codes" in done.stdout


def test_version(tmp_path: Path) -> None:
    done = command("--version", cwd=tmp_path)
    assert done.stdout == f"clauseproof {verifier.__version__} (policy language {verifier.LANGUAGE_VERSION})\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["verify", "absent.policy"], "`absent.policy` does not exist"),
        (["verify", "policy"], "did you mean `policies`?"),
        (["check", "policies/lendin.policy"], "did you mean `policies/lending.policy`?"),
        (["verify", "empty"], "`empty` holds no policy"),
        (["verify", "--format", "yaml"], "`yaml` is not one of text, json"),
        (["verify", "--color", "pink"], "`pink` is not one of auto, always, never"),
        (["verify", "--fail-on", "violated,nothing"], "`nothing` is not one of violated, unknown, vacuous, warning"),
        (["verify", "--output", "json"], "is not FORMAT=PATH"),
        (["verify", "--output", "json=absent/run.json"], "`absent` must be a folder"),
        (["verify", "--output", "json=a.json", "--output", "text=a.json"], "names `a.json` twice"),
        (["verify", "--path", "absent"], "`--path absent` is not a folder"),
        (["verify", "--budget", "0"], "--budget"),
        (["verify", "--property", "lendabel"], "did you mean `lendable`?"),
        (["verify", "--property", "zzz*"], "the promises are `lendable` and `lent_once`"),
        (["rules", "E9999"], "there is no diagnostic `E9999`"),
        (["frobnicate"], "No such command"),
        (["fmt", "absent.policy"], "`absent.policy` does not exist"),
        (["fmt", "-", "policies"], "cannot be combined with other paths"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else None,
)
def test_wrong_use_exits_2_and_says_why(arguments: list[str], complaint: str, folder: Path) -> None:
    (folder / "empty").mkdir()
    done = command(*arguments, cwd=folder)
    assert done.returncode == 2, done.stderr
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_without_a_path_the_folder_policies_is_needed(tmp_path: Path) -> None:
    done = command("verify", cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no folder `policies` here" in done.stderr


def test_the_pages_of_diagnostics(tmp_path: Path) -> None:
    listed = command("rules", cwd=tmp_path).stdout.splitlines()
    assert "E0120  A file cannot be read" in listed
    assert listed == sorted(listed)
    for code in ("E0120", "e0120"):
        assert command("rules", code, cwd=tmp_path).stdout.startswith("# E0120")


# ---------------------------------------------------------------- broken texts are diagnostics


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", ""),
        (b"\xff\xfe\x00\x01", "not UTF-8"),
        (b"policy a\x00b", "zero bytes"),
        (b"policy", ""),
        (b"%PDF-1.7 \x80\x81", "not UTF-8"),
        (b"not a policy at all\n" * 50, ""),
        (b"(" * 20_000, ""),
    ],
    ids=["empty", "binary", "zero byte", "cut off", "pdf", "prose", "deep"],
)
def test_a_broken_text_is_a_finding(content: bytes, hint: str, tmp_path: Path) -> None:
    (tmp_path / "broken.policy").write_bytes(content)
    done = command("check", "broken.policy", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "error" in done.stdout
    assert hint in done.stdout


def test_a_folder_named_like_a_policy_and_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "gone.policy").symlink_to(tmp_path / "nowhere")
    done = command("check", "gone.policy", cwd=tmp_path)
    assert done.returncode == 1
    assert "`gone.policy` does not exist" in done.stdout


# ---------------------------------------------------------------- runs


def test_everything_proved_exits_0(folder: Path) -> None:
    done = command("verify", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 promises: 2 proved" in done.stdout
    assert done.stderr == ""


def test_a_violation_exits_1_and_tells_the_story(folder: Path) -> None:
    (folder / "policies" / "wrong.policy").write_text(VIOLATED.replace("lending", "wrong"), encoding="utf-8")
    done = command("verify", "policies/wrong.policy", cwd=folder)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "IT CAN HAPPEN that the book is lent." in done.stdout
    assert "the book is lent out" in done.stdout
    assert "replayed independently" in done.stdout


def test_check_proves_nothing_and_loads_no_solver(folder: Path) -> None:
    script = (
        "import sys; sys.argv = ['clauseproof', 'check']\n"
        "from verifier.cli.main import main\n"
        "try:\n  main()\n"
        "finally:\n  print('z3' in sys.modules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(verifier.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "nothing was proved" in done.stdout
    assert done.stdout.splitlines()[-1] == "False"


def test_json_on_the_screen_and_reports_in_files(folder: Path) -> None:
    done = command("verify", "--format", "json", "--output", "text=run.txt", "--output", "json=run.json", cwd=folder)
    assert done.returncode == 0, done.stderr
    printed, written = json.loads(done.stdout), json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert printed == written
    assert printed["summary"] == {"proved": 2, "violated": 0, "unknown": 0}
    assert "2 proved" in (folder / "run.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in folder.iterdir()) == ["policies", "run.json", "run.txt"]


def test_one_promise_can_be_chosen(folder: Path) -> None:
    done = command("verify", "--property", "lendab*", "--format", "json", cwd=folder)
    (policy,) = json.loads(done.stdout)["policies"]
    assert [item["name"] for item in policy["properties"]] == ["lendable"]


@pytest.mark.parametrize(
    ("question", "code", "answer"),
    [
        ("never lent", 1, "IT CAN HAPPEN that the book is lent."),
        ("possible lent", 0, "proved"),
        ("never lnt", 1, "lnt"),
    ],
)
def test_ask(question: str, code: int, answer: str, folder: Path) -> None:
    done = command("ask", "policies/lending.policy", question, cwd=folder)
    assert done.returncode == code, done.stdout + done.stderr
    assert answer in done.stdout


def test_an_answer_is_headed_by_the_question(folder: Path) -> None:
    violated = command("ask", "policies/lending.policy", "never  lent", cwd=folder).stdout
    assert "✗ VIOLATED  never lent  bmc" in violated
    assert "question" not in violated
    assert (
        "✓ proved    possible lent  bmc"
        in command("ask", "policies/lending.policy", "possible lent", cwd=folder).stdout
    )


def test_formatting(folder: Path) -> None:
    policy = folder / "policies" / "lending.policy"
    untidy = GOOD.replace("  requires not lent", "requires    not   lent  # only once")
    policy.write_text(untidy, encoding="utf-8")
    checked = command("fmt", "--check", cwd=folder)
    assert (checked.returncode, checked.stdout) == (1, "policies/lending.policy\n")
    difference = command("fmt", "--diff", cwd=folder)
    assert difference.returncode == 0
    assert "-requires    not   lent  # only once\n" in difference.stdout
    assert policy.read_text(encoding="utf-8") == untidy
    policy.chmod(0o640)
    assert command("fmt", cwd=folder).returncode == 0
    assert policy.stat().st_mode & 0o777 == 0o640
    assert "requires not lent" in policy.read_text(encoding="utf-8")
    assert "# only once" in policy.read_text(encoding="utf-8")
    again = command("fmt", "--check", cwd=folder)
    assert (again.returncode, again.stdout) == (0, "")


UNTIDY = GOOD.replace("  requires not lent", "requires    not   lent  # „é“ once")


def test_the_standard_input_is_formatted_to_the_output(tmp_path: Path) -> None:
    done = command("fmt", "-", cwd=tmp_path, given=UNTIDY, PYTHONIOENCODING="utf-8", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  requires not lent  # „é“ once\n" in done.stdout
    assert command("fmt", "-", cwd=tmp_path, given=done.stdout).stdout == done.stdout
    assert command("fmt", "--check", "-", cwd=tmp_path, given=done.stdout).returncode == 0
    checked = command("fmt", "--check", "-", cwd=tmp_path, given=UNTIDY)
    assert (checked.returncode, checked.stdout) == (1, "")
    assert "+  requires not lent" in command("fmt", "--diff", "-", cwd=tmp_path, given=UNTIDY).stdout


def test_a_formatted_policy_keeps_its_characters_on_any_terminal(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(verifier.__file__).parents[1]), "PYTHONIOENCODING": "ascii"}
    program = [sys.executable, "-m", "verifier.cli.main", "fmt", "-"]
    done = subprocess.run(
        program, cwd=tmp_path, env=environment, input=UNTIDY.encode(), capture_output=True, check=True
    )
    assert "„é“" in done.stdout.decode("utf-8")


def test_a_wrong_standard_input_gives_no_output(tmp_path: Path) -> None:
    done = command("fmt", "-", cwd=tmp_path, given=GOOD + "prove x nothing here\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "<standard input>:10" in done.stderr


def test_several_paths_are_formatted_each_once(folder: Path) -> None:
    (folder / "other.policy").write_text(UNTIDY, encoding="utf-8")
    done = command("fmt", "policies", "other.policy", "./other.policy", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 reformatted, 0 unchanged" in done.stderr
    assert [path.name for path in folder.iterdir()] in (["policies", "other.policy"], ["other.policy", "policies"])


def test_a_policy_with_errors_is_not_formatted(folder: Path) -> None:
    policy = folder / "policies" / "lending.policy"
    policy.write_text(GOOD + "prove x nothing here\n", encoding="utf-8")
    done = command("fmt", cwd=folder)
    assert done.returncode == 1
    assert "error[" in done.stdout
    assert policy.read_text(encoding="utf-8").endswith("prove x nothing here\n")


def test_colour_only_where_wanted(folder: Path) -> None:
    assert "\x1b[" not in command("check", cwd=folder).stdout
    assert "\x1b[" in command("check", "--color", "always", cwd=folder, NO_COLOR="1").stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_any_encoding_of_the_terminal_will_do(encoding: str, folder: Path) -> None:
    (folder / "policies" / "wrong.policy").write_text(
        VIOLATED.replace("lending", "wrong").replace("the book", "the bøok „é“ 書"), encoding="utf-8"
    )
    done = command("verify", "policies/wrong.policy", cwd=folder, PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 1, done.stderr
    assert "IT CAN HAPPEN" in done.stdout


def test_a_reader_that_leaves_is_no_fault(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(verifier.__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, "-m", "verifier.cli.main", "check", "--format", "json"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert complaint == ""


def test_an_interruption_ends_even_a_long_solver_call(folder: Path) -> None:
    script = (
        "import signal, sys\n"
        # As in a terminal, also where the tests run in the background and ignore the key.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from verifier import pipeline\n"
        "import verifier.engines, z3\n"
        "def verify(*_):\n"
        "    solver = z3.Solver()\n"
        "    a, b, c = z3.Ints('a b c')\n"
        "    solver.add(a > 0, b > 0, c > 0, a * a * a + b * b * b == c * c * c)\n"
        "    print('ready', flush=True)\n"
        "    solver.check()\n"
        "pipeline.verify = verify\n"
        "sys.argv = ['clauseproof', 'verify']\n"
        "from verifier.cli.main import main\n"
        "main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(verifier.__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=20) == 130
        finally:
            process.kill()


SOURCED = 'policy sourced\nsource code "The code" from "code.txt" sha256 "{digest}"\n'


@pytest.mark.parametrize(
    "arguments", [["check"], ["verify"], ["test"], ["ask", "policies/sourced.policy", "always yes"]]
)
def test_the_text_of_a_source_must_not_drift(arguments: list[str], tmp_path: Path) -> None:
    from hashlib import sha256

    (tmp_path / "policies").mkdir()
    policy, source = tmp_path / "policies" / "sourced.policy", tmp_path / "policies" / "code.txt"
    policy.write_text(
        SOURCED.format(digest=sha256(b"one").hexdigest()) + "fact a : yes/no  # [code 1]\n", encoding="utf-8"
    )
    absent = command(*arguments, cwd=tmp_path)
    assert (absent.returncode, "error[E0414]" in absent.stdout) == (1, True)
    source.write_bytes(b"one")
    assert command(*arguments, cwd=tmp_path).returncode == 0
    source.write_bytes(b"two")
    drifted = command(*arguments, cwd=tmp_path)
    assert (drifted.returncode, "error[E0415]" in drifted.stdout) == (1, True)
    assert sha256(b"two").hexdigest() in drifted.stdout
