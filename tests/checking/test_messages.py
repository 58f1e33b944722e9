"""What a diagnostic says: the code, the marked words, a piece of the message, and the fix where there is one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from checking_cases import check_text

PREAMBLE = """
policy permits
source act "Permit Act"
actor office "the office"
enum Outcome = open | granted | refused
enum Check = none | passed | failed
entity Person
record Child
  field age : int 0..
  field citizen : yes/no
fact resident : yes/no
fact income : money $0..
fact members : int 1..9
fact born : date
fact rate : decimal
fact spouse : Person or none
fact applicant : Person
fact children : list of Child up to 4
status outcome : Outcome starts open
status checked : Check starts none
status filed : date or none starts none
status kinds : set of Outcome starts {}
define eligible means resident
define above(limit: money) means income > limit
decide fee(n: int) : money
  rule usual gives $80 if n > 0
  otherwise $0
step apply by office
step decide_on(result: Outcome, day: date) by office
  requires fit: resident
  then outcome becomes result
"""


@dataclass(frozen=True)
class Case:
    """One faulty clause after the preamble."""

    text: str
    code: str
    marked: str
    message: str
    fix: str | None = None

    def __str__(self) -> str:
        return f"{self.code} {self.text.strip()[:50]}"


def e(expression: str, code: str, marked: str, message: str, fix: str | None = None) -> Case:
    """A faulty condition."""
    return Case(f"prove p always {expression}", code, marked, message, fix)


CASES = [
    # names
    Case("fact resident : yes/no", "E0201", "resident", "the name `resident` of this fact is taken"),
    Case("define outcome means yes", "E0201", "outcome", "of this definition"),
    Case("enum Person = a | b", "E0201", "Person", "of this enum"),
    Case("enum X = a | b | a", "E0201", "a", "of this value"),
    Case("record R field a : int field a : int", "E0201", "a", "of this field"),
    Case("step apply", "E0201", "apply", "of this step"),
    Case("step s(a: int, a: int)", "E0201", "a", "of this parameter"),
    Case("step s requires a: yes requires a: no", "E0201", "a", "of this requirement"),
    Case("prove p always yes prove p always yes", "E0201", "p", "of this promise"),
    Case("duty d: apply within 3 days of apply duty d: apply within 3 days of apply", "E0201", "d", "of this duty"),
    Case('reading Outcome "?" = a | b', "E0201", "Outcome", "of this reading"),
    Case("decide v : int rule a gives 1 if yes rule a gives 1 if no", "E0201", "a", "of this rule"),
    Case("prove p decide_on(a, a) only if resident", "E0201", "a", "`a` stands for two arguments"),
    e("residant", "E0202", "residant", "`residant` is not a fact, status, definition", "resident"),
    e("office", "E0202", "office", "`office` is an actor, not a fact"),
    e("Outcome", "E0202", "Outcome", "`Outcome` is an enum, not a fact"),
    e("abov($3)", "E0202", "abov", "`abov` is not a definition or decision", "above"),
    e("checkd is none", "E0202", "checkd", "`checkd` is not", "checked"),
    e("Outcom.open is outcome", "E0202", "Outcom", "is not an enum, a reading or an element", "Outcome"),
    e("some c in childen has c.age > 1", "E0202", "childen", "`childen` is not", "children"),
    e("aply has happened", "E0203", "aply", "`aply` is not a step", "apply"),
    e("resident has happened", "E0203", "resident", "`resident` is a fact, not a step"),
    Case("fact x : Outcoem", "E0204", "Outcoem", "`Outcoem` is not a type", "Outcome"),
    Case("fact x : set of Chek", "E0204", "Chek", "`Chek` is not an enum", "Check"),
    Case("fact x : list of Chld up to 3", "E0204", "Chld", "`Chld` is not a record", "Child"),
    Case("step s by offic", "E0205", "offic", "`offic` is not an actor", "office"),
    Case("fact x : yes/no [atc 3]", "E0206", "atc", "the source `atc` is cited but not declared", "act"),
    e("outcome is granded", "E0207", "granded", "`granded` is not a value of `Outcome`", "granted"),
    e("outcome is passed", "E0207", "passed", "it is a value of `Check`"),
    e("Outcome.opn is outcome", "E0207", "opn", "is not a value of `Outcome`", "open"),
    Case("define x means granted", "E0208", "granted", "nothing here says that this is meant", "Outcome.granted"),
    e("some c in children has c.aeg > 1", "E0209", "aeg", "`Child` has no field `aeg`", "age"),
    Case(
        "decide v : int rule a gives 1 if yes exception b to c gives 2 if no", "E0214", "c", "no rule or exception `c`"
    ),
    Case("scenario s expect cannot apply because fit", "E0215", "fit", "`apply` has no requirement `fit`"),
    Case(
        "scenario s given yes expect cannot decide_on(open, born) because decide_on.fitt",
        "E0215",
        "decide_on.fitt",
        "no req",
    ),
    e("apply", "E0216", "apply", "`apply` is a step, not a value"),
    Case("step s requires apply", "E0216", "apply", "`apply` is a step, not a value", "apply has happened"),
    Case("prove p possible apply", "E0216", "apply", "`apply` is a step, not a value", "apply has happened"),
    Case("prove p never apply", "E0216", "apply", "is a step, not a value", "never apply has happened"),
    Case("prove p never apply and resident", "E0216", "apply", "is a step, not a value"),
    Case("prove p always possible apply", "E0216", "apply", "is a step, not a value"),
    Case("prove p after apply, apply", "E0216", "apply", "is a step, not a value"),
    Case(
        "prove p never apply while resident or eligible",
        "E0216",
        "apply",
        "is a step, not a value",
        "apply only if not (resident or eligible)",
    ),
    Case(
        "prove p never decide_on(x, d) while x is open",
        "E0216",
        "decide_on(x, d)",
        "is a step, not a value",
        "decide_on(x, d) only if not (x is open)",
    ),
    Case(
        "prove p never decide_on(open, born) while resident or eligible",
        "E0216",
        "decide_on(open, born)",
        "is a step, not a value",
        "decide_on(result, day) only if not (result is open and day is born and (resident or eligible))",
    ),
    Case(
        "step s requires decide_on(open, born)",
        "E0216",
        "decide_on(open, born)",
        "is a step, not a value",
        "decide_on(open, born) has happened",
    ),
    Case("prove p never apply or apply has happened", "E0216", "apply", "a step", "apply has happened"),
    Case("step s requires apply or apply happened within 3 days", "E0216", "apply", "", "apply happened within 3 days"),
    Case("prove p never apply and apply has happened", "E0216", "apply", "is a step, not a value"),
    e("count of children > 1", "E0203", "children", "`children` is a fact, not a step"),
    e("max(income, $3) > $1", "E0202", "max", "`max` is not a definition or decision", "greater of"),
    e("born < now", "E0202", "now", "`now` is written `today`", "today"),
    Case("fact two_words : yes/no prove p always two-words", "E0202", "two-words", "names have no `-`", "two_words"),
    Case(
        "fact three_word_name : yes/no prove p always three-word-name",
        "E0202",
        "three-word-name",
        "this is `three_word_name`",
        "three_word_name",
    ),
    Case(
        "enum Place = at_home | away fact where : Place prove p always where is at-home",
        "E0202",
        "at-home",
        "names have no `-`",
        "at_home",
    ),
    Case("fact x : dates", "E0204", "dates", "`dates` is not a type", "date"),
    # types
    e("income", "E0301", "income", "this is an amount of money, but a yes/no is needed here"),
    e("granted", "E0301", "granted", "`granted` is a value of `Outcome`, not a yes/no"),
    e("above(3)", "E0301", "3", "an amount of money is needed here", "$3"),
    Case("status x : int starts 1.5", "E0301", "1.5", "this is a decimal, but an int is needed here"),
    Case("status x : Person starts none", "E0301", "none", "a `Person` is needed here, and it is never `none`"),
    Case("step s then outcome becomes {}", "E0301", "{}", "a set stands where"),
    e("born is members", "E0302", "born is members", "a date and an int do not go together"),
    e("applicant < spouse", "E0303", "applicant", "a `Person` has no order"),
    e("born + 30 > born", "E0304", "born + 30", "a date and an int cannot be added", "30 days"),
    e("born + born > born", "E0304", "born + born", "cannot be added"),
    e("income * income > $5", "E0304", "income * income", "cannot be multiplied"),
    e("-resident", "E0304", "-resident", "a yes/no has no negative"),
    e("weekday of members is mon", "E0304", "members", "only a date has a weekday"),
    e("total of c.citizen for c in children > 1", "E0304", "c.citizen", "cannot be added up"),
    e("income > 100", "E0305", "income > 100", "do not go together", "$100"),
    e("income + 5 > $5", "E0305", "income + 5", "do not go together", "$5"),
    e("3 days < 1 month", "E0306", "3 days < 1 month", "do not go together"),
    e("born + 1 month < born", "E0307", "born + 1 month", "months and years from a date", " rounding up"),
    e("apply happened within 2 years", "E0307", "2 years", "months and years from a date"),
    Case("duty apply within 1 month of apply", "E0307", "1 month", "months and years from a date"),
    e("born is 2023-02-29", "E0308", "2023-02-29", "the date `2023-02-29` does not exist"),
    e("born is 2023-01-31 + 1 month", "E0308", "2023-01-31 + 1 month", "this date does not exist"),
    e("income / members > $5", "E0309", "members", "this divides by something that is not constant"),
    e("income / 0 > $5", "E0309", "0", "this divides by zero"),
    Case("status x : int 0..3 starts 4", "E0310", "4", "`4` is outside the declared range: 0 to 3"),
    Case("status x : money $0.. starts -$4", "E0310", "-$4", "`-$4.00` is outside the declared range: $0 or more"),
    e("above", "E0311", "above", "`above` takes 1 argument, but none is given"),
    e("eligible(3)", "E0311", "eligible(3)", "`eligible` takes no arguments, but 1 is given"),
    e("fee(3, 4) > $3", "E0311", "fee(3, 4)", "`fee` takes 1 argument, but 2 are given"),
    e("decide_on(open) has happened", "E0311", "decide_on(open)", "`decide_on` takes 2 arguments, but 1 is given"),
    Case("scenario s when decide_on", "E0311", "decide_on", "`decide_on` takes 2 arguments, but none is given"),
    Case("define x means none", "E0312", "none", "nothing here says what `none` is a value of"),
    Case("define x means {}", "E0312", "{}", "nothing here says what this is a set of"),
    Case("fact x : Child", "E0313", "Child", "`Child` is a record, which a fact cannot be"),
    Case("fact x : Check or none", "E0313", "Check or none", "declares `none` itself"),
    Case("fact x : set of Person", "E0313", "set of Person", "`Person` is an entity"),
    Case("fact x : list of Check up to 3", "E0313", "list of Check up to 3", "lists are made of records"),
    Case("fact x : list of Child up to 0", "E0313", "list of Child up to 0", "always empty"),
    Case("step s(x: list of Child up to 3)", "E0313", "list of Child up to 3", "a step's parameter cannot be a list"),
    Case("fact x : int 9..3", "E0314", "int 9..3", "the range `int 9..3` is empty"),
    e("size of members > 3", "E0315", "members", "an int is not a list or set"),
    e("some c in kinds has yes", "E0315", "kinds", "is not a list"),
    e("resident is in members", "E0315", "members", "an int is not a set"),
    e("members * rate > 3", "W0301", "members * rate", "neither side of this product is constant"),
    # structure
    Case("define x means not x", "E0401", "x", "the definition of `x` refers to itself: x → x"),
    Case("decide v : int rule a gives v if yes", "E0401", "v", "the decision `v` needs itself: v → v"),
    Case(
        "decide v : int rule a gives 1 if yes exception b to a, c gives 2 if yes exception c to b gives 3 if yes",
        "E0402",
        "b",
        "these exceptions defeat each other in a circle: b → c → b",
    ),
    Case("status x : yes/no starts outcome is open", "E0404", "outcome", "cannot read the status `outcome`"),
    Case("status x : yes/no starts apply has happened", "E0404", "apply has happened", "cannot read what has happened"),
    Case("step s then resident becomes yes", "E0405", "resident", "`resident` is a fact, and only a status"),
    Case("step s then eligible becomes yes", "E0405", "eligible", "`eligible` is a definition"),
    Case(
        "step s then outcome becomes open then outcome becomes granted", "E0406", "outcome", "assigns `outcome` twice"
    ),
    Case(
        "table t(a: int, b: int) : int row 3 gives 4", "E0407", "3", "this row has 1 pattern, but `t` has 2 parameters"
    ),
    Case("step s(d: date) requires ever (filed is d)", "E0408", "d", "what held in the past for each `d`"),
    e("decide_on(open, today) has happened", "E0409", "today", "cannot be something unbounded that changes"),
    Case("prove p apply only after decide_on(open, d)", "E0202", "d", "`d` is not bound: the first step"),
    Case("prove p decide_on(resident, d) only if yes", "E0410", "resident", "`resident` is a fact, but a fresh name"),
    Case("prove p decide_on(open, d) only if yes", "E0410", "open", "`open` is a value, but a fresh name"),
    Case("prove p decide_on(a, 2020-01-01) only if yes", "E0410", "2020-01-01", "must be fresh names"),
    Case("scenario s after 1 day on 2020-01-01", "E0411", "after 1 day", "stands before the first `on`"),
    Case("scenario s on 2020-01-05 after 1 day on 2020-01-05", "E0411", "2020-01-05", "lies before the day"),
    Case("prove p fee depends only on income", "E0412", "fee", "`fee` has parameters"),
    Case("prove p more outcome never lowers income", "E0412", "outcome", "is a status with a fixed start"),
    Case("prove p more spouse never lowers income", "E0412", "spouse", "which has no order"),
    Case("prove p more income never lowers spouse", "E0412", "spouse", "which has no order"),
    Case("prove p more eligible never lowers income", "E0412", "eligible", "`eligible` is a definition"),
]

CASES += [
    # elements spoken of behind the condition of `has` and `with`
    e(
        "some child in children has child.citizen and today < born and child.age > 3",
        *("E0202", "child", "`has` takes one condition, and it has ended"),
        "(child.citizen and today < born and child.age > 3)",
    ),
    e(
        "every child in children has child.citizen implies child.age > 3",
        *("E0202", "child", "`has` takes one condition", "(child.citizen implies child.age > 3)"),
    ),
    Case(
        "define many means number of child in children with child.citizen and child.age > 3",
        *("E0202", "child", "`with` takes one condition", "(child.citizen and child.age > 3)"),
    ),
    # any argument of a past step
    e("not decide_on(anything, born) has happened", "E0202", "anything", "`anything` is no value that an argument"),
    e("not decide_on(xxxx, qqqq) has happened", "E0202", "xxxx, qqqq", "are no values"),
    e("decide_on(any_one) has happened", "E0311", "decide_on(any_one)", "takes 2 arguments, but 1 is given"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_reported_once_and_at_its_word(case: Case) -> None:
    checked = check_text(PREAMBLE + case.text)
    assert [item.code for item in checked.diagnostics] == [case.code], [d.message for d in checked.diagnostics]
    [found] = checked.diagnostics
    assert found.span is not None
    assert found.span.text == case.marked
    assert found.span.start >= len(PREAMBLE)
    assert case.message in found.message
    assert found.help
    if case.fix is not None:
        assert case.fix in [fix.replacement for fix in found.fixes]


def test_the_preamble_is_sound() -> None:
    assert check_text(PREAMBLE).program is not None


@pytest.mark.parametrize(
    ("form", "instead"),
    [
        ("decide_on(open, d) only if yes", "write `decide_on(result, d) only if result is open implies …`"),
        ("decide_on(open, d) only after apply", "only after apply … unless result is not open`"),
        ("never decide_on(open, d) after apply", "`never decide_on(result, d) after apply unless result is not open`"),
        ("after decide_on(open, d), yes", "write `after decide_on(result, d), result is open implies …`"),
        ("after decide_on(open, d), apply within 3 days", "a deadline counts from every `decide_on`"),
    ],
)
def test_a_value_as_an_argument_is_shown_as_a_condition_that_fits_the_promise(form: str, instead: str) -> None:
    [found] = check_text(f"{PREAMBLE}prove p {form}").diagnostics
    assert found.code == "E0410"
    assert instead in (found.help or "")


@pytest.mark.parametrize("act", ["decide_on(anything, born)", "decide_on(w)"])
def test_how_to_speak_of_any_argument_is_said(act: str) -> None:
    [found] = check_text(f"{PREAMBLE}prove p never {act} has happened").diagnostics
    assert "leave them all out: `decide_on has happened`" in (found.help or "")
    assert "`decide_on(result, day) only if …` (or `only if not (…)`)" in (found.help or "")
