"""A small congress with a case in two units' hands: enough people for every recipient word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from engine.foundation.actor import Actor, Seat, system_actor
from models import (
    Assignment,
    Case,
    Congress,
    Cosignature,
    Deputy,
    Membership,
    Organization,
    ProcessDefinition,
    RulePackVersion,
    Task,
    User,
    Watch,
)
from notifications.recipients import Context

NOON = dt.datetime(2026, 3, 31, 4, tzinfo=dt.UTC)
NO_CLOCK = dt.date(9999, 12, 31)


@dataclass
class World:
    """Who is who in the database of one test."""

    session: Session
    congress: Congress
    users: dict[str, User] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    deputies: dict[str, Deputy] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    case: Case = field(init=False)

    def add(self, row: Any) -> Any:
        """Keep a row so that its id is known."""
        self.session.add(row)
        self.session.flush()
        return row

    def user(self, name: str, **changes: Any) -> User:
        """A user of the congress with an address of his own."""
        fields: dict[str, Any] = {
            "congress_id": self.congress.id,
            "username": f"{self.congress.code}-{name}",
            "name": name,
            "email": f"{name}@example.org",
            "password_hash": "",
            "must_change_password": False,
            "active": True,
            "locale": "zh",
            "text_size": "normal",
            "shortcuts": True,
        }
        self.users[name] = self.add(User(**(fields | changes)))
        return self.users[name]

    def organization(self, name: str, kind: str = "department") -> Organization:
        """An organization of the congress."""
        row = Organization(
            congress_id=self.congress.id,
            code=name,
            name=name,
            short_name=name,
            kind=kind,
            position=1,
            duties="",
            active=True,
        )
        self.organizations[name] = self.add(row)
        return self.organizations[name]

    def seat(self, name: str, role: str, organization: str, **changes: Any) -> User:
        """A user with a role in an organization."""
        user = self.users.get(name) or self.user(name, **changes)
        place = self.organizations[organization].id
        self.add(Membership(user_id=user.id, organization_id=place, role=role, granted_at=NOON))
        return user

    def deputy(self, name: str) -> Deputy:
        """A deputy in office who may sign in."""
        row = Deputy(
            congress_id=self.congress.id,
            user_id=self.user(name).id,
            card_number=name,
            name=name,
            sex="",
            ethnicity="",
            party="",
            term=14,
            delegation_id=self.organizations["delegation"].id,
            electing_unit="",
            position="",
            phone="",
            email="",
            status="in_office",
            status_since=dt.date(2023, 1, 1),
        )
        self.deputies[name] = self.add(row)
        return self.deputies[name]

    def assign(self, unit: str, role: str, **changes: Any) -> Assignment:
        """Hand the case to a unit."""
        row = Assignment(
            case_id=self.case.id,
            unit_id=self.organizations[unit].id,
            role=role,
            scope="",
            instruction="",
            assigned_at=NOON,
            round=1,
            status="assigned",
        )
        for name, value in changes.items():
            setattr(row, name, value)
        self.assignments[unit] = self.add(row)
        return self.assignments[unit]

    def task(self, **changes: Any) -> Task:
        """An open task of the case for the registrars of the first department."""
        fields: dict[str, Any] = {
            "congress_id": self.congress.id,
            "case_id": self.case.id,
            "token": "t",
            "node": "sign_for",
            "name": "签收",
            "role": "registrar",
            "organization_id": self.organizations["water"].id,
            "priority": 0,
            "due_on": NO_CLOCK,
            "round": 1,
            "open": True,
            "opened_at": NOON,
            "sent_by": "",
            "revision": 1,
        }
        task: Task = self.add(Task(**(fields | changes)))
        return task

    def context(self, **changes: Any) -> Context:
        """A happening about the case."""
        return Context(**({"congress_id": self.congress.id, "case_id": self.case.id} | changes))

    def actor(self, name: str, *roles: str) -> Actor:
        """A user of the world, acting."""
        seats = tuple(Seat(role, 0, "") for role in roles)
        return Actor(self.users[name].id, name, self.congress.id, seats)

    @property
    def system(self) -> Actor:
        """The system itself, acting for the congress."""
        return system_actor(self.congress.id)


def bare(session: Session, code: str = "140000") -> World:
    """A congress without people."""
    congress = Congress(
        code=code,
        name="山西省人民代表大会",
        short_name="省人大",
        level="province",
        rule_pack="default",
        contact_phone="0351-1234567",
    )
    session.add(congress)
    session.flush()
    return World(session, congress)


def peopled(session: Session, code: str = "140000") -> World:
    """A congress whose case 7 lies with a lead unit (water) and a co-handling one (traffic)."""
    world = bare(session, code)
    world.organization("office", "congress_office")
    world.organization("government", "government_office")
    world.organization("delegation", "delegation")
    for unit in ("water", "traffic"):
        world.organization(unit)
        world.seat(f"{unit}-registrar", "registrar", unit)
        world.seat(f"{unit}-officer", "case_officer", unit)
    world.seat("water-head", "head", "water")
    world.seat("assigner", "assigner", "office")
    world.seat("router", "government_router", "government")
    for name in ("lead", "second", "asked"):
        world.deputy(name)
    _case(world, code)
    world.assign("water", "lead")
    world.assign("traffic", "co")
    return world


def _case(world: World, code: str) -> None:
    definition = ProcessDefinition(
        key=code, version=1, content_hash=code, files={}, active=True, deployed_at=NOON
    )
    pack = RulePackVersion(key="default", version="1", content_hash=code, rules={}, stored_at=NOON)
    world.case = world.add(
        Case(
            congress_id=world.congress.id,
            process_key="anything",
            definition_id=world.add(definition).id,
            rule_pack_id=world.add(pack).id,
            number="2026-007",
            title="关于治理汾河的建议",
            stage="handling",
            status="open",
            confidentiality="public",
            lead_deputy_id=world.deputies["lead"].id,
            round=1,
            fields={},
            text_version=2,
            created_at=NOON,
        )
    )
    for name, status, version in (
        ("second", "confirmed", 2),
        ("asked", "invited", 2),
        ("asked", "confirmed", 1),
    ):
        world.add(
            Cosignature(
                case_id=world.case.id,
                deputy_id=world.deputies[name].id,
                text_version=version,
                status=status,
                invited_at=NOON,
            )
        )
    world.add(Watch(case_id=world.case.id, user_id=world.user("watcher").id, since=NOON))
