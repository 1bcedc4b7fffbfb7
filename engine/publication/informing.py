"""Deputies are told what has become public of their standing committee's supervision (通报, 监督法 arts 17, 29, 37)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.publication.access import PUBLICATIONS
from engine.publication.continuing import shows_more
from engine.publication.preparing import VERSIONS
from models import Deputy, db
from notifications import personal

EVENT = "publication:deputies"
SUBJECT = ("向代表通报：{title}", "For deputies: {title}")
BODY = (
    "{number}《{title}》的报告、审议意见和研究处理情况已经向社会公布，现向代表通报。",
    "The report on {number} “{title}”, the opinions, and what was done about them are public now.",
)

_READ = sa.select(
    PUBLICATIONS.c.id,
    PUBLICATIONS.c.public_id,
    PUBLICATIONS.c.title,
    PUBLICATIONS.c.number,
    PUBLICATIONS.c.released,
).where(PUBLICATIONS.c.case_id == sa.bindparam("of_case"))
_VERSIONS = (
    sa.select(VERSIONS.c.content)
    .where(VERSIONS.c.publication_id == sa.bindparam("of_publication"), VERSIONS.c.released_at.is_not(None))
    .order_by(VERSIONS.c.version.desc())
)
_DEPUTIES = sa.select(Deputy.user_id).where(
    Deputy.congress_id == sa.bindparam("of_congress"),
    Deputy.status == "in_office",
    Deputy.user_id.is_not(None),
)


@effect("inform_deputies", beside_the_file=True)
def inform_deputies(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Write to every deputy in office where the public reads something for the first time; not of a mere correction.

    It belongs to the release, whatever has become of the case by then: closed and archived, it is told all the same.
    """
    public = db.session.execute(_READ, {"of_case": case.id}).one()
    released, *earlier = db.session.scalars(_VERSIONS, {"of_publication": public.id})
    if earlier and not shows_more(released, earlier):
        return
    letter = personal.Letter(
        EVENT, f"{public.public_id}/{public.released}", SUBJECT, BODY, f"/public/cases/{public.public_id}"
    )
    who = {id_ for id_ in db.session.scalars(_DEPUTIES, {"of_congress": case.congress_id}) if id_ is not None}
    values = {"title": (public.title, public.title), "number": (public.number, public.number)}
    connection = db.session.connection()
    personal.tell(connection, who, letter, values, congress_id=case.congress_id, now=clock.now())
