"""What a standing committee's supervision came to is brought to its deputies' notice once the public can read it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.publication.preparing import prepare_copy
from engine.publication.releasing import release_copy
from models import Deputy, Notification, Publication, User, db
from tests.support.cast import Cast
from tests.support.performance import performed
from tests.support.scenarios import scenarios

pytestmark = pytest.mark.slow

PUBLISHED = next(each for each in scenarios() if each.name == "work_report/published")


def told() -> list[tuple[str, str]]:
    """Who was told of what the public can read, and the last line of it."""
    statement = (
        sa.select(User.username, Notification.body)
        .join(User, User.id == Notification.user_id)
        .where(Notification.event == "publication:deputies", Notification.channel == "in_app")
        .order_by(User.username, Notification.id)
    )
    return [(username, body.rsplit("\n", 1)[1]) for username, body in db.session.execute(statement)]


def test_deputies_in_office_and_nobody_else_are_told_what_is_public(cast: Cast) -> None:
    suspended = sa.update(Deputy).where(Deputy.id == cast.deputies["deputy4"]).values(status="suspended")
    db.session.execute(suspended)
    db.session.commit()
    with performed(PUBLISHED, cast):
        address = f"/public/cases/{db.session.scalar(sa.select(Publication.public_id))}"
        found = told()
        assert [who for who, _where in found] == ["deputy1@14", "deputy2@14", "deputy3@14"]
        assert all(where.endswith(address) for _who, where in found)
        id_ = db.session.scalars(sa.select(Publication.id)).one()
        prepare_copy(cast.actor("intake"), publication_id=id_, texts={}, note="更正一处文字。")
        release_copy(cast.actor("reviewer"), publication_id=id_)
        assert told() == found, "a mere correction is not told again"
