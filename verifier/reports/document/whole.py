"""A run as one document: the object that the page, the PDF and the Word file show.

Takes a finished ``RunResult`` and what cites which place of the sources; gives a ``Document``. Computes no verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from verifier.explain.citations import Cited
from verifier.explain.model import PolicyResult, RunResult
from verifier.explain.portrait import portray
from verifier.explain.statements import capital
from verifier.explain.words import listed, plural, spaced
from verifier.records import dataclass
from verifier.reports.document.coverage import coverage
from verifier.reports.document.index import index_of
from verifier.reports.document.model import Article, Badge, Document, Heading, Link, Node, Para, Section, Terms
from verifier.reports.document.parts import CHAPTERS, Folio, bullets, table
from verifier.reports.document.policy import again, assumed, clauses, procedure, sources
from verifier.reports.document.promises import findings, promises, scenarios, title_of
from verifier.reports.text import counted

_CHECKED_ONLY = "This was checked only: nothing was proved."


@dataclass(frozen=True, slots=True)
class _Entry:
    """A policy and the key of its places. ``folio``: where its text could be read."""

    key: str
    policy: PolicyResult
    folio: Folio | None


def document(run: RunResult, command: str, cited: Mapping[str, Sequence[Cited]]) -> Document:
    """The report of a run. ``cited``: by the path of each policy, its sources."""
    entries = [_entry(f"p{number}", item, cited) for number, item in enumerate(run.policies, start=1)]
    articles = [_article(entry, run, command) for entry in entries]
    return Document(_title(run), run.tool_version, _summary(run, entries, command), tuple(articles))


def _entry(key: str, policy: PolicyResult, cited: Mapping[str, Sequence[Cited]]) -> _Entry:
    if policy.program is None:
        return _Entry(key, policy, None)
    folio = Folio(key, policy, policy.program, portray(policy.program), cited.get(policy.path, ()))
    return _Entry(key, policy, folio)


def _title(run: RunResult) -> str:
    if len(run.policies) == 1:
        return _name(run.policies[0])
    return f"Report on {plural(len(run.policies), 'policy', 'policies')}"


def _name(policy: PolicyResult) -> str:
    title = policy.program.title if policy.program is not None else None
    return title or capital(spaced(policy.name))


# ---------------------------------------------------------------- the summary


def _summary(run: RunResult, entries: Sequence[_Entry], command: str) -> Section:
    rows = [_row(entry.policy, entry.key) for entry in entries]
    errors = [Para([Badge("error"), f" Internal error, do not rely on this run: {x}"]) for x in run.internal_errors]
    open_ = [line for entry in entries for line in _attention(entry)]
    attention = [Heading(3, "What needs attention"), bullets(open_, "attention")] if open_ else None
    return Section(
        [
            Heading(2, "Summary"),
            errors,
            Para(_CHECKED_ONLY) if command == "check" else None,
            Para(_verdict(run), "lead"),
            attention,
            table("The policies", ("Policy", "Promises", "Scenarios", "Findings"), rows, "policies")
            if len(rows) > 1
            else None,
            _legend(),
        ],
        "summary",
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


def _row(policy: PolicyResult, key: str) -> list[Node]:
    levels = Counter(item.diagnostic.severity.value for item in policy.findings)
    found = [plural(levels[kind], kind) for kind in ("error", "warning") if levels[kind]]
    promised = _cell([item.verdict for item in policy.properties])
    played = _cell([item.verdict for item in policy.scenarios])
    if policy.program is None:
        promised = "Not verified: the policy has errors."
    return [Link(key, _name(policy)), promised, played, ", ".join(found) or "none"]


def _cell(verdicts: Iterable[str]) -> str:
    text = counted("verdict", verdicts).partition(": ")[2]
    return text.replace("unknown", "not decided") or "none"


def _attention(entry: _Entry) -> list[Node]:
    """Everything in a policy that is not as it should be, leading to it."""
    policy, key, folio = entry.policy, entry.key, entry.folio
    found: list[Node] = []
    for item in policy.properties:
        if item.verdict != "proved" or item.vacuous:
            word = "warning" if item.verdict == "proved" else item.verdict
            note = " (vacuous: what it speaks of never occurs)" if item.vacuous else ""
            target = folio.place("promise", item.name) if folio else key
            found.append([Badge(word), " ", Link(target, title_of(item)), note])
    for each in policy.scenarios:
        if each.verdict != "passed":
            target = folio.place("scenario", each.name) if folio else key
            found.append([Badge(each.verdict), " ", Link(target, title_of(each))])
    for number, finding in enumerate(policy.findings, start=1):
        level = finding.diagnostic.severity.value
        if level != "info" and finding.waived is None:
            found.append([Badge(level), " ", Link(f"{key}-finding-{number}", capital(finding.diagnostic.message))])
    return found


def _legend() -> Terms:
    words = (
        ("proved", "It holds in every case and every sequence of events, of any length."),
        ("violated", "There is a sequence of events that breaks it; the shortest one is told, replayed step by step."),
        ("unknown", "Neither was found; what is known is said."),
    )
    return Terms(tuple((Badge(word), meaning) for word, meaning in words), "legend")


# ---------------------------------------------------------------- a policy


def _article(entry: _Entry, run: RunResult, command: str) -> Article:
    """All that is told about a policy."""
    policy, folio, key = entry.policy, entry.folio, entry.key
    if folio is None:
        unread = Para([Badge("error"), " Not verified: the policy has errors."], "lead")
        told: list[tuple[str, Section | None]] = [("findings", findings(policy.findings, None, key))]
        return Article(key, _name(policy), policy.path, [unread, *(part for _, part in told)], _titles(told))
    told = [
        ("promises", promises(folio)),
        ("scenarios", scenarios(folio)),
        ("findings", findings(policy.findings, folio, key)),
        ("coverage", coverage(folio)),
        ("words", clauses(folio)),
        ("procedure", procedure(folio)),
        ("assumed", assumed(folio)),
        ("again", again(folio, run, command)),
        ("sources", sources(folio)),
    ]
    return Article(key, _name(policy), policy.path, [part for _, part in told], _titles(told), index_of(folio))


def _titles(told: Sequence[tuple[str, Section | None]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, CHAPTERS[name]) for name, part in told if part is not None)
