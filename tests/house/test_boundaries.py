"""Rules of the house that import contracts cannot see."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.house.tree import ROOMS, ROOT, calls, docstrings, imported, modules, name, syntax, tracked

THE_COMMIT = "engine/foundation/transaction.py"
THE_CLOCK = "engine/foundation/clock.py"
BINARY = {".png", ".jpg", ".gif", ".ico", ".xlsx", ".docx", ".pdf", ".zip", ".mo", ".woff2"}

# path: why it reads the machine's clock and not the program's
CLOCK_READERS: dict[str, str] = {}


def process_keys() -> set[str]:
    return {path.parent.name for path in (ROOT / "processes").glob("*/process.toml")}


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_the_one_under_the_root_and_not_one_a_wheel_brought(room: str) -> None:
    assert Path(str(import_module(room).__file__)).parent == ROOT / room


def test_one_place_commits() -> None:
    commits = re.compile(r"(^|\.)session\.commit$")
    committing = {name(path) for path in modules() for call, _ in calls(path) if commits.search(call)}
    assert committing <= {THE_COMMIT}


def test_only_the_spiff_modules_know_spiffworkflow() -> None:
    knowing = {name(path) for path in modules() if "SpiffWorkflow" in imported(path)}
    assert {path for path in knowing if not re.fullmatch(r"engine/flow/spiff\w*\.py", path)} == set()


def test_the_program_has_one_clock() -> None:
    readings = re.compile(r"(^|\.)(datetime|date|dt)\.(now|utcnow|today)$")
    reading = {name(path) for path in modules() for call, _ in calls(path) if readings.search(call)}
    assert reading - {THE_CLOCK} == set(CLOCK_READERS)


def test_no_python_knows_the_key_of_a_process() -> None:
    keys = process_keys()
    assert {mention for path in modules() for mention in _mentions(path, keys)} == set()


def _mentions(path: Path, keys: set[str]) -> set[str]:
    descriptions = docstrings(path)
    found = set()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in descriptions:
            words = set(re.findall(r"\w+", node.value))
        elif isinstance(node, ast.Name):
            words = {node.id}
        elif isinstance(node, ast.Attribute):
            words = {node.attr}
        else:
            continue
        found |= {f"{name(path)}:{node.lineno} {key}" for key in words & keys}
    return found


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    # Written in parts, so that this file does not name them either.
    machine = re.compile("|".join(["/" + "root/", "/" + "home/", "/" + "work/", "/" + "opt/", "/" + "tmp/"]))
    naming = set()
    for path in tracked():
        if "vendor" in path.parts or path.suffix in BINARY:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if machine.search(line):
                naming.add(f"{name(path)}:{number} {line.strip()[:80]}")
    assert naming == set()


def test_the_map_names_every_room_and_what_lies_open_in_the_two_largest() -> None:
    drawn = set(re.findall(r"\w+", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")))
    rooms = {path.parent.name for path in (ROOT / "engine").glob("*/__init__.py")}
    largest = (ROOT / "engine" / "casework", ROOT / "webui")
    parts = {path.stem for room in largest for path in room.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for room in largest for path in room.glob("*/__init__.py")}
    assert (rooms | parts | packages) - drawn == set()
