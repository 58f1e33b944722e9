"""Values and names in words.

Takes values represented as ``core.types`` says, with their types, and the program whose phrases name them; gives short
texts. Exact: nothing is rounded. A name is used only where the author gave no phrase.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import assert_never

from verifier.core.dates import iso
from verifier.core.program import Program
from verifier.core.types import (
    WEEKDAY,
    DateType,
    DaysType,
    DecimalType,
    EntityType,
    EnumType,
    IntType,
    ListType,
    MoneyType,
    MonthsType,
    OptionType,
    RecordType,
    SetType,
    Type,
    Value,
    YesNoType,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# A noun phrase that starts with one of these words takes no further article.
_ARTICLES = ("the", "a", "an", "his", "her", "its", "their", "our", "your", "my", "this", "that", "these", "those")
_QUANTIFIERS = ("each", "every", "any", "some", "no", "all", "both", "whether", "what", "when", "how")
_DETERMINERS = frozenset((*_ARTICLES, *_QUANTIFIERS))
# A name that is shorter, or begins like this, is no noun that "the" could stand before.
_SHORTEST_NOUN = 3
_PRONOUNS = ("who", "whom", "whose", "what", "which", "when", "where", "why", "how", "it", "that", "this", "someone")
_NO_NOUNS = frozenset((*_PRONOUNS, "somebody", "something", "by", "for", "from", "in", "is", "has", "of", "on", "to"))


def spaced(name: str) -> str:
    """A name as words: ``file_motion`` is "file motion"; the ``#3`` of a bound name is dropped."""
    return name.partition("#")[0].replace("_", " ")


def bare_name(name: str) -> str:
    """A name inside a sentence: as words where they read as a noun, quoted where they do not (``p``, ``by_whom``)."""
    words = spaced(name)
    return f"“{words}”" if len(words) < _SHORTEST_NOUN or words.split()[0] in _NO_NOUNS else words


def named(name: str) -> str:
    """The same with "the", as the subject of a sentence."""
    words = bare_name(name)
    return words if words.startswith("“") else f"the {words}"


def with_article(phrase: str) -> str:
    """A noun phrase with "the", unless it has a determiner, a quoted opening or somebody's name before it ("ICE's")."""
    first = phrase.partition(" ")[0]
    named = first[:1].isupper() and first.endswith(("'s", "’s"))
    bare = named or first.lower() in _DETERMINERS or not first[:1].isalnum()
    return phrase if bare else f"the {phrase}"


def without_article(phrase: str) -> str:
    """A noun phrase without a leading "the", "a" or "an"."""
    first, _, rest = phrase.partition(" ")
    return rest if rest and first in ("the", "a", "an") else phrase


def listed(items: Sequence[str], joiner: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joiner} {items[-1]}"


def plural(number: int, singular: str, several: str | None = None) -> str:
    """``1 day``, ``2 days``."""
    return f"{number} {singular if number == 1 else several or singular + 's'}"


def decimal_text(value: Fraction) -> str:
    """An exact decimal where there is a finite one (``0.05``), else a fraction (``1/3``)."""
    twos, rest = _exponent(value.denominator, 2)
    fives, rest = _exponent(rest, 5)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    if places == 0:
        return str(value.numerator)
    digits = f"{abs(value * 10**places).numerator:0{places + 1}d}"
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _exponent(number: int, base: int) -> tuple[int, int]:
    """How often ``base`` divides a number, and what then remains."""
    count = 0
    while number % base == 0:
        number, count = number // base, count + 1
    return count, number


def money_text(value: Fraction) -> str:
    """``$1,250.00``; what is no whole number of cents is shown exactly, as ``$0.125`` or ``$10/3``."""
    sign, amount = ("-" if value < 0 else ""), abs(value)
    if (amount * 100).denominator == 1:
        dollars, cents = divmod((amount * 100).numerator, 100)
        return f"{sign}${dollars:,}.{cents:02d}"
    return f"{sign}${decimal_text(amount)}"


def say_value(value: Value, type_: Type, program: Program) -> str:
    """A value as a reader would say it; enum members by their phrases."""
    match type_:
        case YesNoType():
            return "yes" if value else "no"
        case IntType():
            return _integer(value)
        case DecimalType(percent):
            return f"{decimal_text(_fraction(value) * 100)}%" if percent else decimal_text(_fraction(value))
        case MoneyType():
            return money_text(_fraction(value))
        case DateType():
            return iso(_whole(value))
        case DaysType():
            return plural(_whole(value), "day")
        case MonthsType():
            return _months(_whole(value))
        case EnumType():
            return say_member(str(value), type_, program)
        case EntityType(name):
            return f"{spaced(name)} {_whole(value) + 1}"
        case OptionType(inner):
            return "none" if value is None else say_value(value, inner, program)
        case SetType(element):
            return _set(value, element, program)
        case RecordType():
            return _record(value, type_, program)
        case ListType(element):
            return _list(value, element, program)
    assert_never(type_)


def say_member(member: str, type_: EnumType, program: Program) -> str:
    """An enum member (a reading's choice or a weekday too) by its phrase, else by its name as words."""
    if type_ == WEEKDAY:
        return WEEKDAYS[WEEKDAY.members.index(member)]
    phrases = next((item.phrases for item in program.enums if item.type == type_), None)
    if phrases is None:
        phrases = next((item.phrases for item in program.readings if item.type == type_), ())
    phrase = dict(zip(type_.members, phrases, strict=False)).get(member)
    return phrase or spaced(member)


def _integer(value: Value) -> str:
    number = _whole(value)
    return f"{number:,}" if abs(number) >= 10_000 else str(number)


def _months(number: int) -> str:
    return plural(number // 12, "year") if number and number % 12 == 0 else plural(number, "month")


def _set(value: Value, element: EnumType, program: Program) -> str:
    members = value if isinstance(value, frozenset) else frozenset()
    return listed([say_member(item, element, program) for item in element.members if item in members]) or "nothing"


def _record(value: Value, type_: RecordType, program: Program) -> str:
    values = value if isinstance(value, tuple) else ()
    parts = (
        f"{spaced(name)}: {say_value(item, inner, program)}"
        for (name, inner), item in zip(type_.fields, values, strict=True)
    )
    return f"({', '.join(parts)})"


def _list(value: Value, element: RecordType, program: Program) -> str:
    items: Iterable[Value] = value if isinstance(value, tuple) else ()
    return ", ".join(_record(item, element, program) for item in items) or "an empty list"


def _whole(value: Value) -> int:
    assert isinstance(value, int), value
    return value


def _fraction(value: Value) -> Fraction:
    assert isinstance(value, int | Fraction), value
    return Fraction(value)
