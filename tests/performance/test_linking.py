"""Projects and cases linked: by those who see both, shown to those who see both, taken off with a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.archives.papers import rows_of, tables
from engine.casework.access import case_to_view
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.performance.keeping import keep_form
from engine.performance.linking import find_cases, link_case, links_of_case, links_of_project, unlink_case
from models import AuditEvent, PerformanceLink, db
from tests.performance.reports import clean
from tests.support.cast import Cast, assemble, join
from tests.support.evaluating import act, take_on
from tests.support.journey import Journey

WHY = "代表建议整治这条支流。"


def project(cast: Cast) -> int:
    return keep_form(cast.actor("slt_clerk"), report=clean(), budget_head="213").project_id


def handled(cast: Cast) -> Journey:
    return Journey(cast).draft().submit().accept().assign().sign_for()


def restricted(cast: Cast) -> Journey:
    journey = Journey(cast).draft().submit()
    journey.do("intake", "intake", result="accepted", category="environment", confidentiality="restricted")
    journey.do("reviewer", "intake_review", decision="confirmed")
    return journey.assign(slt="lead")


def told(project_id: int) -> list[str]:
    subject = (
        AuditEvent.subject == f"performance:{project_id}",
        AuditEvent.action.in_(("performance:linked", "performance:unlinked")),
    )
    return list(db.session.scalars(sa.select(AuditEvent.action).where(*subject).order_by(AuditEvent.id)))


def test_a_link_is_made_once_shown_on_both_sides_and_taken_off_with_a_reason(cast: Cast) -> None:
    project_id, journey = project(cast), handled(cast)
    clerk, supervisor = cast.actor("slt_clerk"), cast.actor("assigner")
    where = {"project_id": project_id, "number": journey.case.number or ""}
    with pytest.raises(InvalidAnswers) as refusal:
        link_case(clerk, project_id=project_id, number="第999号", indicator="没有的指标", reason=" ")
    assert set(refusal.value.errors) == {"number", "indicator", "reason"}
    whole = link_case(clerk, **where, reason=WHY)
    assert link_case(supervisor, **where, reason="再来一次") == whole
    one = link_case(supervisor, **where, indicator="整治河道长度", reason="提到长度")
    before = rows_of(journey.case_id)

    shown = links_of_project(clerk, project_id)
    assert [(each.id, each.indicator, each.by) for each in shown] == [
        (whole, "", "水利厅经办"),
        (one, "整治河道长度", "交办员"),
    ]
    of_case = links_of_case(clerk, journey.case_id)
    assert [(each.budget_head, each.indicator, each.reason, each.open) for each in of_case] == [
        ("213", "", WHY, True),
        ("213", "整治河道长度", "提到长度", True),
    ]

    with pytest.raises(InvalidAnswers):
        unlink_case(clerk, project_id=project_id, link_id=whole, reason="")
    with pytest.raises(NotFound):
        unlink_case(clerk, project_id=project_id, link_id=one + 1, reason="没有")
    unlink_case(clerk, project_id=project_id, link_id=whole, reason="不是同一条河")
    unlink_case(supervisor, project_id=project_id, link_id=whole, reason="又一次")
    assert [each.indicator for each in links_of_case(clerk, journey.case_id)] == ["整治河道长度"]
    gone = links_of_project(clerk, project_id)[-1]
    assert (gone.id, gone.removed_reason, gone.removed_by) == (whole, "不是同一条河", "水利厅经办")
    again = link_case(clerk, **where, reason=WHY)
    assert again not in (whole, one)
    assert told(project_id) == [f"performance:{what}" for what in ("linked", "linked", "unlinked", "linked")]
    # The file of the case is what it was: links come and go after it is closed.
    assert rows_of(journey.case_id) == before
    assert "performance_link" not in {table.name for table, _condition in tables()}


def test_nobody_learns_of_a_restricted_case_by_a_link(cast: Cast) -> None:
    project_id, journey = project(cast), restricted(cast)
    clerk, head, colleague = (
        cast.actor("slt_clerk"),
        cast.actor("slt_head"),
        join(cast, "c", "dgw", "supervisor"),
    )
    where = {"project_id": project_id, "number": journey.case.number or "", "reason": WHY}
    refused = []
    for actor, number in ((head, where["number"]), (colleague, where["number"]), (head, "第999号")):
        with pytest.raises(InvalidAnswers) as refusal:
            link_case(actor, **{**where, "number": number})
        refused.append(refusal.value.errors)
    assert refused[0] == refused[1] == refused[2]  # as if it were not there
    link = link_case(clerk, **where)
    assert [each.id for each in links_of_project(clerk, project_id)] == [link]
    for actor in (head, colleague):
        assert links_of_project(actor, project_id) == []
        with pytest.raises(NotFound):
            unlink_case(actor, project_id=project_id, link_id=link, reason="看看有没有")
        with pytest.raises(NotFound):
            links_of_case(actor, journey.case_id)
    details = sa.select(AuditEvent.detail).where(AuditEvent.action == "performance:linked")
    assert journey.case.title not in db.session.scalars(details).one()


def test_a_project_is_seen_from_a_case_only_by_those_who_may_see_it(cast: Cast) -> None:
    project_id, journey = project(cast), handled(cast)
    where = {"project_id": project_id, "number": journey.case.number or "", "reason": WHY}
    for who, refusal in (("jyt_clerk", NotFound), ("deputy1", NotAllowed), ("intake", NotAllowed)):
        with pytest.raises(refusal):
            link_case(cast.actor(who), **where)
    foreign = assemble("15", "邻省人民代表大会")
    with pytest.raises(NotFound):
        link_case(foreign.actor("assigner"), **where)
    link_case(cast.actor("slt_clerk"), **where)
    assert [each.open for each in links_of_case(cast.actor("assigner"), journey.case_id)] == [True]
    assert links_of_case(cast.actor("deputy1"), journey.case_id) == []
    assert links_of_case(cast.actor("intake"), journey.case_id) == []

    take_on(cast, project_id, until="publish")
    (seen,) = links_of_case(cast.actor("deputy1"), journey.case_id)
    assert (seen.name, seen.open, len(seen.public_id)) == ("汾河支流整治项目", False, 10)
    # Once it is published another unit sees the project, and still may not link it.
    with pytest.raises(NotAllowed):
        link_case(cast.actor("jyt_clerk"), **where)
    act(cast, project_id, "reviewer_one", "withdraw", reason="误公开")
    assert links_of_case(cast.actor("deputy1"), journey.case_id) == []
    assert len(db.session.scalars(sa.select(PerformanceLink.id)).all()) == 1


def test_indicators_are_those_of_the_latest_version(cast: Cast) -> None:
    project_id, journey = project(cast), handled(cast)
    clerk, number = cast.actor("slt_clerk"), journey.case.number or ""
    link = link_case(clerk, project_id=project_id, number=number, indicator="整治河道长度", reason=WHY)
    lines = tuple(
        replace(each, name=each.name.replace("整治河道长度", "河道长度")) for each in clean().body or ()
    )
    assert keep_form(clerk, report=replace(clean(), body=lines, annex=lines)).version == 2
    with pytest.raises(InvalidAnswers) as refusal:
        link_case(
            cast.actor("assigner"), project_id=project_id, number=number, indicator="旧指标", reason=WHY
        )
    assert set(refusal.value.errors) == {"indicator"}
    assert [each.id for each in links_of_project(clerk, project_id)] == [link]  # what was said stays


def test_a_budget_reviewer_finds_and_links_what_he_does_not_see(cast: Cast) -> None:
    """By number or words of the title, within his congress."""
    project_id, journey = project(cast), handled(cast)
    reviewer, number, title = cast.actor("reviewer_one"), journey.case.number or "", journey.case.title
    assert find_cases(reviewer, project_id=project_id, words=number) == [(number, title)]
    assert (number, title) in find_cases(reviewer, project_id=project_id, words=title[2:6])
    with pytest.raises(NotFound):
        case_to_view(reviewer, journey.case_id)  # to find it is not to see it
    link = link_case(reviewer, project_id=project_id, number=number, indicator="整治河道长度", reason=WHY)
    shown = links_of_project(reviewer, project_id)
    assert [(each.id, each.number, each.title, each.open) for each in shown] == [(link, number, title, False)]
    assert [each.open for each in links_of_project(cast.actor("slt_clerk"), project_id)] == [True]
    (seen,) = links_of_case(cast.actor("slt_clerk"), journey.case_id)
    assert (seen.budget_head, seen.indicator) == ("213", "整治河道长度")
    unlink_case(reviewer, project_id=project_id, link_id=link, reason="不是同一条河")
    with pytest.raises(NotAllowed):
        find_cases(cast.actor("deputy1"), project_id=project_id, words=number)
    foreign = assemble("15", "邻省人民代表大会")
    with pytest.raises(NotFound):
        find_cases(join(foreign, "r", "dgw", "budget_reviewer"), project_id=project_id, words=number)


def test_a_budget_reviewer_finds_nothing_that_is_not_for_everybody_in_the_house(cast: Cast) -> None:
    """Restricted cases, drafts, and signs that would match anything."""
    project_id, hidden, draft = project(cast), restricted(cast), Journey(cast).draft()
    reviewer, number = cast.actor("reviewer_one"), hidden.case.number or ""
    for words in (number, hidden.case.title, draft.case.title, "%%", "__", " ", "省"):
        assert find_cases(reviewer, project_id=project_id, words=words) == []
    with pytest.raises(InvalidAnswers):
        link_case(reviewer, project_id=project_id, number=number, reason=WHY)
    secret = link_case(cast.actor("slt_clerk"), project_id=project_id, number=number, reason=WHY)
    assert links_of_project(reviewer, project_id) == []
    with pytest.raises(NotFound):
        unlink_case(reviewer, project_id=project_id, link_id=secret, reason="看看有没有")
