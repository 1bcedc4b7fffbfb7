"""`python -m tests.bench.backups [CASES | demo]`: how long it takes to keep an installation and to put it back.

Of so many cases with five tasks and five linked events each, or of the demonstration; on both databases, durable as in
an installation. No part of `make bench`: what it gives are minutes of a machine, not ratios; docs/backups.md has them
with their date.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from engine.foundation import audit
from engine.foundation.audit_verification import verify
from models import Case, db
from tests.bench import report
from tests.bench.databases import DIALECTS, Cellars, stage
from tests.bench.inboxes import CASE_COLUMNS, TASK_COLUMNS, multiply
from tests.bench.journeys import TimedJourney, actors_of
from tests.conftest import create_app, dispose
from tests.support import postgres

EACH = 5  # tasks and events of a case
BATCH = 50_000


def demonstrate(app: Flask) -> None:
    """The demonstration."""
    from webui import demonstration

    with app.app_context():
        demonstration.load(app, lambda done, total: None)


def fill(url: str, cases: int) -> None:
    """A congress with so many cases, each with its tasks and its chain of events."""
    with stage(url) as (_app, cast):
        TimedJourney(cast, actors_of(cast)).assigned()
        multiply("cases", CASE_COLUMNS, cases, {})
        first = "(SELECT min(id) FROM cases)"
        changed = {"case_id": f"{first} + n.i / {EACH}", "open": "(n.i % 5) = 0", "token": "'t' || n.i"}
        multiply("task", TASK_COLUMNS, cases * EACH, changed)
        chained = sa.select(Case.id).where(~sa.exists().where(audit.is_head_of(Case.id)))
        pattern = dict(db.session.execute(sa.select(audit.EVENTS).limit(1)).mappings().one())
        del pattern["id"]
        rows: list[dict[str, Any]] = []
        for case_id in db.session.scalars(chained).all():
            rows += _chain(pattern, case_id)
            if len(rows) >= BATCH:
                _write(rows)
                rows = []
        _write(rows)
        db.session.commit()


def _chain(pattern: dict[str, Any], case_id: int) -> Iterator[dict[str, Any]]:
    previous = audit.EMPTY
    for position in range(1, EACH + 1):
        row = pattern | {"chain": audit.chain_of_case(case_id), "case_id": case_id, "position": position}
        row["previous_hash"] = previous
        row["hash"] = previous = audit.digest([row[name] for name in audit.HASHED])
        yield row


def _write(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(audit.EVENTS.insert(), rows)
        heads = [{name: row[name] for name in ("chain", "position", "hash")} for row in rows]
        db.session.execute(audit.HEADS.insert(), [head for head in heads if head["position"] == EACH])


def timed(app: Flask, *arguments: str) -> float:
    """Seconds that a command of `flask backup` takes; an exception where it fails."""
    began = time.perf_counter()
    done = app.test_cli_runner().invoke(args=["backup", *arguments])
    if done.exit_code:
        raise RuntimeError(done.output)
    return time.perf_counter() - began


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measured(cellars: Cellars, dialect: str, cases: int | None, folder: Path) -> list[str]:
    """One row of the table: made, its size, checked, put back, and of putting back how long verifying took."""
    with cellars.open(dialect) as cellar:
        url, kept = cellar.fresh(), folder / f"kept-{dialect}"
        if cases is not None:
            fill(url, cases)
        app, other = (
            create_app(each, folder / f"{dialect}-{n}") for n, each in enumerate((url, cellar.fresh()))
        )
        if cases is None:
            demonstrate(app)
        took = [timed(app, "make", str(kept))]
        size = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file()) / 2**20
        took += [timed(app, "check", str(kept)), timed(other, "restore", str(kept))]
        with other.app_context():
            verified = _seconds(verify)
            db.session.rollback()
        dispose(app)
        dispose(other)
    return [
        dialect,
        f"{cases:,}" if cases is not None else "demonstration",
        f"{size:,.0f} MB",
        *(f"{each:.1f} s" for each in took),
        f"{verified:.1f} s",
    ]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.backups", description=__doc__)
    parser.add_argument("cases", nargs="?", default="100000", metavar="CASES | demo")
    given = parser.parse_args().cases
    cases = None if given == "demo" else int(given)
    logging.disable(logging.WARNING)
    os.environ["PATH"] = f"{postgres.tools()}{os.pathsep}{os.environ['PATH']}"
    print(
        "| database | cases | size | make | check | restore | of which verifying |\n|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory(prefix="duban-backups-") as place, Cellars(Path(place)) as cellars:
        for dialect in DIALECTS:
            print(f"| {' | '.join(measured(cellars, dialect, cases, Path(place)))} |", flush=True)
    print(f"\n{report.machine()}; load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
