"""A restricted case on every page there is: whoever does not belong to its circle nowhere finds a word of it."""

from __future__ import annotations

import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from engine.definitions.catalogue import current_all
from engine.documents.lists import list_offers
from engine.statistics import counting
from models import Notification, db
from tests.documents.reading import word_text
from tests.support.cast import PASSWORD, Cast, assemble, join
from tests.support.databases import DIALECTS
from tests.support.journey import TEXT, Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter
from tests.webui.visitors import signed_in

pytestmark = pytest.mark.slow

TITLE = "关于岚山水库放射源监管的建议"
WORDS = (TITLE, "岚山", "放射源")
COLLEAGUES = ("router", "czt_clerk", "slt_head", "slt_deputy_head", "jyt_clerk", "deputy2", "deputy3")
JOINING = {"dispatcher": "assigner", "overseer": "supervisor", "archivist": "archivist", "auditor": "auditor"}
# One of each kind of reader that the lists behind the figures know: congress, office, unit, deputy, another congress.
COUNTING = {"overseer", "router", "czt_clerk", "deputy2", "assigner@15"}
NOT_READ = {"sign_in.leave", "static"}


@pytest.fixture(params=["waiting", "answered"])
def kept(request: pytest.FixtureRequest, app: Flask, cast: Cast) -> Journey:
    """A restricted case; nobody of the office waits for it any more, or its reply is there."""
    with app.app_context():
        for name, role in JOINING.items():
            join(cast, name, "dgw", role)
        journey = Journey(cast).draft(title=TITLE, background="岚山水库上游的放射源无人看管。").submit()
        form = {"result": "accepted", "category": "environment", "confidentiality": "restricted"}
        journey.do("intake", "intake", **form)
        journey.do("reviewer", "intake_review", decision="confirmed")
        journey.assign()
        if request.param == "answered":
            journey.sign_for().contact()
            for person in ("slt_deputy_head", "slt_head"):
                answer = {"person": cast.users[person], "reason": "须知悉。"}
                journey.act("assigner", "admit_viewer", **answer)
            journey.act("assigner", "propose_key", grounds="major", reason="群众普遍关心。")
            journey.act("assigner", "issue_card", "slt", colour="yellow", reason="未按要求反馈。")
            journey.reply()
    return journey


def outsiders(app: Flask, kept: Journey) -> dict[str, Visitor]:
    """Everybody outside the circle, signed in."""
    with app.app_context():
        assemble("15", "邻省人民代表大会")
        answered = "reply:signed" in set(db.session.scalars(sa.select(Notification.event)))
    admitted = {"slt_head", "slt_deputy_head"} if answered else set()
    found = {
        name: signed_in(app, f"{name}@14", PASSWORD)
        for name in (*COLLEAGUES, *JOINING)
        if name not in admitted
    }
    return found | {"assigner@15": signed_in(app, "assigner@15", PASSWORD)}


def pages(app: Flask) -> list[str]:
    """Every page that needs nothing more in its address, and those that search and narrow."""
    plain = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint not in NOT_READ
    ]
    return [
        *plain,
        *(
            f"{place}?q={word}"
            for place in ("/cases", "/inbox", "/commitments")
            for word in ("岚山", "放射源")
        ),
        *(f"/inbox?tab={tab}" for tab in ("done", "started", "watched")),
        *(f"/supervision?list={which}" for which in ("late", "carded", "key", "proposed")),
        *(f"/desk/{key}" for key in ("review", "confirm", "assign", "redo", "assigned")),
        *(f"/publication?tab={tab}" for tab in ("due", "prepared", "published", "withheld")),
    ]


def figures(app: Flask) -> list[str]:
    """The cases behind every figure."""
    with app.app_context():
        keys = [each.key for each in counting.known("suggestion")]
    return [f"/statistics/cases?indicator={key}&side={side}" for key in keys for side in ("part", "whole")]


def read(answer: object) -> str:
    """Everything that an answer says, a workbook's cells and a Word file's too."""
    kind, data = answer.mimetype, answer.data  # type: ignore[attr-defined]
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(data))
        return "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    if "wordprocessing" in kind:
        return word_text(data)
    return answer.text if kind.startswith(("text/", "application/")) else ""  # type: ignore[attr-defined, no-any-return]


def test_no_page_says_a_word_of_it_to_an_outsider(app: Flask, kept: Journey, dialect: str) -> None:
    """Everybody reads every page on the first database; on each other one of each kind of reader, figures aside."""
    addresses, counted = pages(app), figures(app)
    if dialect != DIALECTS[0]:
        counted = []  # that lists show what their figures count is tried on each database in tests/statistics
    with app.app_context():
        number = kept.case.number or "?"
    reading = outsiders(app, kept)
    if dialect != DIALECTS[0]:
        reading = {name: person for name, person in reading.items() if name in COUNTING}
    for name, person in reading.items():
        for address in (*addresses, *(counted if name in COUNTING else ())):
            with person.get(address) as answer:
                assert answer.status_code < 500, (name, address)
                said = read(answer)
            told = [word for word in (*WORDS[:1], number) if word in said]
            assert not told, (name, address, told)


def test_its_own_addresses_are_those_of_nothing(app: Flask, kept: Journey) -> None:
    case, part = f"/cases/{kept.case_id}", ""
    with app.app_context():
        part = f"?assignment={kept.assignment('slt')}"
    addresses = [
        *(
            f"{case}{end}"
            for end in ("", "/diagram.bpmn", "/write", "/contacts", "/archive", "/evidence.zip")
        ),
        *(f"{case}/actions/{key}{part}" for key in ("urge", "issue_card", "admit_viewer", "propose_key")),
        f"{case}/documents/reply_letter/{kept.case_id}.docx",
    ]
    for name, person in outsiders(app, kept).items():
        for address in addresses:
            with person.get(address) as answer:
                assert answer.status_code in (403, 404), (name, address, answer.status_code)
        posted = person.post(f"{case}/actions/urge", data={"reason": "请抓紧。"})
        assert posted.status_code == 404, name


def test_it_is_in_no_list_on_paper_and_resembles_nothing(app: Flask, enter: Enter, kept: Journey) -> None:
    with app.app_context():
        router = kept.cast.actor("router")
        lists = [
            f"/documents/{each.folder.key}/{offer.key}.docx"
            for each in current_all()
            for offer in list_offers(router, each.folder.key)
            if "docx" in offer.formats
        ]
        mine = Journey(kept.cast).draft("deputy2", title=TITLE).case_id
        number = kept.case.number or "?"
    assert lists
    for address in lists:
        with enter("router").get(address) as answer:
            assert answer.status_code in (200, 422), address
            said = read(answer)
        assert TITLE not in said, address
        assert number not in said, address
    typed = {**TEXT, "title": TITLE, "background": "岚山水库上游的放射源无人看管。"}
    assert number not in enter("deputy2").post(f"/cases/{mine}/similar", data=typed).text


def test_messages_of_it_go_to_its_circle_and_stay_in_the_house(app: Flask, kept: Journey) -> None:
    with app.app_context():
        people = {user_id: name for name, user_id in kept.cast.users.items()}
        rows = db.session.scalars(sa.select(Notification).where(Notification.case_id == kept.case_id)).all()
        # What was told before intake found it confidential was told of a case like any other.
        restricted = [row for row in rows if row.event != "case:submitted"]
        told = {people.get(row.user_id, "?") for row in restricted}
        ways = {row.channel for row in restricted}
    circle = {"deputy1", "intake", "reviewer", "assigner", "slt_clerk", "slt_deputy_head", "slt_head"}
    assert told <= circle
    assert ways <= {"in_app"}
