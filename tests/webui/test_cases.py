"""The page of a case, its parts, and the register."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask

from engine.casework.attachments import FileStore, add_attachment
from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.webui.conftest import Enter


@pytest.fixture
def signed(app: Flask, handling: Journey) -> Journey:
    """A case whose reply was sent back once, then signed, then evaluated as dissatisfied."""
    with app.app_context():
        handling.contact().do("slt_clerk", "draft_reply", "slt", **handling.answers())
        handling.do("slt_deputy_head", "review_reply", "slt", decision="returned", opinion="内部意见")
        handling.reply().evaluate("dissatisfied")
    return handling


def page_of(enter: Enter, who: str, journey: Journey) -> str:
    answer = enter(who).get(f"/cases/{journey.case_id}")
    assert answer.status_code == 200
    return answer.text


def test_the_page_tells_the_whole_case(signed: Journey, enter: Enter) -> None:
    page = page_of(enter, "assigner", signed)
    for words in (
        "王代表",
        "省水利厅",
        "省财政厅",
        "资源环保",
        "出台综合利用的支持政策",
        "晋水函〔2026〕1号",
        "不满意",
    ):
        assert words in page, words
    assert 'aria-current="step"' in page
    assert "决定是否重新办理" in page and "代表法第五十一条" in page
    for anchor in ("overview", "handling", "diagram", "timeline"):
        assert f'href="#{anchor}"' in page and f'id="{anchor}"' in page


def test_a_clock_says_how_it_was_counted(assigned: Journey, enter: Enter) -> None:
    page = page_of(enter, "slt_clerk", assigned)
    assert (
        "怎么算的" in page and "自2026年2月5日起算" in page and "《中华人民共和国民法典》第二百零一条" in page
    )
    assert "不计入的日子" in page and "春节" in page
    assert "shanxi" in page


def test_what_is_mine_to_do_stands_on_top(assigned: Journey, enter: Enter) -> None:
    clerk, other = page_of(enter, "slt_clerk", assigned), page_of(enter, "assigner", assigned)
    assert "办理：签收" in clerk
    assert "现在没有等您办的事" in other and "别人正在办" in other


INNER = ("起草答复", "退回修改", "内部意见", "提出受理审查意见")


def timeline(page: str) -> str:
    return page.partition('id="timeline"')[2]


def test_the_timeline_keeps_inner_matters_within_their_walls(signed: Journey, enter: Enter) -> None:
    unit = timeline(page_of(enter, "slt_head", signed))
    assert "退回修改" in unit and "内部意见" in unit and "提出受理审查意见" not in unit
    office = timeline(page_of(enter, "intake", signed))
    assert "提出受理审查意见" in office and "内部意见" not in office and "起草答复" not in office
    for who in ("deputy1", "czt_clerk"):
        seen = timeline(page_of(enter, who, signed))
        assert not any(words in seen for words in INNER), who
        assert "签发答复" in seen and "待签收 → 办理中" in seen
        assert "办理态度 满意、办理结果 不满意" in seen


def test_an_unsigned_reply_is_its_units_own_paper(app: Flask, handling: Journey, enter: Enter) -> None:
    with app.app_context():
        handling.contact().do("slt_clerk", "draft_reply", "slt", **handling.answers(body="草稿正文" * 8))
    assert "草稿正文" in page_of(enter, "slt_head", handling)
    for who in ("deputy1", "assigner", "czt_clerk"):
        assert "草稿正文" not in page_of(enter, who, handling)


def test_the_deputys_telephone_is_for_those_at_work(signed: Journey, enter: Enter) -> None:
    phone = "13900000001"
    assert phone in page_of(enter, "slt_clerk", signed)
    assert phone not in page_of(enter, "czt_clerk", signed), "its part is done"


def test_a_case_one_may_not_see_does_not_exist(assigned: Journey, enter: Enter) -> None:
    for who in ("jyt_clerk", "deputy2"):
        person, where = enter(who), f"/cases/{assigned.case_id}"
        for address in (where, f"{where}/diagram.bpmn", f"{where}/contacts"):
            assert person.get(address).status_code == 404
        for address in (f"{where}/watch", f"{where}/unwatch", f"{where}/contacts"):
            assert person.post(address).status_code == 404


def test_the_diagram_is_that_of_the_case(assigned: Journey, enter: Enter) -> None:
    answer = enter("slt_clerk").get(f"/cases/{assigned.case_id}/diagram.bpmn")
    assert answer.mimetype == "application/xml" and "<bpmn" in answer.text
    assert 'data-live=\'["co_sign_for", "sign_for"]\'' in page_of(enter, "slt_clerk", assigned)


def test_a_case_is_watched_and_no_longer(assigned: Journey, enter: Enter) -> None:
    clerk, where = enter("slt_clerk"), f"/cases/{assigned.case_id}"
    assert clerk.post(f"{where}/watch").location == where
    assert f'action="{where}/unwatch"' in clerk.get(where).text
    clerk.post(f"{where}/unwatch")
    assert f'action="{where}/unwatch"' not in clerk.get(where).text
    assert clerk.get(f"{where}/watch").status_code == 405


def test_a_contact_is_checked_and_what_was_typed_stands(handling: Journey, enter: Enter) -> None:
    clerk, where = enter("slt_clerk"), f"/cases/{handling.case_id}/contacts"
    assert "13900000001" in clerk.get(where).text
    wrong = clerk.post(where, data={"held_on": "2026-09-01", "method": "visit", "summary": "谈得很好"})
    assert wrong.status_code == 422 and "谈得很好" in wrong.text and "参加人员：请填写此项。" in wrong.text
    right = {"held_on": "2026-02-04", "method": "visit", "persons": "王代表", "summary": "谈得很好"}
    for _click in (1, 2):
        assert clerk.post(where, data=right).location == f"/cases/{handling.case_id}#handling"
    page = page_of(enter, "slt_clerk", handling).partition('id="handling"')[2].partition('id="diagram"')[0]
    assert page.count("谈得很好") == 1
    assert enter("assigner").get(where).status_code == 403


def test_an_attachment_is_handed_out_and_never_shown(app: Flask, cast: Cast, enter: Enter) -> None:
    with app.app_context():
        journey = Journey(cast).draft()
        store = FileStore(Path(app.config["DATA_FOLDER"]) / "files")
        content = io.BytesIO(b"%PDF-1.7 <script>alert(1)</script>").getvalue()
        actor = cast.actor("deputy1")
        id_ = add_attachment(
            actor, case_id=journey.case_id, filename="调研.pdf", content=content, store=store
        )
        journey.submit()
    where = f"/attachments/{id_}"
    assert where in page_of(enter, "intake", journey)
    answer = enter("intake").get(where, buffered=True)
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert enter("slt_clerk").get(where).status_code == 404


def listed(page: str) -> list[str]:
    return re.findall(r'data-row-link href="(/cases/\d+)"', page)


def test_the_register_shows_what_one_may_see_and_narrows_it(
    app: Flask, assigned: Journey, cast: Cast, enter: Enter
) -> None:
    with app.app_context():
        other = Journey(cast).draft(title="关于另一件事的建议").submit()
    first, second = f"/cases/{assigned.case_id}", f"/cases/{other.case_id}"
    office = enter("assigner")
    assert listed(office.get("/cases").text) == [second, first]
    assert listed(enter("slt_clerk").get("/cases").text) == [first]
    assert listed(enter("jyt_clerk").get("/cases").text) == []
    narrowed = {
        "stage=sign": [first],
        "stage=review": [second],
        "status=closed": [],
        "category=environment": [first],
        f"unit={cast.organizations['czt']}": [first],
        "q=水利厅": [first],
        "q=王代表": [second, first],
        "q=另一件": [second],
        "overdue=1": [],
        f"before={other.case_id}": [first],
    }
    for query, expected in narrowed.items():
        assert listed(office.get(f"/cases?{query}").text) == expected, query
    assert (
        office.get("/search?q=煤矸石").location == "/cases?q=煤矸石"
        or "q=" in office.get("/search?q=x").location
    )
    assert "没有符合条件的件" in office.get("/cases?status=closed").text


def test_the_pages_are_in_english_for_an_english_reader(signed: Journey, enter: Enter) -> None:
    page = enter("slt_clerk").get(f"/cases/{signed.case_id}?lang=en").text
    assert "What to do now" in page or "Timeline" in page
    assert "Sent back" in page or "Reply drafted" in page


def test_key_supervision_is_told_once(app: Flask, assigned: Journey, enter: Enter) -> None:
    with app.app_context():
        assigned.act("assigner", "propose_key", grounds="major", reason="群众普遍关注岚河。")
        refused = {"decision": "refused", "meeting": "第九次主任会议", "decided_on": "2026-02-05"}
        assigned.act("assigner", "urge", "slt", reason="请抓紧办理。")
        assigned.act("assigner", "decide_key", **refused, reason="已列入年度监督计划。")
    page = page_of(enter, "assigner", assigned)
    handling = page[page.index('id="handling"') : page.index('id="timeline"')]
    for words in ("群众普遍关注岚河。", "第九次主任会议", "已列入年度监督计划。", "请抓紧办理。"):
        assert handling.count(words) == 1, words
    assert (
        handling.index("群众普遍关注岚河。") < handling.index("申请与督办") < handling.index("请抓紧办理。")
    )
