"""Substitutes (A/B角): who stands in, for what, until when; and what everybody leaves behind who goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from engine import capabilities  # noqa: F401 (the rooms know each other by it)
from engine.casework.access import ClaimedByAnother
from engine.casework.acts.intake import SamePerson
from engine.casework.acts.replies import OwnDraft
from engine.casework.cases import watch_case
from engine.casework.leaving import release_after_substitutions
from engine.casework.readings.inbox import Filters, todo, watched
from engine.casework.readings.inbox_counts import counts
from engine.casework.tasks import claim_task
from engine.foundation import clock
from engine.foundation.actor import Actor, Seat, system_actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.people import grants, standing_in, users
from engine.people.substitutes import (
    SubstitutesMeet,
    SubstitutionOver,
    change_substitute,
    name_substitute,
    revoke_substitute,
)
from engine.people.substitution_rules import Period
from models import Assignment, AuditEvent, Case, Membership, Notification, Task, User, Watch, db
from tests.support.cast import join
from tests.support.journey import Journey

Days = Callable[..., None]
FIRST, LAST = dt.date(2026, 2, 5), dt.date(2026, 2, 12)


def period(**changes: Any) -> Period:
    return replace(Period(FIRST, LAST, "出差学习"), **changes)


@pytest.fixture(autouse=True)
def _today(clock_at: Days) -> None:
    clock_at(dt.datetime(2026, 2, 5, 10, 0))


def stand_in(journey: Journey, absent: str, substitute: str, at: str = "slt", **changes: Any) -> int:
    """Let one colleague name another."""
    cast = journey.cast
    return name_substitute(
        cast.actor(absent),
        organization_id=cast.organizations[at],
        substitute_id=cast.users[substitute],
        period=period(**changes),
    )


def events(action: str) -> list[AuditEvent]:
    return list(db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)))


def joined(journey: Journey, username: str, at: str, *roles: str) -> Journey:
    """The same case, with one more person in the cast."""
    actor = join(journey.cast, username, at, *roles)
    assert actor.user_id is not None
    users = {**journey.cast.users, username: actor.user_id}
    journey.cast = replace(journey.cast, users=users)
    return journey


def seats(actor: Actor) -> set[tuple[str, str]]:
    return {(seat.role, seat.absent_name) for seat in actor.seats}


def test_a_substitute_has_the_seats_of_the_absent_and_acts_in_his_own_name(journey: Journey) -> None:
    cast = journey.cast
    journey.draft().submit().accept().assign(slt="lead")
    stand_in(journey, "slt_clerk", "slt_deputy_head")
    assert seats(cast.actor("slt_deputy_head")) == {
        ("approver", ""),
        ("registrar", "水利厅经办"),
        ("case_officer", "水利厅经办"),
    }
    journey.do("slt_deputy_head", "sign_for", "slt")
    (signed,) = events("assignment:signed_for")
    assert (signed.actor_name, signed.on_behalf_of) == ("水利厅分管", "水利厅经办")
    assert (signed.actor_id, signed.actor_organization) == (cast.users["slt_deputy_head"], "省水利厅")


def test_what_he_does_from_his_own_seat_is_said_of_nobody_else(journey: Journey) -> None:
    joined(journey, "slt_second", "slt", "registrar")
    journey.draft().submit().accept().assign(slt="lead")
    stand_in(journey, "slt_clerk", "slt_second")
    journey.do("slt_second", "sign_for", "slt")
    (signed,) = events("assignment:signed_for")
    assert signed.on_behalf_of == ""


def test_the_work_that_the_absent_had_taken_lies_in_the_substitutes_inbox(journey: Journey) -> None:
    cast = joined(journey, "slt_second", "slt", "registrar").cast
    journey.draft().submit().accept().assign(slt="lead")
    claim_task(cast.actor("slt_clerk"), task_id=journey.task("sign_for", "slt").id)
    second = cast.actor("slt_second")
    assert todo(second, Filters()).rows == []
    with pytest.raises(ClaimedByAnother):
        journey.do("slt_second", "sign_for", "slt")
    stand_in(journey, "slt_clerk", "slt_second")
    second = cast.actor("slt_second")
    assert [row.node for row in todo(second, Filters()).rows] == ["sign_for"]
    assert counts(second).todo == 1
    journey.do("slt_second", "sign_for", "slt")
    (signed,) = events("assignment:signed_for")
    assert (signed.actor_name, signed.on_behalf_of) == ("slt_second", "水利厅经办")


def test_it_begins_and_ends_by_itself(journey: Journey, clock_at: Days) -> None:
    cast = journey.cast
    stand_in(journey, "slt_clerk", "slt_deputy_head", begins_on=dt.date(2026, 2, 6))
    for day, stands in ((5, False), (6, True), (12, True), (13, False)):
        clock_at(dt.datetime(2026, 2, day, 10, 0))
        assert cast.actor("slt_deputy_head").holds("registrar") is stands


def test_it_gives_nothing_beyond_the_organization_and_nothing_that_is_itself_lent(journey: Journey) -> None:
    cast = joined(journey, "slt_clerk", "czt", "head").cast
    stand_in(journey, "slt_clerk", "slt_deputy_head")
    deputy_head = cast.actor("slt_deputy_head")
    assert not deputy_head.holds("head")
    assert cast.organizations["czt"] not in deputy_head.organization_ids
    with pytest.raises(SubstitutesMeet):  # no chain: neither passed on …
        stand_in(journey, "slt_deputy_head", "slt_head")
    with pytest.raises(SubstitutesMeet):  # … nor two at once
        stand_in(journey, "slt_clerk", "slt_head", begins_on=LAST, ends_on=LAST)
    with pytest.raises(SubstitutesMeet):  # … nor an absent one asked to stand in
        stand_in(journey, "slt_head", "slt_clerk")
    stand_in(
        journey, "slt_deputy_head", "slt_head", begins_on=dt.date(2026, 2, 13), ends_on=dt.date(2026, 2, 14)
    )


def test_a_deputys_mandate_and_an_administrators_rights_are_never_lent(journey: Journey) -> None:
    cast = journey.cast
    row = db.session.scalars(sa.select(Membership).where(Membership.user_id == cast.users["slt_head"])).one()
    db.session.add(
        Membership(
            user_id=row.user_id, organization_id=row.organization_id, role="auditor", granted_at=clock.now()
        )
    )
    db.session.commit()
    stand_in(journey, "slt_head", "slt_deputy_head")
    assert seats(cast.actor("slt_deputy_head")) == {("approver", ""), ("head", "水利厅厅长")}
    with pytest.raises(InvalidAnswers) as refused:
        name_substitute(
            cast.actor("deputy1"),
            organization_id=cast.organizations["tyt"],
            substitute_id=cast.users["deputy2"],
            period=period(),
        )
    assert set(refused.value.errors) == {"absent_id", "substitute_id"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"begins_on": dt.date(2026, 2, 4)}, "begins_on"),
        ({"ends_on": dt.date(2026, 2, 4)}, "ends_on"),
        ({"ends_on": dt.date(2026, 12, 4)}, "ends_on"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 501}, "reason"),
    ],
)
def test_a_period_that_cannot_be_is_refused_by_its_field(
    journey: Journey, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        stand_in(journey, "slt_clerk", "slt_deputy_head", **changes)
    assert set(refused.value.errors) == {field}


def test_only_a_colleague_of_the_same_organization_may_stand_in(journey: Journey) -> None:
    for who in ("czt_clerk", "slt_clerk", "deputy1"):
        with pytest.raises(InvalidAnswers) as refused:
            stand_in(journey, "slt_clerk", who)
        assert set(refused.value.errors) == {"substitute_id"}
    with pytest.raises(NotFound):
        name_substitute(
            journey.cast.actor("slt_clerk"),
            organization_id=journey.cast.organizations["slt"],
            substitute_id=999_999,
            period=period(),
        )


# Who may name and revoke: person → (names for the clerk, revokes the clerk's)
MATRIX = {
    "slt_clerk": (True, True),
    "slt_head": (True, True),
    "security": (True, True),
    "slt_deputy_head": (False, True),  # the substitute himself may give it up
    "czt_head": (False, False),
    "assigner": (False, False),
    "deputy1": (False, False),
    "czt_clerk": (False, False),
}


@pytest.mark.parametrize("who", MATRIX)
def test_who_may_name_and_revoke_a_substitute(journey: Journey, who: str) -> None:
    cast = joined(journey, "security", "dgw", "security_admin").cast
    actor = cast.actor(who)
    about = {
        "organization_id": cast.organizations["slt"],
        "absent_id": cast.users["slt_clerk"],
        "substitute_id": cast.users["slt_deputy_head"],
        "period": period(),
    }
    names, revokes = MATRIX[who]
    if names:
        first = name_substitute(actor, **about)
        assert name_substitute(actor, **about) == first
    else:
        with pytest.raises(NotAllowed):
            name_substitute(actor, **about)
        first = stand_in(journey, "slt_clerk", "slt_deputy_head")
    assert len(events("substitute:named")) == 1
    if revokes:
        for _twice in range(2):
            revoke_substitute(actor, first)
        assert not cast.actor("slt_deputy_head").holds("registrar")
    else:
        with pytest.raises(NotAllowed):
            revoke_substitute(actor, first)
    assert len(events("substitute:revoked")) == int(revokes)


# What the security administrator does for who could not do it himself


@pytest.fixture
def security(journey: Journey) -> Actor:
    return joined(journey, "security", "dgw", "security_admin").cast.actor("security")


def letters(journey: Journey, event: str) -> set[tuple[str, str]]:
    """Whom it told over which channel."""
    rows = db.session.execute(
        sa.select(User.id, Notification.channel)
        .join(User, User.id == Notification.user_id)
        .where(Notification.event == event)
    )
    names = {user_id: name for name, user_id in journey.cast.users.items()}
    return {(names[user_id], channel) for user_id, channel in rows}


def by_security(journey: Journey, security: Actor, **over: Any) -> int:
    users = journey.cast.users
    about = {"absent_id": users["slt_clerk"], "substitute_id": users["slt_deputy_head"], **over}
    at = journey.cast.organizations["slt"]
    return name_substitute(security, organization_id=at, period=period(), **about)


def test_both_are_told_by_whomever_it_was_arranged(journey: Journey, security: Actor) -> None:
    both = {(who, how) for who in ("slt_clerk", "slt_deputy_head") for how in ("in_app", "email")}
    first = by_security(journey, security)
    assert letters(journey, "substitute:named") == both
    body = db.session.scalars(sa.select(Notification.body).where(Notification.channel == "in_app")).first()
    assert body and "期间：2026年2月5日至2026年2月12日" in body and "原因：出差学习" in body
    assert "办理人：security" in body
    revoke_substitute(journey.cast.actor("slt_deputy_head"), first)
    assert letters(journey, "substitute:revoked") == {("slt_clerk", "in_app"), ("slt_clerk", "email")}


def test_the_last_day_and_the_reason_may_change_while_it_runs(
    journey: Journey, security: Actor, clock_at: Days
) -> None:
    first = by_security(journey, security)
    clock_at(dt.datetime(2026, 2, 9, 10, 0))
    substitute = journey.cast.users["slt_deputy_head"]
    later = {"substitute_id": substitute, "ends_on": dt.date(2026, 2, 20), "reason": "病假延长"}
    for _twice in range(2):
        assert change_substitute(security, first, **later) == first
    (event,) = events("substitute:changed")
    assert '"ends_on":"2026-02-12"' in event.detail and '"ends_on":"2026-02-20"' in event.detail
    assert len(letters(journey, "substitute:changed")) == 4
    for wrong, field in (
        ({"ends_on": dt.date(2026, 2, 8)}, "ends_on"),
        ({"ends_on": dt.date(2026, 9, 8)}, "ends_on"),
        ({"reason": ""}, "reason"),
        ({"substitute_id": journey.cast.users["slt_clerk"]}, "substitute_id"),
        ({"substitute_id": journey.cast.users["czt_clerk"]}, "substitute_id"),
    ):
        with pytest.raises(InvalidAnswers) as refused:
            change_substitute(security, first, **{**later, **wrong})
        assert set(refused.value.errors) == {field}
    clock_at(dt.datetime(2026, 2, 21, 10, 0))
    with pytest.raises(SubstitutionOver):
        change_substitute(security, first, **later)


def test_another_colleague_is_another_substitution_and_the_first_gives_back_what_he_took(
    journey: Journey, security: Actor, clock_at: Days
) -> None:
    cast = journey.cast
    journey.draft().submit().accept().assign()
    first = by_security(journey, security)
    claim_task(cast.actor("slt_deputy_head"), task_id=journey.task("sign_for", "slt").id)
    clock_at(dt.datetime(2026, 2, 9, 10, 0))
    second = change_substitute(
        security, first, substitute_id=cast.users["slt_head"], ends_on=LAST, reason="换人代理"
    )
    assert second != first
    assert not cast.actor("slt_deputy_head").holds("registrar") and cast.actor("slt_head").holds("registrar")
    assert _held(journey)[0] is None
    (line,) = standing_in.all_substitutions(security)
    assert (line.substitute, line.begins_on, line.reason) == ("水利厅厅长", dt.date(2026, 2, 9), "换人代理")
    with pytest.raises(SubstitutionOver):
        change_substitute(security, first, substitute_id=cast.users["slt_head"], ends_on=LAST, reason="再换")


def test_the_security_administrator_reads_names_only_and_the_system_administrator_nothing(
    journey: Journey, security: Actor
) -> None:
    joined(journey, "system", "slt", "system_admin")
    first = by_security(journey, security)
    at = journey.cast.organizations["slt"]
    assert {name for _id, name in standing_in.staff(security, at)} == {
        "水利厅分管",
        "水利厅厅长",
        "水利厅经办",
    }
    assert [line.id for line in standing_in.all_substitutions(security)] == [first]
    assert standing_in.substitutions(security) == []
    for who in ("system", "slt_head", "assigner", "deputy1"):
        actor = journey.cast.actor(who)
        for reading in (lambda each: standing_in.staff(each, at), standing_in.all_substitutions):
            with pytest.raises(NotAllowed):
                reading(actor)
    system = journey.cast.actor("system")
    with pytest.raises(NotAllowed):
        by_security(journey, system)
    with pytest.raises(NotAllowed):
        change_substitute(
            system, first, substitute_id=journey.cast.users["slt_head"], ends_on=LAST, reason="无权"
        )
    for excluded in ("system", "security"):
        with pytest.raises(InvalidAnswers) as refused:
            by_security(journey, security, substitute_id=journey.cast.users[excluded])
        assert set(refused.value.errors) == {"substitute_id"}


def test_a_substitute_head_names_no_substitutes(journey: Journey) -> None:
    stand_in(journey, "slt_head", "slt_deputy_head")
    cast = journey.cast
    with pytest.raises(NotAllowed):
        name_substitute(
            cast.actor("slt_deputy_head"),
            organization_id=cast.organizations["slt"],
            absent_id=cast.users["slt_clerk"],
            substitute_id=cast.users["slt_deputy_head"],
            period=period(),
        )
    assert {post.absent for post in standing_in.posts(cast.actor("slt_deputy_head"))} == {"水利厅分管"}


def test_nobody_of_another_congress_is_found(journey: Journey) -> None:
    stranger = replace(journey.cast.actor("slt_clerk"), congress_id=999)
    first = stand_in(journey, "slt_clerk", "slt_deputy_head")
    with pytest.raises(NotFound):
        revoke_substitute(stranger, first)


def test_four_eyes_count_the_absent_and_his_substitute_as_one(journey: Journey) -> None:
    journey.draft().submit()
    joined(journey, "intake2", "dgw", "intake_reviewer")
    journey.do("intake", "intake", result="accepted", category="environment", confidentiality="public")
    stand_in(journey, "intake", "reviewer", "dgw")
    with pytest.raises(
        SamePerson
    ):  # the substitute for one who proposed does not confirm, from whatever seat
        journey.do("reviewer", "intake_review", decision="confirmed")
    journey.do("intake2", "intake_review", decision="confirmed")


def test_a_substitute_does_not_review_what_he_or_the_absent_drafted(journey: Journey) -> None:
    journey.draft().submit().accept().assign().sign_for().contact()
    stand_in(journey, "slt_deputy_head", "slt_clerk")
    journey.do("slt_clerk", "draft_reply", "slt", **journey.answers())
    with pytest.raises(OwnDraft):
        journey.do("slt_clerk", "review_reply", "slt", decision="passed")
    with pytest.raises(OwnDraft):  # he is not away: but while another speaks for him they are one
        journey.do("slt_deputy_head", "review_reply", "slt", decision="passed")


def test_a_contact_is_recorded_for_the_absent(journey: Journey) -> None:
    joined(journey, "slt_plain", "slt", "budget_reviewer")
    journey.draft().submit().accept().assign().sign_for()
    with pytest.raises(NotFound):
        journey.contact(who="slt_plain")
    stand_in(journey, "slt_clerk", "slt_plain")
    journey.contact(who="slt_plain")
    (recorded,) = events("contact:recorded")
    assert (recorded.actor_name, recorded.on_behalf_of) == ("slt_plain", "水利厅经办")


# What everybody leaves behind


def _held(journey: Journey) -> tuple[int | None, int | None]:
    """Who holds the unit's open task, and who is its officer."""
    db.session.expire_all()
    task = db.session.scalars(sa.select(Task).where(Task.case_id == journey.case_id, Task.open)).one()
    unit = db.session.scalars(sa.select(Assignment).where(Assignment.case_id == journey.case_id)).one()
    return task.assignee_id, unit.officer_id


def _named_officer(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    officer = journey.cast.users["slt_clerk"]
    journey.do("slt_clerk", "sign_for", "slt", officer=officer)
    assert _held(journey) == (officer, officer)


def _ended(journey: Journey) -> None:
    cast = journey.cast
    row = db.session.scalars(
        sa.select(Membership.id).where(
            Membership.user_id == cast.users["slt_clerk"], Membership.role == "case_officer"
        )
    ).one()
    grants.end_role(system_actor(cast.congress_id), row)


def _deactivated(journey: Journey) -> None:
    users.deactivate_user(system_actor(journey.cast.congress_id), journey.cast.users["slt_clerk"])


@pytest.mark.parametrize(("leaves", "reason"), [(_ended, "role:ended"), (_deactivated, "user:deactivated")])
def test_an_officer_who_leaves_gives_his_task_back_to_the_role(
    journey: Journey, leaves: Callable[[Journey], None], reason: str
) -> None:
    joined(journey, "slt_second", "slt", "case_officer")
    _named_officer(journey)
    leaves(journey)
    assert _held(journey) == (None, None)
    (released,) = events("task:released")
    assert reason in released.detail and "水利厅经办" in released.detail
    assert released.case_id == journey.case_id
    assert len(events("assignment:officer_released")) == 1
    assert [row.node for row in todo(journey.cast.actor("slt_second"), Filters()).rows] == ["draft_reply"]


def test_who_loses_another_role_keeps_his_task(journey: Journey) -> None:
    _named_officer(journey)
    cast = journey.cast
    row = db.session.scalars(
        sa.select(Membership.id).where(
            Membership.user_id == cast.users["slt_clerk"], Membership.role == "registrar"
        )
    ).one()
    grants.end_role(system_actor(cast.congress_id), row)
    assert _held(journey) == (cast.users["slt_clerk"],) * 2


def test_what_a_substitute_had_taken_is_free_again_when_his_time_is_over(
    journey: Journey, clock_at: Days
) -> None:
    cast = journey.cast
    journey.draft().submit().accept().assign()
    stand_in(journey, "slt_clerk", "slt_deputy_head")
    task_id = journey.task("sign_for", "slt").id
    claim_task(cast.actor("slt_deputy_head"), task_id=task_id)
    clock_at(dt.datetime(2026, 2, 13, 1, 0))
    with pytest.raises(NotAllowed):
        journey.do("slt_deputy_head", "sign_for", "slt")
    system = system_actor(0)
    assert release_after_substitutions(system) == 1
    assert release_after_substitutions(system) == 0
    assert _held(journey)[0] is None
    journey.do("slt_clerk", "sign_for", "slt")


def test_revoking_frees_what_the_substitute_had_taken(journey: Journey) -> None:
    cast = journey.cast
    journey.draft().submit().accept().assign()
    first = stand_in(journey, "slt_clerk", "slt_deputy_head")
    claim_task(cast.actor("slt_deputy_head"), task_id=journey.task("sign_for", "slt").id)
    revoke_substitute(cast.actor("slt_clerk"), first)
    assert _held(journey)[0] is None


def test_a_substitution_ends_with_the_seat_of_either(journey: Journey) -> None:
    cast = journey.cast
    stand_in(journey, "slt_clerk", "slt_deputy_head")
    _deactivated(journey)
    assert seats(cast.actor("slt_deputy_head")) == {("approver", "")}
    assert len(events("substitute:revoked")) == 1
    assert Seat("approver", cast.organizations["slt"], "省水利厅") in cast.actor("slt_deputy_head").seats


def test_who_may_not_see_a_case_any_more_follows_it_no_longer(journey: Journey) -> None:
    """Letters would go on telling him of it, and his list would name it."""
    journey.draft().submit().accept().assign()
    cast = joined(journey, "follower", "dgw", "supervisor").cast
    own, theirs = journey.case_id, Journey(cast).draft("deputy2").case_id
    for who, case_id in (("follower", own), ("deputy2", theirs), ("assigner", own)):
        watch_case(cast.actor(who), case_id=case_id)
    db.session.execute(sa.update(Case).where(Case.id == own).values(confidentiality="restricted"))
    db.session.commit()
    assert watched(cast.actor("follower"), Filters()).rows == []  # he is not of its circle
    row = sa.select(Membership.id).where(Membership.user_id == cast.users["follower"])
    grants.end_role(system_actor(cast.congress_id), db.session.scalars(row).one())
    assert {tuple(row) for row in db.session.execute(sa.select(Watch.user_id, Watch.case_id))} == {
        (cast.users["deputy2"], theirs),
        (cast.users["assigner"], own),
    }
    (stopped,) = events("case:unwatched")
    assert (stopped.case_id, "role:ended" in stopped.detail) == (own, True)
