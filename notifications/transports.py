"""The ways out of the house: how a letter is handed to a mail server."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

PATIENCE = 20.0  # seconds for each answer of a mail server
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TLS = frozenset({"offered", "required", "never"})


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one address, as claimed from the outbox; `attempts` counts those that failed before."""

    id: int
    key: str
    name: str
    address: str
    subject: str
    body: str
    written_at: dt.datetime
    attempts: int


class Line(Protocol):
    """An open connection that takes letters one by one; what it cannot take it raises."""

    def send(self, letter: Letter) -> None:
        """Hand one letter over."""


class Transport(Protocol):
    """A way to deliver letters."""

    def open(self) -> AbstractContextManager[Line]:
        """Connect; letters are sent within the block."""


def taken_apart(url: str) -> tuple[SplitResult, int | None]:
    """The parts of a URL and its port: 0 where none is given, None where it is none or the whole cannot be read.

    A slash in a password makes its beginning the port, which the library's complaint would show.
    """
    try:
        parts = urlsplit(url)
        return parts, parts.port or 0
    except ValueError:
        return urlsplit(""), None


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server: `smtp://[user:password@]host[:port][?tls=offered|required|never]` or `smtps://…`.

    `smtp` begins in the clear and changes to TLS when the server offers it. A password is never sent in the
    clear beyond this machine.
    """

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    wrapped: bool = False
    tls: str = "offered"

    @classmethod
    def at(cls, url: str, sender: str) -> Smtp:
        """Read the URL, or raise ValueError with what is wrong about it, never showing the password."""
        parts, port = taken_apart(url)
        tls = parse_qs(parts.query).get("tls", ["offered"])[0]
        if port is None or parts.scheme not in ("smtp", "smtps") or not parts.hostname or tls not in TLS:
            raise ValueError("a mail server is given as smtp://host:port or smtps://host:port")
        if "@" not in parseaddr(sender)[1]:
            raise ValueError(f"not an address to send mail from: {sender!r}")
        return cls(
            host=parts.hostname,
            port=port or (465 if parts.scheme == "smtps" else 25),
            sender=sender,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            wrapped=parts.scheme == "smtps",
            tls=tls,
        )

    @property
    def domain(self) -> str:
        """The part of the sender's address that our message ids end with."""
        return parseaddr(self.sender)[1].rpartition("@")[2]

    @contextlib.contextmanager
    def open(self) -> Iterator[SmtpLine]:
        """Connect, secure and sign in; say goodbye at the end, whatever happened."""
        with contextlib.ExitStack() as stack:
            server = self._connected()
            stack.callback(server.close)
            self._secure(server)
            if self.username:
                server.login(self.username, self.password)
            yield SmtpLine(server, self)
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        if self.wrapped:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, self.domain, timeout=PATIENCE, context=context)
        return smtplib.SMTP(self.host, self.port, self.domain, timeout=PATIENCE)

    def _secure(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        secure = self.wrapped
        if not secure and self.tls != "never" and (self.tls == "required" or server.has_extn("starttls")):
            server.starttls(context=ssl.create_default_context())
            secure = True
        if self.username and not secure and self.host not in LOOPBACK:
            raise smtplib.SMTPNotSupportedError("the server offers no TLS, so the password was not sent")


@dataclass(frozen=True, slots=True)
class SmtpLine:
    """A connection to a mail server that is ready for letters."""

    server: smtplib.SMTP
    mailbox: Smtp

    def send(self, letter: Letter) -> None:
        """Hand one letter over; any refusal leaves the connection ready for the next."""
        self.server.send_message(written(letter, self.mailbox.sender, self.mailbox.domain))


def written(letter: Letter, sender: str, domain: str) -> EmailMessage:
    """The letter as mail. The same row always gives the same Message-ID, so a doubled delivery can be known.

    Raises ValueError where the address cannot stand in a header.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = Address(display_name=_one_line(letter.name), addr_spec=letter.address)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:40]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="base64")
    return message


def _one_line(text: str) -> str:
    """Without anything that could end a header and begin another."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
