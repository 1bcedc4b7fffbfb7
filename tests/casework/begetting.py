"""A process that delivers what was thrown, and lets cases begin by it, until it is killed."""

from __future__ import annotations

from typing import Any
from unittest import mock

from engine.casework.moving import deliveries
from tests.casework.wired import spoken
from tests.support.databases import bare_app
from tests.support.killed import Tell


def deliver(url: str, tell: Tell) -> None:
    """Deliver everything, acknowledging each event by its id once it has been heard."""
    hear = deliveries.hear

    def told(*given: Any, **named: Any) -> Any:
        done = hear(*given, **named)
        tell(named["event_id"])
        return done

    with bare_app(url).app_context(), spoken(), mock.patch.object(deliveries, "hear", told):
        deliveries.deliver_events()
