"""Core expressions as policy text: what is printed parses again and means the same; values read as written."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from checking_cases import program

from verifier.checking.reopen import check_expression
from verifier.core import expressions as core
from verifier.core import types as t
from verifier.core.dates import day_number
from verifier.core.printer import show_expr, show_value
from verifier.source import SourceFile
from verifier.syntax.parser import parse_expression

PROGRAM = program("""
policy permits
enum Outcome = open | granted | refused
entity Person
record Child
  field age : int 0..
  field income : money
  field citizen : yes/no
fact a : yes/no
fact b : yes/no
fact c : yes/no
fact n : int
fact m : int
fact rate : decimal
fact share : percent
fact income : money
fact born : date
fact spouse : Person or none
fact guardian : Person
fact wish : Outcome or none
fact children : list of Child up to 4
status outcome : Outcome starts open
status kinds : set of Outcome starts {}
define eligible means a
define above(limit: decimal) means rate > limit
decide fee(k: decimal) : money
  rule usual gives $80 if k > 0
step apply
step decide_on(result: Outcome, day: date)
""")

TEXTS = """
a and b and not c
(a or b) and c
(a and b) or c
not (a and b)
not (not a)
(not a) is b
a implies b implies c
(a implies b) implies c
(a implies b) exactly when (b implies c)
if a then b else c
(if a then b else c) and a
if a then (if b then c else a) else b
(if a then open else refused) is outcome
Outcome.open is Outcome.granted
Outcome.open is (if a then Outcome.granted else Outcome.refused)
(if a then Outcome.open else Outcome.granted) is (if b then Outcome.open else Outcome.refused)
outcome is not open
outcome is in {open, granted}
outcome is not in {open}
Outcome.open is in {Outcome.granted, outcome}
outcome is between open to granted
wish is none
wish is open
spouse is not guardian
weekday of born is mon
weekday of (born + 3 days) is not fri
kinds is {}
kinds is {open, granted}
open is in (kinds with granted)
Outcome.open is in {Outcome.open}
open is in kinds
open is not in kinds
kinds with open with granted is kinds without refused
size of kinds + size of children > 3
lesser of (open, outcome) is granted
greater of (Outcome.open, Outcome.refused) is outcome
greater of (n, m + 1) > lesser of (n, 2)
n - (m - 1) - 2 > n - m + 1
n * 2 + 3 * m > -n
-(n + m) * 2 > - -n
2 * (n + m) / 3 > rate
rate / 4 / 5 > rate / (1 / 5)
n > -3
n - -3 > 0
rate is between -1.5 to 0.25
share > 5%
share is 12.5%
income > $1,250.50 * 3 + income * 20%
income > -$5
income / $3 > 1
born + 30 days > today
born - 3 months rounding down + 2 weeks < today
born + (1 month + 1 month) rounding up > born
born - today > 30 days
n * 2 days < 3 days
1 month < 1 year
some k in children has k.age > 3 and a
some k in children has (k.age > 3 and a)
(some k in children has k.citizen) ever since a
every k in children has (some j in children has j.age > k.age)
some k in children has (some k in children has k.citizen)
number of k in children with (k.citizen or k.age > n) > 1
total of k.income for k in children > $5
total of (k.age + 1) for k in children * 2 > 5
eligible and above(n + 1)
fee(3) > fee(n)
apply has happened
apply has never happened
not apply has happened
decide_on(open, born) has happened
decide_on(if a then open else granted, born) has happened
apply happened within 30 days
apply happened within 2 months rounding down
date of apply + 1 day > first date of decide_on
count of apply > count of decide_on(open, born)
ever (a and b)
just before (ever (a)) exactly when c
outcome is open ever since apply has happened
not (a ever since b)
(a ever since b) ever since c
"""
EXPRESSIONS = [line for line in TEXTS.splitlines() if line]
UNSHARED = re.compile(r"(_\d+)?#[\w.]*\d")


def elaborated(text: str) -> core.Expr:
    tree, problems = parse_expression(SourceFile("question", text))
    assert tree is not None, (text, problems)
    found, problems = check_expression(PROGRAM, tree)
    assert found is not None, (text, [item.message for item in problems])
    return found


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_what_is_printed_means_the_same(text: str) -> None:
    expr = elaborated(text)
    printed = show_expr(expr)
    assert UNSHARED.sub("", repr(elaborated(printed))) == UNSHARED.sub("", repr(expr))


@pytest.mark.parametrize("text", [line for line in EXPRESSIONS if " k in children has (some k " not in line])
def test_printing_is_stable(text: str) -> None:
    once = show_expr(elaborated(text))
    assert show_expr(elaborated(once)) == once


@pytest.mark.parametrize(
    "text",
    [
        "a and b and not c",
        "(a or b) and c",
        "n - (m - 1) - 2 > n - m + 1",
        "outcome is not in {open, granted}",
        "born - 3 months rounding down + 14 days < today",
        "some k in children has k.age > 3",
        "(if a then open else refused) is outcome",
        "decide_on(open, born) has never happened",
        "income > $1,250.50 * 3 + income * 20%",
    ],
)
def test_nothing_is_added(text: str) -> None:
    assert show_expr(elaborated(text)) == text


def test_two_variables_of_one_name_are_told_apart() -> None:
    outer = core.Local("k#1", type=t.INT)
    people = core.FactRef("children", type=t.ListType(t.RecordType("Child", ()), 2))
    inside = core.Compare(">", outer, core.Local("k#2", type=t.INT), type=t.YES_NO)
    inner = core.Quantified("some", "k#2", people, inside, type=t.YES_NO)
    assert show_expr(core.Quantified("every", "k#1", people, inner, type=t.YES_NO)) == (
        "every k in children has some k_2 in children has k > k_2"
    )


def test_names_that_are_hidden_are_qualified() -> None:
    expr = elaborated("outcome is open")
    assert show_expr(expr, qualified=frozenset({"open"})) == "outcome is Outcome.open"


@pytest.mark.parametrize("year", [-44, 0, 1, 9999, 10000, 123456])
def test_every_date_can_be_written(year: int) -> None:
    day = core.Const(day_number(year, 3, 15), type=t.DATE)
    printed = show_expr(core.Compare("<", core.FactRef("born", type=t.DATE), day, type=t.YES_NO))
    found = elaborated(printed)
    assert isinstance(found, core.Compare)
    from verifier.checking.constants import constant

    value = constant(found.right)
    assert value is not None
    assert value.value == day.value


@pytest.mark.parametrize(
    "value", [Fraction(1, 3), Fraction(-7, 30), Fraction(1, 8), Fraction(5), Fraction(-1, 1000), Fraction(0)]
)
@pytest.mark.parametrize("type_", [t.DECIMAL, t.PERCENT, t.MONEY])
def test_every_number_can_be_written(value: Fraction, type_: t.Type) -> None:
    from verifier.checking.constants import constant

    name = "income" if isinstance(type_, t.MoneyType) else "rate"
    left = core.Arithmetic("-", core.FactRef(name, type=type_), core.Const(value, type=type_), type=type_)
    found = elaborated(show_expr(core.Compare("<", left, left, type=t.YES_NO)))
    assert isinstance(found, core.Compare)
    assert isinstance(found.left, core.Arithmetic)
    again = constant(found.left.right)
    assert again is not None
    assert again.value == value


OUTCOME = t.EnumType("Outcome", ("open", "granted", "refused"))
CHILD = t.RecordType("Child", (("age", t.INT), ("citizen", t.YES_NO)))


@pytest.mark.parametrize(
    ("value", "type_", "shown"),
    [
        (True, t.YES_NO, "yes"),
        (-3, t.INT, "-3"),
        (Fraction(5, 2), t.DECIMAL, "2.5"),
        (Fraction(3), t.DECIMAL, "3.0"),
        (Fraction(1, 3), t.DECIMAL, "1 / 3"),
        (Fraction(1, 20), t.PERCENT, "5%"),
        (Fraction(1, 8), t.PERCENT, "12.5%"),
        (Fraction(1250), t.MONEY, "$1,250.00"),
        (Fraction(-1, 2), t.MONEY, "-$0.50"),
        (Fraction(1, 200), t.MONEY, "$0.01 / 2"),
        (day_number(2012, 4, 23), t.DATE, "2012-04-23"),
        (1, t.DAYS, "1 day"),
        (30, t.DAYS, "30 days"),
        (13, t.MONTHS, "13 months"),
        ("open", OUTCOME, "open"),
        (1, t.EntityType("Person"), "Person#1"),
        (None, t.OptionType(t.INT), "none"),
        (3, t.OptionType(t.INT), "3"),
        (frozenset({"refused", "open"}), t.SetType(OUTCOME), "{open, refused}"),
        (frozenset(), t.SetType(OUTCOME), "{}"),
        (((3, True), (5, False)), t.ListType(CHILD, 3), "[(age 3, citizen yes), (age 5, citizen no)]"),
        ((), t.ListType(CHILD, 3), "[]"),
    ],
)
def test_values_read_as_an_author_writes_them(value: t.Value, type_: t.Type, shown: str) -> None:
    assert show_value(value, type_) == shown
