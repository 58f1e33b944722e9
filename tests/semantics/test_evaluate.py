"""The value of every kind of expression without history."""

from __future__ import annotations

from fractions import Fraction

import pytest
from playing import day, error, program, start, value

from verifier.core.types import Value

DECLARATIONS = """
enum Stage = early | middle | late
entity Person
record Child
  field age : int 0..
  field citizen : yes/no
  field support : money $0..
fact yes_fact : yes/no
fact no_fact : yes/no
fact n : int
fact third : decimal
fact share : percent
fact fee : money
fact born : date
fact stage : Stage
fact other_stage : Stage
fact ann : Person
fact bob : Person
fact spouse : Person or none
fact grade : int or none
fact no_grade : int or none
fact stages : set of Stage
fact children : list of Child up to 3
fact nobody : list of Child up to 3
reading presence "what presence means" = in_person | by_video
status counted : int starts n + 1
decide graded : int
  rule known gives grade + 0 if grade is not none
  otherwise 0
decide twice(x: int 0..10) : int 0..15
  rule always_so gives x * 2 if yes
decide gapped : int
  rule low gives 1 if n < 0
decide torn : int
  rule one gives 1 if yes
  rule two gives 2 if n > 0
  rule three gives 2 if n > 1
decide torn_in_the_middle : int
  rule one gives 1 if yes
  rule two gives 2 if yes
  rule three gives 1 if yes
decide agreed : int
  rule one gives 2 if yes
  rule two gives 1 + 1 if yes
"""

GIVEN: dict[str, Value] = {
    "yes_fact": True,
    "no_fact": False,
    "n": 7,
    "third": Fraction(1, 3),
    "share": Fraction(1, 20),
    "fee": Fraction(25, 2),
    "born": day("2012-01-31"),
    "stage": "middle",
    "other_stage": "late",
    "ann": 1,
    "bob": 2,
    "spouse": 1,
    "grade": 3,
    "no_grade": None,
    "stages": frozenset({"early", "late"}),
    "children": ((4, True, Fraction(10)), (12, False, Fraction(5, 2)), (4, True, Fraction(10))),
    "nobody": (),
    "presence": "by_video",
}

VALUES: list[tuple[str, Value]] = [
    # references
    ("n", 7),
    ("counted", 8),
    ("presence is by_video", True),
    ("today", day("2012-04-23")),
    ("weekday of today", "mon"),
    ("weekday of (today + 6 days)", "sun"),
    # logic
    ("not no_fact", True),
    ("yes_fact and no_fact", False),
    ("yes_fact and n > 1 and n > 2", True),
    ("no_fact or yes_fact", True),
    ("no_fact or n > 7", False),
    ("no_fact implies no_fact", True),
    ("yes_fact implies no_fact", False),
    ("yes_fact exactly when no_fact", False),
    ("no_fact iff no_fact", True),
    ("if no_fact then 1 else 2", 2),
    ("if yes_fact then 1 else 2", 1),
    # comparison
    ("n is 7", True),
    ("n is not 7", False),
    ("n = 8", False),
    ("n < 7", False),
    ("n <= 7", True),
    ("n > 7", False),
    ("n >= 7", True),
    ("n is between 7 to 9", True),
    ("n is between 5 to 7", True),
    ("n is between 8 to 9", False),
    ("n is in {1, 7}", True),
    ("n is not in {1, 7}", False),
    ("stage < other_stage", True),
    ("stage < early", False),
    ("stage >= middle", True),
    ("stage is in {early, late}", False),
    ("ann is bob", False),
    ("spouse is ann", True),
    ("spouse is bob", False),
    ("born < today", True),
    # options
    ("no_grade is none", True),
    ("grade is none", False),
    ("no_grade is no_grade", True),
    ("grade is no_grade", False),
    ("grade is 3", True),
    ("no_grade is 3", False),
    ("no_grade is not 3", True),
    ("grade > 2", True),
    ("grade + 1", 4),
    # numbers
    ("n - 10", -3),
    ("-n", -7),
    ("n * 2", 14),
    ("n / 2", Fraction(7, 2)),
    ("third * 3 is 1.0", True),
    ("third + third", Fraction(2, 3)),
    ("share", Fraction(1, 20)),
    ("5% is share", True),
    ("fee * share", Fraction(5, 8)),
    ("fee / 1000", Fraction(1, 80)),
    ("fee + $0.01", Fraction(1251, 100)),
    ("fee > $12.49 and fee < $12.51", True),
    ("lesser of (n, 3)", 3),
    ("greater of (n, 3)", 7),
    ("lesser of (fee, $20)", Fraction(25, 2)),
    ("greater of (born, today)", day("2012-04-23")),
    # dates
    ("born + 1 days", day("2012-02-01")),
    ("born - 31 days", day("2011-12-31")),
    ("born + 2 weeks", day("2012-02-14")),
    ("born + 1 months rounding up", day("2012-03-01")),
    ("born + 1 months rounding down", day("2012-02-29")),
    ("born + 13 months rounding down", day("2013-02-28")),
    ("born + 13 months rounding up", day("2013-03-01")),
    ("born + 2 months rounding up", day("2012-03-31")),
    ("born - 2 months rounding down", day("2011-11-30")),
    ("born - 2 months rounding up", day("2011-12-01")),
    ("born + 1 years rounding up", day("2013-01-31")),
    ("2012-02-29 + 1 years rounding down", day("2013-02-28")),
    ("2012-02-29 + 4 years rounding down", day("2016-02-29")),
    ("today - born = 83 days", True),
    # sets
    ("early is in stages", True),
    ("stage is in stages", False),
    ("stage is not in stages", True),
    ("stages with middle is {early, middle, late}", True),
    ("stages with early is stages", True),
    ("stages without early is {late}", True),
    ("stages without middle is stages", True),
    ("stages is {}", False),
    ("size of stages", 2),
    # lists
    ("size of children", 3),
    ("size of nobody", 0),
    ("some child in children has child.age > 10", True),
    ("some child in nobody has child.citizen", False),
    ("every child in children has child.citizen", False),
    ("every child in nobody has child.citizen", True),
    ("number of child in children with (child.citizen)", 2),
    ("total of child.age for child in children", 20),
    ("total of child.support for child in children", Fraction(45, 2)),
    ("total of child.support for child in nobody is $0", True),
    # decisions
    ("graded", 3),
    ("twice(n)", 14),
    ("agreed", 2),
]


@pytest.mark.parametrize(("expression", "expected"), VALUES, ids=[text for text, _ in VALUES])
def test_value(expression: str, expected: Value) -> None:
    checked = program(f"{DECLARATIONS}\ndefine probe means {expression}")
    found = value(checked, start(checked, **GIVEN))
    assert found == expected
    assert isinstance(found, bool) == isinstance(expected, bool)


# An operand that errs is never reached: `no_grade > 1` and `gapped` have no value.
SHORT_CIRCUITS: list[tuple[str, bool]] = [
    ("no_fact and no_grade > 1", False),
    ("yes_fact or no_grade > 1", True),
    ("no_fact implies no_grade > 1", True),
    ("(if yes_fact then 1 else gapped) is 1", True),
    ("(if no_fact then gapped else 1) is 1", True),
    ("n is in {7, gapped}", True),
    ("some child in children has (child.age = 4 or no_grade > 1)", True),
    ("every child in children has (child.age > 10 and no_grade > 1)", False),
    ("no_grade is not none and no_grade > 1", False),
]


@pytest.mark.parametrize(("expression", "expected"), SHORT_CIRCUITS, ids=[text for text, _ in SHORT_CIRCUITS])
def test_left_to_right(expression: str, expected: bool) -> None:
    checked = program(f"{DECLARATIONS}\ndefine probe means {expression}")
    assert value(checked, start(checked, **GIVEN)) is expected


ERRORS: list[tuple[str, str]] = [
    ("no_grade > 1", "absent"),
    ("no_grade + 1 is 2", "absent"),
    ("no_grade > 1 and no_fact", "absent"),
    ("no_grade > 1 or yes_fact", "absent"),
    ("no_grade > 1 exactly when no_fact", "absent"),
    ("no_fact exactly when no_grade > 1", "absent"),
    ("n is in {gapped, 7}", "gap"),
    ("some child in children has (no_grade > 1 or child.age = 4)", "absent"),
    ("every child in children has (child.age = 4 and no_grade > 1)", "absent"),
    ("gapped is 1", "gap"),
    ("torn is 2", "conflict"),
    ("torn_in_the_middle is 1", "conflict"),
    ("twice(n + 4) is 22", "argument_range"),
    ("twice(n - 8) is -2", "argument_range"),
    ("twice(8) is 16", "range"),
]


@pytest.mark.parametrize(("expression", "kind"), ERRORS, ids=[text for text, _ in ERRORS])
def test_error(expression: str, kind: str) -> None:
    checked = program(f"{DECLARATIONS}\ndefine probe means {expression}")
    assert error(checked, start(checked, **GIVEN)) == kind


def test_arguments_of_a_decision_are_evaluated_even_if_no_rule_reads_them() -> None:
    checked = program("""
fact grade : int or none
decide constant(x: int) : int
  otherwise 1
define probe means constant(grade + 1) is 1""")
    assert error(checked, start(checked, grade=None)) == "absent"


def test_a_definition_is_its_body_so_an_unused_argument_does_not_matter() -> None:
    checked = program("""
fact grade : int or none
define constant(x: int) means 1
define probe means constant(grade + 1) is 1""")
    assert value(checked, start(checked, grade=None)) is True


def test_every_condition_of_a_decision_is_evaluated_even_of_a_defeated_rule() -> None:
    checked = program("""
fact grade : int or none
decide passed : yes/no
  rule high gives yes if grade > 3
  exception unmarked to high gives no if grade is none
  otherwise no
define probe means passed""")
    assert error(checked, start(checked, grade=None)) == "absent"


def test_only_values_of_rules_that_apply_are_evaluated() -> None:
    checked = program("""
fact grade : int or none
decide mark : int
  rule known gives grade + 0 if yes
  exception unmarked to known gives 0 if grade is none
define probe means mark""")
    assert value(checked, start(checked, grade=None)) == 0


def test_a_decision_reads_the_present_state_and_its_own_parameters_only() -> None:
    checked = program("""
status n : int starts 1
decide plus(x: int) : int
  rule always_so gives x + n if yes
define twice(x: int) means plus(plus(x))
define probe means twice(5)""")
    assert value(checked, start(checked)) == 7


DISCRETION = """
fact low : yes/no
fact danger : yes/no
fact pardon : yes/no
decide discretion : int
  rule priority gives 1 if low
  exception security to priority gives 2 if danger
  exception mercy to security gives {mercy} if pardon
  otherwise 0
define probe means discretion"""


@pytest.mark.parametrize(
    ("low", "danger", "pardon", "expected"),
    [
        (False, False, False, 0),
        (True, False, False, 1),
        (True, True, False, 2),
        (False, True, False, 2),  # an exception need not repeat its base's condition
        (True, True, True, 1),  # mercy defeats security, so priority stands, and mercy agrees with it
        (False, True, True, 1),
        (False, False, True, 1),
    ],
)
def test_exceptions_to_exceptions(low: bool, danger: bool, pardon: bool, expected: int) -> None:
    checked = program(DISCRETION.format(mercy=1))
    assert value(checked, start(checked, low=low, danger=danger, pardon=pardon)) == expected


def test_a_conflict_between_a_reinstated_rule_and_an_exception_two_deep() -> None:
    checked = program(DISCRETION.format(mercy=3))
    assert error(checked, start(checked, low=True, danger=True, pardon=True)) == "conflict"
    assert value(checked, start(checked, low=False, danger=True, pardon=True)) == 3


def test_exception_to_all_defeats_rules_but_no_exceptions() -> None:
    checked = program("""
fact waived : yes/no
decide fee : int
  rule base gives 10 if yes
  rule extra gives 20 if no
  exception hardship to base gives 5 if yes
  exception waiver to all gives 0 if waived
define probe means fee""")
    assert value(checked, start(checked, waived=False)) == 5
    assert error(checked, start(checked, waived=True)) == "conflict"


TABLE = """
enum Kind = pending | closed | ended
fact kind : Kind
fact n : int
table fee(kind: Kind, n: int) : int
  row pending, >= 18 gives 1
  row closed | ended, 1 to 3 gives 2
  row ended, 3 gives 2
  otherwise 9
define probe means fee(kind, n)"""


@pytest.mark.parametrize(
    ("kind", "n", "expected"),
    [
        ("pending", 17, 9),
        ("pending", 18, 1),
        ("closed", 0, 9),
        ("closed", 1, 2),
        ("ended", 3, 2),
        ("ended", 4, 9),
    ],
)
def test_tables(kind: str, n: int, expected: int) -> None:
    checked = program(TABLE)
    assert value(checked, start(checked, kind=kind, n=n)) == expected
