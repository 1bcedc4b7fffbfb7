"""B8: two processes against one on PostgreSQL; each carries cases through the whole walk."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from models import db
from tests.bench.databases import cellar
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


def together(folder: Path, quick: bool) -> Iterator[Finding]:
    """B8: rounds of one worker and of both, in turn."""
    with cellar("postgres", folder) as databases:
        url = databases.fresh()
        workers = [Worker(url, 1), Worker(url, 2)]
        try:
            span = 0.5 if quick else 3.0
            one, two = [], []
            for _ in range(1 if quick else 5):
                one.append(_rate(workers[:1], span))
                two.append(_rate(workers, span))
        finally:
            for worker in workers:
                worker.end()
    load = os.getloadavg()[0]
    yield Finding(
        "B8",
        "两个进程 ÷ 一个进程 / two processes ÷ one, PostgreSQL",
        median_ratio(two, one),
        floor=1.6,
        basis=f"{sorted(two)[len(two) // 2]:,.0f}/s ÷ {sorted(one)[len(one) // 2]:,.0f}/s use cases;"
        f" {os.cpu_count()} cores shared with the server, load {load:.1f}",
    )


def _rate(workers: list[Worker], span: float) -> float:
    for worker in workers:
        worker.tell(f"{span}")
    return sum(float(worker.answer()) for worker in workers)


def work(url: str, number: int) -> None:
    """A worker's life: each line says for how long; it answers with its use cases per second."""
    app = bare_app(url)
    with app.app_context():
        # A congress of its own: numbers are issued one after the other within a congress, by law.
        cast = assemble(code=f"{number:02}", name=f"第{number}省人民代表大会")
        actors = actors_of(cast)
        TimedJourney(cast, actors).walk()
        print("ready", flush=True)
        for line in sys.stdin:
            until, begun, walks = time.perf_counter() + float(line), time.perf_counter(), 0
            while time.perf_counter() < until:
                TimedJourney(cast, actors).walk()
                walks += 1
            print(walks * USE_CASES / (time.perf_counter() - begun), flush=True)
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]))
