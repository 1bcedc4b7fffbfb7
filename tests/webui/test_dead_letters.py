"""Undelivered messages at the browser of the system administrator: counted, read without their content, dealt with."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.foundation import clock
from models import Case, Notification, db
from tests.support.cast import join
from tests.support.journey import TEXT, Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter

PAGE = "/administration/dead-letters"


@pytest.fixture
def case_id(app: Flask, assigned: Journey) -> int:
    return assigned.case_id


@pytest.fixture
def system(app: Flask, assigned: Journey, enter: Enter) -> Visitor:
    """Three letters of an assigned suggestion that did not arrive."""
    with app.app_context():
        join(assigned.cast, "sysadmin", "dgw", "system_admin")
        for number, (channel, error) in enumerate(
            (
                ("email", "SMTPRecipientsRefused: {'a@example.cn': (550, b'no such user')}"),
                ("sms", "GatewayRefused: the gateway answered 500 for 13900000001"),
                ("email", "Strange: nobody knows"),
            )
        ):
            dead(assigned, "slt_clerk", f"dead-{number}", channel, error)
    return enter("sysadmin")


def dead(journey: Journey, who: str, key: str, channel: str, error: str) -> None:
    db.session.add(
        Notification(
            congress_id=journey.cast.congress_id,
            user_id=journey.cast.users[who],
            case_id=journey.case_id,
            channel=channel,
            event="case:assigned",
            key=key,
            subject=f"交办：{TEXT['title']}",
            body="请签收。",
            created_at=clock.now(),
            state="dead",
            attempts=8,
            last_error=error,
        )
    )
    db.session.commit()


def states(app: Flask) -> list[str]:
    with app.app_context():
        mine = sa.select(Notification.state).where(Notification.key.like("dead-%"))
        return list(db.session.scalars(mine.order_by(Notification.id)))


def test_he_sees_to_whom_how_often_and_why_but_not_what_it_says(
    app: Flask, system: Visitor, case_id: int
) -> None:
    page = system.get(PAGE).text
    with app.app_context():
        case = db.session.get_one(Case, case_id)
        number, title = str(case.number), case.title
    assert "共 3 条" in page and "水利厅经办" in page and "试过 8 次" in page and number in page
    assert "邮件服务器拒绝收件地址。" in page and "短信网关没有收下。" in page and "原因见技术信息" in page
    assert title not in page and "请签收" not in page and "13900000001" not in page
    assert "139****0001" in page
    assert ">3<" in system.get("/account").text  # beside the way in, on every page of his
    with app.app_context():
        db.session.get_one(Case, case_id).confidentiality = "restricted"
        db.session.commit()
    assert number not in system.get(PAGE).text


def test_he_sends_again_or_gives_up_with_a_reason(app: Flask, system: Visitor) -> None:
    with app.app_context():
        first = db.session.scalars(sa.select(Notification.id).where(Notification.key == "dead-0")).one()
    assert system.post(f"{PAGE}/{first}/retry").status_code == 302
    refused = system.post(f"{PAGE}/give-up", data={"reason": " "})
    assert refused.status_code == 422 and "请说明不再发送的理由" in refused.text
    assert states(app) == ["waiting", "dead", "dead"]
    assert system.post(f"{PAGE}/{first + 1}/give-up", data={"reason": "号码已注销"}).status_code == 302
    assert system.post(f"{PAGE}/retry").status_code == 302
    assert states(app) == ["waiting", "given_up", "waiting"]
    assert "没有未送达的通知" in system.get(PAGE).text


def test_the_other_administrators_and_the_office_do_not(app: Flask, system: Visitor, enter: Enter) -> None:
    for who in ("assigner", "slt_clerk", "deputy1"):
        client = enter(who)
        assert client.get(PAGE).status_code == 403
        for where in ("retry", "give-up", "1/retry", "1/give-up"):
            assert client.post(f"{PAGE}/{where}", data={"reason": "x"}).status_code == 403
    assert states(app) == ["dead"] * 3
