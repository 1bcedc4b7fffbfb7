"""Which cases a page of statistics is about: read from its address, offered as a form, said in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from engine.definitions.catalogue import current, current_all
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.statistics.counting import versions
from engine.statistics.labels import delegations, titles
from engine.statistics.scopes import Scope, latest, meetings
from webui.addresses import whole_number
from webui.language import day, language

PARTS = ("process", "of", "since", "until", "category", "delegation")
YEARS_BACK = 6
EARLIEST, LATEST = 1949, 2200  # years that somebody may mean
ALL, PERIOD = "all", "period"
ALWAYS = ("process", "of")  # what a scope always says


@dataclass(frozen=True, slots=True)
class Chosen:
    """The scope of this request; where its dates cannot be read, `errors` says so and the scope is the usual one."""

    scope: Scope
    name: str
    errors: dict[str, list[str]] = field(default_factory=dict)


def chosen(actor: Actor) -> Chosen:
    """What the address asks for; without a wish, the latest session with what came in since."""
    kind = request.args.get("process") or next((each.folder.key for each in current_all()), "")
    current(kind)  # an installation without any kind of work has no statistics
    narrowed: dict[str, Any] = {
        "category": request.args.get("category", ""),
        "delegation_id": request.args.get("delegation", type=whole_number),
    }
    usual = latest(kind, actor.congress_id)
    try:
        time = _time(usual)
        scope = Scope(kind, **time, **narrowed)
    except InvalidAnswers as refusal:
        return Chosen(usual, _name(usual, actor), refusal.errors)
    return Chosen(scope, _name(scope, actor))


def _time(usual: Scope) -> dict[str, Any]:
    of = request.args.get("of", "")
    if of == PERIOD or (not of and (request.args.get("since") or request.args.get("until"))):
        return _period()
    number = of[1:]
    if of[:1] in ("m", "t", "y") and number.isascii() and number.isdigit() and len(number) < 10:
        return _numbered(of[0], int(number))
    if of == ALL:
        return {}
    return {"meeting_id": usual.meeting_id, "year": usual.year}


def _numbered(kind: str, number: int) -> dict[str, Any]:
    if kind == "y":
        return {"year": min(max(number, EARLIEST), LATEST)}
    return {"meeting_id": number} if kind == "m" else {"term": number}


def _period() -> dict[str, Any]:
    found, errors = dict[str, Any](), dict[str, list[str]]()
    for name in ("since", "until"):
        text = request.args.get(name, "").strip()
        try:
            found[name] = dt.date.fromisoformat(text) if text else None
            if found[name] is not None and not EARLIEST <= found[name].year <= LATEST:
                raise ValueError
        except ValueError:
            errors[name] = [_("请填写日期，例如 2026-05-06。")]
    if not errors and found == {"since": None, "until": None}:
        errors["since"] = [_("请填写起止日期中的至少一个。")]
    if errors:
        raise InvalidAnswers(errors)
    return found


def _name(scope: Scope, actor: Actor) -> str:
    folder = current(scope.process_key).folder
    parts = [folder.title.in_(language()), _time_name(scope, actor)]
    if scope.category in folder.categories:
        parts.append(folder.categories[scope.category].in_(language()))
    if scope.delegation_id is not None:
        parts.append(delegations(actor.congress_id).get(scope.delegation_id, "—"))
    return " · ".join(parts)


def _time_name(scope: Scope, actor: Actor) -> str:
    if scope.meeting_id is not None:
        names = {each.id: each.name for each in meetings(actor.congress_id)}
        return _("%(meeting)s以来", meeting=names.get(scope.meeting_id, "—"))
    if scope.term is not None:
        return _("第%(term)s届", term=scope.term)
    if scope.year is not None:
        return _("%(year)s年", year=scope.year)
    if scope.since is None and scope.until is None:
        return _("全部")
    return _("%(since)s至%(until)s", since=day(scope.since) or "…", until=day(scope.until) or "…")


def here(endpoint: str, **changes: Any) -> str:
    """An address of statistics that keeps the scope of this page, with some of its conditions changed."""
    kept: dict[str, Any] = {name: request.args[name] for name in PARTS if request.args.get(name)}
    return url_for(
        endpoint,
        **{name: value for name, value in {**kept, **changes}.items() if value not in (None, "")},
    )


def kind_tabs(actor: Actor, found: Chosen) -> list[dict[str, Any]]:
    """The kinds of work, each leading to its own statistics of the same time; none where there is only one."""
    kinds = current_all(actor.congress_id)
    return [
        {
            "label": each.folder.title.in_(language()),
            "href": here("statistics.overview", process=each.folder.key, category=None, delegation=None),
            "current": each.folder.key == found.scope.process_key,
        }
        for each in kinds
        if len(kinds) > 1
    ]


def scope_form(actor: Actor, found: Chosen, endpoint: str, **values: Any) -> dict[str, Any]:
    """The form above every page; what was typed stays in it."""
    folder = current(found.scope.process_key).folder
    kinds = [(each.folder.key, each.folder.title.in_(language())) for each in current_all()]
    selects = [
        ("process", _("类型"), kinds if len(kinds) > 1 else [], found.scope.process_key),
        ("of", _("范围"), _times(actor), request.args.get("of") or _of(found.scope)),
        ("category", _("类别"), _titled(folder.categories), found.scope.category),
        (
            "delegation",
            _("代表团"),
            _delegations(actor) if "delegation" in titles(versions(folder.key)) else [],
            str(found.scope.delegation_id or ""),
        ),
    ]
    return {
        "action": url_for(endpoint, **values),
        "selects": [
            {"name": name, "label": label, "choices": choices, "value": value, "all": name not in ALWAYS}
            for name, label, choices, value in selects
            if choices
        ],
        "dates": [
            {
                "name": name,
                "label": label,
                "value": request.args.get(name, ""),
                "error": " ".join(found.errors.get(name, [])),
            }
            for name, label in (("since", _("自")), ("until", _("至")))
        ],
        "open": bool(found.errors),
    }


def _delegations(actor: Actor) -> list[tuple[str, str]]:
    return [(str(id_), name) for id_, name in delegations(actor.congress_id).items()]


def _titled(words: Any) -> list[tuple[str, str]]:
    return [(key, each.in_(language())) for key, each in words.items()]


def _of(scope: Scope) -> str:
    if scope.meeting_id is not None:
        return f"m{scope.meeting_id}"
    if scope.term is not None:
        return f"t{scope.term}"
    return f"y{scope.year}" if scope.year is not None else ALL


def _times(actor: Actor) -> list[tuple[str, str]]:
    found = meetings(actor.congress_id)
    this_year = clock.today().year
    terms = sorted({each.term for each in found}, reverse=True)
    return [
        *((f"m{each.id}", _("%(meeting)s以来", meeting=each.name)) for each in found),
        *((f"t{term}", _("第%(term)s届", term=term)) for term in terms),
        *((f"y{year}", _("%(year)s年", year=year)) for year in range(this_year, this_year - YEARS_BACK, -1)),
        (ALL, _("全部")),
        (PERIOD, _("自定起止日期")),
    ]
