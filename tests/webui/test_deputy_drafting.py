"""Writing in three steps: nothing typed is lost, signers are asked again, handing in is checked."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import Attachment, Case, CaseText, Cosignature, TaskDraft, db
from tests.support.cast import PASSWORD, Cast
from tests.support.web import Visitor
from tests.webui.visitors import signed_in

WHOLE: dict[str, Any] = {
    "title": "关于公园座椅的建议",
    "background": "公园里老人多，座椅少。",
    "asks": ["增加座椅。", "座椅加扶手。"],
    "publicity": "agree",
}


@pytest.fixture
def deputy(app: Flask, cast: Cast) -> Visitor:
    return signed_in(app, "deputy1@14", PASSWORD)


def begin(person: Visitor, **more: Any) -> int:
    page = person.get("/cases/new/suggestion").text
    key = re.search(r'name="operation_key" value="([^"]+)"', page)
    assert key
    answer = person.post("/cases/new/suggestion", data={"operation_key": key[1], **more})
    assert answer.status_code == 302, answer.text
    found = re.search(r"/cases/(\d+)/write", answer.location)
    assert found
    return int(found[1])


def test_two_clicks_open_one_draft(app: Flask, deputy: Visitor) -> None:
    places = {
        deputy.post("/cases/new/suggestion", data={"operation_key": "the same"}).location for _ in range(2)
    }
    assert len(places) == 1
    with app.app_context():
        assert len(db.session.scalars(sa.select(Case)).all()) == 1


def test_who_may_not_open_one_is_refused(app: Flask, cast: Cast) -> None:
    clerk = signed_in(app, "slt_clerk@14", PASSWORD)
    assert clerk.get("/cases/new/suggestion").status_code == 403
    assert clerk.post("/cases/new/suggestion").status_code == 403
    assert clerk.get("/cases/new/nothing").status_code == 404


def test_the_whole_way_from_an_empty_form_to_handing_in(app: Flask, deputy: Visitor) -> None:
    case_id = begin(deputy)
    where = f"/cases/{case_id}/write"
    assert deputy.get(where).status_code == 200
    saved = deputy.post(where, data={**WHOLE, "go": "next"})
    assert saved.location.endswith("step=2")
    check = deputy.get(f"{where}?step=3").text
    assert "内容填写完整。" in check
    assert "座椅加扶手。" in check
    unconfirmed = deputy.post(f"/cases/{case_id}/submit", data={})
    assert unconfirmed.status_code == 422
    handed_in = deputy.post(f"/cases/{case_id}/submit", data={"confirmed": "yes"})
    assert handed_in.location == f"/cases/{case_id}"
    with app.app_context():
        assert db.session.get_one(Case, case_id).status == "open"
    assert deputy.get(where).location == f"/cases/{case_id}"  # where it is read by now
    late = deputy.post(where, data={**WHOLE, "title": "在另一台设备上改的标题"})
    assert late.status_code == 409 and "已经提交，文本不能再改" in late.text and "另一台设备上" in late.text
    assert deputy.post(f"/cases/{case_id}/autosave", json={"answers": WHOLE}).status_code == 409
    again = deputy.post(f"/cases/{case_id}/submit", data={"confirmed": "yes"})
    assert again.location == f"/cases/{case_id}"  # the second of two clicks


def test_what_is_not_whole_is_refused_with_everything_typed_kept(app: Flask, deputy: Visitor) -> None:
    case_id = begin(deputy)
    strange = {"wished_units": ["\r\nX-Evil: 1", "9" * 40]}  # units that nobody offered
    refused = deputy.post(f"/cases/{case_id}/write", data={**WHOLE, **strange, "title": "", "go": "next"})
    assert refused.status_code == 422
    assert 'href="#field-title"' in refused.text
    assert "座椅加扶手。" in refused.text
    again = deputy.get(f"/cases/{case_id}/write").text
    assert "座椅加扶手。" in again
    check = deputy.get(f"/cases/{case_id}/write?step=3")
    assert check.status_code == 200 and "“标题”还要改。" in check.text
    assert deputy.post(f"/cases/{case_id}/submit", data={"confirmed": "yes"}).status_code == 422


def test_the_page_saves_by_itself_and_the_text_stays_as_it_was(app: Flask, deputy: Visitor) -> None:
    case_id = begin(deputy)
    deputy.post(f"/cases/{case_id}/write", data={**WHOLE, "go": "next"})
    typed = {**WHOLE, "title": "关于公园座椅和厕所的"}
    answer = deputy.post(f"/cases/{case_id}/autosave", json={"answers": typed, "revision": 1})
    assert answer.get_json()["saved_at"] == "10:00"
    assert "关于公园座椅和厕所的" in deputy.get(f"/cases/{case_id}/write").text
    with app.app_context():
        assert db.session.scalars(sa.select(CaseText.title)).all() == ["关于公园座椅的建议"]
    assert "还没有正式保存" in deputy.get(f"/cases/{case_id}/write?step=3").text
    assert deputy.post(f"/cases/{case_id}/autosave", data="nonsense").status_code == 422


def test_a_row_can_be_added_without_scripts(deputy: Visitor) -> None:
    case_id = begin(deputy)
    added = deputy.post(f"/cases/{case_id}/write", data={**WHOLE, "add": "asks"})
    assert added.location.endswith("#field-asks")
    assert deputy.get(f"/cases/{case_id}/write").text.count('name="asks"') == 3


def test_one_may_stop_at_any_word_and_go_on_later(app: Flask, deputy: Visitor) -> None:
    case_id = begin(deputy)
    assert deputy.post(f"/cases/{case_id}/write", data={"title": "关于", "go": "later"}).location == "/"
    with app.app_context():
        assert db.session.scalars(sa.select(TaskDraft)).one().answers["title"] == "关于"
    assert f"/cases/{case_id}/write" in deputy.get("/deputy/own?standing=draft").text


@pytest.fixture
def invited(app: Flask, deputy: Visitor, cast: Cast) -> int:
    """A draft that two deputies were asked to sign."""
    case_id = begin(deputy)
    deputy.post(f"/cases/{case_id}/write", data={**WHOLE, "go": "next"})
    chosen = [cast.deputies["deputy2"], cast.deputies["deputy3"]]
    answer = deputy.post(f"/cases/{case_id}/cosigners", data={"deputy": chosen})
    assert answer.status_code == 302
    return case_id


def test_deputies_are_found_by_name_and_delegation(deputy: Visitor, invited: int, cast: Cast) -> None:
    where = f"/cases/{invited}/write?step=2"
    page = deputy.get(where).text
    assert page.count("等待答复") == 2
    found = deputy.get(f"{where}&q=钱").text
    assert f'value="{cast.deputies["deputy4"]}"' in found
    nobody = deputy.get(f"{where}&q=李").text
    assert "没有找到可以邀请的代表。" in nobody, "who was asked already is not offered again"
    delegation = cast.organizations["tyt"]
    assert "钱代表" in deputy.get(f"{where}&delegation={delegation}").text
    assert "没有找到" in deputy.get(f"{where}&q=%25").text


def test_a_changed_text_warns_before_signers_are_asked_again(
    app: Flask, deputy: Visitor, invited: int
) -> None:
    where = f"/cases/{invited}/write"
    assert "改动文本以后，须请他们重新确认" in deputy.get(where).text
    changed = {**WHOLE, "asks": ["增加座椅五百个。"]}
    warned = deputy.post(where, data={**changed, "go": "next"})
    assert warned.status_code == 409
    assert "2 位代表须重新确认" in warned.text
    assert "增加座椅五百个。" in warned.text
    with app.app_context():
        assert db.session.get_one(Case, invited).text_version == 1
    assert deputy.post(where, data={**changed, "go": "again"}).status_code == 302
    with app.app_context():
        statuses = db.session.scalars(sa.select(Cosignature.status).order_by(Cosignature.id)).all()
        assert list(statuses) == ["reset", "reset", "invited", "invited"]


def test_the_same_text_again_asks_nobody(app: Flask, deputy: Visitor, invited: int) -> None:
    answer = deputy.post(f"/cases/{invited}/write", data={**WHOLE, "go": "next"})
    assert answer.location.endswith("step=2")
    with app.app_context():
        assert db.session.get_one(Case, invited).text_version == 1


def test_a_kind_of_work_without_asks_knows_its_text_again(app: Flask, deputy: Visitor, cast: Cast) -> None:
    begun = deputy.post("/cases/new/motions", data={"operation_key": "one"})
    where = begun.location
    motion = {
        "title": "关于制定条例的议案",
        "forum": "congress",
        "grounds": "缺少依据。",
        "plan": "制定条例。",
    }
    motion |= {"publicity": "agree"}
    assert deputy.post(where, data={**motion, "go": "next"}).location.endswith("step=2")
    asked = deputy.post(where.replace("write", "cosigners"), data={"deputy": [cast.deputies["deputy2"]]})
    assert asked.status_code == 302
    assert deputy.post(where, data={**motion, "go": "next"}).location.endswith("step=2"), (
        "nobody is asked again"
    )
    late = deputy.post(where.replace("write", "autosave"), json={"answers": motion, "revision": 1})
    assert late.status_code == 200  # the page saved by itself while it was being sent
    assert "还没有正式保存" not in deputy.get(f"{where}?step=3").text


def test_files_are_taken_in_or_refused_each_with_its_reason(app: Flask, deputy: Visitor) -> None:
    case_id = begin(deputy)
    files = [(io.BytesIO(b"%PDF-1.7 x"), "照片.pdf"), (io.BytesIO(b"MZ"), "程序.exe")]
    answer = deputy.post(
        f"/cases/{case_id}/attachments", data={"files": files}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "“程序.exe”不能上传" in answer.text
    assert "照片.pdf" in answer.text
    with app.app_context():
        row = db.session.scalars(sa.select(Attachment)).one()
    assert deputy.post(f"/cases/{case_id}/attachments/{row.id}/remove").status_code == 302
    assert "照片.pdf" not in deputy.get(f"/cases/{case_id}/write?step=2").text
    assert deputy.post(f"/cases/{case_id}/attachments", data={}).status_code == 422


def test_a_draft_is_nobody_elses(app: Flask, deputy: Visitor, invited: int) -> None:
    stranger = signed_in(app, "deputy4@14", PASSWORD)
    signer = signed_in(app, "deputy2@14", PASSWORD)
    for person, expected in ((stranger, 404), (signer, 403)):
        assert person.get(f"/cases/{invited}/write").status_code == expected
        assert person.post(f"/cases/{invited}/write", data=WHOLE).status_code == expected
        assert person.post(f"/cases/{invited}/submit", data={"confirmed": "yes"}).status_code == expected


def test_an_officer_enters_what_came_on_paper(app: Flask, cast: Cast) -> None:
    officer = signed_in(app, "intake@14", PASSWORD)
    assert "王代表" in officer.get("/cases/new/suggestion?q=王").text
    without = officer.post("/cases/new/suggestion", data={"operation_key": "x"})
    assert without.status_code == 409
    assert "请选择领衔代表" in without.text
    case_id = begin(officer, lead=cast.deputies["deputy2"])
    officer.post(f"/cases/{case_id}/write", data={**WHOLE, "go": "next"})
    answer = officer.post(f"/cases/{case_id}/submit", data={"confirmed": "yes"})
    assert answer.status_code == 409
    assert "扫描件" in answer.text
    scan = {"files": [(io.BytesIO(b"%PDF-1.7 x"), "扫描件.pdf")]}
    officer.post(f"/cases/{case_id}/attachments", data=scan, content_type="multipart/form-data")
    answer = officer.post(f"/cases/{case_id}/submit", data={"confirmed": "yes"})
    assert answer.status_code == 302, answer.text
    with app.app_context():
        case = db.session.get_one(Case, case_id)
        assert (case.status, case.lead_deputy_id) == ("open", cast.deputies["deputy2"])
