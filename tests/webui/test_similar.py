"""What came before, on pages: while writing, while examining, while assigning; shown to whom it may be shown."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.casework.facts import CASES
from models import Assignment, Case, TaskDraft, db
from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter

SEATS = {"title": "关于公园座椅的建议", "background": "公园里老人多，座椅少。", "asks": ["增加公园座椅。"]}
HEADING = "类似的建议"


@pytest.fixture
def answered(app: Flask, cast: Cast) -> Journey:
    """A public suggestion of the first deputy that was answered with a promise."""
    with app.app_context():
        journey = Journey(cast).draft(**SEATS).submit().accept().assign().sign_for().contact().reply()
        return journey


@pytest.fixture
def draft(app: Flask, cast: Cast) -> Callable[[str], Journey]:
    """`draft("deputy2")` is the deputy's draft about the same matter."""

    def begin(who: str) -> Journey:
        with app.app_context():
            return Journey(cast).draft(who, **{**SEATS, "title": "关于在公园增设座椅的建议"})

    return begin


def writing(person: Visitor, journey: Journey) -> str:
    return person.get(f"/cases/{journey.case_id}/write").text


def change(app: Flask, journey: Journey, **values: object) -> None:
    with app.app_context():
        db.session.execute(CASES.update().where(CASES.c.id == journey.case_id).values(**values))
        db.session.commit()


def test_its_deputy_sees_how_an_earlier_case_ended_and_what_was_promised(
    answered: Journey, draft: Callable[[str], Journey], enter: Enter
) -> None:
    page = writing(enter("deputy1"), draft("deputy1"))
    assert HEADING in page
    assert f'href="/cases/{answered.case_id}">{SEATS["title"]}' in page
    assert "省水利厅（主办）已答复，B 类" in page
    assert "完成改造并投入使用。" in page
    assert "推进中" in page


def test_another_deputy_sees_no_more_of_a_public_case_than_its_title_and_its_end(
    app: Flask, answered: Journey, draft: Callable[[str], Journey], enter: Enter
) -> None:
    journey, person = draft("deputy2"), enter("deputy2")
    page = writing(person, journey)
    assert SEATS["title"] in page
    assert "已答复，B 类" in page
    assert f'href="/cases/{answered.case_id}"' not in page
    assert "完成改造并投入使用。" not in page
    change(app, answered, status="withdrawn")
    assert HEADING not in writing(person, journey)
    change(app, answered, status="open", confidentiality="internal")
    assert HEADING not in writing(person, journey)


@pytest.mark.parametrize("who", ["deputy1", "deputy2"])
def test_nobody_learns_of_a_restricted_case(
    app: Flask, answered: Journey, draft: Callable[[str], Journey], enter: Enter, who: str
) -> None:
    change(app, answered, confidentiality="restricted")
    assert HEADING not in writing(enter(who), draft(who))


def test_what_is_being_typed_is_compared_and_not_kept(
    app: Flask, answered: Journey, cast: Cast, enter: Enter
) -> None:
    with app.app_context():
        journey = Journey(cast).draft(
            "deputy1", title="关于校车的建议", background="校车少。", asks=["增加校车。"]
        )
    person = enter("deputy1")
    assert SEATS["title"] not in writing(person, journey)
    part = person.post(f"/cases/{journey.case_id}/similar", data={"title": "公园里的座椅", "asks": ["", ""]})
    assert part.status_code == 200
    assert SEATS["title"] in part.text
    assert "<html" not in part.text
    with app.app_context():
        assert db.session.get_one(Case, journey.case_id).title == "关于校车的建议"
        assert db.session.scalars(sa.select(TaskDraft)).all() == []


def test_only_its_author_compares_a_draft(
    answered: Journey, draft: Callable[[str], Journey], enter: Enter
) -> None:
    journey = draft("deputy1")
    for who, status in (("deputy2", 404), ("assigner", 404), ("slt_clerk", 404)):
        assert enter(who).post(f"/cases/{journey.case_id}/similar", data=SEATS).status_code == status
    assert enter("deputy1").post(f"/cases/{answered.case_id}/similar", data=SEATS).status_code == 409


def test_the_check_before_handing_in_shows_them_too(
    answered: Journey, draft: Callable[[str], Journey], enter: Enter
) -> None:
    page = enter("deputy1").get(f"/cases/{draft('deputy1').case_id}/write?step=3").text
    assert HEADING in page


def test_intake_sees_likely_duplicates_and_who_merges_what_might_be_handled_as_one(
    app: Flask, cast: Cast, enter: Enter, task_at: Callable[..., int]
) -> None:
    with app.app_context():
        Journey(cast).draft(**SEATS).submit()
        journey = Journey(cast).draft(**SEATS).submit()
    task, officer = task_at(journey, "intake"), enter("intake")
    for address in (f"/desk/review/{task}", f"/tasks/{task}"):
        page = officer.get(address).text
        assert "有 1 件很可能是同一件事" in page, address
        assert "可以并案<" not in page  # which is not for him to do
        assert "可能的承办单位" not in page
    with app.app_context():
        own = Journey(cast).draft(**SEATS).case_id
        journey.accept()
    typed = enter("deputy1").post(f"/cases/{own}/similar", data=SEATS).text
    assert "很可能是同一件事" in typed and "可以并案<" not in typed
    assert "可以并案<" in enter("assigner").get(f"/tasks/{task_at(journey, 'assign')}").text


def test_a_declined_case_is_shown_with_its_reason(
    app: Flask, cast: Cast, enter: Enter, task_at: Callable[..., int]
) -> None:
    answers = {"result": "declined", "reason_code": "no_content", "explanation": "没有具体内容。"}
    with app.app_context():
        first = Journey(cast).draft(**SEATS).submit()
        first.do("intake", "intake", confidentiality="internal", **answers)
        first.do("reviewer", "intake_review", decision="confirmed")
        journey = Journey(cast).draft(**SEATS).submit()
    page = enter("intake").get(f"/tasks/{task_at(journey, 'intake')}").text
    assert "不予受理：没有实际内容或者没有具体建议" in page


@pytest.fixture
def to_assign(app: Flask, answered: Journey, cast: Cast) -> int:
    """The task to assign a case like the answered one."""
    with app.app_context():
        return Journey(cast).draft(**SEATS).submit().accept().task("assign").id


def test_a_suggested_unit_has_its_grounds_and_fills_nothing_in_by_itself(
    to_assign: int, answered: Journey, enter: Enter, app: Flask
) -> None:
    with app.app_context():
        number = answered.case.number
    assigner = enter("assigner")
    for address in (f"/desk/assign/{to_assign}", f"/tasks/{to_assign}"):
        page = assigner.get(address).text
        assert f"与{number}相似，那一件由省水利厅主办。" in page, address
        assert "相同的词：" in page
        assert 'name="units.lead" value="3" checked' not in page


def test_one_click_puts_the_unit_into_the_form_and_keeps_what_was_typed(
    app: Flask, to_assign: int, cast: Cast, enter: Enter
) -> None:
    assigner, unit = enter("assigner"), cast.organizations["slt"]
    where = f"/desk/assign/{to_assign}"
    typed = {"instruction": "请抓紧。", "units.co": str(cast.organizations["czt"]), "take": str(unit)}
    answer = assigner.post(f"/tasks/{to_assign}/unit?next={where}", data=typed)
    assert (answer.status_code, answer.location) == (302, where)
    page = assigner.get(where).text
    assert f'name="units.lead" value="{unit}" checked' in page
    assert f'name="units.co" value="{cast.organizations["czt"]}" checked' in page
    assert "请抓紧。" in page
    with app.app_context():
        statement = sa.select(sa.func.count()).select_from(Assignment)
        assert db.session.scalar(statement) == 1  # the answered case's own


def test_where_a_part_was_sent_back_the_unit_that_handled_the_like_is_suggested(
    app: Flask, answered: Journey, cast: Cast, enter: Enter, task_at: Callable[..., int]
) -> None:
    with app.app_context():
        journey = Journey(cast).draft(**SEATS).submit().accept().assign(jyt="lead").sign_for("jyt")
        journey.act("jyt_head", "return_unit", "jyt", ground="not_our_duty", reason="不属于我厅的职责范围。")
        journey.do("router", "decide_return", decision="agreed", reason="职责相符。")
    task, unit = task_at(journey, "reassign"), cast.organizations["slt"]
    router = enter("router")
    page = router.get(f"/tasks/{task}").text
    assert "那一件由省水利厅主办。" in page
    assert "那一件由省教育厅主办。" not in page
    router.post(f"/tasks/{task}/unit", data={"take": str(unit), "instruction": "请抓紧。"})
    page = router.get(f"/tasks/{task}").text
    assert f'<option value="{unit}" selected>' in page
    assert "请抓紧。" in page


def test_beside_separate_units_a_suggested_one_is_one_more(
    app: Flask, to_assign: int, cast: Cast, enter: Enter
) -> None:
    other, unit = cast.organizations["czt"], cast.organizations["slt"]
    typed = {"units.separate": str(other), f"units.scope.{other}": "资金", "take": str(unit)}
    enter("assigner").post(f"/tasks/{to_assign}/unit", data=typed)
    with app.app_context():
        kept = db.session.scalars(sa.select(TaskDraft)).one().answers["units"]
    assert [(each["unit_id"], each["role"]) for each in kept] == [
        (str(unit), "separate"),
        (str(other), "separate"),
    ]


@pytest.mark.parametrize(
    ("who", "take", "status"),
    [("assigner", "999", 404), ("assigner", "x", 404), ("slt_clerk", "3", 404), ("intake", "3", 403)],
)
def test_only_who_assigns_takes_a_unit_and_only_one_that_may_handle_cases(
    to_assign: int, enter: Enter, who: str, take: str, status: int
) -> None:
    assert enter(who).post(f"/tasks/{to_assign}/unit", data={"take": take}).status_code == status


def test_nobody_is_led_away_afterwards(to_assign: int, cast: Cast, enter: Enter) -> None:
    data = {"take": str(cast.organizations["slt"])}
    answer = enter("assigner").post(f"/tasks/{to_assign}/unit?next=https://example.com/", data=data)
    assert answer.location == "/"


def test_waiting_cases_about_one_matter_are_listed_together(app: Flask, cast: Cast, enter: Enter) -> None:
    with app.app_context():
        for title in ("关于公园座椅的建议", "关于在公园增设座椅的建议"):
            Journey(cast).draft(**{**SEATS, "title": title}).submit()
        Journey(cast).draft(title="关于校车的建议", background="校车少。", asks=["增加校车。"]).submit()
    page = enter("assigner").get("/desk/topics").text
    assert "关于公园座椅的建议" in page
    assert "关于在公园增设座椅的建议" in page
    assert "校车" not in page
    assert "并入" not in page.partition("<main")[2].replace("要已经受理编号", ""), (
        "not before they are accepted"
    )
    assert enter("deputy1").get("/desk/topics").status_code == 403
    assert "/desk/topics" in enter("assigner").get("/desk/assign").text


def test_each_of_a_group_joins_the_first_by_the_action_of_its_own_page(
    app: Flask, cast: Cast, enter: Enter
) -> None:
    with app.app_context():
        main, second, third = (
            Journey(cast).draft(**{**SEATS, "title": title}).submit().accept()
            for title in ("关于公园座椅的建议", "关于在公园增设座椅的建议", "关于公园座椅加装扶手的建议")
        )
        Journey(cast).draft(
            title="关于校车的建议", background="校车少。", asks=["增加校车。"]
        ).submit().accept()
        number = main.case.number
    officer = enter("assigner")
    page = officer.get("/desk/topics").text
    ways = [html.unescape(way) for way in re.findall(r'href="(/cases/\d+/actions/[^"]+)"', page)]
    assert {way.partition("?")[0] for way in ways} == {
        f"/cases/{each.case_id}/actions/merge" for each in (second, third)
    }
    assert page.count(f"并入{number}") == 2 and "代表法第五十一条" in page and "座椅" in page
    for way in ways:
        form = officer.get(way)
        assert f'name="main" type="text" value="{number}"' in form.text
    merge = {"main": number, "reason": "内容相同。"}
    assert officer.post(ways[0].partition("?")[0], data=merge).status_code == 302
    left = officer.get("/desk/topics").text
    assert len(re.findall(r'href="/cases/\d+/actions/', left)) == 1, "what others have joined stays the first"
    assert f"并入{number}" in left
    reader = enter("intake").get("/desk/topics").text
    assert "公园座椅" in reader and "/actions/" not in reader, "who may not merge is led to nothing"


def test_what_is_assigned_or_restricted_waits_for_nobody(app: Flask, cast: Cast, enter: Enter) -> None:
    with app.app_context():
        Journey(cast).draft(**SEATS).submit().accept().assign()
        hidden = Journey(cast).draft(**SEATS).submit()
        Journey(cast).draft(**SEATS).submit()
    change(app, hidden, confidentiality="restricted")
    assert "没有可以并案的件" in enter("assigner").get("/desk/topics").text


def test_a_like_case_is_merged_into_by_way_of_its_line(
    app: Flask, answered: Journey, cast: Cast, enter: Enter
) -> None:
    with app.app_context():
        main = Journey(cast).draft(**SEATS).submit().accept().assign()
        child = Journey(cast).draft("deputy2", **{**SEATS, "title": "关于在公园增设座椅的建议"})
        child.do("deputy2", "draft", confirmed=True)
        child.accept()
        task, number = child.task("assign").id, main.case.number
    officer = enter("assigner")
    for page in (f"/desk/assign/{task}", f"/tasks/{task}"):
        ways = re.findall(r'href="([^"]+)">并入这一件', officer.get(page).text)
        assert len(ways) == 1, "one waits; what is answered takes nothing in"
    form = officer.get(html.unescape(ways[0]))
    assert f'name="main" type="text" value="{number}"' in form.text
    sent = officer.post(
        f"/cases/{child.case_id}/actions/merge", data={"main": number, "reason": "内容相同。"}
    )
    assert sent.status_code == 302
    with app.app_context():
        assert child.case.merged_into_id == main.case_id
    assert "并入这一件" not in enter("reviewer").get(f"/cases/{child.case_id}").text
