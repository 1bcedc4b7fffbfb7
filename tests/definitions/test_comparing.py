"""Two versions compared: every kind of change is found, told once, and marked where it shows in the diagrams."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from engine.definitions import catalogue
from engine.definitions.comparing import PARTS, Change, Comparison, compare
from engine.definitions.folder import Folder, load
from tests.operations import altered
from tests.operations.altered import KEY, files, replaced


@pytest.fixture(scope="module")
def shipped() -> Folder:
    return load(catalogue.shipped()[KEY])


def against(
    shipped: Folder, paths: dict[str, Callable[[str], str]] | None = None, **changes: Callable[[str], str]
) -> Comparison:
    """The shipped folder compared with one that is changed."""
    changed = files(**changes)
    for path, change in (paths or {}).items():
        changed[path] = change(changed[path])
    return compare(shipped, load(changed))


def told(found: Comparison) -> set[tuple[str, str, str, str]]:
    return {(each.part, each.how, each.subject, each.aspect) for each in found.changes}


def the(found: Comparison, part: str) -> Change:
    (change,) = found.of(part)
    return change


def test_a_version_is_the_same_as_itself_and_where_it_is_drawn_says_nothing(shipped: Folder) -> None:
    assert against(shipped).changes == ()
    assert against(shipped, bpmn=replaced(('x="', 'x="1'))).changes == ()


def test_what_is_taken_out_and_put_in_is_marked_on_its_own_side(shipped: Folder) -> None:
    less = load(files(bpmn=altered.without_review, process=altered.without_task("review_reply")))
    found = compare(shipped, less)
    assert told(found) >= {
        ("node", "removed", "review_reply", ""),
        ("node", "removed", "gw_review", ""),
        ("flow", "removed", "h_6", ""),
        ("flow", "changed", "h_3", "target"),
        ("task", "removed", "review_reply", ""),
        ("action", "changed", "extend", "nodes"),
    }
    marks = {"review_reply": "removed", "gw_review": "removed", "h_3": "changed"}
    assert marks.items() <= found.old_marks.items()
    assert found.new_marks == {"h_3": "changed"}
    back = compare(less, shipped)
    assert {(each.subject, each.how) for each in back.of("node")} == {
        ("review_reply", "added"),
        ("gw_review", "added"),
    }
    assert back.new_marks["review_reply"] == "added" and back.old_marks == found.new_marks


@pytest.mark.parametrize(
    ("path", "change", "part", "subject", "aspect", "values", "marked"),
    [
        (
            f"{KEY}.bpmn",
            ('id="on_merged" name="并案"', 'id="on_merged" name="并案" cancelActivity="false"'),
            "node",
            "on_merged",
            "interrupting",
            (None, "false"),
            {"on_merged"},
        ),
        (
            f"{KEY}.bpmn",
            ('name="main_replied"', 'name="main_answered"'),
            "node",
            "await_main",
            "triggers",
            None,
            {"await_main"},
        ),
        (
            f"{KEY}.bpmn",
            ('>review == "returned"<', '>review == "passed"<'),
            "flow",
            "h_6",
            "condition",
            ('review == "returned"', 'review == "passed"'),
            {"h_6"},
        ),
        (
            "process.toml",
            ('title = { zh = "受理复核"', 'title = { zh = "复核"'),
            "task",
            "intake_review",
            "title",
            None,
            {"intake_review"},
        ),
        (
            "process.toml",
            ('role = "delegation_staff"', 'role = "intake_officer"'),
            "place",
            "delegation_check",
            "role",
            ("delegation_staff", "intake_officer"),
            {"delegation_check"},
        ),
        (
            "process.toml",
            (
                'form = "delegation_check"\nbasis = "代表法第二十四条"',
                'form = "delegation_check"\nbasis = "代表法第三十六条"',
            ),
            "basis",
            "delegation_check",
            "basis",
            ("代表法第二十四条", "代表法第三十六条"),
            {"delegation_check"},
        ),
        (
            "process.toml",
            ("warn = [30, 7]", "warn = [30, 10]"),
            "process",
            "commitments",
            "commitments",
            ({"warn": [30, 7]}, {"warn": [30, 10]}),
            set(),
        ),
        (
            "process.toml",
            ('agriculture = { zh = "农业农村"', 'agriculture = { zh = "三农"'),
            "process",
            "categories",
            "categories",
            None,
            set(),
        ),
        (
            "deadlines.toml",
            ('rule = "sign_for"', 'rule = "first_contact"'),
            "clock",
            "sign_for",
            "rule",
            ("sign_for", "first_contact"),
            {"sign_for", "co_sign_for"},
        ),
        ("texts/zh/assigned.txt", ("", "另："), "text", "texts/zh/assigned.txt", "text", None, set()),
    ],
)
def test_each_change_is_told_once_with_what_it_was_and_is(
    shipped: Folder,
    path: str,
    change: tuple[str, str],
    part: str,
    subject: str,
    aspect: str,
    values: tuple[object, object] | None,
    marked: set[str],
) -> None:
    old, new = change
    found = against(shipped, {path: lambda text: text.replace(old, new, 1) if old else text + new})
    assert told(found) == {(part, "changed", subject, aspect)}
    assert values is None or (the(found, part).old, the(found, part).new) == values
    assert the(found, part).old != the(found, part).new
    assert set(found.old_marks) == set(found.new_marks) == marked


def form(text: str) -> str:
    """The form of a review: one field is demanded no more, one choice is new, one field is new and first."""
    document = json.loads(text)
    label = {"zh": "页数", "en": "Pages"}
    for each in document["fields"]:
        if each["type"] in ("choice", "select"):
            each["choices"].append({"value": "later", "label": {"zh": "再议", "en": "Later"}})
        each["help"] = label
    document["fields"].insert(0, {"name": "pages", "type": "number", "label": label, "required": True})
    return json.dumps(document, ensure_ascii=False)


def test_forms_are_compared_field_by_field(shipped: Folder) -> None:
    found = against(shipped, {"forms/review_reply.json": form})
    told_of = {(each.subject, each.aspect, each.how) for each in found.of("form")}
    assert told_of >= {
        ("review_reply", "fields", "changed"),
        ("review_reply.pages", "", "added"),
        ("review_reply.decision", "choices", "changed"),
        ("review_reply.decision", "help", "changed"),
    }
    assert set(found.counts) == {"form"} and set(found.new_marks) == {"review_reply"}
    choices = next(each for each in found.changes if each.aspect == "choices")
    assert {row["value"] for row in choices.new} - {row["value"] for row in choices.old} == {"later"}


def test_notices_are_compared_by_happening_and_text(shipped: Folder) -> None:
    found = against(shipped, notices=replaced(('on = "case:assigned"', 'on = "case:accepted"')))
    assert {each.how for each in found.of("notice")} == {"added", "removed"}
    assert all("case:" in each.subject for each in found.of("notice"))


def test_what_is_renamed_is_the_same_under_another_name(shipped: Folder) -> None:
    new = load(files(**altered.renaming("sign_for", "take_up")))
    found = compare(shipped, new, renamed={"sign_for": "take_up"})
    assert {(each.part, each.aspect) for each in found.changes if each.part != "notice"} == {
        ("node", "id"),
        ("task", "id"),
    }
    assert found.old_marks["sign_for"] == found.new_marks["take_up"] == "changed"
    assert {each.how for each in compare(shipped, new).of("node")} == {"added", "removed"}


def test_the_command_compares_folders_and_deployed_versions(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    with app.app_context():
        altered.deployed()
        altered.deployed(process=replaced(('title = { zh = "受理复核"', 'title = { zh = "复核"')))
    for name, text in files().items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    same = runner.invoke(args=["process", "compare", str(tmp_path), f"{KEY}@1"])
    assert (same.exit_code, same.output) == (0, "相同 / the same\n")
    said = runner.invoke(args=["process", "compare", f"{KEY}@1", KEY])
    assert said.exit_code == 1 and "~ [task] intake_review（复核） title：" in said.output
    found = json.loads(runner.invoke(args=["process", "compare", f"{KEY}@1", f"{KEY}@2", "--json"]).output)
    assert not found["same"] and found["counts"] == {"task": 1}
    assert set(found["counts"]) <= set(PARTS) and found["new_marks"] == {"intake_review": "changed"}
    for wrong in (f"{KEY}@9", f"{KEY}@x", "nothing"):
        assert runner.invoke(args=["process", "compare", KEY, wrong]).exit_code == 2
    (tmp_path / "process.toml").write_text("key = 1", encoding="utf-8")
    assert runner.invoke(args=["process", "compare", KEY, str(tmp_path)]).exit_code == 2
