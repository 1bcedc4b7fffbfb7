"""What the editor of a draft lets choose, and what it is told of the files as they are being changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from engine.capabilities import ACTS
from engine.casework.vocabulary import HAPPENINGS
from engine.deadlines.decided import in_force
from engine.definitions.rule_packs import shipped_articles
from engine.definitions.words import Words
from engine.designing.checking import conditions_of, diagram_of, placed, problems_of
from engine.designing.properties import DEADLINES, PROCESS, clocks_of, listed_in, names_of, tasks_of
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.people.roles import ROLES
from webui.language import language, translate_sentence
from webui.presenting.process_drafts import problem_shown
from webui.presenting.words import said
from webui.words import processes as words
from webui.words.counting import length_in_words

Shown = dict[str, Any]
Choice = dict[str, str]
SERVICE_FUNCTIONS = {"close_case": Words("办结案件", "Close the case")}


def choices_of(actor: Actor) -> dict[str, list[Choice]]:
    """What may be chosen for a property, whatever the files say."""
    locale = language()
    return {
        "act": [_choice(key, said(words.ACTS, key)) for key in ACTS],
        "role": [_choice(role.key, role.title(locale)) for role in ROLES.values()],
        "at": _choices(words.PLACES),
        "per": _choices(words.PER),
        "when": _choices(words.WHEN),
        "roles": _choices(words.ASSIGNMENT_ROLES),
        "basis": [_choice(key, key) for key in shipped_articles()],
        "rule": [
            _choice(
                rule.id, f"{getattr(rule.title, locale)} · {length_in_words(rule.length, locale)} · {rule.id}"
            )
            for rule in in_force(actor.congress_id).pack.rules_in_force(clock.today())
        ],
        "happening": [
            _choice(key, f"{pair[1] if locale == 'en' else pair[0]} · {key}")
            for key, pair in HAPPENINGS.items()
        ],
        "function": _choices(SERVICE_FUNCTIONS),
    }


def _choices(known: Mapping[str, Words]) -> list[Choice]:
    return [_choice(key, each.in_(language())) for key, each in known.items()]


def _choice(value: str, label: str) -> Choice:
    return {"value": value, "label": label}


def work_shown(files: Mapping[str, str]) -> Shown:
    """What the editor is told of the files: properties, what may be chosen out of them, and all that is wrong."""
    kept = (diagram_of(files), PROCESS, DEADLINES)
    return {
        "files": {path: files[path] for path in kept if path in files},
        "diagram": kept[0],
        "tasks": tasks_of(files),
        "clocks": clocks_of(files),
        "choices": {
            "form": [_choice(name, name) for name in _forms(files)],
            "stage": [_choice(*_named(each)) for each in listed_in(files, "stage")],
            "clock": [_choice(*_named(each)) for each in clocks_of(files)],
        },
        "names": [
            {"name": name, "type": said(words.TYPES, kind) if kind else ""}
            for name, kind in names_of(files).items()
        ],
        "conditions": {
            each.flow: translate_sentence(each.flaw.message) + translate_sentence(each.flaw.advice)
            if each.flaw
            else ""
            for each in conditions_of(files)
        },
        "problems": [problem_shown(each) for each in placed(problems_of(files), files)],
    }


def _forms(files: Mapping[str, str]) -> list[str]:
    return [path[6:-5] for path in sorted(files) if path.startswith("forms/")]


def _named(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Key and title of a stage or a clock, as far as it has them."""
    title = entry.get("title")
    told = title.get(language()) if isinstance(title, Mapping) else None
    return str(entry.get("key", "")), str(told or entry.get("key", ""))


def editor_words() -> dict[str, str]:
    """The words of the editor that stand in no template."""
    return {
        "name": _("名称（中文）"),
        "name_en": _("名称（英文）"),
        "verb": _("按钮（中文）"),
        "verb_en": _("按钮（英文）"),
        "label": _("名称"),
        "act": _("办理动作"),
        "role": _("角色"),
        "at": _("在谁的待办里"),
        "stage": _("阶段"),
        "form": _("表单"),
        "clock": _("期限"),
        "clocks": _("显示哪个期限的到期日"),
        "basis": _("法律依据"),
        "bulk": _("可以批量办理"),
        "rule": _("期限规则"),
        "per": _("怎样计"),
        "when": _("何时走"),
        "roles": _("只对这些承办方式"),
        "starts": _("从什么起算"),
        "ends": _("到什么为止"),
        "main": _("答复期限"),
        "until_all": _("所有单位都答复才停"),
        "outlives": _("办结以后仍走"),
        "edit_clock": _("修改期限"),
        "new_clock": _("新增期限"),
        "key": _("代号（字母、数字、下划线）"),
        "add": _("添加"),
        "condition": _("条件"),
        "condition_help": _("可以使用的名称："),
        "condition_good": _("条件可以使用。"),
        "default": _("默认分支"),
        "function": _("系统函数"),
        "trigger": _("事件类型"),
        "timer": _("定时"),
        "timer_kind": _("定时方式"),
        "timeDuration": _("经过一段时间（如 P3D）"),
        "timeDate": _("到某一时刻（如 2026-03-01T09:00+08:00）"),
        "timeCycle": _("每隔一段时间（如 R3/P1D）"),
        "timer_value": _("时间"),
        "message": _("消息"),
        "signal": _("信号"),
        "new_name": _("或者新名称"),
        "none": _("无"),
        "choose": _("请选择"),
        "unlisted": _("文件中的值，不在可选之列：%(value)s", value="{value}"),
        "undescribed": _("流程图中的这项任务还没有说明，填写下列各项就会补上。"),
        "orphan": _("删除对已不存在的任务的说明"),
        "nothing": _("在图上或者上面的列表中选一个元素，在这里修改它的属性。"),
        "process": _("流程"),
        "no_problems": _("没有问题"),
        "problems": _("{errors} 处错误，{warnings} 处提醒"),
        "checking": _("正在检查……"),
        "unsaved": _("有未保存的改动"),
        "saved": _("已保存，第{revision}稿"),
        "saving": _("正在保存……"),
        "failed": _("没有连上，请稍后再试。改动还在这个页面上。"),
        "error": _("错误"),
        "warning": _("提醒"),
        "userTask": _("用户任务"),
        "sequenceFlow": _("顺序流"),
        "gateway": _("网关"),
        "event": _("事件"),
        "other": _("其他元素"),
    }
