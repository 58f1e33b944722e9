"""The house rules that no linter knows: what stands at the top, how long things are, what no file says."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

DRAWN = {"grammar", "policies", "verifier", "tests", "pyproject.toml", "README.md"}
CONVENTION = {
    "LICENSE",
    "CHANGELOG.md",
    "Makefile",
    ".ci",
    ".github",
    ".gitignore",
    ".pre-commit-hooks.yaml",
    "action.yml",
}

LONGEST_FUNCTION = 70
LONGEST_FILE = 450

# One letter of each word stands in brackets, so that this file does not contain what it forbids.
MACHINE_PATHS = re.compile(r"/[h]ome/|/[r]oot/|/[U]sers/|/[w]ork/|/[t]mp/|/[o]pt/|[A-Z]:\\\\[U]sers")
UNFINISHED = re.compile(r"[T]ODO|[F]IXME|[X]XX")


def committed() -> list[Path]:
    """The files of the project: what git tracks, or would track."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [path for name in sorted(set(listed.split("\0"))) if name and (path := ROOT / name).is_file()]


def sources() -> list[Path]:
    return [path for path in committed() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] == "verifier"]


def modules() -> list[tuple[Path, str]]:
    return [(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in sources()]


def long_functions(text: str) -> list[ast.FunctionDef]:
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    return [node for node in functions if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION]


def texts() -> list[tuple[Path, str]]:
    return [(path.relative_to(ROOT), path.read_text(encoding="utf-8", errors="replace")) for path in committed()]


def test_the_top_level_is_as_drawn_plus_convention() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in committed()}
    assert top >= DRAWN
    assert top - DRAWN - CONVENTION == set()


def test_no_file_names_a_place_on_some_machine() -> None:
    found = [f"{path}: {match.group()}" for path, text in texts() for match in MACHINE_PATHS.finditer(text)]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{path}: {match.group()}"
        for path, text in texts()
        if path.suffix == ".py"
        for match in UNFINISHED.finditer(text)
    ]
    assert found == []


def test_every_module_says_what_it_is() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sources()}
    assert [path for path, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def test_functions_and_files_stay_short() -> None:
    too_long = [f"{path}: {count} lines" for path, text in modules() if (count := text.count("\n")) > LONGEST_FILE]
    too_long += [f"{path}:{node.lineno} {node.name}" for path, text in modules() for node in long_functions(text)]
    assert too_long == []


def test_a_crash_is_caught_in_one_place_only() -> None:
    """Beside it, what was raised in a worker is carried to the parent, which raises it again."""
    catching = [path for path in sources() if re.search(r"except (Base)?Exception\b", path.read_text("utf-8"))]
    assert sorted(catching) == [ROOT / "verifier" / "cli" / "main.py", ROOT / "verifier" / "parallel.py"]


def test_no_two_test_modules_have_one_name() -> None:
    """Test folders are no packages: of two modules with one name, pytest would import only the first."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_ci_runs_the_readme_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert (
        "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/python -m pytest -q -n auto tests"
        in readme
    )
    assert "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/clauseproof verify policies" in readme
    assert "test:    ; $(PYTHON) -m pytest -q -n auto tests" in makefile
    assert "make -s test" in ci
    assert 'clauseproof" verify policies' in ci


def test_the_versions_agree() -> None:
    import verifier

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = next(line for line in changelog.splitlines() if line.startswith("## "))
    assert f"## {verifier.__version__}" in first
    assert f"language {verifier.LANGUAGE_VERSION}" in first
