"""The options of ``studio``. Imports nothing heavy, as ``verifier.cli.app``."""

from __future__ import annotations

from typing import Annotated

import typer

from verifier.cli.work import default_folder, guarded


def studio(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Policy files, or folders searched for *.policy.",
            show_default="the folder policies",
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Where to listen, on this machine only; 0: any.")
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    path: Annotated[
        list[str] | None,
        typer.Option("--path", metavar="DIR", help="Where else `use` looks for policies; may be repeated."),
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep results of earlier runs.")] = False,
    cache_dir: Annotated[
        str, typer.Option("--cache-dir", metavar="DIR", help="Where results are kept.", show_default="the user's cache")
    ] = "",
) -> None:
    """Open a local web application: browse policies, ask, try cases, compare versions. Needs clauseproof[studio]."""
    from verifier.cli.studying import StudioRequest, run_studio

    def work() -> int:
        chosen = tuple(paths or (default_folder(),))
        return run_studio(StudioRequest(chosen, port, not no_browser, tuple(path or ()), not no_cache, cache_dir))

    raise typer.Exit(guarded(work))
