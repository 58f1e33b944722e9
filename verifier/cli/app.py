"""The commands of ``clauseproof`` and their options.

Takes arguments; each command becomes one ``Request`` for ``verifier.cli.work``. Imports nothing heavy: ``--help`` must
not load a parser, a solver or rich. A command that is not built is absent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer

from verifier.cli.arguments import (
    BaselineFile,
    Budget,
    CacheDir,
    Certificates,
    Certify,
    ChangedSince,
    Color,
    Coverage,
    Exercised,
    FailOn,
    Format,
    FormatPaths,
    Jobs,
    MaxSteps,
    NoCache,
    Outputs,
    Paths,
    Properties,
    SearchPath,
    Severities,
    Sources,
    TextOrJson,
    Timeout,
    Watch,
    WithoutDuties,
    one_of,
    printable,
)
from verifier.cli.configured import CONFIGURATION, Configured
from verifier.cli.exits import DEFAULT_FAIL_ON, FAIL_ON, words
from verifier.cli.first_steps import doctor, init
from verifier.cli.studio_command import studio
from verifier.cli.work import COLORS, Request, guarded, run_format, run_request, show_page, watched
from verifier.options import BUDGET, MAX_STEPS, TIMEOUT

EXIT_CODES = """Exit codes: 0 all proved; 1 a finding (error in a policy, violated promise, failed scenario);
2 could not run; 3 nothing violated but something unknown; 4 internal error; 130 interrupted."""

app = typer.Typer(
    name="clauseproof",
    help="Prove that the promises of a law or policy hold for every case and every sequence of events.",
    epilog=EXIT_CODES,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_FAIL_ON = ",".join(DEFAULT_FAIL_ON)

command = partial(app.command, cls=Configured)
"""Declares a command whose options may have defaults in a configuration file."""


def _version(asked: bool) -> None:
    if asked:
        import verifier

        typer.echo(f"clauseproof {verifier.__version__} (policy language {verifier.LANGUAGE_VERSION})")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@command(short_help="Prove or refute every promise of the policies.")
def verify(
    context: typer.Context,
    paths: Paths = None,
    format: Format = "text",
    output: Outputs = None,
    property: Properties = None,
    budget: Budget = BUDGET,
    timeout: Timeout = TIMEOUT,
    max_steps: MaxSteps = MAX_STEPS,
    without_duties: WithoutDuties = False,
    color: Color = "auto",
    path: SearchPath = None,
    sources: Sources = None,
    fail_on: FailOn = _FAIL_ON,
    severity: Severities = None,
    jobs: Jobs = 0,
    certificates: Certificates = "",
    certify: Certify = False,
    coverage: Coverage = False,
    changed_since: ChangedSince = "",
    baseline: BaselineFile = "",
    watch: Watch = False,
    no_cache: NoCache = False,
    cache_dir: CacheDir = "",
) -> None:
    """Check the policies, run their scenarios, look for gaps and dead clauses, and prove or refute every promise."""
    _run(
        Request(
            "verify",
            paths=_all(paths),
            format=format,
            outputs=_all(output),
            properties=_all(property),
            budget=budget,
            timeout=timeout,
            max_steps=max_steps,
            duties=not without_duties,
            color=color,
            search_path=_all(path),
            sources=_all(sources),
            fail_on=fail_on,
            severity=_all(severity),
            cache=not (no_cache or certificates or certify),
            cache_dir=cache_dir,
            jobs=jobs,
            certificates=certificates,
            certify=certify,
            coverage=coverage,
            changed_since=changed_since,
            baseline=baseline,
            configuration=context.meta.get(CONFIGURATION, ""),
        ),
        watched if watch else run_request,
    )


@command(short_help="Check syntax, names and types only.")
def check(
    paths: Paths = None,
    format: Format = "text",
    output: Outputs = None,
    color: Color = "auto",
    path: SearchPath = None,
    sources: Sources = None,
    fail_on: FailOn = _FAIL_ON,
    severity: Severities = None,
) -> None:
    """Check syntax, names and types only; proves nothing and never starts a solver."""
    _run(
        Request(
            "check",
            paths=_all(paths),
            format=format,
            outputs=_all(output),
            color=color,
            search_path=_all(path),
            sources=_all(sources),
            fail_on=fail_on,
            severity=_all(severity),
        )
    )


@command("test", short_help="Run the scenarios only.")
def run_scenarios(
    paths: Paths = None,
    format: Format = "text",
    output: Outputs = None,
    budget: Budget = BUDGET,
    timeout: Timeout = TIMEOUT,
    color: Color = "auto",
    path: SearchPath = None,
    sources: Sources = None,
    fail_on: FailOn = _FAIL_ON,
    severity: Severities = None,
    coverage: Exercised = False,
    no_cache: NoCache = False,
    cache_dir: CacheDir = "",
) -> None:
    """Run the scenarios only: each must pass in every case that it leaves open."""
    _run(
        Request(
            "test",
            paths=_all(paths),
            format=format,
            outputs=_all(output),
            budget=budget,
            timeout=timeout,
            color=color,
            search_path=_all(path),
            sources=_all(sources),
            fail_on=fail_on,
            severity=_all(severity),
            coverage=coverage,
            cache=not no_cache,
            cache_dir=cache_dir,
        )
    )


@command(short_help="Prove or refute one promise not in the policy.")
def ask(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The policy.")],
    form: Annotated[
        str,
        typer.Argument(
            metavar="QUESTION",
            help='A promise, such as "never a and b", or: why E, why not E, who can E, how can E, what would change E '
            "(E: a yes/no expression or a step).",
        ),
    ],
    given: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A fact of the case; may be repeated.")
    ] = None,
    facts: Annotated[
        list[str] | None, typer.Option("--facts", metavar="FILE", help="Facts of the case, as a JSON object.")
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="NAME", help="A given fact that `what would change` may not change."),
    ] = None,
    format: Format = "text",
    output: Outputs = None,
    budget: Budget = BUDGET,
    timeout: Timeout = TIMEOUT,
    max_steps: MaxSteps = MAX_STEPS,
    without_duties: WithoutDuties = False,
    color: Color = "auto",
    path: SearchPath = None,
    sources: Sources = None,
    fail_on: FailOn = _FAIL_ON,
    severity: Severities = None,
    no_cache: NoCache = False,
    cache_dir: CacheDir = "",
) -> None:
    """Prove or refute one promise in any property form, without editing the policy, or answer a question about one
    case, whose other facts may be anything.
    """
    from verifier.cli.asking import GivenFacts, run_ask
    from verifier.counsel.questions import is_about_a_case

    about = GivenFacts(_all(given), _all(facts), _all(keep))
    _run(
        Request(
            "ask",
            paths=(file,),
            question=form,
            format=format,
            outputs=_all(output),
            budget=budget,
            timeout=timeout,
            max_steps=max_steps,
            duties=not without_duties,
            color=color,
            search_path=_all(path),
            sources=_all(sources),
            fail_on=fail_on,
            severity=_all(severity),
            cache=not no_cache,
            cache_dir=cache_dir,
        ),
        (lambda request: run_ask(request, about)) if about or is_about_a_case(form) else run_request,
    )


@command(short_help="Say what a change means.")
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The older version: a file, a folder or a git revision.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The newer version.")],
    format: Format = "text",
    output: Outputs = None,
    budget: Budget = BUDGET,
    timeout: Timeout = TIMEOUT,
    max_steps: MaxSteps = MAX_STEPS,
    color: Color = "auto",
    path: SearchPath = None,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="broader,narrower,incomparable,unknown,broken",
            help="Differences that make the exit code 1 (unknown: 3); broken: a promise that was proved is violated.",
            show_default="(none)",
        ),
    ] = "",
    in_flight: Annotated[
        bool,
        typer.Option(
            "--in-flight", help="Also say what becomes of cases that are under way when the newer version starts."
        ),
    ] = False,
) -> None:
    """Say what a change of a policy means: who gains, who loses, what is possible now and was not before."""
    from verifier.cli.diffing import DIFF_FAIL_ON, DIFF_FORMATS, DiffRequest, run_diff

    one_of("--format", format, DIFF_FORMATS)
    one_of("--color", color, COLORS)
    words = tuple(word.strip() for word in fail_on.split(",") if word.strip())
    for word in words:
        one_of("--fail-on", word, DIFF_FAIL_ON)
    request = DiffRequest(
        old, new, format, _all(output), budget, timeout, max_steps, color, _all(path), words, in_flight
    )
    raise typer.Exit(guarded(lambda: run_diff(request)))


@command("fmt", short_help="Format policies.")
def format_files(
    paths: FormatPaths = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; name what is unformatted and exit 1.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; print what would change.")] = False,
    color: Color = "auto",
) -> None:
    """Rewrite policies in the one style; meaning and comments stay as they are."""
    one_of("--color", color, COLORS)
    raise typer.Exit(run_format(_all(paths), check=check, diff=diff, color=color))


@app.command(short_help="Explain a diagnostic, offline.")
def rules(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="A diagnostic's code, such as E0101.")] = None,
) -> None:
    """Explain a diagnostic, offline; without a code, list them all."""
    raise typer.Exit(show_page(code))


@command("report", short_help="Render a saved run in another format.")
def render_again(
    file: Annotated[str, typer.Argument(metavar="RESULTS.json", help="What `--format json` gave.")],
    format: Format = "text",
    output: Outputs = None,
    color: Color = "auto",
    path: SearchPath = None,
    sources: Sources = None,
    fail_on: FailOn = _FAIL_ON,
) -> None:
    """Render a saved run again, without proving, while its policies are as they were; the exit code is the run's."""
    from verifier.cli.reporting import ReportRequest, run_report

    printable(format)
    one_of("--color", color, COLORS)
    for word in words(fail_on):
        one_of("--fail-on", word, FAIL_ON)
    request = ReportRequest(file, format, _all(output), color, _all(path), _all(sources), words(fail_on))
    raise typer.Exit(guarded(lambda: run_report(request)))


@command("certify", short_help="Check saved certificates, without proving again.")
def check_certificates(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Certificates, or folders searched for *.smt2.")
    ],
    policy: Annotated[
        str | None,
        typer.Option("--policy", metavar="PATH", help="The policy.", show_default="the one that each names"),
    ] = None,
    solver: Annotated[
        list[str] | None,
        typer.Option("--solver", metavar="z3|cvc5", help="Who else checks beside z3.", show_default="z3 alone"),
    ] = None,
    format: TextOrJson = "text",
    color: Color = "auto",
    path: SearchPath = None,
) -> None:
    """Check saved certificates against their policies, by solvers that did not find the proofs."""
    from verifier.cli.certifying import CertifyRequest, run_certify

    one_of("--format", format, ("text", "json"))
    one_of("--color", color, COLORS)
    for name in _all(solver):
        one_of("--solver", name, ("z3", "cvc5"))
    request = CertifyRequest(tuple(files), policy, _all(solver), _all(path), format, color)
    raise typer.Exit(run_certify(request))


app.command(short_help="Write a first policy, and files for CI.")(init)
app.command(short_help="Say what a run would use here.")(doctor)
command(short_help="Open a local web application.")(studio)


def _run(request: Request, work: Callable[[Request], int] = run_request) -> None:
    printable(request.format)
    one_of("--color", request.color, COLORS)
    for word in request.fail_words:
        one_of("--fail-on", word, FAIL_ON)
    raise typer.Exit(guarded(lambda: work(request)))


def _all(items: list[str] | None) -> tuple[str, ...]:
    return tuple(items or ())
