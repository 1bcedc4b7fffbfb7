"""The ledger of commitments, the page of one with everything that is done to it, the report, a unit merged."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from engine.foundation import clock
from models import Commitment, CommitmentEntry, Organization, db
from tests.support.cast import Cast, join
from tests.support.journey import Journey
from tests.support.pictures import png
from tests.webui.conftest import Enter

DONE = "两处干渠改造完成，通过竣工验收。"


@pytest.fixture
def promised(app: Flask, cast: Cast) -> Journey:
    """Replied on 5 February 2026 with one promise, due on 3 October, and closed."""
    with app.app_context():
        journey = Journey(cast).draft().submit().accept().assign().sign_for().contact().reply()
        return journey.evaluate()


@pytest.fixture
def where(app: Flask, promised: Journey) -> str:
    """The address of the promise."""
    with app.app_context():
        return f"/commitments/{db.session.scalars(sa.select(Commitment.id)).one()}"


def promise(app: Flask) -> Commitment:
    with app.app_context():
        return db.session.scalars(sa.select(Commitment)).one()


def change_of(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(sa.select(CommitmentEntry.id).where(CommitmentEntry.kind == "change")).one()


def test_everybody_concerned_finds_it_in_the_ledger_and_on_the_case(
    promised: Journey, where: str, enter: Enter
) -> None:
    for who in ("slt_clerk", "assigner", "deputy1", "czt_clerk", "deputy2"):
        person = enter(who)
        shown = "完成改造并投入使用。" in person.get("/commitments").text
        assert shown is (who not in ("czt_clerk", "deputy2")), who
        assert person.get(where).status_code == (200 if shown else 404), who
    page = enter("assigner").get(f"/cases/{promised.case_id}").text
    assert f'href="{where}"' in page and "推进中" in page
    assert 'href="/commitments"' in enter("slt_clerk").get("/inbox").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("year=2026", True),
        ("year=2025", False),
        ("status=lapsed", False),
        ("status=open", True),
        ("overdue=1", False),
        ("q=投入使用", True),
        ("q=没有这回事", False),
        ("unit=999", False),
        ("year=x&unit=x&status=x&page=x", True),
        ("page=9", False),
    ],
)
def test_the_ledger_is_narrowed_by_its_address(where: str, enter: Enter, asked: str, found: bool) -> None:
    answer = enter("assigner").get(f"/commitments?{asked}")
    assert answer.status_code == 200 and (f'href="{where}"' in answer.text) is found


def test_the_unit_reports_with_evidence_and_the_deputy_rates(app: Flask, where: str, enter: Enter) -> None:
    clerk, deputy = enter("slt_clerk"), enter("deputy1")
    short = clerk.post(f"{where}/report", data={"text": "好", "revision": "1"})
    assert short.status_code == 422 and "至少5个字" in short.text and ">好</textarea>" in short.text
    photo = (BytesIO(png()), "竣工照片.png")
    sent = {"text": "完成招标，施工单位进场。", "revision": "1", "files": photo}
    assert clerk.post(f"{where}/report", data=sent).location == where
    page = deputy.get(where).text
    assert "完成招标，施工单位进场。" in page and "竣工照片.png" in page and "承诺兑现了吗" not in page
    assert f"{where}/report" not in page
    stale = clerk.post(f"{where}/report", data={"text": "旧页面上写的话。", "revision": "1"})
    assert stale.status_code == 409 and "旧页面上写的话。" in stale.text
    done = {"text": DONE, "revision": "2", "go": "fulfilled"}
    assert clerk.post(f"{where}/report", data=done).status_code == 302
    home = deputy.get("/deputy").text
    assert "项承诺请您评价是否兑现" in home and f'href="{where}"' in home
    assert "请在2026年3月11日以前评价" in deputy.get(where).text
    empty = deputy.post(f"{where}/rating", data={"revision": "3"})
    assert empty.status_code == 422 and "请选择是否已经兑现" in empty.text
    bare = deputy.post(f"{where}/rating", data={"revision": "3", "fulfilled": "no"})
    assert bare.status_code == 422 and 'value="no" checked' in bare.text
    given = {"revision": "3", "fulfilled": "no", "reasons": "现场只完成了一处改造。"}
    for _click in range(2):
        assert deputy.post(f"{where}/rating", data=given).status_code == 302
    assert promise(app).status == "open"
    assert "代表不认可" in enter("assigner").get("/commitments").text


def test_a_change_goes_from_the_officer_to_the_head_to_the_congress(
    app: Flask, where: str, enter: Enter
) -> None:
    clerk, head, office = enter("slt_clerk"), enter("slt_head"), enter("assigner")
    asked = {"action": "postpone", "due_on": "2026-10-01", "reason": "主管道定制周期长。", "revision": "1"}
    wrong = clerk.post(f"{where}/change", data=asked)
    assert (
        wrong.status_code == 422 and "晚于现在的完成日期" in wrong.text and "主管道定制周期长。" in wrong.text
    )
    assert clerk.post(f"{where}/change", data={**asked, "due_on": "2027-06-30"}).status_code == 302
    decide = f"{where}/changes/{change_of(app)}"
    assert decide in head.get(where).text and "报代表工作机构决定" in head.get(where).text
    assert "主管道定制周期长。" not in enter("deputy1").get(where).text
    assert head.post(decide, data={"go": "no"}).status_code == 422
    assert head.post(decide, data={"go": "yes", "as": "unit"}).status_code == 302
    assert promise(app).status == "open"
    assert decide in office.get(where).text
    for _click in range(2):
        assert office.post(decide, data={"go": "yes", "as": "congress"}).status_code == 302
    assert (promise(app).status, promise(app).due_on) == ("changed", dt.date(2027, 6, 30))
    assert "原定2026年10月3日" in enter("deputy1").get(where).text
    assert enter("deputy1").post(decide, data={"go": "yes", "as": "unit"}).status_code == 403


def test_the_report_has_its_denominator_and_leaves_as_a_workbook(
    app: Flask, where: str, enter: Enter, promised: Journey
) -> None:
    office = enter("assigner")
    enter("slt_clerk").post(f"{where}/report", data={"text": DONE, "go": "fulfilled"})
    page = office.get("/commitments/report?year=2026").text
    assert "100.0%" in page and "兑现率＝按期兑现÷应兑现" in page
    answer = office.get("/commitments/report.xlsx?year=2027")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    summary = [[cell.value for cell in row] for row in book.worksheets[0]]
    assert summary[1] == ["省水利厅", 1, 1, 1, 0, 1]
    assert book.worksheets[1]["E2"].value == "完成改造并投入使用。"
    assert (
        "还没有" in office.get("/commitments/report?year=2020").text
        or "没有承诺" in office.get("/commitments/report?year=2020").text
    )
    assert enter("deputy1").get("/commitments/report").status_code == 403
    assert enter("deputy1").get("/commitments/report.xlsx").status_code == 403
    with app.app_context():
        promised.case.confidentiality = "restricted"
        db.session.commit()
    assert "完成改造并投入使用。" not in office.get("/commitments/report?year=2026").text


def test_a_lapsed_promise_lowers_the_rate(app: Flask, where: str, enter: Enter) -> None:
    with app.app_context():
        db.session.execute(sa.update(Commitment).values(due_on=dt.date(2026, 2, 20)))
        db.session.commit()
    with clock.moved_to(dt.datetime(2026, 3, 1, 10, tzinfo=clock.ZONE)):
        office = enter("assigner")
        assert "0.0%" in office.get("/commitments/report?year=2026").text
        assert where in office.get("/commitments?overdue=1").text


def test_an_administrator_lets_another_unit_take_over(
    app: Flask, cast: Cast, where: str, enter: Enter
) -> None:
    with app.app_context():
        join(cast, "sysadmin", "dgw", "system_admin")
        db.session.get_one(Organization, cast.organizations["dgw"]).kind = "congress_office"
        db.session.commit()
    admin, ids = enter("sysadmin"), cast.organizations
    page = f"/administration/organizations/{ids['slt']}"
    assert "并入、更名" in admin.get(page).text
    sent: dict[str, Any] = {"successor_id": ids["jyt"], "reason": "机构改革方案〔2026〕1号"}
    assert admin.post(f"{page}/merge", data={**sent, "reason": ""}).status_code == 422
    assert admin.post(f"{page}/merge", data={"reason": "没有选择单位"}).status_code == 422
    for _click in range(2):
        assert admin.post(f"{page}/merge", data=sent).location == page
    assert "已并入：省教育厅" in admin.get(page).text
    assert enter("jyt_head").get(where).status_code == 200
    assert enter("slt_head").get(where).status_code == 404
    back = admin.post(
        f"/administration/organizations/{ids['jyt']}/merge", data={**sent, "successor_id": ids["slt"]}
    )
    assert back.status_code == 409 and "不能承接" in back.text
    assert enter("assigner").post(f"{page}/merge", data=sent).status_code == 403
    with app.app_context():
        assert db.session.get_one(Organization, ids["slt"]).successor_id == ids["jyt"]
