"""The file of a certificate: what is in it, written and read.

Takes what a proof is made of; gives a text that is a script for any SMT solver, with a header that says what it shows.
Reading takes text from anyone: it gives the proof as trees, which are terms only where a statement has made them ones,
or raises ``Refused`` with what is wrong. Trusts nothing that it reads; solves nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from typing import Any, Final

from verifier.certificates.readable import in_words
from verifier.certificates.script import Proof, Written, write
from verifier.certificates.statement import Section, Statement
from verifier.engines.progress import Region
from verifier.records import dataclass
from verifier.symbolic.reading import Names, Tree, Unreadable, names_of, parse_tree, read_term
from verifier.symbolic.system import WAIT
from verifier.symbolic.terms import INT, REAL, Term

SCHEMA_VERSION: Final = "1.0"
TITLE: Final = "; clauseproof certificate"
RECORD: Final = "; record "
NEXT_SECTION: Final = "(reset)"
LONGEST: Final = 32_000_000
MOST_REGIONS: Final = 2_000
MOST_LESSONS: Final = 20_000
_NUMBER = re.compile(r"[0-9]{1,40}(/[1-9][0-9]{0,39})?\Z")


class Refused(Exception):
    """The text is no certificate, or not one for what it says; the message says why."""


@dataclass(frozen=True, slots=True)
class RegionRecord:
    """What a region does not say as a term: its step, the region that it leads to, and the fall of its measure."""

    step: str | None
    into: int
    fall: str | None


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """What a section does not say as terms."""

    regions: tuple[RegionRecord, ...] = ()
    lessons: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """What a certificate is about and what made it. ``duties`` is false where all duties are left out, ``without``
    names those that are.
    """

    policy: str
    path: str
    promise: str
    duties: bool
    without: tuple[str, ...]
    policy_digest: str
    system_digest: str
    tool: str
    language: str
    solvers: tuple[tuple[str, str], ...]
    sections: tuple[SectionRecord, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """A certificate as it was read: the functions that each section defines, by name, as trees."""

    record: Record
    sections: tuple[Mapping[str, Tree], ...]


# ---------------------------------------------------------------- writing


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of a certificate, and of its sections."""

    text: str
    sections: tuple[Written, ...]


def render(record: Record, statement: Statement, proofs: Sequence[Proof]) -> Rendered:
    """The text of a certificate. The digest of the system and the records of the sections are made anew."""
    written = tuple(write(section, proof) for section, proof in zip(statement.sections, proofs, strict=True))
    record = replace(
        record,
        system_digest=system_digest(written),
        sections=tuple(_section_record(proof) for proof in proofs),
    )
    lines = [TITLE, RECORD + json.dumps(_as_json(record), ensure_ascii=True), *_header(record, statement, proofs)]
    for index, (section, text) in enumerate(zip(statement.sections, written, strict=True)):
        lines += [NEXT_SECTION] if index else []
        lines += [f"; ==== {section.title}", *text.lines]
    return Rendered("\n".join(lines) + "\n", written)


def system_digest(written: Sequence[Written]) -> str:
    """The digest of the encoded systems with what they must not reach."""
    digest = hashlib.sha256()
    for section in written:
        digest.update("\n".join((*section.system, "")).encode())
    return digest.hexdigest()


def _section_record(proof: Proof) -> SectionRecord:
    regions = tuple(
        RegionRecord(region.transition, region.into, None if region.fall is None else str(region.fall.number))
        for region in proof.regions
    )
    return SectionRecord(regions, {name: pairs for name, pairs in proof.lessons.items() if pairs})


def _as_json(record: Record) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "policy": record.policy,
        "path": record.path,
        "promise": record.promise,
        "duties": record.duties,
        "without": list(record.without),
        "policy_digest": record.policy_digest,
        "system_digest": record.system_digest,
        "tool": {"name": "clauseproof", "version": record.tool, "language": record.language},
        "solvers": dict(record.solvers),
        "sections": [
            {
                "regions": [{"step": r.step, "into": r.into, "fall": r.fall} for r in section.regions],
                "lessons": {name: [list(pair) for pair in pairs] for name, pairs in section.lessons.items()},
            }
            for section in record.sections
        ],
    }


def _header(record: Record, statement: Statement, proofs: Sequence[Proof]) -> list[str]:
    promise, program = statement.promise, statement.program
    kept = [f"`{duty.name}`" for duty in program.duties] if record.duties else []
    lines = [
        "",
        f"Policy:   {record.policy} (sha256 of its words: {record.policy_digest})",
        f"Promise:  {promise.name} ({promise.keyword})",
        *([f"Title:    {' '.join(promise.title.split())}"] if promise.title else []),
        *([f"Supposes: no day passes on which one of these duties would be broken: {', '.join(kept)}"] if kept else []),
        f"System:   sha256 {record.system_digest}",
        f"Made by:  clauseproof {record.tool}; {', '.join(' '.join(pair) for pair in record.solvers)}",
        "To check: every check-sat below must answer unsat; `clauseproof certify FILE` also checks that the systems",
        "          below are those of the policy.",
        "",
        *in_words(statement, proofs),
        "",
    ]
    return [f"; {line}".rstrip() for line in lines]


# ---------------------------------------------------------------- reading


def read(text: str) -> Raw:
    """What a text says that a proof is.

    Raises:
        Refused: it is no certificate.
    """
    if len(text) > LONGEST:
        raise Refused("the file is too long to be a certificate")
    lines = text.split("\n")
    if lines[0].rstrip() != TITLE or len(lines) < 2 or not lines[1].startswith(RECORD):
        raise Refused("the file is no certificate of clauseproof")
    record = _record(lines[1].removeprefix(RECORD))
    sections: list[dict[str, Tree]] = [{}]
    for line in lines[2:]:
        if line == NEXT_SECTION:
            sections.append({})
        elif line.startswith(
            ("(define-fun |HOLDS ", "(define-fun |REGION ", "(define-fun |INPUT ", "(define-fun |MEA")
        ):
            name, body = _function(line)
            sections[-1][name] = body
    return Raw(record, tuple(sections))


def _function(line: str) -> tuple[str, Tree]:
    try:
        tree = parse_tree(line)
    except Unreadable as fault:
        raise Refused(f"the line `{line[:40]}…` cannot be read: {fault}") from fault
    if isinstance(tree, str) or len(tree) != 5 or not isinstance(tree[1], str):
        raise Refused(f"the line `{line[:40]}…` defines no function")
    return tree[1].strip("|"), tree[4]


def _record(text: str) -> Record:
    try:
        data = json.loads(text)
        if data["schema_version"] != SCHEMA_VERSION:
            raise Refused(
                f"the certificate has the form {str(data['schema_version'])[:20]}, this version reads {SCHEMA_VERSION}"
            )
        return Record(
            _text(data["policy"]),
            _text(data["path"]),
            _text(data["promise"]),
            _flag(data["duties"]),
            tuple(_text(item) for item in data["without"]),
            _text(data["policy_digest"]),
            _text(data["system_digest"]),
            _text(data["tool"]["version"]),
            _text(data["tool"]["language"]),
            tuple((_text(name), _text(version)) for name, version in data["solvers"].items()),
            tuple(_section(item) for item in data["sections"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise Refused("the record in the second line is not that of a certificate") from fault


def _section(data: dict[str, Any]) -> SectionRecord:
    regions = tuple(
        RegionRecord(
            None if item["step"] is None else _text(item["step"]),
            _whole(item["into"]),
            None if item["fall"] is None else _text(item["fall"]),
        )
        for item in data["regions"]
    )
    lessons = {
        _text(name): tuple((_whole(place), _whole(window)) for place, window in pairs)
        for name, pairs in data["lessons"].items()
    }
    if len(regions) > MOST_REGIONS or sum(len(pairs) for pairs in lessons.values()) > MOST_LESSONS:
        raise Refused("the certificate has more parts than it may")
    return SectionRecord(regions, lessons)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 10_000:
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
        raise TypeError
    return value


# ---------------------------------------------------------------- trees as terms


def proofs_of(raw: Raw, statement: Statement) -> list[Proof]:
    """The proofs of a statement's sections that a certificate holds.

    Raises:
        Refused: it holds none, or speaks of what the policy does not have.
    """
    if not len(raw.sections) == len(raw.record.sections) == len(statement.sections):
        raise Refused("the certificate is about another kind of promise")
    return [
        _proof(section, functions, record, raw.record.without)
        for section, functions, record in zip(statement.sections, raw.sections, raw.record.sections, strict=True)
    ]


def names_in(section: Section) -> Names:
    """What a proof of a section may speak of: the state, not what a step is given."""
    system = section.system
    roots = [variable.term for variable in system.variables]
    roots += [constraint.term for constraint in system.initial]
    for transition in system.transitions:
        roots += [transition.enabled, *transition.updates.values()]
    roots += [term for _, term in (*section.goals, *section.never)]
    names = names_of(system.terms, [*roots, *([section.way] if section.way is not None else [])])
    state = {variable.term for variable in system.variables}
    return replace(names, variables={text: term for text, term in names.variables.items() if term in state})


def _proof(section: Section, functions: Mapping[str, Tree], record: SectionRecord, without: Sequence[str]) -> Proof:
    terms, names = section.system.terms, names_in(section)

    def term(name: str, kind: str) -> Term:
        if name not in functions:
            raise Refused(f"the certificate lacks the definition of {name}")
        try:
            found = read_term(terms, functions[name], names)
        except Unreadable as fault:
            raise Refused(f"the definition of {name} cannot be read: {fault}") from fault
        if found.sort.kind != kind and kind:
            raise Refused(f"the definition of {name} is not well sorted")
        return found

    count = sum(name.startswith("HOLDS ") for name in functions)
    invariant = terms.and_(*(term(f"HOLDS {index}", "Bool") for index in range(1, count + 1)))
    regions = tuple(_region(section, term, index, item) for index, item in enumerate(record.regions))
    if (section.way is not None) != bool(regions):
        raise Refused("the certificate is about another kind of promise")
    if without and any(region.transition == WAIT for region in regions):
        # Without a duty a way may lead through days that pass in no run that keeps it.
        raise Refused("a way on which days pass leaves out duties")
    return Proof(invariant, regions, record.lessons)


def _region(section: Section, term: Any, index: int, record: RegionRecord) -> Region:
    found = term(f"REGION {index}", "Bool")
    if index == 0:
        return Region(found)
    if record.step not in {transition.name for transition in section.system.transitions} or record.step is None:
        raise Refused(f"region {index} names a step that the policy does not have")
    if not 0 <= record.into < index:
        raise Refused(f"region {index} does not lead to an earlier one")
    parts = sorted(section.system.transition(record.step).inputs, key=lambda part: str(part.variable.payload))
    inputs = {part.variable: term(f"INPUT {index}.{place}", "") for place, part in enumerate(parts)}
    if any(variable.sort != value.sort for variable, value in inputs.items()):
        raise Refused(f"region {index} gives a step what it does not take")
    if record.fall is None:
        return Region(found, record.step, inputs, record.into)
    measure, fall = term(f"MEASURE {index}", ""), Fraction(record.fall) if _NUMBER.match(record.fall) else Fraction(0)
    if measure.sort not in (INT, REAL) or fall <= 0 or (measure.sort == INT and fall.denominator != 1):
        raise Refused(f"the measure of region {index} does not fall")
    terms = section.system.terms
    by = terms.integer(int(fall)) if measure.sort == INT else terms.rational(fall)
    return Region(found, record.step, inputs, record.into, measure, by)
