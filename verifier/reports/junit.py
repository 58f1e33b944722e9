"""A run as JUnit XML, the form in which test reports are handed on.

Takes a finished ``RunResult``; gives one text, in ASCII. Renders, never computes a verdict. A policy is a suite: one
case for its text, one for each promise and each scenario. A violated promise and a failed scenario are failures with
their story; what is unknown is an *error*, as where a test could not be carried out: a skipped case would look as if
nothing had been asked. What a baseline has too is skipped, with its story in the output of the case: only what is new
fails. Warnings stand in the output of the suite.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from verifier.explain.model import PolicyResult, PropertyResult, RunResult, ScenarioResult
from verifier.explain.words import plural
from verifier.reports.issues import Issue, compared_issues, one_line
from verifier.reports.selection import UNCHANGED
from verifier.reports.style import View
from verifier.reports.text import flags

_TEXT_IS_SOUND = "the policy can be read and applied"


def render_junit(run: RunResult, view: View) -> str:
    """The report of a run as text."""
    suites = [_suite(policy, compared_issues(policy, run, view)) for policy in run.policies]
    if run.internal_errors:
        suites.append(_faults(run.internal_errors))
    root = ET.Element("testsuites", {"name": "clauseproof", **_sums(suites)})
    root.extend(suites)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return text.decode("ascii") + "\n"


def _sums(suites: list[ET.Element]) -> dict[str, str]:
    """The counts of all suites together."""
    counts = {key: str(sum(int(suite.get(key, "0")) for suite in suites)) for key in ("tests", "failures", "errors")}
    return counts | {"time": _seconds(sum(float(suite.get("time", "0")) for suite in suites))}


def _suite(policy: PolicyResult, found: tuple[Issue, ...]) -> ET.Element:
    cases = _text_cases(policy, found)
    cases += [_promise(item, policy, found) for item in policy.properties]
    cases += [_scenario(item, policy, found) for item in policy.scenarios]
    told = [line for issue in found if issue.kind == "diagnostic" and issue.level != "error" for line in _lines(issue)]
    return _counted(policy.name, cases, told)


def _counted(name: str, cases: list[ET.Element], told: list[str]) -> ET.Element:
    """A suite with its cases and their counts."""
    numbers = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": _seconds(sum(float(case.get("time", "0")) for case in cases)),
    }
    suite = ET.Element("testsuite", {"name": _clean(one_line(name)), **numbers})
    suite.extend(cases)
    if told:
        ET.SubElement(suite, "system-out").text = _clean("\n".join(told))
    return suite


def _case(name: str, policy: str, seconds: float = 0.0) -> ET.Element:
    return ET.Element(
        "testcase", classname=_clean(one_line(policy)), name=_clean(one_line(name)), time=_seconds(seconds)
    )


def _text_cases(policy: PolicyResult, found: tuple[Issue, ...]) -> list[ET.Element]:
    """A failing case for each error in the policy; where there is none, one case that passes."""
    errors = [issue for issue in found if issue.kind == "diagnostic" and issue.level == "error"]
    if not errors:
        return [_case(_TEXT_IS_SOUND, policy.name)]
    cases = []
    for issue in errors:
        cases.append(_case(f"{issue.headline} ({issue.place})", policy.name))
        _outcome(cases[-1], "failure", issue.rule, issue)
    return cases


def _promise(item: PropertyResult, policy: PolicyResult, found: tuple[Issue, ...]) -> ET.Element:
    case = _case(_named(item.name, item.title), policy.name, item.seconds)
    issue = next((each for each in found if each.kind == "promise" and each.name == item.name), None)
    if issue is None and item.verdict == "violated":
        _inherited(case, item, found)
    elif issue is not None and item.verdict == "violated":
        _outcome(case, "failure", "violated", issue)
    elif issue is not None and item.verdict == "unknown":
        _outcome(case, "error", "unknown", issue)
    if said := flags(item):
        output = case.find("system-out")
        output = ET.SubElement(case, "system-out") if output is None else output
        output.text = "\n".join(filter(None, [output.text, _clean("\n".join(said))]))
    return case


def _inherited(case: ET.Element, item: PropertyResult, found: tuple[Issue, ...]) -> None:
    """A violated promise of a used policy: it counts where its finding does, which has failed as a case already."""
    about = [issue for issue in found if issue.kind == "diagnostic" and f"`{item.name}`" in issue.message]
    waived = next((issue.waived for issue in about if issue.waived is not None), None)
    if waived is not None:
        ET.SubElement(case, "skipped", message=_clean(one_line(f"violated, and waived because {waived}")))
    elif about:
        _outcome(case, "failure", "violated", about[0])


def _scenario(item: ScenarioResult, policy: PolicyResult, found: tuple[Issue, ...]) -> ET.Element:
    case = _case(f"scenario {_named(item.name, item.title)}", policy.name, item.seconds)
    issue = next((each for each in found if each.kind == "scenario" and each.name == item.name), None)
    if issue is not None:
        failed = item.verdict == "failed"
        _outcome(case, "failure" if failed else "error", item.verdict, issue)
    return case


def _named(name: str, title: str | None) -> str:
    return f"{name}: {title}" if title else name


def _outcome(case: ET.Element, kind: str, type_: str, issue: Issue) -> None:
    if issue.known:
        ET.SubElement(case, "skipped", message=_clean(f"{UNCHANGED}: {issue.message}"))
        ET.SubElement(case, "system-out").text = _clean("\n".join(_lines(issue)))
        return
    outcome = ET.SubElement(case, kind, message=_clean(issue.message), type=type_)
    outcome.text = _clean("\n".join(_lines(issue)))


def _lines(issue: Issue) -> list[str]:
    waived = [] if issue.waived is None else [f"waived because {one_line(issue.waived)}"]
    return [f"{issue.place}: {issue.headline}", issue.message, *waived, *issue.story]


def _faults(errors: tuple[str, ...]) -> ET.Element:
    cases = []
    for number, error in enumerate(errors, start=1):
        case = _case(f"internal error {number}", "clauseproof")
        ET.SubElement(case, "error", message=_clean(one_line(error)), type="internal error")
        cases.append(case)
    return _counted("clauseproof", cases, [plural(len(errors), "internal error")])


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _clean(text: str) -> str:
    """The text without the characters that XML cannot have in any form."""
    return "".join(sign if _is_allowed(ord(sign)) else "�" for sign in text)


def _is_allowed(code: int) -> bool:
    return code in (9, 10) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
