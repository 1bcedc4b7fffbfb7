"""The outbox: which rows a happening makes, and that they tell a person once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from models import Notification
from notifications import outbox
from notifications.lookups import facts_of
from notifications.messages import Notices
from notifications.outbox import Telling
from tests.notifications.world import NOON, World


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """How the program is reached is not known unless a test says so."""
    monkeypatch.delenv("PUBLIC_URL", raising=False)


def rows(world: World, notices: Notices, happening: str = "assignment:assigned", **about: Any) -> list[Any]:
    about = {"assignment_id": world.assignments["water"].id, "values": {"link": "/cases/7"}} | about
    return outbox.rows(
        world.session.connection(), [Telling(notices.on(happening), world.context(**about))], NOON
    )


def kept(world: World) -> int:
    return world.session.scalar(sa.select(sa.func.count()).select_from(Notification)) or 0


def test_each_recipient_gets_a_row_per_channel(world: World, notices: Notices) -> None:
    made = rows(world, notices)
    names = {user.id: name for name, user in world.users.items()}
    assert sorted((names[row["user_id"]], row["channel"]) for row in made) == [
        ("lead", "email"),
        ("lead", "in_app"),
        ("second", "email"),
        ("second", "in_app"),
        ("traffic-registrar", "email"),
        ("traffic-registrar", "in_app"),
        ("watcher", "email"),
        ("watcher", "in_app"),
        ("water-registrar", "email"),
        ("water-registrar", "in_app"),
    ]


def test_a_person_whom_two_notices_mean_gets_the_first(world: World, notices: Notices) -> None:
    lead = [row for row in rows(world, notices) if row["user_id"] == world.users["lead"].id]
    assert {row["subject"] for row in lead} == {"您的建议“关于治理汾河的建议”已交办"}


def test_rows_on_the_screen_are_born_sent_and_mail_waits(world: World, notices: Notices) -> None:
    for row in rows(world, notices):
        if row["channel"] == "in_app":
            assert (row["state"], row["sent_at"], row["next_attempt_at"]) == ("sent", NOON, None)
        else:
            assert (row["state"], row["sent_at"], row["next_attempt_at"]) == ("waiting", None, NOON)


def test_facts_come_from_the_rows_and_the_language_from_the_reader(world: World, notices: Notices) -> None:
    world.users["lead"].locale = "en"
    world.session.flush()
    lead = world.users["lead"].id
    body = next(row["body"] for row in rows(world, notices) if row["user_id"] == lead)
    assert body == (
        "Dear lead,\n\nYour suggestion No. 2026-007, “关于治理汾河的建议”, was assigned to water today. "
        "It has to be answered by —.\n\n山西省人民代表大会, telephone 0351-1234567\n/cases/7"
    )


def test_who_has_no_address_gets_no_mail(world: World, notices: Notices) -> None:
    world.users["lead"].email = ""
    world.session.flush()
    lead = world.users["lead"].id
    assert [row["channel"] for row in rows(world, notices) if row["user_id"] == lead] == ["in_app"]


def test_a_restricted_case_is_never_written_about_by_mail(world: World, notices: Notices) -> None:
    world.case.confidentiality = "restricted"
    world.session.flush()
    assert {row["channel"] for row in rows(world, notices)} == {"in_app"}


def test_nobody_is_told_what_he_did_himself(world: World, notices: Notices) -> None:
    registrar = world.users["water-registrar"].id
    made = rows(world, notices, actor_user_id=registrar)
    assert registrar not in {row["user_id"] for row in made}


def test_a_key_names_happening_subject_person_and_channel(world: World, notices: Notices) -> None:
    task, registrar = world.task(), world.users["water-registrar"]
    (row,) = rows(world, notices, "task.sign_for:opened", task_id=task.id, occurrence="again")
    assert row["key"] == f"task.sign_for:opened:task/{task.id}/again:{registrar.id}:in_app"


def test_a_task_on_no_clock_has_no_due_date(world: World, notices: Notices) -> None:
    task = world.task()
    context = world.context(task_id=task.id)
    assert facts_of(world.session.connection(), [context]).about(context)["due_on"] is None


def test_the_same_happening_tells_a_person_once(world: World, notices: Notices) -> None:
    connection = world.session.connection()
    made = rows(world, notices)
    outbox.write(connection, made)
    outbox.write(connection, made + rows(world, notices, occurrence="2"))
    assert kept(world) == 2 * len(made)


def test_nothing_to_tell_writes_nothing(world: World, notices: Notices) -> None:
    outbox.write(world.session.connection(), rows(world, notices, "case:closed"))
    assert kept(world) == 0


def test_a_long_occurrence_still_has_room_in_the_key(world: World, notices: Notices) -> None:
    occurrence = "clock/123456/-30d/20260506/" + "x" * 40
    first, again = (rows(world, notices, occurrence=word)[0] for word in (occurrence, occurrence + "2"))
    assert first["key"] != again["key"]
    assert len(first["key"]) <= 120


@pytest.mark.parametrize(
    ("given", "link"),
    [
        ({}, "https://duban.example.org/cases/{}"),
        ({"link": "/cases/7/reply"}, "https://duban.example.org/cases/7/reply"),
        ({"link": "https://elsewhere.example.org/"}, "https://elsewhere.example.org/"),
    ],
)
def test_a_link_is_whole_where_the_program_knows_how_it_is_reached(
    world: World, notices: Notices, given: dict[str, str], link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://duban.example.org/")
    assert rows(world, notices, values=given)[0]["body"].endswith("\n" + link.format(world.case.id))
