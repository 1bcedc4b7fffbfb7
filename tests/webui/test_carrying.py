"""A form that came after its session had ended: carried over the sign-in, and only for the one who wrote it here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from models import User, db
from tests.people.world import PASSWORD, World, build
from tests.support.cast import PASSWORD as OF_THE_CAST
from tests.support.journey import Journey
from tests.webui.visitors import token, visitor


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return build()


@pytest.fixture
def with_tokens(app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_a_form_that_asks_while_somebody_types_is_not_led_away_from_under_his_hands(
    app: Flask, world: World
) -> None:
    answer = visitor(app).post("/performance/figures", headers={"HX-Request": "true"})
    assert answer.status_code == 204 and "HX-Redirect" not in answer.headers


def from_our_page(path: str) -> dict[str, str]:
    """What a browser says with a form of this site."""
    return {"Origin": "http://localhost", "Referer": f"http://localhost{path}"}


def test_a_form_is_carried_over_the_sign_in_and_sent_only_by_its_writer(app: Flask, world: World) -> None:
    client = visitor(app)
    typed = {"text": "写了很久的话", "go": "do"}
    held = client.post("/tasks/1", data=typed, headers=from_our_page("/tasks/1"))
    assert held.status_code == 401 and "填写的内容都在" in held.text
    carried = dict(re.findall(r'type="hidden" name="(carried\.\w+|typed\.\w+)" value="([^"]*)"', held.text))
    assert carried == {
        "carried.to": "/tasks/1",
        "carried.back": "/tasks/1",
        "typed.text": "写了很久的话",
        "typed.go": "do",
    }
    wrong = client.post("/sign-in", data={**carried, "account": "north-officer", "password": "wrong"})
    assert wrong.status_code == 422 and 'name="typed.text"' in wrong.text
    entered = client.post("/sign-in", data={**carried, "account": "north-officer", "password": PASSWORD})
    assert entered.status_code == 200 and client.get("/account").status_code == 200
    assert 'action="/tasks/1"' in entered.text and 'name="text" value="写了很久的话"' in entered.text


@pytest.mark.parametrize(
    ("headers", "data"),
    [
        ({"Origin": "http://elsewhere.example", "Referer": "http://localhost/tasks/1"}, {"text": "别人的话"}),
        ({"Origin": "null"}, {"text": "别人的话"}),
        ({}, {"text": "别人的话"}),
        ({"Origin": "http://localhost"}, {"present": "old", "new": "secret", "again": "secret"}),
    ],
)
def test_no_form_of_elsewhere_and_no_secret_is_carried(
    app: Flask, world: World, headers: dict[str, str], data: dict[str, str]
) -> None:
    held = visitor(app).post("/tasks/1", data=data, headers=headers)
    assert held.status_code == 401 and "carried.to" not in held.text and "secret" not in held.text


@pytest.mark.parametrize("to", ["https://elsewhere.example/x", "//elsewhere.example", "/sign-out", ""])
def test_what_is_carried_goes_nowhere_else(app: Flask, world: World, to: str) -> None:
    asked = {"carried.to": to, "typed.text": "x", "account": "north-officer"}
    entered = visitor(app).post("/sign-in", data={**asked, "password": PASSWORD})
    assert entered.status_code == 302 and entered.location == "/"


def test_a_page_older_than_the_sign_in_offers_to_send_its_form_anew(with_tokens: Flask, world: World) -> None:
    client = visitor(with_tokens)
    first = token(client.get("/sign-in"))
    client.post("/sign-in", data={"account": "north-system", "password": PASSWORD, "csrf_token": first})
    path = "/administration/organizations"
    typed = {"name": "写了很久的名称", "csrf_token": "of-another-session"}
    answer = client.post(path, data=typed, headers=from_our_page(path))
    assert answer.status_code == 400 and f'action="{path}"' in answer.text
    assert 'name="name" value="写了很久的名称"' in answer.text and "of-another-session" not in answer.text
    foreign = client.post(path, data=typed, headers={"Origin": "http://elsewhere.example"})
    assert foreign.status_code == 400 and f'action="{path}"' not in foreign.text


def labels(page: str) -> dict[str, str]:
    """What was typed as a page lists it, by the label over it."""
    return dict(re.findall(r'<label for="typed-\d+">([^<]*)</label><textarea[^>]*>([^<]*)</textarea>', page))


def test_after_the_sign_in_the_page_is_its_readers_and_names_the_fields(
    app: Flask, assigned: Journey
) -> None:
    with app.app_context():
        locales = sa.update(User).where(User.id == assigned.cast.users["slt_head"]).values(locale="en")
        db.session.execute(locales)
        db.session.commit()
        unit = assigned.assignment("slt")
    address = f"/cases/{assigned.case_id}/actions/return_unit?assignment={unit}"
    typed = {"ground": "not_our_duty", "reason": "写了很久的话", "elsewhere": "别处的话"}
    held = visitor(app).post(address, data=typed, headers=from_our_page(address))
    numbered = {"第 1 项": "not_our_duty", "第 2 项": "写了很久的话", "第 3 项": "别处的话"}
    assert labels(held.text) == numbered, "no stranger is told what is asked of whom"
    carried = {"carried.to": address, **{f"typed.{name}": value for name, value in typed.items()}}
    entered = visitor(app).post(
        "/sign-in", data={**carried, "account": "slt_head@14", "password": OF_THE_CAST}
    )
    assert '<html lang="en' in entered.text and f'name="ground" value="{typed["ground"]}"' in entered.text
    assert labels(entered.text) == {
        "Ground": "Not within our duties",
        "Reasons": "写了很久的话",
        "Entry 3": "别处的话",
    }
    other = visitor(app).post("/sign-in", data={**carried, "account": "czt_head@14", "password": OF_THE_CAST})
    assert labels(other.text) == numbered, "nor is one who may not do it"
