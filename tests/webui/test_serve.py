"""`python -m webui.serve` serves until it is ended, and says in one sentence why it cannot."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import wsgi
from tests.house.tree import ROOT
from webui import premises
from webui.premises import Unready
from webui.progress import columns

pytestmark = pytest.mark.slow

Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """`serve(PORT="0")` starts the program in a folder of its own; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(**settings: str) -> subprocess.Popen[str]:
        usual = {"PORT": "0", "DUBAN_DATA": str(tmp_path / "data"), "DUBAN_DEMO": "0"}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "webui.serve"],
            cwd=ROOT,
            env=kept | usual | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError(process.communicate())


def assert_refused(process: subprocess.Popen[str], zh: str, en: str) -> None:
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    sentences = said.strip().splitlines()
    assert len(sentences) == 2, said
    assert zh in sentences[0]
    assert en in sentences[1]


def in_hand(site: str, sent: bytes) -> socket.socket:
    """Send a request without waiting for its answer; the server has it when this returns."""
    host, port = site.removeprefix("http://").strip("/").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall(sent)
    # Of two connections the second is not answered before the first was read.
    assert urllib.request.urlopen(f"{site}health", timeout=20).status == 200
    return connection


@pytest.mark.slow
def test_what_is_under_way_when_it_is_ended_is_finished_and_answered(serve: Serve, tmp_path: Path) -> None:
    process = serve()
    site = address(process)
    page = urllib.request.urlopen(f"{site}sign-in", timeout=20)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
    assert token
    form = f"csrf_token={token[1]}&account=nobody&password=wrong".encode()
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    head = f"POST /sign-in HTTP/1.1\r\nHost: {site.split('/')[2]}\r\nCookie: {cookie}\r\nContent-Length: {len(form)}"
    kind = "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
    with contextlib.closing(
        sqlite3.connect(tmp_path / "data" / "duban.sqlite3", isolation_level=None)
    ) as other:
        other.execute("BEGIN IMMEDIATE")  # nobody else can write
        connection = in_hand(site, (head + kind).encode() + form)
        process.send_signal(signal.SIGTERM)
        other.execute("ROLLBACK")
    with connection:
        assert connection.makefile("rb").readline().split()[1] == b"422"
    assert process.communicate(timeout=60)[1] == ""
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "duban.sqlite3")) as kept:
        assert kept.execute("SELECT count(*) FROM login_attempt").fetchone() == (1,)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_ended(serve: Serve, how: signal.Signals) -> None:
    process = serve()
    assert process.stdout
    told = "".join(iter(process.stdout.readline, "  flask process deploy\n"))
    assert "No congress and no user yet" in told  # nobody could sign in: what to do is said
    with urllib.request.urlopen(address(process), timeout=20) as answer:
        assert answer.status == 200
        assert "Server" not in answer.headers  # which faults it may have is nobody's business
    process.send_signal(how)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert "stopped" in out


@pytest.mark.slow
def test_it_opens_again_on_the_data_of_last_time(serve: Serve) -> None:
    for _ in range(2):
        process = serve()
        address(process)
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_a_taken_port_is_named_with_another_to_try(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert_refused(serve(PORT=str(port)), f"端口 {port} 已被占用", f"Port {port} is taken")


def test_a_folder_that_cannot_be_written_is_named(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()  # holds for root too, whom permissions do not stop
    assert_refused(serve(DUBAN_DATA=str(file)), f"数据目录不可写：{file}", str(file))


def test_what_cannot_be_read_of_proxies_is_said(serve: Serve) -> None:
    assert_refused(serve(PROXIES="one"), "不能是“one”", "must be the number of proxies")
    assert_refused(
        serve(PROXIES="1", PROXY_ADDRESSES="10.0.0.0/8 lb"), "“10.0.0.0/8 lb”", "with blanks between"
    )


def test_a_database_that_cannot_be_reached_is_said(serve: Serve) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    assert_refused(serve(DATABASE_URL=url), "数据库打不开", "The database cannot be opened")


def test_a_file_that_is_no_database_is_said(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "duban.sqlite3").write_text("not a database, and long enough to be seen as one" * 50)
    assert_refused(serve(), "数据库打不开", "The database cannot be opened")


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://u:secret@h/n",
        "postgresql+asyncpg://u:secret@h/n",
        "postgresql://u:sec/ret@h:port/n",
        "postgresql://u:secret@h:port/n",
    ],
)
def test_what_names_no_database_is_said_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str, tmp_path: Path
) -> None:
    with pytest.raises(Unready, match="DATABASE_URL cannot be used") as refused:
        premises.require_database(url)
    assert "sec" not in refused.value.zh + refused.value.en
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path))
    with pytest.raises(
        SystemExit, match="DATABASE_URL cannot be used"
    ):  # what `flask …` and WSGI servers see
        wsgi.create_app()


@pytest.mark.parametrize("url", ["", "sqlite:///a", "postgres://h/n", "postgresql+psycopg://u:p@h:1/n"])
def test_the_databases_that_it_works_on_are_taken(url: str) -> None:
    premises.require_database(url)


@pytest.mark.parametrize(
    ("setting", "value"), [("SMTP_URL", "smtp://u:sec/ret@h"), ("SMS_URL", "http://sms.example.org/secret")]
)
def test_a_way_out_that_leads_nowhere_is_said_before_letters_wait_for_it(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str
) -> None:
    premises.require_ways_out()
    monkeypatch.setenv(setting, value)
    with pytest.raises(Unready, match=f"{setting} or .* cannot be used") as refused:
        premises.require_ways_out()
    assert value not in refused.value.zh + refused.value.en
    assert "ret@h" not in refused.value.en


def test_what_is_said_of_the_surroundings_is_said_to_commands_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("DUBAN_DATA", str(file))
    with pytest.raises(SystemExit, match="cannot be written to"):
        wsgi.create_app()
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path))
    for setting, value in (("PROXIES", "one"), ("PASSWORD_PROFILE", "none")):
        with monkeypatch.context() as patch:
            patch.setenv(setting, value)
            with pytest.raises(SystemExit, match=f"{setting} .*“{value}”"):
                wsgi.create_app()


@pytest.mark.parametrize("port", ["eighty", "-1", "65536", "８０８０", "8080.0"])
def test_a_port_that_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(Unready, match="PORT must be a number"):
        premises.port_from(port)


def test_a_host_that_is_not_here_is_refused() -> None:
    with pytest.raises(Unready, match="HOST is not an address of this machine"):
        premises.listener("203.0.113.9", 0)


def test_another_python_is_refused() -> None:
    with pytest.raises(Unready, match=r"Python 3.11 is needed and this is 3.9"):
        premises.require_python((3, 9))


def test_a_full_disk_is_named_with_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def usage(path: Path) -> Any:
        return os.terminal_size((0, 0)) if path is None else type("Usage", (), {"free": 150 * 2**20})

    monkeypatch.setattr("shutil.disk_usage", usage)
    with pytest.raises(Unready, match="150 MB are free") as refused:
        premises.require_space(tmp_path)
    assert "只剩 150 MB" in refused.value.zh


def test_without_a_chinese_font_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    premises.require_fonts()
    monkeypatch.setattr("engine.documents.fonts.SHIPPED", "no_such_fonts")
    with pytest.raises(Unready, match="No Chinese font") as unready:
        premises.require_fonts()
    assert "没有找到中文字体" in unready.value.zh


def test_columns_stand_below_each_other_in_chinese_too() -> None:
    assert columns([("角色", "name"), ("deputy", "张")]) == ["角色    name", "deputy  张"]
