"""Preparing the redacted copy: proposals are taken, a person changes them, the version waits for release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.moving.happenings import Happening
from engine.definitions.catalogue import definition
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.publication.access import (
    PREPARING,
    RELEASING,
    Item,
    change,
    item_to_work,
    record,
    require_article,
    require_public,
)
from engine.publication.awaiting import REPLIES
from engine.publication.continuing import carried_over
from engine.publication.copying import (
    Content,
    original,
    passages,
    persons,
    proposed,
    rewritten,
)
from engine.publication.recorded import record_parts
from engine.publication.refusals import NotForThePublic, NothingToRelease
from models import PublicationVersion, db

VERSIONS: sa.Table = PublicationVersion.__table__  # type: ignore[assignment]
LONGEST = {"title": 200}
LONGEST_PASSAGE = 30_000


def latest_version(publication_id: int) -> sa.Row[Any] | None:
    """The newest version there is, released or not."""
    statement = sa.select(VERSIONS).where(VERSIONS.c.publication_id == publication_id)
    return db.session.execute(statement.order_by(VERSIONS.c.version.desc()).limit(1)).one_or_none()


def suggested_copy(item: Item) -> Content:
    """The copy to begin with: what an earlier version says, and for the rest every proposal taken."""
    copy = proposed(original(item.case, item.id), persons(item.case))
    latest = latest_version(item.id)
    return carried_over(copy, latest.content) if latest else copy


@use_case
def prepare_copy(
    actor: Actor,
    *,
    publication_id: int,
    texts: Mapping[str, str],
    note: str = "",
    revision: int | None = None,
) -> int:
    """Write the redacted copy for release; gives its version. `texts` are by passage, others stay as proposed.

    A copy that nobody has released yet is written over; a released one stays, and the change is the next version.
    Raises NotForThePublic, CopyChanged, InvalidAnswers.
    """
    item = item_to_work(actor, publication_id, PREPARING, revision)
    require_article(item, "prepare_copy")
    require_public(item)
    _require_something_public(item)
    copy = rewritten(
        suggested_copy(item), lambda key, text: texts.get(key, text).replace("\r\n", "\n").strip()
    )
    latest = latest_version(item.id)
    _check(copy, note, corrects=latest is not None and item.released is not None)
    if latest is not None and latest.released_at is None and _same(latest, actor, copy, note, item):
        return int(latest.version)
    version = _write(actor, item, copy, note, latest)
    change(item, {"state": "prepared", "reason": ""})
    record(item, [Happening("publication:prepared", f"publication:{item.id}", detail={"version": version})])
    return version


def _require_something_public(item: Item) -> None:
    statement = sa.select(REPLIES.c.id).where(
        REPLIES.c.publication_id == item.id, REPLIES.c.state != "withheld"
    )
    if db.session.scalar(statement.limit(1)) is not None:
        return
    if not record_parts(definition(item.case.definition_id), item.case):
        raise NotForThePublic


def _check(copy: Content, note: str, *, corrects: bool) -> None:
    errors: dict[str, list[str]] = {}
    for passage in passages(copy):
        if not passage.text:
            errors[passage.key] = [_("请填写。不能公开的内容请写明“不予公开”及理由，不要留空。")]
        elif len(passage.text) > LONGEST.get(passage.key, LONGEST_PASSAGE):
            errors[passage.key] = [_("太长了，请缩短。")]
    if corrects and not note.strip():
        errors["note"] = [_("请写明与上一版本有什么不同、为什么更改。")]
    if errors:
        raise InvalidAnswers(errors)


def _same(latest: sa.Row[Any], actor: Actor, copy: Content, note: str, item: Item) -> bool:
    known = (latest.content, latest.note, latest.prepared_by, item.state)
    return known == (copy, note.strip(), actor.user_id, "prepared")


def _write(actor: Actor, item: Item, copy: Content, note: str, latest: sa.Row[Any] | None) -> int:
    values = {
        "content": copy,
        "note": note.strip()[:500],
        "prepared_by": actor.user_id,
        "prepared_at": clock.now(),
        "confirmed": "",
    }
    if latest is not None and latest.released_at is None:
        db.session.execute(VERSIONS.update().where(VERSIONS.c.id == latest.id).values(values))
        return int(latest.version)
    version = latest.version + 1 if latest else 1
    db.session.execute(VERSIONS.insert().values(publication_id=item.id, version=version, **values))
    return int(version)


@use_case
def send_back_copy(actor: Actor, *, publication_id: int, reason: str, revision: int | None = None) -> None:
    """Send a prepared copy back to be done again; sending it back twice does no harm."""
    item = item_to_work(actor, publication_id, RELEASING, None)
    if item.state == "due":
        return
    if item.state != "prepared":
        raise NothingToRelease
    item = item_to_work(actor, publication_id, RELEASING, revision)
    require_article(item, "send_back_copy")
    require_reason(reason)
    change(item, {"state": "due", "reason": reason.strip()[:500]})
    detail = {"reason": reason.strip()[:500]}
    record(item, [Happening("publication:returned", f"publication:{item.id}", detail=detail)])


def require_reason(reason: str) -> None:
    """Refuse a change that the public or a colleague could not understand."""
    if not reason.strip():
        raise InvalidAnswers({"reason": [_("请写明理由。")]})


def require_state(item: Item, *states: str) -> None:
    """Refuse a step that does not fit what has become of the publication."""
    if item.state not in states:
        raise GuardRefused(_("公开事项的状态已经变化，请刷新后再看。"))
