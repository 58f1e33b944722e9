"""Surface expressions to core expressions: what names mean, and where coercions stand."""

from __future__ import annotations

import pytest
from checking_cases import program, shape

from verifier.checking.reopen import check_expression
from verifier.core.expressions import Expr, Local, NumberOf, Quantified, TotalOf, subexpressions
from verifier.core.types import INT
from verifier.source import SourceFile
from verifier.syntax.parser import parse_expression

POLICY = """
policy permits
enum Outcome = open | granted | refused
enum Level = low | high | open
enum Check = none | passed
entity Person
record Child
  field age : int 0..
  field income : money
reading presence "what counts?" = in_person | by_video
fact resident : yes/no
fact granted : Outcome
fact refused : yes/no
fact n : int
fact rate : decimal
fact income : money
fact born : date
fact spouse : Person or none
fact guardian : Person
fact wish : Outcome or none
fact score : int or none
fact children : list of Child up to 4
status outcome : Outcome starts open
status level : Level starts low
status checked : Check starts none
status kinds : set of Outcome starts {}
define eligible means resident
define above(limit: decimal) means rate > limit
define child_under(c: Child, limit: int) means c.age < limit
define any_under(limit: int) means some child in children has child_under(child, limit)
decide fee(k: decimal) : money
  rule usual gives $80 if k > 0
step apply
step decide_on(result: Outcome, day: date)
"""
PROGRAM = program(POLICY)


def elaborated(text: str) -> Expr:
    tree, problems = parse_expression(SourceFile("question", text))
    assert tree is not None, problems
    found, problems = check_expression(PROGRAM, tree)
    assert found is not None, [item.message for item in problems]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # names
        ("resident", "FactRef(resident)"),
        ("outcome is open", "Equal(StatusRef(outcome), Const(open))"),
        ("open is outcome", "Equal(Const(open), StatusRef(outcome))"),
        ("level is open", "Equal(StatusRef(level), Const(open))"),
        ("outcome is granted", "Equal(StatusRef(outcome), FactRef(granted))"),
        ("outcome is Outcome.granted", "Equal(StatusRef(outcome), Const(granted))"),
        ("outcome is refused", "Equal(StatusRef(outcome), Const(refused))"),
        ("refused", "FactRef(refused)"),
        ("granted is refused", "Equal(FactRef(granted), Const(refused))"),
        ("presence is by_video", "Equal(ReadingRef(presence), Const(by_video))"),
        ("presence.by_video is presence", "Equal(Const(by_video), ReadingRef(presence))"),
        ("checked is none", "Equal(StatusRef(checked), Const(none))"),
        ("spouse is none", "Equal(FactRef(spouse), Const())"),
        ("none is not spouse", "Not(Equal(Const(), FactRef(spouse)))"),
        ("weekday of born is mon", "Equal(WeekdayOf(FactRef(born)), Const(mon))"),
        ("mon is weekday of today", "Equal(Const(mon), WeekdayOf(Today()))"),
        (
            "outcome is (if resident then open else refused)",
            "Equal(StatusRef(outcome), If(FactRef(resident), Const(open), Const(refused)))",
        ),
        (
            "(if resident then open else refused) is outcome",
            "Equal(If(FactRef(resident), Const(open), Const(refused)), StatusRef(outcome))",
        ),
        (
            "lesser of (open, outcome) is refused",
            "Equal(Extreme(lesser, Const(open), StatusRef(outcome)), Const(refused))",
        ),
        ("outcome is between open to refused", "Between(StatusRef(outcome), Const(open), Const(refused))"),
        ("outcome < refused", "Compare(<, StatusRef(outcome), Const(refused))"),
        ("outcome is in {open, granted}", "OneOf(StatusRef(outcome), [Const(open), FactRef(granted)])"),
        ("outcome is not in {}", "Not(OneOf(StatusRef(outcome)))"),
        ("open is in kinds", "Member(Const(open), StatusRef(kinds))"),
        ("kinds is {}", "Equal(StatusRef(kinds), SetOf())"),
        (
            "kinds with open is kinds without refused",
            (
                "Equal(SetChange(with, StatusRef(kinds), Const(open)), SetChange(without, StatusRef(kinds), "
                "Const(refused)))"
            ),
        ),
        ("size of kinds = 2", "Equal(SizeOf(StatusRef(kinds)), Const(2))"),
        # coercions
        ("rate > 3", "Compare(>, FactRef(rate), ToRational(Const(3)))"),
        ("n > 2.5", "Compare(>, ToRational(FactRef(n)), Const(5/2))"),
        ("n + rate > 0", "Compare(>, Arithmetic(+, ToRational(FactRef(n)), FactRef(rate)), ToRational(Const(0)))"),
        ("income > 20% * income", "Compare(>, FactRef(income), Arithmetic(*, Const(1/5), FactRef(income)))"),
        ("income * 2 > $5", "Compare(>, Arithmetic(*, FactRef(income), ToRational(Const(2))), Const(5))"),
        ("n / 3 > 1", "Compare(>, Arithmetic(/, ToRational(FactRef(n)), ToRational(Const(3))), ToRational(Const(1)))"),
        ("income / $100 > 1", "Compare(>, Arithmetic(/, FactRef(income), Const(100)), ToRational(Const(1)))"),
        ("spouse is guardian", "Equal(FactRef(spouse), Present(FactRef(guardian)))"),
        ("guardian is spouse", "Equal(Present(FactRef(guardian)), FactRef(spouse))"),
        ("wish is open", "Equal(FactRef(wish), Present(Const(open)))"),
        ("wish is outcome", "Equal(FactRef(wish), Present(StatusRef(outcome)))"),
        ("wish > outcome", "Compare(>, Unwrap(FactRef(wish)), StatusRef(outcome))"),
        ("score > 3", "Compare(>, Unwrap(FactRef(score)), Const(3))"),
        ("score + 1 > rate", "Compare(>, ToRational(Arithmetic(+, Unwrap(FactRef(score)), Const(1))), FactRef(rate))"),
        ("score is 3", "Equal(FactRef(score), Present(Const(3)))"),
        (
            "score is rate",
            (
                "Equal(If(Equal(FactRef(score), Const()), Const(), "
                "Present(ToRational(Unwrap(FactRef(score))))), Present(FactRef(rate)))"
            ),
        ),
        (
            "score is between 1 to rate",
            "Between(ToRational(Unwrap(FactRef(score))), ToRational(Const(1)), FactRef(rate))",
        ),
        ("score is in {1, none}", "OneOf(FactRef(score), [Present(Const(1)), Const()])"),
        ("fee(n) > $1", "Compare(>, DecisionCall(fee, [ToRational(FactRef(n))]), Const(1))"),
        # dates and durations
        ("today > born + 3 days", "Compare(>, Today(), Arithmetic(+, FactRef(born), Const(3)))"),
        ("3 days + born < today", "Compare(<, Arithmetic(+, FactRef(born), Const(3)), Today())"),
        ("born - today < 2 weeks", "Compare(<, Arithmetic(-, FactRef(born), Today()), Const(14))"),
        ("today > born + 18 years rounding down", "Compare(>, Today(), AddMonths(FactRef(born), Const(216), 1, down))"),
        ("today > born - 1 month rounding up", "Compare(>, Today(), AddMonths(FactRef(born), Const(1), -1, up))"),
        ("born is 0001-01-31 + 2 months", "Equal(FactRef(born), Const(90))"),
        ("n * 2 days > 1 week", "Compare(>, Arithmetic(*, FactRef(n), Const(2)), Const(7))"),
        ("1 month + 1 year is 13 months", "Equal(Arithmetic(+, Const(1), Const(12)), Const(13))"),
        # logic
        (
            "resident and n > 1 and not refused",
            "And([FactRef(resident), Compare(>, FactRef(n), Const(1)), Not(FactRef(refused))])",
        ),
        ("resident implies refused", "Implies(FactRef(resident), FactRef(refused))"),
        ("resident iff refused", "Iff(FactRef(resident), FactRef(refused))"),
        # lists
        (
            "some c in children has c.age < 3",
            "Quantified(some, c, FactRef(children), Compare(<, FieldOf(Local(c), age), Const(3)))",
        ),
        (
            "number of c in children with (c.age > n) > 1",
            "Compare(>, NumberOf(c, FactRef(children), Compare(>, FieldOf(Local(c), age), FactRef(n))), Const(1))",
        ),
        (
            "total of c.income for c in children > $1",
            "Compare(>, TotalOf(c, FactRef(children), FieldOf(Local(c), income)), Const(1))",
        ),
        # definitions
        ("eligible", "Defined(eligible, FactRef(resident))"),
        ("above(n)", "Defined(above, [ToRational(FactRef(n))], Compare(>, FactRef(rate), ToRational(FactRef(n))))"),
        (
            "any_under(n)",
            (
                "Defined(any_under, [FactRef(n)], Quantified(some, child, FactRef(children), "
                "Defined(child_under, [Local(child), FactRef(n)], Compare(<, FieldOf(Local(child), age), FactRef(n)))))"
            ),
        ),
        # history
        ("apply has happened", "Happened(apply)"),
        ("decide_on has never happened", "Not(Happened(decide_on))"),
        ("decide_on(granted, born) has happened", "Happened(decide_on(FactRef(granted), FactRef(born)))"),
        ("apply happened within 30 days", "HappenedWithin(apply, Const(30))"),
        ("apply happened within 30 days rounding up", "HappenedWithin(apply, Const(30))"),
        ("apply happened within 1 year rounding down", "HappenedWithin(apply, Const(12), down)"),
        ("date of apply < first date of apply", "Compare(<, DateOf(apply, False), DateOf(apply, True))"),
        ("count of apply > 1", "Compare(>, CountOf(apply), Const(1))"),
        ("ever (resident)", "Ever(FactRef(resident))"),
        ("just before (resident)", "JustBefore(FactRef(resident))"),
        ("outcome is open ever since resident", "EverSince(Equal(StatusRef(outcome), Const(open)), FactRef(resident))"),
    ],
)
def test_an_expression_means(text: str, expected: str) -> None:
    assert shape(elaborated(text)) == expected


def test_binders_of_inlined_definitions_are_all_different() -> None:
    found = binders(elaborated("any_under(1) and any_under(number of c in children with (any_under(c.age)))"))
    assert len(found) > 4
    assert len(found) == len(set(found))


def binders(expr: Expr) -> list[str]:
    return [item.variable for item in subexpressions(expr) if isinstance(item, NumberOf | Quantified | TotalOf)]


def test_an_inner_variable_hides_an_outer_one_and_a_fact() -> None:
    expr = elaborated("some n in children has (some n in children has n.age > 1)")
    read = [item.name for item in subexpressions(expr) if isinstance(item, Local)]
    assert read == [binders(expr)[1]]


def test_a_parameter_of_the_enums_type_hides_its_value() -> None:
    tree, _ = parse_expression(SourceFile("question", "outcome is open"))
    assert tree is not None
    outcome = next(item.type for item in PROGRAM.enums if item.name == "Outcome")
    hidden, _ = check_expression(PROGRAM, tree, {"open": outcome})
    assert hidden is not None
    assert shape(hidden) == "Equal(StatusRef(outcome), Local(open))"
    other, _ = check_expression(PROGRAM, tree, {"open": INT})
    assert other is not None
    assert shape(other) == "Equal(StatusRef(outcome), Const(open))"
