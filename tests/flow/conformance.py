"""The table of what is run and what is refused, found out by admitting the smallest drawing of each thing.

`python -m tests.flow.conformance` writes docs/conformance.md. A thing that is run names the tests that prove
how; to add one, give its drawing here and those names, and write the page anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import flow
from tests.flow.drawing import DEFAULT, EACH, FIRST, Model, as_bpmn
from tests.flow.rules import RULES
from tests.flow.test_admission import chain, definitions
from tests.flow.test_event_subprocesses import handler
from tests.flow.test_events import border, inner, inside
from tests.flow.test_steps import row, user

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"

# Events -----------------------------------------------------------------------------------------

KINDS: Mapping[str, dict[str, Any]] = {
    "none": {},
    "message": {"message": "m"},
    "timer": {"timer": "PT1H"},
    "error": {"error": "E"},
    "escalation": {"escalation": "X"},
    "cancel": {"cancel": ""},
    "compensation": {"compensation": ""},
    "conditional": {"condition": "a"},
    "link": {"link": "l"},
    "signal": {"signal": "n"},
    "terminate": {"terminate": True},
    "multiple": {"message": "m", "signal": "n"},
    "parallel multiple": {"message": "m", "signal": "n", "together": True},
}
_COMING = "message,timer,conditional,signal,multiple,parallel multiple"
# Place → the kinds that the standard has there (BPMN 2.0.2, 10.5.5).
STANDARD: Mapping[str, frozenset[str]] = {
    place: frozenset(kinds.split(","))
    for place, kinds in {
        "start of a process": f"none,{_COMING}",
        "start of an event subprocess": f"error,escalation,compensation,{_COMING}",
        "the same, not interrupting": f"escalation,{_COMING}",
        "in the flow, caught": f"link,{_COMING}",
        "on a border": f"error,escalation,cancel,compensation,{_COMING}",
        "the same, not interrupting ": f"escalation,{_COMING}",
        "in the flow, thrown": "none,message,escalation,link,compensation,signal,multiple",
        "end": "none,message,error,escalation,cancel,compensation,signal,terminate,multiple",
    }.items()
}


def _starting(settings: dict[str, Any]) -> Model:
    model = row(user("u"))
    vars(model.nodes["s"]).update(settings)
    return model


def _handling(settings: dict[str, Any]) -> Model:
    level = handler(inner("q", user("w")), **settings)
    return row(inside(level))


def _caught(settings: dict[str, Any]) -> Model:
    model = row(user("u"), ("intermediateCatchEvent", "c", settings))
    if "link" in settings:
        model.unwire("u").node("intermediateThrowEvent", "t", **settings).wire("u", "t")
    return model


def _bordering(settings: dict[str, Any]) -> Model:
    kind = "transaction" if "cancel" in settings else "subProcess"
    model = row((kind, "sub", {"inside": inner("q", user("w"))}))
    if "compensation" not in settings:
        return border(model, "sub", **settings)
    model.node("boundaryEvent", "b", host="sub", undone_by="z", **settings)
    return model.node("userTask", "z", for_compensation=True)


def _thrown(settings: dict[str, Any]) -> Model:
    model = row(user("u"), ("intermediateThrowEvent", "t", settings))
    if "link" in settings:
        model.unwire("t").node("intermediateCatchEvent", "c", **settings).wire("c", "e")
    return model


def _ending(settings: dict[str, Any]) -> Model:
    kind = "transaction" if "cancel" in settings else "subProcess"
    model = row((kind, "sub", {"inside": inner("q", user("w"), **settings)}))
    return border(model, "sub", cancel="") if "cancel" in settings else model


def _beside(place: Callable[[dict[str, Any]], Model]) -> Callable[[dict[str, Any]], Model]:
    return lambda settings: place({**settings, "interrupting": False})


PLACES: Mapping[str, Callable[[dict[str, Any]], Model]] = dict(
    zip(
        STANDARD,
        [
            _starting,
            _handling,
            _beside(_handling),
            _caught,
            _bordering,
            _beside(_bordering),
            _thrown,
            _ending,
        ],
        strict=True,
    )
)


def admitted(place: str, kind: str) -> set[str]:
    """The codes by which this kind of event at this place is refused; none when it is run."""
    return refusals(as_bpmn(PLACES[place](KINDS[kind])))


def refusals(xml: bytes) -> set[str]:
    try:
        flow.admit(xml, file="smallest.bpmn", decisions=RULES.admitted)
    except flow.DefinitionRefused as refused:
        return {problem.code for problem in refused.problems}
    return set()


# Everything else --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """One thing of the standard: its smallest drawing, and the tests that prove how it is run."""

    group: str
    name: str
    drawing: bytes
    proofs: tuple[str, ...] = ()


def _task(kind: str, more: str = "", content: str = "") -> bytes:
    return chain(f'<bpmn:{kind} id="n" {more}>{content}</bpmn:{kind}>')


def _split(kind: str, join: str | None = None) -> bytes:
    """Two branches that part and meet; a complex gateway, where they meet in one, goes on with the first."""
    condition, default = (None, None) if kind == "parallelGateway" else ("a", DEFAULT)
    model = Model().node("startEvent", "s").node(kind, "g").node("userTask", "u").node("userTask", "v")
    model.node(join or kind, "j", activation="activationCount >= 1" if join else None).node("endEvent", "e")
    model.wire("s", "g").wire("g", "u", "j", condition=condition).wire("g", "v", "j", condition=default)
    return as_bpmn(model.wire("j", "e", condition="waitingForStart" if join else None))


def _begins() -> bytes:
    model = Model().node("receiveTask", "n", message="m", begins=True).node("endEvent", "e")
    return as_bpmn(model.wire("n", "e"))


def _choice(other: dict[str, Any], **settings: Any) -> bytes:
    model = Model().node("eventBasedGateway", "g", **settings).node("endEvent", "e")
    if not settings.get("begins"):
        model.node("startEvent", "s").wire("s", "g")
    model.node("intermediateCatchEvent", "c", message="m").node("intermediateCatchEvent", "d", **other)
    return as_bpmn(model.wire("g", "c", "e").wire("g", "d", "e"))


def _loop(more: str = "", content: str = "") -> bytes:
    loop = f'<bpmn:multiInstanceLoopCharacteristics duban:collection="a" duban:item="b" {more}>{content}'
    return _task("userTask", content=f"{loop}</bpmn:multiInstanceLoopCharacteristics>")


def _announcing(*announces: tuple[str, list[tuple[str, str]]]) -> bytes:
    return as_bpmn(row(user("u", collection="units", announces=list(announces))))


def _timer(element: str, text: str, **settings: Any) -> bytes:
    xml = as_bpmn(border(row(user("u")), "u", timer="PT1H", **settings))
    return xml.replace(
        b"<bpmn:timeDuration>PT1H</bpmn:timeDuration>", f"<bpmn:{element}>{text}</bpmn:{element}>".encode()
    )


def _conditional_flow() -> bytes:
    model = row(user("u")).node("endEvent", "e2").unwire("u")
    return as_bpmn(model.wire("u", "e", condition="a").wire("u", "e2", condition=DEFAULT))


def _compensated() -> bytes:
    return as_bpmn(_bordering({"compensation": ""}))


def _multi_border() -> bytes:
    return as_bpmn(border(row(user("u", collection="units")), "u", message="m"))


def _lanes() -> bytes:
    lane = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="x"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane>'
    )
    return as_bpmn(row(user("u"))).replace(
        b'<bpmn:startEvent id="s"', f'{lane}</bpmn:laneSet><bpmn:startEvent id="s"'.encode(), 1
    )


def _beside_process(element: str) -> bytes:
    return definitions("", before=element)


def _in_process(element: str) -> bytes:
    return as_bpmn(row(user("u"))).replace(b"</bpmn:process>", f"{element}</bpmn:process>".encode())


_DATA_INPUT = '<bpmn:dataInputAssociation id="d"/>'
_AGREEMENT = "test_agreement::test_generated_models_agree_with_the_standard"
_DRAWN = "test_agreement::test_drawn_models_agree_with_the_standard"


def things() -> Iterator[Thing]:
    yield from _gateways()
    yield from _activities()
    yield from _repeated()
    yield from _flows()
    yield from _data()


def _gateways() -> Iterator[Thing]:
    group = "Gateways"
    yield Thing(group, "exclusive", _split("exclusiveGateway"), (_AGREEMENT,))
    yield Thing(group, "parallel", _split("parallelGateway"), (_DRAWN, _AGREEMENT))
    yield Thing(group, "inclusive", _split("inclusiveGateway"), (_DRAWN, _AGREEMENT))
    yield Thing(
        group,
        "event-based",
        _choice({"timer": "PT1H"}),
        ("test_waiting::test_the_first_event_decides_and_the_others_are_no_longer_waited_for", _AGREEMENT),
    )
    first = (
        "test_beginnings::test_the_first_event_begins_it_and_the_others_are_no_longer_waited_for",
        _AGREEMENT,
    )
    yield Thing(group, "event-based that begins a process", _choice({"signal": "n"}, begins=True), first)
    all_of_them = {"begins": True, "awaits_all": True}
    yield Thing(
        group,
        "parallel event-based that begins a process",
        _choice({"signal": "n"}, **all_of_them),
        ("test_beginnings::test_a_parallel_one_awaits_the_others_in_the_same_process", _AGREEMENT),
    )
    yield Thing(group, "the same with a time among its events", _choice({"timer": "PT1H"}, **all_of_them))
    within = _choice({"signal": "n"}, awaits_all=True)
    yield Thing(group, "parallel event-based that does not begin a process", within)
    yield Thing(
        group,
        "complex",
        _split("parallelGateway", "complexGateway"),
        (
            "test_activities::test_a_complex_gateway_starts_on_its_condition_and_resets_with_the_rest",
            _AGREEMENT,
        ),
    )


def _activities() -> Iterator[Thing]:
    group, function = "Activities", 'duban:function="f"'
    yield Thing(group, "user task", _task("userTask"), (_AGREEMENT,))
    yield Thing(
        group,
        "manual task",
        _task("manualTask"),
        ("test_conformance::test_a_manual_task_waits_for_a_person",),
    )
    yield Thing(
        group,
        "service task, by registered function",
        _task("serviceTask", function),
        ("test_steps::test_a_service_task_calls_the_registered_function_with_a_copy", _AGREEMENT),
    )
    messages = ("test_steps::test_messages_are_awaited_and_thrown",)
    for kind in ("sendTask", "receiveTask"):
        yield Thing(group, kind, as_bpmn(row((kind, "n", {"message": "m"}))), messages)
    received = ("test_beginnings::test_a_task_that_receives_begins_it_and_is_done", _AGREEMENT)
    yield Thing(group, "receive task that begins a process", _begins(), received)
    yield Thing(group, "abstract task", _task("task"))
    yield Thing(group, "script task", _task("scriptTask"))
    rule = ("businessRuleTask", "n", {"rule": "majority", "result": "r"})
    yield Thing(
        group,
        "business rule task, by decision",
        as_bpmn(row(rule)),
        ("test_rule_tasks::test_the_result_becomes_a_variable", _AGREEMENT),
    )
    call = ("callActivity", "n", {"called": inner("q", user("w"))})
    yield Thing(
        group,
        "call activity",
        as_bpmn(row(call)),
        ("test_calls::test_a_called_process_sees_what_it_is_given_and_gives_what_is_taken", _AGREEMENT),
    )
    yield Thing(group, "embedded subprocess", as_bpmn(row(inside(inner("q", user("w"))))), (_AGREEMENT,))
    yield Thing(
        group,
        "event subprocess",
        as_bpmn(_handling({"message": "m"})),
        ("test_event_subprocesses::test_one_that_interrupts_is_all_that_goes_on_and_completes_its_level",
         _AGREEMENT),
    )  # fmt: skip
    yield Thing(
        group,
        "transaction",
        as_bpmn(row(("transaction", "sub", {"inside": inner("q", user("w"))}))),
        ("test_compensation::"
         "test_a_cancelled_transaction_ends_all_undoes_what_was_done_and_goes_on_from_its_border", _AGREEMENT),
    )  # fmt: skip
    yield Thing(group, "ad-hoc subprocess", _task("adHocSubProcess"))
    yield Thing(
        group,
        "activity for compensation",
        _compensated(),
        ("test_compensation::"
         "test_what_is_completed_is_undone_in_reverse_order_and_the_flow_goes_on_when_all_is", _AGREEMENT),
    )  # fmt: skip


def _repeated() -> Iterator[Thing]:
    group = "Repetition"
    yield Thing(group, "multi-instance, parallel", _loop(), (_AGREEMENT,))
    yield Thing(group, "multi-instance, sequential", _loop('isSequential="true"'), (_AGREEMENT,))
    yield Thing(
        group,
        "multi-instance by number",
        _task(
            "userTask",
            content="<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>",
        ),
        ("test_steps::test_a_number_of_instances_may_be_given",),
    )
    enough = "<bpmn:completionCondition>a</bpmn:completionCondition>"
    yield Thing(
        group,
        "completion condition",
        _loop(content=enough),
        ("test_steps::test_enough_instances_withdraw_the_rest",),
    )
    yield Thing(
        group, "multi-instance with events on its border", _multi_border(),
        ("test_events::test_an_error_in_one_run_of_a_loop_ends_the_whole_loop", _AGREEMENT),
    )  # fmt: skip
    throws = ("test_behaviours::test_none_throws_for_each_instance_and_one_for_the_first", _AGREEMENT)
    asked = (
        "test_behaviours::test_a_complex_behaviour_throws_whatever_holds_of_all_that_may_be_asked",
        _AGREEMENT,
    )
    sent, error = [("signal", "n"), ("escalation", "X"), ("message", "m")], [("error", "E")]
    yield Thing(group, "multi-instance behaviour None", _announcing((EACH, sent[:1])), throws)
    yield Thing(group, "multi-instance behaviour One", _announcing((FIRST, sent[:1])), throws)
    several = _announcing(("a", sent), ("b", error))
    yield Thing(group, "multi-instance behaviour Complex", several, asked)
    undoing = _announcing((EACH, [("compensation", "u")]))
    yield Thing(group, "multi-instance behaviour that throws compensation", undoing)
    unnamed = _loop('behavior="One"')
    yield Thing(group, "multi-instance behaviour with the default signal, which has no name", unnamed)
    yield Thing(
        group,
        "standard loop",
        as_bpmn(row(user("u", repeat="a", maximum=2))),
        ("test_activities::test_a_standard_loop_runs_as_often_as_it_says", _AGREEMENT),
    )
    yield Thing(
        group,
        "start quantity",
        as_bpmn(row(user("u", start=2))),
        ("test_activities::test_an_activity_begins_when_as_many_tokens_have_come_as_it_takes", _AGREEMENT),
    )
    yield Thing(
        group,
        "completion quantity",
        as_bpmn(row(user("u", completion=2))),
        ("test_activities::test_an_activity_gives_as_many_tokens_as_it_says", _AGREEMENT),
    )


def _flows() -> Iterator[Thing]:
    group = "Flows and times"
    yield Thing(group, "conditional and default flow out of an activity", _conditional_flow(), (_DRAWN,))
    yield Thing(
        group,
        "split without a gateway",
        as_bpmn(row(user("u")).node("endEvent", "e2").wire("u", "e2")),
        (_DRAWN,),
    )
    yield Thing(group, "timeDate", _timer("timeDate", "2026-05-01T00:00:00+08:00"),
                ("test_steps::test_a_moment_has_a_zone",))  # fmt: skip
    yield Thing(
        group, "timeDuration", _timer("timeDuration", "P3D"), ("test_steps::test_a_duration_needs_no_quotes",)
    )
    yield Thing(
        group, "timeCycle, R3/PT1H, where it can come again", _timer("timeCycle", "R3/PT1H", interrupting=False),
        ("test_waiting::test_a_cycle_on_a_border_comes_again_as_often_as_it_says", _AGREEMENT),
    )  # fmt: skip
    yield Thing(group, "timeCycle where it could come only once", _timer("timeCycle", "R3/PT1H"))
    begun = "R3/2026-01-01T00:00:00Z/PT1H"
    yield Thing(
        group, "timeCycle with a beginning of its own", _timer("timeCycle", begun, interrupting=False)
    )
    yield Thing(group, "timeCycle in cron's language", _timer("timeCycle", "0 0 * * *", interrupting=False))
    reference = "<bpmn:eventDefinitionRef>d</bpmn:eventDefinitionRef>"
    by = _task("intermediateCatchEvent", content=reference)
    signal = b'<bpmn:signal id="x" name="n"/><bpmn:signalEventDefinition id="d" signalRef="x"/><bpmn:process '
    yield Thing(
        group, "event definition by reference", by.replace(b"<bpmn:process ", signal, 1),
        ("test_referred::test_a_definition_that_is_referred_to_is_run_as_if_it_stood_there",),
    )  # fmt: skip
    yield Thing(group, "the same, where there is none", by)


def _data() -> Iterator[Thing]:
    group = "Data and collaboration"
    lanes = ("test_admission::test_lanes_documentation_and_own_attributes_are_kept",)
    yield Thing(group, "process variables", as_bpmn(row(user("u"))), (_AGREEMENT,))
    picture = ("test_activities::test_data_objects_as_modelers_draw_them_are_a_picture",)
    yield Thing(group, "data object, as a picture", _in_process('<bpmn:dataObject id="d"/>'), picture)
    yield Thing(group, "data store", _beside_process('<bpmn:dataStore id="d"/>'))
    yield Thing(group, "data association", _task("userTask", content=_DATA_INPUT))
    yield Thing(group, "input and output specification", _task("userTask", content="<bpmn:ioSpecification/>"))
    yield Thing(group, "lanes", _lanes(), lanes)
    pool = '<bpmn:collaboration id="c"><bpmn:participant id="pp" processRef="p"/></bpmn:collaboration>'
    yield Thing(
        group,
        "pool around the process",
        _beside_process(pool),
        ("test_conformance::test_a_pool_around_the_process_changes_nothing",),
    )
    second = b'<bpmn:process id="p2" isExecutable="true"/></bpmn:definitions>'
    two = as_bpmn(row(user("u"))).replace(b"</bpmn:definitions>", second)
    yield Thing(group, "several processes that do not call each other", two)


# The page ---------------------------------------------------------------------------------------


def page() -> str:
    """docs/conformance.md, as the engine now is."""
    return "\n".join([_HEAD, *_event_table(), *_thing_tables(), ""])


_HEAD = """# Conformance with BPMN 2.0.2

Written by `python -m tests.flow.conformance`, which admits the smallest drawing of each thing;
`tests/flow/test_conformance.py` holds it to that. What is **run** is run with the standard's meaning, in
memory and when saved and restored after every step. What is *refused* is refused at deployment by the rule
that is named (`engine/flow/problems.py`), with file, line, element and advice. How the standard is read where
it leaves something open: `docs/engine.md`.
"""


def _event_table() -> list[str]:
    lines = ["## Events", "", "A dash: the standard has no such event (10.5.5), and it is refused.", ""]
    places = list(PLACES)
    lines += ["| | " + " | ".join(place.strip() for place in places) + " |", "|---" * (len(places) + 1) + "|"]
    for kind in KINDS:
        cells = [_cell(admitted(place, kind)) if kind in STANDARD[place] else "–" for place in places]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return [
        *lines,
        "",
        f"Proved by `tests/flow/{_AGREEMENT.replace('::', '.py::')}`, by",
        *_proving_modules(),
        "",
    ]


def _proving_modules() -> list[str]:
    names = ("events", "event_subprocesses", "waiting", "compensation")
    return ["`" + "`, `".join(f"test_{name}.py" for name in names) + "` beside it."]


def _thing_tables() -> Iterator[str]:
    group = ""
    for thing in things():
        if thing.group != group:
            if group:
                yield ""
            group = thing.group
            yield from (f"## {group}", "", "| | | proved by |", "|---|---|---|")
        proofs = "<br>".join(f"`{proof}`" for proof in thing.proofs)
        yield f"| {thing.name} | {_cell(refusals(thing.drawing))} | {proofs} |"


def _cell(refusals: set[str]) -> str:
    return f"*{', '.join(sorted(refusals))}*" if refusals else "**run**"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
