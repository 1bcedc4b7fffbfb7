"""A draft becomes the congress's rules: proposed by one, decided by another, kept as a version, for new cases only."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.casework.cases import open_case
from engine.deadlines.decided import in_force
from engine.deadlines.standing import Source
from engine.definitions import rule_packs
from engine.foundation.actor import Actor
from engine.foundation.audit_verification import verify
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.people.substitutes import name_substitute
from engine.people.substitution_rules import Period
from engine.sandbox import adopting
from engine.sandbox.drafts import change_rule, draft, make_draft
from engine.sandbox.versions import decision, decisions, waiting_for
from models import AuditEvent, Case, RuleDecision, RulePackVersion, db
from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey

TODAY, LATER = dt.date(2026, 2, 5), dt.date(2026, 3, 1)
SPAN = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 12, 31)}
ARTICLE = {"act": "《试验省建议办理办法》", "article": "第八条"}


@pytest.fixture
def ruler(cast: Cast) -> Actor:
    return join(cast, "ruler", "dgw", "process_admin")


@pytest.fixture
def second(cast: Cast) -> Actor:
    return join(cast, "second", "dgw", "process_admin")


def drafted(ruler: Actor, rule: str = "evaluation", length: str = "15wd", **basis: str) -> int:
    id_ = make_draft(ruler, name="缩短测评期限")
    change_rule(ruler, draft_id=id_, rule_id=rule, length=length, warn=["2wd"], **(basis or ARTICLE))
    return id_


def proposed(ruler: Actor, draft_id: int, on: dt.date = LATER, **over: Any) -> int:
    about = {**SPAN, "effective_on": on, "reason": "省人大常委会主任会议决定。", **over}
    return adopting.propose(ruler, draft_id=draft_id, **about)


def length_of(case_id: int, rule: str = "evaluation") -> str:
    case = db.session.get_one(Case, case_id)
    return str(rule_packs.pack(case.rule_pack_id).rule(rule, on=LATER).length)


def events(prefix: str) -> list[str]:
    said = sa.select(AuditEvent.action).where(AuditEvent.action.like(f"{prefix}%")).order_by(AuditEvent.id)
    return list(db.session.scalars(said))


def test_new_cases_from_that_day_on_pin_it_and_running_ones_keep_theirs(
    ruler: Actor, second: Actor, cast: Cast, clock_at: Callable[..., None]
) -> None:
    running = Journey(cast).draft().submit().accept().case_id
    decided = proposed(ruler, drafted(ruler))
    assert waiting_for(second) == 1 and waiting_for(ruler) == 0
    assert length_of(open_case(cast.actor("deputy1"), process_key="suggestion")) == "20wd"
    stored = adopting.confirm(second, decided)
    assert adopting.confirm(second, decided) == stored
    assert in_force(cast.congress_id, TODAY).pack.rule("evaluation", on=LATER).quantity == 20
    before = open_case(cast.actor("deputy1"), process_key="suggestion")
    clock_at(dt.datetime(2026, 3, 1, 9, 0))
    after = open_case(cast.actor("deputy1"), process_key="suggestion")
    assert [length_of(each) for each in (running, before, after)] == ["20wd", "20wd", "15wd"]
    pinned = db.session.get_one(Case, after).rule_pack_id
    assert pinned == stored
    pack = rule_packs.pack(stored)
    rule = pack.rule("evaluation", on=LATER)
    assert (str(rule.legal_basis), rule.source) == ("《试验省建议办理办法》第八条", Source.LOCAL)
    assert not rule.to_be_confirmed and rule.jurisdiction == "试验省人民代表大会"
    assert pack.rules["answer"] == in_force(cast.congress_id, TODAY).pack.rules["answer"]
    assert pack.version.endswith("+1")
    assert events("rules:") == ["rules:proposed", "rules:confirmed"]
    assert verify().sound


def test_what_was_decided_is_shown_rule_by_rule_with_who_and_what_the_replay_found(
    ruler: Actor, second: Actor, cast: Cast
) -> None:
    Journey(cast).draft().submit().accept().assign().sign_for().contact().reply()
    decided = proposed(ruler, drafted(ruler, "evaluation", "1wd"))
    adopting.confirm(second, decided)
    shown = decision(ruler, decided)
    assert decisions(ruler) == [shown]
    assert (shown.proposed_by, shown.decided_by, shown.state) == ("ruler", "second", "confirmed")
    assert shown.version.endswith("+1") and not shown.holds  # its day is still to come
    (one,) = shown.differences
    assert (one.before["length"], one.after["length"]) == ("20wd", "1wd")
    assert one.before["basis"]["article"] == "（参照重庆第二十七条）"
    assert one.after["basis"] == {"text": ARTICLE["act"], "article": ARTICLE["article"]}
    assert shown.replayed["periods"] > 0 and shown.replayed["moved"] == 1


def test_a_later_decision_lies_over_an_earlier_one(
    ruler: Actor, second: Actor, cast: Cast, clock_at: Callable[..., None]
) -> None:
    kept = sa.select(sa.func.count()).select_from(RulePackVersion)
    before = db.session.scalar(kept)
    adopting.confirm(second, proposed(ruler, drafted(ruler, "evaluation", "15wd"), TODAY))
    again = drafted(ruler, "evaluation", "15wd")
    assert draft(ruler, again).changed == ()  # it is so already
    with pytest.raises(adopting.NothingChanged):
        proposed(ruler, again)
    adopting.confirm(second, proposed(ruler, drafted(ruler, "sign_for", "2wd")))
    adopting.confirm(second, proposed(ruler, drafted(ruler, "evaluation", "10wd"), dt.date(2026, 4, 1)))
    on = {TODAY: ("15wd", "3wd"), LATER: ("15wd", "2wd"), dt.date(2026, 4, 1): ("10wd", "2wd")}
    for day, lengths in on.items():
        pack = in_force(cast.congress_id, day).pack
        assert tuple(str(pack.rule(each, on=day).length) for each in ("evaluation", "sign_for")) == lengths
    assert db.session.scalar(kept) == before + 3


def test_a_rule_without_an_article_is_refused(ruler: Actor) -> None:
    bare = make_draft(ruler, name="草案")
    change_rule(ruler, draft_id=bare, rule_id="evaluation", length="10wd", warn=[])
    with pytest.raises(adopting.ArticleMissing, match="代表反馈测评意见"):
        proposed(ruler, bare)
    with pytest.raises(InvalidAnswers) as refused:
        change_rule(ruler, draft_id=bare, rule_id="evaluation", length="10wd", warn=[], act="《办法》")
    assert set(refused.value.errors) == {"article"}
    # A value that stays may be given its article: then it is the congress's own.
    change_rule(ruler, draft_id=bare, rule_id="evaluation", length="20wd", warn=[], **ARTICLE)
    assert [rule.source for rule in draft(ruler, bare).changed] == [Source.LOCAL]
    assert proposed(ruler, bare)


def test_no_congress_loosens_what_a_statute_sets(ruler: Actor, second: Actor) -> None:
    """Three months are those of 代表法 art. 51: two may be decided here, four may only be tried out."""
    for looser in ("4m", "90d"):
        with pytest.raises(adopting.StatuteBinds, match="3m"):
            proposed(ruler, drafted(ruler, "answer", looser))
    with pytest.raises(adopting.StatuteBinds):  # before a meeting, fewer days are the looser
        proposed(ruler, drafted(ruler, "budget_draft_to_committee", "-20d"))
    adopting.confirm(second, proposed(ruler, drafted(ruler, "answer", "2m")))
    with pytest.raises(adopting.StatuteBinds):  # what was decided here does not unbind from the statute
        proposed(ruler, drafted(ruler, "answer", "4m"), on=LATER + dt.timedelta(days=30))
    back = drafted(ruler, "answer", "3m")
    adopting.confirm(second, proposed(ruler, back, on=LATER + dt.timedelta(days=30)))


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"on": dt.date(2026, 2, 4)}, "effective_on"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 1001}, "reason"),
        ({"since": dt.date(2026, 12, 31), "until": dt.date(2026, 1, 1)}, "since"),
    ],
)
def test_a_proposal_says_from_when_and_why_and_is_tried_out(
    ruler: Actor, over: dict[str, Any], field: str
) -> None:
    id_ = drafted(ruler)
    with pytest.raises(InvalidAnswers) as refused:
        proposed(ruler, id_, **over)
    assert set(refused.value.errors) == {field}
    assert events("rules:") == []


def test_nobody_decides_his_own_proposal_nor_that_of_whom_he_stands_in_for(
    ruler: Actor, second: Actor, cast: Cast
) -> None:
    id_ = drafted(ruler)
    decided = proposed(ruler, id_)
    assert proposed(ruler, id_) == decided  # sent twice
    with pytest.raises(adopting.OneAtATime):
        proposed(second, drafted(second, "sign_for", "2wd"))
    for try_ in (adopting.confirm, lambda actor, which: adopting.refuse(actor, which, answer="不行")):
        with pytest.raises(adopting.SameEyes):
            try_(ruler, decided)
    assert ruler.user_id and second.user_id
    name_substitute(
        ruler,
        organization_id=cast.organizations["dgw"],
        substitute_id=second.user_id,
        period=Period(TODAY, LATER, "出差"),
    )
    with pytest.raises(adopting.SameEyes):
        adopting.confirm(second, decided)
    assert not decision(second, decided).may_decide and waiting_for(second) == 0
    third = join(cast, "third", "dgw", "process_admin")
    with pytest.raises(InvalidAnswers):
        adopting.refuse(third, decided, answer=" ")
    for _twice in range(2):
        adopting.refuse(third, decided, answer="应当先征求意见。")
    assert decision(ruler, decided).answer == "应当先征求意见。"
    with pytest.raises(NotFound):
        adopting.confirm(third, decided)
    assert events("rules:") == ["rules:proposed", "rules:refused"]


def test_the_proposer_may_take_it_back_and_others_have_no_say(
    ruler: Actor, second: Actor, cast: Cast
) -> None:
    decided = proposed(ruler, drafted(ruler))
    with pytest.raises(NotFound):
        adopting.withdraw(second, decided)
    for who in ("assigner", "slt_head", "deputy1"):
        for try_ in (adopting.confirm, adopting.withdraw, decision):
            with pytest.raises(NotAllowed):
                try_(cast.actor(who), decided)
        assert waiting_for(cast.actor(who)) == 0
    adopting.withdraw(ruler, decided)
    assert in_force(cast.congress_id, LATER).pack == in_force(cast.congress_id, TODAY).pack
    assert proposed(ruler, drafted(ruler, "sign_for", "2wd"))  # the way is free again


def test_rules_that_moved_or_a_day_that_passed_send_it_back(
    ruler: Actor, second: Actor, cast: Cast, clock_at: Callable[..., None]
) -> None:
    decided = proposed(ruler, drafted(ruler))
    db.session.execute(sa.update(RuleDecision).values(base_hash="0" * 64))
    db.session.commit()
    with pytest.raises(adopting.RulesMoved):
        adopting.confirm(second, decided)
    clock_at(dt.datetime(2026, 3, 2, 9, 0))
    with pytest.raises(adopting.DayPassed):
        adopting.confirm(second, decided)
    assert db.session.get_one(RuleDecision, decided).rule_pack_id is None


def test_another_congress_is_not_bound_and_sees_nothing(ruler: Actor, second: Actor, cast: Cast) -> None:
    decided = proposed(ruler, drafted(ruler), TODAY)
    adopting.confirm(second, decided)
    other = assemble("1401", "太原市人民代表大会")
    stranger = join(other, "stranger", "dgw", "process_admin")
    assert in_force(other.congress_id).pack.version == "2026.1"
    assert in_force(cast.congress_id).pack.version == "2026.1+1"
    assert decisions(stranger) == []
    for try_ in (decision, adopting.confirm, adopting.withdraw):
        with pytest.raises(NotFound):
            try_(stranger, decided)


def test_of_two_who_propose_at_once_one_is_told_to_wait(fresh_database: Flask) -> None:
    cast = assemble()
    people = {rule: join(cast, rule, "dgw", "process_admin") for rule in ("evaluation", "sign_for")}
    ids = {rule: drafted(person, rule, "2wd") for rule, person in people.items()}
    gate = threading.Barrier(2)
    told: list[int | str] = []

    def one(rule: str) -> None:
        with fresh_database.app_context():
            gate.wait()
            try:
                told.append(proposed(people[rule], ids[rule], dt.date(2999, 1, 1)))
            except adopting.OneAtATime:
                told.append("waits")

    threads = [threading.Thread(target=one, args=[rule]) for rule in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 2 and told.count("waits") == 1
