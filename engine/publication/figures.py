"""The figures of a year's handling, each share with what it is a share of (代表法 art. 51)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.definitions.catalogue import current
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.publication.access import PUBLICATIONS
from engine.publication.own_figures import own_figures
from models import Clock, Evaluation, Reply, db

Figures = dict[str, Any]
Part = tuple[int, int]  # a case, and an assignment of it or of the one it was merged into
REPLY = "reply:signed"
SATISFACTION = ("satisfied", "basically_satisfied", "dissatisfied")


def figures_of(congress_id: int, process_key: str, year: int) -> Figures:
    """What was put forward in the year and has become of it: counts, and shares as [part, whole].

    Restricted cases are counted like all others and never named. An evaluation that was not given is in no denominator.
    """
    folder = current(process_key).folder
    columns = [CASES.c[name] for name in ("status", "number", "category", "assigned_at", "merged_into_id")]
    cases = db.session.execute(_cases_of_year(congress_id, process_key, year, *columns)).all()
    ids = _cases_of_year(congress_id, process_key, year, CASES.c.id)
    accepted = [case for case in cases if case.status != "declined" and case.number]
    grades, replied = _grades(ids)
    said = _last_results(ids)
    results = Counter(said.values())
    on_time, ended = _ended_on_time(ids, folder)
    return {
        "submitted": len(cases),
        "accepted": len(accepted),
        "declined": sum(case.status == "declined" for case in cases),
        "merged": sum(case.merged_into_id is not None for case in cases),
        "withdrawn": sum(case.status == "withdrawn" for case in cases),
        "assigned": sum(case.assigned_at is not None for case in cases),
        "replied": replied,
        "closed": sum(case.status == "closed" for case in cases),
        "categories": [
            {"key": key, "title": _said(words), "count": count}
            for key, words in folder.categories.items()
            if (count := sum(case.category == key for case in accepted))
        ],
        "grades": [
            {"key": key, "title": _said(words), "share": [grades[key], replied]}
            for key, words in folder.grades.items()
        ],
        "satisfaction": [{"key": key, "share": [results[key], len(said)]} for key in SATISFACTION],
        "evaluated": [len(said), len(_answered(ids) | said.keys())],
        "on_time": [on_time, ended],
        "answers": bool(_answer_clocks(folder)),
        "published": _published(ids),
        "own": own_figures(congress_id, folder, year),
        "counted_on": clock.today().isoformat(),
    }


def _said(words: Any) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _cases_of_year(congress_id: int, process_key: str, year: int, *columns: Any) -> sa.Select[Any]:
    begins = dt.datetime(year, 1, 1, tzinfo=clock.ZONE)
    ends = dt.datetime(year + 1, 1, 1, tzinfo=clock.ZONE)
    return sa.select(*columns).where(
        CASES.c.congress_id == congress_id,
        CASES.c.process_key == process_key,
        CASES.c.submitted_at >= begins,
        CASES.c.submitted_at < ends,
    )


def _grades(ids: sa.Select[Any]) -> tuple[Counter[str], int]:
    """How many replies have which grade, each assignment by its last signed reply."""
    rows = db.session.execute(
        sa.select(Reply.assignment_id, Reply.grade)
        .where(Reply.case_id.in_(ids), Reply.signed_at.is_not(None))
        .order_by(Reply.round, Reply.version)
    )
    last = {row.assignment_id: row.grade for row in rows}
    return Counter(last.values()), len(last)


def _last_results(ids: sa.Select[Any]) -> dict[Part, str]:
    """What was said last in each case of each unit's part; cases that are handled together have the same part."""
    rows = db.session.execute(
        sa.select(Evaluation.case_id, Evaluation.assignment_id, Evaluation.result)
        .where(Evaluation.case_id.in_(ids))
        .order_by(Evaluation.round, Evaluation.id)
    )
    return {(row.case_id, row.assignment_id): row.result for row in rows}


def _answered(ids: sa.Select[Any]) -> set[Part]:
    """Each case with each part that has answered it, its own or one of the case it was merged into."""
    own = sa.select(Reply.case_id, Reply.assignment_id).where(Reply.case_id.in_(ids))
    joint = (
        sa.select(CASES.c.id, Reply.assignment_id)
        .join(Reply, Reply.case_id == CASES.c.merged_into_id)
        .where(CASES.c.id.in_(ids), CASES.c.status != "withdrawn")
    )
    both = sa.union(*(each.where(Reply.signed_at.is_not(None)) for each in (own, joint)))
    return {(case_id, assignment_id) for case_id, assignment_id in db.session.execute(both)}


def _answer_clocks(folder: Folder) -> list[str]:
    """The main periods that a signed reply ends, each unit's once; a period of the whole case only repeats those."""
    return [spec.key for spec in folder.clocks if spec.main and REPLY in spec.ends and not spec.until_all]


def _ended_on_time(ids: sa.Select[Any], folder: Folder) -> tuple[int, int]:
    """Of the periods to answer, in their first round, how many of those that were kept ended in time.

    Work that nobody answers has its main periods counted, whatever they are for.
    """
    answers = _answer_clocks(folder)
    first_round = Clock.round == 1 if answers else sa.true()
    keys = answers or [spec.key for spec in folder.clocks if spec.main]
    rows = db.session.execute(
        sa.select(Clock.due_on, Clock.ended_at).where(
            Clock.case_id.in_(ids), Clock.key.in_(keys), Clock.state == "satisfied", first_round
        )
    ).all()
    return sum(clock.day_of(row.ended_at) <= row.due_on for row in rows), len(rows)


def _published(ids: sa.Select[Any]) -> list[int]:
    """[published, publishable]: those that the public reads, of all that are not withheld."""
    statement = sa.select(PUBLICATIONS.c.released).where(
        PUBLICATIONS.c.case_id.in_(ids), PUBLICATIONS.c.state != "withheld"
    )
    released = db.session.scalars(statement).all()
    return [sum(version is not None for version in released), len(released)]
