"""An inspection on screen: the group's photographs, the list of problems, what proves that one was put right."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from models import Attachment, CaseEntry, Problem, db
from tests.support.cast import Cast
from tests.support.performance import Performance
from tests.support.pictures import png
from tests.support.scenarios import begun, scenarios
from tests.support.web import Visitor

PLAIN = next(each for each in scenarios() if each.name == "inspections/plain")
FOUND = {"text": "格栅间除臭设备停用。", "place": "污水处理一厂", "way": "field", "law": "", "found_on": ""}

Enter = Callable[[str], Visitor]
Staged = Callable[[str], Performance]


@pytest.fixture
def staged(app: Flask, cast: Cast) -> Iterator[Staged]:
    """`staged("notify_plan")`: the plain example up to that task, on its day."""
    with app.app_context():
        playing: list[Performance] = []

        def play(task: str) -> Performance:
            performance = Performance(begun(PLAIN, task), cast)
            playing.append(performance)
            performance.play()
            return performance

        yield play
        for each in playing:
            each.days.close()


def photograph(name: str = "现场.png") -> tuple[io.BytesIO, str]:
    return io.BytesIO(png()), name


def sending(page: str) -> str:
    found = re.search(r'name="sending" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_deputy_of_the_group_sends_what_he_found_with_photographs(staged: Staged, enter: Enter) -> None:
    case_id = staged("notify_plan").case_id
    deputy = enter("deputy1")
    page = deputy.get(f"/cases/{case_id}").text
    assert f"/cases/{case_id}/actions/find" in page
    form = deputy.get(f"/cases/{case_id}/actions/find").text
    assert 'enctype="multipart/form-data"' in form
    assert 'capture="environment"' in form
    key = sending(form)
    for _twice in range(2):  # a double click is one finding
        sent = {**FOUND, "sending": key, "evidence": [photograph("一.png"), photograph("二.png")]}
        answer = deputy.post(f"/cases/{case_id}/actions/find", data=sent)
        assert answer.status_code == 302
    entries = db.session.scalars(sa.select(CaseEntry).where(CaseEntry.node == "find")).all()
    assert [each.answers["evidence"] for each in entries] == [["一.png", "二.png"]]
    shown = deputy.get(f"/cases/{case_id}").text
    for row in db.session.scalars(sa.select(Attachment).where(Attachment.subject == "entry")):
        if row.subject_id == entries[0].id:
            assert f'<img src="/attachments/{row.id}" alt="{row.filename}"' in shown
            assert deputy.get(f"/attachments/{row.id}").data == png()


def test_what_is_no_picture_is_refused_and_nothing_is_kept(staged: Staged, enter: Enter) -> None:
    case_id = staged("notify_plan").case_id
    deputy = enter("deputy1")
    sent = {**FOUND, "sending": "a1", "evidence": [(io.BytesIO(b"MZ\x90 no picture"), "现场.png")]}
    answer = deputy.post(f"/cases/{case_id}/actions/find", data=sent)
    assert answer.status_code == 422
    assert "现场.png" in answer.text
    assert FOUND["text"] in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).where(CaseEntry.node == "find")) == 0


def test_a_problem_goes_from_hand_to_hand_beside_its_own_buttons(staged: Staged, enter: Enter) -> None:
    case_id = staged("sign_problems").case_id
    first = db.session.scalars(sa.select(Problem.id).where(Problem.ordinal == 1)).one()
    unit = enter("slt_clerk")
    page = unit.get(f"/cases/{case_id}").text
    address = re.search(rf'href="(/cases/{case_id}/actions/report_problem[^"]*problem={first}[^"]*)"', page)
    assert address
    form = unit.get(address[1].replace("&amp;", "&")).text
    assert re.search(rf'<option value="{first}" selected', form)
    part = re.search(r"assignment=(\d+)", address[1])
    assert part
    done = {"problem": first, "done": "已修复并连续运行。", "sending": "b1"}
    refused = unit.post(f"/cases/{case_id}/actions/report_problem?assignment={part[1]}", data=done)
    assert refused.status_code == 422  # nothing that proves it
    sent = {**done, "evidence": [photograph()]}
    assert (
        unit.post(f"/cases/{case_id}/actions/report_problem?assignment={part[1]}", data=sent).status_code
        == 302
    )
    committee = enter("committee")
    page = committee.get(f"/cases/{case_id}").text
    assert "待核查" in page
    assert f"verify_problem?problem={first}" in page
    looked = {"problem": first, "decision": "passed", "way": "现场查看", "sending": "c1"}
    assert committee.post(f"/cases/{case_id}/actions/verify_problem", data=looked).status_code == 302
    struck = {"problem": first, "decision": "closed", "sending": "d1"}
    assert "审定销号：须由另一人办理。" in committee.get(f"/cases/{case_id}").text
    own = committee.post(f"/cases/{case_id}/actions/close_problem", data=struck)
    assert "前一步是您办理的" in own.text
    assert enter("colleague").post(f"/cases/{case_id}/actions/close_problem", data=struck).status_code == 302
    assert "共3项，已销号1项" in enter("meetings").get(f"/cases/{case_id}").text


def test_the_letter_with_the_problems_can_be_printed(staged: Staged, enter: Enter) -> None:
    case_id = staged("sign_problems").case_id
    unit = enter("slt_clerk")
    address = re.search(
        rf'href="(/cases/{case_id}/documents/problem_list[^"]*)"', unit.get(f"/cases/{case_id}").text
    )
    assert address
    answer = unit.get(address[1].replace("&amp;", "&"))
    assert answer.data.startswith(b"%PDF")
