"""A diagram is checked and run with the decisions and diagrams that lie beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.flow.drawing import HEAD

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://duban/test">
  <decision id="size" name="size"><variable id="v" name="size" typeRef="string"/>
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i"><inputExpression id="e" typeRef="number"><text>units</text></inputExpression></input>
      <output id="o" typeRef="string"/>
      <rule id="r1">
        <inputEntry id="a1"><text>&lt; 3</text></inputEntry><outputEntry id="b1"><text>"small"</text></outputEntry>
      </rule>
      <rule id="r2">
        <inputEntry id="a2"><text>&gt;= 3</text></inputEntry><outputEntry id="b2"><text>"large"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>"""


def diagram(key: str, middle: str) -> str:
    name = middle.split('id="', 1)[1].split('"', 1)[0]
    flows = (
        f'<bpmn:sequenceFlow id="{key}f1" sourceRef="{key}s" targetRef="{name}"/>'
        f'<bpmn:sequenceFlow id="{key}f2" sourceRef="{name}" targetRef="{key}e"/>'
    )
    return (
        f'{HEAD}<bpmn:process id="{key}" isExecutable="true"><bpmn:startEvent id="{key}s"/>{middle}'
        f'<bpmn:endEvent id="{key}e"/>{flows}</bpmn:process></bpmn:definitions>'
    )


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    files = {
        "main.bpmn": diagram(
            "main", '<bpmn:callActivity id="c" calledElement="judge" duban:in="units" duban:out="size"/>'
        ),
        "judge.bpmn": diagram(
            "judge", '<bpmn:businessRuleTask id="r" duban:decision="size" duban:result="size"/>'
        ),
        "size.dmn": TABLE,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_it_is_run_with_what_lies_beside_it(app: Flask, beside: Path) -> None:
    for more in ([], ["--restore-every-step"]):
        command = [
            "process",
            "run",
            str(beside / "main.bpmn"),
            "--variables",
            '{"units": 5}',
            "--json",
            *more,
        ]
        result = app.test_cli_runner().invoke(args=command)
        assert result.exit_code == 0, result.output
        run = json.loads(result.output)
        assert run["variables"] == {"units": 5, "size": "large"}
        assert [entry["element"] for entry in run["trace"] if entry["event"] == "left"] == [
            "mains",
            "judges",
            "r",
            "judgee",
            "c",
            "maine",
        ]


def test_what_is_wrong_beside_it_is_told_once(app: Flask, beside: Path) -> None:
    check = ["process", "check", "--json", str(beside)]
    assert app.test_cli_runner().invoke(args=check).output.strip() == "[]"
    (beside / "size.dmn").write_text(TABLE.replace("UNIQUE", "SOMEHOW"), encoding="utf-8")
    result = app.test_cli_runner().invoke(args=check)
    found = [(Path(row["file"]).name, row["element"]) for row in json.loads(result.output)]
    assert result.exit_code == 1
    assert found.count(("size.dmn", "t")) == 1
    assert ("judge.bpmn", "r") in found  # the decision it asks for is not there
