"""Every guard: the click is refused by its name and changes nothing; put right, the same click goes through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.access import ClaimedByAnother, TaskChanged
from engine.casework.acts.intake import SamePerson
from engine.casework.acts.replies import CoOpinionsMissing, NoContactYet, OwnDraft
from engine.casework.attachments import AttachmentRefused, FileStore, add_attachment
from engine.casework.cases import DeputyNotInOffice, open_case
from engine.casework.contacts import record_contact
from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.casework.tasks import claim_task, complete_task, delegate_task, release_task
from engine.casework.texts import save_text
from engine.foundation import clock
from engine.foundation.errors import (
    DomainError,
    GuardRefused,
    InvalidAnswers,
    NotAllowed,
    NotFound,
    StaleTask,
)
from models import Deputy, Meeting, Organization, User, db
from tests.support.cast import Cast, assemble, join
from tests.support.journey import TEXT, Journey

Click = Callable[[Journey], object]


@dataclass(frozen=True)
class Guard:
    """One precondition: the state, the click that lacks it, its refusal, the same click put right."""

    until: Click
    click: Click
    refusal: type[DomainError]
    right: Click


# States


def nothing(journey: Journey) -> None:
    """No case yet."""


def drafted(journey: Journey) -> None:
    journey.draft()


def submitted(journey: Journey) -> None:
    journey.draft().submit()


def proposed(journey: Journey) -> None:
    submitted(journey)
    journey.do("intake", "intake", result="accepted", category="environment", confidentiality="public")


def accepted(journey: Journey) -> None:
    journey.draft().submit().accept()


def assigned(journey: Journey) -> None:
    accepted(journey)
    journey.assign(slt="lead", czt="co")


def signed_for(journey: Journey) -> None:
    assigned(journey)
    journey.sign_for("slt").sign_for("czt", "co_sign_for")


def contacted(journey: Journey) -> None:
    signed_for(journey)
    journey.contact()


def ready(journey: Journey) -> None:
    contacted(journey)
    opinion(journey)


def reviewing(journey: Journey) -> None:
    ready(journey)
    journey.do("slt_clerk", "draft_reply", **journey.answers())


def signing(journey: Journey) -> None:
    reviewing(journey)
    journey.do("slt_deputy_head", "review_reply", decision="passed")


def replied(journey: Journey) -> None:
    signing(journey)
    journey.do("slt_head", "sign_reply", decision="signed", number="1号")


def dissatisfied(journey: Journey) -> None:
    replied(journey)
    journey.evaluate("dissatisfied")


def closed(journey: Journey) -> None:
    replied(journey)
    journey.evaluate()


# Clicks


def does(who: str, node: str, unit: str | None = None, /, **answers: Any) -> Click:
    return lambda journey: journey.do(who, node, unit, **answers)


def plan(*units: tuple[str, str]) -> Click:
    def click(journey: Journey) -> None:
        rows = [
            {"unit_id": journey.cast.organizations[code], "role": role, "scope": f"{code}的部分"}
            for code, role in units
        ]
        journey.do("assigner", "assign", units=rows)

    return click


def plan_without_scope(journey: Journey) -> None:
    ids = journey.cast.organizations
    rows = [{"unit_id": ids[code], "role": "separate", "scope": ""} for code in ("slt", "czt")]
    journey.do("assigner", "assign", units=rows)


def status_of(deputy: str, status: str) -> Click:
    def change(journey: Journey) -> None:
        db.session.get_one(Deputy, journey.cast.deputies[deputy]).status = status
        db.session.commit()

    return change


def both(*clicks: Click) -> Click:
    def click(journey: Journey) -> None:
        for each in clicks:
            each(journey)

    return click


def opens(journey: Journey) -> None:
    open_case(journey.cast.actor("deputy1"), process_key=journey.process_key)


def opens_for_another(who: str, lead: str | None) -> Click:
    def click(journey: Journey) -> None:
        lead_id = journey.cast.deputies[lead] if lead else None
        open_case(journey.cast.actor(who), process_key=journey.process_key, lead_deputy_id=lead_id)

    return click


def writes(**text: Any) -> Click:
    return lambda journey: save_text(
        journey.cast.actor("deputy1"), case_id=journey.case_id, answers={**TEXT, **text}
    )


def invites(*deputies: str, who: str = "deputy1") -> Click:
    def click(journey: Journey) -> None:
        ids = [journey.cast.deputies[each] for each in deputies]
        invite_cosigners(journey.cast.actor(who), case_id=journey.case_id, deputy_ids=ids)

    return click


def cosigns(deputy: str, version: int = 1) -> Click:
    return lambda journey: answer_invitation(
        journey.cast.actor(deputy), case_id=journey.case_id, text_version=version, confirmed=True
    )


def submits(journey: Journey) -> None:
    journey.submit()


def submits_blank(journey: Journey) -> None:
    journey.case_id = open_case(journey.cast.actor("deputy1"), process_key=journey.process_key)


def opinion(journey: Journey) -> None:
    journey.do("czt_clerk", "co_opinion", "czt", position="agree", text="同意，资金由我厅统筹安排落实。")


def drafts(**over: Any) -> Click:
    return lambda journey: journey.do("slt_clerk", "draft_reply", **{**journey.answers(), **over})


def drafts_with_hole(journey: Journey) -> None:
    whole = journey.answers()
    journey.do("slt_clerk", "draft_reply", **{**whole, "answers": whole["answers"][:1]})


def on(day: dt.date, click: Click) -> Click:
    def later(journey: Journey) -> None:
        with clock.moved_to(dt.datetime.combine(day, dt.time(10), clock.ZONE)):
            click(journey)

    return later


def also(who: str, organization: str, *roles: str) -> Click:
    """Somebody who holds a second role: it must not let him do both parts."""
    return lambda journey: join(journey.cast, who, organization, *roles)


def contacts(who: str = "slt_clerk", **over: Any) -> Click:
    def click(journey: Journey) -> None:
        answers = {"held_on": "2026-02-05", "method": "visit", "persons": "王代表", "summary": "听取意见。"}
        record_contact(journey.cast.actor(who), case_id=journey.case_id, answers={**answers, **over})

    return click


def claims(who: str, node: str) -> Click:
    return lambda journey: claim_task(journey.cast.actor(who), task_id=journey.task(node).id)


def delegates(to: str) -> Click:
    return lambda journey: delegate_task(
        journey.cast.actor("slt_deputy_head"),
        task_id=journey.task("review_reply").id,
        to_user_id=journey.cast.users[to],
    )


def passes_at(revision: int) -> Click:
    return lambda journey: complete_task(
        journey.cast.actor("slt_deputy_head"),
        task_id=journey.task("review_reply").id,
        answers={"decision": "passed"},
        revision=revision,
    )


def unit_closed(journey: Journey) -> None:
    set_active(journey, active=False)


def unit_open(journey: Journey) -> None:
    set_active(journey, active=True)


def set_active(journey: Journey, *, active: bool) -> None:
    db.session.get_one(Organization, journey.cast.organizations["jyt"]).active = active
    db.session.commit()


def without_meetings(journey: Journey) -> None:
    db.session.execute(sa.delete(Meeting))
    db.session.commit()


def with_meeting(journey: Journey) -> None:
    day = dt.date(2026, 1, 20)
    values = {"term": 14, "ordinal": 5, "name": "第五次会议", "counters": {}}
    db.session.add(Meeting(congress_id=journey.cast.congress_id, opens_on=day, closes_on=day, **values))
    db.session.commit()


PASS = does("slt_deputy_head", "review_reply", decision="passed")
SIGN = does("slt_head", "sign_reply", decision="signed", number="1号")
CONFIRM = does("reviewer", "intake_review", decision="confirmed")
DECLINE = {"result": "declined", "confidentiality": "internal"}
ACCEPT = {"result": "accepted", "confidentiality": "public"}
RATE = {"attitude": "satisfied", "result": "satisfied"}
BAD = {"attitude": "dissatisfied", "result": "satisfied"}
WITHHELD = {"publicity": "withheld"}
LEAD = plan(("slt", "lead"))

GUARDS: dict[str, Guard] = {
    # DRAFT → SUBMITTED
    "a suspended deputy opens no case": Guard(
        status_of("deputy1", "suspended"),
        opens,
        DeputyNotInOffice,
        both(status_of("deputy1", "in_office"), opens),
    ),
    "an officer names the lead deputy": Guard(
        nothing, opens_for_another("intake", None), GuardRefused, opens_for_another("intake", "deputy2")
    ),
    "a deputy opens for himself only": Guard(
        nothing, opens_for_another("deputy1", "deputy2"), NotAllowed, opens_for_another("deputy1", "deputy1")
    ),
    "a unit proposes nothing": Guard(nothing, opens_for_another("slt_clerk", "deputy1"), NotAllowed, opens),
    "a text has an ask": Guard(drafted, writes(asks=[]), InvalidAnswers, writes(asks=["一条。"])),
    "a text has a title": Guard(drafted, writes(title=" "), InvalidAnswers, writes(title="新的标题")),
    "a refusal to publish has its reason": Guard(
        drafted,
        writes(publicity="refuse"),
        InvalidAnswers,
        writes(publicity="refuse", publicity_reason="涉密"),
    ),
    "an empty draft is not handed in": Guard(submits_blank, submits, GuardRefused, both(writes(), submits)),
    "a deputy suspended meanwhile does not submit": Guard(
        both(drafted, status_of("deputy1", "suspended")),
        submits,
        DeputyNotInOffice,
        both(status_of("deputy1", "in_office"), submits),
    ),
    "another deputy does not submit": Guard(
        drafted, does("deputy2", "draft", confirmed=True), NotFound, submits
    ),
    "submitting is confirmed": Guard(drafted, does("deputy1", "draft"), InvalidAnswers, submits),
    # Co-signing
    "the lead deputy is not his own co-signer": Guard(
        drafted, invites("deputy1"), GuardRefused, invites("deputy2")
    ),
    "a suspended deputy is not invited": Guard(
        both(drafted, status_of("deputy2", "suspended")),
        invites("deputy2"),
        DeputyNotInOffice,
        invites("deputy3"),
    ),
    "a deputy suspended meanwhile does not co-sign": Guard(
        both(drafted, invites("deputy2"), status_of("deputy2", "suspended")),
        cosigns("deputy2"),
        DeputyNotInOffice,
        both(status_of("deputy2", "in_office"), cosigns("deputy2")),
    ),
    "only the invited co-sign": Guard(
        drafted, cosigns("deputy2"), NotFound, both(invites("deputy2"), cosigns("deputy2"))
    ),
    "only the author invites": Guard(
        both(drafted, invites("deputy2")), invites("deputy3", who="deputy2"), NotAllowed, invites("deputy3")
    ),
    "one signs the text one has read": Guard(
        both(drafted, invites("deputy2"), writes(title="改过的标题")),
        cosigns("deputy2", version=1),
        GuardRefused,
        cosigns("deputy2", version=2),
    ),
    # SUBMITTED → ACCEPTED or NOT_ACCEPTED
    "an acceptance has a category": Guard(
        submitted,
        does("intake", "intake", **ACCEPT),
        InvalidAnswers,
        does("intake", "intake", category="environment", **ACCEPT),
    ),
    "declining has a reason from the list": Guard(
        submitted,
        does("intake", "intake", explanation="不合适", reason_code="whim", **DECLINE),
        InvalidAnswers,
        does("intake", "intake", explanation="涉及案件", reason_code="judicial", **DECLINE),
    ),
    "declining has an explanation": Guard(
        submitted,
        does("intake", "intake", reason_code="judicial", **DECLINE),
        InvalidAnswers,
        does("intake", "intake", explanation="涉及案件", reason_code="judicial", **DECLINE),
    ),
    "four eyes: who proposed does not confirm": Guard(
        both(also("intake", "dgw", "intake_reviewer"), proposed),
        does("intake", "intake_review", decision="confirmed"),
        SamePerson,
        CONFIRM,
    ),
    "sending back has its reason": Guard(
        proposed,
        does("reviewer", "intake_review", decision="returned"),
        InvalidAnswers,
        does("reviewer", "intake_review", decision="returned", opinion="类别不对"),
    ),
    "the number needs a session": Guard(
        both(proposed, without_meetings), CONFIRM, GuardRefused, both(with_meeting, CONFIRM)
    ),
    # ACCEPTED → ASSIGNED
    "there is one lead unit": Guard(accepted, plan(("slt", "lead"), ("czt", "lead")), InvalidAnswers, LEAD),
    "no unit has two roles": Guard(
        accepted, plan(("slt", "lead"), ("slt", "co")), InvalidAnswers, plan(("slt", "lead"), ("czt", "co"))
    ),
    "one unit alone does not answer separately": Guard(
        accepted, plan(("slt", "separate")), InvalidAnswers, plan(("slt", "separate"), ("czt", "separate"))
    ),
    "separate units have their scopes": Guard(
        accepted, plan_without_scope, InvalidAnswers, plan(("slt", "separate"), ("czt", "separate"))
    ),
    "co-handling needs a lead": Guard(
        accepted, plan(("slt", "co"), ("czt", "co")), InvalidAnswers, plan(("slt", "lead"), ("czt", "co"))
    ),
    "separate and lead do not mix": Guard(
        accepted, plan(("slt", "lead"), ("czt", "separate")), InvalidAnswers, LEAD
    ),
    "there is a unit": Guard(accepted, plan(), InvalidAnswers, LEAD),
    "a delegation handles nothing": Guard(accepted, plan(("tyt", "lead")), InvalidAnswers, LEAD),
    "a closed unit is given nothing": Guard(
        both(accepted, unit_closed),
        plan(("jyt", "lead")),
        InvalidAnswers,
        both(unit_open, plan(("jyt", "lead"))),
    ),
    "intake does not assign": Guard(accepted, does("intake", "assign", units=[]), NotAllowed, LEAD),
    # ASSIGNED → SIGNED_FOR
    "a unit signs for itself": Guard(
        assigned, does("czt_clerk", "sign_for"), NotAllowed, does("slt_clerk", "sign_for")
    ),
    "a stranger signs for nothing": Guard(
        assigned, does("jyt_clerk", "sign_for"), NotFound, does("slt_clerk", "sign_for")
    ),
    "the head is no registrar": Guard(
        assigned, does("slt_head", "sign_for"), NotAllowed, does("slt_clerk", "sign_for")
    ),
    "the officer is of the unit": Guard(
        assigned,
        lambda journey: journey.do("slt_clerk", "sign_for", officer=journey.cast.users["czt_clerk"]),
        InvalidAnswers,
        lambda journey: journey.do("slt_clerk", "sign_for", officer=journey.cast.users["slt_clerk"]),
    ),
    # HANDLING → REPLY_REVIEW
    "contact is not in the future": Guard(
        signed_for, contacts(held_on="2026-02-06"), InvalidAnswers, contacts()
    ),
    "a stranger contacts nobody": Guard(signed_for, contacts("jyt_clerk"), NotFound, contacts()),
    "the congress's office does not contact for a unit": Guard(
        signed_for, contacts("assigner"), NotAllowed, contacts()
    ),
    "no reply without a contact": Guard(
        both(signed_for, opinion), drafts(), NoContactYet, both(contacts(), drafts())
    ),
    "no reply before the co-opinions": Guard(contacted, drafts(), CoOpinionsMissing, both(opinion, drafts())),
    "no reply on the last day of the co-opinion": Guard(
        contacted,
        on(dt.date(2026, 3, 5), drafts()),
        CoOpinionsMissing,
        on(dt.date(2026, 3, 6), drafts()),
    ),
    "a co-opinion says something": Guard(
        contacted, does("czt_clerk", "co_opinion", position="agree", text="同意"), InvalidAnswers, opinion
    ),
    "every ask is answered": Guard(ready, drafts_with_hole, InvalidAnswers, drafts()),
    "a reply has a grade of the list": Guard(ready, drafts(grade="Z"), InvalidAnswers, drafts(grade="A")),
    "withholding a reply has its reason": Guard(
        ready, drafts(**WITHHELD), InvalidAnswers, drafts(publicity_reason="涉密", **WITHHELD)
    ),
    # REPLY_REVIEW → REPLIED
    "the drafter does not review": Guard(
        both(also("slt_clerk", "slt", "approver"), reviewing),
        does("slt_clerk", "review_reply", decision="passed"),
        OwnDraft,
        PASS,
    ),
    "the drafter does not sign": Guard(
        both(also("slt_clerk", "slt", "head"), signing),
        does("slt_clerk", "sign_reply", decision="signed", number="1号"),
        OwnDraft,
        SIGN,
    ),
    "the deputy head does not sign": Guard(
        signing, does("slt_deputy_head", "sign_reply", decision="signed", number="1号"), NotAllowed, SIGN
    ),
    "a signed reply has its number": Guard(
        signing, does("slt_head", "sign_reply", decision="signed"), InvalidAnswers, SIGN
    ),
    "a returned reply has its reason": Guard(
        signing,
        does("slt_head", "sign_reply", decision="returned"),
        InvalidAnswers,
        does("slt_head", "sign_reply", decision="returned", opinion="请补充"),
    ),
    # REPLIED → EVALUATED
    "nothing is evaluated before it is signed": Guard(
        signing,
        does("deputy1", "sign_reply", **RATE),
        NotAllowed,
        both(SIGN, does("deputy1", "evaluate", **RATE)),
    ),
    "both axes are rated": Guard(
        replied,
        does("deputy1", "evaluate", attitude="satisfied"),
        InvalidAnswers,
        does("deputy1", "evaluate", **RATE),
    ),
    "dissatisfaction has its reasons": Guard(
        replied,
        does("deputy1", "evaluate", **BAD),
        InvalidAnswers,
        does("deputy1", "evaluate", reasons="没有解决", **BAD),
    ),
    "another deputy does not evaluate": Guard(
        replied, does("deputy2", "evaluate", **RATE), NotFound, does("deputy1", "evaluate", **RATE)
    ),
    "the office does not evaluate for a deputy with an account": Guard(
        replied, does("intake", "evaluate", **RATE), NotAllowed, does("deputy1", "evaluate", **RATE)
    ),
    # EVALUATED → REDO
    "intake does not decide on a redo": Guard(
        dissatisfied,
        does("intake", "decide_redo", decision="ordered", reason="再办"),
        NotAllowed,
        does("assigner", "decide_redo", decision="ordered", reason="再办"),
    ),
    "the unit does not decide on its own redo": Guard(
        dissatisfied,
        does("slt_head", "decide_redo", decision="waived", reason="不办"),
        NotAllowed,
        does("assigner", "decide_redo", decision="waived", reason="不办"),
    ),
    "the decision on a redo has its reasons": Guard(
        dissatisfied,
        does("assigner", "decide_redo", decision="waived"),
        InvalidAnswers,
        does("assigner", "decide_redo", decision="waived", reason="不办"),
    ),
    # Whose work it is
    "what a colleague has taken is his": Guard(
        both(also("colleague", "slt", "approver"), reviewing, claims("slt_deputy_head", "review_reply")),
        lambda journey: complete_task(
            join(journey.cast, "another", "slt", "approver"),
            task_id=journey.task("review_reply").id,
            answers={"decision": "passed"},
        ),
        ClaimedByAnother,
        PASS,
    ),
    "work is handed to a colleague of the same unit": Guard(
        reviewing,
        delegates("czt_deputy_head"),
        NotAllowed,
        both(also("slt_head", "slt", "approver"), delegates("slt_head")),
    ),
    "a page that is too old is refused": Guard(
        both(reviewing, claims("slt_deputy_head", "review_reply")), passes_at(1), TaskChanged, passes_at(2)
    ),
}


@pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS.keys())
def test_a_guard_refuses_and_once_put_right_lets_through(guard: Guard, journey: Journey) -> None:
    guard.until(journey)
    before = journey.traces()
    with pytest.raises(guard.refusal) as refused:
        guard.click(journey)
    assert refused.type is guard.refusal
    after = journey.traces()
    assert {name for name in before if before[name] != after[name]} <= {"membership", "user_account"}
    guard.right(journey)
    assert journey.traces()["audit_event"] > before["audit_event"]


# Once a case is closed


AFTER: dict[str, tuple[Click, type[DomainError]]] = {
    "its text stays": (writes(title="新标题"), GuardRefused),
    "nobody is invited": (invites("deputy3"), GuardRefused),
    "no contact is recorded": (contacts(), NotAllowed),
}


@pytest.mark.parametrize(("click", "refusal"), AFTER.values(), ids=AFTER.keys())
def test_nothing_is_done_to_a_closed_case(journey: Journey, click: Click, refusal: type[DomainError]) -> None:
    closed(journey)
    before = journey.traces()
    with pytest.raises(refusal):
        click(journey)
    assert journey.traces() == before


def test_a_task_of_a_closed_case_is_stale(journey: Journey) -> None:
    signing(journey)
    task_id = journey.task("sign_reply").id
    SIGN(journey)
    journey.evaluate()
    with pytest.raises(StaleTask):
        complete_task(join(journey.cast, "second_head", "slt", "head"), task_id=task_id, answers={})


def test_an_attachment_goes_to_a_draft_only(journey: Journey, tmp_path: Any) -> None:
    deputy = journey.draft().cast.actor("deputy1")
    store = FileStore(tmp_path)
    with pytest.raises(AttachmentRefused):
        add_attachment(deputy, case_id=journey.case_id, filename="a.exe", content=b"MZ", store=store)
    with pytest.raises(AttachmentRefused):
        add_attachment(deputy, case_id=journey.case_id, filename="a.pdf", content=b"no pdf", store=store)
    first = add_attachment(deputy, case_id=journey.case_id, filename="a.pdf", content=b"%PDF-1", store=store)
    again = add_attachment(deputy, case_id=journey.case_id, filename="a.pdf", content=b"%PDF-1", store=store)
    assert first == again
    journey.submit()
    with pytest.raises(GuardRefused):
        add_attachment(deputy, case_id=journey.case_id, filename="b.pdf", content=b"%PDF-2", store=store)


def test_another_congress_finds_nothing(journey: Journey) -> None:
    proposed(journey)
    foreign = assemble("15", "邻省人民代表大会")
    before = journey.traces()
    for person in foreign.users:
        with pytest.raises(NotFound):
            complete_task(
                foreign.actor(person),
                task_id=journey.task("intake_review").id,
                answers={"decision": "confirmed"},
            )
    assert journey.traces() == before
    CONFIRM(journey)
    assert journey.case.status == "open"


# What is sent again


def test_a_step_sent_twice_by_the_same_person_is_done_once(journey: Journey) -> None:
    submitted(journey)
    task_id = journey.task("intake").id
    answers = {"category": "environment", **ACCEPT}
    first = complete_task(journey.cast.actor("intake"), task_id=task_id, answers=answers)
    before = journey.traces()
    again = complete_task(journey.cast.actor("intake"), task_id=task_id, answers=answers)
    assert (first.already, again.already) == (False, True)
    assert journey.traces() == before


def test_a_step_that_a_colleague_has_done_says_who_did_it(journey: Journey) -> None:
    submitted(journey)
    task_id = journey.task("intake").id
    colleague = join(journey.cast, "colleague", "dgw", "intake_officer")
    journey.do("intake", "intake", category="environment", **ACCEPT)
    with pytest.raises(StaleTask, match="受理员"):
        complete_task(colleague, task_id=task_id, answers={"category": "environment", **ACCEPT})


@pytest.mark.parametrize(
    ("until", "click"),
    [
        (drafted, writes()),
        (both(drafted, invites("deputy2")), invites("deputy2")),
        (both(drafted, invites("deputy2"), cosigns("deputy2")), cosigns("deputy2")),
        (contacted, lambda journey: journey.contact()),
        (
            both(reviewing, claims("slt_deputy_head", "review_reply")),
            claims("slt_deputy_head", "review_reply"),
        ),
    ],
    ids=["text", "invitation", "co-signature", "contact", "claim"],
)
def test_the_same_click_again_does_no_harm(journey: Journey, until: Click, click: Click) -> None:
    until(journey)
    before = journey.traces()
    click(journey)
    assert journey.traces() == before


def test_the_same_opening_click_gives_the_same_case(cast: Cast) -> None:
    deputy = cast.actor("deputy1")
    ids = {open_case(deputy, process_key="suggestion", operation_key="click") for _ in range(3)}
    assert len(ids) == 1


def test_what_was_taken_can_be_put_back_for_a_colleague(journey: Journey) -> None:
    reviewing(journey)
    task_id = journey.task("review_reply").id
    colleague = join(journey.cast, "colleague", "slt", "approver")
    claim_task(colleague, task_id=task_id)
    with pytest.raises(ClaimedByAnother, match="colleague"):
        claim_task(journey.cast.actor("slt_deputy_head"), task_id=task_id)
    with pytest.raises(ClaimedByAnother):
        release_task(journey.cast.actor("slt_deputy_head"), task_id=task_id)
    release_task(colleague, task_id=task_id)
    PASS(journey)
    assert journey.open_nodes() == ["sign_reply"]


def test_a_disabled_user_does_nothing(journey: Journey) -> None:
    db.session.get_one(User, journey.cast.users["intake"]).active = False
    db.session.commit()
    with pytest.raises(NotFound):
        journey.cast.actor("intake")
