"""Forms for cases: which field suits which type, and what was entered as policy text.

Takes a checked program and texts by name; gives fields for a template. What is entered is read by ``counsel.given``,
which refuses whatever is no plain value, so that nothing here has to be safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal

from verifier.core.dates import iso
from verifier.core.program import Decision, Definition, Program, Status
from verifier.core.types import (
    DATE,
    DateType,
    DaysType,
    DecimalType,
    EnumType,
    IntType,
    MoneyType,
    MonthsType,
    OptionType,
    SetType,
    Type,
    Value,
    YesNoType,
)
from verifier.counsel.given import TODAY, NotGiven, facts_of_json
from verifier.explain.phrases import declared
from verifier.explain.statements import capital
from verifier.explain.verbalise import say_name
from verifier.explain.words import decimal_text, say_member, spaced
from verifier.records import dataclass

NOT_KNOWN: Final = "not known"
_LONGEST_PASTED: Final = 100_000
_FEW: Final = 3
"""So many choices stand beside each other; more of them fold into a list."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value to enter. ``kind`` is the input that suits it; ``choices`` are (text of the policy, words) for choices,
    lists and sets; ``value`` is what is entered now, in the form that the input has.
    """

    name: str
    label: str
    kind: Literal["radio", "select", "set", "number", "text", "date", "cannot"]
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    note: str = ""
    low: str = ""
    high: str = ""
    step: str = "1"
    optional: bool = False

    @property
    def members(self) -> tuple[str, ...]:
        """The chosen members of a set."""
        return tuple(part.strip() for part in self.value.strip("{}").split(",") if part.strip())


def case_fields(program: Program, given: Mapping[str, str], complete: bool) -> dict[str, list[Field]]:
    """The fields of a case, in groups; in a ``complete`` case nothing is left open."""
    groups: dict[str, list[tuple[str, Type]]] = {
        "Facts": [(item.name, item.type) for item in program.facts],
        "How unclear provisions are read": [(item.name, item.type) for item in program.readings],
        "At the start": [
            *((item.name, item.type) for item in program.statuses if item.starts is None),
            (TODAY, DATE),
        ],
    }
    return {
        title: [
            field_of(program, name, _label(program, name), type_, given.get(name, ""), complete)
            for name, type_ in items
        ]
        for title, items in groups.items()
        if items
    }


def _label(program: Program, name: str) -> str:
    if name == TODAY:
        return "The day on which the case starts"
    for reading in program.readings:
        if reading.name == name:
            return capital(reading.question)
    item = declared(name, program)
    if item is not None and item.reads is not None and isinstance(item.type, YesNoType):
        return capital(item.reads.positive)
    return capital(say_name(name, program))


def field_of(program: Program, name: str, label: str, type_: Type, text: str, complete: bool) -> Field:
    """The field for a value of a type; ``text`` is the policy text of what is entered."""
    if isinstance(type_, OptionType):
        inner = field_of(program, name, label, type_.inner, "" if text == "none" else text, complete)
        if inner.kind in ("radio", "select"):
            return Field(name, label, "select", text, (*inner.choices, ("none", "none")))
        return Field(name, label, inner.kind, text if text == "none" else inner.value, inner.choices, inner.note,
                     inner.low, inner.high, inner.step, optional=True)  # fmt: skip
    match type_:
        case YesNoType():
            return Field(name, label, "radio", text, _open((("yes", "yes"), ("no", "no")), complete))
        case EnumType(_, members):
            choices = tuple((member, say_member(member, type_, program)) for member in members)
            shown = _open(choices, complete)
            return Field(name, label, "radio" if len(shown) <= _FEW else "select", text, shown)
        case SetType(element):
            return Field(name, label, "set", text, tuple((m, say_member(m, element, program)) for m in element.members))
        case IntType(low, high):
            return Field(name, label, "number", text, low=_end(low), high=_end(high))
        case MoneyType(low, high):
            return Field(
                name, label, "number", _bare(text, "$"), note="in dollars", low=_end(low), high=_end(high), step="0.01"
            )
        case DecimalType(percent):
            return Field(name, label, "number", _bare(text, "%"), note="in percent" if percent else "", step="any")
        case DateType():
            return Field(name, label, "date", text)
        case DaysType():
            return Field(name, label, "number", _bare(text, "days"), note="in days")
        case MonthsType():
            return Field(name, label, "number", _bare(text, "months"), note="in months")
        case _:
            said = (
                "This cannot be entered here." if not complete else "This cannot be entered here; it is taken as empty."
            )
            return Field(name, label, "cannot", note=said)


def _open(choices: tuple[tuple[str, str], ...], complete: bool) -> tuple[tuple[str, str], ...]:
    return choices if complete else (("", NOT_KNOWN), *choices)


def _end(limit: int | Fraction | None) -> str:
    return "" if limit is None else decimal_text(Fraction(limit))


def _bare(text: str, unit: str) -> str:
    return text.replace(unit, "").strip()


# ---------------------------------------------------------------- what was entered


def entered_facts(program: Program, form: Mapping[str, Sequence[str]], prefix: str = "f.") -> dict[str, str]:
    """The texts of all facts that a form gives; what is left open is absent."""
    found = {}
    for name, type_ in _inputs(program):
        text = entered(type_, form, prefix + name)
        if text:
            found[name] = text
    return found


def pasted_facts(form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The texts of the facts that were pasted as JSON, as of ``ask --facts``.

    Raises:
        NotGiven: it is too much, no JSON, or a value cannot be given.
    """
    text = "".join(form.get("pasted", ())).strip()
    if len(text) > _LONGEST_PASTED:
        raise NotGiven(f"pasted facts have at most {_LONGEST_PASTED:,} characters")
    return facts_of_json(text) if text else {}


def _inputs(program: Program) -> Iterator[tuple[str, Type]]:
    yield from ((fact.name, fact.type) for fact in program.facts)
    yield from ((reading.name, reading.type) for reading in program.readings)
    for status in program.statuses:
        if status.starts is None:
            yield status.name, status.type
    yield TODAY, DATE


def entered(type_: Type, form: Mapping[str, Sequence[str]], key: str) -> str:
    """What was entered for a value of a type, as policy text; empty where it was left open."""
    values = [value.strip() for value in form.get(key, ())]
    if isinstance(type_, OptionType):
        return "none" if form.get(f"{key}.none") else entered(type_.inner, form, key)
    if isinstance(type_, SetType):
        return f"{{{', '.join(values)}}}" if values or form.get(f"{key}.known") else ""
    value = next((value for value in values if value), "")
    if not value or value == "none":
        return value
    match type_:
        case MoneyType():
            amount = value.replace(",", "").replace("$", "").strip()
            return f"-${amount[1:]}" if amount.startswith("-") else f"${amount}"
        case IntType():
            return value.replace(",", "")
        case DecimalType(percent=True):
            return f"{_bare(value, '%')}%"
        case DaysType():
            return f"{value} days"
        case MonthsType():
            return f"{value} months"
        case _:
            return value


def written(type_: Type, value: Value) -> str:
    """A value as policy text, as far as it can be entered."""
    match type_:
        case OptionType(inner):
            return "none" if value is None else written(inner, value)
        case YesNoType():
            return "yes" if value else "no"
        case EnumType():
            return str(value)
        case SetType(element):
            chosen = value if isinstance(value, frozenset) else frozenset()
            return f"{{{', '.join(member for member in element.members if member in chosen)}}}"
        case DateType():
            return iso(value) if isinstance(value, int) else ""
        case IntType() | DecimalType() | MoneyType() | DaysType() | MonthsType():
            number = (
                decimal_text(Fraction(value) * (100 if type_ == DecimalType(percent=True) else 1))
                if isinstance(value, int | Fraction)
                else ""
            )
            return entered(type_, {"": [number]}, "")
        case _:
            return ""


def asked_about(program: Program) -> list[tuple[str, str]]:
    """What a question can be about, without writing an expression: (text, words)."""
    steps = [(step.name, capital(step.reads.positive if step.reads else f"the step “{spaced(step.name)}” is taken"))
             for step in program.steps]  # fmt: skip
    items: list[Decision | Status | Definition] = [
        *(item for item in program.decisions if not item.params),
        *program.statuses,
        *(item for item in program.definitions if not item.params),
    ]
    others = [
        (item.name, capital(item.reads.positive if item.reads else spaced(item.name)))
        for item in items
        if isinstance(item.type, YesNoType)
    ]
    return [*steps, *others]
