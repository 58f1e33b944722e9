"""Expressions in words: the author's phrases, negated by the author's negations, and readable in one way only."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import specimens as s

from verifier.core import types as t
from verifier.core.dates import day_number
from verifier.core.expressions import (
    Act,
    Between,
    Compare,
    Const,
    CountOf,
    DateOf,
    Defined,
    Equal,
    Ever,
    EverSince,
    Expr,
    FactRef,
    HappenedWithin,
    If,
    Iff,
    Implies,
    JustBefore,
    Member,
    OneOf,
    SetOf,
    StatusRef,
    Today,
)
from verifier.core.program import (
    Always,
    AlwaysPossible,
    Equals,
    Form,
    More,
    NeverBoth,
    NeverChanges,
    OnlyIf,
    Possible,
    Response,
)
from verifier.explain.conditions import say_act, say_condition, say_noun
from verifier.explain.verbalise import say_violation
from verifier.explain.words import decimal_text, money_text, say_value, with_article

YES = t.YES_NO
RIGHTS = StatusRef("rights", type=t.SetType(s.RIGHT))
INCOME = FactRef("income", type=t.MONEY)
UNPHRASED = FactRef("unphrased", type=YES)
HAS_FACTOR = s.disjunction(s.VETERAN, s.more_children_than(0))
APPEAR = Act("appear", None)


def member(name: str) -> Const:
    return Const(name, type=s.OFFER)


CONDITIONS: list[tuple[Expr, str, str]] = [
    (s.VETERAN, "the immigrant has served in the armed forces", "the immigrant has not served"),
    (UNPHRASED, "unphrased is yes", "unphrased is no"),
    (s.negation(s.RECORD), "the immigrant has no criminal record", "the immigrant has a criminal record"),
    (
        s.more_children_than(0),
        "the number of U.S.-citizen children is more than 0",
        "the number of U.S.-citizen children is at most 0",
    ),
    (s.offer_is("final"), "the offer is final and binding", "the offer is not final and binding"),
    (
        s.conjunction(s.REVIEWED, HAS_FACTOR),
        (
            "the case has been reviewed and either the immigrant has served in the armed forces or "
            "the number of U.S.-citizen children is more than 0"
        ),
        "it has not or both the immigrant has not served and the number of U.S.-citizen children is at most 0",
    ),
    (
        Implies(s.RECORD, s.REPRESENTED, type=YES),
        "if the immigrant has a criminal record, then the immigrant has an attorney",
        "the immigrant has a criminal record and the immigrant has no attorney",
    ),
    (
        Iff(s.RECORD, s.REPRESENTED, type=YES),
        "the immigrant has a criminal record exactly when the immigrant has an attorney",
        "just one of two things is so: the immigrant has a criminal record, or the immigrant has an attorney",
    ),
    (
        If(s.RECORD, s.REPRESENTED, s.VETERAN, type=YES),
        (
            "if the immigrant has a criminal record, then the immigrant has an attorney; "
            "otherwise the immigrant has served in the armed forces"
        ),
        (
            "if the immigrant has a criminal record, then the immigrant has no attorney; "
            "otherwise the immigrant has not served"
        ),
    ),
    (
        Equal(s.RECORD, Const(False, type=YES), type=YES),
        "the immigrant has no criminal record",
        "the immigrant has a criminal record",
    ),
    (
        OneOf(s.OFFER_REF, (member("none"), member("tentative")), type=YES),
        "the offer is none or tentative",
        "the offer is neither none nor tentative",
    ),
    (
        Member(Const("work", type=s.RIGHT), RIGHTS, type=YES),
        "work is among the rights",
        "work is not among the rights",
    ),
    (
        Equal(RIGHTS, SetOf((), type=t.SetType(s.RIGHT)), type=YES),
        "there is nothing in the rights",
        "there is something in the rights",
    ),
    (
        Between(INCOME, Const(Fraction(0), type=t.MONEY), Const(Fraction(1250), type=t.MONEY), type=YES),
        "the yearly income is between $0.00 and $1,250.00",
        "the yearly income is not between $0.00 and $1,250.00",
    ),
    (
        Compare("<=", Today(type=t.DATE), Const(day_number(2012, 5, 4), type=t.DATE), type=YES),
        "today is on or before 2012-05-04",
        "today is after 2012-05-04",
    ),
    (
        s.APPEARED,
        "the immigrant has appeared in person in court",
        "it has never happened that the immigrant appears in person in immigration court",
    ),
    (
        HappenedWithin(APPEAR, Const(30, type=t.DAYS), None, type=YES),
        "the immigrant has appeared in person in court within the last 30 days",
        "it has not happened within the last 30 days that the immigrant appears in person in immigration court",
    ),
    (
        Ever(s.offer_is("final"), type=YES),
        "at some time so far, the offer is final and binding",
        "at no time so far, the offer is final and binding",
    ),
    (
        JustBefore(s.REVIEWED, type=YES),
        "just before, the case has been reviewed",
        "it was not so just before that the case has been reviewed",
    ),
    (
        EverSince(s.REVIEWED, s.RECORD, type=YES),
        "the case has been reviewed ever since the immigrant has a criminal record",
        "it is not so that the case has been reviewed ever since the immigrant has a criminal record",
    ),
    (
        Defined("positive_factor", (), HAS_FACTOR, type=YES),
        "the immigrant has served in the armed forces or the number of U.S.-citizen children is more than 0",
        "the immigrant has not served and the number of U.S.-citizen children is at most 0",
    ),
]


@pytest.mark.parametrize(("condition", "said", "denied"), CONDITIONS, ids=lambda part: type(part).__name__)
def test_a_condition_and_its_negation(condition: Expr, said: str, denied: str) -> None:
    assert say_condition(condition, s.PROGRAM) == said
    assert say_condition(condition, s.PROGRAM, positive=False) == denied
    assert say_condition(s.negation(condition), s.PROGRAM) == denied


def test_a_clause_that_swallows_what_follows_comes_last() -> None:
    denied = say_condition(s.disjunction(s.APPEARED, s.REPRESENTED), s.PROGRAM, positive=False)
    never = "it has never happened that the immigrant appears in person in immigration court"
    assert denied == f"the immigrant has no attorney and {never}"


def test_nouns_of_steps() -> None:
    does = "the immigrant appears in person in immigration court"
    assert say_noun(CountOf(APPEAR, type=t.INT), s.PROGRAM) == f"the number of times that {does}"
    assert say_noun(DateOf(APPEAR, True, type=t.DATE), s.PROGRAM) == f"the first date on which {does}"
    assert say_noun(s.VETERAN, s.PROGRAM) == "whether the immigrant has served in the armed forces"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (
            Always(s.offer_is("final"), s.RECORD, True),
            "the offer is final and binding while the immigrant has a criminal record.",
        ),
        (Always(s.offer_is("final"), None, False), "the offer is not final and binding."),
        (NeverChanges(s.OFFER_REF, s.RECORD), "the offer changes while the immigrant has a criminal record."),
        (OnlyIf("review", (), s.RECORD), "ICE reviews the case, although the immigrant has no criminal record."),
        (NeverBoth(s.RECORD, s.VETERAN), "a criminal record and that the immigrant has served in the armed forces."),
        (Equals(s.OFFER_REF, member("none")), "the offer is not none."),
    ],
    ids=lambda part: type(part).__name__,
)
def test_a_violation_is_one_sentence(form: Form, sentence: str) -> None:
    said = say_violation(form, s.PROGRAM)
    assert said.startswith("It can happen")
    assert said.endswith(sentence)


def test_what_cannot_happen_is_said_as_such() -> None:
    assert (
        say_violation(Possible(s.offer_is("final")), s.PROGRAM)
        == "It cannot happen that the offer is final and binding."
    )
    assert say_violation(AlwaysPossible(s.REVIEWED), s.PROGRAM).startswith("A case can get stuck")


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (True, t.YES_NO, "yes"),
        (2012, t.INT, "2012"),
        (165000, t.INT, "165,000"),
        (Fraction(1, 20), t.PERCENT, "5%"),
        (Fraction(1, 3), t.DECIMAL, "1/3"),
        (Fraction(125, 2), t.MONEY, "$62.50"),
        (1, t.DAYS, "1 day"),
        (24, t.MONTHS, "2 years"),
        (3, t.MONTHS, "3 months"),
        ("final", s.OFFER, "final and binding"),
        ("mon", t.WEEKDAY, "Monday"),
        (None, t.OptionType(t.INT), "none"),
        (frozenset({"sponsor", "work"}), t.SetType(s.RIGHT), "work and sponsor"),
        (frozenset(), t.SetType(s.RIGHT), "nothing"),
        (((3, True),), t.ListType(s.CHILD, 8), "(age: 3, citizen: yes)"),
        (0, t.EntityType("Person"), "Person 1"),
    ],
)
def test_values(value: t.Value, type_: t.Type, text: str) -> None:
    assert say_value(value, type_, s.PROGRAM) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(-1, 20), "-0.05"), (Fraction(7), "7"), (Fraction(-13, 8), "-1.625"), (Fraction(1, 700), "1/700")],
)
def test_decimals_are_exact(value: Fraction, text: str) -> None:
    assert decimal_text(value) == text
    assert Fraction(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(-1250), "-$1,250.00"),
        (Fraction(1, 8), "$0.125"),
        (Fraction(10, 3), "$10/3"),
        (Fraction(5, 100), "$0.05"),
    ],
)
def test_money_is_exact(value: Fraction, text: str) -> None:
    assert money_text(value) == text


def test_articles() -> None:
    assert with_article("yearly income") == "the yearly income"
    assert with_article("the day of filing") == "the day of filing"
    assert with_article("an offer") == "an offer"
    assert with_article("ICE's discretion") == "ICE's discretion"
    assert with_article("applicant's age") == "the applicant's age"


def test_two_cases_are_compared_by_what_more_means() -> None:
    lower = say_violation(More(s.CHILDREN, "lowers", s.OFFER_REF), s.PROGRAM)
    assert lower.endswith(
        "but for the number of U.S.-citizen children, the one with more can be lower in this: the offer."
    )
    gained = say_violation(More(s.RECORD, "raises", s.REPRESENTED), s.PROGRAM)
    assert gained.endswith("the one where this is so can gain this: the immigrant has an attorney.")


def test_a_step_without_phrases_is_said_in_the_passive() -> None:
    bare = replace(s.PROGRAM, steps=(s.step("file_motion", "ice", None),))
    act = Act("file_motion", None)
    assert say_act(act, bare) == "the step “file motion” is taken by ICE"
    assert say_act(act, bare, done=True) == "the step “file motion” has been taken by ICE"


def test_an_answer_that_does_not_follow() -> None:
    form = Response("review", (), APPEAR, Const(1, type=t.MONTHS), "up")
    answer = "within 1 month: the immigrant appears in person in immigration court."
    assert (
        say_violation(form, s.PROGRAM)
        == f"It can happen that ICE reviews the case, and that this does not follow {answer}"
    )
