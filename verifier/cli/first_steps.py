"""The commands for the first day: their options. Imports nothing heavy, as ``verifier.cli.app``."""

from __future__ import annotations

from typing import Annotated

import typer

from verifier.cli.arguments import one_of
from verifier.cli.work import guarded


def init(
    folder: Annotated[str, typer.Argument(metavar="[FOLDER]", help="Where to begin.")] = ".",
    ci: Annotated[
        str,
        typer.Option("--ci", metavar="github|gitlab|pre-commit", help="For which service.", show_default=False),
    ] = "",
) -> None:
    """Write a first policy to learn from, and ready files for a build service; never overwrites a file."""
    from verifier.cli.beginning import CI_FILES, begin

    if ci:
        one_of("--ci", ci, tuple(CI_FILES))
    raise typer.Exit(guarded(lambda: begin(folder, ci)))


def doctor() -> None:
    """Say which versions, cache and configuration a run would use here; exit code 2 where something is missing."""
    from verifier.cli.condition import examine

    raise typer.Exit(guarded(examine))
