"""``clauseproof doctor``: what a run would use here, and what is missing. Proves nothing and writes nothing."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from verifier import LANGUAGE_VERSION, __version__
from verifier.cache.place import cache_folder
from verifier.cli.configuration import configuration
from verifier.cli.exits import PROVED, USAGE
from verifier.cli.files import UsageFault
from verifier.cli.output import print_text

if TYPE_CHECKING:
    from pathlib import Path

_NEEDED = (("z3", "z3-solver"), ("lark", "lark"), ("typer", "typer"))
_OPTIONAL = (
    ("oxidd", "oxidd", "large finite policies are slower"),
    ("cvc5", "cvc5", "`--certify` needs it"),
    ("typst", "typst", "`--output pdf=…` needs it"),
    ("python-docx", "python-docx", "`--output docx=…` needs it"),
)


def examine() -> int:
    """Print what there is; exit code 2 where a run could not start."""
    faults: list[str] = []
    lines = [
        ("clauseproof", f"{__version__} (policy language {LANGUAGE_VERSION})"),
        ("python", platform.python_version()),
    ]
    for name, distribution in _NEEDED:
        found = _version(distribution)
        lines.append((name, found or "MISSING"))
        faults += [] if found else [f"`{distribution}` is not installed"]
    lines += [(name, _version(distribution) or f"not installed: {why}") for name, distribution, why in _OPTIONAL]
    folder = cache_folder("", os.environ)
    lines.append(("cache", "off" if folder is None else f"{folder} ({_size(folder)})"))
    try:
        lines.append(("configuration", configuration().file or "none"))
    except UsageFault as fault:
        lines.append(("configuration", "FAULTY"))
        faults += str(fault).split("\nclauseproof: ")
    shown = [f"{name:<15}{value}" for name, value in lines]
    print_text("\n".join([*shown, *(f"fault: {fault}" for fault in faults)]) + "\n")
    return USAGE if faults else PROVED


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _size(folder: Path) -> str:
    """How much the files of a folder take, in megabytes."""
    taken = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            try:
                taken += os.lstat(os.path.join(parent, name)).st_size
            except OSError:  # removed by another run meanwhile
                continue
    return f"{taken / 1_000_000:.1f} MB"
