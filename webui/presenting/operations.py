"""What is looked after of running processes, as the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions.catalogue import definition
from engine.definitions.words import Words
from engine.foundation.errors import DomainError, InvalidAnswers
from engine.operations.flags import SCALARS, Flag, Part, shown
from engine.operations.incident_list import IncidentLine
from engine.operations.retrying import Retried
from engine.operations.standing import Place, Standing
from engine.operations.suspending import SuspensionLine
from webui.errors import error_lines, field_errors
from webui.language import language, moment, translate_refusal
from webui.presenting.dues import due_of
from webui.presenting.standstill import standstill_said
from webui.presenting.words import said

Shown = dict[str, Any]

NO_FAULTS: Shown = {"errors": [], "faults": {}, "typed": {}}
RESOLUTIONS = {
    "retried": Words("重试成功", "Tried again, done"),
    "moot": Words("已无需重试", "Nothing left to do"),
    "by_hand": Words("人工处理", "Settled by hand"),
}
KINDS = {
    "truth": Words("是/否", "yes or no"),
    "number": Words("数字", "number"),
    "text": Words("文字", "text"),
}


def faults_of(refusal: DomainError, typed: dict[str, str]) -> Shown:
    """What a refused form shows: every problem, and what was typed."""
    if isinstance(refusal, InvalidAnswers):
        return {"errors": error_lines(refusal), "faults": field_errors(refusal), "typed": typed}
    return {"errors": [{"field": "", "message": translate_refusal(refusal)}], "faults": {}, "typed": typed}


def case_called(number: str, title: str, case_id: int | None, *, restricted: bool) -> str:
    """What to call a case here: its number and title, or that it is restricted."""
    if case_id is None:
        return _("尚未建立")
    if restricted:
        return _("保密案件（内部编号 %(id)s）", id=case_id)
    return f"{number or _('未编号')} {title}".strip()


def incident_shown(line: IncidentLine) -> Shown:
    """One incident, as a line and as a page."""
    state = said(RESOLUTIONS, line.resolution) if line.resolution else ""
    if not state:
        state = _("已由本人办成，可以了结") if line.moot else _("待处理")
    called = case_called(line.number, line.title, line.case_id, restricted=line.restricted)
    return {
        "id": line.id,
        "href": url_for("operations.incident", incident_id=line.id),
        "case": called,
        "case_href": url_for("operations.case", case_id=line.case_id) if line.case_id else "",
        "element": line.element_name or _("整个流程状态"),
        "cause": line.cause,
        "who": line.who or _("系统"),
        "last_at": line.last_at,
        "times": line.times,
        "state": state,
        "open": line.resolved_at is None,
        "pickable": line.repeatable,
        "facts": [
            {"label": _("案件"), "value": called},
            {"label": _("流程"), "value": f"{line.folder.title.in_(language())} v{line.folder.version}"},
            {"label": _("节点"), "value": line.element_name or _("整个流程状态")},
            {"label": _("原因"), "value": line.cause},
            {"label": _("办理人"), "value": line.who or _("系统")},
            {"label": _("首次发生"), "value": moment(line.first_at)},
            {"label": _("最近发生"), "value": moment(line.last_at)},
            {"label": _("次数"), "value": line.times},
            {"label": _("状态"), "value": state},
        ],
    }


def retried_lines(lines: Sequence[Retried]) -> list[tuple[str, str]]:
    """What became of steps that were tried again: (kind of notice, sentence)."""
    done = sum(line.outcome == "done" for line in lines)
    moot = sum(line.outcome == "moot" for line in lines)
    told = [("success", _("重试成功 %(num)s 条。", num=done))] if done else []
    told += [("info", _("%(num)s 条已无需重试，已了结。", num=moot))] if moot else []
    told += [("error", translate_refusal(line.refusal)) for line in lines if line.refusal]
    return told or [("info", _("没有选中任何一条。"))]


def case_shown(found: Standing) -> Shown:
    """A case and where it stands."""
    case, folder = found.running.case, found.running.folder
    live = [place.node for place in found.places if place.is_open or not place.on_border]
    return {
        "id": case.id,
        "called": case_called(found.number, found.title, case.id, restricted=found.restricted),
        "version": f"{folder.title.in_(language())} v{folder.version}",
        "version_id": case.definition_id,
        "running": case.status in ("draft", "open"),
        "standstill": standstill_said(found.standstill),
        "suspended": found.standstill is not None and not found.standstill.whole_version,
        "places": [place_shown(place) for place in found.places if not place.on_border],
        "listening": [place_shown(place) for place in found.places if place.on_border],
        "parts": [_part_shown(part, place) for place, part in enumerate(found.parts)],
        "clocks": [
            {
                "title": folder.clock(view.key).title.in_(language()),
                "due": due_of(view.due_on, view.congress_id),
            }
            for view in found.clocks
            if any(spec.key == view.key for spec in folder.clocks)
        ],
        "flow": {
            "source_href": url_for("operations.diagram", definition_id=case.definition_id),
            "live": sorted(set(live)),
            "done": [],
            "live_names": list(dict.fromkeys(p.name for p in found.places if p.is_open)),
        },
    }


def place_shown(place: Place) -> Shown:
    """One token in words."""
    return {
        "key": place.key,
        "node": place.node,
        "name": place.name,
        "unit": place.unit,
        "doing": _doing(place),
        "since": moment(place.opened_at) if place.opened_at else "",
        "is_open": place.is_open,
        "is_instance": place.is_instance,
    }


def _doing(place: Place) -> str:
    if place.is_open:
        return _("待办：%(who)s", who=place.holder) if place.holder else _("待办")
    if place.due is not None:
        return _("等到 %(when)s", when=moment(place.due))
    if place.awaits:
        return _("等待消息“%(message)s”", message=place.awaits)
    if place.kind.endswith("Gateway"):
        return _("等待汇合")
    return _("内部步骤进行中")


def _part_shown(part: Part, place: int) -> Shown:
    return {
        "key": part.key,
        "place": place,
        "title": part.unit or (_("一个分支") if part.key else _("整个案件")),
        "flags": [_flag_shown(flag) for flag in part.flags],
    }


def _flag_shown(flag: Flag) -> Shown:
    return {
        "name": flag.name,
        "known": flag.known,
        "kind": flag.kind,
        "value": shown(flag.value) if flag.known else "",
        "says": (shown(flag.value) or _("空")) if flag.known else _("还没有值"),
        "kind_title": said(KINDS, flag.kind) if flag.kind else "",
        "kinds": [{"value": kind, "label": said(KINDS, kind)} for kind in dict.fromkeys(SCALARS.values())],
    }


def suspension_shown(line: SuspensionLine) -> Shown:
    """What stands still, in a line."""
    folder = definition(line.definition_id)
    version = f"{folder.title.in_(language())} v{folder.version}"
    if line.case_id is None:
        return {"what": version, "href": "", "reason": line.reason, "since": line.since, "by": line.by}
    return {
        "what": case_called(line.number, line.title, line.case_id, restricted=line.restricted),
        "href": url_for("operations.case", case_id=line.case_id),
        "reason": line.reason,
        "since": line.since,
        "by": line.by,
    }
