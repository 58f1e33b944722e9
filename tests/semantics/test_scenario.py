"""Scenarios in one concrete case."""

from __future__ import annotations

import pytest
from playing import case, program

from verifier.core.types import Value
from verifier.semantics.scenario import Failed, NotApplicable, Passed, play
from verifier.semantics.scenario_cases import scenario_verdict

DECLARATIONS = """
fact convicted : yes/no
fact grade : int or none
status n : int 0..5 starts 0
status late : yes/no starts no
step add(x: int 0..3)
  requires small: x < 3
  requires not late
  requires room: n + x <= 5
  then n becomes n + x
step risky
  requires grade > 1
step ask
step answer
step delay
  then late becomes yes
duty answer within 2 days of ask
"""

# clauses, facts, start date, "passed" | "n/a" | (kind, name)
CASES: list[tuple[str, dict[str, Value], str, object]] = [
    ("when add(1), add(2) expect n is 3", {}, "2012-04-23", "passed"),
    ("when add(1) expect n is 2", {}, "2012-04-23", ("expectation", "")),
    ("given convicted expect n is 1", {}, "2012-04-23", "n/a"),
    ("given convicted expect n is 0", {"convicted": True}, "2012-04-23", "passed"),
    # `given` describes the start, wherever it stands
    ("when add(1) given n is 0 expect n is 1", {}, "2012-04-23", "passed"),
    ("when add(1) given n is 1 expect n is 1", {}, "2012-04-23", "n/a"),
    # arguments are evaluated in the state before the step
    ("when add(1), add(n), add(n - 1) expect n is 3", {}, "2012-04-23", "passed"),
    # refused steps
    ("when add(3)", {}, "2012-04-23", ("refused", "small")),
    ("when delay, add(1)", {}, "2012-04-23", ("refused", "requires.2")),
    ("when add(2), add(2), add(2)", {}, "2012-04-23", ("refused", "room")),
    ("when add(n + 4)", {}, "2012-04-23", ("argument", "x")),
    ("when risky", {}, "2012-04-23", ("error", "grade")),
    ("when risky", {"grade": 2}, "2012-04-23", "passed"),
    ("when risky", {"grade": 1}, "2012-04-23", ("refused", "requires.1")),
    # cannot
    ("expect cannot add(3)", {}, "2012-04-23", "passed"),
    ("expect cannot add(1)", {}, "2012-04-23", ("possible", "add")),
    ("expect cannot add(n - 1)", {}, "2012-04-23", "passed"),
    ("expect cannot add(3) because small", {}, "2012-04-23", "passed"),
    ("expect cannot add(3) because room", {}, "2012-04-23", ("possible", "room")),
    # … whatever else is false, also before it
    ("when delay expect cannot add(3) because add.requires.2", {}, "2012-04-23", "passed"),
    ("when add(2), add(2) expect cannot add(3) because room", {}, "2012-04-23", "passed"),
    ("expect cannot risky", {}, "2012-04-23", ("error", "grade")),
    ("expect cannot risky because risky.requires.1", {"grade": 1}, "2012-04-23", "passed"),
    ("expect grade > 1", {}, "2012-04-23", ("error", "grade")),
    # dates
    ("on 2012-04-25 expect today is 2012-04-25", {}, "2012-04-23", "n/a"),
    ("on 2012-04-25 expect today is 2012-04-25", {}, "2012-04-25", "passed"),
    ("when ask on 2012-04-25 expect date of ask is today", {}, "2012-04-25", "passed"),
    ("on 2012-04-25 ask on 2012-04-26 expect date of ask is today", {}, "2012-04-25", ("expectation", "")),
    ("on 2012-04-25 on 2012-04-27 delay expect today is 2012-04-27", {}, "2012-04-25", "passed"),
    ("on 2012-04-25 after 3 days, delay expect today is 2012-04-28", {}, "2012-04-25", "passed"),
    ("on 2013-01-15 after 1 months expect today is 2013-02-15", {}, "2013-01-15", "passed"),
    ("after 1 months", {}, "2013-01-31", ("date", "today")),
    ("after 1 months rounding up expect today is 2013-03-01", {}, "2013-01-31", "passed"),
    ("after 1 months rounding down expect today is 2013-02-28", {}, "2013-01-31", "passed"),
    ("on 2013-01-31 after 1 months rounding up expect today is 2013-03-01", {}, "2013-01-31", "passed"),
    ("after 3 days rounding up expect today is 2013-02-03", {}, "2013-01-31", "passed"),
    ("after 1 months expect today is 2013-02-28", {}, "2013-01-28", "passed"),
    ("after 2 weeks expect today is 2012-05-07", {}, "2012-04-23", "passed"),
    # duties
    ("when ask after 2 days, answer after 9 days", {}, "2012-04-23", "passed"),
    ("when ask after 3 days", {}, "2012-04-23", ("duty", "duty.1")),
    ("on 2012-04-23 ask on 2012-04-26", {}, "2012-04-23", ("duty", "duty.1")),
]


@pytest.mark.parametrize(("clauses", "facts", "at", "expected"), CASES, ids=[text for text, *_ in CASES])
def test_play(clauses: str, facts: dict[str, Value], at: str, expected: object) -> None:
    checked = program(f"{DECLARATIONS}\nscenario s {clauses}")
    given: dict[str, Value] = {"convicted": False, "grade": None, **facts}
    played = play(checked, checked.scenarios[0], case(checked, at, **given))
    match played:
        case Passed():
            assert expected == "passed"
        case NotApplicable():
            assert expected == "n/a"
        case Failed(kind=kind, name=name):
            assert (kind, name) == expected


def test_a_failure_tells_where_it_stopped() -> None:
    checked = program(f"{DECLARATIONS}\nscenario s when add(1), add(3), add(1)")
    played = play(checked, checked.scenarios[0], case(checked, convicted=False, grade=None))
    assert isinstance(played, Failed)
    assert played.clause is checked.scenarios[0].clauses[0]
    assert played.run is not None
    assert played.run.last.statuses["n"] == 1
    assert played.occurrence is not None
    assert (played.expected, played.got) == ("`add` is possible", "`small` is false")


def test_a_forbidden_wait_stops_on_the_last_possible_day() -> None:
    checked = program(f"{DECLARATIONS}\nscenario s when ask after 9 days")
    played = play(checked, checked.scenarios[0], case(checked, convicted=False, grade=None))
    assert isinstance(played, Failed)
    assert played.run is not None
    assert played.run.last.today == played.run.case.start + 2


EXCLUDED = """
fact n : int
status level : int 0..2 starts n
assume positive: n >= 0 because "it is so"
scenario s given n < 9 expect level is n"""


@pytest.mark.parametrize(
    ("n", "expected"), [(1, Passed), (-1, NotApplicable), (9, NotApplicable), (5, Failed)]
)  # given and assumptions exclude a case before its start can err
def test_cases_that_cannot_start(n: int, expected: type) -> None:
    checked = program(EXCLUDED)
    assert isinstance(play(checked, checked.scenarios[0], case(checked, n=n)), expected)


def test_readings_and_open_statuses_belong_to_the_case() -> None:
    checked = program("""
reading presence "what it means" = in_person | by_video
status open_status : int 0..2
scenario s given open_status is 1 expect presence is by_video""")
    scenario = checked.scenarios[0]
    assert isinstance(play(checked, scenario, case(checked, presence="by_video", open_status=1)), Passed)
    assert isinstance(play(checked, scenario, case(checked, presence="in_person", open_status=1)), Failed)
    assert isinstance(play(checked, scenario, case(checked, presence="in_person", open_status=2)), NotApplicable)


OPEN = """
fact convicted : yes/no
fact grade : int 0..2
status lawyer : yes/no
status done : yes/no starts no
step act
  requires lawyer or grade > 0
  then done becomes yes
scenario s {clauses}"""


@pytest.mark.parametrize(
    ("clauses", "passed", "applicable"),
    [
        ("given lawyer when act expect done", True, 6),
        ("given lawyer, grade is 1 when act", True, 2),
        ("when act", False, 1),  # fails in the first case: grade 0, no lawyer
        ("given convicted, grade is 0, not lawyer expect cannot act", True, 1),
        ("given grade > 1 and grade < 1 when act", True, 0),
        ("given lawyer on 2012-04-23 act after 1 months expect today is 2012-05-23", True, 6),
    ],
)
def test_facts_that_are_left_out_may_be_anything(clauses: str, passed: bool, applicable: int) -> None:
    checked = program(OPEN.format(clauses=clauses))
    found = scenario_verdict(checked, checked.scenarios[0])
    assert found is not None
    assert (found.passed, found.applicable) == (passed, applicable)
    assert (found.case is None) == passed


@pytest.mark.parametrize("clauses", ["expect today > 2012-04-23", "after 1 months expect not done"])
def test_an_open_start_date_that_matters_is_not_tried(clauses: str) -> None:
    checked = program(OPEN.format(clauses=clauses))
    assert scenario_verdict(checked, checked.scenarios[0]) is None
