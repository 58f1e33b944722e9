"""Sources to results: the whole compiler, read in one place.

Takes policy paths and a reader of files; gives a ``RunResult``. Does no I/O of its own and prints nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias

from verifier.checking.load import ParseCache, Read, load
from verifier.explain.model import Finding, PolicyResult, PropertyResult, RunResult
from verifier.source import SourceFile

if TYPE_CHECKING:
    from verifier.core.program import Program, Promise


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may ask of a run.

    ``properties``: globs over promise names (empty: all). ``budget``: solver resource units for each promise,
    deterministic. ``timeout``: wall seconds for each policy, only a guard. ``max_steps``: how deep shortest runs are
    searched. ``search_path``: folders in which ``use NAME`` looks for ``NAME.policy`` after the using file's own
    folder.
    """

    properties: tuple[str, ...] = ()
    scenarios_only: bool = False
    budget: int = 200_000_000
    timeout: float = 300.0
    max_steps: int = 40
    duties: bool = True
    search_path: tuple[str, ...] = ()


Progress: TypeAlias = Callable[[str, str], None]
"""Called with (policy name, what is being worked on) before each piece of work; shown on a terminal."""


def verify(paths: Sequence[str], options: Options, read: Read, progress: Progress | None = None) -> RunResult:
    """The main job: check, scenarios, automatic findings, proofs."""
    begun = time.perf_counter()
    cache = ParseCache()
    results, faults = [], []
    for path in paths:
        checked = _checked(path, options, read, cache)
        if checked.program is not None:
            checked, new = _verified(checked, checked.program, checked.program.promises, options, progress)
            faults += new
        results.append(checked)
    return _run(results, faults, begun)


def check(paths: Sequence[str], options: Options, read: Read) -> RunResult:
    """Parse, names and types; never loads a solver."""
    begun = time.perf_counter()
    cache = ParseCache()
    return _run([_checked(path, options, read, cache) for path in paths], [], begun, solver=False)


def ask(path: str, form: str, options: Options, read: Read, progress: Progress | None = None) -> RunResult:
    """Answer one promise, given as text, about a policy; the result is named ``question``."""
    from verifier.checking.reopen import check_form
    from verifier.syntax.parser import parse_form

    begun = time.perf_counter()
    checked = _checked(path, options, read, ParseCache())
    if checked.program is None:
        return _run([checked], [], begun, solver=False)
    tree, diagnostics = parse_form(SourceFile("question", form))
    promise = None
    if tree is not None:
        promise, found = check_form(checked.program, tree, "question")
        diagnostics = (*diagnostics, *found)
    if promise is None:
        wrong = replace(checked, findings=tuple(Finding(item) for item in diagnostics))
        return _run([wrong], [], begun, solver=False)
    plain = replace(checked.program, scenarios=(), promises=(promise,))
    result, faults = _verified(replace(checked, program=plain), plain, (promise,), options, progress, probing=False)
    shown = replace(checked.program, promises=(*checked.program.promises, promise))
    return _run([replace(result, program=shown)], faults, begun)


def _run(results: list[PolicyResult], faults: list[str], begun: float, solver: bool = True) -> RunResult:
    from verifier import LANGUAGE_VERSION, __version__

    version = ""
    if solver:
        from verifier.engines.version import solver_version

        version = solver_version()
    seconds = time.perf_counter() - begun
    return RunResult(tuple(results), __version__, LANGUAGE_VERSION, version, tuple(faults), seconds)


def _checked(path: str, options: Options, read: Read, cache: ParseCache) -> PolicyResult:
    checked = load(path, read, options.search_path, cache)
    findings = tuple(Finding(item) for item in checked.diagnostics)
    name = checked.program.name if checked.program is not None else path.rsplit("/", 1)[-1].removesuffix(".policy")
    return PolicyResult(name, path, checked.program, findings)


def _wanted(promise: Promise, program: Program, options: Options) -> bool:
    if promise.origin not in ("", program.name):
        return False
    return not options.properties or any(fnmatchcase(promise.name, glob) for glob in options.properties)


def _verified(
    checked: PolicyResult,
    program: Program,
    promises: Sequence[Promise],
    options: Options,
    progress: Progress | None,
    probing: bool = True,
) -> tuple[PolicyResult, list[str]]:
    from verifier.explain.verify import Work, verify_program

    wanted = tuple(p for p in promises if _wanted(p, program, options)) if not options.scenarios_only else ()
    scenarios = () if options.properties else tuple(s for s in program.scenarios if s.origin in ("", program.name))
    work = Work(
        promises=wanted,
        scenarios=scenarios,
        probing=probing and not options.properties and not options.scenarios_only,
        budget=options.budget,
        deadline=time.monotonic() + options.timeout,
        max_steps=options.max_steps,
        duties=options.duties,
    )
    outcome = verify_program(program, work, (lambda what: progress(program.name, what)) if progress else None)
    result = replace(
        checked,
        findings=(*checked.findings, *outcome.findings),
        properties=outcome.properties,
        scenarios=outcome.scenarios,
    )
    return result, list(outcome.faults)


__all__ = ["Options", "Progress", "PropertyResult", "ask", "check", "verify"]
