"""Links between projects and cases, as the pages of both show them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.foundation.actor import Actor
from engine.performance.linking import (
    CaseLink,
    ProjectLink,
    find_cases,
    indicators,
    links_of_case,
    links_of_project,
)
from engine.performance.projects import ProjectPage
from webui.language import day, moment

Shown = dict[str, Any]


def project_links(actor: Actor, page: ProjectPage, words: str = "") -> Shown:
    """The cases of a project, and what a new link can name; with words, the cases found by them."""
    line, may = page.line, page.may_link
    found = links_of_project(actor, line.id)
    return {
        "may": may,
        "indicators": indicators(line.id, line.version) if may else [],
        "lines": [_case(each) for each in found if each.removed_at is None],
        "words": words,
        "found": _found(actor, line.id, words) if may and words else [],
        "removed": [_case(each) for each in found if each.removed_at is not None],
    }


def _found(actor: Actor, project_id: int, words: str) -> list[Shown]:
    return [
        {
            "number": number,
            "title": title,
            "href": url_for("performance.page", project_id=project_id, number=number, _anchor="links"),
        }
        for number, title in find_cases(actor, project_id=project_id, words=words)
    ]


def _case(each: CaseLink) -> Shown:
    return {
        "id": each.id,
        "href": url_for("cases.page", case_id=each.case_id) if each.open else "",
        "number": each.number or _("未编号"),
        "title": each.title or _("（未写标题）"),
        "indicator": each.indicator,
        "reason": each.reason,
        "by": each.by,
        "at": moment(each.at),
        "removed_reason": each.removed_reason,
        "removed_by": each.removed_by,
        "removed_at": moment(each.removed_at) if each.removed_at else "",
    }


def case_links(actor: Actor, case_id: int) -> list[Shown]:
    """The projects of a case that he sees."""
    return [_project(each) for each in links_of_case(actor, case_id)]


def _project(each: ProjectLink) -> Shown:
    if each.open:
        href = url_for("performance.page", project_id=each.project_id)
    else:
        href = url_for("public_performance.project", public_id=each.public_id)
    return {
        "href": href,
        "name": each.name,
        "year": each.year,
        "unit": each.unit,
        "budget_head": each.budget_head,
        "indicator": each.indicator,
        "reason": each.reason,
        "on": day(each.at),
    }
