"""The application: which address leads to which page, and what is said where something went wrong.

Takes a studio; gives an application behind its guard.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from verifier.reports import page
from verifier.studio import asking, browsing, comparing, editing, trying
from verifier.studio.guard import Guard

if TYPE_CHECKING:
    from starlette.requests import Request

    from verifier.studio.state import Studio


_HERE: Final = Path(__file__).parent
_FILES: Final = (
    ("studio.css", _HERE / "studio.css", "text/css"),
    ("report.css", Path(page.__file__).with_name("page.css"), "text/css"),  # the look of stories and clauses
    ("htmx.min.js", _HERE / "static" / "htmx.min.js", "text/javascript"),
    ("editor.js", _HERE / "static" / "editor.js", "text/javascript"),
)
"""What pages load: the address, the file and its type."""


def application(studio: Studio, host: str) -> Guard:
    """The studio, for requests to this host (with its port)."""
    routes = [
        Route("/", browsing.home),
        *(Route(f"/{name}", partial(_file, path, kind)) for name, path, kind in _FILES),
        Route("/policies/{slug}", browsing.policy_page),
        Route("/policies/{slug}/again", browsing.prove_again, methods=["POST"]),
        Route("/policies/{slug}/report", browsing.report_page),
        Route("/policies/{slug}/report.{form}", browsing.report),
        Route("/policies/{slug}/ask", asking.ask_page),
        Route("/policies/{slug}/ask", asking.ask, methods=["POST"]),
        Route("/policies/{slug}/try", trying.try_page),
        Route("/policies/{slug}/try", trying.move, methods=["POST"]),
        Route("/policies/{slug}/edit", editing.edit_page),
        Route("/policies/{slug}/edit", editing.edit, methods=["POST"]),
        Route("/policies/{slug}/edit/live", editing.edit_live, methods=["POST"]),
        Route("/live/{number}", editing.live),
        Route("/compare", comparing.compare_page),
        Route("/compare", comparing.compare, methods=["POST"]),
        Route("/results/{number}", browsing.work_page),
        Route("/results/{number}/stop", browsing.stop, methods=["POST"]),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refused, 500: _crashed})
    app.state.studio = studio
    return Guard(app, host, studio.keys)


async def _file(path: Path, kind: str, _: Request) -> Response:
    return FileResponse(path, media_type=kind)


async def _refused(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    studio: Studio = request.app.state.studio
    title = {404: "Not found", 405: "Not possible"}.get(fault.status_code, "This cannot be done")
    message = "There is no such page." if fault.detail == "Not Found" else fault.detail
    return studio.page("problem.html", fault.status_code, title=title, message=message, back="/", policy=None)


async def _crashed(request: Request, _: Exception) -> Response:
    """A fault of ours, which must never look like an answer."""
    studio: Studio = request.app.state.studio
    said = "This is a fault of clauseproof, not of your policy. Its trace is in the terminal of the studio."
    return studio.page("problem.html", 500, title="Internal error", message=said, back="/", policy=None)
