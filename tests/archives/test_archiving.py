"""What blocks the archive, what is frozen by it, and that nothing changes afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.archives import archiving
from engine.archives.archiving import (
    FileMissing,
    NotReadyForArchive,
    archive_case,
    archive_list,
    archived,
    closing_of,
    differences,
    proposed_retention,
    retentions_for,
)
from engine.casework.access import CaseArchived, case_to_view
from engine.casework.attachments import FileStore
from engine.casework.cases import watch_case
from engine.casework.contacts import record_contact
from engine.casework.cosigning import invite_cosigners
from engine.casework.facts import CaseFacts
from engine.casework.tasks import claim_task, complete_task, delegate_task, release_task
from engine.casework.texts import save_text
from engine.commitments.rating import rate_fulfilment
from engine.commitments.reporting import report_fulfilled
from engine.commitments.sweeping import sweep_commitments
from engine.deadlines.rules import pack_from_record
from engine.definitions import rule_packs
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.audit_verification import verify
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from engine.publication.releasing import withdraw_publication
from models import (
    ArchiveFile,
    AuditEvent,
    Base,
    Case,
    Commitment,
    Reply,
    ReplyAnswer,
    RulePackVersion,
    Task,
    Watch,
    db,
)
from tests.archives.conftest import archive, closed
from tests.publication.conftest import handling, prepare, publication, release, sign, solved
from tests.support.cast import Cast, assemble
from tests.support.journey import TEXT, Journey
from tests.support.statements import counted


def keys(actor: Actor, journey: Journey) -> list[str]:
    return [blocker.key for blocker in closing_of(actor, journey.case_id)]


def test_each_unsettled_matter_is_named(cast: Cast, store: FileStore) -> None:
    office = cast.actor("assigner")
    journey = handling(Journey(cast))
    assert set(keys(office, journey)) == {"open_case", "open_tasks", "running_clocks"}
    sign(journey, **solved(journey))
    assert {"unevaluated_replies", "unpublished_replies"} <= set(keys(office, journey))
    journey.evaluate()
    assert set(keys(office, journey)) == {"unpublished_replies", "running_clocks"}
    prepare(journey)
    assert "unpublished_replies" in keys(office, journey)
    release(journey)
    assert keys(office, journey) == []


def test_a_promise_that_is_not_kept_keeps_the_file_open(cast: Cast, store: FileStore) -> None:
    journey = handling(Journey(cast)).reply().evaluate()
    assert "open_commitments" in keys(cast.actor("assigner"), journey)


def test_a_promise_that_is_kept_keeps_the_file_open_until_it_is_rated_or_the_period_is_over(
    cast: Cast, clock_at: Callable[..., None]
) -> None:
    journey, office = handling(Journey(cast)).reply().evaluate(), cast.actor("assigner")
    owed = db.session.scalars(sa.select(Commitment).where(Commitment.case_id == journey.case_id)).one()
    report_fulfilled(cast.actor("slt_clerk"), commitment_id=owed.id, text="已完工并投入使用。")
    assert "unrated_commitments" in keys(office, journey)
    db.session.refresh(owed)
    last = dt.datetime.combine(owed.rating_due_on, dt.time(10))
    clock_at(last)
    sweep_commitments()
    assert "unrated_commitments" in keys(office, journey)
    clock_at(last + dt.timedelta(days=1))
    sweep_commitments()
    assert {"unrated_commitments", "open_commitments"}.isdisjoint(keys(office, journey))
    rated = handling(Journey(cast)).reply().evaluate()
    owed = db.session.scalars(sa.select(Commitment).where(Commitment.case_id == rated.case_id)).one()
    report_fulfilled(cast.actor("slt_clerk"), commitment_id=owed.id, text="已完工并投入使用。")
    rate_fulfilment(cast.actor("deputy1"), commitment_id=owed.id, fulfilled=True)
    assert "unrated_commitments" not in keys(office, rated)


def test_a_case_with_a_blocker_is_not_archived(cast: Cast, store: FileStore, archivist: Actor) -> None:
    journey = closed(cast, store, publish=False)
    with pytest.raises(NotReadyForArchive):
        archive(archivist, journey, store)
    assert journey.case.archived_at is None
    with pytest.raises(NotFound):
        archive(archivist, handling(Journey(cast)), store)


def test_what_is_archived_has_its_number_term_and_hashes(
    cast: Cast, store: FileStore, archivist: Actor
) -> None:
    journey = closed(cast, store)
    sha = archive(archivist, journey, store)
    assert archive(archivist, journey, store, number="another") == sha
    found = archived(archivist, journey.case_id)
    assert found is not None
    assert (found.number, found.retention, found.sha256, found.files) == ("X1-2026-0001", "permanent", sha, 1)
    assert found.rows > 15
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "case:archived")).one()
    assert sha in event.detail
    assert differences(archivist, journey.case_id, store) == []
    assert [line.archive_number for line in archive_list(archivist, kept=True)[0]] == ["X1-2026-0001"]
    assert archive_list(archivist, kept=False)[0] == []
    assert verify().sound


def test_the_checklist_number_and_term_are_asked_for(cast: Cast, store: FileStore, archivist: Actor) -> None:
    journey, other = closed(cast, store), closed(cast, store)
    with pytest.raises(InvalidAnswers) as refused:
        archive(archivist, journey, store, number=" ", retention="ever", checks=["complete"])
    assert set(refused.value.errors) == {"number", "retention", "checks-legible"}
    archive(archivist, journey, store)
    with pytest.raises(InvalidAnswers, match="1"):
        archive(archivist, other, store)


def test_the_class_is_the_folders_or_another_with_a_reason(
    cast: Cast, store: FileStore, archivist: Actor
) -> None:
    journey = closed(cast, store)
    facts = case_to_view(archivist, journey.case_id)
    assert proposed_retention(facts) == ("permanent", None)
    assert [(key, one.years) for key, one in retentions_for(facts).items()] == [
        ("permanent", None),
        ("years30", 30),
        ("years10", 10),
    ]
    with pytest.raises(InvalidAnswers) as refused:
        archive(archivist, journey, store, retention="years10", remarks=" ")
    assert set(refused.value.errors) == {"remarks"}
    archive(archivist, journey, store, retention="years10", remarks="重复件。")
    found = archived(archivist, journey.case_id)
    assert found is not None and found.retention_class is not None
    assert (found.retention_class.years, found.retention_class.source) == (10, "house")
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "case:archived")).one()
    assert "待本级人大确认的保管期限" in event.detail
    declined = Journey(cast).draft().submit()
    declined.do("intake", "intake", result="declined", reason_code="personal", explanation="个人事项。")
    declined.do("reviewer", "intake_review", decision="confirmed")
    wanted = proposed_retention(case_to_view(archivist, declined.case_id))
    assert wanted is not None and wanted[0] == "years30" and wanted[1] is not None


def test_a_case_keeps_the_classes_of_the_pack_that_it_pinned(
    cast: Cast, store: FileStore, archivist: Actor
) -> None:
    journey = closed(cast, store)
    row = db.session.get_one(RulePackVersion, journey.case.rule_pack_id)
    short = {**next(each for each in row.rules["retentions"] if each["key"] == "years10"), "years": 5}
    kept = [each for each in row.rules["retentions"] if each["key"] == "permanent"]
    pinned(journey, {**row.rules, "retentions": [*kept, short]})
    assert {key: one.years for key, one in retentions_for(journey_facts(archivist, journey)).items()} == {
        "permanent": None,
        "years10": 5,
    }
    with pytest.raises(InvalidAnswers):
        archive(archivist, journey, store, retention="years30", remarks="理由")
    # One that was pinned before packs had classes takes the shipped ones.
    pinned(journey, {name: part for name, part in row.rules.items() if name != "retentions"})
    assert "years30" in retentions_for(journey_facts(archivist, journey))


def journey_facts(actor: Actor, journey: Journey) -> CaseFacts:
    return case_to_view(actor, journey.case_id)


def pinned(journey: Journey, rules: dict[str, Any]) -> None:
    """Let the case have begun under a pack of this content."""
    pack = pack_from_record(rules)
    row = RulePackVersion(
        key=pack.key,
        version="test",
        content_hash=pack.content_hash,
        rules=rules,
        stored_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    rule_packs._packs.forget(row.id)  # SQLite gives the id of an undone row again
    db.session.get_one(Case, journey.case_id).rule_pack_id = row.id
    db.session.commit()


def test_a_lost_attachment_is_noticed_before_and_after(
    cast: Cast, store: FileStore, archivist: Actor
) -> None:
    journey = closed(cast, store)
    (path,) = [path for path in store.folder.rglob("*") if path.is_file()]
    content = path.read_bytes()
    path.write_bytes(b"other")
    with pytest.raises(FileMissing):
        archive(archivist, journey, store)
    path.write_bytes(content)
    archive(archivist, journey, store)
    path.unlink()
    assert differences(archivist, journey.case_id, store) == [f"file/{path.name}"]


def test_only_the_archivist_of_the_congress_archives(cast: Cast, store: FileStore, archivist: Actor) -> None:
    journey = closed(cast, store)
    foreign = assemble("15", "邻省人民代表大会")
    for name in cast.users:
        with pytest.raises((NotAllowed, NotFound)):
            archive(cast.actor(name), journey, store)
    from tests.support.cast import join

    with pytest.raises(NotFound):
        archive(join(foreign, "archivist", "dgw", "archivist"), journey, store)
    assert archive(archivist, journey, store)


def test_an_archived_case_refuses_every_use_case(cast: Cast, store: FileStore, archivist: Actor) -> None:
    journey = closed(cast, store)
    archive(archivist, journey, store)
    case_id = journey.case_id
    contact = {"held_on": "2026-02-05", "method": "visit", "persons": "王", "summary": "听取"}
    deputy, clerk, intake = cast.actor("deputy1"), cast.actor("slt_clerk"), cast.actor("intake")
    task = db.session.scalars(
        sa.select(Task).where(Task.case_id == case_id, Task.node == "draft_reply")
    ).one()
    task_id = task.id
    tried: dict[str, Callable[[], object]] = {
        "text": lambda: save_text(deputy, case_id=case_id, answers=TEXT),
        "invite": lambda: invite_cosigners(deputy, case_id=case_id, deputy_ids=[cast.deputies["deputy2"]]),
        "contact": lambda: record_contact(clerk, case_id=case_id, answers=contact),
        "watch": lambda: watch_case(intake, case_id=case_id),
        "claim": lambda: claim_task(clerk, task_id=task_id),
        "release": lambda: release_task(clerk, task_id=task_id),
        "delegate": lambda: delegate_task(clerk, task_id=task_id, to_user_id=clerk.user_id),
        "complete": lambda: complete_task(cast.actor("slt_head"), task_id=task_id, answers={}),
    }
    traces = journey.traces()
    for name, deed in tried.items():
        with pytest.raises(DomainError) as refused:
            deed()
        assert isinstance(refused.value, CaseArchived | NotAllowed), name
        assert name == "complete" or isinstance(refused.value, CaseArchived), name
    assert journey.traces() == traces
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Watch)) == 0


FROZEN = (
    sa.update(Case).values(title="改过"),
    sa.update(Reply).values(body="改过"),
    sa.update(Task).values(name="改过"),
    sa.delete(Reply),
    sa.delete(Case),
)


@pytest.mark.parametrize("number", range(len(FROZEN)))
def test_the_database_refuses_it_too(cast: Cast, store: FileStore, archivist: Actor, number: int) -> None:
    archive(archivist, closed(cast, store), store)
    with pytest.raises(IntegrityError):
        db.session.execute(FROZEN[number])
    db.session.rollback()


def test_what_was_changed_behind_the_programs_back_is_found(
    cast: Cast, store: FileStore, archivist: Actor
) -> None:
    journey = closed(cast, store)
    archive(archivist, journey, store)
    answer = db.session.scalars(sa.select(ReplyAnswer)).first()
    db.session.execute(sa.update(ReplyAnswer).where(ReplyAnswer.id == answer.id).values(text="改过"))
    db.session.commit()
    assert differences(archivist, journey.case_id, store) == [f"reply_answer/{answer.id}"]
    db.session.execute(sa.update(ArchiveFile).values(sha256="0" * 64))
    db.session.commit()
    assert "manifest" in differences(archivist, journey.case_id, store)


def test_the_public_copy_can_still_be_withdrawn_and_the_file_stays_as_it_is(
    cast: Cast, store: FileStore, archivist: Actor
) -> None:
    journey = closed(cast, store)
    archive(archivist, journey, store)
    item = publication(journey)
    withdraw_publication(cast.actor("intake"), publication_id=item.id, reason="含第三方信息。")
    assert publication(journey).state == "withdrawn"
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.chain) == ("publication:withdrawn", f"congress:{cast.congress_id}")
    assert differences(archivist, journey.case_id, store) == []


def test_every_table_of_a_case_is_in_its_file_or_left_out_with_a_reason() -> None:
    from engine.archives.papers import LEFT_OUT, tables

    kept = {table.name for table, _condition in tables()}
    assert kept.isdisjoint(LEFT_OUT)
    with_case = {table.name for table in Base.metadata.sorted_tables if "case_id" in table.c}
    assert with_case <= kept | set(LEFT_OUT)
    assert {"cases", "reply_answer", "reply_review", "clock_change", "commitment_entry"} <= kept


def test_archiving_is_one_transaction(
    cast: Cast, store: FileStore, archivist: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.archives import archiving

    journey = closed(cast, store)
    traces = journey.traces()

    def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(archiving, "happen", broken)
    with pytest.raises(RuntimeError):
        archive_case(
            archivist,
            case_id=journey.case_id,
            number="1",
            retention="permanent",
            checks=archiving.CHECKS,
            store=store,
        )
    assert journey.traces() == traces
    assert journey.case.archived_at is None


def test_what_waits_is_listed_by_its_closing_day_and_says_what_is_ready(
    cast: Cast,
    store: FileStore,
    archivist: Actor,
    clock_at: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    early = Journey(cast).draft()  # opened first, closed last
    ready = closed(cast, store)
    clock_at(dt.datetime(2026, 2, 6, 10, 0))
    unpublished = closed(cast, store, publish=False)
    clock_at(dt.datetime(2026, 2, 9, 10, 0))
    early.submit().accept().assign().sign_for().contact()
    sign(early, **solved(early)).evaluate()
    order = [ready.case_id, unpublished.case_id, early.case_id]
    lines, following = archive_list(archivist, kept=False)
    assert [line.case_id for line in lines] == order
    assert [line.unsettled == len(closing_of(archivist, line.case_id)) for line in lines] == [True] * 3
    assert [bool(line.unsettled) for line in lines] == [False, True, True]
    assert following is None
    monkeypatch.setattr(archiving, "PAGE", 1)
    walked: list[int] = []
    before: int | None = None
    for _page in order:
        lines, before = archive_list(archivist, kept=False, before=before)
        walked += [line.case_id for line in lines]
    assert (walked, before) == (order, None)


def test_a_list_costs_as_many_statements_however_long_it_is(
    cast: Cast, store: FileStore, archivist: Actor
) -> None:
    numbers = []
    for _more in range(2):
        closed(cast, store)
        with counted() as since:
            archive_list(archivist, kept=False)
            numbers.append(len(since()))
    assert numbers[0] == numbers[1]
