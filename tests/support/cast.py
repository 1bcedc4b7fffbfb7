"""A fixed cast: one province with its offices, three units, four deputies, and everyone's seat."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask import Flask

from engine import capabilities
from engine.deadlines.decided import in_force
from engine.definitions import catalogue
from engine.definitions.rule_packs import pin
from engine.foundation import clock
from engine.foundation.actor import Actor, system_actor
from engine.foundation.transaction import use_case
from engine.people import passwords
from engine.people.actors import actor_for
from models import Congress, Deputy, Meeting, Membership, Organization, User, db

PASSWORD = "Shiyan-2026-ok"  # of everybody in the cast
MOMENT = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)

ORGANIZATIONS = (
    # code, name, kind
    ("dgw", "人大常委会代表工作委员会", "deputies_committee"),
    ("zfb", "省政府办公厅", "government_office"),
    ("slt", "省水利厅", "department"),
    ("czt", "省财政厅", "department"),
    ("jyt", "省教育厅", "department"),
    ("tyt", "太原代表团", "delegation"),
)
SEATS = (
    # username, name, organization, roles
    ("intake", "受理员", "dgw", ("intake_officer",)),
    ("reviewer", "复核员", "dgw", ("intake_reviewer",)),
    ("assigner", "交办员", "dgw", ("assigner", "supervisor")),
    ("router", "政府办分办员", "zfb", ("government_router",)),
    ("slt_clerk", "水利厅经办", "slt", ("registrar", "case_officer")),
    ("slt_deputy_head", "水利厅分管", "slt", ("approver",)),
    ("slt_head", "水利厅厅长", "slt", ("head",)),
    ("czt_clerk", "财政厅经办", "czt", ("registrar", "case_officer")),
    ("czt_deputy_head", "财政厅分管", "czt", ("approver",)),
    ("czt_head", "财政厅厅长", "czt", ("head",)),
    ("jyt_clerk", "教育厅经办", "jyt", ("registrar", "case_officer")),
    ("jyt_deputy_head", "教育厅分管", "jyt", ("approver",)),
    ("jyt_head", "教育厅厅长", "jyt", ("head",)),
)
shipped = functools.cache(catalogue.shipped)  # the files stay as they are while the tests run
DEPUTIES = ("王代表", "李代表", "赵代表", "钱代表")


@dataclass(frozen=True)
class Cast:
    """Ids by their short names, and the actors."""

    congress_id: int
    organizations: Mapping[str, int]
    users: Mapping[str, int]
    deputies: Mapping[str, int]

    def actor(self, username: str) -> Actor:
        """The actor as sign-in would make him."""
        return actor_for(self.users[username])


SETTLED: dict[str, Cast] = {}  # by the address of the database
SETTLING = dt.datetime(2026, 2, 5, 10, 0, tzinfo=clock.ZONE)  # between sessions


def settle(app: Flask) -> Cast:
    """Assemble the cast in a database for good."""
    with clock.moved_to(SETTLING), app.app_context():
        settled = assemble()
        _pin_rules(system_actor(settled.congress_id))
        db.session.remove()
    return settled


@use_case
def _pin_rules(actor: Actor) -> None:
    """Keep the rules as the first case does: otherwise that of every test writes and reads them anew."""
    pin(in_force(actor.congress_id))


def settled_at(url: str, cast: Cast) -> None:
    """Let the cast be found in a database that has it from where it was copied."""
    SETTLED[str(sa.make_url(url))] = cast


def _address() -> str:
    return str(db.session.get_bind().engine.url)


def assemble(code: str = "14", name: str = "试验省人民代表大会") -> Cast:
    """Write the cast and deploy the shipped processes, unless they are there; commits."""
    there = SETTLED.get(_address())
    if there is not None and code == "14":
        return replace(there, users=dict(there.users), deputies=dict(there.deputies))  # tests add to theirs
    congress = Congress(
        code=code,
        name=name,
        short_name=name[:3],
        level="province",
        rule_pack="shanxi",
        contact_phone="0351-0000000",
    )
    db.session.add(congress)
    db.session.flush()
    organizations = {
        key: _organization(congress.id, key, title, kind, place)
        for place, (key, title, kind) in enumerate(ORGANIZATIONS)
    }
    users = {
        username: _user(congress.id, f"{username}@{code}", person, organizations[at], roles)
        for username, person, at, roles in SEATS
    }
    deputies = {}
    for number, person in enumerate(DEPUTIES, start=1):
        key = f"deputy{number}"
        users[key] = _user(congress.id, f"{key}@{code}", person, None, ())
        deputies[key] = _deputy(congress.id, users[key], person, number, organizations["tyt"])
    db.session.add(
        Meeting(
            congress_id=congress.id,
            term=14,
            ordinal=4,
            name="省十四届人大四次会议",
            opens_on=dt.date(2026, 1, 20),
            closes_on=dt.date(2026, 1, 27),
            counters={},
        )
    )
    db.session.commit()
    deploy_shipped(congress.id)
    return Cast(congress.id, organizations, users, deputies)


def join(cast: Cast, username: str, organization: str, *roles: str) -> Actor:
    """One more person with a seat in an organization, or more seats for one who is there; commits."""
    organization_id = cast.organizations[organization]
    if username not in cast.users:
        code = db.session.get_one(Congress, cast.congress_id).code
        user_id = _user(cast.congress_id, f"{username}@{code}", username, organization_id, roles)
    else:
        user_id = cast.users[username]
        for role in roles:
            db.session.add(_membership(user_id, organization_id, role))
    db.session.commit()
    return actor_for(user_id)


def organize(cast: Cast, code: str, name: str, kind: str, place: int = 0) -> int:
    """One more organization; gives its id. Commits."""
    made = _organization(cast.congress_id, code, name, kind, len(ORGANIZATIONS) + place)
    db.session.commit()
    return made


def enlist(cast: Cast, more: int) -> Cast:
    """The cast with so many more deputies, who go on counting where the first ones end. Commits."""
    code = db.session.get_one(Congress, cast.congress_id).code
    users, deputies = dict(cast.users), dict(cast.deputies)
    for number in range(len(DEPUTIES) + 1, len(DEPUTIES) + 1 + more):
        key, name = f"deputy{number}", f"第{number}代表"
        users[key] = _user(cast.congress_id, f"{key}@{code}", name, None, ())
        at = cast.organizations["tyt"]
        deputies[key] = _deputy(cast.congress_id, users[key], name, number, at)
    db.session.commit()
    return replace(cast, users=users, deputies=deputies)


def deploy_shipped(congress_id: int) -> None:
    """Deploy every process folder that comes with the program."""
    for files in shipped().values():
        catalogue.deploy(system_actor(congress_id), files, **capabilities.known())


def _organization(congress_id: int, code: str, name: str, kind: str, position: int) -> int:
    row = Organization(
        congress_id=congress_id,
        code=code,
        name=name,
        short_name=name,
        kind=kind,
        parent_id=None,
        position=position,
        duties="",
        active=True,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


@functools.cache
def _hash() -> str:
    return passwords.hashed(PASSWORD)


def _user(
    congress_id: int, username: str, name: str, organization_id: int | None, roles: tuple[str, ...]
) -> int:
    row = User(
        congress_id=congress_id,
        username=username,
        name=name,
        email=f"{username.replace('@', '.')}@example.cn",
        password_hash=_hash(),
        password_set_at=None,  # never grows old, however far a test goes into the year
        must_change_password=False,
        active=True,
        locale="zh",
        text_size="normal",
        shortcuts=True,
        last_seen_at=None,
    )
    db.session.add(row)
    db.session.flush()
    for role in roles:
        db.session.add(_membership(row.id, organization_id, role))
    return row.id


def _membership(user_id: int, organization_id: int | None, role: str) -> Membership:
    return Membership(
        user_id=user_id,
        organization_id=organization_id,
        role=role,
        granted_at=MOMENT,
        granted_by=None,
        ended_at=None,
    )


def _deputy(congress_id: int, user_id: int, name: str, number: int, delegation_id: int) -> int:
    row = Deputy(
        congress_id=congress_id,
        user_id=user_id,
        card_number=f"14{number:04}",
        name=name,
        sex="男",
        ethnicity="汉族",
        party="",
        term=14,
        delegation_id=delegation_id,
        electing_unit="太原市",
        position="教师",
        phone=f"1390000{number:04}",
        email="",
        status="in_office",
        status_since=dt.date(2023, 1, 1),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def meeting_id(congress_id: int) -> int:
    """The one session of the cast's congress."""
    return db.session.scalars(sa.select(Meeting.id).where(Meeting.congress_id == congress_id)).one()
