"""The differences of two versions as text and as the JSON record.

Takes finished comparisons; gives one text. Renders, never computes a relation.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from verifier.comparison.model import Comparison, Difference, Example, InFlight, PromiseChange, Relation
from verifier.core.expressions import Act
from verifier.core.program import Program, Reads
from verifier.explain.model import Binding
from verifier.explain.phrases import declared
from verifier.explain.verbalise import say_act, say_value
from verifier.explain.words import plural
from verifier.reports.json import SCHEMA_VERSION, Json, json_value, story_record
from verifier.reports.layout import GAP, boxed, flow, labelled
from verifier.reports.story import tell
from verifier.reports.style import Paint, Style

SENTENCES: dict[Relation, str] = {
    "equivalent": "The two versions mean the same: no case is treated differently.",
    "narrower": "The newer version allows or gives less than the older one, and nothing more.",
    "broader": "The newer version allows or gives more than the older one, and nothing less.",
    "incomparable": "The newer version allows or gives more in some cases, and less or something else in others.",
    "unknown": "It is not known whether the two versions mean the same.",
}
STUCK = "A case can be at its end when the newer version comes into force, although a step was possible."
NOBODY_UNDER_WAY = "No case that is under way breaks a promise or comes to its end by the change."
_PAINTS: dict[Relation, Paint] = {"equivalent": "good", "unknown": "doubt"}
_STATUS_WIDTH = 14


def render_comparisons(
    found: Sequence[Comparison], only_old: Sequence[str], only_new: Sequence[str], style: Style
) -> str:
    """The report of a comparison: the verdict first, then each difference with a smallest case."""
    lines: list[str] = []
    for comparison in found:
        lines += [*_comparison(comparison, style), ""]
    lines += [line for path in only_old for line in flow(f"REMOVED  {path}", style)]
    lines += [line for path in only_new for line in flow(f"ADDED    {path}", style)]
    lines += [""] if only_old or only_new else []
    lines.append(style.paint(style.signs(counts(found, only_old, only_new)), "strong"))
    return "\n".join(lines) + "\n"


def counts(found: Sequence[Comparison], only_old: Sequence[str], only_new: Sequence[str]) -> str:
    """``2 policies · 1 equivalent · 1 broader · 1 added``."""
    relations = Counter(comparison.relation for comparison in found)
    parts = [plural(len(found), "policy", "policies"), *(f"{number} {name}" for name, number in relations.items())]
    parts += [f"{len(only_new)} added"] if only_new else []
    parts += [f"{len(only_old)} removed"] if only_old else []
    return " · ".join(parts)


def _comparison(found: Comparison, style: Style) -> list[str]:
    lines = [style.paint(found.name, "strong")]
    lines += flow(f"{found.old_path} → {found.new_path}", style)
    lines += [
        style.paint(line, _PAINTS.get(found.relation, "bad"))
        for line in boxed(f"{found.relation.upper()}. {SENTENCES[found.relation]}", style)
    ]
    for item in found.differences:
        if not is_same(item):
            lines += ["", *_difference(item, style)]
    changed = [item for item in found.promises if not is_same(item)]
    if changed:
        lines += ["", style.paint("PROMISES", "strong")]
    for promise in changed:
        lines += _promise(promise, style)
    if found.in_flight is not None:
        lines += ["", *_in_flight(found.in_flight, style)]
    same = unchanged(found)
    lines += ["", *flow(same, style)] if same else []
    return lines + [style.paint(style.signs(f"INTERNAL ERROR  {fault}"), "bad") for fault in found.faults]


def unchanged(found: Comparison) -> str:
    """How much there is of which nothing is told; empty where that is nothing."""
    same = sum(map(is_same, found.differences)), sum(map(is_same, found.promises))
    said = [plural(number, noun) for number, noun in zip(same, ("item", "promise"), strict=True) if number]
    return f"Unchanged: {', '.join(said)}." if said else ""


def is_same(item: Difference | PromiseChange) -> bool:
    """Whether there is nothing to tell: the same meaning under the same name."""
    return item.relation == "equivalent" and item.old is None


def _difference(item: Difference, style: Style) -> list[str]:
    renamed = f" (was `{item.old}`)" if item.old is not None else ""
    head = f"{item.kind} {item.name}{renamed}{GAP}{phrase_of(item)}".rstrip()
    word = style.signs(item.relation.upper())
    first = flow(head, style, f"{word:<{_STATUS_WIDTH}}", " " * _STATUS_WIDTH)
    lines = [style.paint(first[0][: len(word)], _PAINTS.get(item.relation, "bad")) + first[0][len(word) :], *first[1:]]
    if item.reason is not None:
        lines += labelled("NOTE", [item.reason], style)
    for label, example in cases_of(item):
        lines += ["", f"{GAP}{style.paint(label, 'strong')}{values_of(example)}"]
        lines += _told(example, style)
    return lines


def cases_of(item: Difference) -> list[tuple[str, Example]]:
    """The smallest cases of a difference, each with what it shows."""
    gain, loss = "A CASE THAT GAINS", "A CASE THAT LOSES"
    if item.kind == "step":
        gain, loss = "POSSIBLE NOW, AND NOT BEFORE", "POSSIBLE BEFORE, AND NOT NOW"
    told = ((gain, item.gains), (loss, item.loses), ("A CASE THAT CHANGES", item.changes))
    return [(label, example) for label, example in told if example is not None]


def values_of(example: Example) -> str:
    """What a value was and is, where the case is about one."""
    if example.before is None or example.after is None:
        return ""
    before, after = (say_value(part.value, part.type, example.program) for part in (example.before, example.after))
    return f": {before} before, {after} now"


def phrase_of(item: Difference) -> str:
    """What the item is, in the author's words."""
    example = item.gains or item.loses or item.changes
    if example is None:
        return ""
    if item.kind == "step":
        return say_act(Act(item.name, None), example.program)
    known = declared(item.name, example.program)
    reads = known.reads if known is not None else _reads_of(item.name, example.program)
    return "" if reads is None else reads.positive


def _reads_of(name: str, program: Program) -> Reads | None:
    found = [item.reads for item in program.decisions if item.name == name]
    found += [item.reads for item in program.definitions if item.name == name]
    return found[0] if found else None


def _promise(item: PromiseChange, style: Style) -> list[str]:
    verdicts = verdicts_of(item)
    word = word_of(item).upper()
    renamed = f" (was `{item.old}`)" if item.old is not None else ""
    text = f"{item.name}{renamed}{GAP}{item.title or ''}{GAP}{verdicts}"
    lines = flow(text, style, f"{word:<{_STATUS_WIDTH}}", " " * _STATUS_WIDTH)
    if item.story is not None and is_broken(item):
        lines += _told(item.story, style)
    return lines


def verdicts_of(item: PromiseChange) -> str:
    """The verdicts on a promise in both versions."""
    return f"{item.before or 'not made'} before, {item.after or 'not made'} now"


def word_of(item: PromiseChange) -> str:
    """What became of a promise, in a word."""
    if item.before == "violated" and item.after == "proved":
        return "fixed"
    return "broken" if item.relation in ("broader", "narrower") and item.after == "violated" else item.relation


def is_broken(item: PromiseChange) -> bool:
    """Whether a promise is violated now and was not before."""
    return item.after == "violated" and item.before != "violated"


def _in_flight(found: InFlight, style: Style) -> list[str]:
    """What becomes of cases under way, worst first."""
    lines = [style.paint("CASES UNDER WAY", "strong")]
    for name, title, example in found.broken:
        text = f"{name}{GAP}{title or ''}{GAP}kept in new cases, broken by one that is under way"
        lines += flow(text, style, f"{'BROKEN':<{_STATUS_WIDTH}}", " " * _STATUS_WIDTH)
        lines += _told(example, style)
    if found.stuck is not None:
        lines += flow(STUCK, style, f"{'STUCK':<{_STATUS_WIDTH}}", " " * _STATUS_WIDTH)
        lines += _told(found.stuck, style)
    for name, reason in found.unknown:
        lines += flow(f"{name}: {reason}", style, f"{'UNKNOWN':<{_STATUS_WIDTH}}", " " * _STATUS_WIDTH)
    if not found.broken and found.stuck is None and not found.unknown:
        lines += flow(NOBODY_UNDER_WAY, style, GAP)
    return [*lines, *flow(kept_under_way(found), style, GAP)]


def kept_under_way(found: InFlight) -> str:
    """What every case under way keeps, and what was not asked."""
    kept = f"{plural(len(found.held), 'promise')} kept by every case under way"
    rest = f"; not asked: {', '.join(found.left_out)}" if found.left_out else ""
    return f"{kept}{rest}. Duties are not supposed."


def _told(example: Example, style: Style) -> list[str]:
    narrower = Style(style.color, style.unicode, style.width - len(GAP) * 2)
    return [f"{GAP * 2}{line}" for line in tell(example.story, example.program, narrower)]


# ---------------------------------------------------------------- the record


def comparison_record(
    found: Sequence[Comparison], only_old: Sequence[str], only_new: Sequence[str], tool: tuple[str, str, str]
) -> str:
    """The record of a comparison (``schema/diff.schema.json``) as text. ``tool``: the versions of this program, of the
    language and of the solver.
    """
    relations = Counter(comparison.relation for comparison in found)
    record: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "clauseproof", "version": tool[0], "language": tool[1], "z3": tool[2]},
        "policies": [_policy(comparison) for comparison in found],
        "added": list(only_new),
        "removed": list(only_old),
        "summary": {name: relations[name] for name in SENTENCES},
    }
    return json.dumps(record, indent=2) + "\n"


def _policy(found: Comparison) -> Json:
    return {
        "name": found.name,
        "old_path": found.old_path,
        "new_path": found.new_path,
        "relation": found.relation,
        "differences": [
            {
                "kind": item.kind,
                "name": item.name,
                "old_name": item.old,
                "relation": item.relation,
                "gains": _example(item.gains),
                "loses": _example(item.loses),
                "changes": _example(item.changes),
                "reason": item.reason,
            }
            for item in found.differences
        ],
        "properties": [
            {
                "name": item.name,
                "title": item.title,
                "old_name": item.old,
                "before": item.before,
                "after": item.after,
                "relation": item.relation,
                "counterexample": None if item.story is None else story_record(item.story.story),
            }
            for item in found.promises
        ],
        "in_flight": None if found.in_flight is None else _in_flight_record(found.in_flight),
    }


def _in_flight_record(found: InFlight) -> Json:
    return {
        "broken": [
            {"name": name, "title": title, "counterexample": story_record(example.story)}
            for name, title, example in found.broken
        ],
        "stuck": None if found.stuck is None else story_record(found.stuck.story),
        "held": list(found.held),
        "unknown": [{"name": name, "reason": reason} for name, reason in found.unknown],
        "left_out": list(found.left_out),
    }


def _example(example: Example | None) -> Json:
    if example is None:
        return None
    record = story_record(example.story)
    record["before"], record["after"] = _value(example.before), _value(example.after)
    return record


def _value(binding: Binding | None) -> Json:
    return None if binding is None else json_value(binding.value, binding.type)
