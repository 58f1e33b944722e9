"""The page that edits: the text of a policy in the browser, and what it would mean, on demand and while it is written.

Takes requests; gives pages and parts of pages. Nothing is ever written: an edited text is proved from memory, and
downloaded by whoever wants to keep it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from verifier.explain.statements import capital
from verifier.explain.words import spaced
from verifier.reports.document.model import SIGNS
from verifier.source import SourceFile
from verifier.studio import tasks
from verifier.studio.browsing import STATUS, counts, finished, shown_run, titled
from verifier.studio.state import About, first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from verifier.explain.model import Finding, PropertyResult, RunResult, ScenarioResult
    from verifier.source import Span
    from verifier.studio.desk import Job
    from verifier.studio.state import Policy, Studio


async def edit_page(request: Request) -> Response:
    """The text as it stands in its file."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    source = await run_in_threadpool(studio.setting.read, policy.path)
    if not isinstance(source, SourceFile):
        raise HTTPException(409, f"{source.message}.")
    title = await run_in_threadpool(titled, studio, policy)
    return studio.page("edit.html", policy=policy, title=title, text=source.text, shown=None, page=_new_page())


async def edit(request: Request) -> Response:
    """Begin to prove an edited text, or hand it back as a file."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    form = await studio.form(request)
    text = _text(form)
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


def _text(form: Mapping[str, Sequence[str]]) -> str:
    return first(form, "text").replace("\r\n", "\n").replace("\r", "\n")


def _new_page() -> str:
    """A name for a page that was opened, so that two of them do not end each other's work."""
    return secrets.token_urlsafe(9)


def _shown(policy: Policy, text: str, run: RunResult) -> tuple[str, dict[str, Any]]:
    shown = shown_run(run)
    return "edit.html", {"title": shown["title"], "text": text, "shown": shown, "policy": policy, "page": _new_page()}


# ---------------------------------------------------------------- while it is written


async def edit_live(request: Request) -> Response:
    """Begin to prove a text that is being written, instead of what it was before."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    form = await studio.form(request)
    text = _text(form)
    if "\0" in text:
        return studio.page("live.html", problem="This is not a text: it contains zero bytes.")
    about = About(policy.slug, policy, "", partial(_live, policy.path))
    work = (studio.setting, policy.path, text, studio.limits.live)
    job = studio.follow(first(form, "page"), tasks.prove_text, work, about)
    if job is None:
        return studio.page("live.html", problem="Other texts are being proved. Write on, or wait a little.")
    return await _state(studio, job)


async def live(request: Request) -> Response:
    """How far the work on a text is that is being written."""
    studio: Studio = request.app.state.studio
    job = studio.live.job(request.path_params["number"])
    if job is None:
        raise HTTPException(404, "This result is not kept any more.")
    return await _state(studio, job)


async def _state(studio: Studio, job: Job) -> Response:
    await finished(job)
    if job.state != "done":
        return studio.page("live.html", problem="", number=job.number)
    if job.fault:
        return studio.page("live.html", problem=job.fault)
    template, values = await run_in_threadpool(job.about.show, job.result)
    return studio.page(template, problem="", number="", **values)


def _live(path: str, run: RunResult) -> tuple[str, dict[str, Any]]:
    """What is told beside a text that is being written: faults with their lines, and verdicts without stories."""
    (result,) = run.policies
    told: list[PropertyResult | ScenarioResult] = [*result.properties, *result.scenarios]
    verdicts = [
        _entry(STATUS[item.verdict], item.title or capital(spaced(item.name)), _line(item.span, path)) for item in told
    ]
    found = list(_found(result.findings, path))
    shown = {"counts": counts(result), "errors": run.internal_errors, "found": found, "verdicts": verdicts}
    return "live.html", {"shown": shown}


def _found(findings: Sequence[Finding], path: str) -> Iterator[dict[str, Any]]:
    for item in findings:
        found = item.diagnostic
        if item.waived is None:
            entry = _entry(SIGNS[found.severity.value], capital(found.message), _line(found.span, path))
            yield {**entry, "help": capital(found.help or "")}


def _line(span: Span | None, path: str) -> int:
    """The line in the text that is being written; 0 for a place that is not in it."""
    return span.first[0] if span is not None and span.source.path == path else 0


def _entry(status: tuple[str, str, str], text: str, line: int) -> dict[str, Any]:
    sign, word, look = status
    return {"sign": sign, "word": word, "look": look, "text": text, "line": line}
