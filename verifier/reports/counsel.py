"""The answer to a question about a case, as text and as part of the JSON record.

Takes a finished ``Counsel``; gives lines, or plain data. Renders, never decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.core.dates import iso
from verifier.counsel.model import Counsel, Ground, Group, Remedy
from verifier.explain.model import Binding, Story
from verifier.explain.verbalise import say_fact, say_name, say_needed, say_step
from verifier.explain.words import listed, plural
from verifier.reports.json import Json, bindings, limits, story_record
from verifier.reports.layout import GAP, TIE, boxed, flow, labelled
from verifier.reports.story import cites_text, tell
from verifier.reports.style import Paint, Style

_SIGNS = {"yes": "✓", "no": "✗", "open": "?"}
FIRST_FAILING = "first that fails"
_PAINTS: dict[str, Paint] = {"yes": "good", "no": "bad", "depends": "doubt", "unknown": "doubt"}


def render_counsel(found: Counsel, style: Style) -> str:
    """The answer first, then what it rests on."""
    lines = flow(found.question, style)
    lines = [style.paint(line, "strong") for line in lines]
    lines += [style.paint(line, _PAINTS[found.answer]) for line in boxed(sentence(found), style)]
    lines += labelled("GIVEN", given_said(found), style, indent="")
    lines += labelled("BECAUSE", because_said(found), style, indent="")
    lines += _grounds(found.grounds, style)
    if found.answer == "depends":
        for label, said in open_said(found):
            lines += labelled(label.upper(), said, style, indent="")
    told = way_of(found)
    if told is not None:
        lines += tell(told, found.program, style)
    lines += _groups(found, style)
    lines += _remedies(found, style)
    return "\n".join(lines) + "\n"


def sentence(found: Counsel) -> str:
    """The answer in a sentence."""
    clause, denied = found.subject
    whatever = ", whatever the facts are" if not found.because and not found.given else ""
    if found.kind == "who can":
        if found.answer == "unknown":
            return f"NOT DECIDED: {found.reason}."
        if not found.groups:
            return (
                f"NOBODY. It can never be that {clause}."
                if not found.given
                else f"NOBODY WITH THESE FACTS. It can never be that {clause}."
            )
        if not found.groups[0].facts and len(found.groups) == 1:
            return f"EVERYONE. In every case it can come about that {clause}."
        return f"{plural(len(found.groups), 'GROUP').upper()}. It can come about that {clause}, in these cases:"
    match found.answer:
        case "yes":
            if not found.eventually:
                return f"YES{whatever}. {_capital(clause)}."
            some = ", IN SOME SUCH CASE" if _needs_more(found) else ""
            return f"YES{some}. It can come about that {clause}."
        case "no":
            cannot = f"It cannot come about that {clause}" if found.eventually else _capital(denied)
            return f"NO{whatever}. {cannot}."
        case "depends":
            return f"IT DEPENDS on what is not given whether {clause}."
        case "unknown":
            return f"NOT DECIDED: {found.reason or 'no reason is known'}."


def _needs_more(found: Counsel) -> bool:
    """Whether what is shown needs facts that were not given."""
    given = {item.name for item in found.given}
    return found.yes is not None and any(name not in given for name in found.yes.needed)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def given_said(found: Counsel) -> list[str]:
    """What is given with the case, and the day on which it starts where that was chosen."""
    given = [say_fact(item, found.program) for item in found.given]
    return given + (
        [f"the case starts on {iso(found.day)}{TIE * 3}(no day was given)"] if found.day is not None else []
    )


def open_said(found: Counsel) -> list[tuple[str, list[str]]]:
    """Of an answer that depends on what is not given: what decides, an example each way, and what to ask first."""
    said = [
        ("Decided by", [listed([say_name(name, found.program) for name in found.decides])]),
        ("Yes, if", _needed(found.yes, found)),
        ("No, if", _needed(found.no, found)),
    ]
    if found.next_question is not None:
        said.append(("Ask first", [say_name(found.next_question, found.program)]))
    return said


def way_of(found: Counsel) -> Story | None:
    """The run that shows a yes about what can come about."""
    shows = found.answer != "depends" and found.eventually and found.kind in ("why", "why not")
    return found.yes if shows else None


def because_said(found: Counsel) -> list[str]:
    """The given facts that decide, none of which can be left out."""
    if found.kind == "who can" or found.answer not in ("yes", "no") or (found.eventually and found.answer == "yes"):
        return []
    if found.because:
        others = len(found.given) - len(found.because)
        said = [say_fact(item, found.program) for item in found.because]
        return [*said, f"(the other {plural(others, 'given fact')} and everything else: any value)"] if others else said
    return ["nothing that is given matters: it is so in every case"] if found.given else []


def _grounds(grounds: Sequence[Ground], style: Style) -> list[str]:
    """The conditions with a sign for each; the first that fails at the top is marked."""
    lines: list[str] = []
    first = first_failing(grounds)
    for index, item in enumerate(grounds):
        mark = f"  ← {FIRST_FAILING}" if index == first else ""
        cites = f"{GAP}{cites_text(item.cites)}" if item.cites else ""
        name = f"{GAP}({item.name})" if item.name is not None and item.depth == 0 else ""
        label = "CHECKED" if index == 0 else ""
        first_line = f"{label:<14}{GAP * item.depth}{_SIGNS[item.held]}{TIE}"
        text = f"{item.text}{name}{cites}{mark}"
        lines += flow(text, style, first_line, " " * len(first_line))
    return lines


def first_failing(grounds: Sequence[Ground]) -> int | None:
    """Which condition is the first that fails, where there are several."""
    top = [index for index, item in enumerate(grounds) if item.depth == 0]
    return next((index for index in top if grounds[index].held == "no"), None) if len(top) > 1 else None


def _needed(told: Story | None, found: Counsel) -> list[str]:
    """What matters in an example, apart from what is given."""
    if told is None:
        return []
    known = {item.name for item in found.given}
    items = [item for item in (*told.facts, *told.initial) if item.name in told.needed and item.name not in known]
    return [say_needed(item, told.bounds, found.program) for item in items] or ["anything else"]


def _groups(found: Counsel, style: Style) -> list[str]:
    lines: list[str] = []
    for number, group in enumerate(found.groups, start=1):
        facts = group_said(group, found)
        how = "; ".join(say_step(event, found.program) for event in group.story.happenings)
        lines += ["", *labelled(f"{number}  ANYONE", facts, style, indent="")]
        lines += labelled("   how", [how], style, indent="") if how else []
    if found.groups:
        lines += ["", *labelled("HOW SURE", ["   ".join(groups_sure(found))], style, indent="")]
    return lines


def group_said(group: Group, found: Counsel) -> list[str]:
    """The facts of a group."""
    return [say_needed(item, group.bounds, found.program) for item in group.facts] or ["any facts at all"]


def groups_sure(found: Counsel) -> list[str]:
    """Whether the groups are confirmed, and whether they are all."""
    why = f" ({found.reason})" if found.reason else ""
    return ["each replayed independently ✓", "nobody else ✓" if found.complete else f"there may be others{why}"]


def _remedies(found: Counsel, style: Style) -> list[str]:
    label, said = remedies_said(found)
    return labelled(label.upper(), said, style, indent="")


def remedies_said(found: Counsel) -> tuple[str, list[str]]:
    """What would change the answer, with what it is called; nothing where that was not asked."""
    if found.kind != "what would change":
        return "", []
    if not found.remedies:
        said = found.reason or "no change of the given facts that may change would do"
        return "Changes", [said] if found.answer in ("yes", "no") else []
    more = [] if found.complete else ["(larger changes were not looked for)"]
    return "Any one of", [*(_change(remedy, found) for remedy in found.remedies), *more]


def _change(remedy: Remedy, found: Counsel) -> str:
    parts = [say_needed(item, remedy.bounds, found.program) for item in remedy.after]
    also = [say_needed(item, remedy.bounds, found.program) for item in remedy.also]
    return f"{listed(parts)}{f' (with {listed(also)})' if also else ''}"


# ---------------------------------------------------------------- the record


def counsel_record(found: Counsel) -> Json:
    """The answer as plain data."""
    return {
        "question": found.question,
        "kind": found.kind,
        "answer": found.answer,
        "sentence": sentence(found),
        "eventually": found.eventually,
        "given": bindings(found.given),
        "because": [item.name for item in found.because],
        "checked": [
            {
                "text": item.text,
                "held": item.held,
                "depth": item.depth,
                "name": item.name,
                "cite": [str(cite) for cite in item.cites],
            }
            for item in found.grounds
        ],
        "yes": None if found.yes is None else story_record(found.yes),
        "no": None if found.no is None else story_record(found.no),
        "decided_by": list(found.decides),
        "next_question": found.next_question,
        "groups": [
            {"facts": bindings(group.facts), "bounds": limits(group.story), "case": story_record(group.story)}
            for group in found.groups
        ],
        "changes": [_remedy_record(remedy) for remedy in found.remedies],
        "complete": found.complete,
        "reason": found.reason,
        "day": None if found.day is None else iso(found.day),
    }


def _remedy_record(remedy: Remedy) -> Json:
    before = {item.name: item for item in remedy.before}
    changes: dict[str, Json] = {item.name: _pair(before.get(item.name), item) for item in remedy.after}
    return {
        "facts": changes,
        "also": bindings(remedy.also),
        "bounds": limits(remedy.story),
        "case": story_record(remedy.story),
    }


def _pair(before: Binding | None, after: Binding) -> Json:
    old = None if before is None else bindings((before,))[before.name]
    return [old, bindings((after,))[after.name]]
