"""Every route: who is let in. One that is not in the table fails here."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.documents.templates import keep_template
from notifications.chat import Robot
from tests.casework.permissions import scene as people_of
from tests.permissions import scene
from tests.permissions.addresses import Address, addresses, filled_in, visitors
from tests.support.cast import Cast
from tests.support.databases import DIALECTS
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.test_every_route import PUBLIC

pytestmark = pytest.mark.slow

TABLE = tomllib.loads((Path(__file__).parent / "routes.toml").read_text(encoding="utf-8"))
GROUPS, NOT_WALKED = TABLE.pop("groups"), set(TABLE.pop("not_walked"))
HARMLESS = set(TABLE.pop("harmless"))
ROUTES: dict[str, list[str]] = {
    endpoint: names for room in TABLE.values() for endpoint, names in room.items()
}
FOREIGN = [
    "foreign assigner",
    "foreign slt_clerk",
    "foreign deputy1",
    "foreign system_admin",
    "foreign security_admin",
    "foreign auditor",
    "foreign process_admin",
]
REFUSED = {403, 404}
BRIEFLY = {"Accept": "application/json"}  # a refusal without its page: there are thousands


def people(names: list[str]) -> set[str]:
    """The names with the groups' members in their place."""
    return set().union(*(people(GROUPS[name]) if name in GROUPS else {name} for name in names))


def test_every_route_stands_in_the_table_and_nothing_else(app: Flask) -> None:
    assert set(ROUTES) | NOT_WALKED | PUBLIC == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_everybody_is_let_in_where_the_table_says_and_nowhere_else(
    app: Flask,
    dialect: str,
    connection: sa.Connection,
    clock_at: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Everybody asks on the first database; on each other, one of each kind: let in, sent away, of another congress."""
    monkeypatch.setattr(Robot, "post", lambda robot, text: None)  # nothing leaves the house
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    with app.app_context():
        cast = scene.people()
        scene.people("15", "邻省人民代表大会")
        values = things(cast, Path(app.config["DATA_FOLDER"]) / "files")
    guests = visitors(app, sorted(people(["everybody"])) + FOREIGN)
    asked = [
        (address, name)
        for address in addresses(app, values, PUBLIC | NOT_WALKED)
        for name in guests
        if name not in FOREIGN or address.names_a_thing
    ]
    if dialect != DIALECTS[0]:
        asked = list(people_of.one_of_each(asked, kind))
    statuses = {(address, name): answered(app, address, guests[name], connection) for address, name in asked}
    wrong = [
        f"{address.method} {address.where} {dict(address.form)}: {name}: {status}"
        for (address, name), status in statuses.items()
        if not right(address, name, status, statuses)
    ]
    assert not wrong, "\n".join(wrong)


Statuses = dict[tuple[Address, str], int]


def kind(cell: tuple[Address, str]) -> tuple[Address, bool, bool]:
    """The address of a cell, whether the person is let in there, and whether he is of another congress."""
    address, name = cell
    return address, let_in(address.endpoint, name), name in FOREIGN


def right(address: Address, name: str, status: int, statuses: Statuses) -> bool:
    """Whether somebody is answered as the table says, and sent away alike whatever his form says."""
    if status >= 500:
        return False
    if let_in(address.endpoint, name):
        return address.wanting or status not in REFUSED
    empty = statuses.get((dataclasses.replace(address, form=()), name), status)
    return status in REFUSED and status == empty


def let_in(endpoint: str, name: str) -> bool:
    """Whether the table lets this person in; where nothing can be harmed, his like in another congress too."""
    if endpoint in HARMLESS:
        name = name.removeprefix("foreign ")
    return name in people(ROUTES[endpoint])


def things(cast: Cast, folder: Path) -> dict[str, object]:
    """What the addresses name: everything of the use cases' scene, and a case at each of two more places."""
    people_of.join(cast, "nobody", "jyt")
    there = scene.set_up(cast, folder)
    keep_template(
        cast.actor("process_admin"),
        process_key="suggestion",
        document="suggestion_paper",
        format="docx",
        content=b"PK",
        note="",
    )
    handling = Journey(cast).draft().submit().accept().assign().sign_for()
    return filled_in(there, handling, Journey(cast).draft().submit().accept())


def answered(app: Flask, address: Address, guest: Visitor, connection: sa.Connection) -> int:
    """The status of an answer; what it changed is undone."""
    if address.method == "GET":
        return guest.get(address.where, buffered=True, headers=BRIEFLY).status_code
    with app.app_context(), people_of.undone(connection):
        return guest.post(address.where, data=dict(address.form), headers=BRIEFLY).status_code
