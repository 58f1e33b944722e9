"""One request from start to exit code: find the policies, run the pipeline, write the reports.

Takes a ``Request``; gives an exit code. All output of a run leaves through here. Faults of use end in one line on the
error stream and code 2, before any proof is started where that is possible.
"""

from __future__ import annotations

import os
import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from verifier.cache.inputs import Reading
from verifier.cache.reports import Report
from verifier.cli.exits import DEFAULT_FAIL_ON, PROVED, USAGE, exit_code, words
from verifier.cli.files import UsageFault, find_policies, need_folders, read_bytes, read_policy
from verifier.cli.today import present_day
from verifier.options import BUDGET, MAX_STEPS, TIMEOUT
from verifier.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier.cache.results import Results
    from verifier.cli.caching import Cache
    from verifier.cli.delivery import Shown
    from verifier.cli.selecting import Selection
    from verifier.explain.model import RunResult
    from verifier.pipeline import Options

COLORS = ("auto", "always", "never")
DEFAULT_FOLDER = "policies"


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for; ``command`` is ``verify``, ``check``, ``test`` or ``ask`` (which has a ``question``)."""

    command: str
    paths: tuple[str, ...]
    format: str = "text"
    outputs: tuple[str, ...] = ()
    question: str = ""
    properties: tuple[str, ...] = ()
    budget: int = BUDGET
    timeout: float = TIMEOUT
    max_steps: int = MAX_STEPS
    duties: bool = True
    color: str = "auto"
    search_path: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    fail_on: str = ",".join(DEFAULT_FAIL_ON)
    severity: tuple[str, ...] = ()
    jobs: int = 0
    cache: bool = True
    cache_dir: str = ""
    certificates: str = ""
    certify: bool = False
    coverage: bool = False
    changed_since: str = ""
    baseline: str = ""
    configuration: str = ""

    @property
    def fail_words(self) -> tuple[str, ...]:
        """The words of ``--fail-on``."""
        return words(self.fail_on)


def run_request(request: Request) -> int:
    """Do what was asked and give the exit code of ``verifier.cli.exits``."""
    return guarded(lambda: _run(request))


def watched(request: Request) -> int:
    """Do what was asked now and after every change."""
    from verifier.cli.watching import run_watch

    _need_usable(request)
    return run_watch(request)


def run_format(paths: tuple[str, ...], *, check: bool, diff: bool, color: str) -> int:
    """Format policies, or say what that would change; the exit code."""
    from verifier.cli.formatting import format_policies

    return guarded(lambda: format_policies(paths or (default_folder(),), check, diff, color))


def guarded(work: Callable[[], int]) -> int:
    """The exit code of some work, in which faults of use are told in one line."""
    from verifier.cli.output import complain

    try:
        return work()
    except UsageFault as fault:
        complain(f"clauseproof: {fault}")
        return USAGE


def _run(request: Request) -> int:
    from verifier.cli.caching import open_cache, question
    from verifier.cli.delivery import shown_reports

    shown = shown_reports(request.format, request.outputs, request.color, request.command, request.sources)
    wanted = request.paths or (default_folder(),)
    paths = find_policies(wanted)
    _need_usable(request)
    _need_what_certifies(request, paths)
    cache, reading = open_cache(request), Reading(read_policy, read_bytes, present_day())
    if request.changed_since or request.baseline:
        from verifier.cli.selecting import selection

        chosen = selection(request, paths, wanted, reading)
        selected = _reported(request, chosen.paths, shown, cache, reading, chosen)
        shown.deliver(selected.texts)
        return selected.code
    asked = question(request, paths, shown.views)
    report = None if cache is None else cache.recall(asked, reading)
    if report is None or len(report.texts) != len(shown.views):
        report = _reported(request, paths, shown, cache, reading)
    shown.deliver(report.texts)
    return report.code


def _reported(
    request: Request,
    paths: tuple[str, ...],
    shown: Shown,
    cache: Cache | None,
    reading: Reading,
    chosen: Selection | None = None,
) -> Report:
    """The report of a run, kept for later ones unless it depends on more than files (a revision, an earlier run)."""
    from verifier.cli.caching import as_found_again, question
    from verifier.cli.formats import SETTLED
    from verifier.cli.output import complain, rendered

    every = paths if chosen is None else chosen.every
    run = _verdicts(request, paths, None if cache is None else cache.results(), reading, every)
    if request.severity:
        from verifier.cli.configuration import severities
        from verifier.explain.grading import graded

        run = graded(run, severities(request.severity))
    if chosen is not None:
        run = chosen.applied(run)

    if request.certificates:
        from verifier.cli.certifying import save_certificates

        number = save_certificates(run, request.certificates)
        complain(f"{number} certificate{'s' * (number != 1)} saved in `{request.certificates}`")

    settled = {form: rendered(run, form, view) for form, view in shown.of(run) if form in SETTLED}

    def report(run: RunResult) -> Report:
        texts = tuple(settled.get(form) or rendered(run, form, view) for form, view in shown.of(run))
        return Report(texts, exit_code(run if chosen is None else chosen.counted(run), request.fail_words))

    if request.format != "text":
        for error in run.internal_errors:
            complain(f"internal error: {error}")
    if cache is not None and chosen is None:
        cache.keep(question(request, paths, shown.views), run, report(as_found_again(run)))
    return report(run)


def _verdicts(
    request: Request, paths: tuple[str, ...], memory: Results | None, reading: Reading, every: tuple[str, ...]
) -> RunResult:
    from verifier import pipeline
    from verifier.cli.interruption import prompt_interruption
    from verifier.cli.progress import live_line

    options = run_options(request, reading.today)
    if request.command == "check":
        return pipeline.check(paths, options, reading.read, reading.read_bytes)
    if request.properties:
        _need_promises(request.properties, pipeline.check(every, options, reading.read))
    with prompt_interruption(), live_line(sys.stderr) as progress:
        if request.command == "ask":
            question = request.question
            return pipeline.ask(paths[0], question, options, reading.read, progress, reading.read_bytes, memory)
        return pipeline.verify(paths, options, reading.read, progress, reading.read_bytes, memory)


def run_options(request: Request, today: int | None) -> Options:
    """What is asked of the pipeline."""
    from verifier.pipeline import Options

    return Options(
        properties=request.properties,
        scenarios_only=request.command == "test",
        budget=request.budget,
        timeout=request.timeout,
        max_steps=request.max_steps,
        duties=request.duties,
        search_path=request.search_path,
        sources=request.sources,
        jobs=request.jobs or len(os.sched_getaffinity(0)),
        certificates=bool(request.certificates),
        certify=request.certify,
        coverage=request.coverage,
        today=today,
    )


def default_folder() -> str:
    """Where policies are looked for if no path is given."""
    if not os.path.isdir(DEFAULT_FOLDER):
        raise UsageFault(
            f"no path was given and there is no folder `{DEFAULT_FOLDER}` here; name a policy file or a folder"
        )
    return DEFAULT_FOLDER


def _need_usable(request: Request) -> None:
    """What the options of every run name must be there."""
    if request.severity:
        from verifier.cli.configuration import severities

        severities(request.severity)
    need_folders({"--path": request.search_path, "--sources": request.sources})
    folder = request.cache_dir
    if folder and os.path.lexists(folder) and not os.path.isdir(folder):
        raise UsageFault(f"`--cache-dir {folder}` is not a folder")


def _need_what_certifies(request: Request, paths: tuple[str, ...]) -> None:
    """The second solver and the folder of certificates, before any proof is started."""
    if request.certify or request.certificates:
        from verifier.cli.certifying import need_certificate_folder, need_second_solver

        if request.certify:
            need_second_solver()
        if request.certificates:
            need_certificate_folder(request.certificates, paths)


def _need_promises(globs: tuple[str, ...], checked: RunResult) -> None:
    """Every glob must match a promise; the promises of a policy with errors are unknown, and its errors are shown."""
    programs = [policy.program for policy in checked.policies]
    names = {promise.name for program in programs if program for promise in program.promises}
    for glob in globs:
        if None not in programs and not any(fnmatchcase(name, glob) for name in names):
            raise UsageFault(f"`--property {glob}` matches no promise{_closest(glob, names)}")


def _closest(glob: str, names: set[str]) -> str:
    from verifier.checking.suggest import closest, listing

    if (close := closest(glob, names)) is not None:
        return f"; did you mean `{close}`?"
    return f"; the promises are {listing(sorted(names))}" if names else "; there are none"


def show_page(code: str | None) -> int:
    """Print the page of a diagnostic, or the list of all codes; the exit code."""
    from verifier.cli.output import complain, print_text
    from verifier.diagnostics.manual import codes, page

    if code is None:
        print_text("".join(f"{name}  {title}\n" for name, title in codes()))
        return PROVED
    text = page(code)
    if text is None:
        known = {name for name, _ in codes()}
        complain(f"clauseproof: there is no diagnostic `{code}`{_closest_code(code, known)}")
        return USAGE
    print_text(text)
    return PROVED


def _closest_code(code: str, known: set[str]) -> str:
    from verifier.checking.suggest import closest

    close = closest(code, known)
    return f"; did you mean `{close}`?" if close else "; `clauseproof rules` lists them all"
