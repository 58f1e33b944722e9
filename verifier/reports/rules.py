"""What each kind of issue means: the rules of ``issues.Issue.rule``, with a page of help for each.

Takes the name of a rule; gives its texts. The pages of diagnostics are those of ``clauseproof rules``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from verifier.diagnostics.codes import TITLES
from verifier.diagnostics.manual import page
from verifier.records import dataclass
from verifier.reports.issues import SCENARIO, Level, promise_rule

_FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "always": "`always E` is kept when E is true in every state that a run can reach, the first one included; with "
        "`while F`, in those where F holds.",
        "never": "`never E` is kept when E is false in every state that a run can reach, the first one included; with "
        "`while F`, in those where F holds.",
        "never changes": "`never E changes while F` is kept when no step and no day changes the value of E where F "
        "holds before or after it.",
        "possible": "`possible E` is kept when some case, by some run in which all duties are met, gets to E.",
        "always possible": "`always possible E` is kept when from every state that a run can reach some continuation "
        "gets to E: no case gets stuck.",
        "only if": "`S only if E` is kept when E was true just before, whenever the step S is taken.",
        "only after": "`S only after T` is kept when the step T had happened, whenever the step S is taken.",
        "never after": "`never S after T` is kept when the step T had never happened, whenever the step S is taken.",
        "after": "`after S, E until T` is kept when from each step S on E is true as long as T has not come.",
        "within": "`after S, T within D` is kept when each step S is answered by a step T in time.",
        "depends only on": "`D depends only on f, g` is kept when two cases that agree on f and g get the same D: "
        "like cases are treated alike.",
        "more never lowers": "`more f never lowers D` is kept when a case with more f, alike otherwise, gets no less "
        "D.",
        "more never raises": "`more f never raises D` is kept when a case with more f, alike otherwise, gets no more "
        "D.",
        "equals": "`E equals F` is kept when E and F have the same value in every state that a run can reach.",
        "never both": "`E never both F` is kept when E and F are true together in no state that a run can reach.",
    }
)
"""When a promise is kept, by its form."""

_VERDICTS: Final = """A promise is about every case and every run, of any length.

- **violated**: there is a run that breaks it; an independent interpreter has replayed that run.
- **not decided**: neither a proof nor such a run was found; what was established is said with it.
- **vacuous**: it is proved, but what it speaks of never occurs; it may not say what its author meant."""

_SCENARIO: Final = """A scenario is a worked example: it must pass in every case that its `given` leaves open. The
report shows the clause at which it breaks, what was expected there, what was found, and one case of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``page``: Markdown. ``level``: how much an issue of this rule matters where it is at its gravest."""

    name: str
    kind: str
    title: str
    summary: str
    page: str
    level: Level


def rule_of(name: str) -> Rule:
    """The rule of a name that ``issues`` gives."""
    if name == SCENARIO:
        return Rule(
            name, "scenario", "A scenario must pass in every case", " ".join(_SCENARIO.split()), _SCENARIO, "error"
        )
    for form, kept in _FORMS.items():
        if name == promise_rule(form):
            return Rule(name, "promise", f"A promise of the form “{form}”", kept, f"{kept}\n\n{_VERDICTS}", "error")
    return _diagnostic(name)


def _diagnostic(code: str) -> Rule:
    title = TITLES.get(code, code)
    text = page(code) or title
    body = text.partition("\n")[2].strip() if text.startswith("#") else text
    level: Level = "warning" if code.startswith(("W", "F0201", "F0202")) else "error"
    return Rule(code, "diagnostic", title, " ".join(body.partition("\n\n")[0].split()) or title, body or title, level)
