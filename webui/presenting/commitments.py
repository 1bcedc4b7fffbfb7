"""Commitments in words: lines of lists, the page of one, the yearly report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casework.vocabulary import happening_title
from engine.commitments.ledger import LedgerLine, of_case, to_rate
from engine.commitments.page import CommitmentPage, EntryView
from engine.commitments.yearly import UnitYear
from engine.foundation.actor import Actor
from webui.language import day, language, moment
from webui.presenting.dues import due_of
from webui.presenting.files import file_lines
from webui.presenting.legal import step_bases

Shown = dict[str, Any]
KINDS = {"lapsed": "warn", "fulfilled": "good", "changed": "info", "carried_over": "info"}
# An entry's kind, or a change's state, and the happening that has its words.
SAID = {
    "report": "commitment:reported",
    "fulfilment": "commitment:fulfilled",
    "rating": "commitment:rated",
    "inherited": "commitment:inherited",
    "carried_over": "commitment:carried_over",
    "lapsed": "commitment:lapsed",
    "superseded": "commitment:superseded",
    "change": "commitment:change_requested",
}


def status_words() -> dict[str, str]:
    """What each state is called."""
    return {
        "open": _("推进中"),
        "changed": _("已调整，推进中"),
        "carried_over": _("已结转，推进中"),
        "lapsed": _("已逾期"),
        "fulfilled": _("已报兑现"),
        "superseded": _("已由新答复取代"),
        "withdrawn": _("经同意不再履行"),
    }


def actions() -> dict[str, str]:
    """The changes that one may ask for."""
    return {"postpone": _("延后完成日期"), "reword": _("调整承诺内容"), "withdraw": _("不再履行")}


def standing(line: LedgerLine) -> str:
    """How a promise stands, in one word or two; without a lead deputy whoever opened the case rates."""
    deputy = line.lead_deputy_id is not None
    if line.waits_for_rating:
        return str(_("已报兑现，待代表评价") if deputy else _("已报兑现，待评价"))
    if line.status == "fulfilled" and line.rating is None:
        return str(_("已报兑现，代表未评价") if deputy else _("已报兑现，未评价"))
    if line.status == "fulfilled":
        return str(_("已兑现，代表认可") if deputy else _("已兑现，已认可"))
    return status_words().get(line.status, line.status)


def line_shown(line: LedgerLine) -> Shown:
    """A promise in a list."""
    return {
        "id": line.id,
        "href": url_for("commitments.page", commitment_id=line.id),
        "what": line.what,
        "ordinal": line.ordinal,
        "unit": line.unit,
        "lead": line.lead or "",
        "by_deputy": line.lead_deputy_id is not None,
        "case": {
            "href": url_for("cases.page", case_id=line.case_id),
            "number": line.case_number or "",
            "title": line.case_title,
        },
        "due": due_of(line.due_on, 0) if line.live else None,
        "due_on": line.due_on,
        "made_on": line.made_on,
        "status": standing(line),
        "kind": KINDS.get(line.status, ""),
        "again": line.live and line.rating == "not_fulfilled",
    }


def case_commitments(actor: Actor, case_id: int) -> list[Shown]:
    """The promises of a case, for its page."""
    return [line_shown(line) for line in of_case(actor, case_id)]


def rating_call(actor: Actor) -> list[Shown]:
    """What the deputy's first page asks of him about promises, if there is something."""
    waiting = to_rate(actor)
    if not waiting:
        return []
    first, *others = waiting
    text = _(
        "这是对《%(title)s》的承诺，%(unit)s报告已经兑现，请看是否属实。",
        title=first.case_title,
        unit=first.unit,
    )
    return [
        {
            "title": _("有 %(count)s 项承诺请您评价是否兑现", count=len(waiting)),
            "subject": first.what,
            "text": text,
            "due": None,
            "href": url_for("commitments.page", commitment_id=first.id),
            "action": _("现在评价"),
            "others": [
                {"title": each.what, "href": url_for("commitments.page", commitment_id=each.id)}
                for each in others
            ],
        }
    ]


def page_shown(page: CommitmentPage) -> Shown:
    """Everything the template shows of one promise."""
    line = page.line
    return {
        **line_shown(line),
        "facts": _facts(page),
        "milestones": [
            {"on": dt.date.fromisoformat(each["on"]), "what": each["what"]} for each in page.milestones
        ],
        "entries": [_entry(each) for each in page.entries],
        "may": page.may,
        "bases": step_bases("commitments", page.folder, page.rule_pack_id),
        "revision": page.revision,
        "pending": _pending(page) if page.pending else None,
        "rating_due_on": line.rating_due_on,
        "rating_over": line.status == "fulfilled" and not line.waits_for_rating,
        "actions": [{"value": value, "label": label} for value, label in actions().items()],
    }


def _facts(page: CommitmentPage) -> list[Shown]:
    line = page.line
    due = day(line.due_on)
    if line.due_on != line.first_due_on:
        due = _("%(now)s（原定%(first)s）", now=due, first=day(line.first_due_on))
    facts = [
        (_("承诺单位"), line.unit),
        (_("领衔代表"), line.lead or ""),
        (_("承诺日期"), day(line.made_on)),
        (_("完成日期"), due),
        (_("答复文号"), page.reply_number or ""),
        (_("报告兑现"), day(line.fulfilled_on)),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


def _pending(page: CommitmentPage) -> Shown:
    entry = page.pending
    assert entry is not None
    return {
        **_entry(entry),
        "decide_href": url_for("commitments.decide", commitment_id=page.line.id, entry_id=entry.id),
        "congress": page.congress_decides,
        "with_congress": entry.state == "approved",
    }


def _entry(entry: EntryView) -> Shown:
    title = happening_title(SAID.get(entry.kind, entry.kind), language())
    lines = []
    if entry.kind == "change":
        lines.append(_change(entry))
    if entry.kind == "rating":
        kept = entry.detail.get("rating") == "fulfilled"
        lines.append(_("属实，已经兑现") if kept else _("没有兑现"))
        if entry.detail.get("on_paper"):
            lines.append(_("书面意见，由工作人员代填"))
    if entry.kind == "inherited":
        lines.append(_("%(old)s → %(new)s", old=entry.detail.get("old"), new=entry.detail.get("new")))
    if entry.kind == "carried_over":
        lines.append(_("第%(old)s届 → 第%(new)s届", old=entry.detail.get("old"), new=entry.detail.get("new")))
    return {
        "id": entry.id,
        "title": title,
        "by": _by(entry),
        "at": entry.at,
        "lines": [line for line in lines if line],
        "text": entry.text,
        "files": file_lines(entry.files),
        "steps": _steps(entry),
        "bad": entry.kind == "lapsed"
        or entry.state == "refused"
        or entry.detail.get("rating") == "not_fulfilled",
    }


def _by(entry: EntryView) -> str:
    if entry.by == entry.organization:
        return str(_("系统"))  # which acts for no unit
    return " · ".join(filter(None, (entry.organization, entry.by)))


def _change(entry: EntryView) -> str:
    said = actions().get(str(entry.detail.get("action")), "")
    until = entry.detail.get("due_on")
    if until:
        said = _("%(change)s至%(day)s", change=said, day=day(dt.date.fromisoformat(str(until))))
    what = entry.detail.get("what")
    return f"{said}{_('：')}{what}" if what else str(said)


def _steps(entry: EntryView) -> list[str]:
    """Who approved and decided what was asked for, and what is awaited."""
    if entry.kind != "change":
        return []
    steps = []
    refused = entry.state == "refused"
    if entry.approved_by:
        stopped = refused and not entry.decided_by
        by = {"who": entry.approved_by, "at": moment(entry.approved_at)}
        steps.append(_("%(who)s不同意（%(at)s）", **by) if stopped else _("%(who)s同意（%(at)s）", **by))
    if entry.decided_by:
        said = _("决定不予调整") if refused else _("决定予以调整")
        steps.append(
            _("%(who)s%(said)s（%(at)s）", who=entry.decided_by, said=said, at=moment(entry.decided_at))
        )
    waits = {"requested": _("等待单位主要负责人审批"), "approved": _("等待代表工作机构决定")}
    if entry.state in waits:
        steps.append(waits[entry.state])
    if entry.decision:
        steps.append(_("意见：%(text)s", text=entry.decision))
    return [str(step) for step in steps]


def unit_year_shown(unit: UnitYear) -> Shown:
    """A unit in the yearly report."""
    return {
        "unit": unit.unit,
        "made": unit.made,
        "due": unit.due,
        "kept": unit.kept_in_time,
        "lapsed": unit.lapsed,
        "rate": f"{unit.rate:.1f}%" if unit.rate is not None else "—",
        "lines": [line_shown(line) for line in unit.lines],
    }


def report_rows(units: list[UnitYear]) -> tuple[list[list[object]], list[list[object]]]:
    """The two sheets of the report as rows, heads included."""
    head: list[object] = [_("承诺单位"), _("承诺"), _("应兑现"), _("按期兑现"), _("逾期未兑现"), _("兑现率")]
    summary: list[list[object]] = [head]
    for unit in units:
        rate = round(unit.rate / 100, 4) if unit.rate is not None else None
        summary.append([unit.unit, unit.made, unit.due, unit.kept_in_time, unit.lapsed, rate])
    titles: list[object] = [
        _("承诺单位"),
        _("编号"),
        _("标题"),
        _("领衔代表"),
        _("承诺"),
        _("承诺日期"),
        _("完成日期"),
    ]
    titles += [_("状态"), _("报告兑现")]
    lines = [titles]
    for line in (each for unit in units for each in unit.lines):
        row: list[object] = [line.unit, line.case_number, line.case_title, line.lead, line.what, line.made_on]
        lines.append([*row, line.due_on, standing(line), line.fulfilled_on])
    return summary, lines
