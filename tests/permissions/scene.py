"""The scene of the use cases: one closed case with a promise, one draft, and a try at everything else."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import capabilities
from engine.archives import archiving, evidence
from engine.auditing import verifying
from engine.budget import keeping as figures
from engine.casework import attachments, cases, cosigning
from engine.casework.attachments import FileStore
from engine.casework.ledgers import importing
from engine.casework.ledgers.files import Ledger
from engine.casework.periods import calendar_changes
from engine.commitments import changing, inheriting, rating, reporting
from engine.correspondence import dead, groups, sealing
from engine.deadlines import calendars
from engine.definitions import catalogue
from engine.documents import printing, templates
from engine.foundation.actor import Actor
from engine.meetings import agenda, convening
from engine.people import congresses, deputies, grants, organizations, sessions, substitutes, users
from engine.performance import keeping, linking, taking_down
from engine.performance import opening as evaluations
from engine.planning import opening, plans
from engine.publication import annual_reports, preparing, releasing, search_index
from engine.sandbox import adopting, drafts
from models import Case, Commitment, Membership, Notification, Publication, UserSession, db
from tests.budget.sheets import csv_file, rows
from tests.casework.permissions.scene import whole
from tests.operations.altered import asking, files
from tests.performance.reports import PUBLISHED, clean
from tests.permissions import running
from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey
from tests.support.sitting import arranged

TOMORROW = dt.date(2026, 2, 6)
Call = Callable[[Actor], Any]


@dataclass
class Scene:
    """What the use cases are tried on: ids of one congress."""

    cast: Cast
    store: FileStore
    case_id: int
    draft_id: int
    attachment_id: int
    commitment_id: int
    change_id: int
    publication_id: int
    draft_pack_id: int
    group_id: int
    session_id: int
    substitution_id: int
    membership_id: int
    batch_id: int
    letter_id: int
    project_id: int
    meeting_id: int
    item_id: int
    link_id: int
    sheet_id: int
    plan_item_id: int
    verification_id: int
    running: running.Running


def people(code: str = "14", name: str = "试验省人民代表大会") -> Cast:
    """Everybody there is in a congress, with seconds of those whose work asks for four eyes."""
    organs = [{"code": "hzw", "name": "环境与资源保护委员会", "kind": "committee"}]
    officers = [{"who": "committee", "at": "hzw", "roles": ["committee_officer"]}]
    cast = arranged(whole(assemble(code, name)), {"organs": organs, "people": officers})
    more = {
        name: join(cast, name, "dgw", role).user_id
        for name, role in (
            ("process_colleague", "process_admin"),
            ("budget", "budget_reviewer"),
            ("budget_colleague", "budget_reviewer"),
            ("meetings", "meeting_officer"),
        )
    }
    return dataclasses.replace(cast, users={**cast.users, **more})


def set_up(cast: Cast, folder: Path) -> Scene:
    """Let the people make it: everybody of `people` is there."""
    store, actor = FileStore(folder), cast.actor
    sealing.configure("the secret of these tests")
    journey = Journey(cast).draft().submit().accept().assign().sign_for().contact().reply().evaluate()
    draft = Journey(cast).draft("deputy2")
    note = attachments.add_attachment(
        actor("deputy2"), case_id=draft.case_id, filename="记录.txt", content=b"a", store=store
    )
    cosigning.invite_cosigners(actor("deputy2"), case_id=draft.case_id, deputy_ids=[cast.deputies["deputy3"]])
    owed = db.session.scalars(sa.select(Commitment.id).where(Commitment.case_id == journey.case_id)).one()
    change = changing.request_change(
        actor("slt_clerk"),
        commitment_id=owed,
        action="postpone",
        reason="汛期不能施工。",
        due_on=dt.date(2026, 12, 1),
    )
    due = db.session.scalars(sa.select(Publication.id).where(Publication.case_id == journey.case_id)).one()
    return Scene(
        cast=cast,
        store=store,
        case_id=journey.case_id,
        draft_id=draft.case_id,
        attachment_id=note,
        commitment_id=owed,
        change_id=change,
        publication_id=due,
        draft_pack_id=_drafted(actor("process_admin")),
        group_id=_group(actor("system_admin"), cast),
        session_id=_session(cast.users["slt_clerk"]),
        substitution_id=_substitute(actor("slt_clerk"), cast, TOMORROW),
        membership_id=db.session.scalars(
            sa.select(Membership.id).where(Membership.user_id == cast.users["jyt_clerk"])
        ).all()[0],
        batch_id=importing.begin_ledger(
            actor("intake"), process_key="suggestion", filename="台账.csv", ledger=Ledger([])
        ),
        letter_id=_dead_letter(cast, journey.case_id),
        **_sitting(cast),
        **_evaluated(cast, journey.case.number or ""),
        sheet_id=kept(actor("budget")).sheet_id,
        plan_item_id=_planned(cast),
        verification_id=verifying.begin_verification(actor("auditor")).id,
        running=running.set_up(cast),
    )


def _sitting(cast: Cast) -> dict[str, int]:
    """A meeting of the standing committee that has been held, with two matters that are no case."""
    days = {"opens_on": dt.date(2026, 1, 29), "closes_on": dt.date(2026, 1, 30)}
    meeting_id = convening.convene(
        cast.actor("assigner"), kind="standing_committee", term=14, ordinal=19, name="第十九次会议", **days
    )
    officer = cast.actor("meetings")
    first, second = (agenda.add_matter(officer, meeting_id=meeting_id, title=title) for title in ("一", "二"))
    assert first < second
    return {"meeting_id": meeting_id, "item_id": second}


def matter(cast: Cast, title: str) -> dict[str, object]:
    """A matter for the plan of supervision, of the committee."""
    values = {"title": title, "channel": "committees", "process_key": "work_report", "month": 5}
    return values | {"organ_id": cast.organizations["hzw"], "grounds": "调研中发现的突出问题。"}


def _planned(cast: Cast) -> int:
    """A matter in the plan of the year as it was adopted."""
    values = matter(cast, "关于水利工程维护情况的报告")
    item_id = plans.propose_item(cast.actor("committee"), year=2026, values=values)
    plans.adopt(cast.actor("meetings"), year=2026, council="第一次主任会议", decided_on=dt.date(2026, 1, 5))
    return item_id


def _with_plans(scene: Scene) -> dict[str, Call]:
    item, cast = scene.plan_item_id, scene.cast
    proposed_one = matter(cast, "关于农村饮水安全情况的报告")
    return {
        "planning.plans.propose_item": lambda actor: plans.propose_item(
            actor, year=2026, values=proposed_one
        ),
        "planning.plans.change_item": lambda actor: plans.change_item(
            actor, item_id=item, values=proposed_one, reason="扩大范围。"
        ),
        "planning.plans.drop_item": lambda actor: plans.drop_item(actor, item_id=item, reason="已另有安排。"),
        "planning.plans.adopt": lambda actor: plans.adopt(
            actor, year=2026, council="第二次主任会议", decided_on=dt.date(2026, 1, 6), reason="调整。"
        ),
        "planning.opening.open_item": lambda actor: opening.open_item(actor, item_id=item),
    }


def kept(actor: Actor) -> figures.Kept:
    """January's budget figures."""
    return figures.keep_figures(actor, year=2026, month=1, filename="一月.csv", content=csv_file(rows()))


def _drafted(actor: Actor) -> int:
    """A draft that is ready to be proposed."""
    id_ = drafts.make_draft(actor, name="试算")
    article = {"act": "《试验省建议办理办法》", "article": "第八条"}
    drafts.change_rule(actor, draft_id=id_, rule_id="evaluation", length="15wd", warn=["2wd"], **article)
    return id_


def proposed(scene: Scene, actor: Actor | None = None) -> int:
    """The proposal of the draft by the process administrator, or by whoever; a second time it is the same one."""
    return adopting.propose(
        actor or scene.cast.actor("process_admin"),
        draft_id=scene.draft_pack_id,
        since=dt.date(2026, 1, 1),
        until=dt.date(2026, 12, 31),
        effective_on=dt.date(2026, 3, 1),
        reason="主任会议决定。",
    )


def _evaluated(cast: Cast, number: str) -> dict[str, int]:
    """A self-evaluation of slt, and its link to a case."""
    clerk = cast.actor("slt_clerk")
    kept = keeping.keep_form(clerk, report=clean())
    link = linking.link_case(clerk, project_id=kept.project_id, number=number, reason="代表建议整治支流。")
    return {"project_id": kept.project_id, "link_id": link}


def _with_budget(scene: Scene) -> dict[str, Call]:
    project = scene.project_id
    number = db.session.scalar(sa.select(Case.number).where(Case.id == scene.case_id)) or ""
    return {
        "performance.linking.link_case": lambda actor: linking.link_case(
            actor, project_id=project, number=number, indicator="工程合格率", reason="同一条河道。"
        ),
        "performance.linking.unlink_case": lambda actor: linking.unlink_case(
            actor, project_id=project, link_id=scene.link_id, reason="关联错了。"
        ),
        "performance.taking_down.take_down_archived": lambda actor: taking_down.take_down_archived(
            actor, project_id=project, reason="含个人信息。"
        ),
        "performance.keeping.keep_file": lambda actor: keeping.keep_file(
            actor, filename="自评.txt", content=PUBLISHED
        ),
        "performance.keeping.keep_form": lambda actor: keeping.keep_form(
            actor, report=dataclasses.replace(clean(), project="另一项目")
        ),
        "performance.opening.take_over": lambda actor: evaluations.take_over(
            actor, project_id=scene.project_id
        ),
    }


def _dead_letter(cast: Cast, case_id: int) -> int:
    row = Notification(
        congress_id=cast.congress_id,
        user_id=cast.users["slt_clerk"],
        case_id=case_id,
        channel="email",
        event="case:assigned",
        key=f"dead {cast.congress_id}",
        subject="交办",
        body="请签收。",
        created_at=dt.datetime(2026, 2, 5, 2, tzinfo=dt.UTC),
        state="dead",
        attempts=8,
        last_error="Strange: nobody knows",
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def _group(actor: Actor, cast: Cast) -> int:
    return groups.add_group(
        actor,
        organization_id=cast.organizations["slt"],
        kind="wecom",
        title="水利厅督办群",
        address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef",
    )


def _session(user_id: int) -> int:
    now = dt.datetime(2026, 2, 5, 2, tzinfo=dt.UTC)
    row = UserSession(
        user_id=user_id,
        secret_hash="0" * 64,
        created_at=now,
        seen_at=now,
        ends_at=now + dt.timedelta(days=1),
        address="192.0.2.1",
        browser="",
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def _substitute(actor: Actor, cast: Cast, day: dt.date) -> int:
    return substitutes.name_substitute(
        actor,
        organization_id=cast.organizations["slt"],
        absent_id=cast.users["slt_clerk"],
        substitute_id=cast.users["slt_deputy_head"],
        period=substitutes.Period(day, day, "休假。"),
    )


def calls(scene: Scene) -> dict[str, Call]:
    """A try at each use case of the table, with answers that are right."""
    rooms = (_with_cases, _with_promises, _with_papers, _with_rules, _with_people, _with_budget, _with_plans)
    found = {key: call for room in rooms for key, call in room(scene).items()}
    return found | running.calls(scene.running)


def _with_cases(scene: Scene) -> dict[str, Call]:
    return {
        "casework.cases.open_case": lambda actor: cases.open_case(actor, process_key="suggestion"),
        "casework.attachments.remove_attachment": lambda actor: attachments.remove_attachment(
            actor, attachment_id=scene.attachment_id
        ),
        "casework.cosigning.answer_invitation": lambda actor: cosigning.answer_invitation(
            actor, case_id=scene.draft_id, text_version=1, confirmed=True
        ),
        "casework.ledgers.importing.begin_ledger": lambda actor: importing.begin_ledger(
            actor, process_key="suggestion", filename="台账.csv", ledger=Ledger([])
        ),
        "archives.archiving.archive_case": lambda actor: archiving.archive_case(
            actor,
            case_id=scene.case_id,
            number="X1-2026-0001",
            retention="permanent",
            checks=archiving.CHECKS,
            store=scene.store,
        ),
        "archives.evidence.take_bundle": lambda actor: evidence.take_bundle(
            actor, case_id=scene.case_id, store=scene.store
        ),
    }


def _with_promises(scene: Scene) -> dict[str, Call]:
    owed, change = scene.commitment_id, scene.change_id
    return {
        "commitments.reporting.report_progress": lambda actor: reporting.report_progress(
            actor, commitment_id=owed, text="已完成招标。"
        ),
        "commitments.reporting.report_fulfilled": lambda actor: reporting.report_fulfilled(
            actor, commitment_id=owed, text="已完工并投入使用。"
        ),
        "commitments.changing.request_change": lambda actor: changing.request_change(
            actor, commitment_id=owed, action="withdraw", reason="政策调整，不再实施。"
        ),
        "commitments.changing.approve_change": lambda actor: changing.approve_change(
            actor, commitment_id=owed, entry_id=change, approved=True
        ),
        "commitments.changing.decide_change": lambda actor: changing.decide_change(
            actor, commitment_id=owed, entry_id=change, granted=True
        ),
        "commitments.rating.rate_fulfilment": lambda actor: rating.rate_fulfilment(
            actor, commitment_id=owed, fulfilled=True
        ),
        "commitments.inheriting.merge_organization": lambda actor: inheriting.merge_organization(
            actor,
            organization_id=scene.cast.organizations["jyt"],
            successor_id=scene.cast.organizations["slt"],
            reason="机构改革方案〔2026〕1号。",
        ),
    }


def _with_papers(scene: Scene) -> dict[str, Call]:
    about: dict[str, Any] = {"process_key": "suggestion", "year": 2026}
    item, reason = scene.publication_id, "涉及未定事项，依法不予公开。"
    return {
        "publication.preparing.prepare_copy": lambda actor: preparing.prepare_copy(
            actor, publication_id=item, texts={}
        ),
        "publication.preparing.send_back_copy": lambda actor: preparing.send_back_copy(
            actor, publication_id=item, reason=reason
        ),
        "publication.releasing.release_copy": lambda actor: releasing.release_copy(
            actor, publication_id=item
        ),
        "publication.releasing.withhold_publication": lambda actor: releasing.withhold_publication(
            actor, publication_id=item, reason=reason
        ),
        "publication.releasing.withdraw_publication": lambda actor: releasing.withdraw_publication(
            actor, publication_id=item, reason=reason
        ),
        "publication.annual_reports.prepare_report": lambda actor: annual_reports.prepare_report(
            actor, text="全年办理情况。", **about
        ),
        "publication.annual_reports.release_report": lambda actor: annual_reports.release_report(
            actor, version=1, **about
        ),
        "publication.search_index._rebuild_block": lambda actor: search_index._rebuild_block(actor, block=0),
        "documents.printing.note_printing": lambda actor: printing.note_printing(
            actor, case_id=scene.case_id, key="suggestion", subject_id=scene.case_id, format="pdf"
        ),
        "documents.templates.keep_template": lambda actor: templates.keep_template(
            actor, process_key="suggestion", document="suggestion", format="typ", content=b"x", note=""
        ),
        "auditing.verifying.begin_verification": lambda actor: verifying.begin_verification(
            actor, chain=f"congress:{actor.congress_id}"
        ),
        "correspondence.dead.retry_letters": lambda actor: dead.retry_letters(actor, ids=[scene.letter_id]),
        "correspondence.dead.give_up_letters": lambda actor: dead.give_up_letters(
            actor, ids=[scene.letter_id], reason="号码已注销。"
        ),
        "correspondence.groups.add_group": lambda actor: _group(actor, scene.cast),
        "correspondence.groups.remove_group": lambda actor: groups.remove_group(actor, scene.group_id),
    }


def _with_rules(scene: Scene) -> dict[str, Call]:
    return {
        "casework.periods.calendar_changes.set_day": lambda actor: calendar_changes.set_day(
            actor, day=dt.date(2027, 5, 6), kind="restday", name="调休"
        ),
        "casework.periods.calendar_changes.confirm_year": lambda actor: calendar_changes.confirm_year(
            actor, year=2027, source="国办通知"
        ),
        "casework.periods.calendar_changes.import_year": lambda actor: calendar_changes.import_year(
            actor, text="2027-05-06,休,劳动节", source="国办通知"
        ),
        "sandbox.drafts.make_draft": lambda actor: drafts.make_draft(actor, name="另一稿"),
        "sandbox.drafts.change_rule": lambda actor: drafts.change_rule(
            actor, draft_id=scene.draft_pack_id, rule_id="answer", length="2m", warn=()
        ),
        "sandbox.adopting.propose": lambda actor: proposed(scene, actor),
        "sandbox.adopting.confirm": lambda actor: adopting.confirm(actor, proposed(scene)),
        "sandbox.adopting.refuse": lambda actor: adopting.refuse(actor, proposed(scene), answer="依据不足。"),
        "sandbox.adopting.withdraw": lambda actor: adopting.withdraw(actor, proposed(scene)),
        "definitions.catalogue.deploy": lambda actor: catalogue.deploy(
            actor, files(bpmn=asking('review == "returned"', 'review != "passed"')), **capabilities.known()
        ),
        "deadlines.calendars.seed_calendars": lambda actor: calendars.seed_calendars(
            actor, congress_id=scene.cast.congress_id
        ),
        "budget.keeping.keep_figures": lambda actor: figures.keep_figures(
            actor, year=2026, month=2, filename="二月.csv", content=csv_file(rows())
        ),
        "meetings.convening.convene": lambda actor: convening.convene(
            actor,
            term=14,
            ordinal=5,
            name="五次会议",
            opens_on=dt.date(2027, 1, 20),
            closes_on=dt.date(2027, 1, 26),
        ),
        "meetings.agenda.add_matter": lambda actor: agenda.add_matter(
            actor, meeting_id=scene.meeting_id, title="其他事项"
        ),
        "meetings.agenda.drop_matter": lambda actor: agenda.drop_matter(actor, item_id=scene.item_id),
        "meetings.agenda.move_up": lambda actor: agenda.move_up(actor, item_id=scene.item_id),
        "meetings.agenda.record_attendance": lambda actor: agenda.record_attendance(
            actor, meeting_id=scene.meeting_id, statuses={scene.cast.users["deputy4"]: "present"}
        ),
    }


def _with_people(scene: Scene) -> dict[str, Call]:
    units, people = scene.cast.organizations, scene.cast.users
    clerk, deputy = people["jyt_clerk"], scene.cast.deputies["deputy4"]
    return {
        "people.congresses.found_congress": lambda actor: congresses.found_congress(
            actor, code="x", name="某市人大", level="city", rule_pack="shanxi"
        ),
        "people.congresses.change_congress": lambda actor: congresses.change_congress(
            actor, congresses.Particulars("某省人大", "省人大", contact_phone="0351-7654321")
        ),
        "people.congresses.appoint_administrator": lambda actor: congresses.appoint_administrator(
            actor, role="auditor", username="some-one", name="某人"
        ),
        "people.organizations.create_organization": lambda actor: organizations.create_organization(
            actor, code="new", name="新局", kind="department"
        ),
        "people.organizations.change_organization": lambda actor: organizations.change_organization(
            actor, units["jyt"], name="教育厅", position=1
        ),
        "people.organizations.deactivate_organization": lambda actor: organizations.deactivate_organization(
            actor, units["jyt"]
        ),
        "people.organizations.reactivate_organization": lambda actor: organizations.reactivate_organization(
            actor, units["jyt"]
        ),
        "people.users.create_user": lambda actor: users.create_user(actor, username="some-one", name="某人"),
        "people.users.change_user": lambda actor: users.change_user(actor, clerk, name="某人", email=""),
        "people.users.deactivate_user": lambda actor: users.deactivate_user(actor, clerk),
        "people.users.reactivate_user": lambda actor: users.reactivate_user(actor, clerk),
        "people.users.reset_password": lambda actor: users.reset_password(actor, clerk),
        "people.users.end_sessions_of": lambda actor: users.end_sessions_of(actor, people["slt_clerk"]),
        "people.grants.grant_role": lambda actor: grants.grant_role(
            actor, clerk, organization_id=units["jyt"], role="head"
        ),
        "people.grants.end_role": lambda actor: grants.end_role(actor, scene.membership_id),
        "people.deputies.register_deputy": lambda actor: deputies.register_deputy(
            actor, deputies.Mandate(card_number="149999", name="孙", term=14, delegation_id=units["tyt"])
        ),
        "people.deputies.link_user": lambda actor: deputies.link_user(
            actor, deputy, user_id=people["deputy4"]
        ),
        "people.deputies.change_deputy_status": lambda actor: deputies.change_deputy_status(
            actor, deputy, status="suspended", reason="法定事由"
        ),
        "people.sessions.end_session": lambda actor: sessions.end_session(actor, scene.session_id),
        "people.substitutes.name_substitute": lambda actor: _substitute(
            actor, scene.cast, dt.date(2026, 3, 2)
        ),
        "people.substitutes.change_substitute": lambda actor: substitutes.change_substitute(
            actor,
            scene.substitution_id,
            substitute_id=people["slt_deputy_head"],
            ends_on=dt.date(2026, 2, 9),
            reason="延长。",
        ),
        "people.substitutes.revoke_substitute": lambda actor: substitutes.revoke_substitute(
            actor, scene.substitution_id
        ),
    }
