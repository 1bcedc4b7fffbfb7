"""What scenarios do to bring replies before the public, and what the public may read of them in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.errors import DomainError
from engine.publication.copying import Content
from engine.publication.preparing import prepare_copy, send_back_copy
from engine.publication.public import published
from engine.publication.releasing import release_copy, withdraw_publication, withhold_publication
from models import Clock, Publication, PublicationReply, PublicationVersion, db

if TYPE_CHECKING:
    from tests.support.performance import Performance

Step = Mapping[str, Any]


def _publication(performance: Performance) -> Publication:
    return db.session.scalars(sa.select(Publication).where(Publication.case_id == performance.case_id)).one()


def _prepare(performance: Performance, step: Step) -> None:
    """`with` gives passages by their key, and the note of a correction; `reply` stands for the latest reply."""
    given = dict(step.get("with", {}))
    note = given.pop("note", "")
    publication = _publication(performance)
    latest = sa.select(sa.func.max(PublicationReply.reply_id)).where(
        PublicationReply.publication_id == publication.id
    )
    reply = f"reply.{db.session.scalar(latest)}"
    texts = {_named(key, reply): text for key, text in _flat(given)}
    prepare_copy(performance._who(step), publication_id=publication.id, texts=texts, note=note)


def _flat(given: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """`reply = { summary = "…" }` as the key `reply.summary`."""
    found: list[tuple[str, str]] = []
    for key, value in given.items():
        found += _flat(value, f"{before}{key}.") if isinstance(value, Mapping) else [(before + key, value)]
    return found


def _named(key: str, reply: str) -> str:
    return reply + key.removeprefix("reply") if key.startswith("reply.") else key


def _release(performance: Performance, step: Step) -> None:
    release_copy(performance._who(step), publication_id=_publication(performance).id, **step.get("with", {}))


def _send_back(performance: Performance, step: Step) -> None:
    send_back_copy(performance._who(step), publication_id=_publication(performance).id, **step["with"])


def _withhold(performance: Performance, step: Step) -> None:
    withhold_publication(performance._who(step), publication_id=_publication(performance).id, **step["with"])


def _withdraw(performance: Performance, step: Step) -> None:
    withdraw_publication(performance._who(step), publication_id=_publication(performance).id, **step["with"])


DEEDS: dict[str, Callable[[Performance, Step], None]] = {
    "prepare_copy": _prepare,
    "release_copy": _release,
    "send_back_copy": _send_back,
    "withhold_copy": _withhold,
    "withdraw_copy": _withdraw,
}

PUBLICATION = {"state", "reason", "version", "versions", "extents", "days_late", "reads", "hides"}


def check_publication(case_id: int, wanted: Mapping[str, Any]) -> None:
    """See that the case's publication is as the end says."""
    assert set(wanted) <= PUBLICATION, f"unknown {sorted(set(wanted) - PUBLICATION)}"
    row = db.session.scalars(sa.select(Publication).where(Publication.case_id == case_id)).one()
    replies = sa.select(PublicationReply).where(PublicationReply.publication_id == row.id)
    released = sa.select(sa.func.count()).where(
        PublicationVersion.publication_id == row.id, PublicationVersion.released_at.is_not(None)
    )
    found = {
        "state": row.state,
        "reason": row.reason,
        "version": row.released or 0,
        "versions": db.session.scalar(released),
        "extents": [each.extent for each in db.session.scalars(replies.order_by(PublicationReply.id))],
        "days_late": _days_late(case_id),
    }
    facts = {name: found[name] for name in found if name in wanted}
    assert facts == {name: wanted[name] for name in facts}
    text = _read_by_the_public(row.public_id)
    assert [each for each in wanted.get("reads", []) if each not in text] == []
    assert [each for each in wanted.get("hides", []) if each in text] == []


def _days_late(case_id: int) -> int:
    """By how many days the last period in which to publish was missed, so far or in the end."""
    statement = sa.select(Clock).where(Clock.case_id == case_id, Clock.key == "publication")
    last = db.session.scalars(statement.order_by(Clock.id.desc())).first()
    assert last is not None, "no period to publish has begun"
    ended = clock.day_of(last.ended_at) if last.ended_at else clock.today()
    return max(0, (ended - last.due_on).days)


def _read_by_the_public(public_id: str) -> str:
    """All that anybody reads of the case; nothing where its address gives nothing."""
    try:
        content: Content = dict(published(public_id).line.content)
    except DomainError:
        return ""
    return str(content)
