"""A congress with its three administrators and a few people, made by the use cases themselves."""

from __future__ import annotations

from dataclasses import dataclass

from engine.foundation.actor import Actor, system_actor
from engine.people import actors, congresses, deputies, grants, organizations, sign_in, users
from engine.people.sign_in import Place

PASSWORD = "Hz7-fenhe-Liushui"
HERE = Place("192.0.2.1", "a browser")


@dataclass(frozen=True)
class World:
    """One congress: ids of what is in it; people are asked for by user name."""

    congress_id: int
    office_id: int
    department_id: int
    delegation_id: int
    users: dict[str, int]
    deputy_id: int

    def actor(self, username: str) -> Actor:
        """The person as he would act now."""
        return actors.actor_for(self.users[username])

    @property
    def system(self) -> Actor:
        """The server itself."""
        return system_actor(self.congress_id)


def build(code: str = "north") -> World:
    """Found a congress; user names are `<code>-system`, `-security`, `-audit`, `-officer`, `-deputy`, `-new`."""
    founded = congresses.found_congress(
        system_actor(0), code=code, name=f"{code}人民代表大会", level="province", rule_pack="any"
    )
    system = system_actor(founded.congress_id)
    made = {}
    for role, name in (("system_admin", "system"), ("security_admin", "security"), ("auditor", "audit")):
        user = congresses.appoint_administrator(
            system, role=role, username=f"{code}-{name}", name=f"{name}员", first_password=PASSWORD
        )
        made[user.username] = user.user_id
    department = organizations.create_organization(system, code="edu", name="教育厅", kind="department")
    delegation = organizations.create_organization(system, code="d1", name="第一代表团", kind="delegation")
    for name in ("officer", "new"):
        made[f"{code}-{name}"] = users.create_user(
            system,
            username=f"{code}-{name}",
            name=f"{name}人",
            first_password=PASSWORD,
            must_change=False,
        ).user_id
    grants.grant_role(system, made[f"{code}-officer"], organization_id=department, role="case_officer")
    mandate = deputies.Mandate(card_number=f"{code}-1", name="代表甲", term=14, delegation_id=delegation)
    registered = deputies.register_deputy(
        system, mandate, username=f"{code}-deputy", first_password=PASSWORD, must_change=False
    )
    assert registered.user
    made[registered.user.username] = registered.user.user_id
    return World(founded.congress_id, founded.office_id, department, delegation, made, registered.deputy_id)


def enter(username: str, password: str = PASSWORD, place: Place = HERE) -> str:
    """Sign in, and give the secret."""
    return sign_in.sign_in(username, password, place)
