"""The passwords that somebody had last: none is taken again so soon (GB/T 22239-2019, 8.1.4.1 a, in practice)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation import clock
from engine.people import passwords
from models import FormerPassword, db

FORMER: sa.Table = FormerPassword.__table__  # type: ignore[assignment]


def had_before(user_id: int, password: str) -> bool:
    """Whether it is one of the last; the present one counts among them and is looked at by the caller."""
    last = sa.select(FORMER.c.password_hash).where(FORMER.c.user_id == user_id)
    hashes = db.session.scalars(last.order_by(FORMER.c.id.desc()).limit(_kept())).all()
    return any([passwords.matches(each, password) for each in hashes])  # all of them: time tells nothing


def remember(user_id: int, password_hash: str) -> None:
    """Keep what was the password until now, within the running use case, and forget what is no longer asked for."""
    db.session.execute(
        FORMER.insert().values(user_id=user_id, password_hash=password_hash, replaced_at=clock.now())
    )
    last = sa.select(FORMER.c.id).where(FORMER.c.user_id == user_id).order_by(FORMER.c.id.desc())
    kept = db.session.scalars(last.limit(_kept())).all()
    db.session.execute(FORMER.delete().where(FORMER.c.user_id == user_id, FORMER.c.id.not_in(kept)))


def _kept() -> int:
    return max(0, passwords.policy.profile.remembered - 1)
