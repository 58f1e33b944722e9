"""Coverage across the policies of one run: a clause is protected by any promise that needs it.

Takes the results of several policies; gives each its own clauses, with the promises of other policies that need them.
Solves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.explain.model import ClauseCoverage, PolicyResult


def protected(results: Sequence[PolicyResult]) -> list[PolicyResult]:
    """The results with coverage of each policy's own text, by the promises of all of them."""
    users: dict[tuple[str, int, str], list[tuple[str, str]]] = {}
    for result in results:
        for clause in result.coverage.clauses if result.coverage is not None else ():
            users.setdefault(_key(clause), []).extend((result.name, name) for name in clause.needed_by)
    return [_of_its_own(result, users) for result in results]


def _of_its_own(result: PolicyResult, users: dict[tuple[str, int, str], list[tuple[str, str]]]) -> PolicyResult:
    if result.coverage is None:
        return result
    own = [clause for clause in result.coverage.clauses if clause.origin in ("", result.name)]
    clauses = []
    for clause in own:
        elsewhere = tuple(pair for pair in dict.fromkeys(users[_key(clause)]) if pair[0] != result.name)
        clauses.append(replace(clause, status="needed", elsewhere=elsewhere) if elsewhere else clause)
    return replace(result, coverage=replace(result.coverage, clauses=tuple(clauses)))


def _key(clause: ClauseCoverage) -> tuple[str, int, str]:
    return clause.span.source.path, clause.span.start, clause.label
