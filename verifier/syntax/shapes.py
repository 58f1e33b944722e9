"""Whole constructions that authors guess and this language writes otherwise, each recognised by one detector.

Takes a ``Fault``; gives a diagnostic that says what to write instead, or ``None`` where the author meant another thing.
Tried before the single words of ``slips``, which would see only the word at which the parser stopped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from lark import Token

from verifier.diagnostics.model import Diagnostic, Fix
from verifier.syntax.expectations import END, starts_value
from verifier.syntax.fault import Fault
from verifier.syntax.keywords import CLAUSE_OWNERS, ITEM_WORDS, KEYWORDS
from verifier.syntax.repair import starts_line

_ITEM_TERMINALS: Final = frozenset(word.upper() for word in ITEM_WORDS)
_TYPED: Final = frozenset(("FACT", "STATUS", "FIELD"))
_WITH_PARAMETERS: Final = frozenset(("STEP", "TABLE", "DECIDE", "DEFINE"))
_NAMED_ALONE: Final = frozenset((*_TYPED, "ACTOR", "ENTITY", "USE"))
_ENDS_A_TYPE: Final = frozenset(("STARTS", "READS", "CITATION", "COLON"))


def _head(f: Fault, kinds: frozenset[str] = _ITEM_TERMINALS) -> int | None:
    """Where the item or clause of one of these kinds starts in which the fault stands."""
    tokens = f.stop.tokens
    return next((i for i in range(min(f.stop.index, len(tokens)) - 1, -1, -1) if tokens[i].type in kinds), None)


def _in(f: Fault, kind: str) -> int | None:
    """Where the item starts, if it is of this kind."""
    head = _head(f)
    if head is None and kind == "PROVE" and f.stop.start == "form":
        return 0  # a promise that is asked stands alone
    return head if head is not None and f.stop.tokens[head].type == kind else None


def _text(f: Fault, tokens: Sequence[Token]) -> str:
    return " ".join(f.span(tokens[0], tokens[-1]).text.split()) if tokens else ""


def _line_end(f: Fault, index: int) -> int:
    """The index after the last token on the line of a token."""
    tokens = f.stop.tokens
    return next((i for i in range(index + 1, len(tokens)) if starts_line(f.source, tokens[i])), len(tokens))


# ---------------------------------------------------------------- declarations


def several_names(f: Fault) -> Diagnostic | None:
    """`status a, b : yes/no`: several names declared in one line."""
    if f.found.type not in {"COMMA", "AND"} or f.previous is None or f.previous.type != "NAME" or f.stop.index < 2:
        return None
    tokens, first = f.stop.tokens, f.stop.index - 1
    word = tokens[first - 1]
    if word.type not in _NAMED_ALONE:
        return None
    end = first
    while end + 2 < len(tokens) and tokens[end + 1].type in {"COMMA", "AND"} and tokens[end + 2].type == "NAME":
        end += 2
    names = [str(token) for token in tokens[first : end + 1 : 2]]
    last = _line_end(f, end)
    rest = _text(f, tokens[end + 1 : last])
    apart = " " if rest else ""
    lines = [f"{word} {name}{apart}{rest}" for name in names]
    span = f.span(word, tokens[last - 1])
    simple = '"' not in rest and "\n" not in span.text
    indent = " " * (f.source.position(word.start_pos or 0)[1] - 1)
    fixes = (Fix(span, f"\n{indent}".join(lines), "Write a line for each"),) if simple else ()
    shown = (
        " and ".join(f"`{line}`" for line in lines) if simple else f"`{word} {names[0]} …` and `{word} {names[1]} …`"
    )
    advice = f"Write a line for each: {shown}."
    marked = f.span(tokens[first], tokens[end])
    return f.report(
        "E0101", f"Each `{word}` declares one name, and these are {len(names)}", marked, help=advice, fixes=fixes
    )


def inline_enum(f: Fault) -> Diagnostic | None:
    """`status book : shelf | desk`: the values of an enum where its name belongs."""
    colon = _type_colon(f)
    if colon is None:
        return None
    tokens = f.stop.tokens
    end = colon + 1
    while (
        end < len(tokens)
        and tokens[end].type not in _ENDS_A_TYPE
        and (end <= f.stop.index or not starts_line(f.source, tokens[end]))
    ):
        end += 1
    part = list(tokens[colon + 1 : end])
    closing = next((i for i, token in enumerate(part) if token.type == "RPAR" and part[0].type != "LPAR"), len(part))
    part = part[:closing]
    named = tokens[colon - 1]
    if len(part) == 2 and part[0].type == "ENUM" and part[1].type == "NAME":
        fix = Fix(f.span(part[0], part[1]), str(part[1]), f"Write `{part[1]}`")
        advice = f"Write `{named} : {part[1]}`, and declare `enum {part[1]} = …` on a line of its own."
        return f.report(
            "E0101", "The name of an enum stands alone after the colon", f.span(part[0]), help=advice, fixes=(fix,)
        )
    values = _values(part)
    if values is None:
        return None
    enum = _enum_name(f, str(named))
    declared = f"enum {enum} = {' | '.join(values)}"
    head = tokens[colon - 2]
    message = f"The values of `{named}` need an `enum` of their own"
    if head.type not in {"FACT", "STATUS"} or not starts_line(f.source, head):
        advice = f"Write `{declared}` on a line of its own, and `{named} : {enum}` here."
        return f.report("E0101", message, f.span(part[0], part[-1]), help=advice)
    after = _text(f, tokens[end : _line_end(f, end - 1)])
    advice = f"Write two lines: `{declared}` and `{head} {named} : {enum}{' ' + after if after else ''}`."
    span = f.span(head, part[-1])
    fix = Fix(span, f"{declared}\n{head} {named} : {enum}", "Write the enum on a line of its own")
    return f.report("E0101", message, f.span(part[0], part[-1]), help=advice, fixes=(fix,))


def _type_colon(f: Fault) -> int | None:
    """The colon of the type in which the fault stands, after the name of a declaration or parameter."""
    tokens, index = f.stop.tokens, f.stop.index
    colon = next((i for i in range(min(index, len(tokens)) - 1, 1, -1) if tokens[i].type == "COLON"), None)
    if colon is None or tokens[colon - 1].type != "NAME":
        return None
    if any(token.type in {*_ENDS_A_TYPE, "REQUIRES", "THEN"} for token in tokens[colon + 1 : index]):
        return None
    before = tokens[colon - 2].type
    if before in _TYPED:
        return colon
    head = next((i for i in range(colon, -1, -1) if tokens[i].type in _ITEM_TERMINALS), None)
    parameter = before in {"LPAR", "COMMA"} and head is not None and tokens[head].type in _WITH_PARAMETERS
    return colon if parameter else None


def _values(part: Sequence[Token]) -> list[str] | None:
    """The values among the tokens of a type, at least two and nothing else, as an `enum` lists them."""
    words = [token for token in part if token.type not in {"LBRACE", "RBRACE", "LPAR", "RPAR", "ENUM"}]
    if len(words) > 2 and words[0] in {"one", "any", "either"}:
        words = words[2:] if words[1].type == "OF" else words[1:]
    values, marks = words[::2], words[1::2]
    if len(values) < 2 or len(values) == len(marks) or any(token.type == "LIST" for token in part):
        return None
    if not all(mark.type in {"VBAR", "COMMA", "OR", "SLASH"} for mark in marks):
        return None
    return _as_values(values)


def _as_values(tokens: Sequence[Token]) -> list[str] | None:
    found = []
    for token in tokens:
        word = str(token).strip('"')
        name = re.sub(r"\W+", "_", word.strip(), flags=re.ASCII).strip("_").lower() if token.type == "STRING" else word
        if not re.fullmatch(r"[A-Za-z_]\w*", name) or (name in KEYWORDS and name != "none"):
            return None
        found.append(name if name == word else f'{name} "{word}"')
    return found


def _enum_name(f: Fault, name: str) -> str:
    """A name like that of the fact, which nothing else in the text has."""
    meant = "".join(part[:1].upper() + part[1:] for part in name.split("_")) or "Kind"
    taken = set(re.findall(r"\w+", f.source.text))
    return next(
        each for each in (meant, f"{meant}Kind", f"{meant}Values") if each not in taken or each.endswith("Values")
    )


# ---------------------------------------------------------------- clauses


def misplaced_clause(f: Fault) -> Diagnostic | None:
    """`exception` under a `step`, `requires` under a `duty`: a clause of another item, at the start of a line."""
    head = _head(f)
    owners = CLAUSE_OWNERS.get(f.word)
    if head is None or owners is None or not starts_line(f.source, f.found) or END not in f.stop.accepted:
        return None
    item = str(f.stop.tokens[head])
    if item in owners:
        return None
    following = f.stop.tokens[f.stop.index :]
    message = f"`{f.word}` stands under {_items(owners)}, not under `{item}`"
    return f.report("E0101", message, f.span(f.found), help=place_of_clause(following))


def place_of_clause(tokens: Sequence[Token]) -> str:
    """Where the clause at the start of these tokens belongs; an author of an amendment is shown its form."""
    word = str(tokens[0])
    if word not in {"rule", "exception"}:
        return f"Write it under the {_items(CLAUSE_OWNERS[word])} that it belongs to."
    texts = [str(token) for token in tokens[:8]]
    name = next((b for a, b in pairwise(texts) if a == "of"), None)
    name = name or next((texts[i - 1] for i, text in enumerate(texts) if text == "." and i), "NAME")
    return (
        f"Write it under its decision, `decide {name} : TYPE`. To amend a decision of a used policy, "
        f"write that line again, with its type, and the {word} under it."
    )


def _items(owners: Sequence[str]) -> str:
    return " or ".join(f"`{owner}`" for owner in owners)


# ---------------------------------------------------------------- duties and promises


def arguments_of_a_duty(f: Fault) -> Diagnostic | None:
    """`duty suspend within 3 days of offend(drink)`."""
    head = _in(f, "DUTY")
    if f.found.type != "LPAR" or head is None or f.previous is None or f.previous.type != "NAME":
        return None
    if any(token.type == "UNLESS" for token in f.stop.tokens[head : f.stop.index]):
        return None
    step = f.previous
    message = f"A duty is about every `{step}`, whatever its arguments, so none can stand here"
    advice = (
        f"Write `{step}` alone, or make a step of its own of the case that is meant, and write the duty about that."
    )
    return f.report("E0101", message, f.span(f.found), help=advice)


def several_steps(f: Fault) -> Diagnostic | None:
    """`close only after pay or waive_fee`, `never pay after close or end`, `pay or give only if adult`."""
    head = _in(f, "PROVE")
    if head is None or f.found.type not in {"OR", "AND", "ONLY"}:
        return None
    tokens = f.stop.tokens
    start = next((i for i in range(head, len(tokens)) if tokens[i].type in {"ONLY", "NEVER"}), None)
    if f.found.type == "ONLY":
        return _several_subjects(f)
    if start is None or f.previous is None or f.previous.type != "NAME" or f.stop.index < start + 2:
        return None
    after = f.stop.index - 2
    end = f.stop.index
    while end + 2 < len(tokens) and tokens[end + 2].type == f.found.type and tokens[end + 1].type == "NAME":
        end += 2
    steps = [str(token) for token in tokens[after + 1 : end + 2 : 2]]
    if tokens[after].type != "AFTER" or end + 1 >= len(tokens) or tokens[end + 1].type != "NAME":
        return None
    never = tokens[start].type == "NEVER"
    subject = _text(f, tokens[start + 1 : after] if never else _before(f, start))
    word = {"OR": "and", "AND": "or"}[f.found.type] if never else str(f.found)
    past, unless = f"has {'never ' if never else ''}happened", ""
    rest = tokens[end + 2 : _line_end(f, end + 1)]
    if rest and rest[0].type == "WITHIN":
        length = 5 if len(rest) > 4 and rest[3].type == "ROUNDING" else 3
        past, rest = f"happened {_text(f, rest[:length])}", rest[length:]
    if rest and rest[0].type == "UNLESS":
        unless = f" or ({_text(f, rest[1:])})"
    joined = f" {word} ".join(f"{step} {past}" for step in steps)
    if unless and word == "and":
        joined = f"({joined})"
    message = f"One step stands after `after`, and these are {len(steps)}"
    marked = f.span(tokens[after + 1], tokens[end + 1])
    return f.report("E0101", message, marked, help=f"Write `{subject} only if {joined}{unless}`.")


def _several_subjects(f: Fault) -> Diagnostic | None:
    steps = _before(f, f.stop.index)
    if len(steps) < 3 or any(token.type not in {"NAME", "OR", "AND", "COMMA"} for token in steps):
        return None
    rest = _text(f, f.stop.tokens[f.stop.index : _line_end(f, f.stop.index)])
    lines = " and ".join(f"`{step} {rest}`" for step in steps[::2])
    advice = f"Write a promise for each: {lines}."
    message = f"This promise is about one step, and these are {len(steps[::2])}"
    return f.report("E0101", message, f.span(steps[0], steps[-1]), help=advice)


def _before(f: Fault, index: int) -> Sequence[Token]:
    """The names and the words between them that end before a token."""
    tokens, start = f.stop.tokens, index
    while start and tokens[start - 1].type in {"NAME", "OR", "AND", "COMMA"}:
        start -= 1
    # The name of the promise itself stands before them.
    return tokens[start + (tokens[start - 1].type == "PROVE") : index]


def several_answers(f: Fault) -> Diagnostic | None:
    """`prove p after s, a or b within 3 days`."""
    head = _in(f, "PROVE")
    if f.found.type != "WITHIN" or head is None:
        return None
    tokens = f.stop.tokens
    start = next((i for i in range(head, f.stop.index) if tokens[i].type == "AFTER"), None)
    comma = None if start is None else next((i for i in range(start, f.stop.index) if tokens[i].type == "COMMA"), None)
    if start is None or comma is None:
        return None
    answers = tokens[comma + 1 : f.stop.index]
    if len(answers) < 3 or any(t.type not in {"NAME", "OR", "AND"} for t in answers) or answers[1].type == "NAME":
        return None
    step, joined = (
        _text(f, tokens[start + 1 : comma]),
        f" {answers[1]} ".join(f"{t} has happened" for t in answers[::2]),
    )
    rest = tokens[f.stop.index + 1 : _line_end(f, f.stop.index)]
    size = 4 if len(rest) > 3 and rest[2].type == "ROUNDING" else 2
    length = _text(f, rest[:size])
    excuse = f" or ({_text(f, rest[size + 1 :])})" if len(rest) > size + 1 and rest[size].type == "UNLESS" else ""
    duty = f"Whoever must do one of them has a duty: `duty {_text(f, answers)} within {length} of {step}`."
    instead = f"always {step} has happened implies {joined if answers[1].type == 'OR' else f'({joined})'}"
    message = f"This promise awaits one step, and these are {len(answers[::2])}"
    advice = f"For a step that is taken once, write `{instead} or today <= date of {step} + {length}{excuse}`."
    advice += f" {duty}" if answers[1].type == "OR" else ""
    return f.report("E0101", message, f.span(answers[0], answers[-1]), help=advice)


def arguments_of_two_cases(f: Fault) -> Diagnostic | None:
    """`more f never lowers t(f)`, `t(f) depends only on f`, `fee depends only on child.age`."""
    head = _in(f, "PROVE")
    if head is None:
        return None
    types = [token.type for token in f.stop.tokens[head : f.stop.index]]
    compares = {"LOWERS", "RAISES"} & set(types) or "DEPENDS" in types
    if f.found.type in {"LPAR", "DOT"} and compares and types[-1] == "NAME":
        first = f.stop.index - 1
    elif f.found.type == "DEPENDS" and types[-1] == "RPAR" and "LPAR" in types:
        first = head + len(types) - 1 - types[::-1].index("LPAR") - 1
    else:
        return None
    tokens, last = f.stop.tokens, first + 2
    if tokens[first + 1].type == "LPAR":
        last = next((i for i in range(first, len(tokens)) if tokens[i].type == "RPAR"), len(tokens) - 1)
    value = f.span(tokens[first], tokens[min(last, len(tokens) - 1)])
    shown = " ".join(value.text.split())
    named = f"{tokens[first]}_here"
    advice = f"Name what you mean, `define {named} means {shown}`, and write `{named}` in the promise."
    return f.report("E0101", "This promise compares plain values, which have no arguments", value, help=advice)


# ---------------------------------------------------------------- values


def sum_of(f: Fault) -> Diagnostic | None:
    """`sum of c.income for c in children`: `total`."""
    words = {"sum": "total", "min": "lesser", "minimum": "lesser", "max": "greater", "maximum": "greater"}
    if f.found.type != "OF" or f.previous is None or (meant := words.get(f.previous.lower())) is None:
        return None
    forms = {
        "total": "`total of c.income for c in children`",
        "lesser": "`lesser of (a, b)`",
        "greater": "`greater of (a, b)`",
    }
    span = f.span(f.previous)
    fix = Fix(span, meant, f"Write `{meant}`")
    message = f"Expected `{meant}`, found `{f.previous}`"
    return f.report("E0102", message, span, help=f"It is written {forms[meant]}.", fixes=(fix,))


def size_of(f: Fault) -> Diagnostic | None:
    """`number of children`, `number of c in children`: how many there are at all."""
    tokens, index = f.stop.tokens, f.stop.index
    before = [token.type for token in tokens[max(0, index - 5) : index]]
    if before[-3:] == ["NUMBER", "OF", "NAME"] and "IN" in f.stop.accepted:
        first, listed = index - 3, tokens[index - 1]
    elif before == ["NUMBER", "OF", "NAME", "IN", "NAME"] and "WITH" in f.stop.accepted and f.found.type != "HAS":
        first, listed = index - 5, tokens[index - 1]
    else:
        return None
    span = f.span(tokens[first], listed)
    meant = f"size of {listed}"
    message = f"`number of` counts those `with` something, and nothing follows `{listed}`"
    advice = f"Write `{meant}`, or `number of each in {listed} with (…)`."
    return f.report("E0101", message, span, help=advice, fixes=(Fix(span, meant, f"Write `{meant}`"),))


def bracketed_set(f: Fault) -> Diagnostic | None:
    """`x is in [a, b]`: brackets are for citations."""
    if f.found.type != "CITATION" or not starts_value(f.stop.accepted):
        return None
    span = f.span(f.found)
    meant = "{" + span.text[1:-1].strip() + "}"
    listed = re.fullmatch(r"\[\w+(?:\s*,\s*\w+)*\s*\]", span.text)
    fixes = (Fix(span, meant, f"Write `{meant}`"),) if listed and "LBRACE" in f.stop.accepted else ()
    advice = f"Write `{meant}`." if fixes else "Write the condition or value first, and the citation after it."
    message = (
        "A set stands in braces; brackets hold citations" if fixes else "A citation stands where a value is needed"
    )
    return f.report("E0101", message, span, help=advice, fixes=fixes)


SHAPES: Final = (
    misplaced_clause,
    several_names,
    inline_enum,
    arguments_of_a_duty,
    several_answers,
    several_steps,
    arguments_of_two_cases,
    sum_of,
    size_of,
    bracketed_set,
)
