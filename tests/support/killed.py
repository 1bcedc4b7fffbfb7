"""Processes that do one thing after another, acknowledge each, and are killed in the middle of it.

They are forked from a process that has imported everything beforehand and has no connection open: what is killed is a
process like any other, it only need not begin with a second and a half of imports.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

Tell = Callable[[int], None]  # acknowledge what was done, by its id

_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(
    [
        "tests.support.working",
        "tests.casework.waking",
        "tests.casework.begetting",
        "tests.operations.taking_over",
    ]
)


def until_killed(work: Callable[..., None], *told: Any, lines: int = 1, seconds: float = 0) -> list[int]:
    """Let `work(*told, tell)` run until so many `lines` were acknowledged and for so long after; then it is killed.

    Gives all that it has acknowledged. A line that was cut off by the kill is none: nobody has read it.
    """
    reading, writing = _forked.Pipe(duplex=False)
    process = _forked.Process(target=_work, args=(work, told, writing))
    process.start()
    writing.close()
    with reading:
        read = [reading.recv() for _ in range(lines)]
        time.sleep(seconds)
        process.kill()
        read += _rest(reading)
    process.join()
    return read


def _work(work: Callable[..., None], told: tuple[Any, ...], writing: Connection) -> None:
    work(*told, writing.send)


def _rest(reading: Connection) -> list[int]:
    read: list[int] = []
    try:
        while True:
            read.append(reading.recv())
    except (EOFError, OSError):
        return read
