"""What worked examples go through: every flow of what is shipped, or a reason; counted as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from engine.definitions import catalogue
from engine.definitions.coverage import KINDS, coverage, read_examples
from engine.definitions.folder import load
from tests.definitions.small import BPMN, form_file, small

CHOICES = [{"value": value, "label": {"zh": value, "en": value}} for value in ("yes", "no")]
TEXT = form_file({}, {"name": "decision", "type": "choice", "choices": CHOICES})
# A way back, and a message at the border, that an example need not go.
SPLIT = BPMN.replace(
    '<sequenceFlow id="f2" sourceRef="write" targetRef="end"/>',
    """<exclusiveGateway id="gw" default="f3"/>
    <sequenceFlow id="f2" sourceRef="write" targetRef="gw"/>
    <sequenceFlow id="f3" sourceRef="gw" targetRef="end"/>
    <sequenceFlow id="f4" sourceRef="gw" targetRef="write">
    <conditionExpression>again</conditionExpression></sequenceFlow>
    <boundaryEvent id="late" attachedToRef="write"><messageEventDefinition messageRef="m"/></boundaryEvent>
    <endEvent id="over"/><sequenceFlow id="f5" sourceRef="late" targetRef="over"/>""",
).replace('<process id="small"', '<message id="m" name="late"/><process id="small"')
STEPS = """
title = "一次写成"
steps = [
  { who = "deputy1", task = "write", with = { decision = "no" }, refused = "InvalidAnswers" },
  { who = "deputy1", task = "write", with = "agreed" },
]
"""


@pytest.mark.parametrize("key", sorted(catalogue.shipped()))
def test_the_examples_that_are_shipped_cover_everything_or_say_why_not(key: str) -> None:
    folder = load(catalogue.shipped()[key])
    found = coverage(folder, read_examples(catalogue.PROCESSES / key, folder))
    assert [item.id for item in found.unexplained] == [], (
        "cover them, or say why not in scenarios/_uncovered.toml"
    )
    assert found.idle_reasons == ()
    covered, total = found.figures["flow"]
    assert covered == total > 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder with one example, which goes straight to the end."""
    files = small(bpmn=SPLIT, text=TEXT)
    files["scenarios/straight.toml"] = STEPS
    files["scenarios/_answers.toml"] = '[agreed]\ndecision = "yes"\n'
    files["scenarios/_passages.json"] = '{"straight": ["start", "f1", "write", "f2", "gw", "f3", "end"]}'
    files["scenarios/_uncovered.toml"] = '[why]\nf4 = "为了检验"\nf1 = "其实走到了"\n'
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_an_example_passes_and_answers_is_counted_and_what_is_refused_is_not(folder: Path) -> None:
    loaded = load(catalogue.read_folder(folder))
    found = coverage(loaded, read_examples(folder, loaded))
    assert found.figures == dict(zip(KINDS, ((3, 5), (1, 1), (0, 1), (1, 2), (1, 2)), strict=True))
    assert {item.id for item in found.uncovered} == {"f4", "f5", "late", "over", "write.decision.no"}
    assert {item.id for item in found.unexplained} == {"f5", "late", "over", "write.decision.no"}
    assert found.idle_reasons == ("f1",)
    assert {item.by for item in found.items if item.by} == {("straight",)}


def test_a_folder_without_examples_has_nothing_covered() -> None:
    loaded = load(small(bpmn=SPLIT, text=TEXT))
    found = coverage(loaded, read_examples(Path("nowhere"), loaded))
    assert all(covered == 0 for covered, _total in found.figures.values())


def test_the_command_prints_figures_and_what_is_missing(app: Flask, folder: Path) -> None:
    runner = app.test_cli_runner()
    for key in catalogue.shipped():
        told = runner.invoke(args=["process", "coverage", key, "--json"])
        figures = json.loads(told.output)["figures"]
        assert told.exit_code == 0 and figures["flow"]["covered"] == figures["flow"]["total"]
    said = runner.invoke(args=["process", "coverage", str(folder)])
    assert said.exit_code == 1
    for line in ("Flows: 3/5", "○ [flow] f4", "为了检验", "✗ [boundary] late", "✗ f1："):
        assert line in said.output
    assert runner.invoke(args=["process", "coverage", "nothing"]).exit_code == 2
