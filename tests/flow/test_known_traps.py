"""What stock SpiffWorkflow does wrong, line by line: docs/engine.md says what is done here, and where it is proved."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from engine import flow
from tests.flow.drawing import Model, as_bpmn
from tests.flow.test_admission import chain, codes, definitions
from tests.flow.test_steps import Case, row, user
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "engine.md"
HEADING = "## What SpiffWorkflow does wrong"
PROOF = re.compile(r"`([\w/]+)::(test_\w+)`")


def rows() -> list[list[str]]:
    """The rows of the page's tables, those of what is used and taken from elsewhere too."""
    section = PAGE.read_text(encoding="utf-8").split(HEADING)[1].split("\n## Adding")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    ruled = {place for place, line in enumerate(lines) if line.startswith("|---")}
    heads = ruled | {place - 1 for place in ruled}
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for place, line in enumerate(lines)
        if place not in heads
    ]


def test_every_line_of_the_page_names_tests_that_are_there() -> None:
    assert len(rows()) >= 50
    for line, done, proof in rows():
        assert line and done
        found = PROOF.findall(proof)
        assert found, line
        for module, name in found:
            path = ROOT / "tests" / (f"{module}.py" if "/" in module else f"flow/{module}.py")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


# Lines with no better place for their test ---------------------------------------------------------


def test_a_negative_number_of_instances_fails_at_the_loop() -> None:
    kind = "bpmn:multiInstanceLoopCharacteristics"
    loop = f"<{kind}><bpmn:loopCardinality>n</bpmn:loopCardinality></{kind}>"
    xml = chain(f'<bpmn:userTask id="u">{loop}</bpmn:userTask>')
    for wrong in (-1, True, 1.5, "2", None):
        with pytest.raises(flow.StepFailed) as failed:
            Case(xml, n=wrong)
        assert failed.value.element == "u"
    assert Case(xml, n=0).step.completed


def test_a_subprocess_has_a_start_and_an_end() -> None:
    assert {"no-start", "no-end"} <= codes(
        chain('<bpmn:subProcess id="q"><bpmn:userTask id="u"/></bpmn:subProcess>')
    )


def test_a_message_has_a_name_and_the_reason_is_said() -> None:
    receive = '<bpmn:startEvent id="s"/><bpmn:receiveTask id="r" messageRef="m"/><bpmn:endEvent id="e"/>'
    flows = (
        '<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="r"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="r" targetRef="e"/>'
    )
    assert codes(definitions(receive + flows, before='<bpmn:message id="m"/>')) == {"no-message"}
    assert codes(definitions(receive + flows, before='<bpmn:message id="m" name="in"/>')) == set()


@pytest.mark.parametrize(
    "element",
    [
        '<bpmn:dataStoreReference id="n"/>',
        '<bpmn:adHocSubProcess id="n"/>',
    ],
)
def test_what_would_stop_the_library_is_refused_before(element: str) -> None:
    assert codes(chain(element))


def test_an_instance_with_a_service_task_ahead_and_behind_is_saved_and_restored() -> None:
    calls: list[int] = []

    def count(variables: dict[str, Any]) -> dict[str, Any]:
        calls.append(len(calls))
        return {"n": len(calls)}

    service = {"function": "count"}
    case = Case(
        row(("serviceTask", "n", service), user("u"), ("serviceTask", "m", service), user("v")),
        {"count": count},
    )
    assert case.do("u").variables == {"n": 2}
    assert case.do("v").completed
    assert calls == [0, 1]


def test_a_shorter_list_replaces_a_longer_one_whole() -> None:
    case = Case(row(user("u"), user("v")), units=[1, 2, 3], nested={"a": {"b": 1}})
    case.do("u", units=[2, 3], nested={"a": {"c": 2}})
    assert case.step.variables == {"units": [2, 3], "nested": {"a": {"c": 2}}}


def test_two_branches_that_add_to_one_list_lose_nothing() -> None:
    def add(variables: dict[str, Any]) -> dict[str, Any]:
        return {"opinions": [*variables["opinions"], len(variables["opinions"])]}

    model = Model().node("startEvent", "s").node("parallelGateway", "f").node("parallelGateway", "j")
    model.node("endEvent", "e").wire("s", "f")
    for name in ("a", "b", "c"):
        model.node("userTask", name).node("serviceTask", f"{name}2", function="add").wire(
            "f", name, f"{name}2", "j"
        )
    case = Case(model.wire("j", "e"), {"add": add}, opinions=[])
    for name in ("b", "c", "a"):
        case.do(name)
    assert case.step.completed
    assert case.step.variables["opinions"] == [0, 1, 2]


def test_what_comes_later_does_not_rewrite_what_a_task_was_opened_with() -> None:
    case = Case(row(user("u"), user("v")), n=1, units=["a"])
    opened = case.step.opened[0].variables
    opened["units"].append("b")  # it is a copy: neither the step nor what is saved has it
    assert case.step.variables == {"n": 1, "units": ["a"]}
    case.do("u", n=2)
    assert opened == {"n": 1, "units": ["a", "b"]} and case.step.variables == {"n": 2, "units": ["a"]}


def test_an_interrupted_subprocess_does_nothing_more_in_the_same_step() -> None:
    called: list[str] = []
    inside = Model(key="w").node("startEvent", "ws").node("intermediateCatchEvent", "wait", message="m")
    inside.node("serviceTask", "w2", function="note").node("endEvent", "we").wire("ws", "wait", "w2", "we")
    model = row(("subProcess", "handle", {"inside": inside}), user("after"))
    model.node("boundaryEvent", "b", host="handle", message="m").node("userTask", "late").node(
        "endEvent", "e2"
    )
    xml = as_bpmn(model.wire("b", "late", "e2")).replace(
        b'<bpmn:messageEventDefinition messageRef="m_m"/>',
        b"<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>",
    )
    case = Case(xml, {"note": lambda variables: called.append("w2")})
    step = case.wait(hours=2)  # both fall due at the same moment, that of the border was set first
    assert [task.node for task in step.opened] == ["late"]
    assert called == [] and step.next_timer is None


def test_the_library_is_never_asked_to_migrate_or_to_read_its_own_format() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(ROOT / "engine").rglob("*.py"))
    for name in (
        "migrate_workflow",
        "diff_workflow",
        "BpmnWorkflowSerializer",
        "refresh_timers",
        "send_event",
        "catch(",
    ):
        assert name not in source, name
