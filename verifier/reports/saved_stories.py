"""Stories out of the JSON record: the inverse of ``json.story_record``.

Takes records and the program that they are about; gives stories. What does not fit is an exception of ``values``, or a
``LookupError``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from verifier.core.program import Cite, Program
from verifier.core.types import DATE
from verifier.explain.model import Binding, Bound, Change, CheckedCondition, Happening, Story
from verifier.explain.stories import cites_of
from verifier.reports.values import day_of, text_of, value_of, yes_no

Record: TypeAlias = Mapping[str, Any]


def stories_of(records: Iterable[Record], program: Program) -> tuple[Story, ...]:
    """The stories of several records."""
    return tuple(story_of(item, program) for item in records)


def story_of(record: Record, program: Program) -> Story:
    """The story of a record."""
    facts, initial = case_of(record["facts"], program), statuses_of(record["initial"], program)
    types = {item.name: item.type for item in (*facts, *initial)}
    needed = tuple(text_of(name) for name in record["needed"])
    if not types.keys() >= set(needed) - {"today"}:
        raise ValueError(needed)
    bounds = tuple(
        Bound(name, *(value_of(ends[side], types[name]) if side in ends else None for side in ("at_least", "at_most")))
        for name, ends in record["bounds"].items()
    )
    return Story(
        facts,
        initial,
        needed,
        None if record["start"] is None else day_of(record["start"]),
        tuple(_happening(item, program, taken=True) for item in record["steps"]),
        replayed=yes_no(record["replayed"]),
        shortest=yes_no(record["shortest"]),
        bounds=bounds,
        attempt=_happening(record["attempt"], program, taken=False) if "attempt" in record else None,
    )


def case_of(record: Record, program: Program) -> tuple[Binding, ...]:
    """The facts of a case, readings included."""
    facts = [(item.name, item.type) for item in program.facts]
    return _bindings(record, [*facts, *((item.name, item.type) for item in program.readings)])


def statuses_of(record: Record, program: Program) -> tuple[Binding, ...]:
    """The statuses at the start of a case."""
    return _bindings(record, [(item.name, item.type) for item in program.statuses])


def _bindings(record: Record, declared: Iterable[tuple[str, Any]]) -> tuple[Binding, ...]:
    """A value for each name that is declared, and for no other."""
    types = dict(declared)
    if record.keys() != types.keys():
        raise ValueError(list(record))
    return tuple(Binding(name, value_of(record[name], type_), type_) for name, type_ in types.items())


def _happening(record: Record, program: Program, taken: bool) -> Happening:
    order = None if "order" not in record else int(record["order"])
    date = None if record["date"] is None else day_of(record["date"])
    step = next((item for item in program.steps if item.name == record["step"]), None)
    changes = tuple(_change(name, values, program) for name, values in record["changes"].items())
    if step is None:
        if record["step"] != "wait":
            raise ValueError(record["step"])
        return Happening(None, (), (), date, int(record["parameters"]["days"]), changes, (), (), order)
    parameters = _bindings(record["parameters"], [(item.name, item.type) for item in step.params])
    checked = tuple(CheckedCondition(r.full_name, True, r.cites, r.condition.span) for r in step.requires)
    cites: tuple[Cite, ...] = cites_of(step)
    return Happening(step.name, parameters, step.actors, date, 0, changes, checked if taken else (), cites, order)


def _change(name: str, values: Iterable[object], program: Program) -> Change:
    before, after = values
    types = {item.name: item.type for item in program.statuses}
    type_ = types[name] if name in types or name != "today" else DATE
    return Change(name, value_of(before, type_), value_of(after, type_), type_)
