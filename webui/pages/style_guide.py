"""Every part of the interface, and the main pages, with invented matter; demonstration instances only."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation import clock
from engine.foundation.errors import NotFound
from webui.marks import public

PAGES = ("inbox", "case", "deputy_home", "draft", "review", "assignment_desk", "evaluation")

blueprint = Blueprint("style_guide", __name__, url_prefix="/style-guide")


@blueprint.before_request
def only_in_demonstrations() -> None:
    """Elsewhere there is no such page."""
    if not current_app.config["DEMONSTRATION"]:
        raise NotFound


@blueprint.get("/")
@public
def overview() -> ResponseReturnValue:
    """Every part."""
    samples = [{"label": name, "href": url_for("style_guide.sample", name=name)} for name in PAGES]
    return render_template("styleguide.html", samples=samples, title=_("样式手册"), **_readings())


@blueprint.get("/<name>")
@public
def sample(name: str) -> ResponseReturnValue:
    """One of the main pages with invented matter."""
    if name not in PAGES:
        raise NotFound
    return render_template(f"styleguide/{name}.html", **_readings())


@blueprint.get("/diagram.bpmn")
@public
def diagram() -> ResponseReturnValue:
    """The small diagram of the sample case."""
    drawing = Path(current_app.root_path) / "templates" / "styleguide" / "diagram.bpmn"
    return Response(drawing.read_text(encoding="utf-8"), mimetype="application/xml")


def _readings() -> dict[str, object]:
    return {
        "date": dt.date.fromisoformat,
        "at": lambda text: dt.datetime.fromisoformat(text).replace(tzinfo=clock.ZONE),
        "sample_diagram": url_for("style_guide.diagram"),
        "sample_live": ["draft_reply"],
    }
