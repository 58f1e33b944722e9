"""Sources to results: the whole compiler, read in one place.

Takes policy paths and a reader of files; gives a ``RunResult``. Does no I/O of its own and prints nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, field, replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeAlias

from verifier.analysis.amendments import affected_promises
from verifier.analysis.drafting import drafting
from verifier.analysis.unused import own
from verifier.analysis.waiving import last_days, with_waivers
from verifier.cache.inputs import Reading
from verifier.checking.load import ParseCache, Read, load
from verifier.checking.sources import Library, source_drift
from verifier.diagnostics.model import Severity
from verifier.explain.inherited import broken_promise
from verifier.explain.model import Finding, Origin, PolicyResult, PropertyResult, RunResult, Verdict
from verifier.explain.protected import protected
from verifier.explain.tables import contradictions
from verifier.options import Options
from verifier.records import dataclass
from verifier.source import SourceFile

if TYPE_CHECKING:
    from verifier.cache.results import Results
    from verifier.core.program import Program, Promise
    from verifier.explain.verify import Outcome, Work
    from verifier.parallel import Ended


MENDING_SECONDS = 30.0
"""How long is looked for what would prevent a violation."""

NOT_ASKED: Final = ("timeout", "jobs", "today")
"""Options that no kept result depends on: what the wall clock had a part in is not kept; days are inputs."""

Progress: TypeAlias = Callable[[str, str], None]
"""Called with (policy name, what is being worked on) before each piece of work; shown on a terminal."""

ReadBytes: TypeAlias = Callable[[str], bytes | None]
"""The content of a cited source file; ``None`` where there is no readable file."""


@dataclass(slots=True)
class _Session:
    """What the policies of one run share; ``cited``, ``faults`` and ``ended`` (by the wall clock) tell of the policy at
    hand.
    """

    options: Options
    reading: Reading
    progress: Progress | None = None
    memory: Results | None = None
    cache: ParseCache = field(default_factory=ParseCache)
    cited: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    ended: bool = False
    verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    """What was found about promises in the policy that makes them, by its path and the promise's name."""


def verify(
    paths: Sequence[str],
    options: Options,
    read: Read,
    progress: Progress | None = None,
    read_bytes: ReadBytes | None = None,
    memory: Results | None = None,
) -> RunResult:
    """The main job: check, scenarios, automatic findings, proofs; with a ``memory``, only of what has changed."""
    begun = time.perf_counter()
    session = _Session(options, Reading(read, read_bytes, options.today), progress, memory)
    found = {path: kept for path in paths if (kept := _recalled(path, "", session)) is not None}
    left = [path for path in paths if path not in found]
    if min(options.jobs, len(left)) > 1:
        found |= zip(left, _verify_in_workers(left, session), strict=True)
    else:
        found |= {path: _remembering(_verify_one, path, "", session) for path in left}
    return _run(protected([found[path] for path in paths]), session.faults, begun)


def check(paths: Sequence[str], options: Options, read: Read, read_bytes: ReadBytes | None = None) -> RunResult:
    """Parse, names, types and drafting; never loads a solver."""
    begun = time.perf_counter()
    session = _Session(options, Reading(read, read_bytes, options.today))
    results = [_checked(path, session) for path in paths]
    return _run([_with_waivers(_drafted(result), session) for result in results], [], begun, solver=False)


def ask(
    path: str,
    form: str,
    options: Options,
    read: Read,
    progress: Progress | None = None,
    read_bytes: ReadBytes | None = None,
    memory: Results | None = None,
) -> RunResult:
    """Answer one promise, given as text, about a policy; the result is named ``question``, its title is the text."""
    begun = time.perf_counter()
    session = _Session(options, Reading(read, read_bytes, options.today), progress, memory)
    result = _recalled(path, form, session)
    if result is None:
        result = _remembering(partial(_answered, form), path, form, session)
    return _run([result], session.faults, begun, solver=bool(result.properties))


def _answered(form: str, path: str, session: _Session) -> PolicyResult:
    """The result about one promise, given as text."""
    from verifier.checking.reopen import check_form
    from verifier.syntax.parser import parse_form

    checked = _checked(path, session)
    if checked.program is None:
        return checked
    tree, diagnostics = parse_form(SourceFile("question", form))
    promise = None
    if tree is not None:
        promise, found = check_form(checked.program, tree, "question")
        promise = promise and replace(promise, title=" ".join(form.split()))
        diagnostics = (*diagnostics, *found)
    if promise is None:
        return replace(checked, findings=tuple(Finding(item) for item in diagnostics))
    plain = replace(checked.program, scenarios=(), promises=(promise,))
    result = _verified(replace(checked, program=plain), plain, (promise,), session, probing=False, asked=True)
    result = _mended(result, checked.program, promise, session)
    shown = replace(checked.program, promises=(*checked.program.promises, promise))
    return _with_waivers(replace(result, program=shown), session)


def _mended(result: PolicyResult, program: Program, promise: Promise, session: _Session) -> PolicyResult:
    """The result of one question, with what would prevent a violation."""
    if not any(item.verdict == "violated" for item in result.properties):
        return result
    from verifier.explain.verify import Work

    options = session.options
    deadline = time.monotonic() + min(options.timeout, MENDING_SECONDS)
    work = Work((), (), False, options.budget, deadline, options.max_steps, options.duties)
    found = mended(result.properties, program, promise, work)
    session.ended |= time.monotonic() > deadline
    return replace(result, properties=found)


def mended(
    items: Sequence[PropertyResult], program: Program, promise: Promise, work: Work
) -> tuple[PropertyResult, ...]:
    """The results of one question with what would prevent a violation, for which there is not much time."""
    from verifier.counsel.mending import mending

    hurried = replace(work, deadline=min(work.deadline, time.monotonic() + MENDING_SECONDS))
    return tuple(replace(item, mending=mending(program, promise, item, hurried)) for item in items)


def _run(results: list[PolicyResult], faults: list[str], begun: float, solver: bool = True) -> RunResult:
    from verifier import LANGUAGE_VERSION, __version__

    version = ""
    origins = [result.origin for result in results]
    if origins and all(origin is not None and origin.cached for origin in origins):
        version = next(origin.solver for origin in origins if origin is not None)
    elif solver:
        from verifier.engines.version import solver_version

        version = solver_version()
    seconds = time.perf_counter() - begun
    return RunResult(tuple(results), __version__, LANGUAGE_VERSION, version, tuple(faults), seconds)


def _checked(path: str, session: _Session) -> PolicyResult:
    def cited(place: str) -> bytes | None:
        session.cited.add(place)
        return session.reading.read_bytes(place)

    checked = load(path, session.reading.read, session.options.search_path, session.cache)
    found = checked.diagnostics
    if checked.program is not None and session.reading.bytes_reader is not None:
        found += source_drift(checked.program, Library(cited, session.options.sources))
    name = checked.program.name if checked.program is not None else path.rsplit("/", 1)[-1].removesuffix(".policy")
    return PolicyResult(name, path, checked.program, tuple(Finding(item) for item in found))


def _drafted(result: PolicyResult) -> PolicyResult:
    """The result with what the text alone suggests; nothing beside errors, since what is in error may use a name."""
    if result.program is None or _has_errors(result):
        return result
    found = (*drafting(result.program), *contradictions(result.program))
    return replace(result, findings=(*result.findings, *found))


def _has_errors(result: PolicyResult) -> bool:
    return any(finding.diagnostic.severity is Severity.ERROR for finding in result.findings)


def _with_waivers(result: PolicyResult, session: _Session, complete: bool = False) -> PolicyResult:
    """The result with waived findings as information; once all findings are there, useless waivers are found too."""
    program = result.program
    if program is None:
        return result
    return replace(result, findings=with_waivers(program, result.findings, session.options.today, complete))


def _wanted(program: Program, options: Options) -> list[Promise]:
    """The policy's own promises that are asked for, and the inherited ones that its text may affect."""
    if options.scenarios_only:
        return []
    promises = [*own(program, program.promises), *affected_promises(program)]
    globs = options.properties
    return [p for p in promises if not globs or any(fnmatchcase(p.name, glob) for glob in globs)]


def _verify_one(path: str, session: _Session) -> PolicyResult:
    """Everything about one policy."""
    result, options = _checked(path, session), session.options
    program = result.program
    if program is None:
        return result
    everything = not options.properties and not options.scenarios_only
    complete = everything and options.duties and not _has_errors(result)
    result = _drafted(result) if everything else result
    verified = _verified(
        result, program, _wanted(program, options), session, probing=everything, covering=options.coverage
    )
    return _with_waivers(_with_history(verified, program, session), session, complete)


# ---------------------------------------------------------------- what earlier runs found


def _asked(question: str, session: _Session) -> str:
    """Everything that was asked for and that a result depends on."""
    options = {name: value for name, value in asdict(session.options).items() if name not in NOT_ASKED}
    return json.dumps([question, options, session.reading.bytes_reader is not None])


def _recalled(path: str, question: str, session: _Session) -> PolicyResult | None:
    """What an earlier run found about a policy, where nothing that it depends on has changed."""
    if session.memory is None:
        return None
    result = session.memory.recall(path, _asked(question, session), session.reading)
    if result is not None and not question:
        _note(result, {item.name for item in result.properties if item.inherited_from is None}, session)
    return result


def _remembering(
    work: Callable[[str, _Session], PolicyResult], path: str, question: str, session: _Session
) -> PolicyResult:
    """The result of some work, kept for later runs unless the wall clock or a fault of ours had a part in it."""
    own = replace(session, cache=ParseCache(session.cache.parsed), cited=set(), faults=[], ended=False)
    result = work(path, own)
    session.faults += own.faults
    if session.memory is None or own.faults or own.ended:
        return result
    from verifier.engines.version import solver_version

    days = () if result.program is None else tuple(last_days(result.program))
    origin = Origin(session.reading.inputs(own.cache.asked, own.cited, days), solver_version(), cached=False)
    result = replace(result, origin=origin)
    session.memory.keep(result, _asked(question, session), session.reading)
    return result


# ---------------------------------------------------------------- several policies


def _verify_in_workers(paths: Sequence[str], session: _Session) -> list[PolicyResult]:
    """Everything about several policies, some at a time."""
    from verifier.parallel import Ended, in_workers

    def length(path: str) -> int:
        source = session.reading.read(path)
        return len(source.text) if isinstance(source, SourceFile) else 0

    def started(path: str) -> None:
        if session.progress is not None:
            session.progress(path.rsplit("/", 1)[-1].removesuffix(".policy"), "verifying")

    work = partial(_verify_alone, replace(session, progress=None))
    outcomes = in_workers(work, paths, session.options.jobs, length, started, _patience(session))
    results = []
    for path, outcome in zip(paths, outcomes, strict=True):
        if isinstance(outcome, Ended):
            results.append(_promise_by_promise(path, outcome, session))
        else:
            results.append(outcome[0])
            session.faults += outcome[1]
    return results


def _patience(session: _Session) -> float:
    """After how many seconds a worker counts as lost: long after it should have come to an end by itself."""
    return 2 * session.options.timeout + 120


def _verify_alone(session: _Session, path: str) -> tuple[PolicyResult, list[str]]:
    """What a worker does: one policy, with the faults that it met."""
    own = replace(session, cache=ParseCache(), faults=[])
    return _remembering(_verify_one, path, "", own), own.faults


def _promise_by_promise(path: str, ended: Ended, session: _Session) -> PolicyResult:
    """A policy whose worker was lost: each promise again in a worker of its own, so that one costs no other."""
    from verifier.parallel import Ended, in_workers

    def alone(name: str) -> tuple[PolicyResult, list[str]]:
        options = replace(session.options, properties=(name,))
        return _verify_alone(replace(session, options=options, progress=None, memory=None), path)

    checked, properties = _checked(path, session), list[PropertyResult]()
    wanted = {p.name: p for p in (_wanted(checked.program, session.options) if checked.program is not None else [])}
    outcomes = in_workers(alone, list(wanted), session.options.jobs, len, lambda _: None, _patience(session))
    for p, outcome in zip(wanted.values(), outcomes, strict=True):
        if isinstance(outcome, Ended):
            told = (p.name, p.title, p.keyword, p.cites, p.span)
            properties.append(PropertyResult(*told, "unknown", reason=outcome.reason))
        else:
            properties += outcome[0].properties
            session.faults += outcome[1]
    if all(result.verdict != "unknown" for result in properties):  # else nothing would say what is missing
        session.faults.append(f"{path}: only its promises were looked at: {ended.reason}")
    return replace(checked, properties=tuple(properties))


def _verified(
    checked: PolicyResult,
    program: Program,
    promises: Sequence[Promise],
    session: _Session,
    *,
    probing: bool,
    asked: bool = False,
    covering: bool = False,
    reasoning: bool = True,
) -> PolicyResult:
    from verifier.explain.verify import Work, verify_program

    options, progress = session.options, session.progress
    scenarios = () if options.properties else tuple(s for s in program.scenarios if s.origin in ("", program.name))
    work = Work(
        promises=tuple(promises),
        scenarios=scenarios,
        probing=probing,
        asked=asked,
        reasoning=reasoning,
        budget=options.budget,
        deadline=time.monotonic() + options.timeout,
        max_steps=options.max_steps,
        duties=options.duties,
        memory=None if session.memory is None else session.memory.proofs(),
    )
    outcome = verify_program(program, work, (lambda what: progress(program.name, what)) if progress else None)
    session.faults += outcome.faults
    properties = outcome.properties
    if options.certificates or options.certify:
        properties = _certified(checked.path, program, outcome, work, session)
    session.ended |= work.clock.ended or time.monotonic() > work.deadline
    found = (*checked.findings, *outcome.findings)
    result = replace(checked, findings=found, properties=properties, scenarios=outcome.scenarios)
    return _with_coverage(result, program, outcome, work, session) if covering else result


def _with_coverage(
    result: PolicyResult, program: Program, outcome: Outcome, work: Work, session: _Session
) -> PolicyResult:
    """The result with what its promises need, or its scenarios exercise; that has as much time again."""
    from verifier.explain.coverage import with_coverage

    again = replace(work, deadline=time.monotonic() + session.options.timeout)
    say = partial(session.progress, program.name) if session.progress is not None else None
    covered, faults = with_coverage(result, program, outcome, again, session.options.scenarios_only, say)
    session.faults += faults
    session.ended |= again.clock.ended or time.monotonic() > again.deadline
    return covered


def _certified(
    path: str, program: Program, outcome: Outcome, work: Work, session: _Session
) -> tuple[PropertyResult, ...]:
    """The results about a program with the certificates of their proofs."""
    from verifier.certificates.run import asked_solvers, with_certificates
    from verifier.engines.decide import Limits

    options, progress = session.options, session.progress
    if progress is not None:
        progress(program.name, "certificates")
    limits = Limits(work.budget, time.monotonic() + options.timeout, work.max_steps, work.clock)
    solvers = asked_solvers(options.certify)
    return with_certificates(program, path, outcome.properties, outcome.evidence, options.duties, solvers, limits)


# ---------------------------------------------------------------- amendments


def _with_history(result: PolicyResult, program: Program, session: _Session) -> PolicyResult:
    """The result with the verdicts that inherited promises had before the amendment, and a finding for each violated
    one.
    """
    made_by = {promise.name: promise for promise in program.promises if promise not in own(program, program.promises)}
    _note(result, {item.name for item in result.properties} - made_by.keys(), session)
    inherited = [made_by[item.name] for item in result.properties if item.name in made_by]
    before = _before(inherited, session)
    properties = tuple(
        replace(item, inherited_from=made_by[item.name].origin, before=before[item.name])
        if item.name in made_by
        else item
        for item in result.properties
    )
    broken = tuple(broken_promise(item) for item in properties if item.inherited_from and item.verdict == "violated")
    return replace(result, properties=properties, findings=(*result.findings, *broken))


def _note(result: PolicyResult, names: set[str], session: _Session) -> None:
    """Note the verdicts on a policy's own promises, for the policies that amend it."""
    session.verdicts |= {
        (_place(result.path), item.name): item.verdict for item in result.properties if item.name in names
    }


def _before(promises: Sequence[Promise], session: _Session) -> dict[str, Verdict]:
    """The verdicts on promises in the policies that make them, those policies taken alone."""
    places = {promise.name: promise.span.source.path for promise in promises}
    for path in dict.fromkeys(places.values()):
        missing = {
            p.name for p in promises if places[p.name] == path and (_place(path), p.name) not in session.verdicts
        }
        alone = _checked(path, session).program if missing else None
        if alone is not None:
            plain = replace(alone, scenarios=())
            asked = [promise for promise in own(alone, alone.promises) if promise.name in missing]
            blank = PolicyResult(alone.name, path, alone, ())
            found = _verified(blank, plain, asked, session, probing=False, reasoning=False)
            session.verdicts.update({(_place(path), item.name): item.verdict for item in found.properties})
    return {name: session.verdicts.get((_place(path), name), "unknown") for name, path in places.items()}


def _place(path: str) -> str:
    return str(PurePath(path))


__all__ = ["Options", "Progress", "PropertyResult", "ReadBytes", "ask", "check", "verify"]
