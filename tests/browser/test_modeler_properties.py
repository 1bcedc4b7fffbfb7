"""The property panel for whatever an element of a diagram may say: filled in by keyboard, read by the engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from engine.definitions import catalogue
from engine.definitions.catalogue import shipped
from engine.definitions.comparing import compare
from engine.designing.checking import checked
from engine.designing.drafts import open_draft, save_draft_files
from engine.designing.reading import draft_files
from engine.flow.behaviours import Announcement, read_announcements, respell
from engine.flow.calls import read_call
from engine.flow.decision_tasks import read_rule_task
from engine.flow.loops import read_loop
from engine.flow.repetitions import quantity, read_repetition
from engine.flow.source import BPMN
from engine.flow.triggers import Declared, Trigger, read_declared, read_triggers
from engine.foundation import clock
from tests.browser.test_modeler import FLOWS, choose, edited, keepers
from tests.flow.dmn import DrawnDecision, as_dmn, table
from tests.support.cast import Cast
from tests.support.walk import Walk, sound
from tests.support.web import Site

__all__ = ["keepers"]
pytestmark = pytest.mark.browser

NAMESPACES = (
    f'xmlns:bpmn="{BPMN}" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" targetNamespace="x" id="d"'
)
# id → the element, and what lies in it
DRAWN: Mapping[str, tuple[str, str]] = {
    "asks": ("receiveTask", ""),
    "tells": ("intermediateThrowEvent", "signalEventDefinition"),
    "fails": ("endEvent", "errorEventDefinition"),
    "raises": ("intermediateThrowEvent", "escalationEventDefinition"),
    "goes": ("intermediateThrowEvent", "linkEventDefinition"),
    "waits": ("intermediateCatchEvent", "conditionalEventDefinition"),
    "rings": ("intermediateCatchEvent", "timerEventDefinition"),
    "undoes": ("intermediateThrowEvent", "compensateEventDefinition"),
    "each": ("userTask", ""),
    "again": ("userTask", ""),
    "calls": ("callActivity", ""),
    "decides": ("businessRuleTask", ""),
    "joins": ("complexGateway", ""),
    "undone": ("serviceTask", ""),
    "some": ("userTask", ""),
    "opens": ("eventBasedGateway", ""),
}


def bench() -> str:
    """A diagram of unconnected elements, two with an event on their border."""
    elements = "".join(
        f'<bpmn:{kind} id="{id}">{f"<bpmn:{inside} id={chr(34)}{id}_1{chr(34)}/>" if inside else ""}</bpmn:{kind}>'
        for id, (kind, inside) in DRAWN.items()
    )
    borders = "".join(
        f'<bpmn:boundaryEvent id="{id}" attachedToRef="{host}"><bpmn:{inside} id="{id}_1"/></bpmn:boundaryEvent>'
        for id, host, inside in (
            ("late", "each", "messageEventDefinition"),
            ("undo", "undone", "compensateEventDefinition"),
        )
    )
    places = {id: (60 + 150 * (at % 7), 60 + 150 * (at // 7)) for at, id in enumerate(DRAWN)}
    places |= {"late": (places["each"][0] + 30, 102), "undo": (places["undone"][0] + 30, 252)}
    places["late"] = (places["each"][0] + 30, places["each"][1] + 62)
    places["undo"] = (places["undone"][0] + 30, places["undone"][1] + 62)
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}"><dc:Bounds x="{x}" y="{y}" '
        f"{_size(id)} /></bpmndi:BPMNShape>"
        for id, (x, y) in places.items()
    )
    return (
        f'<bpmn:definitions {NAMESPACES}><bpmn:process id="suggestion" isExecutable="true">{elements}{borders}'
        f'</bpmn:process><bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="p" bpmnElement="suggestion">{shapes}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    )


def _size(id: str) -> str:
    kind = DRAWN.get(id, ("Event", ""))[0]
    side = 36 if kind.endswith("Event") else 50 if kind.endswith("Gateway") else 0
    return f'width="{side or 100}" height="{side or 80}"'


DECISIONS = as_dmn(
    DrawnDecision("grade", table(["days:number"], ["speed:string"], '< 3 => "fast"', '>= 3 => "slow"'))
).decode()
# what is typed, property by property; a choice from a list is marked by "="
TYPED: Mapping[str, Mapping[str, str]] = {
    "asks": {"message": "answered", "begins": "=message"},
    "opens": {"begins": "=all"},
    "tells": {"signal": "都知道"},
    "fails": {"error": "no_units"},
    "raises": {"escalation": "late"},
    "goes": {"link": "转到督办"},
    "waits": {"event_condition": "routed"},
    "rings": {"timer_kind": "=timeCycle", "timer_value": "R3/P1D"},
    "undoes": {"compensated": "=undone"},
    "late": {"message": "withdrawn"},
    "each": {
        "loop": "=sequential",
        "loop.collection": "answering_units",
        "loop.item": "assignment_id",
        "loop.completion": "numberOfCompletedInstances > 1",
        "loop.behaviour": "=None",
        "loop.event": "=Escalation",
        "escalation": "late",
        "startQuantity": "2",
        "completionQuantity": "3",
    },
    "some": {
        "loop": "=parallel",
        "loop.cardinality": "3",
        "loop.behaviour": "=Complex",
        "loop.when": "numberOfCompletedInstances * 2 > numberOfInstances",
        "loop.event": "=Signal",
        "signal": "过半",
    },
    "again": {
        "loop": "=standard",
        "loop.condition": "loopCounter < 3",
        "loop.before": "=true",
        "loop.maximum": "5",
    },
    "calls": {"called": "panel", "in": "unit = lead", "out": "*"},
    "decides": {"decision": "=grade", "in": "days = 3", "result": "speed"},
    "joins": {"activation": "activationCount >= 2"},
}


def fill(page: Page, element: str, typed: Mapping[str, str]) -> None:
    choose(page, element)
    for name, value in typed.items():
        if value.startswith("="):
            page.locator(f'[data-panel] [name="{name}"]').select_option(value[1:])
        else:
            edited(page, name, value)


def complaints(page: Page, name: str) -> list[str]:
    """The rules by which the property is said to be wrong, at the property."""
    field = page.locator(".field.wrong").filter(has=page.locator(f'[name="{name}"]'))
    expect(field).to_be_visible()
    return field.locator(".error .code").all_inner_texts()


@pytest.fixture
def draft_id(app_server: Site, keepers: Cast, walk: Walk) -> int:
    """A draft whose diagram is the bench."""
    with app_server.app.app_context(), clock.moved_to(walk.moment):
        keeper = keepers.actor("keeper")
        id_ = open_draft(keeper, definition_id=catalogue.current("suggestion").id, name="属性")
        files = {"suggestion.bpmn": bench(), "grade.dmn": DECISIONS}
        save_draft_files(keeper, draft_id=id_, files=files, revision=1)
    return id_


def test_what_is_typed_is_what_the_engine_reads(
    app_server: Site, keepers: Cast, walk: Walk, draft_id: int
) -> None:
    with walk.sitting("keeper") as page:
        page.goto(f"{FLOWS}/drafts/{draft_id}/edit")
        expect(page.locator("[data-counted]")).to_contain_text("处错误")
        for element, code, name in (
            ("goes", "bad-link", "link"),
            ("asks", "no-message", "message"),
            ("calls", "no-called", "called"),
            ("decides", "no-decision", "decision"),
            ("rings", "bad-timer", "timer_value"),
        ):
            choose(page, element)
            assert complaints(page, name) == [code]
            expect(page.locator(f'.djs-element[data-element-id="{element}"].problem-error')).to_be_attached()
        sound(page)
        for element, typed in TYPED.items():
            fill(page, element, typed)
        choose(page, "late")
        page.get_by_label("中断所附的活动").uncheck()
        choose(page, "each")
        edited(page, "completionQuantity", "900")
        assert complaints(page, "completionQuantity") == ["bad-quantity"]
        edited(page, "completionQuantity", "3")
        announced_anew(page)
        choose(page, "calls")
        edited(page, "out", "a b")
        assert complaints(page, "out") == ["bad-mapping"]
        page.get_by_role("button", name="撤销").click()
        expect(page.locator('[data-panel] [name="out"]')).to_have_value("*")
        page.keyboard.press("Control+s")
        expect(page.locator("[data-save-state]")).to_have_text("已保存，第3稿")
    with app_server.app.app_context():
        _read(draft_files(keepers.actor("keeper"), draft_id=draft_id)["suggestion.bpmn"])


def announced_anew(page: Page) -> None:
    """What a loop throws is changed to and fro, and what is no longer thrown goes."""
    panel = page.locator("[data-panel]")
    choose(page, "each")
    panel.locator('[name="loop.event"]').select_option("")
    assert complaints(page, "loop.event") == ["no-loop-event"]
    panel.locator('[name="loop.event"]').select_option("Error")
    edited(page, "error", "no_units")
    panel.locator('[name="loop.behaviour"]').select_option("One")
    expect(panel.locator('[name="error"]')).to_have_value("no_units")
    panel.locator('[name="loop.behaviour"]').select_option("All")
    expect(panel.locator('[name="loop.event"]')).to_have_count(0)
    fill(page, "each", {"loop.behaviour": "=None", "loop.event": "=Escalation", "escalation": "late"})
    choose(page, "some")
    panel.get_by_role("button", name="再加一个条件").click()
    expect(panel.locator('[name="loop.when"]')).to_have_count(2)
    assert complaints(page, "loop.when") == ["no-loop-condition"]
    panel.get_by_role("button", name="去掉这一项条件").last.click()
    expect(panel.locator('[name="loop.when"]')).to_have_count(1)


def _read(xml: str) -> None:
    root = etree.fromstring(xml.encode())
    at = {each.get("id"): each for each in root.iter() if each.get("id")}
    declared = read_declared(root)

    def trigger(id: str) -> tuple[str, str | None]:
        (found,) = read_triggers(at[id], declared)
        return found.kind, found.condition or found.name

    assert {
        id: trigger(id) for id in ("asks", "tells", "fails", "raises", "goes", "waits", "undoes", "late")
    } == {
        "asks": ("message", "answered"),
        "tells": ("signal", "都知道"),
        "fails": ("error", "no_units"),
        "raises": ("escalation", "late"),
        "goes": ("link", "转到督办"),
        "waits": ("conditional", "routed"),
        "undoes": ("compensation", "undone"),
        "late": ("message", "withdrawn"),
    }
    assert at["late"].get("cancelActivity") == "false"
    assert read_triggers(at["rings"], declared)[0].timer is not None
    loop = read_loop(at["each"].find(f"{{{BPMN}}}multiInstanceLoopCharacteristics"))
    assert (loop.sequential, loop.collection, loop.item) == (True, "answering_units", "assignment_id")
    assert loop.condition == "numberOfCompletedInstances > 1" and loop.flaw() is None
    assert _announced(at["each"], declared) == [Announcement((Trigger("escalation", "late"),))]
    at_root = [etree.QName(each).localname for each in root if "EventDefinition" in str(each.tag)]
    assert at_root == ["escalationEventDefinition"]  # what nothing throws any more is gone
    half = "numberOfCompletedInstances * 2 > numberOfInstances"
    assert _announced(at["some"], declared) == [Announcement((Trigger("signal", "过半"),), condition=half)]
    assert [at["opens"].get(name) for name in ("instantiate", "eventGatewayType")] == ["true", "Parallel"]
    assert at["asks"].get("instantiate") == "true"
    assert [quantity(at["each"], f"{which}Quantity") for which in ("start", "completion")] == [2, 3]
    again = read_repetition(at["again"].find(f"{{{BPMN}}}standardLoopCharacteristics"))
    assert dataclasses.astuple(again) == (True, "loopCounter < 3", 5)
    call = read_call(at["calls"])
    assert (call.key, call.into.targets, call.out.everything) == ("panel", {"unit"}, True)
    rule = read_rule_task(at["decides"])
    assert rule.into is not None
    assert (rule.decision, rule.result, rule.into.targets) == ("grade", "speed", {"days"})
    assert at["joins"].findtext(f"{{{BPMN}}}activationCondition") == "activationCount >= 2"


def _announced(activity: etree._Element, declared: Declared) -> list[Announcement]:
    loop = activity.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    respell(loop)
    return list(read_announcements(loop, declared))


AGAIN = """async (files) => {
    const saved = {};
    for (const [key, xml] of Object.entries(files)) {
        const container = document.body.appendChild(document.createElement("div"));
        const modeler = new window.BpmnJS({ container });
        await modeler.importXML(xml);
        saved[key] = (await modeler.saveXML({ format: true })).xml;
        modeler.destroy();
        container.remove();
    }
    return saved;
}"""


def test_no_shipped_diagram_loses_anything_by_being_opened_and_saved(
    keepers: Cast, walk: Walk, draft_id: int
) -> None:
    folders = shipped()
    drawn_ = {
        f"{key}/{path}": text
        for key, files in folders.items()
        for path, text in files.items()
        if path.endswith(".bpmn")
    }
    with walk.sitting("keeper") as page:
        page.goto(f"{FLOWS}/drafts/{draft_id}/edit")
        page.wait_for_function("() => Boolean(window.BpmnJS)")
        saved = page.evaluate(AGAIN, drawn_)
    for key, files in folders.items():
        after = {path: saved.get(f"{key}/{path}", text) for path, text in files.items()}
        assert compare(checked(files), checked(after)).changes == ()
