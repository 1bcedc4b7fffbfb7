"""Four eyes: a draft proposed by one process administrator becomes a version by another, or goes back to be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.definitions import catalogue
from engine.designing.access import DraftClosed, DraftMovedOn, draft_row, manifest, texts_of
from engine.designing.checking import checked
from engine.designing.rows import decide, move, note, record, who_saved
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, NotAllowed
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.operations.access import reason_given


class OwnProposal(GuardRefused):
    """Four eyes: one proposes, another makes it a version."""

    text = _("草稿须由另一位流程管理员复核，不能由提交的人自己批准或者退回。")


class NothingNew(GuardRefused):
    """A version with exactly these files is there already."""

    text = _("草稿与第{version}版完全相同，没有可以提交的改动。")


class OtherKey(GuardRefused):
    """A draft stays the kind of work that it was made from."""

    text = _("草稿改了流程的key（{key}），应仍为{wanted}。")


class NotProposed(GuardRefused):
    """There is nothing before the second pair of eyes."""

    text = _("这份草稿没有提交复核。")


class ProposedOtherwise(GuardRefused):
    """What the second person has looked at is not what lies there now."""

    text = _("草稿在您查看之后又有改动，请重新查看后再决定。")


@use_case
def propose_draft(actor: Actor, *, draft_id: int, reason: str, revision: int) -> bool:
    """Put a draft before another process administrator as it stands; gives whether it was not there yet.

    It has to pass the check of a deployment and to differ from every version. Raises NotAllowed, NotFound,
    DraftClosed, DraftMovedOn, InvalidAnswers, FolderRefused, OtherKey, NothingNew.
    """
    row = draft_row(actor, draft_id, lock=True)
    said = reason_given(reason)
    if row.state == "proposed":
        return False
    if row.state != "open":
        raise DraftClosed
    if revision != row.revision:
        raise DraftMovedOn(who=who_saved(draft_id, row.revision), revision=row.revision)
    files = texts_of(manifest(draft_id, row.revision))
    _require_fit(row.process_key, files)
    version = catalogue.same_content(row.process_key, files)
    if version is not None:
        raise NothingNew(version=version)
    move(row, state="proposed", proposed_at=clock.now(), proposed_by=actor.user_id)
    note(actor, draft_id, "proposed", row.revision, said)
    record(actor, draft_id, "proposed", revision=row.revision, reason=said)
    return True


def _require_fit(key: str, files: Mapping[str, str]) -> None:
    folder = checked(files)
    if folder.key != key:
        raise OtherKey(key=folder.key, wanted=key)


@use_case
def withdraw_draft(actor: Actor, *, draft_id: int) -> bool:
    """Take one's own proposal back to go on changing the draft; gives whether it was proposed.

    Another gives it back with a reason. Raises NotAllowed, NotFound, DraftClosed.
    """
    row = draft_row(actor, draft_id, lock=True)
    if row.state == "open":
        return False
    if row.state != "proposed":
        raise DraftClosed
    if not same_eyes(actor, row.proposed_by):
        raise NotAllowed
    move(row, state="open", proposed_at=None, proposed_by=None)
    note(actor, draft_id, "withdrawn", row.revision)
    record(actor, draft_id, "withdrawn", revision=row.revision)
    return True


@use_case
def approve_draft(actor: Actor, *, draft_id: int, revision: int) -> int:
    """Make another's proposal a new version, which no case takes until it is activated; gives the version's id.

    `revision` is the one that was looked at. A second time it is the same version. Raises NotAllowed, NotFound,
    OwnProposal, NotProposed, ProposedOtherwise, FolderRefused (the program has changed meanwhile), OtherKey.
    """
    row = draft_row(actor, draft_id, lock=True)
    if row.state == "approved":
        return int(row.definition_id)
    _require_other_eyes(actor, row)
    if revision != row.revision:
        raise ProposedOtherwise
    files = texts_of(manifest(draft_id, row.revision))
    _require_fit(row.process_key, files)
    definition_id, version = catalogue.add_version(row.process_key, files)
    decide(actor, row, "approved", definition_id=definition_id)
    note(actor, draft_id, "approved", row.revision)
    record(
        actor,
        draft_id,
        "approved",
        key=row.process_key,
        proposed_by=row.proposed_by,
        revision=row.revision,
        definition=definition_id,
        version=version,
        content_hash=catalogue.content_hash(files),
    )
    return definition_id


@use_case
def return_draft(actor: Actor, *, draft_id: int, reason: str) -> bool:
    """Give another's proposal back to be changed, with a reason; gives whether it still lay there.

    Raises NotAllowed, NotFound, DraftClosed, OwnProposal, InvalidAnswers.
    """
    row = draft_row(actor, draft_id, lock=True)
    said = reason_given(reason)
    if row.state == "open":
        return False
    if row.state != "proposed":
        raise DraftClosed
    _require_other_eyes(actor, row)
    move(row, state="open", proposed_at=None, proposed_by=None)
    note(actor, draft_id, "returned", row.revision, said)
    record(actor, draft_id, "returned", revision=row.revision, reason=said, proposed_by=row.proposed_by)
    return True


def _require_other_eyes(actor: Actor, row: sa.Row[Any]) -> None:
    if row.state != "proposed":
        raise NotProposed
    if same_eyes(actor, row.proposed_by):
        raise OwnProposal
