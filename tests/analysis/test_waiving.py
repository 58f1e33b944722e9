"""Waivers: what they cover, that they stay on the record, and what they never change."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from running import DEFAULT, checked, files, found, verified

from verifier import pipeline
from verifier.cache.results import Results
from verifier.cache.store import open_store
from verifier.cli.exits import DEFAULT_FAIL_ON, exit_code
from verifier.core.dates import day_number
from verifier.reports.json import render_json

POLICY = """\
policy lending
fact age  : int     reads "the reader's age"
fact rank : int     reads "the reader's rank"
status lent : yes/no  starts no  reads "the item is lent" / "the item is on the shelf"
step lend  reads "the item is lent out" / "the item has been lent out"
  requires young: age < 18 and not lent
  then lent becomes yes
prove never_lent "No item is lent"
  never lent
"""
WAIVER = 'waive W0201 on rank because "the fee will need it"\n'


def test_a_waived_finding_stays_on_the_record() -> None:
    (finding,) = checked(POLICY + WAIVER).findings
    assert finding.diagnostic.code == "W0201"
    assert finding.diagnostic.severity.value == "info"
    assert finding.diagnostic.message == "waived: the fact `rank` is never read"
    assert finding.waived == "the fee will need it"
    run = pipeline.check(["main.policy"], DEFAULT, files({"main.policy": POLICY + WAIVER}))
    assert json.loads(render_json(run))["policies"][0]["diagnostics"][0]["waived"] == "the fee will need it"
    assert exit_code(run, (*DEFAULT_FAIL_ON, "warning")) == 0


@pytest.mark.parametrize(
    ("target", "covers"), [("", True), (" on rank", True), (" on age", False), (" on lend", False)]
)
def test_a_waiver_covers_its_target_or_everything(target: str, covers: bool) -> None:
    (finding,) = checked(f'{POLICY}waive W0201{target} because "so"\n').findings
    assert (finding.waived is not None) == covers


def test_a_waiver_on_an_owner_covers_what_belongs_to_it() -> None:
    text = POLICY.replace("step lend ", "step lend(day: date) ").replace("fact rank", "# fact rank")
    assert found(checked(text)) == ["W0201 the parameter `day` of `lend` is never read"]
    for target in ("lend", "lend.day"):
        (finding,) = checked(f'{text}waive W0201 on {target} because "so"\n').findings
        assert finding.waived == "so"


def test_a_waiver_of_another_code_covers_nothing() -> None:
    (finding,) = checked(POLICY + 'waive W0202 because "so"\n').findings
    assert finding.waived is None


def test_a_waiver_covers_findings_of_the_checker_by_the_item_in_which_they_stand() -> None:
    text = POLICY.replace("age < 18", "age * rank < 18")
    assert [f.diagnostic.code for f in checked(text).findings] == ["W0301"]
    (finding,) = checked(text + 'waive W0301 on lend because "both are small"\n').findings
    assert finding.waived == "both are small"


def test_a_useless_waiver_is_a_finding_of_the_whole_run() -> None:
    text = POLICY.replace("fact rank", "# fact rank") + 'waive W0201 on age because "the fee will need it"\n'
    assert found(checked(text)) == []
    assert found(verified(text)) == ["W0206 there is no finding `W0201` about `age` to waive"]
    assert found(verified(text, pipeline.Options(properties=("never_lent",)))) == []
    assert found(verified(text, pipeline.Options(scenarios_only=True))) == []
    assert found(verified(POLICY + WAIVER)) == ["W0201 waived: the fact `rank` is never read"]


def test_a_waiver_changes_no_verdict() -> None:
    whole = POLICY + WAIVER + 'waive F0104 because "so"\n'
    (result,) = verified(whole).properties
    assert result.verdict == "violated"


ABSENT = """\
policy seats
fact seats : int 1..  reads "the number of seats"
status taken : int 0..10  starts 0  reads "the number of seats taken"
step take  reads "a seat is taken" / "a seat has been taken"
  then taken becomes taken + 1
prove few "No more than ten are taken"
  always taken <= 10 and seats > 0
"""


def test_a_waived_error_keeps_its_promises_unknown() -> None:
    waived = ABSENT + 'waive F0104 on take because "the clerk counts"\n'
    assert [f.diagnostic.severity.value for f in verified(ABSENT).findings] == ["error"]
    result = verified(waived)
    assert [f.waived for f in result.findings] == ["the clerk counts"]
    assert result.findings[0].counterexample is not None
    assert [item.verdict for item in result.properties] == ["unknown"]


def test_waivers_of_a_used_policy_cover_its_own_text_only() -> None:
    base = 'policy base\nfact a : int  reads "a"\ndefine big means a * a > 3\nwaive W0301 because "so"\n'
    text = "policy top\nuse base\nprove p\n  always big implies a * a > 2\n"
    waived = [finding.waived for finding in checked(text, base=base).findings]
    assert sorted(waived, key=str) == [None, "so"]


# ---------------------------------------------------------------- waivers of nothing


@pytest.mark.parametrize(
    ("waiver", "finding"),
    [
        ("waive W0210 on rank", "W0401 there is no finding `W0210`"),
        ("waive E0201 on rank", "W0401 `E0201` cannot be waived"),
        ("waive F0204", "W0401 `F0204` cannot be waived"),
        ("waive W0201 on rang", "E0416 the policy has nothing of the name `rang`"),
        ("waive W0201 on lend.old", "E0416 the policy has nothing of the name `lend.old`"),
    ],
)
def test_a_waiver_must_speak_of_something(waiver: str, finding: str) -> None:
    result = checked(f'{POLICY}{waiver} because "so"\n')
    assert finding in found(result)
    assert (result.program is None) == finding.startswith("E")


def test_a_misspelt_waiver_is_corrected() -> None:
    items = [f.diagnostic for f in checked(POLICY + 'waive W201 on lend.yuong because "so"\n').findings]
    fixes = {fix.replacement for item in items for fix in item.fixes}
    assert fixes == {"W0201", "lend.young"}
    assert {item.span.text for item in items if item.span} == {"W201", "lend.yuong"}


# ---------------------------------------------------------------- until when


def on_day(text: str, today: int | None, **used: str) -> list[str]:
    """What ``verify`` finds on a day."""
    return found(verified(text, replace(DEFAULT, today=today), **used))


UNUSED = "W0201 the fact `rank` is never read"
UNTIL = 'waive W0201 on rank until 2026-03-31 because "the fee will need it"\n'
LAST = day_number(2026, 3, 31)


@pytest.mark.parametrize("today", [None, LAST - 1, LAST])
def test_a_waiver_holds_on_its_last_day_and_where_no_day_is_known(today: int | None) -> None:
    assert on_day(POLICY + UNTIL, today) == ["W0201 waived: the fact `rank` is never read"]


def test_a_waiver_whose_day_has_passed_waives_nothing_and_is_an_error() -> None:
    expired = "F0501 the waiver of `W0201` on `rank` has expired: it was given until 2026-03-31"
    assert on_day(POLICY + UNTIL, LAST + 1) == [UNUSED, expired]
    run = pipeline.check(["main.policy"], replace(DEFAULT, today=LAST + 1), files({"main.policy": POLICY + UNTIL}))
    assert [item.diagnostic.severity.value for item in run.policies[0].findings] == ["warning", "error"]
    assert exit_code(run, DEFAULT_FAIL_ON) == 1
    assert exit_code(pipeline.check(["main.policy"], DEFAULT, files({"main.policy": POLICY + UNTIL})), ()) == 0


def test_another_waiver_may_take_its_place() -> None:
    codes = [line.split()[0] for line in on_day(POLICY + UNTIL + WAIVER, LAST + 1)]
    assert codes == ["W0201", "F0501"]
    assert on_day(POLICY + UNTIL + WAIVER, LAST + 1)[0].startswith("W0201 waived")


def test_an_expired_waiver_cannot_be_waived() -> None:
    again = 'waive F0501 because "soon"\n'
    assert [line.split()[0] for line in on_day(POLICY + UNTIL + again, LAST + 1)] == ["W0401", "W0201", "F0501"]


def test_the_day_of_a_waiver_decides_what_is_found_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store is not None
    read, memory = files({"main.policy": POLICY + UNTIL}), Results(store, "this")

    def codes(today: int) -> tuple[bool, list[str]]:
        run = pipeline.verify(["main.policy"], replace(DEFAULT, today=today), read, memory=memory)
        (result,) = run.policies
        assert result.origin is not None
        return result.origin.cached, [item.diagnostic.code for item in result.findings]

    assert codes(LAST - 5) == (False, ["W0201"])
    assert codes(LAST) == (True, ["W0201"])
    assert codes(LAST + 1) == (False, ["W0201", "F0501"])
    assert codes(LAST + 40) == (True, ["W0201", "F0501"])


def test_an_expired_waiver_of_a_used_policy_is_told_there_and_waives_nothing_here() -> None:
    base = POLICY.replace("policy lending", "policy base").replace("age < 18", "age * rank < 18")
    base += 'waive W0301 on lend until 2026-03-31 because "both are small"\n'
    using = "policy main\nuse base\n"

    def told(text: str, today: int) -> list[str]:
        return [line.partition(": ")[0] for line in on_day(text, today, base=base) if line[:5] in ("W0301", "F0501")]

    assert told(using, LAST) == ["W0301 waived"]
    (product,) = told(using, LAST + 1)
    assert product != "W0301 waived"
    assert [line[:5] for line in told(base, LAST + 1)] == ["W0301", "F0501"]
