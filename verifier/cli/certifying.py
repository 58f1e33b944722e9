"""Certificates on the command line: the folder that they are saved in, and ``clauseproof certify``.

Takes names of files and options; gives exit codes. What is read may come from anyone: it is read whole or not at all,
and anything about it that is wrong is told in one line.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.cli.exits import FINDING, PROVED, UNKNOWN, USAGE
from verifier.cli.files import UsageFault, read_policy
from verifier.cli.output import complain, print_text, replace_file, stream_style
from verifier.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.certificates.run import Certified
    from verifier.explain.model import RunResult

ENDING = ".smt2"
LONGEST = 64_000_000


def need_second_solver() -> None:
    """Say how to install the second solver, where it is missing, before any proof is started.

    Raises:
        UsageFault: it is missing.
    """
    from verifier.engines.solvers import HOW_TO_INSTALL, SECOND, installed

    if not installed(SECOND):
        raise UsageFault(f"{SECOND}, the second solver, is not installed; install it with {HOW_TO_INSTALL}")


def need_certificate_folder(folder: str, paths: Sequence[str]) -> None:
    """Make sure that certificates can be saved in a folder, each under a name of its own.

    Raises:
        UsageFault: it is no folder, cannot be made, or two policies have the same file name.
    """
    names = [Path(path).stem for path in paths]
    for name in names:
        if names.count(name) > 1:
            raise UsageFault(f"two policies are called `{name}`; save their certificates in folders of their own")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageFault(f"`--certificates {folder}` is not a folder and cannot be made") from fault


def save_certificates(run: RunResult, folder: str) -> int:
    """Write every certificate of a run, whole or not at all; how many.

    Raises:
        UsageFault: one cannot be written.
    """
    saved = [item.saved for policy in run.policies for item in policy.properties if item.saved is not None]
    for certificate in saved:
        try:
            replace_file(Path(folder) / certificate.file, certificate.text)
        except OSError as fault:
            raise UsageFault(f"`{Path(folder) / certificate.file}` cannot be written: {fault.strerror}") from fault
    return len(saved)


@dataclass(frozen=True, slots=True)
class CertifyRequest:
    """What ``clauseproof certify`` is asked: certificate files or folders of them, and how to check them."""

    paths: tuple[str, ...]
    policy: str | None
    solvers: tuple[str, ...]
    search_path: tuple[str, ...]
    format: str
    color: str


def run_certify(request: CertifyRequest) -> int:
    """Check certificate files; the exit code."""
    try:
        return _certify(request)
    except UsageFault as fault:
        complain(f"clauseproof: {fault}")
        return USAGE


def _certify(request: CertifyRequest) -> int:
    from verifier.certificates.run import asked_solvers, certify
    from verifier.cli.interruption import prompt_interruption
    from verifier.reports.certificates import render_certified, render_certified_json

    second = "cvc5" in request.solvers
    if second:
        need_second_solver()
    if request.policy is not None and not Path(request.policy).is_file():
        raise UsageFault(f"`--policy {request.policy}` is not a file")
    files = [(path, _text(path)) for path in _found(request.paths)]
    with prompt_interruption():
        results = certify(files, request.policy, read_policy, request.search_path, asked_solvers(second))
    if request.format == "json":
        print_text(render_certified_json(results))
    else:
        print_text(render_certified(results, stream_style(sys.stdout, request.color)))
    return _code(results)


def _code(results: Sequence[Certified]) -> int:
    if any(result.outcome == "rejected" and not result.unread for result in results):
        return FINDING
    if any(result.unread for result in results):
        return USAGE
    return UNKNOWN if any(result.outcome == "unknown" for result in results) else PROVED


def _found(paths: Sequence[str]) -> list[str]:
    """The files, and those of the folders, in order and once.

    Raises:
        UsageFault: one is not there, or a folder holds no certificate.
    """
    found: dict[str, None] = {}
    for path in paths:
        place = Path(path)
        if place.is_dir():
            inside = sorted(str(item) for item in place.rglob(f"*{ENDING}") if item.is_file())
            if not inside:
                raise UsageFault(f"the folder `{path}` holds no certificate (*{ENDING})")
            found.update(dict.fromkeys(inside))
        elif place.is_file():
            found[path] = None
        else:
            raise UsageFault(f"there is no file `{path}`")
    return list(found)


def _text(path: str) -> str | None:
    """The text of a file; ``None`` for what is no text of a size that a certificate may have.

    Raises:
        UsageFault: it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(LONGEST + 1)
    except OSError as fault:
        raise UsageFault(f"`{path}` cannot be read: {fault.strerror}") from fault
    if len(content) > LONGEST:
        return None
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
