"""`python -m webui.serve`: the whole system in one process, web and clock, on SQLite by default."""

from __future__ import annotations

import os
import signal
import socket
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

from webui import premises
from webui.premises import Unready

# Nothing else is imported before the premises are known to hold: with another Python it could not be.
if TYPE_CHECKING:
    from flask import Flask

# What is under way when the program is told to end has so many seconds; longer than anybody waits for SQLite's lock.
FINISHING = 20
# A browser keeps half a dozen connections open for minutes; a hall full of them must not shut anybody out.
# More than a thousand sockets need poll(): select() ends there.
SERVING: dict[str, Any] = {
    "threads": 16,
    "ident": None,  # which server it is, and hence which faults it may have, is nobody's business
    "connection_limit": 4000,
    "asyncore_use_poll": True,
    "clear_untrusted_proxy_headers": False,  # webui/proxies.py knows which to believe; waitress would drop them all
}


def main(arguments: list[str]) -> int:
    """Serve until told to end, or with `--reset-demo` make the demonstration data anew; gives the exit status."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    try:
        premises.require_python()
        folder = premises.data_folder()
        premises.require_folder(folder)
        premises.require_space(folder)
        premises.require_fonts()
        premises.require_settings()
        premises.require_ways_out()
        if arguments == ["--reset-demo"]:
            _reset()
        else:
            _serve()
    except Unready as reason:
        print(f"\n{reason.zh}\n{reason.en}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已停止 / stopped")
    return 0


def _end(number: int, frame: FrameType | None) -> None:
    """Leave in an orderly way; a second signal ends at once."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise KeyboardInterrupt


def _serve() -> None:
    host = os.environ.get("HOST") or "127.0.0.1"
    with premises.listener(host, premises.port_from(os.environ.get("PORT") or "8080")) as listening:
        from webui import installation
        from webui.app import create_app
        from webui.sign_in import offer_sheet

        sheet = installation.prepare(create_app())
        app = create_app({"DEMONSTRATION": bool(sheet)})
        offer_sheet(app, lambda: sheet)
        installation.show_sheet(sheet)
        installation.show_first_steps(app)
        _run(app, listening, host)


def _reset() -> None:
    from webui import installation
    from webui.app import create_app

    installation.show_sheet(installation.reset_demonstration(create_app()))


def _run(app: Flask, listening: socket.socket, host: str) -> None:
    """Serve requests and run the clock until KeyboardInterrupt, then let what is under way finish."""
    from waitress import wasyncore
    from waitress.server import create_server

    from webui import scheduler

    connections: dict[int, object] = {}
    server = create_server(app, map=connections, sockets=[listening], **SERVING)
    finish = server.task_dispatcher.shutdown
    server.task_dispatcher.shutdown = lambda: finish(
        timeout=FINISHING
    )  # its own five seconds cut off who waited
    clockwork = scheduler.start(app)
    try:
        print(f"\n督办系统已启动，请打开 / Duban is ready, open:\n\n  {_address(listening, host)}\n")
        print("按 Ctrl-C 停止 / Ctrl-C ends it", flush=True)
        server.run()  # comes back when it is interrupted
    finally:
        wasyncore.close_all(connections)
        clockwork.stop()
    raise KeyboardInterrupt


def _address(listening: socket.socket, host: str) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    bracketed = f"[{shown}]" if ":" in shown else shown
    return f"http://{bracketed}:{listening.getsockname()[1]}/"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
