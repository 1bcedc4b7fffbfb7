"""The scene of the matrix: everybody there is, the case in each of its states, and what each of them tries."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.casework.actions import perform
from engine.casework.attachments import FileStore, add_attachment
from engine.casework.cases import open_case, watch_case
from engine.casework.contacts import record_contact
from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.casework.tasks import claim_task, complete_task, save_draft
from engine.casework.texts import save_text
from engine.definitions.catalogue import definition
from engine.definitions.folder import ActionSpec
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError
from models import Assignment, Base, Deputy, Organization, Task, db
from tests.support.cast import Cast, assemble, join
from tests.support.journey import TEXT, Journey

ADMINISTRATORS = ("system_admin", "security_admin", "auditor", "process_admin")
# Whom the cast lacks: the assigner there also supervises, so that each role alone is here once more.
JOINING = {
    **{name: ("dgw", name) for name in ADMINISTRATORS},
    "archivist": ("dgw", "archivist"),
    "dispatcher": ("dgw", "assigner"),
    "supervisor": ("dgw", "supervisor"),
    "staff": ("tyt", "delegation_staff"),
}
IN_SESSION = dt.datetime(2026, 1, 22, 10, tzinfo=clock.ZONE)
ALLOWED = "allowed"
WRITING = ("text", "invite", "attach")
PLAIN = ("watch", "contact", *WRITING)  # deeds that are neither task nor action


def everybody(cast: Cast) -> dict[str, Actor]:
    """The cast, those whom it lacks, and the whole cast of another congress as `foreign …`."""
    people = {name: join(cast, name, at, role) for name, (at, role) in JOINING.items()}
    foreign = assemble("15", "邻省人民代表大会")
    people |= {f"foreign {name}": foreign.actor(name) for name in foreign.users}
    return people | {name: cast.actor(name) for name in cast.users}


# States: the nodes of the flow, in the order in which the case passes them


def _draft(journey: Journey) -> None:
    journey.draft()
    deputies = journey.cast.deputies
    asked = [deputies["deputy2"], deputies["deputy3"]]
    invite_cosigners(journey.cast.actor("deputy1"), case_id=journey.case_id, deputy_ids=asked)
    for deputy, confirmed in (("deputy2", True), ("deputy3", False)):
        actor = journey.cast.actor(deputy)
        answer_invitation(actor, case_id=journey.case_id, text_version=1, confirmed=confirmed)


def _propose(journey: Journey) -> None:
    journey.do("intake", "intake", result="accepted", category="environment", confidentiality="public")


def _sign_for(journey: Journey) -> None:
    journey.sign_for("slt").sign_for("czt", "co_sign_for").contact()


def _opinion(journey: Journey) -> None:
    journey.do("czt_clerk", "co_opinion", "czt", position="agree", text="同意，资金由我厅统筹安排落实。")


STEPS: dict[str, Callable[[Journey], object]] = {
    "draft": _draft,
    "intake": lambda journey: journey.submit(),
    "intake_review": _propose,
    "assign": lambda journey: journey.do("reviewer", "intake_review", decision="confirmed"),
    "sign_for": lambda journey: journey.assign(slt="lead", czt="co"),
    "co_opinion": _sign_for,
    "draft_reply": _opinion,
    "review_reply": lambda journey: journey.do("slt_clerk", "draft_reply", **journey.answers()),
    "sign_reply": lambda journey: journey.do("slt_deputy_head", "review_reply", decision="passed"),
    "evaluate": lambda journey: journey.do("slt_head", "sign_reply", decision="signed", number="1号"),
    "decide_redo": lambda journey: journey.evaluate("dissatisfied"),
    "closed": lambda journey: journey.redo(decision="waived"),
}
# The states that lie off the straight way: what comes before, and the step.
DECLINED = {
    "result": "declined",
    "reason_code": "judicial",
    "explanation": "涉案",
    "confidentiality": "internal",
}


def _declined(journey: Journey) -> None:
    journey.do("intake", "intake", **DECLINED)
    journey.do("reviewer", "intake_review", decision="confirmed")


def _second_return(journey: Journey) -> None:
    journey.do("router", "reassign", unit=journey.cast.organizations["jyt"])
    journey.act("jyt_head", "return_unit", "jyt", **RETURN)


def _second_return_of_co_handling(journey: Journey) -> None:
    journey.do("router", "co_reassign", unit=journey.cast.organizations["jyt"])
    journey.act("jyt_head", "return_unit", "jyt", **RETURN)


def _from_a_session(journey: Journey) -> None:
    with clock.moved_to(IN_SESSION):
        journey.submit()


def _from_a_motion(journey: Journey) -> None:
    officer = journey.cast.actor("intake")
    lead = journey.cast.deputies["deputy1"]
    journey.case_id = open_case(officer, process_key="suggestion", lead_deputy_id=lead, from_motion=True)
    journey.write("intake")
    with tempfile.TemporaryDirectory() as folder:
        add_attachment(
            officer,
            case_id=journey.case_id,
            filename="扫描件.txt",
            content=b"a",
            store=FileStore(Path(folder)),
        )
    journey.do("intake", "draft", confirmed=True)


def _beside_a_like_one(journey: Journey) -> None:
    """Another deputy's case, accepted first, takes the number that MAIN says."""
    main = Journey(journey.cast).draft("deputy3")
    main.do("deputy3", "draft", confirmed=True)
    main.accept()
    bring_to(journey, "assign")


def _main_is_answered(journey: Journey) -> None:
    main = Journey(journey.cast)
    main.case_id = journey.case.merged_into_id or 0
    main.assign().sign_for().contact().reply()


def _restricted(journey: Journey) -> None:
    journey.do("intake", "intake", result="accepted", category="environment", confidentiality="restricted")
    journey.do("reviewer", "intake_review", decision="confirmed")


def _disputed_to_the_end(journey: Journey) -> None:
    journey.redo().contact().reply().evaluate("dissatisfied")


def _sent_back(journey: Journey) -> dict[str, Any]:
    return {"unit": journey.cast.organizations["czt"], "reason": "没有说明资金渠道。"}


def _differing(journey: Journey) -> None:
    journey.do("czt_clerk", "co_opinion", "czt", position="disagree", text="资金渠道不明确，不同意列入。")
    journey.act("slt_head", "request_coordination", "slt", **COORDINATION)


COORDINATION = {"reason": "财政厅不同意列入本年度计划，请予协调。"}
EXTENSION = {
    "ground": "wide",
    "reason": "涉及五个部门，需要统一测算。",
    "plan": "三月摸底，五月形成方案。",
}
RETURN = {"ground": "not_our_duty", "reason": "依据三定规定，不属于本单位职责。"}
RETURN_AGREED = {"decision": "agreed", "reason": "同意退回。"}
MAIN = "省十四届人大四次会议闭会第001号"
MERGER = {"main": MAIN, "reason": "内容相同，一并办理。"}
CARD = {"colour": "yellow", "reason": "未按要求反馈。"}
KEY = {"grounds": "major", "reason": "群众普遍关心。"}
ASIDE: dict[str, tuple[str, Callable[[Journey], object]]] = {
    "delegation_check": ("draft", _from_a_session),
    "register_motion": ("", _from_a_motion),
    "withdrawal": ("assign", lambda journey: journey.act("deputy1", "withdraw", reason="另行提出。")),
    "two_alike": ("", _beside_a_like_one),
    "merged": ("two_alike", lambda journey: journey.act("assigner", "merge", **MERGER)),
    "evaluate_merged": ("merged", _main_is_answered),
    "decide_merged": (
        "evaluate_merged",
        lambda journey: journey.do(
            "deputy1", "evaluate_merged", attitude="satisfied", result="dissatisfied", reasons="情形不同。"
        ),
    ),
    "restricted": ("intake", _restricted),
    "restricted_handling": (
        "restricted",
        lambda journey: journey.assign(slt="lead", czt="co").sign_for(),
    ),
    "carded": ("draft_reply", lambda journey: journey.act("assigner", "issue_card", "slt", **CARD)),
    "key_proposed": ("draft_reply", lambda journey: journey.act("assigner", "propose_key", **KEY)),
    "key": (
        "key_proposed",
        lambda journey: journey.act("assigner", "decide_key", **key_decision(journey)),
    ),
    "declined": ("intake", _declined),
    "decide_return": ("draft_reply", lambda journey: journey.act("slt_head", "return_unit", "slt", **RETURN)),
    "reassign": ("decide_return", lambda journey: journey.do("router", "decide_return", **RETURN_AGREED)),
    "arbitrate": ("reassign", _second_return),
    "decide_objection": (
        "draft_reply",
        lambda journey: journey.act("deputy1", "object_unit", "slt", reason="此事应由教育厅承办。"),
    ),
    "co_decide_return": ("sign_for", lambda journey: journey.act("czt_head", "return_unit", "czt", **RETURN)),
    "decide_extension": (
        "draft_reply",
        lambda journey: journey.act("slt_head", "extend", "slt", **EXTENSION),
    ),
    "panel": ("decide_redo", _disputed_to_the_end),
    "route": ("assign", lambda journey: journey.assign(zfb="lead")),
    "redo_opinion": (
        "draft_reply",
        lambda journey: journey.act("slt_clerk", "send_opinion_back", "slt", **_sent_back(journey)),
    ),
    "coordinate": ("co_opinion", _differing),
    "co_reassign": (
        "co_decide_return",
        lambda journey: journey.do("router", "co_decide_return", **RETURN_AGREED),
    ),
    "co_arbitrate": ("co_reassign", _second_return_of_co_handling),
}


def key_decision(journey: Journey) -> dict[str, Any]:
    """The council takes the case up."""
    return {
        "decision": "agreed",
        "meeting": "主任会议第十次会议",
        "decided_on": clock.today().isoformat(),
        "leader": "张副省长",
        "committee": journey.cast.organizations["dgw"],
    }


def bring_to(journey: Journey, state: str) -> None:
    """Let the people bring a case into a state."""
    if state in ASIDE:
        before, step = ASIDE[state]
        if before:
            bring_to(journey, before)
        step(journey)
        return
    for name, step in STEPS.items():
        step(journey)
        if name == state:
            return
    raise KeyError(state)


def answers_for(journey: Journey, node: str) -> Mapping[str, Any]:
    """A right answer to the task at a node."""
    right: dict[str, Mapping[str, Any]] = {
        "draft": {"confirmed": True},
        "intake": DECLINED,
        "intake_review": {"decision": "confirmed"},
        "assign": {"units": [{"unit_id": journey.cast.organizations["slt"], "role": "lead", "scope": ""}]},
        "sign_for": {},
        "co_sign_for": {},
        "co_opinion": {"position": "agree", "text": "同意主办单位的意见，予以配合。"},
        "draft_reply": journey.answers(),
        "review_reply": {"decision": "passed"},
        "sign_reply": {"decision": "signed", "number": "2号"},
        "evaluate": {"attitude": "satisfied", "result": "satisfied"},
        "decide_redo": {"decision": "waived", "reason": "政策所限"},
        "decide_return": RETURN_AGREED,
        "co_decide_return": RETURN_AGREED,
        "decide_objection": RETURN_AGREED,
        "decide_extension": RETURN_AGREED,
        "route": {"units": [{"unit_id": journey.cast.organizations["slt"], "role": "lead", "scope": ""}]},
        "redo_opinion": {"position": "agree", "text": "同意主办单位的意见，予以配合。"},
        "coordinate": {
            "held_on": clock.today().isoformat(),
            "persons": "水利厅、财政厅",
            "minutes": "逐项核对，形成一致意见。",
            "reason": "由水利厅统一答复。",
        },
        "panel": {
            "held_on": clock.today().isoformat(),
            "persons": "代表、水利厅",
            "minutes": "双方当面交换意见，记录在案。",
            "reason": "受政策所限，本轮不再重办，请持续通报。",
        },
        "reassign": {"unit": journey.cast.organizations["jyt"]},
        "co_reassign": {"unit": journey.cast.organizations["jyt"]},
        "arbitrate": _arbitration(journey),
        "co_arbitrate": _arbitration(journey),
        "delegation_check": {"decision": "passed"},
        "register_motion": {
            "motion_number": "第12号议案",
            "decided_on": clock.today().isoformat(),
            "reasons": "所提事项可由政府依职权办理。",
            "category": "agriculture",
            "confidentiality": "public",
        },
        "evaluate_merged": {"attitude": "satisfied", "result": "satisfied"},
        "decide_merged": {"decision": "waived", "reason": "答复已经涵盖。"},
    }
    return right[node]


def _arbitration(journey: Journey) -> dict[str, Any]:
    return {
        "unit": journey.cast.organizations["jyt"],
        "held_on": clock.today().isoformat(),
        "persons": "各单位",
        "minutes": "召集各单位会商，意见一致。",
        "reason": "职责相近。",
    }


def answers_to(journey: Journey, key: str) -> Mapping[str, Any]:
    """A right answer to an action's form."""
    today = clock.today().isoformat()
    admitted = {"person": journey.cast.users["slt_head"], "reason": "须知悉。"}
    right: dict[str, Mapping[str, Any]] = {
        "withdraw": {"reason": "另行提出。"},
        "answer_withdrawal": {"decision": "agreed"},
        "resubmit": {"confirmed": True},
        "merge": MERGER,
        "separate": {"reason": "情形不同。"},
        "admit_viewer": admitted,
        "dismiss_viewer": admitted,
        "talk": {"held_on": today, "persons": "厅长", "summary": "听取了进展。", "demands": "一周内见面。"},
        "escalate": {"reason": "多次督办没有进展。", "measures": "催办、约谈。"},
        "issue_card": CARD,
        "lift_card": {**CARD, "reason": "已当面说明。"},
        "propose_key": KEY,
        "decide_key": key_decision(journey),
        "plan_key": {"plan": "六月实地督办。"},
        "report_key": {"effect": "progress", "result": "已列入计划。"},
        "urge": {"reason": "请抓紧办理。"},
        "return_unit": {**RETURN, "ground": "other"},
        "extend": EXTENSION,
        "send_opinion_back": _sent_back(journey),
        "request_coordination": COORDINATION,
        "report_pressure": {"reason": "有人打电话要求评为满意。"},
        "object_unit": {"reason": "此事应由教育厅承办。"},
    }
    return right.get(key, {})


# Deeds


Deed = Callable[[Actor], object]


def deeds(journey: Journey, store: FileStore) -> dict[str, Deed]:
    """What one may try with the case as it stands; `complete …`, `claim …` and `keep …` for each open task."""
    case_id = journey.case_id
    contact = {"held_on": clock.today().isoformat(), "method": "visit", "persons": "王", "summary": "听取"}
    fourth = [journey.cast.deputies["deputy4"]]
    found: dict[str, Deed] = {
        "watch": lambda actor: watch_case(actor, case_id=case_id),
        "text": lambda actor: save_text(actor, case_id=case_id, answers={**TEXT, "title": "改过的标题"}),
        "invite": lambda actor: invite_cosigners(actor, case_id=case_id, deputy_ids=fourth),
        "attach": lambda actor: add_attachment(
            actor, case_id=case_id, filename="a.txt", content=b"a", store=store
        ),
        "contact": lambda actor: record_contact(actor, case_id=case_id, answers=contact),
    }
    for key, spec in definition(journey.case.definition_id).actions.items():
        found |= {
            f"act {key} {code}": _action_deed(journey, key, id_) for code, id_ in _parts_of(case_id, spec)
        }
    statement = sa.select(Task.id, Task.node).where(Task.case_id == case_id, Task.open)
    for task_id, node in db.session.execute(statement).all():
        found |= _task_deeds(task_id, node, answers_for(journey, node))
    return found


def _parts_of(case_id: int, spec: ActionSpec) -> list[tuple[str, int | None]]:
    """The case, or each unit that has an open part in it."""
    if spec.of == "case":
        return [("case", None)]
    statement = (
        sa.select(Organization.code, Assignment.id)
        .join(Assignment, Assignment.unit_id == Organization.id)
        .where(Assignment.case_id == case_id, Assignment.closed_at.is_(None))
    )
    return [(row.code, row.id) for row in db.session.execute(statement)]


def _action_deed(journey: Journey, key: str, assignment_id: int | None) -> Deed:
    answers = answers_to(journey, key)
    return lambda actor: perform(
        actor, case_id=journey.case_id, key=key, answers=answers, assignment_id=assignment_id
    )


def _task_deeds(task_id: int, node: str, answers: Mapping[str, Any]) -> dict[str, Deed]:
    return {
        f"complete {node}": lambda actor: complete_task(actor, task_id=task_id, answers=answers),
        f"claim {node}": lambda actor: claim_task(actor, task_id=task_id),
        f"keep {node}": lambda actor: save_draft(actor, task_id=task_id, answers={}),
    }


def tried(deed: Deed, actor: Actor, connection: sa.Connection) -> str:
    """How a deed ends for somebody; whatever it changed is undone."""
    with undone(connection):
        try:
            deed(actor)
        except DomainError as refusal:
            return type(refusal).__name__
        return ALLOWED


@contextmanager
def undone(connection: sa.Connection) -> Iterator[None]:
    """Take back what is done inside, whatever was committed."""
    db.session.rollback()  # the session's own savepoint must lie inside this one
    point = connection.begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        db.session.expire_all()
        point.rollback()


# Readings


def spoken(value: Any) -> str:
    """Every single value in a reading, as text: through dataclasses, rows, mappings and lists."""
    if isinstance(value, str):
        return value
    return "\n".join(spoken(part) for part in _parts(value))


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, Base):
        yield from (getattr(value, each.key) for each in sa.inspect(value).mapper.column_attrs)
    elif dataclasses.is_dataclass(value):
        # The process is the same for everybody.
        names = (field.name for field in dataclasses.fields(value) if field.name != "folder")
        yield from (getattr(value, name) for name in names)
    elif isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from value
    else:
        yield str(value)


def phones() -> dict[str, str]:
    """Every deputy's telephone: number → name."""
    return {row.phone: row.name for row in db.session.execute(sa.select(Deputy.phone, Deputy.name))}
