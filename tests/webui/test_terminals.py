"""Administrators work from their own machines alone, where the installation names them; others from anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import create_app
from tests.people.world import World, build
from tests.webui.visitors import signed_in
from webui import premises
from webui.premises import Unready
from webui.proxies import networks
from webui.terminals import TERMINALS


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return build()


@pytest.mark.parametrize(
    ("address", "let_in"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("fd00::7", True),
        ("10.2.0.1", False),
        ("127.0.0.1", False),
        ("fd01::7", False),
        ("", False),
        ("not an address", False),
    ],
)
def test_an_administrator_is_let_in_from_his_terminals_alone(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, address: str, let_in: bool
) -> None:
    people = {name: signed_in(app, f"north-{name}") for name in ("system", "security", "audit", "officer")}
    monkeypatch.setitem(app.extensions, TERMINALS, networks("10.1.0.0/16, fd00::/16"))
    for name, person in people.items():
        person.environ_base = {**person.environ_base, "REMOTE_ADDR": address}
        answer = person.get("/account")
        assert answer.status_code == (200 if let_in or name == "officer" else 403), name
        assert ("指定的管理终端" in answer.text) is (answer.status_code == 403)
    assert people["audit"].post("/sign-out").status_code == 302  # nobody is kept in


def test_where_none_are_named_everybody_works_from_anywhere(app: Flask, world: World) -> None:
    assert app.extensions[TERMINALS] == ()
    assert signed_in(app, "north-audit").get("/account").status_code == 200


def test_what_is_no_network_is_refused_when_the_program_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMIN_NETWORKS", "10.1.0.0/99")
    with pytest.raises(Unready, match="ADMIN_NETWORKS must be"):
        premises.require_proxies()
    with pytest.raises(ValueError, match=r"10\.1\.0\.0/99"):
        create_app(f"sqlite:///{tmp_path / 'x.sqlite3'}", tmp_path, ADMIN_NETWORKS="10.1.0.0/99")
