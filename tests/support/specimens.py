"""A small program and results about it, built by hand: reports are tested without a parser or an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from verifier.core import types as t
from verifier.core.dates import day_number
from verifier.core.expressions import Act, And, Compare, Const, Equal, Expr, FactRef, Happened, Not, Or, StatusRef
from verifier.core.program import (
    Actor,
    Always,
    Cite,
    Enum,
    Fact,
    Form,
    OnlyIf,
    Possible,
    Program,
    Promise,
    Reads,
    Requirement,
    Status,
    Step,
)
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import (
    Binding,
    Change,
    CheckedCondition,
    Finding,
    Happening,
    PolicyResult,
    PropertyResult,
    RunResult,
    ScenarioFailure,
    ScenarioResult,
    Story,
)
from verifier.source import SourceFile, Span

SOURCE = SourceFile("closure.policy", "policy closure\nprove appearance_before_offer\n")
SPAN = Span(SOURCE, 15, 44)
OFFER = t.EnumType("Offer", ("none", "tentative", "final"))
RIGHT = t.EnumType("Right", ("work", "sponsor"))
CHILD = t.RecordType("Child", (("age", t.INT), ("citizen", t.YES_NO)))


def yes_no_fact(name: str, positive: str, negative: str) -> Fact:
    return Fact(name, t.YES_NO, Reads(positive, negative), span=SPAN)


veteran = yes_no_fact("veteran", "the immigrant has served in the armed forces", "the immigrant has not served")
record = yes_no_fact("record", "the immigrant has a criminal record", "the immigrant has no criminal record")
FACTS = (
    veteran,
    record,
    Fact("children", t.IntType(0), Reads("number of U.S.-citizen children"), span=SPAN),
    Fact("income", t.MONEY, Reads("yearly income"), span=SPAN),
    Fact("unphrased", t.YES_NO, None, span=SPAN),
)
STATUSES = (
    Status(
        "represented",
        t.YES_NO,
        None,
        Reads("the immigrant has an attorney", "the immigrant has no attorney"),
        span=SPAN,
    ),
    Status(
        "reviewed", t.YES_NO, Const(False, type=t.YES_NO), Reads("the case has been reviewed", "it has not"), span=SPAN
    ),
    Status("offer", OFFER, Const("none", type=OFFER), None, span=SPAN),
    Status("rights", t.SetType(RIGHT), Const(frozenset(), type=t.SetType(RIGHT)), Reads("rights"), span=SPAN),
)

VETERAN = FactRef("veteran", type=t.YES_NO)
RECORD = FactRef("record", type=t.YES_NO)
CHILDREN = FactRef("children", type=t.IntType(0))
REPRESENTED = StatusRef("represented", type=t.YES_NO)
REVIEWED = StatusRef("reviewed", type=t.YES_NO)
OFFER_REF = StatusRef("offer", type=OFFER)
APPEARED = Happened(Act("appear", None), type=t.YES_NO)


def yes_no(node: type[Expr], *parts: object) -> Expr:
    """A yes/no expression of that kind."""
    return node(*parts, type=t.YES_NO)  # type: ignore[call-arg, arg-type, return-value]


def conjunction(*parts: Expr) -> And:
    return And(parts, type=t.YES_NO)


def disjunction(*parts: Expr) -> Or:
    return Or(parts, type=t.YES_NO)


def negation(part: Expr) -> Not:
    return Not(part, type=t.YES_NO)


def offer_is(member: str) -> Equal:
    return Equal(OFFER_REF, Const(member, type=OFFER), type=t.YES_NO)


def more_children_than(number: int) -> Compare:
    return Compare(">", CHILDREN, Const(number, type=t.INT), type=t.YES_NO)


def step(name: str, actor: str, reads: Reads | None, requires: Sequence[Expr] = (), locator: str = "") -> Step:
    requirements = tuple(
        Requirement(f"requires.{n}", f"{name}.requires.{n}", item, False, span=SPAN)
        for n, item in enumerate(requires, 1)
    )
    cites = (Cite("article", locator),) if locator else ()
    return Step(name, (), (actor,), requirements, (), reads, span=SPAN, cites=cites)


STEPS = (
    step("review", "ice", Reads("ICE reviews the case", "ICE has reviewed the case"), (negation(REVIEWED),), "3.1"),
    step(
        "appear",
        "immigrant",
        Reads("the immigrant appears in person in immigration court", "the immigrant has appeared in person in court"),
    ),
    step(
        "extend_offer",
        "ice",
        Reads("ICE offers administrative closure", "ICE has offered administrative closure"),
        (conjunction(REVIEWED, offer_is("none")),),
        "4.4",
    ),
)


def promise(name: str, form: Form, title: str | None = None) -> Promise:
    return Promise(name, title, form, "always", span=SPAN, cites=(Cite("article", "4.4"),))


APPEARANCE = promise(
    "appearance_before_offer",
    OnlyIf("extend_offer", (), disjunction(APPEARED, REPRESENTED)),
    "No unrepresented immigrant gets an offer before appearing in court",
)
SAFE = promise("no_final_offer", Always(offer_is("final"), None, True), "No offer is final")
CLOSABLE = promise("offerable", Possible(offer_is("tentative")), "An offer can be made")

PROGRAM = Program(
    name="closure",
    title="Administrative closure",
    source=SOURCE,
    uses=(),
    sources=(),
    actors=(Actor("ice", "ICE", span=SPAN), Actor("immigrant", "the immigrant", span=SPAN)),
    enums=(
        Enum("Offer", OFFER, (None, "tentative", "final and binding"), span=SPAN),
        Enum("Right", RIGHT, (None, None), span=SPAN),
    ),
    entities=(),
    records=(),
    facts=FACTS,
    statuses=STATUSES,
    readings=(),
    assumptions=(),
    definitions=(),
    decisions=(),
    steps=STEPS,
    duties=(),
    promises=(SAFE, APPEARANCE, CLOSABLE),
    scenarios=(),
    waivers=(),
)

DAY = day_number(2012, 4, 23)
REVIEW = Happening(
    "review", (), ("ice",), DAY, 0, (Change("reviewed", False, True, t.YES_NO),), (), (Cite("article", "3.1"),)
)
WAIT = Happening(None, (), (), DAY + 30, 30, (Change("today", DAY, DAY + 30, t.DATE),), (), ())
EXTEND = Happening(
    "extend_offer",
    (),
    ("ice",),
    DAY + 30,
    0,
    (Change("offer", "none", "tentative", OFFER),),
    (CheckedCondition("extend_offer.requires.1", True, (), None),),
    (Cite("article", "4.4"),),
)
STORY = Story(
    facts=(
        Binding("veteran", True, t.YES_NO),
        Binding("record", False, t.YES_NO),
        Binding("children", 0, t.IntType(0)),
        Binding("income", Fraction(1250), t.MONEY),
        Binding("unphrased", False, t.YES_NO),
    ),
    initial=(
        Binding("represented", False, t.YES_NO),
        Binding("reviewed", False, t.YES_NO),
        Binding("offer", "none", OFFER),
        Binding("rights", frozenset({"work", "sponsor"}), t.SetType(RIGHT)),
    ),
    needed=("veteran", "represented"),
    start=DAY,
    happenings=(REVIEW, WAIT, EXTEND),
    replayed=True,
    shortest=True,
)

PROVED = PropertyResult(
    "no_final_offer",
    "No offer is final",
    "never",
    (Cite("article", "4.4"),),
    SPAN,
    "proved",
    method="induction",
    rests_on=("extend_offer.requires.1",),
    certificate="checked",
    seconds=0.12,
    budget_used=1200,
)
VIOLATED = PropertyResult(
    "appearance_before_offer",
    APPEARANCE.title,
    "only if",
    APPEARANCE.cites,
    SPAN,
    "violated",
    method="bmc",
    counterexample=STORY,
)
UNKNOWN = replace(
    PROVED, verdict="unknown", method=None, reason="the budget was used up", bound=14, rests_on=(), certificate="none"
)
POSSIBLE = PropertyResult(
    "offerable", "An offer can be made", "possible", (), SPAN, "proved", method="bmc", witness=STORY
)
PASSED = ScenarioResult("veteran", "A veteran gets an offer", SPAN, "passed")
FAILED = ScenarioResult(
    "unrepresented",
    None,
    SPAN,
    "failed",
    ScenarioFailure(STORY, "expect offer is tentative", SPAN, "the offer is tentative", "the offer is none"),
)
WARNING = Diagnostic("W031", Severity.WARNING, "the rule `low` can never fire", SPAN, help="delete it")
ERROR = Diagnostic("E101", Severity.ERROR, "there is no `x`", SPAN)


def run(
    *properties: PropertyResult,
    scenarios: Sequence[ScenarioResult] = (),
    findings: Sequence[Finding] = (),
    program: Program | None = PROGRAM,
    internal_errors: Sequence[str] = (),
) -> RunResult:
    """A run over one policy."""
    policy = PolicyResult("closure", "closure.policy", program, tuple(findings), properties, tuple(scenarios))
    return RunResult((policy,), "0.1.0", "1", "4.13.0", tuple(internal_errors), 1.5)
