"""A process folder of one task, small enough to be spoilt in one place at a time."""

from __future__ import annotations

import json

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://duban/test">
  <process id="small" name="小流程" isExecutable="true">
    <startEvent id="start"/>
    <userTask id="write" name="写"/>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="write"/>
    <sequenceFlow id="f2" sourceRef="write" targetRef="end"/>
  </process>
</definitions>
"""

PROCESS = """
key = "small"
bpmn = "small.bpmn"
title = { zh = "小事", en = "Small matters" }
open_verb = { zh = "写", en = "Write" }
opened_by = ["deputy"]
text_form = "text"
[number]
series = "small"
in_session = "{meeting}第{ordinal:04}号"
between_sessions = "{ordinal}"
[grades.A]
title = { zh = "甲", en = "First" }
[categories]
water = { zh = "水利", en = "Water" }
[decline_reasons]
personal = { zh = "个人事项", en = "Personal" }
[[stage]]
key = "propose"
title = { zh = "提出", en = "Propose" }
[task.write]
title = { zh = "写", en = "Write" }
verb = { zh = "交", en = "Hand in" }
act = "hand_in"
role = "deputy"
at = "lead_deputy"
stage = "propose"
form = "text"
clock = "answer"
[[register]]
name = "field"
title = { zh = "领域", en = "Field" }
[[column]]
into = "register.field"
title = { zh = "领域", en = "Field" }
[[column]]
into = "text.body"
title = { zh = "正文", en = "Body" }
[basis_of]
archive = "档案法第三十七条"
annual_report = "代表法第五十一条"
"""

DEADLINES = """
[[clock]]
key = "answer"
title = { zh = "答复", en = "Answer" }
rule = "answer"
per = "case"
starts = ["case:submitted"]
ends = ["case:closed"]
main = true
"""

LABEL = {"zh": "栏", "en": "Field"}


def form_file(*fields: dict[str, object]) -> str:
    """A form file; each field gets a name, a type and a label where it has none."""
    whole = [{"name": "body", "type": "text", "label": LABEL} | field for field in fields]
    return json.dumps({"fields": whole}, ensure_ascii=False)


def small(**changes: str) -> dict[str, str]:
    """The folder, with other files in place of its own (`process=…`, `deadlines=…`, `bpmn=…`, `text=…`)."""
    paths = {
        "process": "process.toml",
        "deadlines": "deadlines.toml",
        "bpmn": "small.bpmn",
        "text": "forms/text.json",
        "notices": "notices.toml",
    }
    files = {
        "process.toml": PROCESS,
        "deadlines.toml": DEADLINES,
        "small.bpmn": BPMN,
        "forms/text.json": form_file({}),
    }
    return files | {paths[name]: text for name, text in changes.items()}
