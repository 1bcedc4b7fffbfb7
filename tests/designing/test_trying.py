"""A try-out run: what was done is done again from the beginning each time, and nothing is kept anywhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from engine import flow
from engine.definitions.folder import Folder
from engine.designing.checking import checked
from engine.designing.trying import Gives, Trial, TrialUnreadable, gives, number_of, read_moves, tried
from engine.foundation.errors import InvalidAnswers
from tests.operations.altered import files

BEGAN = dt.datetime(2026, 2, 5, 2, tzinfo=dt.UTC)
FOLDER = checked(files())


def nodes(trial: Trial) -> list[str]:
    return sorted(task.node for task in trial.open)


class Hand:
    """Does one thing after the other."""

    def __init__(self, folder: Folder = FOLDER) -> None:
        self.folder = folder
        self.moves: list[dict[str, Any]] = []
        self.trial = tried(folder, BEGAN, [])

    def do(self, node: str, **flags: Any) -> Trial:
        key = next(task.key for task in self.trial.open if task.node == node)
        return self.move(do="complete", task=number_of(key), flags=flags)

    def move(self, **move: Any) -> Trial:
        self.moves.append(move)
        self.trial = tried(self.folder, BEGAN, read_moves(self.moves))
        return self.trial


def assigned(units: int, co_units: int = 0) -> Hand:
    hand = Hand()
    hand.do("draft", entry="paper", delegation_check=False)
    hand.do("intake")
    hand.do("intake_review", intake="accepted")
    hand.do("assign", answering_units=list(range(units)), co_units=list(range(co_units)), routed=False)
    return hand


def test_a_whole_case_is_run_through() -> None:
    hand = assigned(2, 1)
    assert nodes(hand.trial) == ["co_sign_for", "sign_for", "sign_for"]
    for node, flags in (("co_sign_for", {}), ("co_opinion", {})):
        hand.do(node, **flags)
    for _unit in range(2):
        hand.do("sign_for")
        hand.do("draft_reply")
        hand.do("review_reply", review="passed")
        hand.do("sign_reply", signing="signed")
        hand.do("evaluate", dissatisfied=False, last_round=False)
    assert hand.trial.completed and nodes(hand.trial) == []
    called = [each["function"] for each in hand.trial.trace if each["event"] == "called"]
    assert called == ["close_case"]
    assert {"draft", "sign_reply", "close_case"} <= set(hand.trial.left)
    again = tried(FOLDER, BEGAN, hand.moves)
    assert again.trace == hand.trial.trace
    back = tried(FOLDER, BEGAN, hand.moves[:-1])
    assert nodes(back) == ["evaluate"]


def test_messages_are_delivered_and_the_clock_is_moved() -> None:
    hand = assigned(1)
    assert "withdrawn" in hand.trial.awaited
    assert hand.move(do="clock", days=40).now == BEGAN + dt.timedelta(days=40)
    assert hand.move(do="timer").now == BEGAN + dt.timedelta(days=40)  # nothing waits for a time
    assert hand.move(do="message", name="withdrawn").completed
    assert {each["element"] for each in hand.trial.trace if each["event"] == "task_withdrawn"} == {"sign_for"}


def test_a_step_that_cannot_be_taken_is_told_and_nothing_after_it_is_done() -> None:
    hand = Hand()
    hand.do("draft", entry="paper")  # and not whether a delegation looks at it
    assert isinstance(hand.trial.failed, flow.StepFailed) and hand.trial.failed_at == "gw_check"
    assert nodes(hand.trial) == ["draft"]
    steps = len(hand.trial.trace)
    assert len(hand.move(do="clock", days=1).trace) == steps
    stranger = tried(FOLDER, BEGAN, [{"do": "complete", "task": "99", "flags": {}}])
    assert isinstance(stranger.failed, flow.UnknownTask)


def test_what_a_task_gives_is_what_the_flow_asks() -> None:
    assert gives(FOLDER, "intake_review") == [Gives("intake", "text", ("declined", "returned"))]
    assert {each.name: each.type for each in gives(FOLDER, "assign")} == {
        "answering_units": "list",
        "co_units": "list",
        "routed": "truth",
    }
    assert gives(FOLDER, "sign_for") == []


@pytest.mark.parametrize(
    "sent",
    [{}, "x", [1], [{"do": "fly"}], [{"do": "_take"}], [{"do": ["clock"]}]],
)
def test_what_is_no_run_is_refused(sent: Any) -> None:
    with pytest.raises(TrialUnreadable):
        read_moves(sent)


def test_a_run_has_its_bounds() -> None:
    with pytest.raises(InvalidAnswers):
        read_moves([{"do": "timer"}] * 201)
    for move in ({"days": 0}, {"days": 10**9}, {"days": "1"}, {"days": True}, {}):
        with pytest.raises(TrialUnreadable):
            tried(FOLDER, BEGAN, [{"do": "clock", **move}])
    with pytest.raises(TrialUnreadable):
        tried(FOLDER, BEGAN, [{"do": "complete", "task": "1", "flags": []}])
