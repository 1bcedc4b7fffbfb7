"""The shape of a deputy's suggestion, from draft to close, under hundreds of random schedules."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest

from engine import flow
from tests.flow.drawing import DEFAULT, Model, as_bpmn
from tests.flow.driving import NOW, Twins

CAMPAIGN = bool(os.environ.get("DUBAN_CAMPAIGN"))
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1_800)] if CAMPAIGN else []
SCHEDULES = 2_000 if CAMPAIGN else 120
FUNCTIONS = {"close_case": lambda variables: {"closed": True}}


def users(model: Model, *names: str) -> Model:
    for name in names:
        model.node("userTask", name)
    return model


def handling() -> Model:
    level = Model(key="handling_level").node("startEvent", "h_start").node("endEvent", "h_end")
    users(level, "sign_for", "draft_reply", "review_reply", "sign_reply", "evaluate", "decide_redo")
    for name in ("h_merge", "h_reviewed", "h_signed", "h_satisfied", "h_redo"):
        level.node("exclusiveGateway", name)
    level.wire("h_start", "sign_for", "h_merge", "draft_reply", "review_reply", "h_reviewed")
    level.wire("h_reviewed", "h_merge", condition='review == "back"')
    level.wire("h_reviewed", "sign_reply", "h_signed", condition=DEFAULT)
    level.wire("h_signed", "h_merge", condition='signing == "back"')
    level.wire("h_signed", "evaluate", "h_satisfied", condition=DEFAULT)
    level.wire("h_satisfied", "decide_redo", "h_redo", condition="dissatisfied")
    level.wire("h_satisfied", "h_end", condition=DEFAULT)
    level.wire("h_redo", "h_merge", condition="redo")
    return level.wire("h_redo", "h_end", condition=DEFAULT)


def co_handling() -> Model:
    level = Model(key="co_level").node("startEvent", "c_start").node("endEvent", "c_end")
    return users(level, "co_sign_for", "co_opinion").wire("c_start", "co_sign_for", "co_opinion", "c_end")


def suggestion() -> Model:
    model = (
        Model(key="suggestion")
        .node("startEvent", "start")
        .node("endEvent", "closed")
        .node("endEvent", "declined")
    )
    users(model, "draft", "intake", "intake_review", "assign")
    model.node("exclusiveGateway", "to_intake").node("exclusiveGateway", "reviewed")
    model.node("parallelGateway", "split").node("parallelGateway", "join")
    model.node(
        "subProcess", "handling", inside=handling(), collection="answering_units", item="assignment_id"
    )
    model.node("subProcess", "co_handling", inside=co_handling(), collection="co_units", item="assignment_id")
    model.node("serviceTask", "close_case", function="close_case")
    model.wire("start", "draft", "to_intake", "intake", "intake_review", "reviewed")
    model.wire("reviewed", "declined", condition='intake_decision == "declined"')
    model.wire("reviewed", "to_intake", condition='intake_decision == "back"')
    model.wire("reviewed", "assign", "split", condition=DEFAULT)
    model.wire("split", "handling", "join", "close_case", "closed")
    return model.wire("split", "co_handling", "join")


def answers(node: str, random: Random, often: float) -> dict[str, Any]:
    back = "back" if random.random() < often else "on"
    return {
        "intake_review": {
            "intake_decision": random.choice(["declined", "back", "accepted", "accepted", "accepted"])
        },
        "assign": {
            "answering_units": list(range(101, 101 + random.randint(1, 4))),
            "co_units": list(range(201, 201 + random.randint(0, 3))),
        },
        "review_reply": {"review": back},
        "sign_reply": {"signing": back},
        "evaluate": {"dissatisfied": random.random() < often},
        "decide_redo": {"redo": random.random() < often},
    }.get(node, {})


def walk(seed: int) -> str:
    random = Random(seed)
    often = random.choice([0.1, 0.4, 0.6])
    twins = Twins(suggestion(), {}, FUNCTIONS)
    while not twins.step.completed:
        key = random.choice(sorted(twins.open))
        twins.complete_key(key, answers(twins.open[key].node, random, often))
    return twins.ended[-1]


@pytest.mark.parametrize("part", range(2))
def test_every_schedule_ends_where_the_standard_says(part: int) -> None:
    half = SCHEDULES // 2
    ends = {walk(seed) for seed in range(part * half, (part + 1) * half)}
    assert ends == {"closed", "declined"}


def test_a_case_without_co_handlers_closes_on_the_leads_alone() -> None:
    case = Case()
    case.reach_assignment([1], [])
    assert case.open_nodes() == ["sign_for"]
    case.reply_once("sign_for")
    case.do("evaluate", dissatisfied=False)
    assert case.step.completed
    assert case.step.end_events == ["h_end", "closed"]
    assert case.step.variables["closed"] is True


def test_a_unit_keeps_its_answers_to_itself() -> None:
    case = Case()
    case.reach_assignment([1, 2], [])
    first, second = [task for task in case.tasks() if task.node == "sign_for"]
    case.complete(first.key, {"only_mine": True})
    theirs = {task.node: task.variables for task in case.tasks()}
    assert "only_mine" in theirs["draft_reply"]
    assert theirs["sign_for"] == second.variables
    assert "only_mine" not in case.step.variables


class Case:
    """One case driven by hand."""

    def __init__(self) -> None:
        self.definition = flow.admit(as_bpmn(suggestion()), file="suggestion.bpmn")
        self.step = flow.start(self.definition, {}, FUNCTIONS, NOW)

    def tasks(self) -> list[flow.OpenTask]:
        return flow.open_tasks(self.definition, self.step.state, NOW)

    def open_nodes(self) -> list[str]:
        return sorted(task.node for task in self.tasks())

    def complete(self, key: str, variables: dict[str, Any]) -> None:
        self.step = flow.complete(self.definition, self.step.state, key, variables, FUNCTIONS, NOW)

    def do(self, node: str, **variables: Any) -> None:
        self.complete(next(task.key for task in self.tasks() if task.node == node), variables)

    def reach_assignment(self, answering: list[int], joining: list[int]) -> None:
        self.do("draft")
        self.do("intake")
        self.do("intake_review", intake_decision="accepted")
        self.do("assign", answering_units=answering, co_units=joining)

    def reply_once(self, *before: str) -> None:
        for node in (*before, "draft_reply"):
            self.do(node)
        self.do("review_reply", review="on")
        self.do("sign_reply", signing="on")


def test_the_thousandth_redo_is_as_small_as_the_first() -> None:
    case = Case()
    case.reach_assignment([1, 2, 3, 4, 5], [6, 7])
    for task in [task for task in case.tasks() if task.node == "sign_for"]:
        case.complete(task.key, {})
    measured = []
    for _ in range(1_000):
        case.reply_once()
        case.do("evaluate", dissatisfied=True)
        case.do("decide_redo", redo=True)
        measured.append((len(case.step.state), len(case.step.open_keys)))
    settled = measured[20][0]  # by then every unit has given each of its answers once
    assert measured[-1][0] <= settled + 24  # task numbers grow by a byte or two
    assert measured[-1][0] < 1_000
    assert {count for _, count in measured} == {7}
