"""`flask process`: what is checked, deployed and listed, in words and in JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

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
    assert "process.toml:21 [no-such-act] task.write：没有名为“hand_in”的办理动作。" in result.output


def checked(app: Flask, *arguments: object) -> tuple[int, list[dict[str, Any]]]:
    result = app.test_cli_runner().invoke(args=["process", "check", "--json", *map(str, arguments)])
    return result.exit_code, json.loads(result.output)


def test_every_problem_of_every_file_is_in_one_report(app: Flask, folder: Path) -> None:
    bad = folder / "bad.bpmn"
    bad.write_text(BPMN.replace("userTask", "scriptTask"), encoding="utf-8")
    status, advice = checked(app, folder / "small.bpmn")
    assert (status, [(row["code"], row["severity"]) for row in advice]) == (0, [("no-form", "warning")])
    assert checked(app, folder / "small.bpmn", "--strict")[0] == 1
    status, found = checked(app, folder / "small.bpmn", bad, folder)
    assert status == 1
    assert {tuple(row) for row in found} == {
        ("file", "line", "element", "code", "severity", "message", "advice", "detail")
    }
    script = next(row for row in found if row["file"] == str(bad))
    line = 1 + bad.read_text(encoding="utf-8").split("<scriptTask")[0].count("\n")
    assert (script["code"], script["line"], script["element"]) == ("script-task", line, "write")
    assert script["message"] == "scriptTask含有程序代码，不予执行。" and script["advice"]
    inside = [row for row in found if row["file"] == str(folder / "process.toml")]
    assert {(row["code"], row["line"], row["element"]) for row in inside} >= {
        ("no-such-act", 21, "task.write")
    }


def test_problems_are_told_as_they_stand_in_the_file(app: Flask, tmp_path: Path) -> None:
    tasks = "\n".join(f'<scriptTask id="t{number}"/>' for number in range(12))
    (tmp_path / "long.bpmn").write_text(BPMN.replace("</process>", f"{tasks}\n</process>"), encoding="utf-8")
    _, found = checked(app, tmp_path / "long.bpmn")
    lines = [row["line"] for row in found]
    assert lines == sorted(lines) and lines[0] < 10 < lines[-1]


def test_the_diagram_of_a_folder_is_told_like_a_diagram_alone(app: Flask, folder: Path) -> None:
    (folder / "small.bpmn").write_text(BPMN.replace("userTask", "scriptTask"), encoding="utf-8")
    _, alone = checked(app, folder / "small.bpmn")
    _, within = checked(app, folder)
    assert [row for row in within if row["file"].endswith(".bpmn")] == alone


def test_a_report_can_be_read_in_english(app: Flask, folder: Path) -> None:
    (folder / "small.bpmn").write_text(BPMN.replace("userTask", "scriptTask"), encoding="utf-8")
    _, found = checked(app, folder, "--lang", "en")
    assert found and not [
        row for row in found if re.search("[\u4e00-\u9fff]", row["message"] + row["advice"])
    ]


def test_a_refused_run_says_why_in_english_too(app: Flask) -> None:
    command = ["process", "run", str(EXPORTED / "camunda7.bpmn"), "--process", "bookshop", "--json"]
    refused = [
        json.loads(app.test_cli_runner().invoke(args=[*command, "--lang", lang]).output)
        for lang in ("zh", "en")
    ]
    assert {each["state"] for each in refused} == {"refused"}
    said = ["".join(row["message"] for row in each["problems"]) for each in refused]
    assert "流程未标为可执行。" in said[0]
    assert said[1] and not re.search("[\u4e00-\u9fff]", said[1])


def test_any_folder_of_diagrams_can_be_checked(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("a.bpmn", "inner/b.bpmn"):
        (tmp_path / name).write_text("<html/>", encoding="utf-8")
    status, found = checked(app, tmp_path)
    assert (status, [row["code"] for row in found]) == (1, ["not-bpmn", "not-bpmn"])
    assert found[1]["file"] == str(tmp_path / "inner" / "b.bpmn")
    (tmp_path / "empty").mkdir()
    assert checked(app, tmp_path / "empty")[0] == 1


RUN = ["process", "run", "--clock", "2026-03-01T08:00"]
EXPORTED = Path(__file__).parents[1] / "flow" / "exported"


def test_a_definition_is_run_without_a_database(app: Flask, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text(
        '[[answers.Activity_look]]\nvariables = { depth = 7 }\nafter = "P1D"\n'
        "[[answers.Activity_mend]]\nat = 2026-03-05T12:00:00+08:00\n",
        encoding="utf-8",
    )
    command = [*RUN, str(EXPORTED / "bpmn_io.bpmn"), "--answers", str(answers), "--json"]
    outputs = [
        app.test_cli_runner().invoke(args=[*command, *more]) for more in ((), ("--restore-every-step",))
    ]
    assert [output.exit_code for output in outputs] == [3, 3]
    assert outputs[0].output == outputs[1].output
    run = json.loads(outputs[0].output)
    assert (run["state"], run["variables"]) == ("waiting", {"depth": 7})
    assert run["ended_at"] == "2026-03-05T12:00:00+08:00"
    assert [task["element"] for task in run["open_tasks"]] == ["Activity_answer"]
    assert [entry["event"] for entry in run["trace"][:3]] == ["started", "entered", "left"]


def test_why_a_run_failed_is_said_in_english_too(app: Flask, tmp_path: Path) -> None:
    command = [*RUN, str(EXPORTED / "camunda8.bpmn"), "--variables", '{"plots": 5}']
    english = app.test_cli_runner().invoke(args=[*command, "--lang", "en", "--json"])
    run = json.loads(english.output)
    assert english.exit_code == 4 and run["error"]["message"].startswith("The flow could not go on at")
    assert [each["message"] for each in run["trace"] if each["event"] == "failed"] == [
        run["error"]["message"]
    ]
    chinese = json.loads(app.test_cli_runner().invoke(args=[*command, "--json"]).output)
    assert chinese["error"]["message"].startswith("流程在“")
    (tmp_path / "wrong.json").write_text("[]", encoding="utf-8")
    wrong = app.test_cli_runner().invoke(
        args=[*command, "--answers", str(tmp_path / "wrong.json"), "--lang", "en"]
    )
    assert wrong.exit_code == 2 and "The answers file is wrong" in wrong.output


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["bpmn_io.bpmn", "--variables", "[]"], 2),
        (["bpmn_io.bpmn", "--variables", "{"], 2),
        (["bpmn_io.bpmn", "--variables", '{"n": NaN}'], 2),
        (["bpmn_io.bpmn", "--variables", '{"n": "\\ud800"}'], 2),
        (["bpmn_io.bpmn", "--clock", "yesterday"], 2),
        (["bpmn_io.bpmn", "--answers", "signavio.bpmn"], 2),
        (["bpmn_io.bpmn", "--process", "nobody"], 1),
        (["camunda7.bpmn", "--process", "bookshop"], 1),
        (["camunda8.bpmn", "--variables", '{"plots": 5}'], 4),
        (["camunda8.bpmn", "--variables", '{"plots": []}', "--step-limit", "1"], 0),
        (["bpmn_io.bpmn", "--answers", "{answers}", "--step-limit", "1"], 5),
    ],
)
def test_the_exit_status_says_how_a_run_ended(
    app: Flask, tmp_path: Path, arguments: list[str], status: int
) -> None:
    # With the mark that some editors of Windows put before it.
    (tmp_path / "answers.json").write_text('{"Activity_look": [{}]}', encoding="utf-8-sig")
    places = {"{answers}": tmp_path / "answers.json"}
    given = [
        str(EXPORTED / each) if each.endswith(".bpmn") else str(places.get(each, each)) for each in arguments
    ]
    for form in ([], ["--json"]):
        assert app.test_cli_runner().invoke(args=[*RUN, *given, *form]).exit_code == status


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
