"""Double clicks and many at once on a promise: one report, one decision, one rating, one successor."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.commitments.changing import approve_change, request_change
from engine.commitments.inheriting import merge_organization
from engine.commitments.rating import rate_fulfilment
from engine.commitments.reporting import report_fulfilled, report_progress
from engine.commitments.sweeping import sweep_commitments
from engine.foundation.actor import Actor, Seat
from engine.foundation.audit_verification import verify
from models import AuditEvent, Commitment, CommitmentEntry, db
from tests.conftest import dispose
from tests.support.cast import assemble
from tests.support.databases import bare_app
from tests.support.journey import Journey

CLICKS = 6
pytestmark = pytest.mark.slow


@pytest.fixture
def house(fresh_url: str) -> Iterator[Flask]:
    app = bare_app(fresh_url, SQLALCHEMY_ENGINE_OPTIONS={"pool_size": CLICKS + 2})
    with app.app_context():
        yield app
    dispose(app)


def at_once(app: Flask, click: Callable[[], object]) -> list[str]:
    """The same click many times at the same moment; how each ended."""
    together = threading.Barrier(CLICKS)
    ends: list[str] = []

    def run() -> None:
        with app.app_context():
            together.wait()
            try:
                click()
                ends.append("done")
            except BaseException as error:
                ends.append(repr(error))

    threads = [threading.Thread(target=run) for _number in range(CLICKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return ends


def test_however_often_one_clicks_it_happens_once(house: Flask) -> None:
    journey = Journey(assemble())
    journey.draft().submit().accept().assign().sign_for().contact().reply()
    cast, id_ = journey.cast, db.session.scalars(sa.select(Commitment.id)).one()
    clerk, head, deputy = (cast.actor(name) for name in ("slt_clerk", "slt_head", "deputy1"))
    db.session.rollback()
    done = ["done"] * CLICKS
    assert at_once(house, lambda: report_progress(clerk, commitment_id=id_, text="已经开工建设。")) == done
    ask = {"commitment_id": id_, "action": "postpone", "reason": "汛期提前，工期顺延。"}
    later = db.session.get_one(Commitment, id_).due_on.replace(day=28)
    db.session.rollback()
    assert at_once(house, lambda: request_change(clerk, due_on=later, **ask)) == done
    entry = db.session.scalars(sa.select(CommitmentEntry.id).where(CommitmentEntry.kind == "change")).one()
    db.session.rollback()
    decision = {"commitment_id": id_, "entry_id": entry, "approved": True}
    assert at_once(house, lambda: approve_change(head, **decision)) == done
    assert at_once(house, lambda: report_fulfilled(clerk, commitment_id=id_, text="已经通过验收。")) == done
    no = {"commitment_id": id_, "fulfilled": False, "reasons": "现场并没有完工。"}
    assert at_once(house, lambda: rate_fulfilment(deputy, **no)) == done
    db.session.execute(
        sa.update(Commitment).values(due_on=later.replace(year=2020), wakes_on=later.replace(year=2020))
    )
    db.session.commit()
    assert at_once(house, sweep_commitments) == done
    ids = cast.organizations
    admin = Actor(None, "系统管理员", cast.congress_id, (Seat("system_admin", ids["dgw"], "代工委"),))
    merge = {"organization_id": ids["slt"], "successor_id": ids["jyt"], "reason": "机构改革方案"}
    assert at_once(house, lambda: merge_organization(admin, **merge)) == done
    said = db.session.scalars(
        sa.select(AuditEvent.action).where(AuditEvent.action.like("commitment:%")).order_by(AuditEvent.id)
    ).all()
    assert said == [
        f"commitment:{each}"
        for each in (
            "made",
            "reported",
            "change_requested",
            "changed",
            "fulfilled",
            "rated",
            "lapsed",
            "inherited",
        )
    ]
    assert verify().sound
