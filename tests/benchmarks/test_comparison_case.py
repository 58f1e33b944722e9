"""What the benchmarks compare is the same everywhere: states, verdicts and lengths; what is to be proved can be."""

from __future__ import annotations

import re
import time

import case_peers as texts
import pytest
import z3
from case_model import FACTS, PROMISES, STATUSES, VARIANTS, events, explore, policy_text
from large_systems import deadline_chain, procedures
from scaling import program_of, proved, proved_by_spacer, questions_of, share

from verifier.explain.verify import Work, verify_program
from verifier.semantics.explore import explore as explored

STATES = {"main": 4380, "b_appear": 5136, "b_reclose": 4632, "b_check": 7404}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_plain_data_have_the_known_truth(variant: str) -> None:
    truth, expected = explore(variant), VARIANTS[variant]
    assert truth.states == STATES[variant]
    assert truth.broken == (dict([expected]) if expected else {})


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_policy_has_the_same_states_verdicts_and_lengths(variant: str) -> None:
    program, expected = program_of(policy_text(variant)), VARIANTS[variant]
    work = Work(program.promises, (), False, 50_000_000, time.monotonic() + 120, 40, True)
    outcome = verify_program(program, work)
    assert outcome.faults == ()
    verdicts = {result.name: result.verdict for result in outcome.properties}
    assert verdicts == dict.fromkeys(PROMISES, "proved") | ({expected[0]: "violated"} if expected else {})
    stories = {result.name: result.counterexample for result in outcome.properties if result.counterexample}
    assert set(stories) == ({expected[0]} if expected else set())
    for story in stories.values():
        assert expected is not None
        assert story.shortest
        assert len([event for event in story.happenings if event.step is not None]) == expected[1]


def test_the_policy_has_the_reachable_states_of_the_plain_data() -> None:
    found = explored(program_of(policy_text("main")))
    assert found is not None
    names = [*FACTS, "usc_children", *STATUSES]
    states = {tuple({**run.case.facts, **run.last.statuses}[name] for name in names) for run in found.states}
    assert len(states) == STATES["main"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_spacer_reads_the_horn_clauses_and_agrees(variant: str) -> None:
    for promise in PROMISES:
        solver = z3.SolverFor("HORN", ctx=z3.Context())
        solver.from_string(texts.horn(variant, [promise]))
        expected = VARIANTS[variant]
        assert str(solver.check()) == ("unsat" if expected and expected[0] == promise else "sat"), promise


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_event_and_promise_is_in_every_text(variant: str) -> None:
    for event in events(variant):
        assert f"do({event.name},t)" in texts.answer_sets(variant)
        assert f" fire.{event.name}\n" in texts.circuit(variant)
        assert f"e_{event.name} &" in texts.one_step(variant)
    circuit = texts.circuit(variant)
    assert re.findall(r"^\.outputs (.*)$", circuit, re.MULTILINE) == [" ".join(f"bad.{name}" for name in PROMISES)]
    assert texts.processes(variant).count("assert(") == len(events(variant))


@pytest.mark.parametrize("wide", [False, True])
def test_large_systems_are_as_large_as_asked_and_proved(wide: bool) -> None:
    program = program_of(procedures(60, 20, 4, wide=wide))
    system, goals = questions_of(program)
    assert (len(program.statuses), len(program.steps), len(goals)) == (60, 20, 4)
    assert proved(program)
    assert proved_by_spacer(program)
    assert (share(system, goals) >= 0.15) or not wide


def test_wide_slices_keep_a_third_of_all() -> None:
    for wide in (False, True):
        system, goals = questions_of(program_of(procedures(1000, 250, 10, wide=wide)))
        assert (share(system, goals) >= 0.3) is wide


def test_a_broken_link_of_a_large_system_is_not_proved() -> None:
    text = procedures(60, 20, 4, wide=False)
    program = program_of(re.sub(r"  requires s\d+_\d\n", "", text))
    assert not proved(program)


def test_a_chain_of_deadlines_is_proved_and_needs_each_deadline() -> None:
    text = deadline_chain(6)
    assert proved(program_of(text))
    assert not proved(program_of(text.replace("  requires today <= date of stage2 + 10 days\n", "")))
