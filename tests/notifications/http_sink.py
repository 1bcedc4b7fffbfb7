"""A real HTTP server on the loopback that keeps what it is sent and answers as it is told to."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class HttpSink:
    """What arrived, in order: (path, headers, JSON); `status` is what it answers."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, dict[str, str], Any]] = []
        self.bodies: list[bytes] = []
        self.status = 200
        self.port = 0

    def address(self, path: str = "/") -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}{path}"


@contextlib.contextmanager
def listening() -> Iterator[HttpSink]:
    """A sink on a free port until the block ends."""
    sink = HttpSink()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            sink.bodies.append(body)
            sink.arrived.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(sink.status)
            if sink.status == 302:
                self.send_header("Location", "/elsewhere")
            answer = b'{"errcode": 0, "code": 0}'
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sink.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
