"""SMS, chat groups and digests: over real files, a real HTTP server, real mail."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import correspondence
from engine.casework.vocabulary import happening_title
from engine.correspondence import digests, groups, sealing, wishes
from engine.correspondence.groups import GroupUnreachable
from engine.correspondence.wishes import TooSoon
from engine.foundation.actor import system_actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from models import ChatGroup, CorrespondenceSetting, Notification, db
from notifications.chat import Groups, Robot
from notifications.sms import Gateway, Spool
from notifications.wishes import ZONE
from tests.notifications import http_sink
from tests.notifications.http_sink import HttpSink
from tests.notifications.sink import Sink
from tests.notifications.test_delivery import wait
from tests.notifications.test_wishes import wish
from tests.notifications.world import NOON, World, peopled

MoveClock = Callable[[dt.datetime], None]
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def http() -> Iterator[HttpSink]:
    """A gateway or provider."""
    with http_sink.listening() as listening:
        yield listening


@pytest.fixture(autouse=True)
def _moment(clock_at: MoveClock) -> None:
    clock_at(NOON)
    sealing.configure("the secret of these tests")


def sms_waits(world: World, name: str = "water-head", **changes: Any) -> None:
    wish(world, name, phone="13900001111")
    wait(world, name, channel="sms", body="【督办】2026-007有新的通知。", **changes)


def rows(channel: str) -> list[Any]:
    db.session.rollback()
    statement = sa.select(Notification).where(Notification.channel == channel).order_by(Notification.id)
    return list(db.session.scalars(statement))


def test_the_spool_gets_one_line_for_each_sms_and_nobody_else_reads_it(world: World, tmp_path: Path) -> None:
    sms_waits(world)
    spool = Spool(tmp_path / "sms.jsonl")
    for _again in range(2):
        correspondence.deliver_waiting(world.system, spool, channel="sms")
    lines = [json.loads(line) for line in spool.path.read_text("utf-8").splitlines()]
    assert [(line["phone"], line["text"]) for line in lines] == [
        ("13900001111", "【督办】2026-007有新的通知。")
    ]
    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600


def test_mail_and_sms_are_claimed_each_by_its_own_way(world: World, mailbox: Sink, tmp_path: Path) -> None:
    sms_waits(world)
    wait(world, "lead")
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 1
    assert mailbox.addresses == ["lead@example.org"]
    assert correspondence.deliver_waiting(world.system, Spool(tmp_path / "s"), channel="sms").sent == 1


def test_a_phone_that_was_taken_back_gets_nothing(world: World, tmp_path: Path) -> None:
    sms_waits(world)
    db.session.get_one(CorrespondenceSetting, world.users["water-head"].id).phone = ""
    db.session.commit()
    done = correspondence.deliver_waiting(world.system, Spool(tmp_path / "s"), channel="sms")
    assert (done.sent, done.failed) == (0, 1)


def test_the_gateway_can_tell_that_a_text_is_ours(world: World, http: HttpSink) -> None:
    sms_waits(world)
    gateway = Gateway.at(http.address("/send"), "shared")
    assert correspondence.deliver_waiting(world.system, gateway, channel="sms").sent == 1
    ((path, headers, content),) = http.arrived
    moment = headers["X-Duban-Time"]
    expected = hmac.new(b"shared", f"{moment}\n".encode() + http.bodies[0], hashlib.sha256).hexdigest()
    assert (path, headers["X-Duban-Signature"]) == ("/send", expected)
    assert content["phone"] == "13900001111"
    assert set(content) == {"id", "phone", "text"}


@pytest.mark.parametrize("status", [302, 400, 500])
def test_what_the_gateway_refuses_is_tried_again_later_and_no_redirect_followed(
    world: World, http: HttpSink, status: int
) -> None:
    sms_waits(world)
    http.status = status
    gateway = Gateway.at(http.address("/send"), "shared")
    assert correspondence.deliver_waiting(world.system, gateway, channel="sms").failed == 1
    assert [path for path, _headers, _content in http.arrived] == ["/send"]
    (row,) = rows("sms")
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.next_attempt_at > NOON


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://sms.example.org/send", "s"),
        ("ftp://127.0.0.1/", "s"),
        ("file:///etc/passwd", "s"),
        ("https://user:pass@sms.example.org/", "s"),
        ("https://sms.example.org/", ""),
        ("https://sms.example.org:send/", "s"),
        ("", "s"),
    ],
)
def test_a_gateway_is_reached_safely_or_not_at_all(url: str, secret: str) -> None:
    with pytest.raises(ValueError, match="SMS gateway"):
        Gateway.at(url, secret)


# Chat groups


@pytest.mark.parametrize(
    ("kind", "address", "secret"),
    [
        ("wecom", "https://evil.example.org/cgi-bin/webhook/send?key=693axxx6-7aoc", ""),
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc", ""),
        ("wecom", WECOM + "&debug=1", ""),
        ("wecom", "https://qyapi.weixin.qq.com@127.0.0.1/cgi-bin/webhook/send?key=693axxx6-7aoc", ""),
        ("wecom", WECOM, "SEC12345678901234567890"),
        ("dingtalk", "http://169.254.169.254/robot/send?access_token=12345678", ""),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=12345678", "no secret!"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/../../x", ""),
        ("json", "json://127.0.0.1/", ""),
        ("", "", ""),
    ],
)
def test_only_the_providers_own_addresses_are_taken(kind: str, address: str, secret: str) -> None:
    with pytest.raises(ValueError, match="provider"):
        Robot.at(kind, address, secret)


PROVIDERS = {
    "wecom": ("wecombot.NotifyWeComBot", WECOM, "/send?key={key}"),
    "dingtalk": (
        "dingtalk.NotifyDingTalk",
        "https://oapi.dingtalk.com/robot/send?access_token=1234567890abcdef",
        "/send?access_token={token}",
    ),
    "feishu": (
        "feishu.NotifyFeishu",
        "https://open.feishu.cn/open-apis/bot/v2/hook/1234567890abcdef",
        "/hook/{token}/",
    ),
}


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest, http: HttpSink, monkeypatch: pytest.MonkeyPatch) -> str:
    """A provider whose host is the loopback server."""
    where, _address, path = PROVIDERS[request.param]
    monkeypatch.setattr(f"apprise.plugins.{where}.notify_url", http.address(path))
    return str(request.param)


def added(world: World, kind: str, name: str = "boss") -> tuple[Any, int]:
    """The system administrator and the group he has added for the first department."""
    if name not in world.users:
        world.user(name)
        db.session.commit()
    boss = world.actor(name, "system_admin")
    water = world.organizations["water"].id
    about = {"organization_id": water, "kind": kind, "title": "水利群", "address": PROVIDERS[kind][1]}
    return boss, groups.add_group(boss, **about)


def test_a_group_is_posted_to_by_its_provider(world: World, http: HttpSink, provider: str) -> None:
    _boss, group_id = added(world, provider)
    wait(
        world,
        "water-head",
        channel="chat",
        body="2026-007《关于治理汾河的建议》有新的通知。",
        chat_group_id=group_id,
    )
    ways = Groups(groups.opened)
    assert correspondence.deliver_waiting(world.system, ways, channel="chat").sent == 1
    assert correspondence.deliver_waiting(world.system, ways, channel="chat").sent == 0
    assert len(http.arrived) == 1
    assert "2026-007《关于治理汾河的建议》有新的通知。" in json.dumps(http.arrived[0][2], ensure_ascii=False)


def test_the_test_button_posts_and_says_when_it_could_not(
    world: World, http: HttpSink, provider: str
) -> None:
    boss, group_id = added(world, provider)
    groups.test_group(boss, group_id)
    assert len(http.arrived) == 1
    for status in (302, 500):
        http.status = status
        with pytest.raises(GroupUnreachable):
            groups.test_group(boss, group_id)
    assert all("/elsewhere" not in path for path, *_rest in http.arrived)


def test_an_address_is_kept_sealed_shown_never_and_forgotten_when_removed(world: World) -> None:
    boss, group_id = added(world, "wecom")
    token = WECOM.rpartition("=")[2]
    row = db.session.get_one(ChatGroup, group_id)
    assert token not in row.sealed
    assert token not in repr(groups.chat_groups(boss))
    assert groups.opened(row.sealed) == Robot("wecom", token)
    sealing.configure("another secret")
    with pytest.raises(sealing.SealBroken):
        groups.opened(row.sealed)
    for _twice in range(2):
        groups.remove_group(boss, group_id)
    assert groups.chat_groups(boss) == []
    assert db.session.get_one(ChatGroup, group_id).sealed == ""
    with pytest.raises(NotFound):
        groups.test_group(boss, group_id)


def test_only_the_system_administrator_of_the_congress_keeps_groups(world: World) -> None:
    boss, group_id = added(world, "wecom")
    stranger = peopled(db.session(), "150000")
    stranger.user("other")
    db.session.commit()
    other = stranger.actor("other", "system_admin")
    for act in (groups.remove_group, groups.test_group):
        with pytest.raises(NotFound):
            act(other, group_id)
        with pytest.raises(NotAllowed):
            act(world.actor("water-head", "head"), group_id)
    assert groups.chat_groups(other) == []
    with pytest.raises(InvalidAnswers) as refused:
        groups.add_group(
            boss,
            organization_id=stranger.organizations["water"].id,
            kind="pigeon",
            title=" ",
            address="x",
        )
    assert set(refused.value.errors) == {"organization_id", "kind", "title"}


# Wishes


def choices(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "channels": {"urgent": ["email", "sms"], "normal": ["chat", "pigeon"], "minor": []},
        "normal_in_digest": True,
        "digest_hour": 17,
        "quiet_from": 0,
        "quiet_to": 60,
    }
    return given | changes


def test_what_a_person_chooses_is_kept_and_nothing_unknown(world: World) -> None:
    head = world.actor("water-head", "head")
    assert wishes.wishes_of(head).digest_hour == 8
    for _twice in range(2):
        wishes.choose(head, **choices())
    kept = wishes.wishes_of(head)
    assert (kept.urgent, kept.normal, kept.minor) == ("email,sms", "chat", "")
    assert (kept.normal_in_digest, kept.digest_hour, kept.quiet_from, kept.quiet_to) == (True, 17, 0, 60)
    assert wishes.wishes_of(world.actor("lead")).digest_hour == 8


@pytest.mark.parametrize("wrong", [{"digest_hour": 24}, {"quiet_from": None}, {"quiet_to": 1440}])
def test_an_hour_that_is_none_is_refused_by_its_field(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        wishes.choose(world.actor("water-head"), **choices(**wrong))
    assert set(refused.value.errors) == set(wrong)


def code_sent(tmp_path: Path, world: World) -> str:
    spool = Spool(tmp_path / "codes")
    correspondence.deliver_waiting(world.system, spool, channel="sms")
    line = json.loads(spool.path.read_text("utf-8").splitlines()[-1])
    assert line["phone"] == "13911112222"
    return str(line["text"].partition("验证码")[2][:6])


def test_a_phone_counts_once_its_code_is_typed_in(world: World, tmp_path: Path) -> None:
    head = world.actor("water-head", "head")
    wishes.ask_phone(head, phone="+86 139-1111-2222")
    assert (wishes.phone_asked(head), wishes.wishes_of(head).phone) == ("13911112222", "")
    with pytest.raises(TooSoon):
        wishes.ask_phone(head, phone="13911112222")
    code = code_sent(tmp_path, world)
    assert not wishes.prove_phone(world.actor("lead"), code=code)
    assert wishes.prove_phone(head, code=f" {code} ")
    assert wishes.wishes_of(head).phone == "13911112222"
    assert not wishes.prove_phone(head, code=code)
    for _twice in range(2):
        wishes.forget_phone(head)
    assert wishes.wishes_of(head).phone == ""


def test_a_code_is_spent_after_five_guesses_or_ten_minutes(
    world: World, tmp_path: Path, clock_at: MoveClock
) -> None:
    head = world.actor("water-head", "head")
    wishes.ask_phone(head, phone="13911112222")
    code = code_sent(tmp_path, world)
    for _guess in range(5):
        assert not wishes.prove_phone(head, code="no")
    assert not wishes.prove_phone(head, code=code)
    clock_at(NOON + dt.timedelta(minutes=2))
    wishes.ask_phone(head, phone="13911112222")
    code = code_sent(tmp_path, world)
    clock_at(NOON + dt.timedelta(minutes=13))
    assert not wishes.prove_phone(head, code=code)


@pytest.mark.parametrize("phone", ["", "1390000111", "23900001111", "13900001111;x", "０１２３"])
def test_what_is_no_phone_is_refused(world: World, phone: str) -> None:
    with pytest.raises(InvalidAnswers):
        wishes.ask_phone(world.actor("water-head"), phone=phone)


# Digests


def collect(world: World, name: str, *subjects: str, event: str = "clock.answer:warned") -> None:
    for number, subject in enumerate(subjects):
        about = {"subject": subject, "event": event, "key": f"{name}:{event}:{subject}:{number}"}
        wait(world, name, state="collected", next_attempt_at=None, **about)


def write(works: bool = True) -> int:
    return digests.write_digests(system_actor(0), works_today=lambda _id: works, title=happening_title)


def letters(name: str, world: World) -> list[Any]:
    user_id = world.users[name].id
    return [row for row in rows("email") if row.event == digests.EVENT and row.user_id == user_id]


def test_what_was_collected_is_told_in_one_letter_by_kind_and_nothing_twice(
    world: World, mailbox: Sink
) -> None:
    collect(world, "assigner", "甲：还剩7天", "乙：还剩3天", "甲：还剩7天")
    collect(world, "assigner", "丙：请评价", event="clock.evaluation:warned")
    collect(world, "router", "甲：还剩7天")
    assert write() == 2
    assert write() == 0
    (letter,) = letters("assigner", world)
    assert letter.subject == "今日督办摘要：3条"
    assert "（2）\n· 甲：还剩7天\n· 乙：还剩3天\n\n" in letter.body
    assert letter.body.count("甲：还剩7天") == 1
    assert correspondence.deliver_waiting(world.system, mailbox.transport).sent == 2
    assert [row.state for row in rows("email")] == ["sent"] * 7


def test_a_digest_waits_for_its_hour_and_a_working_day_and_comes_once_a_day(
    world: World, clock_at: MoveClock
) -> None:
    wish(world, "assigner", digest_hour=17)
    collect(world, "assigner", "甲")
    assert write() == 0
    clock_at(dt.datetime(2026, 3, 31, 17, 0, tzinfo=ZONE))
    assert write(works=False) == 0
    assert write() == 1
    collect(world, "assigner", "乙")
    assert write() == 0
    clock_at(dt.datetime(2026, 4, 1, 17, 0, tzinfo=ZONE))
    assert write() == 1
    assert ["甲" in each.body for each in letters("assigner", world)] == [True, False]


def test_a_digest_in_quiet_hours_is_sent_at_their_end(world: World, clock_at: MoveClock) -> None:
    wish(world, "assigner", digest_hour=6)
    collect(world, "assigner", "甲")
    clock_at(dt.datetime(2026, 3, 31, 6, 0, tzinfo=ZONE))
    assert write() == 1
    (letter,) = letters("assigner", world)
    assert letter.next_attempt_at == dt.datetime(2026, 3, 31, 7, 0, tzinfo=ZONE)


def test_a_crash_while_writing_leaves_everything_collected(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect(world, "assigner", "甲")

    def crash(*_args: Any) -> None:
        raise RuntimeError("the machine died")

    with monkeypatch.context() as broken:
        broken.setattr("engine.correspondence.digests.outbox.write", crash)
        with pytest.raises(RuntimeError):
            write()
    assert letters("assigner", world) == []
    assert write() == 1
    assert "甲" in letters("assigner", world)[0].body


def test_who_has_no_address_is_told_on_the_screen_alone(world: World) -> None:
    world.users["assigner"].email = ""
    collect(world, "assigner", "甲")
    assert write() == 0
    assert [row.state for row in rows("email")] == ["sent"]
