"""One fault, one report: nothing that follows from a fault is complained about again."""

from __future__ import annotations

import pytest
from checking_cases import check_text, codes

BASE = """
policy permits
enum Outcome = open | granted
fact resident : yes/no
status outcome : Outcome starts open
step apply
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fact x : Nothing define y means x and resident", ["E0204"]),
        ("fact x : Nothing define y means x is granted", ["E0204"]),
        ("fact x : Nothing step s then outcome becomes x", ["E0204"]),
        ("status x : Nothing starts open step s then x becomes granted", ["E0204"]),
        ("step s(x: Nothing) requires x is open step t requires s(open) has happened", ["E0204"]),
        ("decide d(x: Nothing) : yes/no rule a gives yes if x is open define e means d(open)", ["E0204"]),
        ("record R field x : Nothing fact l : list of R up to 3 define y means some e in l has e.x is open", ["E0204"]),
        ("define y means nothing and resident define z means y and y prove p always z", ["E0202"]),
        ("define y means nothing is granted", ["E0202"]),
        ("define y means outcome + 3 days > 3", ["E0304"]),
        ("prove p always nothing has happened while nothing has happened", ["E0203"]),
        ("prove p nothing(x) only if x is open", ["E0203"]),
        ("prove p after nothing(x), nothing(x) within 3 days", ["E0203"]),
        ("define x means not x define y means x and not y", ["E0401", "E0401"]),
        ("fact outcome : int define y means outcome > 3", ["E0201"]),
    ],
)
def test_what_follows_from_a_fault_is_not_another_one(text: str, expected: list[str]) -> None:
    assert codes(check_text(BASE + text)) == expected


def test_a_name_missing_in_many_places_is_reported_once() -> None:
    text = "step s by unknown_one actor office step t by unknown_one step u by unknown_one"
    [found] = check_text(BASE + text).diagnostics
    assert found.code == "E0205"
    assert len(found.labels) == 2


def test_several_faults_are_all_reported() -> None:
    text = "fact a : Nothing define b means resident > c step s then resident becomes yes"
    assert sorted(codes(check_text(BASE + text))) == ["E0202", "E0204", "E0405"]


@pytest.mark.parametrize("item", ["fact kind : : Outcome", "status kind Outcome", "define kind means means resident"])
def test_what_a_misread_item_declares_is_not_unknown(item: str) -> None:
    checked = check_text(f"{BASE}{item}\nstep s\n  requires kind is open\n  then kind becomes granted\n")
    assert checked.program is None
    assert all(code.startswith("E01") for code in codes(checked))


@pytest.mark.parametrize(
    "item",
    [
        "status book : shelf | desk starts shelf",
        "status book : {shelf, desk}",
        "fact book : one of shelf, desk",
        'fact book : shelf or desk reads "the book"',
        "fact page, book, spine : yes/no",
    ],
)
def test_what_stands_where_a_type_could_not_be_read_is_not_unknown(item: str) -> None:
    uses = "step s\n  requires book is shelf\nprove p never book is desk\n"
    assert codes(
        check_text(f"{BASE}{item}\n{uses if 'shelf' in item else 'prove p always book or page or spine'}")
    ) == ["E0101"]


@pytest.mark.parametrize("item", ["step give-it", "step give it by office", 'enum Stage = give_it "a | b "b" | c "c"'])
def test_what_a_broken_declaration_seems_to_name_is_not_unknown(item: str) -> None:
    use = "prove p always resident implies give_it is open" if "enum" in item else "prove p never give_it after give_it"
    assert [code for code in codes(check_text(f"{BASE}{item}\n{use}")) if not code.startswith("E01")] == []


def test_a_missing_declaration_is_one_error_whatever_its_uses_ask_for() -> None:
    text = "step s\n  requires lost\n  then lost becomes yes\nprove p resident depends only on lost"
    [found] = check_text(BASE + text).diagnostics
    assert (found.code, found.message.partition(" is ")[0]) == ("E0202", "`lost`")
    assert [label.message for label in found.labels] == ["and here"] * 2


@pytest.mark.parametrize(
    ("declared", "uses", "span"),
    [
        ("status Dose : int starts 0", "step s\n  requires dose < 3\n  then dose becomes dose + 1", "Dose"),
        (
            "enum Stage = bgeun | last\nfact at : Stage",
            "define a means at is begun\ndefine b means at is begun",
            "bgeun",
        ),
        ("step s\n  requires Fit: resident", "scenario t expect cannot s because fit, cannot s because fit", "Fit"),
    ],
)
def test_a_misspelt_declaration_is_one_error_at_the_declaration(declared: str, uses: str, span: str) -> None:
    [found] = check_text(f"{BASE}{declared}\n{uses}").diagnostics
    assert found.span is not None
    assert found.span.text == span
    assert "but always used as" in found.message
    assert [fix.span.text for fix in found.fixes] == [span]


def test_a_misspelling_beside_right_uses_is_corrected_where_it_is() -> None:
    text = "define a means resident\ndefine b means residnt\ndefine c means residnt"
    found = check_text(BASE + text).diagnostics
    assert [item.span.text for item in found if item.span] == ["residnt", "residnt"]


def test_a_requirement_that_could_not_be_read_is_not_missing() -> None:
    text = 'step s\ntext "a" / "b"\n  requires fit: resident\nscenario t expect cannot s because fit'
    assert codes(check_text(BASE + text)) == ["E0102"]
