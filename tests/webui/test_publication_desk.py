"""The desk at which copies for the public are prepared, looked at by a second person and released."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.publication.releasing import withhold_publication
from tests.publication.conftest import publication, replied
from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.webui.conftest import Enter


@pytest.fixture
def due(app: Flask, cast: Cast) -> int:
    with app.app_context():
        text = {"background": "煤矸石堆存量大，请与我联系：13934567890。"}
        return publication(replied(Journey(cast), text)).id


def fields(page: Any) -> dict[str, str]:
    """What the editor's form would send."""
    import html

    areas = re.findall(r'<textarea[^>]*name="(text:[^"]+)"[^>]*>([^<]*)</textarea>', page.text)
    revision = re.findall(r'name="revision" value="(\d+)"', page.text)[0]
    return {"revision": revision, **{name: html.unescape(text) for name, text in areas}}


def test_one_prepares_another_releases_and_the_public_reads(due: int, enter: Enter) -> None:
    intake, reviewer = enter("intake"), enter("reviewer")
    assert "关于加快煤矸石综合利用项目落地的建议" in intake.get("/publication").text
    editor = intake.get(f"/publication/{due}")
    assert '<mark title="手机号码">13934567890' in editor.text
    sent = fields(editor)
    assert "〔已隐去〕" in sent["text:part.0"]
    assert intake.post(f"/publication/{due}/copy", data=sent).status_code == 302
    assert "受理员准备" in reviewer.get("/publication?tab=prepared").text
    page = reviewer.get(f"/publication/{due}")
    assert "审核通过并公开" in page.text
    assert reviewer.post(f"/publication/{due}/release", data=fields(page)).status_code == 302
    public = reviewer.get("/public").text
    assert "关于加快煤矸石综合利用项目落地的建议" in public
    assert "13934567890" not in reviewer.get(re.findall(r"/public/cases/\w+", public)[0]).text


def test_who_prepared_sees_why_he_cannot_release(due: int, enter: Enter) -> None:
    assigner = enter("assigner")
    sent = fields(assigner.get(f"/publication/{due}"))
    assigner.post(f"/publication/{due}/copy", data=sent)
    page = assigner.get(f"/publication/{due}")
    assert "须由他人审核发布" in page.text and "审核通过并公开" not in page.text
    assert assigner.post(f"/publication/{due}/release").status_code == 409


def test_what_was_typed_is_still_there_after_a_refusal(due: int, enter: Enter) -> None:
    intake = enter("intake")
    sent = fields(intake.get(f"/publication/{due}"))
    sent |= {"text:title": "", "text:ask.1": "我改过的一条建议。"}
    answer = intake.post(f"/publication/{due}/copy", data=sent)
    assert answer.status_code == 422
    assert "我改过的一条建议。" in answer.text
    assert 'href="#field-title"' in answer.text
    stale = intake.post(f"/publication/{due}/copy", data={**sent, "text:title": "新标题", "revision": "0"})
    assert stale.status_code == 409
    assert "我改过的一条建议。" in stale.text


def test_doubtful_places_are_named_and_a_reason_lets_them_stand(due: int, enter: Enter) -> None:
    intake, reviewer = enter("intake"), enter("reviewer")
    sent = fields(intake.get(f"/publication/{due}")) | {"text:title": "关于服务电话0351-4123456的建议"}
    intake.post(f"/publication/{due}/copy", data=sent)
    about = fields(reviewer.get(f"/publication/{due}"))
    answer = reviewer.post(f"/publication/{due}/release", data=about)
    assert answer.status_code == 422
    assert "0351-4123456" in answer.text
    confirmed = {**about, "confirmation": "单位公开的服务电话。"}
    assert reviewer.post(f"/publication/{due}/release", data=confirmed).status_code == 302


def test_sending_back_withholding_and_withdrawing_ask_for_a_reason(due: int, enter: Enter) -> None:
    intake, reviewer = enter("intake"), enter("reviewer")
    intake.post(f"/publication/{due}/copy", data=fields(intake.get(f"/publication/{due}")))
    about = fields(reviewer.get(f"/publication/{due}"))
    assert reviewer.post(f"/publication/{due}/send-back", data=about).status_code == 422
    sent = {**about, "reason": "请隐去村名。"}
    assert reviewer.post(f"/publication/{due}/send-back", data=sent).status_code == 302
    assert "请隐去村名。" in intake.get(f"/publication/{due}").text
    withheld = {**fields(reviewer.get(f"/publication/{due}")), "reason": "涉及商业秘密。"}
    assert reviewer.post(f"/publication/{due}/withhold", data=withheld).status_code == 302
    assert "涉及商业秘密。" in reviewer.get("/publication?tab=withheld").text


def test_the_desk_is_closed_to_everybody_else(due: int, enter: Enter) -> None:
    for name in ("deputy1", "slt_clerk", "slt_head"):
        client = enter(name)
        assert client.get("/publication").status_code == 403
        assert client.get(f"/publication/{due}").status_code == 403
        assert "/publication" not in client.get("/account").text


def test_a_report_is_written_by_one_and_released_by_another(due: int, enter: Enter) -> None:
    intake, reviewer = enter("intake"), enter("reviewer")
    address = "/publication/reports/suggestion/2026"
    assert "1 / 1" in intake.get(address).text
    assert intake.post(address, data={"text": "", "version": "0"}).status_code == 422
    assert intake.post(address, data={"text": "全年情况良好。", "version": "0"}).status_code == 302
    assert intake.post(f"{address}/release", data={"version": "1"}).status_code == 403
    assert reviewer.post(f"{address}/release", data={"version": "1"}).status_code == 302
    assert "全年情况良好。" in intake.get("/public/reports/2026").text
    assert "第 1 版已公开" in intake.get("/publication/reports").text
    assert intake.get("/publication/reports/suggestion/1900").status_code == 409
    assert intake.get("/publication/reports/none/2026").status_code == 404


def test_what_is_late_for_the_public_stands_on_the_desk_of_those_who_prepare_and_release(
    app: Flask, cast: Cast, due: int, enter: Enter, clock_at: Callable[..., None]
) -> None:
    def told(name: str) -> bool:
        return "<b>1</b>逾期未公开" in enter(name).get("/inbox").text

    clock_at(dt.datetime(2026, 3, 11, 10))  # the last day
    assert not told("intake")
    clock_at(dt.datetime(2026, 3, 12, 10))
    assert [told(name) for name in ("intake", "reviewer", "assigner", "slt_clerk")] == [
        True,
        True,
        True,
        False,
    ]
    with app.app_context():
        withhold_publication(cast.actor("reviewer"), publication_id=due, reason="公开条例第十四条。")
    assert not told("intake")
