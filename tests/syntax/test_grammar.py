"""The grammar itself: no conflicts, no rule without a case, and one table of words."""

from __future__ import annotations

import re

import pytest
from grammar_rules import alternatives, reduced
from parsing import EVERY_FORM, line_of, parsed, problems

from verifier.source import SourceFile
from verifier.syntax.expectations import END, FORMS, in_words
from verifier.syntax.grammar import compile_grammar, grammar_text, load_grammar
from verifier.syntax.keywords import CLAUSE_WORDS, ITEM_WORDS, KEYWORDS, UNIT_WORDS, VALUE_WORDS
from verifier.syntax.lexer import lex
from verifier.syntax.parser import parse

BROKEN = {
    "policy": "policy again",
    "header": "policy",
    "items": "fact a : int\nnonsense b\nfact c : int",
    "item": "fct a : int",
    "source": 'source "title" cfr',
    "use": "use",
    "actor": "actor : clerk",
    "entity": "entity Person, Animal",
    "enum": "enum Phase open | closed",
    "reading": 'reading presence "?" in_person | by_video',
    "value": 'enum Phase = "open" | closed',
    "value_name": "define a means Phase.3",
    "record": "record Child",
    "field": "record Child\n  field age int",
    "fact": "fact age int",
    "status": "status phase Phase",
    "starts": "status phase : Phase starts",
    "assume": 'assume because "so"',
    "because": "assume a because so",
    "define": "define a b",
    "remark": "fact age : int reads [cfr 1]",
    "reads": 'fact age : int reads "a" /',
    "citation": "fact age : int [4.4]",
    "citations": "entity Person [cfr",
    "label": "duty answer a: b within 3 days of c",
    "parameters": "step file(day: date by clerk",
    "parameter": "step file(day date)",
    "type": "fact age : int or",
    "or_none": "fact age : int or nothing",
    "base": "fact children : list Child up to 8",
    "number_range": "fact age : int 0..x",
    "number_bound": "fact age : int -..3",
    "money_range": "fact wealth : money $0..x",
    "money_bound": "fact wealth : money 0..",
    "decide": "decide fee money",
    "rule": "decide fee : money\n  rule base gives $1 when a",
    "exception": "decide fee : money\n  exception base gives $1 if a",
    "targets": "decide fee : money\n  exception base to 3 gives $1 if a",
    "otherwise": "decide fee : money\n  otherwise",
    "table": "table fee : money row 1 gives $1",
    "row": "table fee(n: int) : money\n  row gives $1",
    "pattern": "table fee(n: int) : money\n  row any | 3 gives $1",
    "cell": "table fee(n: int) : money\n  row 1 to gives $1",
    "_comparator": "define a means b < = 3",
    "step": "step by clerk",
    "actors": "step file by and judge",
    "requires": "step file\n  requires soon:",
    "then": "step file\n  then",
    "assignment": "step file\n  then phase closed",
    "duty": "duty file of ask within 3 days",
    "unless": "duty file within 3 days of ask unless",
    "rounding": "duty file within 3 days rounding of ask",
    "prove": "prove a",
    "promise": "prove a sometimes b",
    "while": "prove a always b while",
    "until": "prove a after b, c until 3",
    "within": "prove a after b, c within days",
    "act": "prove a file( only if b",
    "arguments": "define a means b(1, )",
    "scenario": 'scenario s "t" "u"',
    "given": "scenario s\n  given",
    "when": "scenario s\n  when 3",
    "on": "scenario s\n  on 3 days",
    "after": "scenario s\n  after ask",
    "acts": "scenario s\n  when ask, 3",
    "expect": "scenario s\n  expect",
    "outcome": "scenario s\n  expect cannot",
    "clause_label": "scenario s\n  expect cannot ask because .",
    "_label_part": "scenario s\n  expect cannot ask because a.otherwise",
    "waive": "waive W031",
    "expr": "define a means",
    "implication": "define a means if b then c",
    "junction": "define a means b and",
    "negation": "define a means not",
    "since": "define a means b ever c",
    "comparison": "define a means b is",
    "sum": "define a means b +",
    "product": "define a means b *",
    "unary": "define a means -",
    "atom": "define a means (b",
    "duration": "duty file within 3 of ask",
    "form": "prove a more b lowers c",
    "expression": "define a means ) b",
}
"""For each rule a text whose only error is in it."""


def test_the_grammar_has_no_conflicts() -> None:
    compile_grammar(grammar_text(), strict=True)


def test_every_alternative_of_every_rule_is_parsed() -> None:
    texts = (("policy", EVERY_FORM), ("policy", "policy bare"), ("form", "always a"), ("expression", "a"))
    used = {each for start, text in texts for each in reduced(text, start)}
    assert alternatives() - used == set()


def test_every_rule_has_an_error_case() -> None:
    rules = {rule for rule, _ in alternatives()}
    assert rules - set(BROKEN) == set()
    assert set(BROKEN) - rules == set()


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_an_error_in_a_rule_is_reported_once_and_in_words(rule: str) -> None:
    found = problems(BROKEN[rule])
    assert len(found) == 1, [each.message for each in found]
    assert line_of(found[0]) == (2 if "\n" in BROKEN[rule] else 1)
    assert not re.search(r"[A-Z]{2}[A-Z_]+\b|__", found[0].message), found[0].message
    assert found[0].help


def test_every_form_has_no_problems() -> None:
    result = parse(SourceFile("every_form.policy", EVERY_FORM))
    assert result.diagnostics == ()
    assert result.incomplete == ()


def test_the_table_of_keywords_is_that_of_the_grammar() -> None:
    assert set(load_grammar().words) - VALUE_WORDS == KEYWORDS


def test_units_are_those_of_the_grammar() -> None:
    pattern = load_grammar().patterns["UNIT"]
    assert all(re.fullmatch(pattern, word) for word in UNIT_WORDS)


def test_every_terminal_has_words_for_authors() -> None:
    grammar = load_grammar()
    for terminal in (END, *grammar.patterns, *grammar.words.values(), *grammar.marks.values()):
        assert "_" not in in_words(terminal)
        assert in_words(terminal) != terminal


def test_every_item_and_clause_has_a_form_for_help() -> None:
    assert set(FORMS) == {*ITEM_WORDS, *CLAUSE_WORDS}


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_no_keyword_can_be_a_name(word: str) -> None:
    (problem,) = parsed(f"fact {word} : int").diagnostics
    assert problem.code == "E0104"
    assert f"`{word}`" in problem.message


@pytest.mark.parametrize("word", sorted(UNIT_WORDS))
def test_units_are_names_elsewhere(word: str) -> None:
    assert parsed(f"fact {word} : int\ndefine a means {word} > 3 and 3 {word} > 2 days").diagnostics == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-01-01", "DAY"),
        ("2026-01", "WHOLE_NUMBER"),
        ("$1,250.00", "AMOUNT"),
        ("$0", "AMOUNT"),
        ("2.50", "DECIMAL_NUMBER"),
        ("2.5%", "PERCENTAGE"),
        ("5%", "PERCENTAGE"),
        ("yes/no", "YES_NO"),
        ("yes", "YES"),
        ("yes_no", "NAME"),
        ("none", "NONE"),
        ("daylight", "NAME"),
        ("a1", "NAME"),
        ("<=", "AT_MOST"),
        ("..", "RANGE"),
        ('"a # b"', "STRING"),
        ("[cfr (c)(1)]", "CITATION"),
        ("[cfr]", "CITATION"),
    ],
)
def test_literals_are_read_as_one_word(text: str, kind: str) -> None:
    assert lex(SourceFile("", text)).tokens[0].type == kind
