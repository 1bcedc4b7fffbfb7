"""B8: two processes against one on PostgreSQL; each carries cases through the whole walk."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from models import db
from tests.bench.databases import Cellars
from tests.bench.findings import Finding, median_ratio
from tests.bench.journeys import TimedJourney, actors_of
from tests.support.cast import assemble
from tests.support.databases import bare_app

ROOT = Path(__file__).resolve().parents[2]
USE_CASES = 12  # of a walk: nine completions, and opening, writing, recording a contact


class Worker:
    """A process of its own that works when it is told to."""

    def __init__(self, url: str, number: int) -> None:
        command = [sys.executable, "-m", "tests.bench.processes", url, str(number)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.answer()

    def tell(self, word: str) -> None:
        """Say a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")

    def answer(self) -> str:
        """Hear a line."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        """Let it go home."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)


def together(cellars: Cellars, quick: bool) -> Iterator[Finding]:
    """B8: rounds of one worker and of both, in turn."""
    with cellars.open("postgres") as databases:
        url = databases.fresh()
        workers = [Worker(url, 1), Worker(url, 2)]
        try:
            span = 0.5 if quick else 3.0
            one, two = [], []
            for _ in range(1 if quick else 7):
                one.append(_together(workers[:1], span))
                two.append(_together(workers, span))
        finally:
            for worker in workers:
                worker.end()
    yield from _findings(one, two)


@dataclass(frozen=True)
class Share:
    """What workers did in a span: use cases a second, and the cores that they and their server processes had."""

    rate: float
    client: float
    server: float

    @property
    def cores(self) -> float:
        """Processor seconds a second."""
        return self.client + self.server

    @property
    def cost(self) -> float:
        """Processor seconds of one use case."""
        return self.cores / self.rate


def _findings(one: list[Share], two: list[Share]) -> Iterator[Finding]:
    alone, both = (sorted(each, key=lambda share: share.rate)[len(each) // 2] for each in (one, two))
    yield Finding(
        "B8",
        "两个进程 ÷ 一个进程 / two processes ÷ one, PostgreSQL",
        median_ratio([share.rate for share in two], [share.rate for share in one]),
        floor=1.6,
        basis=f"{both.rate:,.0f}/s ÷ {alone.rate:,.0f}/s use cases, on {both.cores:.2f} ÷ {alone.cores:.2f} of"
        f" {os.cpu_count()} cores, the server's {both.server:.2f} ÷ {alone.server:.2f} among them;"
        f" load {os.getloadavg()[0]:.1f}",
    )
    yield Finding(
        "B8",
        "同上，每核每秒 / the same for each core that they had: what waiting for one another leaves of it",
        median_ratio([1 / share.cost for share in two], [1 / share.cost for share in one]),
        basis=f"{both.cost * 1000:.1f} ms ÷ {alone.cost * 1000:.1f} ms of processor a use case",
    )


def _together(workers: list[Worker], span: float) -> Share:
    for worker in workers:
        worker.tell(f"{span}")
    answers = [[float(part) for part in worker.answer().split()] for worker in workers]
    return Share(*(sum(parts) for parts in zip(*answers, strict=True)))


def work(url: str, number: int) -> None:
    """A worker's life: each line says for how long; it answers with its use cases and processor time per second."""
    app = bare_app(url)
    with app.app_context():
        # A congress of its own: numbers are issued one after the other within a congress, by law.
        cast = assemble(code=f"{number:02}", name=f"第{number}省人民代表大会")
        actors = actors_of(cast)
        for _ in range(3):
            TimedJourney(cast, actors).walk()
        server = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        db.session.rollback()
        print("ready", flush=True)
        for line in sys.stdin:
            begun, walks = time.perf_counter(), 0
            spent = time.process_time(), _spent_by(server)
            while time.perf_counter() < begun + float(line):
                TimedJourney(cast, actors).walk()
                walks += 1
            span = time.perf_counter() - begun
            used = time.process_time() - spent[0], _spent_by(server) - spent[1]
            print(walks * USE_CASES / span, *(seconds / span for seconds in used), flush=True)
        db.session.remove()
        db.engine.dispose()


def _spent_by(process_id: int) -> float:
    """The processor seconds of a process of this machine, where the system tells."""
    try:
        told = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]))
