"""Published self-evaluations (绩效自评) for anybody: list, project, files, open data. No cookie, no change."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import quote

import orjson
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.errors import NotFound
from engine.performance import public
from engine.performance.public import Wanted, Withdrawn
from webui import openly
from webui.addresses import whole_number
from webui.marks import cacheable
from webui.marks import public as open_to_all
from webui.openly import address, chosen_from, data_answer, following_address, narrowed
from webui.pages.documents import TYPES
from webui.presenting.public_performance import COLUMNS, line_shown, project_shown, record, row
from webui.statuses import GONE, MISSING

blueprint = Blueprint("public_performance", __name__, url_prefix="/public/performance")
DATA_FORMAT = "duban-open-data-performance/1"
DATA_PAGE = 200  # records of one answer of open data; each is a whole report
NARROWED = ("q", "year", "unit", "congress")


@blueprint.errorhandler(NotFound)
def _missing(error: NotFound) -> ResponseReturnValue:
    """A number that never was, or one that stood for something which may be read no longer."""
    gone = isinstance(error, Withdrawn)
    return openly.rendered("public/missing.html", gone=gone), GONE if gone else MISSING


@blueprint.get("")
@open_to_all
@cacheable
def listing() -> ResponseReturnValue:
    """The published projects, narrowed as the address says."""
    after = request.args.get("after", "")
    found, following = public.find(_wanted(), after=after)
    shown = {
        "lines": [line_shown(each, address) for each in found],
        "values": {name: request.args.get(name, "") for name in NARROWED},
        "choices": _choices(),
        "narrowed": bool(narrowed(NARROWED)),
        "next_href": _here(after=following) if following else "",
        "first_href": _here() if after else "",
    }
    return openly.page("public/projects.html", page=shown)


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        text=args.get("q", "").strip(),
        year=args.get("year", type=whole_number),
        unit_id=args.get("unit", type=whole_number),
        congress=args.get("congress", "")[:64],
    )


def _here(**changes: str) -> str:
    return address("public_performance.listing", **narrowed(NARROWED), **changes)


def _choices() -> list[dict[str, Any]]:
    found = public.choices()
    known = (
        ("year", _("年度"), [(str(year), str(year)) for year in found.years]),
        ("unit", _("单位"), [(str(id_), name) for id_, name in found.units.items()]),
        ("congress", _("人大"), list(found.congresses.items())),
    )
    return chosen_from(known)


@blueprint.get("/<public_id>")
@open_to_all
@cacheable
def project(public_id: str) -> ResponseReturnValue:
    """One published project; its address never changes."""
    return openly.page("public/project.html", page=project_shown(public.published(public_id), address))


@blueprint.get("/<public_id>/report.<format>")
@open_to_all
@cacheable
def report(public_id: str, format: str) -> ResponseReturnValue:
    """The report as it was published, as Word or PDF."""
    content, name = public.paper(public_id, format)
    response = Response(content, content_type=TYPES[format])
    response.headers.set("Content-Disposition", "attachment", filename=f"{public_id}.{format}")
    response.headers["Content-Disposition"] += "; filename*=UTF-8''" + quote(name, safe="")
    return openly.kept(response)


@blueprint.get("/data")
@open_to_all
@cacheable
def data() -> ResponseReturnValue:
    """What the open data are, field by field, and on which terms."""
    shown = {"columns": COLUMNS, "limit": DATA_PAGE, "years": public.choices().years}
    return openly.page("public/performance_data.html", page=shown)


@blueprint.get("/data.json")
@open_to_all
@cacheable
def data_json() -> ResponseReturnValue:
    """Records of open data, so many at a time, with the address of the next ones."""
    found, following = _records()
    document = {
        "format": DATA_FORMAT,
        "about": url_for("public_performance.data", _external=True),
        "records": [record(each, url_for) for each in found],
        "next": following,
    }
    return data_answer(orjson.dumps(document, option=orjson.OPT_INDENT_2), "application/json", following)


@blueprint.get("/data.csv")
@open_to_all
@cacheable
def data_csv() -> ResponseReturnValue:
    """The same records as rows."""
    found, following = _records()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(row(each, url_for) for each in found)
    # With the mark in front, spreadsheets know that it is UTF-8.
    return data_answer(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", following)


def _records() -> tuple[list[public.PublicProject], str | None]:
    found, following = public.find(_wanted(), after=request.args.get("after", ""), limit=DATA_PAGE)
    return found, following_address(str(request.endpoint), NARROWED, following)
