"""The page of one commitment: what was promised, everything that became of it, and what this actor may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_to_view, name_of
from engine.commitments.changing import ASKING, weighs
from engine.commitments.ledger import LedgerLine, lines_where
from engine.commitments.rating import may_rate
from engine.commitments.rows import COMMITMENTS, CONGRESS_DECIDES, LIVE, UNIT_OFFICERS, Matter, to_view
from engine.definitions.folder import Folder
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from models import Attachment, Commitment, CommitmentEntry, Reply, db


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry of the history, with its files and the names of those who acted on it."""

    id: int
    kind: str
    text: str
    detail: Mapping[str, Any]
    state: str
    by: str
    organization: str
    at: dt.datetime
    approved_by: str
    approved_at: dt.datetime | None
    decided_by: str
    decided_at: dt.datetime | None
    decision: str
    files: list[Attachment]


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    """Everything the page shows; `may` are the acts that are open to this actor now."""

    line: LedgerLine
    milestones: list[dict[str, str]]
    reply_number: str | None
    revision: int
    entries: list[EntryView]
    may: frozenset[str]  # report | ask | approve | decide | rate
    pending: EntryView | None
    congress_decides: bool  # the pending change will go on to the congress
    case_open_to_reader: bool
    folder: Folder
    rule_pack_id: int


def commitment_page(actor: Actor, commitment_id: int) -> CommitmentPage:
    """The page for this actor; NotFound when he may not see the commitment."""
    matter = to_view(actor, commitment_id)
    row = db.session.get_one(Commitment, commitment_id)
    entries = _entries(commitment_id, _insider(actor, matter))
    waiting = next((each for each in entries if each.state in ("requested", "approved")), None)
    return CommitmentPage(
        line=lines_where(actor, COMMITMENTS.c.id == commitment_id)[0],
        milestones=row.milestones,
        reply_number=db.session.scalar(sa.select(Reply.number).where(Reply.id == row.reply_id)),
        revision=row.revision,
        entries=entries,
        may=_may(actor, matter, waiting),
        pending=waiting,
        congress_decides=bool(waiting and weighs(matter, dict(waiting.detail))),
        case_open_to_reader=_sees_case(actor, matter.case.id),
        folder=matter.folder,
        rule_pack_id=matter.case.rule_pack_id,
    )


def _insider(actor: Actor, matter: Matter) -> bool:
    """The unit itself sees what it has only asked for; everybody else what came out of it."""
    return any(actor.holds(role, matter.commitment.unit_id) for role in UNIT_OFFICERS)


def _sees_case(actor: Actor, case_id: int) -> bool:
    try:
        case_to_view(actor, case_id)
    except NotFound:
        return False
    return True


def _may(actor: Actor, matter: Matter, waiting: EntryView | None) -> frozenset[str]:
    commitment = matter.commitment
    live = commitment.status in LIVE
    found = set()
    if live and _insider(actor, matter):
        found.add("report")
    if live and waiting is None and any(actor.holds(role, commitment.unit_id) for role in ASKING):
        found.add("ask")
    if live and waiting and waiting.state == "requested" and actor.holds("head", commitment.unit_id):
        found.add("approve")
    if live and waiting and waiting.state == "approved" and actor.roles.intersection(CONGRESS_DECIDES):
        found.add("decide")
    if commitment.status == "fulfilled" and commitment.rating is None and may_rate(actor, matter):
        found.add("rate")
    return frozenset(found)


def _entries(commitment_id: int, insider: bool) -> list[EntryView]:
    """The history, the latest first; a change that only the unit knows of yet is shown to the unit alone."""
    statement = sa.select(CommitmentEntry).where(CommitmentEntry.commitment_id == commitment_id)
    rows = list(db.session.scalars(statement.order_by(CommitmentEntry.id.desc())))
    files = _files([row.id for row in rows])
    return [
        _entry(row, files.get(row.id, []))
        for row in rows
        if insider or row.kind != "change" or row.state in ("approved", "granted") or row.decided_at
    ]


def _entry(row: CommitmentEntry, files: list[Attachment]) -> EntryView:
    return EntryView(
        id=row.id,
        kind=row.kind,
        text=row.text,
        detail=row.detail,
        state=row.state,
        by=name_of(row.written_by),
        organization=row.written_for,
        at=row.written_at,
        approved_by=name_of(row.approved_by) if row.approved_by else "",
        approved_at=row.approved_at,
        decided_by=name_of(row.decided_by) if row.decided_by else "",
        decided_at=row.decided_at,
        decision=row.decision,
        files=files,
    )


def _files(entry_ids: list[int]) -> dict[int, list[Attachment]]:
    statement = sa.select(Attachment).where(
        Attachment.subject == "commitment",
        Attachment.subject_id.in_(entry_ids),
        Attachment.removed_at.is_(None),
    )
    found: dict[int, list[Attachment]] = {}
    for row in db.session.scalars(statement.order_by(Attachment.id)):
        found.setdefault(row.subject_id or 0, []).append(row)
    return found
