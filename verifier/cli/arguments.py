"""What the arguments of several commands have in common."""

from __future__ import annotations

from typing import Annotated

import typer

Severities = Annotated[
    list[str] | None,
    typer.Option(
        "--severity",
        metavar="CODE=LEVEL",
        help="Report findings of a code as off, info, warning or error; may be repeated.",
    ),
]

Watch = Annotated[bool, typer.Option("--watch", help="Verify again whenever a policy changes; Ctrl-C ends it.")]


def one_of(option: str, word: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not known, as wrong usage of an option."""
    if word not in known:
        raise typer.BadParameter(f"`{word}` is not one of {', '.join(known)}", param_hint=option)
