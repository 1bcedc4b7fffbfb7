"""The index of what cases are about: kept up with each case, caught up by a job, made anew on demand.

A draft is its author's own paper, and a restricted case is nobody's example: neither is ever in it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASE_COLUMNS, CASES, CaseFacts, read
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening
from engine.casework.texts import present_asks, present_text
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from engine.similarity.terms import Written, weighed
from models import Case, SimilarCommon, SimilarDocument, SimilarTerm, db
from models.base import insert_unless

DOCUMENTS: sa.Table = SimilarDocument.__table__  # type: ignore[assignment]
TERMS: sa.Table = SimilarTerm.__table__  # type: ignore[assignment]
COMMON: sa.Table = SimilarCommon.__table__  # type: ignore[assignment]

KEPT_OUT = "restricted"
TOGETHER = 100  # cases a transaction
COMMON_FROM = 200  # a word that stands in so many cases is counted by the job, not with every question
ALL_CASES = ""  # the word under which the number of all cases stands

_KNOWN = sa.select(DOCUMENTS.c.text_version, DOCUMENTS.c.terms).where(
    DOCUMENTS.c.case_id == sa.bindparam("of_case")
)
_INSERT_TERMS = TERMS.insert()


@effect("index_similar")
def index_similar(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Let the index have the case as its text now stands."""
    enter(case, folder)


@effect("keep_out_of_similar")
def keep_out_of_similar(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Take a case out of the index that may not be there any more: restricted, or a draft again."""
    if _is_kept_out(case):
        enter(case, folder)


def enter(case: CaseFacts, folder: Folder) -> bool:
    """Put a case into the index, or out where it may not stand there; gives whether anything had to be done."""
    if _is_kept_out(case):
        known = _known(case)
        return known is not None and _remove(case, known.terms)
    weights = weighed(written_of(case, folder))
    if _add(case, weights):
        return True
    known = _known(case)
    if known is None or known.text_version == case.text_version:
        return False
    _remove(case, known.terms)
    return _add(case, weights)


def _is_kept_out(case: CaseFacts) -> bool:
    return case.status == "draft" or case.confidentiality == KEPT_OUT


def _known(case: CaseFacts) -> Any:
    return db.session.execute(_KNOWN, {"of_case": case.id}).one_or_none()


def written_of(case: CaseFacts, folder: Folder) -> Written:
    """The present text of a case as one compares it."""
    text = present_text(case)
    asks = tuple(ask.text for ask in present_asks(case))
    return written_from(folder, {**(text.body if text else {}), "title": case.title, "asks": asks})


def written_from(folder: Folder, answers: Any) -> Written:
    """Answers to the form of the text, as far as one compares them: the title, rows, and what is written at length."""
    form = folder.forms[folder.text_form] if folder.text_form else None
    fields = form.fields if form else ()
    rows = [str(text) for field in fields if field.type == "rows" for text in answers.get(field.name) or ()]
    prose = [str(answers.get(field.name) or "") for field in fields if field.type == "textarea"]
    return Written(str(answers.get("title") or ""), tuple(rows), "\n".join(prose))


def _add(case: CaseFacts, weights: dict[str, int]) -> bool:
    values = {
        "case_id": case.id,
        "congress_id": case.congress_id,
        "text_version": case.text_version,
        "terms": " ".join(weights),
        "indexed_at": clock.now(),
    }
    if db.session.scalar(_adding(db.engine.dialect.name), values) is None:
        return False  # it is there
    key = {"congress_id": case.congress_id, "case_id": case.id}
    rows = [{**key, "term": term, "weight": weight} for term, weight in weights.items()]
    if rows:
        db.session.execute(_INSERT_TERMS, rows)
    return True


@functools.cache
def _adding(dialect: str) -> Any:
    """The statement that adds a case unless it is there; it gives the case it has added."""
    return insert_unless(DOCUMENTS, dialect).on_conflict_do_nothing().returning(DOCUMENTS.c.case_id)


def _remove(case: CaseFacts, terms: str) -> bool:
    its_own = sa.and_(TERMS.c.congress_id == case.congress_id, TERMS.c.case_id == case.id)
    db.session.execute(TERMS.delete().where(its_own, TERMS.c.term.in_(terms.split())))
    db.session.execute(DOCUMENTS.delete().where(DOCUMENTS.c.case_id == case.id))
    return True


def catch_up(actor: Actor, progress: Callable[[int], None] = lambda done: None) -> int:
    """Take in what the index has missed, some cases at a time, and count common words anew; gives how many cases."""
    total = 0
    while done := _catch_up_some(actor):
        total += done
        progress(total)
    for congress_id in _congresses():
        if _has_grown(congress_id):
            _write_common(actor, congress_id=congress_id, counted=count_common(congress_id))
    return total


@use_case
def _catch_up_some(actor: Actor) -> int:
    actor.require("system")
    missing = _missing().limit(TOGETHER)
    cases = [read(CaseFacts, Case, row) for row in db.session.execute(missing)]
    return sum(enter(case, definition(case.definition_id)) for case in cases)


def _missing() -> sa.Select[Any]:
    """Cases that are not in the index as they are; and those in it that may not be."""
    stands = CASES.outerjoin(DOCUMENTS, DOCUMENTS.c.case_id == CASES.c.id)
    behind = sa.or_(DOCUMENTS.c.case_id.is_(None), DOCUMENTS.c.text_version != CASES.c.text_version)
    outside = sa.or_(CASES.c.status == "draft", CASES.c.confidentiality == KEPT_OUT)
    wrong = sa.or_(sa.and_(sa.not_(outside), behind), sa.and_(outside, DOCUMENTS.c.case_id.is_not(None)))
    return sa.select(*CASE_COLUMNS).select_from(stands).where(wrong).order_by(CASES.c.id)


@use_case
def clear(actor: Actor) -> None:
    """Empty the index, so that it is made anew."""
    actor.require("system")
    for table in (TERMS, DOCUMENTS, COMMON):
        db.session.execute(table.delete())


def _congresses() -> Iterable[int]:
    return db.session.scalars(sa.select(DOCUMENTS.c.congress_id).distinct()).all()


def _has_grown(congress_id: int) -> bool:
    """Whether a twentieth has been added since common words were counted."""
    counted = db.session.scalar(
        sa.select(COMMON.c.cases).where(COMMON.c.congress_id == congress_id, COMMON.c.term == ALL_CASES)
    )
    return number_of_cases(congress_id) * 20 >= (counted or 0) * 21


def number_of_cases(congress_id: int) -> int:
    """How many cases of a congress are in the index."""
    statement = (
        sa.select(sa.func.count()).select_from(DOCUMENTS).where(DOCUMENTS.c.congress_id == congress_id)
    )
    return db.session.scalar(statement) or 0


def count_common(congress_id: int) -> dict[str, int]:
    """Word → in how many cases it stands, for those that stand in many; and the number of all cases."""
    many = sa.func.count()
    statement = (
        sa.select(TERMS.c.term, many)
        .where(TERMS.c.congress_id == congress_id)
        .group_by(TERMS.c.term)
        .having(many >= COMMON_FROM)
    )
    counted = {term: cases for term, cases in db.session.execute(statement)}
    return {**counted, ALL_CASES: number_of_cases(congress_id)}


@use_case
def _write_common(actor: Actor, *, congress_id: int, counted: dict[str, int]) -> None:
    """Keep what was counted before the write began: counting takes its time, and others want to write."""
    actor.require("system")
    db.session.execute(COMMON.delete().where(COMMON.c.congress_id == congress_id))
    rows = [{"congress_id": congress_id, "term": term, "cases": cases} for term, cases in counted.items()]
    db.session.execute(COMMON.insert(), rows)
