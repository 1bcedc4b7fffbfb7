"""What a diagram hears and asks must be able to come to it; each fault is told with its rule, file, line and place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine import capabilities
from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.definitions.places import line_of
from engine.definitions.problems import FolderRefused, Problem
from tests.casework.wired import folder, spoken
from tests.definitions.small import form_file, small
from tests.flow.drawing import Model

DIAGRAM, PROCESS = "wired.bpmn", "process.toml"
Files = dict[str, str]


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    with spoken():
        yield


def problems(files: Files) -> list[Problem]:
    try:
        load(files, **capabilities.known())
    except FolderRefused as refused:
        return list(refused.problems)
    return []


def sound() -> Files:
    """Everything that can be heard, each of which can come: one line for each element of the diagram."""
    model = Model(key="wired").node("startEvent", "s").node("userTask", "write")
    model.node("exclusiveGateway", "asked").node("endEvent", "no").node("endEvent", "e", signal="alarm")
    model.wire("s", "write", "asked").wire("asked", "no", condition='word == "plain"')
    model.wire("asked", "file", condition="(default)").node("serviceTask", "file", function="file")
    model.node("intermediateThrowEvent", "tell", message="done").wire("file", "tell", "e")
    model.node("boundaryEvent", "told", host="write", message="done")
    model.node("boundaryEvent", "alarmed", host="write", signal="alarm")
    model.node("boundaryEvent", "lost_it", host="write", error="lost")
    model.node("boundaryEvent", "not_filed", host="file", error="lost")
    for event in ("told", "alarmed", "lost_it", "not_filed"):
        model.node("endEvent", f"{event}_e").wire(event, f"{event}_e")
    files = folder(model)
    files[PROCESS] = files[PROCESS].replace('from_other_cases = ["alarm", "done"]', "from_other_cases = []")
    return files | {DIAGRAM: files[DIAGRAM].replace("><bpmn:", ">\n<bpmn:")}


def in_diagram(old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[DIAGRAM]
        files[DIAGRAM] = files[DIAGRAM].replace(old, new)

    return change


def requiring(text: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[PROCESS] += f"\n[task.write.requires]\n{text}\n"

    return change


FAULTS: dict[str, tuple[Callable[[Files], None], str, str, str]] = {
    "a choice that no form offers": (
        in_diagram("plain", "plane"), DIAGRAM, "asked", "impossible-value",
    ),
    "a choice among others": (
        in_diagram("word == &quot;plain&quot;", "not (word in ['on', 'of'])"), DIAGRAM, "asked", "impossible-value",
    ),
    "a message that nobody sends": (
        in_diagram('<bpmn:messageEventDefinition messageRef="m_done"/></bpmn:intermediateThrowEvent>',
                   '<bpmn:signalEventDefinition signalRef="sig_alarm"/></bpmn:intermediateThrowEvent>'),
        DIAGRAM, "told", "unsent-message",
    ),
    "a signal that nobody throws": (
        in_diagram('<bpmn:signalEventDefinition signalRef="sig_alarm"/></bpmn:endEvent>', "</bpmn:endEvent>"),
        DIAGRAM, "alarmed", "unthrown-signal",
    ),
    "an error that the act does not give": (
        in_diagram('attachedToRef="write" cancelActivity="true">\n<bpmn:errorEventDefinition errorRef="err_lost"/>',
                   'attachedToRef="write" cancelActivity="true">\n<bpmn:errorEventDefinition errorRef="err_x"/>'),
        DIAGRAM, "lost_it", "unraised-error",
    ),
    "an error that the function does not give": (
        in_diagram('attachedToRef="file" cancelActivity="true">\n<bpmn:errorEventDefinition errorRef="err_lost"/>',
                   'attachedToRef="file" cancelActivity="true">\n<bpmn:errorEventDefinition errorRef="err_x"/>'),
        DIAGRAM, "not_filed", "unraised-error",
    ),
    "a function that is not there": (
        in_diagram('duban:function="file"', 'duban:function="burn"'), DIAGRAM, "file", "unknown-function",
    ),
    "a name that does not fit": (
        in_diagram('name="alarm"', f'name="{"a" * 201}"'), DIAGRAM, "alarmed", "long-name",
    ),
    "a choice from a field that is not there": (
        lambda files: files.update({"forms/say.json": files["forms/say.json"].replace('"word"', '"other"')}),
        PROCESS, "task.write", "no-choices",
    ),
    "a message that nobody awaits": (
        requiring('messages = { on = "gone" }'), PROCESS, "task.write", "unawaited-message",
    ),
}  # fmt: skip


def test_what_can_be_heard_and_can_come_is_sound() -> None:
    assert problems(sound()) == []
    for files in shipped().values():
        assert problems(files) == []


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_come_is_told_with_rule_file_line_and_element(name: str) -> None:
    change, file, element, code = FAULTS[name]
    files = sound()
    other = '<bpmn:error id="err_x" name="x" errorCode="x"/>\n<bpmn:process'
    files[DIAGRAM] = files[DIAGRAM].replace("<bpmn:process", other, 1)
    change(files)
    found = [each for each in problems(files) if each.code == code]
    assert (file, element) in [(each.file, each.element or each.place) for each in found]
    line = files[file].split("\n")[
        next(each.line for each in found if element in (each.element, each.place)) - 1
    ]
    # What a gateway asks is told at its flow, which is where it is written.
    said = {PROCESS: "[task.write]"}.get(file, 'sourceRef="asked"' if code == "impossible-value" else element)
    assert said in line
    assert not any("{" in each.message for each in found)


def test_what_a_loop_throws_can_be_heard_on_its_border_and_elsewhere() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics{}><bpmn:loopCardinality>2</bpmn:loopCardinality>{}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    events = (
        '<bpmn:errorEventDefinition errorRef="err_x"/>',
        '<bpmn:signalEventDefinition signalRef="sig_alarm"/>',
    )
    announced = "".join(
        f"<bpmn:complexBehaviorDefinition><bpmn:condition>{condition}</bpmn:condition>"
        f"<bpmn:event>{event}</bpmn:event></bpmn:complexBehaviorDefinition>"
        for event, condition in zip(events, ("numberOfActiveInstances > 0", 'word == "plain"'), strict=True)
    )
    hears = in_diagram(
        'attachedToRef="write" cancelActivity="true">\n<bpmn:errorEventDefinition errorRef="err_lost"/>',
        'attachedToRef="write" cancelActivity="true">\n<bpmn:errorEventDefinition errorRef="err_x"/>',
    )
    declared = in_diagram("<bpmn:process", '<bpmn:error id="err_x" errorCode="x"/><bpmn:process')
    silent = in_diagram(
        '<bpmn:signalEventDefinition signalRef="sig_alarm"/></bpmn:endEvent>', "</bpmn:endEvent>"
    )
    found = []
    for settings in (
        ("", ""),
        (' behavior="Complex"', announced),
        (' behavior="Complex"', announced.replace("plain", "?")),
    ):
        files = sound()
        task = in_diagram('<bpmn:userTask id="write">', f'<bpmn:userTask id="write">{loop.format(*settings)}')
        for change in (hears, declared, silent, task):
            change(files)
        found.append({(each.code, each.element) for each in problems(files)})
    assert found == [
        {("unraised-error", "lost_it"), ("unthrown-signal", "alarmed")},
        set(),
        {("impossible-value", "write")},
    ]


def test_what_other_kinds_throw_is_named_in_the_folder() -> None:
    files = sound()
    in_diagram('<bpmn:signalEventDefinition signalRef="sig_alarm"/></bpmn:endEvent>', "</bpmn:endEvent>")(
        files
    )
    files[PROCESS] = files[PROCESS].replace("from_other_cases = []", 'from_other_cases = ["alarm"]')
    assert problems(files) == []


def test_a_place_is_found_where_an_editor_counts_it() -> None:
    files = small()
    toml, form = files[PROCESS], form_file({"name": "a"}, {"name": "b"})
    lines = toml.split("\n")
    assert lines[line_of(toml, "task.write") - 1] == "[task.write]"
    assert lines[line_of(toml, "task.write.role") - 1] == 'role = "deputy"'
    assert lines[line_of(toml, "column 2") - 1] == "[[column]]" and line_of(toml, "column 3") == 0
    assert lines[line_of(toml, "column 2")] == 'into = "text.body"'
    assert lines[line_of(toml, "opened_by") - 1] == 'opened_by = ["deputy"]'
    assert lines[line_of(toml, "categories.water") - 1].startswith("water =")
    assert line_of(files["deadlines.toml"], "clock answer") == 2 and line_of(toml, "nothing.here") == 0
    spread = form.replace("}, {", "},\n{")
    assert (line_of(spread, "fields a"), line_of(spread, "fields 2 b"), line_of(spread, "fields")) == (
        1,
        2,
        0,
    )


def begun() -> Files:
    """One that a signal of another kind begins, and nobody opens."""
    model = Model(key="wired").node("startEvent", "s", signal="alarm").node("userTask", "write")
    return folder(model.node("endEvent", "e").wire("s", "write", "e"), ["calling"])


def test_a_gateway_may_begin_a_case_by_the_first_of_its_events_but_not_by_all() -> None:
    """Between cases nothing says to which case the second of them belongs: it would begin another one."""
    model = Model(key="wired").node("eventBasedGateway", "g", begins=True).node("endEvent", "e")
    model.node("intermediateCatchEvent", "c", signal="alarm").node(
        "intermediateCatchEvent", "d", message="done"
    )
    model.node("exclusiveGateway", "j").node("userTask", "write").node("userTask", "look")
    model.wire("g", "c", "write", "j", "e").wire("g", "d", "look", "j")
    files = folder(model, ["calling"])
    assert problems(files) == []
    files[PROCESS] = files[PROCESS].replace('message = "done"', 'message = "other"')
    assert {each.code for each in problems(files)} == {"no-such-start", "never-begun"}
    model.nodes["j"].kind, model.nodes["g"].awaits_all = "parallelGateway", True
    (problem,) = problems(folder(model, ["calling"]))
    assert (problem.code, problem.place) == ("together-beginning", "begun_by")


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ('signal = "alarm"', 'message = "alarm"', "begun_by", {"no-such-start", "never-begun"}),
        ('from = ["calling"]', 'from = ["wired"]', "begun_by", {"begun-by-itself"}),
        ("opened_by = []", 'opened_by = ["deputy"]', "opened_by", {"not-on-demand"}),
    ],
)
def test_what_begins_a_case_is_said_and_drawn(old: str, new: str, place: str, code: set[str]) -> None:
    files = begun()
    assert problems(files) == [] and old in files[PROCESS]
    files[PROCESS] = files[PROCESS].replace(old, new)
    found = problems(files)
    assert ({each.code for each in found}, {each.place for each in found}) == (code, {place})
    assert all(each.line for each in found)
