"""Journeys of which only the completions of tasks are timed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.casework.tasks import Completed, complete_task
from engine.foundation.actor import Actor, system_actor
from engine.people.grants import grant_role
from engine.people.organizations import create_organization
from engine.people.users import create_user
from models import db
from tests.support.cast import Cast
from tests.support.journey import Journey

WALK = 9  # completions from submission to evaluation
STAFF = {"clerk": ("registrar", "case_officer"), "deputy_head": ("approver",), "head": ("head",)}
ROUND = 5  # completions of one redo round


class TimedJourney(Journey):
    """A journey that keeps how long each completion took, from the call to the commit."""

    def __init__(self, cast: Cast, actors: dict[str, Actor]) -> None:
        super().__init__(cast)
        self.actors = actors
        self.nodes: list[str] = []
        self.times: list[float] = []

    def do(self, who: str, node: str, unit: str | None = None, /, **answers: Any) -> Completed:
        """Complete the open task at a node and keep the time."""
        task_id = self.task(node, unit).id
        db.session.rollback()
        begun = time.perf_counter()
        done = complete_task(self.actors[who], task_id=task_id, answers=answers)
        self.times.append(time.perf_counter() - begun)
        self.nodes.append(node)
        return done

    def taken(self) -> float:
        """The seconds since the last asking."""
        total = sum(self.times)
        self.times.clear()
        self.nodes.clear()
        return total

    def assigned(self, *units: str) -> TimedJourney:
        """From the draft to the desks of units that answer separately (or of one lead), the deputy heard."""
        self.draft().submit().accept().assign(**dict.fromkeys(units, "separate"))
        for unit in units or ("slt",):
            self.sign_for(unit).contact(unit)
        return self

    def walk(self) -> TimedJourney:
        """The whole way: submission, intake, review, assignment, signing for, the reply's three, evaluation."""
        self.assigned().reply().evaluate()
        return self

    def redo_round(self, unit: str = "slt") -> float:
        """One round from the draft of a reply to the order to do it again, the deputy heard; gives its seconds."""
        self.taken()
        self.reply(unit).evaluate("dissatisfied", unit).redo(unit)
        self.contact(unit)
        return self.taken()


def actors_of(cast: Cast) -> dict[str, Actor]:
    """Everybody as sign-in makes them, read once: who asks is no part of a completion."""
    return {username: cast.actor(username) for username in cast.users}


def with_units(cast: Cast, codes: Sequence[str]) -> Cast:
    """The cast with further units, each with a clerk, a deputy head and a head."""
    system = system_actor(cast.congress_id)
    organizations, users = dict(cast.organizations), dict(cast.users)
    for code in codes:
        unit = organizations[code] = create_organization(
            system, code=code, name=f"省{code}厅", short_name=code, kind="department"
        )
        for person, roles in STAFF.items():
            name = f"{code}_{person}"
            users[name] = create_user(system, username=name, name=name, email=f"{name}@example.cn").user_id
            for role in roles:
                grant_role(system, users[name], organization_id=unit, role=role)
    return replace(cast, organizations=organizations, users=users)
