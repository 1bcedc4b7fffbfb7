"""What waits: for a time that comes again, a condition, the first of several events or all of them, a start."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import flow
from tests.flow.drawing import DEFAULT, Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.test_admission import codes
from tests.flow.test_event_subprocesses import handler
from tests.flow.test_events import border, inner, inside
from tests.flow.test_steps import Case, row, user

# Cycles ----------------------------------------------------------------------------------------


def test_a_cycle_on_a_border_comes_again_as_often_as_it_says() -> None:
    case = Case(border(row(user("u")), "u", timer="R3/PT1H", interrupting=False))
    for hour in (1, 2, 3):
        assert case.step.next_timer == NOW + timedelta(hours=hour)
        assert case.wait(hours=1).caught
        assert case.open().count("by_b") == hour
    assert case.step.next_timer is None
    assert not case.wait(hours=9).caught


def test_what_was_due_meanwhile_happens_as_often_as_it_was_due() -> None:
    case = Case(border(row(user("u")), "u", timer="R/PT1H", interrupting=False))
    case.wait(hours=2, minutes=30)
    assert case.open().count("by_b") == 2
    assert case.step.next_timer == NOW + timedelta(hours=3)  # counted from the beginning, not from the sweep


def test_a_cycle_ends_with_its_task() -> None:
    case = Case(border(row(user("u")), "u", timer="R/P1D", interrupting=False))
    assert case.do("u").next_timer is None


def test_a_monthly_cycle_does_not_drift_towards_short_months() -> None:
    definition = flow.admit(as_bpmn(border(row(user("u")), "u", timer="R/P1M", interrupting=False)), file="x")
    begun = NOW.replace(month=1, day=31)
    step, seen = flow.start(definition, {}, {}, begun), []
    for _ in range(3):
        seen.append((step.next_timer.month, step.next_timer.day))
        step = flow.advance_clock(definition, step.state, {}, step.next_timer)
    assert seen == [(2, 28), (3, 31), (4, 30)]


def test_so_much_that_was_due_is_taken_in_parts_and_stays_due() -> None:
    model = border(row(user("u")), "u", timer="R/PT1M", interrupting=False)
    del model.nodes["by_b"]
    case = Case(model.unwire("b").unwire("by_b").wire("b", "b_end"))
    case.wait(days=7)
    assert case.step.caught and case.step.next_timer < case.now
    assert case.wait(minutes=0).caught
    while case.step.next_timer < case.now:
        case.wait(minutes=0)
    assert case.open() == ["u"]


def test_a_cycle_may_begin_an_event_subprocess_again_and_again() -> None:
    case = Case(handler(row(user("u")), timer="R2/PT1H", interrupting=False))
    case.wait(hours=5)
    assert sorted(case.open()) == ["h_task", "h_task", "u"]


@pytest.mark.parametrize("text", ["R0/PT1H", "R/PT0S", "R3/2026-01-01T00:00:00Z/PT1H", "0 0 * * *", "R3/"])
def test_other_cycles_are_refused(text: str) -> None:
    xml = as_bpmn(border(row(user("u")), "u", timer="R3/PT1H", interrupting=False))
    assert codes(xml.replace(b"R3/PT1H", text.encode())) == {"bad-timer"}


# Conditions ------------------------------------------------------------------------------------


def two_tasks(condition: str, **settings: object) -> Model:
    """Tasks u and v side by side; the condition is on the border of v."""
    model = Model().node("startEvent", "s").node("parallelGateway", "f").node("endEvent", "e")
    model.node("userTask", "u").node("userTask", "u2").node("userTask", "v")
    model.wire("s", "f", "u", "u2", "e").wire("f", "v", "e")
    return border(model, "v", condition=condition, **settings)


def test_a_condition_is_heard_as_soon_as_the_variables_make_it_true() -> None:
    case = Case(two_tasks("n > 2"), n=0)
    case.do("u", n=2)
    assert sorted(case.open()) == ["u2", "v"]
    case.do("u2", n=3)
    assert case.open() == ["by_b"]


def test_a_condition_has_to_be_false_before_it_is_heard_again() -> None:
    model = row(*[user(name) for name in "uvwxy"])
    case = Case(handler(model, condition="late", interrupting=False), late=True)
    seen = [case.open().count("h_task")]  # true from the beginning: heard at once
    for node, late in (("u", True), ("v", False), ("w", True), ("x", True)):
        case.do(node, late=late)
        seen.append(case.open().count("h_task"))
    assert seen == [1, 1, 1, 2, 2]


def test_a_condition_in_the_flow_waits_until_it_is_true() -> None:
    model = row(("intermediateCatchEvent", "c", {"condition": "paid"}), user("after"))
    assert Case(model, paid=True).open() == ["after"]
    case = Case(
        border(
            row(inside(inner("q", ("intermediateCatchEvent", "c", {"condition": "paid"})))),
            "sub",
            message="pay",
            interrupting=False,
        ),
        paid=False,
    )
    assert not case.step.completed
    case.hear("pay", paid=True)
    assert case.open() == ["by_b"] and case.step.end_events == ["q_e", "e"]


def test_a_function_may_make_a_condition_true_before_anything_else_moves() -> None:
    level = inner("q", user("w"), ("serviceTask", "n", {"function": "f"}), user("w2"))
    model = border(row(inside(level)), "sub", condition="stop")
    case = Case(model, {"f": lambda variables: {"stop": True}}, stop=False)
    step = case.do("w")
    assert case.open() == ["by_b"] and "w2" not in step.withdrawn


def test_a_condition_on_something_unknown_fails_the_step_at_its_event() -> None:
    with pytest.raises(flow.StepFailed, match="ghost") as failure:
        Case(border(row(user("u")), "u", condition="ghost"))
    assert failure.value.element == "b"


def test_the_names_that_conditions_of_events_read_are_told_and_checked() -> None:
    xml = as_bpmn(border(row(user("u")), "u", condition="late"))
    assert flow.admit(xml, file="x").names == {"late"}
    assert codes(xml, known_names=["other"]) == {"unknown-name"}
    assert codes(xml.replace(b"<bpmn:condition>late", b"<bpmn:condition>")) == {"bad-expression"}


# Links -----------------------------------------------------------------------------------------


def linked() -> Model:
    model = Model().node("startEvent", "s").node("exclusiveGateway", "x").node("userTask", "u")
    model.node("intermediateThrowEvent", "t1", link="on").node("intermediateThrowEvent", "t2", link="on")
    model.node("intermediateCatchEvent", "c", link="on").node("userTask", "after").node("endEvent", "e")
    return (
        model.wire("s", "x")
        .wire("x", "t1", condition="a")
        .wire("x", "u", "t2", condition=DEFAULT)
        .wire("c", "after", "e")
    )


def test_a_link_goes_on_where_it_is_caught() -> None:
    case = Case(linked(), a=True)
    assert case.open() == ["after"]
    assert case.step.entered == ["s", "x", "t1", "c", "after"]
    case = Case(linked(), a=False)
    case.do("u")
    assert case.do("after").completed


def test_an_inclusive_join_waits_for_what_comes_by_a_link() -> None:
    model = Model().node("startEvent", "s").node("inclusiveGateway", "f").node("inclusiveGateway", "j")
    model.node("userTask", "u").node("userTask", "v").node("userTask", "after").node("endEvent", "e")
    model.node("intermediateThrowEvent", "t", link="on").node("intermediateCatchEvent", "c", link="on")
    model.wire("s", "f").wire("f", "u", "j", condition="true").wire("f", "v", "t", condition="true")
    model.node("userTask", "w").wire("f", "w", "j", condition=DEFAULT).wire("c", "j", "after", "e")
    case = Case(model)
    case.do("u")
    assert case.open() == ["v"]
    case.do("v")
    assert case.open() == ["after"]


LINKS = {
    "nowhere": ("bad-link", row(("intermediateThrowEvent", "t", {"link": "on"}))),
    "two ends": (
        "bad-link",
        linked().node("intermediateCatchEvent", "c2", link="on").node("endEvent", "e2").wire("c2", "e2"),
    ),
    "a flow into its end": ("link-flow", linked().wire("u", "c")),
    "a flow out of it": ("link-flow", linked().wire("t1", "u")),
    "nobody throws it": (
        "unreachable",
        row(user("u")).node("intermediateCatchEvent", "c", link="on").wire("c", "u"),
    ),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_that_lead_nowhere_are_refused(name: str) -> None:
    code, model = LINKS[name]
    assert code in codes(as_bpmn(model))


# Event-based gateways --------------------------------------------------------------------------


def chosen() -> Model:
    model = Model().node("startEvent", "s").node("eventBasedGateway", "g").node("endEvent", "e")
    model.node("receiveTask", "r", message="answer").node("intermediateCatchEvent", "t", timer="PT1H")
    model.node("intermediateCatchEvent", "sig", signal="alarm").wire("s", "g")
    for name in ("r", "t", "sig"):
        model.node("userTask", f"by_{name}").wire("g", name, f"by_{name}", "e")
    return model


@pytest.mark.parametrize("by", ["r", "t", "sig"])
def test_the_first_event_decides_and_the_others_are_no_longer_waited_for(by: str) -> None:
    case = Case(chosen())
    assert case.step.entered == ["s", "g"]
    assert (case.awaited(), case.step.awaited_signals) == ([flow.Awaited("answer", "r", None)], ["alarm"])
    {"r": lambda: case.hear("answer"), "t": lambda: case.wait(hours=1), "sig": lambda: case.signal("alarm")}[
        by
    ]()
    assert case.step.entered == [by, f"by_{by}"]
    assert (case.awaited(), case.step.awaited_signals, case.step.next_timer) == ([], [], None)
    assert not case.hear("answer").caught and not case.signal("alarm").caught
    assert case.do(f"by_{by}").completed


def test_an_inclusive_join_sees_an_undecided_gateway_as_one_token() -> None:
    """It can still come by the filled entrance, and so the join does not wait for it (13.4.3)."""
    model = Model().node("startEvent", "s").node("parallelGateway", "f").node("eventBasedGateway", "g")
    model.node("inclusiveGateway", "j").node("userTask", "u").node("userTask", "after").node("endEvent", "e")
    model.node("exclusiveGateway", "m").node("intermediateCatchEvent", "c1", message="one")
    model.node("intermediateCatchEvent", "c2", message="two")
    model.wire("s", "f", "u", "m", "j", "after", "e").wire("f", "g", "c1", "m").wire("g", "c2", "j")
    case = Case(model)
    case.do("u")
    assert case.open() == ["after"]


CHOICES = {
    "one event only": chosen().unwire("g").wire("g", "r"),
    "a task behind it": chosen().node("userTask", "x").wire("g", "x", "e"),
    "another way to the event": chosen().node("exclusiveGateway", "m").wire("by_r", "m").wire("m", "t"),
    "a task and a message": chosen().node("intermediateCatchEvent", "m", message="n").wire("g", "m", "e"),
    "a border": border(chosen(), "r", message="n"),
}


@pytest.mark.parametrize("name", CHOICES)
def test_event_gateways_lead_to_events_alone(name: str) -> None:
    assert "event-gateway" in codes(as_bpmn(CHOICES[name]))


# Starts ----------------------------------------------------------------------------------------


def started() -> Model:
    model = Model().node("startEvent", "s").node("exclusiveGateway", "m").node("endEvent", "e")
    model.node("startEvent", "by_mail", message="mail", signal="flood").node("userTask", "read")
    return model.node("userTask", "u").wire("s", "m", "u", "e").wire("by_mail", "read", "m")


def test_a_process_begins_on_demand_or_by_one_of_its_events() -> None:
    definition = flow.admit(as_bpmn(started()), file="x")
    assert definition.beginnings == (
        flow.Beginning("s", "none", ""),
        flow.Beginning("by_mail", "message", "mail"),
        flow.Beginning("by_mail", "signal", "flood"),
    )
    assert Case(started()).open() == ["u"]
    case = Case(started(), event="by_mail")
    assert case.step.entered == ["by_mail", "read"]
    case.do("read")
    assert case.do("u").completed


def test_a_process_that_begins_by_messages_alone_does_not_begin_on_demand() -> None:
    model = row(user("u"))
    model.nodes["s"].message = "mail"
    assert Case(model, event="s").open() == ["u"]
    for event in (None, "u", "ghost"):
        with pytest.raises(flow.UnknownStart):
            Case(model, event=event)


STARTS = {
    "timer": ("wrong-event", {"timer": "PT1H"}),
    "conditional": ("wrong-event", {"condition": "a"}),
    "error": ("wrong-event", {"error": "E"}),
    "parallel": ("parallel-start", {"message": "m", "signal": "n", "together": True}),
}


@pytest.mark.parametrize("name", STARTS)
def test_what_cannot_begin_a_process_is_refused(name: str) -> None:
    code, settings = STARTS[name]
    model = row(user("u"))
    vars(model.nodes["s"]).update(settings)
    assert code in codes(as_bpmn(model))


# Several at once -------------------------------------------------------------------------------


def several(**settings: object) -> Case:
    return Case(row(("intermediateCatchEvent", "c", {"message": "m", "signal": "n", **settings}), user("u")))


def test_one_of_several_events_will_do() -> None:
    case = several(timer="PT1H")
    assert case.signal("n").caught and case.open() == ["u"]
    assert case.step.next_timer is None
    case = several(timer="PT1H")
    case.wait(hours=1)
    assert case.open() == ["u"] and case.awaited() == []


def test_all_of_several_events_are_waited_for_in_any_order_and_once() -> None:
    case = several(timer="PT1H", together=True)
    assert case.signal("n").caught
    assert case.step.awaited_signals == [] and not case.signal("n").caught
    case.wait(hours=1)
    assert case.open() == [] and case.step.next_timer is None
    assert case.hear("m").caught
    assert case.open() == ["u"]


def test_one_that_goes_on_waits_for_all_of_them_anew() -> None:
    case = Case(border(row(user("u")), "u", message="m", signal="n", together=True, interrupting=False))
    for count in (1, 2):
        case.hear("m")
        assert case.open().count("by_b") == count - 1
        case.signal("n")
        assert case.open().count("by_b") == count


def test_a_message_does_not_end_the_time_beside_it() -> None:
    case = Case(border(row(user("u")), "u", message="m", timer="PT1H", interrupting=False))
    case.hear("m")
    case.wait(hours=1)
    case.hear("m")
    assert case.open().count("by_b") == 3


CYCLES = {
    "in the flow": row(("intermediateCatchEvent", "c", {"timer": "R3/PT1H"})),
    "interrupting": border(row(user("u")), "u", timer="R3/PT1H"),
    "one of all": border(
        row(user("u")), "u", timer="R3/PT1H", message="m", together=True, interrupting=False
    ),
}


@pytest.mark.parametrize("name", CYCLES)
def test_a_cycle_that_could_come_only_once_is_refused(name: str) -> None:
    assert codes(as_bpmn(CYCLES[name])) == {"bad-cycle"}


def test_events_that_cannot_stand_together_are_refused() -> None:
    assert "no-event" in codes(as_bpmn(row(("intermediateCatchEvent", "c", {"message": "m", "link": "l"}))))
    level = row(inside(inner("q", user("w"))))
    assert "no-event" in codes(as_bpmn(border(level, "sub", error="E", message="m", together=True)))
