"""Packages on screen and by command: exported, refused in words, taken in once the key is trusted; in English too."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from engine.definitions import catalogue
from engine.designing.packages import opened, sealed
from tests.operations.altered import KEY, files, replaced
from tests.support.cast import Cast, join
from tests.support.signing import NEIGHBOUR
from tests.support.web import Visitor
from tests.webui.conftest import Enter
from tests.webui.test_comparisons import FLOWS

pytestmark = pytest.mark.slow

OTHER = replaced(('title = { zh = "签收"', 'title = { zh = "收件"'))
PACKAGE = sealed(
    files(process=OTHER), {"key": KEY, "version": 7, "title": "代表建议", "from": "邻省人大"}, NEIGHBOUR
)


@pytest.fixture
def keeper(app: Flask, cast: Cast, enter: Enter) -> Visitor:
    with app.app_context():
        join(cast, "keeper", "dgw", "process_admin")
    return enter("keeper")


def take_in(visitor: Visitor, content: bytes) -> tuple[int, str]:
    sent = {"package": (BytesIO(content), "package.zip")}
    answer = visitor.post(f"{FLOWS}/packages/import", data=sent, content_type="multipart/form-data")
    return answer.status_code, answer.location or answer.text


def test_a_package_comes_in_as_a_draft_once_its_key_is_trusted(keeper: Visitor) -> None:
    assert f"{FLOWS}/packages" in keeper.get(FLOWS).text
    assert "还没有登记密钥" in keeper.get(f"{FLOWS}/packages").text
    status, said = take_in(keeper, PACKAGE)
    assert status == 409 and "不受信任的密钥" in said
    status, said = take_in(keeper, PACKAGE.replace(b"zh", b"en", 1))
    assert status == 422 and "已经损坏" in said
    told = {"public_key": NEIGHBOUR.public_key(), "name": "邻省人大", "reason": ""}
    assert keeper.post(f"{FLOWS}/packages/keys", data=told).status_code == 422
    assert keeper.post(f"{FLOWS}/packages/keys", data={**told, "reason": "电话核对"}).status_code == 302
    status, where = take_in(keeper, PACKAGE)
    assert status == 302
    assert "邻省人大 v7" in keeper.get(where).text and "收件" in keeper.get(f"{where}/compare").text
    page = keeper.get(f"{FLOWS}/packages?lang=en").text
    assert "Trusted" in page and "电话核对" in page
    (withdraw,) = set(re.findall(rf"{FLOWS}/packages/keys/\d+/withdraw", page))
    assert keeper.post(withdraw, data={"reason": ""}).status_code == 422
    assert keeper.post(withdraw, data={"reason": "换了密钥"}).status_code == 302
    assert keeper.post(f"{FLOWS}/packages/keys/9/withdraw", data={"reason": "x"}).status_code == 404
    assert take_in(keeper, PACKAGE)[0] == 409


def test_a_version_goes_out_as_a_file_and_nobody_else_may(app: Flask, keeper: Visitor, enter: Enter) -> None:
    with app.app_context():
        version = catalogue.current(KEY).id
    sent = keeper.post(f"{FLOWS}/versions/{version}/export")
    assert "suggestion-v1.duban.zip" in sent.headers["Content-Disposition"]
    assert opened(sent.data).public_key in keeper.get(f"{FLOWS}/packages").text
    assert keeper.post(f"{FLOWS}/versions/999/export").status_code == 404
    clerk = enter("assigner")
    assert clerk.get(f"{FLOWS}/packages").status_code == 403
    assert take_in(clerk, PACKAGE)[0] == 403


def test_the_commands_export_verify_and_deploy(app: Flask, tmp_path: Path) -> None:
    runner, file = app.test_cli_runner(), tmp_path / "other.zip"
    file.write_bytes(PACKAGE)
    command = ["process", "import", str(file), "--key"]
    told = runner.invoke(args=[*command, NEIGHBOUR.public_key()])
    assert told.exit_code == 0 and "suggestion v7" in told.output
    assert runner.invoke(args=["process", "export", KEY, str(tmp_path / "x")]).exit_code == 2
    assert runner.invoke(args=[*command, "0" * 64]).exit_code == 1
    assert runner.invoke(args=[*command, NEIGHBOUR.public_key(), "--deploy"]).exit_code == 0
    with app.app_context():
        assert catalogue.files_of(catalogue.current(KEY).id) == files(process=OTHER)
    out = tmp_path / "out.zip"
    made = runner.invoke(args=["process", "export", f"{KEY}@1", str(out)])
    assert made.exit_code == 0 and opened(out.read_bytes()).public_key in made.output
    file.write_bytes(PACKAGE[:-1])
    assert runner.invoke(args=[*command, NEIGHBOUR.public_key()]).exit_code == 1
