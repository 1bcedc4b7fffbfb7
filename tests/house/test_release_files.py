"""What a newcomer's first two commands rest on."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, tracked
from tools.vendor import LIBRARIES, PAGES, TESTS, sha256

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
COMMANDS = {"run", "test", "test-quick", "check", "bench", "campaign", "reset-demo", "requirements", "help"}


def pins(file: str) -> dict[str, str]:
    text = (ROOT / file).read_text(encoding="utf-8")
    found = re.finditer(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", text, re.MULTILINE)
    return {pin[1].lower(): pin[2] for pin in found}


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_every_requirement_is_pinned_and_hashed(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    pinned = re.compile(r"[\w.\[\],-]+==[\w.]+.* --hash=sha256:[0-9a-f]{64}")
    assert [line[:60] for line in lines if not pinned.match(line)] == []


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_the_requirements_name_no_package_index_and_no_folder(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert [word for word in ("://", "file:", "--index", "--extra-index", "--find") if word in text] == []


@pytest.mark.parametrize("source", ["requirements.in", "requirements-dev.in"])
def test_what_is_asked_for_is_what_was_compiled(source: str) -> None:
    compiled = pins(source.replace(".in", ".txt"))
    lines = (ROOT / source).read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if line and line[0].isalpha()):
        package, _, version = re.sub(r"\[.*?\]", "", line).partition("==")
        assert package.lower() in compiled, f"{package}: run `make requirements`"
        assert version in ("", compiled[package.lower()]), f"{package}: run `make requirements`"


def test_the_tests_run_on_the_versions_that_users_install() -> None:
    users, tests = (pins(file) for file in REQUIREMENTS)
    assert users.items() <= tests.items()


def test_the_makefile_has_every_command_and_explains_it() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) >= COMMANDS


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert re.search(r"^make test\b", script.read_text(encoding="utf-8"), re.MULTILINE)
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize("folder", [PAGES, TESTS], ids=["pages", "tests"])
def test_every_vendored_file_is_the_one_that_was_fetched(folder: Path) -> None:
    records = json.loads((folder / "VENDOR.json").read_text(encoding="utf-8"))
    assert {record["file"]: record["sha256"] for record in records} == {
        path.relative_to(folder).as_posix(): sha256(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "VENDOR.json"
    }


def test_every_vendored_library_is_the_version_named_and_brings_its_licence() -> None:
    for library in LIBRARIES:
        records = json.loads((library.folder / "VENDOR.json").read_text(encoding="utf-8"))
        versions = {record["version"] for record in records if record["package"] == library.package}
        assert versions == {library.version}
        assert (library.folder / library.home / "LICENSE").is_file()


def test_the_vendored_files_reach_a_fresh_clone() -> None:
    given = set(tracked())
    assert {path for folder in (PAGES, TESTS) for path in folder.rglob("*") if path.is_file()} <= given
