"""Questions through the form: each kind, what is left open, and what is not understood."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from live_studio import Browser, Page, running

from verifier.counsel import start
from verifier.explain import judge
from verifier.explain.replay import ReplayFailure
from verifier.studio import tasks
from verifier.studio.state import Limits

ASK = "/policies/library/ask"


@pytest.fixture
def ask(browser: Browser) -> Callable[..., Page]:
    blank = browser.get(ASK)
    return lambda **fields: browser.submit(
        blank, ASK, **{name.replace("__", "."): text for name, text in fields.items()}
    )


def test_nothing_is_given_where_nothing_is_entered(browser: Browser) -> None:
    form = browser.get(ASK).form(ASK)
    assert {name: text for name, text in form.items() if name.startswith("f.")} == dict.fromkeys(
        ("f.adult", "f.fines", "f.today"), ""
    )


def test_a_yes_that_depends(ask: Callable[..., Page]) -> None:
    page = ask(kind="why", written="adult")
    assert "IT DEPENDS on what is not given whether the reader is an adult." in page.plain


def test_why_not_names_the_fact(ask: Callable[..., Page]) -> None:
    page = ask(kind="why not", subject="lend", f__adult="no")
    assert "NO. It cannot come about that the staff lends a book." in page.plain
    assert "Because The reader is not an adult" in page.plain
    assert "The reader is an adult ( lend.grown ) ✗ does not hold – first that fails" in page.plain


def test_who_can(ask: Callable[..., Page]) -> None:
    page = ask(kind="who can", subject="lend")
    assert "1 GROUP. It can come about that the staff lends a book" in page.plain
    assert "1. Anyone of whom this is so: The reader is an adult The fines that the reader owes: at most $10.00" in (
        page.plain
    )
    assert "Each replayed independently ✓ Nobody else ✓" in page.plain


def test_how_can_tells_a_way(ask: Callable[..., Page]) -> None:
    page = ask(kind="how can", subject="give_back", f__adult="yes", f__fines="3.50")
    assert "✓ Proved It can happen that the reader has given the book back." in page.plain
    first, second = page.plain.find("The staff lends a book. the"), page.plain.find("The reader gives the book back. a")
    assert 0 < first < second


def test_what_would_change(ask: Callable[..., Page]) -> None:
    page = ask(kind="what would change", subject="lend", f__adult="yes", f__fines="12")
    assert "Any one of The fines that the reader owes: at most $10.00" in page.plain


def test_a_promise_in_the_words_of_the_language(ask: Callable[..., Page]) -> None:
    page = ask(kind="", written="lend only if adult", f__fines="0")
    assert "✓ Proved The staff lends a book only if the reader is an adult." in page.plain
    assert "It requires that the reader is an adult." in page.plain
    page = ask(kind="", written="lend only if fines = $0")
    assert "✗ Violated It can happen that the staff lends a book" in page.plain
    assert "Nobody asked whether the fines that the reader owes" in page.plain


def test_facts_can_be_pasted(ask: Callable[..., Page]) -> None:
    pasted = '{"facts": {"adult": false}}'
    page = ask(kind="why not", subject="lend", f__adult="yes", pasted=pasted)
    assert "Because The reader is not an adult" in page.plain
    assert page.form(ASK)["pasted"] == pasted
    assert page.form(ASK)["f.adult"] == "no"


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("{", "This is no JSON"),
        ("[" * 90_000, "This is no JSON"),
        ("[1]", "This must be a JSON object"),
        ('{"adult": [{}]}', "cannot be given yet"),
        ('{"grown": true}', "the policy has no fact `grown`"),
        ('{"fines": 1e999}', "is not a value of type money"),
        ('{"<script>": true}', "the policy has no fact"),
        ("1" * 200_000, "at most 100,000 characters"),
    ],
)
def test_pasted_facts_are_not_trusted(ask: Callable[..., Page], pasted: str, said: str) -> None:
    page = ask(kind="why", subject="lend", pasted=pasted)
    assert said.lower() in page.plain.lower()
    assert "<script" not in page.text


def test_an_answer_is_no_text_from_a_terminal(ask: Callable[..., Page]) -> None:
    for page in (ask(kind="who can", subject="lend"), ask(kind="", written="lend only if fines = $0")):
        assert "<pre" not in page.text
        assert '<ol class="timeline">' in page.text


def test_what_was_supposed_is_no_clause_of_the_policy(ask: Callable[..., Page]) -> None:
    page = ask(kind="", written="never adult", f__adult="no")
    assert "Why: it rests on what is given what is given" in page.plain
    assert page.text.count('<a class="number"') == page.text.count('href="/policies/library#policy-clause-')


def test_the_form_stays_as_it_was_filled_in(ask: Callable[..., Page]) -> None:
    form = ask(kind="why not", subject="lend", f__adult="no", f__fines="12.5").form(ASK)
    assert (form["kind"], form["subject"], form["f.adult"], form["f.fines"]) == ("why not", "lend", "no", "12.5")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "why"}, "Choose what the question is about"),
        ({"kind": "why", "written": "grown_up"}, "could not be understood"),
        ({"kind": "", "written": "sometimes maybe"}, "could not be understood"),
        ({"kind": "why", "written": "adult", "f__fines": "a lot"}, "is not a value of type money"),
        ({"kind": "why", "written": "adult", "f__fines": "fines"}, "is not"),
        ({"kind": "why", "written": "<script>alert(1)</script>"}, "could not be understood"),
    ],
)
def test_what_is_not_understood_is_told(ask: Callable[..., Page], fields: dict[str, str], said: str) -> None:
    page = ask(**fields)
    assert said in page.plain
    assert "<script" not in page.text


def test_fifty_questions_at_once_leave_the_studio_responsive(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workers sleep forever: what is measured is everything around them."""
    monkeypatch.setattr(tasks, "answer", _forever)
    with running([library], Limits(clerks=2, waiting=8, question=600.0)) as server:
        reader = Browser(server)
        reader.enter()
        fields = {**reader.get(ASK).form(ASK), "kind": "why", "written": "adult"}
        body = "&".join(f"{name}={text}" for name, text in fields.items()).encode()
        with ThreadPoolExecutor(50) as crowd:
            pages = list(crowd.map(lambda _: reader.send("POST", ASK, body, reader.form_headers()), range(50)))
            begun = time.monotonic()
            assert reader.send("GET", "/policies/library", None, {}).status == 200
            assert time.monotonic() - begun < 1
        taken = [page for page in pages if page.status == 303]
        refused = [page for page in pages if page.status == 503]
        assert (len(taken), len(refused)) == (10, 40)
        assert {page.headers["retry-after"] for page in refused} == {"5"}


def _forever(*_: object) -> None:
    time.sleep(3600)


def test_a_question_is_stopped_by_hand_or_by_time(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "answer", _forever)
    with running([library], Limits(question=3.0)) as server:
        reader = Browser(server)
        reader.enter()
        fields = {**reader.get(ASK).form(ASK), "kind": "why", "written": "adult"}
        body = "&".join(f"{name}={text}" for name, text in fields.items()).encode()
        place = reader.send("POST", ASK, body, reader.form_headers()).headers["location"]
        waiting = reader.send("GET", place, None, {})
        assert "Being worked on" in waiting.plain
        assert "This was stopped." in reader.submit(waiting, f"{place}/stop").plain
        late = reader.get(reader.send("POST", ASK, body, reader.form_headers()).headers["location"])
        assert "This took more than 3 seconds, and was stopped." in late.plain


_ANSWER = tasks.answer


def _with_a_run_that_does_not_replay(*given: Any) -> object:
    judge.replay = _refuse
    start._confirmed = lambda *_: False  # noqa: SLF001
    return _ANSWER(*given)


def _refuse(*_: object) -> Any:
    raise ReplayFailure("planted by hand")


@pytest.mark.parametrize(
    ("kind", "written"), [("", "lend only if fines = $0"), ("why", "lend"), ("why", "adult"), ("how can", "give_back")]
)
def test_a_case_that_does_not_replay_is_no_answer(browser: Browser, monkeypatch: pytest.MonkeyPatch, kind: str,
                                                  written: str) -> None:  # fmt: skip
    monkeypatch.setattr(tasks, "answer", _with_a_run_that_does_not_replay)
    page = browser.submit(browser.get(ASK), ASK, kind=kind, written=written)
    assert "✗ Internal error. Do not rely on this." in page.plain
    for word in ("✗ Violated", "✓ Proved", "YES", "NO.", "IT DEPENDS", "How it happens"):
        assert word not in page.plain


def test_nothing_of_a_case_is_written(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is opened for writing while a question is answered, in this process; its folder and the cache stay empty."""
    monkeypatch.setenv("CLAUSEPROOF_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in library.parent.iterdir()}
    with running([library]) as server:
        reader = Browser(server)
        reader.enter()
        page = reader.submit(reader.get(ASK), ASK, kind="why not", subject="lend", **{"f.fines": "31415.92"})
        assert "NO." in page.plain
    assert list(tmp_path.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in library.parent.iterdir()} == before
