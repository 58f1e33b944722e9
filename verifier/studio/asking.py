"""The page that asks: a question and a case as a plain form, and the answer with what it rests on.

Takes requests; gives pages. The question may be put together from lists or written out; what is not known about a case
is left open, and the answer says what depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from verifier.counsel.given import NotGiven
from verifier.diagnostics.render import render
from verifier.explain.portrait import portray
from verifier.explain.portrait_model import Portrait, Section
from verifier.explain.statements import capital
from verifier.reports.counsel import sentence
from verifier.reports.document.counsel import counsel
from verifier.reports.document.parts import GIVEN, Folio
from verifier.reports.document.promises import promise
from verifier.studio import tasks
from verifier.studio.browsing import markup
from verifier.studio.fields import asked_about, case_fields, entered_facts, pasted_facts
from verifier.studio.state import About, first

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from verifier.cases import Asked
    from verifier.core.program import Program
    from verifier.explain.model import PolicyResult
    from verifier.studio.state import Policy, Studio

KINDS: Final = (
    ("why", "Is this so, and why?"),
    ("why not", "Why is this not so?"),
    ("who can", "For whom can this come about?"),
    ("how can", "How can this come about?"),
    ("what would change", "What would have to be different?"),
    ("", "A promise in the words of the policy language, written below"),
)
_LONGEST: Final = 2000
_LOOKS: Final = {"yes": ("✓", "good"), "no": ("✗", "bad"), "depends": ("?", "doubt"), "unknown": ("?", "doubt")}


async def ask_page(request: Request) -> Response:
    """The form, empty."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    program = await run_in_threadpool(studio.program, policy)
    return studio.page("ask.html", policy=policy, **_form(program, {}, {}))


async def ask(request: Request) -> Response:
    """Begin to answer a question."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    program = await run_in_threadpool(studio.program, policy)
    form = await studio.form(request)
    given = entered_facts(program, form)
    question = question_of(form)
    said = "" if question else "Choose what the question is about, or write it."
    try:
        given |= pasted_facts(form)
    except NotGiven as fault:
        said = f"{capital(str(fault))}."
    if said:
        return studio.page("ask.html", 400, policy=policy, **{**_form(program, form, given), "problem": said})
    kept = tuple(name for name in form.get("kept", ()) if name in given)
    seconds = studio.limits.question
    about = About(question, policy, f"/policies/{policy.slug}/ask", partial(_shown, policy, program, form, given))
    work = (studio.setting, policy.path, question, given, kept, seconds)
    return studio.begin(tasks.answer, work, seconds, about)


def question_of(form: Mapping[str, Sequence[str]]) -> str:
    """The question that a form asks; empty where it is about nothing."""
    kind, written, chosen = first(form, "kind"), first(form, "written").strip(), first(form, "subject")
    subject = " ".join((written or chosen).split())[:_LONGEST]
    return f"{kind} {subject}".strip() if subject else ""


def _form(program: Program, form: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> dict[str, Any]:
    """The values of the form as it was filled in."""
    return {
        "title": program.title or program.name,
        "kinds": KINDS,
        "kind": first(form, "kind", "why"),
        "subjects": asked_about(program),
        "subject": first(form, "subject"),
        "written": first(form, "written"),
        "kept": form.get("kept", ()),
        "pasted": first(form, "pasted").strip(),
        "groups": case_fields(program, given, complete=False),
        "problem": "",
        "answer": None,
    }


def _shown(
    policy: Policy,
    program: Program,
    form: Mapping[str, Sequence[str]],
    given: Mapping[str, str],
    found: Asked | tasks.Wrong,
) -> tuple[str, dict[str, Any]]:
    """The answer above the form, which stays as it was filled in."""
    values = _form(program, form, given)
    if isinstance(found, tasks.Wrong):
        return "ask.html", {**values, "problem": found.message}
    (result,) = found.run.policies
    answer: dict[str, Any] = {"question": _in_words(values), "errors": found.run.internal_errors, "said": ""}
    folio = _folio(policy, program, result)
    if found.counsel is not None:
        sign, look = _LOOKS[found.counsel.answer]
        answer |= {"said": sentence(found.counsel), "sign": sign, "look": look}
        return "ask.html", {**values, "answer": {**answer, "parts": [markup(counsel(found.counsel, folio, 3))]}}
    parts = [markup(promise(item, folio, 3, asked=True)) for item in result.properties]
    if not parts:
        told = "\n".join(render(item.diagnostic, False) for item in result.findings)
        return "ask.html", {**values, "problem": "The question could not be understood.", "told": told}
    return "ask.html", {**values, "answer": {**answer, "parts": parts}}


def _folio(policy: Policy, program: Program, result: PolicyResult) -> Folio:
    """What an answer is told by. Clauses have the numbers that they have on the page of the policy, which has the
    places; what was supposed for the question stands beside them.
    """
    asked = result.program or program
    known = portray(program)
    labels = {clause.label for clause in known.clauses}
    supposed = [clause.numbered(GIVEN) for clause in portray(asked).clauses if clause.label not in labels]
    portrait = Portrait((*known.sections, Section("", "", tuple(supposed))))
    return Folio("policy", result, asked, portrait, (), base=f"/policies/{policy.slug}")


def _in_words(values: Mapping[str, Any]) -> str:
    """The question as the lists say it, or as it was written."""
    asked = dict(KINDS).get(values["kind"], "") if values["kind"] else ""
    about = values["written"] or values["subject"]
    return f"{asked} {dict(values['subjects']).get(about, about)}".strip()
