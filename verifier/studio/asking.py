"""The page that asks: a question and a case as a plain form, and the answer with what it rests on.

Takes requests; gives pages. The question may be put together from lists or written out; what is not known about a case
is left open, and the answer says what depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from verifier.diagnostics.render import render
from verifier.reports.counsel import render_counsel, sentence
from verifier.studio import tasks
from verifier.studio.browsing import STYLE, shown_answers
from verifier.studio.fields import asked_about, case_fields, entered_facts
from verifier.studio.state import About, first

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from verifier.cases import Asked
    from verifier.core.program import Program
    from verifier.studio.state import Studio

KINDS: Final = (
    ("why", "Is this so, and why?"),
    ("why not", "Why is this not so?"),
    ("who can", "For whom can this come about?"),
    ("how can", "How can this come about?"),
    ("what would change", "What would have to be different?"),
    ("", "A promise in the words of the policy language, written below"),
)
_LONGEST: Final = 2000
_LOOKS: Final = {"yes": "good", "no": "bad"}


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
    if not question:
        said = "Choose what the question is about, or write it."
        return studio.page("ask.html", 400, policy=policy, **{**_form(program, form, given), "problem": said})
    kept = tuple(name for name in form.get("kept", ()) if name in given)
    seconds = studio.limits.question
    about = About(question, policy, f"/policies/{policy.slug}/ask", partial(_shown, program, form, given))
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
        "groups": case_fields(program, given, complete=False),
        "problem": "",
        "answer": None,
    }


def _shown(
    program: Program, form: Mapping[str, Sequence[str]], given: Mapping[str, str], found: Asked | tasks.Wrong
) -> tuple[str, dict[str, Any]]:
    """The answer above the form, which stays as it was filled in."""
    values = _form(program, form, given)
    if isinstance(found, tasks.Wrong):
        return "ask.html", {**values, "problem": found.message}
    question = _in_words(values, form)
    if found.counsel is not None:
        counsel = found.counsel
        told = _reasons(render_counsel(counsel, STYLE))
        look = _LOOKS.get(counsel.answer, "doubt")
        return "ask.html", {**values, "answer": {"question": question, "said": sentence(counsel), "look": look,
                                                 "told": told, "promises": [], "errors": ()}}  # fmt: skip
    promises = shown_answers(found.run)
    if not promises:
        (policy,) = found.run.policies
        told = "\n".join(render(item.diagnostic, False) for item in policy.findings)
        return "ask.html", {**values, "problem": "The question could not be understood.", "told": told}
    return "ask.html", {**values, "answer": {"question": question, "said": "", "look": "", "told": "",
                                             "promises": promises, "errors": found.run.internal_errors}}  # fmt: skip


def _in_words(values: Mapping[str, Any], form: Mapping[str, Sequence[str]]) -> str:
    """The question as the lists say it, or as it was written."""
    if values["written"]:
        return question_of(form)
    words = dict(values["subjects"]).get(values["subject"], values["subject"])
    return f"{dict(KINDS).get(values['kind'], '')} {words}"


def _reasons(text: str) -> str:
    """The answer without the question and the sentence in its box, which the page says by itself."""
    lines = text.split("\n")
    boxed = [index for index, line in enumerate(lines) if line.startswith("┃")]
    return "\n".join(lines[boxed[-1] + 1 :] if boxed else lines).strip("\n")
