"""The report on a year's handling: figures of the system, words of a person, released by another (组织法 art. 42)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.deadlines.decided import in_force
from engine.definitions.catalogue import current, current_all
from engine.definitions.legal_bases import require_step_under
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.people.personal_data import ONLY_SHOWN, proposals
from engine.publication.access import PREPARING, PUBLISHING, RELEASING
from engine.publication.figures import Figures, figures_of
from engine.publication.refusals import CopyChanged, NothingToRelease, OwnCopy, PersonalDataLeft
from models import AnnualReport, User, db

REPORTS: sa.Table = AnnualReport.__table__  # type: ignore[assignment]
EARLIEST = 1954  # the first people's congress
LONGEST = 50_000


@dataclass(frozen=True, slots=True)
class ReportView:
    """One version of a report."""

    process_key: str
    year: int
    version: int
    figures: Figures
    text: str
    prepared_by: str
    prepared_by_id: int | None
    released_by: str
    released_at: dt.datetime | None


@use_case
def prepare_report(
    actor: Actor, *, process_key: str, year: int, text: str, version: int | None = None
) -> int:
    """Write the report with the figures as they are today; gives its version.

    What nobody has released is written over, a released report stays and the change is its next version. `version` is
    the one the page showed. Raises CopyChanged, InvalidAnswers.
    """
    actor.require(*PREPARING)
    _require_year(process_key, year)
    _require_article(actor, "prepare_report", process_key)
    latest = _latest(actor, process_key, year)
    if version is not None and version != (latest.version if latest else 0):
        raise CopyChanged
    text = text.replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= LONGEST:
        raise InvalidAnswers({"text": [_("请填写报告正文，不超过五万字。")]})
    values = {
        "figures": figures_of(actor.congress_id, process_key, year),
        "text": text,
        "prepared_by": actor.user_id,
        "prepared_at": clock.now(),
    }
    if latest is not None and latest.released_at is None:
        written = int(latest.version)
        db.session.execute(REPORTS.update().where(REPORTS.c.id == latest.id).values(values))
    else:
        written = int(latest.version) + 1 if latest else 1
        about = {"congress_id": actor.congress_id, "process_key": process_key, "year": year}
        db.session.execute(REPORTS.insert().values(version=written, **about, **values))
    _record(actor, "annual_report:prepared", process_key, year, written)
    return written


@use_case
def release_report(actor: Actor, *, process_key: str, year: int, version: int) -> None:
    """Publish a prepared report; the same release twice does no harm.

    Raises NothingToRelease, OwnCopy, PersonalDataLeft.
    """
    actor.require(*RELEASING)
    latest = _latest(actor, process_key, year)
    if latest is None or latest.version != version:
        raise NothingToRelease
    if latest.released_at is not None:
        return
    _require_article(actor, "release_report", process_key)
    if same_eyes(actor, latest.prepared_by):
        raise OwnCopy
    marks = [mark for mark in proposals(latest.text) if mark.kind not in ONLY_SHOWN]
    found = [latest.text[mark.start : mark.end] for mark in marks]
    if found:
        raise PersonalDataLeft(found="、".join(found[:5]))
    statement = REPORTS.update().where(REPORTS.c.id == latest.id)
    db.session.execute(statement.values(released_by=actor.user_id, released_at=clock.now()))
    _record(actor, "annual_report:published", process_key, year, version)


def _require_year(process_key: str, year: int) -> None:
    if process_key not in {each.folder.key for each in current_all()}:
        raise NotFound
    if not EARLIEST <= year <= clock.today().year:
        raise GuardRefused(_("没有这一年的数据。"))


def _require_article(actor: Actor, step: str, process_key: str) -> None:
    """A report is of no case: it rests on the rules that hold in the congress today."""
    require_step_under(step, current(process_key, actor.congress_id).folder, in_force(actor.congress_id).pack)


def _latest(actor: Actor, process_key: str, year: int) -> sa.Row[Any] | None:
    statement = (
        sa.select(REPORTS)
        .where(
            REPORTS.c.congress_id == actor.congress_id,
            REPORTS.c.process_key == process_key,
            REPORTS.c.year == year,
        )
        .order_by(REPORTS.c.version.desc())
        .limit(1)
    )
    return db.session.execute(statement).one_or_none()


def _record(actor: Actor, action: str, process_key: str, year: int, version: int) -> None:
    subject = f"annual_report:{process_key}:{year}"
    audit.record(
        action,
        congress_id=actor.congress_id,
        subject=subject,
        process=process_key,
        year=year,
        version=version,
    )


def report_versions(
    actor: Actor, process_key: str | None = None, year: int | None = None
) -> list[ReportView]:
    """The versions of a congress's reports, the latest first; of one kind and year where they are given."""
    actor.require(*PUBLISHING)
    preparer, releaser = sa.orm.aliased(User), sa.orm.aliased(User)
    statement = (
        sa.select(REPORTS, preparer.name.label("preparer"), releaser.name.label("releaser"))
        .outerjoin(preparer, preparer.id == REPORTS.c.prepared_by)
        .outerjoin(releaser, releaser.id == REPORTS.c.released_by)
        .where(REPORTS.c.congress_id == actor.congress_id)
        .order_by(REPORTS.c.year.desc(), REPORTS.c.version.desc())
    )
    if process_key is not None:
        statement = statement.where(REPORTS.c.process_key == process_key, REPORTS.c.year == year)
    return [
        ReportView(
            row.process_key,
            row.year,
            row.version,
            row.figures,
            row.text,
            row.preparer or "",
            row.prepared_by,
            row.releaser or "",
            row.released_at,
        )
        for row in db.session.execute(statement)
    ]


def present_figures(actor: Actor, process_key: str, year: int) -> Figures:
    """The figures as they would go into a report today."""
    actor.require(*PUBLISHING)
    _require_year(process_key, year)
    return figures_of(actor.congress_id, process_key, year)
