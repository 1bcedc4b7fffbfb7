"""Every change leaves its event in the same transaction: no use case without one, no event without its change."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

import engine
from engine.casework import attachments, cases, cosigning, tasks, texts
from engine.casework.vocabulary import HAPPENINGS
from engine.foundation import audit, transaction
from engine.foundation.audit_verification import verify
from models import AuditEvent, Notification, Task, User, db
from notifications import outbox
from tests.support.cast import join
from tests.support.journey import TEXT, Journey

# The rooms in which cases change. module.use_case (within engine/casework, or else with its room's name in front) →
# what it is recorded as. Acts of complete_task are in ACTS below.
ROOMS = (
    "casework",
    "archives",
    "commitments",
    "documents",
    "operations",
    "performance",
    "publication",
    "sandbox",
    "similarity",
    "statistics",
)
ROOMS += ("supervision", "designing")
RECORDED = {
    "cases.open_case": "case:opened",
    "cases.watch_case": "case:watched",
    "cases.unwatch_case": "case:unwatched",
    "texts.save_text": "text:saved",
    "cosigning.invite_cosigners": "cosigner:invited",
    "cosigning.answer_invitation": "cosigner:confirmed",
    "contacts.record_contact": "contact:recorded",
    "attachments.add_attachment": "attachment:added",
    "attachments.remove_attachment": "attachment:removed",
    "actions.perform": "supervision:urged",
    "tasks.complete_task": "case:submitted",
    "tasks.claim_task": "task:claimed",
    "tasks.release_task": "task:released",
    "tasks.delegate_task": "task:delegated",
}
# Those whose events the tests of their own module look at: module.use_case → its events.
RECORDED_ELSEWHERE = {
    "periods.calendar_changes.set_day": "calendar:day_set",
    "periods.calendar_changes.confirm_year": "calendar:confirmed",
    "periods.calendar_changes.import_year": "calendar:imported",
    "periods.calendar_changes._recount_all": "clock:recomputed",
    "leaving._release": "task:released",
    "periods.clock_sweep._tell": "clock:warned",
    "periods.clock_messages.speak": "evaluation:lapsed",
    "moving.deliveries.hear": "signal:heard",
    "moving.timers.tick": "timer:fired",
    "periods.clock_sweep._set_aside": "clock:postponed",
    "archives.archiving.archive_case": "case:archived",
    "archives.evidence.take_bundle": "bundle:taken",
    "publication.annual_reports.prepare_report": "annual_report:prepared",
    "publication.annual_reports.release_report": "annual_report:published",
    "publication.preparing.prepare_copy": "publication:prepared",
    "publication.preparing.send_back_copy": "publication:returned",
    "publication.releasing.release_copy": "publication:published",
    "publication.releasing.withhold_publication": "publication:withheld",
    "publication.releasing.withdraw_publication": "publication:withdrawn",
    "commitments.reporting.report_progress": "commitment:reported",
    "commitments.reporting.report_fulfilled": "commitment:fulfilled",
    "commitments.changing.request_change": "commitment:change_requested",
    "commitments.changing.approve_change": "commitment:changed",
    "commitments.changing.decide_change": "commitment:changed",
    "commitments.rating.rate_fulfilment": "commitment:rated",
    "commitments.inheriting.merge_organization": "organization:merged",
    "commitments.sweeping._wake": "commitment:lapsed",
    "commitments.sweeping._carry_over": "commitment:carried_over",
    "ledgers.importing._take_in": "case:imported",
    "ledgers.importing.begin_ledger": "ledger:begun",
    "ledgers.importing._finish": "ledger:finished",
    "performance.keeping.keep_file": "performance:stored",
    "performance.keeping.keep_form": "performance:stored",
    "performance.linking.link_case": "performance:linked",
    "performance.linking.unlink_case": "performance:unlinked",
    "performance.opening.take_over": "performance:taken_over",
    "performance.taking_down.take_down_archived": "performance:withdraw",
    "sandbox.drafts.make_draft": "draft_pack:made",
    "sandbox.drafts.change_rule": "draft_pack:changed",
    "sandbox.adopting.propose": "rules:proposed",
    "sandbox.adopting.confirm": "rules:confirmed",
    "sandbox.adopting.refuse": "rules:refused",
    "sandbox.adopting.withdraw": "rules:withdrawn",
    "designing.drafts.open_draft": "process_draft:opened",
    "designing.drafts.save_draft_files": "process_draft:saved",
    "designing.drafts.discard_draft": "process_draft:discarded",
    "designing.deciding.propose_draft": "process_draft:proposed",
    "designing.deciding.withdraw_draft": "process_draft:withdrawn",
    "designing.deciding.approve_draft": "process_draft:approved",
    "designing.deciding.return_draft": "process_draft:returned",
    "designing.exchange.export_version": "definition:exported",
    "designing.exchange.import_package": "process_draft:imported",
    "designing.exchange.trust_key": "trusted_key:trusted",
    "designing.exchange.withdraw_key": "trusted_key:withdrawn",
    "operations.flags.set_flag": "flow:flag_set",
    "operations.incidents.annotate": "incident:annotated",
    "operations.incidents.raise_incident": "incident:raised",
    "operations.incidents.resolve": "incident:resolved",
    "operations.migrations._finish": "migration:finished",
    "operations.migrations._migrate": "case:migrated",
    "operations.migrations.cancel": "migration:cancelled",
    "operations.migrations.plan_migration": "migration:planned",
    "operations.migrations.start": "migration:started",
    "operations.migrations.try_again": "migration:started",
    "operations.modifying.apply_modification": "case:modified",
    "operations.modifying.discard_modification": "modification:discarded",
    "operations.modifying.plan_modification": "modification:planned",
    "operations.retrying._begin": "incident:retried",
    "operations.retrying._end": "incident:resolved",
    "operations.suspending.resume_case": "case:resumed",
    "operations.suspending.resume_version": "definition:resumed",
    "operations.suspending.suspend_case": "case:suspended",
    "operations.suspending.suspend_version": "definition:suspended",
    "operations.versions.activate": "definition:activated",
    "operations.versions.retire": "definition:retired",
    "documents.templates.keep_template": "template:changed",
    "documents.printing.note_printing": "document:printed",
}
SILENT = {
    "moving.deliveries._set_aside": "when a failed step is tried again; that it failed is its incident",
    "moving.timers._set_aside": "when a failed step is tried again; that it failed is its incident",
    "drafts.save_draft": "what is being typed is nobody's act in law",
    "drafts.take_up_aside": "as drafts.save_draft",
    "drafts.drop_aside": "as drafts.save_draft",
    "operations.migrations._refuse": "a case that stays as it was; why is in the report of its migration",
    "publication.search_index._rebuild_block": "the index can be made anew from the published copies at any time",
    "similarity.index._catch_up_some": "the index repeats what is recorded elsewhere and says nothing new",
    "similarity.index._write_common": "a count for speed",
    "similarity.index.clear": "the index can be made anew from the cases at any time",
}
ACTS = {
    "draft": {"case:submitted"},
    "intake": {"intake:proposed"},
    "intake_review": {"case:accepted"},
    "assign": {"case:assigned"},
    "sign_for": {"assignment:signed_for"},
    "co_sign_for": {"assignment:signed_for"},
    "co_opinion": {"co_opinion:given"},
    "draft_reply": {"reply:drafted"},
    "review_reply": {"reply:passed"},
    "sign_reply": {"reply:signed"},
    "evaluate": {"evaluation:given", "evaluation:dissatisfied"},
    "decide_redo": {"redo:waived", "case:closed"},
}


def use_cases() -> Iterator[str]:
    """Every use case of these rooms, found by its mark."""
    for found in pkgutil.walk_packages(engine.__path__, "engine."):
        place = found.name.removeprefix("engine.")
        if place.partition(".")[0] not in ROOMS:
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            wrapped = getattr(value, "__wrapped__", None)
            if (
                wrapped is not None
                and getattr(value, "__code__", None) is MARK
                and wrapped.__module__ == module.__name__
            ):
                yield f"{place.removeprefix('casework.')}.{name}"


MARK = transaction.use_case(lambda actor: None).__code__  # type: ignore[attr-defined]


def test_every_use_case_is_recorded_or_has_its_reason() -> None:
    assert sorted(use_cases()) == sorted([*RECORDED, *RECORDED_ELSEWHERE, *SILENT])
    assert set(RECORDED.values()) <= set(HAPPENINGS)


# One change by each use case: what comes before, and the change itself.


def _drafted(journey: Journey) -> None:
    journey.draft()


def _invited(journey: Journey) -> None:
    journey.draft()
    _invite(journey)


def _invite(journey: Journey) -> object:
    ids = [journey.cast.deputies["deputy2"]]
    return cosigning.invite_cosigners(journey.cast.actor("deputy1"), case_id=journey.case_id, deputy_ids=ids)


def _answer(journey: Journey) -> object:
    actor = journey.cast.actor("deputy2")
    return cosigning.answer_invitation(actor, case_id=journey.case_id, text_version=1, confirmed=True)


def _write(journey: Journey) -> object:
    answers = {**TEXT, "title": "改过的标题"}
    return texts.save_text(journey.cast.actor("deputy1"), case_id=journey.case_id, answers=answers)


def _watched(journey: Journey) -> None:
    journey.draft()
    cases.watch_case(journey.cast.actor("deputy1"), case_id=journey.case_id)


def _submitted(journey: Journey) -> None:
    journey.draft().submit()
    join(journey.cast, "colleague", "dgw", "intake_officer")


def _claimed(journey: Journey) -> None:
    _submitted(journey)
    tasks.claim_task(journey.cast.actor("intake"), task_id=journey.task("intake").id)


def _delegate(journey: Journey) -> object:
    colleague = db.session.scalars(sa.select(User.id).where(User.name == "colleague")).one()
    return tasks.delegate_task(
        journey.cast.actor("intake"), task_id=journey.task("intake").id, to_user_id=colleague
    )


def _assigned(journey: Journey) -> None:
    journey.draft().submit().accept().assign()


def _signed_for(journey: Journey) -> None:
    journey.draft().submit().accept().assign().sign_for()


def _attach(journey: Journey, tmp_path: Path) -> int:
    actor = journey.cast.actor("deputy1")
    store = attachments.FileStore(tmp_path)
    return attachments.add_attachment(
        actor, case_id=journey.case_id, filename="a.txt", content=b"text", store=store
    )


Change = Callable[[Journey], object]


def changes(tmp_path: Path) -> dict[str, tuple[Change, Change]]:
    """For each use case: the state before, and the change."""
    attached: list[int] = []

    def with_attachment(journey: Journey) -> None:
        journey.draft()
        attached.append(_attach(journey, tmp_path))

    def as_deputy(use_case: Any) -> Change:
        return lambda journey: use_case(journey.cast.actor("deputy1"), case_id=journey.case_id)

    def as_officer(use_case: Any) -> Change:
        return lambda journey: use_case(journey.cast.actor("intake"), task_id=journey.task("intake").id)

    return {
        "cases.open_case": (
            lambda journey: None,
            lambda journey: cases.open_case(journey.cast.actor("deputy1"), process_key="suggestion"),
        ),
        "cases.watch_case": (_drafted, as_deputy(cases.watch_case)),
        "cases.unwatch_case": (_watched, as_deputy(cases.unwatch_case)),
        "texts.save_text": (_drafted, _write),
        "cosigning.invite_cosigners": (_drafted, _invite),
        "cosigning.answer_invitation": (_invited, _answer),
        "contacts.record_contact": (_signed_for, lambda journey: journey.contact()),
        "attachments.add_attachment": (_drafted, lambda journey: _attach(journey, tmp_path)),
        "attachments.remove_attachment": (
            with_attachment,
            lambda journey: attachments.remove_attachment(
                journey.cast.actor("deputy1"), attachment_id=attached[-1]
            ),
        ),
        "actions.perform": (_assigned, lambda j: j.act("assigner", "urge", "slt", reason="请签收。")),
        "tasks.complete_task": (_drafted, lambda journey: journey.submit()),
        "tasks.claim_task": (_submitted, as_officer(tasks.claim_task)),
        "tasks.release_task": (_claimed, as_officer(tasks.release_task)),
        "tasks.delegate_task": (_submitted, _delegate),
    }


def recorded(journey: Journey) -> list[str]:
    """All events, in order."""
    return list(db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)))


@pytest.mark.parametrize("name", RECORDED)
def test_a_change_is_recorded_once_and_with_its_operation(
    name: str, journey: Journey, tmp_path: Path
) -> None:
    before, change = changes(tmp_path)[name]
    before(journey)
    known = set(db.session.scalars(sa.select(AuditEvent.operation_id)))
    count = len(recorded(journey))
    change(journey)
    new = recorded(journey)[count:]
    assert new.count(RECORDED[name]) == 1
    operations = set(db.session.scalars(sa.select(AuditEvent.operation_id))) - known
    assert len(operations) == 1
    assert verify().sound


class Broken(Exception):
    """The disk is full."""


@pytest.mark.parametrize("name", RECORDED)
def test_a_change_that_cannot_be_recorded_is_not_made(
    name: str, journey: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, change = changes(tmp_path)[name]
    before(journey)
    traces = journey.traces()

    def fail(*_: Any) -> None:
        raise Broken

    monkeypatch.setattr(audit, "_linked", fail)
    with pytest.raises(Broken):
        change(journey)
    assert journey.traces() == traces


def test_every_act_records_its_happening(journey: Journey) -> None:
    journey.draft().submit().accept().assign(slt="lead", czt="co").sign_for().sign_for("czt", "co_sign_for")
    journey.do("czt_clerk", "co_opinion", "czt", position="agree", text="同意，资金由我厅统筹安排落实。")
    journey.contact().reply().evaluate("dissatisfied").redo(decision="waived")
    found: dict[str, set[str]] = {}
    for node, actions in ACTS.items():
        task = db.session.scalars(sa.select(Task).where(Task.node == node)).one()
        found[node] = set(
            db.session.scalars(
                sa.select(AuditEvent.action).where(
                    AuditEvent.actor_id == task.closed_by, AuditEvent.action.in_(actions)
                )
            )
        )
    assert found == ACTS
    assert set(db.session.scalars(sa.select(Task.node))) == set(ACTS)


def test_messages_go_with_the_change_they_tell_of(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    journey.draft().submit().accept()
    told = db.session.scalar(sa.select(sa.func.count()).select_from(Notification))
    traces = journey.traces()
    real = outbox.write

    def write_and_fail(connection: sa.Connection, waiting: Any) -> None:
        real(connection, waiting)
        assert connection.scalar(sa.select(sa.func.count()).select_from(Notification)) > (told or 0)
        raise Broken

    monkeypatch.setattr(outbox, "write", write_and_fail)
    with pytest.raises(Broken):
        journey.assign(slt="lead", czt="co")
    assert journey.traces() == traces


def test_a_refused_change_leaves_no_event(journey: Journey, database: SQLAlchemy) -> None:
    journey.draft().submit()
    count = len(recorded(journey))
    with pytest.raises(Exception, match="需要修改"):
        journey.do("intake", "intake")
    assert len(recorded(journey)) == count
