"""The page that compares: two versions, each a policy of the studio or a text that was pasted.

Takes requests; gives pages. Who gains and who loses was found by ``versions``; here it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from verifier.diagnostics.render import render
from verifier.reports.comparison import SENTENCES
from verifier.reports.document.comparison import SIGNS, comparison
from verifier.studio import tasks
from verifier.studio.browsing import markup
from verifier.studio.state import About, first

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from verifier.studio.state import Studio
    from verifier.versions import Versions

_SIDES: Final = (("old", "The older version"), ("new", "The newer version"))


async def compare_page(request: Request) -> Response:
    """The form."""
    studio: Studio = request.app.state.studio
    chosen = {"old": [request.query_params.get("old", "")]}
    return studio.page("compare.html", **_form(studio, chosen))


async def compare(request: Request) -> Response:
    """Begin to compare two versions."""
    studio: Studio = request.app.state.studio
    form = await studio.form(request)
    sides = [_side(studio, form, name) for name, _ in _SIDES]
    old, new = sides
    if old is None or new is None:
        said = "Choose a policy for each version, or paste its text."
        return studio.page("compare.html", 400, **{**_form(studio, form), "problem": said})
    seconds = studio.limits.proof
    about = About("Two versions compared", None, "/compare", partial(_shown, studio, form))
    work = (studio.setting, old, new, bool(form.get("under_way")), seconds)
    return studio.begin(tasks.set_beside, work, seconds, about)


def _side(studio: Studio, form: Mapping[str, Sequence[str]], name: str) -> tuple[str, str | None] | None:
    """A version: its path, and its text where that was pasted. A pasted text stands where the chosen policy is, so that
    it finds what it uses.
    """
    text, slug = first(form, f"{name}.text").replace("\r\n", "\n"), first(form, name)
    path = studio.policy(slug).path if slug else studio.policies[0].path
    if text.strip():
        return path, text
    return (path, None) if slug else None


def _form(studio: Studio, form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    sides = [
        (name, label, first(form, name), first(form, f"{name}.text").replace("\r\n", "\n")) for name, label in _SIDES
    ]
    return {
        "title": "Compare two versions",
        "sides": sides,
        "policies": studio.policies,
        "under_way": bool(form.get("under_way")),
        "problem": "",
        "answer": None,
    }


def _shown(studio: Studio, form: Mapping[str, Sequence[str]], found: Versions) -> tuple[str, dict[str, Any]]:
    values = _form(studio, form)
    if found.broken:
        told = "\n\n".join(render(item.diagnostic, False) for policy in found.broken for item in policy.findings)
        return "compare.html", {
            **values,
            "problem": "A version has errors, so that they cannot be compared.",
            "told": told,
        }
    (compared,) = found.comparisons
    sign, word, look = SIGNS[compared.relation]
    answer = {"sign": sign, "word": word, "said": SENTENCES[compared.relation], "look": look, "faults": found.faults}
    return "compare.html", {**values, "answer": {**answer, "parts": [markup(comparison(compared, 3))]}}
