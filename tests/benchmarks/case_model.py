"""The comparison case as plain data: what ``comparison_case.policy`` says, for tools that do not read policies.

Guards and promises are lists of clauses; a clause is a text of literals joined by ``|``: ``represented``,
``-offer_made``, ``docket=open``, ``-docket=suspended``, ``children>0``. ``explore`` looks at every state, and so knows
the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

POLICY = Path(__file__).resolve().parent / "comparison_case.policy"
FACTS = ("represented", "detained", "criminal_record", "military_service")
MOST_CHILDREN = 10
YES_NO = ("no", "yes")
STATUSES: Mapping[str, tuple[str, ...]] = {
    "reviewed": YES_NO,
    "offer_made": YES_NO,
    "offer_final": YES_NO,
    "declined": YES_NO,
    "appeared": YES_NO,
    "motion_filed": YES_NO,
    "judge_approved": YES_NO,
    "background_check": ("pending", "passed", "failed"),
    "docket": ("open", "suspended", "reopened"),
    "legal_status": ("none_yet", "work_permit", "green_card"),
}
"""Each status with its values, the one it starts with first."""

PROMISES: Mapping[str, tuple[str, ...]] = {
    "no_status_while_suspended": ("-docket=suspended|legal_status=none_yet",),
    "offers_with_counsel": ("-offer_made|represented|appeared",),
    "suspended_in_order": (
        "-docket=suspended|background_check=passed",
        "-docket=suspended|motion_filed",
        "-docket=suspended|judge_approved",
    ),
}
LEMMAS = (
    "legal_status=none_yet|docket=reopened",
    "-judge_approved|motion_filed",
    "-motion_filed|offer_final",
    "-offer_final|background_check=passed",
    "docket=open|judge_approved",
)
"""What a person must add before the promises follow by one step of induction; only for tools that can do no more."""

VARIANTS: Mapping[str, tuple[str, int] | None] = {
    "main": None,
    "b_appear": ("offers_with_counsel", 2),
    "b_reclose": ("no_status_while_suspended", 10),
    "b_check": ("suspended_in_order", 6),
}
"""Each variant with the promise that it breaks and the length of a shortest run that shows it."""

TEXT_CHANGES: Mapping[str, tuple[str, str]] = {
    "b_appear": ("  requires counsel: represented or appeared\n", ""),
    "b_reclose": ("docketed: docket is open", "docketed: docket is not suspended"),
    "b_check": ("  requires checked: background_check is passed\n", ""),
}
"""How the text of the policy is changed for the broken variants."""


@dataclass(frozen=True)
class Event:
    """What may happen: under all of the clauses, with these new values."""

    name: str
    guard: tuple[str, ...]
    effects: Mapping[str, str]


def policy_text(variant: str) -> str:
    """The policy of a variant."""
    text = POLICY.read_text(encoding="utf-8")
    if variant not in TEXT_CHANGES:
        return text
    old, new = TEXT_CHANGES[variant]
    assert text.count(old) == 1, variant
    return text.replace(old, new)


def events(variant: str) -> list[Event]:
    """The events of a variant, in the order of the policy."""
    counsel = () if variant == "b_appear" else ("represented|appeared",)
    checked = () if variant == "b_check" else ("background_check=passed",)
    docketed = "-docket=suspended" if variant == "b_reclose" else "docket=open"
    offer = ("reviewed", "-criminal_record", "military_service|children>0", *counsel, "-offer_made")
    return [
        Event("review", ("-reviewed",), {"reviewed": "yes"}),
        Event("make_offer", offer, {"offer_made": "yes"}),
        Event("appear", ("-appeared",), {"appeared": "yes"}),
        Event("pass_check", ("background_check=pending",), {"background_check": "passed"}),
        Event("fail_check", ("background_check=pending",), {"background_check": "failed"}),
        Event("finalize_offer", ("offer_made", "-offer_final", *checked), {"offer_final": "yes"}),
        Event("decline", ("offer_made", "-declined"), {"declined": "yes"}),
        Event("file_motion", ("offer_final", "-declined", "-motion_filed"), {"motion_filed": "yes"}),
        Event("judge_approve", ("motion_filed", "-judge_approved"), {"judge_approved": "yes"}),
        Event("close", ("judge_approved", docketed), {"docket": "suspended"}),
        Event("reopen", ("docket=suspended",), {"docket": "reopened"}),
        Event("grant_status", ("docket=reopened", "-legal_status=green_card"), {"legal_status": "green_card"}),
    ]


def literals(clause: str) -> Iterator[tuple[bool, str, str]]:
    """The literals of a clause: whether positive, the fact or status, and the value (``yes``, or ``>0``)."""
    for word in clause.split("|"):
        positive, atom = not word.startswith("-"), word.lstrip("-")
        if atom == "children>0":
            yield positive, "children", ">0"
        else:
            name, _, value = atom.partition("=")
            yield positive, name, value or "yes"


# ---------------------------------------------------------------- the truth


@dataclass(frozen=True)
class Truth:
    """How many states are reachable, and after how many events each promise is first broken."""

    states: int
    broken: Mapping[str, int]


def explore(variant: str) -> Truth:
    """Every state, nearest first."""
    names = [*FACTS, "children", *STATUSES]
    starts = [values[0] for values in STATUSES.values()]
    facts = product(*[YES_NO] * len(FACTS), range(MOST_CHILDREN + 1))
    layer = [dict(zip(names, [*chosen, *starts], strict=True)) for chosen in facts]
    seen = {tuple(state.values()) for state in layer}
    known, depth, broken = events(variant), 0, dict[str, int]()
    while layer:
        for promise, clauses in PROMISES.items():
            if promise not in broken and not all(holds(clauses, state) for state in layer):
                broken[promise] = depth
        later = []
        for state in layer:
            for event in known:
                after = {**state, **event.effects}
                if holds(event.guard, state) and (key := tuple(after.values())) not in seen:
                    seen.add(key)
                    later.append(after)
        layer, depth = later, depth + 1
    return Truth(len(seen), broken)


def holds(clauses: Sequence[str], state: Mapping[str, object]) -> bool:
    """Whether every clause is true in a state."""
    return all(any(_true(literal, state) for literal in literals(clause)) for clause in clauses)


def _true(literal: tuple[bool, str, str], state: Mapping[str, object]) -> bool:
    positive, name, value = literal
    found = state[name] != 0 if value == ">0" else state[name] == value
    return found is positive
