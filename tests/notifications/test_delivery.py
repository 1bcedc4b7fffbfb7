"""Delivery: what is due goes out, what fails comes back later, and nothing is sent twice unless we died."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine import correspondence
from engine.correspondence import delivering
from engine.correspondence.digests import write_digests
from engine.foundation.errors import InvalidAnswers, NotAllowed
from models import AuditEvent, Notification, db
from notifications import delivery, outbox
from notifications.transports import Smtp
from tests.notifications.sink import Sink
from tests.notifications.world import NOON, World, peopled

MoveClock = Callable[[dt.datetime], None]
MINUTE = dt.timedelta(minutes=1)


def wait(world: World, *names: str, **changes: Any) -> None:
    """Put a letter to each of these people into the outbox."""
    letters = [
        {
            "congress_id": world.congress.id,
            "user_id": world.users[name].id,
            "case_id": world.case.id,
            "channel": "email",
            "event": "case:closed",
            "key": f"case:closed:case/7:{name}:email",
            "subject": "办结",
            "body": "您的建议已办结。",
            "created_at": NOON,
            "state": "waiting",
            "attempts": 0,
            "next_attempt_at": NOON,
            "sent_at": None,
            "read_at": None,
            "last_error": None,
        }
        | changes
        for name in names
    ]
    outbox.write(world.session.connection(), letters)
    world.session.commit()


def states(world: World) -> dict[str, tuple[str, int]]:
    world.session.commit()  # what others committed since is seen from here on
    names = {user.id: name for name, user in world.users.items()}
    rows = world.session.execute(sa.select(Notification.user_id, Notification.state, Notification.attempts))
    return {names[user]: (state, attempts) for user, state, attempts in rows}


def due_at(world: World) -> dt.datetime:
    found = world.session.scalar(sa.select(Notification.next_attempt_at))
    assert found is not None
    return found


def test_waiting_letters_are_sent_once(world: World, mailbox: Sink, clock_at: MoveClock) -> None:
    clock_at(NOON)
    wait(world, "lead", "second")
    done = correspondence.deliver_waiting(world.system, mailbox.transport)
    assert done == correspondence.Delivered(sent=2, failed=0)
    assert mailbox.addresses == ["lead@example.org", "second@example.org"]
    assert states(world) == {"lead": ("sent", 1), "second": ("sent", 1)}
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 0


def test_a_letter_is_not_sent_before_its_time(world: World, mailbox: Sink, clock_at: MoveClock) -> None:
    clock_at(NOON - MINUTE)
    wait(world, "lead")
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 0


def test_a_sweep_takes_no_more_than_its_batch(world: World, mailbox: Sink, clock_at: MoveClock) -> None:
    clock_at(NOON)
    wait(world, "lead", "second", "asked")
    assert correspondence.deliver_waiting(world.system, mailbox.transport, batch=2).sent == 2
    assert correspondence.deliver_waiting(world.system, mailbox.transport, batch=2).sent == 1


def test_a_bad_letter_does_not_stop_the_others(world: World, mailbox: Sink, clock_at: MoveClock) -> None:
    clock_at(NOON)
    world.users["lead"].email = "no address at all"
    mailbox.refused.add("second@example.org")
    wait(world, "lead", "second", "asked")
    done = correspondence.deliver_waiting(world.system, mailbox.transport)
    assert done == correspondence.Delivered(sent=1, failed=2)
    assert states(world) == {"lead": ("waiting", 1), "second": ("waiting", 1), "asked": ("sent", 1)}
    errors = world.session.scalars(sa.select(Notification.last_error).order_by(Notification.id)).all()
    assert "later, please" in str(errors)


def test_a_letter_that_fails_comes_back_after_growing_pauses_and_dies_after_the_eighth(
    world: World, mailbox: Sink, clock_at: MoveClock
) -> None:
    mailbox.refused.add("lead@example.org")
    wait(world, "lead")
    now, pauses = NOON, []
    for _ in range(delivery.ATTEMPTS - 1):
        clock_at(now)
        correspondence.deliver_waiting(world.system, mailbox.transport)
        pauses.append(due_at(world) - now)
        now = due_at(world)
    expected = [*delivery.PAUSES, delivery.PAUSES[-1], delivery.PAUSES[-1]]
    for pause, least in zip(pauses, expected, strict=True):
        assert least <= pause <= least * (1 + delivery.JITTER)
    clock_at(now)
    correspondence.deliver_waiting(world.system, mailbox.transport)
    assert states(world) == {"lead": ("dead", 8)}
    clock_at(now + 1000 * MINUTE)
    assert correspondence.deliver_waiting(world.system, mailbox.transport).failed == 0


def test_a_letter_that_failed_is_sent_when_its_server_is_back(
    world: World, mailbox: Sink, clock_at: MoveClock
) -> None:
    clock_at(NOON)
    wait(world, "lead", "second")
    nobody = Smtp.at("smtp://127.0.0.1:1", "duban@example.org")
    assert correspondence.deliver_waiting(world.system, nobody).failed == 2
    clock_at(NOON + 2 * MINUTE)
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 2
    assert states(world) == {"lead": ("sent", 2), "second": ("sent", 2)}


def test_after_a_crash_between_sending_and_marking_the_letter_goes_out_again_recognisably(
    world: World, mailbox: Sink, clock_at: MoveClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock_at(NOON)
    wait(world, "lead")
    with monkeypatch.context() as patch:
        patch.setattr(delivering, "_mark", crash)
        with pytest.raises(SystemExit):
            correspondence.deliver_waiting(world.system, mailbox.transport)
    clock_at(NOON + delivery.LEASE - MINUTE)
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 0
    clock_at(NOON + delivery.LEASE)
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 1
    first, second = mailbox.arrived
    assert first["Message-ID"] == second["Message-ID"]


def crash(*_: Any, **__: Any) -> None:
    raise SystemExit


def test_a_sweep_that_takes_too_long_gives_the_rest_back(
    world: World, mailbox: Sink, clock_at: MoveClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock_at(NOON)
    wait(world, "lead", "second")
    monkeypatch.setattr(delivering, "SWEEP", -1)
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 1
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 1


def test_a_failure_reported_late_does_not_undo_a_delivery(world: World, clock_at: MoveClock) -> None:
    clock_at(NOON)
    wait(world, "lead")
    connection = world.session.connection()
    (letter,) = delivery.claim(connection, NOON)
    delivery.mark_sent(connection, letter, NOON)
    delivery.mark_failed(connection, letter, "timeout", NOON)
    assert states(world) == {"lead": ("sent", 1)}


def test_several_deliverers_never_send_a_letter_twice(fresh_database: Flask, mailbox: Sink) -> None:
    world = peopled(db.session())
    names = [f"p{number}" for number in range(60)]
    for name in names:
        world.user(name)
    wait(world, *names)
    system, sent = world.system, []
    start = threading.Barrier(4)

    def deliver() -> None:
        with fresh_database.app_context():
            start.wait()
            for _ in range(12):
                sent.append(correspondence.deliver_waiting(system, mailbox.transport, batch=7).sent)

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 60
    assert mailbox.addresses == sorted(f"{name}@example.org" for name in names)
    assert set(states(world).values()) == {("sent", 1)}


def test_only_the_system_delivers(world: World, mailbox: Sink) -> None:
    with pytest.raises(NotAllowed):
        correspondence.deliver_waiting(world.actor("lead"), mailbox.transport)


# Dead letters


def test_the_administrator_sees_dead_letters_and_lets_them_be_tried_anew(
    world: World, mailbox: Sink, clock_at: MoveClock
) -> None:
    clock_at(NOON)
    wait(world, "lead", state="dead", attempts=8, next_attempt_at=None, last_error="no such person")
    wait(world, "second")
    admin = world.actor("router", "system_admin")
    (dead,) = correspondence.dead_letters(admin)
    assert (dead.name, dead.address, dead.attempts, dead.error) == (
        "lead",
        "lead@example.org",
        8,
        "no such person",
    )
    assert correspondence.dead_letters(admin, before=dead.id) == []
    assert correspondence.retry_letters(admin, ids=[dead.id, dead.id + 1]) == 1
    assert correspondence.dead_letters(admin) == []
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 2
    events = world.session.scalars(sa.select(AuditEvent.action)).all()
    assert events == ["notification:retried"]


def test_a_letter_is_left_for_a_reason_and_one_click_does_it_for_all(world: World, mailbox: Sink) -> None:
    for name in ("lead", "second"):
        wait(world, name, state="dead", attempts=8, next_attempt_at=None, last_error="gone")
    wait(world, "lead", state="sent", next_attempt_at=None)
    admin = world.actor("router", "system_admin")
    assert correspondence.dead_count(admin) == 2
    first = correspondence.dead_letters(admin)[0].id
    for reason in ("", "长" * 501):
        with pytest.raises(InvalidAnswers):
            correspondence.give_up_letters(admin, ids=None, reason=reason)
    assert correspondence.give_up_letters(admin, ids=[first], reason="已经离职。") == 1
    assert correspondence.give_up_letters(admin, ids=[first], reason="已经离职。") == 0
    assert correspondence.retry_letters(admin, ids=[first]) == 0
    assert correspondence.retry_letters(admin, ids=None) == 1
    assert correspondence.dead_count(admin) == 0
    rows = world.session.execute(
        sa.select(AuditEvent.action, AuditEvent.detail).order_by(AuditEvent.id)
    ).all()
    assert [action for action, _detail in rows] == ["notification:given_up", "notification:retried"]
    assert "已经离职" in rows[0].detail


def test_dead_letters_of_another_congress_are_out_of_sight_and_reach(world: World) -> None:
    wait(world, "lead", state="dead", attempts=8, next_attempt_at=None)
    (letter,) = world.session.scalars(sa.select(Notification.id)).all()
    other = peopled(world.session, "150000").actor("router", "system_admin")
    world.session.commit()
    assert correspondence.dead_letters(other) == []
    assert correspondence.retry_letters(other, ids=[letter]) == 0


def test_nobody_else_sees_dead_letters(world: World) -> None:
    with pytest.raises(NotAllowed):
        correspondence.dead_letters(world.actor("lead", "deputy"))
    with pytest.raises(NotAllowed):
        correspondence.retry_letters(world.actor("lead", "deputy"), ids=[1])
    with pytest.raises(NotAllowed):
        correspondence.give_up_letters(world.actor("lead", "security_admin"), ids=None, reason="不发了")
    assert correspondence.dead_count(world.actor("lead", "security_admin")) == 0


# What may not leave the house any more when its turn comes


def test_nothing_goes_to_a_closed_account_nor_of_a_case_that_became_restricted(
    world: World, mailbox: Sink, clock_at: MoveClock
) -> None:
    clock_at(NOON)
    wait(world, "lead", "second", "watcher")
    wait(world, "water-head", case_id=None)
    world.users["second"].active = False
    world.session.commit()
    assert correspondence.deliver_waiting(world.system, mailbox.transport, batch=2).sent == 1
    world.case.confidentiality = "restricted"
    world.session.commit()
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 1
    found = {name: state for name, (state, _attempts) in states(world).items()}
    assert found == {"lead": "sent", "second": "given_up", "watcher": "given_up", "water-head": "sent"}


def test_no_digest_tells_of_a_case_that_became_restricted(world: World, clock_at: MoveClock) -> None:
    clock_at(NOON)
    wait(world, "lead", "second", state="collected", next_attempt_at=None)
    wait(world, "watcher", state="collected", next_attempt_at=None, case_id=None)
    world.users["watcher"].active = False
    world.case.confidentiality = "restricted"
    world.session.commit()
    assert write_digests(world.system, works_today=bool, title=lambda event, _language: event) == 0
    assert {state for state, _attempts in states(world).values()} == {"given_up"}
