"""The page that edits: the text of a policy in the browser, and what it would mean.

Takes requests; gives pages. Nothing is ever written: an edited text is proved from memory, and downloaded by whoever
wants to keep it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from verifier.source import SourceFile
from verifier.studio import tasks
from verifier.studio.browsing import shown_run
from verifier.studio.state import About, first

if TYPE_CHECKING:
    from starlette.requests import Request

    from verifier.explain.model import RunResult
    from verifier.studio.state import Policy, Studio


async def edit_page(request: Request) -> Response:
    """The text as it stands in its file."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    source = await run_in_threadpool(studio.setting.read, policy.path)
    if not isinstance(source, SourceFile):
        raise HTTPException(409, f"{source.message}.")
    return studio.page("edit.html", policy=policy, title=policy.slug, text=source.text, shown=None)


async def edit(request: Request) -> Response:
    """Begin to prove an edited text, or hand it back as a file."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    form = await studio.form(request)
    text = first(form, "text").replace("\r\n", "\n").replace("\r", "\n")
    if first(form, "do") == "download":
        name = policy.slug.encode("ascii", "replace").decode().replace("?", "_")
        headers = {"Content-Disposition": f'attachment; filename="{name}.policy"'}
        return Response(text, media_type="text/plain", headers=headers)
    if "\0" in text:
        raise HTTPException(400, "This is not a text: it contains zero bytes.")
    seconds = studio.limits.proof
    place = f"/policies/{policy.slug}/edit"
    about = About(policy.slug, policy, place, partial(_shown, policy, text))
    return studio.begin(tasks.prove_text, (studio.setting, policy.path, text, seconds), seconds, about)


def _shown(policy: Policy, text: str, run: RunResult) -> tuple[str, dict[str, Any]]:
    shown = shown_run(run)
    return "edit.html", {"title": shown["title"], "text": text, "shown": shown, "policy": policy}
