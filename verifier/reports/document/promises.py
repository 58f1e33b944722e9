"""Promises, scenarios and findings in a report: the verdict in a sentence first, then its story or its reasons."""

from __future__ import annotations

from verifier.core.expressions import Act
from verifier.core.program import Promise
from verifier.diagnostics.render import render
from verifier.explain.model import Binding, Finding, Mending, PropertyResult, ReadingVerdict, ScenarioResult
from verifier.explain.promised import say_promise, say_remedy
from verifier.explain.statements import capital
from verifier.explain.verbalise import say_act, say_fact, say_violation
from verifier.explain.words import listed, plural, spaced
from verifier.explain.worked import say_scenario
from verifier.reports.document.model import (
    Badge,
    Code,
    Folded,
    Heading,
    Link,
    Node,
    Para,
    Section,
    Verbatim,
    Verdict,
    between,
)
from verifier.reports.document.parts import GIVEN, Folio, bullets, chapter, cites, clause_link, said, terms
from verifier.reports.document.stories import failure, pair, story, sure, timeline, ways
from verifier.reports.story import closest_said, repairs_sure
from verifier.reports.text import flags, lists_said, promise_of, what_would_help

_WAYS_OF_FINDING = {
    "bmc": "a search for the shortest run",
    "exhaustion": "looking at every state",
    "simplification": "reading the clauses alone",
    "spacer": "an invariant",
    "spacer-global": "an invariant",
}
"""What the methods are called where no engineer reads."""

_MOST_NUMBERS = 12
_AT_A_GLANCE = 6
"""From so many promises on, they are listed before they are told."""


def promises(folio: Folio) -> Section | None:
    """All promises of a policy, in its order."""
    items = folio.policy.properties
    if not items:
        return None
    intro = Para("Each promise is about every case and every sequence of events, of any length.", "intro")
    glance = None
    if len(items) >= _AT_A_GLANCE:
        entries: list[Node] = [
            [Badge(item.verdict), " ", Link(folio.place("promise", item.name), title_of(item))] for item in items
        ]
        glance = Folded(f"All {len(items)} promises at a glance", bullets(entries, "glance"))
    return chapter(folio.key, "promises", intro, glance, [promise(item, folio) for item in items])


def title_of(item: PropertyResult | ScenarioResult) -> str:
    """What a promise or scenario is called where people read."""
    return item.title or capital(spaced(item.name))


def promise(item: PropertyResult, folio: Folio, level: int = 4, asked: bool = False) -> Node:
    """One promise with its verdict and story or reasons. ``level``: of its heading; one that is ``asked`` has neither
    heading nor name, since the question stands above it.
    """
    made = promise_of(item, folio.policy)
    tell = {"proved": _proved, "violated": _violated, "unknown": _unknown}[item.verdict]
    body = tell(item, made, folio, level if asked else level + 1)
    notes = [*flags(item), *(f"Holds for {text}" for text in lists_said(item, folio.program))]
    readings = [f"{capital(part.verdict)} under the {_choices(part, folio)}" for part in item.by_reading]
    name: Node = None if asked else ["called ", Code(item.name)]
    meta: list[Node] = [name, cites(item.cites, folio), *_how(item)]
    return Section(
        [
            None if asked else Heading(level, title_of(item)),
            body,
            terms([("Note", bullets(notes)), ("By reading", bullets(readings))]),
            Para(between(" · ", meta), "meta"),
        ],
        folio.place("promise", item.name),
        f"promise {item.verdict}",
    )


def _choices(part: ReadingVerdict, folio: Folio) -> str:
    types = {item.name: item.type for item in folio.program.readings}
    chosen = [Binding(name, choice, types[name]) for name, choice in part.readings if name in types]
    return listed([say_fact(item, folio.program) for item in chosen])


def _how(item: PropertyResult) -> list[str]:
    """How the verdict was found and checked, in a few words each. How long it took is left out: it differs."""
    method = _WAYS_OF_FINDING.get(item.method or "", item.method)
    found = [] if method is None else [f"found by {method}"]
    if item.verdict == "proved" and item.certificate == "checked":
        found.append(
            "example replayed independently\u00a0✓" if item.witness else "proof checked again by a fresh solver\u00a0✓"
        )
    if item.saved is not None:
        found.append(f"certificate {item.saved.file}, accepted by {listed(item.saved.solvers)}")
    return found


def _promised(promise: Promise | None, folio: Folio) -> tuple[str, Node]:
    return "Promised", None if promise is None else said(say_promise(promise.form, folio.program))


def _proved(item: PropertyResult, promise: Promise | None, folio: Folio, _: int) -> Node:
    sentence = None if promise is None else said(say_promise(promise.form, folio.program))
    duties = [folio.portrait.find(name) for name in item.supposes]
    kept = [[clause_link(duty, folio), " ", said(duty.said)] for duty in duties if duty is not None]
    example = None
    if item.witness is not None:
        example = Folded("An example, step by step", timeline(item.witness, folio))
    supposed = ("Supposing that these duties are kept", bullets(kept))
    return [Verdict(item.verdict, sentence), _reasons(item, folio), example, terms([supposed, ways(item.ways, folio)])]


def _reasons(item: PropertyResult, folio: Folio) -> Node:
    """The clauses that a proof rests on: their numbers, and folded, their words."""
    if not item.rests_on:
        return None
    found = [(label, folio.portrait.find(label)) for label in item.rests_on]
    quoted: list[Node] = [
        Code(label)
        if clause is None
        else [clause_link(clause, folio), " ", said(clause.said), " ", cites(clause.cites, folio)]
        for label, clause in found
    ]
    numbers = [label if clause is None else clause.number for label, clause in found]
    given, numbers = [GIVEN] if GIVEN in numbers else [], [number for number in numbers if number != GIVEN]
    shown = listed(numbers) if len(numbers) <= _MOST_NUMBERS else f"{', '.join(numbers[:_MOST_NUMBERS])} and others"
    clauses = [f"{'clause' if len(numbers) == 1 else 'clauses'} {shown}"] if numbers else []
    return Folded(f"Why: it rests on {' and '.join([*clauses, *given])}", bullets(quoted, "clauses"))


def _violated(item: PropertyResult, promise: Promise | None, folio: Folio, level: int) -> Node:
    sentence = None if promise is None else say_violation(promise.form, folio.program)
    told, second = item.counterexample, item.second_case
    shown: Node = None
    if told is not None:
        shown = story(told, folio, level, promise) if second is None else pair(told, second, folio)
    remedy = say_remedy(promise.form, folio.program) if promise is not None and item.mending is None else None
    return [
        Verdict(item.verdict, sentence),
        shown,
        terms(
            [
                ways(item.ways, folio),
                ("From there on", item.trap),
                ("Prevented by", remedy),
                *_mended(item, folio),
                sure(told) if told is not None else ("How sure", None),
                _promised(promise, folio),
            ]
        ),
    ]


def _mended(item: PropertyResult, folio: Folio) -> list[tuple[str, Node]]:
    """The closest case that the promise allows, and what would prevent the violation, with what it would cost."""
    found, told = item.mending, item.counterexample
    if found is None or told is None:
        return []
    closest = capital(f"{closest_said(found.closest, told, folio.program)}.") if found.closest is not None else None
    return [("Closest allowed case", closest), ("Would prevent this", _repairs(found, folio))]


def _repairs(found: Mending, folio: Folio) -> Node:
    """Requirements that steps would need, in words and as the text of the policy."""
    if not found.repairs:
        return None
    made: list[Node] = []
    for item in found.repairs:
        happens = say_act(Act(item.step, None), folio.program)
        words = None if item.said is None else Para(f"Requiring, where {happens}, that {item.said}.")
        written = Code(f"requires {item.condition}")
        made.append([words, Para([written, " in the step ", Code(item.step)], "meta")])
    return bullets([*made, *map(capital, repairs_sure(found))])


def _unknown(item: PropertyResult, promise: Promise | None, folio: Folio, _: int) -> Node:
    known = "nothing yet" if item.bound is None else f"no violation in runs of up to {plural(item.bound, 'step')}"
    return [
        Verdict(item.verdict, f"{capital(item.reason or 'no reason is known')}."),
        terms(
            [
                ("Established", capital(known)),
                ("Would help", capital(what_would_help(item.reason or "", folio.policy))),
                _promised(promise, folio),
            ]
        ),
    ]


# ---------------------------------------------------------------- scenarios and findings


def scenarios(folio: Folio) -> Section | None:
    """The worked examples, in the order of the policy."""
    items = folio.policy.scenarios
    if not items:
        return None
    intro = Para("Worked examples of the policy's author; each must pass in every case that it allows.", "intro")
    return chapter(folio.key, "scenarios", intro, [_scenario(item, folio) for item in items])


def _scenario(item: ScenarioResult, folio: Folio) -> Node:
    declared = [each for each in folio.program.scenarios if each.name == item.name]
    told = failure(item.failing, folio) if item.failing is not None else None
    reason = Para(f"{capital(item.reason)}.") if item.reason else None
    head = Heading(4, [Badge(item.verdict), " ", title_of(item)])
    meta = Para(["called ", Code(item.name), " ", [cites(each.cites, folio) for each in declared]], "meta")
    words = [terms([(label, said(text)) for label, text in say_scenario(each, folio.program)]) for each in declared]
    place = folio.place("scenario", item.name)
    return Section([head, reason, words, told, meta], place, f"scenario {item.verdict}")


def findings(items: tuple[Finding, ...], folio: Folio | None, key: str) -> Section | None:
    """What was noticed beside the promises, each with its place in the text."""
    if not items:
        return None
    made = [_finding(item, folio, f"{key}-finding-{number}") for number, item in enumerate(items, start=1)]
    return chapter(key, "findings", Para("What the tool noticed beside the promises.", "intro"), made)


def _finding(item: Finding, folio: Folio | None, place: str) -> Node:
    found = item.diagnostic
    level = found.severity.value
    told = story(item.counterexample, folio, 5) if item.counterexample is not None and folio is not None else None
    confirmed = sure(item.counterexample) if item.counterexample is not None else ("How sure", None)
    return Section(
        [
            Heading(4, [Badge(level), " ", capital(found.message)]),
            Verbatim(render(found, False), f"{found.code} in the text"),
            told,
            terms([("Waived, because", item.waived), confirmed]),
        ],
        place,
        f"finding {level}",
    )
