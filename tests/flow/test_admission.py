"""What is admitted, what is refused, and that all of it is said at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from engine import flow
from engine.flow.activity_rules import ACTIVITY_RULES
from engine.flow.admission import MAX_NODES
from engine.flow.problems import MAX_PROBLEMS, RULES
from engine.flow.source import MAX_BYTES, MAX_ELEMENTS, read_file
from tests.flow.drawing import DEFAULT, HEAD, Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.work import ENOUGH_CALLS, calls_of
from tests.house.tree import ROOT

PLAIN = (
    '<bpmn:startEvent id="s"/><bpmn:userTask id="u">{inside}</bpmn:userTask><bpmn:endEvent id="e"/>'
    '<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="u"/>'
    '<bpmn:sequenceFlow id="f2" sourceRef="u" targetRef="e"/>'
)


def definitions(body: str, before: str = "", inside: str = "") -> bytes:
    content = PLAIN.replace("{inside}", inside) if body == "" else body
    process = f'<bpmn:process id="p" isExecutable="true">{content}</bpmn:process>'
    return f"{HEAD}{before}{process}</bpmn:definitions>".encode()


def codes(xml: bytes, known_names: list[str] | None = None) -> set[str]:
    try:
        flow.admit(xml, file="drawn.bpmn", known_names=known_names)
    except flow.DefinitionRefused as refusal:
        return {problem.code for problem in refusal.problems}
    return set()


def chain(element: str) -> bytes:
    """start → the element → end."""
    name = element.split('id="', 1)[1].split('"', 1)[0]
    return definitions(
        f'<bpmn:startEvent id="s"/>{element}<bpmn:endEvent id="e"/>'
        f'<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="{name}"/>'
        f'<bpmn:sequenceFlow id="f2" sourceRef="{name}" targetRef="e"/>'
    )


def test_a_plain_process_is_admitted() -> None:
    assert codes(definitions("")) == set()


SILENTLY_WRONG = {
    "script task": '<bpmn:scriptTask id="n"><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>',
    "business rule task": '<bpmn:businessRuleTask id="n"/>',
    "abstract task": '<bpmn:task id="n"/>',
    "call activity": '<bpmn:callActivity id="n" calledElement="q"/>',
    "event-based gateway that begins": '<bpmn:eventBasedGateway id="n" instantiate="true"/>',
    "parallel event-based gateway": '<bpmn:eventBasedGateway id="n" eventGatewayType="Parallel"/>',
    "transaction by another method": '<bpmn:transaction id="n" method="##Store"/>',
    "compensation that is not waited for": (
        '<bpmn:intermediateThrowEvent id="n"><bpmn:compensateEventDefinition waitForCompletion="false"/>'
        "</bpmn:intermediateThrowEvent>"
    ),
    "ad-hoc subprocess": '<bpmn:adHocSubProcess id="n"/>',
    "standard loop": '<bpmn:userTask id="n"><bpmn:standardLoopCharacteristics/></bpmn:userTask>',
    "start quantity": '<bpmn:userTask id="n" startQuantity="-1"/>',
    "completion quantity": '<bpmn:userTask id="n" completionQuantity="0"/>',
    "multi-instance behaviour": (
        '<bpmn:userTask id="n"><bpmn:multiInstanceLoopCharacteristics behavior="One" duban:collection="a" '
        'duban:item="b"/></bpmn:userTask>'
    ),
    "service operation": '<bpmn:serviceTask id="n" duban:function="f" operationRef="o"/>',
    "data association": '<bpmn:userTask id="n"><bpmn:dataInputAssociation id="d"/></bpmn:userTask>',
    "io specification": '<bpmn:userTask id="n"><bpmn:ioSpecification/></bpmn:userTask>',
    "foreign extension": (
        '<bpmn:userTask id="n"><bpmn:extensionElements><z:x xmlns:z="http://zeebe"/></bpmn:extensionElements>'
        "</bpmn:userTask>"
    ),
}


@pytest.mark.parametrize("name", SILENTLY_WRONG)
def test_what_would_be_run_wrong_is_refused(name: str) -> None:
    refused = {
        "unsupported-element",
        "unsupported-value",
        "unsupported-attribute",
        "foreign-extension",
        "misplaced-element",
        "beginning-place",
        "parallel-choice",
        *ACTIVITY_RULES,
    }
    assert codes(chain(SILENTLY_WRONG[name])) & refused


SHAPES = {
    "no-start": Model().node("userTask", "u").node("endEvent", "e").wire("u", "e"),
    "many-starts": Model()
    .node("startEvent", "s")
    .node("startEvent", "t")
    .node("endEvent", "e")
    .wire("s", "e")
    .wire("t", "e"),
    "no-end": Model().node("startEvent", "s").node("userTask", "u").wire("s", "u"),
    "dead-end": Model().node("startEvent", "s").node("userTask", "u").node("endEvent", "e").wire("s", "u"),
    "unreachable": (
        Model()
        .node("startEvent", "s")
        .node("userTask", "u")
        .node("endEvent", "e")
        .wire("s", "e")
        .wire("u", "e")
    ),
    "no-way-out": (
        Model()
        .node("startEvent", "s")
        .node("parallelGateway", "g")
        .node("userTask", "u")
        .node("userTask", "v")
        .node("endEvent", "e")
        .wire("s", "g", "e")
        .wire("g", "u", "v", "u")
    ),
    "no-default": (
        Model()
        .node("startEvent", "s")
        .node("exclusiveGateway", "x")
        .node("endEvent", "e")
        .node("endEvent", "f")
        .wire("s", "x")
        .wire("x", "e", condition="a")
        .wire("x", "f", condition="b")
    ),
    "no-condition": (
        Model()
        .node("startEvent", "s")
        .node("exclusiveGateway", "x")
        .node("endEvent", "e")
        .node("endEvent", "f")
        .wire("s", "x")
        .wire("x", "e")
        .wire("x", "f", condition=DEFAULT)
    ),
    "condition-ignored": (
        Model()
        .node("startEvent", "s")
        .node("parallelGateway", "x")
        .node("endEvent", "e")
        .node("endEvent", "f")
        .wire("s", "x")
        .wire("x", "e", condition="a")
        .wire("x", "f")
    ),
    "flow-into-start": (
        Model()
        .node("startEvent", "s")
        .node("userTask", "u")
        .node("endEvent", "e")
        .wire("s", "u", "e")
        .wire("u", "s")
    ),
    "flow-out-of-end": (
        Model().node("startEvent", "s").node("userTask", "u").node("endEvent", "e").wire("s", "u", "e", "u")
    ),
    "dangling-reference": Model()
    .node("startEvent", "s")
    .node("endEvent", "e")
    .wire("s", "e")
    .wire("s", "ghost"),
    "no-function": Model()
    .node("startEvent", "s")
    .node("serviceTask", "n")
    .node("endEvent", "e")
    .wire("s", "n", "e"),
    "no-message": Model()
    .node("startEvent", "s")
    .node("receiveTask", "n")
    .node("endEvent", "e")
    .wire("s", "n", "e"),
    "no-event": (
        Model()
        .node("startEvent", "s")
        .node("intermediateCatchEvent", "n")
        .node("endEvent", "e")
        .wire("s", "n", "e")
    ),
    "no-host": (
        Model()
        .node("startEvent", "s")
        .node("serviceTask", "n", function="f")
        .node("endEvent", "e")
        .wire("s", "n", "e")
        .node("boundaryEvent", "b", host="n", message="m")
        .wire("b", "e")
    ),
    "bad-loop": (
        Model()
        .node("startEvent", "s")
        .node("userTask", "n", collection="not a name")
        .node("endEvent", "e")
        .wire("s", "n", "e")
    ),
    "bad-id": Model().node("startEvent", "Start").node("endEvent", "e").wire("Start", "e"),
}


@pytest.mark.parametrize("code", SHAPES)
def test_each_flaw_of_shape_is_named(code: str) -> None:
    assert code in codes(as_bpmn(SHAPES[code]))


def test_flows_do_not_cross_the_border_of_a_subprocess() -> None:
    inside = (
        Model(key="q")
        .node("startEvent", "qs")
        .node("userTask", "qu")
        .node("endEvent", "qe")
        .wire("qs", "qu", "qe")
    )
    model = Model().node("startEvent", "s").node("subProcess", "n", inside=inside).node("endEvent", "e")
    assert "flow-across-levels" in codes(as_bpmn(model.wire("s", "n", "e").wire("s", "qu")))


def test_every_problem_is_in_one_report_with_its_line_and_advice() -> None:
    xml = chain('<bpmn:scriptTask id="n"/>').replace(b"<bpmn:endEvent", b"\n\n<bpmn:endEvent wrong='1'")
    with pytest.raises(flow.DefinitionRefused) as refusal:
        flow.admit(xml, file="two.bpmn")
    script, attribute = refusal.value.problems
    assert (script.code, script.line, script.element) == ("script-task", 2, "n")
    assert (attribute.code, attribute.line, attribute.element) == ("unsupported-attribute", 4, "e")
    assert script.file == "two.bpmn"
    assert script.advice and script.as_dict()["message"] == script.message
    assert "two.bpmn:4" in str(refusal.value)


def test_every_rule_can_be_filled_in() -> None:
    for message, advice in RULES.values():
        assert (message + advice).format_map(defaultdict(lambda: "·"))


def test_conditions_may_read_known_names_only() -> None:
    model = (
        Model()
        .node("startEvent", "s")
        .node("exclusiveGateway", "x")
        .node("endEvent", "e")
        .node("endEvent", "f")
    )
    xml = as_bpmn(model.wire("s", "x").wire("x", "e", condition="accepted").wire("x", "f", condition=DEFAULT))
    assert codes(xml, known_names=["accepted"]) == set()
    assert codes(xml, known_names=["other"]) == {"unknown-name"}
    assert flow.admit(xml, file="x").names == {"accepted"}


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def chained(length: int) -> Model:
    model = Model().node("startEvent", "s").node("endEvent", "e")
    names = [f"u{number}" for number in range(length)]
    for name in names:
        model.node("userTask", name)
    return model.wire("s", *names, "e")


def many(text: str, count: int) -> bytes:
    """A text so many times, each with its number."""
    return " ".join(text.format(number) for number in range(count)).encode()


def with_doctype(xml: bytes) -> bytes:
    return xml.replace(b' encoding="UTF-8"?>', b"?>" + BOMB)


HOSTILE = {
    "doctype": HEAD.encode().replace(b"<bpmn:definitions", BOMB + b"<bpmn:definitions")
    + b"</bpmn:definitions>",
    "external entity": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    "lower case doctype": b"<!doctype x><x/>",
    "utf-16": definitions("").decode().encode("utf-16"),
    **{
        f"a doctype in {encoding}, unmarked": with_doctype(as_bpmn(chained(1))).decode().encode(encoding)
        for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    },
    "not xml": b"\x89PNG\r\n",
    "empty": b"",
    "nul": b"<x>\0</x>",
    "not bpmn": b"<html/>",
    "unclosed": HEAD.encode(),
    "too large": b"<x>" + b" " * 1_000_001 + b"</x>",
    "too deep": HEAD.encode() + b"<bpmn:process>" * 200 + b"</bpmn:process>" * 200 + b"</bpmn:definitions>",
    "deeper than libxml": HEAD.encode() + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</bpmn:definitions>",
    "many elements": HEAD.encode() + b"<bpmn:message/>" * 60_000 + b"</bpmn:definitions>",
    "undeclared entity": HEAD.encode() + b"&boom;</bpmn:definitions>",
    "a chain of 10,000": as_bpmn(chained(10_000)),
    "a chain as long as fits": as_bpmn(chained(3_500)),
    "many problems": definitions("<bpmn:scriptTask/>" * 15_000),
    "many attributes": HEAD.encode() + b"<bpmn:message %s/></bpmn:definitions>" % many('a{0}="1"', 60_000),
    "many namespaces": HEAD.encode()
    + b"<bpmn:message %s/></bpmn:definitions>" % many('xmlns:a{0}="u"', 50_000),
    "many flows": definitions(
        '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>'
        + many('<bpmn:sequenceFlow id="f{0}" sourceRef="s" targetRef="e"/>', 10_000).decode()
    ),
    "many comments": HEAD.encode() + b"<!--x-->" * 100_000 + b"</bpmn:definitions>",
    "one long text": HEAD.encode() + b"&#65;" * 190_000 + b"</bpmn:definitions>",
    "one long name": definitions("").replace(b'id="u"', b'id="u" name="%s" x="1"' % (b"n" * 900_000)),
    "nested data references": definitions(
        '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e"/>'
        '<bpmn:subProcess id="q"><bpmn:userTask id="u"><bpmn:dataInputAssociation id="d">'
        "<bpmn:sourceRef>r</bpmn:sourceRef>"
        "</bpmn:dataInputAssociation></bpmn:userTask></bpmn:subProcess>"
        '<bpmn:dataObjectReference id="r" dataObjectRef="o"/>'
    ),
    "billions of laughs in an attribute": HEAD.encode().replace(b'id="definitions"', b'id="&lol;"') + b"</x>",
    "a stylesheet": b'<?xml-stylesheet href="file:///etc/passwd"?><x/>',
    "an inclusion": HEAD.encode()
    + b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></bpmn:definitions>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_little_work(name: str) -> None:
    refused: list[flow.Problem] = []
    calls = calls_of(lambda: refused.extend(flow.examine(HOSTILE[name], file="hostile.bpmn").problems))
    assert [problem for problem in refused if problem.severity == "error"]
    assert len(refused) <= MAX_PROBLEMS + 1
    assert calls < ENOUGH_CALLS


def test_a_file_is_put_down_where_it_becomes_too_large() -> None:
    small, large = (HEAD.encode() + b"<bpmn:message/>" * count for count in (MAX_ELEMENTS + 5, 60_000))
    few, many_more = (calls_of(lambda xml=xml: codes(xml)) for xml in (small, large))  # type: ignore[misc]
    assert codes(large) == {"too-many-elements"}
    assert many_more < few * 1.2


def test_of_a_large_file_only_as_much_is_read_as_it_takes_to_refuse_it(tmp_path: Path) -> None:
    path = tmp_path / "large.bpmn"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert len(read_file(path)) == MAX_BYTES + 1
    assert codes(read_file(path)) == {"size"}


LIMITED = """
import json, resource, sys
from pathlib import Path
from engine import flow
from engine.flow.source import read_file

paths = [Path(each) for each in sys.argv[1:]]
flow.examine(paths[0].read_bytes(), "warm up")  # whatever is imported on first use is not the hostile file's doing
used = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmSize"))
resource.setrlimit(resource.RLIMIT_AS, (used * 1024 + 100_000_000,) * 2)
print(json.dumps([bool(flow.examine(read_file(each), each.name).problems) for each in paths]))
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is measured the way of Linux")
def test_hostile_files_are_refused_within_a_hundred_megabytes(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.bpmn" for number in range(len(HOSTILE))]
    for path, xml in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(xml)
    with (tmp_path / "large.bpmn").open("wb") as file:
        file.truncate(50_000_000)
    answer = subprocess.run(
        [sys.executable, "-c", LIMITED, *map(str, paths), str(tmp_path / "large.bpmn")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == [True] * (len(HOSTILE) + 1)


def test_a_chain_of_the_greatest_length_is_parsed_and_run() -> None:
    definition = flow.admit(as_bpmn(chained(MAX_NODES - 2)), file="long.bpmn")
    assert flow.start(definition, {}, {}, NOW).opened[0].node == "u0"


def test_a_longer_chain_is_refused() -> None:
    assert codes(as_bpmn(chained(MAX_NODES))) == {"too-many-elements"}


LANES = """
    <bpmn:laneSet id="lanes"> <bpmn:lane id="l1" name="人大代表"><bpmn:flowNodeRef> s
    </bpmn:flowNodeRef><bpmn:flowNodeRef>e</bpmn:flowNodeRef></bpmn:lane> <bpmn:lane id="l2"
    name="承办单位"><bpmn:flowNodeRef>q</bpmn:flowNodeRef> <bpmn:childLaneSet id="cl"><bpmn:lane id="l3"
    name="经办人"><bpmn:flowNodeRef>qu</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet> </bpmn:lane>
    </bpmn:laneSet> <bpmn:startEvent id="s"/><bpmn:endEvent id="e"/> <bpmn:subProcess id="q">
    <bpmn:startEvent id="qs"/><bpmn:userTask id="qu" name="起草" duban:form="reply"><bpmn:documentation> 说明
    </bpmn:documentation></bpmn:userTask> <bpmn:endEvent id="qe"/> <bpmn:sequenceFlow id="g1" sourceRef="qs"
    targetRef="qu"/><bpmn:sequenceFlow id="g2" sourceRef="qu" targetRef="qe"/> </bpmn:subProcess>
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="q"/><bpmn:sequenceFlow id="f2" sourceRef="q"
    targetRef="e"/>
"""


def test_lanes_documentation_and_own_attributes_are_kept() -> None:
    nodes = flow.admit(definitions(LANES), file="lanes.bpmn").nodes
    assert nodes["s"].lane == "人大代表"  # white space around the reference does not lose the lane
    assert nodes["qu"].lane == "经办人"
    assert nodes["qs"].lane == "承办单位"  # from the subprocess around it
    assert nodes["qu"] == flow.Node("qu", "userTask", "起草", "经办人", "说明", "q", {"form": "reply"})
    bare = re.sub(r"(<bpmn:flowNodeRef>)\s*(\w+)\s*(</)", r"\1\2\3", LANES)
    assert bare != LANES
    assert flow.admit(definitions(bare), file="a").hash == flow.admit(definitions(LANES), file="a").hash


STANDARD_LOOP = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef> units </bpmn:loopDataInputRef>"
    '<bpmn:inputDataItem id="unit"/></bpmn:multiInstanceLoopCharacteristics>'
)
OWN_LOOP = '<bpmn:multiInstanceLoopCharacteristics duban:collection="units" duban:item="unit"/>'


def test_both_spellings_of_a_loop_are_one_definition() -> None:
    first = flow.admit(definitions("", inside=STANDARD_LOOP), file="a")
    second = flow.admit(definitions("", inside=OWN_LOOP), file="b")
    assert first.hash == second.hash
    assert first.names == {"units"}


def test_admitting_the_normal_form_again_changes_nothing() -> None:
    first = flow.admit(definitions(LANES), file="a")
    assert flow.admit(first.xml, file="a").hash == first.hash


DIAGRAM = (
    '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:c="http://www.omg.org/spec/DD/20100524/DC">'
    '<d:BPMNPlane><d:BPMNShape bpmnElement="u"><c:Bounds x="abc" y="-"/></d:BPMNShape></d:BPMNPlane>'
    "</d:BPMNDiagram></bpmn:definitions>"
)


def test_the_diagram_is_kept_and_need_not_make_sense() -> None:
    definition = flow.admit(definitions("").replace(b"</bpmn:definitions>", DIAGRAM.encode()), file="a")
    assert b"BPMNShape" in definition.xml
    assert flow.start(definition, {}, {}, NOW).opened
