"""The frame around every page: who is signed in, where he can go, how to get help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.actor import Actor
from engine.people import congresses, roles
from webui.addresses import here
from webui.headers import request_number
from webui.language import english, language, text_size
from webui.person import signed_in_person
from webui.presenting.reach import called
from webui.progress import columns_of
from webui.sign_in import current_actor

PRODUCT = "督办"
ABREAST = 7  # ways in that stand beside one another at the top; with more, all but six wait behind «更多»
NARROW = 5  # the same on a phone, where there are fewer if their words are long
# What fits beside one another there, in columns of a Latin letter; each has a gap, some a figure; «更多» has its mark.
PHONE, GAP, FIGURE, MORE = 43, 3, 2, 9


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into a page, shown in the top navigation (or, with an icon, at the bottom of a deputy's phone).

    `title` is zh and en; `count` gives a figure beside it; smaller `place` stands first.
    """

    title: tuple[str, str]
    endpoint: str
    shown: Callable[[Actor], bool]
    place: int = 50
    icon: str = ""
    key: str = ""
    count: Callable[[Actor], int] | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Shell:
    """What the layouts expect; see templates/layout/base.html."""

    product: str
    congress: str
    language: str
    size: str
    keys: str
    demonstration: bool
    request_number: str
    contact: dict[str, str] | None
    here: str
    unread: int
    person: dict[str, str] | None
    nav: list[dict[str, Any]]
    folded: list[dict[str, Any]]  # those of `nav` that wait behind «更多» on a phone
    more: list[dict[str, Any]]
    side: list[dict[str, Any]]
    bottom: list[dict[str, Any]]
    links: dict[str, str]


def register(app: Flask) -> None:
    """Give every template its shell, made once per request and only when a page is rendered."""
    app.extensions["shell"] = {"entries": [], "unread": None}
    app.context_processor(lambda: {"shell": shell()})


def add(app: Flask, *entries: Entry) -> None:
    """Put ways in into the navigation."""
    app.extensions["shell"]["entries"].extend(entries)


def count_unread(app: Flask, count: Callable[[Actor], int]) -> None:
    """Let the badge show how many messages a person has not read."""
    app.extensions["shell"]["unread"] = count


def beside(groups: list[dict[str, Any]]) -> None:
    """Put lists beside the page of this request: [{title, items: [{label, href, count, current}]}]."""
    g.shell_side = groups


def home() -> ResponseReturnValue:
    """Lead to the first page that the navigation offers this person; to his account if it offers none."""
    actor = current_actor()
    entries = _entries(actor, bottom=False) or _entries(actor, bottom=True)
    return redirect(entries[0]["href"] if entries else url_for("account.overview"))


def shell() -> Shell:
    """The shell of this request."""
    if "shell" not in g:
        g.shell = _made()
    made: Shell = g.shell
    made.side = g.get("shell_side", [])
    return made


def _made() -> Shell:
    signed_in = signed_in_person()
    actor: Actor | None = signed_in.actor if signed_in else None
    congress = congresses.particulars(actor.congress_id) if actor else None
    phone = congress.contact_phone if congress else ""
    # Who must change his password first can go nowhere else yet.
    free = actor if signed_in and not signed_in.must_change_password else None
    unread = current_app.extensions["shell"]["unread"]
    ways = _entries(free, bottom=False)
    abreast = len(ways) if len(ways) <= ABREAST else ABREAST - 1
    return Shell(
        product=PRODUCT if not english() else "Duban",
        congress=congress.name if congress else "",
        language=language(),
        size="large" if text_size() == "large" else "",
        keys="off" if signed_in and not signed_in.shortcuts else "on",
        demonstration=bool(current_app.config["DEMONSTRATION"]),
        request_number=request_number(),
        contact={"name": _("联系电话"), "phone": phone, "call": called(phone)} if phone else None,
        here=here(),
        unread=unread(free) if unread and free else 0,
        person=_person(actor),
        nav=ways[:abreast],
        folded=ways[on_a_phone(ways) : abreast],
        more=ways[abreast:],
        side=[],
        bottom=_entries(free, bottom=True),
        links=_links(ways),
    )


def on_a_phone(ways: list[dict[str, Any]]) -> int:
    """How many ways in stand in the one row that a phone has for them."""
    widths = [GAP + columns_of(str(way["label"])) + (FIGURE if way["count"] else 0) for way in ways]
    if len(ways) <= NARROW and sum(widths) <= PHONE:
        return len(ways)
    fitting = sum(1 for width in accumulate(widths) if width <= PHONE - MORE)
    return max(1, min(fitting, NARROW - 1))


def _person(actor: Actor | None) -> dict[str, str] | None:
    if actor is None:
        return None
    seat = actor.seats[0] if actor.seats else None
    title = roles.title(seat.role, "en" if english() else "zh") if seat else ""
    return {"name": actor.name, "title": title, "unit": seat.organization_name if seat else ""}


def _entries(actor: Actor | None, *, bottom: bool) -> list[dict[str, Any]]:
    if actor is None:
        return []
    entries: list[Entry] = current_app.extensions["shell"]["entries"]
    shown = [entry for entry in entries if bool(entry.icon) == bottom and entry.shown(actor)]
    return [_link(entry, actor) for entry in sorted(shown, key=lambda entry: entry.place)]


def _link(entry: Entry, actor: Actor) -> dict[str, Any]:
    link: dict[str, Any] = {
        "label": entry.title[1] if english() else entry.title[0],
        "href": url_for(entry.endpoint, **entry.values),
        "count": _capped(entry.count(actor)) if entry.count else None,
        "current": _nearness(entry),
        "key": entry.key,
        "icon": entry.icon,
    }
    return link


def _nearness(entry: Entry) -> str:
    """What `aria-current` says of a way in: the page itself, a page of the same part, or nothing."""
    if request.endpoint == entry.endpoint:
        return "page"
    ways: list[Entry] = current_app.extensions["shell"]["entries"]
    part = entry.endpoint.partition(".")[0]
    alone = sum(way.endpoint.partition(".")[0] == part for way in ways) == 1
    return "true" if alone and request.blueprint == part else ""


def _capped(count: int) -> str:
    """A figure beside a way in; nothing where there is none, and nobody counts past a thousand."""
    return "999+" if count > 999 else str(count or "")


def _links(ways: list[dict[str, Any]]) -> dict[str, str]:
    """Where the fixed places lead; what this installation has no page for, or this person no way to, is left out."""
    wanted = {
        "sign_in": "sign_in.page",
        "sign_out": "sign_in.leave",
        "preferences": "preferences.switch",
        "settings": "account.overview",
        "help": "help.page",
        "search": "cases.listing",
        "messages": "messages.page",
        "badge": "messages.badge",
    }
    links = {name: url_for(to) for name, to in wanted.items() if to in current_app.view_functions}
    if links.get("search") not in {way["href"] for way in ways}:
        links.pop("search", None)  # nobody is offered to search cases that he may not see
    links["home"] = "/"
    if current_app.config["DEMONSTRATION"] and not signed_in_person():
        links["sign_in_sheet"] = url_for("sign_in.page") + "#accounts"
    return links
