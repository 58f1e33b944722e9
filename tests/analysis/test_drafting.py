"""Slips of drafting that show in the text alone: each is found, and what only looks like one is not."""

from __future__ import annotations

import sys

import pytest
from running import checked, found

USED = """\
policy lending
source code "The library code"
actor clerk
enum Kind = book | film
entity Reader
record Copy
  field worn : yes/no
fact kind : Kind  reads "the kind of item"
fact copies : list of Copy up to 2  reads "the copies"
fact member : yes/no  reads "the reader is a member" / "the reader is no member"
reading late "From when on is an item late?" = first_day | second_day
status lent : yes/no  starts no  reads "the item is lent" / "the item is on the shelf"
status reader : Reader or none  starts none  reads "the reader"
define lendable means kind is book and some copy in copies has not copy.worn
table limit(kind: Kind) : int
  row book gives 3
  row film gives 1
step lend(borrower: Reader) by clerk  reads "the item is lent out" / "the item has been lent out"
  requires lendable and member and limit(kind) > 0 and late is first_day
  requires reader is none and not lent
  then reader becomes borrower, lent becomes yes
prove lent_once "A lent item is not lent again" [code 1]
  lend only if not lent
"""


def test_what_is_used_is_not_reported() -> None:
    assert found(checked(USED)) == []


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ('source other "Another text"', "the source `other` is never cited"),
        ("actor judge", "the actor `judge` takes no step"),
        ("enum Colour = red | green", "the enum `Colour` is the type of nothing"),
        ("entity Judge", "the entity `Judge` is the type of nothing"),
        ('fact age : int reads "the age"', "the fact `age` is never read"),
        ('reading weekend "Is Saturday a holiday?" = it_is | it_is_not', "the reading `weekend` is never read"),
        ("define late_item means lent", "the definition `late_item` is never read"),
        ("record Page\n  field torn : yes/no", "the record `Page` is the type of nothing"),
    ],
)
def test_an_unused_name_is_reported(line: str, finding: str) -> None:
    assert finding in found(checked(USED + line + "\n"), "W0201")


def test_an_unread_status_is_reported_although_it_changes() -> None:
    text = USED.replace("lent becomes yes", "lent becomes yes, tagged becomes yes")
    text += 'status tagged : yes/no  starts no  reads "the item is tagged" / "the item is not tagged"\n'
    result = checked(text)
    assert found(result) == ["W0201 the status `tagged` is never read"]
    advice = "`lend` changes it; a guard such as `requires not tagged` was probably meant, or a promise about it"
    assert result.findings[0].diagnostic.help == advice


def test_an_unread_field_is_reported() -> None:
    text = USED.replace("  field worn : yes/no\n", "  field worn : yes/no\n  field torn : yes/no\n")
    assert found(checked(text)) == ["W0201 the field `torn` of `Copy` is never read"]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("lend(borrower: Reader)", "lend(borrower: Reader, day: date)", "the parameter `day` of `lend` is never read"),
        ("define lendable means kind", "define lendable(n: int) means kind", "`n` of `lendable` is never read"),
        ("row book gives 3\n  row film gives 1", "row any gives 1", "the parameter `kind` of `limit` is never read"),
    ],
)
def test_an_unread_parameter_is_reported(old: str, new: str, finding: str) -> None:
    text = USED.replace(old, new)
    if "define" in old:
        text = text.replace("requires lendable", "requires lendable(3)")
    assert any(finding in message for message in found(checked(text), "W0201"))


@pytest.mark.parametrize(
    "use",
    [
        "prove told_apart [code 2]\n  lend(who) only if reader is not who",
        "prove told_apart [code 2]\n  after lend(who), reader is who until lend(who)",
        'fact guest : Reader reads "the guest"\nprove told_apart [code 2]\n  never lend(guest) has happened and member',
    ],
)
def test_a_parameter_that_tells_occurrences_apart_is_used(use: str) -> None:
    text = USED.replace("then reader becomes borrower, lent", "then lent")
    assert found(checked(text), "W0201") == ["the parameter `borrower` of `lend` is never read"]
    assert found(checked(f"{text}{use}\n"), "W0201") == []


def test_what_shows_in_a_scenario_that_it_makes_no_difference_is_used() -> None:
    text = USED + 'fact age : int reads "the age"\nscenario old "Age"\n  given age = 90, lent\n  expect age > 80\n'
    assert found(checked(text), "W0201") == []


def test_a_vocabulary_is_for_others() -> None:
    words = 'policy words\nsource code "The code"\nactor clerk\nfact age : int  reads "the age"\n'
    assert found(checked(words)) == []
    assert found(checked(words + "decide adult : yes/no\n  otherwise no\n"), "W0201") != []


def test_names_of_a_used_policy_are_its_own_concern() -> None:
    assert (
        found(
            checked(
                USED.replace("policy lending\n", "policy lending\nuse words\n"), words="policy words\nfact a : int\n"
            )
        )
        == []
    )


# ---------------------------------------------------------------- promises, phrases, statuses


def test_a_promise_without_a_citation_is_reported_where_there_is_a_source() -> None:
    text = USED.replace(" [code 1]", "")
    assert found(checked(text), "W0202") == ["the promise `lent_once` does not say which text it comes from"]
    cited = text.replace("fact member", "# [code 3]\nfact member").replace('source code "The library code"\n', "")
    assert found(checked(cited)) == []


def test_promises_without_citations_are_one_warning() -> None:
    text = USED.replace(" [code 1]", "") + "prove again\n  always lent or not lent\n"
    message = "the promises `lent_once` and `again` do not say which text they come from"
    assert found(checked(text), "W0202") == [message]
    waived = found(checked(text + 'waive W0202 on again because "it is about logic"\n'), "W0202")
    assert waived == [
        "the promise `lent_once` does not say which text it comes from",
        "waived: the promise `again` does not say which text it comes from",
    ]
    assert found(checked(text + 'waive W0202 because "no"\n'), "W0202") == [f"waived: {message}"]


def test_that_something_is_possible_needs_no_citation() -> None:
    text = USED.replace("lend only if not lent", "lend only if not lent\nprove lent_some_day\n  possible lent")
    assert found(checked(text)) == []


def test_missing_phrases_are_one_remark() -> None:
    text = USED.replace('  reads "the item is lent" / "the item is on the shelf"', "").replace(
        '  reads "the copies"', ""
    )
    result = checked(text)
    assert found(result, "W0203") == ["`copies` and `lent` have no phrases, so that findings show the bare name"]
    assert result.findings[0].diagnostic.severity.value == "info"


def test_a_status_that_no_step_changes_is_reported() -> None:
    text = USED.replace("reader becomes borrower, lent becomes yes", "reader becomes borrower")
    assert found(checked(text)) == ["W0204 no step changes the status `lent`"]
    assert found(checked(text.replace("lent : yes/no  starts no", "lent : yes/no"))) == []


def test_a_policy_without_steps_may_leave_its_statuses_to_others() -> None:
    text = (
        'policy words\nstatus lent : yes/no  starts no  reads "it is lent" / "it is not lent"\nprove p\n  never lent\n'
    )
    assert found(checked(text)) == []


def test_checking_loads_no_solver() -> None:
    assert found(checked(USED)) == []
    import subprocess

    script = (
        "import sys\nfrom running import checked\n"
        f"checked({USED!r})\nprint('z3' in sys.modules, 'verifier.symbolic.system' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=_environment()
    )
    assert done.stdout == "False False\n"


def _environment() -> dict[str, str]:
    import os
    from pathlib import Path

    root = Path(__file__).parents[2]
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(root), str(root / "tests" / "support")))}
