"""Taking in a ledger on screen."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from models import Case, ImportBatch, ImportRow, db
from tests.casework.test_ledgers import WHOLE, csv_of
from tests.house.tree import ROOT
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.web import Visitor
from tests.webui.visitors import signed_in
from webui.commands import files, process_running


@pytest.fixture
def cast(app: Flask, clock_at: Callable[..., None]) -> Cast:
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    with app.app_context():
        return assemble()


@pytest.fixture
def office(app: Flask, cast: Cast) -> Visitor:
    return signed_in(app, "assigner@14", PASSWORD)


def send(office: Visitor, content: bytes, filename: str = "台账.csv", kind: str = "suggestion"):  # type: ignore[no-untyped-def]
    return office.post(
        "/ledgers", data={"kind": kind, "file": (io.BytesIO(content), filename)}, follow_redirects=True
    )


def test_a_ledger_is_taken_in_and_its_refused_rows_come_back(office: Visitor, app: Flask) -> None:
    answer = send(office, csv_of(WHOLE, {**WHOLE, "编号": "第2号", "领衔代表": "没有这人"}))
    assert answer.status_code == 200
    assert "没有名为“没有这人”的代表" in answer.text
    with app.app_context():
        batch = db.session.scalars(sa.select(ImportBatch)).one()
        assert (batch.total, batch.accepted, batch.refused) == (2, 1, 1)
    refused = office.get(f"/ledgers/{batch.id}/refused")
    sheet = openpyxl.load_workbook(io.BytesIO(refused.data)).worksheets[0]
    assert sheet.max_row == 2
    assert "台账.csv" in office.get("/ledgers").text


def test_what_was_not_used_and_what_is_wrong_are_read_in_both_languages(office: Visitor, app: Flask) -> None:
    bad = {title: cell for title, cell in WHOLE.items() if title != "主办单位"}
    bad |= {"主办部门": "省水利厅", "领衔代表": "没有这人", "提出日期": "上周"}
    page = send(office, csv_of(bad), "表.csv")
    assert "没有用到的列" in page.text and "“主办部门”" in page.text and "是不是“主办单位”？" in page.text
    where = page.request.path
    shown = office.get(f"{where}?lang=en").text.split("<main")[1].split("</main")[0]
    assert "Columns that were not used" in shown and "perhaps “主办单位”?" in shown
    assert (
        "Line 2</span>" in shown
        and "There is no deputy named “没有这人”." in shown
        and "“上周” is not a date" in shown
    )
    with app.app_context():  # a row of before faults were kept is read as it was written
        db.session.execute(sa.update(ImportRow).values(faults=[]))
        db.session.commit()
    assert "没有名为“没有这人”的代表。" in office.get(f"{where}?lang=en").text


def test_the_command_tells_it_for_people_and_for_programs(app: Flask, cast: Cast, tmp_path: Path) -> None:
    rows = ({**WHOLE, "主办部门": "省财政厅"}, {**WHOLE, "编号": "第2号", "类别": "天文"})
    file = tmp_path / "台账.csv"
    file.write_bytes(csv_of(*rows))
    run = app.test_cli_runner().invoke
    told = run(args=["case", "import", "suggestion", str(file), "--congress", "14"])
    assert told.exit_code == 1 and "没有“天文”这个类别。" in told.output
    assert "没有用到的列 / column not used: 13\t主办部门\n" in told.output
    again = run(args=["case", "import", "suggestion", str(file), "--congress", "14", "--json"])
    found = json.loads(again.stdout)
    assert [each["row"] for each in found["repeated"]] == [2] and found["accepted"] == []
    assert found["unused_columns"] == [{"place": 13, "title": "主办部门", "near": ""}]
    (refused,) = found["refused"]
    told_faults = [(each["code"], each["values"]) for each in refused["faults"]]
    assert refused["row"] == 3 and told_faults == [("category_unknown", {"name": "天文"})]


def test_a_file_is_checked_without_being_taken_in(
    office: Visitor, app: Flask, cast: Cast, tmp_path: Path
) -> None:
    content = csv_of({**WHOLE, "主办部门": "省财政厅"}, {**WHOLE, "编号": "第2号", "类别": "天文"})
    data = {"kind": "suggestion", "go": "check"}
    page = office.post("/ledgers?lang=en", data={**data, "file": (io.BytesIO(content), "台账.csv")})
    assert page.status_code == 200
    said = page.text.split("<main")[1].split("</main")[0]
    assert "1 rows can be taken in, 0 were before, 1 cannot." in said and "nothing was taken in" in said
    assert "There is no category" in said and "主办部门" in said
    file = tmp_path / "台账.csv"
    file.write_bytes(content)
    command = ["case", "import", "suggestion", str(file), "--congress", "14", "--check"]
    told = app.test_cli_runner().invoke(args=command)
    assert told.exit_code == 1 and "2\t可以导入" in told.stdout and "天文" in told.stdout
    found = json.loads(app.test_cli_runner().invoke(args=[*command, "--json"]).stdout)
    assert found["accepted"] == [{"row": 2, "case": None}]
    with app.app_context():
        for each in (Case, ImportBatch, ImportRow):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(each)) == 0
    assert not file.with_name("台账-refused.xlsx").exists()


def test_the_command_looks_where_it_is_to_write_before_it_takes_anything_in(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    file, folder = tmp_path / "台账.csv", tmp_path / "没有"
    content = csv_of(WHOLE, {**WHOLE, "编号": "第2号", "类别": "天文"})
    file.write_bytes(content)
    run = app.test_cli_runner().invoke
    ledger = ["case", "import", "suggestion", str(file)]
    for nowhere in (folder / "a.xlsx", file):
        told = run(args=[*ledger, "--refused", str(nowhere)])
        assert told.exit_code == 2 and "Error: " in told.output
    assert run(args=[*ledger, "--congress", "\udcff"]).exit_code == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0
    assert file.read_bytes() == content
    for command in (["case", "template", "suggestion"], ["performance", "template"]):
        told = run(args=[*command, str(folder / "a.xlsx")])
        assert told.exit_code == 1 and isinstance(told.exception, SystemExit) and "a.xlsx" in told.output


def test_a_file_whose_name_is_no_utf8_is_read_all_the_same(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """As of an archive that was packed in GB 18030 and unpacked by a program that does not ask."""
    file = tmp_path / os.fsdecode("台账.csv".encode("gb18030"))
    content = csv_of(WHOLE, {**WHOLE, "编号": "第2号", "类别": "天文"})
    file.write_bytes(content)
    run = app.test_cli_runner().invoke
    for command in (
        ["case", "import", "suggestion"],
        ["process", "check"],
        ["process", "check", "--json"],
        ["process", "run"],
    ):
        told = run(args=[*command, str(file)])
        assert told.exit_code == 1 and isinstance(told.exception, SystemExit), told.exception
        assert "�" in told.output
    with app.app_context():
        assert "�" in db.session.scalars(sa.select(ImportBatch.filename)).one()
    assert len(list(tmp_path.iterdir())) == 2  # the refused rows lie beside it


def test_commands_read_no_more_than_a_page_would_take(
    app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a device, or a disk's image that was taken for a table: it would fill the memory first."""
    monkeypatch.setattr(files, "MOST_BYTES", 100)
    monkeypatch.setattr(process_running, "MOST_BYTES", 100)
    large, diagram = tmp_path / "大.csv", ROOT / "processes" / "suggestion" / "suggestion.bpmn"
    large.write_bytes(csv_of(WHOLE))
    for command in (
        ["case", "import", "suggestion", str(large)],
        ["performance", "import", str(large)],
        ["process", "run", str(diagram), "--answers", str(large)],
        ["process", "run", str(diagram), "--variables", f"@{large}"],
    ):
        told = app.test_cli_runner().invoke(args=command)
        assert told.exit_code == 2 and isinstance(told.exception, SystemExit), told.output
        assert "MB" in told.output


def test_a_file_that_is_no_ledger_is_refused_in_words(office: Visitor, app: Flask) -> None:
    answer = send(office, b"nothing", "a.xlsx")
    assert answer.status_code == 422
    assert "无法读取台账文件" in answer.text
    assert send(office, csv_of(WHOLE), kind="unknown").status_code in (404, 422)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_the_blank_ledger_can_be_downloaded(office: Visitor) -> None:
    answer = office.get("/ledgers/template/suggestion")
    header = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0][1]]
    assert header[:3] == ["届次", "编号", "标题"]


def test_a_unit_may_not_import(app: Flask, cast: Cast) -> None:
    assert signed_in(app, "slt_clerk@14", PASSWORD).get("/ledgers").status_code == 403
