"""Whole items: what steps, decisions, tables, promises and scenarios become, and what their numbers and names are."""

from __future__ import annotations

import pytest
from checking_cases import check_text, codes, program, shape

from verifier.core import program as core
from verifier.core.types import DAYS, MONTHS

BASE = """
policy permits "Permits"
source act "Permit Act"
enum Outcome = open | granted | refused
fact resident : yes/no [act 1]
fact income : money $0..
status outcome : Outcome starts open
status tries : int 0.. starts 0
status done : yes/no
status resolved : yes/no
step apply
step pay(amount: money $0.., day: date)
"""


def promise(text: str) -> core.Promise:
    return program(f"{BASE}prove p {text}").promises[0]


@pytest.mark.parametrize(
    ("text", "keyword", "kind"),
    [
        ("always resident", "always", core.Always),
        ("always resident while tries > 1", "always", core.Always),
        ("never resident", "never", core.Always),
        ("never outcome changes while resident", "never changes", core.NeverChanges),
        ("possible resident", "possible", core.Possible),
        ("always possible resident", "always possible", core.AlwaysPossible),
        ("apply only if resident", "only if", core.OnlyIf),
        ("apply only after pay", "only after", core.OnlyIf),
        ("never apply after pay", "never after", core.OnlyIf),
        ("after apply, resident until pay", "after", core.AfterUntil),
        ("after apply, pay within 3 days", "within", core.Response),
        ("tries depends only on resident, income", "depends only on", core.DependsOnly),
        ("more income never lowers outcome", "more never lowers", core.More),
        ("more resident never raises tries", "more never raises", core.More),
        ("tries equals 3", "equals", core.Equals),
        ("outcome equals granted", "equals", core.Equals),
        ("resident never both tries > 1", "never both", core.NeverBoth),
    ],
)
def test_every_form_has_its_keyword(text: str, keyword: str, kind: type) -> None:
    found = promise(text)
    assert found.keyword == keyword
    assert isinstance(found.form, kind)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("apply only after pay", "Happened(pay)"),
        ("apply only after pay within 3 days", "HappenedWithin(pay, Const(3))"),
        ("apply only after pay within 1 month rounding up", "HappenedWithin(pay, Const(1), up)"),
        ("apply only after pay unless resident", "Or([Happened(pay), FactRef(resident)])"),
        ("never apply after pay", "Not(Happened(pay))"),
        ("never apply after pay unless resident", "Or([Not(Happened(pay)), FactRef(resident)])"),
        ("pay(x, d) only after pay(x, d)", "Happened(pay(Local(x), Local(d)))"),
        ("never pay(x, d) after pay($5, 2020-01-01)", "Not(Happened(pay(Const(5), Const(737425))))"),
        ("pay(x, d) only if x > income", "Compare(>, Local(x), FactRef(income))"),
    ],
)
def test_order_of_steps_becomes_a_condition(text: str, condition: str) -> None:
    form = promise(text).form
    assert isinstance(form, core.OnlyIf)
    assert shape(form.condition) == condition


def test_the_parts_of_an_order_are_kept() -> None:
    form = promise("never pay(x, d) after pay(x, d) unless x > income").form
    assert isinstance(form, core.OnlyIf)
    assert [param.name for param in form.binders] == ["x", "d"]
    assert form.written == "never after"
    assert form.earlier is not None
    assert form.earlier.step == "pay"
    assert form.unless is not None
    assert shape(form.unless) == "Compare(>, Local(x), FactRef(income))"


def test_an_answer_counts_per_argument() -> None:
    form = promise("after pay(x, d), pay(x, d) within 1 month rounding down").form
    assert isinstance(form, core.Response)
    assert [param.name for param in form.binders] == ["x", "d"]
    assert form.response.arguments is not None
    assert [shape(item) for item in form.response.arguments] == ["Local(x)", "Local(d)"]
    assert (form.duration.value, form.duration.type, form.rounding) == (1, MONTHS, "down")


STEP = """
step decide_on(result: Outcome) by office
  requires resident [act 2]
  requires fit: result is not open
  then outcome becomes result [act 3]
  requires tries < 3
  then tries becomes tries + 1
  then done becomes yes, resolved becomes no [act 4]
"""


def test_requirements_and_effects_have_stable_names() -> None:
    step = program(BASE + STEP).step("decide_on")
    assert [item.full_name for item in step.requires] == [
        "decide_on.requires.1",
        "decide_on.fit",
        "decide_on.requires.3",
    ]
    assert [item.labelled for item in step.requires] == [False, True, False]
    assert [item.full_name for item in step.effects] == [
        f"decide_on.then.{name}" for name in ("outcome", "tries", "done", "resolved")
    ]
    assert [str(cite) for cite in step.requires[0].cites] == ["act 2"]
    cited = [[str(cite) for cite in effect.cites] for effect in step.effects]
    assert cited == [["act 3"], [], ["act 4"], ["act 4"]]
    assert step.actors == ("office",)


def test_spans_show_the_clause() -> None:
    step = program(BASE + STEP).step("decide_on")
    assert step.span.text == "decide_on"
    assert step.requires[1].span.text.startswith("requires fit: result is not open")


TABLE = """
table fee(kind: Outcome, n: int, day: date or none) : money
  row granted | refused, 1 to 3 | >= 9, any gives $10 [act 4]
  row any, 5, none gives $20
  row any, any, any gives $30
  otherwise $40 [act 5]
"""


def test_rows_become_rules() -> None:
    decision = program(BASE + TABLE).decision("fee")
    assert decision.table
    assert [rule.full_name for rule in decision.rules] == ["fee.row.1", "fee.row.2", "fee.row.3"]
    assert [shape(rule.condition) for rule in decision.rules] == [
        (
            "And([Or([Equal(Local(kind), Const(granted)), Equal(Local(kind), Const(refused))]), "
            "Or([Between(Local(n), Const(1), Const(3)), Compare(>=, Local(n), Const(9))])])"
        ),
        "And([Equal(Local(n), Const(5)), Equal(Local(day), Const())])",
        "Const(True)",
    ]
    assert [str(cite) for cite in decision.rules[0].cites] == ["act 4"]
    assert [str(cite) for cite in decision.otherwise_cites] == ["act 5"]


DECISION = """
decide fee(n: int) : money
  rule base gives $100 if n <= 3
  rule extra gives $150 if n > 3
  exception hardship to base gives $0 if income < $10
  exception waiver to all gives $0 if resident
  exception fraud to waiver, hardship gives $500 if tries > 2
"""


def test_all_means_every_rule() -> None:
    rules = {rule.name: rule.targets for rule in program(BASE + DECISION).decision("fee").rules}
    assert rules == {
        "base": None,
        "extra": None,
        "hardship": ("base",),
        "waiver": ("base", "extra"),
        "fraud": ("waiver", "hardship"),
    }


def test_unnamed_items_are_numbered() -> None:
    items = """
    assume income > $5 because "so"
    assume named: resident
    assume income > $6
    duty apply within 3 days of apply
    duty second: apply or pay by me within 1 month rounding up of apply unless resident
    """
    found = program(BASE + items)
    assert [item.name for item in found.assumptions] == ["assume.1", "named", "assume.3"]
    assert [item.because for item in found.assumptions] == ["so", None, None]
    assert [item.name for item in found.duties] == ["duty.1", "second"]
    assert [item.duration.type for item in found.duties] == [DAYS, MONTHS]
    assert found.duties[1].answers == ("apply", "pay")
    assert found.duties[1].unless is not None


SCENARIO = """
scenario s "Title" [act 1]
  given resident, income = $5
  when apply
  on 2024-01-31 pay($5, today)
  given tries = 0
  after 1 day, apply, apply
  after 1 month
  expect tries is 0, cannot pay($1, 2024-01-01), cannot guarded because guarded.requires.1
"""


def test_a_scenario_keeps_its_order_with_the_start_first() -> None:
    text = BASE + "step guarded requires resident requires named: no" + SCENARIO
    [found] = program(text).scenarios
    kinds = [type(item).__name__ for item in found.clauses]
    assert kinds == [
        *["Given"] * 3,
        *["Take", "MoveTo", "Take", "Wait", "Take", "Wait"],
        *["ExpectHolds", "ExpectCannot", "ExpectCannot"],
    ]
    assert isinstance(found.clauses[4], core.MoveTo)
    assert found.clauses[4].day == 738916
    assert isinstance(found.clauses[-1], core.ExpectCannot)
    assert found.clauses[-1].because == "requires.1"
    assert found.title == "Title"


@pytest.mark.parametrize("label", ["named", "guarded.named"])
def test_a_refusal_names_its_requirement_either_way(label: str) -> None:
    text = f"{BASE}step guarded requires named: no scenario s expect cannot guarded because {label}"
    [found] = program(text).scenarios
    [refused] = found.clauses
    assert isinstance(refused, core.ExpectCannot)
    assert refused.because == "named"


def test_a_month_without_that_day_is_found_where_the_date_is_known() -> None:
    assert codes(check_text(f"{BASE}scenario s on 2024-01-31 after 1 month")) == ["E0308"]
    assert codes(check_text(f"{BASE}scenario s after 1 month")) == []


def test_starts_may_read_the_case_through_definitions_and_decisions() -> None:
    rest = "define e means d and today > 2020-01-01 status s : yes/no starts e"
    sound = "decide d : yes/no rule a gives yes if resident"
    assert codes(check_text(f"{BASE} {sound} {rest}")) == []
    hidden = "decide d : yes/no rule a gives yes if tries > 1"
    assert codes(check_text(f"{BASE} {hidden} {rest}")) == ["E0404"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("step s(o: Outcome) requires ever (outcome is o)", []),
        ("step s(n: int 0..5) requires just before (tries is n)", []),
        ("step s(n: int 0..) requires just before (tries is n)", ["E0408"]),
        ("step s(n: int 0..) requires resident ever since tries is n", ["E0408"]),
        ("define was(m: int) means ever (tries > m) step s(n: int 0..) requires was(n)", ["E0408"]),
        ("define was(m: int) means ever (tries > m) step s requires was(3)", []),
        ("decide d(m: int) : yes/no rule a gives yes if ever (tries > m)", ["E0408"]),
        ("prove p pay(x, d) only if ever (income > x)", ["E0408"]),
        ("step s(d: date) requires pay(income, d) has happened", []),
        ("step s requires pay(income + $1, 2020-01-01) has happened", []),
        ("step s requires pay($1, date of apply) has happened", ["E0409"]),
        ("record R field a : int fact l : list of R up to 2 prove p always some e in l has ever (tries > e.a)", []),
        (
            "record R field a : int status l : list of R up to 2 prove p always some e in l has ever (tries > e.a)",
            ["E0408"],
        ),
        ("record R field a : int status l : list of R up to 2 prove p always ever (some e in l has e.a > 1)", []),
    ],
)
def test_what_finitely_many_variables_can_follow(text: str, expected: list[str]) -> None:
    assert codes(check_text(f"{BASE} {text}")) == expected
