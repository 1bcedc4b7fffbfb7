"""The states of a case, as a tree: each is one step of its people away from the one before."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.archives.archiving import CHECKS, archive_case
from engine.casework.attachments import FileStore, add_attachment
from engine.casework.cases import open_case
from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.casework.texts import save_text
from engine.foundation import clock
from tests.casework.permissions import answers
from tests.support.journey import TEXT, Journey

IN_SESSION = dt.datetime(2026, 1, 22, 10, tzinfo=clock.ZONE)
Step = Callable[[Journey], object]


@dataclass(frozen=True)
class State:
    """Where a case stands: the state before (none: a case of its own is begun) and the step that leads here."""

    before: str
    step: Step


# Steps


def _in_turn(*steps: Step) -> Step:
    def step(journey: Journey) -> None:
        for each in steps:
            each(journey)

    return step


def _draft(journey: Journey) -> None:
    journey.draft()
    deputies = journey.cast.deputies
    asked = [deputies["deputy2"], deputies["deputy3"]]
    invite_cosigners(journey.cast.actor("deputy1"), case_id=journey.case_id, deputy_ids=asked)
    for deputy, confirmed in (("deputy2", True), ("deputy3", False)):
        actor = journey.cast.actor(deputy)
        answer_invitation(actor, case_id=journey.case_id, text_version=1, confirmed=confirmed)


def _intake(**over: str) -> Step:
    proposed = {"result": "accepted", "category": "environment", "confidentiality": "public", **over}
    return lambda journey: journey.do("intake", "intake", **proposed)


def _confirm(journey: Journey) -> None:
    journey.do("reviewer", "intake_review", decision="confirmed")


def _sign_for(journey: Journey) -> None:
    journey.sign_for("slt").sign_for("czt", "co_sign_for").contact()


def _opinion(position: str, text: str) -> Step:
    return lambda journey: journey.do("czt_clerk", "co_opinion", "czt", position=position, text=text)


def _pass(journey: Journey) -> None:
    journey.do("slt_deputy_head", "review_reply", decision="passed")


def _sign(journey: Journey) -> None:
    journey.do("slt_head", "sign_reply", decision="signed", number="1号")


def _return(unit: str) -> Step:
    return lambda journey: journey.act(f"{unit}_head", "return_unit", unit, **answers.RETURN)


def _second_return(node: str) -> Step:
    """The return was agreed to, another unit takes the first one's place, and it too asks to return the case."""

    def step(journey: Journey) -> None:
        journey.do("router", node, unit=journey.cast.organizations["jyt"])
        _return("jyt")(journey)

    return step


def _from_a_session(journey: Journey) -> None:
    with clock.moved_to(IN_SESSION):
        journey.submit()


def _by_an_officer(*, motion: bool) -> Step:
    """What came on paper, or was a motion: an intake officer enters it for deputy 1."""

    def step(journey: Journey) -> None:
        lead = journey.cast.deputies["deputy1"]
        journey.case_id = open_case(
            journey.cast.actor("intake"),
            process_key=journey.process_key,
            lead_deputy_id=lead,
            from_motion=motion,
        )
        journey.write("intake")

    return step


def _with_its_scan(journey: Journey) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = FileStore(Path(folder))
        officer = journey.cast.actor("intake")
        add_attachment(officer, case_id=journey.case_id, filename="扫描件.txt", content=b"a", store=store)
    journey.do("intake", "draft", confirmed=True)


def _by_the_delegation(journey: Journey) -> None:
    staff = journey.cast.actor("staff")
    journey.case_id = open_case(staff, process_key=journey.process_key)
    save_text(staff, case_id=journey.case_id, answers=TEXT)


def _answered_for_the_delegation(journey: Journey) -> None:
    journey.do("staff", "draft", confirmed=True)
    journey.accept().assign().sign_for().contact().reply()


def _beside_a_like_one(journey: Journey) -> None:
    """Another deputy's case, accepted first, takes the number that answers.MAIN says."""
    main = Journey(journey.cast).draft("deputy3")
    main.do("deputy3", "draft", confirmed=True)
    main.accept()
    bring_to(journey, "assign")


def _main_is_answered(journey: Journey) -> None:
    main = Journey(journey.cast)
    main.case_id = journey.case.merged_into_id or 0
    main.assign().sign_for().contact().reply()


def _other_way(journey: Journey) -> None:
    journey.do(
        "deputy1", "evaluate_merged", attitude="satisfied", result="dissatisfied", reasons="情形不同。"
    )


def _disputed_to_the_end(journey: Journey) -> None:
    journey.contact().reply().evaluate("dissatisfied")


def _withdraw(journey: Journey) -> None:
    journey.act("deputy1", "withdraw", reason="另行提出。")


def _restricted_answer(journey: Journey) -> None:
    journey.sign_for("czt", "co_sign_for").contact()
    _opinion("agree", "同意，资金由我厅统筹安排落实。")(journey)
    journey.do("slt_clerk", "draft_reply", **journey.answers())


def _solved(journey: Journey) -> None:
    """A reply that promises nothing and that the unit withholds from the public: nothing stands before the archive."""
    answer = journey.answers(
        grade="A", commitments=[], publicity="withheld", publicity_reason="涉及未定事项。"
    )
    given = [{**each, "grade": "A"} for each in answer["answers"]]
    journey.do("slt_clerk", "draft_reply", **{**answer, "answers": given})
    _pass(journey)
    _sign(journey)
    journey.evaluate()


def _archive(journey: Journey) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive_case(
            journey.cast.actor("archivist"),
            case_id=journey.case_id,
            number="X1-2026-0001",
            retention="permanent",
            checks=CHECKS,
            store=FileStore(Path(folder)),
        )


# The tree: first the straight way, then what branches off from it.

WAY: dict[str, State] = {
    "draft": State("", _draft),
    "intake": State("draft", lambda journey: journey.submit()),
    "intake_review": State("intake", _intake()),
    "assign": State("intake_review", _confirm),
    "sign_for": State("assign", lambda journey: journey.assign(slt="lead", czt="co")),
    "co_opinion": State("sign_for", _sign_for),
    "draft_reply": State("co_opinion", _opinion("agree", "同意，资金由我厅统筹安排落实。")),
    "review_reply": State(
        "draft_reply", lambda journey: journey.do("slt_clerk", "draft_reply", **journey.answers())
    ),
    "sign_reply": State("review_reply", _pass),
    "evaluate": State("sign_reply", _sign),
    "decide_redo": State("evaluate", lambda journey: journey.evaluate("dissatisfied")),
    "closed": State("decide_redo", lambda journey: journey.redo(decision="waived")),
    # Before it is assigned
    "delegation_check": State("draft", _from_a_session),
    "check_withdrawal": State("delegation_check", _withdraw),
    "on_paper": State("", _by_an_officer(motion=False)),
    "register_motion": State("", _in_turn(_by_an_officer(motion=True), _with_its_scan)),
    "by_delegation": State("", _by_the_delegation),
    "delegation_evaluates": State("by_delegation", _answered_for_the_delegation),
    "decline_review": State("intake", lambda journey: journey.do("intake", "intake", **answers.DECLINED)),
    "declined": State("decline_review", _confirm),
    "transferred": State(
        "intake",
        _in_turn(
            _intake(result="transferred", reason_code="petition", explanation="转有关部门研究。"), _confirm
        ),
    ),
    "withdrawal": State("assign", _withdraw),
    "withdrawn": State(
        "withdrawal", lambda journey: journey.act("deputy2", "answer_withdrawal", decision="agreed")
    ),
    # Merged
    "two_alike": State("", _beside_a_like_one),
    "merged": State("two_alike", lambda journey: journey.act("assigner", "merge", **answers.MERGER)),
    "evaluate_merged": State("merged", _main_is_answered),
    "decide_merged": State("evaluate_merged", _other_way),
    # Restricted
    "restricted_review": State("intake", _intake(confidentiality="restricted")),
    "restricted": State("restricted_review", _confirm),
    "restricted_handling": State(
        "restricted", lambda journey: journey.assign(slt="lead", czt="co").sign_for()
    ),
    "admitted": State(
        "restricted_handling",
        lambda journey: journey.act("assigner", "admit_viewer", **answers.admitted(journey)),
    ),
    "restricted_reply": State("restricted_handling", _restricted_answer),
    "restricted_evaluation": State("restricted_reply", _in_turn(_pass, _sign)),
    "restricted_closed": State("restricted_evaluation", lambda journey: journey.evaluate()),
    # Routed, handled apart
    "route": State("assign", lambda journey: journey.assign(zfb="lead")),
    "separate": State("assign", lambda journey: journey.assign(slt="separate", jyt="separate").sign_for()),
    # Returned, extended, objected to
    "decide_return": State("draft_reply", _return("slt")),
    "reassign": State(
        "decide_return", lambda journey: journey.do("router", "decide_return", **answers.AGREED)
    ),
    "arbitrate": State("reassign", _second_return("reassign")),
    "co_decide_return": State("sign_for", _return("czt")),
    "co_reassign": State(
        "co_decide_return", lambda journey: journey.do("router", "co_decide_return", **answers.AGREED)
    ),
    "co_arbitrate": State("co_reassign", _second_return("co_reassign")),
    "decide_objection": State(
        "draft_reply", lambda journey: journey.act("deputy1", "object_unit", "slt", **answers.OBJECTION)
    ),
    "decide_extension": State(
        "draft_reply", lambda journey: journey.act("slt_head", "extend", "slt", **answers.EXTENSION)
    ),
    # Between the units
    "redo_opinion": State(
        "draft_reply",
        lambda journey: journey.act("slt_clerk", "send_opinion_back", "slt", **answers.sent_back(journey)),
    ),
    "differing": State("co_opinion", _opinion("disagree", "资金渠道不明确，不同意列入。")),
    "coordinate": State(
        "differing",
        lambda journey: journey.act("slt_head", "request_coordination", "slt", **answers.COORDINATION),
    ),
    # Disputed
    "redo": State("decide_redo", lambda journey: journey.redo()),
    "panel": State("redo", _disputed_to_the_end),
    # Supervised
    "carded": State(
        "draft_reply", lambda journey: journey.act("assigner", "issue_card", "slt", **answers.CARD)
    ),
    "key_proposed": State(
        "draft_reply", lambda journey: journey.act("assigner", "propose_key", **answers.KEY)
    ),
    "key": State(
        "key_proposed", lambda journey: journey.act("assigner", "decide_key", **answers.key_decision(journey))
    ),
    # Over and laid by
    "solved": State("draft_reply", _solved),
    "archived": State("solved", _archive),
}


def bring_to(journey: Journey, name: str) -> None:
    """Let the people bring a case into a state."""
    state = WAY[name]
    if state.before:
        bring_to(journey, state.before)
    state.step(journey)


def following(name: str) -> Iterator[str]:
    """The states one step further."""
    return (other for other, state in WAY.items() if state.before == name)
