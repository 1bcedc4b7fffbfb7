"""Whoever has to judge or to mend something has before him what it is about, and nothing that he may not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html

from models import Task, db
from tests.support.cast import Cast
from tests.support.performance import performed
from tests.support.scenarios import scenarios

pytestmark = pytest.mark.slow

UNSIGNED = ("请说明责任。", "文字再核。")  # why the unit's own people sent drafts of the answer back


def played_to(name: str, step: Callable[[dict[str, Any]], bool], after: int = 0) -> Any:
    """The scenario up to the first step that it holds of, or so many steps beyond."""
    whole = next(each for each in scenarios() if each.name == name)
    steps = whole.content["steps"]
    end = next(place for place, each in enumerate(steps) if step(each))
    return replace(whole, content={**whole.content, "steps": steps[: end + after]})


@pytest.mark.parametrize(
    ("name", "action", "before", "read"),
    [
        ("interpellation/congress", "rate_answer", "count_askers", "汛期空库运行"),
        ("interpellation/standing-committee", "rate_answer", "count_askers", "征地受阻"),
        ("motions/turned-into-a-suggestion", "support_reconsideration", "", "关系全局，应当作为议案。"),
    ],
)
def test_what_one_is_asked_about_stands_above_the_form(
    app: Flask, cast: Cast, enter: Any, name: str, action: str, before: str, read: str
) -> None:
    scenario = played_to(
        name, lambda step: step.get("task") == before if before else step.get("action") == action
    )
    with app.app_context(), performed(scenario, cast) as performance:
        page = enter("deputy2").get(f"/cases/{performance.case_id}/actions/{action}")
        assert page.status_code == 200
        tree = html.fromstring(page.text)
    (first,) = tree.xpath("//section[h2='请先阅读']")
    assert first.xpath(
        "following::form[@action=$here]", here=f"/cases/{performance.case_id}/actions/{action}"
    )
    assert not first.xpath(".//input | .//textarea | .//select")
    assert read in first.text_content()
    assert not [words for words in UNSIGNED if words in page.text]


def test_who_may_not_see_the_case_reads_nothing_there(app: Flask, cast: Cast, enter: Any) -> None:
    scenario = played_to("interpellation/congress", lambda step: step.get("task") == "count_askers")
    with app.app_context(), performed(scenario, cast) as performance:
        page = enter("deputy11").get(f"/cases/{performance.case_id}/actions/rate_answer")
    assert page.status_code == 404 and "汛期空库运行" not in page.text


@pytest.mark.parametrize(
    ("returns", "levels", "reason"),
    [("review", {"czt", "jyt"}, "目标写细。"), ("confirm", {"czt"}, "请核对资金表。")],
)
def test_what_was_sent_back_says_why_and_by_when_and_keeps_what_was_chosen(
    app: Flask, cast: Cast, enter: Any, returns: str, levels: set[str], reason: str
) -> None:
    scenario = played_to(
        "performance_review/returned",
        lambda step: step.get("task") == returns and step["with"].get("reason") == reason,
        after=1,
    )
    with app.app_context(), performed(scenario, cast) as performance:
        task = db.session.scalars(
            sa.select(Task).where(Task.case_id == performance.case_id, Task.closed_at.is_(None))
        ).one()
        clock = task.clock
        page = enter("slt_clerk").get(f"/tasks/{task.id}")
        tree = html.fromstring(page.text)
    (notice,) = [
        each for each in tree.xpath("//*[contains(@class, 'notice')]") if "退回修改" in each.text_content()
    ]
    assert reason in notice.text_content()
    assert clock == "correction"
    ticked = {int(each.get("value")) for each in tree.xpath("//input[@name='levels'][@checked]")}
    assert ticked == {cast.organizations[each] for each in levels}
    assert not tree.xpath("//input[@name='confirmed'][@checked]")


def test_what_was_broken_off_is_not_called_withdrawn(app: Flask, cast: Cast, enter: Any) -> None:
    broken_off = played_to(
        "performance_review/cancelled", lambda step: step.get("action") == "cancel", after=1
    )
    with app.app_context(), performed(broken_off, cast) as performance:
        page = enter("slt_clerk").get(f"/cases/{performance.case_id}")
        english = enter("slt_clerk").get(f"/cases/{performance.case_id}?lang=en")
    assert "不再评价" in page.text and "已撤回" not in page.text
    assert "No longer evaluated" in english.text and "Withdrawn" not in english.text
