"""``studio``: what has to be there before the studio opens, and its address.

Takes paths and options; gives an exit code. Loads the server only when it starts one.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from verifier.cli.exits import PROVED
from verifier.cli.files import UsageFault, find_policies, need_folders, read_bytes, read_policy
from verifier.cli.today import present_day
from verifier.cli.work import Request
from verifier.records import dataclass

if TYPE_CHECKING:
    from verifier.cache.results import Results

NEEDED = ("starlette", "jinja2", "uvicorn")
HOW_TO_INSTALL = "pip install 'clauseproof[studio]'"


@dataclass(frozen=True, slots=True)
class StudioRequest:
    """What the user asked for; ``port`` 0 means any that is free."""

    paths: tuple[str, ...]
    port: int = 0
    browser: bool = True
    search_path: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    cache: bool = True
    cache_dir: str = ""


def run_studio(request: StudioRequest) -> int:
    """Serve the studio until Ctrl-C, and give the exit code."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UsageFault(f"the studio needs {', '.join(missing)}; install it with {HOW_TO_INSTALL}")
    need_folders({"--path": request.search_path, "--sources": request.sources})
    paths = find_policies(request.paths)
    from verifier.pipeline import Options
    from verifier.studio.serve import Server
    from verifier.studio.tasks import Setting

    options = Options(search_path=request.search_path, sources=request.sources)
    memory = partial(open_results, request.cache, request.cache_dir)
    setting = Setting(options, read_policy, read_bytes, memory, present_day)
    try:
        server = Server(paths, setting, request.port)
    except OSError as fault:
        raise UsageFault(f"the port {request.port} cannot be used: {fault.strerror}") from fault
    server.run(partial(_say, server.address, request.browser))
    return PROVED


def open_results(wanted: bool, folder: str) -> Results | None:
    """What earlier runs found, as any command would find it again."""
    from verifier.cli.caching import open_cache

    cache = open_cache(Request("verify", (), cache=wanted, cache_dir=folder))
    return None if cache is None else cache.results()


def _say(address: str, browser: bool) -> None:
    """The address, which works once; opened where that is wanted."""
    sys.stdout.write(f"The studio is at {address}\nThis address works once, in one browser. Ctrl-C ends the studio.\n")
    sys.stdout.flush()
    if browser:
        import webbrowser

        webbrowser.open(address)
