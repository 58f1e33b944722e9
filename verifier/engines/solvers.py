"""SMT-LIB text given to a solver as it stands: the last word on saved certificates.

Takes a script of ``push``, ``assert``, ``check-sat`` and ``pop``; gives what the solver answers to each ``check-sat``,
in a context of its own. z3 is always there, cvc5 only where it is installed. Knows nothing of policies.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Literal, TypeAlias

import z3

Solver: TypeAlias = Literal["z3", "cvc5"]
SOLVERS: Final[tuple[Solver, ...]] = ("z3", "cvc5")
SECOND: Final = "cvc5"
HOW_TO_INSTALL: Final = "pip install 'clauseproof[certify]'"


class SolverFault(Exception):
    """The solver did not understand the script; the message is its own."""


def installed(solver: Solver) -> bool:
    """Whether a solver can be asked."""
    return solver == "z3" or find_spec(solver) is not None


def version(solver: Solver) -> str:
    """The version of an installed solver."""
    return z3.get_version_string() if solver == "z3" else str(import_module(solver).__version__)


def answers(script: str, solver: Solver, budget: int, milliseconds: int) -> list[str]:
    """The answer to each ``check-sat``: ``sat``, ``unsat`` or ``unknown``.

    At most ``budget`` resource units (z3) and ``milliseconds`` for each.

    Raises:
        SolverFault: it is no script, or the solver failed.
    """
    said = _by_z3(script, budget, milliseconds) if solver == "z3" else _by_cvc5(script, milliseconds)
    for line in said:
        if line not in ("sat", "unsat", "unknown"):
            raise SolverFault(line[:200])
    return said


def _by_z3(script: str, budget: int, milliseconds: int) -> list[str]:
    context = z3.Context(rlimit=budget, timeout=milliseconds)
    try:
        return list(z3.Z3_eval_smtlib2_string(context.ref(), script).split("\n"))[:-1]
    except z3.Z3Exception as fault:
        raise SolverFault(str(fault)) from fault


def _by_cvc5(script: str, milliseconds: int) -> list[str]:
    cvc5: Any = import_module(SECOND)
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("tlimit-per", str(milliseconds))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "certificate")
    symbols = parser.getSymbolManager()
    said: list[str] = []
    try:
        while not (command := parser.nextCommand()).isNull():
            if said_now := command.invoke(solver, symbols).strip():
                said.append(said_now)
    except RuntimeError as fault:
        raise SolverFault(str(fault)) from fault
    return said
