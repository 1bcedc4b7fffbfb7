"""The administrators' pages, walked as the administrators walk them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from engine.foundation import clock
from engine.people import directory, users
from models import Deputy, db
from tests.people.world import PASSWORD, World, build
from tests.support.web import Visitor
from tests.webui.visitors import signed_in, visitor


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return build()


def shown_password(page: str) -> str:
    codes = re.findall(r"<code>([^<]+)</code>", page)
    return str(codes[1])


def test_two_administrators_bring_a_new_colleague_in(app: Flask, world: World) -> None:
    system, security = signed_in(app, "north-system"), signed_in(app, "north-security")
    made = system.post("/administration/users", data={"name": "王五", "username": "wangwu"})
    assert made.status_code == 200
    password = shown_password(made.text)
    listed = security.get("/administration/users?q=王五").text
    where = re.search(r'href="(/administration/users/\d+)"', listed)
    assert where
    data = {"role": "case_officer", "organization_id": str(world.department_id)}
    assert security.post(f"{where[1]}/roles", data=data).status_code == 302
    page = security.get(where[1]).text
    assert "承办人" in page and "教育厅" in page and password not in page
    client = signed_in(app, "wangwu", password)
    assert client.get("/account").location == "/account/password"


def test_a_right_that_collides_is_refused_on_the_page(app: Flask, world: World) -> None:
    security = signed_in(app, "north-security")
    data = {"role": "auditor", "organization_id": str(world.office_id)}
    answer = security.post(f"/administration/users/{world.users['north-officer']}/roles", data=data)
    assert answer.status_code == 409
    assert "三者互斥" in answer.text


def test_a_refused_form_keeps_what_was_typed(app: Flask, world: World) -> None:
    system = signed_in(app, "north-system")
    answer = system.post("/administration/users", data={"name": "王五", "username": "大写"})
    assert answer.status_code == 422
    assert 'value="王五"' in answer.text and "用户名由3至64个" in answer.text
    answer = system.post(
        "/administration/organizations", data={"name": "新厅", "code": "edu", "kind": "other"}
    )
    assert answer.status_code == 409
    assert 'value="新厅"' in answer.text and "“edu”已被使用" in answer.text


def test_an_organization_is_made_changed_closed_and_opened(app: Flask, world: World) -> None:
    system = signed_in(app, "north-system")
    data = {"name": "水利厅", "code": "water", "kind": "department", "position": "3"}
    assert system.post("/administration/organizations", data=data).status_code == 302
    page = system.get("/administration/organizations").text
    where = re.findall(r'href="(/administration/organizations/\d+)">([^<]+)<', page)
    water = next(address for address, name in where if name == "水利厅")
    system.post(water, data={"name": "水利局", "position": "4"})
    assert "水利局" in system.get(water).text
    system.post(f"{water}/deactivate")
    assert f"{water}/reactivate" in system.get(water).text
    system.post(f"{water}/reactivate")
    assert f"{water}/deactivate" in system.get(water).text
    in_use = system.post(f"/administration/organizations/{world.department_id}/deactivate")
    assert in_use.status_code == 409 and "不能停用" in in_use.text


def test_what_a_congress_says_of_itself_stands_where_the_public_reads_it(app: Flask, world: World) -> None:
    system, anybody = signed_in(app, "north-system"), visitor(app)
    where = "/administration/congress"
    assert f'href="{where}"' in system.get("/administration/organizations").text
    assert "<address" not in anybody.get("/public").text  # nothing is known yet
    said = {"name": "北省人大", "contact_phone": "0351-1234567 转 801", "postal_address": "某市某街1号"}
    wrong = system.post(where, data={**said, "postal_code": "12"})
    assert wrong.status_code == 422 and "六位数字" in wrong.text and 'value="某市某街1号"' in wrong.text
    assert system.post(where, data={**said, "postal_code": "030000"}).status_code == 302
    assert 'value="030000"' in system.get(where).text
    foot = anybody.get("/public").text.split("<footer")[1]
    assert "北省人大" in foot and "某市某街1号，邮编030000" in foot and 'href="tel:03511234567"' in foot
    assert "Address: 某市某街1号, postcode 030000" in anybody.get("/public?lang=en").text
    assert signed_in(app, "north-security").post(where, data=said).status_code == 403


FIELD = re.compile(r'name="(seen-\w+)" value="([^"]*)"')


def opened(client: Visitor, where: str) -> dict[str, str]:
    """What the form of a page would send if nothing were changed in it."""
    seen = dict(FIELD.findall(client.get(where).text))
    return seen | {name.removeprefix("seen-"): value for name, value in seen.items()}


def test_of_two_administrators_neither_overwrites_what_he_has_not_seen(app: Flask, world: World) -> None:
    """Whoever saves later writes what he has changed, no more; what both have changed he is told, and may insist on."""
    one, other = signed_in(app, "north-system"), signed_in(app, "north-system")
    department = f"/administration/organizations/{world.department_id}"
    for where, first, second, said in (
        ("/administration/congress", "postal_address", "contact_phone", "0351-1234567"),
        (department, "duties", "short_name", "教育"),
        (f"/administration/users/{world.users['north-officer']}", "name", "email", "officer@example.org"),
    ):
        words = {first: "改过的地方", second: said}
        ones, others = opened(one, where), opened(other, where)
        assert set(words) <= set(ones), where
        assert one.post(where, data=ones | {first: words[first]}).status_code == 302
        assert other.post(where, data=others | {second: words[second]}).status_code == 302
        stands = opened(one, where)
        assert stands[first] == words[first] and stands[second] == words[second], where
        late = other.post(where, data=others | {first: "同时写的", second: words[second]})
        assert late.status_code == 409 and "已经改为“改过的地方”" in late.text and "同时写的" in late.text, (
            where
        )
        assert opened(one, where) == stands
        english = other.post(f"{where}?lang=en", data=others | {first: "同时写的"})
        assert "this was changed to “改过的地方”" in english.text, where
        insisting = others | {first: "同时写的", second: words[second]} | dict(FIELD.findall(late.text))
        assert other.post(where, data=insisting).status_code == 302
        assert opened(one, where)[first] == "同时写的", where
    # A refusal for another reason does not pass off as seen what its sender has not: a browser sends lines as CRLF.
    others = opened(other, department)
    one.post(department, data=opened(one, department) | {"duties": "水利\r\n防汛"})
    wrong = other.post(department, data=others | {"name": ""})
    assert wrong.status_code == 422
    again = others | {"name": "教育局"} | dict(FIELD.findall(wrong.text))
    assert other.post(department, data=again).status_code == 302
    page = one.get(department).text
    assert "水利\n防汛" in page and "教育局" in page


def test_a_status_changed_meanwhile_is_told_and_its_day_can_be_corrected(app: Flask, world: World) -> None:
    one, other = signed_in(app, "north-system"), signed_in(app, "north-system")
    where = f"/administration/deputies/{world.deputy_id}"
    ones, others = opened(one, where), opened(other, where)
    assert one.post(where, data=ones | {"status": "suspended", "reason": "法定事由"}).status_code == 302
    late = other.post(where, data=others | {"status": "ended", "reason": "调离本行政区域"})
    assert late.status_code == 409 and "他的状态已经改变" in late.text and "调离本行政区域" in late.text
    day = opened(one, where) | {"since": "2026-02-01", "reason": "日期写错，更正"}
    assert one.post(where, data=day).status_code == 302
    with app.app_context():
        row = db.session.get_one(Deputy, world.deputy_id)
        assert (row.status, row.status_since) == ("suspended", dt.date(2026, 2, 1))
    assert (
        other.post(where, data=opened(other, where) | {"status": "ended", "reason": "调离"}).status_code
        == 302
    )


def test_a_deputy_is_registered_signs_in_and_is_suspended(app: Flask, world: World) -> None:
    system = signed_in(app, "north-system")
    data = {
        "name": "赵六",
        "card_number": "77",
        "term": "14",
        "delegation_id": str(world.delegation_id),
        "username": "zhaoliu",
    }
    made = system.post("/administration/deputies", data=data)
    assert signed_in(app, "zhaoliu", shown_password(made.text))
    page = system.get("/administration/deputies?q=赵六").text
    where = re.search(r'href="(/administration/deputies/\d+)"', page)
    assert where
    assert system.post(where[1], data={"status": "suspended", "reason": ""}).status_code == 422
    assert system.post(where[1], data={"status": "suspended", "reason": "法定事由"}).status_code == 302
    assert "暂停执行职务" in system.get("/administration/deputies").text


def test_accounts_that_nobody_has_used_for_ninety_days_are_found(
    app: Flask, world: World, clock_at: Callable[[dt.datetime], None]
) -> None:
    where, begun = "/administration/users", clock.now()
    system = signed_in(app, "north-system")
    assert f'href="{where}?unused=1"' in system.get(where).text
    assert "没有找到这样的用户" in system.get(f"{where}?unused=1").text
    clock_at(begun + dt.timedelta(days=89))
    for name in ("north-officer", "north-system"):
        system = signed_in(app, name)
    assert "没有找到这样的用户" in system.get(f"{where}?unused=1").text
    with app.app_context():
        actor = world.actor("north-system")
        users.deactivate_user(actor, world.users["north-deputy"])
        clock_at(begun + dt.timedelta(days=90, minutes=1))
        found = [line.username for line in directory.users(actor, unused=True)]
        some = [line.username for line in directory.users(actor, unused=True, search="new")]
    assert found == ["north-audit", "north-new", "north-security"]  # not who was at work, nor who is disabled
    assert some == ["north-new"]


def test_events_name_who_failed_and_from_where(app: Flask, world: World) -> None:
    visitor(app).post("/sign-in", data={"account": "north-officer", "password": "wrong"})
    page = signed_in(app, "north-audit").get("/administration/events").text
    assert "登录失败" in page and "officer人(north-officer)" in page and "127.0.0.1" in page


def test_records_are_found_by_person_happening_and_day_and_taken_out(app: Flask, world: World) -> None:
    visitor(app).post("/sign-in", data={"account": "north-officer", "password": "wrong"})
    with app.app_context():
        users.change_user(
            world.actor("north-system"), world.users["north-officer"], name="=1+1officer", email=""
        )
    audit = signed_in(app, "north-audit")
    where = "/administration/events"
    failed = f"{where}?action=user:sign_in_failed"
    assert "north-officer" in audit.get(f"{failed}&q=North-Off").text
    for nothing in ("&q=nobody", "&since=2199-01-01", "&until=1950-01-01"):
        assert "没有查到" in audit.get(failed + nothing).text
    for odd in ("?since=9999-12-31", "?until=0001-01-01", "?since=x", "?action=x", "?q=%25", "?before=x"):
        assert audit.get(where + odd).status_code == 200
    taken = audit.get(f"{where}.csv?q=north-officer")
    assert taken.content_type == "text/csv; charset=utf-8"
    english = audit.get(f"{where}?lang=en").text
    assert "Nobody signed in" in english and "The system" in english
    assert "未登录者" not in english and ">系统<" not in english
    lines = taken.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "时间,事项,操作人,对象,地址,序号"
    assert any(line.split(",")[1:3] == ["登录失败", "未登录者"] for line in lines[1:])
    assert all(line.split(",")[3] == "'=1+1officer(north-officer)" for line in lines[1:])


@pytest.mark.parametrize(
    ("name", "page"),
    [("north-system", "organizations"), ("north-security", "users"), ("north-audit", "events")],
)
def test_each_administrator_begins_with_his_own_work(app: Flask, world: World, name: str, page: str) -> None:
    assert signed_in(app, name).get("/").location == f"/administration/{page}"


def test_another_congress_is_not_found(app: Flask, world: World) -> None:
    with app.app_context():
        other = build("south")
    system = signed_in(app, "north-system")
    for address in (
        f"/administration/users/{other.users['south-new']}",
        f"/administration/organizations/{other.department_id}",
        f"/administration/deputies/{other.deputy_id}",
    ):
        assert system.get(address).status_code == 404
        assert system.post(address, data={"name": "x", "status": "ended", "reason": "x"}).status_code == 404
    for address in ("users", "organizations", "deputies"):
        assert "south" not in system.get(f"/administration/{address}").text


def test_a_security_administrator_signs_somebody_out_and_a_system_one_disables_him(
    app: Flask, world: World
) -> None:
    system, security = signed_in(app, "north-system"), signed_in(app, "north-security")
    officer = f"/administration/users/{world.users['north-officer']}"
    client = signed_in(app, "north-officer")
    assert security.post(f"{officer}/sign-out").status_code == 302
    assert client.get("/account").status_code == 302
    assert system.post(f"{officer}/deactivate").status_code == 302
    answer = visitor(app).post("/sign-in", data={"account": "north-officer", "password": PASSWORD})
    assert answer.status_code == 422
    assert system.post(f"{officer}/reactivate").status_code == 302
    reset = system.post(f"{officer}/reset-password")
    assert signed_in(app, "north-officer", shown_password(reset.text))


@pytest.fixture
def command(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_a_congress_and_its_administrators_are_made_on_the_server(
    app: Flask, command: FlaskCliRunner
) -> None:
    found = ["congress", "create", "--code", "sx", "--name", "山西省人民代表大会", "--level", "province"]
    result = command.invoke(args=[*found, "--rule-pack", "shanxi"])
    assert result.exit_code == 0, result.output
    again = command.invoke(args=[*found, "--rule-pack", "shanxi"])
    assert again.exit_code == 1 and "“sx”已被使用" in again.output
    made = ["people", "admin", "--congress", "sx", "--role", "system_admin", "--username", "sysadmin-1"]
    result = command.invoke(args=[*made, "--name", "系统员"])
    assert result.exit_code == 0, result.output
    password = result.output.splitlines()[1].split()[-1]
    client = signed_in(app, "sysadmin-1", password)
    assert client.get("/").location == "/account/password"
    result = command.invoke(args=["people", "reset-password", "sysadmin-1"])
    assert result.output.splitlines()[1].split()[-1] != password
    assert "山西省人民代表大会" in command.invoke(args=["congress", "list"]).output


def test_what_no_row_could_keep_founds_no_congress(command: FlaskCliRunner) -> None:
    found = ["congress", "create", "--code", "sx", "--name", "山西省人民代表大会", "--level", "province"]
    found += ["--rule-pack", "shanxi"]
    for option, wrong, said in (
        ("--rule-pack", "../shanxi", "没有规则包“../shanxi”"),
        ("--code", "s" * 65, "code: 不能超过64字"),
        ("--code", "s\udcff", "code: 含有无法显示的控制字符"),
        ("--office", "厅" * 501, "office: 不能超过500字"),
        ("--name", "省" * 495, "office: 不能超过500字"),  # which is called after it
        ("--phone", "打总机", "contact_phone: 请写一个电话号码"),
    ):
        result = command.invoke(args=[*found, option, wrong])
        assert result.exit_code == 1 and said in result.output, result.output
    assert "山西省" not in command.invoke(args=["congress", "list"]).output
    assert command.invoke(args=found).exit_code == 0


def test_a_command_refuses_in_words(command: FlaskCliRunner) -> None:
    result = command.invoke(args=["people", "reset-password", "nobody"])
    assert result.exit_code == 1 and "没有名为“nobody”的用户。 / Nobody has the user name" in result.output
    made = ["people", "admin", "--congress", "none", "--role", "auditor", "--username", "x", "--name", "x"]
    assert command.invoke(args=made).exit_code == 1
