"""The public site: found, read, taken as data; and nothing that was not released ever stands in an answer."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, url_for

from engine.casework.choices import asks
from engine.publication.annual_reports import prepare_report, release_report
from engine.publication.copying import passages
from engine.publication.public import published
from engine.publication.releasing import withdraw_publication
from models import Case, Deputy, Publication, PublicationPair, User, db
from tests.publication.conftest import handling, prepare, publication, release, replied, sign
from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.visitors import signed_in, visitor
from webui.presenting.public import record

TITLES = ("关于加快煤矸石综合利用的建议", "关于加强汾河治理的建议", "关于增加农村养老床位的建议")
SECRETS = ("13812345678", "wang.daibiao@example.cn", "110105 19491231 002X", "0351-1234567")


def publish(cast: Cast, title: str, **text: Any) -> Journey:
    journey = replied(Journey(cast), {"title": title, **text})
    prepare(journey)
    release(journey)
    return journey


@pytest.fixture
def site(app: Flask, cast: Cast, clock_at: Callable[..., None]) -> Visitor:
    """Three published cases, one day apart."""
    with app.app_context():
        for day, title in enumerate(TITLES):
            clock_at(dt.datetime(2026, 2, 5 + day, 10, 0))
            publish(cast, title)
    return visitor(app)


def titles(page: Any) -> list[str]:
    return re.findall(r"<h2><a [^>]*>([^<]+)</a>", page.text)


def test_anybody_finds_and_reads_what_is_published(site: Visitor) -> None:
    page = site.get("/public")
    assert titles(page) == list(reversed(TITLES))
    address = re.findall(r'href="(/public/cases/\w+)"', page.text)[0]
    case = site.get(address)
    assert case.status_code == 200
    for words in (TITLES[2], "已列入计划，年内完成。", "感谢您对我省工作的关心", "王代表", "省水利厅"):
        assert words in case.text


def test_no_cookie_is_set_and_nothing_depends_on_the_reader(app: Flask, site: Visitor) -> None:
    clerk = signed_in(app, "intake@14", "Shiyan-2026-ok")
    clerk.set_cookie("language", "en")
    for address in ("/public", "/public/reports", "/public/data", "/public/data.json", "/robots.txt"):
        mine, anybodys = clerk.get(address), site.get(address)
        assert mine.data == anybodys.data
        assert "Set-Cookie" not in mine.headers
        assert "Set-Cookie" not in anybodys.headers
        assert "Vary" not in anybodys.headers


def test_what_has_not_changed_is_not_sent_again(site: Visitor) -> None:
    first = site.get("/public")
    again = site.get("/public", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "public, max-age=300"


SEARCHES: list[tuple[str, list[int]]] = [
    ("q=汾河", [1]),
    ("q=养老 床位", [2]),
    ("q=养老 汾河", []),
    ("q=闭会第002号", [1]),
    ("q=王代表", [2, 1, 0]),
    ("q=省水利厅", [2, 1, 0]),
    ("q=%25", []),
    ("q=_", []),
    ("year=2026", [2, 1, 0]),
    ("year=2025", []),
    ("year=abc", [2, 1, 0]),
    ("year=99999999999999999999999", [2, 1, 0]),
    ("category=environment", [2, 1, 0]),
    ("category=finance", []),
    ("unit=0", []),
    ("congress=14", [2, 1, 0]),
    ("congress=15", []),
    ("q=" + "长" * 5000, []),
]


def test_search_and_filters(site: Visitor) -> None:
    for query, found in SEARCHES:
        page = site.get(f"/public?{query}")
        assert page.status_code == 200, query
        assert titles(page) == [TITLES[number] for number in found], query


def test_pages_follow_one_another_by_a_key_that_does_not_shift(
    app: Flask, site: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.publication import public

    monkeypatch.setattr(public.find, "__kwdefaults__", {"after": "", "limit": 2})
    first = site.get("/public")
    following = re.findall(r'rel="next" href="([^"]+)"', first.text)[0].replace("&amp;", "&")
    second = site.get(following)
    assert titles(first) + titles(second) == list(reversed(TITLES))
    assert site.get("/public?after=nosuchkey").status_code == 404


def test_it_speaks_english_by_its_address(site: Visitor) -> None:
    page = site.get("/public?lang=en")
    assert '<html lang="en">' in page.text
    assert re.search(r'href="/public/cases/\w+\?lang=en"', page.text)
    assert '<html lang="zh-CN">' in site.get("/public?lang=xx").text


def test_what_was_withdrawn_is_gone_and_its_number_stays_taken(app: Flask, cast: Cast, site: Visitor) -> None:
    with app.app_context():
        item = db.session.scalars(sa.select(Publication).order_by(Publication.id)).first()
        withdraw_publication(cast.actor("intake"), publication_id=item.id, reason="含第三方信息，误公开。")
        address = f"/public/cases/{item.public_id}"
    page = site.get(address)
    assert page.status_code == 410
    assert TITLES[0] not in page.text and "误公开" not in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    for where in ("/public", "/public/data.json", "/public/data.csv", "/public/sitemap.xml"):
        assert TITLES[0] not in site.get(where).text
        assert item.public_id not in site.get(where).text
    assert site.get("/public/cases/0000000000").status_code == 404


def test_open_data_are_the_same_as_records_and_as_rows(site: Visitor) -> None:
    data = site.get("/public/data.json").json
    rows = list(csv.DictReader(io.StringIO(site.get("/public/data.csv").data.decode("utf-8-sig"))))
    assert [each["id"] for each in data["records"]] == [each["id"] for each in rows]
    assert [each["title"] for each in rows] == list(reversed(TITLES))
    assert data["next"] is None
    record = data["records"][0]
    assert record["replies"][0]["grade"] == "B"
    assert re.fullmatch(r"[0-9a-z]{10}", record["id"])


def test_the_search_can_be_made_anew_by_a_command(app: Flask, site: Visitor) -> None:
    with app.app_context():
        db.session.execute(sa.delete(PublicationPair))
        db.session.commit()
    assert titles(site.get("/public?q=汾河治理")) == []
    done = app.test_cli_runner().invoke(args=["publication", "rebuild-search"])
    assert done.exit_code == 0 and "3" in done.output
    assert titles(site.get("/public?q=汾河治理")) == [TITLES[1]]


@pytest.fixture
def promised(app: Flask, cast: Cast) -> str:
    """A published reply that cannot do one thing and promises another; gives its address."""
    with app.app_context():
        journey = handling(Journey(cast))
        first, second = asks(journey.case_id, 1)
        answers = [
            {"ask_id": first, "grade": "B", "text": "已列入年度计划。"},
            {
                "ask_id": second,
                "grade": "C",
                "text": "暂不设立。",
                "reason": "国家已有规定，详询13934567890。",
            },
        ]
        promise = {"ask_id": str(first), "what": "完成两处改造", "due": "2026-10-30"}
        promise |= {"milestones": "2026-06-30 完成招标"}
        reasons = [{"key": f"personal:ask_{second}", "reason": "咨询电话。"}]
        sign(journey, **journey.answers(answers=answers, commitments=[promise], findings=reasons))
        prepare(journey)
        return f"/public/cases/{release(journey)}"


def test_why_something_cannot_be_done_and_what_is_promised_by_when_is_public(
    app: Flask, promised: str
) -> None:
    anybody = visitor(app)
    chinese, english = anybody.get(promised).text, anybody.get(f"{promised}?lang=en").text
    for words in (
        "暂时不能解决的理由：国家已有规定，详询〔已隐去〕。",
        "完成两处改造",
        "完成招标",
        "2026年10月30日前完成",
    ):
        assert words in chinese
    assert "30 October 2026" in english and "13934567890" not in chinese + english
    (found,) = anybody.get("/public/data.json").json["records"][0]["replies"]
    assert [answer["reason"] for answer in found["answers"]] == ["", "国家已有规定，详询〔已隐去〕。"]
    milestones = [{"on": "2026-06-30", "what": "完成招标"}]
    assert found["promises"] == [
        {"ask": 1, "what": "完成两处改造", "due_on": "2026-10-30", "milestones": milestones}
    ]
    rows = anybody.get("/public/data.csv").data.decode("utf-8-sig")
    assert "（理由：国家已有规定" in rows and "承诺：完成两处改造（2026-10-30）" in rows
    assert anybody.get("/public?q=完成招标").text.count("<h2><a ") == 1


def test_a_version_of_long_ago_without_reasons_and_promises_is_read_as_before(
    app: Flask, promised: str
) -> None:
    with app.app_context():
        line = published(promised.rpartition("/")[2]).line
        for reply in line.content["replies"]:
            del reply["promises"]
            for answer in reply["answers"]:
                del answer["reason"]
    with app.test_request_context():
        found = record(line, url_for)
    assert [reply["promises"] for reply in found["replies"]] == [[]]
    assert {answer["reason"] for reply in found["replies"] for answer in reply["answers"]} == {""}
    assert [
        each.key for each in passages(dict(line.content, replies=[{**line.content["replies"][0], "id": 1}]))
    ]


def test_open_data_come_in_bounded_portions(site: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.publication import public

    monkeypatch.setattr(public, "DATA_PAGE", 2)
    first = site.get("/public/data.json?year=2026")
    assert len(first.json["records"]) == 2
    assert f'<{first.json["next"]}>; rel="next"' == first.headers["Link"]
    assert "year=2026" in first.json["next"]
    assert [each["title"] for each in site.get(first.json["next"]).json["records"]] == [TITLES[0]]


def test_no_cell_is_a_formula(app: Flask, cast: Cast) -> None:
    with app.app_context():
        publish(cast, "=HYPERLINK(1)的建议")
    rows = list(csv.DictReader(io.StringIO(visitor(app).get("/public/data.csv").data.decode("utf-8-sig"))))
    assert rows[0]["title"] == "'=HYPERLINK(1)的建议"


def test_search_engines_are_told_what_there_is(site: Visitor) -> None:
    robots = site.get("/robots.txt").text
    assert "Disallow: /\n" in robots and "Allow: /public" in robots
    found = re.findall(r"<loc>([^<]+)</loc>", site.get("/public/sitemap.xml").text)
    assert len(found) == 3
    assert all(site.get(address).status_code == 200 for address in found)


def test_a_years_report_is_read_with_its_denominators(app: Flask, cast: Cast, site: Visitor) -> None:
    with app.app_context():
        about = {"process_key": "suggestion", "year": 2026}
        version = prepare_report(cast.actor("intake"), **about, text="全年共办理建议三件。")
        assert visitor(app).get("/public/reports/2026").status_code == 404
        release_report(cast.actor("reviewer"), **about, version=version)
    page = site.get("/public/reports/2026")
    assert "全年共办理建议三件。" in page.text
    assert "3 / 3" in page.text  # B among the replies
    assert "0 / 0" in page.text  # nobody has evaluated: no percentage of nothing
    assert "/public/reports/2026" in site.get("/public/reports").text
    assert site.get("/public/reports/2025").status_code == 404


# Nothing leaks


def everything(client: Visitor) -> Iterator[tuple[str, str]]:
    """Every public answer that can be reached, and those that are asked for by number."""
    seen: set[str] = set()
    waiting = ["/public", "/public/data.json", "/public/data.csv", "/public/sitemap.xml", "/robots.txt"]
    waiting += [f"/public/cases/{number}" for number in range(1, 5)] + ["/public?q=代表&lang=en"]
    while waiting:
        address = waiting.pop()
        if address in seen or len(seen) > 300:
            continue
        seen.add(address)
        answer = client.get(address)
        yield address, answer.data.decode("utf-8-sig") + str(answer.headers)
        found = re.findall(r'(?:href="|<loc>)(?:http://localhost)?(/(?:public|robots)[^"<]*)', answer.text)
        waiting += [each.replace("&amp;", "&") for each in found]


def plant(cast: Cast) -> set[str]:
    """Contact data for everybody who has any; what must never be read anywhere."""
    secrets = set()
    for number, deputy in enumerate(db.session.scalars(sa.select(Deputy)).all()):
        deputy.phone, deputy.email = f"1381234567{number}", f"daibiao{number}@renda.example"
        secrets |= {deputy.phone, deputy.email, deputy.card_number}
    secrets |= set(db.session.scalars(sa.select(User.email)))
    db.session.commit()
    return secrets - {""}


def test_nothing_of_what_was_not_released_is_in_any_public_answer(app: Flask, cast: Cast) -> None:
    with app.app_context():
        secrets = plant(cast)
        background = "我的电话１３８１２３４５６７０，邮箱daibiao0@renda.example，请来电。"
        published = publish(cast, "关于公开的建议", background=background)
        prepared = replied(Journey(cast), {"title": "关于尚未发布的建议"})
        prepare(prepared)
        replied(Journey(cast), {"title": "关于待准备的建议"})
        replied(
            Journey(cast), {"title": "关于不公开的建议"}, publicity="withheld", publicity_reason="涉及药方"
        )
        withdrawn = publish(cast, "关于撤下的建议")
        withdraw_publication(
            cast.actor("intake"), publication_id=publication(withdrawn).id, reason="误公开了内容。"
        )
        Journey(cast).draft(title="关于草稿的建议")
        db.session.execute(
            sa.update(Case).where(Case.id == prepared.case_id).values(confidentiality="restricted")
        )
        db.session.commit()
        assert published.case_id
    forbidden = secrets | {"１３８１２３４５６７０", "0351-1234567", "听取了代表的意见", "误公开了内容"}
    forbidden |= {
        "尚未发布",
        "待准备",
        "不公开的建议",
        "撤下的",
        "草稿的",
        "涉及药方",
        "受理员",
        "水利厅经办",
    }
    answers = dict(everything(visitor(app)))
    assert "关于公开的建议" in answers["/public"]
    assert len(answers) > 10
    leaks = [(address, each) for address, text in answers.items() for each in forbidden if each in text]
    assert leaks == []
