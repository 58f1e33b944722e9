"""The state of a running studio, and what its pages share.

Takes policies and a setting; gives results as far as they are there, and answers from templates, which escape whatever
stands in them. Results are in memory only, and only for as long as the files are as they were.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import jinja2
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from verifier import pipeline
from verifier.records import dataclass
from verifier.studio import tasks
from verifier.studio.desk import MEMORY, Desk, Job
from verifier.studio.guard import WITH_SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from verifier.core.program import Program
    from verifier.explain.model import PolicyResult, RunResult
    from verifier.studio.guard import Keys

MOST_FIELDS: Final = 2000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is done at once, for how long (seconds) one thing may take, and how much memory (bytes)."""

    provers: int = 1
    clerks: int = 2
    waiting: int = 12
    kept: int = 60
    proof: float = 600.0
    question: float = 120.0
    live: float = 20.0
    try_out: float = 20.0
    memory: int = MEMORY


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that is on show: the part of addresses that names it, and its path."""

    slug: str
    path: str


@dataclass(frozen=True, slots=True)
class About:
    """The page that a job leads to: its title, where one comes from, and how the result becomes a template's values."""

    title: str
    policy: Policy | None
    back: str
    show: Callable[[Any], tuple[str, Mapping[str, Any]]]


_WITH_SCRIPTS: Final = frozenset({"edit.html"})
_MOST_EDITORS: Final = 8

Signature = tuple[tuple[str, int, int], ...]


class Studio:
    """Everything that outlives a request."""

    def __init__(self, paths: Sequence[str], setting: tasks.Setting, keys: Keys, limits: Limits | None = None) -> None:
        self.policies = _named(paths)
        self.setting, self.keys, self.limits = setting, keys, limits or Limits()
        many, memory = 2 * len(self.policies), self.limits.memory
        self._provers = Desk(self.limits.provers, many, many + 1, memory)
        self.clerks = Desk(self.limits.clerks, self.limits.waiting, self.limits.kept, memory)
        self.live = Desk(1, 2, 2 * _MOST_EDITORS, memory)
        self._editors: OrderedDict[str, Job] = OrderedDict()
        self._proofs: dict[str, tuple[Signature, Job]] = {}
        self._checked: dict[str, tuple[Signature, PolicyResult]] = {}
        self._pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def close(self) -> None:
        """End all work."""
        self._provers.close()
        self.clerks.close()
        self.live.close()

    # ------------------------------------------------------------ policies

    def policy(self, slug: str) -> Policy:
        """The policy that an address names."""
        for policy in self.policies:
            if policy.slug == slug:
                return policy
        raise HTTPException(404, "There is no such policy here.")

    def proof(self, policy: Policy, again: bool = False) -> Job | None:
        """The job that verifies a policy as it is now; ``None`` while too many others wait."""
        signature = self._signature()
        known = self._proofs.get(policy.slug)
        if known is not None and known[0] == signature and not again:
            return known[1]
        if known is not None:
            self._provers.stop(known[1])
        seconds = self.limits.proof
        job = self._provers.submit(tasks.prove, (self.setting, policy.path, seconds), seconds, policy)
        if job is not None:
            self._proofs[policy.slug] = (signature, job)
        return job

    def proved(self, policy: Policy) -> RunResult | None:
        """What is known about a policy as it is now, if that is there."""
        job = self.proof(policy)
        return job.result if job is not None and job.state == "done" else None

    def checked(self, policy: Policy) -> PolicyResult:
        """A policy as it is now, read and checked but not proved."""
        signature = self._signature()
        known = self._checked.get(policy.slug)
        if known is None or known[0] != signature:
            options = replace(self.setting.options, today=self.setting.today())
            known = signature, pipeline.check([policy.path], options, self.setting.read).policies[0]
            self._checked[policy.slug] = known
        return known[1]

    def program(self, policy: Policy) -> Program:
        """The checked program of a policy."""
        program = self.checked(policy).program
        if program is None:
            raise HTTPException(409, "This policy has errors, which its page shows. Correct them first.")
        return program

    def _signature(self) -> Signature:
        """What tells whether a policy, or one that it may use, has changed since."""
        found = []
        for policy in self.policies:
            try:
                status = os.stat(policy.path)
            except OSError:
                continue
            found.append((policy.path, status.st_mtime_ns, status.st_size))
        return tuple(found)

    # ------------------------------------------------------------ answers

    def page(self, template: str, status: int = 200, refresh: int = 0, **values: object) -> HTMLResponse:
        """An answer from a template; ``refresh``: after how many seconds the browser asks again."""
        text = self._pages.get_template(template).render(form_key=self.keys.form, **values)
        headers = {"Refresh": str(refresh)} if refresh else {}
        if template in _WITH_SCRIPTS:
            headers["Content-Security-Policy"] = WITH_SCRIPTS
        return HTMLResponse(text, status, headers)

    def begin(self, work: Callable[..., object], arguments: Sequence[object], seconds: float, about: About) -> Response:
        """Begin some work and lead to the page of its result."""
        job = self.clerks.submit(work, arguments, seconds, about)
        if job is None:
            said = "Many questions are being worked on already. Ask again in a few seconds."
            answer = self.page("problem.html", 503, title="Too many questions at once", message=said, back=about.back)
            answer.headers["Retry-After"] = "5"
            return answer
        return RedirectResponse(f"/results/{job.number}", 303)

    def follow(self, page: str, work: Callable[..., object], arguments: Sequence[object], about: About) -> Job | None:
        """Begin some work for a page that is being written on, instead of what it wanted last."""
        before = self._editors.pop(page, None)
        if before is not None:
            self.live.stop(before)
        job = self.live.submit(work, arguments, self.limits.live, about)
        if job is not None:
            self._editors[page] = job
            while len(self._editors) > _MOST_EDITORS:
                self._editors.popitem(last=False)
        return job

    async def form(self, request: Request) -> dict[str, list[str]]:
        """The fields of a form that this studio wrote."""
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
            raise HTTPException(415, "This is not a form of the studio.")
        try:
            text = (await request.body()).decode("ascii")
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        except ValueError as fault:
            raise HTTPException(400, "This form cannot be read.") from fault
        found: dict[str, list[str]] = {}
        for name, value in pairs:
            found.setdefault(name, []).append(value)
        if not self.keys.is_form(found.pop("form_key", [""])[0]):
            raise HTTPException(403, "This form was not written by this studio. Open its page again.")
        return found


def _named(paths: Sequence[str]) -> tuple[Policy, ...]:
    """Policies by their file names, with a number where two have the same."""
    taken: set[str] = set()
    found = []
    for path in paths:
        stem = "".join(sign if sign.isalnum() or sign in "_-" else "-" for sign in Path(path).stem) or "policy"
        slug = next(name for number in range(1, len(paths) + 1)
                    if (name := stem if number == 1 else f"{stem}-{number}") not in taken)  # fmt: skip
        taken.add(slug)
        found.append(Policy(slug, path))
    return tuple(found)


def first(form: Mapping[str, Sequence[str]], name: str, default: str = "") -> str:
    """The value of a field of a form."""
    return form.get(name, [default])[0]


def entered_number(text: str) -> int:
    """A whole number that was entered; 0 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
