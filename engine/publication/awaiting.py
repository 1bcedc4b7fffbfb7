"""Signing a reply sets the twenty working days going in which it is published (信息公开条例 art. 26)."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from engine.casework.effects import effect
from engine.casework.facts import CaseFacts
from engine.casework.happenings import Happening, happen
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.publication.access import PUBLICATIONS, RESTRICTED
from models import Assignment, PublicationReply, Reply, db

REPLIES: sa.Table = PublicationReply.__table__  # type: ignore[assignment]
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: nothing that is taken for something else
WITHHELD_BY_CLASS = "限制知悉范围的案件"


@effect("await_publication")
def await_publication(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Put a signed reply among what is to be published, or among what is withheld, with the reason."""
    reply = db.session.get_one(Reply, int(happening.subject.partition(":")[2]))
    extent, reason = _extent(case, reply)
    known = db.session.execute(
        sa.select(PUBLICATIONS.c.id, PUBLICATIONS.c.state).where(PUBLICATIONS.c.case_id == case.id)
    ).one_or_none()
    publication_id = known.id if known else _begin(case)
    assignment = db.session.get_one(Assignment, reply.assignment_id)
    db.session.execute(
        REPLIES.insert().values(
            publication_id=publication_id,
            reply_id=reply.id,
            assignment_id=assignment.id,
            unit_id=assignment.unit_id,
            extent=extent,
            reason=reason,
            state="withheld" if extent == "withheld" else "due",
            published_in=None,
        )
    )
    _restate(publication_id, extent, reason, known.state if known else "")
    if extent == "withheld":
        detail = {"reason": reason}
        told = Happening(
            "publication:withheld", f"publication:{publication_id}", reply.assignment_id, detail=detail
        )
        happen(case, folder, [told])


def _extent(case: CaseFacts, reply: Reply) -> tuple[str, str]:
    """How much of the reply the public may read, and why not more."""
    if case.confidentiality == RESTRICTED:
        return "withheld", WITHHELD_BY_CLASS
    if reply.publicity == "full" and case.confidentiality != "public":
        return "summary", ""
    return reply.publicity, reply.publicity_reason


def _begin(case: CaseFacts) -> int:
    values = {
        "congress_id": case.congress_id,
        "case_id": case.id,
        "public_id": "".join(secrets.choice(ALPHABET) for _place in range(10)),
        "state": "due",
        "reason": "",
        "revision": 1,
        "process_key": case.process_key,
        "year": clock.day_of(case.submitted_at or clock.now()).year,
        "category": "",
        "number": "",
        "title": "",
        "words": "",
    }
    return int(db.session.scalar(PUBLICATIONS.insert().returning(PUBLICATIONS.c.id).values(values)) or 0)


def _restate(publication_id: int, extent: str, reason: str, before: str) -> None:
    """A reply to be published makes the whole due again, one that is withheld changes only what was empty."""
    values = (
        {"state": "due", "reason": ""} if extent != "withheld" else {"state": "withheld", "reason": reason}
    )
    if extent == "withheld" and before:
        return
    db.session.execute(
        PUBLICATIONS.update()
        .where(PUBLICATIONS.c.id == publication_id)
        .values(revision=PUBLICATIONS.c.revision + 1, **values)
    )
