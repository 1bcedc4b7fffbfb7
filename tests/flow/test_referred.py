"""Event definitions beside the process that events refer to: the same as if they stood in the event."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from engine import flow
from tests.flow.drawing import Model, as_bpmn
from tests.flow.test_admission import chain, codes
from tests.flow.test_event_subprocesses import handler
from tests.flow.test_events import border
from tests.flow.test_steps import Case, row, user

WRITTEN = re.compile(
    rb"<bpmn:(\w+EventDefinition)(?: id=\"[^\"]*\")?([^>]*?)(?:/>|>(.*?)</bpmn:\1>)", re.DOTALL
)
DRAWN: dict[str, Model] = {
    "message on a border": border(row(user("u")), "u", message="m"),
    "error on a border": border(row(user("u")), "u", error="E"),
    "one of two": border(row(user("u")), "u", message="m", signal="n", interrupting=False),
    "time of an event subprocess": handler(row(user("u")), timer="R2/PT1H", interrupting=False),
    "condition": border(row(user("u")), "u", condition="a > 1"),
}
HAPPENING: dict[str, list[Callable[[Case], object]]] = {
    "message on a border": [lambda case: case.hear("m")],
    "error on a border": [lambda case: case.fail("u", "E")],
    "one of two": [lambda case: case.signal("n"), lambda case: case.hear("m")],
    "time of an event subprocess": [lambda case: case.wait(hours=1), lambda case: case.wait(hours=1)],
    "condition": [lambda case: case.do("u", a=2)],
}


def referring(xml: bytes) -> bytes:
    """The same drawing, its event definitions moved beside the process, each under a name that is referred to."""
    moved: list[bytes] = []

    def move(match: re.Match[bytes]) -> bytes:
        kind, attributes, inside = match[1], match[2], match[3] or b""
        name = b"ed%d" % len(moved)
        moved.append(b'<bpmn:%s id="%s"%s>%s</bpmn:%s>' % (kind, name, attributes, inside, kind))
        return b"<bpmn:eventDefinitionRef> %s\n</bpmn:eventDefinitionRef>" % name

    body = WRITTEN.sub(move, xml)
    assert moved
    return body.replace(b"<bpmn:process ", b"".join(moved) + b"<bpmn:process ", 1)


def waiting(case: Case) -> list[tuple[str, str]]:
    return [(each.message, each.node) for each in case.awaited()]


@pytest.mark.parametrize("name", DRAWN)
def test_a_definition_that_is_referred_to_is_run_as_if_it_stood_there(name: str) -> None:
    there, beside = as_bpmn(DRAWN[name]), referring(as_bpmn(DRAWN[name]))
    cases = [Case(xml, a=0) for xml in (there, beside)]
    assert flow.admit(cases[1].definition.xml, file="drawn.bpmn") == cases[1].definition
    for happen in HAPPENING[name]:
        for case in cases:
            happen(case)
        assert cases[0].open() == cases[1].open()
        assert waiting(cases[0]) == waiting(cases[1])
        assert cases[0].step.next_timer == cases[1].step.next_timer
    assert cases[0].open() != ["u"]


def test_a_reference_to_nothing_and_one_to_what_is_in_another_event_are_refused() -> None:
    nothing = "<bpmn:eventDefinitionRef>d</bpmn:eventDefinitionRef>"
    assert "dangling-reference" in codes(
        chain(f'<bpmn:intermediateCatchEvent id="n">{nothing}</bpmn:intermediateCatchEvent>')
    )
    inner = '<bpmn:signalEventDefinition id="d" signalRef="x"/>'
    both = chain(f'<bpmn:intermediateCatchEvent id="n">{inner}{nothing}</bpmn:intermediateCatchEvent>')
    assert "dangling-reference" in codes(both)


def test_a_small_file_does_not_grow_by_its_references() -> None:
    kind, words = "bpmn:conditionalEventDefinition", "a or " * 10_000 + "a"
    long = f'<{kind} id="d"><bpmn:condition>{words}</bpmn:condition></{kind}>'.encode()
    many = "<bpmn:eventDefinitionRef>d</bpmn:eventDefinitionRef>" * 2_000
    xml = chain(f'<bpmn:intermediateCatchEvent id="n">{many}</bpmn:intermediateCatchEvent>')
    xml = xml.replace(b"<bpmn:process ", long + b"<bpmn:process ", 1)
    assert "size" in codes(xml)
