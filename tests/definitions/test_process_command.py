"""`flask process`: what is checked, deployed and listed, in words and in JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from engine.definitions.catalogue import PROCESSES
from tests.definitions.small import BPMN, small


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in small().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_shipped_folder_is_sound(app: Flask) -> None:
    for path in sorted(PROCESSES.glob("*/process.toml")):
        result = app.test_cli_runner().invoke(args=["process", "check", str(path.parent)])
        assert (result.exit_code, result.output) == (0, f"✓ {path.parent}\n")


def test_a_folder_with_faults_ends_in_1_and_names_them(app: Flask, folder: Path) -> None:
    result = app.test_cli_runner().invoke(args=["process", "check", str(folder)])
    assert result.exit_code == 1
    assert "process.toml [task.write] 没有名为“hand_in”的办理动作。" in result.output


def test_a_diagram_alone_can_be_checked(app: Flask, folder: Path) -> None:
    bad = folder / "bad.bpmn"
    bad.write_text(BPMN.replace("userTask", "scriptTask"), encoding="utf-8")
    check = ["process", "check", "--json", str(folder / "small.bpmn"), str(bad)]
    result = app.test_cli_runner().invoke(args=check)
    document = json.loads(result.output)
    assert (result.exit_code, document["sound"]) == (1, False)
    sound, faulty = document["places"]
    assert sound["problems"] == []
    assert faulty["problems"][0]["file"] == "bad.bpmn"


def test_deploying_without_a_name_deploys_all_that_is_shipped_and_lists_it(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "flask process deploy" in runner.invoke(args=["process", "list"]).output
    deployed = runner.invoke(args=["process", "deploy"])
    assert deployed.exit_code == 0, deployed.output
    listed = json.loads(runner.invoke(args=["process", "list", "--json"]).output)
    assert sorted(row["key"] for row in listed) == sorted(
        path.parent.name for path in PROCESSES.glob("*/process.toml")
    )
    assert all(row["version"] == 1 for row in listed)


def test_a_folder_with_faults_is_not_deployed(app: Flask, folder: Path) -> None:
    runner = app.test_cli_runner()
    result = runner.invoke(args=["process", "deploy", str(folder)])
    assert result.exit_code == 1
    assert "hand_in" in result.output
    assert json.loads(runner.invoke(args=["process", "list", "--json"]).output) == []
