"""Actions: what process.toml lets people do of their own accord, and nothing else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.casework.access import case_to_view
from engine.casework.actions import NotNow, perform
from engine.casework.acts.merging import NothingToMerge
from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.casework.entries import Reader
from engine.casework.facts import CaseFacts
from engine.casework.readings.actions import Offer, offered, requests_of
from engine.casework.readings.case_page import case_page
from engine.casework.readings.deputy_home import own_cases
from engine.casework.readings.own_dates import own_dates
from engine.definitions.catalogue import definition
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from models import AuditEvent, CaseAction, Notification, db
from tests.support.cast import join
from tests.support.journey import Journey


def test_an_action_leaves_its_answers_an_event_and_messages(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    action_id = journey.act("assigner", "urge", "slt", reason="请于本周内签收。", answer_by="2026-02-10")
    row = db.session.get_one(CaseAction, action_id)
    assert row.answers == {"reason": "请于本周内签收。", "answer_by": "2026-02-10"}
    assert row.settled_at is not None
    events = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.case_id == journey.case_id))
    assert "supervision:urged" in set(events)
    told = db.session.scalars(sa.select(Notification).where(Notification.case_id == journey.case_id))
    assert any("请于本周内签收" in each.body for each in told)


def test_the_same_click_sent_twice_does_it_once(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    supervisor, unit = journey.cast.actor("assigner"), journey.assignment("slt")
    click = {"case_id": journey.case_id, "key": "urge", "assignment_id": unit, "sending": "abc"}
    first = perform(supervisor, answers={"reason": "请签收。"}, **click)
    assert perform(supervisor, answers={"reason": "请签收。"}, **click) == first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CaseAction)) == 1


def test_a_click_is_ones_own_and_of_one_case(journey: Journey) -> None:
    """What a form says of its click is its sender's word: it hides no deed of others, and none in another case."""
    other, cases = join(journey.cast, "other", "dgw", "supervisor"), []
    for _number in range(2):
        journey.draft().submit().accept().assign()
        cases.append((journey.case_id, journey.assignment("slt")))
    done = {
        perform(
            actor,
            case_id=case_id,
            key="urge",
            assignment_id=unit,
            answers={"reason": "请签收。"},
            sending="x" * 200,
        )
        for actor in (journey.cast.actor("assigner"), other)
        for case_id, unit in cases
    }
    assert len(done) == 4


@pytest.mark.parametrize("who", ["slt_clerk", "slt_head", "intake"])
def test_whoever_does_not_hold_the_role_is_refused(journey: Journey, who: str) -> None:
    journey.draft().submit().accept().assign()
    with pytest.raises(NotAllowed):
        journey.act(who, "urge", "slt", reason="请签收。")
    assert all(offer.spec.key != "urge" for offer in _offers(journey, who))


def test_what_is_not_there_is_not_found(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    with pytest.raises(NotFound):
        perform(
            journey.cast.actor("assigner"),
            case_id=journey.case_id,
            key="urge",
            answers={"reason": "x"},
            assignment_id=999,
        )
    with pytest.raises(NotFound):
        journey.act("assigner", "no_such_action", "slt")


def test_an_action_is_offered_only_while_it_can_be_done(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    unit = journey.assignment("slt")
    assert [offer.spec.key for offer in _offers(journey, "assigner")].count("urge") == 1
    journey.sign_for().contact().reply()
    assert all(offer.spec.key != "urge" for offer in _offers(journey, "assigner"))
    with pytest.raises(NotNow):
        perform(
            journey.cast.actor("assigner"),
            case_id=journey.case_id,
            key="urge",
            answers={"reason": "x"},
            assignment_id=unit,
        )


def test_wrong_answers_are_refused_and_leave_nothing(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    with pytest.raises(InvalidAnswers):
        journey.act("assigner", "urge", "slt", reason="", answer_by="2026-13-40")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CaseAction)) == 0


def test_the_case_page_shows_what_was_done(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    journey.act("assigner", "urge", "slt", reason="请签收。")
    page = case_page(journey.cast.actor("slt_clerk"), case_id=journey.case_id)
    assert [(each.key, each.outcome) for each in page.requests] == [("urge", "done")]


def _offers(journey: Journey, who: str) -> list[Offer]:
    actor = journey.cast.actor(who)
    return offered(actor, case_page(actor, case_id=journey.case_id).facts)


@pytest.mark.parametrize("way", ["assigned", "merged"])
def test_consent_to_a_withdrawal_comes_too_late_once_the_case_is_on_its_way(
    journey: Journey, way: str
) -> None:
    main = Journey(journey.cast).draft().submit().accept()
    journey.draft()
    lead, other = journey.cast.actor("deputy1"), journey.cast.actor("deputy2")
    invite_cosigners(lead, case_id=journey.case_id, deputy_ids=[journey.cast.deputies["deputy2"]])
    answer_invitation(other, case_id=journey.case_id, text_version=1, confirmed=True)
    journey.submit().accept()
    journey.act("deputy1", "withdraw", reason="另行提出。")
    if way == "assigned":
        journey.assign()
    else:
        journey.act("assigner", "merge", main=main.case.number, reason="内容相同")
    with pytest.raises(NotNow):
        journey.act("deputy2", "answer_withdrawal", decision="agreed")
    case = case_to_view(other, journey.case_id)
    assert case.status == "open"
    assert "answer_withdrawal" not in {each.spec.key for each in offered(other, case)}
    reader = Reader(other, case, definition(case.definition_id))
    assert [each.outcome for each in requests_of(reader) if each.key == "withdraw"] == ["lapsed"]


def test_a_case_under_key_supervision_takes_others_in_and_joins_none(journey: Journey) -> None:
    """It would be gone from the desk that supervises it: a merged case has no unit of its own."""
    other = Journey(journey.cast)
    other.draft("deputy3").do("deputy3", "draft", confirmed=True)
    other.accept()
    journey.draft().submit().accept()
    assert "merge" in {each.spec.key for each in offered(journey.cast.actor("assigner"), facts_of(journey))}
    journey.act("assigner", "propose_key", grounds="major", reason="群众普遍关心，需要重点督办。")
    assert "merge" not in {
        each.spec.key for each in offered(journey.cast.actor("assigner"), facts_of(journey))
    }
    with pytest.raises(NothingToMerge):
        journey.act("assigner", "merge", main=other.case.number, reason="内容相同")
    other.act("assigner", "merge", main=journey.case.number, reason="内容相同")
    assert other.case.merged_into_id == journey.case_id


def facts_of(journey: Journey) -> CaseFacts:
    """The case as its assigner sees it."""
    return case_to_view(journey.cast.actor("assigner"), journey.case_id)


def test_the_unit_that_answers_several_cases_at_once_knows_each_of_them(journey: Journey) -> None:
    """It is to hear every proposer and to write to him: it reads what was merged and is told when that comes later."""
    main = Journey(journey.cast)
    main.draft("deputy3").do("deputy3", "draft", confirmed=True)
    main.accept().assign(slt="lead").sign_for()
    journey.draft().submit().accept()
    journey.act("assigner", "merge", main=main.case.number, reason="内容相同")
    told = sa.select(Notification.user_id).where(
        Notification.event == "case:joined", Notification.channel == "in_app"
    )
    assert set(db.session.scalars(told)) == {journey.cast.users["slt_clerk"]}
    clerk = journey.cast.actor("slt_clerk")
    assert [each.case_id for each in case_page(clerk, case_id=main.case_id).related] == [journey.case_id]
    page = case_page(clerk, case_id=journey.case_id)
    due = [each for each in page.clocks if each.running]
    by_when = next(
        each.due_on for each in case_page(clerk, case_id=main.case_id).clocks if each.key == "deputy_answer"
    )
    assert [each.due_on for each in page.related] == [by_when] and not due
    proposer = journey.cast.actor("deputy1")  # his list and his calendar say the same as the page
    assert [each.due_on for each in own_cases(proposer)] == [by_when]
    assert [(each.key, each.due_on) for each in own_dates(proposer)] == [(f"case-{journey.case_id}", by_when)]
    assert page.lead and page.lead.phone and not page.contact_unit and not page.actions
    with pytest.raises(NotFound):
        case_to_view(journey.cast.actor("jyt_clerk"), journey.case_id)
    main.contact().reply()
    (task,) = [each for each in own_dates(proposer) if each.key.startswith("task-")]
    assert [each.due_on for each in own_cases(proposer)] == [task.due_on]  # now it is his own: to evaluate
    main.do("deputy3", "evaluate", attitude="satisfied", result="satisfied", reasons="")
    over = case_page(clerk, case_id=journey.case_id)
    assert over.lead and not over.lead.phone  # it has no business with him any more
    assert [each.due_on for each in over.related] == [None]


def test_a_case_that_comes_free_when_its_main_case_is_withdrawn_is_assigned_by_a_day(
    journey: Journey,
) -> None:
    journey.draft().submit().accept()
    other = Journey(journey.cast)
    other.draft("deputy3").do("deputy3", "draft", confirmed=True)
    other.accept().act("assigner", "merge", main=journey.case.number, reason="内容相同")
    journey.act("deputy1", "withdraw", reason="另行提出。")
    assert (journey.case.status, other.case.merged_into_id) == ("withdrawn", None)
    (clock,) = [
        each
        for each in case_page(journey.cast.actor("assigner"), case_id=other.case_id).clocks
        if each.running
    ]
    assert other.task("assign").due_on == clock.due_on
