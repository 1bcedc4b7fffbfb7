"""Documents on screen: the list on the case page, files, warnings, and templates that a congress looks after."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.documents.declarations import Declaration, Forms
from models import AuditEvent, Deputy, DocumentTemplate, db
from tests.documents.reading import saying, word_text, words_of
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.visitors import signed_in

pytestmark = pytest.mark.slow

EDIT = "/administration/templates/suggestion/acceptance_notice"
OWN = '#import "official.typ": *\n#show: official\n自有通知 #data.case.number #data.lead.name'


@pytest.fixture
def cast(app: Flask, clock_at: Callable[..., None]) -> Cast:
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    with app.app_context():
        return assemble()


@pytest.fixture
def journey(app: Flask, cast: Cast) -> Journey:
    with app.app_context():
        return Journey(cast).draft().submit().accept().assign()


def visit(app: Flask, who: str) -> Visitor:
    return signed_in(app, f"{who}@14", PASSWORD)


def links(page: Any) -> list[str]:
    """Where the documents of a case page lead."""
    return re.findall(r'href="(/cases/\d+/documents/[^"]+)"', page.text)


def test_every_document_that_a_case_page_offers_can_be_had(app: Flask, journey: Journey) -> None:
    for who, some in (
        ("deputy1", "acceptance_notice"),
        ("slt_clerk", "return_request"),
        ("assigner", "urging_slip"),
    ):
        visitor = visit(app, who)
        found = links(visitor.get(f"/cases/{journey.case_id}"))
        assert any(some in link for link in found)
        for link in found:
            answer = visitor.get(link)
            assert answer.status_code == 200
            assert answer.data.startswith(b"%PDF-" if link.endswith(".pdf") else b"PK"), link
            assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_is_not_offered_cannot_be_had(app: Flask, journey: Journey) -> None:
    offered = links(visit(app, "assigner").get(f"/cases/{journey.case_id}"))
    slip = next(link for link in offered if "urging_slip" in link)
    assert visit(app, "slt_clerk").get(slip).status_code == 404
    assert visit(app, "deputy3").get(slip).status_code == 404


def test_a_rare_character_is_told_before_the_paper_is_handed_out(app: Flask, journey: Journey) -> None:
    with app.app_context():
        db.session.execute(sa.update(Deputy).where(Deputy.name == "王代表").values(name="李𠮷明"))
        db.session.commit()
    visitor = visit(app, "deputy1")
    link = next(
        each
        for each in links(visitor.get(f"/cases/{journey.case_id}"))
        if "acceptance_notice" in each and "pdf" in each
    )
    warned = visitor.get(link)
    assert "U+20BB7" in warned.text
    assert "𠮷" in warned.text
    onward = re.findall(r'href="(/cases/[^"]+anyway=1)"', warned.text)[0]
    assert "李〓明" in words_of(visitor.get(onward).data)
    word = re.findall(r'href="(/cases/[^"]+\.docx\?)"', warned.text)[0]
    assert "李𠮷明" in word_text(visitor.get(word).data)


def forms(page: str) -> list[str]:
    return re.findall(r"<form.*?</form>", page, re.DOTALL)


def test_the_lists_are_for_offices_and_units(app: Flask, journey: Journey, cast: Cast) -> None:
    office = visit(app, "assigner")
    page = office.get("/documents")
    paper = re.findall(r'href="(/documents/suggestion/assignment_list\.pdf[^"]*)"', page.text)[0]
    assert "省水利厅（1件）" in words_of(office.get(paper).data)
    [summary] = [
        form for form in forms(page.text) if "unit_summary" in form
    ]  # no link before a unit is chosen
    assert summary.count("formaction=") == 2 and f'value="{cast.organizations["slt"]}"' in summary
    of_unit = f"/documents/suggestion/unit_summary.pdf?unit={cast.organizations['slt']}"
    assert "省水利厅" in words_of(office.get(of_unit).data)
    chosen = office.get(f"/documents?unit={cast.organizations['slt']}").text
    assert f'href="{of_unit}"' in chosen and not any("unit_summary" in form for form in forms(chosen))
    lacking_unit = office.get("/documents/suggestion/unit_summary.pdf")
    assert lacking_unit.status_code == 422
    assert "请先选择单位" in lacking_unit.text
    clerk = visit(app, "slt_clerk")
    own = re.findall(
        r'href="(/documents/suggestion/assignment_list\.pdf[^"]*)"', clerk.get("/documents").text
    )[0]
    assert f"unit={cast.organizations['slt']}" in own
    assert clerk.get(own).status_code == 200
    assert clerk.get("/documents/suggestion/assignment_list.pdf").status_code == 403
    assert "/documents/" not in visit(app, "deputy1").get("/documents").text


def send(visitor: Visitor, do: str, text: str = OWN, **more: str) -> Any:
    return visitor.post(f"{EDIT}/text", data={"text": text, "do": do, **more})


def test_a_congress_looks_at_its_own_template_keeps_it_and_goes_back(app: Flask, journey: Journey) -> None:
    with app.app_context():
        number = journey.case.number
    office = visit(app, "assigner")
    assert "系统自带" in office.get("/administration/templates").text
    assert "自有通知" in words_of(send(office, "sample").data)
    tried = send(office, "case", number=number or "")
    assert f"自有通知{number}王代表" in words_of(tried.data)
    assert send(office, "keep", note="改了名称").status_code == 302
    assert send(office, "keep").status_code == 302  # the same again makes no new version
    page = office.get(EDIT)
    assert "改了名称" in page.text
    assert "自有通知" in page.text
    deputy = visit(app, "deputy1")
    notice = next(
        link for link in links(deputy.get(f"/cases/{journey.case_id}")) if "acceptance_notice" in link
    )
    assert "自有通知" in words_of(deputy.get(notice).data)
    assert office.post(f"{EDIT}/restore/pdf").status_code == 302
    assert "现予受理" in words_of(deputy.get(notice).data)
    assert "自有通知".encode() in office.get(f"{EDIT}/1.pdf").data
    assert "现予受理".encode() in office.get(f"{EDIT}/0.pdf").data
    with app.app_context():
        rows = db.session.scalars(sa.select(DocumentTemplate).order_by(DocumentTemplate.version)).all()
        assert [(row.version, row.content is None) for row in rows] == [(1, False), (2, True)]
        found = sa.select(AuditEvent.action).where(AuditEvent.action.like("template:%"))
        assert list(db.session.scalars(found)) == ["template:changed", "template:restored"]


def test_a_template_that_fails_is_not_kept_and_nothing_typed_is_lost(app: Flask, journey: Journey) -> None:
    office = visit(app, "assigner")
    for do in ("sample", "keep"):
        answer = send(office, do, OWN + "\n\n#data.nmae", note="试试")
        assert answer.status_code == 422
        assert "第5行" in answer.text
        assert "#data.nmae" in answer.text
        assert "试试" in answer.text
    assert "不能读取文件" in send(office, "keep", '#read("/etc/passwd")').text
    assert send(office, "keep", "").status_code == 422
    unknown = send(office, "case", number="没有这件")
    assert unknown.status_code == 422
    assert "没有找到这件案件" in unknown.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(DocumentTemplate)) == 0


def send_file(visitor: Visitor, content: bytes, do: str = "keep") -> Any:
    return visitor.post(f"{EDIT}/file", data={"file": (io.BytesIO(content), "模板.docx"), "do": do})


def test_a_word_template_is_taken_when_it_is_a_plain_letter(app: Flask, journey: Journey) -> None:
    office = visit(app, "assigner")
    assert send_file(office, b"no word file").status_code == 422
    assert "不是 .docx 文件" in send_file(office, b"no word file").text
    hostile = send_file(office, saying("{{ case.__class__.__mro__ }}"))
    assert hostile.status_code == 422
    assert office.post(f"{EDIT}/file", data={"do": "keep"}).status_code == 422
    own = saying("自有 {{ case.number }}")
    assert "自有省十四届人大四次会议第0123号" in word_text(send_file(office, own, "sample").data)
    assert send_file(office, own).status_code == 302
    deputy = visit(app, "deputy1")
    word = next(
        link
        for link in links(deputy.get(f"/cases/{journey.case_id}"))
        if link.endswith(".docx") and "acceptance" in link
    )
    assert word_text(deputy.get(word).data).startswith("自有")


def test_templates_are_for_those_who_look_after_them(app: Flask, journey: Journey) -> None:
    for who in ("deputy1", "slt_clerk", "intake"):
        visitor = visit(app, who)
        for path in ("/administration/templates", EDIT, f"{EDIT}/0.pdf"):
            assert visitor.get(path).status_code == 403, (who, path)
        assert send(visitor, "keep").status_code == 403
        assert send(visitor, "sample").status_code == 403
        assert visitor.post(f"{EDIT}/restore/pdf").status_code == 403
    office = visit(app, "assigner")
    assert office.get("/administration/templates/suggestion/nothing").status_code == 404
    assert office.get("/administration/templates/..%2F..%2Fetc/passwd").status_code == 404


def test_a_document_has_templates_only_of_the_formats_it_is_printed_in(
    app: Flask, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = Forms.document

    def without_word(forms: Forms, key: str) -> Declaration:
        found = declared(forms, key)
        return dataclasses.replace(found, formats=("pdf",)) if key == "filing_receipt" else found

    monkeypatch.setattr(Forms, "document", without_word)  # each that is shipped has both
    office = visit(app, "assigner")
    pdf_only = "/administration/templates/filing_review/filing_receipt"
    page = office.get(pdf_only).text
    assert "PDF 模板" in page and f"{pdf_only}/file" not in page and f"{pdf_only}/0.docx" not in page
    assert f"{EDIT}/file" in office.get(EDIT).text
    with office.get(f"{EDIT}/0.docx") as whole:
        sent = office.post(
            f"{pdf_only}/file", data={"file": (io.BytesIO(whole.data), "a.docx"), "do": "keep"}
        )
    assert sent.status_code == 422
    with app.app_context():
        assert not db.session.scalar(sa.select(sa.func.count()).select_from(DocumentTemplate))


def test_another_congress_keeps_its_own_templates(app: Flask, journey: Journey) -> None:
    with app.app_context():
        assemble("11", "另一省人民代表大会")
    other = signed_in(app, "assigner@11", PASSWORD)
    assert send(other, "keep").status_code == 302
    deputy = visit(app, "deputy1")
    notice = next(
        link for link in links(deputy.get(f"/cases/{journey.case_id}")) if "acceptance_notice" in link
    )
    assert "现予受理" in words_of(deputy.get(notice).data)
