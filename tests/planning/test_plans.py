"""The plan of a year: proposed, adopted, public, adjusted with reasons, and carried out case by case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.planning.mining import concentrations
from engine.planning.opening import NotAdopted, open_item
from engine.planning.plans import AlreadyOpened, NothingToAdopt, adopt, change_item, drop_item, propose_item
from engine.planning.readings import plan_page, planned_as, public_plans, years
from engine.planning.telling import tell_of_plans
from models import AuditEvent, Case, CaseText, Notification, PlanItem, User, db
from tests.support.cast import Cast

YEAR = 2026
COUNCIL = "第四十八次主任会议"
TODAY = dt.date(2026, 2, 5)


def matter(cast: Cast, organ: str = "hzw", **over: Any) -> dict[str, Any]:
    """What a matter consists of."""
    values = {
        "title": "关于全省地下水超采治理情况的报告",
        "channel": "deputies",
        "process_key": "work_report",
        "organ_id": cast.organizations[organ],
        "month": 5,
        "grounds": "近三年代表建议集中反映地下水超采问题。",
    }
    return values | over


def proposed(cast: Cast, who: str = "committee", organ: str = "hzw", **over: Any) -> int:
    return propose_item(cast.actor(who), year=YEAR, values=matter(cast, organ, **over))


def adopted(cast: Cast, reason: str = "") -> int:
    return adopt(cast.actor("meetings"), year=YEAR, council=COUNCIL, decided_on=TODAY, reason=reason)


def titles() -> list[str]:
    """What anybody reads of the plan."""
    found = public_plans(YEAR)
    return [each["title"] for each in found[0].versions[0].content["items"]] if found else []


def test_what_is_proposed_is_public_once_adopted_and_changes_wait_for_the_next_version(cast: Cast) -> None:
    first = proposed(cast)
    proposed(
        cast, "finance", "cjw", title="关于中小企业账款清欠情况的专题询问", process_key="inquiry", month=7
    )
    assert titles() == []
    with pytest.raises(NotAllowed):
        adopt(cast.actor("committee"), year=YEAR, council=COUNCIL, decided_on=TODAY)
    assert adopted(cast) == 1
    assert titles() == ["关于全省地下水超采治理情况的报告", "关于中小企业账款清欠情况的专题询问"]
    with pytest.raises(NothingToAdopt):
        adopted(cast, "再次通过。")
    changed = matter(cast, title="关于全省水资源保护情况的报告", month=8)
    change_item(cast.actor("committee"), item_id=first, values=changed, reason="扩大范围。")
    assert titles()[0] == "关于全省地下水超采治理情况的报告"
    assert plan_page(cast.actor("meetings"), year=YEAR).waiting
    with pytest.raises(InvalidAnswers) as refusal:
        adopted(cast)
    assert set(refusal.value.errors) == {"reason"}
    assert adopted(cast, "根据工作安排调整。") == 2
    assert titles() == ["关于中小企业账款清欠情况的专题询问", "关于全省水资源保护情况的报告"]
    plan = public_plans()[0]
    assert [(each.number, each.reason) for each in plan.versions] == [(2, "根据工作安排调整。"), (1, "")]
    assert years(cast.actor("meetings")) == [YEAR]


def test_a_matter_opens_its_case_of_the_kind_that_is_planned(cast: Cast) -> None:
    item = proposed(cast)
    with pytest.raises(NotAdopted):
        open_item(cast.actor("committee"), item_id=item)
    adopted(cast)
    with pytest.raises(NotAllowed):
        open_item(cast.actor("meetings"), item_id=item)
    with pytest.raises(NotAllowed):
        open_item(cast.actor("finance"), item_id=item)
    case_id = open_item(cast.actor("committee"), item_id=item)
    assert open_item(cast.actor("committee"), item_id=item) == case_id
    case = db.session.get_one(Case, case_id)
    assert (case.process_key, case.title, case.organ_id, case.status) == (
        "work_report",
        "关于全省地下水超采治理情况的报告",
        cast.organizations["hzw"],
        "draft",
    )
    text = db.session.scalars(sa.select(CaseText).where(CaseText.case_id == case_id)).one()
    assert text.body["channel"] == "deputies"
    assert planned_as(case_id) == (YEAR, case.title)
    matters = plan_page(cast.actor("committee"), year=YEAR).matters
    assert [(each.case_id, each.status, each.may_open) for each in matters] == [(case_id, "draft", False)]
    assert public_plans(YEAR)[0].stages == {item: "begun"}
    actions = sa.select(AuditEvent.action).where(AuditEvent.case_id == case_id).order_by(AuditEvent.id)
    assert list(db.session.scalars(actions)) == ["case:opened", "text:saved", "plan:item_opened"]
    with pytest.raises(AlreadyOpened):
        drop_item(cast.actor("committee"), item_id=item, reason="取消。")


def test_of_a_restricted_case_the_plan_says_only_that_it_was_begun(cast: Cast) -> None:
    item = proposed(cast)
    adopted(cast)
    case = db.session.get_one(Case, open_item(cast.actor("committee"), item_id=item))
    case.status, case.number, case.confidentiality = "open", "专项报告第09号", "restricted"
    db.session.commit()
    (seen,) = plan_page(cast.actor("committee"), year=YEAR).matters
    (unseen,) = plan_page(cast.actor("assigner"), year=YEAR).matters
    assert (seen.case_id, seen.number, seen.status) == (case.id, "专项报告第09号", "open")
    assert (unseen.case_id, unseen.number, unseen.stage, unseen.status) == (None, None, "", "")
    assert public_plans(YEAR)[0].stages == {item: "begun"}


def test_what_is_dropped_stays_public_until_the_council_has_decided(cast: Cast) -> None:
    item, other = proposed(cast), proposed(cast, title="关于农村供水保障情况的报告", month=9)
    adopted(cast)
    with pytest.raises(InvalidAnswers):
        drop_item(cast.actor("committee"), item_id=item, reason=" ")
    with pytest.raises(NotAllowed):
        drop_item(cast.actor("finance"), item_id=item, reason="调整。")
    for _again in range(2):
        drop_item(cast.actor("meetings"), item_id=item, reason="与审计监督合并。")
    assert len(titles()) == 2
    with pytest.raises(NotAdopted):
        open_item(cast.actor("committee"), item_id=item)
    adopted(cast, "与审计监督合并。")
    assert titles() == ["关于农村供水保障情况的报告"]
    assert open_item(cast.actor("committee"), item_id=other)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"grounds": ""}, "grounds"),
        ({"channel": "rumour"}, "channel"),
        ({"process_key": "suggestion"}, "process_key"),  # begun by deputies, in nobody's organ's name
        ({"month": 13}, "month"),
        ({"organ_id": 0}, "organ_id"),
    ],
)
def test_what_is_not_whole_is_refused_by_its_field(cast: Cast, over: Mapping[str, Any], field: str) -> None:
    with pytest.raises(InvalidAnswers) as refusal:
        proposed(cast, **over)
    assert set(refusal.value.errors) == {field}
    assert db.session.scalar(sa.select(sa.func.count(PlanItem.id))) == 0


def test_plans_are_made_by_those_whose_they_are(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        proposed(cast, "finance", "hzw")
    for who in ("slt_head", "deputy1", "intake"):
        with pytest.raises(NotAllowed):
            proposed(cast, who)
    proposed(cast, "meetings")
    for who in ("slt_head", "deputy1"):
        with pytest.raises(NotAllowed):
            plan_page(cast.actor(who), year=YEAR)
    with pytest.raises(NotFound):
        plan_page(cast.actor("meetings"), year=YEAR + 1)
    with pytest.raises(InvalidAnswers):
        propose_item(cast.actor("meetings"), year=26, values=matter(cast))
    with pytest.raises(InvalidAnswers):
        late = TODAY + dt.timedelta(days=1)
        adopt(cast.actor("meetings"), year=YEAR, council=COUNCIL, decided_on=late)


def test_concentrations_name_the_suggestions_they_rest_on(cast: Cast, suggestions: list[str]) -> None:
    assert len(suggestions) == 3
    (found,) = concentrations(cast.actor("committee"), YEAR)
    assert sorted(found.numbers) == suggestions
    assert not any(source.open for source in found.sources)
    assert concentrations(cast.actor("committee"), YEAR + 1) == []
    with pytest.raises(NotAllowed):
        concentrations(cast.actor("slt_head"), YEAR)
    item = propose_item(
        cast.actor("committee"), year=YEAR, values=matter(cast), cases=[*found.numbers, "没有这一件"]
    )
    assert db.session.get_one(PlanItem, item).sources == {"cases": suggestions}
    db.session.execute(
        sa.update(Case).where(Case.number == suggestions[0]).values(confidentiality="restricted")
    )
    assert concentrations(cast.actor("committee"), YEAR) == []


def told(event: str) -> list[tuple[str, str]]:
    """Who was told of it on the screen, with the subject, in order."""
    statement = sa.select(User.username, Notification.subject).join(User, User.id == Notification.user_id)
    statement = statement.where(Notification.event == event, Notification.channel == "in_app")
    return sorted((who, subject) for who, subject in db.session.execute(statement))


def test_a_month_that_comes_and_one_that_is_over_are_told_of_once(
    cast: Cast, clock_at: Callable[..., None]
) -> None:
    item = proposed(cast)
    waiting = proposed(cast, "finance", "cjw", title="关于中小企业账款清欠情况的报告", month=12)
    assert tell_of_plans(dt.date(2026, 5, 2)) == 0  # nothing is adopted
    assert told("plan:item_proposed") == [
        ("meetings@14", "监督计划有待决定的内容：关于中小企业账款清欠情况的报告"),
        ("meetings@14", "监督计划有待决定的内容：关于全省地下水超采治理情况的报告"),
    ]
    adopted(cast)
    assert [who for who, _subject in told("plan:adopted")] == ["committee@14", "finance@14"]
    assert [tell_of_plans(dt.date(2026, *day)) for day in ((4, 30), (5, 1), (5, 2), (5, 31))] == [0, 1, 0, 0]
    assert told("plan:month_begun") == [
        ("committee@14", "监督计划本月事项：关于全省地下水超采治理情况的报告")
    ]
    assert [tell_of_plans(dt.date(2026, *day)) for day in ((6, 1), (6, 2), (7, 1))] == [1, 0, 0]
    over = [who for who, _subject in told("plan:month_over")]
    assert {"committee@14", "meetings@14", "assigner@14"} <= set(over)  # who assigns supervises
    assert "finance@14" not in over
    assert len(over) == len(set(over))
    put_off = matter(cast, month=9)
    change_item(cast.actor("committee"), item_id=item, values=put_off, reason="推迟到九月。")
    adopted(cast, "推迟一项。")
    assert told("plan:adopted")[-1][0] == "finance@14"  # who is not concerned hears of no second version
    assert len(told("plan:adopted")) == 3
    assert [tell_of_plans(dt.date(2026, *day)) for day in ((8, 1), (9, 1), (9, 30))] == [0, 1, 0]
    clock_at(dt.datetime(2026, 9, 12, 10, 0))
    open_item(cast.actor("committee"), item_id=item)
    assert tell_of_plans(dt.date(2026, 10, 1)) == 0
    drop_item(cast.actor("finance"), item_id=waiting, reason="与审计监督合并。")
    assert tell_of_plans(dt.date(2027, 1, 4)) == 0
    actions = sa.select(AuditEvent.action).where(AuditEvent.action.like("plan:month%"))
    assert list(db.session.scalars(actions.order_by(AuditEvent.id))) == [
        "plan:month_begun",
        "plan:month_over",
        "plan:month_begun",
    ]


def test_a_matter_of_december_is_told_of_in_the_year_after(cast: Cast) -> None:
    proposed(cast, month=12)
    adopted(cast)
    assert tell_of_plans(dt.date(2026, 12, 31)) == 1
    assert tell_of_plans(dt.date(2027, 1, 1)) == 1
    assert tell_of_plans(dt.date(2028, 1, 1)) == 0
