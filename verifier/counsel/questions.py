"""What kind of question a text is. Knows nothing of policies."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["why", "why not", "who can", "what would change"]

FORMS: Final[tuple[Kind, ...]] = ("why not", "why", "who can", "what would change")
"""What a question about a case begins with, longer ones first."""

_HOW = re.compile(r"how can\b", re.IGNORECASE)


def kind_of(question: str) -> tuple[Kind, str] | None:
    """The kind of a question about a case, and its subject; ``None`` for a promise, ``how can`` included."""
    plain = bare(question)
    for form in FORMS:
        if re.match(rf"{form}\b", plain, re.IGNORECASE):
            return form, plain[len(form) :].strip()
    return None


def is_about_a_case(question: str) -> bool:
    """Whether a question is none of the promises of a policy."""
    return kind_of(question) is not None or how(question) is not None


def how(question: str) -> str | None:
    """What ``how can …`` asks about."""
    plain = bare(question)
    return _HOW.sub("", plain).strip() if _HOW.match(plain) else None


def bare(question: str) -> str:
    """The question in one line, without its mark."""
    return " ".join(question.split()).rstrip("?").strip()
