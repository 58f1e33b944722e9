"""A run as one page for people: a file that can be read, printed, cited and filed without anything else.

Takes a finished ``RunResult`` and what cites which place of the sources; gives HTML. Renders, never computes a verdict.
The page asks nothing of any network and runs no script, and its policy for content forbids both.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from verifier.explain.citations import Cited
from verifier.explain.model import PolicyResult, RunResult
from verifier.explain.portrait import portray
from verifier.explain.statements import capital
from verifier.explain.words import listed, plural, spaced
from verifier.records import dataclass
from verifier.reports.page.markup import Child, Html, anchor, el, join
from verifier.reports.page.parts import CHAPTERS, Folio, badge, bullets, link, table
from verifier.reports.page.policy import again, assumed, clauses, procedure, sources
from verifier.reports.page.promises import findings, promises, scenarios
from verifier.reports.style import View
from verifier.reports.text import counted

_CHECKED_ONLY = "This was checked only: nothing was proved."


@dataclass(frozen=True, slots=True)
class _Entry:
    """A policy, the key of its places, and what is told of it; ``folio``: where its text could be read."""

    key: str
    policy: PolicyResult
    folio: Folio | None
    chapters: tuple[tuple[str, Html], ...]


def render_html(run: RunResult, view: View, cited: Mapping[str, Sequence[Cited]]) -> str:
    """The report of a run. ``cited``: by the path of each policy, its sources."""
    entries = [
        _entry(f"p{number}", policy, run, view, cited.get(policy.path, ()))
        for number, policy in enumerate(run.policies, start=1)
    ]
    articles = [_article(entry, len(entries) == 1) for entry in entries]
    title = _title(run)
    body = el(
        "body",
        link("content", "Skip to the content", class_="skip"),
        el("header", el("p", "Clauseproof report", class_="kicker"), el("h1", title)),
        _contents(entries),
        el("main", _summary(run, entries, view), articles, id="content", tabindex="-1"),
        el(
            "footer", el("p", f"Made by Clauseproof {run.tool_version}. This page needs no network and runs no script.")
        ),
    )
    page = f"<!DOCTYPE html>\n{el('html', _head(title), body, lang='en')}"
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _head(title: str) -> Html:
    css = Path(__file__).with_name("page").joinpath("page.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(css.encode()).digest()).decode()
    allowed = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=allowed),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", f"{title} – Clauseproof report"),
        Html(f"<style>{css}</style>"),
    )


def _title(run: RunResult) -> str:
    if len(run.policies) == 1:
        return _name(run.policies[0])
    return f"Report on {plural(len(run.policies), 'policy', 'policies')}"


def _name(policy: PolicyResult) -> str:
    title = policy.program.title if policy.program is not None else None
    return title or capital(spaced(policy.name))


def _contents(entries: Sequence[_Entry]) -> Html:
    links = [link("summary", "Summary")]
    if len(entries) == 1:
        links += [link(anchor(entries[0].key, name), CHAPTERS[name]) for name, _ in entries[0].chapters]
    else:
        links += [link(entry.key, _name(entry.policy)) for entry in entries]
    return el("nav", el("h2", "Contents"), bullets(links), aria_label="Contents")


# ---------------------------------------------------------------- the summary


def _summary(run: RunResult, entries: Sequence[_Entry], view: View) -> Html:
    rows = [_row(entry.policy, entry.key) for entry in entries]
    errors = [
        el("p", badge("error"), f" Internal error, do not rely on this run: {text}") for text in run.internal_errors
    ]
    checked = el("p", _CHECKED_ONLY) if view.command == "check" else None
    open_ = [line for entry in entries for line in _attention(entry)]
    attention = [el("h3", "What needs attention"), bullets(open_, "attention")] if open_ else None
    return el(
        "section",
        el("h2", "Summary"),
        errors,
        checked,
        el("p", _verdict(run), class_="lead"),
        attention,
        table("The policies", ("Policy", "Promises", "Scenarios", "Findings"), rows) if len(rows) > 1 else None,
        _legend(),
        id="summary",
    )


def _verdict(run: RunResult) -> str:
    """The whole run in one or two sentences."""
    promised = [item.verdict for policy in run.policies for item in policy.properties]
    played = [item.verdict for policy in run.policies for item in policy.scenarios]
    said = [_sum("promise", promised), _sum("scenario", played)]
    return " ".join(part for part in said if part) or "There is no verdict to report."


_WORDS = (
    ("violated", "is violated", "are violated"),
    ("failed", "has failed", "have failed"),
    ("unknown", "is not decided", "are not decided"),
    ("proved", "is proved", "are proved"),
    ("passed", "has passed", "have passed"),
)
"""Verdicts in the order in which a reader wants to know them, and how a sentence says them of one and of several."""


def _sum(noun: str, verdicts: Sequence[str]) -> str:
    counts = Counter(verdicts)
    parts = [(counts[word], one if counts[word] == 1 else several) for word, one, several in _WORDS if counts[word]]
    match parts:
        case []:
            return ""
        case [(1, said)]:
            return f"The one {noun} {said}."
        case [(number, said)]:
            return f"All {number} {noun}s {said}."
        case _:
            return f"Of {plural(len(verdicts), noun)}, {listed([f'{number} {said}' for number, said in parts])}."


def _row(policy: PolicyResult, key: str) -> list[Child]:
    levels = Counter(item.diagnostic.severity.value for item in policy.findings)
    found = [plural(levels[kind], kind) for kind in ("error", "warning") if levels[kind]]
    promised = _cell([item.verdict for item in policy.properties])
    played = _cell([item.verdict for item in policy.scenarios])
    if policy.program is None:
        promised = "Not verified: the policy has errors."
    return [link(key, _name(policy)), promised, played, ", ".join(found) or "none"]


def _cell(verdicts: Iterable[str]) -> str:
    text = counted("verdict", verdicts).partition(": ")[2]
    return text.replace("unknown", "not decided") or "none"


def _attention(entry: _Entry) -> list[Html]:
    """Everything in a policy that is not as it should be, leading to it."""
    policy, key, folio = entry.policy, entry.key, entry.folio
    found = []
    for item in policy.properties:
        if item.verdict != "proved" or item.vacuous:
            word = "warning" if item.verdict == "proved" else item.verdict
            note = " (vacuous: what it speaks of never occurs)" if item.vacuous else ""
            title = item.title or capital(spaced(item.name))
            target = folio.place("promise", item.name) if folio else key
            found.append(join([badge(word), " ", link(target, title), note]))
    for each in policy.scenarios:
        if each.verdict != "passed":
            target = folio.place("scenario", each.name) if folio else key
            found.append(join([badge(each.verdict), " ", link(target, each.title or capital(spaced(each.name)))]))
    for number, finding in enumerate(policy.findings, start=1):
        level = finding.diagnostic.severity.value
        if level != "info" and finding.waived is None:
            found.append(
                join([badge(level), " ", link(f"{key}-finding-{number}", capital(finding.diagnostic.message))])
            )
    return found


def _legend() -> Html:
    words = (
        ("proved", "It holds in every case and every sequence of events, of any length."),
        ("violated", "There is a sequence of events that breaks it; the shortest one is told, replayed step by step."),
        ("unknown", "Neither was found; what is known is said."),
    )
    return el("dl", [el("div", el("dt", badge(word)), el("dd", meaning)) for word, meaning in words], class_="legend")


# ---------------------------------------------------------------- a policy


def _entry(key: str, policy: PolicyResult, run: RunResult, view: View, cited: Sequence[Cited]) -> _Entry:
    if policy.program is None:
        return _Entry(key, policy, None, (("findings", findings(policy.findings, None, key)),))
    folio = Folio(key, policy, policy.program, portray(policy.program), cited)
    chapters = (
        ("promises", promises(folio)),
        ("scenarios", scenarios(folio)),
        ("findings", findings(policy.findings, folio, key)),
        ("words", clauses(folio)),
        ("procedure", procedure(folio)),
        ("assumed", assumed(folio)),
        ("again", again(folio, run, view.command)),
        ("sources", sources(folio)),
    )
    return _Entry(key, policy, folio, tuple((name, chapter) for name, chapter in chapters if chapter))


def _article(entry: _Entry, alone: bool) -> Html:
    """All that is told about a policy; where it is ``alone``, the page has its name already."""
    unread = None
    if entry.folio is None:
        unread = el("p", badge("error"), " Not verified: the policy has errors.", class_="lead")
    return el(
        "article",
        el("h2", "The policy and its promises" if alone else _name(entry.policy)),
        el("p", el("code", entry.policy.path), class_="meta"),
        unread,
        [chapter for _, chapter in entry.chapters],
        id=entry.key,
    )
