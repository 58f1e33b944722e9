"""A story as text: what happens step by step, the facts that matter, and how sure we are.

Takes a ``Story`` and the program whose phrases tell it; gives lines. Two cases are told side by side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.core.dates import iso
from verifier.core.expressions import FactRef, ReadingRef, StatusRef, Today, subexpressions
from verifier.core.program import Cite, OnlyIf, Program, Promise
from verifier.core.types import YesNoType
from verifier.core.walks import promise_expressions
from verifier.explain.model import Alternatives, Binding, CheckedCondition, Happening, Mending, Story
from verifier.explain.verbalise import (
    find_requirement,
    say_actors,
    say_change,
    say_condition,
    say_conjuncts,
    say_fact,
    say_name,
    say_needed,
    say_step,
    say_value,
)
from verifier.reports.layout import GAP, TIE, flow, labelled, table
from verifier.reports.style import Style

_NARROWEST_PHRASE = 34
_NOTHING_MATTERS = "none matters: it can come to this whatever they are"
NEEDED = f"{TIE * 3}(needed)"


def tell(story: Story, program: Program, style: Style, promise: Promise | None = None) -> list[str]:
    """The whole story of one case. With the promise that it breaks, also what the last step did not ask."""
    return [
        *_timeline(story, program, style, promise),
        *_facts(story, program, style, read_at_the_start(story, program, promise)),
        *how_sure(story, style),
    ]


def tell_case(story: Story, program: Program, style: Style) -> list[str]:
    """A run that breaks a scenario, with the facts of its case: those that matter where they are known, else all."""
    if story.needed:
        facts = _facts(story, program, style)
    else:
        given = [*story.facts, *(fact for fact in story.initial if _is_open(fact.name, program))]
        known = [say_fact(fact, program) for fact in given]
        known += [f"the case starts on {iso(story.start)}"] if story.start is not None and not story.happenings else []
        facts = labelled("IN THE CASE", known, style, indent="")
    events = _timeline(story, program, style, None) if story.happenings else []
    return [
        *events,
        *facts,
        *labelled("HOW SURE", [replayed(story)], style, indent=""),
    ]


def _is_open(name: str, program: Program) -> bool:
    return any(status.name == name and status.starts is None for status in program.statuses)


def replayed(story: Story) -> str:
    """Whether the interpreter confirmed the run."""
    return "replayed independently ✓" if story.replayed else "NOT REPLAYED: do not rely on it"


def shortest(story: Story) -> str:
    """Whether there is a run with fewer steps."""
    return "shortest possible ✓" if story.shortest else "not proved to be the shortest"


def how_sure(story: Story, style: Style) -> list[str]:
    """Whether the run is the shortest one, and confirmed by the interpreter."""
    return labelled("HOW SURE", [f"{shortest(story)}   {replayed(story)}"], style, indent="")


def mended(found: Mending | None, program: Program, told: Story, style: Style) -> list[str]:
    """The closest case that the promise allows, and what would prevent the violation."""
    if found is None:
        return []
    lines = labelled("ALLOWED", [closest_said(found.closest, told, program)], style, indent="") if found.closest else []
    if not found.repairs:
        return lines
    said = [f"require in {item.step}: {item.said or item.condition}" for item in found.repairs]
    written = [f"requires {item.condition}" for item in found.repairs if item.said is not None]
    sure = "   ".join(repairs_sure(found))
    return [*lines, *labelled("WOULD PREVENT", [*said, *written, sure], style, indent="")]


def repairs_sure(found: Mending) -> tuple[str, str]:
    """How sure it is that the repairs help, and what they would break."""
    lost = dict.fromkeys(name for item in found.repairs for name in item.breaks)
    return "proved again ✓", f"but then these fail: {', '.join(lost)}" if lost else "no other promise breaks ✓"


def closest_said(closest: Story, told: Story, program: Program) -> str:
    """What differs in the closest case that is allowed."""
    before = {item.name: item.value for item in (*told.facts, *told.initial) if item.name in told.needed}
    changed = [
        say_needed(item, closest.bounds, program)
        for item in (*closest.facts, *closest.initial)
        if item.name in closest.needed and before.get(item.name, item.value) != item.value
    ]
    more, fewer = (
        [f"“{say_step(item, program)}”" for item in _beyond(one.happenings, other.happenings)]
        for one, other in ((closest, told), (told, closest))
    )
    parts = [*changed, *([f"with {', '.join(more)} as well"] if more else [])]
    parts += [f"without {', '.join(fewer)}"] if fewer else []
    return f"the same, {'; '.join(parts)}" if parts else "the same steps, in another order or with other arguments"


def _beyond(some: Sequence[Happening], others: Sequence[Happening]) -> Iterator[Happening]:
    """What happens more often there than among the others."""
    left = Counter(item.step for item in others)
    for item in some:
        if left[item.step]:
            left[item.step] -= 1
        else:
            yield item


def other_ways(ways: Alternatives | None, program: Program, style: Style) -> list[str]:
    """The essentially different ways, one paragraph each, and whether there may be more."""
    if ways is None:
        return []
    told = [f"{number}{TIE}{TIE}{way}" for number, way in enumerate(ways_said(ways, program), start=2)]
    return labelled("OTHER WAYS", [*told, whether_all(ways)], style, indent="")


def ways_said(ways: Alternatives, program: Program) -> list[str]:
    """The events of each other way, on one line."""
    return ["; ".join(say_step(event, program) for event in story.happenings) for story in ways.others]


def whether_all(ways: Alternatives) -> str:
    """Whether there may be more ways than those that are told."""
    if ways.others:
        return "every other run has the steps of one of these ✓" if ways.complete else "not proved that these are all"
    return (
        "none: there is no run without these steps ✓" if ways.complete else "none found; not proved that there is none"
    )


def cites_text(cites: tuple[Cite, ...]) -> str:
    """``[article 4.4] [cfr (c)(1)]``."""
    return " ".join(f"[{cite}]".replace(" ", TIE) for cite in cites)


# ---------------------------------------------------------------- one case


def _timeline(story: Story, program: Program, style: Style, promise: Promise | None) -> list[str]:
    events = (*story.happenings, *((story.attempt,) if story.attempt else ()))
    if not events:
        day = f", on {iso(story.start)}" if story.start is not None and "today" in story.needed else ""
        return flow(f"This holds at the very start{day}; nothing needs to happen.", style, "HOW IT HAPPENS  ")
    rows = [_row(number, item, program) for number, item in enumerate(events, start=1)]
    end = f"{TIE * 2}✕" if promise or story.attempt else ""
    rows[-1] = (rows[-1][0], f"{rows[-1][1]}{end}", *rows[-1][2:])
    widths = _columns(rows, style)
    lines = [*_heading(widths, style, any(row[2] for row in rows)), *_start(story)]
    for row, item in zip(rows, events, strict=True):
        lines.extend(_row_lines(row, widths, style))
        lines.extend(_details(item, program, style))
    if story.attempt is not None:
        return [*lines, f"{GAP}      it meets the error, and does not happen"]
    return [*lines, *_last_step(events[-1], program, style, promise)]


def _row(number: int, item: Happening, program: Program) -> tuple[str, str, str, str, str]:
    when = f"{iso(item.date)}  " if item.date is not None else ""
    who = say_actors(item.by, program)
    return f"{number:>2}", f"{when}{say_step(item, program)}", who, item.step or "", cites_text(item.cites)


def _columns(rows: list[tuple[str, str, str, str, str]], style: Style) -> tuple[int, ...] | None:
    """Widths of number, phrase, actor, step and citation; ``None`` where the page is too narrow for columns."""
    wide = [max(len(style.signs(row[column])) for row in rows) for column in (2, 3, 4)]
    wide[0] = max(wide[0], len("who")) if wide[0] else 0
    phrase = style.width - sum(wide) - 2 - len(GAP) * 5
    return (2, phrase, *wide) if phrase >= _NARROWEST_PHRASE else None


def _heading(widths: tuple[int, ...] | None, style: Style, with_actors: bool) -> list[str]:
    title = style.paint("HOW IT HAPPENS", "strong")
    if widths is None or not with_actors:
        return [title]
    return [title + " " * (len(GAP) * 3 + 2 + widths[1] - len("HOW IT HAPPENS")) + "who"]


def _start(story: Story) -> list[str]:
    return [] if story.start is None else [f"{GAP}    {iso(story.start)}  the case starts"]


def _row_lines(row: tuple[str, str, str, str, str], widths: tuple[int, ...] | None, style: Style) -> list[str]:
    if widths is not None:
        return table([row], style, widths)
    meta = " · ".join(part for part in row[2:] if part)
    return [*flow(row[1], style, f"{GAP}{row[0]}  "), *(flow(meta, style, f"{GAP}      ") if meta else [])]


def _details(item: Happening, program: Program, style: Style) -> list[str]:
    changes = [say_change(change, program) for change in item.changes if change.name != "today"]
    return flow("; ".join(changes), style, f"{GAP}      now: ") if changes else []


def _last_step(item: Happening, program: Program, style: Style, promise: Promise | None) -> list[str]:
    checked = [
        f"{text}{TIE}{'✓' if held else f'✗{TIE}not{TIE}so'}"
        for condition in item.checked
        for text, held in checked_clauses(condition, program)
    ]
    lines = flow("; ".join(checked), style, f"{GAP}      checked: ") if checked else []
    asked = not_asked(item, program, promise)
    return lines if asked is None else [*lines, *flow(asked, style, f"{GAP}      not asked: ")]


def not_asked(item: Happening, program: Program, promise: Promise | None) -> str | None:
    """What a promise of the form "only if" makes a condition of the step, and nobody asked when it was taken."""
    if promise is None or not isinstance(promise.form, OnlyIf) or item.step != promise.form.step:
        return None
    return f"whether {say_condition(promise.form.condition, program)}"


def checked_clauses(condition: CheckedCondition, program: Program) -> list[tuple[str, bool]]:
    """Each clause of a requirement that held, or the requirement that did not; and whether it held."""
    requirement = find_requirement(condition.full_name, program)
    if requirement is None:
        return [(condition.full_name, condition.held)]
    if condition.held:
        return [(clause, True) for clause in say_conjuncts(requirement.condition, program)]
    return [(say_condition(requirement.condition, program), False)]


def read_at_the_start(story: Story, program: Program, promise: Promise | None) -> list[str]:
    """Where nothing happens: what the promise reads and every case starts with; else the steps tell it."""
    if promise is None or story.happenings:
        return []
    parts = (part for expr in promise_expressions(promise) for part in subexpressions(expr))
    read = {part.name for part in parts if isinstance(part, StatusRef)}
    starts = {status.name: status.starts for status in program.statuses if status.name in read}
    lines = []
    for item in story.initial:
        start = starts.get(item.name)
        if start is not None:
            depends = any(isinstance(part, FactRef | ReadingRef | Today) for part in subexpressions(start))
            lines.append(f"{say_fact(item, program)}{TIE * 3}({'follows' if depends else 'in every case'})")
    return lines


def needed_facts(story: Story, program: Program) -> tuple[list[str], list[str]]:
    """The facts that matter, and what must be so at the start."""
    parts = (story.facts, story.initial)
    facts, initial = (
        [say_needed(item, story.bounds, program) for item in p if item.name in story.needed] for p in parts
    )
    return facts, initial


def rest_of_facts(story: Story, told: int) -> str | None:
    """What is said of the facts that do not matter, after so many that do."""
    if told:
        return "everything else: any value" if len(story.facts) + len(story.initial) > told else None
    return _NOTHING_MATTERS if story.attempt else "any values at all"


def _facts(story: Story, program: Program, style: Style, fixed: Sequence[str] = ()) -> list[str]:
    needed, at_start = needed_facts(story, program)
    lines = labelled("FACTS", [f"{text}{NEEDED}" for text in needed], style, indent="")
    lines += labelled("AT THE START", [*(f"{text}{NEEDED}" for text in at_start), *fixed], style, indent="")
    rest = rest_of_facts(story, len(needed) + len(at_start) + len(fixed))
    return lines + (labelled("" if lines else "FACTS", [rest], style, indent="") if rest else [])


# ---------------------------------------------------------------- two cases


def tell_pair(first: Story, second: Story, program: Program, style: Style) -> list[str]:
    """Two cases side by side: where they differ, and what happens in each."""
    side = (style.width - 4 * len(GAP)) // 3
    widths = (side, side, side)
    lines = table([("TWO CASES", "case 1", "case 2")], style, widths, indent="")
    lines += table(differing_facts(first, second, program), style, widths)
    lines += table([("HOW IT HAPPENS", "case 1", "case 2")], style, widths, indent="")
    lines += table(aligned_events(first, second, program), style, widths)
    return [*lines, *how_sure(first, style)]


def differing_facts(first: Story, second: Story, program: Program) -> list[tuple[str, str, str]]:
    """What tells two cases apart: its name, and its value in each."""
    others = {fact.name: fact for fact in (*second.facts, *second.initial)}
    pairs = [(fact, others[fact.name]) for fact in (*first.facts, *first.initial) if fact.name in others]
    needed = {*first.needed, *second.needed}
    rows = [
        (_row_name(one, program), _value(one, program), _value(two, program))
        for one, two in pairs
        if one.value != two.value or one.name in needed
    ]
    if first.start is not None and (first.happenings or second.happenings or "today" in needed):
        rows.append(("the day of the start", iso(first.start), iso(first.start)))
    return [*rows, ("everything else", "any value", "the same value")]


def _row_name(fact: Binding, program: Program) -> str:
    """A row is answered by a value, so that a yes/no item is named by its positive clause."""
    if isinstance(fact.type, YesNoType):
        return say_fact(replace(fact, value=True), program).removesuffix(": yes")
    return say_name(fact.name, program)


def _value(fact: Binding, program: Program) -> str:
    return say_value(fact.value, fact.type, program)


def aligned_events(first: Story, second: Story, program: Program) -> list[tuple[str, str, str]]:
    """What was proposed to both cases, in its order: what came of it in each, one row for each event."""
    one, two = ({item.order: item for item in story.happenings} for story in (first, second))
    rows = []
    for place in sorted({*one, *two}, key=lambda order: order or 0):
        left, right = one.get(place), two.get(place)
        told = left or right
        if told is not None:
            rows.append((_event(told, program), _outcome(left, program), _outcome(right, program)))
    return rows or [("nothing needs to happen", "", "")]


def _event(item: Happening, program: Program) -> str:
    """An event with its day, where dates play a part."""
    return f"{'' if item.date is None else f'{iso(item.date)} '}{say_step(item, program)}"


def _outcome(item: Happening | None, program: Program) -> str:
    if item is None:
        return "not taken"
    changes = [say_change(change, program) for change in item.changes if change.name != "today"]
    return "; ".join(changes) or "no change"
