"""The unit reports how a promise goes, with evidence, and in the end that it is kept."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.attachments import File, FileStore, attach
from engine.commitments.rows import (
    ENTRIES,
    UNIT_OFFICERS,
    Matter,
    change,
    enter,
    require_article,
    require_live,
    require_revision,
    require_unit,
    say,
    to_change,
    written,
)
from engine.deadlines.calendars import calendar_of
from engine.deadlines.counting import Deadline, count
from engine.deadlines.milestones import next_milestone
from engine.deadlines.rules import Rule
from engine.definitions import rule_packs
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from models import db


@dataclass(frozen=True, slots=True)
class Evidence:
    """Files that show how a promise goes, and where they are kept."""

    store: FileStore
    files: tuple[File, ...]


@use_case
def report_progress(
    actor: Actor,
    *,
    commitment_id: int,
    text: str,
    evidence: Evidence | None = None,
    revision: int | None = None,
) -> int:
    """Report how it goes; gives the entry's id. The very same report twice in a day is kept once."""
    matter = to_change(actor, commitment_id)
    require_unit(actor, matter, *UNIT_OFFICERS)
    require_article(matter, "report_progress")
    kept = written(text)
    known = said_today(actor, commitment_id, "report", kept)
    if known is not None:
        return known
    require_live(matter)
    require_revision(matter, revision)
    entry_id = enter(commitment_id, "report", kept)
    attach_evidence(matter, entry_id, evidence)
    change(matter.commitment)
    say(matter, "commitment:reported", text=kept, told={"reason": kept[:200]})
    return entry_id


@use_case
def report_fulfilled(
    actor: Actor,
    *,
    commitment_id: int,
    text: str,
    evidence: Evidence | None = None,
    revision: int | None = None,
) -> int:
    """Report that the promise is kept, in words and with evidence; the lead deputy then rates it within the period
    of the rule pack (D12). Gives the entry's id."""
    matter = to_change(actor, commitment_id)
    require_unit(actor, matter, *UNIT_OFFICERS)
    require_article(matter, "report_fulfilled")
    kept = written(text)
    known = said_today(actor, commitment_id, "fulfilment", kept)
    if known is not None:
        return known
    require_live(matter)
    require_revision(matter, revision)
    entry_id = enter(commitment_id, "fulfilment", kept)
    attach_evidence(matter, entry_id, evidence)
    rule, deadline = rating_period(matter)
    today, calendar = clock.today(), calendar_of(matter.case.congress_id)
    wakes = next_milestone(deadline, rule, calendar, after=today)
    change(
        matter.commitment,
        status="fulfilled",
        fulfilled_on=today,
        rating=None,
        rating_due_on=deadline.due,
        wakes_on=wakes.on if wakes else None,
    )
    told: dict[str, object] = {"reason": kept[:200], "due_on": deadline.due}
    say(matter, "commitment:fulfilled", text=kept, due_on=deadline.due, told=told)
    return entry_id


def rating_period(matter: Matter) -> tuple[Rule, Deadline]:
    """The period in which the deputy rates, from the day of the fulfilment (today where it is only now reported)."""
    start = matter.commitment.fulfilled_on or clock.today()
    rule = rule_packs.pack(matter.case.rule_pack_id).rule(matter.rules.rating_rule, on=start)
    return rule, count(rule, start, calendar_of(matter.case.congress_id))


def said_today(actor: Actor, commitment_id: int, kind: str, text: str) -> int | None:
    """The entry by which the same person said the same today: a double click."""
    statement = sa.select(ENTRIES.c.id, ENTRIES.c.written_at).where(
        ENTRIES.c.commitment_id == commitment_id,
        ENTRIES.c.kind == kind,
        ENTRIES.c.text == text,
        ENTRIES.c.written_by == actor.user_id,
    )
    rows = db.session.execute(statement.order_by(ENTRIES.c.id.desc())).all()
    return next((row.id for row in rows if clock.day_of(row.written_at) == clock.today()), None)


def attach_evidence(matter: Matter, entry_id: int, evidence: Evidence | None) -> None:
    """Keep the files with the entry."""
    if evidence is None:
        return
    for file in evidence.files:
        attach(matter.case, file, evidence.store, subject="commitment", subject_id=entry_id)
