"""Slips of drafting that a solver proves or shows, and texts that only look like one."""

from __future__ import annotations

import pytest
from running import found, verified

from verifier import pipeline

HEAD = """\
policy permits
fact age : int 0..  reads "the applicant's age"
fact parent : yes/no  reads "the applicant has children" / "the applicant has no children"
fact income : money or none  reads "the declared income"
status applied : yes/no  starts no  reads "the applicant has applied" / "the applicant has not applied"
status granted : yes/no  starts no  reads "the permit is granted" / "the permit is not granted"
step apply  reads "the applicant applies" / "the applicant has applied"
  requires not applied
  then applied becomes yes
"""
USES = """\
prove uses_all "All facts are used"
  always granted implies age >= 0 or parent or income is none
"""


def slips(items: str, code: str) -> list[str]:
    result = verified(HEAD + items + USES)
    assert result.program is not None
    return found(result, code)


def step(*requirements: str, effect: str = "granted becomes yes") -> str:
    lines = "".join(f"  requires {each}\n" for each in requirements)
    return f'step grant  reads "the permit is granted" / "the permit has been granted"\n{lines}  then {effect}\n'


# ---------------------------------------------------------------- requirements


@pytest.mark.parametrize(
    ("requirements", "implied"),
    [
        (("applied", "not granted"), []),
        (("apply has happened", "applied"), ["grant.requires.2"]),
        (("adult: age >= 18", "of_age: age >= 12"), ["grant.of_age"]),
        (("of_age: age >= 12", "adult: age >= 18"), ["grant.of_age"]),
        (("a: age >= 18", "b: age > 17", "c: not age < 18"), ["grant.b", "grant.c"]),
        (("declared: income is not none", "poor: income < $10"), []),
        (("declared: income is not none", "poor: income is not none and income < $10"), ["grant.declared"]),
        (("applied implies apply has happened",), ["grant.requires.1"]),
        (("age > 12", "age < 10"), []),
    ],
)
def test_implied_requirements(requirements: tuple[str, ...], implied: list[str]) -> None:
    messages = slips(step(*requirements), "W0214")
    assert sorted(message.split("`")[1] for message in messages) == implied


def test_a_requirement_that_keeps_an_effect_within_its_range_is_needed() -> None:
    text = HEAD + 'status seats : int 0..3  starts 0  reads "seats taken"\n'
    text += step("applied", "seats < 3", effect="granted becomes yes, seats becomes seats + 1") + USES
    assert found(verified(text)) == []


def test_a_requirement_may_be_implied_by_what_can_happen_before_only() -> None:
    whole = step("applied", "not granted") + (
        'step build  reads "the applicant builds" / "the applicant has built"\n  requires granted\n  requires applied\n'
    )
    assert slips(whole, "W0214") == ["the requirement `build.requires.2` follows from the others"]


def test_what_a_step_that_is_never_taken_requires_is_not_judged() -> None:
    assert found(verified(HEAD + step("age < 3", "age > 5", "age > 4") + USES)) == [
        "F0201 the step `grant` can never be taken"
    ]


# ---------------------------------------------------------------- exceptions


def fee(*rules: str) -> str:
    lines = "".join(f"  {rule}\n" for rule in rules)
    return (
        f'decide fee : money\n{lines}prove fees "Fees are low"\n  always fee < $900\n{step("applied", "not granted")}'
    )


ADULT = "rule adult gives $80 if age >= 18"


@pytest.mark.parametrize(
    ("rules", "findings"),
    [
        ((ADULT, "exception e to adult gives $40 if age >= 18 and parent", "otherwise $0"), []),
        ((ADULT, "exception e to adult gives $80 if age >= 18 and parent", "otherwise $0"), ["W0212"]),
        ((ADULT, "exception e to adult gives $40 if parent", "otherwise $0"), ["W0213"]),
        ((ADULT, "exception e to adult gives $40 if parent", "otherwise $40"), ["W0213"]),
        ((ADULT, "exception e to adult gives $40 if age >= 18 and parent and age < 3", "otherwise $0"), ["F0202"]),
        (
            (
                ADULT,
                "exception e to adult gives $40 if age >= 18 and parent",
                "exception f to e gives $80 if age >= 18 and parent and income is none",
                "otherwise $0",
            ),
            [],
        ),
        (
            (
                ADULT,
                "exception e to adult gives $40 if age >= 18 and parent",
                "exception f to e gives $80 if age >= 18 and income is none",
                "otherwise $0",
            ),
            ["W0213"],
        ),
    ],
)
def test_exceptions(rules: tuple[str, ...], findings: list[str]) -> None:
    assert [finding.diagnostic.code for finding in verified(HEAD + fee(*rules) + USES).findings] == findings


def test_a_wider_exception_shows_the_case_it_should_not_decide() -> None:
    rules = (ADULT, "exception e to adult gives $40 if parent", "otherwise $0")
    (finding,) = verified(HEAD + fee(*rules) + USES).findings
    assert finding.diagnostic.severity.value == "warning"
    assert finding.counterexample is not None
    facts = {binding.name: binding.value for binding in finding.counterexample.facts}
    assert facts["parent"] is True
    assert isinstance(facts["age"], int)
    assert facts["age"] < 18
    assert set(finding.counterexample.needed) == {"age", "parent"}


def test_a_wider_exception_without_effect_is_a_remark() -> None:
    rules = (ADULT, "exception e to adult gives $40 if parent", "otherwise $40")
    (finding,) = verified(HEAD + fee(*rules) + USES).findings
    assert finding.diagnostic.severity.value == "info"
    assert "without effect" in finding.diagnostic.message


def test_exceptions_of_decisions_with_parameters_are_judged_for_all_arguments() -> None:
    items = (
        "decide fee(years: int) : money\n  rule adult gives $80 if years >= 18\n"
        "  exception e to adult gives {value} if {condition}\n  otherwise $0\n"
        'prove fees "Fees are low"\n  always fee(age) < $900\n' + step("applied", "not granted")
    )
    same = items.format(value="$80", condition="years >= 18 and parent")
    assert slips(same, "W0212") == ["the exception `fee.e` never makes a difference"]
    wider = items.format(value="$40", condition="parent")
    assert slips(wider, "W0213") == ["the exception `fee.e` also decides where `adult` does not apply"]
    fine = items.format(value="$40", condition="years >= 18 and parent")
    assert found(verified(HEAD + fine + USES)) == []


# ---------------------------------------------------------------- values


PERMIT = 'enum Permit = none | asked | issued | lost\nstatus permit : Permit starts none  reads "the permit"\n'


@pytest.mark.parametrize(
    ("items", "unreached"),
    [
        (PERMIT + step("permit is none", effect="permit becomes asked"), ["issued", "lost"]),
        (
            PERMIT + step("permit is none", effect="permit becomes asked") + 'fact old : Permit reads "the old one"\n'
            'prove q "q"\n  never old is issued and old is lost\n',
            [],
        ),
        (
            PERMIT
            + step("permit is none", effect="permit becomes asked")
            .replace("step grant", "step grant(new: Permit)")
            .replace("becomes asked", "becomes new"),
            [],
        ),
        (
            PERMIT.replace("Permit starts none", "Permit").replace("status permit", "status permit")
            + step("permit is none", effect="permit becomes asked"),
            [],
        ),
        (
            'enum Permit = asked | issued | lost\nstatus permit : Permit or none starts none  reads "the permit"\n'
            + step("permit is none", effect="permit becomes asked")
            + 'prove q "q"\n  never permit is issued and permit is lost\n',
            ["issued", "lost"],
        ),
        (
            'enum Permit = asked | issued | lost\nstatus permits : set of Permit starts {}  reads "the permits"\n'
            + step("issued is not in permits", effect="permits becomes permits with issued")
            + 'prove q "q"\n  never lost is in permits\n',
            ["asked", "lost"],
        ),
        (
            "enum Permit = asked | issued | lost\ndecide permit : Permit\n  rule young gives asked if age < 18\n"
            "  otherwise issued\n" + step("permit is issued", "not granted"),
            ["lost"],
        ),
    ],
    ids=["status", "fact", "parameter", "any start", "optional", "set", "decision"],
)
def test_values_that_are_never_reached(items: str, unreached: list[str]) -> None:
    messages = slips(items, "W0211")
    assert [message.split("`")[1] for message in messages] == unreached


def test_the_place_of_a_value_is_shown() -> None:
    items = PERMIT + step("permit is none", effect="permit becomes asked")
    spans = [f.diagnostic.span for f in verified(HEAD + items + USES).findings if f.diagnostic.code == "W0211"]
    assert [span.text for span in spans if span] == ["issued", "lost"]


# ---------------------------------------------------------------- definitions and tables


@pytest.mark.parametrize(
    ("body", "always"),
    [
        ("age > 12 and age < 10", "no"),
        ("age >= 0", "yes"),
        ("age > 3 or age < 5", "yes"),
        ("granted and not applied", None),
        ("income < $5 or income >= $5", "yes"),
        ("age > 12", None),
        ("yes", None),
    ],
)
def test_definitions_that_never_vary(body: str, always: str | None) -> None:
    items = f'define d means {body}\nprove about_d "d"\n  never d and age > 200\n' + step("applied", "not granted")
    expected = [] if always is None else [f"the definition `d` is always {always}"]
    assert slips(items, "W0215") == expected


def test_rows_that_overlap_are_a_remark_where_they_agree() -> None:
    table = "table fee(years: int, parents: yes/no) : money\n  row < 18, any gives $0\n  row any, yes gives {value}\n"
    table += 'prove fees "Fees"\n  always age < 9 implies fee(age, parent) = $0\n' + step("applied", "not granted")
    result = verified(HEAD + table.format(value="$0") + USES)
    remarks = [f.diagnostic for f in result.findings if f.diagnostic.code == "W0205"]
    assert [remark.message for remark in remarks] == ["rows of `fee` overlap, and agree where they do: 1 and 2"]
    assert remarks[0].severity.value == "info"
    assert slips(table.format(value="$10"), "W0205") == []


def test_nothing_is_said_about_the_text_of_a_used_policy() -> None:
    base = HEAD + step("apply has happened", "applied") + USES
    assert found(verified(base), "W0214") != []
    top = 'policy top\nuse base\nprove again "Again"\n  always granted implies age >= 0\n'
    assert found(verified(top, base=base.replace("policy permits", "policy base"))) == []


def test_a_run_for_some_promises_looks_for_no_slips() -> None:
    text = HEAD + step("apply has happened", "applied") + USES
    assert found(verified(text, pipeline.Options(properties=("uses_all",)))) == []


def test_a_waiver_covers_a_slip() -> None:
    text = HEAD + step("apply has happened", "applied") + USES
    (finding,) = verified(text + 'waive W0214 on grant because "the form says both"\n').findings
    assert finding.waived == "the form says both"
