"""Recipient words and the people they mean."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from models import Base, KeySupervision, Membership, User
from notifications.recipients import Context, people
from tests.notifications.world import NOON, World, peopled


def meant(world: World, word: str, **about: Any) -> list[str]:
    """The names of the people a word means, sorted."""
    found = people(world.session.connection(), [word], world.context(**about), NOON.date())
    return sorted(recipient.name for recipient in found[word])


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("lead_deputy", ["lead"]),
        ("cosigners", ["second"]),
        ("invited", ["asked"]),
        ("watchers", ["watcher"]),
        ("lead_unit.registrar", ["water-registrar"]),
        ("co_units.registrar", ["traffic-registrar"]),
        ("units.registrar", ["traffic-registrar", "water-registrar"]),
        ("congress.assigner", ["assigner"]),
        ("congress.intake_officer", []),
        ("government_office.government_router", ["router"]),
        ("government_office.assigner", []),
    ],
)
def test_a_word_means_these_people(world: World, word: str, names: list[str]) -> None:
    assert meant(world, word) == names


def test_the_actor_is_who_did_it(world: World) -> None:
    assert meant(world, "actor", actor_user_id=world.users["router"].id) == ["router"]
    assert meant(world, "actor") == []


def test_the_unit_is_that_of_the_assignment_at_hand(world: World) -> None:
    assert meant(world, "unit.head", assignment_id=world.assignments["water"].id) == ["water-head"]
    assert meant(world, "unit.head", assignment_id=world.assignments["traffic"].id) == []
    assert meant(world, "unit.head") == []


def test_the_case_officer_is_the_one_named_or_else_all_of_the_unit(world: World) -> None:
    water = world.assignments["water"]
    world.seat("other-officer", "case_officer", "water")
    assert meant(world, "unit.case_officer", assignment_id=water.id) == ["other-officer", "water-officer"]
    water.officer_id = world.users["other-officer"].id
    world.session.flush()
    assert meant(world, "unit.case_officer", assignment_id=water.id) == ["other-officer"]


def test_a_unit_that_gave_the_case_back_is_told_no_more(world: World) -> None:
    world.assignments["water"].closed_at = NOON
    world.assignments["water"].status = "returned"
    world.session.flush()
    assert meant(world, "units.registrar") == ["traffic-registrar"]


def test_the_units_of_a_case_that_is_over_are_those_that_finished_it(world: World) -> None:
    for unit in world.assignments.values():
        unit.closed_at, unit.status = NOON, "closed"
    world.session.flush()
    assert meant(world, "units.registrar") == ["traffic-registrar", "water-registrar"]


def test_candidates_hold_the_role_in_the_organization_of_the_task(world: World) -> None:
    assert meant(world, "candidates", task_id=world.task().id) == ["water-registrar"]
    everywhere = world.task(organization_id=None)
    assert meant(world, "candidates", task_id=everywhere.id) == ["traffic-registrar", "water-registrar"]


def test_the_candidate_of_a_personal_task_is_that_person(world: World) -> None:
    task = world.task(user_id=world.users["lead"].id, role="deputy", organization_id=None)
    assert meant(world, "candidates", task_id=task.id) == ["lead"]
    task = world.task(assignee_id=world.users["water-registrar"].id)
    world.seat("second-registrar", "registrar", "water")
    assert meant(world, "candidates", task_id=task.id) == ["water-registrar"]


def test_who_left_the_role_or_was_disabled_is_not_told(world: World) -> None:
    world.users["water-registrar"].active = False
    traffic = world.users["traffic-registrar"].id
    world.session.execute(sa.update(Membership).where(Membership.user_id == traffic).values(ended_at=NOON))
    assert meant(world, "units.registrar") == []


def test_nobody_of_another_congress_is_ever_told(world: World, database: SQLAlchemy) -> None:
    other = peopled(database.session(), "150000")
    assert meant(world, "congress.assigner") == ["assigner"]
    stranger = other.users["assigner"].id
    for word in ("actor", "candidates"):
        task = world.task(user_id=stranger)
        assert meant(world, word, actor_user_id=stranger, task_id=task.id) == []
    everywhere = world.task(organization_id=None, role="assigner")
    assert meant(world, "candidates", task_id=everywhere.id) == ["assigner"]
    about = other.context(case_id=world.case.id)
    found = people(world.session.connection(), ["units.registrar"], about, NOON.date())
    assert found["units.registrar"] == []


def test_all_words_of_a_happening_are_answered_by_one_query(world: World) -> None:
    asked: list[str] = []
    connection = world.session.connection()
    context = world.context(assignment_id=world.assignments["water"].id)
    words = [
        "lead_deputy",
        "cosigners",
        "units.registrar",
        "unit.case_officer",
        "congress.assigner",
        "watchers",
    ]

    def count(*event: Any) -> None:
        asked.append(event[2])

    sa.event.listen(connection, "before_cursor_execute", count)
    found = people(connection, words, context, NOON.date())
    sa.event.remove(connection, "before_cursor_execute", count)
    assert len(asked) == 1
    assert {word: [person.name for person in persons] for word, persons in found.items()} == {
        "congress.assigner": ["assigner"],
        "cosigners": ["second"],
        "lead_deputy": ["lead"],
        "unit.case_officer": ["water-officer"],
        "units.registrar": ["water-registrar", "traffic-registrar"],
        "watchers": ["watcher"],
    }


def test_a_recipient_comes_with_address_and_language(world: World) -> None:
    world.users["lead"].locale = "en"
    world.session.flush()
    found = people(world.session.connection(), ["lead_deputy"], world.context(), NOON.date())["lead_deputy"]
    lead: User = world.users["lead"]
    assert [(p.user_id, p.email, p.locale) for p in found] == [(lead.id, "lead@example.org", "en")]


def test_people_are_found_by_index() -> None:
    words = ("lead_unit.head", "units.registrar", "unit.case_officer", "candidates", "watchers", "invited")
    plan: list[str] = []
    with sa.create_engine("sqlite://").connect() as connection:
        Base.metadata.create_all(connection)

        def explain(*event: Any) -> None:
            if not event[2].startswith("EXPLAIN"):
                plan.extend(
                    row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {event[2]}", event[3])
                )

        sa.event.listen(connection, "before_cursor_execute", explain)
        people(connection, words, Context(congress_id=1, case_id=1, assignment_id=1, task_id=1), NOON.date())
    assert any("ix_assignment_case_id" in step for step in plan)
    assert [step for step in plan if step.startswith("SCAN") and "anon" not in step] == []


def test_the_committee_over_a_case_is_told_while_it_is_under_key_supervision(world: World) -> None:
    committee = world.organization("committee", "committee")
    world.seat("member", "supervisor", "committee")
    world.add(
        KeySupervision(
            case_id=world.case.id,
            grounds="concern",
            proposal="",
            proposed_at=NOON,
            meeting="",
            leader="",
            committee_id=committee.id,
            plan="",
            result="",
        )
    )
    for status, told in ((None, []), ("designated", ["member"]), ("refused", [])):
        world.case.key_status = status
        world.session.flush()
        assert meant(world, "key_committee.supervisor") == told


def test_a_government_office_is_told_of_what_lies_with_the_government(world: World) -> None:
    world.organization("court", "court")
    court = world.assign("court", "separate")
    word = "government_office.government_router"
    assert meant(world, word, assignment_id=court.id) == []
    assert meant(world, word, assignment_id=world.assignments["water"].id) == ["router"]
    assert meant(world, word) == ["router"]
