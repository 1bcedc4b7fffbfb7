"""What somebody tries who means ill: other people's numbers, forged forms, text that is code, hostile files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from engine.casework.attachments import FileStore, add_attachment
from engine.casework.drafts import save_draft
from models import Attachment, Case, db
from tests.casework.test_ledgers import WHOLE, csv_of
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.visitors import signed_in, visitor

pytestmark = pytest.mark.slow

Enter = Callable[[str], Visitor]
CODE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}${7*7}"
RAW = re.compile(r"<script>alert|<img src=x|>49<")
FOREIGN = (
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/%0d%0aSet-Cookie:x=1/\r\nX: y",
)


@pytest.fixture
def strangers(app: Flask, cast: Cast) -> Cast:
    """The people of another congress."""
    with app.app_context():
        return assemble("15", "邻省人民代表大会")


@pytest.fixture
def addresses(app: Flask, handling: Journey) -> list[str]:
    """Every page and act of one case that carries a number."""
    with app.app_context():
        task, case = handling.task("draft_reply", "slt").id, handling.case_id
    return [
        f"/cases/{case}",
        f"/cases/{case}/diagram.bpmn",
        f"/cases/{case}/write",
        f"/cases/{case}/contacts",
        f"/tasks/{task}",
        f"/evaluate/{task}",
        f"/cosign/{case}",
        f"/desk/assign?task={task}",
    ]


def test_another_congress_sees_nothing_of_a_case(
    app: Flask, strangers: Cast, addresses: list[str], handling: Journey
) -> None:
    for username in ("slt_clerk", "assigner", "intake", "deputy1"):
        stranger = signed_in(app, f"{username}@15", PASSWORD)
        for address in addresses:
            answer = stranger.get(address)
            assert answer.status_code in (302, 403, 404) or "/desk" in address, (username, address)
            assert "煤矸石" not in answer.text, (username, address)
        for address in ("/inbox", "/cases", "/cases?q=煤矸石", "/desk", "/deputy/own", "/messages"):
            assert "综合利用项目" not in stranger.get(address, follow_redirects=True).text, address


def test_nobody_changes_anything_by_the_number_of_somebody_elses(
    app: Flask, enter: Enter, strangers: Cast, handling: Journey
) -> None:
    with app.app_context():
        task, case = handling.task("draft_reply", "slt").id, handling.case_id
        before = handling.traces()
    acts = [
        (f"/tasks/{task}", {"go": "do", "body": "x"}),
        (f"/tasks/{task}/claim", {}),
        (f"/tasks/{task}/release", {}),
        (f"/tasks/{task}/delegate", {"to": "1"}),
        (f"/evaluate/{task}", {"attitude": "satisfied", "result": "satisfied"}),
        (f"/cases/{case}/write", {"title": "改写"}),
        (f"/cases/{case}/submit", {"confirmed": "yes"}),
        (f"/cases/{case}/cosigners", {"deputy": "1"}),
        (f"/cases/{case}/contacts", {"summary": "x"}),
        (f"/cosign/{case}", {"answer": "agree", "version": "1"}),
        ("/inbox/bulk", {"task": str(task)}),
    ]
    attackers = [enter(name) for name in ("jyt_clerk", "deputy2", "slt_head")]
    attackers.append(signed_in(app, "slt_clerk@15", PASSWORD))
    with app.app_context():
        before = handling.traces()
    for attacker in attackers:
        for address, form in acts:
            answer = attacker.post(address, data=form)
            assert answer.status_code in (200, 403, 404, 409, 422), (address, answer.status_code)
        answer = attacker.post(f"/tasks/{task}/draft", json={"answers": {"body": "x"}})
        assert answer.status_code in (403, 404)
    with app.app_context():
        assert handling.traces() == before


def test_a_draft_and_its_attachment_are_their_writers_alone(
    app: Flask, enter: Enter, strangers: Cast, cast: Cast
) -> None:
    with app.app_context():
        journey = Journey(cast).draft()
        store = FileStore(Path(app.config["DATA_FOLDER"]) / "files")
        actor = cast.actor("deputy1")
        note = add_attachment(
            actor, case_id=journey.case_id, filename="记录.txt", content=b"secret", store=store
        )
    with enter("deputy1").get(f"/attachments/{note}") as answer:
        assert answer.status_code == 200
    others = [enter(name) for name in ("deputy2", "intake", "assigner", "slt_clerk")]
    others.append(signed_in(app, "deputy1@15", PASSWORD))
    for other in others:
        for address in (
            f"/attachments/{note}",
            f"/cases/{journey.case_id}",
            f"/cases/{journey.case_id}/write",
        ):
            assert other.get(address).status_code in (403, 404), address
        answer = other.post(f"/cases/{journey.case_id}/attachments/{note}/remove")
        assert answer.status_code in (403, 404)
    with app.app_context():
        assert db.session.get_one(Attachment, note).removed_at is None


def test_a_file_is_not_taken_off_by_way_of_another_case(app: Flask, enter: Enter, cast: Cast) -> None:
    with app.app_context():
        mine = Journey(cast).draft("deputy2").case_id
        theirs = Journey(cast).draft("deputy1").case_id
        store = FileStore(Path(app.config["DATA_FOLDER"]) / "files")
        note = add_attachment(
            cast.actor("deputy1"), case_id=theirs, filename="记录.txt", content=b"x", store=store
        )
    answer = enter("deputy2").post(f"/cases/{mine}/attachments/{note}/remove")
    assert answer.status_code in (403, 404)


def test_what_one_kept_while_typing_is_shown_to_nobody_else(
    app: Flask, enter: Enter, handling: Journey, cast: Cast
) -> None:
    with app.app_context():
        task = handling.task("draft_reply", "slt").id
        save_draft(cast.actor("slt_clerk"), task_id=task, answers={"body": "还没想好的话"})
    assert "还没想好的话" in enter("slt_clerk").get(f"/tasks/{task}").text
    for other in ("slt_head", "assigner", "deputy1"):
        for address in (f"/tasks/{task}", f"/cases/{handling.case_id}"):
            assert "还没想好的话" not in enter(other).get(address).text


@pytest.mark.parametrize("address", FOREIGN)
def test_signing_in_leads_nowhere_else(app: Flask, cast: Cast, address: str) -> None:
    guest = visitor(app)
    form = {"account": "intake@14", "password": PASSWORD, "next": address}
    answer = guest.post("/sign-in", data=form)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert "evil.example" not in guest.get("/sign-in", query_string={"next": address}).headers.get(
        "Location", ""
    )
    switched = guest.post("/preferences", data={"language": "en", "next": address})
    assert "evil.example" not in switched.headers.get("Location", "")


def test_no_change_without_the_token_of_the_page(app: Flask, enter: Enter, handling: Journey) -> None:
    clerk = enter("slt_clerk")
    with app.app_context():
        task = handling.task("draft_reply", "slt").id
        before = handling.traces()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for address in (f"/tasks/{task}", f"/tasks/{task}/claim", "/inbox/bulk", "/sign-out"):
            assert clerk.post(address, data={"go": "do"}).status_code == 400, address
        assert clerk.post(f"/tasks/{task}/draft", json={"answers": {}}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        assert handling.traces() == before


def test_code_in_any_text_is_shown_as_text(app: Flask, enter: Enter, cast: Cast) -> None:
    with app.app_context():
        journey = Journey(cast).draft(title=CODE, background=CODE, asks=[CODE, CODE]).submit().accept()
        units = [{"unit_id": cast.organizations["slt"], "role": "lead", "scope": CODE}]
        journey.do("assigner", "assign", units=units, instruction=CODE)
        journey.sign_for().contact()
        answers = journey.answers(body=CODE, officer_name=CODE[:40])
        answers = {**answers, "answers": [{**each, "text": CODE} for each in answers["answers"]]}
        journey.do("slt_clerk", "draft_reply", "slt", **answers)
        journey.do("slt_deputy_head", "review_reply", "slt", decision="passed", opinion=CODE)
        journey.do("slt_head", "sign_reply", "slt", decision="signed", number=CODE[:60])
        evaluation = journey.task("evaluate", "slt").id
    case = f"/cases/{journey.case_id}"
    pages = [enter("deputy1").get(each).text for each in ("/", "/deputy", f"/evaluate/{evaluation}", case)]
    with app.app_context():
        form = {"attitude": "satisfied", "result": "dissatisfied", "reasons": CODE}
        journey.do("deputy1", "evaluate", "slt", **form)
        decision = journey.task("decide_redo", "slt").id
    seen = {
        "assigner": (case, "/inbox", "/cases", "/desk", f"/desk/redo?task={decision}", f"/tasks/{decision}"),
        "slt_clerk": (case, "/inbox?tab=done", f"{case}/contacts", "/messages"),
        "deputy1": (case, "/deputy/own", "/messages", f"/evaluate/{evaluation}"),
        "intake": ("/cases", case),
    }
    for username, addresses in seen.items():
        person = enter(username)
        pages += [person.get(address, follow_redirects=True).text for address in addresses]
    for address in ("/inbox?q=", "/cases?q=", "/search?q=", "/inbox?tab=", "/inbox?node=", "/inbox?after="):
        pages.append(enter("assigner").get(address + CODE.replace("&", ""), follow_redirects=True).text)
    pages.append(visitor(app).post("/sign-in", data={"account": CODE, "password": "x", "next": CODE}).text)
    assert sum("&lt;script&gt;" in page for page in pages) > 10
    for page in pages:
        assert not RAW.search(page), RAW.search(page)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.html", b"<script>alert(1)</script>"),
        ("x.svg", b"<svg onload=alert(1)>"),
        ("x.pdf", b"<script>alert(1)</script>"),
        ("x.pdf.exe", b"MZ"),
        ("x.png", b"GIF89a"),
        (".txt", b""),
        ("x.php\x00.pdf", b"<?php"),
        ("../../../etc/passwd.txt", b"text"),
        ("..\\..\\x.txt", b"text"),
        ("<b>.txt", b"text"),
    ],
)
def test_a_hostile_file_is_refused_in_words(
    app: Flask, enter: Enter, cast: Cast, name: str, content: bytes
) -> None:
    with app.app_context():
        case = Journey(cast).draft().case_id
    form = {"files": (io.BytesIO(content), name)}
    answer = enter("deputy1").post(f"/cases/{case}/attachments", data=form)
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0


@pytest.mark.parametrize("name", ["/etc/passwd.txt", "a'; x=X-Evil.txt"])
def test_a_hostile_file_name_is_only_a_name(app: Flask, enter: Enter, cast: Cast, name: str) -> None:
    with app.app_context():
        case = Journey(cast).draft().case_id
    deputy = enter("deputy1")
    deputy.post(f"/cases/{case}/attachments", data={"files": (io.BytesIO(b"text"), name)})
    with app.app_context():
        row = db.session.scalars(sa.select(Attachment)).one()
        number, kept = row.id, row.filename
    assert "/" not in kept
    assert "\\" not in kept
    with deputy.get(f"/attachments/{number}") as answer:
        assert answer.status_code == 200
        assert "X-Evil" not in answer.headers
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "query",
    [
        "after=9999999999999999999999_1",
        "after=2026-13-45_99",
        "after=%00_1",
        "q=%00",
        "q=%25%5f",
        "before=99999999999999999999",
        "before=-1",
        "unit=99999999999999999999",
        "tab=%27%20OR%201=1",
        "q=" + "长" * 4000,
    ],
)
def test_a_spoilt_address_breaks_nothing(enter: Enter, query: str) -> None:
    clerk, deputy = enter("slt_clerk"), enter("deputy1")
    for address in ("/inbox", "/cases", "/messages"):
        assert clerk.get(f"{address}?{query}").status_code in (200, 302, 400), address
    assert deputy.get(f"/deputy/own?{query}").status_code in (200, 400)


@pytest.mark.parametrize("number", ["0", "99999999", "9223372036854775807", "9223372036854775808", "9" * 30])
def test_a_number_nobody_has_is_not_found(enter: Enter, number: str) -> None:
    clerk = enter("slt_clerk")
    for address in (
        f"/cases/{number}",
        f"/tasks/{number}",
        f"/attachments/{number}",
        f"/cases/{number}/contacts",
    ):
        assert clerk.get(address).status_code in (403, 404), address
    assert clerk.post("/inbox/bulk", data={"task": number}).status_code == 200


def test_a_deputy_is_no_clerk(app: Flask, enter: Enter, handling: Journey) -> None:
    deputy = enter("deputy1")
    for address in ("/desk", "/desk/assign", "/ledgers", "/administration/users", "/administration/events"):
        assert deputy.get(address).status_code in (302, 403, 404), address
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


def test_a_ledger_and_its_rows_are_seen_by_its_office_alone(
    app: Flask, enter: Enter, strangers: Cast
) -> None:
    rows = csv_of(
        WHOLE, {**WHOLE, "编号": "第2号", "领衔代表": "没有这人", "标题": '=HYPERLINK("//evil.example")'}
    )
    form = {"kind": "suggestion", "file": (io.BytesIO(rows), "台账.csv")}
    office = enter("assigner")
    batch = office.post("/ledgers", data=form).headers["Location"]
    others = [enter(name) for name in ("slt_clerk", "deputy1")]
    others.append(signed_in(app, "assigner@15", PASSWORD))
    for other in others:
        for address in (batch, f"{batch}/refused"):
            assert other.get(address).status_code in (403, 404), address
    sheet = openpyxl.load_workbook(io.BytesIO(office.get(f"{batch}/refused").data)).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds, "a text from outside has become a formula"


@pytest.mark.parametrize(
    "address",
    [
        "/calendars/0",
        "/calendars/99999999",
        "/calendars?year=99999",
        "/deadline?length=3m&from=9999-12-31",
        "/deadline?length=999999999999d&from=2026-01-01",
        "/deadline?length=-999999d&from=0001-01-01",
        "/deadline?length=x&from=y&rule=z",
        "/messages?before=0",
        "/cases/new/nothing",
        "/cases/new/..%2f..",
        "/ledgers/template/nothing",
    ],
)
def test_a_question_beyond_sense_is_answered_in_words(enter: Enter, address: str) -> None:
    for username in ("assigner", "deputy1"):
        assert enter(username).get(address).status_code < 500


@pytest.mark.parametrize(
    "sent",
    [None, [], "x", 7, {"answers": None}, {"answers": [1]}, {"answers": {"answers": {"a": {"b": {}}}}},
     {"answers": {"body": ["x"] * 5, "answers.1.text": None, "nothing": 1}}, {"answers": {"body": "x" * 10**6}}],
)  # fmt: skip
def test_what_is_kept_while_typing_may_have_any_shape(
    app: Flask, enter: Enter, handling: Journey, sent: object
) -> None:
    with app.app_context():
        task = handling.task("draft_reply", "slt").id
    clerk = enter("slt_clerk")
    assert clerk.post(f"/tasks/{task}/draft", json=sent).status_code < 500
    assert clerk.get(f"/tasks/{task}").status_code == 200


def test_a_text_no_database_holds_is_refused_at_the_door(app: Flask, enter: Enter, handling: Journey) -> None:
    with app.app_context():
        task = handling.task("draft_reply", "slt").id
    clerk = enter("slt_clerk")
    assert clerk.post(f"/tasks/{task}", data={"go": "later", "body": "x\x00y"}).status_code == 400
    assert clerk.post(f"/tasks/{task}/draft", json={"answers": {"body": "x\x00y"}}).status_code == 400
    assert clerk.get("/cases/new/x%00y").status_code == 400
    assert visitor(app).post("/sign-in", data={"account": "x\x00y", "password": "z"}).status_code == 400


def test_json_nested_deeper_than_can_be_read_is_none(app: Flask, enter: Enter, handling: Journey) -> None:
    with app.app_context():
        task = handling.task("draft_reply", "slt").id
    deep = '{"answers": ' + "[" * 100_000 + "]" * 100_000 + "}"
    clerk = enter("slt_clerk")
    kept = clerk.post(f"/tasks/{task}/draft", json={"answers": {"body": "已经写好的答复。"}})
    assert kept.status_code == 200
    answer = clerk.post(f"/tasks/{task}/draft", data=deep, content_type="application/json")
    assert answer.status_code == 422, "no form of ours: told so, and nothing is emptied by it"
    assert "已经写好的答复。" in clerk.get(f"/tasks/{task}").text


def test_a_host_by_another_name_is_refused_where_its_names_are_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["duban.example", "10.1.2.3:8080"])
    assert visitor(app).get("/public/sitemap.xml", base_url="http://duban.example").status_code == 200
    refused = visitor(app).get("/public/sitemap.xml", base_url="http://evil.example")
    assert refused.status_code == 400
    assert "evil.example" not in refused.text
    assert "请求号" in refused.text
