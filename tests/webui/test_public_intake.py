"""What anybody puts forward on the public site: one case, one receipt, the person known where he has to be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.casework.tasks import complete_task
from engine.foundation import clock
from engine.foundation.networks import network_of
from engine.people.actors import actor_for
from engine.public_intake import limits, sending
from engine.public_intake.limits import Place
from models import AuditEvent, Case, CaseEntry, CaseText, Clock, Congress, PublicRequest, Task, User, db
from tests.support.cast import Cast, join, organize
from tests.support.web import Visitor
from tests.webui.conftest import Enter
from tests.webui.visitors import token, visitor

KIND = "filing_review"
PAGE = f"/put-forward/{KIND}"
NAME, CONTACT = "赵小暄", "13812345678"
GIVEN = {
    "title": "《某市养犬管理规定》",
    "maker": "某市人民政府",
    "provisions": "第五条",
    "reasons": "第五条增设了上位法没有规定的义务和处罚。",
    "name": NAME,
    "contact": CONTACT,
}


@pytest.fixture
def registry(app: Flask, cast: Cast, clock_at: Callable[..., None]) -> str:
    """The account of a filing officer; it is ten in the morning of 20 March."""
    clock_at(dt.datetime(2026, 3, 20, 10, 0))
    with app.app_context():
        made = organize(cast, "fgw", "法制工作委员会", "congress_office", 9)
        whole = replace(cast, organizations={**cast.organizations, "fgw": made})
        actor = join(whole, "registry", "fgw", "filing_officer")
        return str(db.session.get_one(User, actor.user_id).username)


def filled(person: Visitor, **changes: str) -> dict[str, str]:
    """The form as a person fills it in, with its hidden fields."""
    page = person.get(PAGE)
    assert page.status_code == 200
    hidden = dict(re.findall(r'type="hidden" name="(token|congress)" value="([^"]*)"', page.text))
    return {**GIVEN, **hidden, **changes}


def receipt(page: Any) -> tuple[str, str]:
    """Number and secret on the page that shows them once."""
    assert page.status_code == 201, page.text
    return re.search(r'name="receipt" value="([^"]+)"', page.text)[1], re.search(  # type: ignore[index]
        r'name="secret" value="([^"]+)"', page.text
    )[1]


def looked(person: Visitor, number: str, secret: str, **more: str) -> Any:
    return person.post("/receipt", data={"receipt": number, "secret": secret, **more})


def decide(app: Flask, username: str, node: str, **answers: Any) -> None:
    """What the filing officer does."""
    with app.app_context():
        user_id = db.session.scalars(sa.select(User.id).where(User.username == username)).one()
        task = db.session.scalars(sa.select(Task.id).where(Task.node == node, Task.open)).one()
        complete_task(actor_for(user_id), task_id=task, answers=answers)


def test_a_suggestion_goes_its_way_from_the_form_to_the_answer(
    app: Flask, registry: str, clock_at: Callable[..., None]
) -> None:
    person = visitor(app)
    with app.app_context():
        congress = db.session.scalars(sa.select(Congress)).one()
        congress.postal_address, congress.postal_code = "某市某街1号", "030000"
        db.session.commit()
    form = filled(person)
    assert "某市某街1号，邮编030000" in person.get(PAGE).text.split("</form>")[-1]  # by letter as well
    sent = person.post(PAGE, data=form)
    assert (
        "某市某街1号" in sent.text.split("</section>")[0]
    )  # on the receipt, which is printed without the foot
    number, secret = receipt(sent)
    assert receipt(person.post(PAGE, data=form)) == (number, secret)  # sent twice
    assert "收到您的建议" in looked(person, number.lower().replace("-", " "), secret).text

    clock_at(dt.datetime(2026, 3, 24, 10, 0))
    decide(
        app,
        registry,
        "screen",
        decision="incomplete",
        opinion="请附上该规定的文本。",
        confidentiality="public",
    )
    asked = looked(person, number, secret)
    assert "请附上该规定的文本" in asked.text and 'name="supplement"' in asked.text
    empty = looked(person, number, secret, supplement="1", text="")
    assert empty.status_code == 422
    added = looked(person, number, secret, supplement="1", text="附上规定全文：第五条……")
    assert added.status_code == 200 and "收到补充材料" in added.text and 'name="supplement"' not in added.text

    decide(app, registry, "screen", decision="not_started", opinion="该规定已经废止，不启动审查。")
    assert "该规定已经废止，不启动审查。" in looked(person, number, secret).text
    with app.app_context():
        case = db.session.scalars(sa.select(Case)).one()
        assert (case.status, case.origin, case.fields["source"]) == ("declined", "public", "suggestion")
        clocks = {(each.key, each.due_on, each.state) for each in db.session.scalars(sa.select(Clock))}
        assert ("suggestion_incomplete", dt.date(2026, 3, 27), "satisfied") in clocks
        assert ("suggestion_start", dt.date(2026, 3, 30), "satisfied") in clocks


def test_the_person_stands_nowhere_but_with_those_who_must_reach_him(
    app: Flask, registry: str, enter: Enter
) -> None:
    person = visitor(app)
    number, secret = receipt(person.post(PAGE, data=filled(person)))
    with app.app_context():
        case_id = db.session.scalars(sa.select(Case.id)).one()
        kept = [
            *db.session.scalars(sa.select(CaseText.body)),
            *db.session.scalars(sa.select(CaseEntry.answers)),
            *db.session.scalars(sa.select(AuditEvent.detail)),
            *db.session.scalars(sa.select(Case.fields)),
        ]
        assert NAME not in str(kept) and CONTACT not in str(kept)
        row = db.session.scalars(sa.select(PublicRequest)).one()
        assert row.person == {"name": NAME, "contact": CONTACT}
        assert secret not in str((row.secret_hash, row.receipt))
    assert CONTACT in enter("registry").get(f"/cases/{case_id}").text
    seen = enter("intake").get(f"/cases/{case_id}")
    assert seen.status_code == 200 and CONTACT not in seen.text and NAME not in seen.text
    standing = looked(person, number, secret)
    assert NAME not in standing.text and CONTACT not in standing.text
    assert all(GIVEN[name] in standing.text for name in ("title", "maker", "provisions", "reasons"))


@pytest.mark.parametrize("name", ["title", "maker", "provisions", "reasons"])
def test_numbers_of_persons_are_refused_outside_their_place(app: Flask, registry: str, name: str) -> None:
    person = visitor(app)
    told = person.post(PAGE, data=filled(person, **{name: f"请致电{CONTACT}联系，谢谢各位同志。"}))
    assert told.status_code == 422 and f'href="#field-{name}"' in told.text
    with app.app_context():
        assert not db.session.scalar(sa.select(sa.func.count()).select_from(Case))


def test_what_is_missing_is_said_field_by_field_and_what_was_typed_stays(app: Flask, registry: str) -> None:
    person = visitor(app)
    told = person.post(PAGE, data=filled(person, contact="", reasons="短"))
    assert told.status_code == 422
    assert 'href="#field-contact"' in told.text and 'href="#field-reasons"' in told.text
    assert GIVEN["title"] in told.text and NAME in told.text


def test_a_wrong_secret_and_a_wrong_number_are_told_alike(app: Flask, registry: str) -> None:
    person = visitor(app)
    number, secret = receipt(person.post(PAGE, data=filled(person)))
    said = [
        (answer.status_code, re.sub(r'value="[^"]*"', "", answer.text))
        for answer in (
            looked(person, number, sending.fresh_secret()),
            looked(person, "ZZZZ-ZZZZ", secret),
            looked(person, number, ""),
            looked(person, "", ""),
        )
    ]
    assert {status for status, _text in said} == {422} and len({text for _status, text in said}) == 1


def test_machines_floods_and_forged_forms_are_kept_out(
    app: Flask, registry: str, clock_at: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PLACES", (Place(32, 64, 2, 2), *limits.PLACES[1:]))
    person = visitor(app)
    assert person.post(PAGE, data=filled(person, website="http://spam.example")).status_code == 422
    assert person.post(PAGE, data=filled(person, token="1234")).status_code == 422
    assert person.post(PAGE, data=filled(person, reasons="长" * 300_000)).status_code == 413
    for _each in range(2):
        receipt(person.post(PAGE, data=filled(person)))
    assert person.post(PAGE, data=filled(person)).status_code == 429
    clock_at(dt.datetime(2026, 3, 21, 10, 1))  # a day later the addresses are forgotten
    receipt(person.post(PAGE, data=filled(person)))
    with app.app_context():
        rows = db.session.execute(sa.select(PublicRequest.address, PublicRequest.sent_at)).all()
        assert sorted(bool(row.address) for row in rows) == [False, False, True]
        assert clock.today() == dt.date(2026, 3, 21)


def test_something_else_under_a_used_token_is_neither_lost_nor_taken_for_the_first(
    app: Flask, registry: str
) -> None:
    person = visitor(app)
    form = filled(person)
    first = receipt(person.post(PAGE, data=form))
    other = {**form, "reasons": "第九条设定的处罚幅度超出了上位法的规定。"}
    told = person.post(PAGE, data=other)  # by the way back of the browser
    assert told.status_code == 422 and other["reasons"] in told.text and first[1] not in told.text
    fresh = re.search(r'name="token" value="(\w+)"', told.text)
    assert fresh and fresh[1] != form["token"]
    assert receipt(person.post(PAGE, data={**other, "token": fresh[1]})) != first
    assert receipt(person.post(PAGE, data=form)) == first


def test_a_connection_has_many_addresses_but_one_network(
    app: Flask, registry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PLACES", (Place(32, 64, 2, 2), *limits.PLACES[1:]))
    person = visitor(app)
    sent = [
        person.post(PAGE, data=filled(person), environ_base={"REMOTE_ADDR": address}).status_code
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::3", "2001:db8:1:3::1")
    ]
    assert sent == [201, 201, 429, 201]
    assert network_of("::ffff:10.1.2.3") == network_of("10.1.2.3") == "10.1.2.3"
    assert network_of("unknown") == "unknown"


def test_no_form_is_taken_without_its_token(app: Flask, registry: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        person = visitor(app)
        form = filled(person)
        assert person.post(PAGE, data=form).status_code == 400
        page = person.get(PAGE)
        assert person.post(PAGE, data={**form, "csrf_token": token(page)}).status_code == 201
        assert looked(person, "A", "b").status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_only_kinds_that_ask_the_public_are_open_to_it(app: Flask, registry: str) -> None:
    person = visitor(app)
    assert PAGE in person.get("/public/requests").text
    assert person.get("/put-forward/suggestion").status_code == 404
    assert person.get("/put-forward/nothing").status_code == 404
    assert person.post("/put-forward/suggestion", data=filled(person)).status_code == 404
