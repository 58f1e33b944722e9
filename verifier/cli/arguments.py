"""The options of the commands. Imports nothing heavy, as ``verifier.cli.app``."""

from __future__ import annotations

from typing import Annotated

import typer

from verifier.cli.exits import FAIL_ON
from verifier.cli.formats import FORMATS
from verifier.reports.paper.extras import FILES

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="Policy files, or folders searched for *.policy.", show_default="the folder policies"
    ),
]
FormatPaths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Policy files, or folders searched for *.policy; `-` formats the standard input.",
        show_default="the folder policies",
    ),
]
Format = Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help="What to print.")]
TextOrJson = Annotated[str, typer.Option("--format", metavar="text|json", help="What to print.")]
Outputs = Annotated[
    list[str] | None,
    typer.Option("--output", metavar="FORMAT=PATH", help="Write a report to a file as well; may be repeated."),
]
Color = Annotated[str, typer.Option("--color", metavar="auto|always|never", help="When to use colour.")]
SearchPath = Annotated[
    list[str] | None,
    typer.Option("--path", metavar="DIR", help="Where else `use` looks for policies; may be repeated."),
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--sources", metavar="DIR", help="Where else cited texts are looked for; may be repeated."),
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on",
        metavar=",".join(FAIL_ON),
        help="What makes the exit code differ from 0. Errors, violated promises and failed scenarios always do.",
    ),
]
Properties = Annotated[
    list[str] | None,
    typer.Option("--property", metavar="GLOB", help="Only promises with such a name; may be repeated."),
]
Budget = Annotated[
    int, typer.Option(min=1, metavar="N", help="Solver resource units for each promise (the same on every machine).")
]
Timeout = Annotated[float, typer.Option(min=0.001, metavar="SECONDS", help="Time for each policy; only a guard.")]
MaxSteps = Annotated[int, typer.Option(min=0, metavar="N", help="How many steps the search for shortest runs goes.")]
WithoutDuties = Annotated[bool, typer.Option("--without-duties", help="Suppose that duties may be neglected.")]
Jobs = Annotated[
    int,
    typer.Option(min=0, metavar="N", help="How many policies are verified at once; 0: one for each processor."),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep results of earlier runs.")]
CacheDir = Annotated[
    str, typer.Option("--cache-dir", metavar="DIR", help="Where results are kept.", show_default="the user's cache")
]
Certificates = Annotated[
    str,
    typer.Option("--certificates", metavar="DIR", help="Save a certificate of each proof there.", show_default=False),
]
Certify = Annotated[bool, typer.Option("--certify", help="Have each proof checked by cvc5 as well.")]
Coverage = Annotated[bool, typer.Option("--coverage", help="Say which clauses no promise needs.")]
ChangedSince = Annotated[
    str,
    typer.Option(
        "--changed-since",
        metavar="REV",
        help="Only policies that a change since a git revision can affect.",
        show_default=False,
    ),
]
BaselineFile = Annotated[
    str,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="Say what is new beside an earlier `--output json=FILE`; only that fails.",
        show_default=False,
    ),
]
Exercised = Annotated[bool, typer.Option("--coverage", help="Say which rules and conditions no scenario exercises.")]
Severities = Annotated[
    list[str] | None,
    typer.Option(
        "--severity",
        metavar="CODE=LEVEL",
        help="Report findings of a code as off, info, warning or error; may be repeated.",
    ),
]

Watch = Annotated[bool, typer.Option("--watch", help="Verify again whenever a policy changes; Ctrl-C ends it.")]


def printable(form: str) -> None:
    """Refuse a format that cannot be printed, as wrong usage."""
    if form in FILES:
        said = f"`{form}` is no text that could be printed: write it to a file with `--output {form}=report.{form}`"
        raise typer.BadParameter(said, param_hint="--format")
    one_of("--format", form, FORMATS)


def one_of(option: str, word: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not known, as wrong usage of an option."""
    if word not in known:
        raise typer.BadParameter(f"`{word}` is not one of {', '.join(known)}", param_hint=option)
