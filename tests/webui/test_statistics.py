"""The pages of statistics: for whom, every number with its cases, scopes, the workbook and the forecast."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from models import Case, db
from tests.support.cast import Cast, join
from tests.support.journey import Journey
from tests.support.web import Visitor
from webui.presenting.scopes import PARTS

pytestmark = pytest.mark.slow

Enter = Callable[[str], Visitor]
LINK = re.compile(r'href="(/statistics/cases\?[^"]+)"><span class="hush">[^<]+</span>(\d+)</a>')


@pytest.fixture
def year(app: Flask, cast: Cast, clock_at: Callable[..., None]) -> list[Journey]:
    """Three suggestions: one satisfied, one still with its unit, one with a name that spreadsheets run."""
    with app.app_context():
        first = Journey(cast).draft().submit().accept().assign(slt="lead", czt="co")
        second = Journey(cast).draft().submit().accept().assign(jyt="lead")
        third = Journey(cast).draft(title="=HYPERLINK(1)").submit().accept()
        clock_at(dt.datetime(2026, 3, 2, 10, 0))
        first.sign_for().sign_for("czt", "co_sign_for")
        first.do("czt_clerk", "co_opinion", "czt", position="agree", text="同意，资金由我厅统筹安排落实。")
        first.contact().reply().evaluate()
    return [first, second, third]


def numbers(page: str) -> dict[str, int]:
    """Every number that opens its cases: address → number."""
    return {href.replace("&amp;", "&"): int(count) for href, count in LINK.findall(page)}


def rows_of(page: str) -> int:
    return page.count("<tr data-row")


@pytest.mark.parametrize("who", ["assigner", "slt_head", "jyt_clerk"])
def test_every_number_opens_a_list_of_its_length(year: list[Journey], enter: Enter, who: str) -> None:
    person = enter(who)
    addresses = ["/statistics", "/statistics/in_time_share", "/statistics/units", "/statistics/handed"]
    seen = {}
    for address in addresses:
        page = person.get(address)
        assert page.status_code == 200
        seen |= numbers(page.text)
    assert len(seen) > 20
    for address, count in seen.items():
        listed = person.get(address)
        assert listed.status_code == 200, address
        assert rows_of(listed.text) == count, address


def test_each_number_of_the_forecast_opens_its_list(year: list[Journey], enter: Enter) -> None:
    person = enter("assigner")
    page = person.get("/statistics/forecast").text
    links = re.findall(r'href="(/statistics/forecast/cases\?[^"]+)">(\d+)</a>', page)
    assert len(links) == 1  # the answer that jyt owes; czt's co-opinion and slt's reply are given
    for href, count in links:
        assert rows_of(person.get(href.replace("&amp;", "&")).text) == int(count)


def test_a_chart_never_speaks_by_colour_alone(year: list[Journey], enter: Enter) -> None:
    page = enter("assigner").get("/statistics/forecast").text
    assert 'role="img"' in page and "<desc" in page and "<table" in page
    assert " style=" not in page and "<style" not in page


def test_deputies_see_totals_and_no_lists(year: list[Journey], enter: Enter) -> None:
    deputy = enter("deputy1")
    page = deputy.get("/statistics")
    assert page.status_code == 200
    assert numbers(page.text) == {}
    assert "/statistics/units" not in page.text
    assert deputy.get("/statistics/satisfied_share").status_code == 200
    for address in ("/statistics/units", "/statistics/forecast", "/statistics/cases?indicator=received"):
        assert deputy.get(address).status_code == 403, address


def test_a_unit_sees_no_other_unit(year: list[Journey], cast: Cast, enter: Enter) -> None:
    head = enter("slt_head")
    assert "省教育厅" not in head.get("/statistics/units").text
    assert "省教育厅" not in head.get("/statistics/forecast").text
    other = cast.organizations["jyt"]
    for address in (
        f"/statistics/units/{other}",
        f"/statistics/forecast/cases?unit={other}",
        "/statistics/cases?indicator=received",
    ):
        assert head.get(address).status_code == 403, address
    assert head.get(f"/statistics/units/{cast.organizations['slt']}").status_code == 200


def test_the_government_office_sees_the_units_of_government(
    app: Flask, year: list[Journey], cast: Cast, enter: Enter
) -> None:
    with app.app_context():
        join(cast, "assigner", "zfb")  # a seat without a role changes nothing
        join(cast, "slt_clerk", "zfb", "government_router")
    page = enter("slt_clerk").get("/statistics/units").text
    assert "省教育厅" in page and "省水利厅" in page


def test_administrators_have_no_statistics(app: Flask, cast: Cast, enter: Enter) -> None:
    with app.app_context():
        join(cast, "root", "dgw", "system_admin")
    from tests.webui.visitors import signed_in

    root = signed_in(app, "root@14", "Shiyan-2026-ok")
    assert root.get("/statistics").status_code == 403


def test_a_scope_narrows_and_stays_in_the_addresses(year: list[Journey], enter: Enter) -> None:
    person = enter("assigner")
    assert '<strong class="num"><a' in person.get("/statistics?of=y2026").text
    narrow = person.get("/statistics?of=y2025&category=environment")
    assert "2025年 · 资源环保" in narrow.text
    assert "of=y2025&amp;category=environment" in narrow.text
    assert person.get("/statistics?of=period&since=2026-02-05&until=2026-02-05").status_code == 200
    assert set(PARTS) >= {"of", "since"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("of=period&since=2026-02-31", "请填写日期"),
        ("of=period&since=x&until=2026-01-01", "请填写日期"),
        ("of=period&since=9999-12-31", "请填写日期"),
        ("of=period", "请填写起止日期"),
        ("of=period&since=2026-03-01&until=2026-02-01", "截止日期不能早于起始日期"),
    ],
)
def test_dates_that_cannot_be_meant_are_named_and_kept(
    year: list[Journey], enter: Enter, query: str, sentence: str
) -> None:
    page = enter("assigner").get(f"/statistics?{query}")
    assert page.status_code == 422
    assert sentence in page.text
    for part in query.split("&")[1:]:
        assert f'value="{part.split("=")[1]}"' in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/statistics/nonsense",
        "/statistics?process=nonsense",
        "/statistics/cases",
        "/statistics/cases?indicator=received&cut=nonsense",
        "/statistics/cases?indicator=received&side=middle",
        "/statistics/forecast/cases",
        "/statistics/forecast/cases?unit=1&week=nonsense",
        "/statistics/forecast/cases?unit=1&week=9999-12-31",
    ],
)
def test_what_is_not_there_is_not_found(year: list[Journey], enter: Enter, address: str) -> None:
    assert enter("assigner").get(address).status_code == 404


def test_odd_values_of_a_scope_do_no_harm(year: list[Journey], enter: Enter) -> None:
    person = enter("assigner")
    for query in ("of=m999999999", "of=y0", "of=t0", "of=y99999", "delegation=999", "of=zz", "category=%27"):
        assert person.get(f"/statistics?{query}").status_code == 200, query
    wrong = "/statistics/cases?indicator=handed&cut=unit&value=nonsense"
    assert rows_of(person.get(wrong).text) == 0


def test_the_workbook_says_its_denominators_and_runs_nothing(year: list[Journey], enter: Enter) -> None:
    answer = enter("assigner").get("/statistics/export.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    assert book.sheetnames[0] == "汇总" and book.sheetnames[-2:] == ["案件清单", "口径"]
    assert "承办单位" in book.sheetnames
    summary = {row[0]: row for row in book["汇总"].iter_rows(values_only=True)}
    assert summary["提出"][1] == 3
    assert summary["满意率"][1:4] == (1, 1, 1)
    cases = list(book["案件清单"].iter_rows(min_row=3, values_only=True))
    assert "'=HYPERLINK(1)" in [row[1] for row in cases]
    assert [row[3] for row in cases] == ["省水利厅、省财政厅", "省教育厅", ""]
    for sheet in book:
        for line in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in line)
    assert all(row[1] for row in book["口径"].iter_rows(values_only=True))


def test_the_workbook_of_a_unit_holds_its_own_cases_only(
    app: Flask, year: list[Journey], enter: Enter
) -> None:
    book = openpyxl.load_workbook(BytesIO(enter("jyt_head").get("/statistics/export.xlsx").data))
    lines = list(book["案件清单"].iter_rows(min_row=3, values_only=True))
    with app.app_context():
        assert [line[0] for line in lines] == [db.session.get_one(Case, year[1].case_id).number]
    assert [row[0] for row in book["承办单位"].iter_rows(min_row=3, values_only=True)] == ["省教育厅"]


def test_the_assignment_desk_says_what_each_unit_has_before_it(
    app: Flask, year: list[Journey], enter: Enter
) -> None:
    with app.app_context():
        task = year[2].task("assign").id
    page = enter("assigner").get(f"/desk/assign/{task}").text
    assert "在办1件" in page


def test_each_kind_of_work_leads_to_figures_of_its_own(year: list[Journey], enter: Enter) -> None:
    person = enter("assigner")
    page = person.get("/statistics?process=inspections&of=all").text
    assert "问题整改" in page and "沟通率" not in page
    assert 'href="/statistics?process=motions&amp;of=all"' in page
    assert 'href="/statistics?process=inspections"' in person.get("/cases?process=inspections").text
    assert 'href="/statistics?process=inspections"' in person.get("/kinds").text
    assert 'href="/statistics?process' not in person.get("/cases").text


def test_a_deputy_has_his_matters_counted_under_their_own_names(year: list[Journey], enter: Enter) -> None:
    deputy = enter("deputy1")
    home = deputy.get("/deputy").text
    assert "我的建议" in home and "我的议案" not in home
    own = deputy.get("/deputy/own?process=suggestion")
    assert "我的建议" in own.text and own.text.count("/cases/") >= len(year)
    assert deputy.get("/deputy/own?process=nonsense").status_code == 200
