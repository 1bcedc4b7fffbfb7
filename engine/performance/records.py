"""A report in JSON's types, as the database keeps it, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.performance.report import ROWS, Funding, Line, Report

WORDS = ("project", "year", "total", "grade", "whole_goal", "annual_goal")


def record_of(report: Report) -> dict[str, Any]:
    """The report as a record; `report_from` reads it back equal."""
    return {
        **{name: getattr(report, name) for name in WORDS},
        "funding": _funding_record(report.funding),
        **{name: _lines_record(getattr(report, name)) for name in ("body", "annex", "execution")},
        "basics": dict(report.basics),
        "texts": {key: list(lines) for key, lines in report.texts.items()},
        "evidence": list(report.evidence),
    }


def _funding_record(funding: Funding | None) -> dict[str, Any] | None:
    if funding is None:
        return None
    cells = [[row, column, words] for (row, column), words in funding.cells.items()]
    record: dict[str, Any] = {"cells": cells, "units": dict(funding.units)}
    # Said only where it is not as always, so that reports kept before have the fingerprint that they had.
    return record if funding.rows == ROWS else {**record, "rows": list(funding.rows)}


def _lines_record(lines: tuple[Line, ...] | None) -> list[dict[str, str]] | None:
    return None if lines is None else [asdict(line) for line in lines]


def report_from(record: Mapping[str, Any]) -> Report:
    """The report of a record."""
    lines = {name: _lines_from(record[name]) for name in ("body", "annex", "execution")}
    return Report(
        **{name: record[name] for name in WORDS},
        funding=_funding_from(record["funding"]),
        body=lines["body"],
        annex=lines["annex"],
        execution=lines["execution"] or (),
        basics=record["basics"],
        texts={key: tuple(texts) for key, texts in record["texts"].items()},
        evidence=tuple(record["evidence"]),
    )


def _funding_from(record: Mapping[str, Any] | None) -> Funding | None:
    if record is None:
        return None
    cells = {(row, column): words for row, column, words in record["cells"]}
    return Funding(cells, record["units"], tuple(record.get("rows", ROWS)))


def _lines_from(records: list[dict[str, str]] | None) -> tuple[Line, ...] | None:
    return None if records is None else tuple(Line(**each) for each in records)


def fingerprint(report: Report) -> str:
    """SHA-256 of what the report states: the same statements, whatever file they came in, are the same report."""
    text = json.dumps(record_of(report), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
