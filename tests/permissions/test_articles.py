"""Whoever may take a step outside tasks and actions takes none for which the case's rules have no article."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine import capabilities
from engine.archives.archiving import CHECKS, archive_case
from engine.casework import contacts, cosigning
from engine.casework.attachments import FileStore
from engine.commitments import changing, rating, reporting
from engine.deadlines.decided import InForce
from engine.definitions import catalogue
from engine.definitions.further_steps import STEPS
from engine.definitions.legal_bases import BasisMissing
from engine.foundation.actor import system_actor
from engine.publication import annual_reports, preparing, releasing
from models import AnnualReport, Commitment, CommitmentEntry, Publication, db
from tests.archives.conftest import closed
from tests.casework.test_legal_bases import PACK, pinned
from tests.publication.conftest import prepare
from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey

NOTHING = dataclasses.replace(
    PACK, version="none", bases={"代表法第三十六条": PACK.bases["代表法第三十六条"]}
)
WHY = "涉及未定事项，依法不予公开。"
HEARD = {
    "method": "telephone",
    "persons": "张代表",
    "held_on": dt.date(2026, 2, 5),
    "summary": "听取了意见。",
}
REPORT = {"process_key": "suggestion", "year": 2026}
Call = Callable[[], Any]


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast, on the fifth of February 2026, between sessions."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    return assemble()


def refused(journey: Journey, calls: dict[str, Call]) -> set[str]:
    """Every one of these steps is refused and leaves no trace; gives their names."""
    pinned(journey, dataclasses.replace(NOTHING, version=f"none for {journey.case_id}"))
    before = journey.traces()
    for step, call in calls.items():
        with pytest.raises(BasisMissing) as refusal:
            call()
        assert STEPS[step].zh in refusal.value.message
        assert journey.traces() == before, step
    return set(calls)


def of_a_draft(cast: Cast) -> set[str]:
    journey = Journey(cast).draft()
    case_id, asked = journey.case_id, [cast.deputies["deputy3"]]
    cosigning.invite_cosigners(cast.actor("deputy1"), case_id=case_id, deputy_ids=asked)
    more = [cast.deputies["deputy2"]]
    return refused(
        journey,
        {
            "invite_cosigners": lambda: cosigning.invite_cosigners(
                cast.actor("deputy1"), case_id=case_id, deputy_ids=more
            ),
            "answer_invitation": lambda: cosigning.answer_invitation(
                cast.actor("deputy3"), case_id=case_id, text_version=1, confirmed=True
            ),
        },
    )


def of_the_handling(cast: Cast) -> set[str]:
    journey = Journey(cast).draft().submit().accept().assign().sign_for()
    clerk = cast.actor("slt_clerk")
    record = contacts.record_contact
    return refused(journey, {"record_contact": lambda: record(clerk, case_id=journey.case_id, answers=HEARD)})


def of_a_promise(cast: Cast, journey: Journey) -> dict[str, Call]:
    owed = db.session.scalars(sa.select(Commitment.id).where(Commitment.case_id == journey.case_id)).one()
    clerk, head, deputy = cast.actor("slt_clerk"), cast.actor("slt_head"), cast.actor("deputy1")
    change = {"action": "postpone", "reason": "汛期不能施工。", "due_on": dt.date(2028, 12, 1)}
    changing.request_change(clerk, commitment_id=owed, **change)
    entry = db.session.scalars(
        sa.select(CommitmentEntry.id).where(CommitmentEntry.commitment_id == owed)
    ).one()
    about = {"commitment_id": owed, "entry_id": entry}
    text = "水渠已经修好通水。"
    return {
        "report_progress": lambda: reporting.report_progress(clerk, commitment_id=owed, text=text),
        "report_fulfilled": lambda: reporting.report_fulfilled(clerk, commitment_id=owed, text=text),
        "request_change": lambda: changing.request_change(clerk, commitment_id=owed, **change),
        "approve_change": lambda: changing.approve_change(head, approved=True, **about),
        "decide_change": lambda: changing.decide_change(cast.actor("assigner"), granted=True, **about),
        "rate_fulfilment": lambda: rating.rate_fulfilment(deputy, commitment_id=owed, fulfilled=True),
    }


def of_a_copy(cast: Cast, journey: Journey) -> dict[str, Call]:
    prepare(journey)
    item = db.session.scalars(sa.select(Publication.id).where(Publication.case_id == journey.case_id)).one()
    office, reviewer, about = cast.actor("intake"), cast.actor("reviewer"), {"publication_id": item}
    return {
        "prepare_copy": lambda: preparing.prepare_copy(office, texts={}, **about),
        "send_back_copy": lambda: preparing.send_back_copy(reviewer, reason=WHY, **about),
        "release_copy": lambda: releasing.release_copy(reviewer, **about),
        "withhold_publication": lambda: releasing.withhold_publication(reviewer, reason=WHY, **about),
        "withdraw_publication": lambda: releasing.withdraw_publication(reviewer, reason=WHY, **about),
    }


def of_the_archive(cast: Cast, store: FileStore) -> set[str]:
    archivist, journey = join(cast, "archivist", "dgw", "archivist"), closed(cast, store)
    wanted = {"number": "X1-2026-0001", "retention": "permanent", "checks": CHECKS, "store": store}
    return refused(
        journey, {"archive_case": lambda: archive_case(archivist, case_id=journey.case_id, **wanted)}
    )


def of_the_year(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A report is of no case: what holds in the congress today counts."""
    office, reviewer = cast.actor("intake"), cast.actor("reviewer")
    annual_reports.prepare_report(office, text="全年办理情况。", **REPORT)
    monkeypatch.setattr(annual_reports, "in_force", lambda congress_id: InForce(NOTHING, "none"))
    with pytest.raises(BasisMissing):
        annual_reports.prepare_report(office, text="另外的情况。", **REPORT)
    with pytest.raises(BasisMissing):
        annual_reports.release_report(reviewer, version=1, **REPORT)
    report = db.session.scalars(sa.select(AnnualReport)).one()
    assert (report.text, report.released_at) == ("全年办理情况。", None)
    return {"prepare_report", "release_report"}


def test_no_step_without_an_article(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replied = Journey(cast).draft().submit().accept().assign().sign_for().contact().reply()
    tried = refused(replied, of_a_promise(cast, replied) | of_a_copy(cast, replied))
    tried |= of_a_draft(cast) | of_the_handling(cast)
    tried |= of_the_archive(cast, FileStore(tmp_path / "files")) | of_the_year(cast, monkeypatch)
    assert tried == STEPS.keys()


def test_a_folder_deployed_before_it_named_articles_lets_these_steps_through(cast: Cast) -> None:
    files = catalogue.shipped()["suggestion"]
    head, _table, tail = files["process.toml"].partition("[basis_of]\n")
    old = {**files, "process.toml": head + tail[tail.index("[categories]") :]}
    known = {name: what for name, what in capabilities.known().items() if name != "known_bases"}
    catalogue.deploy(system_actor(0), old, **known)
    journey = Journey(cast).draft().submit().accept().assign().sign_for()
    pinned(journey, NOTHING)
    assert contacts.record_contact(cast.actor("slt_clerk"), case_id=journey.case_id, answers=HEARD)
