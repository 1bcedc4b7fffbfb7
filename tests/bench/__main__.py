"""`make bench` = `python -m tests.bench [--quick] [B1 B7 …]`: print every ratio, exit 1 where a floor is missed."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import report
from tests.bench.completions import completions
from tests.bench.databases import Cellars, stage
from tests.bench.findings import Finding
from tests.bench.inboxes import pages
from tests.bench.processes import together
from tests.bench.rounds import flow_rounds, use_case_rounds
from tests.bench.searches import public_searches
from tests.bench.similar import nearest_cases
from tests.bench.sweeps import due_clocks
from tests.bench.tables import unit_tables
from tests.bench.web import posted

Part = Callable[[Cellars, bool], Iterator[Finding]]


def _flow(cellars: Cellars, quick: bool) -> Iterator[Finding]:
    with cellars.open("sqlite") as databases, stage(databases.fresh()):
        yield from flow_rounds(quick)


PARTS: tuple[tuple[str, Part], ...] = (
    ("B1 B3", lambda cellars, quick: completions(cellars, "sqlite", quick)),
    ("B2", lambda cellars, quick: completions(cellars, "postgres", quick)),
    ("B4", _flow),
    ("B4 B5", use_case_rounds),
    ("B6", lambda cellars, quick: pages(cellars, "sqlite", quick)),
    ("B6", lambda cellars, quick: pages(cellars, "postgres", quick)),
    ("B7", lambda cellars, quick: due_clocks(cellars, "sqlite", quick)),
    ("B7", lambda cellars, quick: due_clocks(cellars, "postgres", quick)),
    ("B8", together),
    ("B9", posted),
    ("B10", nearest_cases),
    ("B11", lambda cellars, quick: unit_tables(cellars, "sqlite", quick)),
    ("B11", lambda cellars, quick: unit_tables(cellars, "postgres", quick)),
    ("B12", public_searches),
)


def measured(wanted: set[str], quick: bool) -> Iterator[Finding]:
    """Every finding of the parts that are wanted, as it is found."""
    folder = tempfile.TemporaryDirectory(prefix="duban-bench-")
    with folder as place, Cellars(Path(place), quick=quick) as cellars:
        for codes, part in PARTS:
            if not wanted or wanted & set(codes.split()):
                yield from part(cellars, quick)


def main() -> int:
    """Run the benchmark; a full run writes docs/benchmarks.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, a minute: proves that it runs, no more"
    )
    parser.add_argument("codes", nargs="*", metavar="B1…B12", help="only these")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    begun, findings = time.monotonic(), []
    for finding in measured(set(given.codes), given.quick):
        findings.append(finding)
        print(report.line(finding), flush=True)
    missed = [finding for finding in findings if not finding.kept]
    minutes = (time.monotonic() - begun) / 60
    if not given.quick and not given.codes:
        report.write(findings, minutes)
    print(f"\n{len(findings)} values, {len(missed)} below their floor, {minutes:.1f} min; {report.machine()}")
    return 1 if missed and not given.quick else 0


if __name__ == "__main__":
    sys.exit(main())
