"""The chain of returns as the template draws it: unit after unit, what was asked between them and what was decided."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from engine.casework.readings.case_page import CasePage
from engine.casework.readings.chains import Asked, Link
from webui.language import language
from webui.presenting.words import ASSIGNMENTS, OUTCOMES, UNIT_ROLES, FolderWords, listed, said

Shown = dict[str, Any]


def chain_parts(page: CasePage, words: FolderWords, assignment_id: int | None = None) -> list[Shown]:
    """The chains of the case, or for the task of a unit's part the one that it belongs to."""
    names = {unit.assignment.id: unit.name for unit in page.units}
    own = names.get(assignment_id or 0)
    wanted = [each for each in page.chains if own is None or own in {link.unit for link in each}]
    return [_chain(links, page, words) for links in wanted]


def _chain(links: list[Link], page: CasePage, words: FolderWords) -> Shown:
    times = len([link for link in links if link.status == "returned"])
    route = " → ".join(link.unit for link in links)
    return {
        "title": _("承办单位的变动"),
        "summary": _("退回%(times)s次：%(route)s", times=times, route=route) if times else listed([route]),
        "links": [_link(link, page, words) for link in links],
    }


def _link(link: Link, page: CasePage, words: FolderWords) -> Shown:
    return {
        "unit": link.unit,
        "role": said(UNIT_ROLES, link.role),
        "status": said(ASSIGNMENTS, link.status),
        "left": link.status == "returned",
        "since": link.since,
        "asked": [_asked(each, page, words) for each in link.asked],
    }


def _asked(asked: Asked, page: CasePage, words: FolderWords) -> Shown:
    request, decision = asked.request, asked.decision
    spec = page.folder.actions.get(request.key)
    ground = request.answers.get("ground")
    return {
        "title": spec.title.in_(language()) if spec else request.key,
        "at": request.at,
        "ground": words.of("ground", ground) if ground else "",
        "reason": str(request.answers.get("reason") or ""),
        "waiting": request.outcome is None,
        "outcome": said(OUTCOMES, request.outcome) if request.outcome else _("等待决定"),
        "agreed": request.outcome in ("agreed", "moved"),
        "decided_at": decision.proposed_at if decision else None,
        "decision": decision.explanation if decision else "",
    }
