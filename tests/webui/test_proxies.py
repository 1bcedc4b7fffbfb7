"""From where a request comes: the program's word, or that of a declared proxy, and nobody else's."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from tests.support.web import served
from webui import proxies

FORGED = {"X-Forwarded-For": "198.51.100.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}


def asked(peer: str, **config: Any) -> tuple[str, str, str]:
    """Whence, by which scheme and to which host the program takes a request to have come."""
    app = Flask("asked")
    app.config.update(config)
    proxies.register(app)

    @app.get("/")
    def whence() -> list[str]:
        return [request.remote_addr or "", request.scheme, request.host]

    answer = app.test_client().get("/", headers=FORGED, environ_base={"REMOTE_ADDR": peer})
    address, scheme, host = answer.json or []
    return address, scheme, host


def test_without_a_declared_proxy_nobody_is_believed() -> None:
    assert asked("127.0.0.1") == ("127.0.0.1", "http", "localhost")
    assert asked("10.1.2.3", PROXIES=1) == ("10.1.2.3", "http", "localhost")  # past the proxy
    assert asked("nobody", PROXIES=1) == ("nobody", "http", "localhost")
    assert asked("127.0.0.1", PROXIES=1, PROXY_ADDRESSES="10.0.0.7") == ("127.0.0.1", "http", "localhost")


@pytest.mark.parametrize(
    ("peer", "addresses"),
    [("127.0.0.1", ""), ("::1", ""), ("10.0.0.7", "10.0.0.7"), ("172.18.0.4", "10.0.0.7, 172.18.0.0/16")],
)
def test_a_declared_proxy_is_believed(peer: str, addresses: str) -> None:
    found = asked(peer, PROXIES=1, PROXY_ADDRESSES=addresses)
    assert found == ("198.51.100.9", "https", "evil.example")


def test_what_is_no_address_is_refused_when_the_program_starts() -> None:
    with pytest.raises(ValueError, match="nginx"):
        asked("127.0.0.1", PROXIES=1, PROXY_ADDRESSES="nginx")


def test_the_server_hands_on_what_its_proxy_says(tmp_path: Path) -> None:
    app = Flask("served")
    app.config["PROXIES"] = 1
    proxies.register(app)

    @app.get("/")
    def whence() -> str:
        return request.remote_addr or ""

    with served(app) as site:
        heard = urllib.request.Request(site.url + "/", headers=FORGED)
        assert urllib.request.urlopen(heard).read() == b"198.51.100.9"
