"""The units' part of the case page: contacts, co-opinions, and replies by round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.casework.readings.co_positions import CoHandling, CoPosition, co_handling
from engine.foundation import clock
from models import (
    Assignment,
    ContactRecord,
    CoOpinion,
    Evaluation,
    Organization,
    Reply,
    ReplyAnswer,
    ReplyCommitment,
    ReplyReview,
    User,
    db,
)


@dataclass(frozen=True, slots=True)
class PromiseView:
    """What a version promises by when; `ask_id` None is for the suggestion as a whole."""

    ask_id: int | None
    what: str
    due_on: dt.date
    milestones: list[dict[str, str]]

    def as_typed(self) -> dict[str, str]:
        """The promise as one fills it into the form."""
        return {
            "ask_id": str(self.ask_id or ""),
            "what": self.what,
            "due": self.due_on.isoformat(),
            "milestones": "\n".join(f"{each['on']} {each['what']}" for each in self.milestones),
        }


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A version of a reply with its answers per ask, its promises, its reviews and its evaluation."""

    reply: Reply
    answers: Mapping[int, ReplyAnswer]
    reviews: list[ReplyReview]
    evaluation: Evaluation | None
    names: Mapping[int, str]
    promises: list[PromiseView]
    co_positions: list[CoPosition]  # of a lead unit's reply, when it was signed; of a draft, now


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit's part in the case."""

    assignment: Assignment
    name: str
    officer: str | None
    contacts: list[ContactRecord]
    co_opinions: list[CoOpinion]
    replies: list[ReplyView]


def unit_views(
    case: CaseFacts,
    own_units: set[int],
    *,
    in_office: bool,
    reading: Collection[int | None] = (),
) -> list[UnitView]:
    """Every unit's part; until it is signed, a reply is for its own unit and whom it lies before (`reading`)."""
    officer = sa.orm.aliased(User)
    statement = (
        sa.select(Assignment, Organization.name, officer.name)
        .join(Organization, Organization.id == Assignment.unit_id)
        .outerjoin(officer, officer.id == Assignment.officer_id)
        .where(Assignment.case_id == case.id)
        .order_by(Assignment.id)
    )
    rows = db.session.execute(statement).all()
    contacts = _by_assignment(ContactRecord, case.id)
    opinions = _by_assignment(CoOpinion, case.id)
    helpers = co_handling(case.id, [(row[0], row[1]) for row in rows], opinions)
    replies = _replies(case.id, {row[0].id for row in rows if row[0].role == "lead"}, helpers)
    inside = in_office or any(assignment.unit_id in own_units for assignment, _name, _officer in rows)
    return [
        UnitView(
            assignment=assignment,
            name=name,
            officer=officer_name,
            contacts=contacts.get(assignment.id, []),
            # A co-opinion is for the unit that answers; the deputy reads the answer (a unit replies, not its helpers).
            co_opinions=opinions.get(assignment.id, []) if inside else [],
            replies=[
                view
                for view in replies.get(assignment.id, [])
                # Until it is signed, a reply is the unit's own paper.
                if view.reply.signed_at is not None
                or assignment.unit_id in own_units
                or assignment.id in reading
            ],
        )
        for assignment, name, officer_name in rows
    ]


def _by_assignment(model: Any, case_id: int) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in db.session.scalars(sa.select(model).where(model.case_id == case_id).order_by(model.id)):
        found.setdefault(row.assignment_id, []).append(row)
    return found


def _replies(case_id: int, leads: set[int], helpers: CoHandling) -> dict[int, list[ReplyView]]:
    replies = list(db.session.scalars(sa.select(Reply).where(Reply.case_id == case_id).order_by(Reply.id)))
    ids = [reply.id for reply in replies]
    answers: dict[int, dict[int, ReplyAnswer]] = {id_: {} for id_ in ids}
    for answer in db.session.scalars(sa.select(ReplyAnswer).where(ReplyAnswer.reply_id.in_(ids))):
        answers[answer.reply_id][answer.ask_id] = answer
    reviews: dict[int, list[ReplyReview]] = {id_: [] for id_ in ids}
    statement = sa.select(ReplyReview).where(ReplyReview.reply_id.in_(ids)).order_by(ReplyReview.id)
    for review in db.session.scalars(statement):
        reviews[review.reply_id].append(review)
    given = db.session.scalars(sa.select(Evaluation).where(Evaluation.reply_id.in_(ids)))
    evaluations = {evaluation.reply_id: evaluation for evaluation in given}
    promises = _promises(ids)
    people = {reply.drafted_by for reply in replies} | {reply.signed_by for reply in replies}
    people |= {review.reviewed_by for each in reviews.values() for review in each}
    names = _names(people)
    found: dict[int, list[ReplyView]] = {}
    for reply in replies:
        view = ReplyView(
            reply,
            answers[reply.id],
            reviews[reply.id],
            evaluations.get(reply.id),
            names,
            promises.get(reply.id, []),
            helpers.positions(reply.signed_at or clock.now()) if reply.assignment_id in leads else [],
        )
        found.setdefault(reply.assignment_id, []).append(view)
    return found


def _promises(reply_ids: list[int]) -> dict[int, list[PromiseView]]:
    statement = sa.select(ReplyCommitment).where(ReplyCommitment.reply_id.in_(reply_ids))
    found: dict[int, list[PromiseView]] = {}
    for row in db.session.scalars(statement.order_by(ReplyCommitment.reply_id, ReplyCommitment.position)):
        promise = PromiseView(row.ask_id, row.what, row.due_on, row.milestones)
        found.setdefault(row.reply_id, []).append(promise)
    return found


def _names(ids: set[int | None]) -> dict[int, str]:
    statement = sa.select(User.id, User.name).where(User.id.in_([id_ for id_ in ids if id_]))
    return {row.id: row.name for row in db.session.execute(statement)}
