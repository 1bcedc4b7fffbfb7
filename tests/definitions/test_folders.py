"""Process folders: what is read from them, and every fault told with its file and place."""

from __future__ import annotations

import dataclasses
import html
import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.definitions.problems import FolderRefused, Problem
from engine.definitions.rule_packs import shipped_retentions, shipped_rules
from engine.definitions.wiring import Spoken
from engine.people.roles import ROLES
from tests.definitions.small import BPMN, DEADLINES, LABEL, PROCESS, form_file, small

SHIPPED = shipped()
PROCESS_FILE = "process.toml"
FORM_FILE = "forms/text.json"
SAME_STAGE = '[[stage]]\nkey = "propose"\ntitle = { zh = "提", en = "P" }\n'
ONE = {"value": "a", "label": LABEL}


def problems(files: Mapping[str, str], **known: Any) -> tuple[Problem, ...]:
    with pytest.raises(FolderRefused) as refused:
        load(files, **known)
    return refused.value.problems


def process(old: str, new: str) -> dict[str, str]:
    assert old in PROCESS
    return {"process": PROCESS.replace(old, new)}


def deadlines(old: str, new: str) -> dict[str, str]:
    assert old in DEADLINES
    return {"deadlines": DEADLINES.replace(old, new)}


def field(**settings: Any) -> dict[str, str]:
    return {"text": form_file({}, {"name": "x", **settings})}


def notice(**settings: str) -> dict[str, str]:
    """The small folder with one notice, of which something is otherwise; each value as the file has it."""
    entries = {"on": "'case:submitted'", "to": "['lead_deputy']", "text": "'told'", **settings}
    lines = [f"{name} = {value}" for name, value in entries.items()]
    return {"notices": "\n".join(["[[notice]]", *lines])}


def with_gateway(condition: str) -> dict[str, str]:
    """The small folder with a gateway behind its first task."""
    condition = html.escape(condition)
    bpmn = BPMN.replace(
        'sourceRef="write" targetRef="end"',
        'sourceRef="write" targetRef="x"',
    ).replace(
        "</process>",
        '<exclusiveGateway id="x" default="no"/><sequenceFlow id="no" sourceRef="x" targetRef="end"/>'
        '<sequenceFlow id="yes" sourceRef="x" targetRef="end"><conditionExpression>'
        f"{condition}</conditionExpression></sequenceFlow></process>",
    )
    assert bpmn != BPMN and 'targetRef="x"' in bpmn
    return small(bpmn=bpmn)


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ('check == "returned" and units > 1', []),
        ('chek == "returned"', ["unknown-name"]),
        ("check", ["wrong-type"]),
        ("units == true", ["wrong-type"]),
        ('check in ["a", 1]', ["wrong-type"]),
        ("urgent or units in [1, 2]", []),
        ("urgent > 1", ["wrong-type"]),
    ],
)
def test_conditions_ask_what_the_acts_give_as_what_it_is(condition: str, codes: list[str]) -> None:
    flags = {"hand_in": {"check": "text", "units": "number", "urgent": "truth"}}
    files = with_gateway(condition)
    assert load(files)
    if not codes:
        assert load(files, known_spoken=Spoken(flags))
        return
    found = problems(files, known_spoken=Spoken(flags))
    assert [(problem.code, problem.element) for problem in found] == [(code, "x") for code in codes]


def test_a_happening_brings_about_what_the_folder_names() -> None:
    effects = '[effects]\n"clock.answer:overdue" = ["a"]\n"case:submitted" = ["b", "c"]\n[grades.A]'
    files = small(**process("[grades.A]", effects))
    assert load(files).effects == {"clock.answer:overdue": ("a",), "case:submitted": ("b", "c")}
    assert load(files, known_effects=["a", "b", "c"]).effects
    unknown = problems(files, known_effects=["b", "c"])
    assert [problem.message for problem in unknown] == ["没有名为“a”的后续处理。"]
    assert problems(small(**process("[grades.A]", effects.replace("case:submitted", "submitted"))))


@pytest.mark.parametrize("key", SHIPPED)
def test_every_shipped_folder_is_whole_and_fits_the_program(key: str) -> None:
    known = {"known_rules": shipped_rules(), "known_retentions": shipped_retentions(), "known_roles": ROLES}
    folder = load(SHIPPED[key], **known)
    assert folder.key == key
    assert folder.tasks.keys() == {node.id for node in folder.flow.nodes.values() if node.kind == "userTask"}


def test_a_folder_says_what_its_files_say() -> None:
    folder = load(small(), version=3)
    assert (folder.key, folder.version, folder.title.in_("zh"), folder.title.in_("en")) == (
        "small",
        3,
        "小事",
        "Small matters",
    )
    assert folder.number.in_session.format(meeting="一次会议", ordinal=7) == "一次会议第0007号"
    assert folder.tasks["write"].clocks == ("answer",)
    assert folder.clock("answer").roles is None
    assert folder.stage("propose").title.en == "Propose"
    assert folder.flow.nodes["write"].kind == "userTask"
    assert folder.bpmn == BPMN
    assert folder.notices.on("case:submitted") == ()


def test_a_folder_cannot_be_changed() -> None:
    folder = load(small())
    with pytest.raises(dataclasses.FrozenInstanceError):
        folder.key = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        folder.tasks["other"] = folder.tasks["write"]  # type: ignore[index]


def test_a_folder_without_deadlines_has_no_clocks() -> None:
    files = small(process=PROCESS.replace('clock = "answer"\n', ""))
    del files["deadlines.toml"]
    assert load(files).clocks == ()


OTHER_CLASS = """retention = "permanent"
[[archive.other]]
retention = "years10"
where = { status = ["declined"] }
reason = { zh = "未办理", en = "not handled" }"""


def archive(words: str) -> dict[str, str]:
    return process("[categories]", f"[archive]\n{words}\n[categories]")


BY_OTHER_TASK = PROCESS.replace("[task.write]", "[task.read]")


@pytest.mark.parametrize(
    ("changes", "file", "place", "words"),
    [
        ({"process": "key ="}, PROCESS_FILE, "", "无法读取"),
        ({"process": "x" * 1_000_001}, PROCESS_FILE, "", "超过1000000个字符"),
        (process('key = "small"', 'key = "../etc"'), PROCESS_FILE, "", "字母开头"),
        (process('key = "small"', 'key = "large"'), PROCESS_FILE, "key", "“small”"),
        (process('key = "small"', "key = 5"), PROCESS_FILE, "", "“key”应为文字"),
        ({"process": "colour = 1\n" + PROCESS}, PROCESS_FILE, "", "不认识“colour”"),
        (process('en = "Small matters"', ""), PROCESS_FILE, "4", "无法读取"),
        (process('en = "Small matters"', 'fr = "Petit"'), PROCESS_FILE, "", "“title”应为中英文"),
        (process("open_verb", "#"), PROCESS_FILE, "", "缺少“open_verb”"),
        (process('["deputy"]', "7"), PROCESS_FILE, "", "“opened_by”应为文字的列表"),
        (process('text_form = "text"', 'text_form = "lost"'), PROCESS_FILE, "text_form", "lost.json"),
        (process("[number]", "[counter]"), PROCESS_FILE, "", "缺少“number”"),
        (process("{ordinal:04}", "{ordinal.__class__}"), PROCESS_FILE, "number.in_session", "只能用"),
        (process("{ordinal:04}", "{ordinal:999999999}"), PROCESS_FILE, "number.in_session", "只能用"),
        (process("{ordinal:04}", "{ordinal"), PROCESS_FILE, "number.in_session", "不成对"),
        (process('"{ordinal}"', '"号"'), PROCESS_FILE, "number.between_sessions", "会相同"),
        (process("[[stage]]", "[[step]]"), PROCESS_FILE, "stage", "没有列出阶段"),
        ({"process": PROCESS + SAME_STAGE}, PROCESS_FILE, "stage", "两次"),
        ({"process": BY_OTHER_TASK}, PROCESS_FILE, "task.read", "流程图中没有用户任务“read”"),
        ({"process": BY_OTHER_TASK}, PROCESS_FILE, "task.write", "流程图中有用户任务“write”"),
        (process('form = "text"', 'form = "lost"'), PROCESS_FILE, "task.write", "lost.json"),
        (process('stage = "propose"', 'stage = "dream"'), PROCESS_FILE, "task.write", "没有阶段“dream”"),
        (process('"lead_deputy"', '"moon"'), PROCESS_FILE, "task.write", "“at”的取值“moon”"),
        (process('clock = "answer"', 'clock = "lost"'), PROCESS_FILE, "task.write", "没有期限“lost”"),
        (process('act = "hand_in"', "urgent = true"), PROCESS_FILE, "task.write", "不认识“urgent”"),
        (process('act = "hand_in"', "urgent = true"), PROCESS_FILE, "task.write", "缺少“act”"),
        (process('role = "deputy"', 'role = "deputy"\nbulk = 1'), PROCESS_FILE, "task.write", "“bulk”应为true"),
        (process('role = "deputy"', 'role = "deputy"\nrequires = 1'), PROCESS_FILE, "task.write", "requires"),
        (process("[task.write]", '[task."a b"]'), PROCESS_FILE, "", "字母开头"),
        (process('"register.field"', '"register.lost"'), PROCESS_FILE, "column", "register.lost"),
        (process('"text.body"', '"text.lost"'), PROCESS_FILE, "column", "text.lost"),
        (process('zh = "正文"', 'zh = "领域"'), PROCESS_FILE, "column", "“领域”出现了两次"),
        (process("water =", '"wa ter" ='), PROCESS_FILE, "categories", "字母开头"),
        (process("water =", "water = 5 #"), PROCESS_FILE, "categories", "“water”应为中英文"),
        (archive('retention = "permanent"\nyears = 3'), PROCESS_FILE, "archive", "不认识“years”"),
        (archive(OTHER_CLASS.replace("status", "title")), PROCESS_FILE, "archive.other 1", "“where”只能用"),
        (archive(OTHER_CLASS.replace("reason", "why")), PROCESS_FILE, "archive.other 1", "缺少“reason”"),
        (process("small.bpmn", "large.bpmn"), "large.bpmn", "", "没有这个流程图文件"),
        (process("small.bpmn", "deadlines.toml"), "deadlines.toml", "", "没有这个流程图文件"),
        ({"bpmn": "<no/>"}, "small.bpmn", "1", "definitions"),
        ({"bpmn": "\ud800"}, "small.bpmn", "1", "合法的XML"),
        ({"bpmn": BPMN.replace("userTask", "scriptTask")}, "small.bpmn", "5 write", "scriptTask"),
        ({"deadlines": "[[clock"}, "deadlines.toml", "", "无法读取"),
        ({"deadlines": DEADLINES + "\n[x]"}, "deadlines.toml", "", "不认识“x”"),
        (deadlines('per = "case"', 'per = "moon"'), "deadlines.toml", "clock 1", "“per”的取值“moon”"),
        ({"deadlines": DEADLINES + 'roles = ["lead"]\n'}, "deadlines.toml", "clock 1", "按件计"),
        ({"deadlines": DEADLINES + 'roles = ["king"]\n'}, "deadlines.toml", "clock 1", "“king”不是承办方式"),
        ({"deadlines": DEADLINES + 'when = "never"\n'}, "deadlines.toml", "clock 1", "“when”的取值“never”"),
        ({"deadlines": DEADLINES + DEADLINES}, "deadlines.toml", "clock", "“answer”出现了两次"),
        ({"text": "{"}, FORM_FILE, "1", "无法读取"),
        ({"text": "[" * 100_000}, FORM_FILE, "", "无法读取"),
        ({"text": "[]"}, FORM_FILE, "", "一张表"),
        ({"text": '{"fields": {}}'}, FORM_FILE, "", "“fields”应为表的列表"),
        ({"text": '{"fields": [7]}'}, FORM_FILE, "fields 1", "一张表"),
        ({"text": form_file({}, {})}, FORM_FILE, "fields", "“body”出现了两次"),
        (field(type="moon"), FORM_FILE, "fields 2 x", "“type”的取值“moon”"),
        (field(type=["text"]), FORM_FILE, "fields 2 x", "“type”应为文字"),
        (field(label="栏"), FORM_FILE, "fields 2 x", "“label”应为中英文"),
        (field(name="a.b"), FORM_FILE, "fields 2", "字母开头"),
        (field(rows=5), FORM_FILE, "fields 2 x", "不认识“rows”"),
        (field(required="yes"), FORM_FILE, "fields 2 x", "“required”应为true"),
        (field(max_length=-1), FORM_FILE, "fields 2 x", "“max_length”应为不小于0"),
        (field(max_length=True), FORM_FILE, "fields 2 x", "“max_length”应为不小于0"),
        (field(min_length=9, max_length=3), FORM_FILE, "fields 2 x", "“min_length”大于"),
        (field(type="rows", min_items=9, max_items=3), FORM_FILE, "fields 2 x", "“min_items”大于"),
        (field(pattern="("), FORM_FILE, "fields 2 x", "正则表达式"),
        (field(type="choice"), FORM_FILE, "fields 2 x", "没有列出可选的值"),
        (field(type="choice", choices=[ONE, ONE]), FORM_FILE, "fields 2 x", "两次"),
        (field(type="choice", choices=[{"value": "a"}]), FORM_FILE, "fields 2 x.choices 1", "缺少“label”"),
        (field(type="choice", choices=[ONE], default="b"), FORM_FILE, "fields 2 x", "default"),
        (field(required_when={"field": "lost", "is": ["a"]}), FORM_FILE, "fields x.required_when", "没有另一栏“lost”"),
        (field(required_when={"field": "x", "is": ["a"]}), FORM_FILE, "fields x.required_when", "没有另一栏“x”"),
        (field(required_when={"is": ["a"]}), FORM_FILE, "fields 2 x.required_when", "缺少“any_of”"),
        ({"notices": "[[notice]]\non = 'x'"}, "notices.toml", "notice 1", "缺少“to”"),
        (notice(text="'lost'"), "notices.toml", "notice 1", "没有文件texts/zh/lost.txt"),
        (notice(to="['nowhere.head']"), "notices.toml", "notice 1", "“nowhere.head”不是可以通知的人"),
        (notice(within="3"), "notices.toml", "notice 1", "“within”只用于期限的提醒"),
        (notice(channels="['fax']"), "notices.toml", "notice 1", "“channels”的取值“fax”不可用"),

    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_file_and_place(
    changes: dict[str, str], file: str, place: str, words: str
) -> None:
    found = problems(small(**changes))
    told = [(problem.file, problem.place) for problem in found if words in problem.message.replace(" ", "")]
    assert (file, place) in told, found


def test_every_class_of_files_that_a_folder_names_is_one_of_a_pack() -> None:
    files = small(**archive(OTHER_CLASS))
    rules = load(files, known_retentions=["permanent", "years10"]).archive
    assert rules is not None
    assert rules.of(SimpleNamespace(status="closed")) == ("permanent", None)
    assert rules.of(SimpleNamespace(status="declined"))[0] == "years10"
    found = problems(files, known_retentions=["permanent"])
    assert [(each.place, each.message) for each in found] == [("archive", "规则包中没有保管期限“years10”。")]
    assert load(small()).archive is None


def test_a_condition_on_a_value_that_cannot_be_chosen_is_a_fault() -> None:
    chosen = {"type": "choice", "choices": [{"value": "a", "label": LABEL}]}
    text = form_file(chosen, {"name": "x", "required_when": {"field": "body", "is": ["b"]}})
    assert [problem.message for problem in problems(small(text=text))] == ["“body”没有取值“b”。"]


def test_a_form_file_of_another_name_is_a_fault() -> None:
    found = problems({**small(), "forms/../x.json": "{}"})
    assert [problem.file for problem in found] == ["forms/../x.json"]


def test_a_folder_without_its_process_file_is_refused() -> None:
    assert problems({}) == (Problem("process.toml", "", "没有这个文件。"),)


def test_all_faults_of_all_files_are_told_together() -> None:
    found = problems(
        small(
            process=PROCESS.replace('stage = "propose"', 'stage = "dream"'),
            deadlines=DEADLINES.replace('per = "case"', 'per = "moon"'),
            bpmn=BPMN.replace("userTask", "scriptTask"),
            text="[",
            notices="[",
        )
    )
    assert {problem.file for problem in found} == {
        "process.toml",
        "deadlines.toml",
        "small.bpmn",
        "forms/text.json",
        "notices.toml",
    }


def test_what_the_program_does_not_know_is_a_fault_only_when_it_is_asked() -> None:
    load(small())
    found = problems(small(), known_acts=[], known_happenings=["case:closed"], known_roles=[], known_rules=[])
    assert {(problem.place, problem.message) for problem in found} == {
        ("clock answer", "没有“case:submitted”这种事件。"),
        ("clock answer", "规则包中没有期限规则“answer”。"),
        ("opened_by", "没有角色“deputy”。"),
        ("task.write", "没有名为“hand_in”的办理动作。"),
        ("task.write", "没有角色“deputy”。"),
    }


@pytest.mark.parametrize("demand", ["seen_by", "files_for"])
def test_who_may_read_is_a_list_of_roles_that_there_are(demand: str) -> None:
    def written(readers: str) -> dict[str, str]:
        requires = f"[task.write.requires]\n{demand} = {readers}\n[task.write]"
        return small(process=PROCESS.replace("[task.write]", requires))

    def told(readers: str) -> list[tuple[str, str]]:
        found = problems(written(readers), known_roles=["deputy"])
        return [(each.place, each.message) for each in found]

    load(written('["deputy", "group"]'), known_roles=["deputy"])
    assert told('["deputy", "depute"]') == [("task.write.requires", "没有角色“depute”。")]
    assert told('"deputy"') == [("task.write.requires", f"“{demand}”应为一列角色。")]


HAPPENED = '[happenings]\n"case:opened" = { zh = "开", en = "O" }\n'
CALLED = '[words]\nbutton = { zh = "钮", en = "B" }\n'
PAPER = '[[material]]\nkey = "p"\ntitle = { zh = "材料", en = "P" }\nnode = "nowhere"\nclock = "never"\n'
PUBLIC = """[public_intake]
title = { zh = "提", en = "P" }
intro = { zh = "说", en = "I" }
form = "nowhere"
person = ["name"]
read_by = []
"""
COUNTED = '[[figure]]\nkey = "f"\ntitle = { zh = "数", en = "F" }\ncounts = ["never:happens"]\nof = "f"\n'
NAMES = '[task.write.requires.forums.congress]\nthreshold = "hundreds"\n'


def test_a_notice_waits_for_something_that_happens() -> None:
    """One that waits for anything else would never be sent."""
    told = {"texts/zh/told.txt": "题\n文", "texts/en/told.txt": "Title\nText"}

    def found(on: str) -> list[tuple[str, str, str]]:
        files = small(**notice(on=f"'{on}'")) | told
        refused = problems(files, known_happenings=["case:submitted", "case:closed"], known_acts=[])
        return [(each.file, each.place, each.code) for each in refused if each.file == "notices.toml"]

    for on in ("case:closed", "clock.answer:overdue", "task.write:opened"):
        assert found(on) == []
    for on in (
        "case:lost",
        "clock.answer:sung",
        "clock.lost:overdue",
        "task.lost:opened",
        "task.write:closed",
    ):
        assert found(on) == [("notices.toml", "notice 1", "no-such-happening")]


@pytest.mark.parametrize(
    ("added", "places"),
    [
        (HAPPENED, ["happenings"]),
        (CALLED, ["words"]),
        (PAPER, ["material p", "material p"]),
        (NAMES, ["threshold"]),
        (PUBLIC, ["public_intake"]),
        (COUNTED, ["figure", "figure"]),
        ('organ_roles = ["head"]\n', ["organ_roles"]),
    ],
)
def test_what_a_kind_says_of_itself_must_fit_its_own_parts_and_the_program(
    added: str, places: list[str]
) -> None:
    whole = added + PROCESS if added.startswith("organ_roles") else PROCESS + added
    known = {"known_happenings": ["case:opened"], "known_rules": shipped_rules()}
    found = problems(small(process=whole), **known)
    assert [problem.place for problem in found if problem.place in places] == places, found


def test_a_refusal_reads_as_a_list_of_places() -> None:
    with pytest.raises(FolderRefused) as refused:
        load({})
    assert str(refused.value) == "流程文件夹中有1处问题，不能使用。\nprocess.toml 没有这个文件。"
    assert json.dumps(refused.value.problems[0].as_dict())


WHOLE = small()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 2000), st.integers(1, 40), st.text(max_size=5))
def test_a_damaged_folder_is_read_or_refused_but_never_breaks(
    path: str, begin: int, length: int, instead: str
) -> None:
    text = WHOLE[path]
    begin %= len(text)
    damaged = text[:begin] + instead + text[begin + length :]
    try:
        load({**WHOLE, path: damaged})
    except FolderRefused as refused:
        assert refused.problems
