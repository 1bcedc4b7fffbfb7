"""The auditor's pages: he verifies on screen, searches the trail and takes it out; nobody else is let in."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from engine.foundation.actor import system_actor
from engine.foundation.audit_checkpoints import export, take_checkpoint
from engine.people import users
from models import AuditHead, AuditVerification, db
from tests.conftest import create_app, dispose
from tests.people.world import PASSWORD, World, build
from tests.webui.visitors import signed_in, visitor
from webui.pages import administration_verification

WHERE = "/administration/verification"
TRAIL = "/administration/trail"


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return build()


def test_the_auditor_verifies_the_whole_trail_and_reads_the_result_in_words(app: Flask, world: World) -> None:
    auditor = signed_in(app, "north-audit")
    assert "还没有核验过全部审计记录" in auditor.get(WHERE).text
    with app.app_context():
        kept = export(take_checkpoint(system_actor(0)))
    sent = auditor.post(WHERE, data={"checkpoint": (io.BytesIO(kept), "checkpoint.json")})
    one = auditor.get(sent.location).text
    assert "审计记录完整，未发现改动" in one and "audit员" in one
    page = auditor.get(WHERE).text
    assert "上次全部核验" in page and "完整" in page
    english = auditor.get(f"{sent.location}?lang=en").text
    assert "核验" not in english.split("<main")[1].split("</main")[0]
    refused = auditor.post(WHERE, data={"checkpoint": (io.BytesIO(b"{}"), "其他.json")})
    assert refused.status_code == 422 and "其他.json不是完整的审计检查点" in refused.text
    missing = auditor.post(WHERE, data={"number": "没有"})
    assert (
        missing.status_code == 404
        and "本级人大没有这件案件" in missing.text
        and 'value="没有"' in missing.text
    )


def test_faults_stand_with_their_place_and_kind(app: Flask, world: World) -> None:
    auditor = signed_in(app, "north-audit")
    heads, chain = AuditHead.__table__, f"congress:{world.congress_id}"
    with app.app_context():  # as if events had been taken away: the next one is linked far behind the last
        db.session.execute(heads.update().where(heads.c.chain == chain).values(position=1000, hash="0" * 64))
        db.session.commit()
    sent = auditor.post(WHERE)
    page = auditor.get(sent.location).text
    assert "发现" in page and "处问题" in page and "被删除" in page and "本级人大（案件之外）缺少第" in page
    assert f"{TRAIL}?case=congress" in page
    assert auditor.get(f"{sent.location}?lang=en").status_code == 200


def test_a_long_trail_is_verified_behind_the_page(
    fresh_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(administration_verification, "AT_ONCE", 0)
    app = create_app(fresh_url, tmp_path)
    with app.app_context():
        build()
    begin, held = administration_verification.run_verification, threading.Event()

    def waiting(*arguments: object, **named: object) -> None:
        held.wait()
        begin(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(administration_verification, "run_verification", waiting)
    auditor = signed_in(app, "north-audit", PASSWORD)
    sent = auditor.post(WHERE)
    page = auditor.get(sent.location).text
    assert "正在核验，本页会自动更新" in page and "hx-get" in page and "<progress" in page
    assert auditor.post(WHERE).location == sent.location  # once at a time
    running = [thread for thread in threading.enumerate() if thread.name.startswith("verification-")]
    assert len(running) == 1
    held.set()
    running[0].join()
    assert "审计记录完整，未发现改动" in auditor.get(sent.location).text
    dispose(app)


def test_nobody_but_the_auditor_of_this_congress_is_let_in(app: Flask, world: World) -> None:
    auditor = signed_in(app, "north-audit")
    one = auditor.post(WHERE).location
    with app.app_context():
        build("south")
    for name in ("north-system", "north-security", "north-officer", "north-deputy"):
        other = signed_in(app, name)
        for where in (WHERE, one, TRAIL, f"{TRAIL}.csv", f"{TRAIL}.xlsx"):
            assert other.get(where).status_code == 403, (name, where)
        assert other.post(WHERE).status_code == 403
        assert TRAIL not in other.get("/account").text
    foreign = signed_in(app, "south-audit")
    assert foreign.get(one).status_code == 404
    assert foreign.post(WHERE, data={"chain": f"congress:{world.congress_id}"}).status_code == 404
    assert "没有查到" in foreign.get(f"{TRAIL}?who=north").text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditVerification)) == 1


def test_the_trail_is_searched_and_taken_out_and_no_cell_is_a_formula(
    app: Flask, world: World, clock_at: Callable[..., None]
) -> None:
    visitor(app).post("/sign-in", data={"account": "north-officer", "password": "wrong"})
    with app.app_context():
        users.change_user(
            world.actor("north-system"), world.users["north-officer"], name="=HYPERLINK(1)", email=""
        )
    officer, auditor = signed_in(app, "north-officer"), signed_in(app, "north-audit")
    officer.post("/sign-out")
    page = auditor.get(f"{TRAIL}?who=north-officer").text
    assert "登录" in page and "退出" in page and "127.0.0.1" in page
    for nothing in ("?case=没有", "?who=nobody", "?what=没有", "?address=203.0.113.9", "?since=2199-01-01"):
        assert "没有查到" in auditor.get(TRAIL + nothing).text, nothing
    odd = (
        "?since=9999-12-31",
        "?until=0001-01-01",
        "?case=case:99999999999999999999",
        "?who=%25",
        "?before=x",
    )
    for each in odd:
        assert auditor.get(TRAIL + each).status_code == 200, each
    assert auditor.get(f"{TRAIL}.pdf").status_code == 404
    asked = "?who=north-officer&what=登录"
    lines = auditor.get(f"{TRAIL}.csv{asked}").data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("时间,案件或链,事项,事项代码,操作人,单位,对象,地址")
    assert lines[1:] and all("'=HYPERLINK(1)" in line and ",=" not in line for line in lines[1:])
    taken = auditor.get(f"{TRAIL}.xlsx{asked}")
    assert taken.headers["Content-Disposition"].endswith(".xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(taken.data)).active.iter_rows())
    assert len(rows) == len(lines)
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    assert any(cell.value == "'=HYPERLINK(1)" for row in rows for cell in row)
    events = openpyxl.load_workbook(io.BytesIO(auditor.get("/administration/events.xlsx").data))
    assert events.active["A1"].value == "时间"
