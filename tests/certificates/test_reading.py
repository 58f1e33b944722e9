"""Certificates come from anyone: reading never fails but with a reason, and what is written is read back."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from certified import certificates, checked, record_of, rewritten, with_record

from verifier.certificates import file
from verifier.engines.solvers import SolverFault, answers
from verifier.symbolic.functions import body_text
from verifier.symbolic.reading import MOST_DEPTH, Names, Unreadable, names_of, parse_tree, read_term
from verifier.symbolic.terms import BOOL, INT, REAL, Term, Terms, array_sort, enum_sort

COLOUR = enum_sort("colour", ("red", "green", "blue"))


def some_terms(terms: Terms) -> list[Term]:
    """A term of every operator."""
    a, b = terms.var("status a", BOOL), terms.var("status b", BOOL)
    x, y = terms.var("fact x", INT), terms.var("today", INT)
    r, colour = terms.var("fact r", REAL), terms.var("status colour", COLOUR)
    array = terms.var("history array", array_sort(INT))
    red, n = terms.member(COLOUR, "red"), terms.integer
    later = terms.months(x, 3, "up")
    both = terms.and_(a, terms.not_(b))
    return [
        both,
        terms.or_(both, terms.not_(both), terms.eq(colour, red)),
        terms.ite(a, terms.eq(a, b), terms.not_(terms.eq(colour, terms.var("status other", COLOUR)))),
        terms.le(terms.add(terms.scale(2, x), terms.scale(-3, y)), n(-7)),
        terms.lt(r, terms.rational(Fraction(-1, 3))),
        terms.lt(terms.rational(Fraction(5, 2)), terms.scale(Fraction(2, 7), r)),
        terms.eq(terms.to_real(x), r),
        terms.le(later, terms.months(y, -14, "down")),
        terms.le(terms.div(x, 7), terms.mod(y, 12)),
        terms.le(terms.times(x, y), n(4)),
        terms.eq(terms.select(array, x), n(1)),
        terms.eq(terms.store(array, x, n(2)), terms.fill(n(0))),
        terms.eq(terms.ite(a, x, y), later),
    ]


@pytest.mark.parametrize("place", range(13))
def test_a_term_is_read_back_as_itself(place: int) -> None:
    terms = Terms()
    known = some_terms(terms)
    assert len(known) == 13
    term = known[place]
    names = names_of(terms, known)
    assert read_term(terms, parse_tree(body_text(term)), names) is term


def test_shared_parts_are_written_once() -> None:
    terms = Terms()
    term = terms.var("status a", BOOL)
    for index in range(60):
        term = terms.eq(terms.and_(term, terms.var(f"b {index}", BOOL)), terms.or_(term, terms.var(f"c {index}", BOOL)))
    text = body_text(term)
    assert len(text) < 20_000  # written out, there would be 2 ** 60 parts
    assert read_term(terms, parse_tree(text), names_of(terms, [term])) is term


WRONG = [
    ("", "not one whole"),
    ("(and |status a|", "not one whole"),
    ("|status a|)", "never opened"),
    ("(and |status a|) |status a|", "not one whole"),
    ("(forall ((x Int)) true)", "no certificate|uses `forall`"),
    ("(check-sat)", "uses `check-sat`"),
    ("|status unheard of|", "does not have"),
    ("(and |status a| 1)", "well sorted"),
    ("(not |status a| |status a|)", "well sorted"),
    ("(<= |status a| 1)", "well sorted"),
    ("(div |fact x| 0)", "positive number"),
    ("(div |fact x| |fact x|)", "positive number"),
    ("(/ 1.0 0.0)", "divides by zero"),
    ("(* 99999 99999)", "multiplies two numbers"),
    ("(= 1 " + "9" * 500 + ")", "too many digits"),
    ("(|months 99999 up| |fact x|)", "more months"),
    ("(|months 3 up| |status a|)", "more months"),
    ("(= (ite |status a| |status colour| |colour.red|) |colour.red|)", "compares a choice"),
    ("(select (store |history array| 1 1) 2)", "selects from"),
    ("(let ((|status a| true)) |status a|)", "something else than it may"),
    ("(let ((?1 true) (?2 true)) ?1)", "well sorted"),
    ("(" * (MOST_DEPTH + 5) + ")" * (MOST_DEPTH + 5), "too deeply"),
    ('"text"', "no part of a term"),
    ("((as const Int) 1)", "not well sorted|no certificate"),
    ("()", "empty parentheses"),
    ("((lambda) 1)", "well sorted|no certificate"),
    ("__import__", "does not have"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[text[:30] for text, _ in WRONG])
def test_what_is_no_term_is_told(text: str, message: str) -> None:
    terms = Terms()
    names = names_of(terms, some_terms(terms))
    with pytest.raises(Unreadable, match=message):
        read_term(terms, parse_tree(text), names)


def test_depth_costs_no_recursion() -> None:
    terms = Terms()
    a = terms.var("status a", BOOL)
    text = "(ite |status a| |status b| " * 4000 + "|status a|" + ")" * 4000
    names = names_of(terms, [a, terms.var("status b", BOOL)])
    assert read_term(terms, parse_tree(text), names).sort == BOOL


def test_a_name_of_nothing_is_unknown() -> None:
    terms = Terms()
    with pytest.raises(Unreadable):
        read_term(terms, parse_tree("|fact x|"), Names({}, {}, {}))


# ---------------------------------------------------------------- whole files


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "; clauseproof certificate",
        "; clauseproof certificate\n; record",
        "; clauseproof certificate\n; record {",
        "; clauseproof certificate\n; record null\n",
        "; clauseproof certificate\n; record []\n",
        "; clauseproof certificate\n; record " + "[" * 100_000,
        "; clauseproof certificate\n; record " + "9" * 5000,
        '; clauseproof certificate\n; record {"schema_version": "1.0"}\n',
        '; clauseproof certificate\n; record {"schema_version": "9.0"}\n',
        "policy deposit\n",
    ],
)
def test_what_is_no_certificate_is_told(text: str) -> None:
    result = checked(text)
    assert result.outcome == "rejected"
    assert result.reason


def test_what_is_no_text_is_told() -> None:
    assert checked(None).outcome == "rejected"


def test_a_file_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = certificates()["no_house"]
    monkeypatch.setattr(file, "LONGEST", 1000)
    assert "too long" in str(checked(text).reason)


@pytest.mark.parametrize(
    "changed",
    [
        {"promise": 3},
        {"path": "/etc/passwd"},
        {"path": "\ud800.policy"},
        {"path": "nowhere.policy"},
        {"duties": "yes"},
        {"without": [1]},
        {"without": "refund"},
        {"sections": []},
        {"sections": [{"regions": [], "lessons": {"initial": [[99, 1]]}}]},
        {"sections": [{"regions": [], "lessons": {"initial": [[0, 10**12]]}}]},
        {"sections": [{"regions": [], "lessons": {"initial": [[0, 10**9]]}}]},
        {"sections": [{"regions": [], "lessons": {"initial": [[-1, 1]]}}]},
        {"sections": [{"regions": [{"step": None, "into": 0, "fall": None}], "lessons": {}}]},
        {"sections": [{"regions": [{"step": "x", "into": -9, "fall": "1/0"}] * 3, "lessons": {}}]},
        {"tool": None},
        {"solvers": ["z3"]},
    ],
    ids=str,
)
def test_a_wrong_record_is_told(changed: dict[str, object]) -> None:
    for name in ("no_house", "in_february", "free"):
        result = checked(with_record(certificates()[name], **changed))
        assert result.outcome == "rejected"
        assert result.reason


def test_any_change_of_any_character_is_rejected_with_a_reason() -> None:
    """The digests of the tool and the solvers that are said to have checked it are the only words that may differ."""
    draw = random.Random(5)
    texts = [certificates()[name] for name in ("paid_after_out", "in_february", "alike", "free")]
    for _ in range(150):
        text = draw.choice(texts)
        place, how = draw.randrange(len(text)), draw.randrange(3)
        letter = draw.choice('()|"; \n01aZ\\\u2028é')
        mutant = text[:place] + ("" if how == 0 else letter) + text[place + (how != 1) :]
        if mutant == text:
            continue
        result = checked(mutant)
        free = said_of_itself(mutant) != said_of_itself(text)
        assert result.outcome == "rejected" or free, (place, letter, how)


def said_of_itself(text: str) -> object:
    """What a certificate says of those who made it, where it can be read."""
    try:
        record = record_of(text)
        return record["tool"], record["solvers"], record["path"]
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def test_what_was_written_is_what_would_be_written_again() -> None:
    assert [rewritten(text) for text in certificates().values()] == [None] * len(certificates())


def test_a_script_that_a_solver_does_not_understand_is_a_fault() -> None:
    with pytest.raises(SolverFault):
        answers("(assert |unheard of|)\n(check-sat)\n", "z3", 1000, 1000)
