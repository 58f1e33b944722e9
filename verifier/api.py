"""What Python programs may use: ``from verifier import verify``.

Takes paths of policies; gives the same frozen results as the command line, which goes through the same functions.
Nothing is printed. ``import verifier`` alone loads none of this.

The examples below run in a folder in which ``clauseproof init`` was called and its files committed to git: its policy
keeps two of three promises. What ``clauseproof.toml`` says is for the command line and for pytest; here it is given as
arguments: ``search_path`` (folders in which ``use`` looks for policies), ``sources`` (folders in which cited texts are
looked for), ``severity`` (levels by code).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from verifier import pipeline
from verifier.analysis.unused import own
from verifier.cache.results import usable_results
from verifier.checking.suggest import closest, listing
from verifier.cli.diffing import versions_of
from verifier.cli.exits import DEFAULT_FAIL_ON, PROVED, exit_code
from verifier.cli.files import UsageFault, find_policies, need_folders, read_bytes, read_policy
from verifier.cli.today import present_day
from verifier.diagnostics.render import render
from verifier.explain.grading import Level, graded
from verifier.explain.model import Finding, PolicyResult, PropertyResult, RunResult, ScenarioResult
from verifier.options import BUDGET, MAX_STEPS, TIMEOUT

if TYPE_CHECKING:
    from verifier.comparison.model import Comparison
    from verifier.core.program import Program
    from verifier.counsel.model import Counsel


class PolicyError(Exception):
    """A policy, or a question about it, has errors; ``findings`` are all that was found."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(render(finding.diagnostic, color=False) for finding in findings))
        self.findings = tuple(findings)


def load(path: str, *, search_path: Sequence[str] = ()) -> Program:
    """A checked policy, as data.

    >>> program = load("policies/lending.policy")
    >>> program.title, [promise.name for promise in program.promises]
    ('Lending books', ['members_only', 'lent_once', 'comes_back'])

    Raises:
        PolicyError: it has errors.
        UsageFault: there is no such file.
    """
    program = _checked(path, search_path).program
    assert program is not None
    return program


def check(
    *paths: str,
    search_path: Sequence[str] = (),
    sources: Sequence[str] = (),
    severity: Mapping[str, Level] | None = None,
) -> RunResult:
    """Syntax, names, types and drafting of policies and folders of policies; never starts a solver.

    >>> [finding.diagnostic.code for finding in findings(check("policies"))]
    []

    Raises:
        UsageFault: a path does not exist, or a folder holds no policy.
    """
    options = _options(search_path, sources)
    return graded(pipeline.check(find_policies(paths), options, read_policy, read_bytes), severity or {})


def verify(
    *paths: str,
    properties: Sequence[str] = (),
    budget: int = BUDGET,
    timeout: float = TIMEOUT,
    max_steps: int = MAX_STEPS,
    duties: bool = True,
    coverage: bool = False,
    jobs: int = 1,
    search_path: Sequence[str] = (),
    sources: Sequence[str] = (),
    severity: Mapping[str, Level] | None = None,
    cache: bool = False,
) -> RunResult:
    """Everything about policies and folders of policies: findings, scenarios, and a verdict on each promise.

    ``properties``: globs over the names of promises. ``cache``: results that earlier runs have kept are used, as by
    the command line. The other options are those of ``clauseproof verify``.

    >>> run = verify("policies")
    >>> {item.name: item.verdict for policy in run.policies for item in policy.properties}
    {'members_only': 'proved', 'lent_once': 'violated', 'comes_back': 'proved'}
    >>> story = run.policies[0].properties[1].counterexample
    >>> [happening.step for happening in story.happenings], story.replayed
    (['lend', 'lend'], True)

    Raises:
        UsageFault: a path does not exist, or a folder holds no policy.
    """
    options = _options(
        search_path,
        sources,
        properties=tuple(properties),
        budget=budget,
        timeout=timeout,
        max_steps=max_steps,
        duties=duties,
        coverage=coverage,
        jobs=jobs,
    )
    memory = usable_results() if cache else None
    run = pipeline.verify(find_policies(paths), options, read_policy, None, read_bytes, memory)
    return graded(run, severity or {})


def passed(run: RunResult, fail_on: Sequence[str] = DEFAULT_FAIL_ON) -> bool:
    """Whether ``clauseproof`` would exit with 0 after such a run.

    >>> passed(verify("policies"))
    False
    >>> passed(verify("policies", properties=["comes_back"]))
    True
    """
    return exit_code(run, tuple(fail_on)) == PROVED


def findings(run: RunResult, *, waived: bool = False) -> Iterator[Finding]:
    """The findings about all policies of a run, those that are waived only where they are wanted.

    >>> for finding in findings(check("policies")):
    ...     print(finding.diagnostic.span, finding.diagnostic.message)
    """
    for policy in run.policies:
        yield from (finding for finding in policy.findings if waived or finding.waived is None)


def run_scenario(
    path: str, name: str, *, budget: int = BUDGET, timeout: float = TIMEOUT, search_path: Sequence[str] = ()
) -> ScenarioResult:
    """Whether a scenario of a policy passes in every case that it leaves open, and if not, such a case.

    >>> run_scenario("policies/lending.policy", "a_loan").verdict
    'passed'

    Raises:
        PolicyError: the policy has errors.
        UsageFault: there is no such file, or no such scenario in it.
    """
    program = load(path, search_path=search_path)
    names = [scenario.name for scenario in own(program, program.scenarios)]
    if name not in names:
        close = closest(name, names)
        hint = f"did you mean `{close}`?" if close else f"there are {listing(names) or 'none'}"
        raise UsageFault(f"`{path}` has no scenario `{name}`; {hint}")
    options = _options(search_path, scenarios_only=True, budget=budget, timeout=timeout)
    policy = pipeline.verify([path], options, read_policy, None, read_bytes).policies[0]
    return next(item for item in policy.scenarios if item.name == name)


def ask(
    path: str,
    question: str,
    given: Mapping[str, object] | None = None,
    *,
    keep: Sequence[str] = (),
    budget: int = BUDGET,
    timeout: float = TIMEOUT,
    max_steps: int = MAX_STEPS,
    duties: bool = True,
    search_path: Sequence[str] = (),
) -> Counsel | PropertyResult:
    """The answer to a question about one case (``why not lent``), or the verdict on a promise of it (``never lent``).

    ``given``: facts of the case, as Python values or policy text; all others may be anything. ``keep``: those that
    ``what would change`` may not change.

    >>> ask("policies/lending.policy", "never lent", given={"member": False}).verdict
    'proved'
    >>> answer = ask("policies/lending.policy", "why not lend", given={"member": False})
    >>> answer.answer, [fact.name for fact in answer.because]
    ('no', ['member'])

    Raises:
        PolicyError: the policy or the question has errors.
        UsageFault: there is no such file, or a fact cannot be given so.
    """
    from verifier.cases import ask_about_case
    from verifier.counsel.given import NotGiven, as_policy_text

    options = _options(search_path, budget=budget, timeout=timeout, max_steps=max_steps, duties=duties)
    _checked(path, search_path)
    try:
        texts = {name: as_policy_text(name, _plain(value)) for name, value in (given or {}).items()}
        found = ask_about_case(path, question, texts, tuple(keep), options, read_policy)
    except NotGiven as fault:
        raise UsageFault(str(fault)) from fault
    if found.counsel is not None:
        return found.counsel
    policy = found.run.policies[0]
    if not policy.properties:
        raise PolicyError(policy.findings)
    return policy.properties[0]


def diff(
    old: str,
    new: str,
    *,
    in_flight: bool = False,
    budget: int = BUDGET,
    timeout: float = TIMEOUT,
    max_steps: int = MAX_STEPS,
    search_path: Sequence[str] = (),
) -> Comparison:
    """What the difference between two versions of a policy means: for each decision, step and promise.

    ``old`` and ``new``: files, or git revisions (``HEAD`` with a file on the other side, or ``HEAD:PATH``).
    ``in_flight``: also what becomes of cases that are under way.

    >>> diff("policies/lending.policy", "policies/lending.policy").relation
    'equivalent'
    >>> since = diff("HEAD", "policies/lending.policy")
    >>> since.relation, since.old_path
    ('equivalent', 'HEAD:policies/lending.policy')

    Raises:
        PolicyError: a version has errors.
        UsageFault: there is no such file or revision, or it holds more than one policy.
    """
    from verifier.versions import compare_versions

    versions = versions_of(old, new)
    for name, version in zip((old, new), versions, strict=True):
        if not version.single:
            raise UsageFault(f"`{name}` means a folder; name one policy, such as `REVISION:PATH`")
    ((one,), (other,)) = (tuple(version.paths.values()) for version in versions)
    options = _options(search_path, budget=budget, timeout=timeout, max_steps=max_steps)
    readers = (versions[0].read, versions[1].read)
    found = compare_versions([(one, other)], readers, options, taking_over=in_flight)
    if found.broken:
        raise PolicyError([finding for policy in found.broken for finding in policy.findings])
    return found.comparisons[0]


def _checked(path: str, search_path: Sequence[str]) -> PolicyResult:
    """A policy without errors in its text."""
    found = find_policies((path,))
    if len(found) != 1 or found[0] != path:
        raise UsageFault(f"`{path}` is a folder; name one policy")
    policy = pipeline.check([path], _options(search_path), read_policy).policies[0]
    if policy.program is None:
        raise PolicyError(policy.findings)
    return policy


def _options(search_path: Sequence[str], sources: Sequence[str] = (), **asked: Any) -> pipeline.Options:
    """What is asked of the pipeline, on this day; folders that are none are faults."""
    need_folders({"search_path": search_path, "sources": sources})
    return pipeline.Options(search_path=tuple(search_path), sources=tuple(sources), today=present_day(), **asked)


def _plain(value: object) -> object:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value
