"""Budgets: what was taken in and spent by the end of a month, what is to be noticed in it, and the files behind it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.budget.amounts import UNITS, Unit
from engine.budget.keeping import MAY_KEEP, keep_figures
from engine.budget.reading import FiguresRefused, Problem
from engine.budget.readings import budget_page, may_keep, may_read, months_kept
from engine.budget.workbook import blank, workbook_of
from engine.casework.ledgers.unreadable import LedgerUnreadable
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from webui.addresses import whole_number
from webui.errors import error_lines, field_errors
from webui.language import translate_refusal
from webui.presenting.budget import budget_shown
from webui.presenting.budget_course import keeping_form, problem_lines
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("budget", __name__, url_prefix="/budget")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
USUAL_UNIT = "wan"
Shown = dict[str, Any]

ENTRIES = (Entry(("预算", "Budget"), "budget.overview", may_read, 62),)


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """The latest month there is; where there is none, how to take one in."""
    months = months_kept(current_actor())
    if months:
        year = max(months)
        return redirect(url_for("budget.month", year=year, month=months[year][0]))
    return render_template("budget/overview.html", page=_form({}))


@blueprint.get("/<int:year>/<int:month>")
def month(year: int, month: int) -> ResponseReturnValue:
    """The figures of a month, one budget at a time."""
    found = budget_page(
        current_actor(), year=year, month=month, version=request.args.get("version", type=whole_number)
    )
    page = budget_shown(found, request.args.get("budget", ""), _unit(USUAL_UNIT))
    return render_template("budget/month.html", page=page, may_keep=may_keep(current_actor()))


@blueprint.get("/<int:year>/<int:month>/figures.xlsx")
def figures(year: int, month: int) -> ResponseReturnValue:
    """The figures of a month as a workbook that can be taken in again."""
    found = budget_page(
        current_actor(), year=year, month=month, version=request.args.get("version", type=whole_number)
    )
    content = workbook_of(found.figures, _unit(found.shown.unit))
    return _workbook(content, _("%(year)s年%(month)s月预算执行情况", year=year, month=month))


@blueprint.get("/template.xlsx")
def template() -> ResponseReturnValue:
    """A workbook to fill in."""
    actor = current_actor()
    months_kept(actor)
    return _workbook(blank(_unit(USUAL_UNIT)), _("预算执行情况表（空白）"))


@blueprint.get("/figures")
def new() -> ResponseReturnValue:
    """The form that takes in a month's file."""
    actor = current_actor()
    actor.require(*MAY_KEEP)
    return render_template("budget/overview.html", page=_form(request.args.to_dict()))


@blueprint.post("/figures")
def keep() -> ResponseReturnValue:
    """Take in a file; what is wrong with it is said row by row, and nothing of it is kept."""
    actor = current_actor()
    actor.require(*MAY_KEEP)
    typed = request.form.to_dict()
    try:
        kept = keep_figures(actor, **_read())
    except InvalidAnswers as refusal:
        return _refused(typed, error_lines(refusal), field_errors(refusal))
    except FiguresRefused as refusal:
        return _refused(typed, [_at_file(translate_refusal(refusal))], {}, refusal.problems)
    except LedgerUnreadable as refusal:
        return _refused(typed, [_at_file(translate_refusal(refusal))], {"file": translate_refusal(refusal)})
    if kept.repeated:
        flash(_("这个文件已经导入过，没有变化。"), "info")
    else:
        flash(_("已导入%(lines)s行，为第%(version)s版。", lines=kept.lines, version=kept.version), "success")
    return redirect(url_for("budget.month", year=typed["year"], month=typed["month"]))


def _read() -> dict[str, Any]:
    """What the form says; InvalidAnswers names what it lacks."""
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {name: request.form.get(name, "") for name in ("unit", "reason")}
    for name, sentence in (("year", _("请填写年份，不晚于今年。")), ("month", _("请选择月份，不晚于本月。"))):
        values[name] = request.form.get(name, type=whole_number)
        if values[name] is None:
            errors[name] = [sentence]
    file = request.files.get("file")
    if file is None or not file.filename:
        errors["file"] = [_("请选择文件。")]
    else:
        values |= {"filename": file.filename, "content": file.read()}
    if errors:
        raise InvalidAnswers(errors)
    return values


def _refused(
    typed: Shown, errors: list[dict[str, str]], faults: dict[str, str], problems: tuple[Problem, ...] = ()
) -> ResponseReturnValue:
    page = _form(typed) | {"errors": errors, "faults": faults, "problems": problem_lines(problems)}
    return render_template("budget/overview.html", page=page), 422


def _form(typed: Shown) -> Shown:
    actor: Actor = current_actor()
    return keeping_form(typed) | {"may_keep": may_keep(actor), "errors": [], "faults": {}, "problems": []}


def _at_file(message: str) -> dict[str, str]:
    return {"field": "file", "message": message}


def _unit(usual: str) -> Unit:
    """The unit that the reader has chosen."""
    return UNITS.get(request.args.get("unit", ""), UNITS[usual])


def _workbook(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=WORKBOOK, as_attachment=True, download_name=f"{name}.xlsx")
