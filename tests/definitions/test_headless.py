"""Checking and running diagrams begins without pages and database, and says the same as the whole application."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.definitions.small import BPMN
from tests.flow.test_admission import HOSTILE
from tests.house.tree import ROOT
from webui import headless

pytestmark = pytest.mark.slow

# The command, and then what it took: peak memory in KB, and whether any of the rooms with tables was loaded.
MEASURED = """
import runpy, sys
try:
    runpy.run_module("flask", run_name="__main__", alter_sys=True)
finally:
    peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    heavy = [name for name in ("sqlalchemy", "models", "webui.pages", "engine.casework") if name in sys.modules]
    print(peak, *heavy, file=sys.stderr)
"""
LIMIT = 100_000_000 // 1024  # KB


def whole(app: Flask, *arguments: str) -> tuple[int, Any]:
    result = app.test_cli_runner().invoke(args=["process", *arguments])
    return result.exit_code, json.loads(result.output)


def by_itself(*arguments: str) -> tuple[int, Any, int, list[str]]:
    """Exit status, answer, peak memory in KB, and what was loaded that need not be."""
    made = subprocess.run(
        [sys.executable, "-c", MEASURED, "process", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    peak, *heavy = made.stderr.strip().splitlines()[-1].split()
    return made.returncode, json.loads(made.stdout), int(peak), heavy


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is measured the way of Linux")
def test_hostile_files_are_refused_within_a_hundred_megabytes_from_the_start_of_the_command(
    app: Flask, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.bpmn" for number in range(len(HOSTILE))]
    for path, xml in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(xml)
    asked = ("check", "--json", "--lang", "en", *map(str, paths))
    status, rows, peak, heavy = by_itself(*asked)
    assert (status, heavy) == (1, []) and peak < LIMIT
    assert {row["file"] for row in rows} == set(map(str, paths))
    assert (status, rows) == whole(app, *asked)


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is measured the way of Linux")
def test_a_diagram_is_run_without_the_rest_of_the_program(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "small.bpmn").write_text(BPMN, encoding="utf-8")
    asked = ("run", str(tmp_path / "small.bpmn"), "--clock", "2026-03-01T08:00:00+08:00", "--json")
    status, run, peak, heavy = by_itself(*asked)
    assert (status, heavy) == (3, []) and peak < LIMIT
    assert (status, run) == whole(app, *asked)


@pytest.mark.parametrize(
    ("line", "enough"),
    [
        ("flask process check a.bpmn", True),
        ("flask process run a.bpmn", True),
        ("flask process", False),
        ("flask process check", True),
        ("flask process deploy", False),
        ("flask case check", False),
        ("flask --debug process check a.bpmn", False),  # the whole application can do it, too
        ("waitress-serve wsgi:create_app", False),
    ],
)
def test_everything_else_gets_the_whole_application(line: str, enough: bool) -> None:
    assert headless.is_enough(line.split()) is enough
