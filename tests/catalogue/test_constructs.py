"""Every form of the grammar is seen to work, seen to fail, and explained.

The forms are the rules that a policy can use, and the named alternatives of each (``grammar_rules.forms``).

* *Works*: a policy without mistakes in its text uses it: a case, a policy of this repository or of its tests, or an
  example of the reference.
* *Fails*: a case expects an error in an item that uses it, or a violated promise or failed scenario that uses it,
  itself or in an item that it names, directly or by others. That what cases expect comes true is tested with them.
* *Is explained*: the reference lists it under a heading (``<!-- rules: … -->``), and an example there uses it. That the
  examples answer as printed is tested with the reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from documented import HEADING, anchor, examples
from grammar_rules import Item, forms, items
from written_cases import MAIN, Case, case_files, read_case

from verifier.source import SourceFile
from verifier.syntax.parser import parse

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "grammar" / "README.md").read_text(encoding="utf-8")
RULES = re.compile(r"^<!-- rules: (.*) -->$", re.MULTILINE)
DIAGNOSTIC = re.compile(r"^[EF]\d{4}  (?:(\S+\.policy):)?(\d+):\d+  (?!waived)", re.MULTILINE)
BROKEN = re.compile(r"^(?:violated  |failed    scenario )(\w+)", re.MULTILINE)


@cache
def cases() -> tuple[Case, ...]:
    return tuple(read_case(path.read_text(encoding="utf-8")) for path in case_files(ROOT / "tests" / "cases"))


def policies() -> Iterator[str]:
    for folder in ("policies", "tests/policies"):
        for path in sorted((ROOT / folder).rglob("*.policy")):
            yield path.read_text(encoding="utf-8")
    for case in cases():
        yield from case.policies.values()
    for example in examples(REFERENCE):
        yield example.text


def used(text: str) -> set[str]:
    """The forms in a text; none where it has mistakes of its own."""
    sound = not parse(SourceFile("", text)).diagnostics
    return {form for item in items(text) for form in item.forms} if sound else set()


# ---------------------------------------------------------------- what a case shows to fail


def failing(case: Case) -> set[str]:
    """The forms in the items that a case expects to be wrong or broken."""
    return {form for item in (*_wrong(case), *_broken(case)) for form in item.forms}


def _wrong(case: Case) -> Iterator[Item]:
    for file, line in DIAGNOSTIC.findall(case.expected.get("diagnostics", "")):
        before = [item for item in items(case.policies[file or MAIN]) if item.first_line <= int(line)]
        yield from before[-1:]


def _broken(case: Case) -> Iterator[Item]:
    declared = [item for text in case.policies.values() for item in items(text)]
    names = {name for key, told in case.expected.items() if key.startswith("verdicts") for name in BROKEN.findall(told)}
    found: list[Item] = []
    waiting = [item for item in declared if item.keyword in ("prove", "scenario") and item.name in names]
    while waiting:
        item = waiting.pop()
        found.append(item)
        named = (each for each in declared if each.name in item.names and each.keyword not in ("prove", "scenario"))
        waiting += [each for each in named if each not in found and each not in waiting]
    yield from found


# ---------------------------------------------------------------- what the reference explains


def explained() -> Iterator[tuple[str, str]]:
    """Each form that the reference lists, with the anchor of the heading right above the list."""
    for match in RULES.finditer(REFERENCE):
        heading = REFERENCE[: match.start()].rstrip("\n").rpartition("\n")[2]
        assert HEADING.fullmatch(heading), f"no heading stands above {match.group()}"
        for form in match.group(1).split():
            yield form, anchor(heading.lstrip("# "))


# ---------------------------------------------------------------- the tests


def test_every_form_is_seen_to_work() -> None:
    assert sorted(forms() - {form for text in policies() for form in used(text)}) == []


def test_every_form_is_seen_to_fail() -> None:
    assert sorted(forms() - {form for case in cases() for form in failing(case)}) == []


def test_every_form_is_explained() -> None:
    assert sorted(forms() - {form for form, _ in explained()}) == []


def test_what_is_explained_is_a_form_and_shown_by_an_example_there() -> None:
    shown: dict[str, set[str]] = {}
    for example in examples(REFERENCE):
        shown.setdefault(example.section, set()).update(form for item in items(example.text) for form in item.forms)
    assert [(form, section) for form, section in explained() if form not in forms()] == []
    assert [(form, section) for form, section in explained() if form not in shown.get(section, set())] == []


CASE = """# A name

Why this is right is said here in so many words.

```policy
policy p
status a : yes/no starts no
status b : percent
define c means a
step go
  then a becomes yes
step stay
  requires b > 5%
prove never_c never c
prove late after go, go within 3 days
```

```verdicts
violated  never_c
proved    late
```
"""


def test_a_broken_promise_counts_with_what_it_speaks_of_and_nothing_else() -> None:
    found = failing(read_case(CASE))
    assert found >= {"promise:never", "define", "status", "starts", "base:yes_no_type"}
    assert found & {"promise:response", "step", "requires", "base:percent_type", "policy"} == set()


def test_an_error_counts_with_the_item_where_it_is() -> None:
    found = failing(read_case(CASE + "\n```diagnostics\nF0104  7:3  it errs\nF0201  5:1  waived: it is idle\n```\n"))
    assert found >= {"requires", "step", "atom:percent"}
    assert found & {"then", "promise:response"} == set()


def test_a_text_with_a_mistake_shows_nothing_to_work() -> None:
    assert "fact" in used("policy p\nfact a : int")
    assert used("policy p\nfact a : int\nfact b int") == set()
