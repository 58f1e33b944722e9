"""The other tools: where they are, how they are brought into a folder of their own, and how they are asked.

A tool that cannot be had is absent, with the reason; nothing here fails because of one. Tools from the Python package
index get a virtual environment each, since they pin other solvers; tools from apt are unpacked, not installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import case_peers as texts
from case_model import PROMISES, VARIANTS

SECONDS = 600
BOUND = 14

SPACER = """
import sys, z3
solver = z3.SolverFor("HORN")
solver.from_file(sys.argv[1])
print(solver.check())
"""

CLINGO = """
import sys, clingo
control = clingo.Control(["--warn=none"])
control.load(sys.argv[1])
for time in range(int(sys.argv[2]) + 1):
    number = clingo.Number(time)
    control.ground([("base", [])] * (time == 0) + [("step", [number])] * (time > 0) + [("check", [number])])
    control.assign_external(clingo.Function("query", [number]), True)
    if control.solve().satisfiable:
        print("reached", time)
        break
    control.release_external(clingo.Function("query", [number]))
else:
    print("not reached up to", time)
"""


@dataclass(frozen=True)
class Peer:
    """A tool: its command for a file, the file for a variant, and what it must print."""

    name: str
    version: str
    remark: str
    command: Callable[[Path], list[str]]
    text: Callable[[str], str]
    expected: Callable[[str], str]
    suffix: str
    prepare: Callable[[Path], list[str]] | None = None
    files: dict[str, Path] = field(default_factory=dict)

    def file(self, variant: str, folder: Path) -> Path:
        """The file for a variant, written once."""
        if variant not in self.files:
            place = folder / f"{variant}{self.suffix}"
            place.write_text(self.text(variant), encoding="utf-8")
            self.files[variant] = place
        return self.files[variant]

    def right(self, variant: str, output: str) -> bool:
        """Whether the output holds the expected answer."""
        return re.search(self.expected(variant), output) is not None


def broken(variant: str) -> tuple[str, int] | None:
    """The promise that a variant breaks, and in how many steps."""
    return VARIANTS[variant]


def peers(folder: Path | None) -> tuple[list[Peer], dict[str, str]]:
    """The tools that can be asked, and why others are absent."""
    found: list[Peer] = [spacer()]
    absent: dict[str, str] = {}
    for name, find in (("clingo", clingo), ("IDP-Z3", idp), ("ABC", abc), ("Spin", spin)):
        if folder is None:
            absent[name] = "no folder for peers was named (--peers DIR)"
            continue
        try:
            found.append(find(folder))
        except (OSError, subprocess.SubprocessError) as fault:
            absent[name] = f"could not be had: {type(fault).__name__}"
    return found, absent


def spacer() -> Peer:
    """Z3 Spacer in this environment, on Horn clauses."""
    import z3

    return Peer(
        "Z3 Spacer",
        z3.get_version_string(),
        "hand-written Horn clauses; no run is printed",
        lambda file: [sys.executable, "-c", SPACER, str(file)],
        texts.horn,
        lambda variant: "^unsat" if broken(variant) else "^sat",
        ".smt2",
    )


def clingo(folder: Path) -> Peer:
    """Clingo from the Python package index."""
    python = _environment(folder, "clingo")
    return Peer(
        "clingo",
        _version(python, "clingo"),
        f"bounded: looks at runs of up to {BOUND} steps and proves nothing beyond",
        lambda file: [python, "-c", CLINGO, str(file), str(BOUND)],
        texts.answer_sets,
        lambda variant: f"^reached {found[1]}$" if (found := broken(variant)) else "not reached",
        ".lp",
    )


def idp(folder: Path) -> Peer:
    """IDP-Z3 from the Python package index."""
    python = _environment(folder, "idp-engine")
    return Peer(
        "IDP-Z3",
        _version(python, "idp-engine"),
        "proves one step only, and needs the inductive lemmas from a person; counterexamples of a length that is given",
        lambda file: [str(Path(python).with_name("idp-engine")), str(file)],
        lambda variant: texts.bounded(variant) if broken(variant) else texts.one_step(variant),
        lambda variant: "Model 1" if broken(variant) else "(?s)unsat.*unsat",
        ".idp",
    )


def abc(folder: Path) -> Peer:
    """ABC from apt."""
    program = _unpacked(folder, "berkeley-abc", "usr/bin/berkeley-abc")

    def expected(variant: str) -> str:
        found = broken(variant)
        if found is None:
            return "Property proved"
        place = list(PROMISES).index(found[0])  # one clock cycle more: the first one reads the facts
        return f'Output {place} of miter "case" was asserted in frame {found[1] + 1}'

    return Peer(
        "ABC",
        _apt_version("berkeley-abc"),
        "a circuit of bits, the number of children as one bit; pdr for the proofs, bmc3 for the shortest runs",
        lambda file: [program, "-q", f"read_blif {file}; strash; {'pdr' if file.stem == 'main' else 'bmc3 -F 20'}"],
        texts.circuit,
        expected,
        ".blif",
    )


def spin(folder: Path) -> Peer:
    """Spin from apt; a C compiler is needed."""
    program = _unpacked(folder, "spin", "usr/bin/spin")
    if shutil.which("gcc") is None:
        raise FileNotFoundError("gcc")
    script = 'cd "$(dirname "$1")" && "$0" -a "$1" && gcc -O1 -DSAFETY -DBFS -o pan pan.c && ./pan'
    return Peer(  # its depth counts four moves in which the facts are chosen
        "Spin",
        _apt_version("spin"),
        "explicit states, breadth first; most of the time is its C compiler",
        lambda file: ["sh", "-c", script, program, str(file)],
        texts.processes,
        lambda variant: f"depth reached {found[1] + 4}, errors: 1" if (found := broken(variant)) else "errors: 0",
        ".pml",
    )


def _environment(folder: Path, package: str) -> str:
    """The interpreter of a virtual environment that holds a package."""
    home = folder / package
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        _run([sys.executable, "-m", "venv", str(home)])
        _run([str(python), "-m", "pip", "install", "-q", package])
        (home / "ready").touch()
    return str(python)


def _version(python: str, package: str) -> str:
    command = f"from importlib.metadata import version; print(version({package!r}))"
    return _run([python, "-c", command]).strip()


def _unpacked(folder: Path, package: str, program: str) -> str:
    """A program from apt, unpacked into the folder; one that is installed already is taken."""
    installed = shutil.which(Path(program).name)
    if installed is not None:
        return installed
    place = folder / "apt"
    place.mkdir(parents=True, exist_ok=True)
    if not (place / program).exists():
        _run(["apt-get", "download", package], place)
        for file in place.glob(f"{package}_*.deb"):
            _run(["dpkg", "-x", str(file), str(place)])
    return str(place / program)


def _apt_version(package: str) -> str:
    found = re.search(r"Candidate: (\S+)", _run(["apt-cache", "policy", package]))
    return found[1] if found else "unknown"


def _run(command: list[str], place: Path | None = None, settings: Mapping[str, str] | None = None) -> str:
    return subprocess.run(
        command, cwd=place, env=settings, check=True, capture_output=True, text=True, timeout=SECONDS
    ).stdout
