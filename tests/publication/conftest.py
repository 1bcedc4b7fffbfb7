"""A suggestion that has been answered, on its way to the public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.publication.preparing import prepare_copy
from engine.publication.releasing import release_copy
from models import Publication, db
from tests.support.cast import Cast, assemble
from tests.support.journey import Journey


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast, on the fifth of February 2026, between sessions."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    return assemble()


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """A case to be."""
    return Journey(cast)


def handling(journey: Journey, **text: Any) -> Journey:
    """Up to where the lead unit is to reply."""
    return journey.draft(**text).submit().accept().assign().sign_for().contact()


def solved(journey: Journey) -> dict[str, Any]:
    """A reply that promises nothing: everything is solved."""
    answers = dict(journey.answers(grade="A", commitments=[]))
    return {**answers, "answers": [{**each, "grade": "A"} for each in answers["answers"]]}


def sign(journey: Journey, **answers: Any) -> Journey:
    """Draft, review and sign a reply."""
    journey.do("slt_clerk", "draft_reply", "slt", **answers)
    journey.do("slt_deputy_head", "review_reply", "slt", decision="passed")
    journey.do("slt_head", "sign_reply", "slt", decision="signed", number="晋水函〔2026〕1号")
    return journey


def replied(journey: Journey, text: dict[str, Any] | None = None, **reply: Any) -> Journey:
    """Up to a signed reply."""
    handling(journey, **(text or {}))
    return sign(journey, **journey.answers(**reply))


def publication(journey: Journey) -> Publication:
    """The case's publication as it stands."""
    db.session.expire_all()
    return db.session.scalars(sa.select(Publication).where(Publication.case_id == journey.case_id)).one()


def prepare(journey: Journey, who: str = "intake", note: str = "", **texts: str) -> int:
    """Prepare the copy; `reply_body=…` stands for the passage `reply.<id>.body` of the first reply."""
    return prepare_copy(
        journey.cast.actor(who), publication_id=publication(journey).id, texts=texts, note=note
    )


def release(journey: Journey, who: str = "reviewer", confirmation: str = "") -> str:
    """Release it."""
    actor = journey.cast.actor(who)
    return release_copy(actor, publication_id=publication(journey).id, confirmation=confirmation)


@pytest.fixture
def published(journey: Journey) -> Journey:
    """A suggestion the public can read."""
    replied(journey)
    prepare(journey)
    release(journey)
    return journey
