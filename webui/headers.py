"""What every answer tells the browser: load nothing foreign, guess nothing, keep nothing."""

from __future__ import annotations

import functools
import hashlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, current_app, g, request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from webui.marks import marked
from webui.proxies import Answering

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

YEAR = 365 * 24 * 3600
MINUTES = 5 * 60


class PlainSession(TaggedJSONSerializer):
    """A session written as plain JSON, Chinese as it is: a flashed sentence takes half the cookie, and half the time.

    What an older version wrote with tags is still read. A session holds text, numbers and lists of them; a tuple
    comes back as a list.
    """

    def dumps(self, value: Any) -> str:
        """The text of a session; raises TypeError for what JSON has no word for."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Seal(URLSafeTimedSerializer):
    """Signs and reads the cookie as ever, with one signer, whose key is derived from the installation's once."""

    @functools.cached_property
    def _signer(self) -> TimestampSigner:
        signer = self.signer(self.secret_keys, salt=self.salt, **self.signer_kwargs)
        signer.derive_key = functools.cache(signer.derive_key)  # type: ignore[method-assign]
        return cast(TimestampSigner, signer)

    def make_signer(self, salt: str | bytes | None = None) -> TimestampSigner:
        """The one signer; there is one kind of cookie to sign."""
        return self._signer


class SessionsOfPersons(SecureCookieSessionInterface):
    """Sessions as Flask keeps them; an answer that is the same for everybody neither sets nor depends on one."""

    serializer = PlainSession()
    seal: Seal | None = None  # made once: the key of an installation stays while it runs

    def get_cookie_name(self, app: Flask) -> str:
        """Over HTTPS with the prefix by which browsers refuse one that a neighbouring host has set."""
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if app.config["SESSION_COOKIE_SECURE"] else name

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and reads the cookie."""
        if self.seal is None and (made := super().get_signing_serializer(app)):
            self.seal = Seal(
                made.secret_keys,
                salt=self.salt,
                serializer=self.serializer,
                signer_kwargs=made.signer_kwargs,
            )
        return self.seal

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the session, unless the page is the same for everybody."""
        if not marked(app.view_functions.get(request.endpoint or ""), "is_cacheable"):
            super().save_session(app, session, response)


def register(app: Flask) -> None:
    """Number every request, and harden every answer."""
    app.session_interface = SessionsOfPersons()
    app.before_request(_number)
    app.after_request(_harden)
    app.wsgi_app = Hardened(app.wsgi_app)  # type: ignore[method-assign, assignment]
    app.url_defaults(_version)


class Hardened:
    """Puts before every answer, whoever made it, what all of them say alike."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Pass the request on, and the headers with the answer."""
        return self.answering(
            environ, lambda status, headers, *failed: start(status, [*headers, *ALWAYS.items()], *failed)
        )


def request_number() -> str:
    """The number under which this request is found in the log."""
    if "request_number" not in g:
        g.request_number = secrets.token_hex(5)
    return str(g.request_number)


def _number() -> None:
    request_number()


def _harden(response: Response) -> Response:
    headers = response.headers
    # An answer may be stricter than the rest, as a sandboxed attachment is.
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers["X-Request-Id"] = request_number()
    headers["Cache-Control"] = _caching(response)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    return response


def _caching(response: Response) -> str:
    """Pages are kept nowhere, files with their version in the address for a year, others are asked about.

    What is the same for everybody is kept for some minutes.
    """
    endpoint = request.endpoint or ""
    if response.status_code >= 400:
        return "no-store"
    if marked(current_app.view_functions.get(endpoint), "is_cacheable"):
        return f"public, max-age={MINUTES}"
    if endpoint != "static":
        return "no-store"
    return f"public, max-age={YEAR}, immutable" if "v" in request.args else "no-cache"


def _version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the version of a static file into its address, so that a new one is never hidden by an old one."""
    if endpoint == "static" and "v" not in values and (version := _fingerprint(values.get("filename", ""))):
        values["v"] = version


@functools.lru_cache(maxsize=1000)
def _fingerprint(name: str) -> str:
    """The version of a static file, or "" where there is none; a program that serves other files is another process."""
    path = Path(__file__).parent / "static" / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
