"""What has become of a policy: each item of two versions, compared by what it allows and gives.

Takes two checked programs; gives their differences, each with a smallest case. Method: the runs of either version with
the other beside it (``beside``); a difference is a run of one version whose last step the other refuses or in whose
last state it decides otherwise. Where no run of either version shows one, the versions have the same runs: by
induction on the first difference. In the middle of a run the question is what the other version says of the state that
has been reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace

from verifier.comparison.beside import Beside, Question, beside
from verifier.comparison.matching import Matching, decision_text, duty_text, had, match, plain_text, step_texts
from verifier.comparison.model import Comparison, Difference, Example, InFlight, PromiseChange, Relation
from verifier.comparison.takeover import takeover
from verifier.comparison.vocabulary import Vocabulary
from verifier.core.expressions import Expr
from verifier.core.program import Duty, Program
from verifier.core.types import IntType, MoneyType, OptionType, Type
from verifier.explain.model import Binding, PropertyResult, Story
from verifier.explain.phrases import say_actors
from verifier.explain.stories import retold
from verifier.explain.verify import Work, verify_program
from verifier.records import dataclass
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate
from verifier.semantics.model import Run

BEFORE, AFTER = "before", "after"
"""Marks of the older and the newer version's names, where they stand beside the other's."""

_ORDER = ("cases", "fact", "reading", "status", "decision", "definition", "step", "duty")


@dataclass(slots=True)
class _Found:
    """What is known of the differences, by kind and name."""

    gains: dict[tuple[str, str], Example] = field(default_factory=dict)
    loses: dict[tuple[str, str], Example] = field(default_factory=dict)
    changes: dict[tuple[str, str], Example] = field(default_factory=dict)
    doubts: dict[tuple[str, str], str] = field(default_factory=dict)
    asked: dict[tuple[str, str], None] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def compare(old: Program, new: Program, work: Work, say: Callable[[str], None] | None = None) -> Comparison:
    """Compare two versions; ``work`` has the limits. The promises are compared by ``with_promises``."""
    matching = match(old, new)
    words = matching.words
    newer, older = Vocabulary(types=words.types).program(new), words.program(old)
    types = _declared(new, Vocabulary()), _declared(old, words)
    found = _Found()
    with_old = beside(newer, older, BEFORE, types[0], types[1])
    with_new = beside(older, newer, AFTER, types[1], types[0])
    same = _same_text(older, newer)
    for side, newer_runs in ((with_old, True), (with_new, False)):
        named = {"more": "gains", "less": "loses"} if newer_runs else {"more": "loses", "less": "gains"}
        named["other"] = "changes"
        _answer(side.program, side.questions, named, newer_runs, found, work, say)
        _answer(side.starting, side.about_starts, named, newer_runs, found, work, say)
        found.doubts |= {key: reason for key, reason in side.skipped.items() if key not in found.doubts}
    differences = [_difference(key, matching, found, same, with_old) for key in _in_order(found, newer)]
    differences = [_by_whom(item, older, newer) for item in differences]
    differences += _only_in_one(matching)
    differences += _ranges(matching, *types)
    differences += _duties(matching, old, new)
    differences.sort(key=lambda item: _ORDER.index(item.kind))
    overall = _overall(differences)
    return Comparison(new.name, old.source.path, new.source.path, overall, tuple(differences), (), tuple(found.faults))


def _declared(program: Program, words: Vocabulary) -> dict[str, Type]:
    """The declared types of what a case has, under the new names, with the values that this version knows."""
    return {words.values.get(item.name, item.name): item.type for item in had(program)}


def _answer(
    program: Program,
    questions: Sequence[Question],
    named: dict[str, str],
    newer: bool,
    found: _Found,
    work: Work,
    say: Callable[[str], None] | None,
) -> None:
    """Ask the questions of one version's runs, and keep what they show; what is known already is not shown again."""
    promises = tuple(question.promise for question in questions)
    if not promises:
        return
    asked = replace(work, promises=promises, scenarios=(), probing=False, reasoning=False, splitting=False)
    outcome = verify_program(program, asked, say)
    found.faults += outcome.faults
    for question, result in zip(questions, outcome.properties, strict=True):
        key = question.kind, question.name
        found.asked[key] = None
        if result.verdict == "unknown":
            found.doubts.setdefault(key, result.reason or "it was not decided")
        story = result.counterexample
        if result.verdict == "violated" and story is not None:
            shown: dict[tuple[str, str], Example] = getattr(found, named[question.side])
            if key not in shown:
                shown[key] = _example(story, program, result, question, newer)


def _example(story: Story, program: Program, result: PropertyResult, question: Question, newer: bool) -> Example:
    """A difference with the values that both versions give at the end of its run."""
    found = Example(story, program, result)
    run = None if question.values is None else retold(program, story)
    if run is None or question.values is None:
        return found
    own, other = (_value(program, run, expr, question.name) for expr in question.values)
    return replace(found, before=other, after=own) if newer else replace(found, before=own, after=other)


def _value(program: Program, run: Run, expr: Expr, name: str) -> Binding | None:
    try:
        return Binding(name, evaluate(program, expr, run), expr.type)
    except EvaluationError:
        return None


def _in_order(found: _Found, newer: Program) -> list[tuple[str, str]]:
    """Everything that was asked about, in the order of the newer text."""
    items = (*newer.facts, *newer.readings, *newer.statuses, *newer.decisions, *newer.definitions, *newer.steps)
    place = {item.name: item.span.start for item in items}
    keys = {**found.asked, **dict.fromkeys(found.doubts)}
    return sorted(keys, key=lambda key: (_ORDER.index(key[0]), place.get(key[1], 0), key[1]))


def _difference(
    key: tuple[str, str], matching: Matching, found: _Found, same: set[tuple[str, str]], side: Beside
) -> Difference:
    kind, name = key
    gains, loses, changes = (shown.get(key) for shown in (found.gains, found.loses, found.changes))
    reason = found.doubts.get(key)
    if key in side.skipped:
        relation: Relation = "unknown" if kind == "cases" else "incomparable"
    elif changes is not None or (gains is not None and loses is not None):
        relation = "incomparable"
    elif reason is not None and key not in same:
        relation = "unknown"
    else:
        relation = "broader" if gains is not None else "narrower" if loses is not None else "equivalent"
    reason = None if relation in ("equivalent", "broader", "narrower") else reason
    renamed = {new: old for old, new in matching.kinds[kind].renamed} if kind in matching.kinds else {}
    old = renamed.get(name)
    return Difference(kind, name, relation, old, gains, loses, changes, reason)


# ---------------------------------------------------------------- what the text alone tells


def _by_whom(item: Difference, older: Program, newer: Program) -> Difference:
    """A step that others take now is another one, whatever it does."""
    if item.kind != "step":
        return item
    before, after = (say_actors(program.step(item.name).actors, program) for program in (older, newer))
    if before == after:
        return item
    reason = f"{before or 'anyone'} took it, and {after or 'anyone'} takes it now"
    return replace(item, relation="incomparable", reason="; ".join(part for part in (item.reason, reason) if part))


def _ranges(matching: Matching, after: Mapping[str, Type], before: Mapping[str, Type]) -> list[Difference]:
    """Statuses whose declared range is another one: what leaves it is an error, which no run shows."""
    found = []
    for _, name in matching.kinds["status"].pairs:
        if name in before and name not in matching.changed and before[name] != after[name]:
            limited = isinstance(after[name], IntType | MoneyType | OptionType)
            reason = "its declared range is another one now, so that steps may err where they did not, or the reverse"
            found += [Difference("status", name, "incomparable", reason=reason)] if limited else []
    return found


def _same_text(older: Program, newer: Program) -> set[tuple[str, str]]:
    """Items whose text, with all that they call, is the same in both versions."""
    found: set[tuple[str, str]] = set()
    theirs = {item.name: decision_text(item) for item in older.decisions}
    changed = {item.name for item in newer.decisions if theirs.get(item.name) != decision_text(item)}
    calls = {item.name: set(_called(decision_text(item), newer)) for item in newer.decisions}
    while more := {name for name, called in calls.items() if called & changed} - changed:
        changed |= more
    found |= {("decision", item.name) for item in newer.decisions if item.name not in changed}
    for step in newer.steps:
        twin = next((item for item in older.steps if item.name == step.name), None)
        texts = [step_texts(item) for item in (step, twin) if item is not None]
        if len(texts) == 2 and texts[0] == texts[1] and not set(_called(texts[0], newer)) & changed:
            found.add(("step", step.name))
    for definition in newer.definitions:
        other = next((item for item in older.definitions if item.name == definition.name), None)
        text = plain_text(definition.body)
        if other is not None and plain_text(other.body) == text and not set(_called((text,), newer)) & changed:
            found.add(("definition", definition.name))
    return found


def _called(texts: object, program: Program) -> Iterable[str]:
    """The decisions that are named in some texts; one that is only mentioned counts too."""
    said = set(re.findall(r"\w+", repr(texts)))
    return (item.name for item in program.decisions if item.name in said)


def _only_in_one(matching: Matching) -> list[Difference]:
    found = []
    for kind, items in matching.kinds.items():
        if kind in _ORDER:
            found += [Difference(kind, name, "removed") for name in items.removed]
            found += [Difference(kind, name, "added") for name in items.added]
    for name, (before, after) in matching.changed.items():
        kind = next(kind for kind in ("fact", "reading", "status") if name in dict(matching.kinds[kind].pairs).values())
        told = f"it was of type {before}, and is of type {after} now"
        if str(before) == str(after):
            told = f"{after} is another type now, with other parts or another order of its values"
        reason = f"{told}: it counts as another {kind}"
        found.append(Difference(kind, name, "incomparable", reason=reason))
    return found


def _duties(matching: Matching, old: Program, new: Program) -> list[Difference]:
    """Duties by what they say: longer ones allow more."""
    before, after = ({duty.name: duty for duty in program.duties} for program in (old, new))
    found = []
    for one, other in matching.kinds["duty"].pairs:
        relation = _duty_relation(before[one], after[other], matching.words)
        found.append(Difference("duty", other, relation, one if one != other else None))
    return found


def _duty_relation(old: Duty, new: Duty, words: Vocabulary) -> Relation:
    one, other = duty_text(words, old), duty_text(Vocabulary(), new)
    if one == other:
        return "equivalent"
    comparable = (one[:2], one[3:]) == (other[:2], other[3:]) and old.duration.type == new.duration.type
    spans = old.duration.value, new.duration.value
    if not comparable or not isinstance(spans[0], int) or not isinstance(spans[1], int):
        return "incomparable"
    return "broader" if spans[0] < spans[1] else "narrower"


def _overall(differences: Iterable[Difference]) -> Relation:
    """What all differences together make of the policy."""
    more, less, doubt = False, False, False
    for item in differences:
        adds = (item.kind == "step" and item.relation == "added") or (
            item.kind == "duty" and item.relation == "removed"
        )
        takes = (item.kind == "step" and item.relation == "removed") or (
            item.kind == "duty" and item.relation == "added"
        )
        more |= adds or item.relation in ("broader", "incomparable")
        less |= takes or item.relation in ("narrower", "incomparable")
        doubt |= item.relation == "unknown"
    if more and less:
        return "incomparable"
    return "unknown" if doubt else "broader" if more else "narrower" if less else "equivalent"


# ---------------------------------------------------------------- cases under way


def in_flight(
    old: Program, new: Program, proved: Collection[str], work: Work, say: Callable[[str], None] | None = None
) -> InFlight:
    """What becomes of cases that the older version left in any state that it can reach. ``proved``: the promises that
    the newer version keeps in cases of its own; only those can be broken by the change.

    Raises:
        RuntimeError: a run was found that the interpreter does not confirm.
    """
    words = match(old, new).words
    plain = Vocabulary(types=words.types)
    newer, older = plain.program(new), words.program(old)
    own = [plain.promise(item) for item in new.promises if item.origin in ("", new.name)]
    change = takeover(older, newer, own, BEFORE)
    promises = (*change.promises, *((change.stuck,) if change.stuck else ()))
    asked = replace(work, promises=promises, scenarios=(), probing=False, reasoning=False, splitting=False)
    outcome = verify_program(change.program, asked, say)
    if outcome.faults:
        raise RuntimeError(outcome.faults[0])
    results = list(outcome.properties)
    stuck = results.pop() if change.stuck else None
    told = None if stuck is None else stuck.counterexample
    open_ = [*results, *([stuck] if stuck else [])]
    return InFlight(
        tuple(
            (result.name, result.title, Example(result.counterexample, change.program, result))
            for result in results
            if result.counterexample is not None and result.name in proved
        ),
        None if stuck is None or told is None else Example(told, change.program, stuck),
        tuple(result.name for result in results if result.verdict == "proved"),
        tuple((result.name, result.reason or "not decided") for result in open_ if result.verdict == "unknown"),
        change.left_out,
    )


# ---------------------------------------------------------------- promises


def with_promises(
    found: Comparison, old: Sequence[PropertyResult], new: Sequence[PropertyResult], programs: tuple[Program, Program]
) -> Comparison:
    """The comparison with the verdicts on the promises of both versions."""
    pairs = match(*programs).kinds["promise"]
    before, after = ({item.name: item for item in results} for results in (old, new))
    changes = []
    for one, other in pairs.pairs:
        if one in before and other in after:
            changes.append(_promise(before[one], after[other], programs[1]))
    changes += [
        PromiseChange(name, before[name].title, before[name].verdict, None, "removed")
        for name in pairs.removed
        if name in before
    ]
    changes += [
        PromiseChange(
            name, after[name].title, None, after[name].verdict, "added", story=_shown(after[name], programs[1])
        )
        for name in pairs.added
        if name in after
    ]
    return replace(found, promises=tuple(changes))


def _promise(before: PropertyResult, after: PropertyResult, program: Program) -> PromiseChange:
    verdicts = before.verdict, after.verdict
    relation: Relation = {
        ("proved", "violated"): "broader",
        ("violated", "proved"): "narrower",
    }.get(verdicts, "equivalent" if before.verdict == after.verdict != "unknown" else "unknown")  # type: ignore[assignment]
    if after.form == "possible" and relation in ("broader", "narrower"):
        relation = "narrower" if relation == "broader" else "broader"
    old = before.name if before.name != after.name else None
    return PromiseChange(after.name, after.title, *verdicts, relation, old, _shown(after, program))


def _shown(result: PropertyResult, program: Program) -> Example | None:
    return None if result.counterexample is None else Example(result.counterexample, program, result)
