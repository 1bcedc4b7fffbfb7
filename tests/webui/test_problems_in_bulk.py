"""Striking off many problems at once: ticked on a list, one comment, each on its own, by another hand than before."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from collections.abc import Callable, Iterator

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from models import AuditEvent, CaseEntry, Problem, db
from tests.support.cast import Cast
from tests.support.performance import Performance
from tests.support.problems import LISTED, THEIRS, all_looked_at, statuses
from tests.support.web import Visitor

Enter = Callable[[str], Visitor]
COMMENT = "已逐项核对凭证，同意。"


@pytest.fixture
def looked_at(app: Flask, cast: Cast) -> Iterator[Performance]:
    """Final accounts with six problems, every one of them looked at and to be struck off."""
    with app.app_context(), all_looked_at(cast) as performance:
        yield performance


def ids(case_id: int) -> dict[int, int]:
    """The problems' ids by their place on the list."""
    statement = sa.select(Problem.ordinal, Problem.id).where(Problem.case_id == case_id)
    return {ordinal: id_ for ordinal, id_ in db.session.execute(statement)}


@dataclasses.dataclass
class Closing:
    """The page on which the second person closes, as he has it before him."""

    person: Visitor
    address: str
    ticks: list[str]
    sent: dict[str, object]

    def post(self, **also: object) -> TestResponse:
        return self.person.post(self.address, data={**self.sent, **also})


@pytest.fixture
def closing(looked_at: Performance, enter: Enter) -> Closing:
    case_id = looked_at.case_id
    address = f"/cases/{case_id}/actions/close_problem/bulk"
    person = enter("colleague")
    assert f'href="{address}"' in person.get(f"/cases/{case_id}").text
    page = person.get(address).text
    assert "须由另一人办理" in page and "监督法第二十七条" in page
    sending = re.search(r'name="sending" value="(\w+)"', page)
    assert sending
    sent: dict[str, object] = {"sending": sending[1], "decision": "closed", "opinion": COMMENT}
    return Closing(person, address, re.findall(r'name="problem" value="(\d+)"', page), sent)


def test_what_is_not_filled_in_does_nothing_and_loses_nothing(
    looked_at: Performance, closing: Closing
) -> None:
    none = closing.post()
    assert (none.status_code, statuses(looked_at.case_id)) == (422, ["verified"] * LISTED)
    assert "请勾选要办理的问题" in none.text and COMMENT in none.text
    wordless = closing.post(decision="returned", opinion="", problem=closing.ticks[:2])
    assert (wordless.status_code, statuses(looked_at.case_id)) == (422, ["verified"] * LISTED)
    assert wordless.text.count(" checked") == 3  # two problems and the decision
    assert "没有办成" not in wordless.text  # said once, at the form


def test_ticked_problems_are_struck_off_each_on_its_own_and_only_by_another_hand(
    looked_at: Performance, closing: Closing
) -> None:
    case_id, key = looked_at.case_id, ids(looked_at.case_id)
    assert closing.ticks == [str(key[number]) for number in range(1, LISTED)]  # not what he looked at himself
    some = closing.post(problem=[*closing.ticks[:3], str(key[THEIRS])])
    assert (some.status_code, statuses(case_id)) == (409, ["closed"] * 3 + ["verified"] * 3)
    assert "已办理：审定销号，3 项。" in some.text
    assert "没有办成：须由另一人办理" in some.text and COMMENT in some.text
    assert closing.post(problem=closing.ticks[:3]).status_code == 302  # the same click, sent twice
    rest = closing.post(problem=closing.ticks[3:])
    assert rest.headers["Location"].endswith(f"/cases/{case_id}#problems")
    assert statuses(case_id) == ["closed"] * 5 + ["verified"]

    at_close = CaseEntry.case_id == case_id, CaseEntry.node == "close_problem"
    entries = db.session.scalars(sa.select(CaseEntry.answers).where(*at_close)).all()
    assert sorted(each["problem"] for each in entries) == [key[number] for number in range(1, LISTED)]
    assert {each["opinion"] for each in entries} == {COMMENT}
    trail = AuditEvent.chain == f"case:{case_id}", AuditEvent.action == "problem:closed"
    assert db.session.scalar(sa.select(sa.func.count()).where(*trail)) == 5


def test_only_what_the_folder_allows_is_done_in_bulk(looked_at: Performance, enter: Enter) -> None:
    case_id = looked_at.case_id
    address = f"/cases/{case_id}/actions"
    assert enter("budget").get(f"{address}/verify_problem/bulk").status_code == 409
    assert enter("slt_clerk").get(f"{address}/close_problem/bulk").status_code in (403, 404)
    refused = enter("slt_clerk").post(f"{address}/close_problem/bulk", data={"problem": ["1"]})
    assert refused.status_code in (403, 404)
    assert statuses(case_id) == ["verified"] * LISTED


def test_amounts_stand_on_the_list_on_paper_and_in_the_file_with_their_unit(
    looked_at: Performance, enter: Enter
) -> None:
    case_id = looked_at.case_id
    for person in ("budget", "slt_clerk"):
        page = enter(person).get(f"/cases/{case_id}").text
        assert "涉及金额1,260.50万元" in page and "涉及金额6,000.05万元" in page
        assert "涉及金额共21,260.75万元" in page
        assert "<summary>列入问题清单" not in page  # the list says it all
    answer = enter("budget").get(f"/cases/{case_id}/problems.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[0][3] == "涉及金额（万元）"
    assert [row[3] for row in rows[1:]] == [1260.5, 2000.05, 3000.05, 4000.05, 5000.05, 6000.05, 21260.75]
    address = re.search(rf'href="(/cases/{case_id}/documents/problem_list/\d+)\.pdf"', page)
    assert address
    paper = enter("slt_clerk").get(f"{address[1]}.docx").data
    words = zipfile.ZipFile(io.BytesIO(paper)).read("word/document.xml").decode()
    assert "涉及金额（万元）" in words and "1,260.50" in words and "21,260.75万元" in words
    assert enter("slt_clerk").get(f"{address[1]}.pdf").data.startswith(b"%PDF")
    assert enter("czt_clerk").get(f"/cases/{case_id}/problems.xlsx").status_code == 404  # none of them is his
