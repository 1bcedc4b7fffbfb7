"""A real mail server on the loopback that keeps what it takes and refuses what it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import email
import threading
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from notifications.transports import Smtp


class Sink:
    """What arrived, in order; addresses in `refused` are answered with a temporary failure."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.lock = threading.Lock()
        self.transport: Smtp

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return "451 later, please"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self.lock:
            self.arrived.append(message)
        return "250 taken"

    @property
    def addresses(self) -> list[str]:
        """Whom mail came for, sorted."""
        return sorted(message["To"].addresses[0].addr_spec for message in self.arrived)


@contextlib.contextmanager
def listening() -> Iterator[Sink]:
    """A sink on a free port until the block ends."""
    sink = Sink()
    controller = _Anywhere(sink, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        sink.transport = Smtp.at(f"smtp://127.0.0.1:{controller.port}", "督办 <duban@example.org>")
        yield sink
    finally:
        controller.stop()


class _Anywhere(Controller):
    """On the port that the system chooses."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
