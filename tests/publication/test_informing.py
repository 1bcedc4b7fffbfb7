"""What a standing committee's supervision came to is brought to its deputies' notice once the public can read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.archives.archiving import CHECKS, archive_case, differences
from engine.foundation import clock
from engine.publication.continuing import carried_over, shows_more
from engine.publication.copying import Content
from engine.publication.preparing import prepare_copy
from engine.publication.releasing import release_copy, withhold_publication
from models import Deputy, Notification, Publication, User, db
from tests.support.cast import Cast, join
from tests.support.performance import performed
from tests.support.scenarios import scenarios

pytestmark = pytest.mark.slow

PUBLISHED = next(each for each in scenarios() if each.name == "work_report/published")
PLAIN = next(each for each in scenarios() if each.name == "final_accounts/plain")
ACCOUNTS = replace(
    PLAIN, content={**PLAIN.content, "steps": PLAIN.content["steps"][:-2]}
)  # still to be published


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


def test_they_are_told_of_what_is_new_even_of_an_archived_case(cast: Cast) -> None:
    """The accounts are withheld and the file is archived; what is released after that is told once, and only once."""
    archivist = join(cast, "archivist", "dgw", "archivist")
    with (
        performed(ACCOUNTS, cast) as performance,
        clock.moved_to(dt.datetime(2027, 2, 1, 9, tzinfo=clock.ZONE)),
    ):
        case_id = performance.case_id
        id_ = db.session.scalars(sa.select(Publication.id)).one()
        withhold_publication(cast.actor("reviewer"), publication_id=id_, reason="附表待核。")
        wanted = {"number": "X1-2026-0001", "retention": "permanent", "checks": CHECKS}
        archive_case(archivist, case_id=case_id, store=performance.store, **wanted)
        prepare_copy(cast.actor("intake"), publication_id=id_, texts={})
        release_copy(cast.actor("reviewer"), publication_id=id_)
        assert [who for who, _where in told()] == [f"deputy{each}@14" for each in range(1, 5)]
        assert differences(archivist, case_id, performance.store) == []


def copy_of(*parts: tuple[int | None, str, str], replies: tuple[int, ...] = ()) -> Content:
    """A copy with texts on record: their entries, labels and words."""
    on_record = [
        {"label": {"zh": label, "en": label}, "text": text} | ({"entry": entry} if entry else {})
        for entry, label, text in parts
    ]
    found = [{"id": each, "whole": False, "summary": ""} for each in replies]
    return {
        "title": "甲",
        "whole": True,
        "summary": "",
        "parts": on_record,
        "asks": [],
        "replies": found,
        "facts": {},
    }


def test_a_later_report_of_the_same_step_is_new_and_its_text_is_its_own() -> None:
    first = copy_of((None, "事由", "甲某"), (7, "整改", "乙"))
    again = copy_of((None, "事由", "甲"), (7, "整改", "丙"))
    second = copy_of((None, "事由", "甲"), (9, "整改", "第二次"), replies=())
    assert not shows_more(again, [first])
    assert shows_more(second, [first])
    assert shows_more(copy_of((None, "事由", "甲"), replies=(3,)), [first])
    assert not shows_more(second, [copy_of((None, "整改", "乙"), (None, "事由", "甲"))]), "of long ago"
    assert [part["text"] for part in carried_over(again, first)["parts"]] == ["甲某", "乙"]
    assert [part["text"] for part in carried_over(second, first)["parts"]] == ["甲某", "第二次"]
