"""The application factory: the rooms put together, nothing started."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate

from engine.foundation import sqlite
from models import db
from webui import (
    addresses,
    commands,
    door,
    errors,
    headers,
    language,
    pages,
    premises,
    proxies,
    sign_in,
    terminals,
)


class Application(Flask):
    """Flask for views that are plain functions: each of them and what runs before it is called as it is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself; asking each time whether it might be a coroutine costs more than calling it."""
        return func


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the application; `config` overrides the environment (tests give their own database and folder)."""
    folder = Path((config or {}).get("DATA_FOLDER") or premises.data_folder())
    folder.mkdir(parents=True, exist_ok=True)
    app = Application(__name__, instance_path=str(folder))
    app.config.update(_defaults(folder))
    app.config.update(config or {})
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", _engine_options(app.config["SQLALCHEMY_DATABASE_URI"]))
    app.url_map.converters["int"] = addresses.Number
    db.init_app(app)
    with app.app_context():
        _prepare(db.engine)
    Migrate(app, db, directory=str(premises.ROOT / "models" / "migrations"), render_as_batch=True)
    for part in (proxies, terminals, door, language, headers, errors, sign_in, pages, commands):
        part.register(app)
    return app


def _defaults(folder: Path) -> dict[str, Any]:
    return {
        "SECRET_KEY": _kept_secret(folder / "secret"),
        "SQLALCHEMY_DATABASE_URI": _database_url(folder),
        "DATA_FOLDER": str(folder),
        "DEMONSTRATION": os.environ.get("DUBAN_DEMO", "") == "1",
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": os.environ.get("DUBAN_HTTPS", "") == "1",
        "WTF_CSRF_TIME_LIMIT": None,
        "PASSWORD_PROFILE": os.environ.get("PASSWORD_PROFILE") or "dengbao3",
        "TRUSTED_HOSTS": os.environ.get("DUBAN_HOSTS", "").split() or None,
        "PROXIES": int(os.environ.get("PROXIES", "0")),
        "ADMIN_NETWORKS": os.environ.get("ADMIN_NETWORKS", ""),
        "PROXY_ADDRESSES": os.environ.get("PROXY_ADDRESSES", ""),
    }


def _database_url(folder: Path) -> str:
    """SQLite in the data folder unless DATABASE_URL names another; the psycopg 3 driver for PostgreSQL."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'duban.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _engine_options(url: str) -> dict[str, Any]:
    return {
        # What a failed statement was to write, telephones and addresses among it, is nothing for the log.
        "hide_parameters": True,
        # The connection used last knows the pages, and the statements, that are asked for next.
        "pool_use_lifo": True,
        # A server may have gone away meanwhile; a file does not.
        "pool_pre_ping": not url.startswith("sqlite"),
    }


def _kept_secret(path: Path) -> str:
    """The signing key of this installation: made once, readable by its owner alone."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text()


def _prepare(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine)
    else:
        from engine.foundation import postgres  # here, as its driver is loaded only where it is used

        postgres.prepare(engine)
