"""Published self-evaluations on the public site: found, read, downloaded, taken as data; nothing else is ever there."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask

from engine.performance.keeping import keep_form
from engine.performance.publishing import PersonalDataLeft
from engine.performance.report import Report
from models import Deputy, PerformanceCopy, Problem, db
from tests.performance.reports import assessed, clean, with_line
from tests.support.cast import Cast, join
from tests.support.evaluating import act, do, take_on
from tests.support.web import Visitor
from tests.webui.visitors import visitor
from webui.pages import public_performance

pytestmark = pytest.mark.slow


def report(name: str = "汾河支流整治项目", **changes: Any) -> Report:
    return replace(clean(), project=name, **changes)


def confirm(cast: Cast, made: Report) -> int:
    """A project of slt, as far as the congress has confirmed it."""
    kept = keep_form(cast.actor("slt_clerk"), report=made, budget_head="213")
    take_on(cast, kept.project_id, until="confirm")
    return kept.project_id


def publish(cast: Cast, project_id: int) -> None:
    do(cast, project_id, "reviewer_two", "publish", decision="published")


@pytest.fixture
def reviewed(app: Flask, cast: Cast) -> Cast:
    with app.app_context():
        names = ("reviewer_one", "reviewer_two")
        users = {name: join(cast, name, "dgw", "budget_reviewer").user_id for name in names}
    return replace(cast, users={**cast.users, **users})


def address_in(site: Visitor, where: str = "/public/performance") -> str:
    return re.findall(r'href="(/public/performance/[0-9a-z]{10})"', site.get(where).text)[0]


@pytest.fixture
def site(app: Flask, reviewed: Cast) -> Visitor:
    """One project published with a problem that is put right, one only confirmed."""
    site = visitor(app)
    with app.app_context():
        waiting = confirm(reviewed, report("未公开的项目"))
        flawed = with_line(report(), "工程合格率", target="100%")
        project_id = confirm(reviewed, flawed)
        assert "还没有公开的绩效自评" in site.get("/public/performance").text
        publish(reviewed, project_id)
        assert waiting != project_id
        problem = db.session.scalars(sa.select(Problem.id)).one()
        said = {"problem": problem, "done": "改为≥100%。联系人：赵小明，手机13812345678。", "evidence": []}
        act(reviewed, project_id, "slt_clerk", "report_problem", **said)
        do(reviewed, project_id, "slt_clerk", "rectify", summary="已经全部更正。")
        struck = {"problem": problem, "decision": "closed", "opinion": "已核对。"}
        act(reviewed, project_id, "reviewer_one", "close_problem", **struck)
        assert "改为≥100%" not in site.get(address_in(site)).text  # not before it is released
        do(reviewed, project_id, "reviewer_one", "conclude", decision="settled")
    return site


def test_what_is_published_is_found_read_and_downloaded(site: Visitor) -> None:
    page = site.get("/public/performance")
    assert "汾河支流整治项目" in page.text and "93 优" in page.text
    where = address_in(site)
    project = site.get(where)
    for words in ("省水利厅", "462.5", "≥120公里", "13.5", "改为≥100%", "已核对。", "operator_missing"):
        assert words in project.text, words
    english = site.get(f"{where}?lang=en").text
    assert "Carried over" in english and "Excellent" in english

    found = assessed("a.docx", site.get(f"{where}/report.docx").data)
    assert str(found.total) == "93.00"
    pdf = site.get(f"{where}/report.pdf")
    text = "".join("".join(p.extract_text().split()) for p in pypdf.PdfReader(io.BytesIO(pdf.data)).pages)
    assert "总得分93.00分" in text and "reviewer_two" not in text and "13812345678" not in project.text
    assert pdf.headers["Content-Disposition"].startswith("attachment; filename=")
    assert site.get(f"{where}/report.xlsx").status_code == 404


def test_nothing_depends_on_the_reader_and_nothing_else_is_there(site: Visitor) -> None:
    where = address_in(site)
    for everywhere in ("", "/data.json", "/data.csv", "/data"):
        answer = site.get(f"/public/performance{everywhere}")
        assert "未公开的项目" not in answer.text
        assert "Set-Cookie" not in answer.headers and "Vary" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        again = site.get(
            f"/public/performance{everywhere}", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")
    assert where in site.get("/public/sitemap.xml").text
    assert site.get("/public/performance/0000000000").status_code == 404
    assert "未公开的项目" not in site.get("/public/performance?q=未公开").text


def test_open_data_are_the_same_as_records_and_as_rows(site: Visitor) -> None:
    where = address_in(site)
    data = site.get("/public/performance/data.json")
    (record,) = data.json["records"]
    assert '"total": 93' in data.text and record["id"] == where.rpartition("/")[2]
    assert record["problems"][0]["closed_on"] == "2026-02-05"
    spent = next(
        c["value"] for c in record["funding"] if (c["row"], c["column"]) == ("全年执行资金", "年度总金额")
    )
    assert spent == 462.5
    (row,) = csv.DictReader(io.StringIO(site.get("/public/performance/data.csv").data.decode("utf-8-sig")))
    assert (row["id"], row["total"], row["grade"]) == (record["id"], "93", "优")
    assert "整改措施：改为≥100%。" in row["problems"]


def test_search_by_year_and_unit_and_pages(
    app: Flask, reviewed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["河道整治项目", "水库加固项目", "ＩＣ卡项目"]
    with app.app_context():
        for number, name in enumerate(names):
            publish(reviewed, confirm(reviewed, report(name, year=2023 + number)))
    site = visitor(app)

    def titles(query: str) -> list[str]:
        return re.findall(r"<h2><a [^>]*>([^<]+)</a>", site.get(f"/public/performance?{query}").text)

    unit = reviewed.organizations["slt"]
    for query, expected in {
        "": [2, 1, 0], "year=2024": [1], "year=abc": [2, 1, 0], "year=99999999999999": [], "q=水库": [1],
        "q=ic卡": [2], "q=%25": [], "q=水利厅 加固": [1], f"unit={unit}": [2, 1, 0], "unit=0": [],
        "congress=14&q=213": [2, 1, 0], "congress=15": [],
    }.items():  # fmt: skip
        assert titles(query) == [names[number] for number in expected], query
    monkeypatch.setattr(public_performance, "DATA_PAGE", 2)
    first = site.get("/public/performance/data.json?q=项目").json
    second = site.get(first["next"]).json
    assert [each["project"] for each in first["records"] + second["records"]] == names[::-1]
    assert second["next"] is None
    assert site.get("/public/performance?after=nosuchkey").status_code == 404


def test_personal_data_are_hidden_in_page_files_and_data(app: Flask, reviewed: Cast) -> None:
    site = visitor(app)
    with app.app_context():
        told = report(
            annual_goal="整治河道一百二十公里。联系人：赵小明，手机13812345678，邮箱 li@example.cn。",
            evidence=("身份证11010519491231002X的收据",),
        )
        told = with_line(told, "工程合格率", reason="村民李建国（１３８ 1234 5678）反映")
        publish(reviewed, confirm(reviewed, told))
        deputy = db.session.scalars(sa.select(Deputy)).first()
        deputy.phone, name = "2023344", "另一项目"
        db.session.commit()
        other = confirm(reviewed, report(name, annual_goal="请找代表 202 33 44。"))
        with pytest.raises(PersonalDataLeft):
            publish(reviewed, other)
        assert len(db.session.scalars(sa.select(PerformanceCopy.number)).all()) == 1
    where = address_in(site)
    pdf = pypdf.PdfReader(io.BytesIO(site.get(f"{where}/report.pdf").data))
    texts = [site.get(f"{where}").text, site.get("/public/performance/data.json").text]
    texts += ["".join(page.extract_text() for page in pdf.pages)]
    word = assessed("a.docx", site.get(f"{where}/report.docx").data).report
    texts += [repr(word), site.get("/public/performance/data.csv").text]
    for text in texts:
        assert "已隐去" in text
        for secret in ("13812345678", "1234 5678", "11010519491231002X", "李建国", "赵小明", "li@example.cn"):
            assert secret not in text, secret


def test_what_was_withdrawn_is_gone_and_comes_back_under_its_number(app: Flask, reviewed: Cast) -> None:
    site = visitor(app)
    with app.app_context():
        project_id = confirm(reviewed, report())
        publish(reviewed, project_id)
        where = address_in(site)
        act(reviewed, project_id, "reviewer_one", "withdraw", reason="误公开")
        for each in (where, f"{where}/report.docx", f"{where}/report.pdf"):
            gone = site.get(each)
            assert gone.status_code == 410 and gone.headers["Cache-Control"] == "no-store"
            assert "汾河" not in gone.text and "误公开" not in gone.text
        for each in ("", "/data.json", "/data.csv"):
            assert "汾河" not in site.get(f"/public/performance{each}").text
        assert where not in site.get("/public/sitemap.xml").text
        # Sent back, put right, and through all hands again: until then nobody reads the new version.
        do(reviewed, project_id, "reviewer_two", "publish", decision="returned", reason="重新填写")
        kept = keep_form(reviewed.actor("slt_clerk"), report=report(annual_goal="整治河道一百二十公里。"))
        assert kept.version == 2 and site.get(where).status_code == 410
        take_on(reviewed, project_id, until="confirm")
        assert site.get(where).status_code == 410
        publish(reviewed, project_id)
        page = site.get(where).text
        assert "整治河道一百二十公里。" in page and "现为第 2 版" in page
        copies = sa.select(PerformanceCopy.number, PerformanceCopy.version).order_by(PerformanceCopy.number)
        assert [tuple(row) for row in db.session.execute(copies)] == [(1, 1), (2, 2)]
