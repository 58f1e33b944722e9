"""What texts become: the surface tree."""

from __future__ import annotations

from fractions import Fraction

import pytest
from parsing import EVERY_FORM, expression, form, item, parsed

from verifier.source import SourceFile, Span
from verifier.syntax import tree as t
from verifier.syntax.parser import parse

NOWHERE = Span(SourceFile("", ""), 0, 0)


def ref(name: str) -> t.Ref:
    return t.Ref(name, span=NOWHERE)


def name(text: str) -> t.Name:
    return t.Name(text, span=NOWHERE)


def act(text: str, *arguments: t.Expr) -> t.Act:
    return t.Act(name(text), arguments or None, span=NOWHERE)


def junction(operator: str, *operands: t.Expr) -> t.Junction:
    return t.Junction("and" if operator == "and" else "or", operands, span=NOWHERE)


def negation(operand: t.Expr) -> t.Not:
    return t.Not(operand, span=NOWHERE)


def whole(value: int) -> t.Number:
    return t.Number("int", Fraction(value), str(value), span=NOWHERE)


# ---------------------------------------------------------------- how expressions group


def test_not_reaches_over_a_comparison() -> None:
    assert expression("not a is b") == negation(t.Is(ref("a"), ref("b"), span=NOWHERE))


def test_not_binds_tighter_than_and() -> None:
    assert expression("not a and b") == junction("and", negation(ref("a")), ref("b"))


def test_a_chain_is_one_junction_and_parentheses_are_another() -> None:
    assert expression("a and b and c") == junction("and", ref("a"), ref("b"), ref("c"))
    assert expression("(a and b) and c") == junction("and", junction("and", ref("a"), ref("b")), ref("c"))


def test_implies_groups_to_the_right() -> None:
    inner = t.Implies(ref("b"), ref("c"), span=NOWHERE)
    assert expression("a implies b implies c") == t.Implies(ref("a"), inner, span=NOWHERE)


def test_iff_is_exactly_when() -> None:
    assert expression("a iff b") == expression("a exactly when b")


def test_ever_since_stands_between_comparisons_and_not() -> None:
    since = t.EverSince(ref("a"), t.Is(ref("b"), ref("c"), span=NOWHERE), span=NOWHERE)
    assert expression("not a ever since b is c") == negation(since)


def test_arithmetic_groups_to_the_left_and_by_rank() -> None:
    product = t.Arithmetic("*", whole(2), whole(3), span=NOWHERE)
    difference = t.Arithmetic("-", whole(1), product, span=NOWHERE)
    assert expression("1 - 2 * 3 - 4") == t.Arithmetic("-", difference, whole(4), span=NOWHERE)


def test_rounding_belongs_to_its_addition() -> None:
    later = t.Arithmetic("+", ref("d"), t.Duration(1, "month", span=NOWHERE), "up", span=NOWHERE)
    assert expression("d + 1 month rounding up") == later
    assert expression("d + 1 months rounding up - 3 days") == t.Arithmetic(
        "-", later, t.Duration(3, "day", span=NOWHERE), span=NOWHERE
    )


def test_equality_has_two_spellings_with_one_meaning_kept_apart() -> None:
    assert expression("a = b") == t.Is(ref("a"), ref("b"), symbol=True, span=NOWHERE)
    assert expression("a is not b") == t.Is(ref("a"), ref("b"), negated=True, span=NOWHERE)


def test_between_takes_both_ends_and_can_be_negated() -> None:
    between = t.Between(ref("a"), whole(1), whole(3), span=NOWHERE)
    assert expression("a is between 1 to 3") == between
    assert expression("a is not between 1 to 3") == negation(between)


def test_history_of_a_step_with_arguments() -> None:
    assert expression("file(a) has happened") == t.Happened(act("file", ref("a")), span=NOWHERE)
    assert expression("file has never happened") == t.Happened(act("file"), True, span=NOWHERE)
    month = t.Duration(1, "month", span=NOWHERE)
    assert expression("file happened within 1 month rounding down") == t.HappenedWithin(
        act("file"), month, "down", span=NOWHERE
    )


def test_quantifiers_take_one_comparison() -> None:
    citizen = t.Attr(name("c"), name("citizen"), span=NOWHERE)
    some = t.Quantified("some", name("c"), name("children"), citizen, span=NOWHERE)
    assert expression("some c in children has c.citizen and d") == junction("and", some, ref("d"))
    every = t.Quantified("every", name("c"), name("children"), negation(citizen), span=NOWHERE)
    assert expression("every c in children has not c.citizen") == every


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("5", "int", Fraction(5)),
        ("2.50", "decimal", Fraction(5, 2)),
        ("5%", "percent", Fraction(1, 20)),
        ("2.5%", "percent", Fraction(1, 40)),
        ("$1,250.05", "money", Fraction(125005, 100)),
        ("$12", "money", Fraction(12)),
    ],
)
def test_numbers_are_exact(text: str, kind: str, value: Fraction) -> None:
    number = expression(text)
    assert isinstance(number, t.Number)
    assert (number.kind, number.value, number.text) == (kind, value, text)


def test_none_is_a_value() -> None:
    assert expression("a is none") == t.Is(ref("a"), ref("none"), span=NOWHERE)
    assert expression("Offer.none") == t.Attr(name("Offer"), name("none"), span=NOWHERE)


# ---------------------------------------------------------------- items


def test_ranges_may_be_negative_and_open() -> None:
    fact = item("fact depth : int -5..")
    assert isinstance(fact, t.Fact)
    assert (fact.type.low, fact.type.high) == (Fraction(-5), None)


def test_remarks_of_a_status_come_in_any_order() -> None:
    one = item('status a : yes/no starts no reads "a" / "b" [cfr 1]')
    assert one == item('status a : yes/no reads "a" / "b" [cfr 1] starts no')


def test_citations_have_source_and_locator() -> None:
    fact = item("fact a : int [cfr (c)(1)] [memo]")
    assert isinstance(fact, t.Fact)
    assert [(each.source, each.locator) for each in fact.cites] == [("cfr", "(c)(1)"), ("memo", "")]


def test_citations_around_a_promise_are_kept_together() -> None:
    promise = item('prove p "t" [cfr 1] never a [cfr 2]')
    assert isinstance(promise, t.Prove)
    assert [each.locator for each in promise.cites] == ["1", "2"]


def test_each_effect_keeps_its_own_citation() -> None:
    step = item("step s then a becomes 1 [cfr 1], b becomes 2 [cfr 2]")
    assert isinstance(step, t.Step)
    (effects,) = step.clauses
    assert isinstance(effects, t.Then)
    assert [[cite.locator for cite in each.cites] for each in effects.assignments] == [["1"], ["2"]]
    assert [cite.locator for cite in effects.cites] == ["1", "2"]


def test_clauses_of_a_step_keep_their_order() -> None:
    step = item("step s requires a then x becomes 1 requires l: b")
    assert isinstance(step, t.Step)
    assert [type(clause) for clause in step.clauses] == [t.Requires, t.Then, t.Requires]


def test_a_duty_may_have_a_name_and_several_answers() -> None:
    duty = item("duty answer: a or b by judge within 60 days of c unless d [cfr 1]")
    assert isinstance(duty, t.Duty)
    assert duty.name == name("answer")
    assert duty.answers == (name("a"), name("b"))
    assert duty.actors == (name("judge"),)
    assert duty.unless == ref("d")


def test_a_reading_without_a_question_asks_its_name() -> None:
    reading = item("reading by_phone = yes_it_is | no_it_is_not")
    assert isinstance(reading, t.Reading)
    assert reading.question.text == "by phone"


def test_labels_of_refusals_may_contain_words_of_the_language() -> None:
    scenario = item("scenario s expect cannot file because file.requires.1, a")
    assert isinstance(scenario, t.Scenario)
    (expect,) = scenario.clauses
    assert isinstance(expect, t.Expect)
    assert expect.outcomes == (t.Cannot(act("file"), ("file", "requires", "1"), span=NOWHERE), ref("a"))


def test_acts_after_a_date_or_wait_may_follow_a_comma() -> None:
    one = item("scenario s on 2012-04-25, a, b after 3 days, c")
    assert one == item("scenario s on 2012-04-25 a, b after 3 days c")


def test_rows_have_patterns_of_all_kinds() -> None:
    table = item("table t(a: int, b: E) : int row any, x | y gives 1 row >= 18, 1 to 3 gives 2")
    assert isinstance(table, t.Table)
    first, second = table.rows
    assert first.patterns[0].cells == ()
    assert [cell.low for cell in first.patterns[1].cells] == [ref("x"), ref("y")]
    assert second.patterns[0].cells[0].operator == ">="
    assert second.patterns[1].cells[0].high == whole(3)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("always a while b", t.Always),
        ("never a", t.Always),
        ("never a changes while b", t.NeverChanges),
        ("possible a", t.Possible),
        ("always possible a", t.Possible),
        ("s(x, y) only if a", t.OnlyIf),
        ("s only after u within 3 days unless a", t.OnlyAfter),
        ("never s after u unless a", t.NeverAfter),
        ("after s, a until u", t.AfterUntil),
        ("after s(x), u(x) within 3 days", t.Response),
        ("d depends only on f, g", t.DependsOnly),
        ("more f never lowers d", t.More),
        ("a equals b", t.Equals),
        ("a never both b", t.NeverBoth),
    ],
)
def test_forms_of_promises(text: str, kind: type) -> None:
    assert type(form(text)) is kind


# ---------------------------------------------------------------- places


def test_spans_cover_what_was_written() -> None:
    text = "policy p\n\nstep file(day: date) by ice  [cfr 1]\n  requires l: not (a and b)\n"
    tree = parse(SourceFile("x", text)).tree
    assert tree is not None
    (step,) = tree.items
    assert isinstance(step, t.Step)
    assert step.span.text == text[10:-1]
    assert step.span.first == (3, 1)
    (clause,) = step.clauses
    assert isinstance(clause, t.Requires)
    assert clause.span.text == "requires l: not (a and b)"
    assert clause.condition.span.text == "not (a and b)"
    assert step.cites[0].span.text == "[cfr 1]"


def test_comments_are_kept_in_order() -> None:
    tree = parse(SourceFile("x", "# one\npolicy p # two\nfact a : int # three\n")).tree
    assert tree is not None
    assert [comment.text for comment in tree.comments] == ["# one", "# two", "# three"]


def test_trees_are_equal_wherever_they_stand() -> None:
    one, other = parse(SourceFile("x", EVERY_FORM)).tree, parse(SourceFile("y", "\n\n# more\n" + EVERY_FORM)).tree
    assert one == other
    assert one is not None


def test_white_space_and_line_ends_mean_nothing() -> None:
    flat = " ".join(line.partition("#")[0] for line in EVERY_FORM.splitlines())
    assert parse(SourceFile("x", flat)).tree == parse(SourceFile("x", EVERY_FORM)).tree


def test_two_items_may_share_a_line() -> None:
    result = parsed("fact a : int fact b : int")
    assert result.tree is not None
    assert len(result.tree.items) == 2
