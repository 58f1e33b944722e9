"""The policy on the page: its clauses in plain English, what is assumed, its sources, and how to check it again."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.explain.citations import Cited, Passage
from verifier.explain.model import RunResult
from verifier.explain.portrait_model import Clause, Grid, Section
from verifier.explain.procedure import diagrams
from verifier.explain.statements import capital
from verifier.explain.words import plural, spaced
from verifier.reports.page.diagram import drawing
from verifier.reports.page.markup import Child, Html, between, el, join
from verifier.reports.page.parts import Folio, bullets, chapter, cites, link, said, table
from verifier.reports.sources import file_digests, sources_of


def clauses(folio: Folio) -> Html:
    """Every clause in words, numbered."""
    intro = "Every clause of the policy in words, with the numbers by which this report speaks of them."
    made = [_section(place, item, folio) for place, item in enumerate(folio.portrait.sections, start=1)]
    return chapter(folio.key, "words", el("p", intro, class_="intro"), made)


def _section(place: int, section: Section, folio: Folio) -> Html:
    intro = el("p", section.intro, class_="intro") if section.intro else None
    made = [_clause(item, folio) for item in section.clauses]
    return el("section", el("h4", f"{place}. {section.title}"), intro, el("ol", made, class_="clauses"))


def _clause(clause: Clause, folio: Folio) -> Html:
    because = el("p", f"Because: {clause.because}.".replace("..", "."), class_="because") if clause.because else None
    origin = None
    if clause.origin not in ("", folio.program.name) and "." not in clause.number.partition(".")[2]:
        origin = el("span", f" from “{spaced(clause.origin)}”", class_="meta")
    head = el(
        "div",
        el("span", clause.number, class_="number"),
        " ",
        said(clause.said),
        " ",
        cites(clause.cites, folio),
        origin,
    )
    parts: Child = el("ol", [_clause(part, folio) for part in clause.parts], class_="parts") if clause.parts else None
    if clause.grid is not None:
        parts = _grid(clause, clause.grid, folio)
    place = folio.place("clause", clause.label) if clause.label else None
    return el("li", head, because, parts, id=place)


def _grid(clause: Clause, grid: Grid, folio: Folio) -> Html:
    """A decision table: a row for each of the clause's parts, with its number."""
    rows = []
    for part, cells in zip(clause.parts, grid.rows, strict=False):
        number = el("span", part.number, class_="number", id=folio.place("clause", part.label))
        rows.append([number, *cells, cites(part.cites, folio)])
    left = [el("p", part.said.lead) for part in clause.parts[len(grid.rows) :]]
    caption = f"Table {clause.number}: {clause.said.lead}"
    return join([table(caption, ("Row", *grid.heads, "Source"), rows, "grid"), left])


# ---------------------------------------------------------------- the procedure


def procedure(folio: Folio) -> Html:
    """The procedure drawn, each drawing with the same as a list."""
    found = diagrams(folio.program)
    if not found:
        return Html("")
    made = [drawing(item, folio.place("diagram", str(number))) for number, item in enumerate(found, start=1)]
    intro = el(
        "p",
        "No single requirement of its step rules an arrow out. Whether it ever happens is another question.",
        class_="intro",
    )
    return chapter(folio.key, "procedure", intro, made)


# ---------------------------------------------------------------- what is assumed


def assumed(folio: Folio) -> Html:
    """What the verdicts suppose, and what no verdict speaks of."""
    program, portrait = folio.program, folio.portrait

    def quoted(labels: Sequence[str]) -> list[Html]:
        found = [clause for label in labels if (clause := portrait.find(label)) is not None]
        return [
            join([link(folio.place("clause", c.label), c.number, class_="number"), " ", said(c.said)]) for c in found
        ]

    supposed = dict.fromkeys(name for item in folio.policy.properties for name in item.supposes)
    parts: list[tuple[str, list[Html], str]] = [
        (
            "Assumptions",
            quoted([item.name for item in program.assumptions]),
            "Cases for which this is not so are left out.",
        ),
        (
            "Duties that some proofs suppose",
            quoted(list(supposed)),
            "Those proofs say so; they do not hold where a duty is broken.",
        ),
        (
            "Open questions of reading",
            quoted([item.name for item in program.readings]),
            "A promise is proved only if it holds under every reading.",
        ),
        (
            "Findings that the author has waived",
            [join([el("code", item.name), f" {item.target or ''}: {item.because}"]) for item in program.waivers],
            "They do not count.",
        ),
    ]
    made = [[el("h4", title), el("p", intro, class_="intro"), bullets(items)] for title, items, intro in parts if items]
    return chapter(folio.key, "assumed", made, _limits())


def _limits() -> Html:
    """What no policy of this language says; the same for every policy."""
    lines = (
        "Only what a clause above names is part of the model. What else the sources say plays no part in a verdict.",
        "Facts are taken as given. Whether they are true, and who must prove them, is not modelled.",
        "Steps may come in any order in which what they require holds. No step must be taken, unless a duty says so.",
        "A verdict is about the policy as written here. Whether it says what the law says is for a lawyer to judge.",
    )
    return join([el("h4", "What is not modelled"), bullets(lines)])


# ---------------------------------------------------------------- checking it again


def again(folio: Folio, run: RunResult, command: str) -> Html:
    """The command, the versions and the digests by which anyone can repeat this."""
    policy = folio.policy
    digests = file_digests(run)
    names = [source.path for source in sources_of(policy) if source.path in digests]
    rows = [(el("code", name), el("code", digests[name], class_="digest")) for name in names]
    line = f"clauseproof {'verify' if command == 'report' else command} {policy.path}"
    solver = f", Z3 {run.solver_version}" if run.solver_version else ""
    return chapter(
        folio.key,
        "again",
        el("p", "Run this where the policy's files are; the same files and versions give the same verdicts."),
        el("pre", el("code", line), tabindex="0", role="group", aria_label="The command"),
        el("p", f"Clauseproof {run.tool_version}, language {run.language_version}{solver}."),
        table("The files, and their digests by SHA-256", ("File", "Digest"), rows),
    )


# ---------------------------------------------------------------- sources


_HOW = {
    "marked": "The places are those that the text itself marks.",
    "counted": "Paragraphs and sentences were counted by machine; 4.2 is the second sentence of the fourth paragraph. "
    "Compare each text with its clauses before relying on a number.",
    "unfit": "The text is at hand, but not every cited place could be found in it. So only cited places are listed.",
    "unread": "The text is not at hand here. So only cited places are listed, and nothing is said of the rest.",
}


def sources(folio: Folio) -> Html:
    """Each source, place by place: modelled by which clauses, or not cited."""
    if not folio.cited:
        return Html("")
    made = [_source(item, folio) for item in folio.cited]
    return chapter(folio.key, "sources", made)


def _source(item: Cited, folio: Folio) -> Html:
    title = el("h4", item.source.title)
    if not item.passages:
        return join([title, el("p", "No clause cites a place of this source.")])
    read = item.counted in ("marked", "counted")
    rows = [_row(passage, item, folio, read) for passage in item.passages]
    total = ""
    if read:
        cited = sum(passage.cited for passage in item.passages)
        total = f" {plural(cited, 'place')} of {len(item.passages)} {'is' if cited == 1 else 'are'} cited."
    heads = ("Place", "Text", "Cited by") if read else ("Place", "Cited by")
    return join(
        [title, el("p", _HOW[item.counted] + total, class_="intro"), table(item.source.title, heads, rows, "places")]
    )


def _row(passage: Passage, item: Cited, folio: Folio, read: bool) -> list[Child]:
    name = f"{spaced(item.source.name)} {passage.locator}".strip()
    place = el("span", name, id=folio.place("source", item.source.name, passage.locator), class_="cite")
    return [place, *([passage.text] if read else []), _citing(passage, folio)]


def _citing(passage: Passage, folio: Folio) -> Html:
    if not passage.cited:
        return el("strong", el("span", "–", aria_hidden="true"), " Not cited", class_="badge quiet")
    found = [clause for name in passage.clauses if (clause := folio.portrait.find(name)) is not None]
    found.sort(key=lambda clause: [int(part) for part in clause.number.split(".")])
    numbers = [link(folio.place("clause", clause.label), clause.number, class_="number") for clause in found]
    proved = [
        link(folio.place("promise", item.name), f"“{item.title or capital(spaced(item.name))}”")
        for item in folio.policy.properties
        if item.name in passage.promises
    ]
    kinds = [
        ["Clauses ", between(", ", numbers)] if numbers else None,
        ["Promises: ", between(", ", proved)] if proved else None,
        plural(len(passage.scenarios), "scenario") if passage.scenarios else None,
    ]
    return bullets([kind for kind in kinds if kind])
