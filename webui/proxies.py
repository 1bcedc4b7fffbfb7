"""From where a request comes when proxies stand before the program: only a declared one is believed.

Whoever reaches the program past its proxy could otherwise name any address as his own: no lockout of an address and no
limit for one would hold.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

LOOPBACK = "127.0.0.0/8 ::1"  # a proxy on the same machine
SAID = ("FOR", "PROTO", "HOST", "PORT", "PREFIX", "BY")
HEADERS = ("HTTP_FORWARDED", *(f"HTTP_X_FORWARDED_{name}" for name in SAID))

Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
Answering = Callable[[dict[str, Any], Any], Iterable[bytes]]


def register(app: Flask) -> None:
    """Believe as many proxies as the installation has (PROXIES), and only those that it names (PROXY_ADDRESSES)."""
    count = int(app.config.get("PROXIES", 0))
    answering: Answering = app.wsgi_app
    if count:
        answering = ProxyFix(answering, x_for=count, x_proto=count, x_host=count)
    declared = networks(app.config.get("PROXY_ADDRESSES") or LOOPBACK) if count else ()
    app.wsgi_app = OnlyFromDeclared(answering, declared)  # type: ignore[method-assign, assignment]


def networks(text: str) -> Networks:
    """Addresses and networks, with blanks or commas between them; ValueError names what is neither."""
    return tuple(ipaddress.ip_network(each) for each in text.replace(",", " ").split())


class OnlyFromDeclared:
    """Drops what anybody but a declared proxy says of where a request comes from."""

    def __init__(self, answering: Answering, declared: Networks) -> None:
        self.answering = answering
        self.declared = declared

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Pass the request on."""
        if not (self.declared and self._from_proxy(environ.get("REMOTE_ADDR", ""))):
            for header in HEADERS:
                environ.pop(header, None)
        return self.answering(environ, start)

    def _from_proxy(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.declared)
