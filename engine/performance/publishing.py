"""What the public gets to read of a project: a copy of its own with personal data hidden, made when it is published."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.deadlines.decided import in_force
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.clock import day_of
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from engine.people.known_contacts import known_contacts
from engine.people.personal_data import folded, proposals, redacted
from engine.performance.access import PUBLICATIONS
from engine.performance.assessing import Assessment, assess
from engine.performance.completing import completed
from engine.performance.indicator_scores import Scored
from engine.performance.printing import named, printed
from engine.performance.quantities import plain
from engine.performance.records import record_of, report_from
from engine.performance.remedies import Remedy, remedies
from engine.performance.report import COLUMNS, ROWS, Report
from engine.performance.rows import PROBLEMS, REPORTS
from engine.performance.scheme import Scheme, scheme_of
from models import Congress, Deputy, PerformanceCopy, User, db

COPIES: sa.Table = PerformanceCopy.__table__  # type: ignore[assignment]
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: nothing that is taken for something else
# What is ours and no words of the report: years, days, computed figures, names of rows.
OURS = frozenset({"year", "due_on", "closed_on", "code", "row", "values"})
Content = dict[str, Any]


class PersonalDataLeft(GuardRefused):
    """The copy would show how somebody of the congress can be reached (个人信息保护法; 信息公开条例 art. 15)."""

    text = _("报告中还有不能公开的联系方式：{found}。请退回填报单位删去后再公开。")


def release(actor: Actor, row: sa.Row[Any]) -> None:
    """Put the project's latest version on the public site, under the number that it has once and for all.

    Raises PersonalDataLeft.
    """
    congress = db.session.scalars(sa.select(Congress.name).where(Congress.id == row.congress_id)).one()
    scheme = scheme_of(in_force(row.congress_id).pack)
    kept = db.session.execute(
        sa.select(REPORTS.c.id, REPORTS.c.stated).where(
            REPORTS.c.project_id == row.id, REPORTS.c.version == row.version
        )
    ).one()
    stated = report_from(kept.stated)
    known = _in_office(row.congress_id)
    content = _hidden(_content(row, assess(stated, scheme), _problems(kept.id), scheme), known)
    report = _report_hidden(completed(stated, scheme), known)
    _require_no_contacts(row.congress_id, [content, record_of(report)])
    content["file"] = named(report, "")
    files = {name: printed(report, name, congress).content for name in ("docx", "pdf")}
    _write(actor, row, content, files)


def withdraw(row: sa.Row[Any]) -> None:
    """Take the project off the public site; its address says from now on that it is gone."""
    of_project = PUBLICATIONS.c.project_id == row.id
    db.session.execute(PUBLICATIONS.update().where(of_project).values(released=None, released_at=None))


def public_number(project_id: int) -> str:
    """The number under which the public reads a project, "" while it does not."""
    read = (PUBLICATIONS.c.project_id == project_id, PUBLICATIONS.c.released.is_not(None))
    return db.session.scalar(sa.select(PUBLICATIONS.c.public_id).where(*read)) or ""


# What is copied


def _content(
    row: sa.Row[Any], found: Assessment, problems: Iterable[dict[str, Any]], scheme: Scheme
) -> Content:
    report = found.report
    return {
        "project": row.name,
        "year": row.year,
        "unit": row.unit,
        "budget_head": row.budget_head,
        "goals": {"whole": report.whole_goal, "annual": report.annual_goal},
        "funding": [_funding_row(found, name) for name in (report.funding.rows if report.funding else ROWS)],
        "indicators": [_indicator(each) for each in found.indicators],
        "execution": {"values": [plain(scheme.execution), _figure(found.execution)]},
        "result": {"values": [_figure(found.total_stated), _figure(found.total)]},
        "grade_stated": report.grade,
        "grade": found.grade.value if found.grade else "",
        "problems": list(problems),
    }


def _figure(value: Decimal | None) -> str | None:
    """A decimal in its own digits: JSON's numbers are binary fractions to most who read them."""
    return None if value is None else plain(value)


def _funding_row(found: Assessment, row: str) -> dict[str, Any]:
    funding = found.report.funding
    return {
        "row": row,
        "stated": [funding.at(row, column) if funding else "" for column in COLUMNS],
        "values": [_figure(found.values.get((row, column))) for column in COLUMNS],
    }


def _indicator(each: Scored) -> dict[str, Any]:
    names = ("level1", "level2", "name", "weight", "target", "actual", "completion", "score", "reason")
    values = [_figure(value) for value in (each.weight, each.stated, each.computed)]
    return {**{name: getattr(each.line, name) for name in names}, "values": values}


def _problems(report_id: int) -> Iterator[dict[str, Any]]:
    """The problems with what is being done about them, without who does it."""
    statement = sa.select(PROBLEMS).where(PROBLEMS.c.report_id == report_id).order_by(PROBLEMS.c.position)
    done = remedies(report_id)
    for row in db.session.execute(statement):
        one: Remedy = done[row.id]
        yield {
            **{name: getattr(row, name) for name in ("code", "place", "stated", "computed")},
            **{name: getattr(one, name) for name in ("measure", "note")},
            "due_on": one.due_on.isoformat() if one.due_on else "",
            "closed_on": day_of(one.closed_at).isoformat() if one.closed_at else "",
        }


# What is hidden


def _in_office(congress_id: int) -> frozenset[str]:
    """Names of those who act in office and may be named."""
    people = (sa.select(person.name).where(person.congress_id == congress_id) for person in (Deputy, User))
    return frozenset(db.session.scalars(sa.union(*people)))


def _hidden(value: Any, known: frozenset[str]) -> Any:
    """The same with every place that looks like personal data hidden, wherever there are words of the report."""
    if isinstance(value, str):
        return redacted(value, proposals(value, (), known))
    if isinstance(value, dict):
        return {key: each if key in OURS else _hidden(each, known) for key, each in value.items()}
    if isinstance(value, list):
        return [_hidden(each, known) for each in value]
    return value


def _report_hidden(report: Report, known: frozenset[str]) -> Report:
    """A completed report with personal data hidden: its funding table has only computed figures."""
    record = record_of(report)
    return report_from({**_hidden(record, known), "funding": record["funding"]})


def _require_no_contacts(congress_id: int, copies: Iterable[Content]) -> None:
    found = known_contacts(congress_id, [text for copy in copies for text in _texts(copy)])
    if found:
        raise PersonalDataLeft(found="、".join(found[:5]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


# What is written


def _write(actor: Actor, row: sa.Row[Any], content: Content, files: dict[str, bytes]) -> None:
    now = clock.now()
    of_project = PUBLICATIONS.c.project_id == row.id
    there = db.session.execute(sa.select(PUBLICATIONS.c.id).where(of_project)).one_or_none()
    publication_id = there.id if there else _enter(row, now)
    last = sa.select(sa.func.max(COPIES.c.number)).where(COPIES.c.publication_id == publication_id)
    number = (db.session.scalar(last) or 0) + 1
    copy = {"publication_id": publication_id, "number": number, "version": row.version, "content": content}
    db.session.execute(COPIES.insert().values(**copy, **files, released_by=actor.user_id, released_at=now))
    shown = {
        "released": number,
        "released_at": now,
        "organization_id": row.organization_id,
        "words": searched(" ".join((content["project"], row.unit, content["budget_head"]))),
    }
    db.session.execute(PUBLICATIONS.update().where(PUBLICATIONS.c.id == publication_id).values(shown))


def _enter(row: sa.Row[Any], now: dt.datetime) -> int:
    entered = {
        "congress_id": row.congress_id,
        "project_id": row.id,
        "public_id": "".join(secrets.choice(ALPHABET) for _place in range(10)),
        "first_released_at": now,
        "year": row.year,
        "words": "",
    }
    inserted = db.session.execute(PUBLICATIONS.insert().values(entered).returning(PUBLICATIONS.c.id))
    return int(inserted.scalar_one())


def searched(text: str) -> str:
    """A text as it is looked for: digits and letters of every width in their plain form, small."""
    return " ".join(folded(text).lower().split())
