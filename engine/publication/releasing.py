"""Releasing (four eyes), withholding with a reason, and taking back what the public should not have read."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.casework.moving.happenings import Happening
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from engine.people.known_contacts import known_contacts
from engine.people.personal_data import NEVER_PUBLIC, ONLY_SHOWN
from engine.publication.access import (
    PUBLISHING,
    RELEASING,
    Item,
    change,
    item_to_work,
    record,
    require_article,
    require_public,
)
from engine.publication.awaiting import REPLIES
from engine.publication.copying import Content, passages, persons
from engine.publication.joined import joined_in, require_joined
from engine.publication.preparing import VERSIONS, latest_version, require_reason, require_state
from engine.publication.refusals import (
    LooksPersonal,
    NotForThePublic,
    NothingToRelease,
    OwnCopy,
    PersonalDataLeft,
)
from engine.publication.search_index import enter, searched
from models import Publication, db

SHOWN = 5  # findings named in a refusal


@use_case
def release_copy(
    actor: Actor, *, publication_id: int, revision: int | None = None, confirmation: str = ""
) -> str:
    """Publish the prepared copy; gives its public number. The same release twice does no harm.

    `confirmation` says why what looks like personal data may stand (an office's own telephone). Raises OwnCopy,
    NotForThePublic, NothingToRelease, CopyChanged, JoinedChanged, PersonalDataLeft, LooksPersonal.
    """
    item = item_to_work(actor, publication_id, RELEASING, None)
    version = latest_version(item.id)
    if version is not None and version.released_by == actor.user_id and item.released == version.version:
        return item.public_id
    if version is None or version.released_at is not None or item.state != "prepared":
        raise NothingToRelease
    item = item_to_work(actor, publication_id, RELEASING, revision)
    require_article(item, "release_copy")
    require_public(item)
    if same_eyes(actor, version.prepared_by):
        raise OwnCopy
    _require_no_withheld(item, version.content)
    require_joined(item.case, version.content)
    _require_no_personal_data(item, version.content, confirmation)
    _publish(actor, item, version, confirmation.strip()[:500])
    return item.public_id


def _require_no_withheld(item: Item, content: Content) -> None:
    """Nothing of a reply that was withheld, before or after the copy was prepared, goes out with it."""
    statement = sa.select(REPLIES.c.reply_id).where(
        REPLIES.c.publication_id == item.id, REPLIES.c.state == "withheld"
    )
    withheld = set(db.session.scalars(statement))
    if withheld & {reply["id"] for reply in content["replies"]}:
        raise NotForThePublic


def _require_no_personal_data(item: Item, content: Content, confirmation: str) -> None:
    texts = [passage.text for passage in passages(content)]
    never = [*known_contacts(item.case.congress_id, texts)]
    doubtful: list[str] = []
    names = persons(item.case)
    for text in texts:
        for mark in names.proposals(text):
            if mark.kind in ONLY_SHOWN:
                continue  # what a rule of thumb takes for a name is for two persons to look at, and stops nobody
            (never if mark.kind in NEVER_PUBLIC else doubtful).append(text[mark.start : mark.end])
    if never:
        raise PersonalDataLeft(found=_named(never))
    if doubtful and not confirmation.strip():
        raise LooksPersonal(found=_named(doubtful))


def _named(found: list[str]) -> str:
    return "、".join(dict.fromkeys(found[:SHOWN])) + ("…" if len(found) > SHOWN else "")


def _publish(actor: Actor, item: Item, version: sa.Row[Any], confirmation: str) -> None:
    now = clock.now()
    db.session.execute(
        VERSIONS.update()
        .where(VERSIONS.c.id == version.id)
        .values(released_by=actor.user_id, released_at=now, confirmed=confirmation)
    )
    before = db.session.execute(
        sa.select(Publication.first_released_at, Publication.words).where(Publication.id == item.id)
    ).one()
    facts, words = version.content["facts"], _words(version.content)
    change(
        item,
        {
            "state": "published",
            "reason": "",
            "released": version.version,
            "released_at": now,
            "first_released_at": before.first_released_at or now,
            "category": facts["category"],
            "number": facts["number"],
            "title": version.content["title"],
            "words": words,
        },
    )
    enter(item.id, before.words, words)
    record(item, [*_first_published(item, version, confirmation)])


def _words(content: Content) -> str:
    """What a search looks through: everything the public reads, folded, in one line."""
    facts = content["facts"]
    texts = [facts["number"], facts["deputy"], facts["category_title"]["zh"]]
    texts += [reply["unit"] for reply in content["replies"]]
    texts += [each[name] for each in joined_in(content) for name in ("number", "deputy")]
    texts += [passage.text for passage in passages(content)]
    return searched(" ".join(texts))


def _first_published(item: Item, version: sa.Row[Any], confirmation: str) -> list[Happening]:
    """One happening for each reply that the public reads for the first time; of a mere correction there is one."""
    detail = {"version": version.version, "reason": confirmation or version.note}
    replies = {reply["id"]: reply for reply in version.content["replies"]}
    statement = sa.select(REPLIES.c.id, REPLIES.c.assignment_id).where(
        REPLIES.c.publication_id == item.id, REPLIES.c.state == "due", REPLIES.c.reply_id.in_(replies)
    )
    rows = db.session.execute(statement).all()
    db.session.execute(
        REPLIES.update()
        .where(REPLIES.c.id.in_([row.id for row in rows]))
        .values(state="published", published_in=version.version)
    )
    assignments = list(dict.fromkeys(row.assignment_id for row in rows)) or [None]
    subject = f"publication:{item.id}"
    return [Happening("publication:published", subject, each, detail=detail) for each in assignments]


@use_case
def withhold_publication(
    actor: Actor, *, publication_id: int, reason: str, revision: int | None = None
) -> None:
    """Decide that what is due is not published, with the reason in law; a decision made twice does no harm."""
    item = item_to_work(actor, publication_id, RELEASING, None)
    if item.state == "withheld":
        return
    item = item_to_work(actor, publication_id, RELEASING, revision)
    require_article(item, "withhold_publication")
    require_state(item, "due", "prepared")
    require_reason(reason)
    reason = reason.strip()[:500]
    statement = sa.select(REPLIES.c.id, REPLIES.c.assignment_id).where(
        REPLIES.c.publication_id == item.id, REPLIES.c.state == "due"
    )
    rows = db.session.execute(statement).all()
    db.session.execute(
        REPLIES.update()
        .where(REPLIES.c.id.in_([row.id for row in rows]))
        .values(state="withheld", reason=reason)
    )
    # What was published before stays so; only what was still to come is withheld.
    change(item, {"state": "published" if item.released else "withheld", "reason": reason})
    subject, detail = f"publication:{item.id}", {"reason": reason}
    assignments = dict.fromkeys(row.assignment_id for row in rows)
    record(item, [Happening("publication:withheld", subject, each, detail=detail) for each in assignments])


@use_case
def withdraw_publication(
    actor: Actor, *, publication_id: int, reason: str, revision: int | None = None
) -> None:
    """Take a published copy off the public site at once; its address says so, its versions are kept."""
    item = item_to_work(actor, publication_id, PUBLISHING, None)
    if item.state == "withdrawn":
        return
    item = item_to_work(actor, publication_id, PUBLISHING, revision)
    require_article(item, "withdraw_publication")
    require_reason(reason)
    if item.released is None:
        raise NothingToRelease
    words = db.session.scalar(sa.select(Publication.words).where(Publication.id == item.id)) or ""
    enter(item.id, words, "")
    change(item, {"state": "withdrawn", "reason": reason.strip()[:500], "released": None, "words": ""})
    detail = {"reason": reason.strip()[:500], "version": item.released}
    record(item, [Happening("publication:withdrawn", f"publication:{item.id}", detail=detail)])
