"""The policy in plain English: a golden sentence for every template, numbered clauses, drawings, places of sources."""

from __future__ import annotations

from functools import cache
from pathlib import PurePath

import pytest
from running import DEFAULT, files

from verifier import pipeline
from verifier.checking.sources import Library
from verifier.core.program import Program
from verifier.explain.citations import Cited, cited_sources
from verifier.explain.portrait import portray
from verifier.explain.procedure import Diagram, diagrams
from verifier.explain.promised import say_promise, say_remedy
from verifier.explain.statements import LONGEST_SENTENCE
from verifier.explain.worked import say_scenario
from verifier.symbolic.encoding import clause_labels

POLICY = """\
policy lending "Lending"
source manual "The manual"
actor reader "the reader"
actor staff "the library"
enum Shelf = open "the open shelf" | stack "the stack" | lent "a reader's home"
entity Person
record Loan
  field days : int 0..  reads "days of the loan"
  field late : yes/no
fact minor : yes/no  reads "the reader is a minor" / "the reader is an adult"  [manual 1.1]
fact loans : list of Loan up to 3  reads "earlier loans"
fact paid : money $0..$50  reads "amount paid"
fact rank : int 1..5
fact born : date or none  reads "date of birth"
fact share : percent
status place : Shelf  starts open  reads "the place of the book"
status fine : yes/no  starts no  reads "a fine is due" / "no fine is due"
status holder : Person or none  starts none  reads "the holder"
status odd : yes/no
reading term "what a month is" = calendar "a calendar month" | thirty "thirty days"
assume few: rank < 5 because "nobody has more"
define known means born is not none  reads "the reader is known" / "the reader is not known"
define twice(n: int) means n * 2
decide allowed : yes/no  reads "lending is allowed" / "lending is refused"
  rule adults gives yes if not minor
  rule late gives no if fine and minor
  exception known_minors to late gives yes if known and minor and fine
  exception penniless to all gives no if paid < $1
  otherwise no
table fee(young: yes/no, level: int) : money  reads "the fee"
  row yes, 1 to 2 gives $0
  row any, >= 3 gives $2  [manual 2.1]
  row no,  1 to 2 gives $1
  otherwise $5
step lend(borrower: Person) by staff  reads "the library lends the book" / "the library has lent the book"  [manual 1.2]
  requires shelved: place is not lent
  requires ok: allowed
  then place becomes lent, holder becomes borrower, fine becomes minor
step give_back by reader  reads "the reader returns the book" / "the reader has returned the book"
  requires place is lent
  then place becomes stack, holder becomes none
step reshelve by staff  reads "the library shelves the book" / "the library has shelved the book"
  requires place is stack
  then place becomes open
step greet  reads "somebody greets" / "somebody has greeted"
duty returning: give_back by reader within 30 days of lend unless minor  [manual 3.1]
"""
PROMISES = {
    "always fine implies minor": "Whenever a fine is due, this holds: the reader is a minor.",
    "always fine or not minor": "It is always so that a fine is due or the reader is an adult.",
    "never fine": "It never happens that a fine is due.",
    "never fine while minor": "While the reader is a minor, it never happens that a fine is due.",
    "never place changes while fine": "It never happens that the place of the book changes while a fine is due.",
    "possible place is lent": "It can happen that the place of the book is a reader's home.",
    "always possible place is open": (
        "Whatever has happened so far, it can still come about that the place of the book is the open shelf."
    ),
    "give_back only if minor": "The reader returns the book only if the reader is a minor.",
    "give_back only after lend": "The reader returns the book only after the library has lent the book.",
    "give_back only after lend unless minor": (
        "The reader returns the book only after the library has lent the book, unless the reader is a minor."
    ),
    "give_back only after lend within 9 days": (
        "The reader returns the book only if the library has lent the book within the last 9 days."
    ),
    "never lend after reshelve": (
        "It never happens that the library lends the book once the library has shelved the book."
    ),
    "after reshelve, not fine": "Once the library has shelved the book, this holds: no fine is due.",
    "after reshelve, not fine until lend": (
        "Once the library has shelved the book, and until it happens that the library lends the book, this holds: "
        "no fine is due."
    ),
    "after lend, give_back within 30 days": (
        "Whenever it happens that the library lends the book, within 30 days it follows that the reader returns the "
        "book."
    ),
    "allowed depends only on minor, paid": (
        "Whether lending is allowed: this depends on nothing but whether the reader is a minor and the amount paid."
    ),
    "more paid never lowers allowed": (
        "Of two cases alike but for the amount paid, the one with more can never lose this: lending is allowed."
    ),
    "more paid never raises share": (
        "Of two cases alike but for the amount paid, the one with more can never be higher in this: the share."
    ),
    "allowed equals known": (
        "In every case, either both of these hold or neither does: lending is allowed; the reader is known."
    ),
    "fee(yes, 1) equals fee(no, 1)": "The fee for yes and 1 always equals the fee for no and 1.",
    "minor never both known": "These two never hold at once: the reader is a minor; the reader is known.",
}
CLAUSES = {
    "manual": "“The manual”, cited as manual.",
    "staff": "The library.",
    "Shelf": "“shelf” is one of: the open shelf, the stack or a reader's home.",
    "Person": "Of each “person” only its identity counts.",
    "Loan": "Of each loan it is known: days of the loan (a whole number, at least 0); late (yes or no).",
    "known": "“the reader is known” means that the date of birth exists.",
    "twice": "“twice” (for “n”, a whole number) means “n” times 2.",
    "minor": "Whether the reader is a minor.",
    "loans": "The earlier loans: a list of at most 3, each of them a loan.",
    "paid": "The amount paid: an amount of money from $0.00 to $50.00.",
    "rank": "The rank: a whole number from 1 to 5.",
    "born": "The date of birth: a date, or none.",
    "share": "The share: a percentage.",
    "place": "The place of the book: one of: the open shelf, the stack or a reader's home.",
    "place.starts": "At the start, the place of the book is the open shelf.",
    "fine.starts": "At the start, no fine is due.",
    "odd": "The odd: yes or no.",
    "term": "What a month is: a calendar month; thirty days.",
    "few": "It is assumed that the rank is less than 5.",
    "allowed": "Whether lending is allowed.",
    "allowed.adults": "Lending is allowed if the reader is an adult.",
    "allowed.known_minors": (
        "As an exception to rule 2 of this list: lending is allowed if all of this holds: the reader is known; "
        "the reader is a minor; a fine is due."
    ),
    "allowed.penniless": "As an exception to every rule: lending is refused if the amount paid is less than $1.00.",
    "allowed.otherwise": "Otherwise, lending is refused.",
    "fee": "The fee: an amount of money, for a given young (yes or no) and level (a whole number).",
    "fee.row.2": "The fee is $2.00 if the level is at least 3.",
    "lend": "The library lends the book. Who acts: the library. It comes with borrower (one particular person).",
    "lend.shelved": "It requires that the place of the book is not a reader's home.",
    "lend.then.place": "After it, the place of the book is a reader's home.",
    "lend.then.fine": "By it, “a fine is due” holds exactly when the reader is a minor.",
    "give_back.then.holder": "After it, the holder is none.",
    "returning": (
        "Within 30 days after it happens that the library lends the book, it must follow that the reader returns the "
        "book. Who must see to it: the reader. Not so where the reader is a minor."
    ),
}


@cache
def checked(text: str) -> Program:
    run = pipeline.check(["lending.policy"], DEFAULT, files({"lending.policy": text}))
    program = run.policies[0].program
    assert program is not None, [item.diagnostic.message for item in run.policies[0].findings]
    assert [item.diagnostic.message for item in run.policies[0].findings if item.diagnostic.code.startswith("E")] == []
    return program


@pytest.mark.parametrize("form", PROMISES)
def test_each_form_of_promise_has_its_sentence(form: str) -> None:
    program = checked(f"{POLICY}prove it\n  {form}\n")
    assert say_promise(program.promises[0].form, program).text == PROMISES[form]


@pytest.mark.parametrize("label", CLAUSES)
def test_each_kind_of_clause_has_its_sentence(label: str) -> None:
    clause = portray(checked(POLICY)).find(label)
    assert clause is not None
    assert clause.said.text == CLAUSES[label]


def test_a_status_without_a_start_says_so() -> None:
    clause = portray(checked(POLICY)).find("odd")
    assert clause is not None
    assert [part.said.text for part in clause.parts] == ["At the start, this may be either."]


def test_every_clause_that_a_proof_may_name_is_told() -> None:
    program = checked(POLICY)
    portrait = portray(program)
    assert [label for label in clause_labels(program) if portrait.find(label) is None] == []


def test_numbers_are_distinct_and_in_order() -> None:
    numbers = [[int(part) for part in clause.number.split(".")] for clause in portray(checked(POLICY)).clauses]
    assert numbers == sorted(numbers)
    assert len({tuple(number) for number in numbers}) == len(numbers)


def test_a_long_condition_becomes_a_list() -> None:
    long = "minor and fine and known and allowed and paid < $3 and place is lent"
    program = checked(f"{POLICY}prove it\n  give_back only if {long}\n")
    said = say_promise(program.promises[0].form, program)
    assert said.lead == "The reader returns the book only if all of this holds:"
    assert [item.lead for item in said.items][:2] == ["the reader is a minor", "a fine is due"]
    assert all(len(item.lead.split()) <= LONGEST_SENTENCE for item in said.items)


def test_alternatives_inside_a_list_stay_apart() -> None:
    either = "(minor or fine or known or paid < $3 or place is lent or rank > 3 or share > 5%)"
    program = checked(f"{POLICY}prove it\n  give_back only if allowed and {either}\n")
    said = say_promise(program.promises[0].form, program)
    assert said.lead == "The reader returns the book only if all of this holds:"
    assert [item.lead for item in said.items] == ["lending is allowed", "at least one of these holds:"]
    assert len(said.items[1].items) == 7


def test_a_table_is_told_by_its_columns() -> None:
    clause = portray(checked(POLICY)).find("fee")
    assert clause is not None
    assert clause.grid is not None
    assert clause.grid.heads == ("Young", "Level", "Outcome")
    assert clause.grid.rows[1:] == (
        ("any", "at least 3", "$2.00"),
        ("young is no", "between 1 and 2", "$1.00"),
        ("any other", "any other", "$5.00"),
    )


def test_a_remedy_is_named_where_one_is_known() -> None:
    program = checked(f"{POLICY}prove it\n  give_back only if minor\nprove other\n  never fine\n")
    told = [say_remedy(promise.form, program) for promise in program.promises]
    assert told == ["Requiring, where the reader returns the book, that the reader is a minor.", None]


def test_a_scenario_is_told_by_what_is_given_done_and_expected() -> None:
    scenario = """\
scenario it
  given minor, paid = $2
  on 2020-01-31 greet
  expect cannot lend(borrower_of_it) because shelved, not fine
  after 1 month rounding down
  expect fine
"""
    text = f'{POLICY}fact borrower_of_it : Person  reads "borrower"\n{scenario}'
    program = checked(text)
    told = [(label, said.text) for label, said in say_scenario(program.scenarios[0], program)]
    refused = "It cannot happen that the library lends the book (borrower: the borrower), since this is not so: "
    assert told == [
        ("Given", " The reader is a minor; The amount paid is $2.00."),
        ("Then", " The day is 2020-01-31; Somebody greets."),
        ("Expected", f" {refused}the place of the book is not a reader's home; No fine is due."),
        ("Then", "Time passes: 1 month (rounding down)."),
        ("Expected", "A fine is due."),
    ]


# ---------------------------------------------------------------- drawings


def arrows(diagram: Diagram) -> list[tuple[int, int, tuple[str, ...]]]:
    return [(arc.source, arc.target, arc.steps) for arc in diagram.arcs]


def test_a_status_is_drawn_with_the_steps_that_change_it() -> None:
    (place,) = diagrams(checked(POLICY))
    assert place.boxes == ("the open shelf", "the stack", "a reader's home")
    assert place.start == 0
    assert arrows(place) == [(0, 2, ("lend",)), (1, 0, ("reshelve",)), (1, 2, ("lend",)), (2, 1, ("give_back",))]
    assert place.arcs[0].said == "From “the open shelf” to “a reader's home”: the library lends the book."


def test_a_value_that_comes_with_the_step_is_one_that_it_allows() -> None:
    text = """\
policy p
enum E = a | b | c
status e : E  starts a
step go(x: E)
  requires x is not a
  requires e is a or e is b
  then e becomes x
step back
  requires not (e is in {a, b})
  then e becomes if e is c then a else b
"""
    (drawn,) = diagrams(checked(text))
    assert arrows(drawn) == [(0, 1, ("go",)), (0, 2, ("go",)), (1, 2, ("go",)), (2, 0, ("back",)), (2, 1, ("back",))]


def test_without_such_a_status_the_steps_are_drawn() -> None:
    text = """\
policy p
status s : yes/no  starts no
step one
  then s becomes yes
step two
  requires s
step three
  requires two has happened
step apart
  requires not s
"""
    (drawn,) = diagrams(checked(text))
    assert [(arc.source, arc.target) for arc in drawn.arcs] == [(0, 1), (1, 2)]
    assert diagrams(checked("policy p\nfact f : yes/no\n")) == ()


# ---------------------------------------------------------------- sources

CITING = """\
policy p
source law "The law" from "law.txt"
fact f : yes/no  [law 1.1]
fact g : yes/no  [law {place}]
prove q "Q" [law 1.1]
  never f and not f
"""


def covered(text: str | bytes | None, place: str = "2.2") -> Cited:
    run = pipeline.check(["texts/p.policy"], DEFAULT, files({"texts/p.policy": CITING.format(place=place)}))
    program = run.policies[0].program
    assert program is not None
    content = text.encode() if isinstance(text, str) else text
    (found,) = cited_sources(program, Library({str(PurePath("texts/law.txt")): content}.get))
    return found


def places(found: Cited) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(item.locator, item.text, item.clauses) for item in found.passages]


def test_sentences_are_counted_where_the_text_does_not_mark_them() -> None:
    found = covered("One rule of the U.S. Code. Two “rules.” Three\nrules!\n\nMr. Four has v. 5 rules. Five?\n")
    assert found.counted == "counted"
    assert places(found) == [
        ("1.1", "One rule of the U.S. Code.", ("f",)),
        ("1.2", "Two “rules.”", ()),
        ("1.3", "Three rules!", ()),
        ("2.1", "Mr. Four has v. 5 rules.", ()),
        ("2.2", "Five?", ("g",)),
    ]
    assert [item.cited for item in found.passages] == [True, False, False, False, True]
    assert found.passages[0].promises == ("q",)


def test_the_marks_of_the_text_come_first() -> None:
    found = covered("Title\n1.1 First\nrule.\n[1.2] Second. Still second.\n§ 2.2: Third.\n")
    assert found.counted == "marked"
    assert places(found) == [
        ("1.1", "First rule.", ("f",)),
        ("1.2", "Second. Still second.", ()),
        ("2.2", "Third.", ("g",)),
    ]


def test_a_whole_paragraph_can_be_cited() -> None:
    found = covered("One. Two.\n\nThree. Four.\n", place="2")
    assert [item.clauses for item in found.passages] == [("f",), (), ("g",), ("g",)]
    assert found.find("2") == "2.1"


@pytest.mark.parametrize(
    ("text", "counted"),
    [("One.\n", "unfit"), (None, "unread"), (b"\xff\xfe", "unread"), ("<html>One.</html>", "unread"), ("", "unfit")],
)
def test_nothing_is_called_left_out_where_places_are_not_sure(text: str | bytes | None, counted: str) -> None:
    found = covered(text)
    assert found.counted == counted
    assert [(item.locator, item.text, item.cited) for item in found.passages] == [("1.1", "", True), ("2.2", "", True)]
