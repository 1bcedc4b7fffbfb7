"""Sending what waits: claimed, sent outside any transaction, marked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from models import db
from notifications import delivery
from notifications.transports import Letter, Transport

SWEEP = delivery.LEASE.total_seconds() / 2  # seconds after which a sweep gives back what it has not sent


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the letters of one sweep."""

    sent: int
    failed: int


def deliver_waiting(
    actor: Actor, transport: Transport, *, batch: int = 100, channel: str = "email"
) -> Delivered:
    """Send what is due over one channel, of all congresses, each marked before the next goes out.

    Not a use case itself: it sends between transactions. Of several processes that run it, each letter is
    claimed by one; after a crash a letter goes out again under the same Message-ID.
    """
    actor.require("system")
    letters = _claim(actor, batch=batch, channel=channel)
    waiting = {letter.id: letter for letter in letters}
    ends = time.monotonic() + SWEEP
    failed = 0
    for letter, error in delivery.send(transport, letters):
        _mark(actor, letter=letter, error=error)
        del waiting[letter.id]
        failed += bool(error)
        if time.monotonic() > ends:
            break
    if waiting:
        _release(actor, letters=list(waiting.values()))
    return Delivered(sent=len(letters) - len(waiting) - failed, failed=failed)


@use_case
def _claim(actor: Actor, *, batch: int, channel: str) -> list[Letter]:
    return delivery.claim(db.session.connection(), clock.now(), batch, channel)


@use_case
def _mark(actor: Actor, *, letter: Letter, error: str) -> None:
    if error:
        delivery.mark_failed(db.session.connection(), letter, error, clock.now())
    else:
        delivery.mark_sent(db.session.connection(), letter, clock.now())


@use_case
def _release(actor: Actor, *, letters: Sequence[Letter]) -> None:
    delivery.release(db.session.connection(), letters, clock.now())
