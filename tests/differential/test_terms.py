"""Terms: what folding does, what the emitter writes and what the reader reads back all mean the same."""

from __future__ import annotations

import os
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import z3
from term_recipes import ENUM, Cook, Recipe

from verifier.engines.compiled import plain
from verifier.engines.reader import read
from verifier.symbolic.concrete import ArrayValue, evaluate
from verifier.symbolic.emit import Script
from verifier.symbolic.monotone import course
from verifier.symbolic.terms import BOOL, INT, Sort, Term, Terms

ROUNDS = 40 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 4
KINDS = ("Bool", "Bool", "Int", "Real", "enum")


def recipes(seed: int, count: int, months: bool = True) -> tuple[Cook, list[Recipe]]:
    random = Random(seed)
    cook = Cook(Terms(), random, months)
    return cook, [cook.recipe(random.choice(KINDS), random.randint(1, 5)) for _ in range(count)]


def assigned(cook: Cook, values: dict[str, Any]) -> dict[Term, Any]:
    return {term: values[name] for name, term in cook.variables().items()}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_folding_keeps_the_meaning(seed: int) -> None:
    cook, cooked = recipes(seed, 400)
    for recipe in cooked:
        for _ in range(4):
            values = cook.values()
            assert evaluate(recipe.term, assigned(cook, values)) == recipe.meaning(values), recipe.term


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_substitution_is_evaluation_elsewhere(seed: int) -> None:
    """A term with variables replaced has the value of the term where they have those values."""
    cook, cooked = recipes(seed, 200)
    others = {name: cook.recipe(name.split()[0], 2) for name in cook.variables() if not name.startswith("array")}
    replacement = {cook.variables()[name]: other.term for name, other in others.items()}
    for recipe in cooked:
        values = cook.values()
        moved = {**values, **{name: other.meaning(values) for name, other in others.items()}}
        replaced = cook.terms.substitute(recipe.term, replacement)
        assert evaluate(replaced, assigned(cook, values)) == recipe.meaning(moved), recipe.term


def test_equal_terms_are_one_object() -> None:
    """Orders and their negations meet in one normal form."""
    terms = Terms()
    cook = Cook(terms, Random(0))
    for kind in ("Int", "Real"):
        one, two = (cook.variables()[f"{kind} {number}"] for number in range(2))
        assert terms.lt(one, two) is terms.not_(terms.le(two, one))
        assert terms.le(terms.scale(2, one), terms.scale(2, two)) is terms.le(one, two)
        assert terms.eq(terms.add(one, two), terms.add(two, one)) is terms.true


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_the_course_of_a_term_is_what_it_says(seed: int) -> None:
    """As one integer grows and nothing else changes: what may turn once turns at most once, and so on."""
    cook, cooked = recipes(3000 + seed, 600)
    growing = cook.variables()["Int 0"]
    seen: Counter[str] = Counter()
    for recipe in cooked:
        if recipe.term.sort not in (BOOL, INT):
            continue
        said = course(cook.terms, recipe.term, growing)
        seen[said] += 1
        for _ in range(3):
            values = assigned(cook, cook.values())
            found = [int(evaluate(recipe.term, {**values, growing: number})) for number in range(-12, 13)]
            assert follows(said, recipe.term.sort, found), f"{said}: {recipe.term} {found}"
    assert min(seen[said] for said in ("constant", "up", "down", "interval", "other")) > 0, seen


def follows(said: str, sort: Sort, found: list[int]) -> bool:
    """Whether consecutive values have a course."""
    rises = all(one <= other for one, other in pairwise(found))
    falls = all(one >= other for one, other in pairwise(found))
    match said:
        case "constant":
            return rises and falls
        case "up":
            return rises
        case "down":
            return falls
        case "interval":
            return sort == BOOL and sum(one < other for one, other in pairwise([0, *found])) <= 1
        case _:
            return True


# ---------------------------------------------------------------- the solver's side


def in_z3(cook: Cook, cooked: list[Recipe]) -> tuple[dict[str, z3.ExprRef], list[z3.ExprRef]]:
    """The variables and the terms as z3 parses them from the emitted text."""
    script = Script()
    variables = cook.variables()
    script.declare(variables.values())
    terms = [*variables.values(), *(recipe.term for recipe in cooked)]
    script.lines += [f"(assert (= {script.text(term)} {script.text(term)}))" for term in terms]
    parsed = [equation.arg(0) for equation in z3.parse_smt2_string(str(script), ctx=z3.Context())]
    return dict(zip(variables, parsed, strict=False)), parsed[len(variables) :]


def constant(value: Any, like: z3.ExprRef) -> z3.ExprRef:
    """A plain value as a z3 constant of the sort of a variable."""
    context = like.ctx
    if isinstance(value, ArrayValue):
        array = z3.K(z3.IntSort(context), z3.IntVal(value.default, context))
        for place, held in value.places.items():
            array = z3.Store(array, z3.IntVal(place, context), z3.IntVal(held, context))
        return array
    if isinstance(value, bool):
        return z3.BoolVal(value, context)
    if isinstance(value, str):
        sort = like.sort()
        return next(
            sort.constructor(place)()
            for place in range(sort.num_constructors())
            if sort.constructor(place).name() == f"{ENUM.name}.{value}"
        )
    if isinstance(value, Fraction):
        return z3.RealVal(f"{value.numerator}/{value.denominator}", context)
    return z3.IntVal(value, context)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_the_emitted_text_means_the_same_to_the_solver(seed: int) -> None:
    cook, cooked = recipes(1000 + seed, 60, months=False)
    variables, parsed = in_z3(cook, cooked)
    for _ in range(2):
        values = cook.values()
        pairs = [(variable, constant(values[name], variable)) for name, variable in variables.items()]
        for recipe, expression in zip(cooked, parsed, strict=True):
            found = plain(z3.simplify(z3.substitute(expression, *pairs)))
            assert found == recipe.meaning(values), recipe.term


@pytest.mark.parametrize("simplified", [False, True])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_what_is_read_back_means_the_same(seed: int, simplified: bool) -> None:
    cook, cooked = recipes(2000 + seed, 60, months=False)
    _, parsed = in_z3(cook, cooked)
    names = cook.variables()
    understood = 0
    for recipe, expression in zip(cooked, parsed, strict=True):
        formula = z3.simplify(expression) if simplified else expression
        term = read(cook.terms, formula, names, [ENUM])
        if term is None:
            continue
        understood += 1
        for _ in range(3):
            values = cook.values()
            assert evaluate(term, assigned(cook, values)) == recipe.meaning(values), formula
    assert understood > len(cooked) * 0.7


def test_every_name_is_a_legal_symbol() -> None:
    """Enums and members may be called like sorts and keywords of the solver's language."""
    terms = Terms()
    for name in ("Bool", "Int", "Real", "Array", "true", "assert", "let"):
        sort = Sort("enum", name, ("true", "false", "Int", "and"))
        script = Script()
        variable = terms.var(f"fact {name}", sort)
        script.claim(terms.eq(variable, terms.member(sort, "false")))
        solver = z3.Solver(ctx=z3.Context())
        solver.from_string(str(script))
        assert solver.check() == z3.sat, name
