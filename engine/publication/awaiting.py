"""What is to be published: signed replies within twenty working days (信息公开条例 art. 26), and what is on record."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening, happen
from engine.casework.reply_matter import SignedReply
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.publication.access import PUBLICATIONS, RESTRICTED
from models import PublicationReply, db

REPLIES: sa.Table = PublicationReply.__table__  # type: ignore[assignment]
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: nothing that is taken for something else
WITHHELD_BY_CLASS = "限制知悉范围的案件"

_OF_CASE = sa.select(PUBLICATIONS.c.id).where(PUBLICATIONS.c.case_id == sa.bindparam("of_case"))
_DUE = (
    PUBLICATIONS.update()
    .where(PUBLICATIONS.c.case_id == sa.bindparam("of_case"))
    .values(revision=PUBLICATIONS.c.revision + 1, state=sa.bindparam("state"), reason=sa.bindparam("reason"))
    .returning(PUBLICATIONS.c.id)
)
_BEGIN = PUBLICATIONS.insert().returning(PUBLICATIONS.c.id)
_AWAIT = REPLIES.insert().inline()


@effect("await_publication")
def await_publication(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Put a signed reply among what is to be published, or among what is withheld, with the reason."""
    reply = happening.signed
    extent, reason = _extent(case, reply)
    withheld = extent == "withheld"
    state = "withheld" if withheld else "due"
    publication_id = _withheld_with(case) if withheld else _due_again(case)
    if publication_id is None:
        publication_id = _begin(case, state, reason if withheld else "")
    db.session.execute(
        _AWAIT,
        {
            "publication_id": publication_id,
            "reply_id": reply.id,
            "assignment_id": reply.assignment_id,
            "unit_id": reply.unit_id,
            "extent": extent,
            "reason": reason,
            "state": state,
            "published_in": None,
        },
    )
    if withheld:
        subject = f"publication:{publication_id}"
        told = Happening("publication:withheld", subject, reply.assignment_id, detail={"reason": reason})
        happen(case, folder, [told])


@effect("publish_record")
def publish_record(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Let what is on record of a case be due for the public, with or without replies; a restricted one never is."""
    if case.confidentiality == RESTRICTED:
        return
    if _due_again(case) is None:
        _begin(case, "due", "")


def _extent(case: CaseFacts, reply: SignedReply) -> tuple[str, str]:
    """How much of the reply the public may read, and why not more."""
    if case.confidentiality == RESTRICTED:
        return "withheld", WITHHELD_BY_CLASS
    if reply.publicity == "full" and case.confidentiality != "public":
        return "summary", ""
    return reply.publicity, reply.publicity_reason


def _withheld_with(case: CaseFacts) -> int | None:
    """What there is to be published of the case already, which a reply that is withheld leaves as it is."""
    return db.session.scalar(_OF_CASE, {"of_case": case.id})


def _due_again(case: CaseFacts) -> int | None:
    """A reply to be published makes the whole due again."""
    return db.session.scalar(_DUE, {"of_case": case.id, "state": "due", "reason": ""})


def _begin(case: CaseFacts, state: str, reason: str) -> int:
    values = {
        "congress_id": case.congress_id,
        "case_id": case.id,
        "public_id": "".join(secrets.choice(ALPHABET) for _place in range(10)),
        "state": state,
        "reason": reason,
        "revision": 1,
        "process_key": case.process_key,
        "year": clock.day_of(case.submitted_at or clock.now()).year,
        "category": "",
        "number": "",
        "title": "",
        "words": "",
    }
    return int(db.session.scalar(_BEGIN, values) or 0)
