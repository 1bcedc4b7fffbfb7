"""Call activities: data in and out, processes of the same file and of others, borders, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from engine import flow
from engine.flow.expressions import ExpressionError
from engine.flow.mappings import read_mapping
from tests.flow.drawing import DEFAULT, Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.payloads import PAYLOADS
from tests.flow.test_steps import Case, row, user


def called(key: str = "q", **nodes: Any) -> Model:
    """start → two user tasks → end, by ids of its own."""
    model = Model(key=key).node("startEvent", f"{key}s").node("endEvent", f"{key}e")
    model.node("userTask", f"{key}1").node("userTask", f"{key}2", **nodes)
    return model.wire(f"{key}s", f"{key}1", f"{key}2", f"{key}e")


def calling(inner: Model, into: dict[str, str], out: dict[str, str], **more: Any) -> Model:
    return row(("callActivity", "call", {"called": inner, "into": into, "out": out, **more}), user("after"))


def test_a_called_process_sees_what_it_is_given_and_gives_what_is_taken() -> None:
    case = Case(
        calling(called(), {"days": "limit + 1", "title": "title"}, {"result": "grade"}), limit=4, title="路"
    )
    assert case.step.entered == ["s", "call", "qs", "q1"]
    assert case.tasks()[0].variables == {"days": 5, "title": "路"}
    step = case.do("q1", title="changed", grade="A", limit=9)
    assert step.variables == {"limit": 4, "title": "路"}
    step = case.do("q2")
    assert step.variables == {"limit": 4, "title": "路", "result": "A"}
    assert case.open() == ["after"]
    assert case.do("after").end_events == ["e"]


def test_everything_may_be_given_as_a_copy() -> None:
    case = Case(calling(called(), {"*": "*"}, {}), units=[1], a=2)
    case.do("q1", a=3, units=[])
    assert case.tasks()[0].variables == {"units": [], "a": 3}
    assert case.do("q2").variables == {"units": [1], "a": 2}


def test_nothing_is_given_without_a_mapping() -> None:
    case = Case(calling(called(), {}, {}), a=1)
    assert case.tasks()[0].variables == {}


def test_what_a_mapping_reads_must_be_there() -> None:
    with pytest.raises(flow.StepFailed, match="missing") as failure:
        Case(calling(called(), {"a": "missing"}, {}))
    assert failure.value.element == "call"
    case = Case(calling(called(), {}, {"result": "grade"}))
    case.do("q1")
    with pytest.raises(flow.StepFailed, match="grade") as failure:
        case.do("q2")
    assert failure.value.element == "call"


def test_many_units_call_at_once_and_results_are_gathered() -> None:
    model = calling(called(), {"unit": "unit"}, {"grade": "grade"}, collection="units", item="unit")
    xml = as_bpmn(model).replace(
        b'duban:item="unit"', b'duban:item="unit" duban:results="grades" duban:result="grade"'
    )
    case = Case(xml, units=["甲", "乙"])
    assert [task.variables for task in case.tasks()] == [{"unit": "甲"}, {"unit": "乙"}]
    for node, place, grade in (("q1", 1, "B"), ("q2", 0, "B"), ("q1", 0, "A"), ("q2", 0, "A")):
        case.do(node, place, grade=grade)
    assert case.step.variables["grades"] == ["A", "B"]


def test_calls_nest_and_messages_and_clocks_reach_inside() -> None:
    inner = called("r")
    inner.node("boundaryEvent", "rb", host="r1", message="urge").node("endEvent", "rf").wire("rb", "rf")
    middle = Model(key="q").node("startEvent", "qs").node("endEvent", "qe")
    middle.node("callActivity", "qcall", called=inner, into={"n": "n + 1"}, out={"n": "n"}).wire(
        "qs", "qcall", "qe"
    )
    case = Case(calling(middle, {"n": "n"}, {"n": "n"}), n=1)
    assert case.open() == ["r1"] and case.tasks()[0].variables == {"n": 2}
    step = case.hear("urge", case.key("r1"), n=7)
    assert step.end_events == ["rf", "qe"] and step.variables == {"n": 7}
    assert case.open() == ["after"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_border_of_a_call_is_like_that_of_a_subprocess(interrupting: bool) -> None:
    model = calling(called(), {}, {"never": "grade"})
    model.node("boundaryEvent", "b", host="call", message="recall", interrupting=interrupting)
    case = Case(model.node("userTask", "recalled").node("endEvent", "f").wire("b", "recalled", "f"))
    case.do("q1", grade=1)
    keys = case.step.open_keys
    step = case.hear("recall", keys[0])
    assert step.withdrawn == (keys if interrupting else [])
    assert sorted(case.open()) == (["recalled"] if interrupting else ["q2", "recalled"])
    assert "never" not in step.variables


def test_terminating_ends_the_called_process_and_not_the_calling_one() -> None:
    inner = Model(key="q").node("startEvent", "qs").node("parallelGateway", "qg").node("userTask", "q1")
    inner.node("userTask", "q2").node("endEvent", "qe", terminate=True)
    case = Case(calling(inner.wire("qs", "qg", "q1", "qe").wire("qg", "q2", "qe"), {}, {}))
    case.do("q1")
    assert case.open() == ["after"]


def test_the_called_process_ends_up_in_the_definition() -> None:
    inner = called()
    inner.node("exclusiveGateway", "qx").wires.pop()
    inner.wire("q2", "qx").wire("qx", "qe", condition="given and asked").wire("qx", "q1", condition=DEFAULT)
    definition = flow.admit(as_bpmn(calling(inner, {"given": "own"}, {})), file="x")
    assert definition.key == "p" and definition.processes == ("p", "q")
    assert definition.nodes["q1"].parent == "q"
    assert definition.names == {"own", "asked"}
    assert flow.admit(definition.xml, file="x").hash == definition.hash
    known = flow.admit(as_bpmn(calling(inner, {"given": "own"}, {})), file="x", known_names=["own", "asked"])
    assert known.hash == definition.hash


# Other files -----------------------------------------------------------------------------------


def two_files(key: str = "q") -> tuple[bytes, flow.AdmittedDefinition]:
    inner = called(key)
    other = flow.admit(as_bpmn(inner), file="other.bpmn")
    text = as_bpmn(calling(inner, {"n": "n"}, {"n": "n"})).decode()
    begin = text.index(f'<bpmn:process id="{key}"')
    return (
        text[:begin] + text[text.index("</bpmn:process>", begin) + len("</bpmn:process>") :]
    ).encode(), other


def test_a_process_of_another_file_is_found_and_pinned() -> None:
    xml, other = two_files()
    asked: list[tuple[str, str | None]] = []

    def find(key: str, pin: str | None) -> flow.AdmittedDefinition | None:
        asked.append((key, pin))
        return {"q": other}.get(key)

    definition = flow.admit(xml, file="x", called=find)
    assert definition.called == (other,) and other.hash.encode() in definition.xml
    again = flow.admit(definition.xml, file="x", called=find)
    assert again.hash == definition.hash and asked == [("q", None), ("q", other.hash)]
    step = flow.start(definition, {"n": 1}, {}, NOW)
    for node, n in (("q1", 2), ("q2", 3)):
        (task,) = flow.open_tasks(again, step.state, NOW)
        assert task.node == node
        step = flow.complete(again, step.state, task.key, {"n": n}, {}, NOW)
    assert step.variables == {"n": 3}


def test_one_process_may_be_called_by_several() -> None:
    shared = flow.admit(as_bpmn(called("r")), file="r.bpmn")
    middles = {}
    for key in ("q", "t"):
        model = Model(key=key).node("startEvent", f"{key}s").node("endEvent", f"{key}e")
        model.node("callActivity", f"{key}c", called=Model(key="r")).wire(f"{key}s", f"{key}c", f"{key}e")
        text = as_bpmn(model).decode()
        begin = text.index('<bpmn:process id="r"')
        middles[key] = flow.admit(
            f"{text[:begin]}</bpmn:definitions>".encode(), file=f"{key}.bpmn", called=lambda key, pin: shared
        )
    model = row(
        ("callActivity", "c1", {"called": Model(key="q")}), ("callActivity", "c2", {"called": Model(key="t")})
    )
    text = as_bpmn(model).decode()
    xml = text[: text.index('<bpmn:process id="q"')] + "</bpmn:definitions>"
    definition = flow.admit(xml.encode(), file="p.bpmn", called=lambda key, pin: middles[key])
    step, asked = flow.start(definition, {}, {}, NOW), []
    while not step.completed:
        (task,) = flow.open_tasks(definition, step.state, NOW)
        asked.append(task.node)
        step = flow.complete(definition, step.state, task.key, {}, {}, NOW)
    assert asked == ["r1", "r2", "r1", "r2"]
    assert step.end_events == ["re", "te", "e"]


IN_OUT = (
    '<bpmn:extensionElements xmlns:c="http://camunda.org/schema/1.0/bpmn"><c:in source="limit" target="days"/>'
    '<c:in source="title" target="title"/>{}</bpmn:extensionElements></bpmn:callActivity>'
)


def test_camundas_mapping_is_read_where_it_means_the_same() -> None:
    plain = as_bpmn(calling(called(), {}, {})).decode()
    xml = plain.replace("</bpmn:callActivity>", IN_OUT.format('<c:out variables="all"/>')).encode()
    case = Case(xml, limit=1, title="路", other=2)
    assert case.tasks()[0].variables == {"days": 1, "title": "路"}
    case.do("q1", grade="A")
    assert case.do("q2").variables == {"limit": 1, "title": "路", "other": 2, "days": 1, "grade": "A"}
    for other in (
        '<c:in variables="all"/>',
        '<c:in businessKey="x"/>',
        '<c:in sourceExpression="${x}" target="y"/>',
    ):
        assert "foreign-data" in refused(plain.replace("</bpmn:callActivity>", IN_OUT.format(other)).encode())


def refused(xml: bytes, **more: Any) -> set[str]:
    with pytest.raises(flow.DefinitionRefused) as refusal:
        flow.admit(xml, file="x", **more)
    assert str(refusal.value)
    return {problem.code for problem in refusal.value.problems}


def test_what_is_not_found_or_has_changed_is_refused() -> None:
    xml, other = two_files()
    assert refused(xml) == {"no-called"}
    assert refused(xml, called=lambda key, pin: None) == {"no-called"}
    stored = flow.admit(xml, file="x", called=lambda key, pin: other).xml
    changed = flow.admit(other.xml.replace(b'id="q1"', b'id="q1" name="new"'), file="other.bpmn")
    assert refused(stored, called=lambda key, pin: changed) == {"other-called"}


def test_two_processes_may_not_share_an_id() -> None:
    xml, other = two_files()
    clash = xml.replace(b'"after"', b'"q1"')
    assert refused(clash, called=lambda key, pin: other) == {"called-id"}


def test_a_process_that_calls_itself_is_refused() -> None:
    def circle(names: str) -> bytes:
        drawn = [
            Model(key=name).node("startEvent", f"{name}s").node("endEvent", f"{name}e") for name in names
        ]
        for model, after in zip(drawn, [*drawn[1:], drawn[0]], strict=True):
            model.node("callActivity", f"{model.key}c", called=Model(key=f"to_{after.key}"))
            model.wire(f"{model.key}s", f"{model.key}c", f"{model.key}e")
        bodies = [as_bpmn(model).decode() for model in drawn]
        parts = [text[text.index("<bpmn:process") : text.index("</bpmn:process>") + 15] for text in bodies]
        head = bodies[0][: bodies[0].index("<bpmn:process")]
        return (head + "".join(parts).replace("to_", "") + "</bpmn:definitions>").encode()

    assert refused(circle("p")) == {"call-cycle"}
    assert "call-cycle" in refused(circle("pqr"), process="p")


def test_of_several_processes_one_is_meant() -> None:
    first, second = as_bpmn(called("q")).decode(), as_bpmn(called("r")).decode()
    body = second[second.index("<bpmn:process") :]
    xml = (first.replace("</bpmn:definitions>", "") + body).encode()
    assert refused(xml) == {"many-processes"}
    assert refused(xml, process="x") == {"no-such-process"}
    one, other = (flow.admit(xml, file="x", process=key) for key in "qr")
    assert (one.key, other.key, one.hash == other.hash) == ("q", "r", False)
    assert flow.start(one, {}, {}, NOW).opened[0].node == "q1"
    assert flow.start(other, {}, {}, NOW).opened[0].node == "r1"


def test_a_called_process_has_to_be_executable_and_sound() -> None:
    xml = as_bpmn(calling(called(), {}, {}))
    assert refused(xml.replace(b'id="q" isExecutable="true"', b'id="q"')) == {"not-executable"}
    assert refused(xml.replace(b'targetRef="qe"', b'targetRef="q1"')) == {"unreachable", "no-way-out"}


# Mappings --------------------------------------------------------------------------------------


def test_a_mapping_is_names_and_expressions() -> None:
    mapping = read_mapping(' a, 期限 = b + 1, "本月 天数" = len([1, (2)]), t = "x, y" ')
    assert mapping.targets == {"a", "期限", "本月 天数", "t"} and mapping.names == {"a", "b"}
    assert mapping.apply({"a": 1, "b": 2}) == {"a": 1, "期限": 3, "本月 天数": 2, "t": "x, y"}
    assert read_mapping("").pairs == () and read_mapping(" * ").everything
    assert read_mapping("same = a == b").apply({"a": 1, "b": 1}) == {"same": True}


BROKEN = [
    "a,",
    ",a",
    "a b",
    "a =",
    "= a",
    "a = b = c",
    "a, a",
    "1 = a",
    "_a",
    "true",
    "a = _b",
    "a == b",
    "a.b",
    "a = (1",
]


@pytest.mark.parametrize(
    "text", [*BROKEN, "a" * 2_001, *(f"a = {p}" for p in PAYLOADS)], ids=lambda text: text[:16]
)
def test_what_is_no_mapping_is_refused_or_data(text: str) -> None:
    try:
        result = read_mapping(text).apply({"a": 1, "b": 2, "os": 3, "self": 4})
    except ExpressionError as error:
        assert str(error)
    else:
        assert text not in BROKEN
        assert all(isinstance(value, int | float | str | list | bool) for value in result.values())
