"""What somebody tries at the forms of actions, and at the newest pages, who means ill or clicks twice."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from models import CaseAction, db
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.journey import Journey
from tests.webui.conftest import Enter
from tests.webui.visitors import signed_in

pytestmark = pytest.mark.slow

URGE = {"reason": "请抓紧办理，及时与代表沟通。"}
CARD = {"colour": "yellow", "reason": "未按要求反馈。"}
LONG = "长" * 3_500_000  # ten megabytes
NOBODYS = ("0", "-1", "99999999", "9" * 30, "x", "", "1; DROP TABLE cases", "%00")


def done(app: Flask) -> int:
    """How many actions there are."""
    with app.app_context():
        db.session.rollback()
        return db.session.scalar(sa.select(sa.func.count()).select_from(CaseAction)) or 0


@pytest.fixture
def urging(app: Flask, handling: Journey) -> str:
    """The address at which the unit is urged."""
    with app.app_context():
        return f"/cases/{handling.case_id}/actions/urge?assignment={handling.assignment('slt')}"


def test_the_part_of_another_case_is_not_there(app: Flask, enter: Enter, handling: Journey) -> None:
    with app.app_context():
        other = Journey(handling.cast).draft("deputy2")
        other.do("deputy2", "draft", confirmed=True)
        other.accept().assign()
        theirs = other.assignment("slt")
    office = enter("assigner")
    for part in (str(theirs), *NOBODYS):
        for key in ("urge", "issue_card", "lift_card", "talk", "escalate"):
            address = f"/cases/{handling.case_id}/actions/{key}?assignment={part}"
            assert office.get(address).status_code in (400, 404), address
            assert office.post(address, data={**URGE, **CARD}).status_code in (400, 404), address
    assert done(app) == 0


def test_the_number_in_the_address_is_the_one_that_counts(app: Flask, enter: Enter, urging: str) -> None:
    """A second number in the body moves nothing to another part."""
    answer = enter("assigner").post(urging, data={**URGE, "assignment": "99999999"})
    assert answer.status_code in (302, 404)
    with app.app_context():
        rows = db.session.scalars(sa.select(CaseAction.assignment_id)).all()
    assert rows in ([], [int(urging.rpartition("=")[2])])


@pytest.mark.parametrize(
    "key", ["nothing", "sign_reply", "evaluate", "__class__", "..%2f..", "催办", "a" * 3000]
)
def test_an_unknown_action_is_not_found(app: Flask, enter: Enter, handling: Journey, key: str) -> None:
    for username in ("assigner", "deputy1"):
        address = f"/cases/{handling.case_id}/actions/{key}"
        assert enter(username).get(address).status_code == 404
        assert enter(username).post(address, data=URGE).status_code == 404
    assert done(app) == 0


def test_whose_action_it_is_not_is_refused_at_the_form_and_at_the_deed(
    app: Flask, enter: Enter, handling: Journey
) -> None:
    with app.app_context():
        case, part = handling.case_id, handling.assignment("slt")
        assemble("15", "邻省人民代表大会")
    foreign = "assigner@15"
    tries = {
        "deputy1": ("return_unit", "extend", "urge", "issue_card", "lift_card", "talk", "escalate", "merge"),
        "deputy2": ("withdraw", "object_unit", "report_pressure", "answer_withdrawal"),
        "slt_head": ("urge", "issue_card", "lift_card", "plan_key", "propose_key", "object_unit"),
        "slt_clerk": ("return_unit", "extend", "withdraw"),
        "czt_head": ("extend",),
        "router": ("urge", "propose_key", "admit_viewer", "merge", "separate"),
        "intake": ("urge", "decide_key", "merge"),
        foreign: ("urge", "issue_card", "propose_key", "admit_viewer", "merge"),
    }
    for username, keys in tries.items():
        person = signed_in(app, username if "@" in username else f"{username}@14", PASSWORD)
        for key in keys:
            address = f"/cases/{case}/actions/{key}?assignment={part}"
            answers = [person.get(address), person.post(address, data={**URGE, **CARD})]
            assert {each.status_code for each in answers} <= {403, 404}, (username, key)
            if username in (foreign, "deputy2"):
                assert answers[0].status_code == 404, (username, key)
                assert "煤矸石" not in answers[0].text
    assert done(app) == 0


def test_what_is_over_or_not_yet_begun_takes_no_action(app: Flask, enter: Enter, cast: Cast) -> None:
    with app.app_context():
        draft = Journey(cast).draft().case_id
        withdrawn = Journey(cast).draft().submit()
        withdrawn.act("deputy1", "withdraw", reason="另行提出。")
        closed = Journey(cast).draft().submit().accept().assign().sign_for().contact().reply().evaluate()
        assert closed.case.status == "closed"
        cases = draft, withdrawn.case_id, closed.case_id
    before = done(app)
    for case in cases:
        for username in ("deputy1", "assigner"):
            person = enter(username)
            for key in ("withdraw", "merge", "separate", "propose_key", "admit_viewer", "resubmit", "urge"):
                address = f"/cases/{case}/actions/{key}"
                assert person.get(address).status_code in (403, 404, 409), (case, key)
                assert person.post(address, data=URGE).status_code in (403, 404, 409, 422), (case, key)
    assert done(app) == before


def test_one_click_sent_many_times_is_one_deed(app: Flask, enter: Enter, urging: str) -> None:
    office = enter("assigner")
    found = re.search(r'name="sending" value="([^"]+)"', office.get(urging).text)
    assert found
    for __ in range(3):
        answer = office.post(urging, data={**URGE, "sending": found[1]})
        assert answer.status_code == 302
    assert done(app) == 1


def test_no_action_without_the_token_of_the_page(app: Flask, enter: Enter, urging: str) -> None:
    office = enter("assigner")
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert office.post(urging, data=URGE).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert done(app) == 0


def test_a_text_too_long_or_beyond_any_database_is_refused(app: Flask, enter: Enter, urging: str) -> None:
    office = enter("assigner")
    assert office.post(urging, data={"reason": LONG}).status_code in (413, 422)
    assert office.post(urging, data={"reason": "请\x00抓紧"}).status_code == 400
    assert office.post(urging, data={**URGE, "sending": "x" * 5000}).status_code == 302
    assert done(app) == 1


def test_code_in_an_action_is_shown_as_text(app: Flask, enter: Enter, urging: str, handling: Journey) -> None:
    code = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    enter("assigner").post(urging, data={"reason": code})
    for username in ("assigner", "slt_head", "deputy1"):
        page = enter(username).get(f"/cases/{handling.case_id}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


SPOILT = [
    *(f"/supervision?{query}" for query in ("list=x", "unit=%00", "start=-1", "start=9223372036854775807", "unit=x")),
    *(f"/commitments?{query}" for query in ("page=0", "page=9223372036854775807", "year=0", "year=99999999999",
                                            "status=x", "unit=-1", "q=%25%5f", "overdue=x")),
    *(f"/commitments/{number}" for number in ("0", "9" * 18, "9" * 30)),
    "/commitments/report?year=0", "/commitments/report.xlsx?year=99999999999999",
    *(f"/documents?{query}" for query in ("kind=x", "unit=x", "meeting=x", "unit=9223372036854775807")),
    "/documents/suggestion/nothing.pdf", "/documents/nothing/assigned.pdf", "/documents/suggestion/x.exe",
    "/documents/suggestion/..%2f..%2fetc.pdf",
    *(f"/publication?{query}" for query in ("tab=x", "tab=due&after=x", "tab=due&after=-1")),
    "/publication/0", f"/publication/{'9' * 30}",
    *(f"/statistics/cases?{query}" for query in ("", "indicator=x", "indicator=in_time_share&side=x",
                                                 "indicator=in_time_share&cut=x",
                                                 "indicator=in_time_share&cut=unit&value=x",
                                                 "indicator=in_time_share&start=9223372036854775807")),
    "/statistics/nothing", "/statistics/units?rank=x", "/statistics/units/0", f"/statistics/units/{'9' * 18}",
    "/statistics?from=x&to=y&process=z&meeting=x", "/desk/topics", "/desk/topics?start=x", "/desk/nothing",
    "/desk/assign/0", "/archives", "/evidence/0.zip", "/forecast?from=x",
]  # fmt: skip


@pytest.mark.parametrize("username", ["assigner", "slt_head", "deputy1", "router"])
def test_spoilt_addresses_of_the_newest_pages_are_answered_in_words(
    enter: Enter, handling: Journey, username: str
) -> None:
    person = enter(username)
    for address in SPOILT:
        with person.get(address) as answer:
            assert answer.status_code < 500, address


def test_pages_of_offices_are_closed_to_deputies_and_units(
    app: Flask, enter: Enter, handling: Journey
) -> None:
    offices = ("/supervision", "/desk/topics", "/publication", "/administration/templates")
    for username in ("deputy1", "slt_head"):
        for address in offices:
            assert enter(username).get(address).status_code in (302, 403, 404), (username, address)
    for address in ("/commitments/report", "/commitments/report.xlsx"):
        assert enter("deputy1").get(address).status_code in (403, 404), address


def test_what_is_posted_to_numbers_of_nothing_changes_nothing(
    app: Flask, enter: Enter, handling: Journey
) -> None:
    people = {username: enter(username) for username in ("deputy1", "deputy2", "slt_head", "assigner")}
    with app.app_context():
        before = handling.traces()
    posts = [
        *(f"/publication/1/{verb}" for verb in ("copy", "release", "send-back", "withhold", "withdraw")),
        *(f"/commitments/1/{verb}" for verb in ("report", "change", "rating", "changes/1")),
        f"/tasks/{'9' * 18}/unit",
        f"/cases/{handling.case_id}/archive",
    ]
    for username, person in people.items():
        for address in posts:
            answer = person.post(address, data={"reason": "x", "due_on": "x", "fulfilled": "z", "take": "y"})
            assert answer.status_code in (403, 404, 405, 409, 422), (username, address, answer.status_code)
    with app.app_context():
        assert handling.traces() == before
