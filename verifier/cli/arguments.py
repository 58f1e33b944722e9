"""What the arguments of several commands have in common."""

from __future__ import annotations

import typer


def one_of(option: str, word: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not known, as wrong usage of an option."""
    if word not in known:
        raise typer.BadParameter(f"`{word}` is not one of {', '.join(known)}", param_hint=option)
