"""What authors are told about their slips: the code, the place, the words and the correction."""

from __future__ import annotations

import pytest
from parsing import line_of, only_problem, parsed, problems

from verifier.diagnostics.model import Diagnostic, Severity
from verifier.source import SourceFile
from verifier.syntax.parser import parse, parse_expression, parse_form

SLIPS = [
    # text, code, what is marked, part of the message
    ("define a means b and c or d", "E0103", "or", "`and` and `or` stand side by side"),
    ("define a means b or c and d", "E0103", "and", "`or` and `and` stand side by side"),
    ("fact rule : int", "E0104", "rule", "`rule` is a word of the language"),
    ("define a means status is b", "E0104", "status", "`status` is a word of the language"),
    ("prove p s(given) only if given is b", "E0104", "given", "`given` is a word of the language"),
    ("define a means b == c", "E0107", "==", "`==` is not an operator"),
    ("define a means b != c", "E0107", "!=", "`!=` is not an operator"),
    ("define a means b && c", "E0107", "&&", "`&&` is not an operator"),
    ("define a means b || c", "E0107", "||", "`||` is not an operator"),
    ("define a means !b", "E0107", "!", "`!` is not an operator"),
    ("define a means b => c", "E0107", "=>", "`=>` is not an operator"),
    ("define a means b ≥ 3", "E0107", "≥", "`≥` is not an operator"),
    ("define a means b is at least 3", "E0107", "is at least", "`is at least` is not an operator"),
    ("define a means b more than 3", "E0107", "more than", "`more than` is not an operator"),
    ("define a means true", "E0107", "true", "`true` is written `yes`"),
    ("define a means b is false", "E0107", "false", "`false` is written `no`"),
    ("fact a : int // old", "E0107", "// old", "`//` does not start a comment"),
    ('fact a : int reads "b', "E0106", '"', "not closed before the end of the line"),
    ("fact a : int reads “b”", "E0108", "“b”", "straight double quotation marks"),
    ("fact a : int reads 'b'", "E0108", "'b'", "straight double quotation marks"),
    ('fact a : yes/no reads "b” / "c"', "E0108", "”", "straight double quotation marks"),
    ("scenario s on 25/4/2012 a", "E0109", "25/4/2012", "not a date as this language writes"),
    ("scenario s on April 25, 2012 a", "E0109", "April 25, 2012", "not a date as this language writes"),
    ("define a means today > 25.4.2012", "E0109", "25.4.2012", "not a date as this language writes"),
    ("define a means b > $1,00,000", "E0110", "$1,00,000", "not an amount of money"),
    ("define a means b > $1.5", "E0110", "$1.5", "not an amount of money"),
    ("define a means b > $ 50", "E0110", "$ 50", "not an amount of money"),
    ("define a means b > €50", "E0110", "€50", "`€` is not a currency"),
    ("define a means b > 10,000", "E0111", "10,000", "`10,000` is not one number"),
    ("step s requires b > 12,500", "E0111", "12,500", "`12,500` is not one number"),
    ("define a means b > 5 %", "E0111", "5 %", "`%` stands directly after its number"),
    ("fact a : int [4.4]", "E0112", "[4.4]", "names its source first"),
    ("fact a : int [cfr 4.4", "E0112", "[cfr 4.4", "not closed"),
    ("fact a : yes / no", "E0101", "yes / no", "`yes/no` is written without spaces"),
    ("fact a : number 0..", "E0102", "number", "Expected a type such as `int`, found `number`"),
    ("fact a : integer 0..5", "E0102", "integer", "Expected `int`, found `integer`"),
    ("fact a : monney $0..", "E0102", "monney", "Expected `money`, found `monney`"),
    ("fact a : decimal 0..1", "E0101", "0", "Only `int` and `money` have a range, and this is `decimal`"),
    ("fact a : date 2020-01-01..", "E0101", "2020-01-01", "Only `int` and `money` have a range, and this is `date`"),
    ("fact work-permit : int", "E0105", "work-permit", "contains `-`"),
    ("fact größe : int", "E0105", "größe", "letters beyond a to z"),
    ("fact a : int;", "E0105", ";", "`;` has no meaning"),
    ("fact a : int @", "E0105", "@", "`@` has no meaning"),
    ("fct a : int", "E0102", "fct", "`fct` does not start an item"),
    ("property p never a", "E0102", "property", "`property` does not start an item"),
    ("step s must a", "E0102", "must", "Expected `requires`, found `must`"),
    ("step s require a", "E0102", "require", "Expected `requires`, found `require`"),
    ("step s then a become b", "E0102", "become", "Expected `becomes`, found `become`"),
    ("define a means b adn c", "E0102", "adn", "Expected `and`, found `adn`"),
    ("define a means s has not happened", "E0102", "not", "Expected `never`, found `not`"),
    ("define a means b is between 1 and 3", "E0102", "and", "Expected `to`, found `and`"),
    ("define a means (b and c", "E0124", "(", "This `(` is not closed"),
    ("define a means b and c)", "E0124", ")", "This `)` closes nothing"),
    ("define a means b in {c}", "E0101", "in", "`is` is missing before `in`"),
    ("step by ice", "E0101", "by", "A name is missing before `by`"),
    ("step s requires requires a", "E0101", "requires", "`requires` stands here twice"),
    ("decide d : int rule r gives 1 b", "E0101", "b", "`if` is missing before `b`"),
    ("status a : int starts 1 starts 2", "E0116", "2", "A second `starts`"),
    ('fact a : int reads "b" reads "c"', "E0116", 'reads "c"', "A second `reads`"),
    ("define a means (b + 1) has happened", "E0117", "b + 1", "Only a step can happen"),
    ("scenario s", "E0118", "s", "says nothing"),
    ("table t(a: int) : int", "E0118", "t", "has no rows"),
    ("policy again", "E0115", "policy", "A second `policy`"),
    ("status a, b : yes/no", "E0101", "a, b", "Each `status` declares one name, and these are 2"),
    ("fact a : b | c", "E0101", "b | c", "The values of `a` need an `enum` of their own"),
    ("fact a : enum b | c", "E0101", "enum b | c", "The values of `a` need an `enum` of their own"),
    ("step s(a : b | c)", "E0101", "b | c", "The values of `a` need an `enum` of their own"),
    ("fact a : enum B", "E0101", "enum", "The name of an enum stands alone after the colon"),
    ("duty s within 3 days of t(a)", "E0101", "(", "A duty is about every `t`, whatever its arguments"),
    ("duty s(a) within 3 days of t", "E0101", "(", "A duty is about every `s`, whatever its arguments"),
    ("prove p after s, a or b within 3 days", "E0101", "a or b", "This promise awaits one step, and these are 2"),
    ("prove p s only after a or b", "E0101", "a or b", "One step stands after `after`, and these are 2"),
    ("prove p never s after a or b", "E0101", "a or b", "One step stands after `after`, and these are 2"),
    ("prove p s or t only if a", "E0101", "s or t", "This promise is about one step, and these are 2"),
    ("prove p more a never lowers b(a)", "E0101", "b(a)", "compares plain values, which have no arguments"),
    ("prove p b(a) depends only on a", "E0101", "b(a)", "compares plain values, which have no arguments"),
    ("prove p b depends only on a.c", "E0101", "a.c", "compares plain values, which have no arguments"),
    ("define a means sum of c.b for c in cs", "E0102", "sum", "Expected `total`, found `sum`"),
    ("define a means number of cs", "E0101", "number of cs", "`number of` counts those `with` something"),
    ("define a means number of c in cs", "E0101", "number of c in cs", "`number of` counts those `with` something"),
    ("define a means b is in [c, d]", "E0101", "[c, d]", "A set stands in braces; brackets hold citations"),
    ("define a means b is in [3, 4]", "E0112", "[3, 4]", "A set stands in braces; brackets hold citations"),
    ("status a : set of B starts []", "E0112", "[]", "An empty set is written `{}`"),
    ("fact a : int []", "E0112", "[]", "This citation is empty"),
    ("fact a : int\nexception b to c gives 1 if d", "E0101", "exception", "stands here under no item of its own"),
    ("step s\n  exception b to c gives 1 if d", "E0101", "exception", "stands under `decide`, not under `step`"),
    ("duty s within 3 days of t\n  requires a", "E0101", "requires", "stands under `step`, not under `duty`"),
    ("define a means b > today + 11 dys", "E0102", "dys", "Expected `days`, found `dys`"),
    ("scenario s after 7 hours expect b", "E0101", "hours", "The shortest time is a day"),
    ("duty s within 5 business days of t", "E0101", "business", "All days of the calendar count"),
    ("define a means b > $5k", "E0110", "$5k", "`$5k` is not a number"),
    ("fact a : money 0..", "E0110", "0", "An amount of money starts with `$`"),
    ("fact a : int $0..", "E0111", "$0", "A plain number has no `$`"),
    ("step hold_it\nscenario s when hold it", "E0105", "hold it", "The name `hold_it` is written with `_`"),
    ('step s\n  "it is done" / "it has been done"', "E0101", '"it is done"', "`reads` is missing before this text"),
    ('decide a : int\n  text "b"\n  otherwise 1', "E0102", "text", "Expected `reads`, found `text`"),
    ('step s\n  read "b" / "c"\n  requires d', "E0102", "read", "Expected `reads`, found `read`"),
    ('source c "C"\nfact a : int (c 4(2))', "E0112", "(c 4(2))", "A citation stands in brackets"),
    ("step s requires a, b", "E0101", ",", "Conditions are not joined by a comma"),
    ("decide d : int rule r if b gives 1", "E0101", "if", "the value comes first, then the condition"),
    ("decide d : int rule r if b then 1", "E0101", "if", "the value comes first, then the condition"),
    ("decide d : int rule r: 1 if b", "E0101", ":", "`gives` stands between a rule and its value"),
    ("prove p s must happen after t", "E0101", "must", "`must` is not a word of a promise"),
    ("prove p no s unless a", "E0101", "no", "`no` is not a word of a promise"),
    ("prove p never s before t", "E0101", "before", "has `only after`, not `never … before`"),
    ("prove p s implies a", "E0101", "s implies a", "A condition alone is no promise"),
    ("prove p if s then a", "E0101", "if s then", "`if … then` needs an `else`"),
    ("must s within 3 days of t", "E0102", "must", "`must` does not start an item"),
    ("actor b\na : int starts 1", "E0101", "a", "`status` is missing before `a`"),
    ('step s\nstep t\nprove p never s after t\n q "Q" never t after s', "E0101", "q", "`prove` is missing before `q`"),
    ("step s\n  requires a: b\n  c: d", "E0101", "c", "`requires` is missing before `c`"),
    ("scenario s\n  on 2024-06-04\n  expects cannot t", "E0102", "expects", "Expected `expect`, found `expects`"),
    ("a prove never b", "E0101", "a prove", "`prove` stands before the name"),
    ("prove p always b c", "E0101", "c", "Expected an operator such as `is` or `and`"),
    ("step s\n  then a = b", "E0107", "=", "A step changes a status with `becomes`, not with `=`"),
    ("step s\n  requires a: <= 3", "E0101", "<=", "Expected a condition or value, found `<=`"),
    ("prove p a never lowers b", "E0101", "a", "`more` is missing before `a`"),
    ("prove p s only after t no later than 3 days", "E0107", "no later than", "is written `within`"),
    ("scenario s expect cannot t since r", "E0102", "since", "Expected `because`, found `since`"),
    ("proof p never a", "E0102", "proof", "`proof` does not start an item"),
    ('reading r\n  whether" = x | y', "E0106", '"', 'This text has no `"` at its beginning'),
    ('fact a : yes/no reads "b" / c"', "E0106", '"', 'A `"` is missing on this line'),
    ('fact a : yes/no reads "b / "c"', "E0106", '"', 'A `"` is missing on this line'),
    ("scenario s\n  given a\n  t\n  expect b", "E0101", "t", "found `t`"),
    ("step s\n  must a: b\n  then c becomes d", "E0102", "must", "Expected `requires`, found `must`"),
    ("amend a : int\n  exception b to c gives 1 if d", "E0102", "amend", "`amend` does not start an item"),
]


@pytest.mark.parametrize(("text", "code", "marked", "part"), SLIPS)
def test_a_slip_is_explained_where_it_is(text: str, code: str, marked: str, part: str) -> None:
    problem = only_problem(text)
    assert (problem.code, problem.span.text if problem.span else None) == (code, marked)
    assert part in problem.message
    assert problem.help


CORRECTIONS = [
    ("define a means b == c", "define a means b is c"),
    ("define a means b != c", "define a means b is not c"),
    ("define a means !b", "define a means not b"),
    ("define a means b && c", "define a means b and c"),
    ("define a means true", "define a means yes"),
    ("define a means b and c or d", "define a means (b and c) or d"),
    ("define a means b is at least 3", "define a means b >= 3"),
    ("fact a : int // old", "fact a : int # old"),
    ("fact a : int reads “b”", 'fact a : int reads "b"'),
    ('fact a : yes/no reads "b” / "c"', 'fact a : yes/no reads "b" / "c"'),
    ("scenario s on 25/4/2012 a", "scenario s on 2012-04-25 a"),
    ("define a means b > $1,00,000", "define a means b > $100,000"),
    ("define a means b > $1.5", "define a means b > $1.50"),
    ("define a means b > 10,000", "define a means b > 10000"),
    ("fact a : yes / no", "fact a : yes/no"),
    ("fact work-permit : int", "fact work_permit : int"),
    ("step s must a", "step s requires a"),
    ("fct a : int", "fact a : int"),
    ("define a means b in {c}", "define a means b is in {c}"),
    ("define a means s has not happened", "define a means s has never happened"),
    ("decide d : int rule r gives 1 b", "decide d : int rule r gives 1 if b"),
    ("step s requires requires a", "step s requires a"),
    ("define a means b and c)", "define a means b and c"),
    ("define a means today > 4/25/2012", "define a means today > 2012-04-25"),
    ("fact\u00a0a : int", "fact a : int"),
    ("status a, b : yes/no starts no", "status a : yes/no starts no\nstatus b : yes/no starts no"),
    ("status a_b : c | d starts c", "enum AB = c | d\nstatus a_b : AB starts c"),
    ('fact a : "on hold" or "free"', 'enum A = on_hold "on hold" | free\nfact a : A'),
    ("fact a : enum B", "fact a : B"),
    ("define a means b > today + 11 dys", "define a means b > today + 11 days"),
    ("duty s within 5 business days of t", "duty s within 5 days of t"),
    ("a prove never b", "prove a never b"),
    ("step s\n  then a = b", "step s\n  then a becomes b"),
    ("prove p a never lowers b", "prove p more a never lowers b"),
    ("prove p s only after t no later than 3 days", "prove p s only after t within 3 days"),
    ("actor b\na : int starts 1", "actor b\nstatus a : int starts 1"),
    ("step s\n  requires a: b\n  c: d", "step s\n  requires a: b\n  requires c: d"),
    ("fact a : money 0..", "fact a : money $0.."),
    ("fact a : int $0..", "fact a : int 0.."),
    ("step hold_it\nscenario s when hold it", "step hold_it\nscenario s when hold_it"),
    ('step s\n  "it is done" / "it has been done"', 'step s\n  reads "it is done" / "it has been done"'),
    ('decide a : int\n  text "b"\n  otherwise 1', 'decide a : int\n  reads "b"\n  otherwise 1'),
    ('source c "C"\nfact a : int (c 4(2))', 'source c "C"\nfact a : int [c 4(2)]'),
    ("decide d : int rule r if b gives 1", "decide d : int rule r gives 1 if b"),
    ("decide d : int rule r if b then 1 [c]", "decide d : int rule r gives 1 if b [c]"),
    ("decide d : int rule r: 1 if b", "decide d : int rule r gives 1 if b"),
    ("define a means sum of c.b for c in cs", "define a means total of c.b for c in cs"),
    ("define a means number of c in cs", "define a means size of cs"),
    ("define a means b is in [c, d]", "define a means b is in {c, d}"),
    ("define a means b is in [3, 4]", "define a means b is in {3, 4}"),
    ("status a : set of B starts []", "status a : set of B starts {}"),
]


@pytest.mark.parametrize(("text", "meant"), CORRECTIONS)
def test_mechanical_slips_come_with_a_correction_that_works(text: str, meant: str) -> None:
    (fix,) = only_problem(text).fixes
    source = fix.span.source.text
    corrected = source[: fix.span.start] + fix.replacement + source[fix.span.end :]
    assert corrected == f"policy p\n{meant}"
    assert problems(meant) == ()


REWRITTEN = [
    (
        "prove p after s, a or b within 3 days",
        "always s has happened implies a has happened or b has happened or today",
    ),
    ("prove p s only after a or b unless c", "`s only if a has happened or b has happened or (c)`"),
    ("prove p s only after a or b within 3 days", "`s only if a happened within 3 days or b happened within 3 days`"),
    ("prove p never s after a or b", "`s only if a has never happened and b has never happened`"),
    ("prove p s or t only if a", "`s only if a` and `t only if a`"),
    ("prove p more a never lowers b(a)", "`define b_here means b(a)`"),
    ("prove p s must happen after t", "`s only if CONDITION` or `s only after STEP`"),
    ("prove p never s before t", "`s only after t` if `t` is a step, or `s only if CONDITION`"),
    ("prove p s implies a and b", "`always s implies a and b`, or if `s` is a step, `s only if a and b`"),
    ("prove p if s then a", "`always s implies a`, or if `s` is a step, `s only if a`"),
    ("fact x : int\nexception b to c of a gives 1 if d", "under its decision, `decide a : TYPE`"),
    ("fact x : int\nexception b to a.c gives 1 if d", "To amend a decision of a used policy, write that line again"),
    ("step s(a : b | c)", "`enum A = b | c` on a line of its own, and `a : A` here"),
]


@pytest.mark.parametrize(("text", "advice"), REWRITTEN)
def test_what_cannot_be_written_so_is_shown_as_it_can(text: str, advice: str) -> None:
    problem = only_problem(text)
    assert advice in (problem.help or "")
    assert problem.fixes == ()


def test_a_reserved_name_is_one_error_at_its_declaration_wherever_it_is_used() -> None:
    text = "define a means not rule\nstep rule\n  requires b\nprove p never rule after rule\nscenario s when rule"
    problem = only_problem(text)
    assert (problem.code, line_of(problem)) == ("E0104", 2)
    assert [label.message for label in problem.labels] == ["and here"] * 3


def test_a_word_of_the_language_is_not_proposed_for_another() -> None:
    problem = only_problem("prove p after s, a is b within 3 days")
    assert "`with`" not in problem.message
    assert problem.fixes == ()


def test_a_missing_comma_is_one_error_although_the_condition_goes_on() -> None:
    problem = only_problem("scenario s\n  given income = $8 payment = $2, fees = $9,\n    term = 360\n  expect a")
    assert line_of(problem) == 2


def test_a_line_that_goes_on_is_not_taken_for_an_item() -> None:
    text = "scenario s\n  separation is laid_off, size of b = 4\n  expect a"
    assert "`scenario`" not in only_problem(text).message


def test_an_ambiguous_date_gets_no_correction() -> None:
    assert only_problem("scenario s on 4/5/2012 a").fixes == ()


def test_a_slip_at_the_end_of_a_line_is_shown_there() -> None:
    problem = only_problem("step s\n  requires a and\n  then b becomes c")
    assert line_of(problem) == 2
    assert problem.message == "Expected a condition or value after `and`"


def test_an_unfinished_item_is_shown_at_its_end() -> None:
    problem = only_problem("fact a :\n\n\nfact b : int")
    assert line_of(problem) == 1


def test_the_item_is_shown_when_it_starts_on_another_line() -> None:
    (label,) = only_problem("decide d : int\n  rule r gives 1 b").labels
    assert (label.span.text, label.message) == ("decide d", "in this decide")


def test_a_mixture_of_and_and_or_can_be_deep_inside() -> None:
    problem = only_problem("step s requires not (a implies (b and c or d))")
    assert problem.code == "E0103"
    assert problem.help == "Add parentheses: write `(b and c) or d` or `b and (c or d)`."


def test_names_spelt_true_are_left_alone_where_declared() -> None:
    assert problems("enum E = true | false\ndefine a means b is true") == ()
    assert problems("use other\ndefine a means b is true") == ()


# ---------------------------------------------------------------- odd characters


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\u00a0"])
def test_odd_white_space_is_read_and_linted(character: str) -> None:
    result = parsed(f"fact a : int{character}# b\n")
    (problem,) = result.diagnostics
    assert (problem.code, problem.severity) == ("W0102", Severity.WARNING)
    assert result.tree is not None
    assert len(result.tree.items) == 1


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200f"])
@pytest.mark.parametrize("place", ["# {}", 'fact a : int reads "{}"'])
def test_characters_that_turn_the_reading_direction_are_refused(character: str, place: str) -> None:
    assert only_problem(place.format(character)).code == "E0123"


def test_tabs_are_white_space() -> None:
    assert problems("\tfact\ta\t:\tint") == ()


# ---------------------------------------------------------------- headers


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "E0114", 1),
        ("\n\n# nothing but a comment\n", "E0114", 1),
        ("fact a : int\nfact b : int", "E0114", 1),
        ("hello world", "E0114", 1),
        ("fact a : int\npolicy p\nfact b : int", "E0115", 2),
        ("polcy p\nfact a : int\nfact b : int", "E0102", 1),
        ("policy\nfact a : int\nfact b : int", "E0101", 1),
        ("policy status\nfact a : int\nfact b : int", "E0104", 1),
    ],
)
def test_a_wrong_header_is_one_error_and_spoils_nothing_else(text: str, code: str, line: int) -> None:
    result = parse(SourceFile("some/where.policy", text))
    (problem,) = result.diagnostics
    assert problem.span is not None
    assert (problem.code, problem.span.first[0]) == (code, line)
    facts = text.count("fact ")
    assert facts == 0 or (result.tree is not None and len(result.tree.items) == facts)


def test_a_policy_without_a_name_is_called_like_its_file() -> None:
    tree = parse(SourceFile("some/my-policy.policy", "fact a : int")).tree
    assert tree is not None
    assert tree.name.text == "my_policy"


# ---------------------------------------------------------------- what survives


def test_an_item_with_an_error_is_left_out_and_its_names_are_known() -> None:
    result = parsed("enum E = a | b |\nfact c : E\ndecide d : E\n  rule r gives if c\nstep s")
    assert len(result.diagnostics) == 2
    assert result.tree is not None
    assert len(result.tree.items) == 2
    assert result.incomplete == ("E", "a", "b", "d", "r")


def test_an_item_with_a_misspelt_keyword_is_left_out_and_its_name_is_known() -> None:
    result = parsed("fact a : int\nstauts b : int\nfact c : int")
    assert result.tree is not None
    assert len(result.tree.items) == 2
    assert result.incomplete == ("b",)


def test_an_item_with_a_warning_stays() -> None:
    result = parsed("define a means today > 2012-4-25")
    assert result.tree is not None
    assert len(result.tree.items) == 1
    assert [each.code for each in result.diagnostics] == ["W0101"]


# ---------------------------------------------------------------- parts


def first(found: tuple[object, tuple[Diagnostic, ...]]) -> tuple[object, Diagnostic]:
    return found[0], found[1][0]


def test_a_form_with_an_error_is_none_and_explained() -> None:
    result, problem = first(parse_form(SourceFile("question", "never a and")))
    assert result is None
    assert problem.message == "Expected a condition or value after `and`"


def test_a_form_with_a_mixture_is_none_and_explained() -> None:
    result, problem = first(parse_form(SourceFile("question", "never a and b or c")))
    assert result is None
    assert problem.code == "E0103"


def test_an_empty_question_is_explained() -> None:
    result, problem = first(parse_form(SourceFile("question", "")))
    assert result is None
    assert "Expected" in problem.message


def test_a_sentence_is_not_an_expression() -> None:
    result, problem = first(parse_expression(SourceFile("expression", "fact a : int")))
    assert result is None
    assert problem.span is not None
    assert problem.span.start == 0


# ---------------------------------------------------------------- rows and promises as one would say them


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("above $2,500", "> $2,500"),
        ("over $2,500", "> $2,500"),
        ("more than $2,500", "> $2,500"),
        ("below 5%", "< 5%"),
        ("under 3", "< 3"),
        ("up to $2,500", "<= $2,500"),
        ("up to and including 3", "<= 3"),
        ("at least $2,500", ">= $2,500"),
        ("from $1 to $2,500", "$1 to $2,500"),
        ("between 1 and 3", "1 to 3"),
        ("before 2026-01-01", "< 2026-01-01"),
        ("$1,000 or less", "<= $1,000"),
        ("18 or more", ">= 18"),
    ],
)
@pytest.mark.parametrize("row", ["{}, yes", "any, {}", "7 | {}, yes"])
def test_a_limit_in_words_is_a_pattern(written: str, meant: str, row: str) -> None:
    problem = only_problem(f"table t(a: int, b: int) : int row {row.format(written)} gives 1")
    assert problem.code == "E0107"
    assert problem.span is not None
    assert (problem.span.text, [fix.replacement for fix in problem.fixes]) == (written, [meant])


@pytest.mark.parametrize(
    ("form", "message", "advice"),
    [
        ("after s, a or b within 1 month rounding up", "awaits one step", "date of s + 1 month rounding up`"),
        ("after s, a or b within 3 days unless e", "awaits one step", "date of s + 3 days or (e)`"),
        ("after s, a within 3 days unless e", "has no `unless`", "`duty a within 3 days of s unless EXCUSE`"),
        ("nobody dismisses", "does not begin a promise", "`never STEP has happened`"),
    ],
)
def test_a_promise_of_an_answer_is_never_turned_into_another(form: str, message: str, advice: str) -> None:
    asked = first(parse_form(SourceFile("question", form)))[1]
    for problem in (only_problem(f"prove p {form}"), asked):
        assert message in problem.message
        assert advice in (problem.help or "")
        assert "Each item begins" not in (problem.help or "")
        assert problem.fixes == ()
