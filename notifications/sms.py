"""SMS: the ways to hand a short text over, to a file that a gateway program reads or to a gateway over HTTP."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from notifications.transports import LOOPBACK, PATIENCE, Letter, taken_apart

AT_MOST = 500  # characters of a short text, whatever its sender meant


class GatewayRefused(OSError):
    """The gateway answered, and would not take the text."""


def written(letter: Letter) -> bytes:
    """The short text as one line of JSON: id (the same for a text sent twice), phone, text."""
    if not letter.address:
        raise ValueError("no phone")
    mark = hashlib.sha256(letter.key.encode()).hexdigest()[:40]
    content = {"id": mark, "phone": letter.address, "text": letter.body[:AT_MOST]}
    return json.dumps(content, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Spool:
    """A file to which one line is appended for each short text."""

    path: Path

    @contextlib.contextmanager
    def open(self) -> Iterator[SpoolLine]:
        """Open the file, readable by its owner alone."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            yield SpoolLine(descriptor)
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True)
class SpoolLine:
    """The open file."""

    descriptor: int

    def send(self, letter: Letter) -> None:
        """Append a line in one piece, and see it to the disk."""
        os.write(self.descriptor, written(letter) + b"\n")
        os.fsync(self.descriptor)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that takes JSON over HTTPS, signed: HMAC-SHA256 over the time, a line feed and the body.

    The headers are X-Duban-Time (seconds since 1970) and X-Duban-Signature (hexadecimal). No redirect is followed.
    """

    host: str
    port: int
    path: str
    secret: str
    secure: bool

    @classmethod
    def at(cls, url: str, secret: str) -> Gateway:
        """Read the URL, or raise ValueError; in the clear only to this machine."""
        parts, port = taken_apart(url)
        host = parts.hostname or ""
        clear = parts.scheme == "http" and host in LOOPBACK
        if port is None or not host or not (parts.scheme == "https" or clear) or parts.username:
            raise ValueError("an SMS gateway is given as https://host/path")
        if not secret:
            raise ValueError("an SMS gateway needs a secret to sign with")
        secure = parts.scheme == "https"
        return cls(host, port or (443 if secure else 80), parts.path or "/", secret, secure)

    @contextlib.contextmanager
    def open(self) -> Iterator[GatewayLine]:
        """Connect; one connection carries all texts of a sweep."""
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = kind(self.host, self.port, timeout=PATIENCE)
        try:
            yield GatewayLine(connection, self)
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class GatewayLine:
    """The connection to a gateway."""

    connection: http.client.HTTPConnection
    gateway: Gateway

    def send(self, letter: Letter) -> None:
        """Post one text; anything but a 2xx is a refusal."""
        body = written(letter)
        moment = str(int(time.time()))  # of the machine: the gateway compares it with its own
        headers = {
            "Content-Type": "application/json",
            "X-Duban-Time": moment,
            "X-Duban-Signature": signature(self.gateway.secret, moment, body),
        }
        try:
            self.connection.request("POST", self.gateway.path, body, headers)
            answer = self.connection.getresponse()
            answer.read(65_536)
        except http.client.HTTPException as error:
            self.connection.close()
            raise GatewayRefused(f"no answer that is HTTP: {error}") from error
        if not 200 <= answer.status < 300:
            self.connection.close()
            raise GatewayRefused(f"the gateway answered {answer.status}")


def signature(secret: str, moment: str, body: bytes) -> str:
    """What proves that the text is ours and of that moment."""
    return hmac.new(secret.encode(), f"{moment}\n".encode() + body, hashlib.sha256).hexdigest()
