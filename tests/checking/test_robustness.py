"""Whatever an author writes gets diagnostics, never a crash; and every diagnostic is fit to be shown."""

from __future__ import annotations

import re

from checking_cases import check_text
from hypothesis import given
from hypothesis import strategies as st
from test_every_construct import POLICY

from verifier.diagnostics.model import Severity

WORD = re.compile(r'"[^"\n]*"|[A-Za-z_]\w*|\$?\d[\d.,]*%?|[^\s\w]')
PLACES = list(WORD.finditer(POLICY))
PIECES = sorted({found.group() for found in PLACES})


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The policy with one to three words replaced by others, or left out."""
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique_by=lambda found: found.start()))
    text = POLICY
    for found in sorted(places, key=lambda found: found.start(), reverse=True):
        text = text[: found.start()] + draw(st.sampled_from(["", *PIECES])) + text[found.end() :]
    return text


def _item_of(text: str, offset: int) -> str:
    """The text from the start of the item that an offset stands in."""
    starts = [found.start() for found in re.finditer(r"^\w", text, re.MULTILINE) if found.start() <= offset]
    return text[starts[-1] :] if starts else text


@given(mutated())
def test_a_garbled_policy_is_diagnosed(text: str) -> None:
    checked = check_text(text)
    errors = [item for item in checked.diagnostics if item.severity is Severity.ERROR]
    if checked.program is None:
        assert errors  # a program with errors has lost the promises and scenarios in which they stand, nothing else
    claims = ("prove", "scenario")
    outside = [e for e in errors if e.span is None or not _item_of(text, e.span.start).startswith(claims)]
    assert checked.program is None or not outside
    for item in checked.diagnostics:
        assert "\n" not in item.message
        assert item.help
        assert item.span is not None
        assert 0 <= item.span.start <= item.span.end <= len(text)


NOT = "not (" * 45
SHUT = ")" * 45
HEAD = "policy p\nfact a : yes/no\nfact n : int\n"


def chain(count: int, shape: str) -> str:
    return HEAD + "\n".join(shape.format(n=n, next=(n + 1) % count) for n in range(count))


def test_long_circles_and_deep_chains_end_in_a_message() -> None:
    for text, code in (
        (chain(400, "define d{n} means not d{next}"), "E0401"),
        (chain(400, f"define d{{n}} means {NOT}d{{next}}{SHUT}"), "E0401"),
        (chain(900, "decide d{n} : yes/no rule r gives d{next} if yes"), "E0401"),
        (
            HEAD + "define d_0 means a\n" + "\n".join(f"define d_{n} means not d_{n - 1}" for n in range(1, 300)),
            "E0413",
        ),
    ):
        found = check_text(text).diagnostics
        assert found[0].code == code, found[0].message
        assert len(found) == 1


def test_depth_within_the_limits_is_fine() -> None:
    chained = "\n".join(f"define d{n}(m: int) means not d{n - 1}(m + 1)" for n in range(1, 26))
    text = f"{HEAD}define d0(m: int) means n > m\n{chained}\nassume {NOT}d25(n){SHUT}"
    assert check_text(text).program is not None
