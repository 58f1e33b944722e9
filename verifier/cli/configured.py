"""Commands whose options may have defaults in a configuration file.

The file is looked for before the other options are read, so that what is given on the command line overrides what it
says, and what it says overrides the defaults. A file with faults ends the command with exit code 2.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperOption

from verifier.cli.exits import USAGE

CONFIGURATION: Final = "clauseproof.configuration"
"""What a command's context remembers the file under."""
_OF_ITS_OWN: Final = MappingProxyType({"diff": ("fail_on",)})
"""Options that mean something else in a command, for which the configuration does not speak."""


class Configured(TyperCommand):
    """A command with the option ``--config``."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.params.append(
            TyperOption(
                param_decls=["--config"],
                type=str,
                default="",
                metavar="FILE",
                help="Where defaults of options are said.",
                show_default="the nearest clauseproof.toml",
                is_eager=True,
                expose_value=False,
                callback=_configure,
            )
        )


def _configure(context: typer.Context, _: object, asked: str) -> None:
    """Let a configuration speak where the command line says nothing."""
    if context.resilient_parsing:  # the line is only completed
        return
    from verifier.cli.configuration import configuration
    from verifier.cli.files import UsageFault
    from verifier.cli.output import complain

    try:
        found = configuration(asked)
    except UsageFault as fault:
        complain(f"clauseproof: {fault}")
        raise typer.Exit(USAGE) from fault
    left_out = _OF_ITS_OWN.get(context.info_name or "", ())
    context.meta[CONFIGURATION] = found.file
    context.default_map = {name: value for name, value in found.options.items() if name not in left_out}
