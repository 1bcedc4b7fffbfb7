"""The gate for decisions: every file of a folder read together, run as DMN means it or refused with every reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from engine.flow.decisions.model import Decision, Drawn, Table
from engine.flow.decisions.reading import read_decisions
from engine.flow.decisions.tables import decide
from engine.flow.decisions.vocabulary import VERSIONS, vocabulary_of
from engine.flow.decisions.xml import Page
from engine.flow.errors import DefinitionRefused
from engine.flow.normalize import canonical
from engine.flow.problems import Findings, Problem
from engine.flow.source import line_of, local_name, namespace, read_xml

MAX_CELLS = 5_000  # of all tables together
MAX_DECISIONS = 200  # of one file
MAX_ID = 100


@dataclass(frozen=True, eq=False)
class AdmittedDecisions:
    """The decisions of a folder by id, ready to be made; `hash` is SHA-256 over the normal form of the files."""

    decisions: Mapping[str, Decision] = field(default_factory=dict)
    hash: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AdmittedDecisions) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def __contains__(self, id: str) -> bool:
        return id in self.decisions

    def decide(self, id: str, variables: Mapping[str, Any]) -> Any:
        """The result as a process variable; raises DecisionFailed, KeyError."""
        return decide(self.decisions, id, variables)

    def with_those_of(self, others: Iterable[AdmittedDecisions]) -> AdmittedDecisions:
        """These and others as one; admission has seen to it that no two of them share an id."""
        distinct = {other.hash: other for other in others if other.hash and other.hash != self.hash}
        if not distinct:
            return self
        merged: dict[str, Decision] = {}
        for each in (*distinct.values(), self):
            merged |= each.decisions
        return AdmittedDecisions(merged, hashlib.sha256("".join((*distinct, self.hash)).encode()).hexdigest())


NO_DECISIONS = AdmittedDecisions()


def admit_decisions(files: Mapping[str, bytes]) -> AdmittedDecisions:
    """All decisions in the files (name → XML); raises DefinitionRefused with every problem of every file."""
    drawn: dict[str, Drawn] = {}
    problems: list[Problem] = []
    digest = hashlib.sha256()
    for file in sorted(files):
        findings = Findings(file)
        root = _root(files[file], findings)
        if root is not None:
            for each in _decisions(Page(root, file, findings)):
                if each.decision.id in drawn:
                    findings.add("decision-twice", each.line, each.decision.id, id=each.decision.id)
                drawn[each.decision.id] = each
            digest.update(canonical(root))
        problems += findings.sorted()
    if not problems:
        problems = _too_many_cells(drawn)
    if problems:
        raise DefinitionRefused(problems)
    return AdmittedDecisions(_ordered(drawn), digest.hexdigest())


def _root(xml: bytes, findings: Findings) -> etree._Element | None:
    root = read_xml(xml, findings)
    if root is None:
        return None
    if local_name(root) != "definitions" or namespace(root) not in VERSIONS:
        findings.add("not-dmn", line_of(root), "")
        return None
    vocabulary_of(namespace(root)).check(root, findings)
    return root


def _decisions(page: Page) -> list[Drawn]:
    _check_ids(page)
    cells = sum(
        1 for name in ("inputEntry", "outputEntry") for _ in page.root.iter(f"{{{page.space}}}{name}")
    )
    if cells > MAX_CELLS:
        page.fault("too-many-cells", page.root, limit=MAX_CELLS)
        return []
    if sum(1 for _ in page.each(page.root, "decision")) > MAX_DECISIONS:
        page.fault("too-many-decisions", page.root, limit=MAX_DECISIONS)
        return []
    drawn = read_decisions(page)
    if not drawn:
        page.fault("no-decisions", page.root)
    for name, line in _circular({each.decision.id: each for each in drawn}):
        page.findings.add("decision-cycle", line, name, id=name)
    return drawn


def _check_ids(page: Page) -> None:
    seen: set[str] = set()
    for element in page.root.iter(f"{{{page.space}}}*"):
        id, kind = element.get("id", ""), local_name(element)
        if not id and kind in ("decision", "inputData"):
            page.fault("missing-id", element, name=kind)
        elif id and id in seen:
            page.fault("duplicate-id", element, id=id)
        elif len(id) > MAX_ID:
            page.fault("bad-id", element, id=id, limit=MAX_ID)
        seen.add(id)


def _circular(drawn: Mapping[str, Drawn]) -> Iterator[tuple[str, int]]:
    """The decisions that are never ready because each waits for another one of them, or for these."""
    waiting = {name: {link for link, _ in each.links} for name, each in drawn.items()}
    while ready := [name for name, links in waiting.items() if not links & waiting.keys()]:
        for name in ready:
            del waiting[name]
    for name in waiting:
        yield name, drawn[name].line


def _too_many_cells(drawn: Mapping[str, Drawn]) -> list[Problem]:
    tables = [each.decision.logic for each in drawn.values()]
    cells = sum(
        len(table.rules) * (len(table.inputs) + len(table.outputs))
        for table in tables
        if isinstance(table, Table)
    )
    findings = Findings("")
    if cells > MAX_CELLS:
        findings.add("too-many-cells", 1, "", limit=MAX_CELLS)
    return findings.sorted()


def _ordered(drawn: Mapping[str, Drawn]) -> dict[str, Decision]:
    """Each decision with those it needs, in the order in which they can be made."""
    made: dict[str, Decision] = {}
    waiting = dict(drawn)
    while waiting:
        ready = [name for name, each in waiting.items() if set(each.decision.requires) <= made.keys()]
        for name in ready:
            made[name] = _complete(waiting.pop(name).decision, made)
    return made


def _complete(decision: Decision, made: Mapping[str, Decision]) -> Decision:
    before = [made[name] for name in decision.requires]
    order = dict.fromkeys(name for each in before for name in each.order)
    reads = frozenset(decision.inputs).union(*(each.reads for each in before))
    return replace(decision, order=(*order, decision.id), reads=reads)
