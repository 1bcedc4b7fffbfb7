"""Reading what one was told."""

from __future__ import annotations

from engine import correspondence
from notifications import outbox
from notifications.messages import Notices
from notifications.outbox import Telling
from tests.notifications.world import NOON, World


def tell(world: World, notices: Notices, times: int) -> None:
    """Tell everybody concerned of so many assignments."""
    for number in range(times):
        context = world.context(occurrence=str(number), values={"actor": "assigner"})
        connection = world.session.connection()
        outbox.write(
            connection, outbox.rows(connection, [Telling(notices.on("assignment:assigned"), context)], NOON)
        )
        world.session.commit()


def test_a_message_on_the_screen_says_what_happened_to_which_case(world: World, notices: Notices) -> None:
    tell(world, notices, 1)
    (message,) = correspondence.received(world.actor("water-registrar")).messages
    assert message.subject == "请签收:关于治理汾河的建议"
    assert message.body == "assigner已将第2026-007号建议“关于治理汾河的建议”交你单位办理。"
    assert (message.case_id, message.happening) == (world.case.id, "assignment:assigned")
    assert (message.written_at, message.read_at) == (NOON, None)


def test_messages_come_newest_first_page_by_page(world: World, notices: Notices) -> None:
    tell(world, notices, 5)
    lead, seen, before = world.actor("lead"), [], None
    for size in (2, 2, 1):
        page = correspondence.received(lead, before=before, limit=2)
        assert len(page.messages) == size
        seen += [message.id for message in page.messages]
        before = page.before
    assert before is None
    assert seen == sorted(set(seen), reverse=True)


def test_reading_counts_down_what_is_unread_and_only_ones_own(world: World, notices: Notices) -> None:
    tell(world, notices, 3)
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
