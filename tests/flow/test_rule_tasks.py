"""Business rule tasks: what the decision is told, where its result goes, how it fails; other products' spellings."""

from __future__ import annotations

from typing import Any

import pytest

from engine import flow
from engine.flow.decisions import AdmittedDecisions
from engine.flow.decisions import errors as failures
from tests.flow.dmn import DrawnDecision, DrawnTable, admitted, table
from tests.flow.drawing import DEFAULT, HEAD, Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.payloads import PAYLOADS, watched
from tests.flow.test_steps import row, user

GRADE = table(["天数:number"], ["档次:string"], '< 3 => "快"', '>= 3 => "慢"')
BOTH = table(["天数:number"], ["档次:string", "分:number"], '< 3 => "快" | 5', '>= 3 => "慢" | 1')
EVERY = table(["天数:number"], ["unit:string"], '> 0 => "甲"', '> 2 => "乙"', policy="COLLECT")
SPACED = table(["本月 天数:number"], ["档次:string"], '- => "有"')
DECISIONS = admitted(
    DrawnDecision("grade", GRADE),
    DrawnDecision("both", BOTH),
    DrawnDecision("units_of", EVERY),
    DrawnDecision("spaced", SPACED, ["i"]),
    inputs={"i": "本月 天数:number"},
)


def task(attributes: str) -> bytes:
    return as_bpmn(row(user("u"), ("businessRuleTask", "n", {}), user("v"))).replace(
        b'id="n"', f'id="n" {attributes}'.encode()
    )


def run(attributes: str, decisions: AdmittedDecisions = DECISIONS, **variables: Any) -> dict[str, Any]:
    """The variables after the task; dumped and taken up again on the way, as every step is."""
    definition = flow.admit(task(attributes), file="x", decisions=decisions)
    step = flow.start(definition, {}, {}, NOW)
    step = flow.complete(definition, step.state, step.open_keys[0], variables, {}, NOW)
    assert [each.node for each in step.opened] == ["v"]
    return step.variables


def codes(attributes: str, **more: Any) -> set[str]:
    with pytest.raises(flow.DefinitionRefused) as refusal:
        flow.admit(task(attributes), file="x", **{"decisions": DECISIONS, **more})
    assert all(problem.element == "n" for problem in refusal.value.problems)
    return {problem.code for problem in refusal.value.problems}


def test_the_result_becomes_a_variable() -> None:
    assert run('duban:decision="grade" duban:result="how"', 天数=2) == {"天数": 2, "how": "快"}
    assert run('duban:decision="both" duban:result="how"', 天数=3)["how"] == {"档次": "慢", "分": 1}
    assert run('duban:decision="units_of" duban:result="units"', 天数=3)["units"] == ["甲", "乙"]
    assert run('duban:decision="units_of" duban:result="units"', 天数=0)["units"] == []


def test_inputs_and_outputs_may_be_mapped() -> None:
    mapped = (
        'duban:decision="both" duban:in="天数 = days + 1" duban:out="档次, points = 分 * 2, all = result"'
    )
    assert run(mapped, days=1) == {"days": 1, "档次": "快", "points": 10, "all": {"档次": "快", "分": 5}}
    spaced = 'duban:decision="spaced" duban:in="&quot;本月 天数&quot; = n" duban:result="r"'
    assert run(spaced, n=1)["r"] == "有"
    assert run('duban:decision="grade" duban:in="*" duban:out="r = result"', 天数=9)["r"] == "慢"


def test_a_collected_list_feeds_a_loop() -> None:
    rule = ("businessRuleTask", "n", {"rule": "units_of", "result": "units"})
    definition = flow.admit(as_bpmn(row(rule, user("u", collection="units"))), file="x", decisions=DECISIONS)
    step = flow.start(definition, {"天数": 5}, {}, NOW)
    assert [each.variables["item"] for each in step.opened] == ["甲", "乙"]
    assert definition.names == {"天数"}


CLASH = table(["n:number"], ["o"], "> 1 => 1", "> 2 => 2")
UNLIKE = table(["n:number"], ["o"], "> 1 => 1", "> 2 => 2", policy="ANY")
FAILURES: dict[str, tuple[DrawnTable | str, dict[str, Any], type]] = {
    "several hits": (CLASH, {"n": 3}, failures.SeveralHits),
    "unlike outputs": (
        table(["n:number"], ["o"], "> 1 => 1", "> 2 => 2", policy="ANY"),
        {"n": 3},
        failures.UnlikeOutputs,
    ),
    "no value": (CLASH, {}, failures.InputMissing),
    "another type": (CLASH, {"n": "3"}, failures.InputOfOtherKind),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_decision_that_fails_is_a_failure_of_the_step_by_name(name: str) -> None:
    logic, variables, kind = FAILURES[name]
    with pytest.raises(flow.StepFailed) as failure:
        run('duban:decision="d" duban:result="r"', admitted(DrawnDecision("d", logic)), **variables)
    assert failure.value.element == "n" and isinstance(failure.value.cause, kind)
    assert failure.value.cause.args or str(failure.value.cause)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ("", "no-decision"),
        ('duban:decision="ghost" duban:result="r"', "no-decision"),
        ('duban:decision="grade"', "no-result"),
        ('duban:decision="grade" duban:result="a b"', "bad-mapping"),
        ('duban:decision="grade" duban:result="r" duban:in="a ="', "bad-mapping"),
        ('duban:decision="grade" duban:result="r" duban:in="a = b"', "no-input"),
        ('duban:decision="grade" duban:out="r = 分"', "no-output"),
        ('duban:decision="units_of" duban:out="unit"', "no-output"),
    ],
)
def test_what_is_missing_is_named(attributes: str, code: str) -> None:
    assert codes(attributes) == {code}


def test_a_decision_may_read_known_names_only() -> None:
    plain = 'duban:decision="grade" duban:result="r"'
    assert codes(plain, known_names=["other"]) == {"unknown-name"}
    assert codes(plain, decisions=AdmittedDecisions()) == {"no-decision"}
    flow.admit(task(plain), file="x", decisions=DECISIONS, known_names=["天数"])


def test_a_condition_may_read_what_was_decided() -> None:
    model = Model().node("startEvent", "s").node("businessRuleTask", "n", rule="grade", result="how")
    model.node("exclusiveGateway", "x").node("endEvent", "e").node("endEvent", "f").wire("s", "n", "x")
    model.wire("x", "e", condition='how == "快"').wire("x", "f", condition=DEFAULT)
    definition = flow.admit(as_bpmn(model), file="x", decisions=DECISIONS, known_names=["天数"])
    assert flow.start(definition, {"天数": 1}, {}, NOW).end_events == ["e"]
    assert definition.names == {"天数"}


# Other products --------------------------------------------------------------------------------

CAMUNDA = (
    'xmlns:c="http://camunda.org/schema/1.0/bpmn" c:decisionRef="{}" c:resultVariable="r" '
    'c:mapDecisionResult="{}"'
)


@pytest.mark.parametrize(
    ("decision", "shape", "result"),
    [
        ("grade", "singleEntry", "快"),
        ("both", "singleResult", {"档次": "快", "分": 5}),
        ("units_of", "collectEntries", ["甲"]),
    ],
)
def test_camunda_is_read_where_it_means_the_same(decision: str, shape: str, result: Any) -> None:
    assert run(CAMUNDA.format(decision, shape) + ' c:decisionRefBinding="deployment"', 天数=2)["r"] == result


@pytest.mark.parametrize(
    ("decision", "shape"),
    [("grade", "singleResult"), ("grade", "resultList"), ("both", "singleEntry"), ("units_of", "resultList")],
)
def test_a_result_of_another_shape_is_refused(decision: str, shape: str) -> None:
    assert codes(CAMUNDA.format(decision, shape)) == {"result-shape"}


def test_a_version_that_is_not_of_the_folder_is_refused() -> None:
    assert codes(CAMUNDA.format("grade", "singleEntry") + ' c:decisionRefBinding="version"') == {
        "foreign-extension"
    }


FLOWABLE = (
    '<bpmn:process id="p" isExecutable="true" xmlns:f="http://flowable.org/bpmn"><bpmn:startEvent id="s"/>'
    '<bpmn:serviceTask id="n" f:type="dmn"><bpmn:extensionElements><f:field name="decisionTableReferenceKey">'
    '<f:string>{}</f:string></f:field></bpmn:extensionElements></bpmn:serviceTask><bpmn:endEvent id="e"/>'
    '<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="n"/><bpmn:sequenceFlow id="f2" sourceRef="n" targetRef="e"/>'
    "</bpmn:process></bpmn:definitions>"
)


@pytest.mark.parametrize(
    ("decision", "result"), [("grade", {"档次": "快"}), ("both", {"档次": "快", "分": 5})]
)
def test_flowable_sets_each_output(decision: str, result: dict[str, Any]) -> None:
    definition = flow.admit((HEAD + FLOWABLE.format(decision)).encode(), file="x", decisions=DECISIONS)
    assert flow.start(definition, {"天数": 1}, {}, NOW).variables == {"天数": 1, **result}
    assert flow.admit(definition.xml, file="x", decisions=DECISIONS).hash == definition.hash


def test_a_list_that_flowable_would_spread_is_refused() -> None:
    with pytest.raises(flow.DefinitionRefused):
        flow.admit((HEAD + FLOWABLE.format("units_of")).encode(), file="x", decisions=DECISIONS)


def test_nothing_in_the_settings_is_executed() -> None:
    flow.admit(
        task('duban:decision="grade" duban:result="r" duban:in="天数 = 1"'), file="x", decisions=DECISIONS
    )
    for payload in PAYLOADS:
        text = payload.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        for place in ("decision", "result", "in", "out"):
            given = {"decision": "grade", "result": "r", "in": "天数 = 1", place: text}
            xml = task(" ".join(f'duban:{name}="{value}"' for name, value in given.items()))
            with watched() as seen:
                try:
                    step = flow.start(flow.admit(xml, file="x", decisions=DECISIONS), {}, {}, NOW)
                    flow.complete(
                        flow.admit(xml, file="x", decisions=DECISIONS),
                        step.state,
                        step.open_keys[0],
                        {},
                        {},
                        NOW,
                    )
                except (flow.DefinitionRefused, flow.StepFailed) as error:
                    assert str(error)
            # A condition is read by Python's parser into a tree, which is judged and never compiled to code.
            assert [event for event in seen if not event.startswith("compile")] == [], payload
