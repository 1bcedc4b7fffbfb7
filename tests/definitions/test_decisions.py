"""Decisions and called diagrams in a process folder: checked with it, deployed with it, made while it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from engine import flow
from engine.definitions.catalogue import content_hash, current, deploy, read_folder
from engine.definitions.folder import load
from engine.definitions.problems import FolderRefused
from engine.foundation.actor import system_actor
from engine.jobs import NO_CONGRESS
from tests.definitions.small import BPMN, small
from tests.flow.dmn import DrawnDecision, as_dmn, table
from tests.flow.driving import NOW

URGENT = table(
    ["days:number", "field:string"], ["urgency:string"],
    '< 3 | - => "特急"', '[3..15) | "water", "roads" => "急"', '[3..15) | not("water", "roads") => "一般"',
    '>= 15 | - => "一般"',
)  # fmt: skip
DECISIONS = as_dmn(DrawnDecision("urgency", URGENT)).decode()
DIAGRAM = (
    BPMN.replace("<definitions ", '<definitions xmlns:duban="http://duban/bpmn" ')
    .replace(
        '<endEvent id="end"/>',
        '<businessRuleTask id="rate" duban:decision="urgency" duban:result="urgency"/>'
        '<callActivity id="tell" calledElement="telling" duban:in="urgency" duban:out="told"/><endEvent id="end"/>'
        '<sequenceFlow id="f3" sourceRef="rate" targetRef="tell"/>'
        '<sequenceFlow id="f4" sourceRef="tell" targetRef="end"/>',
    )
    .replace('sourceRef="write" targetRef="end"', 'sourceRef="write" targetRef="rate"')
)
TELLING = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:duban="http://duban/bpmn" id="d"
    targetNamespace="http://duban/test"><process id="telling" isExecutable="true"><startEvent id="t1"/>
    <serviceTask id="t2" duban:function="tell"/><endEvent id="t3"/>
    <sequenceFlow id="tf1" sourceRef="t1" targetRef="t2"/>
    <sequenceFlow id="tf2" sourceRef="t2" targetRef="t3"/></process></definitions>"""

TOLD = '<serviceTask id="t2" duban:function="tell"/>'


def folder() -> dict[str, str]:
    return {**small(bpmn=DIAGRAM), "urgency.dmn": DECISIONS, "telling.bpmn": TELLING}


def write(files: dict[str, str], place: Path) -> Path:
    for name, text in files.items():
        (place / name).parent.mkdir(exist_ok=True, parents=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


def test_a_folder_decides_and_calls_from_end_to_end(app: Flask, tmp_path: Path) -> None:
    files = read_folder(write(folder(), tmp_path))
    assert {"urgency.dmn", "telling.bpmn"} <= files.keys()
    with app.app_context():
        deploy(system_actor(NO_CONGRESS), files)
        deployed = current("small").folder
        functions = {"tell": lambda variables: {"told": f"{variables['urgency']}件"}}
        step = flow.start(deployed.flow, {}, functions, NOW)
        (task,) = step.opened
        answers = {"days": 7, "field": "roads"}
        step = flow.complete(deployed.flow, step.state, task.key, answers, functions, NOW)
    assert step.completed and step.variables == {**answers, "urgency": "急", "told": "急件"}
    assert step.entered == ["rate", "tell", "t1", "t2", "t3", "end"]


def test_a_changed_decision_is_another_version(app: Flask, tmp_path: Path) -> None:
    files = folder()
    changed = {**files, "urgency.dmn": DECISIONS.replace("15", "16")}
    assert content_hash(files) != content_hash(changed)
    with app.app_context():
        actor = system_actor(NO_CONGRESS)
        assert deploy(actor, files) == deploy(actor, files) != deploy(actor, changed)
        assert current("small").folder.version == 2


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "said"),
    [
        ("urgency.dmn", '"特急"', "特急", "urgency.dmn", "特急"),
        ("urgency.dmn", 'id="urgency"', 'id="other"', "small.bpmn", "urgency"),
        ("telling.bpmn", "serviceTask", "scriptTask", "telling.bpmn", "scriptTask"),
        ("telling.bpmn", 'process id="telling"', 'process id="t"', "small.bpmn", "telling"),
        ("telling.bpmn", TOLD, '<callActivity id="t2" calledElement="small"/>', "telling.bpmn", "small"),
    ],
)
def test_every_fault_is_told_with_its_file(file: str, old: str, new: str, place: str, said: str) -> None:
    files = folder()
    assert old in files[file]
    with pytest.raises(FolderRefused) as refused:
        load({**files, file: files[file].replace(old, new)})
    assert any(problem.file == place and said in problem.message for problem in refused.value.problems)


def test_files_can_be_checked_one_by_one(app: Flask, tmp_path: Path) -> None:
    write(folder(), tmp_path)
    (tmp_path / "bad.dmn").write_text(DECISIONS.replace("not(", "no("), encoding="utf-8")
    check = ["process", "check", str(tmp_path / "bad.dmn")]
    result = app.test_cli_runner().invoke(args=check)
    assert result.exit_code == 1 and "bad.dmn" in result.output and "“no”不是可以调用的函数" in result.output
    (tmp_path / "bad.dmn").unlink()
    files = [str(tmp_path / name) for name in ("urgency.dmn", "small.bpmn", "telling.bpmn")]
    result = app.test_cli_runner().invoke(args=["process", "check", *files])
    assert (result.exit_code, result.output.count("✓")) == (0, 3), result.output
