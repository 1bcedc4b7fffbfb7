"""What a multi-instance activity throws when its instances complete: when, what, and who hears it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import flow
from engine.flow.outline import outline
from engine.flow.wiring import read_wiring
from tests.flow.drawing import EACH, FIRST, Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.test_admission import codes
from tests.flow.test_events import border, inner, inside
from tests.flow.test_steps import Case, row, user

ALARM, MORE, TOLD = ("signal", "alarm"), ("escalation", "X"), ("message", "told")
When = list[tuple[str, list[tuple[str, str]]]]


def many(announces: When, **settings: Any) -> tuple[str, str, dict[str, Any]]:
    return user("u", collection="units", announces=announces, **settings)


@pytest.mark.parametrize("sequential", [False, True])
def test_none_throws_for_each_instance_and_one_for_the_first(sequential: bool) -> None:
    for when, thrown in ((EACH, [["alarm"]] * 3), (FIRST, [["alarm"], [], []])):
        model = border(
            row(many([(when, [ALARM])], sequential=sequential)), "u", signal="alarm", interrupting=False
        )
        case = Case(model, units=[1, 2, 3])
        assert case.step.signals == []
        steps = [case.do("u") for _ in range(3)]
        assert [step.signals for step in steps] == thrown
        assert case.open().count("by_b") == sum(map(len, thrown))
        # A token leaves besides, when all instances have completed.
        assert [step.end_events for step in steps] == [[], [], ["e"]]


def test_each_round_of_a_redo_has_a_first_instance() -> None:
    model = row(many([(FIRST, [ALARM])])).unwire("u").node("exclusiveGateway", "x")
    model.wire("u", "x").wire("x", "u", condition="again").wire("x", "e", condition="(default)")
    case = Case(model, units=[1, 2], again=True)
    assert [case.do("u").signals for _ in range(6)] == [["alarm"], []] * 3


@pytest.mark.parametrize("sequential", [False, True])
def test_one_who_interrupts_withdraws_the_rest_and_nothing_else_leaves(sequential: bool) -> None:
    case = Case(
        border(row(many([(FIRST, [ALARM])], sequential=sequential)), "u", signal="alarm"), units=[1, 2, 3]
    )
    waiting = set(case.step.open_keys)
    step = case.do("u")
    assert case.open() == ["by_b"]
    assert set(step.withdrawn) < waiting
    assert len(step.withdrawn) == (0 if sequential else 2)
    assert [(each.element, each.how) for each in step.passages] == [
        ("b", "entered"),
        ("u", "cancelled"),
        ("b", "left"),
        ("by_b", "entered"),
    ]
    assert case.do("by_b").completed


def test_the_last_instance_throws_before_the_activity_completes() -> None:
    case = Case(border(row(many([(EACH, [ALARM])])), "u", signal="alarm"), units=[1])
    case.do("u")
    assert (case.open(), case.do("by_b").end_events) == (["by_b"], ["b_end"])


def test_a_complex_behaviour_throws_whatever_holds_of_all_that_may_be_asked() -> None:
    whens: When = [
        ("numberOfCompletedInstances == 1 and numberOfInstances == 3", [ALARM, TOLD]),
        ("item == 2 and numberOfActiveInstances < 3", [("signal", "calm")]),
        ("answer == 'no' and limit == 5", [MORE]),
        ("len(all) == 3 and numberOfTerminatedInstances > 0", [("signal", "never")]),
    ]
    xml = as_bpmn(border(row(many(whens)), "u", escalation="X", interrupting=False))
    xml = xml.replace(b'duban:item="item"', b'duban:item="item" duban:results="all" duban:result="answer"')
    case = Case(xml, units=[1, 2, 3], limit=5)
    first = case.do("u", answer="yes")
    assert (first.signals, first.thrown) == (["alarm"], ["told"])
    second = case.do("u", answer="no")
    assert (second.signals, second.thrown, case.open()) == (["calm"], [], ["u", "by_b"])
    last = case.do("u")
    assert (last.signals, last.variables["all"]) == ([], ["yes", "no", None])


def test_conditions_are_asked_before_anything_is_thrown_and_an_interruption_keeps_the_rest_back() -> None:
    whens: When = [("true", [MORE, ALARM]), ("numberOfCompletedInstances == 1", [("signal", "calm")])]
    assert Case(row(many(whens)), units=[1, 2]).do("u").signals == ["alarm", "calm"]
    case = Case(border(row(many(whens)), "u", escalation="X"), units=[1, 2])
    assert case.do("u").signals == []
    assert case.open() == ["by_b"]
    failing = Case(row(many([("unheard_of > 1", [ALARM])])), units=[1])
    with pytest.raises(flow.StepFailed) as failure:
        failing.do("u")
    assert failure.value.element == "u"


def test_it_throws_before_it_is_asked_whether_that_is_enough() -> None:
    whens: When = [("numberOfActiveInstances == 1", [ALARM])]
    model = border(
        row(many(whens, enough="numberOfCompletedInstances >= 2")), "u", signal="alarm", interrupting=False
    )
    case = Case(model, units=[1, 2, 3])
    assert case.do("u").signals == []
    step = case.do("u")
    assert (step.signals, step.end_events, len(step.withdrawn)) == (["alarm"], ["e"], 1)
    assert case.open() == ["by_b"]


@pytest.mark.parametrize("when", [EACH, FIRST, "true"])
def test_nothing_is_thrown_where_there_is_nothing_to_do(when: str) -> None:
    case = Case(border(row(many([(when, [ALARM])])), "u", signal="alarm"), units=[])
    assert (case.step.completed, case.step.signals) == (True, [])


def test_an_error_ends_the_whole_and_one_that_nobody_handles_changes_nothing() -> None:
    whens: When = [("numberOfCompletedInstances > numberOfActiveInstances", [("error", "E")])]
    case = Case(border(row(many(whens)), "u", error="E"), units=[1, 2, 3])
    case.do("u")
    assert case.open() == ["u", "u"]
    case.do("u")
    assert case.open() == ["by_b"]
    alone = Case(row(many(whens)), units=[1])
    with pytest.raises(flow.StepFailed) as failure:
        alone.do("u")
    assert isinstance(failure.value.cause, flow.BpmnError)
    assert alone.open() == ["u"]


def test_an_escalation_goes_outwards_and_is_told_where_nobody_takes_it_on() -> None:
    level = inner("q", many([(EACH, [MORE])]))
    case = Case(border(row(inside(level)), "sub", escalation="X", interrupting=False), units=[1, 2])
    assert case.do("u").escalated == []
    assert case.open() == ["u", "by_b"]
    assert Case(row(many([(EACH, [MORE])])), units=[1, 2]).do("u").escalated == ["X"]


def test_a_message_goes_out_and_is_not_heard_by_who_has_sent_it() -> None:
    """A message comes from outside the pool (10.5.1), and so the border does not hear its own."""
    case = Case(border(row(many([(EACH, [TOLD])])), "u", message="told"), units=[1, 2])
    assert (case.do("u").thrown, case.open()) == (["told"], ["u"])
    assert case.hear("told").caught
    assert case.open() == ["by_b"]


def test_a_terminated_instance_has_not_completed() -> None:
    level = inner("q", user("w"), terminate=True)
    level.node("exclusiveGateway", "x").node("endEvent", "plain").unwire("w")
    level.wire("w", "x").wire("x", "q_e", condition="stop").wire("x", "plain", condition="(default)")
    whens: When = [("numberOfTerminatedInstances == 1 and numberOfCompletedInstances == 1", [ALARM])]
    for settings in ({"announces": whens}, {"announces": [(FIRST, [ALARM])]}):
        case = Case(
            row(inside(level, collection="units", item="unit", **settings)), units=[1, 2, 3], stop=False
        )
        assert case.do("w", stop=True).signals == []
        assert case.do("w", stop=False).signals == ["alarm"]
        assert case.do("w", stop=True).completed
    level = inner("r", user("v"), terminate=True)
    enough = {"enough": "numberOfCompletedInstances >= 1", "collection": "units", "item": "unit"}
    case = Case(row(inside(level, **enough)), units=[1, 2])
    assert [case.do("v").completed for _ in range(2)] == [False, True]


def test_what_is_over_at_once_may_throw_to_its_own_border() -> None:
    """A service is done in the same instant; only what it throws itself can be heard on its border."""
    for what in (ALARM, MORE):
        service = (
            "serviceTask",
            "n",
            {"function": "f", "collection": "units", "announces": [(EACH, [what])]},
        )
        called: list[int] = []

        def function(variables: dict[str, Any], called: list[int] = called) -> None:
            called.append(variables["item"])

        model = border(row(service), "n", **dict([what]))
        case = Case(model, {"f": function}, units=[1, 2, 3])
        assert (case.open(), called) == (["by_b"], [1])
        model.nodes["n"].announces = []
        assert codes(as_bpmn(model)) == {"no-host"}


def test_runs_of_a_call_and_of_a_subprocess_throw_as_tasks_do() -> None:
    for make in (
        lambda level, **loop: ("callActivity", "sub", {"called": level, "into": {"*": "*"}, **loop}),
        _inside,
    ):
        loop = {"collection": "units", "item": "unit", "announces": [(EACH, [ALARM])]}
        model = border(row(make(inner("q", user("w")), **loop)), "sub", signal="alarm", interrupting=False)
        case = Case(model, units=[1, 2])
        assert [case.do("w").signals for _ in range(2)] == [["alarm"], ["alarm"]]
        assert case.open() == ["by_b", "by_b"]


def _inside(level: Model, **loop: Any) -> tuple[str, str, dict[str, Any]]:
    return inside(level, **loop)


def test_a_half_done_loop_goes_on_with_another_behaviour() -> None:
    level = inner("q", user("w"), terminate=True)
    settings = {"collection": "units", "item": "unit"}
    case = Case(row(inside(level, **settings)), units=[1, 2, 3])
    case.do("w")
    whens: When = [("numberOfTerminatedInstances == 1", [ALARM])]
    level = inner("q", user("w"))
    new = flow.admit(as_bpmn(row(inside(level, announces=whens, **settings))), file="new.bpmn")
    step = flow.migrate(case.definition, new, case.step.state, flow.FlowPlan(), {}, NOW).step
    case.definition, case.step = new, step
    assert [case.do("w").signals for _ in range(2)] == [["alarm"], ["alarm"]]


# Reading ----------------------------------------------------------------------------------------

NAMED = '<bpmn:signal id="sig_alarm" name="alarm"/>'
DEFINED = '<bpmn:signalEventDefinition id="d" signalRef="sig_alarm"/>'


def drawn(attributes: str, content: str = "", root: str = NAMED + DEFINED) -> bytes:
    loop = f'<bpmn:multiInstanceLoopCharacteristics duban:collection="units" duban:item="item" {attributes}>{content}'
    xml = as_bpmn(border(row(user("u")), "u", message="m")).decode()
    task = f'<bpmn:userTask id="u">{loop}</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>'
    return (
        xml.replace('<bpmn:userTask id="u"></bpmn:userTask>', task)
        .replace("<bpmn:process", root + "<bpmn:process", 1)
        .encode()
    )


def complex_(condition: str, event: str, spelled: Callable[[str], str] = str) -> str:
    content = f"<bpmn:condition>{condition}</bpmn:condition>" if condition else ""
    content += f"<bpmn:event>{event}</bpmn:event>" if event != "-" else ""
    return f"<bpmn:complexBehaviorDefinition>{spelled(content)}</bpmn:complexBehaviorDefinition>"


def as_moddle(content: str) -> str:
    return content.replace("bpmn:event>", "bpmn:implicitThrowEvent>").replace(
        "bpmn:condition>", "bpmn:formalExpression>"
    )


def test_every_spelling_is_read_and_has_one_normal_form() -> None:
    here = '<bpmn:signalEventDefinition signalRef="sig_alarm"/>'
    one = drawn('behavior="Complex"', complex_("true", here), NAMED)
    other = drawn('behavior="Complex"', complex_("true", here, as_moddle), NAMED)
    assert flow.admit(one, "a.bpmn").hash == flow.admit(other, "a.bpmn").hash
    prefixed = drawn('behavior="One" oneBehaviorEventRef="t:d"').replace(
        b"<bpmn:definitions ", b'<bpmn:definitions xmlns:t="http://bpmn.io/schema/bpmn" '
    )
    plain = drawn('behavior="One" oneBehaviorEventRef="d"')
    for xml in (one, other, prefixed, plain):
        assert Case(xml, units=[1]).do("u").signals == ["alarm"]
        assert flow.admit(flow.admit(xml, "a.bpmn").xml, "a.bpmn") == flow.admit(xml, "a.bpmn")
    of_an_event = drawn('behavior="None" noneBehaviorEventRef="d2"').replace(
        b'<bpmn:messageEventDefinition messageRef="m_m"/>',
        b'<bpmn:signalEventDefinition id="d2" signalRef="sig_alarm"/>',
    )
    case = Case(of_an_event, units=[1, 2])
    assert (case.do("u").signals, case.open()) == (["alarm"], ["by_b"])


def test_what_is_thrown_is_told_to_whoever_compares_or_checks_diagrams() -> None:
    plain, throwing = (
        flow.admit(drawn(each), "a.bpmn") for each in ("", 'behavior="One" oneBehaviorEventRef="d"')
    )
    assert outline(plain).nodes["u"] != outline(throwing).nodes["u"]
    assert outline(throwing).nodes["u"]["loop"]["thrown"] == [
        {"first": True, "triggers": [{"kind": "signal", "name": "alarm"}]}
    ]
    xml = drawn('behavior="Complex"', complex_("word == 'no'", DEFINED), NAMED)
    wiring = read_wiring(xml, "a.bpmn")
    assert [(each.name, each.node, each.heard) for each in wiring.events if each.kind == "signal"] == [
        ("alarm", "u", False)
    ]
    assert [(each.variable, each.text) for each in wiring.comparisons] == [("word", "no")]
    assert flow.admit(xml, "a.bpmn").names == {"units", "word"}


ERROR = '<bpmn:errorEventDefinition id="d" errorRef="e_1"/>'
REFUSED = {
    "no event": ("no-loop-event", drawn('behavior="None"')),
    "the event of another behaviour": ("no-loop-event", drawn('behavior="One" noneBehaviorEventRef="d"')),
    "no such event": ("dangling-reference", drawn('behavior="One" oneBehaviorEventRef="x"')),
    "not an event": ("dangling-reference", drawn('behavior="One" oneBehaviorEventRef="u"')),
    "no such behaviour": ("unsupported-value", drawn('behavior="Any"')),
    "no such signal": (
        "dangling-reference",
        drawn('behavior="One" oneBehaviorEventRef="d"', root=DEFINED),
    ),
    "nameless signal": (
        "no-signal",
        drawn('behavior="One" oneBehaviorEventRef="d"', root='<bpmn:signalEventDefinition id="d"/>'),
    ),
    "error of any code": (
        "no-code",
        drawn('behavior="One" oneBehaviorEventRef="d"', root='<bpmn:errorEventDefinition id="d"/>'),
    ),
    "complex without event": ("no-loop-event", drawn('behavior="Complex"', complex_("true", "-"))),
    "complex event without definition": ("no-loop-event", drawn('behavior="Complex"', complex_("true", ""))),
    "complex without condition": (
        "no-loop-condition",
        drawn('behavior="Complex"', complex_("", DEFINED), NAMED),
    ),
    "a condition in another language": (
        "foreign-expression",
        drawn('behavior="Complex"', complex_("${nrOfInstances > 1}", DEFINED), NAMED),
    ),
    "a script": (
        "bad-expression",
        drawn('behavior="Complex"', complex_("exec('1')", DEFINED, as_moddle), NAMED),
    ),
    "more than anybody asks for": (
        "many-loop-events",
        drawn('behavior="Complex"', complex_("true", DEFINED.replace('id="d" ', "")) * 21, NAMED),
    ),
    "an error beside others": (
        "loop-event",
        drawn(
            'behavior="Complex"',
            complex_("true", ERROR + DEFINED.replace('id="d" ', "")),
            NAMED + '<bpmn:error id="e_1" errorCode="1"/>',
        ),
    ),
}
UNTHROWN = ("timer", "conditional", "link", "compensate", "cancel", "terminate")


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_not_be_thrown_is_named(name: str) -> None:
    code, xml = REFUSED[name]
    assert codes(xml) == {code}


@pytest.mark.parametrize("kind", UNTHROWN)
def test_what_no_activity_can_throw_is_refused(kind: str) -> None:
    for xml in (
        drawn('behavior="One" oneBehaviorEventRef="d"', root=f'<bpmn:{kind}EventDefinition id="d"/>'),
        drawn('behavior="Complex"', complex_("true", f"<bpmn:{kind}EventDefinition/>")),
    ):
        assert codes(xml) == {"loop-event"}


def test_types_and_names_in_a_complex_condition_are_held_against_what_is_known() -> None:
    xml = drawn('behavior="Complex"', complex_("sum == 'no'", DEFINED), NAMED)
    assert codes(xml, ["units"]) == {"bad-expression"}
    xml = drawn('behavior="Complex"', complex_("other == 'no'", DEFINED), NAMED)
    assert codes(xml, ["units"]) == {"unknown-name"}
    xml = drawn('behavior="Complex"', complex_("n == 'no'", DEFINED), NAMED)
    assert codes(xml, {"units": "list", "n": "number"}) == {"wrong-type"}  # type: ignore[arg-type]


def test_what_is_thrown_for_nothing_or_heard_by_nobody_is_told() -> None:
    def warned(xml: bytes) -> set[str]:
        problems = flow.examine(xml, "a.bpmn").problems
        assert {each.severity for each in problems} == {"warning"}
        return {each.code for each in problems} - {"no-form"}

    assert warned(drawn('noneBehaviorEventRef="d"')) == {"idle-loop-event"}
    assert warned(drawn("", complex_("true", DEFINED), NAMED)) == {"idle-loop-event"}
    assert warned(drawn('behavior="Complex"')) == {"idle-loop-event"}
    assert warned(drawn('behavior="None" noneBehaviorEventRef="d"')) == set()  # others may hear a signal
    for what in (MORE, ("error", "E")):
        level = inner("q", many([("true", [what])]))
        assert warned(as_bpmn(row(inside(level)))) == {"unhandled-loop-event"}
        assert warned(as_bpmn(border(row(inside(level)), "sub", **dict([what])))) == set()
        assert warned(as_bpmn(border(row(inside(level)), "sub", **{what[0]: ""}))) == set()
        assert warned(as_bpmn(border(row(inside(level)), "sub", **{what[0]: "other"}))) == {
            "unhandled-loop-event"
        }
