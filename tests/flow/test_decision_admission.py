"""Which decision files are admitted, what is said of those that are not, and that nothing in them is executed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine import flow
from engine.flow.decisions import DecisionFailed, admit_decisions
from engine.flow.decisions.admission import MAX_CELLS
from engine.flow.decisions.vocabulary import VERSIONS
from tests.flow.dmn import Column, DrawnDecision, DrawnTable, admitted, as_dmn, table
from tests.flow.payloads import PAYLOADS, watched
from tests.flow.work import ENOUGH_CALLS, calls_of


def codes(xml: bytes) -> set[str]:
    try:
        admit_decisions({"drawn.dmn": xml})
    except flow.DefinitionRefused as refusal:
        return {problem.code for problem in refusal.problems}
    return set()


def one(logic: DrawnTable | str, *requires: str, inputs: dict[str, str] | None = None, **more: Any) -> bytes:
    return as_dmn(DrawnDecision("d", logic, list(requires), **more), inputs=inputs)


def columns(count: int) -> DrawnTable:
    return DrawnTable(
        [Column(f"n{i}", "number") for i in range(count)], [Column("out")], [(["-"] * count, ["1"])]
    )


def listed(policy: str, values: str, entry: str = "1") -> DrawnTable:
    made = table(["n:number"], ["out:number"], f"- => {entry}", policy=policy)
    made.outputs[0].values = values
    return made


PLAIN = table(["n:number"], ["out:number"], "> 1 => 2")


def inside(more: str, before: str = "</decision>") -> bytes:
    return one(PLAIN).replace(before.encode(), (more + before).encode(), 1)


FAULTS: dict[str, tuple[str, bytes]] = {
    "not dmn": ("not-dmn", b'<definitions xmlns="http://www.omg.org/spec/DMN/20230324/MODEL/"/>'),
    "bpmn": ("not-dmn", b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'),
    "empty": ("no-decisions", as_dmn()),
    "no logic": ("no-logic", one("1").replace(b"<literalExpression><text>1</text></literalExpression>", b"")),
    "two logics": ("no-logic", inside("<literalExpression><text>1</text></literalExpression>")),
    "context": ("unsupported-element", inside("<context/>")),
    "invocation": ("unsupported-element", inside("<invocation/>")),
    "knowledge": ("unsupported-element", inside("<knowledgeRequirement/>")),
    "model": ("unsupported-element", inside('<businessKnowledgeModel id="b"/>', "</definitions>")),
    "service": ("unsupported-element", inside('<decisionService id="b"/>', "</definitions>")),
    "import": ("unsupported-element", inside('<import namespace="x"/>', "</definitions>")),
    "components": (
        "unsupported-element",
        inside('<itemDefinition name="t"><itemComponent/></itemDefinition>', "</definitions>"),
    ),
    "script language": (
        "unsupported-value",
        one(PLAIN).replace(b"<inputEntry>", b'<inputEntry expressionLanguage="javascript">'),
    ),
    "juel": (
        "unsupported-value",
        one("1").replace(b"<literalExpression>", b'<literalExpression expressionLanguage="juel">'),
    ),
    "hit policy": ("unsupported-value", one(PLAIN).replace(b'"UNIQUE"', b'"LAST"')),
    "foreign": ("foreign-extension", inside('<x:y xmlns:x="http://zeebe"/>')),
    "attribute": ("unsupported-attribute", one(PLAIN).replace(b"<rule>", b'<rule onload="x">')),
    "type": ("unknown-type", one(table(["n:money"], ["out"], "- => 1"))),
    "unknown name": ("bad-feel", one(table(["n + m:number"], ["out"], "- => 1"))),
    "cell": ("bad-feel", one(table(["n:number"], ["out"], "= 1 => 1"))),
    "empty output": ("bad-feel", one(table(["n:number"], ["out"], "- => "))),
    "output values": ("bad-feel", one(listed("FIRST", "1, x"))),
    "text for number": ("wrong-kind", one(table(["n:number"], ["out"], '"A" => 1'))),
    "number for date": ("wrong-kind", one(table(["n:date"], ["out"], "[1..3] => 1"))),
    "text for a sum": ("wrong-kind", one(table(["n:number"], ["out:number"], '- => "A"'))),
    "text for a computed number": (
        "wrong-kind",
        one(table(["string length(s)"], ["out"], '"A" => 1'), "i", inputs={"i": "s:string"}),
    ),
    "ambiguous": ("ambiguous-test", one(table(["b:boolean"], ["out"], "1 > 2 => 1"))),
    "cells": ("wrong-size", one(table(["n:number"], ["out"], "- | - => 1"))),
    "outputs": ("wrong-size", one(table(["n:number"], ["out"], "- => 1 | 2"))),
    "no outputs": ("no-outputs", one(DrawnTable([Column("n")], [], []))),
    "unnamed outputs": ("output-name", one(table(["n:number"], ["out", "out"], "- => 1 | 2"))),
    "priority": ("no-priorities", one(listed("PRIORITY", ""))),
    "output order": ("no-priorities", one(listed("OUTPUT ORDER", ""))),
    "not listed": ("not-listed", one(listed("FIRST", "2, 3"))),
    "aggregation": ("no-aggregation", one(table(["n:number"], ["out"], "- => 1", aggregation="SUM"))),
    "two sums": (
        "no-aggregation",
        one(table(["n:number"], ["a", "b"], "- => 1 | 2", policy="COLLECT", aggregation="SUM")),
    ),
    "columns": ("too-many-columns", one(columns(31))),
    "rules": ("too-many-rules", one(DrawnTable([], [Column("o")], [([], ["1"])] * 1001))),
    "cells in all": (
        "too-many-cells",
        one(DrawnTable([Column("n")] * 9, [Column("o")], [(["-"] * 9, ["1"])] * 600)),
    ),
    "decisions": ("too-many-decisions", as_dmn(*(DrawnDecision(f"d{n}", "1") for n in range(201)))),
    "requirements": (
        "too-many-requirements",
        as_dmn(
            DrawnDecision("d", "1", [f"i{n}" for n in range(51)]),
            inputs={f"i{n}": f"n{n}" for n in range(51)},
        ),
    ),
    "cycle": ("decision-cycle", as_dmn(DrawnDecision("a", "b", ["b"]), DrawnDecision("b", "a", ["a"]))),
    "own cycle": ("decision-cycle", as_dmn(DrawnDecision("a", "a", ["a"]))),
    "nowhere": ("dangling-reference", as_dmn(DrawnDecision("a", "1", ["b"]))),
    "same name": ("name-twice", as_dmn(DrawnDecision("a", "1", ["i", "j"]), inputs={"i": "n", "j": "n"})),
    "same id": ("duplicate-id", as_dmn(DrawnDecision("a", "1"), DrawnDecision("a", "1"))),
    "no id": ("missing-id", one("1").replace(b'<decision id="d"', b"<decision")),
    "long id": ("bad-id", one("1").replace(b'id="d"', b'id="' + b"d" * 101 + b'"')),
    "name": ("bad-name", as_dmn(DrawnDecision("a", "1", ["i"]), inputs={"i": "a=b"})),
    "keyword": ("bad-name", as_dmn(DrawnDecision("a", "1", ["i"]), inputs={"i": "then"})),
    "doctype": ("doctype", b"<!DOCTYPE x>" + one("1")),
    "not xml": ("xml", b"<definitions"),
    "too large": ("size", b"<x>" + b" " * 1_000_001 + b"</x>"),
    "too deep": ("too-deep", inside("<description>" * 60 + "</description>" * 60)),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named(name: str) -> None:
    code, xml = FAULTS[name]
    found: set[str] = set()
    assert calls_of(lambda: found.update(codes(xml))) < ENOUGH_CALLS
    assert code in found


def test_a_sound_file_is_admitted() -> None:
    assert codes(one(PLAIN)) == set()
    assert admitted(DrawnDecision("d", PLAIN)).decide("d", {"n": 2}) == 2


def test_everything_is_in_one_report_with_its_place() -> None:
    first = as_dmn(DrawnDecision("a", table(["n:number"], ["out"], "oops( => 1", "- => 1", '"A" => 1')))
    with pytest.raises(flow.DefinitionRefused) as refusal:
        admit_decisions({"b.dmn": as_dmn(DrawnDecision("a", "1")), "a.dmn": first, "c.dmn": b""})
    found = [
        (problem.file, problem.line, problem.element, problem.code) for problem in refusal.value.problems
    ]
    assert found == [
        ("a.dmn", 3, "a", "bad-feel"),
        ("a.dmn", 5, "a", "wrong-kind"),
        ("b.dmn", 2, "a", "decision-twice"),
        ("c.dmn", 1, "", "xml"),
    ]
    assert all(problem.advice for problem in refusal.value.problems)


def test_the_largest_table_is_read_with_little_work() -> None:
    rules = MAX_CELLS // 10
    big = DrawnTable(
        [Column(f"n{i}", "number") for i in range(9)],
        [Column("o")],
        [([f"[{place}..{rule})" for place in range(9)], [str(rule)]) for rule in range(rules)],
    )
    found: set[str] = set()
    assert calls_of(lambda: found.update(codes(one(big)))) < 2 * ENOUGH_CALLS  # 5,000 cells, no two alike
    assert found == set()


DRAWING = """<d:DMNDI xmlns:d="https://www.omg.org/spec/DMN/20191111/DMNDI/"><d:DMNDiagram/></d:DMNDI>"""


def test_drawing_authorship_and_notes_are_passed_over() -> None:
    xml = inside(DRAWING, "</definitions>").replace(b"<rule>", b"<rule><description>x</description>")
    kept = b'<decision xmlns:c="http://camunda.org/schema/1.0/dmn" c:historyTimeToLive="P1D"'
    xml = xml.replace(b"<decision ", kept + b" ")
    authority = '<knowledgeSource id="k" name="law"/><textAnnotation id="t"><text>x</text></textAnnotation>'
    xml = xml.replace(b"</definitions>", authority.encode() + b"</definitions>")
    requirement = b'<authorityRequirement><requiredAuthority href="#k"/></authorityRequirement></decision>'
    assert codes(xml.replace(b"</decision>", requirement)) == set()


# Nothing is executed ---------------------------------------------------------------------------

PLACES: dict[str, Callable[[str], bytes]] = {
    "cell": lambda text: one(DrawnTable([Column("a", "Any")], [Column("o")], [([text], ["1"])])),
    "cell of text": lambda text: one(DrawnTable([Column("a", "string")], [Column("o")], [([text], ["1"])])),
    "output": lambda text: one(DrawnTable([Column("a")], [Column("o")], [(["-"], [text])])),
    "input": lambda text: one(DrawnTable([Column(text)], [Column("o")], [(["-"], ["1"])])),
    "expression": lambda text: one(text, "i", inputs={"i": "a"}),
    "default": lambda text: one(DrawnTable([Column("a")], [Column("o", default=text)], [(["false"], ["1"])])),
    "listed": lambda text: one(DrawnTable([Column("a")], [Column("o", values=text)], [(["-"], ["a"])])),
    "allowed": lambda text: one(DrawnTable([Column("a", values=text)], [Column("o")], [(["-"], ["1"])])),
}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_in_a_text_is_executed(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused = 0
    codes(one("1")), admitted(DrawnDecision("d", PLAIN)).decide("d", {"n": 1})
    for payload in PAYLOADS:
        tried: list[bool] = []
        with watched() as seen:
            calls = calls_of(partial(_try_at, place, payload, tried))
        assert seen == [], payload
        assert calls < ENOUGH_CALLS, payload
        refused += tried[0]
    assert len(PAYLOADS) > 100
    assert refused > len(PAYLOADS) // 2
    assert list(tmp_path.iterdir()) == []


def _try_at(place: str, payload: str, tried: list[bool]) -> None:
    tried.append(_tried(PLACES[place](payload), {"a": payload, "n": payload}))


def _tried(xml: bytes, variables: dict[str, Any]) -> bool:
    """Whether the file was refused, or the decision failed by name; else what it gave is data."""
    try:
        made = admit_decisions({"x.dmn": xml})
        result = made.decide(next(iter(made.decisions)), variables)
    except (flow.DefinitionRefused, DecisionFailed) as error:
        assert str(error)
        return True
    assert result is None or isinstance(result, bool | int | float | str | list)
    return False


@pytest.mark.parametrize("version", VERSIONS)
def test_names_and_references_are_only_compared(version: str) -> None:
    plain = one(PLAIN).replace(VERSIONS[2].encode(), version.encode())
    for payload in PAYLOADS:
        text = payload.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").encode()
        for place in (b'name="d"', b'id="d"', b'typeRef="number"', b'name="out"', b'hitPolicy="UNIQUE"'):
            xml = plain.replace(place, place.partition(b'"')[0] + b'"' + text + b'"')
            with watched() as seen:
                _tried(xml, {"n": 5, payload: 5})
            assert seen == [], payload
