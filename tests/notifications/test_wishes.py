"""Wishes: which rows leave the house, and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from models import CaseViewer, ChatGroup, CorrespondenceSetting, Substitution
from notifications import outbox
from notifications.messages import load_notices
from notifications.outbox import Telling
from notifications.wishes import ZONE, Wishes
from tests.notifications import folders
from tests.notifications.world import NOON, World

WISHES: dict[str, Any] = {
    "urgent": "email,sms,chat",
    "normal": "email",
    "minor": "email",
    "normal_in_digest": False,
    "digest_hour": 8,
    "quiet_from": 22 * 60,
    "quiet_to": 7 * 60,
    "phone": "",
    "phone_asked": "",
    "code_tries": 0,
}


def wish(world: World, name: str, **changes: Any) -> None:
    """Let somebody choose."""
    world.add(CorrespondenceSetting(user_id=world.users[name].id, **(WISHES | changes)))


def told(
    world: World, now: dt.datetime = NOON, *, days: int = 30, about: str = "", **notice: Any
) -> list[Any]:
    """The rows of one clock's warning to the registrar, officer and head of the lead unit."""
    to = ["unit.registrar", "unit.case_officer", "unit.head"]
    entry = {"on": "clock.answer:warned", "to": to, "text": "unit_told", "channels": ["in_app", "email"]}
    lines = [
        f"{key} = {str(value).lower() if value is True else repr(value)}"
        for key, value in (entry | notice).items()
    ]
    files = folders.sample() | {"notices.toml": "\n".join(["[[notice]]", *lines])}
    notices = load_notices(files).on(str((entry | notice)["on"]))
    context = world.context(
        assignment_id=world.assignments["water"].id,
        occurrence=f"clock/1/20260630/{about}",
        series="clock/1/20260630",
        values={"days": days},
    )
    return outbox.rows(world.session.connection(), [Telling(notices, context)], now)


def ways(rows: list[Any], world: World, name: str) -> list[tuple[str, str]]:
    """Channel and state of somebody's rows."""
    user_id = world.users[name].id
    return [(row["channel"], row["state"]) for row in rows if row["user_id"] == user_id]


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        ((21, 59), (5, 21, 59)),
        ((22, 0), (6, 7, 0)),
        ((23, 30), (6, 7, 0)),
        ((0, 0), (5, 7, 0)),
        ((6, 59), (5, 7, 0)),
        ((7, 0), (5, 7, 0)),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(
    at: tuple[int, int], goes: tuple[int, int, int]
) -> None:
    now = dt.datetime(2026, 3, 5, *at, tzinfo=ZONE)
    assert Wishes().moment(now) == dt.datetime(2026, 3, *goes, tzinfo=ZONE)


def test_quiet_hours_within_one_day_and_none_at_all() -> None:
    noon = dt.datetime(2026, 3, 5, 12, 30, tzinfo=ZONE)
    assert Wishes(quiet_from=720, quiet_to=840).moment(noon) == noon.replace(hour=14, minute=0)
    assert Wishes(quiet_from=720, quiet_to=720).moment(noon) == noon


def test_at_night_the_screen_has_it_at_once_and_mail_waits(world: World) -> None:
    night = dt.datetime(2026, 3, 31, 23, 0, tzinfo=ZONE)
    rows = told(world, night, importance="urgent")
    waits = {row["channel"]: row["next_attempt_at"] for row in rows}
    assert waits == {"in_app": None, "email": dt.datetime(2026, 4, 1, 7, 0, tzinfo=ZONE)}


def test_minor_matters_are_collected_and_others_only_where_the_reader_says_so(world: World) -> None:
    wish(world, "water-head", normal_in_digest=True)
    screen, mail, kept = ("in_app", "sent"), ("email", "waiting"), ("email", "collected")
    assert ways(told(world, importance="minor"), world, "water-officer") == [screen, kept]
    assert ways(told(world), world, "water-officer") == [screen, mail]
    assert ways(told(world), world, "water-head") == [screen, kept]
    assert ways(told(world, importance="urgent"), world, "water-head") == [screen, mail]


def test_who_wants_nothing_but_the_screen_gets_nothing_else(world: World) -> None:
    wish(world, "water-head", urgent="", normal="", minor="")
    for importance in ("urgent", "normal", "minor"):
        assert ways(told(world, importance=importance), world, "water-head") == [("in_app", "sent")]


def test_a_condition_in_days_decides_who_is_told(world: World) -> None:
    assert told(world, days=15, within=7) == []
    assert len(told(world, days=7, within=7)) == 6


def test_what_is_told_once_has_the_same_key_each_week(world: World) -> None:
    (first, *_), (later, *_) = (
        told(world, on="clock.answer:overdue", about=week, once=True) for week in ("a", "b")
    )
    assert first["key"] == later["key"]
    (first, *_), (later, *_) = (told(world, on="clock.answer:overdue", about=week) for week in ("a", "b"))
    assert first["key"] != later["key"]


def test_an_sms_says_number_and_short_title_and_nothing_else(world: World) -> None:
    wish(world, "water-head", phone="13900001111")
    world.case.title = "关于把汾河流域生态保护和高质量发展作为全省重点工作的建议"
    world.session.flush()
    rows = [row for row in told(world, importance="urgent") if row["channel"] == "sms"]
    assert [row["body"] for row in rows] == [
        "【督办】2026-007《关于把汾河流域生态保护和高质量发展作为…》有新的通知，请登录督办系统查看。"
    ]
    assert [row for row in told(world) if row["channel"] == "sms"] == []


def test_a_units_group_is_told_once_however_many_are_concerned(world: World) -> None:
    water = world.organizations["water"].id
    for removed in (None, NOON):
        world.add(
            ChatGroup(
                congress_id=world.congress.id,
                organization_id=water,
                kind="wecom",
                title="水利",
                sealed="x",
                added_at=NOON,
                removed_at=removed,
            )
        )
    posts = [row for row in told(world, importance="urgent") if row["channel"] == "chat"]
    assert len(posts) == 1
    assert "2026-007《关于治理汾河的建议》" in posts[0]["body"]
    assert "water" not in posts[0]["body"]


def test_a_restricted_case_is_told_on_the_screen_only(world: World) -> None:
    wish(world, "water-head", phone="13900001111")
    world.case.confidentiality = "restricted"
    user_id = world.users["water-head"].id
    world.add(CaseViewer(case_id=world.case.id, user_id=user_id, added_at=NOON))
    assert {row["channel"] for row in told(world, importance="urgent")} == {"in_app"}


def stand_in(world: World, absent: str, substitute: str, unit: str = "water", **changes: Any) -> None:
    """Let one stand in for another on the day of these tests."""
    day = NOON.date()
    fields: dict[str, Any] = {
        "congress_id": world.congress.id,
        "organization_id": world.organizations[unit].id,
        "absent_id": world.users[absent].id,
        "substitute_id": world.users[substitute].id,
        "begins_on": day,
        "ends_on": day,
        "reason": "出差",
        "made_at": NOON,
    }
    world.add(Substitution(**(fields | changes)))


def test_a_substitute_is_told_beside_the_absent_with_his_name_before_the_subject(world: World) -> None:
    world.seat("other", "approver", "water")
    stand_in(world, "water-head", "other")
    rows = told(world)
    own = [row["subject"] for row in rows if row["user_id"] == world.users["other"].id]
    assert len(own) == 2 and own[0].startswith("（代water-head）")
    assert ways(rows, world, "water-head") == [("in_app", "sent"), ("email", "waiting")]


@pytest.mark.parametrize(
    "changes",
    [
        {"revoked_at": NOON},
        {"ends_on": dt.date(2026, 3, 30)},
        {"begins_on": dt.date(2026, 4, 1), "ends_on": dt.date(2026, 4, 2)},
        {"unit": "traffic"},
    ],
)
def test_a_substitution_that_is_not_in_force_here_tells_nobody(world: World, changes: dict[str, Any]) -> None:
    world.seat("other", "approver", "water")
    stand_in(world, "water-head", "other", **changes)
    assert ways(told(world), world, "other") == []


def test_the_officer_who_is_named_has_his_substitute(world: World) -> None:
    world.seat("other", "approver", "water")
    world.assignments["water"].officer_id = world.users["water-officer"].id
    world.session.flush()
    stand_in(world, "water-officer", "other")
    assert ways(told(world), world, "other") == [("in_app", "sent"), ("email", "waiting")]
