"""The options of ``studio``. Imports nothing heavy, as ``verifier.cli.app``."""

from __future__ import annotations

from typing import Annotated

import typer

from verifier.cli.arguments import CacheDir, NoCache, Paths, SearchPath, Sources
from verifier.cli.work import default_folder, guarded


def studio(
    paths: Paths = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Where to listen, on this machine only; 0: any.")
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    path: SearchPath = None,
    sources: Sources = None,
    no_cache: NoCache = False,
    cache_dir: CacheDir = "",
) -> None:
    """Open a local web application: browse policies, ask, try cases, compare versions. Needs clauseproof[studio]."""
    from verifier.cli.studying import StudioRequest, run_studio

    def work() -> int:
        chosen = tuple(paths or (default_folder(),))
        folders = tuple(path or ()), tuple(sources or ())
        return run_studio(StudioRequest(chosen, port, not no_browser, *folders, not no_cache, cache_dir))

    raise typer.Exit(guarded(work))
