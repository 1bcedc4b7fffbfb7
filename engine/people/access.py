"""The doors of this room: a row of the actor's own congress, or NotFound."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.people.refusals import Taken
from models import Congress, Deputy, Organization, User, db

Row = TypeVar("Row", User, Organization, Deputy)


def user(actor: Actor, user_id: int) -> User:
    """A user of the actor's congress, locked for change."""
    return _own(User, actor, user_id)


def organization(actor: Actor, organization_id: int) -> Organization:
    """An organization of the actor's congress, locked for change."""
    return _own(Organization, actor, organization_id)


def congress(actor: Actor) -> Congress:
    """The actor's own congress, locked for change."""
    row = db.session.scalar(sa.select(Congress).where(Congress.id == actor.congress_id).with_for_update())
    if row is None:
        raise NotFound
    return row


def deputy(actor: Actor, deputy_id: int) -> Deputy:
    """A deputy of the actor's congress, locked for change."""
    return _own(Deputy, actor, deputy_id)


def _own(table: type[Row], actor: Actor, key: int) -> Row:
    statement = sa.select(table).where(table.id == key, table.congress_id == actor.congress_id)
    row = db.session.scalar(statement.with_for_update())
    if row is None:
        raise NotFound
    return row


@contextlib.contextmanager
def unique(value: str) -> Iterator[None]:
    """Say in words that `value` is in use when the rows added within break a unique constraint."""
    try:
        yield
        db.session.flush()
    except IntegrityError as error:
        raise Taken(value=value) from error
