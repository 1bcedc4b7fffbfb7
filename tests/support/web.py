"""The web application in tests: a client without memory of others, and a real server on the loopback."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from waitress.server import create_server

from webui.serve import SERVING


class Visitor(FlaskClient):
    """A client that is nobody but itself: Flask-Login keeps the user on `g`, which a held context shares."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(RuntimeError):  # no context is held, so there is nothing to forget
            g.pop("_login_user", None)
        return super().open(*args, **kwargs)


class Compiled(BytecodeCache):
    """Templates compiled once for all applications of a test run."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take over what another application has compiled of this very text."""
        if found := self.kept.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


@dataclass(frozen=True)
class Site:
    """A served application and its address, without a slash at the end."""

    app: Flask
    url: str


@contextlib.contextmanager
def served(app: Flask) -> Iterator[Site]:
    """Serve `app` with the server that `make run` uses, on a free port, until the block ends."""
    sockets: dict[int, Any] = {}
    server = create_server(app, host="127.0.0.1", port=0, map=sockets, **SERVING)
    thread = threading.Thread(target=server.run, name="test-server", daemon=True)
    thread.start()
    try:
        yield Site(app, f"http://127.0.0.1:{server.effective_port}")
    finally:
        server.trigger.pull_trigger(lambda: [socket.close() for socket in list(sockets.values())])
        thread.join(timeout=10)
        assert not thread.is_alive(), "the test server did not end"
        server.task_dispatcher.shutdown()
