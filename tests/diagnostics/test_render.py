"""Diagnostics as people see them: every column where it belongs, whatever the line holds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.diagnostics.model import Diagnostic, Fix, Label, Severity
from verifier.diagnostics.render import render, render_all
from verifier.source import SourceFile, Span

TEXT = 'policy p "Permits"\n\nstep grant by judge\n  requires paid == yes\n  then open becomes yes\n'


def span(text: str, part: str, source: SourceFile | None = None) -> Span:
    start = text.index(part)
    return Span(source or SourceFile("p.policy", text), start, start + len(part))


def shown(text: str, part: str, message: str = "Wrong") -> str:
    return render(Diagnostic("E0001", Severity.ERROR, message, span(text, part)), color=False)


def lines(text: str, part: str) -> list[str]:
    return shown(text, part).split("\n")


def test_a_whole_diagnostic() -> None:
    source = SourceFile("permits.policy", TEXT)
    place = span(TEXT, "==", source)
    diagnostic = Diagnostic(
        "E0107",
        Severity.ERROR,
        "`==` is not an operator of this language",
        place,
        (Label(span(TEXT, "step grant", source), "in this step"),),
        "Write `is` instead of `==`.",
        (Fix(place, "is", "Write `is`"),),
    )
    assert render(diagnostic, color=False) == (
        "error[E0107]: `==` is not an operator of this language\n"
        " --> permits.policy:4:17\n"
        "  |\n"
        "3 | step grant by judge\n"
        "  | ---------- in this step\n"
        "4 |   requires paid == yes\n"
        "  |                 ^^\n"
        "  |\n"
        "  = help: Write `is` instead of `==`.\n"
        "  = fix: Write `is`, giving: requires paid is yes"
    )


def test_labels_on_the_line_of_the_error() -> None:
    text = "define a means b and c or d"
    source = SourceFile("p.policy", text)
    labels = (Label(span(text, "and", source), "`and` is here"),)
    diagnostic = Diagnostic("E0103", Severity.ERROR, "Both", span(text, "or", source), labels)
    assert render(diagnostic, color=False).split("\n")[3:] == [
        "1 | define a means b and c or d",
        "  |                  ---   ^^",
        "  |                  `and` is here",
    ]


def test_the_last_label_stands_beside_its_mark() -> None:
    text = "define a means b and c or d"
    source = SourceFile("p.policy", text)
    labels = (Label(span(text, "or", source), "here too"), Label(span(text, "define", source), "in this"))
    diagnostic = Diagnostic("E0103", Severity.ERROR, "Both", span(text, "and", source), labels)
    assert render(diagnostic, color=False).split("\n")[4:] == [
        "  | ------           ^^^   -- here too",
        "  | in this",
    ]


def test_lines_between_marks_are_left_out() -> None:
    source = SourceFile("p.policy", TEXT)
    labels = (Label(span(TEXT, "policy p", source), "here"),)
    text = render(Diagnostic("E0001", Severity.ERROR, "Wrong", span(TEXT, "open", source), labels), color=False)
    assert text.split("\n")[3:8] == [
        '1 | policy p "Permits"',
        "  | -------- here",
        "...",
        "5 |   then open becomes yes",
        "  |        ^^^^",
    ]


def test_labels_in_another_file_have_their_own_frame() -> None:
    other = SourceFile("other.policy", "fact a : int")
    label = Label(Span(other, 5, 6), "declared here")
    text = render(Diagnostic("E0001", Severity.ERROR, "Twice", span(TEXT, "open"), (label,)), color=False)
    assert text.split("\n")[5:] == [" ::: other.policy:1:6", "  |", "1 | fact a : int", "  |      - declared here"]


def test_tabs_are_shown_as_spaces_and_counted_as_one_column() -> None:
    assert lines("\ta\tb : c", "b")[1:] == [" --> p.policy:1:4", "  |", "1 |     a   b : c", "  |         ^"]


def test_wide_characters_take_two_columns() -> None:
    assert lines('fact a reads "許可" / b', "b")[3:] == ['1 | fact a reads "許可" / b', "  |                       ^"]


def test_combining_characters_take_none() -> None:
    assert lines('fact a reads "e\u0301" / b', "b")[4] == "  |                    ^"


def test_control_characters_cannot_reach_the_terminal() -> None:
    text = shown("fact \x1b[31m\u202ea : int", "a :", message="Found `\x1b[2J`")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("�") == 3


def test_a_long_line_is_shown_around_the_error() -> None:
    text = "define a means " + "b and " * 100 + "wrong" + " and c" * 100
    frame = lines(text, "wrong")
    assert all(len(line) <= 130 for line in frame)
    assert frame[3].index("wrong") == frame[4].index("^")
    assert frame[3].startswith("1 | …")
    assert frame[3].endswith("…")
    assert frame[1] == " --> p.policy:1:616"


def test_a_span_of_several_lines_marks_each() -> None:
    assert lines(TEXT, "grant by judge\n  requires paid")[3:] == [
        "3 | step grant by judge",
        "  |      ^^^^^^^^^^^^^^",
        "4 |   requires paid == yes",
        "  |   ^^^^^^^^^^^^^",
    ]


def test_a_span_that_ends_after_a_line_end_does_not_mark_the_next_line() -> None:
    assert lines(TEXT, "by judge\n")[3:] == ["3 | step grant by judge", "  |            ^^^^^^^^"]


def test_a_long_block_shows_its_ends() -> None:
    text = "\n".join(f"line {i}" for i in range(1, 31))
    frame = lines(text, text)
    assert [line for line in frame if re.match(r" *\d+ \|", line)] == [
        " 1 | line 1",
        " 2 | line 2",
        "29 | line 29",
        "30 | line 30",
    ]


@pytest.mark.parametrize("start", [len(TEXT), len(TEXT) + 1, len(TEXT) + 1_000])
def test_a_span_at_or_past_the_end_is_shown_at_the_end(start: int) -> None:
    diagnostic = Diagnostic("E0001", Severity.ERROR, "Ended", Span(SourceFile("p.policy", TEXT), start, start + 5))
    assert render(diagnostic, color=False).split("\n")[1:] == [" --> p.policy:6:1", "  |", "6 |", "  | ^"]


def test_an_empty_file_has_a_first_line() -> None:
    diagnostic = Diagnostic("E0001", Severity.ERROR, "Empty", Span(SourceFile("p.policy", ""), 0, 0))
    assert render(diagnostic, color=False).split("\n")[1:] == [" --> p.policy:1:1", "  |", "1 |", "  | ^"]


def test_an_empty_span_has_one_mark() -> None:
    source = SourceFile("p.policy", "fact a :")
    diagnostic = Diagnostic("E0001", Severity.ERROR, "Expected a type", Span(source, 8, 8))
    assert render(diagnostic, color=False).split("\n")[-1] == "  |         ^"


def test_without_a_span_there_is_no_frame() -> None:
    diagnostic = Diagnostic("E0120", Severity.ERROR, "`a` does not exist", None, (), "Check the name.")
    assert render(diagnostic, color=False) == "error[E0120]: `a` does not exist\n  |\n  = help: Check the name."


@pytest.mark.parametrize(
    ("severity", "word"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "info")]
)
def test_severity_is_a_word(severity: Severity, word: str) -> None:
    assert render(Diagnostic("X1", severity, "m", None), color=False) == f"{word}[X1]: m"


def test_colour_adds_nothing_but_colour() -> None:
    diagnostic = Diagnostic(
        "E0107",
        Severity.ERROR,
        "m",
        span(TEXT, "=="),
        (Label(span(TEXT, "step"), "in this step"),),
        "help",
        (Fix(span(TEXT, "=="), "is", "Write `is`"),),
    )
    coloured = render(diagnostic, color=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render(diagnostic, color=False)


def test_a_fix_over_several_lines_shows_only_its_message() -> None:
    fix = Fix(span(TEXT, "judge\n  requires"), "clerk", "Change it")
    assert render(Diagnostic("X1", Severity.INFO, "m", None, (), None, (fix,)), color=False).endswith(
        "= fix: Change it"
    )


def test_several_diagnostics_are_apart() -> None:
    one = Diagnostic("X1", Severity.INFO, "m", None)
    assert render_all((one, one), color=False) == "info[X1]: m\n\ninfo[X1]: m"


@given(st.text(max_size=80), st.integers(0, 100), st.integers(0, 100))
def test_any_text_and_span_can_be_shown(text: str, start: int, length: int) -> None:
    source = SourceFile("p.policy", text)
    diagnostic = Diagnostic("X1", Severity.ERROR, text, Span(source, start, start + length))
    assert "^" in render(diagnostic, color=False)
