"""A try-out run as its page shows it: open tasks with their forms, what else can happen, the trace."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions.folder import Folder
from engine.definitions.forms import Form
from engine.designing.reading import DraftLine
from engine.designing.trying import Event, Gives, Trial, gives, number_of
from engine.flow import OpenTask
from engine.foundation.errors import InvalidAnswers
from engine.people.roles import title
from webui.forms import PICKED, Errors, Posted, answers_from, shown
from webui.language import language, moment, translate_refusal
from webui.presenting.faults import fault_lines
from webui.presenting.process_drafts import draft_line
from webui.presenting.words import listed, said
from webui.words.citing import cited
from webui.words.processes import ACTS, PLACES

Shown = dict[str, Any]
# What only a case can fill in: promises belong to asks, findings to a reply, files to a store.
LEFT_OUT = ("commitments", "findings", "file")
OFFERED = (*PICKED, "unit_plan", "units_wish", "ask_answers")
OTHER = "other"  # the value of a text flag that no condition names


def form_of(folder: Folder, node: str) -> Form:
    """The form of a task as far as it can be filled in without a case."""
    form = folder.forms[folder.tasks[node].form]
    return Form(tuple(each for each in form.fields if each.type not in LEFT_OUT))


def offers_of(form: Form) -> dict[str, dict[int, str]]:
    """Invented units, people and asks, where a form picks from those of a case."""
    samples = {1: _("示例甲"), 2: _("示例乙"), 3: _("示例丙")}
    return {each.name: samples for each in form.fields if each.type in OFFERED}


def checked_answers(folder: Folder, node: str, posted: Posted) -> dict[str, Any]:
    """The answers to a task's form. Raises InvalidAnswers."""
    form = form_of(folder, node)
    options = {name: frozenset(samples) for name, samples in offers_of(form).items()}
    return form.check(answers_from(form, posted), options)


def flags_from(folder: Folder, node: str, posted: Mapping[str, str]) -> dict[str, Any]:
    """What the task gives to the flow, as chosen on the page."""
    return {each.name: _flag(each, posted.get(f"flag.{each.name}", "")) for each in gives(folder, node)}


def _flag(wanted: Gives, value: str) -> Any:
    if wanted.type == "truth":
        return value == "yes"
    if wanted.type == "text":
        return value or OTHER
    number = int(value) if value.isdecimal() and len(value) < 3 else 1
    return list(range(1, number + 1)) if wanted.type == "list" else number


def tryout_shown(
    line: DraftLine,
    folder: Folder,
    trial: Trial,
    moves: Sequence[Mapping[str, Any]],
    refused: tuple[str, Posted, InvalidAnswers] | None = None,
) -> Shown:
    """Everything the page shows; `refused` is the task whose form could not be taken, and what was typed."""
    nodes = folder.flow.nodes
    tasks = [_task(folder, task, refused) for task in trial.open]
    names = [each["title"] for each in tasks]
    return {
        **draft_line(line),
        "began": trial.trace[0]["at"].isoformat(),
        "moves": json.dumps(moves, ensure_ascii=False),
        "count": len(moves),
        "now": trial.now,
        "tasks": tasks,
        "errors": next((each["errors"] for each in tasks if each["errors"]), []),
        "awaited": trial.awaited,
        "signals": trial.signals,
        "next_timer": trial.next_timer,
        "completed": trial.completed,
        "failed": _failure(folder, trial),
        "variables": [
            f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in trial.variables.items()
        ],
        "trace": [shown for each in trial.trace if (shown := _event(nodes, each))],
        "flow": {
            "source_href": url_for("process_drafts.diagram", draft_id=line.id),
            "live": sorted({task.node for task in trial.open}),
            "done": trial.left,
            "live_names": names,
            "problems": {trial.failed_at: "error"} if trial.failed_at else {},
        },
    }


def _failure(folder: Folder, trial: Trial) -> str:
    if trial.failed is None:
        return ""
    where = _named(folder.flow.nodes, trial.failed_at)
    return f"{where}{_('：') if where else ''}{translate_refusal(trial.failed)}"


def _task(folder: Folder, task: OpenTask, refused: tuple[str, Posted, InvalidAnswers] | None) -> Shown:
    spec, locale = folder.tasks[task.node], language()
    form, key = form_of(folder, task.node), number_of(task.key)
    mine = refused if refused is not None and refused[0] == key else None
    answers = answers_from(form, mine[1]) if mine else {}
    errors: Errors = mine[2].errors if mine else {}
    unit = task.variables.get("assignment_id")
    heading = spec.title.in_(locale)
    return {
        "key": key,
        "title": _("%(task)s（第%(number)s个单位）", task=heading, number=unit) if unit else heading,
        "verb": spec.verb.in_(locale),
        "who": listed([title(spec.role, locale), said(PLACES, spec.at)]),
        "act": said(ACTS, spec.act),
        "basis": cited(spec.basis, language()),
        "fields": shown(form, answers, errors, offers_of(form)),
        "left_out": [
            each.label.in_(locale) for each in folder.forms[spec.form].fields if each.type in LEFT_OUT
        ],
        "flags": [_flag_shown(each) for each in gives(folder, task.node)],
        "errors": fault_lines(form, errors, answers),
        "open": mine is not None,
    }


def _flag_shown(each: Gives) -> Shown:
    choices = {
        "truth": [("no", _("否")), ("yes", _("是"))],
        "text": [(OTHER, _("其他（走默认分支）")), *((value, value) for value in each.values)],
        "list": [(str(number), _("%(number)s项", number=number)) for number in (1, 0, 2, 3)],
    }.get(each.type, [(str(number), str(number)) for number in (1, 2, 3)])
    return {"name": each.name, "choices": [{"value": value, "label": label} for value, label in choices]}


def _named(nodes: Mapping[str, Any], element: str) -> str:
    return (nodes[element].name or element) if element in nodes else element


def _event(nodes: Mapping[str, Any], event: Event) -> Shown | None:
    """One entry of the trace in words; sequence flows are passed in silence."""
    words = {
        "started": _("开始"),
        "entered": _("进入"),
        "left": _("离开"),
        "cancelled": _("取消"),
        "task_opened": _("打开任务"),
        "task_completed": _("办完任务"),
        "task_withdrawn": _("收回任务"),
        "sent": _("送达消息"),
        "thrown": _("发出"),
        "called": _("调用系统函数"),
        "clock": _("时钟走到"),
        "failed": _("不能继续"),
    }
    element = event.get("element", "")
    if event["event"] in ("entered", "left", "cancelled") and element not in nodes:
        return None
    about = [_named(nodes, element) if element else ""]
    about += [str(event[name]) for name in ("message", "signal", "function") if event.get(name)]
    about += [
        f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in event.get("flags", {}).items()
    ]
    return {
        "step": event["step"],
        "at": moment(event["at"]),
        "what": words[event["event"]],
        "about": listed([each for each in about if each]),
        "kind": event["event"],
    }
