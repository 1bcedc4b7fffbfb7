"""Whether the program is alive, and whether it can work: asked by proxies and watches, who cannot sign in."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify

from engine.backups.backing_up import is_unfinished
from models import Congress, db
from webui.marks import public
from webui.premises import NEEDED_MB

log = logging.getLogger("duban.health")
blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@public
def alive() -> Response:
    """That it answers; asked often, it touches nothing. Who gets no answer starts the program anew."""
    return jsonify(alive=True)


@blueprint.get("/ready")
@public
def ready() -> tuple[Response, int]:
    """Whether it can take work: 200, or 503 with what is lacking. Who gets that sends nobody here for a while."""
    checks: dict[str, Callable[[], bool]] = {"database": _database, "space": _space, "restored": _restored}
    found = {name: _held(name, check) for name, check in checks.items()}
    whole = all(found.values())
    return jsonify(ready=whole, **found), 200 if whole else 503


def _held(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (sa.exc.SQLAlchemyError, OSError) as error:
        log.warning("not ready: %s: %s", name, type(error).__name__)
        return False


def _database() -> bool:
    """It answers, and has the tables of this program."""
    try:
        db.session.execute(sa.select(Congress.id).limit(1)).all()
    finally:
        db.session.remove()
    return True


def _space() -> bool:
    free = shutil.disk_usage(_folder()).free // 2**20
    return free >= NEEDED_MB


def _restored() -> bool:
    return not is_unfinished(_folder())


def _folder() -> Path:
    return Path(current_app.config["DATA_FOLDER"])
