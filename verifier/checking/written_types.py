"""Written types to types of the core.

Takes a type expression, where it stands and the types in scope; gives the type or ``None`` after reporting.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from verifier.checking.scope import Scope, TypeSymbol
from verifier.checking.suggest import closest, unknown
from verifier.core.types import (
    DATE,
    DECIMAL,
    PERCENT,
    YES_NO,
    EnumType,
    IntType,
    ListType,
    MoneyType,
    OptionType,
    RecordType,
    SetType,
    Type,
)
from verifier.diagnostics.model import Collector, Fix, Label
from verifier.source import Span
from verifier.syntax import tree
from verifier.syntax.synonyms import TYPE_SYNONYMS

Place: TypeAlias = Literal["a fact", "a status", "a field", "a parameter", "a step's parameter", "a decision"]

_TEXTS = ("text", "string", "str", "name", "char")
_LISTS_GO = ("a fact", "a status", "a parameter")
_BUILT_IN = ("yes/no", "int", "decimal", "percent", "money", "date")


def type_of(written: tree.TypeExpr, place: Place, scope: Scope, collector: Collector) -> Type | None:
    """The type written here; reports unknown names and types that cannot stand in this place."""
    base = _base(written, place, scope, collector)
    if base is None or not written.optional:
        return base
    if isinstance(base, EnumType) and "none" in base.members:
        message = f"`{base.name}` declares `none` itself, so that `none` would mean two things"
        _refuse(message, written.span, collector, f"write `{base.name}`, or rename its value `none`")
        return None
    if isinstance(base, RecordType | ListType):
        _refuse(f"`{base}` cannot be `or none`", written.span, collector, "an empty list says that there is nothing")
        return None
    return OptionType(base)


def _base(written: tree.TypeExpr, place: Place, scope: Scope, collector: Collector) -> Type | None:
    match written.kind:
        case "yes/no":
            return YES_NO
        case "int" | "money":
            return _ranged(written, collector)
        case "decimal":
            return DECIMAL
        case "percent":
            return PERCENT
        case "date":
            return DATE
        case "name":
            return _named(written, place, scope, collector)
        case "set":
            return _set(written, scope, collector)
        case "list":
            return _list(written, place, scope, collector)


def _ranged(written: tree.TypeExpr, collector: Collector) -> Type | None:
    low, high = written.low, written.high
    if low is not None and high is not None and low > high:
        message = f"the range `{_range(written)}` is empty: its lower end is above its upper end"
        collector.error("E0314", message, written.span, help="write the lower end first")
        return None
    if written.kind == "money":
        return MoneyType(low, high)
    return IntType(None if low is None else int(low), None if high is None else int(high))


def _range(written: tree.TypeExpr) -> str:
    return " ".join(written.span.text.split())


def _symbol(written: tree.TypeExpr, needed: str, scope: Scope, collector: Collector) -> TypeSymbol | None:
    assert written.name is not None
    found = scope.types.get(written.name.text)
    if found is None and _known_by_another_name(written.name, needed, scope, collector):
        return None
    if found is None:
        nouns = {"enum": needed.removeprefix("an "), "record": "record"}
        fitting = [s.name for s in scope.types.values() if needed == "a type" or s.kind == nouns.get(s.kind)]
        built_in = closest(written.name.text, _BUILT_IN) if needed == "a type" else None
        if built_in is not None and closest(written.name.text, fitting) is None:
            fitting.append(built_in)
        unknown(collector, scope, "E0204", written.name.text, written.name.span, needed, fitting)
    return found


def _known_by_another_name(name: tree.Name, needed: str, scope: Scope, collector: Collector) -> bool:
    """Report a type of other languages by what it is called here; answers no where it is not one."""
    meant = TYPE_SYNONYMS.get(name.text.lower())
    if needed != "a type" or (meant is None and name.text.lower() not in _TEXTS) or scope.excuses(name.text):
        return False
    advice = f"write `{meant}`" if meant else "there are no free texts: declare an `enum` of what it may be"
    fixes = () if meant is None else (Fix(name.span, meant, f"write `{meant}`"),)
    collector.error("E0204", f"`{name.text}` is not a type", name.span, help=advice, fixes=fixes)
    return True


def _named(written: tree.TypeExpr, place: Place, scope: Scope, collector: Collector) -> Type | None:
    found = _symbol(written, "a type", scope, collector)
    if found is None or not isinstance(found.type, RecordType) or place == "a parameter":
        return None if found is None else found.type
    advice = f"write `list of {found.name} up to N`"
    if place not in _LISTS_GO:
        advice = "records are the elements of lists, which facts, statuses and parameters of definitions may have"
    _refuse(f"`{found.name}` is a record, which {place} cannot be", written.span, collector, advice, found)
    return None


def _set(written: tree.TypeExpr, scope: Scope, collector: Collector) -> Type | None:
    found = _symbol(written, "an enum", scope, collector)
    if found is None or isinstance(found.type, EnumType):
        return None if found is None else SetType(found.type)  # type: ignore[arg-type]
    if found.type is not None:
        message = f"`{found.name}` is {_a(found.kind)}, and sets are made of the values of an enum"
        _refuse(message, written.span, collector, "declare an enum of what the set may hold", found)
    return None


def _list(written: tree.TypeExpr, place: Place, scope: Scope, collector: Collector) -> Type | None:
    found = _symbol(written, "a record", scope, collector)
    if found is None or found.type is None:
        return None
    if not isinstance(found.type, RecordType):
        message = f"`{found.name}` is {_a(found.kind)}, and lists are made of records"
        _refuse(message, written.span, collector, f"declare a record with a field of type `{found.name}`", found)
        return None
    if place not in _LISTS_GO:
        advice = "only facts, statuses and parameters of definitions and decisions may be lists"
        _refuse(f"{place} cannot be a list", written.span, collector, advice)
        return None
    if not written.limit:
        _refuse("a list of up to 0 elements is always empty", written.span, collector, "write a limit of at least 1")
        return None
    return ListType(found.type, written.limit)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _refuse(message: str, span: Span, collector: Collector, advice: str, declared: TypeSymbol | None = None) -> None:
    labels = [Label(declared.span, f"`{declared.name}` is declared here")] if declared else []
    collector.error("E0313", message, span, labels=labels, help=advice)
