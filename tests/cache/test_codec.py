"""Results as plain data and back: nothing is lost, and nothing else is ever made."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path

import pytest
from running import files

from verifier import pipeline
from verifier.cache import codec
from verifier.cache.inputs import Reading, sources
from verifier.cache.results import REGISTRY
from verifier.cli.files import find_policies, read_bytes, read_policy
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import PolicyResult
from verifier.source import SourceFile, Span

ROOT = Path(__file__).parents[2]
FOLDERS = ("policies", "tests/policies")
NOTHING: dict[str, bytes] = {}


def there_and_back(value: object, texts: dict[str, SourceFile]) -> object:
    record = json.loads(json.dumps(codec.write(value, REGISTRY, texts)))
    return codec.read(record, REGISTRY, texts)


def spans(value: object, seen: set[int]) -> list[Span]:
    """Every span below a value: they take no part in comparisons."""
    if id(value) in seen:
        return []
    seen.add(id(value))
    if isinstance(value, Span):
        return [value]
    parts = value if isinstance(value, tuple) else ()
    if hasattr(value, "__dataclass_fields__"):
        parts = tuple(getattr(value, field.name) for field in fields(value))  # type: ignore[arg-type]
    return [span for part in parts for span in spans(part, seen)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_program_of_this_repository_comes_back_equal(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    reading = Reading(read_policy, read_bytes)
    run = pipeline.check(find_policies((folder,)), pipeline.Options(), reading.read, reading.read_bytes)
    assert len(run.policies) >= 10
    for policy in run.policies:
        back = there_and_back(policy, sources(reading.texts))
        assert back == policy
        assert spans(back, set()) == spans(policy, set())


def test_a_result_with_every_kind_of_value() -> None:
    source = SourceFile("a.policy", "policy a")
    span = Span(source, 0, 6)
    value = (Fraction(1, 3), True, 1, "é\ud800", None, 0.5, frozenset({"b", "a"}), (), ((),), span, Severity.INFO)
    back = there_and_back(value, {})
    assert back[:9] == value[:9]  # type: ignore[index]
    assert type(back[1]) is bool  # type: ignore[index]
    assert back[9].source.text == source.text  # type: ignore[index]
    assert back[10] is Severity.INFO  # type: ignore[index]
    assert there_and_back(span, {"a.policy": source}) == span
    assert there_and_back(span, {"a.policy": SourceFile("a.policy", "other")}) != span


def test_shared_parts_are_written_once_and_depth_does_not_matter() -> None:
    value: object = ()
    for _ in range(5000):
        value = (value, value)
    record = codec.write(value, REGISTRY, {})
    assert len(record["nodes"]) == 5001
    back = codec.read(record, REGISTRY, {})
    for _ in range(5000):
        assert isinstance(back, tuple)
        assert back[0] is back[1]
        back = back[0]
    assert back == ()


@dataclass(frozen=True)
class Stranger:
    name: str


@pytest.mark.parametrize("value", [Stranger("x"), [1], {"a": 1}, b"x", object(), frozenset({1}), (Stranger("x"),)])
def test_what_the_registry_does_not_have_is_not_written(value: object) -> None:
    with pytest.raises(codec.NotWritable):
        codec.write(value, REGISTRY, {})


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"nodes": 1, "root": [0]},
        {"nodes": []},
        {"nodes": [], "root": [0]},
        {"nodes": [["()"]], "root": [1]},
        {"nodes": [["()"]], "root": [-1]},
        {"nodes": [["()"]], "root": [True]},
        {"nodes": [["()", [0]]], "root": [0]},
        {"nodes": [["()", {"a": 1}]], "root": [0]},
        {"nodes": [["()", [0, 0]]], "root": [0]},
        {"nodes": [["Stranger", "x"]], "root": [0]},
        {"nodes": [["eval", "1"]], "root": [0]},
        {"nodes": [[1]], "root": [0]},
        {"nodes": [[]], "root": [0]},
        {"nodes": [["/", 1, 0]], "root": [0]},
        {"nodes": [["/", "x", 1]], "root": [0]},
        {"nodes": [["file", "nowhere"]], "root": [0]},
        {"nodes": [["file", "a", "b", "c"]], "root": [0]},
        {"nodes": [["Severity", "fatal"]], "root": [0]},
        {"nodes": [["Severity"]], "root": [0]},
        {"nodes": [["Cite", "article"]], "root": [0]},
        {"nodes": [["Cite", "article", "1", "2"]], "root": [0]},
        {"nodes": [["()"], ["{}", [0], [[0]]]], "root": [1]},
    ],
)
def test_what_write_does_not_give_is_not_read(record: object) -> None:
    with pytest.raises(codec.Unreadable):
        codec.read(record, REGISTRY, {})


def test_a_missing_file_is_an_input_like_any_other() -> None:
    texts = {"a.policy": "policy a"}
    reading = Reading(files(texts), NOTHING.get)
    inputs = reading.inputs(["a.policy", "b.policy"], ["law.txt"])
    assert reading.still(inputs)
    assert isinstance(reading.read("b.policy"), Diagnostic)
    later = Reading(files(texts | {"b.policy": "policy b"}), NOTHING.get)
    assert not later.still(inputs)
    assert later.still(inputs[:1])
    assert not Reading(files(texts), {"law.txt": b""}.get).still(inputs)


def test_a_file_is_read_once_and_its_digest_is_of_what_was_read() -> None:
    texts = {"a.policy": "policy a"}
    reading = Reading(files(texts), None)
    first = reading.read("a.policy")
    texts["a.policy"] = "policy b"
    assert reading.read("a.policy") is first
    assert not Reading(files(texts), None).still(reading.inputs(["a.policy"], []))


def test_the_registry_has_every_class_that_a_result_names() -> None:
    assert PolicyResult in REGISTRY.classes.values()
    assert len(REGISTRY.classes) > 100
