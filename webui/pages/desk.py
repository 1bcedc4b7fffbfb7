"""The assignment desk (交办台): a list on the left, the text and the form of its task on the right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.access import Desk
from engine.casework.choices import at_desk, offers_for
from engine.casework.readings import desk as readings
from engine.casework.readings.case_page import case_page
from engine.casework.readings.deputy_home import may_open
from engine.casework.readings.desk import ASSIGNED, PAGE, Item
from engine.casework.readings.task_page import task_form, typed_before
from engine.casework.tasks import complete_task
from engine.definitions.catalogue import definition
from engine.definitions.folder import TaskSpec
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError
from webui import windows
from webui.addresses import place, whole_number
from webui.autosaving import kept_by_page
from webui.errors import status_of
from webui.forms import answers_from
from webui.language import language
from webui.marks import fills
from webui.presenting.desks import assigned_part, form_part, text_part
from webui.presenting.dues import due_of
from webui.presenting.similar import beside_task
from webui.presenting.windows import windows_shown
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import CONFLICT

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


def _waiting(actor: Actor) -> int:
    return sum(each.count for each in readings.waiting(actor))


ENTRIES = (Entry(("交办台", "Desk"), "desk.first", readings.works_here, 10, key="g d", count=_waiting),)


def list_names() -> dict[str, str]:
    """The lists by their keys."""
    return {
        "review": _("待审查"),
        "confirm": _("待复核"),
        "assign": _("待交办"),
        "redo": _("重新办理待定"),
        ASSIGNED: _("已交办"),
    }


@blueprint.get("")
def first() -> ResponseReturnValue:
    """The first list that has something in it."""
    found = readings.lists(current_actor())
    key = next((each.key for each in found if each.count), found[0].key)
    return redirect(url_for("desk.listing", key=key))


@blueprint.get("/<key>")
def listing(key: str) -> ResponseReturnValue:
    """A list; on a wide screen its first item lies open beside it."""
    actor = current_actor()
    items = readings.items(actor, key, offset=_offset())
    return _page(actor, key, items, items[0].id if items else None, frame="list-only")


@blueprint.get("/<key>/<int:item_id>")
def item(key: str, item_id: int) -> ResponseReturnValue:
    """One item beside its list; on a phone alone."""
    actor = current_actor()
    return _page(actor, key, readings.items(actor, key, offset=_offset()), item_id)


@blueprint.post("/<key>/<int:item_id>")
@fills(lambda actor, _sent, key, item_id: task_form(actor, task_id=item_id).form)
def complete(key: str, item_id: int) -> ResponseReturnValue:
    """Do the task and go on to the next of the list."""
    actor = current_actor()
    desk, spec = readings.task_at_desk(actor, key, item_id)
    items = readings.items(actor, key, offset=_offset())
    answers = answers_from(definition(desk.case.definition_id).forms[spec.form], request.form)
    if windows.choose(actor, item_id, answers, request.form):
        return redirect(url_for("desk.item", key=key, item_id=item_id))
    if desk.task.open and windows.held_back(actor, item_id, answers, request.form):
        return _page(actor, key, items, item_id, answers=answers), CONFLICT
    revision = request.form.get("revision", type=whole_number)
    try:
        complete_task(actor, task_id=item_id, answers=answers, revision=revision)
    except DomainError as refusal:
        return _page(actor, key, items, item_id, answers=answers, refusal=refusal), status_of(type(refusal))
    said = _("“%(title)s”已办：%(verb)s。", title=desk.case.title, verb=spec.verb.in_(language()))
    flash(said, "success")
    following = _after([each.id for each in items], item_id)
    if following is None:
        return redirect(url_for("desk.listing", key=key))
    return redirect(url_for("desk.item", key=key, item_id=following))


@blueprint.post("/<key>/<int:item_id>/draft")
def autosave(key: str, item_id: int) -> ResponseReturnValue:
    """Keep what is being typed; the page calls this by itself. Kept even when the task has gone, which it then says."""
    actor = current_actor()
    desk, spec = readings.task_at_desk(actor, key, item_id)
    typed, seen = kept_by_page()
    answers = answers_from(definition(desk.case.definition_id).forms[spec.form], typed)
    kept = windows.keep(actor, item_id, answers, seen)
    if not desk.task.open:
        return {"message": _("这件工作已经办完或者收回。您填写的内容已保留。")}, CONFLICT
    return {**windows.answered(kept), "revision": desk.task.revision}


def _after(ids: list[int], done: int) -> int | None:
    """The next of a list once `done` is gone from it; the one before at its end."""
    if done not in ids:
        return ids[0] if ids else None
    place = ids.index(done)
    rest = ids[:place] + ids[place + 1 :]
    return rest[min(place, len(rest) - 1)] if rest else None


def _offset() -> int:
    return request.args.get("start", 0, type=place)


def _page(
    actor: Actor,
    key: str,
    items: list[Item],
    chosen: int | None,
    *,
    frame: str = "item-only",
    answers: Mapping[str, Any] | None = None,
    refusal: DomainError | None = None,
) -> str:
    page = {
        "title": _("交办台"),
        "frame": frame,
        "tabs": _tabs(actor, key),
        "list": [_line(each, key, actor, each.id == chosen) for each in items[:PAGE]],
        "list_href": url_for("desk.listing", key=key),
        "newer": _turn(key, -PAGE) if _offset() else None,
        "older": _turn(key, PAGE) if len(items) > PAGE else None,
        "kinds": _kinds(actor),
        "chosen": _chosen(actor, key, chosen, answers, refusal) if chosen is not None else None,
    }
    return render_template("pages/assignment_desk.html", page=page)


def _chosen(
    actor: Actor, key: str, item_id: int, answers: Mapping[str, Any] | None, refusal: DomainError | None
) -> dict[str, Any]:
    if key == ASSIGNED:
        return assigned_part(case_page(actor, case_id=item_id))
    desk, spec = readings.task_at_desk(actor, key, item_id)
    reading = case_page(actor, case_id=desk.case.id)
    shown = text_part(reading, desk)
    if not desk.task.open and refusal is None:
        return shown | {"gone": True}
    shown |= beside_task(actor, desk.case, desk.task, desk.assignment)
    return shown | _form(actor, key, desk, spec, answers, refusal)


def _form(
    actor: Actor,
    key: str,
    desk: Desk,
    spec: TaskSpec,
    answers: Mapping[str, Any] | None,
    refusal: DomainError | None,
) -> dict[str, Any]:
    begun, draft = typed_before(actor, desk, spec)
    typed = begun if answers is None else answers
    form = definition(desk.case.definition_id).forms[spec.form]
    offers = offers_for(at_desk(actor, desk), form)
    part, beside = (
        form_part(desk, spec, typed, offers, refusal),
        windows_shown(draft, form, typed, offers, request.form),
    )
    if beside["elsewhere"]:
        part["errors"] = [{"field": None, "message": beside["elsewhere"]["said"]}, *part["errors"]]
    return part | {
        "windows": beside,
        "action": url_for("desk.complete", key=key, item_id=desk.task.id, start=_offset() or None),
        "autosave": url_for("desk.autosave", key=key, item_id=desk.task.id),
    }


def _turn(key: str, step: int) -> str:
    return url_for("desk.listing", key=key, start=max(0, _offset() + step) or None)


def _tabs(actor: Actor, key: str) -> list[dict[str, Any]]:
    names = list_names()
    return [
        {
            "label": names[each.key],
            "count": "999+" if each.count >= readings.COUNT_CAP else each.count,
            "href": url_for("desk.listing", key=each.key),
            "current": each.key == key,
        }
        for each in readings.lists(actor)
    ]


def _line(each: Item, key: str, actor: Actor, current: bool) -> dict[str, Any]:
    marks = [{"text": _("第%(round)s轮", round=each.round), "kind": "warn"}] if each.round > 1 else []
    who = each.lead or ""
    if who and each.delegation:
        who = _("%(name)s（%(place)s）", name=who, place=each.delegation)
    return {
        "href": url_for("desk.item", key=key, item_id=each.id, start=_offset() or None),
        "number": each.number or _("未编号"),
        "title": each.title,
        "who": who if key != ASSIGNED else each.units,
        "due": due_of(each.due_on, actor.congress_id),
        "marks": marks,
        "current": current,
    }


def _kinds(actor: Actor) -> list[dict[str, str]]:
    """What the actor may enter from paper."""
    return [
        {
            "label": each.folder.open_verb.in_(language()),
            "href": url_for("drafting.start", process_key=each.folder.key),
        }
        for each in may_open(actor)
    ]
