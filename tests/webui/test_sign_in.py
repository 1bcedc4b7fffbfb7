"""Signing in at a browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from engine.people import users
from tests.people.world import PASSWORD, World, build
from tests.webui.visitors import signed_in, token, visitor
from webui.sign_in import SheetAccount, offer_sheet

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
Clock = Callable[[dt.datetime], None]


@pytest.fixture
def world(app: Flask, clock_at: Clock) -> World:
    clock_at(START)
    with app.app_context():
        return build()


@pytest.fixture
def with_tokens(app: Flask) -> Iterator[Flask]:
    """The application asking for CSRF tokens, as users meet it."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_one_comes_back_to_where_one_wanted_to_go(app: Flask, world: World) -> None:
    client = visitor(app)
    answer = client.get("/account?x=1")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/account?x%3D1") or (
        answer.location == "/sign-in?next=%2Faccount%3Fx%3D1"
    )
    page = client.get(answer.location)
    assert 'value="/account?x=1"' in page.text
    data = {"account": "north-officer", "password": PASSWORD, "next": "/account?x=1"}
    assert client.post("/sign-in", data=data).location == "/account?x=1"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/a\\b",
    ],
)
def test_signing_in_never_leads_to_another_site(app: Flask, world: World, address: str) -> None:
    data = {"account": "north-officer", "password": PASSWORD, "next": address}
    assert visitor(app).post("/sign-in", data=data).location == "/"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask, world: World) -> None:
    data = {"account": "north-officer", "password": PASSWORD}
    cookie = visitor(app).post("/sign-in", data=data).headers["Set-Cookie"]
    assert cookie.startswith("duban=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_over_https_the_cookie_is_bound_to_the_host(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    data = {"account": "north-officer", "password": PASSWORD}
    answer = visitor(app).post("/sign-in", data=data, base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-duban=") and "Secure" in cookie and "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    page = visitor(app).get("/sign-in", base_url="https://localhost")
    cookie = page.headers["Set-Cookie"]  # which the token against forged forms is held against
    assert cookie.startswith("__Host-session=") and {"Secure", "HttpOnly", "Path=/"} <= set(
        cookie.split("; ")
    )


def test_a_wrong_password_keeps_the_name_and_says_what_is_left(app: Flask, world: World) -> None:
    answer = visitor(app).post("/sign-in", data={"account": "north-officer", "password": "wrong"})
    assert answer.status_code == 422
    assert 'value="north-officer"' in answer.text and "再错4次" in answer.text
    assert "wrong" not in answer.text


def test_a_lock_is_told_with_the_time_left(app: Flask, world: World, clock_at: Clock) -> None:
    client = visitor(app)
    for _n in range(5):
        answer = client.post("/sign-in", data={"account": "north-officer", "password": "wrong"})
    clock_at(START + dt.timedelta(minutes=12, seconds=30))
    answer = client.post("/sign-in", data={"account": "north-officer", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1050")
    assert "18分钟后再试" in answer.text


def test_the_sign_in_page_offers_big_type_and_english_before_anybody_signs_in(
    app: Flask, world: World
) -> None:
    client = visitor(app)
    page = client.get("/sign-in")
    assert 'name="size"' in page.text and 'name="language" value="en"' in page.text
    client.post("/preferences", data={"size": "large", "next": "/sign-in"})
    client.post("/preferences", data={"language": "en", "next": "/sign-in"})
    page = client.get("/sign-in")
    assert 'data-size="large"' in page.text and '<html lang="en"' in page.text


def test_the_sheet_of_accounts_shows_on_demonstration_instances_only(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(app.extensions, "sign_in_sheet", raising=False)
    accounts = [
        SheetAccount("承办人 / officer", "张三", "zhangsan", "first-secret"),
        SheetAccount("代表", "李四", "lisi", "second-secret"),
        SheetAccount("承办人", "王五", "wangwu", "third-secret"),
    ]
    offer_sheet(app, lambda: accounts)
    assert "first-secret" not in visitor(app).get("/sign-in").text
    monkeypatch.setitem(app.config, "DEMONSTRATION", True)
    page = visitor(app).get("/sign-in").text
    order = [page.index(f"<code>{account.account}</code>") for account in accounts]
    assert order == sorted(order)
    assert "承办人" in page and "officer" not in page
    monkeypatch.delitem(app.extensions, "sign_in_sheet")


def test_signing_out_ends_the_session_and_not_only_the_cookie(app: Flask, world: World) -> None:
    client = signed_in(app, "north-officer")
    kept = client.get_cookie("duban")
    assert kept and client.get("/account").status_code == 200
    assert client.post("/sign-out").location == "/sign-in"
    client.set_cookie("duban", kept.value)
    assert client.get("/account").status_code == 302


def test_a_disabled_user_is_out_at_the_next_click(app: Flask, world: World) -> None:
    client = signed_in(app, "north-officer")
    with app.app_context():
        users.deactivate_user(world.actor("north-system"), world.users["north-officer"])
    assert client.get("/account").status_code == 302


def test_clicks_keep_a_session_alive_and_idling_ends_it(app: Flask, world: World, clock_at: Clock) -> None:
    client = signed_in(app, "north-officer")
    for minutes in (29, 58):
        clock_at(START + dt.timedelta(minutes=minutes))
        assert client.get("/account").status_code == 200
    clock_at(START + dt.timedelta(minutes=88))
    assert client.get("/account").status_code == 302


def test_text_typed_into_a_form_that_timed_out_is_shown_again(
    app: Flask, world: World, clock_at: Clock
) -> None:
    client = signed_in(app, "north-officer")
    clock_at(START + dt.timedelta(hours=1))
    answer = client.post("/account/sessions/1/end", data={"text": "写了很久的话", "password": "hidden-word"})
    assert answer.status_code == 401
    assert "写了很久的话" in answer.text and "hidden-word" not in answer.text
    assert "/sign-in?next=" in answer.text


def test_a_part_of_a_page_that_timed_out_leads_the_whole_page_to_sign_in(app: Flask, world: World) -> None:
    answer = visitor(app).get("/account", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/sign-in?next=")


def test_a_program_is_told_in_json(app: Flask, world: World) -> None:
    answer = visitor(app).get("/account", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "NotSignedIn"


def test_the_first_password_leads_to_the_change_page_and_nowhere_else(app: Flask, world: World) -> None:
    with app.app_context():
        made = users.create_user(world.actor("north-system"), username="north-next", name="某人")
    client = signed_in(app, "north-next", made.password)
    assert client.get("/account").location == "/account/password"
    assert client.post("/account/sessions/1/end").status_code == 403
    page = client.get("/account/password")
    assert page.status_code == 200 and "首次登录" in page.text
    new = "Fenhe-9-shui-Qing"
    refused = client.post(
        "/account/password", data={"present": made.password, "new": "short", "again": "short"}
    )
    assert refused.status_code == 422 and "密码至少要有10个字符。" in refused.text
    answer = client.post("/account/password", data={"present": made.password, "new": new, "again": new})
    assert answer.location == "/"
    assert client.get("/account").status_code == 200


def test_a_changed_password_ends_the_other_browsers(app: Flask, world: World) -> None:
    here, there = signed_in(app, "north-officer"), signed_in(app, "north-officer")
    new = "Fenhe-9-shui-Qing"
    here.post("/account/password", data={"present": PASSWORD, "new": new, "again": new})
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


def test_a_person_ends_his_session_in_another_browser(app: Flask, world: World) -> None:
    there, here = signed_in(app, "north-officer"), signed_in(app, "north-officer")
    page = here.get("/account").text
    assert page.count("/account/sessions/") == 1
    end = page.split('action="/account/sessions/')[1].split('"')[0]
    assert here.post(f"/account/sessions/{end}").status_code == 302
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_the_old_token_is_worth_nothing_after_signing_in(with_tokens: Flask, world: World) -> None:
    client = visitor(with_tokens)
    before = token(client.get("/sign-in"))
    data = {"account": "north-officer", "password": PASSWORD, "csrf_token": before}
    assert client.post("/sign-in", data=data).status_code == 302
    answer = client.post("/preferences", data={"size": "large", "csrf_token": before, "text": "写好的话"})
    assert answer.status_code == 400 and "写好的话" in answer.text
    after = token(client.get("/account"))
    assert client.post("/preferences", data={"size": "large", "csrf_token": after}).status_code == 302


def test_preferences_follow_the_person_to_another_browser(app: Flask, world: World) -> None:
    signed_in(app, "north-officer").post(
        "/preferences", data={"language": "en", "size": "large", "keys": "off"}
    )
    page = signed_in(app, "north-officer").get("/account").text
    assert '<html lang="en"' in page and 'data-size="large"' in page and 'data-keys="off"' in page


@pytest.mark.parametrize("data", [{"language": "xx"}, {"size": "huge"}])
def test_a_preference_nobody_offers_is_refused(app: Flask, world: World, data: dict[str, str]) -> None:
    assert visitor(app).post("/preferences", data=data).status_code == 404
