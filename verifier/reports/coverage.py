"""Coverage as text: what no promise needs and no scenario exercises, where it stands, and what its author could do."""

from __future__ import annotations

from verifier.explain.model import ClauseCoverage, Coverage, ExercisedClause, PolicyResult, ScenarioCoverage
from verifier.explain.words import listed, plural
from verifier.reports.layout import GAP, flow
from verifier.reports.style import Style

_DEEPER = GAP * 2
_HANGING = " " * 12


def coverage_lines(policy: PolicyResult, style: Style) -> list[str]:
    """What is told about the coverage of a policy, if that was asked."""
    lines: list[str] = []
    if policy.coverage is not None and policy.coverage.clauses:
        lines += ["", *_of_promises(policy.coverage, style)]
    if policy.scenario_coverage is not None and policy.scenario_coverage.clauses:
        lines += ["", *_of_scenarios(policy.scenario_coverage, style)]
    return lines


def _head(text: str, style: Style) -> list[str]:
    return flow(text, style, f"{'COVERAGE':<12}", _HANGING)


# ---------------------------------------------------------------- by promises

_ADVICE = (
    "If such a clause matters, say in a promise what it is for, and a later edit cannot lose it unnoticed; if it does "
    "not, the text may do without it."
)


def _of_promises(coverage: Coverage, style: Style) -> list[str]:
    free = [item for item in coverage.clauses if item.status == "not_needed"]
    lines = _head(summed_up(coverage), style)
    if coverage.left_out:
        names = listed([f"`{name}`" for name in coverage.left_out])
        lines += flow(f"Only promises that are proved count: not {names}.", style, _HANGING)
    for item in free:
        lines += ["", *flow(_where(item), style, GAP), *flow(_free(item), style, _DEEPER)]
    for item in coverage.clauses:
        if item.status == "unknown":
            lines += ["", *flow(f"{_where(item)}  ? not settled", style, GAP), *flow(_open(item), style, _DEEPER)]
    return [*lines, "", *flow(_ADVICE, style, GAP)] if free else lines


def summed_up(coverage: Coverage) -> str:
    """How many clauses some promise needs."""
    needed, total = sum(item.status == "needed" for item in coverage.clauses), len(coverage.clauses)
    if not coverage.promises and not needed:
        return f"No promise is proved here, so none needs any of {plural(total, 'clause')}."
    if needed == total:
        return f"Every clause ({total}) is needed by some promise."
    free = sum(item.status == "not_needed" for item in coverage.clauses)
    others = f" Without any one of {free} others, all promises still hold:" if free > 1 else ""
    others = " Without the following, all promises still hold:" if free == 1 else others
    return f"{needed} of {plural(total, 'clause')} are needed by some promise.{others}"


def _where(item: ClauseCoverage | ExercisedClause) -> str:
    line, _ = item.span.first
    return f"{item.span.source.path}:{line}  {item.label}"


def _free(item: ClauseCoverage) -> str:
    noticed = listed([f"`{name}`" for name in item.scenarios])
    verb = "notices" if len(item.scenarios) == 1 else "notice"
    kind = "scenario" if len(item.scenarios) == 1 else "scenarios"
    said = f"no promise needs {_clause(item)}"
    return f"{said}; the {kind} {noticed} {verb} that it is gone" if item.scenarios else f"{said}: {advice(item)}"


def _open(item: ClauseCoverage) -> str:
    names = listed([f"`{name}`" for name in item.open])
    still = f"{names} still {'holds' if len(item.open) == 1 else 'hold'}" if item.open else "all promises still hold"
    return f"it is not known whether {still} without {_clause(item)}"


def _clause(item: ClauseCoverage | ExercisedClause) -> str:
    text = " ".join(item.span.text.split())
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"
    subject, _, _ = item.label.partition(".")
    match item.kind:
        case "requirement":
            return f"the condition “{text}” of `{subject}`"
        case "effect":
            return f"“{text}” in `{subject}`"
        case "start":
            return f"that `{subject}` starts as {text}"
        case "otherwise":
            return f"the `otherwise` of `{subject}`"
        case "assumption":
            return f"the assumption `{item.label}`"
        case "definition":
            return f"what `{item.label}` means"
        case "duty":
            return f"the duty `{item.label}`"
        case _:
            return f"the rule `{item.label}`"


_SHOWN = 60


def advice(item: ClauseCoverage) -> str:
    """The form of a promise that would need such a clause."""
    text = " ".join(item.span.text.split())
    subject, _, _ = item.label.partition(".")
    match item.kind:
        case "requirement":
            wanted = text if len(text) <= _SHOWN else "…"
            return f"`{subject} only if {wanted}` would be a promise that does"
        case "effect":
            return f"a promise could say what never is so once `{subject}` has happened"
        case "start":
            return f"a promise could say what never happens before `{subject}` changes"
        case "rule" | "otherwise":
            return f"`always CONDITION implies {subject} is VALUE` would be a promise that does"
        case "duty":
            return "`after STEP, STEP within DURATION` would be a promise that does"
        case "assumption":
            return "the promises hold for the cases that it excludes, too"
        case _:
            return "they hold whatever it means"


# ---------------------------------------------------------------- by scenarios


def _of_scenarios(coverage: ScenarioCoverage, style: Style) -> list[str]:
    never = [item for item in coverage.clauses if item.exercise == "never"]
    unrefused = [item for item in coverage.clauses if item.exercise == "held"]
    total = len(coverage.clauses)
    said = f"Every rule and condition ({total}) is exercised by some scenario."
    if never:
        said = f"{total - len(never)} of {plural(total, 'rule or condition', 'rules and conditions')} are exercised."
    lines = _head(said, style)
    if coverage.left_out:
        names = listed([f"`{name}`" for name in coverage.left_out])
        lines += flow(f"Not played, since no case that passes was found: {names}.", style, _HANGING)
    for item in never:
        advice = "no scenario asks whether" if item.kind == "requirement" else "in no scenario is the answer given by"
        tail = " is met" if item.kind == "requirement" else ""
        lines += ["", *flow(_where(item), style, GAP), *flow(f"{advice} {_clause(item)}{tail}", style, _DEEPER)]
    if unrefused:
        names = listed([f"`{item.label}`" for item in unrefused])
        lines += ["", *flow(f"Met in scenarios, but refusing nothing in any (`cannot STEP`): {names}.", style, GAP)]
    return lines
