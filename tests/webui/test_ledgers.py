"""Taking in a ledger on screen."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from models import Case, ImportBatch, db
from tests.casework.test_ledgers import WHOLE, csv_of
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.web import Visitor
from tests.webui.visitors import signed_in


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
