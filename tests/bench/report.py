"""The benchmark's page: a table for people, JSON for comparing runs."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from tests.bench.findings import Finding

DOCS = Path(__file__).resolve().parents[2] / "docs"


def line(finding: Finding) -> str:
    """One finding on a terminal."""
    sign = " " if finding.floor is None else "✓" if finding.kept else "✗"
    return f"{sign} {finding.code}  {_value(finding):>10}  {finding.demand:>8}  {finding.what}\n      {finding.basis}"


def _value(finding: Finding) -> str:
    digits = 0 if finding.value >= 100 else 2
    return f"{finding.value:,.{digits}f}{finding.unit}"


def _row(each: Finding) -> str:
    kept = "" if each.floor is None else "yes" if each.kept else "**no**"
    return f"| {each.code} | {each.what} | {_value(each)} | {each.demand} | {kept} | {each.basis} |"


def machine() -> str:
    """The class of the machine and the versions that matter."""
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()},"
        f" SQLAlchemy {sa.__version__}, SpiffWorkflow {version('SpiffWorkflow')}, SQLite {sqlite3.sqlite_version}"
    )


def write(findings: Sequence[Finding], minutes: float, folder: Path = DOCS) -> None:
    """Write docs/benchmarks.md between its two marks, and docs/benchmarks.json."""
    when = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    rows = [_row(each) for each in findings]
    head = [
        f"Measured on {when} in {minutes:.1f} minutes: {machine()}; load {os.getloadavg()[0]:.1f} at the end.",
        "",
        "| | what | found | floor | kept | figures behind it |",
        "|---|---|---|---|---|---|",
    ]
    page = folder / "benchmarks.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text("\n".join([before + BEGIN, "", *head, *rows, "", END + after]), encoding="utf-8")
    record = {"date": when, "machine": machine(), "findings": [asdict(each) for each in findings]}
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    (folder / "benchmarks.json").write_text(text, encoding="utf-8")


BEGIN = "<!-- results: written by make bench -->"
END = "<!-- end of results -->"
