"""What the panel edits: tasks and clocks where they stand; the check places what is wrong at its element."""

from __future__ import annotations

import pytest

from engine.capabilities import ACTS
from engine.definitions.folder_reading import PLACES
from engine.designing.checking import checked, conditions_of, diagram_of, placed, problems_of
from engine.designing.properties import (
    change_clock,
    change_task,
    clocks_of,
    names_of,
    remove_task,
    tasks_of,
)
from engine.foundation.errors import InvalidAnswers, NotFound
from tests.operations.altered import asking, files, replaced, without_review
from webui.words import processes as words

FILES = files()


def found(changed: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(each.element, each.code, each.message) for each in placed(problems_of(changed), changed)]


def test_a_task_and_a_clock_are_changed_where_they_stand() -> None:
    told = {"title": {"zh": "收件", "en": "Take in"}, "role": "head", "bulk": False, "clock": ["answer"]}
    changed = change_task(FILES, "sign_for", told)
    changed = change_clock(changed, "answer", {"rule": "sign_for", "starts": ["case:assigned"]})
    folder = checked(changed)
    task, clock = folder.tasks["sign_for"], folder.clock("answer")
    assert (task.title.zh, task.role, task.bulk, task.clocks) == ("收件", "head", False, ("answer",))
    assert (clock.rule, clock.starts) == ("sign_for", ("case:assigned",))
    untouched = FILES.keys() - {"process.toml", "deadlines.toml"}
    assert {path: changed[path] for path in untouched} == {path: FILES[path] for path in untouched}
    for path in ("process.toml", "deadlines.toml"):
        before, after = (
            [line for line in each[path].splitlines() if "#" in line] for each in (FILES, changed)
        )
        assert [line for line in before if line not in after] == []
    assert change_task(FILES, "sign_for", {"role": tasks_of(FILES)["sign_for"]["role"]}) == FILES


def test_a_task_without_a_table_gets_one_and_one_that_is_drawn_no_more_loses_it() -> None:
    gone = {**FILES, "suggestion.bpmn": without_review(FILES["suggestion.bpmn"])}
    assert ("review_reply", "no-such-step", "流程图中没有用户任务“review_reply”。") in found(gone)
    cleaned = remove_task(gone, "review_reply")
    assert ("review_reply", "no-such-step", "流程图中没有用户任务“review_reply”。") not in found(cleaned)
    assert "review_reply" not in tasks_of(cleaned)
    described = change_task(cleaned, "review_reply", tasks_of(FILES)["review_reply"])
    assert tasks_of(described)["review_reply"] == tasks_of(FILES)["review_reply"]


def test_what_is_begun_with_is_said_once_and_a_language_by_itself() -> None:
    """Two changes may be under way at once: the later one has not seen what the earlier one says."""
    first = {"title": {"zh": "核对", "en": ""}, "verb": {"zh": "办理", "en": "Complete"}}
    changed = change_task(FILES, "check", {"title.en": "Check"}, first)
    changed = change_task(changed, "check", {"act": "record"}, first)
    changed = change_task(changed, "check", {"title.zh": "核对内容", "verb.en": "Do"}, first)
    assert tasks_of(changed)["check"] == {
        "title": {"zh": "核对内容", "en": "Check"},
        "verb": {"zh": "办理", "en": "Do"},
        "act": "record",
        "clock": [],
    }
    for wrong in ("title.fr", "act.zh", "key.zh"):
        with pytest.raises(NotFound):
            change_task(FILES, "check", {wrong: "x"})


def test_a_new_clock_is_added_and_told_what_it_lacks() -> None:
    changed = change_clock(FILES, "talk", {"title": {"zh": "约谈", "en": "Talk"}, "per": "case"})
    assert [clock["key"] for clock in clocks_of(changed)][-1] == "talk"
    assert any("缺少“rule”。" in message for _element, _code, message in found(changed))
    whole = change_clock(
        changed,
        "talk",
        {"rule": "answer", "starts": ["case:assigned"], "ends": ["reply:signed"], "when": "between_sessions"},
    )
    assert checked(whole).clock("talk").when == "between_sessions"


def test_only_what_the_panel_knows_is_written() -> None:
    with pytest.raises(NotFound):
        change_task(FILES, "sign_for", {"requires": {}})
    with pytest.raises(InvalidAnswers):
        change_task(FILES, "no such key", {"role": "head"})


@pytest.mark.parametrize(
    ("asked", "code"),
    [('reviw == "x"', "unknown-name"), ("review == 3", "wrong-type"), ('review = "x"', "bad-expression")],
)
def test_what_is_wrong_with_a_condition_lies_at_its_flow(asked: str, code: str) -> None:
    changed = files(bpmn=asking('review == "returned"', asked))
    assert [(element, found_code) for element, found_code, _ in found(changed)] == [("h_6", code)]
    flaws = {each.flow: each.flaw.code for each in conditions_of(changed) if each.flaw}
    assert flaws == {"h_6": code}


def test_what_is_wrong_with_a_task_lies_at_the_task() -> None:
    changed = files(process=replaced(('act = "sign_for"', 'act = "nothing"')))
    assert {element for element, *_rest in found(changed)} == {"sign_for", "co_sign_for"}


def test_files_that_cannot_be_read_are_told_and_break_nothing() -> None:
    broken = {**FILES, "process.toml": "key = ", "suggestion.bpmn": "<", "deadlines.toml": "[[clock]"}
    assert diagram_of(broken) == "suggestion.bpmn"
    assert (tasks_of(broken), clocks_of(broken), names_of(broken)) == ({}, [], {})
    assert conditions_of(broken) == ()
    assert {each.file for each in problems_of(broken)} >= {"process.toml", "suggestion.bpmn"}
    assert problems_of({}) and diagram_of({}) == ""


def test_every_act_and_place_has_its_words() -> None:
    assert words.ACTS.keys() == ACTS.keys()
    assert tuple(words.PLACES) == PLACES
