"""A promise from the signed reply to the deputy's rating: reported, changed, lapsed, superseded, inherited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.attachments import AttachmentRefused, FileStore
from engine.commitments.changing import (
    ChangePending,
    OwnRequest,
    approve_change,
    decide_change,
    request_change,
)
from engine.commitments.inheriting import NoSuccessor, merge_organization
from engine.commitments.ledger import of_case, to_rate
from engine.commitments.rating import rate_fulfilment
from engine.commitments.reporting import Evidence, report_fulfilled, report_progress
from engine.commitments.rows import CommitmentMoved, NotOwed, to_view
from engine.commitments.sweeping import sweep_commitments
from engine.foundation import clock
from engine.foundation.actor import Actor, Seat
from engine.foundation.audit_verification import verify
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotAllowed, NotFound
from engine.people import organizations
from engine.people.actors import actor_for
from engine.people.refusals import AdministratorsThere, StillInUse
from models import (
    Assignment,
    Attachment,
    AuditEvent,
    Commitment,
    CommitmentEntry,
    Deputy,
    Meeting,
    Notification,
    Organization,
    Task,
    db,
)
from tests.support.cast import join
from tests.support.journey import Journey
from tests.support.pictures import png

Owed = Callable[[Journey], Commitment]
DUE = dt.date(2026, 10, 3)
DONE = "两处干渠改造完成，通过竣工验收。"


def at(day: dt.date | str) -> Any:
    moment = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return clock.moved_to(dt.datetime.combine(moment, dt.time(10), clock.ZONE))


def who(journey: Journey, name: str) -> Any:
    return journey.cast.actor(name)


def told(event: str) -> set[str]:
    """The users whom the application told of a happening."""
    rows = db.session.scalars(
        sa.select(Notification.user_id).where(Notification.event == event, Notification.channel == "in_app")
    )
    return set(rows)


def recorded(journey: Journey, start: str = "commitment:") -> list[str]:
    statement = sa.select(AuditEvent.action).where(
        AuditEvent.chain == f"case:{journey.case_id}", AuditEvent.action.like(f"{start}%")
    )
    return list(db.session.scalars(statement.order_by(AuditEvent.position)))


def ask(journey: Journey, owed: Commitment, **over: Any) -> int:
    answers = {"action": "postpone", "reason": "汛期提前，工期顺延。", "due_on": DUE + dt.timedelta(days=30)}
    return request_change(who(journey, "slt_clerk"), commitment_id=owed.id, **{**answers, **over})


def test_a_signed_reply_leaves_its_promises_numbered_and_the_case_may_close(
    promised: Journey, owed: Owed
) -> None:
    found = owed(promised)
    assert (found.ordinal, found.status, found.due_on, found.term) == (1, "open", DUE, 14)
    assert found.unit_id == promised.cast.organizations["slt"]
    assert found.wakes_on == DUE - dt.timedelta(days=30)
    assert recorded(promised) == ["commitment:made"]
    promised.evaluate()
    assert promised.case.status == "closed" and owed(promised).status == "open"


def test_a_later_round_supersedes_what_the_earlier_one_promised(promised: Journey, owed: Owed) -> None:
    first = owed(promised).id
    promised.evaluate("dissatisfied").redo().contact().reply()
    second = owed(promised)
    assert second.ordinal == 2 and second.status == "open"
    old = db.session.get_one(Commitment, first)
    assert (old.status, old.superseded_by, old.wakes_on) == ("superseded", second.reply_id, None)
    assert recorded(promised) == ["commitment:made", "commitment:superseded", "commitment:made"]
    with pytest.raises(NotOwed):
        report_progress(who(promised, "slt_clerk"), commitment_id=first, text="还在继续推进。")


def test_progress_is_reported_with_evidence_and_a_double_click_is_one_report(
    promised: Journey, owed: Owed, tmp_path: Path
) -> None:
    found = owed(promised)
    clerk = who(promised, "slt_clerk")
    evidence = Evidence(FileStore(tmp_path), (("照片.png", png()),))
    values = {"commitment_id": found.id, "text": "完成招标，已经开工。", "revision": 1}
    entry = report_progress(clerk, evidence=evidence, **values)
    assert report_progress(clerk, evidence=evidence, **values) == entry
    kept = db.session.scalars(sa.select(Attachment)).one()
    assert (kept.subject, kept.subject_id, kept.filename) == ("commitment", entry, "照片.png")
    assert recorded(promised).count("commitment:reported") == 1
    assert told("commitment:reported") == {promised.cast.users["deputy1"]}
    with pytest.raises(CommitmentMoved):
        report_progress(clerk, commitment_id=found.id, text="旧页面上的另一份。", revision=1)
    with pytest.raises(InvalidAnswers):
        report_progress(clerk, commitment_id=found.id, text="好")
    bad = Evidence(FileStore(tmp_path), (("毒.exe", b"MZ"),))
    traces = promised.traces()
    with pytest.raises(AttachmentRefused):
        report_progress(clerk, commitment_id=found.id, text="附上材料一份。", evidence=bad)
    assert promised.traces() == traces


def test_a_small_delay_is_the_heads_and_everybody_concerned_learns_of_it(
    promised: Journey, owed: Owed
) -> None:
    found = owed(promised)
    entry = ask(promised, found)
    assert ask(promised, found) == entry
    with pytest.raises(ChangePending):
        ask(promised, found, reason="另一个完全不同的理由。")
    assert told("commitment:change_requested") == {promised.cast.users["slt_head"]}
    head = who(promised, "slt_head")
    for _click in range(2):
        approve_change(head, commitment_id=found.id, entry_id=entry, approved=True)
    changed = owed(promised)
    assert (changed.status, changed.due_on) == ("changed", DUE + dt.timedelta(days=30))
    assert changed.first_due_on == DUE
    users = promised.cast.users
    concerned = ("deputy1", "slt_clerk", "assigner", "router")
    assert told("commitment:changed") == {users[name] for name in concerned}
    assert recorded(promised)[1:] == ["commitment:change_requested", "commitment:changed"]
    with pytest.raises(GuardRefused):
        approve_change(head, commitment_id=found.id, entry_id=entry, approved=False, reason="反悔了不同意。")


@pytest.mark.parametrize(
    "over",
    [
        {"due_on": DUE + dt.timedelta(days=91)},
        {"action": "reword", "what": "改为只修一处干渠。", "due_on": None},
        {"action": "withdraw", "due_on": None},
    ],
)
def test_what_weighs_is_decided_by_the_congress(promised: Journey, owed: Owed, over: dict[str, Any]) -> None:
    found = owed(promised)
    entry = ask(promised, found, **over)
    with pytest.raises(GuardRefused):
        decide_change(who(promised, "assigner"), commitment_id=found.id, entry_id=entry, granted=True)
    approve_change(who(promised, "slt_head"), commitment_id=found.id, entry_id=entry, approved=True)
    assert owed(promised).status == "open"
    assert told("commitment:change_approved") == {promised.cast.users["assigner"]}
    with pytest.raises(NotAllowed):
        decide_change(who(promised, "slt_head"), commitment_id=found.id, entry_id=entry, granted=True)
    for _click in range(2):
        decide_change(who(promised, "assigner"), commitment_id=found.id, entry_id=entry, granted=True)
    expected = "withdrawn" if over.get("action") == "withdraw" else "changed"
    assert owed(promised).status == expected
    assert recorded(promised).count("commitment:changed") == 1


def test_delays_add_up_from_the_day_first_promised(promised: Journey, owed: Owed) -> None:
    found = owed(promised)
    head = who(promised, "slt_head")
    first = ask(promised, found, due_on=DUE + dt.timedelta(days=60))
    approve_change(head, commitment_id=found.id, entry_id=first, approved=True)
    second = ask(promised, found, due_on=DUE + dt.timedelta(days=100))
    approve_change(head, commitment_id=found.id, entry_id=second, approved=True)
    assert owed(promised).due_on == DUE + dt.timedelta(days=60)
    assert db.session.get_one(CommitmentEntry, second).state == "approved"


def test_a_refused_change_says_why_and_changes_nothing(promised: Journey, owed: Owed) -> None:
    found = owed(promised)
    entry = ask(promised, found)
    head = who(promised, "slt_head")
    with pytest.raises(InvalidAnswers):
        approve_change(head, commitment_id=found.id, entry_id=entry, approved=False)
    approve_change(head, commitment_id=found.id, entry_id=entry, approved=False, reason="可以加快，不同意。")
    assert owed(promised).due_on == DUE
    assert told("commitment:change_refused") == {promised.cast.users["slt_clerk"]}
    ask(promised, found, reason="再次申请，情况有变化。")


def test_nobody_approves_his_own_request(promised: Journey, owed: Owed) -> None:
    both = join(promised.cast, "slt_clerk", "slt", "head")
    found = owed(promised)
    entry = ask(promised, found)
    with pytest.raises(OwnRequest):
        approve_change(both, commitment_id=found.id, entry_id=entry, approved=True)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"due_on": DUE}, "due_on"),
        ({"due_on": None}, "due_on"),
        ({"due_on": dt.date(2076, 1, 1)}, "due_on"),
        ({"action": "shorten"}, "action"),
        ({"action": "reword", "what": ""}, "what"),
        ({"reason": "忙"}, "reason"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    promised: Journey, owed: Owed, over: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidAnswers) as refusal:
        ask(promised, owed(promised), **over)
    assert list(refusal.value.errors) == [field]


def test_the_deputy_rates_within_twenty_working_days_and_a_no_makes_it_owed_again(
    promised: Journey, owed: Owed
) -> None:
    found = owed(promised)
    clerk, deputy = who(promised, "slt_clerk"), who(promised, "deputy1")
    with pytest.raises(GuardRefused):
        rate_fulfilment(deputy, commitment_id=found.id, fulfilled=True)
    for _click in range(2):
        report_fulfilled(clerk, commitment_id=found.id, text=DONE)
    reported = owed(promised)
    assert (reported.status, reported.fulfilled_on) == ("fulfilled", dt.date(2026, 2, 5))
    assert reported.rating_due_on == dt.date(2026, 3, 11), "twenty working days, the Spring Festival left out"
    assert told("commitment:fulfilled") == {promised.cast.users["deputy1"], promised.cast.users["assigner"]}
    with pytest.raises(InvalidAnswers):
        rate_fulfilment(deputy, commitment_id=found.id, fulfilled=False)
    for _click in range(2):
        rate_fulfilment(
            deputy, commitment_id=found.id, fulfilled=False, reasons="只完成了一处，另一处未动工。"
        )
    again = owed(promised)
    assert (again.status, again.rating, again.fulfilled_on) == ("open", "not_fulfilled", None)
    assert recorded(promised).count("commitment:rated") == 1
    report_fulfilled(clerk, commitment_id=found.id, text="第二处也完成了改造。")
    rate_fulfilment(deputy, commitment_id=found.id, fulfilled=True)
    assert (owed(promised).rating, owed(promised).wakes_on) == ("fulfilled", None)
    assert verify().sound


def test_where_the_deputy_has_no_account_the_office_enters_his_rating(promised: Journey, owed: Owed) -> None:
    found = owed(promised)
    report_fulfilled(who(promised, "slt_clerk"), commitment_id=found.id, text=DONE)
    with pytest.raises(NotAllowed):
        rate_fulfilment(who(promised, "intake"), commitment_id=found.id, fulfilled=True)
    db.session.get_one(Deputy, promised.cast.deputies["deputy1"]).user_id = None
    db.session.commit()
    rate_fulfilment(who(promised, "intake"), commitment_id=found.id, fulfilled=True)
    entry = db.session.scalars(sa.select(CommitmentEntry).where(CommitmentEntry.kind == "rating")).one()
    assert entry.detail["on_paper"] is True


def test_it_is_told_before_it_is_due_and_when_it_has_lapsed_each_once(promised: Journey, owed: Owed) -> None:
    users = promised.cast.users
    for day, kind in (("2026-09-03", "due"), ("2026-09-26", "due"), ("2026-10-04", "lapsed")):
        with at(day):
            count = recorded(promised).count(f"commitment:{kind}")
            assert sweep_commitments() == 1 and sweep_commitments() == 0
            assert recorded(promised).count(f"commitment:{kind}") == count + 1
    concerned = ("slt_clerk", "slt_head", "assigner", "router")
    assert told("commitment:due") == {users[name] for name in concerned}
    assert told("commitment:lapsed") == told("commitment:due") | {users["deputy1"]}
    assert owed(promised).status == "lapsed"
    with at("2026-10-10"):
        report_fulfilled(who(promised, "slt_clerk"), commitment_id=owed(promised).id, text=DONE)
        assert owed(promised).status == "fulfilled"


def test_days_without_a_sweep_are_told_as_the_last_of_them(promised: Journey, owed: Owed) -> None:
    with at("2027-01-05"):
        assert sweep_commitments() == 1
    assert recorded(promised) == ["commitment:made", "commitment:lapsed"]


def test_the_deputy_is_reminded_to_rate_and_not_for_ever(promised: Journey, owed: Owed) -> None:
    report_fulfilled(who(promised, "slt_clerk"), commitment_id=owed(promised).id, text=DONE)
    days = [dt.date(2026, 2, 6) + dt.timedelta(days=number) for number in range(60)]
    said = []
    for day in days:
        with at(day):
            said += [day] * sweep_commitments()
    assert said == [dt.date(2026, 3, 4), dt.date(2026, 3, 10)]
    assert owed(promised).wakes_on is None
    deputy = who(promised, "deputy1")
    for day, waits in (("2026-03-11", 1), ("2026-03-12", 0)):
        with at(day):
            assert len(to_rate(deputy)) == waits
            assert [line.waits_for_rating for line in of_case(deputy, promised.case_id)] == [bool(waits)]


def test_a_promise_outlives_the_term(promised: Journey, owed: Owed) -> None:
    db.session.add(
        Meeting(
            congress_id=promised.cast.congress_id,
            term=15,
            ordinal=1,
            name="省十五届人大一次会议",
            opens_on=dt.date(2026, 6, 1),
            closes_on=None,
            counters={},
        )
    )
    db.session.commit()
    assert sweep_commitments() == 0
    with at("2026-06-01"):
        assert sweep_commitments() == 1 and sweep_commitments() == 0
    assert (owed(promised).term, owed(promised).status) == (15, "carried_over")
    with at("2026-10-10"):
        sweep_commitments()
    assert owed(promised).status == "lapsed"


# A unit becomes another


def merge(journey: Journey, old: str = "slt", new: str = "jyt") -> None:
    ids = journey.cast.organizations
    seats = (Seat("system_admin", ids["dgw"], "代工委"),)
    admin = Actor(user_id=None, name="系统管理员", congress_id=journey.cast.congress_id, seats=seats)
    values = {"organization_id": ids[old], "successor_id": ids[new], "reason": "机构改革方案〔2026〕1号"}
    merge_organization(admin, **values)


def test_open_promises_go_to_the_successor_with_their_history(promised: Journey, owed: Owed) -> None:
    promised.evaluate()
    found = owed(promised)
    report_progress(who(promised, "slt_clerk"), commitment_id=found.id, text="完成招标，已经开工。")
    for _click in range(2):
        merge(promised)
    inherited = owed(promised)
    assert inherited.unit_id == promised.cast.organizations["jyt"] and inherited.status == "open"
    assert recorded(promised).count("commitment:inherited") == 1
    old = db.session.get_one(Organization, promised.cast.organizations["slt"])
    assert (old.active, old.successor_id) == (False, promised.cast.organizations["jyt"])
    with pytest.raises(NotFound):
        report_progress(who(promised, "slt_clerk"), commitment_id=found.id, text="老单位还想报告。")
    report_progress(who(promised, "jyt_clerk"), commitment_id=found.id, text="承接单位继续推进。")
    with at("2026-10-04"):
        sweep_commitments()
    users = promised.cast.users
    assert {users["jyt_clerk"], users["jyt_head"]} <= told("commitment:lapsed")
    assert not {users["slt_clerk"], users["slt_head"]} & told("commitment:lapsed")


def test_work_in_hand_goes_to_the_successor_and_is_finished_there(journey: Journey, owed: Owed) -> None:
    journey.draft().submit().accept().assign(slt="lead", czt="co").sign_for().contact()
    merge(journey)
    task = journey.task("draft_reply")
    assert task.organization_id == journey.cast.organizations["jyt"]
    journey.do("czt_clerk", "co_sign_for", "czt")
    journey.do("czt_clerk", "co_opinion", "czt", position="agree", text="同意，资金由我厅统筹安排。")
    journey.do("jyt_clerk", "draft_reply", **journey.answers())
    journey.do("jyt_deputy_head", "review_reply", decision="passed")
    journey.do("jyt_head", "sign_reply", decision="signed", number="1号")
    assert owed(journey).unit_id == journey.cast.organizations["jyt"]
    assert recorded(journey, "assignment:inherited") == ["assignment:inherited"]


@pytest.mark.parametrize(("old", "new"), [("czt", "slt"), ("slt", "czt")])
def test_a_unit_that_comes_to_help_itself_has_both_parts_and_can_answer(
    journey: Journey, old: str, new: str
) -> None:
    """Whichever of the two is merged into the other: contacts are those of the part that answers, nobody waits."""
    journey.draft().submit().accept().assign(slt="lead", czt="co").sign_for()
    merge(journey, old, new)
    ids, clerk = journey.cast.organizations, f"{new}_clerk"
    parts = [(row.role, row.unit_id, row.formerly_id) for row in db.session.scalars(sa.select(Assignment))]
    assert sorted(role for role, unit, _formerly in parts if unit == ids[new]) == ["co", "lead"]
    assert [role for role, _unit, formerly in parts if formerly == ids[old]] == [
        {"slt": "lead", "czt": "co"}[old]
    ]
    journey.contact(new)
    journey.do(clerk, "draft_reply", **journey.answers())
    journey.do(f"{new}_deputy_head", "review_reply", decision="passed")
    journey.do(f"{new}_head", "sign_reply", decision="signed", number="1号")
    journey.do(clerk, "co_sign_for")
    journey.do(clerk, "co_opinion", position="agree", text="同意，资金由我厅统筹安排。")
    assert journey.open_nodes() == ["evaluate"]
    assert not db.session.scalars(sa.select(Task).where(Task.organization_id == ids[old], Task.open)).all()


def test_a_unit_with_a_part_in_an_open_case_is_not_simply_closed(promised: Journey) -> None:
    admin = join(promised.cast, "system_admin", "dgw", "system_admin")
    for name in ("slt_clerk", "slt_deputy_head", "slt_head"):
        db.session.execute(
            sa.text("UPDATE membership SET ended_at = granted_at WHERE user_id = :id"),
            {"id": promised.cast.users[name]},
        )
    db.session.commit()
    with pytest.raises(StillInUse):
        organizations.deactivate_organization(admin, promised.cast.organizations["slt"])


def test_a_successor_must_be_there_to_take_over(promised: Journey) -> None:
    merge(promised, "czt", "jyt")
    with pytest.raises(NoSuccessor):
        merge(promised, "slt", "czt")
    with pytest.raises(NoSuccessor):
        merge(promised, "czt", "slt")
    with pytest.raises(InvalidAnswers):
        merge(promised, "slt", "slt")
    merge(promised, "jyt", "slt")
    first = db.session.get_one(Organization, promised.cast.organizations["czt"])
    assert first.successor_id == promised.cast.organizations["slt"]
    with pytest.raises(NotAllowed):
        merge_organization(
            who(promised, "assigner"),
            organization_id=promised.cast.organizations["slt"],
            successor_id=promised.cast.organizations["zfb"],
            reason="不是管理员也想合并",
        )


def test_an_organization_whose_seats_nobody_else_has_is_not_closed(promised: Journey) -> None:
    auditor = join(promised.cast, "watch", "dgw", "auditor")
    with pytest.raises(AdministratorsThere, match="审计管理员"):
        merge(promised, "dgw", "jyt")
    assert db.session.get_one(Organization, promised.cast.organizations["dgw"]).active
    join(promised.cast, "watch_two", "jyt", "auditor")
    merge(promised, "dgw", "jyt")
    assert not actor_for(auditor.user_id or 0).seats


# Who may what

DEEDS: dict[str, Callable[[Any, int, int], Any]] = {
    "report": lambda actor, id_, entry: report_progress(
        actor, commitment_id=id_, text=f"{actor.name}的报告。"
    ),
    "fulfil": lambda actor, id_, entry: report_fulfilled(actor, commitment_id=id_, text=DONE),
    "ask": lambda actor, id_, entry: request_change(
        actor, commitment_id=id_, action="withdraw", reason="情况变化，无法实施。"
    ),
    "approve": lambda actor, id_, entry: approve_change(
        actor, commitment_id=id_, entry_id=entry, approved=True
    ),
    "decide": lambda actor, id_, entry: decide_change(actor, commitment_id=id_, entry_id=entry, granted=True),
    "rate": lambda actor, id_, entry: rate_fulfilment(actor, commitment_id=id_, fulfilled=True),
}
UNIT = {"slt_clerk", "slt_deputy_head", "slt_head"}
OFFICES = {"intake", "reviewer", "assigner", "dispatcher", "supervisor"}
MAY = {
    "report": UNIT,
    "fulfil": UNIT,
    "ask": {"slt_clerk", "slt_deputy_head"},
    "approve": {"slt_head"},
    "decide": {"assigner", "dispatcher", "supervisor"},
    "rate": {"deputy1"},
}
SEES = UNIT | OFFICES | {"deputy1"}


@pytest.mark.parametrize("deed", DEEDS)
def test_everybody_may_what_the_matrix_says_and_strangers_do_not_learn_of_it(
    promised: Journey, owed: Owed, deed: str
) -> None:
    from tests.casework.permissions.scene import everybody

    found = owed(promised)
    entry = ask(promised, found)
    wrong = {}
    for name, actor in everybody(promised.cast).items():
        try:
            DEEDS[deed](actor, found.id, entry)
            ends = "allowed"
        except NotAllowed:
            ends = "NotAllowed"
        except NotFound:
            ends = "NotFound"
        except GuardRefused:
            ends = "allowed"  # past the door; what stops him is the state of things
        sees = name in SEES or name == "router"
        refused = sees or (
            deed == "decide" and name != "foreign assigner"
        )  # that door asks for the office first
        says = "allowed" if name in MAY[deed] else "NotAllowed" if refused else "NotFound"
        if ends != says:
            wrong[name] = (ends, says)
    assert wrong == {}


def test_the_promise_of_a_restricted_case_is_known_to_its_circle_alone(
    journey: Journey, owed: Callable[[Journey], Commitment]
) -> None:
    colleague = join(journey.cast, "colleague", "slt", "case_officer")
    journey.draft().submit()
    journey.do("intake", "intake", result="accepted", category="environment", confidentiality="restricted")
    journey.do("reviewer", "intake_review", decision="confirmed")
    journey.assign().sign_for().contact().reply().evaluate()
    promise = owed(journey).id
    with pytest.raises(NotFound):
        to_view(colleague, promise)
    assert to_view(journey.cast.actor("slt_clerk"), promise)
    journey.act("assigner", "admit_viewer", person=colleague.user_id, reason="接手兑现。")
    assert to_view(colleague, promise)


def test_the_proposers_of_merged_cases_are_told_what_becomes_of_a_promise(
    journey: Journey, owed: Owed
) -> None:
    """It was made in the reply that answers them as well; the main case itself is not theirs to open."""
    main = journey.draft().submit().accept()
    other = Journey(journey.cast).draft("deputy2", title="关于煤矸石利用的另一件建议")
    other.do("deputy2", "draft", confirmed=True)
    other.accept().act("assigner", "merge", main=main.case.number, reason="内容相同")
    main.assign().sign_for().contact().reply()
    other.do("deputy2", "evaluate_merged", attitude="satisfied", result="satisfied", reasons="")
    with at("2026-10-10"):
        sweep_commitments()
        sweep_commitments()
        report_fulfilled(main.cast.actor("slt_clerk"), commitment_id=owed(main).id, text="已经建成投用。")
    told = db.session.scalars(
        sa.select(Notification).where(
            Notification.user_id == main.cast.users["deputy2"],
            Notification.event.in_(("merged:lapsed", "merged:fulfilled")),
            Notification.channel == "in_app",
        )
    ).all()
    assert [(each.event, each.case_id) for each in told] == [
        ("merged:lapsed", other.case_id),
        ("merged:fulfilled", other.case_id),
    ]
    assert all(str(main.case.number) in each.body for each in told)
    assert f"/cases/{other.case_id}" in told[0].body and "/commitments/" not in told[0].body
