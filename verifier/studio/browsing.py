"""The pages that show what was found: the list of policies, one policy, its report, and the result of any work.

Takes requests; gives pages. Shows results, never judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import anyio
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from verifier.explain.citations import cited_by_path
from verifier.explain.portrait import portray
from verifier.explain.words import plural
from verifier.reports.document.parts import Folio
from verifier.reports.document.policy import clauses, procedure
from verifier.reports.document.promises import findings, promises, scenarios
from verifier.reports.document.whole import document
from verifier.reports.html import render_html
from verifier.reports.json import render_json
from verifier.reports.markdown import render_markdown
from verifier.reports.page.nodes import html
from verifier.reports.paper.extras import FILES
from verifier.reports.paper.pdf import Unprintable, render_pdf
from verifier.reports.paper.word import render_docx
from verifier.reports.style import Style, View
from verifier.reports.text import render_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from verifier.checking.sources import Library
    from verifier.explain.model import PolicyResult, RunResult
    from verifier.reports.document.model import Document, Node
    from verifier.studio.desk import Job
    from verifier.studio.state import Policy, Studio

STYLE: Final = Style(width=92)
STATUS: Final = {
    "proved": ("✓", "proved", "good"),
    "passed": ("✓", "passed", "good"),
    "violated": ("✗", "violated", "bad"),
    "failed": ("✗", "failed", "bad"),
    "unknown": ("?", "not decided", "doubt"),
}
"""The sign, word and colour of each verdict."""

_PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For the report, whose own policy allows only the one style sheet that it contains, by its hash."""


def _document(run: RunResult, library: Library) -> Document:
    return document(run, View().command, cited_by_path(run.policies, library))


def _html(run: RunResult, library: Library) -> str:
    return render_html(_document(run, library))


def _pdf(run: RunResult, library: Library) -> bytes:
    try:
        return render_pdf(_document(run, library))
    except Unprintable as fault:
        raise HTTPException(409, f"A PDF cannot be made here, since no font has {fault}.") from fault


_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_REPORTS: Final = {
    "html": ("Report as one page, to print or file", "text/html", _html),
    "txt": ("Report as plain text", "text/plain", lambda run, _: render_text(run, STYLE)),
    "md": ("Report as Markdown", "text/markdown", lambda run, _: render_markdown(run, View())),
    "pdf": ("Report as PDF", "application/pdf", _pdf),
    "docx": ("Report for Word", _WORD, lambda run, library: render_docx(_document(run, library))),
    "json": ("Record for other programs (JSON)", "application/json", lambda run, _: render_json(run)),
}
_AGAIN: Final = 2
_PATIENCE: Final = 0.6
"""For how long (seconds) a page waits for a result before it says that the work goes on."""


def _offered() -> list[str]:
    """The formats of reports for which everything is installed."""
    return [form for form in _REPORTS if form not in FILES or FILES[form].installed]


def titled(studio: Studio, policy: Policy) -> str:
    """The title of a policy, where it can be read."""
    program = studio.checked(policy).program
    return policy.slug if program is None or program.title is None else program.title


# ---------------------------------------------------------------- the list


async def home(request: Request) -> Response:
    """All policies with what was found about each."""
    studio: Studio = request.app.state.studio
    rows = [_row(studio, policy) for policy in studio.policies]
    waiting = sum(row["state"] != "done" for row in rows)
    return studio.page("home.html", refresh=_AGAIN if waiting else 0, rows=rows, waiting=waiting)


def _row(studio: Studio, policy: Policy) -> dict[str, Any]:
    job = studio.proof(policy)
    state = "waiting" if job is None else job.state
    run = job.result if job is not None and state == "done" else None
    if run is None:
        return {"policy": policy, "title": policy.slug, "state": state, "fault": job.fault if job else "", "counts": []}
    (result,) = run.policies
    title = result.program.title if result.program is not None else None
    fault = "An internal error: do not rely on these results." if run.internal_errors else ""
    return {"policy": policy, "title": title or policy.slug, "state": state, "fault": fault, "counts": counts(result)}


def counts(result: PolicyResult) -> list[dict[str, str]]:
    """What was found about a policy, as short texts, each with a sign and how it looks."""
    if result.program is None:
        return [{"sign": "✗", "text": "has errors", "look": "bad"}]
    found = []
    for noun, verdicts in (
        ("promise", [item.verdict for item in result.properties]),
        ("scenario", [item.verdict for item in result.scenarios]),
    ):
        for verdict in ("violated", "failed", "unknown", "proved", "passed"):
            number = sum(item == verdict for item in verdicts)
            if number:
                sign, word, look = STATUS[verdict]
                found.append({"sign": sign, "text": f"{plural(number, noun)} {word}", "look": look})
    for severity, look in (("error", "bad"), ("warning", "doubt")):
        number = sum(item.diagnostic.severity.value == severity for item in result.findings)
        if number:
            found.append({"sign": "!", "text": plural(number, severity), "look": look})
    return found or [{"sign": "–", "text": "no promises", "look": "quiet"}]


# ---------------------------------------------------------------- one policy


async def policy_page(request: Request) -> Response:
    """One policy: its promises with verdicts and stories, its scenarios and what else was found."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    job = studio.proof(policy)
    await finished(job)
    if job is None or job.state != "done" or job.result is None:
        title = await run_in_threadpool(titled, studio, policy)
        state, fault = ("waiting", "") if job is None else (job.state, job.fault)
        again = _AGAIN if state != "done" else 0
        return studio.page("proving.html", refresh=again, policy=policy, title=title, state=state, fault=fault)
    shown = await run_in_threadpool(shown_run, job.result)
    reports = [(form, _REPORTS[form][0]) for form in _offered()]
    return studio.page("policy.html", policy=policy, title=shown["title"], reports=reports, shown=shown)


async def prove_again(request: Request) -> Response:
    """Verify a policy once more."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    await studio.form(request)
    studio.proof(policy, again=True)
    return RedirectResponse(f"/policies/{policy.slug}", 303)


def shown_run(run: RunResult) -> dict[str, Any]:
    """What the template ``results.html`` shows of a run: in the words and the look of the report."""
    (result,) = run.policies
    program = result.program
    shown = {
        "title": (program.title if program is not None else None) or result.name,
        "path": result.path,
        "counts": counts(result),
        "errors": run.internal_errors,
        "origin": "found by an earlier run" if result.cached else f"{run.seconds:.1f} s",
    }
    if program is None:
        return {**shown, "found": [markup(findings(result.findings, None, "policy"))], "policy": []}
    folio = Folio("policy", result, program, portray(program), ())
    found = (promises(folio), scenarios(folio), findings(result.findings, folio, folio.key))
    return {
        **shown,
        "found": [markup(part) for part in found if part],
        "policy": [markup(part) for part in (clauses(folio), procedure(folio)) if part],
    }


def markup(part: Node) -> Markup:
    """A part of the report as markup, in which every text is escaped: it is shown as it is."""
    return Markup(html(part))  # noqa: S704


# ---------------------------------------------------------------- reports and results


async def report(request: Request) -> Response:
    """The report of a policy, to be kept."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    form = request.path_params["form"]
    if form not in _offered():
        raise HTTPException(404, "There is no report in this format.")
    run = studio.proved(policy)
    if run is None:
        raise HTTPException(409, "This policy is still being proved. Its page says when that is done.")
    _, media, renderer = _REPORTS[form]
    text = await run_in_threadpool(renderer, run, studio.setting.library)
    name = f'attachment; filename="{policy.slug.encode("ascii", "replace").decode()}.{form}"'
    return Response(text, media_type=media, headers={"Content-Disposition": name})


async def report_page(request: Request) -> Response:
    """The report of a policy, to be read here."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    run = studio.proved(policy)
    if run is None:
        return RedirectResponse(f"/policies/{policy.slug}", 303)
    text = await run_in_threadpool(_html, run, studio.setting.library)
    return HTMLResponse(text, headers={"Content-Security-Policy": _PAGE_POLICY})


async def work_page(request: Request) -> Response:
    """The result of some work, or that it goes on."""
    studio: Studio = request.app.state.studio
    job = studio.clerks.job(request.path_params["number"])
    if job is None:
        raise HTTPException(404, "This result is not kept any more. Ask again.")
    await finished(job)
    about = job.about
    named: Mapping[str, Any] = {"title": about.title, "policy": about.policy, "back": about.back}
    if job.state != "done":
        return studio.page("working.html", refresh=1, number=job.number, state=job.state, **named)
    if job.fault:
        return studio.page("problem.html", 200, message=job.fault, **named)
    template, values = await run_in_threadpool(about.show, job.result)
    return studio.page(template, **{**named, **values})


async def stop(request: Request) -> Response:
    """End some work."""
    studio: Studio = request.app.state.studio
    await studio.form(request)
    job = studio.clerks.job(request.path_params["number"])
    if job is None:
        raise HTTPException(404, "This result is not kept any more. Ask again.")
    studio.clerks.stop(job)
    return RedirectResponse(f"/results/{job.number}", 303)


async def finished(job: Job | None) -> None:
    """Wait a moment for a job, without keeping anybody else waiting."""
    if job is not None:
        with anyio.move_on_after(_PATIENCE):
            while not job.done.is_set():  # noqa: ASYNC110 (set by a thread, and many may wait at once)
                await anyio.sleep(0.02)
