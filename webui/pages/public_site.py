"""What anybody may read without signing in: published cases, yearly reports, open data. No cookie, no change."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Response, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.archives import verify
from engine.definitions.catalogue import current_all
from engine.foundation.errors import NotFound
from engine.performance import public as performance
from engine.planning.readings import public_plans
from engine.public_intake import sending
from engine.publication import public
from engine.publication.public import Wanted
from engine.publication.refusals import NotReadable
from webui import openly
from webui.addresses import whole_number
from webui.language import language
from webui.marks import cacheable
from webui.marks import public as open_to_all
from webui.openly import address, chosen_from, data_answer, following_address, kept, narrowed, rendered
from webui.presenting.kinds import kind_lines
from webui.presenting.planning import public_kinds, public_shown
from webui.presenting.public import COLUMNS, case_shown, line_shown, record, report_shown, row, said
from webui.presenting.reach import reach_of
from webui.statuses import GONE, MISSING

blueprint = Blueprint("public_site", __name__)
DATA_FORMAT = "duban-open-data/1"
NARROWED = ("q", "kind", "year", "category", "unit", "congress")


@blueprint.errorhandler(NotFound)
@blueprint.errorhandler(NotReadable)
def _missing(error: NotFound | NotReadable) -> ResponseReturnValue:
    """A number that never was, or one that stood for something which may be read no longer."""
    gone = isinstance(error, NotReadable)
    return rendered("public/missing.html", gone=gone), GONE if gone else MISSING


@blueprint.get("/public")
@open_to_all
@cacheable
def listing() -> ResponseReturnValue:
    """The published cases, narrowed as the address says."""
    after = request.args.get("after", "")
    lines, following = public.find(_wanted(), after=after)
    kind = next((each for each in public.kinds() if each.folder.key == request.args.get("kind")), None)
    shown = {
        "heading": kind.folder.title.in_(language()) if kind else "",
        "summary": kind.folder.summary.in_(language()) if kind else "",
        "lines": [line_shown(line, address) for line in lines],
        "values": {name: request.args.get(name, "") for name in NARROWED},
        "choices": _choices(),
        "narrowed": bool(narrowed(NARROWED)),
        "next_href": _here(after=following) if following else "",
        "first_href": _here() if after else "",
    }
    return openly.page("public/list.html", page=shown)


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        text=args.get("q", "").strip(),
        kind=args.get("kind", "")[:64],
        year=args.get("year", type=whole_number),
        category=args.get("category", "")[:64],
        unit_id=args.get("unit", type=whole_number),
        congress=args.get("congress", "")[:64],
    )


def _here(**changes: str) -> str:
    return address("public_site.listing", **narrowed(NARROWED), **changes)


def _choices() -> list[dict[str, Any]]:
    found = public.choices()
    kinds = [(each.folder.key, each.folder.title.in_(language())) for each in public.kinds()]
    known = (
        ("kind", _("工作"), kinds),
        ("year", _("年份"), [(str(year), str(year)) for year in found.years]),
        ("category", _("类别"), [(key, said(title)) for key, title in found.categories.items()]),
        ("unit", _("承办单位"), [(str(id_), name) for id_, name in found.units.items()]),
        ("congress", _("人大"), list(found.congresses.items())),
    )
    return chosen_from(known)


@blueprint.get("/public/kinds")
@open_to_all
@cacheable
def kinds() -> ResponseReturnValue:
    """Every kind of work with a sentence on what it is, where its results are, and where one puts something forward."""
    published = {each.folder.key for each in public.kinds()}
    lines = kind_lines(current_all(), published, sending.offers(), address)
    return openly.page("public/kinds.html", page={"lines": lines})


@blueprint.get("/public/cases/<public_id>")
@open_to_all
@cacheable
def case(public_id: str) -> ResponseReturnValue:
    """One published case; its address never changes."""
    found = public.published(public_id)
    page = case_shown(found, address) | {"reach": reach_of(found.line.congress_id)}
    return openly.page("public/case.html", page=page)


@blueprint.get("/public/reports")
@open_to_all
@cacheable
def reports() -> ResponseReturnValue:
    """The reports on the years."""
    lines = [
        {
            "congress": report.congress,
            "kind": report.kind.in_(language()),
            "year": report.year,
            "href": address("public_site.report", year=report.year),
        }
        for report in public.reports()
    ]
    return openly.page("public/reports.html", page={"lines": lines})


@blueprint.get("/public/reports/<int:year>")
@open_to_all
@cacheable
def report(year: int) -> ResponseReturnValue:
    """The report on one year's handling, of each congress that has published one."""
    found = public.reports(year)
    if not found:
        raise NotFound
    return openly.page(
        "public/report.html", page={"year": year, "reports": [report_shown(each) for each in found]}
    )


@blueprint.get("/public/plans")
@open_to_all
@cacheable
def plans() -> ResponseReturnValue:
    """The yearly plans of supervision that were adopted (监督法 art. 63)."""
    lines = [
        {"congress": plan.congress, "year": plan.year, "href": address("public_site.plan", year=plan.year)}
        for plan in public_plans()
    ]
    return openly.page("public/plans.html", page={"lines": lines})


@blueprint.get("/public/plans/<int:year>")
@open_to_all
@cacheable
def plan(year: int) -> ResponseReturnValue:
    """The plan of a year, of each congress that has adopted one, with its adjustments."""
    found = public_plans(year)
    if not found:
        raise NotFound
    shown = [public_shown(each, public_kinds(each), address) for each in found]
    return openly.page("public/plan.html", page={"year": year, "plans": shown})


@blueprint.get("/public/data")
@open_to_all
@cacheable
def data() -> ResponseReturnValue:
    """What the open data are, field by field, and on which terms."""
    shown = {"columns": COLUMNS, "limit": public.DATA_PAGE, "years": public.choices().years}
    return openly.page("public/data.html", page=shown)


@blueprint.get("/public/data.json")
@open_to_all
@cacheable
def data_json() -> ResponseReturnValue:
    """Records of open data, so many at a time, with the address of the next ones."""
    lines, following = _records()
    document = {
        "format": DATA_FORMAT,
        "about": url_for("public_site.data", _external=True),
        "records": [record(line, url_for) for line in lines],
        "next": _next(following),
    }
    return data_answer(
        orjson.dumps(document, option=orjson.OPT_INDENT_2), "application/json", _next(following)
    )


@blueprint.get("/public/data.csv")
@open_to_all
@cacheable
def data_csv() -> ResponseReturnValue:
    """The same records as rows."""
    lines, following = _records()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(row(line, url_for) for line in lines)
    # With the mark in front, spreadsheets know that it is UTF-8.
    return data_answer(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", _next(following))


def _records() -> tuple[list[public.PublicLine], str]:
    return public.find(_wanted(), after=request.args.get("after", ""), limit=public.DATA_PAGE)


def _next(following: str) -> str | None:
    return following_address(str(request.endpoint), NARROWED, following)


@blueprint.get("/public/verify.py")
@open_to_all
@cacheable
def verifier() -> ResponseReturnValue:
    """The script that verifies evidence bundles, from a place that is not the bundle."""
    content = Path(verify.__file__).read_bytes()
    return kept(Response(content, content_type="text/x-python; charset=utf-8"))


@blueprint.get("/public/sitemap.xml")
@open_to_all
@cacheable
def sitemap() -> ResponseReturnValue:
    """Every page there is, for search engines."""
    pages = [
        {"href": url_for("public_site.case", public_id=public_id, _external=True), "at": at.isoformat()}
        for public_id, at in public.public_numbers()
    ] + [
        {
            "href": url_for("public_performance.project", public_id=public_id, _external=True),
            "at": at.isoformat(),
        }
        for public_id, at in performance.public_numbers()
    ]
    response = make_response(rendered("public/sitemap.xml", pages=pages))
    response.content_type = "application/xml; charset=utf-8"
    return kept(response)


@blueprint.get("/robots.txt")
@open_to_all
@cacheable
def robots() -> ResponseReturnValue:
    """Search engines may read what is public and nothing else."""
    lines = (
        "User-agent: *",
        "Allow: /public",
        "Allow: /static",
        "Disallow: /",
        f"Sitemap: {url_for('public_site.sitemap', _external=True)}",
    )
    response = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    return kept(response)
