"""The deputy's pages: home, own matters, messages, co-signing, evaluating."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.casework.texts import save_text
from models import Cosignature, Evaluation, Task, db
from tests.support.cast import PASSWORD, Cast
from tests.support.journey import TEXT, Journey
from tests.support.web import Visitor
from tests.webui.visitors import signed_in


@pytest.fixture
def journey(app: Flask, cast: Cast) -> Journey:
    return Journey(cast)


@pytest.fixture
def deputy(app: Flask, cast: Cast) -> Visitor:
    return signed_in(app, "deputy1@14", PASSWORD)


def replied(journey: Journey) -> Journey:
    return journey.draft().submit().accept().assign().sign_for().contact().reply()


def test_a_deputy_is_led_to_his_home_which_greets_him(deputy: Visitor) -> None:
    answer = deputy.get("/", follow_redirects=True)
    assert answer.request.path == "/deputy"
    assert "王代表，您好" in answer.text
    assert "现在没有等您办的事。" in answer.text
    assert "0351-0000000" in answer.text
    assert "/cases/new/suggestion" in answer.text


def test_home_calls_for_what_waits(app: Flask, deputy: Visitor, journey: Journey) -> None:
    with app.app_context():
        task = replied(journey).task("evaluate").id
    page = deputy.get("/deputy").text
    assert "您有 1 件需要评价" in page
    assert f'href="/evaluate/{task}"' in page
    assert "已答复，待评价 1" in page


def test_nobody_else_has_the_pages_of_a_deputy(app: Flask, cast: Cast) -> None:
    clerk = signed_in(app, "slt_clerk@14", PASSWORD)
    for where in ("/deputy", "/deputy/own", "/cosign"):
        assert clerk.get(where).status_code == 403


def test_own_matters_are_listed_by_how_they_stand(app: Flask, deputy: Visitor, journey: Journey) -> None:
    with app.app_context():
        journey.draft()
        Journey(journey.cast).draft(title="关于公园座椅的建议").submit()
    drafts = deputy.get("/deputy/own?standing=draft").text
    assert TEXT["title"] in drafts
    assert "关于公园座椅的建议" not in drafts
    assert "关于公园座椅的建议" in deputy.get("/deputy/own").text
    assert deputy.get("/deputy/own?standing=closed").status_code == 200


def test_what_was_withdrawn_stays_among_the_deputys_own(
    app: Flask, deputy: Visitor, journey: Journey
) -> None:
    with app.app_context():
        journey.draft().submit().act("deputy1", "withdraw", reason="另行提出。")
    for where in ("/deputy", "/deputy/own", "/deputy/own?standing=withdrawn"):
        assert TEXT["title"] in deputy.get(where).text and "已撤回" in deputy.get(where).text


# Co-signing


@pytest.fixture
def invited(app: Flask, journey: Journey) -> Journey:
    with app.app_context():
        journey.draft("deputy2")
        ids = [journey.cast.deputies["deputy1"], journey.cast.deputies["deputy3"]]
        invite_cosigners(journey.cast.actor("deputy2"), case_id=journey.case_id, deputy_ids=ids)
    return journey


def signature(app: Flask, journey: Journey, deputy: str = "deputy1") -> str:
    with app.app_context():
        statement = sa.select(Cosignature.status).where(
            Cosignature.deputy_id == journey.cast.deputies[deputy], Cosignature.case_id == journey.case_id
        )
        return db.session.scalars(statement.order_by(Cosignature.id.desc())).all()[0]


def test_a_text_is_read_before_it_is_signed(app: Flask, deputy: Visitor, invited: Journey) -> None:
    assert f'href="/cosign/{invited.case_id}"' in deputy.get("/cosign").text
    page = deputy.get(f"/cosign/{invited.case_id}").text
    assert page.index(TEXT["asks"][1]) < page.index("同意联名</button>")
    sent = deputy.post(f"/cosign/{invited.case_id}", data={"answer": "agree", "version": 1})
    assert sent.status_code == 302
    assert signature(app, invited) == "confirmed"
    assert "您已同意联名" in deputy.get(f"/cosign/{invited.case_id}").text


def test_declining_is_as_easy(app: Flask, deputy: Visitor, invited: Journey) -> None:
    deputy.post(f"/cosign/{invited.case_id}", data={"answer": "decline", "version": 1})
    assert signature(app, invited) == "declined"
    assert deputy.get("/cosign").status_code == 200


def test_a_text_changed_after_reading_is_shown_anew(app: Flask, deputy: Visitor, invited: Journey) -> None:
    with app.app_context():
        answers = {**TEXT, "background": "重写的情况与分析。"}
        save_text(invited.cast.actor("deputy2"), case_id=invited.case_id, answers=answers)
    answer = deputy.post(f"/cosign/{invited.case_id}", data={"answer": "agree", "version": 1})
    assert answer.status_code == 409
    assert "请重新阅读后再答复" in answer.text
    assert "重写的情况与分析。" in answer.text
    assert signature(app, invited) == "invited"


def test_who_was_not_asked_does_not_learn_of_the_text(app: Flask, invited: Journey) -> None:
    stranger = signed_in(app, "deputy4@14", PASSWORD)
    assert stranger.get(f"/cosign/{invited.case_id}").status_code == 404
    sent = stranger.post(f"/cosign/{invited.case_id}", data={"answer": "agree", "version": 1})
    assert sent.status_code == 404


def test_after_handing_in_the_list_is_closed(app: Flask, deputy: Visitor, invited: Journey) -> None:
    with app.app_context():
        actor = invited.cast.actor("deputy3")
        answer_invitation(actor, case_id=invited.case_id, text_version=1, confirmed=True)
        invited.do("deputy2", "draft", confirmed=True)
    third = signed_in(app, "deputy3@14", PASSWORD)
    assert "联名截止了" in third.get(f"/cosign/{invited.case_id}").text
    assert deputy.get(f"/cosign/{invited.case_id}").status_code == 404


# Evaluating


@pytest.fixture
def task_id(app: Flask, journey: Journey) -> int:
    with app.app_context():
        return replied(journey).task("evaluate").id


def test_the_reply_is_read_ask_by_ask(deputy: Visitor, task_id: int) -> None:
    page = deputy.get(f"/evaluate/{task_id}").text
    assert page.index(TEXT["asks"][0]) < page.index(TEXT["asks"][1]) < page.index("提交测评</button>")
    assert page.count("年内完成。") == 2
    assert "晋水函〔2026〕1号" in page


def test_a_dissatisfied_deputy_gives_his_reasons(app: Flask, deputy: Visitor, task_id: int) -> None:
    chosen = {"attitude": "satisfied", "result": "dissatisfied", "reasons": ""}
    refused = deputy.post(f"/evaluate/{task_id}", data=chosen)
    assert refused.status_code == 422
    assert refused.text.count("checked") == 2
    with app.app_context():
        assert db.session.scalars(sa.select(Evaluation)).all() == []
    given = deputy.post(f"/evaluate/{task_id}", data={**chosen, "reasons": "管网还没有开工。"})
    assert given.status_code == 302
    done = deputy.get(f"/evaluate/{task_id}").text
    assert "评价已提交" in done
    assert "管网还没有开工。" in done
    assert "重新办理" in done


def test_the_same_evaluation_twice_is_given_once(app: Flask, deputy: Visitor, task_id: int) -> None:
    chosen = {"attitude": "satisfied", "result": "basically_satisfied"}
    for _attempt in range(2):
        assert deputy.post(f"/evaluate/{task_id}", data=chosen).status_code == 302
    with app.app_context():
        assert len(db.session.scalars(sa.select(Evaluation)).all()) == 1
    assert deputy.get("/deputy").status_code == 200


def test_earlier_rounds_are_there_to_compare(app: Flask, deputy: Visitor, journey: Journey) -> None:
    with app.app_context():
        replied(journey).evaluate("dissatisfied").redo().contact().reply()
        second = journey.task("evaluate").id
    page = deputy.get(f"/evaluate/{second}").text
    assert "第 1 次答复和您的评价" in page
    assert "没有解决问题。" in page


def test_only_the_lead_deputy_evaluates(app: Flask, cast: Cast, task_id: int) -> None:
    other = signed_in(app, "deputy2@14", PASSWORD)
    assert other.get(f"/evaluate/{task_id}").status_code == 404
    chosen = {"attitude": "satisfied", "result": "satisfied"}
    assert other.post(f"/evaluate/{task_id}", data=chosen).status_code == 404


def test_a_task_of_another_kind_has_no_evaluation(app: Flask, deputy: Visitor, journey: Journey) -> None:
    with app.app_context():
        journey.draft()
        task = db.session.scalars(sa.select(Task.id).where(Task.open)).one()
    assert deputy.get(f"/evaluate/{task}").status_code == 404
