"""Telling within a use case, and reading what one was told."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import correspondence
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from models import Case, Notification, db
from notifications.messages import Notices
from notifications.recipients import Context
from tests.notifications.world import World


@use_case
def happen(actor: Actor, *, notices: Notices, context: Context, fail: bool = False, times: int = 1) -> None:
    """What an act does: change a row, tell of it."""
    case = db.session.get(Case, context.case_id)
    assert case is not None
    case.title = "关于治理桑干河的建议"
    for _ in range(times):
        correspondence.tell(notices, "assignment:assigned", context)
    if fail:
        raise RuntimeError("on second thoughts")


def kept(world: World) -> int:
    return world.session.scalar(sa.select(sa.func.count()).select_from(Notification)) or 0


def test_messages_are_written_with_the_change_they_tell_of(world: World, notices: Notices) -> None:
    happen(world.actor("assigner"), notices=notices, context=world.context())
    (message,) = correspondence.received(world.actor("water-registrar")).messages
    assert message.subject == "请签收:关于治理桑干河的建议"
    assert message.body == "assigner已将第2026-007号建议“关于治理桑干河的建议”交你单位办理。"
    assert (message.case_id, message.read_at) == (world.case.id, None)


def test_a_change_that_fails_tells_nobody(world: World, notices: Notices) -> None:
    with pytest.raises(RuntimeError):
        happen(world.actor("assigner"), notices=notices, context=world.context(), fail=True)
    assert kept(world) == 0


def test_one_operation_tells_a_person_once_and_the_next_tells_again(world: World, notices: Notices) -> None:
    happen(world.actor("assigner"), notices=notices, context=world.context(), times=3)
    once = kept(world)
    assert once == 10
    happen(world.actor("assigner"), notices=notices, context=world.context())
    assert kept(world) == 2 * once


def test_an_occurrence_named_by_the_caller_is_told_once_over_all_operations(
    world: World, notices: Notices
) -> None:
    for _ in range(2):
        happen(world.actor("assigner"), notices=notices, context=world.context(occurrence="warning 1"))
    assert kept(world) == 10


def test_nothing_is_told_outside_a_use_case(world: World, notices: Notices) -> None:
    with pytest.raises(RuntimeError, match="inside a use case"):
        correspondence.tell(notices, "assignment:assigned", world.context())


def test_an_address_is_whole_where_the_program_knows_how_it_is_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    assert correspondence.address(7) == "/cases/7"
    monkeypatch.setenv("PUBLIC_URL", "https://duban.example.org/")
    assert correspondence.address(7) == "https://duban.example.org/cases/7"
    assert correspondence.address(None) == "https://duban.example.org/"


def test_messages_come_newest_first_page_by_page(world: World, notices: Notices) -> None:
    for _ in range(5):
        happen(world.actor("assigner"), notices=notices, context=world.context())
    lead, seen, before = world.actor("lead"), [], None
    for size in (2, 2, 1):
        page = correspondence.received(lead, before=before, limit=2)
        assert len(page.messages) == size
        seen += [message.id for message in page.messages]
        before = page.before
    assert before is None
    assert seen == sorted(set(seen), reverse=True)


def test_reading_counts_down_what_is_unread_and_only_ones_own(world: World, notices: Notices) -> None:
    for _ in range(3):
        happen(world.actor("assigner"), notices=notices, context=world.context())
    lead, second = world.actor("lead"), world.actor("second")
    assert (correspondence.unread(lead), correspondence.unread(second)) == (3, 3)
    newest, middle, _ = correspondence.received(lead).messages
    assert correspondence.mark_read(lead, ids=[newest.id]) == 1
    assert correspondence.mark_read(lead, ids=[newest.id]) == 0
    assert correspondence.mark_read(second, ids=[middle.id]) == 0
    assert correspondence.mark_read(lead, up_to=middle.id) == 2
    assert correspondence.mark_read(lead) == 0
    assert (correspondence.unread(lead), correspondence.unread(second)) == (0, 3)
    assert all(message.read_at for message in correspondence.received(lead).messages)
