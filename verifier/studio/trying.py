"""The page that tries a case: facts as a form, then step by step what may happen now and why the rest may not.

Takes requests; gives pages. The case travels in the page's own forms, so that nothing of it has to be kept here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from verifier.core.dates import iso
from verifier.counsel.given import TODAY, NotGiven
from verifier.explain.statements import capital
from verifier.reports.story import cites_text
from verifier.semantics.values import default_value
from verifier.studio import tasks
from verifier.studio.fields import Field, case_fields, entered, entered_facts, field_of, pasted_facts, written
from verifier.studio.playing import Move
from verifier.studio.state import About, entered_number, first

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from verifier.core.program import Program
    from verifier.studio.playing import Choice, Position
    from verifier.studio.state import Studio

_LOOKS = {
    "✓": ("may happen now", "good"),
    "✗": ("may not happen now", "quiet"),
    "?": ("depends on what is entered", "doubt"),
}


async def try_page(request: Request) -> Response:
    """The facts of a case, with plain values to begin with."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    program = await run_in_threadpool(studio.program, policy)
    facts = _plain_facts(program, studio.setting.today())
    return studio.page("try.html", policy=policy, **_values(program, facts, (), None, ""))


async def move(request: Request) -> Response:
    """Begin to work out where a case stands after one more move."""
    studio: Studio = request.app.state.studio
    policy = studio.policy(request.path_params["slug"])
    program = await run_in_threadpool(studio.program, policy)
    form = await studio.form(request)
    facts, moves = _case_of(first(form, "case", "{}"))
    if form.get("entered"):
        facts = {**_plain_facts(program, studio.setting.today()), **entered_facts(program, form)}
        try:
            facts |= pasted_facts(form)
        except NotGiven as fault:
            said = f"{capital(str(fault))}."
            return studio.page("try.html", 400, policy=policy, **_values(program, facts, moves, None, said))
    moves = _after(program, moves, form)
    about = About(
        program.title or program.name, policy, f"/policies/{policy.slug}/try", partial(_shown, program, facts, moves)
    )
    return studio.begin(tasks.play, (program, facts, moves), studio.limits.try_out, about)


def _plain_facts(program: Program, today: int) -> dict[str, str]:
    facts = {fact.name: written(fact.type, default_value(fact.type)) for fact in program.facts}
    facts |= {reading.name: reading.type.members[0] for reading in program.readings}
    facts |= {s.name: written(s.type, default_value(s.type)) for s in program.statuses if s.starts is None}
    return {name: text for name, text in facts.items() if text} | {TODAY: iso(today)}


def _after(program: Program, moves: tuple[Move, ...], form: Mapping[str, Sequence[str]]) -> tuple[Move, ...]:
    """The moves with what the pressed button adds or takes back."""
    what, _, name = first(form, "do").partition(":")
    if what == "back":
        return moves[:-1]
    if what == "wait":
        return (*moves, Move("", {}, entered_number(first(form, "days"))))
    step = next((item for item in program.steps if item.name == name), None) if what == "step" else None
    if step is None:
        return moves
    arguments = {param.name: entered(param.type, form, f"p.{param.name}") for param in step.params}
    return (*moves, Move(step.name, arguments))


# ---------------------------------------------------------------- the case in the page


def _written_case(facts: Mapping[str, str], moves: Sequence[Move]) -> str:
    plain = [{"step": item.step, "with": dict(item.arguments), "days": item.days} for item in moves]
    return json.dumps({"facts": dict(facts), "moves": plain})


def _case_of(text: str) -> tuple[dict[str, str], tuple[Move, ...]]:
    """The case that a page carried along."""
    try:
        case = json.loads(text)
        facts = {str(name): str(value) for name, value in case.get("facts", {}).items()}
        moves = tuple(
            Move(str(item["step"]), {str(k): str(v) for k, v in item["with"].items()}, int(item["days"]))
            for item in case.get("moves", [])
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as fault:
        raise HTTPException(400, "The case that this form carries cannot be read. Begin again.") from fault
    return facts, moves


# ---------------------------------------------------------------- the page


def _shown(
    program: Program, facts: Mapping[str, str], moves: tuple[Move, ...], found: Position | tasks.Wrong
) -> tuple[str, dict[str, Any]]:
    if isinstance(found, tasks.Wrong):
        return "try.html", _values(program, facts, moves, None, f"{capital(found.message)}.")
    return "try.html", _values(program, facts, found.moves, found, "")


def _values(
    program: Program, facts: Mapping[str, str], moves: tuple[Move, ...], position: Position | None, problem: str
) -> dict[str, Any]:
    return {
        "title": program.title or program.name,
        "groups": case_fields(program, facts, complete=True),
        "case": _written_case(facts, moves),
        "position": position,
        "choices": [] if position is None else [_choice(program, item) for item in position.choices],
        "problem": problem,
        "pasted": "",
    }


def _choice(program: Program, item: Choice) -> dict[str, Any]:
    words, look = _LOOKS[item.sign]
    step = program.step(item.name)
    fields: list[Field] = [
        field_of(program, param.name, param.name.replace("_", " ").capitalize(), param.type, "", False)
        for param in step.params
    ]
    if not fields and item.sign == "?":
        words = "the policy gives no answer"
    checks = [
        (check, cites_text(check.cites), {"✓": "good", "✗": "bad", "?": "doubt"}[check.sign]) for check in item.checks
    ]
    return {"item": item, "text": capital(item.text), "words": words, "look": look, "fields": fields, "checks": checks}
