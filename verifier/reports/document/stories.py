"""Stories in a report: what happens step by step, the facts that matter, other ways, and how sure we are."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.core.dates import iso
from verifier.core.program import Promise
from verifier.explain.model import Alternatives, Happening, ScenarioFailure, Story
from verifier.explain.statements import capital
from verifier.explain.verbalise import say_actors, say_change, say_fact, say_step
from verifier.reports.document.model import Code, Day, Folded, Heading, Item, Items, Mark, Node, Para, between
from verifier.reports.document.parts import Folio, bullets, cites, clause_link, table, terms
from verifier.reports.story import (
    aligned_events,
    checked_clauses,
    differing_facts,
    needed_facts,
    not_asked,
    read_at_the_start,
    replayed,
    rest_of_facts,
    shortest,
    ways_said,
    whether_all,
)


def story(told: Story, folio: Folio, level: int, promise: Promise | None = None) -> Node:
    """One case: with the promise that it breaks, also what the last step did not ask. ``level``: of its headings."""
    return [
        Heading(level, "How it happens"),
        timeline(told, folio, promise),
        Heading(level, "The facts of the case"),
        _facts(told, folio, read_at_the_start(told, folio.program, promise)),
    ]


def sure(told: Story) -> tuple[str, Node]:
    """Whether the run is the shortest one, and confirmed by the interpreter."""
    return "How sure", bullets([capital(shortest(told)), capital(replayed(told))])


def ways(found: Alternatives | None, folio: Folio) -> tuple[str, Node]:
    """The essentially different ways, and whether there may be more."""
    if found is None:
        return "Other ways", None
    return "Other ways", bullets([*map(capital, ways_said(found, folio.program)), capital(whether_all(found))])


# ---------------------------------------------------------------- one case


def timeline(told: Story, folio: Folio, promise: Promise | None = None) -> Node:
    """The events in their order."""
    events = (*told.happenings, *((told.attempt,) if told.attempt else ()))
    if not events:
        day = f", on {iso(told.start)}" if told.start is not None and "today" in told.needed else ""
        return Para(f"This holds at the very start{day}; nothing needs to happen.")
    start = Para([Day(iso(told.start)), " The case starts."], "start") if told.start is not None else None
    items = []
    for item in events:
        last = item is events[-1]
        breaking = last and (promise is not None or told.attempt is not None)
        failed = Para("It meets the error, and does not happen.") if item is told.attempt else None
        event = _event(item, folio, promise if last else None, last)
        items.append(Item([event, failed], "breaks" if breaking else None))
    return [start, Items(tuple(items), "timeline", ordered=True)]


def _event(item: Happening, folio: Folio, promise: Promise | None, open_: bool) -> Node:
    program = folio.program
    day: Node = [Day(iso(item.date)), " "] if item.date is not None else None
    clause = folio.portrait.find(item.step) if item.step else None
    numbered: Node = None if clause is None else ["clause ", clause_link(clause, folio)]
    meta: list[Node] = [say_actors(item.by, program), numbered, cites(item.cites, folio)]
    changes = [say_change(change, program) for change in item.changes if change.name != "today"]
    checked = bullets([_checked(text, held) for each in item.checked for text, held in checked_clauses(each, program)])
    asked = not_asked(item, program, promise)
    return [
        Para([day, capital(say_step(item, program)), ". ", Mark(between(" · ", meta), "meta")], "event"),
        terms(
            [
                ("Now", "; ".join(changes)),
                ("Checked", checked if open_ else None),
                ("Nobody asked", asked),
            ]
        ),
        Folded("What was checked", checked) if checked and not open_ else None,
    ]


def _checked(text: str, held: bool) -> Node:
    sign, word = ("✓", "held") if held else ("✗", "did not hold")
    return [text, " ", Mark(f"{sign} {word}", "good" if held else "bad")]


def _facts(told: Story, folio: Folio, fixed: Sequence[str] = ()) -> Node:
    facts, at_start = needed_facts(told, folio.program)
    needed = [("Needed", bullets(facts))] if facts else []
    start = (
        [("At the start", bullets([*(f"{text} (needed)" for text in at_start), *fixed]))] if at_start or fixed else []
    )
    rest = rest_of_facts(told, len(facts) + len(at_start) + len(fixed))
    return terms([*needed, *start, ("The rest", None if rest is None else capital(rest))])


# ---------------------------------------------------------------- scenarios and pairs


def failure(failing: ScenarioFailure, folio: Folio) -> Node:
    """What a scenario expected, what it got, and in which case."""
    told, program = failing.story, folio.program
    open_ = {status.name for status in program.statuses if status.starts is None}
    given = [*told.facts, *(fact for fact in told.initial if fact.name in open_)]
    facts = _facts(told, folio) if told.needed else bullets([say_fact(fact, program) for fact in given])
    line, _ = failing.span.first
    return [
        terms(
            [
                ("Fails at", [Code(failing.at), f" (line {line})"]),
                ("Expected", failing.expected),
                ("Found", failing.got),
            ]
        ),
        [Heading(5, "What happened"), timeline(told, folio)] if told.happenings else None,
        Heading(5, "The facts of the case"),
        facts,
        terms([("How sure", capital(replayed(told)))]),
    ]


def pair(first: Story, second: Story, folio: Folio) -> Node:
    """Two cases side by side: where they differ, and what happens in each."""
    facts = differing_facts(first, second, folio.program)
    events = aligned_events(first, second, folio.program)
    return [
        table("The two cases", ("Fact", "Case 1", "Case 2"), facts),
        table("What happens in each", ("Event", "Case 1", "Case 2"), events),
    ]
