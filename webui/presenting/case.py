"""The case page as its template takes it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casework.readings.actions import Offer
from engine.casework.readings.case_page import CasePage, OpenTaskView
from engine.casework.visibility import OVERSEEING
from engine.definitions.citing import cited_here
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.actor import Actor
from webui.language import language, moment
from webui.presenting.actions import action_lines, request_parts
from webui.presenting.case_head import head_facts
from webui.presenting.chains import chain_parts
from webui.presenting.clocks import clock_cards
from webui.presenting.closing import closing_part
from webui.presenting.documents import document_lines
from webui.presenting.dues import due_of
from webui.presenting.files import file_lines
from webui.presenting.handling import decision_parts, told_by_entries, unit_part
from webui.presenting.legal import legal_basis, step_bases
from webui.presenting.letters import letter_of_case
from webui.presenting.on_record import entry_parts, meeting_lines
from webui.presenting.places import task_address
from webui.presenting.problems import about_problems, bulk_lines, group_lines, problem_count, problem_parts
from webui.presenting.public_intake import person_facts
from webui.presenting.related import joint_reply_part, related_lines
from webui.presenting.rows import status_title
from webui.presenting.standstill import standstill_said
from webui.presenting.supervision import supervision_part
from webui.presenting.timeline import timeline_lines
from webui.presenting.votes import vote_lines
from webui.presenting.words import COSIGNATURES, FolderWords, said

Shown = dict[str, Any]
STATES = {"done": "done", "now": "current", "ahead": "todo"}


def case_shown(page: CasePage, actor: Actor, back: tuple[str, str]) -> Shown:
    """Everything the template shows."""
    words = FolderWords(page.folder)
    names = {unit.assignment.id: unit.name for unit in page.units}
    running, ended = clock_cards(page.clocks, page.folder, page.facts.rule_pack_id, names)
    now, waiting = _tasks(page, actor)
    insider = bool(actor.roles & OVERSEEING)
    return {
        "id": page.facts.id,
        "back": {"href": back[0], "label": back[1]},
        "number": page.facts.number,
        "title": page.title or _("（未写标题）"),
        "kind": page.folder.title.in_(language()),
        "marks": _marks(page, words),
        "facts": head_facts(page),
        "due": _due(page),
        "stages": _stages(page),
        "letter": letter_of_case(page),
        "phone": page.lead.phone if page.lead and page.phone_visible else "",
        "cosigners": _cosigners(page),
        "files": file_lines(page.attachments),
        "units": [unit_part(unit, page, words) for unit in page.units],
        "unassigned": _unassigned(page),
        "decisions": decision_parts(page.decisions, words, insider=insider, told=told_by_entries(page)),
        "flow": _flow(page, words),
        "events": timeline_lines(page.timeline, page.folder),
        "now": now,
        "actions": action_lines(_of_the_case(page), page.facts.id, page.facts.rule_pack_id),
        **_beside(page, actor, words),
        "waiting": waiting,
        "clocks": running,
        "ended": ended,
        "closing": closing_part(page, actor),
        "watching": page.watching,
        "contact_href": _contact_href(page),
        "contact_basis": step_bases("contact", page.folder, page.facts.rule_pack_id)["record_contact"],
        "standstill": standstill_said(page.standstill),
        "printed": {"number": page.facts.number or "", "at": moment(clock.now()), "by": actor.name},
    }


def _beside(page: CasePage, actor: Actor, words: FolderWords) -> Shown:
    """What stands beside the handling itself: requests, returns, measures, other cases, papers to print."""
    problems = problem_parts(page)
    return {
        "requests": request_parts(page),
        "entries": entry_parts(page),
        "problems": problems,
        "problem_count": problem_count(problems),
        "bulk_actions": bulk_lines(page),
        "group": group_lines(page),
        "group_title": words.own("group", _("检查组")),
        "person": person_facts(page, actor),
        "ballots": vote_lines(page, words),
        "meetings": meeting_lines(page.agenda, actor),
        "chains": chain_parts(page, words),
        "supervision": supervision_part(page),
        "related": related_lines(page),
        "joint": joint_reply_part(page, words),
        "documents": document_lines(page, actor),
    }


def _unassigned(page: CasePage) -> str:
    """What to say while no unit has a part in the case; nothing where none ever will."""
    if (
        page.facts.status in ("draft", "open")
        and page.facts.merged_into_id is None
        and any(spec.at == "unit" for spec in page.folder.tasks.values())
    ):
        if "contact" not in page.folder.forms:
            return str(_("还没有交办。交办后，各单位办理的情况会列在这里。"))
        return str(_("还没有交办。交办后，各单位的沟通、意见和答复会列在这里。"))
    told = page.entries or page.ballots or page.decisions or page.agenda or page.facts.merged_into_id
    return "" if told else str(_("还没有办理记录。"))


def _of_the_case(page: CasePage) -> list[Offer]:
    """What may be done, without what is offered beside each problem."""
    return [offer for offer in page.actions if not about_problems(offer, page)]


def _cosigners(page: CasePage) -> list[dict[str, str]]:
    return [
        {"name": each.name, "delegation": each.delegation, "status": said(COSIGNATURES, each.status)}
        for each in page.cosigners
    ]


def _marks(page: CasePage, words: FolderWords) -> list[dict[str, str]]:
    status = page.facts.status
    kinds = {"closed": "good", "open": "info"}
    marks = [{"text": status_title(status, page.folder), "kind": kinds.get(status, "")}]
    if page.facts.round > 1:
        marks.append({"text": _("第%(round)s轮", round=page.facts.round), "kind": "warn"})
    if page.facts.confidentiality == "public":
        marks.append({"text": words.of("confidentiality", "public"), "kind": ""})
    return marks


def _due(page: CasePage) -> Shown | None:
    """The lamp of the main period that ends first."""
    main = {spec.key for spec in page.folder.clocks if spec.main}
    running = [view for view in page.clocks if view.running and view.key in main]
    first = min(running, key=lambda view: view.due_on, default=None)
    return due_of(first.due_on, first.congress_id, provisional=first.provisional) if first else None


def _stages(page: CasePage) -> list[Shown]:
    return [
        {"name": stage.title[language()], "state": STATES[stage.state], "on": stage.on}
        for stage in page.stages
    ]


def _tasks(page: CasePage, actor: Actor) -> tuple[list[Shown], list[Shown]]:
    """What the actor can do now, and who is at work on the rest."""
    now, waiting = [], []
    for task in page.tasks:
        if task.mine and task.free:
            now.append(_to_do(task, page))
        else:
            waiting.append(
                {"due": due_of(task.due_on, page.facts.congress_id), "text": _who(task, page.folder)}
            )
    return now, waiting


def _to_do(task: OpenTaskView, page: CasePage) -> Shown:
    spec = cited_here(page.folder.tasks[task.node], page.case.fields or {})
    title = spec.title.in_(language())
    href = task_address(spec.act, task_id=task.id, case_id=page.facts.id)
    return {
        "step": title,
        "who": " · ".join(filter(None, (task.organization, task.assignee))),
        "due": due_of(task.due_on, page.facts.congress_id),
        "basis": legal_basis(spec.basis, page.facts.rule_pack_id),
        "buttons": [{"label": _("办理：%(step)s", step=title), "href": href, "kind": "primary"}],
    }


def _who(task: OpenTaskView, folder: Folder) -> str:
    title = folder.tasks[task.node].title.in_(language())
    who = " · ".join(filter(None, (task.organization, task.assignee)))
    return _("%(step)s：%(who)s", step=title, who=who) if who else title


def _flow(page: CasePage, words: FolderWords) -> Shown:
    done = {entry for stage in page.stages if stage.state == "done" for entry in _nodes(page, stage.key)}
    return {
        "source_href": url_for("cases.diagram", case_id=page.facts.id),
        "live": page.live_nodes,
        "done": sorted(done - set(page.live_nodes)),
        "live_names": list(dict.fromkeys(words.task(node) for node in page.live_nodes)) or _elsewhere(page),
    }


def _elsewhere(page: CasePage) -> list[str]:
    """Where an open case stands that has no task: it waits for the one it is handled with."""
    return [_("等待一并办理的案件答复")] if page.facts.status == "open" else []


def _nodes(page: CasePage, stage: str) -> list[str]:
    return [node for node, spec in page.folder.tasks.items() if spec.stage == stage]


def _contact_href(page: CasePage) -> str:
    if not page.contact_unit or "contact" not in page.folder.forms:
        return ""
    return url_for("contacts.page", case_id=page.facts.id)
