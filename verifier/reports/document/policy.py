"""The policy in a report: its clauses in plain English, what is assumed, its sources, and how to check it again."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.explain.citations import Cited, Passage
from verifier.explain.model import RunResult
from verifier.explain.portrait_model import Clause, Grid
from verifier.explain.portrait_model import Section as Part
from verifier.explain.procedure import Diagram, diagrams
from verifier.explain.statements import capital
from verifier.explain.words import plural, spaced
from verifier.reports.document.model import (
    Badge,
    Code,
    Drawing,
    Group,
    Heading,
    Item,
    Items,
    Link,
    Mark,
    Node,
    Para,
    Section,
    Verbatim,
    between,
)
from verifier.reports.document.parts import Folio, bullets, chapter, cites, clause_link, said, table
from verifier.reports.sources import file_digests, sources_of


def clauses(folio: Folio) -> Section:
    """Every clause in words, numbered."""
    intro = "Every clause of the policy in words, with the numbers by which this report speaks of them."
    made = [_section(place, item, folio) for place, item in enumerate(folio.portrait.sections, start=1)]
    return chapter(folio.key, "words", Para(intro, "intro"), made)


def _section(place: int, part: Part, folio: Folio) -> Section:
    intro = Para(part.intro, "intro") if part.intro else None
    made = Items(tuple(_clause(item, folio) for item in part.clauses), "clauses", ordered=True)
    return Section([Heading(4, f"{place}. {part.title}"), intro, made])


def _clause(clause: Clause, folio: Folio) -> Item:
    because = Para(f"Because: {clause.because}.".replace("..", "."), "because") if clause.because else None
    origin = None
    if clause.origin not in ("", folio.program.name) and "." not in clause.number.partition(".")[2]:
        origin = Mark(f" from “{spaced(clause.origin)}”", "meta")
    head = Group([Mark(clause.number, "number"), " ", said(clause.said), " ", cites(clause.cites, folio), origin])
    parts: Node = None
    if clause.grid is not None:
        parts = _grid(clause, clause.grid, folio)
    elif clause.parts:
        parts = Items(tuple(_clause(part, folio) for part in clause.parts), "parts", ordered=True)
    place = folio.place("clause", clause.label) if clause.label else None
    return Item([head, because, parts], place=place)


def _grid(clause: Clause, grid: Grid, folio: Folio) -> Node:
    """A decision table: a row for each of the clause's parts, with its number."""
    rows: list[list[Node]] = []
    for part, cells in zip(clause.parts, grid.rows, strict=False):
        number = Mark(part.number, "number", folio.place("clause", part.label))
        rows.append([number, *cells, cites(part.cites, folio)])
    left = [Para(part.said.lead) for part in clause.parts[len(grid.rows) :]]
    caption = f"Table {clause.number}: {clause.said.lead}"
    return [table(caption, ("Row", *grid.heads, "Source"), rows, "grid"), left]


# ---------------------------------------------------------------- the procedure


def procedure(folio: Folio) -> Section | None:
    """The procedure drawn, each drawing with the same as a list."""
    found = diagrams(folio.program)
    if not found:
        return None
    made = [
        Drawing(item, folio.place("diagram", str(number)), _start(item)) for number, item in enumerate(found, start=1)
    ]
    intro = "No single requirement of its step rules an arrow out. Whether it ever happens is another question."
    return chapter(folio.key, "procedure", Para(intro, "intro"), made)


def _start(diagram: Diagram) -> str:
    return "" if diagram.start is None else f"Every case starts with “{diagram.boxes[diagram.start]}”."


# ---------------------------------------------------------------- what is assumed


def assumed(folio: Folio) -> Section:
    """What the verdicts suppose, and what no verdict speaks of."""
    program, portrait = folio.program, folio.portrait

    def quoted(labels: Sequence[str]) -> list[Node]:
        found = [clause for label in labels if (clause := portrait.find(label)) is not None]
        return [[clause_link(clause, folio), " ", said(clause.said)] for clause in found]

    supposed = dict.fromkeys(name for item in folio.policy.properties for name in item.supposes)
    waived: list[Node] = [[Code(item.name), f" {item.target or ''}: {item.because}"] for item in program.waivers]
    parts = [
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
        ("Findings that the author has waived", waived, "They do not count."),
    ]
    made = [[Heading(4, title), Para(intro, "intro"), bullets(items)] for title, items, intro in parts if items]
    return chapter(folio.key, "assumed", made, _limits())


def _limits() -> Node:
    """What no policy of this language says; the same for every policy."""
    lines = (
        "Only what a clause above names is part of the model. What else the sources say plays no part in a verdict.",
        "Facts are taken as given. Whether they are true, and who must prove them, is not modelled.",
        "Steps may come in any order in which what they require holds. No step must be taken, unless a duty says so.",
        "A verdict is about the policy as written here. Whether it says what the law says is for a lawyer to judge.",
    )
    return [Heading(4, "What is not modelled"), bullets(lines)]


# ---------------------------------------------------------------- checking it again


def again(folio: Folio, run: RunResult, command: str) -> Section:
    """The command, the versions and the digests by which anyone can repeat this."""
    policy = folio.policy
    digests = file_digests(run)
    names = [source.path for source in sources_of(policy) if source.path in digests]
    rows = [(Code(name), Code(digests[name], "digest")) for name in names]
    line = f"clauseproof {'verify' if command == 'report' else command} {policy.path}"
    solver = f", Z3 {run.solver_version}" if run.solver_version else ""
    return chapter(
        folio.key,
        "again",
        Para("Run this where the policy's files are; the same files and versions give the same verdicts."),
        Verbatim(line, "The command"),
        Para(f"Clauseproof {run.tool_version}, language {run.language_version}{solver}."),
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


def sources(folio: Folio) -> Section | None:
    """Each source, place by place: modelled by which clauses, or not cited."""
    if not folio.cited:
        return None
    return chapter(folio.key, "sources", [_source(item, folio) for item in folio.cited])


def _source(item: Cited, folio: Folio) -> Node:
    title = Heading(4, item.source.title)
    if not item.passages:
        return [title, Para("No clause cites a place of this source.")]
    read = item.counted in ("marked", "counted")
    rows = [_row(passage, item, folio, read) for passage in item.passages]
    total = ""
    if read:
        cited = sum(passage.cited for passage in item.passages)
        total = f" {plural(cited, 'place')} of {len(item.passages)} {'is' if cited == 1 else 'are'} cited."
    heads = ("Place", "Text", "Cited by") if read else ("Place", "Cited by")
    return [title, Para(_HOW[item.counted] + total, "intro"), table(item.source.title, heads, rows, "places")]


def _row(passage: Passage, item: Cited, folio: Folio, read: bool) -> list[Node]:
    name = f"{spaced(item.source.name)} {passage.locator}".strip()
    place = Mark(name, "cite", folio.place("source", item.source.name, passage.locator))
    return [place, *([passage.text] if read else []), _citing(passage, folio)]


def _citing(passage: Passage, folio: Folio) -> Node:
    if not passage.cited:
        return Badge("uncited")
    found = [clause for name in passage.clauses if (clause := folio.portrait.find(name)) is not None]
    found.sort(key=lambda clause: [int(part) for part in clause.number.split(".")])
    numbers = [clause_link(clause, folio) for clause in found]
    proved = [
        Link(folio.place("promise", item.name), f"“{item.title or capital(spaced(item.name))}”")
        for item in folio.policy.properties
        if item.name in passage.promises
    ]
    kinds: list[Node] = [
        ["Clauses ", between(", ", numbers)] if numbers else None,
        ["Promises: ", between(", ", proved)] if proved else None,
        plural(len(passage.scenarios), "scenario") if passage.scenarios else None,
    ]
    return bullets([kind for kind in kinds if kind])
