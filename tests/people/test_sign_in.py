"""Signing in: what opens, what locks, what ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from engine.foundation.errors import NotFound
from engine.people import actors, passwords, sessions, sign_in, users
from engine.people.refusals import LockedOut, PasswordNotAccepted, SignInRefused
from engine.people.sign_in import Place
from models import AuditEvent, Base, FormerPassword, LoginAttempt, UserSession, db
from tests.people.world import HERE, PASSWORD, World, build, enter

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
Clock = Callable[[dt.datetime], None]
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)


@pytest.fixture
def world(database: SQLAlchemy, clock_at: Clock) -> World:
    clock_at(START)
    return build()


def fail(username: str, times: int, place: Place = HERE) -> list[type[Exception]]:
    """What came of so many wrong passwords."""
    outcomes: list[type[Exception]] = []
    for _n in range(times):
        with pytest.raises(SignInRefused) as refusal:
            enter(username, "wrong", place)
        outcomes.append(refusal.type)
    return outcomes


def happened(world: World) -> list[str]:
    """The audit actions about signing in, in order."""
    rows = db.session.scalars(
        sa.select(AuditEvent.action)
        .where(AuditEvent.chain == f"congress:{world.congress_id}", AuditEvent.action.like("user:%"))
        .order_by(AuditEvent.position)
    )
    return [action for action in rows if action != "user:created"]


def test_the_right_password_opens_a_session(world: World) -> None:
    signed_in = sessions.resume(enter(" North-OFFICER "))
    assert signed_in and signed_in.actor == world.actor("north-officer")
    assert happened(world) == ["user:signed_in"]


def test_only_the_hash_of_the_secret_is_kept(world: World) -> None:
    secret = enter("north-officer")
    kept = db.session.scalar(sa.select(UserSession.secret_hash))
    assert kept and len(kept) == 64 and secret not in kept


def test_each_sign_in_is_a_new_session_and_ends_the_one_it_replaces(world: World) -> None:
    first = enter("north-officer")
    second = sign_in.sign_in("north-officer", PASSWORD, HERE, carried=first)
    assert first != second
    assert sessions.resume(first) is None
    assert sessions.resume(second)


def test_the_actor_comes_in_one_query(world: World) -> None:
    secret = enter("north-officer")
    statements: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    db.session.rollback()
    assert sessions.resume(secret)
    assert len([each for each in statements if each.startswith("SELECT")]) == 1


def test_five_failures_lock_the_account_and_the_right_password_no_longer_helps(world: World) -> None:
    assert fail("north-officer", 5) == [SignInRefused] * 4 + [LockedOut]
    with pytest.raises(LockedOut) as refusal:
        enter("north-officer")
    assert refusal.value.seconds == 1800
    assert "30分钟" in refusal.value.message
    assert happened(world) == ["user:sign_in_failed"] * 5 + ["user:locked_out"]


def test_the_lock_ends_to_the_second_and_knocking_does_not_prolong_it(world: World, clock_at: Clock) -> None:
    fail("north-officer", 5)
    clock_at(START + 20 * MINUTE)
    assert fail("north-officer", 3) == [LockedOut] * 3
    clock_at(START + 30 * MINUTE - SECOND)
    with pytest.raises(LockedOut) as refusal:
        enter("north-officer")
    assert refusal.value.seconds == 1
    clock_at(START + 30 * MINUTE)
    assert fail("north-officer", 4) == [SignInRefused] * 4
    assert enter("north-officer")


def test_failures_spread_over_more_than_half_an_hour_do_not_lock(world: World, clock_at: Clock) -> None:
    fail("north-officer", 4)
    clock_at(START + 30 * MINUTE)
    assert fail("north-officer", 1) == [SignInRefused]


def test_a_success_forgives_earlier_failures(world: World, clock_at: Clock) -> None:
    fail("north-officer", 4)
    clock_at(START + SECOND)
    enter("north-officer")
    clock_at(START + 2 * SECOND)
    assert fail("north-officer", 5) == [SignInRefused] * 4 + [LockedOut]


def test_the_refusal_says_how_many_tries_are_left(world: World) -> None:
    with pytest.raises(SignInRefused, match="再错4次将锁定30分钟"):
        enter("north-officer", "wrong")


def test_twenty_failures_lock_an_address_for_every_account_but_no_other_address(world: World) -> None:
    for name in range(4):
        fail(f"nobody-{name}", 5)
    with pytest.raises(LockedOut):
        enter("north-officer")
    assert enter("north-officer", place=Place("192.0.2.9"))


def test_the_many_addresses_of_one_connection_are_locked_together(world: World) -> None:
    for number in range(4):
        for _n in range(5):
            with pytest.raises(SignInRefused):
                enter(f"nobody-{number}", "wrong", Place(f"2001:db8:1:2::{number}"))
    with pytest.raises(LockedOut):
        enter("north-officer", place=Place("2001:db8:1:2:ffff::9"))
    assert enter("north-officer", place=Place("2001:db8:1:3::9"))


def test_an_unknown_name_is_told_and_locked_like_a_known_one(world: World) -> None:
    elsewhere = Place("192.0.2.7")
    known = [_words("north-officer", HERE) for _n in range(6)]
    assert [_words("no-such-person", elsewhere) for _n in range(6)] == known


def _words(username: str, place: Place) -> str:
    with pytest.raises(SignInRefused) as refusal:
        enter(username, "wrong", place)
    return refusal.value.message


def test_an_unknown_name_costs_one_verification_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str | None] = []
    monkeypatch.setattr(passwords, "matches", lambda kept, password: bool(tried.append(kept)))
    fail("north-officer", 1)
    fail("no-such-person", 1)
    assert len(tried) == 2 and tried[1] is None


def test_of_an_unknown_name_only_the_attempt_is_kept(world: World) -> None:
    before = db.session.scalar(sa.select(sa.func.count(AuditEvent.id)))
    fail("no-such-person", 5)
    assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id))) == before
    assert db.session.scalar(sa.select(sa.func.count(LoginAttempt.id))) == 5


def test_a_disabled_account_opens_with_no_password(world: World) -> None:
    secret = enter("north-officer")
    users.deactivate_user(world.actor("north-system"), world.users["north-officer"])
    assert sessions.resume(secret) is None
    assert _words("north-officer", HERE).startswith("用户名或密码不对")
    with pytest.raises(SignInRefused):
        enter("north-officer")


def test_the_lock_is_exact_when_many_try_at_once(fresh_database: Flask) -> None:
    build()
    db.session.remove()

    def attempt(number: int) -> str:
        with fresh_database.app_context():
            try:
                enter("north-officer", "wrong", Place(f"192.0.2.{number}"))
            except SignInRefused as refusal:
                return type(refusal).__name__
        return "admitted"

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(attempt, range(24)))
    assert outcomes.count("SignInRefused") == 4
    assert outcomes.count("LockedOut") == 20
    failures = sa.select(sa.func.count(LoginAttempt.id)).where(~LoginAttempt.succeeded)
    assert db.session.scalar(failures) == 5


def test_signing_out_ends_the_session_once(world: World) -> None:
    secret = enter("north-officer")
    signed_in = sessions.resume(secret)
    assert signed_in
    for _n in range(2):
        sign_in.sign_out(signed_in.actor, session_id=signed_in.session_id)
    assert sessions.resume(secret) is None
    assert happened(world) == ["user:signed_in", "user:signed_out"]


@pytest.mark.parametrize(("name", "minutes"), [("officer", 30), ("system", 15), ("audit", 15)])
def test_an_idle_session_ends_to_the_second(world: World, clock_at: Clock, name: str, minutes: int) -> None:
    secret = enter(f"north-{name}")
    clock_at(START + minutes * MINUTE - SECOND)
    signed_in = sessions.resume(secret)
    assert signed_in
    sessions.see(signed_in.actor, session_id=signed_in.session_id)
    clock_at(START + 2 * minutes * MINUTE - 2 * SECOND)
    assert sessions.resume(secret)
    clock_at(START + 2 * minutes * MINUTE - SECOND)
    assert sessions.resume(secret) is None


def test_a_busy_session_ends_after_twelve_hours_all_the_same(world: World, clock_at: Clock) -> None:
    secret = enter("north-officer")
    for quarter in range(1, 48):
        clock_at(START + quarter * 15 * MINUTE)
        signed_in = sessions.resume(secret)
        assert signed_in
        sessions.see(signed_in.actor, session_id=signed_in.session_id)
    clock_at(START + 720 * MINUTE - SECOND)
    assert sessions.resume(secret)
    clock_at(START + 720 * MINUTE)
    assert sessions.resume(secret) is None


def test_a_person_sees_and_ends_his_own_sessions_and_nobody_elses(world: World) -> None:
    secret, other = enter("north-officer"), enter("north-new")
    officer = world.actor("north-officer")
    [mine] = sessions.open_sessions(officer)
    assert (mine.address, mine.browser) == (HERE.address, HERE.browser)
    theirs = sessions.resume(other)
    assert theirs
    with pytest.raises(NotFound):
        sessions.end_session(officer, theirs.session_id)
    sessions.end_session(officer, mine.id)
    sessions.end_session(officer, mine.id)
    assert sessions.resume(secret) is None
    assert sessions.resume(other)
    assert sessions.open_sessions(officer) == []


def test_a_new_password_ends_every_session_and_begins_one(world: World) -> None:
    old = [enter("north-officer"), enter("north-officer")]
    new = sign_in.change_password(
        world.actor("north-officer"),
        present=PASSWORD,
        new="Fenhe-9-shui-Qing",
        again="Fenhe-9-shui-Qing",
        place=HERE,
    )
    assert [sessions.resume(secret) for secret in old] == [None, None]
    assert sessions.resume(new)
    assert enter("north-officer", "Fenhe-9-shui-Qing")
    with pytest.raises(SignInRefused):
        enter("north-officer", PASSWORD)


@pytest.mark.parametrize(
    ("present", "new", "again", "fields"),
    [
        ("wrong", "Fenhe-9-shui-Qing", "Fenhe-9-shui-Qing", {"present"}),
        (PASSWORD, "short", "short", {"new"}),
        (PASSWORD, PASSWORD, PASSWORD, {"new"}),
        (PASSWORD, "Fenhe-9-shui-Qing", "Fenhe-9-shui-qing", {"again"}),
        (PASSWORD, "short", "other", {"new", "again"}),
    ],
)
def test_a_password_is_refused_with_every_problem(
    world: World, present: str, new: str, again: str, fields: set[str]
) -> None:
    with pytest.raises(PasswordNotAccepted) as refusal:
        sign_in.change_password(
            world.actor("north-officer"), present=present, new=new, again=again, place=HERE
        )
    assert set(refusal.value.errors) == fields


def test_the_last_five_passwords_do_not_come_back_and_no_more_are_kept(world: World) -> None:
    actor, had = world.actor("north-officer"), [PASSWORD]

    def change(new: str) -> None:
        sign_in.change_password(actor, present=had[-1], new=new, again=new, place=HERE)
        had.append(new)

    for number in range(1, 5):
        change(f"Fenhe-{number}-shui-Qing")
    for old in had:
        with pytest.raises(PasswordNotAccepted) as refusal:
            change(old)
        assert set(refusal.value.errors) == {"new"}
    change("Fenhe-5-shui-Qing")
    change(PASSWORD)  # it is the sixth from last by now
    reset = users.reset_password(world.actor("north-system"), world.users["north-officer"])
    had.append(reset.password)
    with pytest.raises(PasswordNotAccepted):
        change(PASSWORD)  # an administrator's new one does not make one forget
    kept = db.session.scalars(sa.select(FormerPassword.password_hash)).all()
    assert len(kept) == 4


def test_a_stolen_session_is_no_place_to_guess_the_password(world: World) -> None:
    actor = world.actor("north-officer")

    def guess() -> None:
        sign_in.change_password(actor, present="wrong", new="x", again="x", place=HERE)

    for _n in range(4):
        with pytest.raises(PasswordNotAccepted):
            guess()
    with pytest.raises(LockedOut):
        guess()


def test_an_old_password_must_be_changed(world: World, clock_at: Clock) -> None:
    clock_at(START + dt.timedelta(days=90) - SECOND)
    fresh = sessions.resume(enter("north-officer"))
    clock_at(START + dt.timedelta(days=90))
    old = sessions.resume(enter("north-officer"))
    assert fresh and old
    assert (fresh.must_change_password, old.must_change_password) == (False, True)


def test_a_hash_of_another_cost_is_renewed_at_sign_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords.policy, "strength", passwords.Strength(memory_kib=20480))
    enter("north-officer")
    assert enter("north-officer")
    kept = db.session.scalar(
        sa.select(users.User.password_hash).where(users.User.username == "north-officer")
    )
    assert kept and "m=20480" in kept


def test_whose_seats_somebody_has_is_found_by_index() -> None:
    plan: list[str] = []
    with sa.create_engine("sqlite://").connect() as connection:
        Base.metadata.create_all(connection)
        selected = sa.select(actors.USERS.c.id).where(actors.USERS.c.id == 1)
        statement = actors.with_seats(selected).params(today=dt.date(2026, 2, 5))
        sql = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        plan += [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert any("ix_membership_user_id" in step for step in plan), plan
    assert [step for step in plan if step.startswith("SCAN")] == []
