"""Who may do what to whom: three administrators, two steps, one congress."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.people import (
    congresses,
    deputies,
    directory,
    grants,
    organizations,
    roles,
    sessions,
    users,
)
from engine.people.refusals import (
    AdministratorPassword,
    LastAdministrator,
    NotForOneself,
    RolesCollide,
    StillInUse,
    Taken,
)
from models import AuditEvent, Membership, db
from tests.people.world import PASSWORD, World, build, enter


@pytest.fixture
def world(database: SQLAlchemy) -> World:
    return build()


@pytest.fixture
def elsewhere(world: World) -> World:
    return build("south")


def events() -> int:
    return db.session.scalar(sa.select(sa.func.count(AuditEvent.id))) or 0


def granted(world: World, role: str, user_id: int, organization_id: int | None = None) -> int:
    """Grant on behalf of the server, which nothing but the guards can stop."""
    return grants.grant_role(
        world.system, user_id, organization_id=organization_id or world.office_id, role=role
    )


PAIRS = [
    pair
    for pair in itertools.permutations((role.key for role in roles.GRANTABLE), 2)
    if roles.ADMINISTRATORS.intersection(pair)
]


@pytest.mark.parametrize("first", sorted(roles.ADMINISTRATORS))
def test_an_administrator_takes_no_second_role_of_any_kind(world: World, first: str) -> None:
    user_id = world.users["north-new"]
    granted(world, first, user_id)
    for role in roles.GRANTABLE:
        if role.key != first:
            with pytest.raises(RolesCollide):
                granted(world, role.key, user_id)
    assert grants.roles_of(user_id) == {first}


@pytest.mark.parametrize(
    "first", [role.key for role in roles.GRANTABLE if role.key not in roles.ADMINISTRATORS]
)
def test_who_works_on_cases_becomes_no_administrator(world: World, first: str) -> None:
    user_id = world.users["north-new"]
    granted(world, first, user_id)
    for administrator in sorted(roles.ADMINISTRATORS):
        with pytest.raises(RolesCollide):
            granted(world, administrator, user_id)


def test_every_pair_with_an_administrator_collides_and_no_other() -> None:
    for one, other in itertools.permutations(roles.ROLES, 2):
        expected = other if {one, other} & roles.ADMINISTRATORS else None
        assert roles.collide(one, [other]) == expected
    assert len(PAIRS) == 2 * (3 * 17 + 3)


def test_a_deputy_becomes_no_administrator_and_an_administrator_no_deputy(world: World) -> None:
    with pytest.raises(RolesCollide):
        granted(world, "auditor", world.users["north-deputy"])
    with pytest.raises(RolesCollide):
        deputies.link_user(world.actor("north-system"), world.deputy_id, user_id=world.users["north-audit"])


def test_an_ended_role_no_longer_collides(world: World) -> None:
    user_id = world.users["north-new"]
    membership = granted(world, "registrar", user_id)
    grants.end_role(world.actor("north-security"), membership)
    assert granted(world, "auditor", user_id)


def test_accounts_and_rights_are_two_steps_of_two_people(world: World) -> None:
    system, security = world.actor("north-system"), world.actor("north-security")
    made = users.create_user(system, username="north-next", name="某人")
    with pytest.raises(NotAllowed):
        grants.grant_role(system, made.user_id, organization_id=world.department_id, role="head")
    with pytest.raises(NotAllowed):
        users.create_user(security, username="north-other", name="某人")
    assert grants.grant_role(security, made.user_id, organization_id=world.department_id, role="head")
    assert grants.roles_of(made.user_id) == {"head"}


def test_nobody_gives_himself_a_right_or_disables_himself(world: World) -> None:
    security, system = world.actor("north-security"), world.actor("north-system")
    with pytest.raises(NotForOneself):
        grants.grant_role(
            security, world.users["north-security"], organization_id=world.office_id, role="auditor"
        )
    with pytest.raises(NotForOneself):
        users.deactivate_user(system, world.users["north-system"])


def test_the_last_administrator_of_a_kind_stays(world: World) -> None:
    security, system = world.actor("north-security"), world.actor("north-system")
    [auditor] = directory.user_page(security, world.users["north-audit"]).seats
    with pytest.raises(LastAdministrator, match="审计管理员"):
        grants.end_role(security, auditor.membership_id)
    with pytest.raises(LastAdministrator):
        users.deactivate_user(system, world.users["north-audit"])
    granted(world, "auditor", world.users["north-new"])
    grants.end_role(security, auditor.membership_id)
    with pytest.raises(LastAdministrator):
        users.deactivate_user(system, world.users["north-new"])


def test_no_administrator_can_take_over_another_by_resetting_his_password(world: World) -> None:
    with pytest.raises(AdministratorPassword):
        users.reset_password(world.actor("north-system"), world.users["north-security"])
    assert users.reset_password(world.system, world.users["north-security"]).password


def test_a_reset_password_ends_sessions_and_must_be_changed(world: World) -> None:
    secret = enter("north-officer")
    made = users.reset_password(world.actor("north-system"), world.users["north-officer"])
    assert sessions.resume(secret) is None
    signed_in = sessions.resume(enter("north-officer", made.password))
    assert signed_in and signed_in.must_change_password


def test_a_screen_never_chooses_the_first_password(world: World) -> None:
    made = users.create_user(
        world.actor("north-system"),
        username="north-next",
        name="某人",
        first_password=PASSWORD,
        must_change=False,
    )
    assert made.password != PASSWORD
    signed_in = sessions.resume(enter("north-next", made.password))
    assert signed_in and signed_in.must_change_password and not signed_in.actor.seats


def test_the_security_administrator_signs_a_user_out_everywhere(world: World) -> None:
    secrets = [enter("north-officer"), enter("north-officer")]
    assert users.end_sessions_of(world.actor("north-security"), world.users["north-officer"]) == 2
    assert [sessions.resume(secret) for secret in secrets] == [None, None]


ONLY_SYSTEM: list[Callable[[Actor, World], Any]] = [
    lambda actor, world: organizations.create_organization(actor, code="x", name="x", kind="other"),
    lambda actor, world: organizations.change_organization(actor, world.department_id, name="x", position=1),
    lambda actor, world: organizations.deactivate_organization(actor, world.department_id),
    lambda actor, world: organizations.reactivate_organization(actor, world.department_id),
    lambda actor, world: users.create_user(actor, username="some-one", name="x"),
    lambda actor, world: users.change_user(actor, world.users["north-new"], name="x", email=""),
    lambda actor, world: users.deactivate_user(actor, world.users["north-new"]),
    lambda actor, world: users.reactivate_user(actor, world.users["north-new"]),
    lambda actor, world: users.reset_password(actor, world.users["north-new"]),
    lambda actor, world: deputies.register_deputy(
        actor, deputies.Mandate(card_number="9", name="x", term=14, delegation_id=world.delegation_id)
    ),
    lambda actor, world: deputies.link_user(actor, world.deputy_id, user_id=world.users["north-new"]),
    lambda actor, world: deputies.change_deputy_status(actor, world.deputy_id, status="ended", reason="x"),
    lambda actor, world: deputies.deputies(actor),
    lambda actor, world: deputies.deputy_line(actor, world.deputy_id),
]
ONLY_SECURITY: list[Callable[[Actor, World], Any]] = [
    lambda actor, world: grants.grant_role(
        actor, world.users["north-new"], organization_id=world.department_id, role="head"
    ),
    lambda actor, world: grants.end_role(actor, db.session.scalars(_of_officer(world)).one()),
    lambda actor, world: users.end_sessions_of(actor, world.users["north-new"]),
]
ONLY_SERVER: list[Callable[[Actor, World], Any]] = [
    lambda actor, world: congresses.found_congress(actor, code="x", name="x", level="city", rule_pack="any"),
    lambda actor, world: congresses.appoint_administrator(
        actor, role="auditor", username="some-one", name="x"
    ),
]


def _of_officer(world: World) -> Any:
    return sa.select(Membership.id).where(Membership.user_id == world.users["north-officer"])


@pytest.mark.parametrize("name", ["system", "security", "audit", "officer", "deputy", "new"])
def test_each_change_is_open_to_its_own_administrator_alone(world: World, name: str) -> None:
    actor = world.actor(f"north-{name}")
    closed = [
        *(ONLY_SYSTEM if name != "system" else []),
        *(ONLY_SECURITY if name != "security" else []),
        *ONLY_SERVER,
    ]
    before = events()
    for change in closed:
        with pytest.raises(NotAllowed):
            change(actor, world)
    assert events() == before


def test_the_registers_of_people_are_for_administrators(world: World) -> None:
    for name in ("officer", "deputy", "new", "audit"):
        with pytest.raises(NotAllowed):
            directory.users(world.actor(f"north-{name}"))
    for name in ("officer", "deputy", "new", "system"):
        with pytest.raises(NotAllowed):
            directory.sign_in_events(world.actor(f"north-{name}"))
    assert directory.sign_in_events(world.actor("north-audit"))


def test_nobody_sees_or_touches_another_congress(world: World, elsewhere: World) -> None:
    system, security = world.actor("north-system"), world.actor("north-security")
    mandate = deputies.Mandate(card_number="9", name="x", term=14, delegation_id=elsewhere.delegation_id)
    stranger = elsewhere.users["south-new"]
    before = events()
    strange: list[Callable[[], Any]] = [
        lambda: directory.user_page(security, stranger),
        lambda: users.change_user(system, stranger, name="x", email=""),
        lambda: users.deactivate_user(system, stranger),
        lambda: users.reset_password(system, stranger),
        lambda: users.end_sessions_of(security, stranger),
        lambda: grants.grant_role(security, stranger, organization_id=world.office_id, role="head"),
        lambda: grants.grant_role(
            security, world.users["north-new"], organization_id=elsewhere.office_id, role="head"
        ),
        lambda: grants.end_role(
            security,
            db.session.scalars(
                sa.select(Membership.id).where(Membership.user_id == elsewhere.users["south-officer"])
            ).one(),
        ),
        lambda: organizations.change_organization(system, elsewhere.department_id, name="x", position=0),
        lambda: organizations.deactivate_organization(system, elsewhere.department_id),
        lambda: organizations.organization_line(system, elsewhere.department_id),
        lambda: organizations.create_organization(
            system, code="x", name="x", kind="other", parent_id=elsewhere.office_id
        ),
        lambda: deputies.deputy_line(system, elsewhere.deputy_id),
        lambda: deputies.link_user(system, world.deputy_id, user_id=stranger),
        lambda: deputies.change_deputy_status(system, elsewhere.deputy_id, status="ended", reason="x"),
    ]
    for change in strange:
        with pytest.raises(NotFound):
            change()
    with pytest.raises(InvalidAnswers):
        deputies.register_deputy(system, mandate)
    assert events() == before
    everything = repr(
        [
            directory.users(security),
            organizations.organizations(system),
            deputies.deputies(system),
            directory.sign_in_events(security),
        ]
    )
    assert "south" not in everything


def test_lists_do_not_say_how_to_reach_a_deputy(world: World) -> None:
    system = world.actor("north-system")
    mandate = deputies.Mandate(
        card_number="2", name="乙", term=14, delegation_id=world.delegation_id, phone="13900000000"
    )
    deputies.register_deputy(system, mandate)
    assert "13900000000" not in repr(deputies.deputies(system))


def test_a_change_leaves_one_event_and_the_same_again_leaves_none(world: World) -> None:
    system, security = world.actor("north-system"), world.actor("north-security")
    new = world.users["north-new"]
    changes: list[Callable[[], Any]] = [
        lambda: organizations.change_organization(system, world.department_id, name="教育局", position=3),
        lambda: organizations.reactivate_organization(system, world.department_id),
        lambda: congresses.change_congress(system, SAID),
        lambda: users.change_user(system, new, name="新名", email="new@example.org"),
        lambda: grants.grant_role(security, new, organization_id=world.department_id, role="approver"),
        lambda: users.deactivate_user(system, new),
        lambda: users.reactivate_user(system, new),
        lambda: users.prefer(world.actor("north-officer"), locale="en", text_size="large"),
        lambda: deputies.change_deputy_status(system, world.deputy_id, status="suspended", reason="法定事由"),
    ]
    for change in changes:
        before = events()
        change()
        assert events() - before <= 1
        after = events()
        change()
        assert events() == after


SAID = congresses.Particulars("北省人民代表大会", "北省人大", "0351-1234567转801", "某市某街1号", "030000")


def test_a_congress_says_anew_how_it_is_called_and_reached_and_the_trail_tells_both(
    world: World, elsewhere: World
) -> None:
    congresses.change_congress(world.actor("north-system"), SAID)
    assert congresses.particulars(world.congress_id) == SAID == congresses.highest()
    assert congresses.particulars(elsewhere.congress_id).name == "south人民代表大会"
    congresses.change_congress(world.actor("north-system"), replace(SAID, postal_code=""))
    told = db.session.scalars(
        sa.select(AuditEvent.detail)
        .where(AuditEvent.action == "congress:changed")
        .order_by(AuditEvent.position)
    )
    first, second = (json.loads(detail) for detail in told)
    assert first["old"]["name"] == "north人民代表大会" and first["new"]["postal_address"] == "某市某街1号"
    assert (second["old"], second["new"]) == ({"postal_code": "030000"}, {"postal_code": ""})
    for field, wrong in (
        ("name", " "),
        ("contact_phone", "打总机"),
        ("contact_phone", "0351-1234567、0351-7654321"),
        ("postal_code", "3000"),
        ("postal_address", "街" * 501),
        ("short_name", "省\x07人大"),
    ):
        with pytest.raises(InvalidAnswers) as refused:
            congresses.change_congress(world.actor("north-system"), replace(SAID, **{field: wrong}))
        assert set(refused.value.errors) == {field}


def test_a_code_or_a_name_in_use_is_refused_in_words(world: World, elsewhere: World) -> None:
    system = world.actor("north-system")
    with pytest.raises(Taken, match="north-new"):
        users.create_user(system, username="North-New", name="x")
    with pytest.raises(Taken):
        users.create_user(system, username="south-new", name="x")
    with pytest.raises(Taken):
        organizations.create_organization(system, code="edu", name="x", kind="other")
    with pytest.raises(Taken):
        congresses.found_congress(world.system, code="north", name="x", level="city", rule_pack="any")
    assert users.create_user(system, username="north-next", name="x")


def test_what_is_filled_in_wrongly_is_named_field_by_field(world: World) -> None:
    system = world.actor("north-system")
    for change, fields in (
        (
            lambda: users.create_user(system, username="大写", name=" ", email="x"),
            {"username", "name", "email"},
        ),
        (
            lambda: organizations.create_organization(system, code="", name="", kind="?"),
            {"code", "name", "kind"},
        ),
        (
            lambda: deputies.register_deputy(
                system,
                deputies.Mandate(card_number="", name="", term=0, delegation_id=world.department_id),
            ),
            {"card_number", "name", "term", "delegation_id"},
        ),
        (
            lambda: users.create_user(system, username="long", name="名" * 501, email="x@" + "y" * 499),
            {"name", "email"},
        ),
        (
            lambda: organizations.create_organization(
                system, code="c" * 65, name="名\x07", kind="other", position=2**31
            ),
            {"code", "name", "short_name", "position"},
        ),
        (
            lambda: deputies.register_deputy(
                system,
                deputies.Mandate(
                    card_number="9" * 65,
                    name="名",
                    term=2**31,
                    delegation_id=world.delegation_id,
                    phone="1" * 65,
                ),
            ),
            {"card_number", "term", "phone"},
        ),
        (
            lambda: deputies.change_deputy_status(system, world.deputy_id, status="?", reason=""),
            {"status", "reason"},
        ),
        (
            lambda: grants.grant_role(
                world.system, world.users["north-new"], organization_id=world.office_id, role="deputy"
            ),
            {"role"},
        ),
    ):
        with pytest.raises(InvalidAnswers) as refusal:
            change()
        assert set(refusal.value.errors) == fields


def test_an_organization_with_people_or_units_stays_open(world: World) -> None:
    system = world.actor("north-system")
    with pytest.raises(StillInUse):
        organizations.deactivate_organization(system, world.department_id)
    membership = db.session.scalars(_of_officer(world)).one()
    grants.end_role(world.actor("north-security"), membership)
    below = organizations.create_organization(
        system, code="edu-1", name="一处", kind="department", parent_id=world.department_id
    )
    with pytest.raises(StillInUse):
        organizations.deactivate_organization(system, world.department_id)
    organizations.deactivate_organization(system, below)
    organizations.deactivate_organization(system, world.department_id)
    with pytest.raises(InvalidAnswers):
        granted(world, "head", world.users["north-new"], world.department_id)


def test_a_deputys_seat_follows_from_the_register(world: World) -> None:
    actor = world.actor("north-deputy")
    assert actor.deputy_id == world.deputy_id
    assert actor.holds("deputy", world.delegation_id)
    assert actor.organization_name == "第一代表团"


def test_a_deputy_elected_again_acts_in_his_new_term(world: World) -> None:
    system = world.actor("north-system")
    deputies.change_deputy_status(system, world.deputy_id, status="ended", reason="届满")
    again = deputies.register_deputy(
        system,
        deputies.Mandate(card_number="2", name="代表甲", term=15, delegation_id=world.delegation_id),
    )
    deputies.link_user(system, again.deputy_id, user_id=world.users["north-deputy"])
    assert world.actor("north-deputy").deputy_id == again.deputy_id


def test_an_ended_qualification_does_not_come_back(world: World) -> None:
    system = world.actor("north-system")
    deputies.change_deputy_status(
        system, world.deputy_id, status="ended", since=dt.date(2026, 3, 1), reason="辞职"
    )
    with pytest.raises(InvalidAnswers):
        deputies.change_deputy_status(system, world.deputy_id, status="in_office", reason="x")


def test_congresses_form_a_tree_from_high_to_low(world: World) -> None:
    found = congresses.found_congress
    found(world.system, code="n1", name="市", level="city", rule_pack="any", parent_code="north")
    found(world.system, code="n1a", name="县", level="county", rule_pack="any", parent_code="n1")
    found(world.system, code="n2", name="市", level="city", rule_pack="any", parent_code="north")
    tree = [(line.code, line.depth) for line in congresses.congress_tree()]
    assert tree == [("north", 0), ("n1", 1), ("n1a", 2), ("n2", 1)]
    with pytest.raises(InvalidAnswers):
        found(world.system, code="x", name="省", level="province", rule_pack="any", parent_code="n1")
    with pytest.raises(NotFound):
        found(world.system, code="x", name="市", level="city", rule_pack="any", parent_code="nowhere")
