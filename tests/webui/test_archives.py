"""The archive's pages: what blocks, the checklist, the closed file, the bundle in somebody's hands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from engine.archives import verify
from engine.archives.archiving import CHECKS
from engine.casework.attachments import FileStore
from tests.archives.conftest import closed
from tests.support.cast import Cast, join
from tests.webui.conftest import Enter


@pytest.fixture
def ready(app: Flask, cast: Cast) -> int:
    """A closed case without a blocker."""
    with app.app_context():
        join(cast, "archivist", "dgw", "archivist")
        return closed(cast, FileStore(Path(app.config["DATA_FOLDER"]) / "files")).case_id


def test_a_file_is_closed_and_handed_out(app: Flask, ready: int, enter: Enter) -> None:
    archivist = enter("archivist")
    assert f"/cases/{ready}/archive" in archivist.get("/archives").text
    address = f"/cases/{ready}/archive"
    refused = archivist.post(address, data={"number": "永-2026-1", "checks": "complete"})
    assert refused.status_code == 422
    assert 'value="永-2026-1"' in refused.text and 'href="#field-retention"' in refused.text
    sent = {"number": "永-2026-1", "retention": "permanent", "checks": list(CHECKS)}
    assert archivist.post(address, data=sent).status_code == 302
    page = archivist.get(address).text
    assert "永-2026-1" in page and "与归档时一致" in page
    assert "永-2026-1" in archivist.get("/archives?tab=kept").text
    answer = enter("assigner").post(f"/cases/{ready}/evidence")
    found = verify.verify(answer.data, answer.headers["X-Fingerprint"])
    assert found.faults == []
    assert answer.headers["X-Fingerprint"] in archivist.get(address).text
    assert "不能再改动" in enter("assigner").get(f"/cases/{ready}").text
    assert enter("slt_clerk").post(f"/cases/{ready}/watch").status_code == 409


def test_the_case_page_says_what_still_blocks(app: Flask, assigned: object, enter: Enter) -> None:
    case_id = getattr(assigned, "case_id", 0)
    page = enter("assigner").get(f"/cases/{case_id}").text
    assert "案件还没有办结。" in page and "还有工作没有办完" in page
    assert re.search(r"还有期限没有了结：\d{4}年\d+月\d+日到期。", page)  # as all dates of the page
    assert "归档前还须办完" not in enter("deputy1").get(f"/cases/{case_id}").text


def test_others_are_refused(ready: int, enter: Enter) -> None:
    for name in ("deputy1", "slt_clerk", "slt_head"):
        client = enter(name)
        assert client.get("/archives").status_code == 403
        assert client.get(f"/cases/{ready}/archive").status_code == 403
        assert client.post(f"/cases/{ready}/archive").status_code == 403
        assert client.post(f"/cases/{ready}/evidence").status_code == 403


def test_the_verifier_can_be_had_from_the_public_site(app: Flask, enter: Enter) -> None:
    answer = enter("deputy1").get("/public/verify.py")
    assert answer.data == Path(verify.__file__).read_bytes()
