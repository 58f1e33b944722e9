"""Random surface trees, one strategy for each kind of node, and random ways to write them down."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st
from written import policy

from verifier.source import SourceFile, Span
from verifier.syntax import tree as t

NOWHERE = Span(SourceFile("", ""), 0, 0)
Strategy = st.SearchStrategy[Any]


def node(kind: type, *parts: Strategy, **named: Strategy) -> Strategy:
    """A node of random parts."""
    return st.builds(kind, *parts, **named, span=st.just(NOWHERE))


def some(strategy: Strategy, least: int = 0, most: int = 3) -> Strategy:
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


def maybe(strategy: Strategy) -> Strategy:
    return st.none() | strategy


# ---------------------------------------------------------------- leaves

WORDS = st.sampled_from(
    ["a", "b1", "offer", "legal_status", "_x", "days", "month", "Child", "not_run", "a_rather_long_name"]
)
PHRASES = st.text(alphabet="abc XYZ ,.;:'’“”()[]#$%/-é1", max_size=30)
NAME = node(t.Name, WORDS)
VALUE_NAME = node(t.Name, WORDS | st.just("none"))
TEXT = node(t.Text, PHRASES)
LOCATORS = st.sampled_from(["", "4.4", "(c)(1)", "§ 12, No. 3", "article 5"])
CITE = node(t.Cite, st.sampled_from(["cfr", "memo"]), LOCATORS)
CITES = some(CITE, most=2)
READS = maybe(node(t.Reads, PHRASES, maybe(PHRASES)))
DURATION = node(t.Duration, st.integers(0, 400), st.sampled_from(["day", "week", "month", "year"]))
ROUNDING = st.sampled_from([None, "up", "down"])
DATE = node(t.DateLiteral, st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))


def number(text: str) -> t.Number:
    digits = text.strip("$%").replace(",", "")
    value = Fraction(digits) / 100 if text.endswith("%") else Fraction(digits)
    kind = "money" if "$" in text else "percent" if "%" in text else "decimal" if "." in text else "int"
    return t.Number(kind, value, text, span=NOWHERE)  # type: ignore[arg-type]


NUMBER = st.sampled_from(["0", "7", "18", "2.5", "0.05", "5%", "12.5%", "$0", "$1,250.00", "$99.95", "$20000"]).map(
    number
)

RANGED = st.sampled_from(["int", "money"]).flatmap(
    lambda kind: st.tuples(st.integers(-9, 9), maybe(st.integers(-9, 9))).map(
        lambda ends: t.TypeExpr(
            kind, None, Fraction(ends[0]), None if ends[1] is None else Fraction(ends[1]), span=NOWHERE
        )
    )
)
TYPE = (
    RANGED
    | node(
        t.TypeExpr, st.sampled_from(["yes/no", "int", "decimal", "percent", "money", "date"]), optional=st.booleans()
    )
    | node(t.TypeExpr, st.sampled_from(["name", "set"]), NAME, optional=st.booleans())
    | node(t.TypeExpr, st.just("list"), NAME, limit=st.integers(0, 9), optional=st.booleans())
)

# ---------------------------------------------------------------- expressions

LEAF = (
    node(t.Ref, WORDS | st.just("none"))
    | node(t.Attr, NAME, VALUE_NAME)
    | node(t.YesNo, st.booleans())
    | NUMBER
    | DATE
    | DURATION
    | node(t.Today)
    | node(t.SizeOf, NAME)
)


def acts(expressions: Strategy) -> Strategy:
    return node(t.Act, NAME, maybe(some(expressions, 1, 2)))


def larger(inner: Strategy) -> Strategy:
    """Expressions with others inside."""
    step = acts(inner)
    return st.one_of(
        node(t.Apply, NAME, some(inner, 1)),
        node(t.Not, inner),
        node(t.Junction, st.sampled_from(["and", "or"]), some(inner, 2, 4)),
        node(t.Implies, inner, inner),
        node(t.Iff, inner, inner),
        node(t.If, inner, inner, inner),
        node(t.Is, inner, inner, st.booleans()),
        node(t.Is, inner, inner, st.just(False), st.just(True)),
        node(t.Compare, st.sampled_from(["<", "<=", ">", ">="]), inner, inner),
        node(t.IsIn, inner, inner, st.booleans()),
        node(t.Between, inner, inner, inner),
        node(t.SetLiteral, some(inner)),
        node(t.Arithmetic, st.sampled_from(["*", "/"]), inner, inner),
        node(t.Arithmetic, st.sampled_from(["+", "-"]), inner, inner, ROUNDING),
        node(t.Negative, inner),
        node(t.SetChange, st.sampled_from(["with", "without"]), inner, inner),
        node(t.Choice, st.sampled_from(["lesser", "greater"]), inner, inner),
        node(t.Weekday, inner),
        node(t.Happened, step, st.booleans()),
        node(t.HappenedWithin, step, DURATION, ROUNDING),
        node(t.DateOf, step, st.booleans()),
        node(t.CountOf, step),
        node(t.Ever, inner),
        node(t.JustBefore, inner),
        node(t.EverSince, inner, inner),
        node(t.Quantified, st.sampled_from(["some", "every"]), NAME, NAME, inner),
        node(t.NumberOf, NAME, NAME, inner),
        node(t.TotalOf, inner, NAME, NAME),
    )


EXPRESSION: Strategy = st.recursive(LEAF, larger, max_leaves=8)
ACT = acts(LEAF)

# ---------------------------------------------------------------- items

PARAMS = some(node(t.Param, NAME, TYPE), most=2)
VALUES = some(node(t.EnumValue, VALUE_NAME, maybe(TEXT)), 1)
OTHERWISE = maybe(node(t.Otherwise, EXPRESSION, CITES))
RULE = node(
    t.Rule,
    NAME,
    st.none() | st.just("all") | some(NAME, 1),
    EXPRESSION,
    EXPRESSION,
    CITES,
)
CELL = (
    node(t.Cell, EXPRESSION)
    | node(t.Cell, EXPRESSION, EXPRESSION)
    | node(t.Cell, EXPRESSION, st.none(), st.sampled_from(["<", "<=", ">", ">=", "="]))
)
ROW = node(t.Row, some(node(t.Pattern, some(CELL, most=2)), 1, 2), EXPRESSION, CITES)
ASSIGNMENT = node(t.Assignment, NAME, EXPRESSION, CITES)


def then(assignments: Sequence[t.Assignment]) -> t.Then:
    """Effects, with the citations of all of them."""
    cites = tuple(cite for each in assignments for cite in each.cites)
    return t.Then(tuple(assignments), cites, span=NOWHERE)


STEP_CLAUSE = node(t.Requires, maybe(NAME), EXPRESSION, CITES) | some(ASSIGNMENT, 1, 2).map(then)

FORM = st.one_of(
    node(t.Always, EXPRESSION, maybe(EXPRESSION), st.booleans()),
    node(t.NeverChanges, EXPRESSION, EXPRESSION),
    node(t.Possible, EXPRESSION, st.booleans()),
    node(t.OnlyIf, ACT, EXPRESSION),
    node(t.OnlyAfter, ACT, ACT, st.none(), st.none(), maybe(EXPRESSION)),
    node(t.OnlyAfter, ACT, ACT, DURATION, ROUNDING, maybe(EXPRESSION)),
    node(t.NeverAfter, ACT, ACT, maybe(EXPRESSION)),
    node(t.AfterUntil, ACT, EXPRESSION, maybe(ACT)),
    node(t.Response, ACT, ACT, DURATION, ROUNDING),
    node(t.DependsOnly, NAME, some(NAME, 1)),
    node(t.More, NAME, st.sampled_from(["lowers", "raises"]), NAME),
    node(t.Equals, EXPRESSION, EXPRESSION),
    node(t.NeverBoth, EXPRESSION, EXPRESSION),
)
LABEL_PARTS = st.tuples(WORDS, st.sampled_from(["requires", "rule"]), st.integers(1, 9).map(str))
CANNOT = node(t.Cannot, ACT, maybe(LABEL_PARTS | st.tuples(WORDS)))
SCENARIO_CLAUSE = st.one_of(
    node(t.Given, some(EXPRESSION, 1), CITES),
    node(t.When, some(ACT, 1), CITES),
    node(t.On, DATE, some(ACT), CITES),
    node(t.After, DURATION, ROUNDING, some(ACT), CITES),
    node(t.Expect, some(EXPRESSION | CANNOT, 1), CITES),
)
ITEM = st.one_of(
    node(t.Source, NAME, TEXT, maybe(TEXT), maybe(TEXT)),
    node(t.Use, NAME),
    node(t.Actor, NAME, maybe(TEXT), CITES),
    node(t.Entity, NAME, CITES),
    node(t.Enum, NAME, VALUES, CITES),
    node(t.Reading, NAME, TEXT, CITES, VALUES),
    node(t.Record, NAME, some(node(t.Field, NAME, TYPE, READS, CITES), 1), CITES),
    node(t.Fact, NAME, TYPE, READS, CITES),
    node(t.Status, NAME, TYPE, maybe(EXPRESSION), READS, CITES),
    node(t.Assume, maybe(NAME), EXPRESSION, maybe(TEXT), CITES),
    node(t.Define, NAME, PARAMS, EXPRESSION, READS, CITES),
    node(t.Decide, NAME, PARAMS, TYPE, READS, CITES, some(RULE), OTHERWISE),
    node(t.Table, NAME, some(node(t.Param, NAME, TYPE), 1, 2), TYPE, READS, CITES, some(ROW, 1), OTHERWISE),
    node(t.Step, NAME, PARAMS, some(NAME, most=2), READS, CITES, some(STEP_CLAUSE)),
    node(t.Duty, maybe(NAME), some(NAME, 1), some(NAME), DURATION, ROUNDING, NAME, maybe(EXPRESSION), CITES),
    node(t.Prove, NAME, maybe(TEXT), CITES, FORM),
    node(t.Scenario, NAME, maybe(TEXT), CITES, some(SCENARIO_CLAUSE, 1)),
    node(t.Waive, NAME, maybe(NAME | node(t.Name, st.just("s.requires.1"))), maybe(DATE), TEXT),
)
POLICY = node(t.PolicyTree, NAME, maybe(TEXT), some(ITEM, most=5))

# ---------------------------------------------------------------- ways to write

SPACES = (
    " ",
    " ",
    " ",
    " ",
    "\n",
    "\n  ",
    "\t",
    "\n\n\n",
    "  # a note\n",
    "\n# a note of its own\n",
    "\n\n  # further in\n\n",
)


def scribbled(tree: t.PolicyTree, seed: int) -> str:
    """A tree as a text with white space and comments anywhere between words."""
    random = Random(seed)
    return "".join(f"{word}{random.choice(SPACES)}" for word in policy(tree))
