"""Files as other products export them: loaded with their notes, or refused for what is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import flow
from tests.flow.driving import NOW

EXPORTED = Path(__file__).parent / "exported"
FILES = sorted(EXPORTED.glob("*.bpmn"))


def exported(name: str) -> bytes:
    return (EXPORTED / f"{name}.bpmn").read_bytes()


def admitted(xml: bytes) -> flow.AdmittedDefinition:
    return flow.admit(xml, file="exported.bpmn")


def refused(xml: bytes) -> set[tuple[str, str]]:
    """(code, element) of each problem."""
    return {
        (problem.code, problem.element)
        for problem in flow.examine(xml, file="exported.bpmn").problems
        if problem.severity == "error"
    }


def codes(xml: bytes) -> set[str]:
    return {code for code, _element in refused(xml)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_each_exporter_loads_and_keeps_what_it_says_in_its_normal_form(path: Path) -> None:
    definition = admitted(path.read_bytes())
    assert admitted(definition.xml) == definition
    assert flow.start(definition, {"plots": [1]}, {}, NOW).opened


def who(definition: flow.AdmittedDefinition, node: str) -> list[tuple[str, str]]:
    return [(performer.kind, performer.words) for performer in definition.nodes[node].performers]


def test_lanes_documentation_and_performers_are_kept() -> None:
    roads = admitted(exported("bpmn_io")).nodes
    assert (roads["Activity_look"].lane, roads["Gateway_bad"].lane) == ("Front desk", "Front desk")
    assert roads["Activity_look"].documentation == "Take a picture.\nMeasure the hole."
    group = admitted(exported("interchange_group"))
    assert who(group, "_decide") == [
        ("humanPerformer", "Sachbearbeiter für Straßen"),
        ("potentialOwner", "group(roads)"),
    ]
    assert group.messages == {"Antwort"}
    assert group.nodes["_late"].lane is None
    sevens = admitted(exported("camunda7"))
    assert who(sevens, "choose") == [
        ("assignee", "maria"),
        ("candidateGroups", "librarians"),
        ("candidateUsers", "maria,joão"),
    ]
    eights = admitted(exported("camunda8"))
    assert who(eights, "inspect") == [("assignee", "=gardener"), ("candidateGroups", "gardeners")]
    assert who(admitted(exported("flowable")), "sid-8A2F") == [
        ("candidateGroups", "porters"),
        ("candidateUsers", "paul,émile"),
    ]


def test_what_changes_nothing_is_kept_as_a_note() -> None:
    notes = admitted(exported("camunda7")).nodes["choose"].notes
    assert notes["camunda:formKey"] == "embedded:choose.html"
    assert "formField(id=title" in notes["camunda:formData"]
    assert admitted(exported("camunda8")).nodes["tell"].notes["zeebe:taskDefinition"] == "retries=3 type=mail"
    signavio = admitted(exported("signavio")).nodes["sid-start"].notes
    assert signavio == {"signavio:signavioMetaData": "metaKey=bordercolor metaValue=#000000"}


@pytest.mark.parametrize("drawn_by", [b"http://flowable.org/modeler", b"http://activiti.com/modeler"])
def test_what_the_elder_modelers_note_for_themselves_refuses_nothing(drawn_by: bytes) -> None:
    xml = (EXPORTED / "flowable.bpmn").read_bytes()
    again = xml.replace(b"http://flowable.com/modeler", drawn_by)
    assert again != xml
    nodes, others = (flow.admit(each, file="flowable.bpmn").nodes for each in (xml, again))
    assert {name: node.notes for name, node in nodes.items()} == {
        name: node.notes for name, node in others.items()
    }


@pytest.mark.parametrize(("name", "node"), [("camunda7", "vote"), ("camunda8", "inspect")])
def test_a_loop_over_a_plain_variable_is_understood_in_every_spelling(name: str, node: str) -> None:
    definition = admitted(exported(name))
    collection = "voters" if name == "camunda7" else "plots"
    assert definition.names == {collection}
    step = flow.start(definition, {collection: ["a", "b"]}, {"tell": lambda variables: None}, NOW)
    if name == "camunda7":
        step = flow.complete(definition, step.state, step.opened[0].key, {}, {}, NOW)
    assert [task.node for task in step.opened] == [node, node]


def test_of_several_processes_the_executable_one_is_run_or_the_one_that_is_named() -> None:
    pools = exported("camunda7")
    assert admitted(pools).key == "order_book"
    assert b"shop_task" not in admitted(pools).xml
    both = pools.replace(b'id="bookshop" isExecutable="false"', b'id="bookshop" isExecutable="true"')
    assert "many-processes" in codes(both)
    assert flow.admit(both, file="x", process="order_book").key == "order_book"
    with pytest.raises(flow.DefinitionRefused):
        flow.admit(both, file="x", process="nobody")
    neither = pools.replace(b'isExecutable="true"', b'isExecutable="false"')
    assert {"many-processes", "not-executable"} <= codes(neither)


PREFIXES = [b"bpmn:", b"bpmn2:", b"semantic:", b"model:", b""]


@pytest.mark.parametrize("prefix", PREFIXES, ids=lambda prefix: prefix.decode() or "none")
def test_every_prefix_of_the_namespace_is_the_same(prefix: bytes) -> None:
    xml = exported("interchange_group").replace(b"semantic:", prefix)
    xml = xml.replace(b"xmlns:semantic", b"xmlns:" + prefix[:-1] if prefix else b"xmlns")
    assert admitted(xml).nodes == admitted(exported("interchange_group")).nodes


def test_line_ends_byte_order_marks_and_old_encodings_change_nothing() -> None:
    plain = admitted(exported("signavio"))
    for changed in (
        exported("signavio").replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + exported("signavio"),
        exported("signavio").decode().replace("UTF-8", "ISO-8859-1").encode("iso-8859-1"),
        exported("signavio").decode().replace("UTF-8", "GB18030").encode("gb18030"),
    ):
        assert admitted(changed).nodes == plain.nodes
    assert plain.nodes["sid-pruefen"].lane == "Bürgerbüro"
    assert codes(exported("signavio").decode().replace("UTF-8", "UTF-16").encode("utf-16")) == {"xml"}
    assert codes(exported("signavio").decode().encode("iso-8859-1")) == {"xml"}  # says UTF-8 and is not


# A change to a file that loads, and what is then said of which element.
CHANGES: dict[str, tuple[str, str, str, str, str]] = {
    "a Java class": ("camunda7", 'camunda:priority="50"', 'camunda:class="org.X"', "foreign-code", "choose"),
    "an expression": (
        "camunda7",
        'camunda:priority="50"',
        'camunda:expression="${bean.run()}"',
        "foreign-code",
        "choose",
    ),
    "an external worker": (
        "camunda7",
        'camunda:priority="50"',
        'camunda:topic="mail" camunda:type="external"',
        "foreign-code",
        "choose",
    ),
    "a result variable": (
        "camunda7",
        'camunda:priority="50"',
        'camunda:resultVariable="r"',
        "foreign-data",
        "choose",
    ),
    "a listener": (
        "camunda7",
        "<camunda:properties>",
        '<camunda:executionListener class="org.X" event="start" /><camunda:properties>',
        "foreign-code",
        "choose",
    ),
    "a script": (
        "camunda7",
        "<camunda:properties>",
        '<camunda:taskListener event="create"><camunda:script scriptFormat="groovy">x</camunda:script>'
        "</camunda:taskListener><camunda:properties>",
        "foreign-code",
        "choose",
    ),
    "input and output": (
        "camunda7",
        "<camunda:properties>",
        '<camunda:inputOutput><camunda:inputParameter name="a">1</camunda:inputParameter>'
        "</camunda:inputOutput><camunda:properties>",
        "foreign-data",
        "choose",
    ),
    "a computed collection": ("camunda7", "${voters}", "${bean.voters()}", "foreign-routing", "vote"),
    "a mapping": (
        "camunda8",
        "<zeebe:userTask />",
        '<zeebe:ioMapping><zeebe:input source="=a" target="b" /></zeebe:ioMapping>',
        "foreign-data",
        "inspect",
    ),
    "a script of FEEL": (
        "camunda8",
        '<zeebe:taskDefinition type="mail" retries="3" />',
        '<zeebe:script expression="=1" resultVariable="x" />',
        "foreign-code",
        "tell",
    ),
    "a collection in FEEL": ("camunda8", '"=plots"', '"=plots[1]"', "foreign-routing", "inspect"),
    "a worker and no function": ("camunda8", 'duban:function="tell"', "", "no-function", "tell"),
    "a step that may be skipped": (
        "flowable",
        'flowable:category="keys"',
        'flowable:skipExpression="${skip}"',
        "foreign-routing",
        "sid-8A2F",
    ),
    "an unknown product": (
        "flowable",
        'flowable:category="keys"',
        'x:y="1" xmlns:x="http://x"',
        "foreign-extension",
        "sid-8A2F",
    ),
    "another language": (
        "bpmn_io",
        'xsi:type="bpmn:tFormalExpression">depth',
        'language="http://www.w3.org/1999/XPath">depth',
        "foreign-language",
        "Flow_3",
    ),
    "an expression in JUEL": (
        "bpmn_io",
        "depth &gt; 5",
        "${depth &gt; 5}",
        "foreign-expression",
        "Gateway_bad",
    ),
    "an expression in FEEL": (
        "bpmn_io",
        "depth &gt; 5",
        "= depth &gt; 5",
        "foreign-expression",
        "Gateway_bad",
    ),
    "a performer who is nobody": (
        "interchange_group",
        "<semantic:resourceRef>tns:_clerk</semantic:resourceRef>",
        "",
        "no-performer",
        "_decide",
    ),
    "a process that only describes": (
        "interchange_group",
        'isExecutable="true"',
        'isExecutable="false"',
        "not-executable",
        "_process",
    ),
    "a task without a kind": ("signavio", "userTask", "task", "abstract-task", "sid-pruefen"),
    "a data store": (
        "signavio",
        '<endEvent id="sid-ende"',
        '<dataStoreReference id="sid-data"/><endEvent id="sid-ende"',
        "data-store",
        "sid-data",
    ),
    "an import": (
        "signavio",
        '<collaboration id="sid-col">',
        '<import importType="x" location="http://x" namespace="y"/><collaboration id="sid-col">',
        "unsupported-element",
        "sid-49b5",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_would_mean_something_else_here_is_refused_for_what_is_true(name: str) -> None:
    file, old, new, code, element = CHANGES[name]
    text = exported(file).decode()
    assert old in text
    assert (code, element) in refused(text.replace(old, new).encode())


def test_an_expression_language_at_the_top_counts_once_something_is_written_in_it() -> None:
    text = exported("bpmn_io").decode()
    xpath = text.replace('id="Definitions_0x1"', 'id="d" expressionLanguage="http://www.w3.org/1999/XPath"')
    assert refused(xpath.encode()) == {("foreign-language", "Flow_3")}
